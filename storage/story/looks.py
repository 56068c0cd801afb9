"""Looks: what somebody is told to look like at a horizon, every word with where it stands (S30). Pure.

A fold over the cut text and its people, as ties and speakers are; what tells one look from another, and which
later one takes the place of which earlier, is decided here. How they are found in sentences is in looking.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from storage.story.facts import Descriptor
from storage.story.visible import (
    AGE,
    BUILD,
    CLOTHES,
    COLOURS,
    FACE_HAIR,
    GLASSES,
    HAIR,
    OUTER,
    PARTS,
    WORN,
    words_of,
)
from storage.values import Span


class Aspect(StrEnum):
    """What of somebody a look is about. Of each but clothes the latest look holds."""

    FIGURE = "figure"
    AGE = "age"
    HAIR = "hair"
    BEARD = "beard"
    EYES = "eyes"
    GLASSES = "glasses"
    FACE = "face"
    SKIN = "skin"
    HANDS = "hands"
    MARK = "mark"
    BODY = "body"
    CLOTHES = "clothes"


ASKED = (Aspect.HAIR, Aspect.EYES, Aspect.AGE, Aspect.FIGURE, Aspect.CLOTHES)
"""What a picture cannot leave open: where the text is silent on one, the reader may choose."""


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that the text says of somebody's looks, in its own words.

    `span` is where the words stand in the sentence that says so, and `reveal` the offset from which it is
    known whose they are; `until` the one at which the text took them back, None while they last. `of` is the
    name they were told of: "Old Tolver" and "Young Tolver" are two, whoever's card has the name.
    """

    aspect: Aspect
    text: str
    span: Span
    sentence: Span
    reveal: int
    of: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """What a sentence takes back: a beard shaved, a hat taken off. `part` is its word."""

    part: str
    sentence: Span
    reveal: int
    of: str


@dataclass(frozen=True, slots=True)
class Change:
    """A place where somebody's looks became other than before."""

    at: int
    """The reveal of what changed."""
    before: str
    now: str
    """The words that hold now; empty where something was only taken away."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How somebody is told to look at the horizon."""

    name: str
    told: tuple[Look, ...] = ()
    """All that was told, in order; what was taken back has its end."""

    def now(self) -> tuple[Look, ...]:
        """Return what holds at the horizon, in the order of `Aspect`, then of the text."""
        order = list(Aspect)
        lasting = [look for look in self.told if look.until is None]
        return tuple(sorted(lasting, key=lambda look: (order.index(look.aspect), look.span)))

    def unstated(self) -> tuple[Aspect, ...]:
        """Return what a picture needs and the text has not said so far."""
        lasting = self.now()
        return tuple(asked for asked in ASKED if not any(_states(look, asked) for look in lasting))

    def changes(self) -> tuple[Change, ...]:
        """Return where the text has changed them, in order."""
        found: list[Change] = []
        for look in self.told:
            if look.until is None:
                continue
            now = next(
                (one for one in self.told if one.reveal == look.until and one.aspect is look.aspect), None
            )
            found.append(Change(look.until, look.text, now.text if now else ""))
        return tuple(sorted(found, key=lambda change: change.at))

    @property
    def reveal(self) -> int:
        """Return the offset from which all that holds now is known; 0 when nothing does."""
        ends = [look.until for look in self.told if look.until is not None]
        return max([*(look.reveal for look in self.now()), *ends], default=0)


def _states(look: Look, asked: Aspect) -> bool:
    words = set(words_of(look.text))
    if asked is Aspect.AGE:
        return look.aspect is Aspect.AGE or bool(words & AGE)
    if asked is Aspect.FIGURE:
        return look.aspect is Aspect.FIGURE and bool(words & BUILD)
    if asked is Aspect.HAIR:
        return (
            look.aspect is Aspect.HAIR or "bald" in words or any(word.endswith("-haired") for word in words)
        )
    if asked is Aspect.EYES:
        return look.aspect is Aspect.EYES or any(word.endswith("-eyed") for word in words)
    return look.aspect is asked


