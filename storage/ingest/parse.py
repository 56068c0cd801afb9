"""Parsing a stranger's file: in a child process, under limits, against the clock (promises.md, D1)."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from storage.errors import BookError, Damage, DamagedBook, Excess, TooLarge
from storage.ingest.child import book_from_frame, error_from_json
from storage.ingest.limits import Limits
from storage.ingest.parsed import ParsedBook

_ROOT = Path(__file__).resolve().parents[2]
_RUN = "import sys; sys.path.insert(0, {root!r}); from storage.ingest.child import main; main(sys.argv[1:])"
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")  # what an interpreter may need to start at all
_LINE_BYTES = 256 << 20


async def parse(
    path: Path, *, filename: str, limits: Limits, progress: Callable[[float], None] | None = None
) -> ParsedBook:
    """Return the book of the file at `path`; `filename` is what its sender called it.

    `progress` is told the share done, 0 to 1. Raises BookError for every file that is no book, whatever it
    does to the child: a crash is DamagedBook, too much memory or time is TooLarge. Cancelling ends the child.
    """
    arguments = [filename, json.dumps(dataclasses.asdict(limits))]
    with await asyncio.to_thread(path.open, "rb") as source:
        if os.fstat(source.fileno()).st_size > limits.file_bytes:
            raise TooLarge(Excess.FILE_BYTES, limits.file_bytes)
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-c",
            _RUN.format(root=str(_ROOT)),
            *arguments,
            stdin=source,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            start_new_session=True,
            limit=_LINE_BYTES,
        )
    granted: dict[str, float] = {}

    def hear(said: dict[str, float]) -> None:
        if "progress" not in said:
            granted.update(said)
        elif progress is not None:
            progress(min(1.0, max(0.0, float(said["progress"]))))

    try:
        async with asyncio.timeout(limits.seconds):
            book = await _listen(child, hear)
            status = await child.wait()
    except TimeoutError:
        raise TooLarge(Excess.TIME, limits.seconds) from None
    finally:
        await _end(child)
    if isinstance(book, BookError):
        raise book
    if book is None:
        raise _fate(status, limits, granted)
    return book


async def _listen(
    child: asyncio.subprocess.Process, hear: Callable[[dict[str, float]], None]
) -> ParsedBook | BookError | None:
    assert child.stdout is not None
    book: ParsedBook | None = None
    while line := await child.stdout.readline():
        try:
            said = json.loads(line)
            if "progress" in said or "seconds" in said:
                hear(said)
                continue
            if "error" in said:
                return error_from_json(said["error"])
            body = await child.stdout.readexactly(int(said["bytes"]))
            if book is not None:
                return dataclasses.replace(book, cover=body if said["cover"] else None)
            # A novel takes milliseconds to decode: off the loop, and the child unpacks the cover meanwhile.
            book = await asyncio.to_thread(book_from_frame, said, body)
        except (ValueError, KeyError, TypeError, asyncio.IncompleteReadError):
            return DamagedBook(Damage.UNREADABLE)
    return None


def _fate(status: int, limits: Limits, granted: dict[str, float]) -> BookError:
    """Return what a child's end without an answer means.

    `granted` is what the child said it was left for its kind of file: "seconds" and "bytes", or nothing.
    """
    if status == -signal.SIGXCPU:
        return TooLarge(Excess.TIME, round(granted.get("seconds", limits.seconds), 1))
    if status == -signal.SIGABRT and "bytes" in granted:
        # So ends a reader in C++ that asks for memory past its limit; other faults end by other signals.
        return TooLarge(Excess.MEMORY, granted["bytes"])
    return DamagedBook(Damage.UNREADABLE)


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await asyncio.shield(child.wait())
