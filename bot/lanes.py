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


@dataclass(slots=True)
class _Lane:
    """What is said in one conversation and not answered yet."""

    waiting: deque[tuple[str, Work]] = field(default_factory=deque)
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

    def put(self, key: str, owner: str, work: Work) -> bool:
        """Let `work` follow what is in hand in the conversation `key`; False when no more is taken."""
        if not self._is_open:
            return False
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane()
            task = asyncio.create_task(self._run(key, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        lane.waiting.append((owner, work))
        return True

    def stop(self, key: str, owner: str) -> bool:
        """End what `owner` has in hand or waiting there; tell whether there was any. Others' goes on."""
        lane = self._lanes.get(key)
        if lane is None:
            return False
        left = [(whose, work) for whose, work in lane.waiting if whose != owner]
        found = len(left) < len(lane.waiting)
        lane.waiting = deque(left)
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
                lane.owner, work = lane.waiting.popleft()
                lane.running = asyncio.ensure_future(_carried_out(work))
                await asyncio.wait({lane.running})
                lane.running = None
        finally:
            del self._lanes[key]


async def _carried_out(work: Work) -> None:
    try:
        await work()
    except Exception as error:  # a traceback could quote what was said
        log.error("a turn ended: %s", type(error).__name__)
