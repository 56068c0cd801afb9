"""How two names stand in the text with each other: side by side, or one said and one told. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from storage.story.evidence import Cue
from storage.story.person import Person, surnames
from storage.story.sorting import Named
from storage.values import Span

_NEAR_CHARS = 1_500
_SCENE_CHARS = 4_000
_BESIDE_CHARS = 60
_TWO_AT_ONCE = 2
"""Two names so often side by side are two people."""
_APART = 25
"""... unless they are seldom so, measured by the rarer of the two (a letter may use both)."""
_SAID_TO = 3
"""A short form said so often where the long form is on the stage is the same person's (T49)."""
_SELDOM = 10
"""... and so often in so many mentions, at least."""
STAGE_CHARS = 700
_OFTEN = 6
"""Two names told so often and never side by side may still be one person's."""
MOSTLY_SAID = 0.45


def beside(one: Named, other: Named) -> int:
    """Count how often two names stand close together, both spoken or both told: two people, as a rule.

    One name in a speech and the other beside it in the telling are often one person's.
    """
    count = 0
    for start, flags in zip(one.starts, one.flags, strict=True):
        at = bisect_left(other.starts, start - _BESIDE_CHARS)
        while at < len(other.starts) and other.starts[at] <= start + _BESIDE_CHARS:
            if (other.flags[at] ^ flags) & Cue.SPEECH == 0 and other.starts[at] != start:
                count += 1
                break
            at += 1
    return count


def times_beside(a: Person, b: Person) -> int:
    """Count how often any names of two people stand side by side."""
    return sum(beside(x, y) for x in a.named for y in b.named)


def stand_apart(a: Person, b: Person) -> bool:
    """Tell whether two people stand side by side so often that they are two."""
    return _are_two(times_beside(a, b), a, b)


def _are_two(apart: int, a: Person, b: Person) -> bool:
    return apart >= _TWO_AT_ONCE and apart * _APART >= min(a.count, b.count)


def nearest_of(one: Named, people: Sequence[Person]) -> list[int]:
    """Return for each mention of a name who of `people` was named last before it in the same scene, or else
    next; mentions with nobody near are left out."""
    found = sorted(
        (start, who) for who, person in enumerate(people) for other in person.named for start in other.starts
    )
    starts = [start for start, _ in found]
    nearest = []
    for start in one.starts:
        at = bisect_left(starts, start)
        if at and start - starts[at - 1] <= _SCENE_CHARS:
            nearest.append(found[at - 1][1])
        elif at < len(starts) and starts[at] - start <= _SCENE_CHARS:
            nearest.append(found[at][1])
    return nearest


def has_near(places: Sequence[int], start: int, reach: int = _NEAR_CHARS) -> bool:
    """Tell whether one of `places`, which are in order, lies within `reach` code points of `start`."""
    at = bisect_left(places, start - reach)
    return at < len(places) and places[at] <= start + reach


def told_share(person: Person) -> float:
    """Return how many of the mentions stand outside quotation marks."""
    spoken = sum(one.cues[Cue.SPEECH] for one in person.named)
    return 1 - spoken / person.count


def said_to(person: Person, other: Person) -> tuple[str, str, Span] | None:
    """Return (short form, long form, deciding mention) where the text uses both for one person."""
    apart = times_beside(person, other)
    if _are_two(apart, person, other):
        return None
    # Who tells a story calls one person by one name, mostly: two told may be a father and a son.
    both_told = min(told_share(person), told_share(other)) > MOSTLY_SAID
    if both_told and (apart or min(person.count, other.count) < _OFTEN):
        return None
    places = sorted((s, o.surface, f) for o in other.named for s, f in zip(o.starts, o.flags, strict=True))
    starts = [start for start, _, _ in places]
    met: list[tuple[int, str, str]] = []
    for one in person.named:
        for start, flags in zip(one.starts, one.flags, strict=True):
            at = bisect_left(starts, start - STAGE_CHARS)
            while at < len(starts) and starts[at] < start + STAGE_CHARS:
                if (places[at][2] ^ flags) & Cue.SPEECH:
                    end = max(start + len(one.surface), starts[at] + len(places[at][1]))
                    met.append((end, one.surface, places[at][1]))
                    break
                at += 1
    met.sort()
    # Two of one surname may be a father and a son, so the commoner of the two must be said so often.
    seldom = person.count if surnames(person) & surnames(other) else min(person.count, other.count)
    if len(met) < max(_SAID_TO, seldom // _SELDOM):
        return None
    end, short, long = met[_SAID_TO - 1]
    return short, long, Span(end - len(short), end)
