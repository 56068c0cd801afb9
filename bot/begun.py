"""Work that an event of a platform begins and no lane waits for: payments are dealt with whatever is said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Begun:
    """The running works; one that fails is logged, and what it was about is found again at the next start."""

    def __init__(self, what: str) -> None:
        """Begin with none; `what` is said in the log of one that failed."""
        self._what = what
        self._doing: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside everything else."""
        task = asyncio.create_task(self._guarded(work))
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def settle(self) -> None:
        """Return when what was begun is done."""
        while self._doing:
            await asyncio.wait(self._doing)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("%s could not be dealt with", self._what)
