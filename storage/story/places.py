"""Places: cards of what the text so far stands people in. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from storage.story.evidence import Cue
from storage.story.facts import PlaceCard
from storage.story.people import shown_name
from storage.story.sorting import Kind, Named
from storage.values import Span

_KEPT_QUOTES = 4


def build_places(text: str, named: Iterable[Named]) -> list[PlaceCard]:
    """Return a card for each place, most mentioned first, then by first naming (S16)."""
    cards = [_card(text, one) for one in named if one.kind is Kind.PLACE]
    return sorted(cards, key=lambda card: (-card.mentions, card.first, card.name))


def _card(text: str, one: Named) -> PlaceCard:
    end = len(one.surface)
    return PlaceCard(
        name=shown_name(text, one) if one.cues[Cue.THE] else one.surface,
        first=one.first,
        last=one.starts[-1],
        mentions=one.count,
        quotes=tuple(Span(start, start + end) for start in one.starts[:_KEPT_QUOTES]),
    )
