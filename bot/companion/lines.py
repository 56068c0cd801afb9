"""Where a line that a reader names stands: in what is read; of one further on, the place and no word."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.companion.pasting import pointed_parts
from bot.companion.scene import Scene
from storage.errors import AmbiguousPlace, PlaceError
from storage.values import PlaceHow, PlaceMatch, Span

if TYPE_CHECKING:
    from storage import BookView

MOST_LINES = 8
"""Of like lines to choose from."""


async def find_lines(scene: Scene, view: BookView, text: str) -> Sequence[Span] | PlaceMatch | None:
    """Return where a text stands in what is read, the place of a line from further on, or None.

    Whole first, then by its lines and sentences: what is answered may be an answer of ours with a quotation.
    """
    if spans := view.find(text, MOST_LINES + 1):
        return spans
    parts = pointed_parts(text)
    if spans := _apart([span for part in parts for span in view.find(part, MOST_LINES + 1)]):
        return spans
    parts = list(dict.fromkeys((text, *parts)))
    # What is read is looked through by itself: no like line further on may stand in for the one meant.
    for part in parts:
        if spans := await asyncio.to_thread(view.find_line, part):
            return spans
    for part in parts:
        matches: Sequence[PlaceMatch]
        try:
            matches = [await scene.storage.library.locate(view.card.book_id, part, view.horizon.end)]
        except AmbiguousPlace as error:
            matches = error.matches
        except PlaceError:
            continue
        later = [match for match in matches if match.how is PlaceHow.LINE and match.start > view.chars]
        if later:
            return min(later, key=lambda match: match.start)
    return None


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Return the spans that lie in no other one, in the order of the text."""
    return sorted(
        span
        for span in set(spans)
        if not any(other != span and other.start <= span.start and span.end <= other.end for other in spans)
    )
