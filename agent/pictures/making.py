"""From an order to a picture: the work itself, every step of which may run again after a kill.

An order is taken by the service once: whoever does not know whether it was asks before asking again (A6).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from agent.pictures.renderer import Order, Refusal, Rendered, Renderer, RenderError, ServiceBusy

_TRIES = 4

Began = Callable[[str], Awaitable[None]]
"""Keeps the service's own id of the order."""


async def render(
    renderer: Renderer, order: Order, ticket: str, began: Began, *, was_tried: bool, pause_seconds: float
) -> Rendered:
    """Return what came of an order; `ticket` is the service's id of it, '' while none is known.

    `was_tried` says that an earlier process may have handed it over. Raises `RenderError`.
    """
    if not ticket:
        ticket = await _handed_over(renderer, order, unsure=was_tried, pause_seconds=pause_seconds)
        await began(ticket)
    for attempt in range(_TRIES):
        try:
            return await renderer.finish(order, ticket)
        except ServiceBusy:
            await asyncio.sleep(pause_seconds * 2**attempt)
    raise RenderError(Refusal.UNREACHABLE)


async def _handed_over(renderer: Renderer, order: Order, *, unsure: bool, pause_seconds: float) -> str:
    for attempt in range(_TRIES):
        try:
            if unsure and (known := await renderer.find(order)):
                return known
            return await renderer.begin(order)
        except RenderError:
            raise
        except ServiceBusy:
            pass  # nothing was taken
        except Exception:
            unsure = True  # a reply was lost: it may have been taken
        await asyncio.sleep(pause_seconds * 2**attempt)
    if unsure:
        # The last try may have been taken too: better one look more than a picture that nobody fetches.
        known = await _found(renderer, order)
        if known:
            return known
    raise RenderError(Refusal.UNREACHABLE)


async def _found(renderer: Renderer, order: Order) -> str:
    try:
        return await renderer.find(order)
    except ServiceBusy:
        return ""
