"""A person as names that are one so far, and what those names say of them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from storage.story import lexicon as lex
from storage.story.evidence import Claim, Cue
from storage.story.given import is_given, is_patronymic
from storage.story.names import Gender
from storage.story.sorting import Named, gender_of

DOMINANT = 6
"""So many times the mentions of everybody else who could be meant, and the name is theirs."""
KIN_TITLES = lex.FAMILY_TITLES | {"nurse", "mars", "marse", "massa"}
RANKED_TITLES = frozenset(
    "sir lady lord count countess prince princess baron baroness duke duchess marquis king queen emperor "
    "empress tsar czar saint st".split()
)
"""Ranks that stand before a given name alone; they belong to those whom the text gave them."""
USED_TITLES = frozenset("mr mrs miss ms dr master captain colonel".split())


@dataclass(slots=True, eq=False)
class Person:
    """Names that are one person so far, in order of first mention; links are stated identities."""

    named: list[Named]
    links: list[tuple[str, str, Claim]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return the mentions of all names."""
        return sum(one.count for one in self.named)

    @property
    def first(self) -> int:
        """Return the offset of the first mention of any name."""
        return min(one.first for one in self.named)

    @property
    def gender(self) -> Gender:
        """Return what titles say, or else pronouns after any of the names."""
        told = {one.name.gender for one in self.named} - {Gender.UNKNOWN}
        if not told and len(self.named) == 1:
            return self.named[0].gender
        if len(told) == 1:
            return told.pop()
        total: Counter[Cue] = Counter()
        for one in self.named:
            total.update(one.cues)
        pronouns = gender_of(total)
        usual = {one.name.gender_of_given for one in self.named} - {Gender.UNKNOWN}
        return usual.pop() if pronouns is Gender.UNKNOWN and len(usual) == 1 else pronouns

    @property
    def titles(self) -> frozenset[str]:
        """Return all titles in the names."""
        return frozenset(title for one in self.named for title in one.name.titles)

    def titles_with(self, word: str) -> frozenset[str]:
        """Return the titles in the names that hold `word`."""
        return frozenset(title for one in self.named if word in one.name.core for title in one.name.titles)

    def count_with(self, word: str) -> int:
        """Return the mentions of the names that hold `word`, as a name or as a title."""
        return sum(one.count for one in self.named if word in one.name.core or word in one.name.titles)

    def is_ranked_as(self, word: str) -> bool:
        """Tell whether the names that hold `word` nearly always have a rank or a kin title before it."""
        holding = [one for one in self.named if word in one.name.core]
        ranked = [one for one in holding if set(one.name.titles) & (RANKED_TITLES | KIN_TITLES)]
        return sum(one.count for one in ranked) * 10 >= sum(one.count for one in holding) * 9

    def is_called(self, title: str, word: str) -> bool:
        """Tell whether a title with this word alone is already a name of this person."""
        return any(one.name.only == word and title in one.name.titles for one in self.named)

    def is_patronymic_only(self) -> bool:
        """Tell whether no name of this person has a surname, only a patronymic."""
        return all(is_patronymic(one.name.surname) for one in self.named if one.name.surname)

    def has_given(self, word: str) -> bool:
        """Tell whether a full name of this person begins with `word`."""
        return any(one.name.given == word for one in self.named)

    def has_surname(self, word: str) -> bool:
        """Tell whether a name of this person ends with `word` as a surname."""
        return any(
            one.name.surname == word or (one.name.only == word and bool(one.name.titles))
            for one in self.named
        )


def weight(people: Iterable[Person], word: str) -> int:
    """Return how often all of these are named by `word`."""
    return sum(person.count_with(word) for person in people)


def only(people: list[Person]) -> Person | None:
    """Return the one person that can be meant, or the one that nearly always is."""
    if len(people) < 2:
        return people[0] if people else None
    ranked = sorted(people, key=lambda person: -person.count)
    others = sum(person.count for person in ranked[1:])
    return ranked[0] if ranked[0].count >= DOMINANT * others else None


def surnames(person: Person) -> set[str]:
    """Return the last words of a person's full names."""
    return {one.name.surname for one in person.named if one.name.surname}


def family_names(person: Person) -> set[str]:
    """Return the words that are a person's surname: the last of a full name, or the one after Mr."""
    titled = {
        one.name.only
        for one in person.named
        if one.name.only and set(one.name.titles) & USED_TITLES and not is_given(one.name.only)
    }
    return surnames(person) | titled


def given_names(person: Person) -> set[str]:
    """Return the first words of full names, and lone names that are given names."""
    alone = {one.name.only for one in person.named if one.name.only and is_given(one.name.only)}
    return {one.name.given for one in person.named if one.name.given} | alone


def may_be_family(a: set[str], b: set[str]) -> bool:
    """Tell whether two sets of surnames have one in common, or one is not known."""
    return not a or not b or bool(a & b)


def titles_clash(a: str, b: str) -> bool:
    """Tell whether no one person bears both titles at one time."""
    return {a, b} in ({"mrs", "miss"}, {"lady", "miss"}, {"mr", "master"})


def full_name(one: Named, person: Person) -> Named:
    """Return the first full name of a person that begins with a lone given name."""
    return min((o for o in person.named if o.name.given == one.name.only), key=lambda o: o.first)
