"""Joining by use: forms that could be anybody's, where the text equates them again and again (T49). Pure."""

from __future__ import annotations

from collections import Counter

from storage.story.answers import TELLER, Answers
from storage.story.evidence import Claim, Cue
from storage.story.gathering import Gathering
from storage.story.given import is_given, is_short, may_be_same
from storage.story.names import Gender
from storage.story.person import (
    USED_TITLES,
    Person,
    family_names,
    given_names,
    may_be_family,
    only,
    surnames,
    titles_clash,
)
from storage.story.together import MOSTLY_SAID, nearest_of, said_to, stand_apart, told_share
from storage.values import Span

_RARE = 15
"""Who is named in full so much more rarely than another with a title may be another of the family."""
_SISTER = 3
"""So many times more is told of one sister than of the others together."""
_STANDS_OFTEN = 8
_LATE = (("mr",), ("mrs",), ("miss",))
_SAID_ONLY = 0.35
"""Told by the narrator so seldom, measured by all mentions, a name is one to call somebody by."""


class ByUse:
    """The steps that look at who is called by what, when everybody's full names are gathered."""

    def __init__(self, met: Gathering) -> None:
        """Join the people of `met`."""
        self._met = met

    def short_forms(self) -> None:
        """Join "Lizzie" to the Elizabeth to whom it is said, again and again (T49).

        The list of short forms only tells where to look. It is the text that equates them: one is said in
        talk while the other is on the stage, they are never told side by side, and nobody else fits.
        """
        for person in sorted(self._met.people, key=lambda person: person.first):
            if person not in self._met.people:
                continue
            words = {one.name.core[0] for one in person.named if one.name.core}
            if not any(is_short(word) for word in words):
                continue
            fitting = [
                other
                for other in self._met.people
                if other is not person
                and any(may_be_same(w, o.name.core[0]) for w in words for o in other.named if o.name.core)
                and not self._met.gender(other).clashes(self._met.gender(person))
                and may_be_family(surnames(other), surnames(person))
            ]
            long = [
                o for o in fitting if any(c and not is_short(c[0]) for c in (n.name.core for n in o.named))
            ]
            self._merge_as_used(person, long or fitting)

    def titled_by_use(self) -> None:
        """Join "Mrs. Brook" to the Ada Brook to whom it is said, where several Brooks might be meant."""
        for person in sorted(self._met.people, key=lambda person: person.first):
            if any(not one.name.titles or not one.name.only for one in person.named):
                continue
            titles = {title for one in person.named for title in one.name.titles}
            if person not in self._met.people or titles - USED_TITLES:
                continue
            word = person.named[0].name.only
            fitting = [
                other
                for other in self._met.by_word[word]
                if other is not person
                and any(one.name.surname == word for one in other.named)
                and not self._met.gender(other).clashes(self._met.gender(person))
                and not any(titles_clash(title, mine) for title in other.titles for mine in titles)
            ]
            if len(fitting) == 1:
                self._merge_as_used(person, fitting)

    def titled_late(self) -> None:
        """Give "Mrs. Brook" to the one Brook who may be called so, when everybody's names are gathered.

        A Miss Brook is not she; nor is who is told of beside her, as a daughter or a son is.
        """
        for person in sorted(self._met.people, key=lambda person: person.first):
            one = max(person.named, key=lambda one: one.name.titles[-1:] in _LATE)
            title = one.name.titles[-1] if one.name.titles else ""
            word = one.name.only
            if not word or title not in ("mr", "mrs", "miss"):
                continue
            if any(other.name.only != word or not other.name.titles for other in person.named):
                continue
            may = [
                other
                for other in self._met.by_word[word]
                if other is not person
                and word in surnames(other)
                and self._leans(other, one.gender)
                and other.count * _RARE >= person.count
                and not (title == "mr" and min(told_share(person), told_share(other)) > MOSTLY_SAID)
                and self._may_be_married_as(title, word, other)
                and not self._met.stand_together(one, other)
            ]
            # A man of a family may be meant however seldom he is named.
            owner = only(may) if title != "mr" or len(may) == 1 else None
            if title == "miss" and owner is None:
                owner = _most_told(may)
            if owner is not None:
                self._met.merge(owner, person)

    def _leans(self, person: Person, gender: Gender) -> bool:
        """Tell whether nothing, not even a single pronoun, speaks more for the other gender."""
        known = self._met.gender(person)
        he, she = (sum(one.cues[cue] for one in person.named) for cue in (Cue.HE, Cue.SHE))
        return known is gender or (
            known is Gender.UNKNOWN and (he >= she) is (gender is Gender.MALE or he == she)
        )

    def _may_be_married_as(self, title: str, word: str, person: Person) -> bool:
        if title == "mr":
            return not person.titles - {"mr", "master", "mistah"}
        if "lady" in person.titles:
            return False
        if title == "miss":
            return "mrs" not in person.titles and self._met.gender(person) is Gender.FEMALE
        borne = sorted(
            (min(o.first for o in person.named if o.name.surname == surname), surname)
            for surname in surnames(person)
        )
        if len(borne) > 1:
            return borne[-1][1] == word  # the later name of a woman of two is her husband's
        return not {"mrs", "miss"} & person.titles

    def by_standing(self) -> None:
        """Give a lone name that several bear to the one who stands nearest nearly every time it is used."""
        for person in sorted(self._met.people, key=lambda person: person.first):
            one = person.named[0]
            if len(person.named) > 1 or one.name.titles or not one.name.only or one.count < _STANDS_OFTEN:
                continue
            bearers = [
                other
                for other in self._met.by_word[one.name.only]
                if other is not person and not self._met.gender(other).clashes(one.gender)
            ]
            if len(bearers) < 2:
                continue
            nearest = Counter(nearest_of(one, bearers))
            best, votes = nearest.most_common(1)[0] if nearest else (None, 0)
            if best is not None and votes * 4 >= one.count * 3:
                self._met.merge(bearers[best], person)

    def by_answers(self, text: str) -> None:
        """Join a name that is only said to whoever speaks each time it is called (T49)."""
        people = sorted(self._met.people, key=lambda person: person.first)
        answers = Answers(text, [person.named for person in people])
        teller: list[tuple[Person, Span]] = []
        called: list[tuple[Person, Span]] = []
        for place, person in enumerate(people):
            if not any(one.name.core for one in person.named) or told_share(person) > _SAID_ONLY:
                continue
            found = answers.one_who_answers(place)
            if found is None:
                span = answers.may_be_teller(place) if _is_said_by_courtesy(person) else None
                called.extend([(person, span)] if span is not None else [])
                continue
            if found[0] == TELLER:
                teller.append((person, found[1]))
                continue
            other = people[found[0]]
            if other not in self._met.people or not self._may_be_called(person, other):
                continue
            short = max(person.named, key=lambda one: one.count).surface
            long = max(other.named, key=lambda one: one.count).surface
            self._met.merge(other, person)
            other.links.append((short, long, Claim(found[1].start, short, "use", long, found[1])))
        if teller:
            self._one_teller(teller, called)

    def _one_teller(self, teller: list[tuple[Person, Span]], called: list[tuple[Person, Span]]) -> None:
        """Join all names to which "I" answers: they are whoever tells the story.

        A given name or a courtesy that is `called`, and never told of, can be nobody's but the teller's.
        """
        first, known = min(teller, key=lambda one: one[1].end)
        for person, span in [*teller, *called]:
            if person is first or not self._fit(person, first):
                continue
            short, long = person.named[0].surface, first.named[0].surface
            at = max(known, span, key=lambda one: one.end)
            self._met.merge(first, person)
            first.links.append((short, long, Claim(at.start, short, "use", long, at)))

    def _may_be_called(self, person: Person, other: Person) -> bool:
        """Tell whether a told name may be that of somebody called by another."""
        return told_share(other) > _SAID_ONLY and self._fit(person, other)

    def _fit(self, person: Person, other: Person) -> bool:
        """Tell whether nothing in two people's names, genders and places speaks against their being one."""
        if self._met.gender(person).clashes(self._met.gender(other)):
            return False
        if any(titles_clash(a, b) for a in person.titles for b in other.titles):
            return False
        if not (may_be_family(family_names(person), family_names(other))):
            return False
        mine, theirs = given_names(person), given_names(other)
        if mine and theirs and not any(a == b or may_be_same(a, b) for a in mine for b in theirs):
            return False
        return not stand_apart(person, other)

    def _merge_as_used(self, person: Person, fitting: list[Person]) -> None:
        found = [(other, said_to(person, other)) for other in fitting]
        sure = [(other, place) for other, place in found if place is not None]
        if len(sure) == 1:
            other, (short, long, place) = sure[0]
            claim = Claim(place.start, short, "use", long, place)
            self._met.merge(other, person)
            other.links.append((short, long, claim))


def _most_told(sisters: list[Person]) -> Person | None:
    """Return the sister of whom far more is told: the narrator's Miss Brook is she (see `sharing`)."""
    ranked = sorted(sisters, key=lambda person: -person.count)
    others = sum(person.count for person in ranked[1:])
    return ranked[0] if ranked and ranked[0].count >= _SISTER * others else None


def _is_said_by_courtesy(person: Person) -> bool:
    """Tell whether a name of somebody is a given name, or has a title that anybody may have."""
    return any(
        is_given(one.name.core[0]) or set(one.name.titles) & USED_TITLES
        for one in person.named
        if one.name.core
    )
