"""Attachments of Discord as uploads: see bot/uploads.py."""

from __future__ import annotations

import asyncio
from pathlib import Path

import discord

from bot.uploads import discard, make_path, refuse
from storage.errors import BookError


def refusal(attachment: discord.Attachment, max_file_bytes: int) -> BookError | None:
    """Return why a file is not fetched; None when it may be a book. Pure."""
    return refuse(attachment.filename, attachment.content_type or "", attachment.size, max_file_bytes)


async def fetch(attachment: discord.Attachment, folder: Path) -> Path:
    """Fetch a file from the address that came with it, which expires; raises `discord.HTTPException`."""
    path = await make_path(folder)
    try:
        data = await attachment.read()
        await asyncio.to_thread(path.write_bytes, data)
    except BaseException:
        await discard(path)
        raise
    return path
