"""Joining: which names are one person, by the evidence so far (S14). Pure.

Names join by their form only where nobody else met so far could be meant: a full name gathers its
parts, a title with a surname goes to the one person of that surname and gender. Diminutives never join
by rule (T49). A stated identity ("whose real name was") joins from the sentence on that says it.
Every name of a card carries the offset from which it is known to be a name of that card.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from storage.story import lexicon as lex
from storage.story.answers import Answers
from storage.story.claims import EPITHET
from storage.story.evidence import Claim, Cue
from storage.story.given import feminine_stem, is_given, is_patronymic, is_short, may_be_same
from storage.story.names import Gender, Name, parse_name
from storage.story.sorting import Kind, Named, gender_of
from storage.values import Span

_DOMINANT = 6
"""So many times the mentions of everybody else who could be meant, and the name is theirs."""
_DOMINANT_ROLE = 3
"""The same between its use as a given name and as a surname."""
_NEAR_CHARS = 1_500
_BESIDE_CHARS = 60
_TWO_AT_ONCE = 2
"""Two names so often side by side are two people."""
_APART = 25
"""... unless they are seldom so, measured by the rarer of the two (a letter may use both)."""
_SAID_TO = 3
"""A short form said so often where the long form is on the stage is the same person's (T49)."""
_SELDOM = 10
"""... and so often in so many mentions, at least."""
_STAGE_CHARS = 700
_OFTEN = 12
"""Two names told so often and never side by side may still be one person's."""
_MOSTLY_SAID = 0.45
_RARE = 15
"""Who is named in full so much more rarely than another with a title may be another of the family."""
_SAID_ONLY = 0.35
"""Told by the narrator so seldom, measured by all mentions, a name is one to call somebody by."""
_USED_TITLES = frozenset("mr mrs miss ms dr master captain colonel".split())
_KIN_TITLES = lex.FAMILY_TITLES | {"nurse", "mars", "marse", "massa"}
_GIVEN_TITLES = frozenset("miss madam mademoiselle mlle master don signora señora".split())
"""Courtesy that stands before a given name alone as well as before a surname."""
_RANKED_TITLES = frozenset(
    "sir lady lord count countess prince princess baron baroness duke duchess marquis king queen emperor "
    "empress tsar czar saint st".split()
)
"""Ranks that stand before a given name alone; they belong to those whom the text gave them."""
_NOBLE_TITLES = frozenset("count countess prince princess baron baroness monsieur".split())
"""Ranks that stand before a given name by the custom of countries where families share them."""
_NEVER_BARE = frozenset("lady lord king queen emperor empress saint st".split())
"""Who bears one of these with a given name is not called by the given name alone."""


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
        """Tell whether every name that holds `word` has a rank or a kin title before it."""
        holding = [one for one in self.named if word in one.name.core]
        return all(set(one.name.titles) & (_RANKED_TITLES | _KIN_TITLES) for one in holding)

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


def join_people(named: Iterable[Named], identities: Iterable[Claim], text: str = "") -> list[Person]:
    """Return the people that `named` are in `text`, in order of first mention."""
    everything = list(named)
    people = [one for one in everything if one.kind is Kind.PERSON]
    bare = {one.name.only: one for one in people if one.name.only and not one.name.titles}
    joiner = _Joiner(bare, everything)
    joiner.full_names([one for one in people if len(one.name.core) > 1])
    joiner.titled_names([one for one in people if len(one.name.core) == 1 and one.name.titles])
    joiner.bare_names([one for one in people if len(one.name.core) == 1 and not one.name.titles])
    joiner.short_forms()
    joiner.titled_by_use()
    joiner.titled_late()
    joiner.by_answers(text)
    joiner.epithets([one for one in people if not one.name.core])
    joiner.stated(identities)
    joiner.drop_family_names()
    for person in joiner.people:
        person.named.sort(key=lambda one: (one.first, one.surface))
    return sorted(joiner.people, key=lambda person: (person.first, person.named[0].surface))


