"""What models found, folded into what the rules found: no fact twice, and merges that they disagree on apart.

A writer has read its section to the end, so a cut knows the facts of whole sections alone: a view inside a
section is never told what somebody knew who had read all of it (S31). Within that, a fact counts from its
own sentence on (S11). Pure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from storage.story.definitions import SURE
from storage.story.evidence import Claim, Cue
from storage.story.facts import FactKind, NamedThing, Relation, SectionFacts, WrittenFact
from storage.story.given import may_be_same
from storage.story.names import folded, parse_name
from storage.story.person import Person
from storage.story.sorting import Kind, Named
from storage.values import Span

_KINDS = {
    FactKind.PERSON: Kind.PERSON,
    FactKind.PLACE: Kind.PLACE,
    FactKind.GROUP: Kind.OTHER,
    FactKind.THING: Kind.OTHER,
}
_BESIDE_CHARS = 60
_TWO_AT_ONCE = 2
"""Names so often side by side before the line that joins them are two people to the rules."""
_QUOTES = 3
_MARRIED = ({"mrs", "miss"}, {"lady", "miss"}, {"mr", "master"})


def each_once(sections: Iterable[SectionFacts]) -> tuple[WrittenFact, ...]:
    """Return the facts of sections, each once, by reveal.

    The same fact of two sections or of two writers is one, and its earliest line stands for it.
    """
    found = [fact for section in sections for fact in section.facts]
    found.sort(key=lambda fact: (fact.reveal, fact.span, fact.kind, fact.name, fact.other, fact.text))
    once: dict[object, WrittenFact] = {}
    alike = cache(folded)  # the same few names stand in most of them
    for fact in found:
        names = (alike(fact.name), alike(fact.other))
        # A later sense of a word is another fact (S17), and so is a later "they are two" (S11).
        lasting = fact.kind not in (FactKind.TERM, FactKind.SAME, FactKind.APART)
        once.setdefault((fact.kind, names, alike(fact.text), fact.sort, lasting or fact.span), fact)
    return tuple(once.values())


def by_mention(text: str, named: Mapping[str, Named], facts: Iterable[WrittenFact]) -> list[WrittenFact]:
    """Return facts with their names as the rules know them: "Brook" in "Mr. Brook bowed" is Mr. Brook."""
    found = []
    holding: defaultdict[str, list[Named]] = defaultdict(list)
    for surface, one in named.items():
        for word in set(surface.split()):
            holding[word].append(one)
    for fact in facts:
        if fact.kind in (FactKind.TRAIT, FactKind.TIE, FactKind.SAME, FactKind.APART):
            name = _surface_at(holding, fact.name, fact.at)
            start = fact.span.start
            places = (start + at for at in _places(text[start : fact.span.end], fact.other))
            others = (_surface_at(holding, fact.other, at) for at in places) if fact.other else ()
            fact = replace(fact, name=name, other=next((o for o in others if o != name), fact.other))
        found.append(fact)
    return found


def _surface_at(holding: Mapping[str, Sequence[Named]], name: str, at: int) -> str:
    """Return the longer name of which `name` is a part where it stands, if there is one, else `name`."""
    for one in holding.get(name.rpartition(" ")[2], ()):
        if name in one.surface and one.surface != name:
            index = bisect_right(one.starts, at) - 1
            if index >= 0 and one.starts[index] + len(one.surface) > at:
                return one.surface
    return name


def name_all(text: str, named: Mapping[str, Named], facts: Sequence[WrittenFact]) -> dict[str, Named]:
    """Return the names with the kinds that facts give them, and those that the rules had not seen."""
    found = dict(named)
    for fact in facts:
        kind = _KINDS.get(fact.kind)
        if kind is None:
            continue
        known = found.get(fact.name)
        if known is None:
            known = _named(text, fact.name, found)
            if known is None:
                continue
        elif known.cues[Cue.SAID] and known.kind is Kind.PERSON:
            continue  # somebody speaks by this name: the text knows better
        found[fact.name] = replace(known, kind=kind)
    return dict(sorted(found.items(), key=lambda item: (item[1].first, item[0])))


def _named(text: str, name: str, named: Mapping[str, Named]) -> Named | None:
    """Return a name that the rules did not take for one, where it stands by itself."""
    inside = {
        start + one.surface.index(name)
        for one in named.values()
        if name in one.surface
        for start in one.starts
    }
    starts = array("l", (start for start in _places(text, name) if start not in inside))
    if not starts:
        return None
    return Named(parse_name(name), starts, Counter(), array("l", [0] * len(starts)), small=0)


def _places(text: str, name: str) -> Iterable[int]:
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            yield at
        at = text.find(name, end)


def traits_with(traits: Sequence[Claim], facts: Sequence[WrittenFact]) -> list[Claim]:
    """Return the rules' traits, and those of facts where the rules read nothing alike in the sentence."""
    known = _by_name(traits)
    added = [
        Claim(fact.at, fact.name, fact.sort, fact.text, fact.span)
        for fact in facts
        if fact.kind is FactKind.TRAIT and not any(_says_that(c, fact) for c in known.get(fact.name, ()))
    ]
    return [*traits, *added]


def _says_that(claim: Claim, fact: WrittenFact) -> bool:
    words, said = set(folded(fact.text).split()), set(folded(claim.text).split())
    return claim.kind == fact.sort and claim.span.overlaps(fact.span) and (words <= said or said <= words)


def definitions_with(definitions: Sequence[Claim], facts: Sequence[WrittenFact]) -> list[Claim]:
    """Return the sentences that explain words, by the rules and by facts, in order."""
    known = _by_name(definitions)
    added = [
        Claim(fact.at, fact.name, SURE, "", fact.span)
        for fact in facts
        if fact.kind is FactKind.TERM
        and not any(claim.span.overlaps(fact.span) for claim in known.get(folded(fact.name), ()))
    ]
    return sorted([*definitions, *added], key=lambda claim: claim.at)


