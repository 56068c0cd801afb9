"""Terms: coined and rare words with the senses that the text has given them so far (S17). Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from storage.book.text import blocks, sentences
from storage.story.definitions import LIKELY, SURE
from storage.story.evidence import Claim
from storage.story.facts import Sense, TermCard
from storage.story.names import folded
from storage.values import Span

_ENDS_WORD = re.compile(r"(?:s|es|['’]s)?(?![^\W_])")
_NEW_USES = {LIKELY: 2, SURE: 12}
"""How often a word may have stood before the sentence that explains it: coined words are explained early."""


def build_terms(text: str, definitions: Sequence[Claim]) -> list[TermCard]:
    """Return the words that the text has explained, in order of first use, senses oldest first."""
    grouped: dict[str, list[Claim]] = {}
    for claim in definitions:
        grouped.setdefault(folded(claim.name), []).append(claim)
    cards = []
    for claims in grouped.values():
        places = _places(text, claims[0].name)
        starts = [place.start for place in places]
        kept = [claim for claim in claims if bisect_left(starts, claim.at) <= _NEW_USES[claim.kind]]
        if places and kept:
            # A word explained once is a term: what later sentences say of it are senses too (S17).
            cards.append(_card(text, [c for c in claims if c in kept or c.at > kept[0].at], places))
    return sorted(cards, key=lambda card: (card.first, card.term))


def find_term(text: str, terms: Sequence[TermCard], term: str) -> TermCard | None:
    """Return what the text has said a word means; with no such sentence, where it first stands; or None."""
    wanted = folded(term)
    if not wanted:
        return None
    for card in terms:
        if folded(card.term) == wanted or folded(card.term).removesuffix("s") == wanted.removesuffix("s"):
            return card
    places = _places(text, " ".join(term.split()))
    if not places:
        return None
    first = places[0]
    return TermCard(
        term=text[first.start : first.end],
        first=first.start,
        mentions=len(places),
        senses=(),
        context=_sentence(text, first),
    )


def _card(text: str, claims: Sequence[Claim], places: Sequence[Span]) -> TermCard:
    senses: list[Sense] = []
    for claim in claims:
        sense = Sense(text[claim.span.start : claim.span.end], claim.span, claim.span.end)
        if sense not in senses:
            senses.append(sense)
    return TermCard(
        term=claims[0].name,
        first=places[0].start,
        mentions=len(places),
        senses=tuple(senses),
        context=_sentence(text, places[0]),
    )


def _places(text: str, term: str) -> list[Span]:
    """Return where a term stands as whole words, in small letters, with a capital or in capitals."""
    found: set[Span] = set()
    for written in {term, term.lower(), term[:1].upper() + term[1:], term.upper()}:
        at = text.find(written)
        while at >= 0:
            end = at + len(written)
            if not (at and text[at - 1].isalnum()) and _ENDS_WORD.match(text, end):
                found.add(Span(at, end))
            at = text.find(written, end)
    return sorted(found)


def _sentence(text: str, span: Span) -> Span:
    start = text.rfind("\n", 0, span.start) + 1
    stop = text.find("\n", span.end)
    paragraph = text[start : stop if stop >= 0 else len(text)]
    for block in blocks(paragraph):
        for sentence in sentences(paragraph, block):
            if sentence.start + start <= span.start < sentence.end + start:
                return Span(sentence.start + start, sentence.end + start)
    return span
