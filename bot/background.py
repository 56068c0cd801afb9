"""Work that goes on after a turn: nobody waits for it, and it ends with the program.

Works of one reader about one book run one after the other, by the name of what they do. Whatever goes wrong
in one is logged by kind alone, and the talk never hears of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from storage.errors import DogearError

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose work it is, about which book."""

    reader_id: str
    book_id: str


class Background:
    """The running works."""

    def __init__(self) -> None:
        """Begin with none."""
        self._last: dict[tuple[str, Subject], asyncio.Task[None]] = {}

    def is_busy(self, name: str, subject: Subject) -> bool:
        """Tell whether a work of this name is under way."""
        return (name, subject) in self._last

    def begin(self, name: str, subject: Subject, work: Work) -> None:
        """Begin `work`, behind those of the same name and subject that still run."""
        key = (name, subject)
        before = self._last.get(key)
        task = asyncio.create_task(_run(name, subject, work, before))
        self._last[key] = task
        task.add_done_callback(lambda done: self._forget(key, done))

    async def stop(self, subject: Subject) -> None:
        """End what runs for a subject, and return when it has ended."""
        await _end([task for (_, whose), task in self._last.items() if whose == subject])

    async def settle(self) -> None:
        """Return when all that was begun has come to its end by itself."""
        while self._last:
            await asyncio.wait(list(self._last.values()))

    async def close(self) -> None:
        """End everything; what was kept so far stays, and the rest is gone on with another time."""
        await _end(list(self._last.values()))

    def _forget(self, key: tuple[str, Subject], task: asyncio.Task[None]) -> None:
        if self._last.get(key) is task:
            del self._last[key]


async def _run(name: str, subject: Subject, work: Work, before: asyncio.Task[None] | None) -> None:
    try:
        if before is not None:
            await asyncio.wait({before})
        await work()
    except asyncio.CancelledError:
        # The one before is not reachable by its key any more, so whoever ends us ends it too.
        if before is not None:
            await _end([before])
        raise
    except DogearError as error:
        log.info("%s for %s stopped: %s", name, subject.reader_id, type(error).__name__)
    except Exception as error:  # a traceback could quote what was read
        log.error("%s for %s failed: %s", name, subject.reader_id, type(error).__name__)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
