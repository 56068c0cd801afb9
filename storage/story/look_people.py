"""Whom words may mean where looks are told: the named, the one told of last, strangers. For English. Pure.

"She" is who was told of last and may be she; "a thin bald man" is a stranger until he is named in a line
close by, and is known to be that one from the end of the naming sentence on (S11, S13). "Old" and "Young"
before a name tell two people apart who share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from storage.book.text import blocks
from storage.story.look_signs import (
    AFTER_SELF,
    CALLED,
    IN_FULL,
    INTRODUCED_AS,
    IS_NAMED,
    NAME_WAS,
    QUALIFIED,
    QUALIFIER,
    SAID_BY,
    SELF,
    SELF_TOLD,
    SPEECH,
    THIS_IS,
)
from storage.story.looks import Aspect
from storage.story.names import Gender
from storage.story.phrases import Phrase
from storage.story.stage import Stage, Standing
from storage.values import Span

_LASTS = 6
"""So many paragraphs after the last word of somebody a pronoun no longer finds them."""
_NAMED_WITHIN = 5
"""So many paragraphs after a stranger has come a name may be given to them."""
_NEW = 4_000
"""So many code points after the first mention "he was a tall man" may still be about somebody."""
_AFTER = 60
"""So many code points after a name tell whether it is somebody's own, another's, or a call."""
_INTRODUCED = 400
"""So many code points after the first mention of somebody the text is still introducing them."""


@dataclass(slots=True)
class Someone:
    """One of whom looks are told: cards of theirs, or nobody's while they are unnamed."""

    who: list[int]
    of: str
    gender: Gender
    known_at: int = 0
    """From which offset it is known who this is; 0 for who was told of by name."""
    noun: str = ""
    met: int = 0
    """The number of the paragraph they came in."""
    looks: list[tuple[Phrase | None, Aspect, Span, Span]] = field(default_factory=list)
    endings: list[tuple[str, Span]] = field(default_factory=list)
    named_in: int = -1
    told_in: int = -1
    """The number of the last paragraph that has their name."""
    alias: list[tuple[int, str, int]] = field(default_factory=list)
    """Cards and names that a later sentence gave, each with its reveal."""


