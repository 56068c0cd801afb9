"""Who is meant by a pronoun at a place of the text: "his", "she", "my", "your". Rules for English, pure.

A wrong fact is worse than a missing one (S22), so each answer says whether it is sure. Somebody named only
in "Tom's hat" is a weak antecedent; where two could be meant, it is sure only where one alone does something.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from storage.story import lexicon as lex
from storage.story.evidence import Cue
from storage.story.facts import SpokenLine
from storage.story.names import Gender
from storage.story.stage import Stage, Standing
from storage.story.tellers import Tellers

_REACH, _FAR, _NEAR = 600, 520, 260
_DOING = Cue.SAID | Cue.ACTS | Cue.WEAKLY_ACTS | Cue.WHO


_SAID_TO = re.compile(
    rf",? (?:[^\W\d_]+\.? ){{0,3}}?(?:{'|'.join(sorted(lex.SAID))}) (?:[^\W\d_a-z]\w+ )?(?:[a-z]+ly )?to "
)


@dataclass(frozen=True, slots=True)
class Meant:
    """Somebody, the mention that names them where one does, and whether nobody else can be meant."""

    who: int
    standing: Standing | None = None
    sure: bool = True


class Pronouns:
    """Who a pronoun stands for, in one text with its lines of dialogue."""

    def __init__(self, text: str, stage: Stage, lines: Sequence[SpokenLine], tellers: Tellers) -> None:
        """Take a cut text with everybody in it."""
        self._text, self._lines, self._tellers = text, lines, tellers
        self._stage = stage.with_titles(text)
        self._starts = [line.span.start for line in lines]
        self._by_name = {stage.name(i): i for i in reversed(range(len(stage.people)))}

    def meant(self, pronoun: str, at: int, but: int | None = None) -> Meant | None:
        """Return who a pronoun in small letters means at `at`; `but` is somebody it does not mean."""
        if pronoun in ("my", "our", "i", "me"):
            return self.speaker(at, is_sure=pronoun != "our")
        if pronoun == "your":
            return self.addressed(at, but)
        if pronoun not in ("his", "he", "him", "her", "she"):
            return None
        return self._told_of(Gender.FEMALE if pronoun in ("her", "she") else Gender.MALE, at, but)

    def line(self, at: int) -> SpokenLine | None:
        """Return the line of dialogue that holds a place."""
        index = bisect_right(self._starts, at) - 1
        return self._lines[index] if index >= 0 and self._lines[index].span.end > at else None

    def speaker(self, at: int, *, is_sure: bool = True) -> Meant | None:
        """Return who says "I" at a place: who speaks, or outside of dialogue who tells."""
        line = self.line(at)
        if line is None or (not line.sure and self._tellers.reader_at(at) is not None):
            who = self._tellers.at(at)  # a letter stands in quotation marks too
            return None if who is None else Meant(who, sure=is_sure)
        found = self._by_name.get(line.speaker) if line.speaker is not None else None
        return None if found is None else Meant(found, sure=is_sure and line.sure)

    def addressed(self, at: int, but: int | None = None) -> Meant | None:
        """Return to whom a line is said: who is called by name in its paragraph, or who spoke just before."""
        line = self.line(at)
        reader = self._tellers.reader_at(at)
        if line is None or (not line.sure and reader is not None):
            return None if reader is None else Meant(reader)
        speaker = self._by_name.get(line.speaker) if line.speaker is not None else None
        start = self._text.rfind("\n", 0, at) + 1
        told = self._said_to(line)
        if told is not None and told.who != speaker:
            return told
        around = self._stage.between(start, line.span.end)
        called = [
            s for s in around if s.cues & (Cue.CALLED | Cue.CALLED_FIRST) and s.who not in (but, speaker)
        ]
        if called:
            return Meant(called[0].who, called[0], len({s.who for s in called}) == 1)
        index = bisect_right(self._starts, start - 1) - 1
        before = self._lines[index] if index >= 0 else None
        if before is None or before.speaker is None or start - before.span.end > _NEAR:
            return None
        if line.span.end - line.span.start > _REACH:
            return None  # a letter read aloud, or a tale: "your" is somebody else's
        who = self._by_name.get(before.speaker)
        sure = line.sure and before.sure
        return None if who is None or who == speaker or speaker is None else Meant(who, None, sure)

    def _said_to(self, line: SpokenLine) -> Meant | None:
        """Return to whom "she cried to Ned" says that a line is said."""
        said = _SAID_TO.match(self._text, line.span.end)
        to = self._stage.at(said.end()) if said is not None else None
        return Meant(to.who, to) if to is not None else None

    def _told_of(self, gender: Gender, at: int, but: int | None) -> Meant | None:
        line = self.line(at)
        paragraph = self._text.rfind("\n", 0, at) + 1
        spoken = self._by_name.get(line.speaker) if line is not None and line.speaker is not None else None
        here: list[Standing] = []
        before: list[Standing] = []
        for standing in self._stage.before(at, _REACH):
            if not self._stage.fits(standing.who, gender) or standing.who in (but, spoken):
                continue
            if standing.cues & Cue.SPEECH and (
                line is None or standing.cues & (Cue.CALLED | Cue.CALLED_FIRST)
            ):
                continue  # who is spoken to is "you"
            near = standing.start >= paragraph and standing.start >= at - _NEAR
            (here if near else before).append(standing)
        known = self._known(here, gender) or self._known(before, gender)
        strong = [s for s in known if not s.cues & Cue.POSSESSIVE] or known
        if not strong:
            return None
        chosen = next((s for s in strong if here and self._does(s)), strong[0])
        # Of "Ada and Rose" the first is what is talked of, though not surely.
        pair = next((s for s in strong if s.start < chosen.start and self._are_together(s, chosen)), None)
        chosen = pair or chosen
        far = self._stage.between(max(paragraph, at - _FAR), at)
        others = {s.who for s in known} | {s.who for s in far if self._stage.genders[s.who] is gender}
        others -= {chosen.who, but, spoken}
        rivals = [s for s in far if s.who in others]
        beside = any(self._does(s) or self._are_together(chosen, s) for s in rivals)
        sure = not others or (bool(here) and not beside and known[0] is chosen and self._does(chosen))
        if line is not None and chosen.start < line.span.start:
            sure = self._just_said(line, gender, chosen)  # else the speaker may have somebody else in mind
        if line is not None and self._stage.genders[chosen.who] is Gender.UNKNOWN:
            sure = False
        return Meant(chosen.who, chosen, sure)

    def _just_said(self, line: SpokenLine, gender: Gender, chosen: Standing) -> bool:
        """Tell whether the lines before speak of one person of this gender: "Who is Ada?" "She is ..."."""
        index = bisect_right(self._starts, line.span.start - 1) - 1
        said: set[int] = set()
        while index >= 0 and line.span.start - self._lines[index].span.end <= _REACH:
            span = self._lines[index].span
            said |= {s.who for s in self._stage.between(span.start, span.end)}
            index -= 1
        return {who for who in said if self._stage.fits(who, gender)} == {chosen.who}

    def _known(self, standings: list[Standing], gender: Gender) -> list[Standing]:
        return [s for s in standings if self._stage.genders[s.who] is gender] or standings

    def _are_together(self, a: Standing, b: Standing) -> bool:
        """Tell whether two are told of as one: "Ada and Rose were cold"."""
        first, second = sorted((a, b), key=lambda s: s.start)
        return self._text[first.end : second.start] in (" and ", " or ", ", ")

    def _does(self, standing: Standing) -> bool:
        return bool(standing.cues & _DOING)
