"""Tellers: who says "I" at a place outside quotation marks, by what the text says so far. Pure.

A story told throughout by one person has one teller, known once others have called them by name. Where
headings say whose journal or letter follows, they decide, section by section.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from storage.story.facts import SpokenLine
from storage.story.names import folded
from storage.story.stage import Stage

_WRITTEN = r"(?:journal|diary|narrative|notebook|note-book|account|story|tale|statement|memoirs?|testimony)"
_HEAD = re.compile(
    rf"^(?P<name>[^\n]{{2,40}}?)['’]s (?:[a-z]+ )?{_WRITTEN}\b[^\n]{{0,60}}$"
    r"|^(?:(?:letter|telegram|note)[.,—]? ?)?(?:from )?(?P<from>[^\n,—]{2,40}?)(?:, [^\n,]{2,9})?,?"
    r" to (?P<to>[^\n,—]{2,40}?)\.?$",
    re.M | re.I,
)
_PART = "\n\n"


class Tellers:
    """Who tells the story where, as far as the text has said."""

    def __init__(self, text: str, stage: Stage, lines: Sequence[SpokenLine]) -> None:
        """Take a cut text with its people and its lines of dialogue."""
        self._only, self._known = stage.narrator_known(text, [line.span for line in lines])
        by_name = {
            folded(one.surface): who for who, (person, _) in enumerate(stage.people) for one in person.named
        }
        self._heads: list[tuple[int, int, int | None]] = []
        for match in _HEAD.finditer(text):
            who = by_name.get(folded(match["name"] or match["from"]))
            if who is not None:
                self._heads.append((match.end(), who, by_name.get(folded(match["to"] or ""))))
        self._starts = [start for start, _, _ in self._heads]
        self._several = len({who for _, who, _ in self._heads}) > 1
        self._text = text

    def known(self, who: int) -> int:
        """Return from where somebody may be named as who tells the story; 0 where that needs nothing more."""
        return self._known if who == self._only else 0

    def at(self, place: int) -> int | None:
        """Return who says "I" at a place outside of dialogue, None where the text does not tell."""
        head = self._head(place)
        return head[1] if head is not None else None if self._several else self._only

    def reader_at(self, place: int) -> int | None:
        """Return to whom a letter that stands at a place is written."""
        head = self._head(place)
        return head[2] if head is not None else None

    def _head(self, place: int) -> tuple[int, int, int | None] | None:
        index = bisect_right(self._starts, place) - 1
        if index < 0 or self._text.find(_PART, self._starts[index], place) >= 0:
            return None
        return self._heads[index]