class LookPeople:
    """Those of whom looks are told, in the order of the telling. `masked` is the text without its speech."""

    def __init__(self, text: str, masked: str, stage: Stage) -> None:
        self.all: list[Someone] = []
        self._text, self._masked, self._stage = text, masked, stage
        self._genders = list(stage.genders)
        self._sure = [
            any(one.name.gender is not Gender.UNKNOWN for one in person.named) for person, _ in stage.people
        ]
        self._known: dict[tuple[int, str], Someone] = {}
        self._focus: dict[Gender, tuple[Someone, int, int]] = {}
        self._ticks = 0
        self._strangers: list[Someone] = []

    def leave(self) -> None:
        """Forget who is told of: a heading stands here."""
        self._focus, self._strangers = {}, []

    def named(self, mention: Standing, number: int) -> Someone:
        """Return whom a name means where it stands: "Old Tolly" and "Young Tolly" are two."""
        before = QUALIFIER.search(self._text, max(0, mention.start - 9), mention.start)
        after = QUALIFIED.match(self._text, mention.end)
        name = self._text[mention.start : mention.end]
        of = name
        if before is not None and not name.startswith(before["before"]):
            of = f"{before['before']} {name}"
        elif after is not None:
            of = f"{name}{after.group()}"
        someone = self.card(mention.who, of)
        someone.told_in = number
        return someone

    def is_old(self, someone: Someone, at: int, number: int) -> bool:
        """Tell whether somebody is long met and not named in paragraph `number`: it will not present them."""
        firsts = [self._stage.people[who][0].first for who in someone.who]
        return bool(firsts) and someone.told_in != number and at - min(firsts) > _NEW

    def card(self, who: int, of: str) -> Someone:
        """Return the person of a number under the name the text has for them here."""
        key = (who, of)
        if key not in self._known:
            self._known[key] = Someone([who], of, self._genders[who])
            self.all.append(self._known[key])
        return self._known[key]

    def they(self, gender: Gender, subject: Someone | None, number: int) -> Someone | None:
        """Return whom "he" or "she" means in paragraph `number`: the subject, or who was told of last."""
        if subject is not None and not subject.gender.clashes(gender):
            return subject
        # Of whom no word says which, only who was told of later than anybody it fits.
        found = [told for kind in (gender, Gender.UNKNOWN) if (told := self.in_focus(kind, number))]
        return max(found, key=lambda told: told[1])[0] if found else None

    def in_focus(self, gender: Gender, number: int) -> tuple[Someone, int] | None:
        """Return who of a gender was told of last, and when, unless too long ago."""
        found = self._focus.get(gender)
        return (found[0], found[2]) if found is not None and number - found[1] <= _LASTS else None

    def told_of(self, someone: Someone, number: int, gender: Gender | None = None) -> None:
        """Keep that paragraph `number` tells of somebody, as a `gender` if a pronoun said so."""
        self._ticks += 1
        self._focus[gender or someone.gender] = (someone, number, self._ticks)

    def unknown(self) -> Someone:
        """Return somebody of whom no card tells."""
        someone = Someone([], "", Gender.UNKNOWN)
        self.all.append(someone)
        return someone

    def stranger(self, noun: str, gender: Gender, number: int) -> Someone:
        """Return somebody new who has no name yet."""
        someone = Someone([], "", gender, noun=noun, met=number)
        self.all.append(someone)
        self._strangers.append(someone)
        return someone

    def name_strangers(self, sentence: Span, number: int) -> None:
        """Give a name to a stranger, or to who is told of, where a sentence says it."""
        self._strangers = [one for one in self._strangers if number - one.met <= _NAMED_WITHIN]
        for mention in self._stage.between(sentence.start, sentence.end):
            before = self._text[sentence.start : mention.start]
            after = self._text[mention.end : mention.end + _AFTER]
            spoken = self._masked[mention.start] == "\x01"
            someone = None
            # What a few pronouns add up to gives way to "a young woman came in".
            first = self._stage.people[mention.who][0].first
            is_new = mention.start - first < _INTRODUCED
            told = first < sentence.start and self._masked[first] != "\x01"
            sure = self._sure[mention.who] or not is_new
            gender = self._genders[mention.who] if sure else Gender.UNKNOWN
            name = self._text[mention.start : mention.end]
            if spoken:
                if self._says_own_name(name, before, after, gender, is_new, told) or (
                    THIS_IS.search(before) and not after.startswith(("’s", "'s"))
                ):
                    someone = self._newest_stranger(gender, number)
            elif (m := IS_NAMED.search(before) or NAME_WAS.search(before)) and re.match(r"[.,;]", after):
                is_she = m.group().lower().startswith(("she", "her"))
                someone = self.they(Gender.FEMALE if is_she else Gender.MALE, None, number)
                # Two who have names are one only where the one name is an office: "He was the Reeve".
                if someone is not None and someone.who and (" " in name or not m.group().endswith("the ")):
                    someone = None
            if someone is not None and mention.who not in someone.who:
                someone.alias.append((mention.who, name, sentence.end))
                someone.named_in = number
                if gender is Gender.UNKNOWN:
                    self._genders[mention.who] = someone.gender
                    for one in self.all:
                        if one.who == [mention.who]:
                            one.gender = someone.gender

    def _says_own_name(
        self, name: str, before: str, after: str, gender: Gender, is_new: bool, told: bool
    ) -> bool:
        """Tell whether who speaks says who they are; a name that was `told` before, alone, is a call."""
        tail = re.split(r"(?<=[.!?”]) ", before)[-1]
        if not AFTER_SELF.match(after):
            return False
        whole = IN_FULL.match(after)
        if SELF_TOLD.search(tail) or (whole is not None and whole["whole"].endswith(f" {name}")):
            return True
        if is_new and INTRODUCED_AS.match(after):
            return True
        said = SAID_BY.match(after)
        if not is_new or told or CALLED.match(after) or (said is not None and said["name"]):
            return False
        speaker = Gender.UNKNOWN if said is None else Gender.MALE if said["he"] else Gender.FEMALE
        return (tail == "" or SELF.match(tail) is not None) and not speaker.clashes(gender)

    def _newest_stranger(self, gender: Gender, number: int) -> Someone | None:
        for one in reversed(self._strangers):
            if one.named_in not in (-1, number):
                continue  # they have their name
            if not one.gender.clashes(gender) and (one.looks or one.noun):
                return one
        return None


def masked_speech(text: str) -> str:
    """Return the text with all that is said put out of sight, every sign in its place."""
    pieces, at = [], 0
    for block in blocks(text):
        pieces.append(text[at : block.start])
        piece = text[block.start : block.end]
        pieces.append(SPEECH.sub(lambda m: "\x01" * len(m.group()), piece))
        at = block.end
    pieces.append(text[at:])
    return "".join(pieces)