def aspect_of(text: str) -> Aspect | None:
    """Return what a phrase is about, by the last word that says so before any tail; None: not a look."""
    for word in words_of(re.split(r"\b(?:that|which|who|like|as|in|of|from|to|on|down|under)\b", text)[0])[
        ::-1
    ]:
        if (found := _BY_WORD.get(word)) is not None:
            return found
    return None


_BY_WORD: dict[str, Aspect] = {
    **dict.fromkeys(WORN, Aspect.CLOTHES),
    **dict.fromkeys(CLOTHES, Aspect.CLOTHES),
    **dict.fromkeys(PARTS, Aspect.BODY),
    **dict.fromkeys(
        "face nose mouth lips chin cheeks cheek brow forehead jaw teeth features".split(), Aspect.FACE
    ),
    **dict.fromkeys("complexion skin freckles".split(), Aspect.SKIN),
    **dict.fromkeys("hands hand fingers".split(), Aspect.HANDS),
    **dict.fromkeys("scar scars wound groove gash bruise burn".split(), Aspect.MARK),
    **dict.fromkeys(HAIR, Aspect.HAIR),
    **dict.fromkeys(FACE_HAIR, Aspect.BEARD),
    **dict.fromkeys("eyes eye".split(), Aspect.EYES),
    **dict.fromkeys(GLASSES, Aspect.GLASSES),
    "eyebrows": Aspect.FACE,
}


def fold_looks(name: str, told: Iterable[Look], ended: Iterable[Ending]) -> Looks:
    """Return looks in order, each with the end that a later sentence put to it (S11).

    A later look of one aspect takes the place of the earlier where it says more than that did; new outer
    clothes take the place of all that was worn.
    """
    kept: list[Look] = []
    happenings: list[Look | Ending] = sorted([*told, *ended], key=_order)
    for one in happenings:
        if isinstance(one, Ending):
            kept = [
                replace(look, until=one.reveal) if look.until is None and _is_part(look, one.part) else look
                for look in kept
            ]
            continue
        lasting = [look for look in kept if look.until is None and look.aspect is one.aspect]
        if any(set(_told_words(one.text)) <= set(_told_words(look.text)) for look in lasting):
            continue
        gone = [look for look in kept if look.until is None and _replaces(one, look)]
        kept = [replace(look, until=one.reveal) if look in gone else look for look in kept]
        kept += [core for look in gone if (core := _colour_kept(look, one)) is not None]
        kept.append(one)
    return Looks(name, tuple(kept))


def _order(one: Look | Ending) -> tuple[int, int, int]:
    at = one.span.start if isinstance(one, Look) else one.sentence.end
    return (max(one.reveal, one.sentence.end), one.sentence.start, at)


def _told_words(text: str) -> list[str]:
    return [part for word in words_of(text) for part in word.split("-") if part not in _SMALL]


_SMALL = frozenset("a an the his her its their in of to with and as very own hair head was".split())


def _replaces(new: Look, old: Look) -> bool:
    if new.sentence == old.sentence:
        return False  # one sentence describes; it takes nothing back
    if new.aspect is Aspect.FIGURE and AGE & set(words_of(new.text)):
        return old.aspect is Aspect.AGE or (
            old.aspect is Aspect.FIGURE and bool(AGE & set(words_of(old.text)))
        )
    if new.aspect is not old.aspect:
        return False
    if new.aspect is Aspect.CLOTHES:
        mine, theirs = set(words_of(new.text)), set(words_of(old.text))
        return bool(mine & OUTER) or bool(mine & theirs & (WORN | CLOTHES))
    if new.aspect is Aspect.FACE or new.aspect is Aspect.BODY:
        mine, theirs = set(words_of(new.text)), set(words_of(old.text))
        return bool(mine & theirs & PARTS)
    return new.aspect is not Aspect.FIGURE


