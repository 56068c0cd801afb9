"""Pictures that are drawn from words: no key, no face, free. What draws them is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from agent.pictures.renderer import NotTheService, Order, Rendered


class DrawnRenderer:
    """Draws cards; there is nothing to begin, to wait for or to cancel."""

    name = "drawn"
    is_drawn = True

    def __init__(self, draw: Callable[[Order], Rendered]) -> None:
        """Take what draws an order; it blocks."""
        self._draw = draw

    async def find(self, order: Order) -> str:
        """See `Renderer.find`: it keeps no orders."""
        return ""

    async def begin(self, order: Order) -> str:
        """See `Renderer.begin`."""
        return order.id

    async def finish(self, order: Order, ticket: str) -> Rendered:
        """See `Renderer.finish`."""
        return await asyncio.to_thread(self._draw, order)

    async def cancel(self, ticket: str) -> None:
        """See `Renderer.cancel`."""

    def listen(self, address: str) -> None:
        """See `Renderer.listen`: there is no service."""

    async def hear(self, order_id: str, headers: Mapping[str, str], body: bytes) -> None:
        """See `Renderer.hear`."""
        raise NotTheService

    async def close(self) -> None:
        """See `Renderer.close`: there is nothing open."""
