"""Sharing: "Miss Brook" said to one sister here and to another there, mention by mention. Pure.

Who tells a story calls the eldest so, and that is how names join; but people say "Miss Brook" to whichever
sister is before them. So a call goes to the one bearer of the surname who is told of just before it, where no
other is. What is no call stays with the card that has the name (S14).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from storage.story.evidence import Cue
from storage.story.names import Gender
from storage.story.person import Person
from storage.story.sorting import Named

_SHARED = frozenset(("miss",))
"""A son is called "Mr. Brook" too, but told of so as well: who is meant beside his father is not seen."""
_CALL = Cue.CALLED | Cue.CALLED_FIRST
_SCENE = 1_500
"""Who is spoken to was told of within so many code points before."""


def share_titles(people: Sequence[Person]) -> list[Person]:
    """Return people with each call by title and surname at whom it is said to; who keeps no name is gone."""
    for owner in people:
        for one in [*owner.named]:
            if one.name.only and one.name.titles[-1:] and one.name.titles[-1] in _SHARED:
                _share(one, owner, people)
    return [person for person in people if person.named]


def _share(one: Named, owner: Person, people: Sequence[Person]) -> None:
    bearers = [person for person in people if person is not owner and _may_be_called(one, person)]
    if not bearers:
        return
    known = {id(person): _told_at(person) for person in [owner, *bearers]}
    surnamed = {
        id(person): min(other.first_end for other in person.named if other.name.surname == one.name.only)
        for person in bearers
    }
    moved: dict[int, list[int]] = {}
    for place, (start, flags) in enumerate(zip(one.starts, one.flags, strict=True)):
        if not flags & _CALL or not flags & Cue.SPEECH:
            continue
        met = [person for person in bearers if surnamed[id(person)] <= start]
        if len(met) + any(other is not one for other in owner.named) < 2:
            continue  # one bearer alone, and names did not join: something speaks against it
        near = [p for p in [owner, *met] if _has_between(known[id(p)], start - _SCENE, start)]
        if len(near) == 1 and near[0] is not owner:
            moved.setdefault(people.index(near[0]), []).append(place)
    for who, places in moved.items():
        people[who].named.append(_part(one, places))
    if moved:
        gone = {place for places in moved.values() for place in places}
        rest = [place for place in range(one.count) if place not in gone]
        owner.named.remove(one)
        if rest:
            owner.named.append(_part(one, rest))
        for person in (owner, *(people[who] for who in moved)):
            person.named.sort(key=lambda named: (named.first, named.surface))


def _may_be_called(one: Named, person: Person) -> bool:
    """Tell whether somebody bears the surname and nothing in their names speaks against the title."""
    bears = any(other.name.surname == one.name.only for other in person.named)
    return bears and person.gender is Gender.FEMALE and not person.titles & {"mrs", "lady", "madame"}


def _told_at(person: Person) -> list[int]:
    """Return where the narrator tells of somebody; "Miss Brook" in the telling is whose card it is."""
    return sorted(
        start
        for one in person.named
        for start, flags in zip(one.starts, one.flags, strict=True)
        if not flags & Cue.SPEECH
    )


def _has_between(places: Sequence[int], low: int, high: int) -> bool:
    at = bisect_left(places, low)
    return at < len(places) and places[at] < high


def _part(one: Named, places: Sequence[int]) -> Named:
    flags = array("l", [one.flags[place] for place in places])
    cues = Counter({cue: count for cue in Cue if (count := sum(1 for flag in flags if flag & cue))})
    return replace(one, starts=array("l", [one.starts[place] for place in places]), flags=flags, cues=cues)
