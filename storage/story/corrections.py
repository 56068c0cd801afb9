"""A reader's corrections of cards: rename, merge, split, hide, "this descriptor is wrong". Pure.

A correction holds on to the text, not to a row: to a name and the offset where the card it stands on was
first met. So it survives a rebuild of the index, and one whose card no longer exists does nothing. Each
has the `reveal` it was made at: a reader who goes back does not see a merge made later on (S5, S37).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from storage.story.facts import Descriptor, KnownName, PersonCard


class CorrectionKind(StrEnum):
    """What a reader may correct."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    HIDE = "hide"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction, of the card that has `name` and was first met at `at` (code points).

    `other` is the new name (rename), a name of the card to take in (merge) or the name to part (split),
    or the words of the descriptor (wrong); `other_at` is where that card was first met, or the descriptor's
    sentence begins. `reveal` is the horizon at which the correction was made.
    """

    kind: CorrectionKind
    name: str
    at: int
    reveal: int
    other: str = ""
    other_at: int = 0
    id: str = ""


def corrected(cards: Sequence[PersonCard], corrections: Iterable[Correction], end: int) -> list[PersonCard]:
    """Return `cards` of a horizon that ends at `end` with the corrections made at or before it, in the
    order in which they were made; the order of the cards is again by mentions, then by first meeting."""
    found = list(cards)
    for correction in corrections:
        if correction.reveal <= end:
            found = _APPLY[correction.kind](found, correction)
    return sorted(found, key=lambda card: (-card.mentions, card.first, card.name))


def _card(cards: Sequence[PersonCard], name: str, at: int) -> PersonCard | None:
    """Return the card that a correction means: by name and place, else by name if one alone bears it."""
    named = [card for card in cards if name == card.name or any(known.name == name for known in card.names)]
    exact = [card for card in named if card.first == at]
    chosen = exact or named or [card for card in cards if card.first == at]
    return chosen[0] if len(chosen) == 1 else None


def _rename(cards: list[PersonCard], correction: Correction) -> list[PersonCard]:
    card = _card(cards, correction.name, correction.at)
    return [replace(one, name=correction.other) if one is card else one for one in cards]


def _hide(cards: list[PersonCard], correction: Correction) -> list[PersonCard]:
    card = _card(cards, correction.name, correction.at)
    return [one for one in cards if one is not card]


def _wrong(cards: list[PersonCard], correction: Correction) -> list[PersonCard]:
    card = _card(cards, correction.name, correction.at)
    if card is None:
        return cards
    kept = tuple(
        one
        for one in card.descriptors
        if (one.text, one.span.start) != (correction.other, correction.other_at)
    )
    return [replace(one, descriptors=kept) if one is card else one for one in cards]


def _merge(cards: list[PersonCard], correction: Correction) -> list[PersonCard]:
    into = _card(cards, correction.name, correction.at)
    other = _card(cards, correction.other, correction.other_at)
    if into is None or other is None or into is other:
        return cards
    known = {one.name: one for one in into.names}
    for one in other.names:
        known.setdefault(one.name, replace(one, reveal=max(one.reveal, correction.reveal)))
    merged = PersonCard(
        name=into.name,
        names=tuple(sorted(known.values(), key=lambda one: (one.reveal, one.name))),
        first=min(into.first, other.first),
        last=max(into.last, other.last),
        mentions=into.mentions + other.mentions,
        descriptors=tuple(sorted((*into.descriptors, *other.descriptors), key=_by_reveal)),
        quotes=tuple(sorted({*into.quotes, *other.quotes})),
    )
    return [merged if one is into else one for one in cards if one is not other]


def _split(cards: list[PersonCard], correction: Correction) -> list[PersonCard]:
    card = _card(cards, correction.name, correction.at)
    names = card.names if card is not None else ()
    parted = [one for one in names if one.name == correction.other]
    rest = [one for one in names if one.name != correction.other]
    if card is None or not parted or not rest:
        return cards
    display = card.name if card.name != correction.other else max(rest, key=lambda one: one.last).name
    two = [
        _of_names(display, rest, card, [d for d in card.descriptors if d.of != correction.other]),
        _of_names(correction.other, parted, card, [d for d in card.descriptors if d.of == correction.other]),
    ]
    return [part for one in cards for part in (two if one is card else [one])]


def _of_names(
    name: str, names: Sequence[KnownName], card: PersonCard, descriptors: Sequence[Descriptor]
) -> PersonCard:
    spans = {descriptor.span for descriptor in descriptors}
    return PersonCard(
        name=name,
        names=tuple(names),
        first=min(one.first for one in names),
        last=max(one.last for one in names),
        mentions=sum(one.mentions for one in names),
        descriptors=tuple(descriptors),
        quotes=tuple(quote for quote in card.quotes if quote in spans),
    )


def _by_reveal(descriptor: Descriptor) -> tuple[int, int, str]:
    return descriptor.reveal, descriptor.span.start, descriptor.text


_APPLY = {
    CorrectionKind.RENAME: _rename,
    CorrectionKind.MERGE: _merge,
    CorrectionKind.SPLIT: _split,
    CorrectionKind.HIDE: _hide,
    CorrectionKind.WRONG: _wrong,
}
