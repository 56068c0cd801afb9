"""How many cards a second are drawn: each kind in each look, on one core, with what is drawn first and again.

Figures are processor time of this process, so that what else runs on the machine counts little.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from bot.drawing.character_card import CharacterCard, draw_character_card
from bot.drawing.quote_card import QuoteCard, draw_quote_card
from bot.drawing.scene_card import SceneCard, draw_scene_card, draw_storyboard
from bot.drawing.themes import THEMES, Theme

ROUNDS = 12
"""Cards of each kind and look; no two have the same words."""
CAPTION = "The Invented Book · up to ch. 8"
LINE = (
    "The water went by without a sound, and lamp {} swung, and nobody spoke until the bank had a name again."
)
RIGHT_TO_LEFT = "הִיא יָרְדָה בַּמַּדְרֵגוֹת (Ada Wick, {}), وكانت تنوي أن تأخذه بلا كلام"


def run(shared: Path) -> dict[str, object]:
    """Return the figures; `shared` is not needed."""
    began = time.process_time()
    _quote(0, THEMES["letterpress"])
    figures: dict[str, object] = {
        "the first card of a process, fonts opened, ms": 1_000 * (time.process_time() - began)
    }
    kinds: dict[str, Callable[[int, Theme], bytes]] = {
        "quote cards": _quote,
        "quote cards, right to left": _mixed,
        "character cards, 4 looks": lambda n, theme: _character(n, theme, 4),
        "character cards, 40 looks": lambda n, theme: _character(n, theme, 40),
        "scene cards": _scene,
        "storyboards of 6": lambda n, theme: draw_storyboard([_panel(7 * n + p) for p in range(6)], theme),
    }
    for kind, draw in kinds.items():
        began = time.process_time()
        sizes = [len(draw(n, theme)) for n in range(1, ROUNDS + 1) for theme in THEMES.values()]
        seconds = time.process_time() - began
        figures[kind] = {"a second": len(sizes) / seconds, "kB each": sum(sizes) / len(sizes) / 1_000}
    return figures


def _quote(n: int, theme: Theme) -> bytes:
    return draw_quote_card(QuoteCard(LINE.format(n), "Hespa Ombrey, The Invented Book", f"ch. {n} ¶4"), theme)


def _mixed(n: int, theme: Theme) -> bytes:
    return draw_quote_card(QuoteCard(RIGHT_TO_LEFT.format(n), "Hespa Ombrey", f"ch. {n} ¶4"), theme)


def _character(n: int, theme: Theme, looks: int) -> bytes:
    told = tuple(f"a coat of the {looks}th colour, number {n} of {at}" for at in range(looks))
    quotes = ((LINE.format(n), f"ch. {n} ¶2"), ("“You will want tea,” she said.", f"ch. {n} ¶3"))
    return draw_character_card(
        CharacterCard(
            f"Mrs. Fairfax {n}", "the housekeeper", told, ("her age",), quotes, ("aunt of Ada",), CAPTION
        ),
        theme,
    )


def _panel(n: int) -> SceneCard:
    return SceneCard(f"On the ferry, {n}", (LINE.format(n),), ("Ada", "Wick", "the porter"), CAPTION)


def _scene(n: int, theme: Theme) -> bytes:
    return draw_scene_card(_panel(n), theme)
