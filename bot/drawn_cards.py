"""Cards that are drawn, as an order keeps them: to JSON, back again, and onto a sheet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.drawing.character_card import CharacterCard, draw_character_card
from bot.drawing.scene_card import SceneCard, draw_scene_card, draw_storyboard
from bot.drawing.themes import THEMES

if TYPE_CHECKING:
    from agent.pictures.renderer import Order, Rendered

Cards = Sequence[CharacterCard] | Sequence[SceneCard]


def to_json(cards: Cards) -> str:
    """Return one character card, or one or more scenes, as they are stored."""
    return json.dumps([asdict(card) for card in cards], ensure_ascii=False)


def from_json(text: str) -> list[CharacterCard] | list[SceneCard]:
    """Return stored cards."""
    raw = json.loads(text)
    if "name" in raw[0]:
        return [
            CharacterCard(
                name=one["name"],
                epithet=one["epithet"],
                looks=tuple(one["looks"]),
                unsaid=tuple(one["unsaid"]),
                quotes=tuple((quote, place) for quote, place in one["quotes"]),
                ties=tuple(one["ties"]),
                caption=one["caption"],
                own=tuple(one.get("own", ())),
            )
            for one in raw
        ]
    return [
        SceneCard(
            one["heading"],
            tuple(one["lines"]),
            tuple(one["people"]),
            one["caption"],
            tuple(one.get("own", ())),
            tuple(one.get("places", ())),
        )
        for one in raw
    ]


def words_of(text: str) -> tuple[str, ...]:
    """Return every word on stored cards."""
    return tuple(word for card in from_json(text) for word in card.words)


def alt_of(cards: Cards) -> str:
    """Return what cards say, for who cannot see them."""
    return " ".join(card.alt for card in cards)


def draw(order: Order) -> Rendered:
    """Draw the cards of an order; it blocks."""
    from agent.pictures.checked import checked_picture

    theme = THEMES.get(order.style) or next(iter(THEMES.values()))
    cards = from_json(order.card)
    first = cards[0]
    if isinstance(first, CharacterCard):
        png = draw_character_card(first, theme)
    else:
        scenes = [card for card in cards if isinstance(card, SceneCard)]
        png = draw_scene_card(first, theme) if len(scenes) == 1 else draw_storyboard(scenes, theme)
    return checked_picture(png, most_side=4096)
