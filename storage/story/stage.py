"""The stage: who stands where in the text, for rules that ask who is meant at a place. Pure.

Made of cards and names of one prefix; it knows nothing that the prefix does not say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

from storage.story.evidence import Cue
from storage.story.facts import PersonCard
from storage.story.names import Gender
from storage.story.person import Person
from storage.values import Span

_I = re.compile(r"\bI\b")
_I_PER_CHARS = 600
"""Who tells a story says "I" outside quotation marks at least once in so many code points."""
_LEAST_I = 12
_SMALL_TITLES = frozenset(
    "count countess prince princess baron baroness duke duchess king queen colonel captain major general "
    "professor doctor inspector widow judge bishop squire marquis lieutenant sergeant admiral".split()
)
_SAID_SHARE = 0.8
_CALLED = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """One mention of a person: its span, whose it is (a place in `Stage.people`), and its cues."""

    start: int
    end: int
    who: int
    cues: int


class Stage:
    """Everybody known at the horizon, with every place where a name of theirs stands."""

    def __init__(self, people: Sequence[tuple[Person, PersonCard]]) -> None:
        """Take the people of one prefix with their cards."""
        self.people = list(people)
        self.genders = [person.gender for person, _ in people]
        found = [
            Standing(start, start + len(one.surface), index, flags)
            for index, (person, _) in enumerate(people)
            for one in person.named
            for start, flags in zip(one.starts, one.flags, strict=True)
        ]
        found.sort(key=lambda standing: (standing.start, standing.who))
        self._found = found
        self._starts = [standing.start for standing in found]

    def with_titles(self, text: str) -> Stage:
        """Return a stage where "the widow" in small letters is a mention of the one who bears that title."""
        bearers: dict[str, set[int]] = {}
        for who, (person, _) in enumerate(self.people):
            for title in person.titles & _SMALL_TITLES:
                bearers.setdefault(title, set()).add(who)
        alone = {title: who.pop() for title, who in bearers.items() if len(who) == 1}
        if not alone:
            return self
        first = {who: self.people[who][1].first for who in alone.values()}
        found = re.finditer(rf"\b[Tt]he (?P<title>{'|'.join(sorted(alone))})\b(?! [^\W\d_a-z])", text)
        small = [
            Standing(match.start("title"), match.end(), who, 0)
            for match in found
            if first[who := alone[match["title"]]] < match.start()
        ]
        stage = copy(self)
        stage._found = sorted([*self._found, *small], key=lambda standing: (standing.start, standing.who))
        stage._starts = [standing.start for standing in stage._found]
        return stage

    def name(self, who: int) -> str:
        """Return the display name of somebody."""
        return self.people[who][1].name

    def between(self, start: int, end: int) -> list[Standing]:
        """Return the mentions that start in `[start, end)`, in order."""
        return self._found[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def before(self, at: int, reach: int) -> list[Standing]:
        """Return the mentions that start in `[at - reach, at)`, the nearest first."""
        return self.between(at - reach, at)[::-1]

    def at(self, place: int) -> Standing | None:
        """Return the mention that covers a place, or None."""
        index = bisect_right(self._starts, place) - 1
        if index >= 0 and self._found[index].end > place:
            return self._found[index]
        return None

    def fits(self, who: int, gender: Gender) -> bool:
        """Tell whether somebody may be the "he" or "she" of a talk; a creature that never speaks is not."""
        return not self.genders[who].clashes(gender) and not self.people[who][1].creature

    def narrator(self, told: Sequence[str]) -> int | None:
        """Return who tells the story in the first person, once somebody has called them by a name.

        `told` are the pieces of text outside quotation marks. Whoever is called by name in talk and is
        never told of by it is the one who tells; nobody, while the text has not named them (S13).
        """
        size = sum(len(piece) for piece in told)
        spoken = sum(1 for piece in told for _ in _I.finditer(piece))
        if spoken < _LEAST_I or spoken * _I_PER_CHARS < size:
            return None
        best = self._called_most()
        return best[0] if best else None

    def narrator_known(self, text: str, speeches: Sequence[Span]) -> tuple[int | None, int]:
        """Return who tells the story, and the offset where the text has made that known."""
        told, at = [], 0
        for span in speeches:
            told.append(text[at : span.start])
            at = span.end
        told.append(text[at:])
        who = self.narrator(told)
        if who is None:
            return None, 0
        called = [s for s in self._found if s.who == who and s.cues & (Cue.CALLED | Cue.CALLED_FIRST)]
        return who, called[_CALLED - 1].end

    def _called_most(self) -> tuple[int, int] | None:
        scores: Counter[int] = Counter()
        for index, (person, _) in enumerate(self.people):
            cues: Counter[Cue] = Counter()
            for one in person.named:
                cues.update(one.cues)
            called = cues[Cue.CALLED] + cues[Cue.CALLED_FIRST]
            if called >= _CALLED and cues[Cue.SPEECH] >= _SAID_SHARE * person.count:
                scores[index] = called
        best = scores.most_common(1)
        return best[0] if best else None
