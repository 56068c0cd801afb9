"""From where each name of a card is known to be this person's (S11, S14). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from storage.story.evidence import Claim
from storage.story.names import parse_name
from storage.story.person import Person
from storage.story.sorting import Named


def reveals_of(person: Person) -> dict[str, tuple[int, Claim | None]]:
    """Return for each name of a card from where it is known to be this person, and the line that says so.

    The earliest name is known where it first stands. Any other needs a bridge: a name that shares a word
    with one already joined, or a stated identity; the latest step of the earliest bridge is its reveal.
    """
    first = person.named[0]
    known: dict[str, tuple[int, Claim | None]] = {first.surface: (first.first_end, None)}
    while len(known) < len(person.named):
        best: tuple[int, str, Claim | None] | None = None
        for one in person.named:
            if one.surface in known:
                continue
            for surface, (reveal, _) in known.items():
                for at, claim in _bridges(person, surface, one):
                    step = (max(reveal, one.first_end, at), one.surface, claim)
                    if best is None or step[:2] < best[:2]:
                        best = step
        if best is None:  # joined by its title alone ("the Count"): known where it first stands
            rest = min((o for o in person.named if o.surface not in known), key=lambda o: o.first)
            best = (max(rest.first_end, first.first_end), rest.surface, None)
        known[best[1]] = (best[0], best[2])
    return known


def _bridges(person: Person, surface: str, one: Named) -> Iterable[tuple[int, Claim | None]]:
    name = parse_name(surface)
    if set(name.core) & set(one.name.core):
        yield 0, None
    for a, b, claim in person.links:
        if {a, b} == {surface, one.surface}:
            yield claim.span.end, claim
