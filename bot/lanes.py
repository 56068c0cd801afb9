"""One thing after the other in a conversation, many conversations at once; and stopping what is in hand.

A platform hands over what came in the order in which it came, without waiting; each lane works it off in
that order. What goes wrong in one work ends that work alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    owner: str
    work: Work
    dropped: Callable[[], None] | None


@dataclass(slots=True)
class _Lane:
    """What is said in one conversation and not answered yet."""

    waiting: deque[_Waiting] = field(default_factory=deque)
    owner: str = ""
    """Who said what is answered now."""
    running: asyncio.Task[None] | None = None


class Lanes:
    """The lanes of one platform."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """Tell whether more is taken; what is cut short after that was not stopped by anybody."""
        return self._is_open

    def put(self, key: str, owner: str, work: Work, dropped: Callable[[], None] | None = None) -> bool:
        """Let `work` follow what is in hand in the conversation `key`; False when no more is taken.

        `dropped` is called when its owner stops it before it began.
        """
        if not self._is_open:
            return False
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane()
            task = asyncio.create_task(self._run(key, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        lane.waiting.append(_Waiting(owner, work, dropped))
        return True

    def stop(self, key: str, owner: str) -> bool:
        """End what `owner` has in hand or waiting there; tell whether there was any. Others' goes on."""
        lane = self._lanes.get(key)
        if lane is None:
            return False
        stopped = [one for one in lane.waiting if one.owner == owner]
        lane.waiting = deque(one for one in lane.waiting if one.owner != owner)
        for one in stopped:
            if one.dropped is not None:
                one.dropped()
        found = bool(stopped)
        if lane.running is not None and lane.owner == owner:
            lane.running.cancel()
            found = True
        return found

    async def settle(self) -> None:
        """Return when nothing is in hand and nothing waits."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self, seconds: float) -> None:
        """Take no more; let what is in hand and waiting come to its end, then cancel what is left."""
        self._is_open = False
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = [lane for lane in self._lanes.values() if lane.running is not None or lane.waiting]
        for lane in left:
            lane.waiting.clear()
            if lane.running is not None:
                lane.running.cancel()
        if left:
            log.warning("%d conversations were cut short", len(left))
        await self.settle()

    async def _run(self, key: str, lane: _Lane) -> None:
        try:
            while lane.waiting:
                one = lane.waiting.popleft()
                lane.owner = one.owner
                lane.running = asyncio.ensure_future(_carried_out(one.work))
                await asyncio.wait({lane.running})
                lane.running = None
        finally:
            del self._lanes[key]


async def _carried_out(work: Work) -> None:
    try:
        await work()
    except Exception as error:  # a traceback could quote what was said
        log.error("a turn ended: %s", type(error).__name__)
