"""A quote card: some lines of a book, whose they are, and the place they stand at. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.drawing.bidi import base_level
from bot.drawing.canvas import Canvas, Size
from bot.drawing.column import draw_foot, has_quotes, in_quotes
from bot.drawing.ornaments import rule
from bot.drawing.setting import Block, Style, cleaned, fit
from bot.drawing.themes import PORTRAIT, Theme, draw_ground

_LARGEST, _SMALLEST, _STEP = 132, 28, 4
_LEADING = 1.3
_VERSE = 40
"""Least size of verses that are not broken."""
_MIDDLE_CHARS = 420
"""Longer texts stand flush, not on a middle axis: so many lines are easier to follow."""


@dataclass(frozen=True, slots=True)
class QuoteCard:
    """What stands on a card; the text is out of a view, so none of it is past its horizon."""

    text: str
    attribution: str
    """Which book, and whose."""
    caption: str
    """The place in it, and how far the book was used."""

    @property
    def words(self) -> tuple[str, ...]:
        """Return every word that is drawn: no check can read pixels."""
        return tuple(word for word in (self.text, self.attribution, self.caption) if word)

    @property
    def alt(self) -> str:
        """Return what the card says, for who cannot see it."""
        return " ".join([f"Quote card: {in_quotes(self.text)}", *self.words[1:]])


def draw_quote_card(card: QuoteCard, theme: Theme, size: Size = PORTRAIT) -> bytes:
    """Return the card as PNG; the same card, theme and size give the same bytes.

    Long texts are set smaller; what does not hold then ends with "…".
    """
    return compose_quote_card(card, theme, size).png()


def compose_quote_card(card: QuoteCard, theme: Theme, size: Size = PORTRAIT) -> Canvas:
    """Return the card as a sheet with its letters in place."""
    canvas = Canvas(size, theme.paper, theme.accent)
    # The text is not among what tells the ornaments: two lines of one book are dressed alike.
    draw_ground(canvas, theme, f"quote {card.attribution} {theme.name}")
    unit = min(size) / 1080
    left, top, width = 136 * unit, 126 * unit, size[0] - 272 * unit
    foot = draw_foot(canvas, card.caption, "", card.words, theme, (left, width, size[1] - 112 * unit))
    text = cleaned(card.text)
    owner = fit(
        card.attribution, Style(small_caps=True, tracking=0.08), width, 90 * unit,
        [s * unit for s in (32, 28, 25, 22)], balanced=True, most_lines=2,
    )  # fmt: skip
    sign, above = _sign(text, theme, unit)
    room = foot - 48 * unit - top - above - 118 * unit - owner.height
    block = _fitted(text, theme, width, room, unit)
    between = 34 * unit + 0.3 * block.size
    y = top + max(0.0, room - block.height) * 0.44
    canvas.block(sign, theme.accent, left, y + _rise(sign), width, "middle")
    y += above
    if len(text) <= _MIDDLE_CHARS and "\n" not in text:
        canvas.block(block, theme.ink, left, y + block.rise, width, "middle")
    else:
        indent = (width - block.width) / 2
        canvas.block(block, theme.ink, left + indent, y + block.rise, block.width, "start")
    y += block.height + between
    canvas.ornament(theme.ornament, rule, size[0] / 2, y, 150 * unit, unit)
    canvas.block(owner, theme.soft, left, y + 34 * unit + owner.rise, width, "middle")
    return canvas


def _fitted(text: str, theme: Theme, width: float, height: float, unit: float) -> Block:
    """Return the text as large as it holds; verses unbroken as long as that leaves them large enough."""
    sizes = [s * unit for s in range(_LARGEST, _SMALLEST - 1, -_STEP)]
    style = Style(weight=theme.weight)
    verses = text.count("\n") + 1
    if verses > 1:
        large = [size for size in sizes if size >= _VERSE * unit]
        block = fit(text, style, width, height, large, leading=_LEADING, most_lines=verses)
        if block.is_whole:
            return block
    return fit(text, style, width, height, sizes, leading=_LEADING, balanced=True)


def _sign(text: str, theme: Theme, unit: float) -> tuple[Block, float]:
    """Return the mark above the text and the room it takes: a quotation mark, or a leaf if it has its own."""
    if has_quotes(text):
        sign = fit("❧", Style(weight=theme.heavy), 300 * unit, 300 * unit, [84 * unit])
        return sign, 84 * unit
    mark = "”" if base_level(text) else "“"
    return fit(mark, Style(weight=theme.heavy), 300 * unit, 300 * unit, [220 * unit]), 104 * unit


def _rise(sign: Block) -> float:
    """Return how far the top of a mark stands above its base line, in pixels."""
    return max(glyph.box[3] for run in sign.lines[0].runs for glyph in run.glyphs) * sign.size
