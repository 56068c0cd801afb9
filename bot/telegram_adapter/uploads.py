"""Books that are sent: refused before a byte is fetched when they cannot be read, else fetched to a folder.

A fetched file lies under a name that nobody can guess; what the sender called it is only told, never used.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import time
from pathlib import Path

from telegram import Bot, Document
from telegram.error import BadRequest

from bot.limits import TELEGRAM_DOWNLOAD_BYTES, TELEGRAM_LOCAL_FILE_BYTES
from storage.errors import BookError, Excess, TooLarge, UnsupportedFormat

FOLDER = "uploads"
_READ_SECONDS = 120.0
_LEFT_OVER_SECONDS = 7 * 24 * 3600.0
"""What was left by a killed program and no job took up in so long goes."""
_ENDINGS = frozenset("epub pdf txt text utf8 md markdown mkd html htm xhtml".split())
_TYPES = frozenset(
    "application/epub+zip application/pdf application/xhtml+xml application/octet-stream".split()
)


def refusal(document: Document, max_file_bytes: int, *, local_server: bool) -> BookError | None:
    """Return why a file is not fetched; None when it may be a book. Pure."""
    name = document.file_name or ""
    ending = Path(name).suffix.lstrip(".").casefold()
    kind = (document.mime_type or "").casefold()
    if ending not in _ENDINGS and (ending or not (kind in _TYPES or kind.startswith("text/"))):
        return UnsupportedFormat(found=ending or kind)
    limit = min(max_file_bytes, TELEGRAM_LOCAL_FILE_BYTES if local_server else TELEGRAM_DOWNLOAD_BYTES)
    if (document.file_size or 0) > limit:
        return TooLarge(excess=Excess.FILE_BYTES, limit=limit)
    return None


async def fetch(bot: Bot, document: Document, folder: Path, *, local_server: bool) -> Path:
    """Fetch a file; raises `TooLarge` when Telegram says so, and what `telegram` raises."""
    await asyncio.to_thread(folder.mkdir, 0o700, parents=True, exist_ok=True)
    path = folder / secrets.token_hex(16)
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


async def discard(path: Path) -> None:
    """Remove a fetched file; one that is gone is no loss."""
    with contextlib.suppress(OSError):
        await asyncio.to_thread(path.unlink, missing_ok=True)


def sweep(folder: Path, now_seconds: float | None = None) -> int:
    """Remove what lies here since long; return how many files there were."""
    now = time.time() if now_seconds is None else now_seconds
    old = [
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.is_file() and path.stat().st_mtime < now - _LEFT_OVER_SECONDS
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
