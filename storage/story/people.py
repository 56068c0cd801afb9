"""People: cards folded from names, their joins and what sentences said of them (S11-S16). Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from storage.story import lexicon as lex
from storage.story.claims import ENDS, STATE_ENDS
from storage.story.creatures import CREATURE
from storage.story.evidence import Claim, Cue
from storage.story.facts import Descriptor, KnownName, PersonCard
from storage.story.names import folded
from storage.story.person import Person
from storage.story.reveals import reveals_of
from storage.story.roles import is_role
from storage.story.sorting import Named
from storage.values import Span

_LATELY = 15
"""The display name is the commonest among so many of the latest mentions (S13)."""
_KEPT_QUOTES = 6
_SPEECH = int(Cue.SPEECH)
_GROWLS = 5
"""A creature is the subject of a verb of speech at most once in so many mentions."""


def build_cards(
    text: str, people: Sequence[Person], traits: Sequence[Claim]
) -> list[tuple[Person, PersonCard]]:
    """Return each person with a card, most mentioned first, then by first meeting (S16)."""
    by_name: defaultdict[str, list[Claim]] = defaultdict(list)
    for trait in traits:
        by_name[trait.name].append(trait)
    holders = Counter(one.surface for person in people for one in person.named)
    shared = frozenset(surface for surface, count in holders.items() if count > 1)
    cards = [(person, _card(text, person, by_name, shared)) for person in people]
    return sorted(cards, key=lambda pair: (-pair[1].mentions, pair[1].first, pair[1].name))


def _card(text: str, person: Person, by_name: dict[str, list[Claim]], shared: frozenset[str]) -> PersonCard:
    reveals = reveals_of(person)
    mine = {start for one in person.named if one.surface in shared for start in one.starts}
    known = sorted((reveal, surface) for surface, (reveal, _) in reveals.items())
    claims = sorted(
        (
            claim
            for surface in reveals
            for claim in by_name.get(surface, ())
            if surface not in shared or claim.at in mine
        ),
        key=lambda c: (c.span.start, c.at),
    )
    by = {one.surface: one for one in person.named}
    shown = {surface: shown_name(text, one) for surface, one in by.items()}
    if _speaks(person):
        claims = [claim for claim in claims if claim.kind != CREATURE]
    described = [*_identities(text, reveals, shown), *_descriptors(text, claims, shown)]
    described.sort(key=lambda d: (d.reveal, d.span, d.text))
    display = _display_name(text, person.named)
    return PersonCard(
        name=display,
        names=tuple(
            KnownName(shown[surface], reveal, by[surface].first, by[surface].starts[-1], by[surface].count)
            for reveal, surface in known
        ),
        first=person.first,
        last=max(one.starts[-1] for one in person.named),
        mentions=person.count,
        descriptors=tuple(described),
        quotes=_quotes(claims),
    )


def _speaks(person: Person) -> bool:
    """Tell whether somebody talks, so that in this story even a cat is a person; a growl is no talk."""
    said = sum(one.cues[Cue.SAID] for one in person.named)
    return bool(person.titles & lex.COURTESY_TITLES) or said * _GROWLS > person.count


def shown_name(text: str, one: Named) -> str:
    """Return a name as the text uses it: "the Inspector" where it mostly has the article."""
    if one.name.titles and one.name.core:
        return one.surface
    if one.cues[Cue.THE] * 2 > one.count or _always_the(text, one):
        return f"the {one.surface}"
    return one.surface


def _always_the(text: str, one: Named) -> bool:
    # At the start of a sentence the article has a capital, so the cue does not see it.
    with_article = sum(1 for start in one.starts[:40] if text[max(0, start - 4) : start].lower() == "the ")
    # S13: a name is shown as it stands; "The" alone at a sentence start is not yet "the".
    return with_article * 2 > len(one.starts[:40])


def _display_name(text: str, named: Sequence[Named]) -> str:
    """Return what the text lately calls this person; of equals the latest (S13); a role where that is all."""
    named = [one for one in named if not is_role(one)] or named
    told = [(start, one.surface) for one in named for start in _lately_told(one)]
    # The narrator's word counts, where there is one: a nickname shouted in the last scene is no heading.
    said = [] if told else [(start, one.surface) for one in named for start in one.starts[-_LATELY:]]
    latest = sorted(told or said)[-_LATELY:]
    counts = Counter(surface for _, surface in latest)
    last = {surface: start for start, surface in latest}
    chosen = max(counts, key=lambda surface: (counts[surface], last[surface]))
    return shown_name(text, next(one for one in named if one.surface == chosen))


def _lately_told(one: Named) -> list[int]:
    found: list[int] = []
    for at in range(len(one.starts) - 1, -1, -1):
        if not one.flags[at] & _SPEECH:
            found.append(one.starts[at])
            if len(found) == _LATELY:
                break
    return found


def _identities(
    text: str, reveals: dict[str, tuple[int, Claim | None]], shown: dict[str, str]
) -> Iterable[Descriptor]:
    for surface, (reveal, claim) in reveals.items():
        if claim is not None:
            quote = text[claim.span.start : claim.span.end]
            known = max(reveal, claim.span.end)
            yield Descriptor("identity", shown[surface], quote, claim.span, known, None, shown[surface])


def _descriptors(text: str, claims: Sequence[Claim], shown: dict[str, str]) -> Iterable[Descriptor]:
    seen: set[tuple[str, str]] = set()
    ends = [claim for claim in claims if claim.kind == ENDS]
    for claim in claims:
        key = (claim.kind, claim.text.casefold())
        if claim.kind == ENDS or key in seen:
            continue
        seen.add(key)
        quote = text[claim.span.start : claim.span.end]
        ended = next((end for end in ends if end.at > claim.at and _is_ended(claim, end)), None)
        until = ended.span.end if ended is not None else None  # S11: a fact may end
        yield Descriptor(claim.kind, claim.text, quote, claim.span, claim.span.end, until, shown[claim.name])


def _is_ended(claim: Claim, end: Claim) -> bool:
    """Tell whether a later sentence ends what an earlier one said: alive again, hair cut, healed."""
    words = set(claim.text.casefold().replace("-", " ").split())
    if claim.kind == "state":
        return bool(words & set(STATE_ENDS.get(end.text, ())))
    return end.text in words or (end.text == "beard" and "bearded" in words)


def _quotes(claims: Sequence[Claim]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for claim in claims:
        if claim.kind != ENDS and claim.span not in spans:
            spans.append(claim.span)
    return tuple(spans[:_KEPT_QUOTES])


class Called:
    """Cards by the names that they answer to, each folded once for all who are asked for."""

    def __init__(self, cards: Sequence[PersonCard]) -> None:
        """Take all cards there are, in the order in which they are told."""
        self._cards = cards
        self._by_name: defaultdict[str, set[int]] = defaultdict(set)
        self._by_word: defaultdict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
        for number, card in enumerate(cards):
            for known in card.names:
                name = folded(known.name)
                words = frozenset(name.split())
                self._by_name[name].add(number)
                for word in words:
                    self._by_word[word].append((number, words))

    def find(self, name: str) -> list[PersonCard]:
        """Return the cards that answer to `name`, in their order; several when it is shared (T48).

        A name that a card has as it is wins; else every card with a name that holds all its words.
        """
        wanted = folded(name)
        words = frozenset(wanted.split())
        exact = self._at(self._by_name.get(wanted, ())) if words else []
        if exact and len(words) > 1:
            return exact
        holding = self._holding(words)
        # One word that several bear is ambiguous even where one of them is called by it alone.
        return holding if not exact or _is_shared(exact, holding) else exact

    def find_namesakes(self, name: str) -> list[PersonCard]:
        """Return the cards with a name that holds all words of `name` and that `find` does not return."""
        found = self.find(name)
        return [card for card in self._holding(frozenset(folded(name).split())) if card not in found]

    def _holding(self, words: frozenset[str]) -> list[PersonCard]:
        having = (self._by_word.get(word, ()) for word in words)
        fewest = min(having, key=len, default=())
        return self._at({number for number, name in fewest if words <= name})

    def _at(self, numbers: Iterable[int]) -> list[PersonCard]:
        return [self._cards[number] for number in sorted(numbers)]


def _is_shared(exact: Sequence[PersonCard], holding: Sequence[PersonCard]) -> bool:
    return len(exact) > 1 or any(
        card.mentions * 4 >= exact[0].mentions for card in holding if card not in exact
    )