def _by_name(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    known: dict[str, list[Claim]] = {}
    for claim in claims:
        for name in {claim.name, folded(claim.name)}:
            known.setdefault(name, []).append(claim)
    return known


def join_written(people: Sequence[Person], facts: Sequence[WrittenFact]) -> list[Person]:
    """Return people with names parted and joined as facts say, as far as the rules hold nothing against it.

    Of two facts about the same two names the later one counts; at one reveal they are two.
    """
    found = list(people)
    said: dict[frozenset[str], WrittenFact] = {}
    for fact in sorted(
        (f for f in facts if f.kind in (FactKind.SAME, FactKind.APART)),
        key=lambda fact: (fact.reveal, fact.kind is FactKind.APART, fact.span),
    ):
        said[frozenset((fact.name, fact.other))] = fact
    for fact in said.values():
        a, b = _bearer(found, fact.name), _bearer(found, fact.other)
        if a is None or b is None:
            continue
        if fact.kind is FactKind.APART and a is b:
            _part(found, a, fact)
        elif fact.kind is FactKind.SAME and a is not b and not _speaks_against(a, b, fact):
            claim = Claim(fact.at, fact.name, "same", fact.other, fact.span)
            a.named.extend(b.named)
            a.links.extend([*b.links, (fact.name, fact.other, claim)])
            found.remove(b)
    for person in found:
        person.named.sort(key=lambda one: (one.first, one.surface))
    return sorted(found, key=lambda person: (person.first, person.named[0].surface))


def _bearer(people: Sequence[Person], surface: str) -> Person | None:
    return next((p for p in people if any(one.surface == surface for one in p.named)), None)


def _speaks_against(a: Person, b: Person, fact: WrittenFact) -> bool:
    """Tell whether the rules take these for two: by gender, by family, or as they were met together."""
    if a.gender.clashes(b.gender):
        return True
    if any({x, y} == pair for x in a.titles for y in b.titles for pair in _MARRIED if x != y):
        return True
    full = [(x.name, y.name) for x in a.named for y in b.named if x.name.given and y.name.given]
    if any(x.surname == y.surname and not may_be_same(x.given, y.given) for x, y in full):
        return True
    beside = sum(_beside(x, y, fact.span.start) for x in a.named for y in b.named)
    return beside >= _TWO_AT_ONCE and beside * 50 >= min(a.count, b.count)


def _beside(one: Named, other: Named, until: int) -> int:
    """Count how often two names stand close together before `until`, both spoken or both told."""
    count = 0
    for start, flags in zip(one.starts, one.flags, strict=True):
        if start >= until:
            break
        at = bisect_left(other.starts, start - _BESIDE_CHARS)
        while at < len(other.starts) and other.starts[at] <= min(start + _BESIDE_CHARS, until - 1):
            if other.starts[at] != start and not (other.flags[at] ^ flags) & Cue.SPEECH:
                count += 1
                break
            at += 1
    return count


def _part(people: list[Person], person: Person, fact: WrittenFact) -> None:
    """Give the name that was met later a card of its own, unless a later line of the text joins the two."""
    two = {fact.name, fact.other}
    stated = [claim for *names, claim in person.links if set(names) == two and claim.span.end > fact.reveal]
    if stated or len(person.named) < 2:
        return
    parted = max(
        (one for one in person.named if one.surface in two), key=lambda one: (one.first, one.surface)
    )
    person.named.remove(parted)
    person.links = [link for link in person.links if parted.surface not in link[:2]]
    people.append(Person([parted]))


def relations_with(
    ties: Sequence[Relation], people: Sequence[tuple[Person, str]], facts: Sequence[WrittenFact]
) -> list[Relation]:
    """Return the rules' ties and those of facts, in the order in which they became known.

    `people` come with their display names. What the rules say of two people in one regard stands, with the
    earlier line where both say the same.
    """
    shown = {one.surface: name for person, name in people for one in person.named}
    found = list(ties)
    for fact in facts:
        a, b = shown.get(fact.name), shown.get(fact.other)
        if fact.kind is not FactKind.TIE or a is None or b is None or a == b:
            continue
        tie = Relation(a, b, fact.text, fact.sort, fact.span, fact.reveal, fact.span.start)
        known = next((t for t in found if t.kind == tie.kind and {t.a, t.b} == {a, b}), None)
        if known is None:
            found.append(tie)
        elif (known.a, known.b) == (a, b) and tie.reveal < known.reveal:
            found[found.index(known)] = tie
    return sorted(found, key=lambda tie: (tie.reveal, tie.span, tie.a, tie.b, tie.kind))


def groups_with(
    groups: Sequence[NamedThing], named: Mapping[str, Named], facts: Sequence[WrittenFact]
) -> list[NamedThing]:
    """Return the rules' groups and things and those of facts, most mentioned first, then by first naming."""
    known = {folded(group.name) for group in groups}
    found = list(groups)
    for fact in facts:
        one = named.get(fact.name)
        is_new = folded(fact.name) not in known and one is not None and one.kind is Kind.OTHER
        if fact.kind in (FactKind.GROUP, FactKind.THING) and is_new and one is not None:
            known.add(folded(fact.name))
            size = len(one.surface)
            quotes = tuple(Span(start, start + size) for start in one.starts[:_QUOTES])
            last, count = one.starts[-1], one.count
            found.append(NamedThing(fact.kind.value, fact.name, one.first, last, count, fact.reveal, quotes))
    return sorted(found, key=lambda card: (-card.mentions, card.first, card.name))
