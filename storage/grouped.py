"""Small acts of many conversations in one transaction: a commit for each costs more than all they do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Grouped(Generic[Item, Result]):
    """Does what comes while an act is under way in the next one, together.

    Not to be awaited within a transaction: the act is another task's.
    """

    def __init__(self, act: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]) -> None:
        """Take what is done with some items, and returns a result for each, in order."""
        self._act = act
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._acting: asyncio.Task[None] | None = None

    async def result_of(self, item: Item) -> Result:
        """Return the result of an item once the act is done; raises what the act raised."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._acting is None:
            self._acting = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                try:
                    results = await self._act([item for item, _ in group])
                except Exception as error:
                    for _, done in group:
                        if not done.done():
                            done.set_exception(error)
                else:
                    for (_, done), result in zip(group, results, strict=True):
                        if not done.done():
                            done.set_result(result)
        finally:
            self._acting = None
