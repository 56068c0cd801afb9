"""Who answers to a name: somebody called by it in talk speaks next, again and again. Pure.

"“Come, Hal,” said Ada. / “Not yet,” said Mr. Vail." If nobody is told of as Hal, if Mr. Vail speaks where Hal
was called and never calls him, Hal is Mr. Vail. The text equates the two by what it does with them (T49).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from storage.story import lexicon as lex
from storage.story.evidence import Cue
from storage.story.sorting import Named
from storage.values import Span

TELLER = -1
"""Stands for whoever tells the story as "I"."""
_I_SAID = re.compile(r"\bI ([a-z]+)\b|\b([a-z]+) I\b")
_CALLS = Cue.CALLED | Cue.CALLED_FIRST
_LEAST = 3
"""So many calls, in as many paragraphs, must be answered by one person ..."""
_TELLER_LEAST = 2
"""Whoever tells a story is never told of by name, so fewer calls will do."""
_HARDLY = 40
_MOST = 3
"""... and so many times as often as by anybody else."""


class Answers:
    """Who speaks in which paragraph, by the narrator's word, of one prefix."""

    def __init__(self, text: str, people: Sequence[Sequence[Named]]) -> None:
        """Take the names of each person; places in `people` stand for them."""
        self._text = text
        self._people = people
        self._said = sorted(
            (start, who)
            for who, named in enumerate(people)
            for one in named
            for start, flags in zip(one.starts, one.flags, strict=True)
            if flags & Cue.SAID and not flags & Cue.SPEECH
        )
        self._starts = [start for start, _ in self._said]

    def one_who_answers(self, who: int) -> tuple[int, Span] | None:
        """Return who speaks where `who` is called, and the stretch of text that makes it sure, or None.

        Whoever calls a name does not bear it.
        """
        met: dict[int, list[Span]] = {}
        callers: set[int] = set()
        seen: set[int] = set()
        for start, end in self._calls(who):
            low = self._text.rfind("\n", 0, start) + 1
            high = self._end_of_paragraph(start)
            callers |= self._speakers(low, high)
            if low in seen:
                continue
            seen.add(low)
            before = self._text.rfind("\n", 0, max(0, low - 1)) + 1
            after = self._end_of_paragraph(high + 1)
            for one in self._speakers(before, low - 1):
                met.setdefault(one, []).append(Span(start, end))
            for one in self._speakers(high + 1, after) - self._speakers(before, low - 1):
                met.setdefault(one, []).append(Span(start, after))
        counts = Counter({one: len(calls) for one, calls in met.items()})
        if counts[TELLER] >= _TELLER_LEAST and counts[TELLER] == max(counts.values()) and not self._acts(who):
            return TELLER, met[TELLER][_TELLER_LEAST - 1]
        ranked = [(one, times) for one, times in counts.most_common() if one not in callers | {who, TELLER}]
        if not ranked or ranked[0][1] < _LEAST:
            return None
        if len(ranked) > 1 and ranked[0][1] < _MOST * ranked[1][1]:
            return None
        return ranked[0][0], met[ranked[0][0]][_LEAST - 1]

    def may_be_teller(self, who: int) -> Span | None:
        """Return the second call by a name that the narrator never makes act, or None."""
        calls = self._calls(who)
        return None if len(calls) < _TELLER_LEAST or self._acts(who) else Span(*calls[_TELLER_LEAST - 1])

    def _acts(self, who: int) -> bool:
        """Tell whether the narrator more than hardly ever tells what somebody of this name says or does."""
        told = [flags for one in self._people[who] for flags in one.flags]
        acts = sum(1 for flags in told if flags & (Cue.SAID | Cue.ACTS) and not flags & Cue.SPEECH)
        return acts * _HARDLY > len(told)

    def _calls(self, who: int) -> list[tuple[int, int]]:
        return sorted(
            (start, start + len(one.surface))
            for one in self._people[who]
            for start, flags in zip(one.starts, one.flags, strict=True)
            if flags & _CALLS and flags & Cue.SPEECH
        )

    def _end_of_paragraph(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _speakers(self, low: int, high: int) -> set[int]:
        said = self._said[bisect_left(self._starts, low) : bisect_left(self._starts, high)]
        return {who for _, who in said} | ({TELLER} if _i_speak(self._text, low, high) else set())


def _i_speak(text: str, low: int, high: int) -> bool:
    """Tell whether "I said" or "said I" stands outside quotation marks in a stretch of text."""
    return any(
        (match[1] or match[2]) in lex.SAID and not _in_speech(text, match.start())
        for match in _I_SAID.finditer(text, low, high)
    )


def _in_speech(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    if text.rfind("“", start, at) > text.rfind("”", start, at):
        return True
    if text.rfind("‘", start, at) > max(text.rfind("’ ", start, at), text.rfind(",’", start, at)):
        return True
    return text.count('"', start, at) % 2 == 1
