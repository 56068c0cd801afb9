"""Joining by form: a full name gathers its parts, where nobody else met so far could be meant. Pure."""

from __future__ import annotations

from bisect import bisect_left

from storage.story import lexicon as lex
from storage.story.evidence import Cue
from storage.story.gathering import Gathering
from storage.story.given import (
    feminine_stem,
    is_given,
    is_patronymic,
    may_be_one_spelling,
    may_be_same,
    without_accents,
)
from storage.story.names import Gender, Name
from storage.story.person import DOMINANT, KIN_TITLES, RANKED_TITLES, Person, full_name, only, weight
from storage.story.roles import bears, is_role, is_told
from storage.story.sorting import Kind, Named
from storage.story.together import STAGE_CHARS, has_near, said_to, stand_apart

_DOMINANT_ROLE = 3
"""The same between its use as a given name and as a surname."""
_OFTEN_ALONE = 6
_SELDOM_SPELLED = 20
"""A given name is spelled otherwise so seldom: Rachael and Rachel, but not Julia and Julian."""
_SELDOM_TITLED = 12
"""A title before a name is so many times rarer than the role alone, which then means somebody else."""
_SELDOM_SAID = 12
"""A full name that is only said is so many times rarer than the short one that the narrator tells."""
_GIVEN_TITLES = frozenset("miss madam mademoiselle mlle master don signora señora".split())
"""Courtesy that stands before a given name alone as well as before a surname."""
_NOBLE_TITLES = frozenset("count countess prince princess baron baroness monsieur".split())
"""Ranks that stand before a given name by the custom of countries where families share them."""
_CHURCH = frozenset("sister brother brer".split())
"""What members of a church call each other, before a surname."""
_NEVER_BARE = frozenset("lady lord king queen emperor empress saint st".split())
"""Who bears one of these with a given name is not called by the given name alone."""


