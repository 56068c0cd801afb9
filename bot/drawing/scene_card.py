"""Scene title cards: a heading, lines of the text, who is there; and a storyboard of several on one sheet.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bot.drawing.canvas import Canvas, Pen, Size
from bot.drawing.character_card import OWN
from bot.drawing.column import LISTED, Part, draw_foot, draw_parts, fit_parts, in_quotes
from bot.drawing.ornaments import rule
from bot.drawing.setting import Style, fit
from bot.drawing.themes import LANDSCAPE, Theme, draw_ground

MARK = "drawn from the text"
MOST_PANELS = 6
_PEOPLE = "Present"
_PANEL_HEIGHT = 560
_LARGEST = 52
"""Of the lines of a scene: nothing else stands on its card."""


@dataclass(frozen=True, slots=True)
class SceneCard:
    """What stands on a card; every word of it out of a view, so none past its horizon."""

    heading: str
    lines: tuple[str, ...]
    """Lines of the book, in its order."""
    people: tuple[str, ...]
    caption: str
    """Which book, and how far it was used."""
    own: tuple[str, ...] = ()
    """What the reader chose or wished, marked as theirs."""
    places: tuple[str, ...] = ()
    """The label of each line's place; none where the heading says it."""

    @property
    def words(self) -> tuple[str, ...]:
        """Return every word that is drawn: no check can read pixels."""
        people = (*[_PEOPLE] * bool(self.people), *self.people)
        own = (*[OWN] * bool(self.own), *self.own)
        told = (self.heading, *self.lines, *self.places, *people, *own, self.caption, MARK)
        return tuple(word for word in told if word)

    @property
    def placed(self) -> list[tuple[str, str]]:
        """Return each line with the label of its place, '' for none."""
        return list(zip_longest(self.lines, self.places[: len(self.lines)], fillvalue=""))

    @property
    def alt(self) -> str:
        """Return what the card says, for who cannot see it."""
        told = [f"Scene card ({MARK}): {self.heading}."]
        told += [f"{in_quotes(line)}{f' ({place})' if place else ''}" for line, place in self.placed]
        told += [f"{_PEOPLE}: {', '.join(self.people)}."] * bool(self.people)
        told += [f"{OWN}: {'; '.join(self.own)}."] * bool(self.own)
        return " ".join([*told, self.caption])


def draw_scene_card(card: SceneCard, theme: Theme, size: Size = LANDSCAPE) -> bytes:
    """Return the card as PNG; the same card, theme and size give the same bytes."""
    return compose_scene_card(card, theme, size).png()


def draw_storyboard(panels: Sequence[SceneCard], theme: Theme) -> bytes:
    """Return up to `MOST_PANELS` scenes on one sheet, numbered in their order; at least one.

    The caption is that of the last, which has been used the furthest.
    """
    return compose_storyboard(panels, theme).png()


def compose_scene_card(card: SceneCard, theme: Theme, size: Size = LANDSCAPE) -> Canvas:
    """Return the card as a sheet with its letters in place."""
    canvas = Canvas(size, theme.paper, theme.accent)
    draw_ground(canvas, theme, f"scene {card.heading} {theme.name}")
    unit = min(size) / 1080
    left, top, width = 160 * unit, 128 * unit, size[0] - 320 * unit
    foot = draw_foot(canvas, card.caption, MARK, card.words, theme, (left, width, size[1] - 112 * unit))
    sizes = [s * unit for s in range(88, 39, -4)]
    heading = fit(
        card.heading or "…", Style(weight=theme.heavy), width, 220 * unit, sizes,
        leading=1.1, balanced=True, most_lines=2,
    )  # fmt: skip
    parts = [Part("", in_quotes(line), after=place, italic=True, share=1.1) for line, place in card.placed]
    parts += [Part(_PEOPLE, LISTED.join(card.people), share=0.9)] * bool(card.people)
    parts += [Part(OWN, LISTED.join(card.own), is_soft=True, share=0.9)] * bool(card.own)
    body = fit_parts(parts, width, foot - 44 * unit - top - heading.height - 84 * unit, unit, _LARGEST)
    whole = heading.height + (84 * unit + body.height) * bool(body.parts)
    y = top + max(0.0, foot - 40 * unit - top - whole) * 0.42
    canvas.block(heading, theme.ink, left, y + heading.rise, width, "middle")
    y += heading.height + 42 * unit
    canvas.ornament(theme.ornament, rule, size[0] / 2, y, 230 * unit, unit)
    draw_parts(canvas, body, theme, left, y + 42 * unit, width)
    return canvas


def compose_storyboard(panels: Sequence[SceneCard], theme: Theme) -> Canvas:
    """Return a storyboard as a sheet with its letters in place."""
    shown = list(panels)[:MOST_PANELS]
    across = 1 if len(shown) == 1 else 2 if len(shown) <= 4 else 3
    rows = [shown[at : at + across] for at in range(0, len(shown), across)]
    width = 700 * across + 200
    size = (width, _PANEL_HEIGHT * len(rows) + 330)
    canvas = Canvas(size, theme.paper, theme.accent)
    draw_ground(canvas, theme, f"storyboard {shown[0].heading} {theme.name}")
    unit = min(size) / 1080
    words = [word for panel in shown for word in panel.words]
    bottom = size[1] - 112 * unit
    own = shown[-1].own  # of the whole board, so it stands once, under it
    mark = f"{MARK}; {OWN[0].lower()}{OWN[1:]}: {'; '.join(own)}" if own else MARK
    foot = draw_foot(canvas, shown[-1].caption, mark, words, theme, (140.0, width - 280.0, bottom))
    top = 112 * unit
    high = (foot - 50 * unit - top - 36 * (len(rows) - 1)) / len(rows)
    for row, line in enumerate(rows):
        wide = (width - 240 * unit - 36 * (across - 1)) / across
        start = (width - len(line) * wide - 36 * (len(line) - 1)) / 2
        for column, panel in enumerate(line):
            box = (start + column * (wide + 36), top + row * (high + 36))
            _panel(canvas, panel, theme, row * across + column + 1, (*box, wide, high))
    return canvas


def _panel(
    canvas: Canvas, panel: SceneCard, theme: Theme, number: int, at: tuple[float, float, float, float]
) -> None:
    """Draw one panel: left, top, width, height."""
    left, top, width, height = at
    canvas.ornament(theme.ornament, Pen.frame, (left, top, left + width, top + height), 2.0, 10.0)
    inner, x = width - 72, left + 36
    figure = fit(str(number), Style(weight=theme.heavy), inner, 60, [40])
    canvas.block(figure, theme.accent, x, top + 56, inner, "middle")
    heading = fit(
        panel.heading or "…", Style(weight=theme.heavy), inner, 110, [40, 36, 32, 28],
        leading=1.12, balanced=True, most_lines=2,
    )  # fmt: skip
    # By base lines, so that the headings of one row stand on one line.
    base = top + 80 + heading.size * 0.85
    canvas.block(heading, theme.ink, x, base, inner, "middle")
    y = base + heading.fall + (len(heading.lines) - 1) * heading.leading + 26
    parts = [Part("", in_quotes(line), italic=True) for line in panel.lines]
    parts += [Part("", LISTED.join(panel.people), is_soft=True, share=0.86)] * bool(panel.people)
    room = top + height - 30 - y
    body = fit_parts(parts, inner, room, 0.84, _LARGEST)
    draw_parts(canvas, body, theme, x, y + max(0.0, room - body.height) * 0.4, inner)
