"""The people gathered so far while names are joined, found by any word of their names. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from storage.story.names import Gender
from storage.story.person import Person
from storage.story.sorting import Kind, Named
from storage.story.together import beside


class Gathering:
    """People so far, and all names met, whatever they name."""

    def __init__(self, everything: Iterable[Named]) -> None:
        """Take every name that the evidence supports, with its kind."""
        self.all = list(everything)
        self.people: list[Person] = []
        self.by_word: defaultdict[str, list[Person]] = defaultdict(list)
        self.bare = {
            one.name.only: one
            for one in self.all
            if one.kind is Kind.PERSON and one.name.only and not one.name.titles
        }
        """Names of people of one word, without a title, by that word."""

    def add(self, one: Named, person: Person | None) -> None:
        """Give a name to a person, or to a new one."""
        if person is None:
            person = Person([])
            self.people.append(person)
        person.named.append(one)
        for word in (*one.name.core, one.name.patronymic):
            if word and person not in self.by_word[word]:
                self.by_word[word].append(person)

    def merge(self, a: Person, b: Person) -> None:
        """Make two people one, the first."""
        a.named.extend(b.named)
        a.links.extend(b.links)
        self.people.remove(b)
        for owners in self.by_word.values():
            if b in owners:
                owners.remove(b)
                if a not in owners:
                    owners.append(a)

    def find(self, surface: str) -> Person | None:
        """Return who has this very name."""
        for person in self.people:
            if any(one.surface == surface for one in person.named):
                return person
        return None

    def gender(self, person: Person) -> Gender:
        """Return what titles and pronouns say, or else what they say of the lone given name."""
        told = person.gender
        if told is not Gender.UNKNOWN:
            return told
        for one in person.named:
            known = self.gender_of_full(one)
            if known is not Gender.UNKNOWN:
                return known
        return Gender.UNKNOWN

    def gender_of_full(self, one: Named) -> Gender:
        """Return the gender of a name, or else of the given name in it where that stands alone."""
        if one.gender is not Gender.UNKNOWN or not one.name.given:
            return one.gender
        alone = self.bare.get(one.name.given)
        return Gender.UNKNOWN if alone is None else alone.gender

    def stand_together(self, one: Named, person: Person) -> bool:
        """Tell whether a titled name often stands right beside a given name: then they are two, as a father
        and a son are."""
        names = [
            *person.named,
            *(self.bare[o.name.given] for o in person.named if o.name.given in self.bare),
        ]
        others = [other for other in names if not other.name.titles]
        near = sum(beside(one, other) for other in others)
        return near >= 3 and near * 25 >= min(one.count, sum(other.count for other in others))
