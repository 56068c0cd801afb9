"""Documents of Telegram as uploads: see bot/uploads.py."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from telegram import Bot, Document
from telegram.error import BadRequest

from bot.limits import TELEGRAM_DOWNLOAD_BYTES, TELEGRAM_LOCAL_FILE_BYTES
from bot.uploads import discard, make_path, refuse
from storage.errors import BookError, Excess, TooLarge

_READ_SECONDS = 120.0


def refusal(document: Document, max_file_bytes: int, *, local_server: bool) -> BookError | None:
    """Return why a file is not fetched; None when it may be a book. Pure."""
    limit = min(max_file_bytes, TELEGRAM_LOCAL_FILE_BYTES if local_server else TELEGRAM_DOWNLOAD_BYTES)
    return refuse(document.file_name or "", document.mime_type or "", document.file_size or 0, limit)


async def fetch(bot: Bot, document: Document, folder: Path, *, local_server: bool) -> Path:
    """Fetch a file; raises `TooLarge` when Telegram says so, and what `telegram` raises."""
    path = await make_path(folder)
    try:
        found = await bot.get_file(document.file_id)
    except BadRequest as error:
        if "too big" in error.message.casefold():
            raise TooLarge(excess=Excess.FILE_BYTES, limit=TELEGRAM_DOWNLOAD_BYTES) from error
        raise
    # A local Bot API server names a file of this machine instead of an address.
    if local_server and found.file_path and Path(found.file_path).is_absolute():
        await asyncio.to_thread(shutil.copyfile, found.file_path, path)
        return path
    try:
        await found.download_to_drive(path, read_timeout=_READ_SECONDS)
    except BaseException:
        await discard(path)
        raise
    return path
