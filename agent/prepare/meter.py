"""What a model is sent ahead of any question is counted, and ends where the allowance does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from storage.errors import DogearError


class AllowanceUsed(DogearError):
    """The reader's allowance of today does not hold the next request; nothing of it was sent."""


class Meter(Protocol):
    """Counts code points, both ways, for one reader."""

    async def left(self) -> int | None:
        """Return how many more may be sent and received now; None: as many as there are."""

    async def count(self, sent_chars: int, received_chars: int) -> None:
        """Count one request."""


class Metered:
    """A model whose every request is counted, one that fails too: what was sent has left this machine."""

    def __init__(self, model: Any, meter: Meter) -> None:
        """Take what writes (`digests.Writer` or `facts.Proposer`) and what counts."""
        self._model = model
        self._meter = meter

    @property
    def model(self) -> str:
        """Return the model's name."""
        return str(self._model.model)

    async def complete(self, system: str, message: str) -> str:
        """Return the answer to one message; raise `AllowanceUsed` before anything is sent."""
        return await self._counted(self._model.complete, len(system) + len(message), system, message)

    async def propose(self, system: str, message: str, schema: dict[str, Any]) -> str:
        """Return an answer in the form of `schema`; raise `AllowanceUsed` before anything is sent."""
        size = len(system) + len(message) + len(str(schema))
        return await self._counted(self._model.propose, size, system, message, schema)

    async def _counted(self, ask: Callable[..., Awaitable[str]], size: int, *arguments: object) -> str:
        left = await self._meter.left()
        if left is not None and size > left:
            raise AllowanceUsed
        answer: str = ""
        try:
            answer = await ask(*arguments)
        finally:
            await self._meter.count(size, len(answer))
        return answer
