"""Which update the running task answers: what it stores is stored together with that (updates.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class InHand:
    """An update that is being answered; `is_marked` once some of its answer is stored or shown."""

    platform: str
    id: str
    is_marked: bool = False


IN_HAND: ContextVar[InHand | None] = ContextVar("in_hand", default=None)
"""Of a task and of all that it begins."""


@contextmanager
def in_hand(platform: str, update_id: str, *, is_marked: bool = False) -> Iterator[InHand]:
    """Let what is done within be done for this update."""
    one = InHand(platform, update_id, is_marked)
    token = IN_HAND.set(one)
    try:
        yield one
    finally:
        IN_HAND.reset(token)
