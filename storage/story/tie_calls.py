"""Ties from talk: what somebody calls another to their face, "Papa", "my dear sister", "Uncle Bram". Pure.

Only lines whose speaker is sure count, and only where it is sure to whom they are said. "Father" may be a
priest and "brother" any comrade, so a call tells a tie at once only within one family name; else the second
such call does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from storage.story import tie_words as words
from storage.story.evidence import Cue
from storage.story.facts import SpokenLine
from storage.story.given import feminine_stem
from storage.story.meant import Meant, Pronouns
from storage.story.stage import Stage
from storage.story.tie_sentences import Stated
from storage.values import Span

_WORD = "|".join(sorted(words.CALLED, key=lambda word: (-len(word), word)))
_DEAR = r"(?:my )?(?:(?:dear|dearest|darling|poor|sweet|own|good|beloved|little) ){0,2}"
_CALL = re.compile(
    rf"(?:^[“\"‘«]?|[,;.!?—] ?|\b(?:[Oo]h?|[Yy]es|[Nn]o|[Aa]h) ){_DEAR}(?P<word>{_WORD})(?=[,.!?;—”\"’»])",
    re.I,
)
_CLERGY = frozenset("father brother sister mother reverend rev abbé bishop saint st pope friar nurse".split())
_LOVE = re.compile(r"\bI (?:do )?love you\b(?! (?:all|both|like|as|for|if|when))|\bI am in love with you\b")
_ADDRESSED, _BESIDE = 320, 30


def called_ties(text: str, stage: Stage, pronouns: Pronouns, lines: Sequence[SpokenLine]) -> Iterable[Stated]:
    """Yield what speakers call those to whom they speak; a line is the evidence."""
    calls = _Calls(stage, pronouns, lines)
    for index, line in enumerate(lines):
        if not line.sure:
            continue
        speaker = pronouns.speaker(line.span.start)
        if speaker is None or not speaker.sure:
            continue
        said = text[line.span.start : line.span.end]
        for match in _CALL.finditer(said):
            at = line.span.start + match.start("word")
            yield from calls.by_word(match["word"].lower(), at, index, speaker.who)
        yield from calls.by_title(index, speaker.who)
        love = _LOVE.search(said)
        to = calls.whom(index, speaker.who) if love is not None else None
        if to is not None and to.sure and stage.genders[to.who].clashes(stage.genders[speaker.who]):
            yield Stated(speaker.who, "in love with", to.who, line.span)  # else it may be as of a sister


class _Calls:
    def __init__(self, stage: Stage, pronouns: Pronouns, lines: Sequence[SpokenLine]) -> None:
        self._stage, self._pronouns, self._lines = stage, pronouns, lines
        self._starts = [line.span.start for line in lines]

    def by_word(self, word: str, at: int, index: int, speaker: int) -> Iterable[Stated]:
        """Yield the tie of "Yes, papa": said to whom the line is said."""
        to = self.whom(index, speaker)
        if to is None or (to.standing is not None and abs(to.standing.start - at) > _BESIDE):
            return
        titles = self._stage.people[to.who][0].titles
        if word not in titles or not titles & _CLERGY:
            tie = self._called(words.CALLED[word], to, speaker, self._lines[index].span)
            if to.sure:
                yield tie

    def by_title(self, index: int, speaker: int) -> Iterable[Stated]:
        """Yield the tie of "Uncle Bram, come in"."""
        span = self._lines[index].span
        for standing in self._stage.between(span.start, span.end):
            if not standing.cues & (Cue.CALLED | Cue.CALLED_FIRST) or standing.who == speaker:
                continue
            person, _ = self._stage.people[standing.who]
            name = next(
                (
                    one.name
                    for one in person.named
                    if len(one.surface) == standing.end - standing.start
                    and bisect_left(one.starts, standing.start) < len(one.starts)
                    and one.starts[bisect_left(one.starts, standing.start)] == standing.start
                ),
                None,
            )
            if (
                name is not None
                and name.core
                and name.titles
                and name.titles[0] in ("uncle", "aunt", "cousin")
            ):
                yield self._called(name.titles[0], Meant(standing.who, standing), speaker, span)

    def whom(self, index: int, speaker: int) -> Meant | None:
        """Return to whom a line is said: who is called in it, or who spoke before and speaks after it."""
        line = self._lines[index]
        found = self._pronouns.addressed(line.span.start)
        if found is not None and found.standing is not None:
            return found if found.sure else None
        around = []
        for step in (-1, 1):
            at = index + step
            while 0 <= at < len(self._lines) and self._lines[at].reveal == line.reveal:
                at += step
            near = self._lines[at] if 0 <= at < len(self._lines) else None
            gap = abs((near.span.end if step < 0 else near.span.start) - line.span.start) if near else 0
            if near is not None and near.sure and gap < _ADDRESSED + (line.span.end - line.span.start):
                other = self._pronouns.speaker(near.span.start)
                around += [other.who] if other is not None else []
        whom = set(around) - {speaker}
        return Meant(whom.pop(), None, len(around) > 1) if len(whom) == 1 else None

    def _called(self, kind: str, to: Meant, speaker: int, span: Span) -> Stated:
        return Stated(to.who, kind, speaker, span, bool(self._surnames(to.who) & self._surnames(speaker)))

    def _surnames(self, who: int) -> set[str]:
        names = [one.name for one in self._stage.people[who][0].named]
        return {
            feminine_stem(name.core[-1])
            for name in names
            if len(name.core) > 1 or (name.core and name.titles)
        }