class ByForm:
    """The steps that look at the parts of names; each takes the names it can place."""

    def __init__(self, met: Gathering) -> None:
        """Join the people of `met`."""
        self._met = met
        self._unmarried: set[str] = set()

    def full_names(self, full: list[Named]) -> None:
        """Gather "Ada Brook", "Ada M. Brook" and "Miss Ada Brook" as one person."""
        for one in sorted(full, key=lambda one: (one.first, one.surface)):
            around = [*self._met.by_word[one.name.surname]]
            if one.name.patronymic:
                around += [p for p in self._met.by_word[one.name.patronymic] if p not in around]
            around = [p for p in around if not self._met.gender_of_full(one).clashes(p.gender)]
            fitting = [p for p in around if any(_same_full(one, other) for other in p.named)]
            if not fitting:
                fitting = [p for p in around if self._is_short_for(one, p)]
            if len(fitting) > 1 and (one.name.patronymic or is_patronymic(one.name.surname)):
                # A given name with a patronymic is one person, with and without the surname.
                for other in fitting[1:]:
                    self._met.merge(fitting[0], other)
                fitting = fitting[:1]
            self._met.add(one, fitting[0] if len(fitting) == 1 else None)

    def spellings(self) -> None:
        """Join "Denney" to Denny and "Silas Ph", broken off, to Silas Phelps, where each is one person's."""
        words = sorted(self._met.by_word, key=lambda word: (without_accents(word), word))
        for place, word in enumerate(words):
            given = is_given(word)
            for other in words[place + 1 :]:
                if without_accents(other[0]) != without_accents(word[0]):
                    break
                if without_accents(other) == without_accents(word):
                    self._join_spelled(word, other)
                elif may_be_one_spelling(word, other):
                    self._join_spelled(word, other, rarely=given or is_given(other))
                elif _is_broken_off(word, other) and not given and not is_given(other):
                    self._join_spelled(word, other)

    def _join_spelled(self, word: str, other: str, *, rarely: bool = False) -> None:
        pairs = [
            (p, q)
            for p in self._met.by_word[word]
            for q in self._met.by_word[other]
            if p is not q and any(_same_but(x.name, word, y.name, other) for x in p.named for y in q.named)
        ]
        if len(pairs) == 1 and not self._met.gender(pairs[0][0]).clashes(self._met.gender(pairs[0][1])):
            first, second = sorted(pairs[0], key=lambda person: person.first)
            if rarely and min(first.count, second.count) * _SELDOM_SPELLED > max(first.count, second.count):
                return
            if not stand_apart(first, second):
                self._met.merge(first, second)

    def _is_short_for(self, one: Named, person: Person) -> bool:
        """Tell whether a full name is another's with its given name short, and not a son's or a niece's."""
        for other in person.named:
            if other.name.surname != one.name.surname or not may_be_same(other.name.given, one.name.given):
                continue
            if said_to(Person(self._called(one)), Person(self._called(other))) is not None:
                return True
            if self._is_said_in_full(one, other) or self._is_said_in_full(other, one):
                return True
        return False

    def _is_said_in_full(self, one: Named, other: Named) -> bool:
        """Tell whether a full name is only said, a few times, of somebody of whom the narrator tells."""
        few = one.count * _SELDOM_SAID <= sum(o.count for o in self._called(other))
        return few and one.count == one.cues[Cue.SPEECH] and other.cues[Cue.SPEECH] * 2 < other.count

    def _called(self, one: Named) -> list[Named]:
        """Return a full name with the lone given name in it, where that stands by itself too."""
        alone = self._met.bare.get(one.name.given)
        return [one] if alone is None else [one, alone]

    def titled_names(self, titled: list[Named]) -> None:
        """Give "Miss Brook" to the one Miss Brook there is, and "Sir Tom" to the Sir Tom Brook."""
        self._unmarried = {one.name.only for one in titled if one.name.titles[-1] == "miss"}
        for one in sorted(titled, key=lambda one: (one.first, one.surface)):
            self._met.add(one, self._owner_of_titled(one))

    def _owner_of_titled(self, one: Named) -> Person | None:
        word, title = one.name.only, one.name.titles[-1]
        around = [p for p in self._met.by_word[word] if not one.gender.clashes(self._met.gender(p))]
        bearing = [p for p in around if title in p.titles_with(word)]
        if title == "miss":
            bearing = [p for p in bearing if "lady" not in p.titles]
            eldest = self._eldest(word, around) if bearing and one.count >= _OFTEN_ALONE else []
            if len(eldest) == 1:
                return eldest[0]
        if bearing:
            bearing.sort(key=lambda person: -person.count_with(word))
            surnamed = [p for p in bearing if not p.is_patronymic_only()]
            bearing = surnamed or bearing  # "Prince Ivan Petrovich" may be any of the Princes Ivan
            rest = weight(bearing[1:], word)
            if title == "mr":
                # "Mr. Carl Holt" is a son while "Mr. Holt" stands beside him; a "Miss Ada Roe" is Miss Roe.
                bearing = [
                    p for p in bearing if p.is_called(title, word) or not self._met.stand_together(one, p)
                ]
            if not bearing:
                return None
            if one.count >= DOMINANT * (bearing[0].count_with(word) + rest) >= DOMINANT * 4 * rest:
                return bearing[0]
            return only(bearing)
        if title in RANKED_TITLES:
            return None
        given = [p for p in around if p.has_given(word)]
        if title in KIN_TITLES and (given or title not in _CHURCH or is_given(word)):
            return only(given)
        family = [p for p in around if p.has_surname(word)]
        if title == "miss":
            family = [p for p in family if not {"mrs", "lady"} & p.titles]
        owner = only(family) if family else None
        if owner is not None and not (
            self._may_be_titled(title, word, owner) and not self._met.stand_together(one, owner)
        ):
            owner = None
        if owner is None and title in _GIVEN_TITLES and not family:
            owner = only(given)
        return owner

    def _eldest(self, word: str, around: list[Person]) -> list[Person]:
        """Return the sisters who are not told apart as "Miss Ada Brook": the eldest is Miss Brook.

        Somebody told of by her given name alone, that is, and not just a full name met in passing.
        """
        sisters = [
            p
            for p in around
            if p.has_surname(word) and self._met.gender(p) is Gender.FEMALE and not {"mrs", "lady"} & p.titles
        ]
        apart = [p for p in sisters if "miss" not in p.titles_with(word)]
        return [p for p in apart if any(self._told_alone(one) >= _OFTEN_ALONE for one in p.named)]

    def _told_alone(self, one: Named) -> int:
        alone = self._met.bare.get(one.name.given)
        return 0 if alone is None else alone.count

    def _may_be_titled(self, title: str, word: str, person: Person) -> bool:
        titles = person.titles
        if title == "mrs":
            return "miss" not in titles and word not in self._unmarried
        if title == "miss":
            return "mrs" not in titles
        if title in lex.MEN_MOSTLY and "mr" in person.titles_with(word):
            return False
        if title in lex.COURTESY_TITLES:
            return True
        # Two ranks are two people, unless the text gives both to one full name.
        return not (titles - lex.COURTESY_TITLES)

    def bare_names(self, bare: list[Named]) -> None:
        """Give a lone given name or surname to the one person it can mean so far."""
        for one in sorted(bare, key=lambda one: (one.first, one.surface)):
            word = one.name.only
            around = [p for p in self._met.by_word[word] if not one.gender.clashes(self._met.gender(p))]
            around = [p for p in around if not p.titles_with(word) & _NEVER_BARE]
            given = [p for p in around if p.has_given(word) and self._met_with_surname(one, p)]
            given = [p for p in given if not p.is_ranked_as(word)] or given
            family = [p for p in around if not p.has_given(word) and not (given and _is_courtesy(word, p))]
            ranked = [p for p in family if p.is_ranked_as(word)] if given else []
            # Where it is a given name, a rank or kin title before it stands before a given name too.
            family = [p for p in family if p not in ranked]
            # A bare surname means the man, by the custom of most books; a woman only when alone.
            men = [p for p in family if self._met.gender(p) is not Gender.FEMALE]
            roles = (weight(given, word), weight(men, word))
            if min(roles) and max(roles) >= _DOMINANT_ROLE * min(roles):
                given, men = (given, []) if roles[0] > roles[1] else ([], men)
            if len(given) > 1 and not men and self._is_one_life(one, given):
                for other in given[1:]:
                    self._met.merge(given[0], other)
                given = given[:1]
            women = [] if given or self._is_a_husbands(one, family) else family
            meant = [*given, *(men or women)]
            owner = None if given and men else only(meant)
            self._met.add(one, owner or (only([*meant, *ranked]) if ranked else None))
            if given:
                self._gather_courtesies(one)

    def _is_a_husbands(self, one: Named, family: list[Person]) -> bool:
        """Tell whether a lone surname of which a Mrs. is met may be her husband's: one "he" will do."""
        married = any("mrs" in person.titles for person in family)
        few = one.count < _OFTEN_ALONE // 2
        return married and not one.cues[Cue.SHE] and (few or bool(one.cues[Cue.HE]))

    def _gather_courtesies(self, one: Named) -> None:
        """Give "Madam Ada" to the Ada it is said to, where Ada is known for a given name."""
        word = one.name.only
        mine = next(p for p in self._met.by_word[word] if one in p.named)
        shared = len([p for p in self._met.by_word[word] if p.has_given(word)]) > 1
        for person in list(self._met.by_word[word]):
            if (
                person is not mine
                and _is_courtesy(word, person, shared=shared)
                and not self._met.gender(person).clashes(self._met.gender(mine))
            ):
                self._met.merge(mine, person)

    def _is_one_life(self, one: Named, given: list[Person]) -> bool:
        """Tell whether a given name alone is so much used that its surnames follow one another."""
        most = one.count >= _DOMINANT_ROLE * weight(given, one.name.only)
        later = sorted(given, key=lambda person: full_name(one, person).first)[1:]
        # A woman's surname changes with her marriage; a man of another surname is another man.
        if not most or one.gender is Gender.MALE:
            return False
        return all(self._stood_near_family(one, person) for person in later)

    def _met_with_surname(self, one: Named, person: Person) -> bool:
        """Tell whether a lone given name and this full name belong together, not just share a word."""
        full = full_name(one, person)
        early = bisect_left(one.starts, full.first)
        if early < 12 or person.count_with(one.name.only) * 12 > one.count:
            return True
        # Long known without a surname: the family must have stood beside them before, or the full name
        # stands in the midst of the short one.
        return self._stood_near_family(one, person) or _stands_amid(one, full)

    def _stood_near_family(self, one: Named, person: Person) -> bool:
        full = full_name(one, person)
        early = bisect_left(one.starts, full.first)
        family = self._standing(full)
        near = sum(1 for start in one.starts[:early] if has_near(family, start))
        return early > 0 and near * 20 >= early

    def _standing(self, full: Named) -> list[int]:
        """Return where the surname of a full name stands in other names, or in the plural."""
        stem = feminine_stem(full.name.surname)
        return sorted(
            start
            for one in self._met.all
            if one is not full and one.name.core and stem in _stems(one.name.core[-1])
            for start in one.starts
        )

    def epithets(self, epithets: list[Named]) -> None:
        """Give "the Count" to the one count there is; a duchess of one place is not one of another."""
        for one in sorted(epithets, key=lambda one: (not one.name.tail, one.first, one.surface)):
            if is_role(one):
                self._give_role(one)
                continue
            title = one.name.titles[-1] if one.name.titles else ""
            bearing = (
                [p for p in self._met.people if title in p.titles] if title not in lex.FAMILY_TITLES else []
            )
            self._met.add(one, bearing[0] if len(bearing) == 1 and not one.name.tail else None)

    def _give_role(self, one: Named) -> None:
        """Give "the captain" to the one captain there is, where both names stand together; of two it is
        nobody's, and with none, or none but in passing, it is a card of its own."""
        titled = [
            (other, person)
            for person in self._met.people
            for other in person.named
            if any(bears(title, one.surface) for title in other.name.titles)
        ]
        often = [(other, person) for other, person in titled if other.count * _SELDOM_TITLED >= one.count]
        for bearing in (titled, often):
            several = len({id(person) for _, person in bearing}) > 1
            if not several and any(_stands_amid(one, other) for other, _ in bearing):
                self._met.add(one, bearing[0][1])
                return
        people = (other for other in self._met.all if other.kind is Kind.PERSON)
        if not often and is_told(one, people):
            self._met.add(one, None)

    def drop_family_names(self) -> None:
        """Let go of a lone surname that several bear: it is nobody's card, and a search asks whose (T48)."""
        for person in list(self._met.people):
            names = [one.name for one in person.named]
            if len(names) != 1 or names[0].titles or not names[0].only:
                continue
            word = names[0].only
            if is_given(word):
                continue
            bearers = [p for p in self._met.by_word[word] if p is not person and p.has_surname(word)]
            most = max((bearer.count_with(word) for bearer in bearers), default=0)
            if len(bearers) > 1 and person.count <= DOMINANT * most:
                self._met.people.remove(person)


