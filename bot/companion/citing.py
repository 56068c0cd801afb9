"""Which lines of the book the last answer named: what a number after a command means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.companion import remembering
from bot.companion.scene import Scene

if TYPE_CHECKING:
    from storage import BookView
    from storage.reader.turns import Turn
    from storage.values import Span


async def cited_spans(scene: Scene, view: BookView) -> list[Span]:
    """Return what the last answer cited, in order; after a move back, of the last one at this place (S5).

    An early line that bears out a late answer was found by who had read so far, so it goes with that (S37).
    """
    if scene.talk.cited and scene.talk.cited_at <= view.horizon.end:
        return list(scene.talk.cited)
    last = await last_turn(scene, view)
    return [citation.span for citation in last.citations] if last else []


async def last_turn(scene: Scene, view: BookView) -> Turn | None:
    """Return the last turn of this talk that the place of now allows (S37)."""
    key = remembering.conversation_key(scene, view.card.book_id)
    return await scene.storage.turns.find_last(key, view.horizon)