class _Joiner:
    def __init__(self, bare: dict[str, Named], everything: list[Named]) -> None:
        self._all = everything
        self.people: list[Person] = []
        self._bare = bare
        self._by_word: defaultdict[str, list[Person]] = defaultdict(list)
        self._unmarried: set[str] = set()

    def _add(self, one: Named, person: Person | None) -> None:
        if person is None:
            person = Person([])
            self.people.append(person)
        person.named.append(one)
        for word in (*one.name.core, one.name.patronymic):
            if word and person not in self._by_word[word]:
                self._by_word[word].append(person)

    def full_names(self, full: list[Named]) -> None:
        """Gather "Ada Brook", "Ada M. Brook" and "Miss Ada Brook" as one person."""
        for one in sorted(full, key=lambda one: (one.first, one.surface)):
            around = [*self._by_word[one.name.surname]]
            if one.name.patronymic:
                around += [p for p in self._by_word[one.name.patronymic] if p not in around]
            around = [p for p in around if not self._gender_of_full(one).clashes(p.gender)]
            fitting = [p for p in around if any(_same_full(one, other) for other in p.named)]
            if not fitting:
                fitting = [p for p in around if self._is_short_for(one, p)]
            if len(fitting) > 1 and (one.name.patronymic or is_patronymic(one.name.surname)):
                # A given name with a patronymic is one person, with and without the surname.
                for other in fitting[1:]:
                    self._merge(fitting[0], other)
                fitting = fitting[:1]
            self._add(one, fitting[0] if len(fitting) == 1 else None)

    def _is_short_for(self, one: Named, person: Person) -> bool:
        """Tell whether a full name is another's with its given name short, and not a son's or a niece's."""
        for other in person.named:
            if other.name.surname != one.name.surname or not may_be_same(other.name.given, one.name.given):
                continue
            if self._said_to(Person(self._called(one)), Person(self._called(other))) is not None:
                return True
        return False

    def _called(self, one: Named) -> list[Named]:
        """Return a full name with the lone given name in it, where that stands by itself too."""
        alone = self._bare.get(one.name.given)
        return [one] if alone is None else [one, alone]

    def titled_names(self, titled: list[Named]) -> None:
        """Give "Miss Brook" to the one Miss Brook there is, and "Sir Tom" to the Sir Tom Brook."""
        self._unmarried = {one.name.only for one in titled if one.name.titles[-1] == "miss"}
        for one in sorted(titled, key=lambda one: (one.first, one.surface)):
            self._add(one, self._owner_of_titled(one))

    def _owner_of_titled(self, one: Named) -> Person | None:
        word, title = one.name.only, one.name.titles[-1]
        around = [p for p in self._by_word[word] if not one.gender.clashes(self._gender(p))]
        bearing = [p for p in around if title in p.titles_with(word)]
        if title == "miss":
            bearing = [p for p in bearing if "lady" not in p.titles]
        if bearing:
            bearing.sort(key=lambda person: -person.count_with(word))
            surnamed = [p for p in bearing if not p.is_patronymic_only()]
            bearing = surnamed or bearing  # "Prince Ivan Petrovich" may be any of the Princes Ivan
            rest = _weight(bearing[1:], word)
            if title == "mr":
                # "Mr. Carl Holt" is a son while "Mr. Holt" stands beside him; a "Miss Ada Roe" is Miss Roe.
                bearing = [p for p in bearing if p.is_called(title, word) or not self._stand_together(one, p)]
            if not bearing:
                return None
            if one.count >= _DOMINANT * (bearing[0].count_with(word) + rest) >= _DOMINANT * 4 * rest:
                return bearing[0]
            return _only(bearing)
        if title in _RANKED_TITLES:
            return None
        given = [p for p in around if p.has_given(word)]
        if title in _KIN_TITLES:
            return _only(given)
        family = [p for p in around if p.has_surname(word)]
        if title == "miss":
            family = [p for p in family if not {"mrs", "lady"} & p.titles]
        owner = _only(family) if family else None
        if owner is not None and not (
            self._may_be_titled(title, word, owner) and not self._stand_together(one, owner)
        ):
            owner = None
        if owner is None and title in _GIVEN_TITLES and not family:
            owner = _only(given)
        return owner

    def _may_be_titled(self, title: str, word: str, person: Person) -> bool:
        titles = person.titles
        if title == "mrs":
            return "miss" not in titles and word not in self._unmarried
        if title == "miss":
            return "mrs" not in titles
        if title in lex.COURTESY_TITLES:
            return True
        # Two ranks are two people, unless the text gives both to one full name.
        return not (titles - lex.COURTESY_TITLES)

    def _stand_together(self, one: Named, person: Person) -> bool:
        """Tell whether a titled name often stands right beside a given name: then they are two, as a father
        and a son are."""
        beside = [
            *person.named,
            *(self._bare[o.name.given] for o in person.named if o.name.given in self._bare),
        ]
        others = [other for other in beside if not other.name.titles]
        near = sum(_beside(one, other) for other in others)
        return near >= 3 and near * 25 >= min(one.count, sum(other.count for other in others))

    def bare_names(self, bare: list[Named]) -> None:
        """Give a lone given name or surname to the one person it can mean so far."""
        for one in sorted(bare, key=lambda one: (one.first, one.surface)):
            word = one.name.only
            around = [p for p in self._by_word[word] if not one.gender.clashes(self._gender(p))]
            around = [p for p in around if not p.titles_with(word) & _NEVER_BARE]
            given = [p for p in around if p.has_given(word) and self._met_with_surname(one, p)]
            given = [p for p in given if not p.is_ranked_as(word)] or given
            family = [p for p in around if not p.has_given(word)]
            ranked = [p for p in family if p.is_ranked_as(word)] if given else []
            # Where it is a given name, a rank or kin title before it stands before a given name too.
            family = [p for p in family if p not in ranked]
            # A bare surname means the man, by the custom of most books; a woman only when alone.
            men = [p for p in family if self._gender(p) is not Gender.FEMALE]
            roles = (_weight(given, word), _weight(men, word))
            if min(roles) and max(roles) >= _DOMINANT_ROLE * min(roles):
                given, men = (given, []) if roles[0] > roles[1] else ([], men)
            if len(given) > 1 and not men and self._is_one_life(one, given):
                for other in given[1:]:
                    self._merge(given[0], other)
                given = given[:1]
            women = (
                []
                if given or ("mrs" in {t for p in family for t in p.titles} and not one.cues[Cue.SHE])
                else family
            )
            meant = [*given, *(men or women)]
            owner = None if given and men else _only(meant)
            self._add(one, owner or (_only([*meant, *ranked]) if ranked else None))
            if given:
                self._gather_courtesies(one)

    def short_forms(self) -> None:
        """Join "Lizzie" to the Elizabeth to whom it is said, again and again (T49).

        The list of short forms only tells where to look. It is the text that equates them: one is said in
        talk while the other is on the stage, they are never told side by side, and nobody else fits.
        """
        for person in sorted(self.people, key=lambda person: person.first):
            if person not in self.people:
                continue
            words = {one.name.core[0] for one in person.named if one.name.core}
            if not any(is_short(word) for word in words):
                continue
            fitting = [
                other
                for other in self.people
                if other is not person
                and any(may_be_same(w, o.name.core[0]) for w in words for o in other.named if o.name.core)
                and not self._gender(other).clashes(self._gender(person))
                and _may_be_family(_surnames(other), _surnames(person))
            ]
            self._merge_as_used(person, fitting)

    def titled_by_use(self) -> None:
        """Join "Mrs. Brook" to the Ada Brook to whom it is said, where several Brooks might be meant."""
        for person in sorted(self.people, key=lambda person: person.first):
            if any(not one.name.titles or not one.name.only for one in person.named):
                continue
            titles = {title for one in person.named for title in one.name.titles}
            if person not in self.people or titles - _USED_TITLES:
                continue
            word = person.named[0].name.only
            fitting = [
                other
                for other in self._by_word[word]
                if other is not person
                and any(one.name.surname == word for one in other.named)
                and not self._gender(other).clashes(self._gender(person))
                and not any(_clash(title, mine) for title in other.titles for mine in titles)
            ]
            if len(fitting) == 1:
                self._merge_as_used(person, fitting)

    def titled_late(self) -> None:
        """Give "Mrs. Brook" to the one Brook who may be called so, when everybody's names are gathered.

        A Miss Brook is not she; nor is who is told of beside her, as a daughter or a son is.
        """
        for person in sorted(self.people, key=lambda person: person.first):
            one = person.named[0]
            title = one.name.titles[-1] if one.name.titles else ""
            if len(person.named) > 1 or not one.name.only or title not in ("mr", "mrs"):
                continue
            word = one.name.only
            may = [
                other
                for other in self._by_word[word]
                if other is not person
                and word in _surnames(other)
                and self._leans(other, one.gender)
                and other.count * _RARE >= person.count
                and not (title == "mr" and min(_told_share(person), _told_share(other)) > _MOSTLY_SAID)
                and self._may_be_married_as(title, word, other)
                and not self._stand_together(one, other)
            ]
            if len(may) == 1:
                self._merge(may[0], person)

    def _leans(self, person: Person, gender: Gender) -> bool:
        """Tell whether nothing, not even a single pronoun, speaks more for the other gender."""
        known = self._gender(person)
        he, she = (sum(one.cues[cue] for one in person.named) for cue in (Cue.HE, Cue.SHE))
        return known is gender or (
            known is Gender.UNKNOWN and (he >= she) is (gender is Gender.MALE or he == she)
        )

    def _may_be_married_as(self, title: str, word: str, person: Person) -> bool:
        if title == "mr":
            return not person.titles - {"mr", "master", "mistah"}
        if "lady" in person.titles:
            return False
        surnames = sorted(
            (min(o.first for o in person.named if o.name.surname == surname), surname)
            for surname in _surnames(person)
        )
        if len(surnames) > 1:
            return surnames[-1][1] == word  # the later name of a woman of two is her husband's
        return not {"mrs", "miss"} & person.titles

    def by_answers(self, text: str) -> None:
        """Join a name that is only said to whoever speaks each time it is called (T49)."""
        people = sorted(self.people, key=lambda person: person.first)
        answers = Answers(text, [person.named for person in people])
        for place, person in enumerate(people):
            if not any(one.name.core for one in person.named) or _told_share(person) > _SAID_ONLY:
                continue
            found = answers.one_who_answers(place)
            if found is None:
                continue
            other = people[found[0]]
            if other not in self.people or not self._may_be_called(person, other):
                continue
            short = max(person.named, key=lambda one: one.count).surface
            long = max(other.named, key=lambda one: one.count).surface
            self._merge(other, person)
            other.links.append((short, long, Claim(found[1].start, short, "use", long, found[1])))

    def _may_be_called(self, person: Person, other: Person) -> bool:
        """Tell whether nothing in two people's names, genders and places speaks against their being one."""
        if self._gender(person).clashes(self._gender(other)) or _told_share(other) <= _SAID_ONLY:
            return False
        if any(_clash(a, b) for a in person.titles for b in other.titles):
            return False
        if not (_may_be_family(_family_names(person), _family_names(other))):
            return False
        mine, theirs = _given_names(person), _given_names(other)
        if mine and theirs and not any(a == b or may_be_same(a, b) for a in mine for b in theirs):
            return False
        apart = sum(_beside(a, b) for a in person.named for b in other.named)
        return apart < _TWO_AT_ONCE or apart * _APART < min(person.count, other.count)

    def _merge_as_used(self, person: Person, fitting: list[Person]) -> None:
        found = [(other, self._said_to(person, other)) for other in fitting]
        sure = [(other, place) for other, place in found if place is not None]
        if len(sure) == 1:
            other, (short, long, place) = sure[0]
            claim = Claim(place.start, short, "use", long, place)
            self._merge(other, person)
            other.links.append((short, long, claim))

    def _said_to(self, person: Person, other: Person) -> tuple[str, str, Span] | None:
        """Return (short form, long form, deciding mention) where the text uses both for one person."""
        apart = sum(_beside(a, b) for a in person.named for b in other.named)
        if apart >= _TWO_AT_ONCE and apart * _APART >= min(person.count, other.count):
            return None
        # Who tells a story calls one person by one name, mostly: two told may be a father and a son.
        both_told = min(_told_share(person), _told_share(other)) > _MOSTLY_SAID
        if both_told and (apart or min(person.count, other.count) < _OFTEN):
            return None
        places = sorted(
            (s, o.surface, f) for o in other.named for s, f in zip(o.starts, o.flags, strict=True)
        )
        starts = [start for start, _, _ in places]
        met: list[tuple[int, str, str]] = []
        for one in person.named:
            for start, flags in zip(one.starts, one.flags, strict=True):
                at = bisect_left(starts, start - _STAGE_CHARS)
                while at < len(starts) and starts[at] < start + _STAGE_CHARS:
                    if (places[at][2] ^ flags) & Cue.SPEECH:
                        end = max(start + len(one.surface), starts[at] + len(places[at][1]))
                        met.append((end, one.surface, places[at][1]))
                        break
                    at += 1
        met.sort()
        if len(met) < max(_SAID_TO, person.count // _SELDOM):
            return None
        end, short, long = met[_SAID_TO - 1]
        return short, long, Span(end - len(short), end)

    def drop_family_names(self) -> None:
        """Let go of a lone surname that several bear: it is nobody's card, and a search asks whose (T48)."""
        for person in list(self.people):
            names = [one.name for one in person.named]
            if len(names) != 1 or names[0].titles or not names[0].only:
                continue
            word = names[0].only
            if is_given(word):
                continue
            bearers = [p for p in self._by_word[word] if p is not person and p.has_surname(word)]
            most = max((bearer.count_with(word) for bearer in bearers), default=0)
            if len(bearers) > 1 and person.count <= _DOMINANT * most:
                self.people.remove(person)

    def _gather_courtesies(self, one: Named) -> None:
        """Give "Madam Ada" to the Ada it is said to, where Ada is known for a given name."""
        word = one.name.only
        mine = next(p for p in self._by_word[word] if one in p.named)
        shared = len([p for p in self._by_word[word] if p.has_given(word)]) > 1
        for person in list(self._by_word[word]):
            titles = [o.name.titles[-1:] for o in person.named]
            said_to = _GIVEN_TITLES if shared or not is_given(word) else _GIVEN_TITLES | _NOBLE_TITLES
            courtesies = all(t and t[0] in said_to for t in titles) and len(person.named) == 1
            if person is not mine and courtesies and not self._gender(person).clashes(self._gender(mine)):
                self._merge(mine, person)

    def _is_one_life(self, one: Named, given: list[Person]) -> bool:
        """Tell whether a given name alone is so much used that its surnames follow one another."""
        most = one.count >= _DOMINANT_ROLE * _weight(given, one.name.only)
        later = sorted(given, key=lambda person: _full_name(one, person).first)[1:]
        return most and all(self._stood_near_family(one, person) for person in later)

    def _met_with_surname(self, one: Named, person: Person) -> bool:
        """Tell whether a lone given name and this full name belong together, not just share a word."""
        full = _full_name(one, person)
        early = bisect_left(one.starts, full.first)
        if early < 12 or person.count_with(one.name.only) * 12 > one.count:
            return True
        # Long known without a surname: the family must have stood beside them before, or the full name
        # stands in the midst of the short one.
        return self._stood_near_family(one, person) or self._stands_amid(one, full)

    def _stands_amid(self, one: Named, full: Named) -> bool:
        """Tell whether a full name mostly stands where its given name alone stands too."""
        near = sum(1 for start in full.starts if _has_near(one.starts, start, _STAGE_CHARS))
        return near * 2 > len(full.starts)

    def _stood_near_family(self, one: Named, person: Person) -> bool:
        full = _full_name(one, person)
        early = bisect_left(one.starts, full.first)
        family = self._standing(full)
        near = sum(1 for start in one.starts[:early] if _has_near(family, start))
        return early > 0 and near * 20 >= early

    def _standing(self, full: Named) -> list[int]:
        """Return where the surname of a full name stands in other names, or in the plural."""
        stem = feminine_stem(full.name.surname)
        return sorted(
            start
            for one in self._all
            if one is not full and one.name.core and stem in _stems(one.name.core[-1])
            for start in one.starts
        )

    def epithets(self, epithets: list[Named]) -> None:
        """Give "the Count" to the one count there is; a duchess of one place is not one of another."""
        for one in sorted(epithets, key=lambda one: (not one.name.tail, one.first, one.surface)):
            title = one.name.titles[-1] if one.name.titles else ""
            bearing = [p for p in self.people if title in p.titles] if title not in lex.FAMILY_TITLES else []
            self._add(one, bearing[0] if len(bearing) == 1 and not one.name.tail else None)

    def stated(self, identities: Iterable[Claim]) -> None:
        """Join what the text says is one person."""
        for claim in identities:
            if claim.kind == EPITHET:
                self._called_in_small_letters(claim)
                continue
            a, b = self._find_stated(claim.name), self._find_stated(claim.text)
            if a is None or b is None or (a is not b and self._gender(a).clashes(self._gender(b))):
                continue
            link = (_surface_in(a, claim.name), _surface_in(b, claim.text), claim)
            if a is not b:
                self._merge(a, b)
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

    def _merge(self, a: Person, b: Person) -> None:
        a.named.extend(b.named)
        a.links.extend(b.links)
        self.people.remove(b)
        for owners in self._by_word.values():
            if b in owners:
                owners.remove(b)
                if a not in owners:
                    owners.append(a)

    def _find_stated(self, surface: str) -> Person | None:
        """Return who a name in a statement means; "the Brooks" changed *their* name, so a Brook did."""
        family = self._find(surface[:-1]) if surface.endswith("s") else None
        found = family or self._find(surface) or self._find(surface.partition(" of ")[0])
        if found is None and " " not in surface:
            bearers = [person for person in self._by_word[surface] if person.has_surname(surface)]
            found = _only(bearers)
        return found

    def _find(self, surface: str) -> Person | None:
        for person in self.people:
            if any(one.surface == surface for one in person.named):
                return person
        return None

    def _gender(self, person: Person) -> Gender:
        told = person.gender
        if told is not Gender.UNKNOWN:
            return told
        for one in person.named:
            known = self._gender_of_full(one)
            if known is not Gender.UNKNOWN:
                return known
        return Gender.UNKNOWN

    def _gender_of_full(self, one: Named) -> Gender:
        if one.gender is not Gender.UNKNOWN or not one.name.given:
            return one.gender
        alone = self._bare.get(one.name.given)
        return Gender.UNKNOWN if alone is None else alone.gender


def _same_full(a: Named, b: Named) -> bool:
    x, y = a.name, b.name
    if not x.given or not y.given:
        return False
    if x.patronymic and y.patronymic and x.patronymic != y.patronymic:
        return False
    if x.surname != y.surname and x.surname != y.patronymic and y.surname != x.patronymic:
        return False
    return x.given == y.given or _is_initial_of(x.given, y.given) or _is_initial_of(y.given, x.given)


def _is_initial_of(short: str, long: str) -> bool:
    return len(short.rstrip(".")) == 1 and long.startswith(short.rstrip("."))


def _weight(people: Iterable[Person], word: str) -> int:
    return sum(person.count_with(word) for person in people)


def _stems(word: str) -> tuple[str, str]:
    return feminine_stem(word), feminine_stem(word.removesuffix("s"))


def _surface_in(person: Person, said: str) -> str:
    """Return the name of a person that a statement means by `said`."""
    surfaces = [one.surface for one in person.named]
    if said not in surfaces:
        said = said.partition(" of ")[0]
    alike = [s for s in surfaces if s.rsplit(" ", 1)[-1] in (said, said.removesuffix("s"))]
    return said if said in surfaces else (alike or surfaces)[0]


def _family_names(person: Person) -> set[str]:
    """Return the words that are a person's surname: the last of a full name, or the one after Mr."""
    titled = {
        one.name.only
        for one in person.named
        if one.name.only and set(one.name.titles) & _USED_TITLES and not is_given(one.name.only)
    }
    return _surnames(person) | titled


def _given_names(person: Person) -> set[str]:
    alone = {one.name.only for one in person.named if one.name.only and is_given(one.name.only)}
    return {one.name.given for one in person.named if one.name.given} | alone


def _may_be_family(a: set[str], b: set[str]) -> bool:
    return not a or not b or bool(a & b)


def _clash(a: str, b: str) -> bool:
    return {a, b} in ({"mrs", "miss"}, {"lady", "miss"}, {"mr", "master"})


def _told_share(person: Person) -> float:
    """Return how many of the mentions stand outside quotation marks."""
    spoken = sum(one.cues[Cue.SPEECH] for one in person.named)
    return 1 - spoken / person.count


def _surnames(person: Person) -> set[str]:
    return {one.name.surname for one in person.named if one.name.surname}


def _full_name(one: Named, person: Person) -> Named:
    return min((o for o in person.named if o.name.given == one.name.only), key=lambda o: o.first)


def _only(people: list[Person]) -> Person | None:
    """Return the one person that can be meant, or the one that nearly always is."""
    if len(people) < 2:
        return people[0] if people else None
    ranked = sorted(people, key=lambda person: -person.count)
    others = sum(person.count for person in ranked[1:])
    return ranked[0] if ranked[0].count >= _DOMINANT * others else None


def _beside(one: Named, other: Named) -> int:
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


def _has_near(places: Sequence[int], start: int, reach: int = _NEAR_CHARS) -> bool:
    at = bisect_left(places, start - reach)
    return at < len(places) and places[at] <= start + reach


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
