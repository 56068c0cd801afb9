"""Joining by statement: what the text says outright is one person (S14). Pure."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable

from storage.story.claims import EPITHET
from storage.story.evidence import Claim, Cue
from storage.story.gathering import Gathering
from storage.story.names import Name
from storage.story.person import Person, only
from storage.story.sorting import Kind, Named


class ByStatement:
    """The sentences that say so; each is cited and dates its link."""

    def __init__(self, met: Gathering) -> None:
        """Join the people of `met`."""
        self._met = met

    def join(self, identities: Iterable[Claim]) -> None:
        """Join what the text says is one person."""
        for claim in identities:
            if claim.kind == EPITHET:
                self._called_in_small_letters(claim)
                continue
            a, b = self._find_stated(claim.name), self._find_stated(claim.text)
            if a is None or b is None or (a is not b and self._met.gender(a).clashes(self._met.gender(b))):
                continue
            link = (_surface_in(a, claim.name), _surface_in(b, claim.text), claim)
            if a is not b:
                self._met.merge(a, b)
            a.links.append(link)

    def _called_in_small_letters(self, claim: Claim) -> None:
        """Give "the lame man" to whom the text says that it was; it is a name of theirs from there on."""
        person = self._find_stated(claim.name)
        if person is None or any(one.surface == claim.text for one in person.named):
            return
        person.links.append((_surface_in(person, claim.name), claim.text, claim))
        name = Name(surface=claim.text, titles=(), core=(), tail="")
        starts, flags = array("l", [claim.at]), array("l", [int(Cue.THE)])
        person.named.append(Named(name, starts, Counter({Cue.THE: 1}), flags, small=0, kind=Kind.PERSON))

    def _find_stated(self, surface: str) -> Person | None:
        """Return who a name in a statement means; "the Brooks" changed *their* name, so a Brook did."""
        family = self._met.find(surface[:-1]) if surface.endswith("s") else None
        found = family or self._met.find(surface) or self._met.find(surface.partition(" of ")[0])
        if found is None and " " not in surface:
            bearers = [person for person in self._met.by_word[surface] if person.has_surname(surface)]
            found = only(bearers)
        return found


def _surface_in(person: Person, said: str) -> str:
    """Return the name of a person that a statement means by `said`."""
    surfaces = [one.surface for one in person.named]
    if said not in surfaces:
        said = said.partition(" of ")[0]
    alike = [s for s in surfaces if s.rsplit(" ", 1)[-1] in (said, said.removesuffix("s"))]
    return said if said in surfaces else (alike or surfaces)[0]
