"""Books that are sent: refused before a byte is fetched when they cannot be read, else fetched to a folder.

A fetched file lies under a name that nobody can guess; what the sender called it is only told, never used.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from pathlib import Path

import discord

from storage.errors import BookError, Excess, TooLarge, UnsupportedFormat

FOLDER = "uploads"
_ENDINGS = frozenset("epub pdf txt text utf8 md markdown mkd html htm xhtml".split())
_TYPES = frozenset(
    "application/epub+zip application/pdf application/xhtml+xml application/octet-stream".split()
)


def refusal(attachment: discord.Attachment, max_file_bytes: int) -> BookError | None:
    """Return why a file is not fetched; None when it may be a book. Pure."""
    ending = Path(attachment.filename).suffix.lstrip(".").casefold()
    kind = (attachment.content_type or "").partition(";")[0].strip().casefold()
    if ending not in _ENDINGS and (ending or not (kind in _TYPES or kind.startswith("text/"))):
        return UnsupportedFormat(found=ending or kind)
    if attachment.size > max_file_bytes:
        return TooLarge(excess=Excess.FILE_BYTES, limit=max_file_bytes)
    return None


async def fetch(attachment: discord.Attachment, folder: Path) -> Path:
    """Fetch a file from the address that came with it, which expires; raises `discord.HTTPException`."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(16)
    try:
        data = await attachment.read()
        await asyncio.to_thread(path.write_bytes, data)
    except BaseException:
        await discard(path)
        raise
    return path


async def discard(path: Path) -> None:
    """Remove a fetched file; one that is gone is no loss."""
    with contextlib.suppress(OSError):
        await asyncio.to_thread(path.unlink, missing_ok=True)
