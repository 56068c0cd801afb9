"""What the text has told, with one reader's corrections of it: cards, ties, speakers, mentions and names.

It wraps what was folded at a horizon and tells the same in the same order but for what the reader changed;
nobody else's cards change, and the index does not. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from storage.story.asked import by_tie
from storage.story.corrections import Correction, CorrectionKind, corrected
from storage.story.facts import (
    NamedThing,
    PersonCard,
    PlaceCard,
    Relation,
    SectionDigest,
    SpokenLine,
    TermCard,
    TimeMark,
)
from storage.story.looks import Ending, Look, Looks, looks_of, parted
from storage.story.names import folded
from storage.story.people import Called
from storage.values import Span

if TYPE_CHECKING:
    from storage.story.index import StoryPrefix


class CorrectedStory:
    """The story of one horizon as one reader has corrected it; the face of `StoryPrefix`."""

    def __init__(self, told: StoryPrefix, text: str, corrections: Sequence[Correction]) -> None:
        """Take what was told up to the end of `text`, and what a reader corrected at or before it."""
        self._told = told
        self._text = text
        self._corrections = tuple(corrections)

    # ---- people ----------------------------------------------------------------------------

    def people(self) -> list[PersonCard]:
        """Return the cards of everybody met, by mentions so far, then by first meeting (S16)."""
        return list(self._cards)

    def who(self, name: str) -> list[PersonCard]:
        """Return the cards that answer to `name`, also to one that the reader gave, or to what it says they
        are to another; several if shared."""
        return self._named(name) or by_tie(name, self._named, self.relations)

    def _named(self, name: str) -> list[PersonCard]:
        wanted = folded(name)
        given = [card for card in self._cards if wanted and folded(card.name) == wanted]
        return given or self._called.find(name)

    def speakers(self) -> list[SpokenLine]:
        """Return every line of dialogue so far with who says it; of who is hidden, nobody is told."""
        return [
            line if line.speaker is None else replace(line, speaker=self._now(line.speaker, ""))
            for line in self._told.speakers()
        ]

    def relations(self, name: str | None = None) -> list[Relation]:
        """Return the ties stated so far, in the order in which they became known; those of `name` alone if
        one is given. A tie of who is hidden, or of somebody to themselves, is none."""
        ties = []
        for tie in self._told.relations():
            a, b = self._now(tie.a, tie.quote), self._now(tie.b, tie.quote)
            if a is not None and b is not None and a != b:
                ties.append(replace(tie, a=a, b=b))
        if name is None:
            return ties
        mine = {card.name for card in self.who(name)}
        return [tie for tie in ties if tie.a in mine or tie.b in mine]

    def mentions(self, name: str) -> list[Span]:
        """Return every place so far where one who answers to `name` stands by a name, in order."""
        found: set[Span] = set()
        for card in self.who(name):
            known = {folded(one.name) for one in card.names}
            for old in self._before_of(card):
                spans = self._told.mentions(old.name)
                found |= {span for span in spans if folded(self._text[span.start : span.end]) in known}
        return sorted(found)

    def looks(self, name: str) -> list[Looks]:
        """Return how each who answers to `name` is told to look, without what the reader called wrong."""
        plain, which = parted(name)
        wrong = {one.other.casefold() for one in self._corrections if one.kind is CorrectionKind.WRONG}
        found: list[Looks] = []
        for card in self.who(name) or self.who(plain):
            mine = {folded(known.name) for known in card.names}
            told: list[Look] = []
            ended: list[Ending] = []
            for old in self._before_of(card):
                looks, ends = self._told.looks_told(old)
                told += [one for one in looks if _is_of(one.of, mine) and one.text.casefold() not in wrong]
                ended += [one for one in ends if _is_of(one.of, mine)]
            found += looks_of(card.name, told, ended, which)
        return found

    def names(self) -> frozenset[str]:
        """Return every name of a person, place or term so far (T43), and those that the reader gave."""
        mine = {card.name for card in self._cards} | {k.name for card in self._cards for k in card.names}
        return frozenset(mine | {card.name for card in self.places()} | {card.term for card in self.terms()})

    # ---- what is not corrected -------------------------------------------------------------

    def terms(self) -> list[TermCard]:
        """Return the words the text has explained, in order of first use."""
        return self._told.terms()

    def define(self, term: str) -> TermCard | None:
        """Return what the text has said a word means, or at least where it first stands (S17)."""
        return self._told.define(term)

    def places(self) -> list[PlaceCard]:
        """Return the places named so far, by mentions, then by first naming."""
        return self._told.places()

    def groups(self) -> list[NamedThing]:
        """Return the groups and things named so far, by mentions, then by first naming."""
        return self._told.groups()

    def timeline(self) -> list[TimeMark]:
        """Return where the text so far says when, in the order of the text."""
        return self._told.timeline()

    def digests(self) -> list[SectionDigest]:
        """Return the digests of the sections reached, in order; the last covers what was read (S31)."""
        return self._told.digests()

    # ---- inside ----------------------------------------------------------------------------

    @cached_property
    def _cards(self) -> list[PersonCard]:
        return corrected(self._told.people(), self._corrections, len(self._text))

    @cached_property
    def _called(self) -> Called:
        return Called(self._cards)

    @cached_property
    def _by_name(self) -> dict[str, list[PersonCard]]:
        """Return, by a display name of before, the cards of now that hold names of that card."""
        found: dict[str, list[PersonCard]] = {}
        for old in self._told.people():
            keys = {(known.name, known.first) for known in old.names}
            now = [card for card in self._cards if keys & {(k.name, k.first) for k in card.names}]
            # The one that still has the display name comes first: what is not decided stays with it.
            now.sort(key=lambda card: all(known.name != old.name for known in card.names))
            found.setdefault(old.name, []).extend(now)
        return found

    def _now(self, name: str, quote: str) -> str | None:
        """Return the display name of now for one of before; of parted cards the one that `quote` names.

        None for a card that was hidden; a name of nobody's card ("the waiter") stays.
        """
        cards = self._by_name.get(name)
        if cards is None:
            return name
        if len(cards) > 1 and quote:
            named = [card for card in cards if any(known.name in quote for known in card.names)]
            cards = named or cards
        return cards[0].name if cards else None

    def _before_of(self, card: PersonCard) -> list[PersonCard]:
        keys = {(known.name, known.first) for known in card.names}
        return [old for old in self._told.people() if keys & {(k.name, k.first) for k in old.names}]


def _is_of(name: str, known: set[str]) -> bool:
    return folded(name) in known or folded(parted(name)[0]) in known