_HAIR_CORE = re.compile(r"^.*?\b(?:" + "|".join(sorted(HAIR | FACE_HAIR)) + r")\b")


def _colour_kept(old: Look, new: Look) -> Look | None:
    """Return the colour of hair that a new cut leaves as it was: "brown hair" of a plait that is cropped."""
    if old.aspect is not Aspect.HAIR or COLOURS & set(words_of(new.text)):
        return None
    core = _HAIR_CORE.match(old.text)
    if core is None or not COLOURS & set(words_of(core.group())):
        return None
    span = Span(old.span.start, old.span.start + core.end())
    return replace(old, text=core.group(), span=span, until=None)


def _is_part(look: Look, part: str) -> bool:
    if part in FACE_HAIR:
        return look.aspect is Aspect.BEARD
    if part == "bent":
        return look.aspect is Aspect.FIGURE and bool(
            {"bent", "stooped", "stooping"} & set(words_of(look.text))
        )
    if part == "mourning":
        return look.aspect is Aspect.CLOTHES and bool({"black", "mourning"} & set(words_of(look.text)))
    if part == "hair":
        return False  # cut, it is still hair; what it became is a look of its own
    return part in words_of(look.text) and look.aspect in (
        Aspect.CLOTHES,
        Aspect.GLASSES,
        Aspect.BODY,
        Aspect.FACE,
    )


def look_of(fact: Descriptor) -> Look | None:
    """Return a descriptor of a card as a look, None when nothing of it can be seen."""
    if fact.kind == "age":
        aspect: Aspect | None = Aspect.AGE
    elif fact.kind == "dress":
        aspect = Aspect.CLOTHES
    elif fact.kind == "looks":
        aspect = aspect_of(fact.text) or Aspect.FIGURE
    else:
        return None
    assert aspect is not None
    return Look(aspect, fact.text, fact.span, fact.span, fact.reveal, fact.of, fact.until)


def with_descriptors(looks: Sequence[Look], facts: Iterable[Descriptor]) -> list[Look]:
    """Return looks and those that cards tell besides: a sentence that was looked into is not told twice."""
    seen = {look.sentence for look in looks}
    return [*looks, *(look for fact in facts if (look := look_of(fact)) and look.sentence not in seen)]


_OLD_OR_YOUNG = re.compile(
    r"^(?:the )?(?P<before>old|young|little|elder|younger) (?P<name>\S.*)$|^(?P<of>\S.*?),? (?:the "
    r")?(?P<after>elder|younger|first|"
    r"second|senior|junior)$",
    re.IGNORECASE,
)
_ELDER = {
    "elder": "old",
    "senior": "old",
    "first": "old",
    "younger": "young",
    "junior": "young",
    "second": "young",
}


def parted(name: str) -> tuple[str, str]:
    """Return a name without what tells two bearers of it apart, and that: "old", "young" or ""."""
    match = _OLD_OR_YOUNG.match(name.strip())
    if match is None:
        return name.strip(), ""
    word = (match["before"] or match["after"]).lower()
    return match["name"] or match["of"], _ELDER.get(word, word)


def looks_of(name: str, told: Sequence[Look], ended: Sequence[Ending], which: str = "") -> list[Looks]:
    """Return the looks of who is called `name`: one, or one each where "Old" and "Young" tell two apart.

    With `which` only that one's. What is told of two without saying of which is told of neither.
    """
    kinds = list(dict.fromkeys(parted(look.of)[1] for look in told))
    bearers = [kind for kind in kinds if kind in ("old", "young")]
    if which and which in bearers:
        bearers = [which]
    elif len(bearers) < 2:
        return [fold_looks(name, told, ended)]
    return [
        fold_looks(
            next(look.of for look in told if parted(look.of)[1] == kind),
            [look for look in told if parted(look.of)[1] == kind],
            [end for end in ended if parted(end.of)[1] == kind],
        )
        for kind in bearers
    ]
