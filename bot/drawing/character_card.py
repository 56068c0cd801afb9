"""A character card: the name, what the text says of somebody's looks and what it leaves unsaid, lines, ties.

Where others would put a portrait it has an emblem with an initial, and it says that it is drawn from the
text: nobody shall take it for a picture of a face. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from bot.drawing.canvas import Canvas, Size
from bot.drawing.column import LISTED, Part, draw_foot, draw_parts, fit_parts, in_quotes
from bot.drawing.ornaments import rule
from bot.drawing.setting import Block, Style, cleaned, fit, shortened
from bot.drawing.themes import PORTRAIT, Theme, draw_ground

MARK = "drawn from the text, not a portrait"
_ONE_LINE = 60
"""Least size of a name that is kept on one line."""
_READABLE = 28
"""Letters smaller than this are worth a smaller emblem."""
_LOOKS, _UNSAID, _TIES = "As the text tells", "The text does not say", "Ties"
OWN = "The reader’s own, not the book’s"


@dataclass(frozen=True, slots=True)
class CharacterCard:
    """What stands on a card; every word of it out of a view, so none past its horizon."""

    name: str
    epithet: str
    looks: tuple[str, ...]
    unsaid: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]
    """Lines of the book, each with the label of its place."""
    ties: tuple[str, ...]
    caption: str
    """Which book, and how far it was used."""
    own: tuple[str, ...] = ()
    """What the reader chose or wished, marked as theirs."""

    @property
    def words(self) -> tuple[str, ...]:
        """Return every word that is drawn, in the order of drawing: no check can read pixels."""
        quotes = [part for quote in self.quotes for part in quote]
        heads = [_LOOKS] * bool(self.looks) + [_UNSAID] * bool(self.unsaid) + [_TIES] * bool(self.ties)
        heads += [OWN] * bool(self.own)
        told = (
            self.name,
            self.epithet,
            *self.looks,
            *self.unsaid,
            *self.own,
            *quotes,
            *self.ties,
            *heads,
            self.caption,
            MARK,
        )
        return tuple(word for word in told if word)

    @property
    def alt(self) -> str:
        """Return what the card says, for who cannot see it."""
        told = [f"Character card of {self.name}{', ' + self.epithet if self.epithet else ''} ({MARK})."]
        told += [f"{_LOOKS}: {'; '.join(self.looks)}."] * bool(self.looks)
        told += [f"{_UNSAID}: {', '.join(self.unsaid)}."] * bool(self.unsaid)
        told += [f"{OWN}: {'; '.join(self.own)}."] * bool(self.own)
        told += [f"{in_quotes(text)} ({place})." for text, place in self.quotes]
        told += [f"{_TIES}: {'; '.join(self.ties)}."] * bool(self.ties)
        return " ".join([*told, self.caption])


def draw_character_card(card: CharacterCard, theme: Theme, size: Size = PORTRAIT) -> bytes:
    """Return the card as PNG; the same card, theme and size give the same bytes.

    What there is no room for ends with "…".
    """
    return compose_character_card(card, theme, size).png()


def compose_character_card(card: CharacterCard, theme: Theme, size: Size = PORTRAIT) -> Canvas:
    """Return the card as a sheet with its letters in place."""
    seed = f"character {card.name} {theme.name}"
    canvas = Canvas(size, theme.paper, theme.accent)
    draw_ground(canvas, theme, seed)
    unit = min(size) / 1080
    left, top, width = 132 * unit, 118 * unit, size[0] - 264 * unit
    bottom = size[1] - 112 * unit
    parts = _parts(card, theme)
    foot = draw_foot(canvas, card.caption, MARK, card.words, theme, (left, width, bottom))
    tried = []
    for emblem, largest in ((118 * unit, 96), (84 * unit, 80), (0.0, 68)):
        name = _name(card.name or "…", theme, width, [s * unit for s in range(largest, 35, -4)], unit)
        epithet = shortened(card.epithet, Style(italic=True), width, 33 * unit, leading=1.25, most_lines=2)
        head = (2 * emblem + 34 * unit if emblem else 0.0) + name.height + 30 * unit
        head += (epithet.height + 26 * unit) * bool(epithet.lines) + 38 * unit
        body = fit_parts(parts, width, foot - 44 * unit - top - head, unit)
        tried.append((emblem, name, epithet, head, body))
        if body.is_whole and (body.size >= _READABLE or not emblem):
            break
    # With an emblem if all holds beside one, and then beside that which leaves the letters larger.
    radius, name, epithet, head, body = max(
        tried, key=lambda one: (one[-1].is_whole, bool(one[0]) and one[-1].is_whole, one[-1].size)
    )
    # Little to tell: the whole stands lower, and does not fall apart.
    room = max(0.0, foot - 44 * unit - top - head - body.height)
    y = top + room * 0.34
    if radius:
        middle = (size[0] / 2, y + radius)
        canvas.ornament(theme.ornament, theme.emblem, *middle, radius, seed, theme.opening)
        _initial(canvas, card.name, theme, *middle, radius * theme.opening)
        y += 2 * radius + 34 * unit
    canvas.block(name, theme.ink, left, y + name.rise, width, "middle")
    y += name.height + 30 * unit
    if epithet.lines:
        canvas.block(epithet, theme.soft, left, y - 4 * unit + epithet.rise, width, "middle")
        y += epithet.height + 26 * unit
    canvas.ornament(theme.ornament, rule, size[0] / 2, y, width * 0.3, unit)
    draw_parts(canvas, body, theme, left, y + 38 * unit + room * 0.14, width)
    return canvas


def _name(name: str, theme: Theme, width: float, sizes: list[float], unit: float) -> Block:
    """Return a name on one line as long as that leaves it large, else on two."""
    style = Style(weight=theme.heavy)
    large = [size for size in sizes if size >= _ONE_LINE * unit] or sizes[:1]
    block = fit(name, style, width, 190 * unit, large, most_lines=1)
    if block.is_whole:
        return block
    return fit(name, style, width, 190 * unit, sizes, leading=1.08, balanced=True, most_lines=2)


def _parts(card: CharacterCard, theme: Theme) -> list[Part]:
    parts = [Part(_LOOKS, LISTED.join(card.looks))] * bool(card.looks)
    parts += [Part(_UNSAID, ", ".join(card.unsaid), is_soft=True, italic=True, share=0.86)] * bool(
        card.unsaid
    )
    parts += [Part(OWN, LISTED.join(card.own), is_soft=True, share=0.92)] * bool(card.own)
    parts += [Part("", in_quotes(text), after=place, italic=True, share=1.06) for text, place in card.quotes]
    parts += [Part(_TIES, LISTED.join(card.ties), share=0.92)] * bool(card.ties)
    return parts


def initial_of(name: str) -> str:
    """Return the letter that stands for a name, '' when it has none: R for "the Reeve", K for "the king"."""
    letters = regex.search(r"\p{L}.*|\p{N}", cleaned(name), regex.DOTALL)
    if not letters:
        return ""
    # What stands before a capital is no part of the name, and who has none is what the last word says.
    found = _PAST_SMALL.search(letters[0]) or regex.match(r".\p{M}*", letters[0])
    return found[0].upper() if found else ""


_PAST_SMALL = regex.compile(r"^\p{Ll}+\s.*?\K\p{Lu}\p{M}*|^\p{Ll}+\s(?:.*\s)?\K\p{Ll}", regex.DOTALL)


def _initial(canvas: Canvas, name: str, theme: Theme, x: float, y: float, radius: float) -> None:
    """Set the initial of a name in the middle of an emblem, by where its ink is."""
    initial = initial_of(name)
    if not initial:
        return
    letter = fit(initial, Style(weight=theme.heavy), radius * 1.7, radius * 1.15, [radius * 1.5, radius])
    base = y + letter.rise - letter.height / 2
    canvas.block(letter, theme.accent, x - radius, base, 2 * radius, "middle")