def _is_courtesy(word: str, person: Person, *, shared: bool = False) -> bool:
    """Tell whether somebody is only known as "Madam Ada", which may be said to any Ada."""
    said_to = _GIVEN_TITLES if shared or not is_given(word) else _GIVEN_TITLES | _NOBLE_TITLES
    titles = person.named[0].name.titles[-1:]
    return len(person.named) == 1 and bool(titles) and titles[0] in said_to


def _same_full(a: Named, b: Named) -> bool:
    x, y = a.name, b.name
    if not x.given or not y.given:
        return False
    if x.patronymic and y.patronymic and x.patronymic != y.patronymic:
        return False
    if x.surname != y.surname and x.surname != y.patronymic and y.surname != x.patronymic:
        return False
    return x.given == y.given or _is_initial_of(x.given, y.given) or _is_initial_of(y.given, x.given)


def _is_broken_off(short: str, long: str) -> bool:
    return len(short) < 4 and long.startswith(short)


def _same_but(x: Name, word: str, y: Name, other: str) -> bool:
    """Tell whether two names are one but for the spelling of a word; a broken one needs the given name."""
    if _is_broken_off(word, other) and not x.given:
        return False
    return tuple(other if part == word else part for part in x.core) == y.core


def _is_initial_of(short: str, long: str) -> bool:
    return len(short.rstrip(".")) == 1 and long.startswith(short.rstrip("."))


def _stems(word: str) -> tuple[str, str]:
    return feminine_stem(word), feminine_stem(word.removesuffix("s"))


def _stands_amid(one: Named, full: Named) -> bool:
    """Tell whether a full name mostly stands where its given name alone stands too."""
    near = sum(1 for start in full.starts if has_near(one.starts, start, STAGE_CHARS))
    return near * 2 > len(full.starts)
