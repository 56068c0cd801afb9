"""Books that are sent, on any platform: refused before a byte is fetched, or kept until they are read.

A fetched file lies under a name that nobody can guess; what the sender called it is only told, never used.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from pathlib import Path

from storage.errors import BookError, Excess, TooLarge, UnsupportedFormat

FOLDER = "uploads"
_LEFT_OVER_SECONDS = 7 * 24 * 3600.0
"""What was left by a killed program and no job took up in so long goes."""
ENDINGS = frozenset("epub pdf txt text utf8 md markdown mkd html htm xhtml".split())
"""Of the names of files that may be books."""
_TYPES = frozenset(
    "application/epub+zip application/pdf application/xhtml+xml application/octet-stream".split()
)


def refuse(name: str, media_type: str, size_bytes: int, limit_bytes: int) -> BookError | None:
    """Return why a file is not fetched; None when it may be a book. Pure."""
    ending = Path(name).suffix.lstrip(".").casefold()
    kind = media_type.partition(";")[0].strip().casefold()
    if ending not in ENDINGS and (ending or not (kind in _TYPES or kind.startswith("text/"))):
        return UnsupportedFormat(found=ending or kind)
    if size_bytes > limit_bytes:
        return TooLarge(excess=Excess.FILE_BYTES, limit=limit_bytes)
    return None


async def make_path(folder: Path) -> Path:
    """Return where a file is to be kept, in a folder that is there and that nobody else may look into."""
    await asyncio.to_thread(folder.mkdir, 0o700, parents=True, exist_ok=True)
    return folder / secrets.token_hex(16)


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
