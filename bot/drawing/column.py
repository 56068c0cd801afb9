"""A column of parts, each a heading and a text, at the largest size at which all of it holds. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from bot.drawing.canvas import Canvas
from bot.drawing.setting import Block, Style, fit, lacks, set_lines, shortened
from bot.drawing.themes import Theme

_EAST_ASIAN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_SIZES = (56, 52, 48, 45, 42, 40, 38, 36, 34, 32, 30, 28, 26, 24, 22)
"""Of the letters of a text, in pixels on a sheet 1080 wide."""
LARGEST = 38
"""Of a text that stands under a name; one that stands alone may be larger."""
_LEADING = 1.3
LACKING = "◌ stands for a sign that our type lacks"
LISTED = "\u2002·\u2002"
"""Between things of a list; left out where a line ends."""
_HEAD = 23.0
_AFTER = 22.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a column: a heading in small capitals, a text, and what stands under it."""

    head: str
    text: str
    after: str = ""
    italic: bool = False
    is_soft: bool = False
    share: float = 1.0
    """Of the size of the column's letters."""


@dataclass(frozen=True, slots=True)
class SetPart:
    """A part as it is set; a block without lines is left out."""

    part: Part
    head: Block
    text: Block
    after: Block
    inner_gap: float

    @property
    def height(self) -> float:
        """Return how high it is, in pixels."""
        blocks = [block for block in (self.head, self.text, self.after) if block.lines]
        return sum(block.height for block in blocks) + self.inner_gap * max(0, len(blocks) - 1)


@dataclass(frozen=True, slots=True)
class SetColumn:
    """A column as it is set."""

    parts: tuple[SetPart, ...]
    gap: float
    size: float
    """Of its letters, in pixels on a sheet 1080 wide."""
    is_whole: bool

    @property
    def height(self) -> float:
        """Return how high it is, in pixels."""
        return sum(part.height for part in self.parts) + self.gap * max(0, len(self.parts) - 1)


def fit_parts(
    parts: Sequence[Part], width: float, height: float, unit: float, largest: float = LARGEST
) -> SetColumn:
    """Return parts set in a box, in letters of `largest` at most; at the smallest size the longest give lines
    away until all hold."""
    for size in (size for size in _SIZES if size <= largest):
        column = _column(parts, width, size * unit, unit, [10_000] * len(parts))
        if column.height <= height:
            return column
    lines = [len(part.text.lines) for part in column.parts]
    kept = list(parts)
    while kept and column.height > height:
        longest = max(range(len(kept)), key=lambda n: (lines[n], n))
        lines[longest] -= 1
        if not lines[longest]:
            del kept[longest], lines[longest]
        column = _column(kept, width, _SIZES[-1] * unit, unit, lines)
    return SetColumn(column.parts, column.gap, column.size, is_whole=False)


def draw_parts(
    canvas: Canvas, column: SetColumn, theme: Theme, left: float, top: float, width: float
) -> None:
    """Draw a column on a middle axis."""
    y = top
    for part in column.parts:
        colours = (theme.accent, theme.soft if part.part.is_soft else theme.ink, theme.soft)
        drawn = [(b, c) for b, c in zip((part.head, part.text, part.after), colours, strict=True) if b.lines]
        for block, colour in drawn:
            canvas.block(block, colour, left, y + block.rise, width, "middle")
            y += block.height + part.inner_gap
        y += column.gap - part.inner_gap


def draw_foot(
    canvas: Canvas,
    caption: str,
    mark: str,
    words: Iterable[str],
    theme: Theme,
    column: tuple[float, float, float],
) -> float:
    """Set a caption and what kind of picture it is at the foot of a column (left, width, bottom).

    `words` are all that the card tells: when a sign of them cannot be drawn, it says so. Returns where the
    foot begins.
    """
    left, width, bottom = column
    unit = min(canvas.size) / 1080
    said = f"{mark}; {LACKING}" if lacks(*words) else mark
    if not mark:
        said = said.removeprefix("; ")
    marked = fit(said, Style(italic=True), width, 60 * unit, [s * unit for s in (24, 21, 18)], most_lines=1)
    style = Style(small_caps=True, tracking=0.06)
    named = fit(caption, style, width, 60 * unit, [s * unit for s in (25, 22, 19)], most_lines=1)
    y = bottom - marked.fall
    canvas.block(marked, theme.soft, left, y, width, "middle")
    y -= (marked.rise + 12 * unit) * bool(marked.lines) + named.fall
    canvas.block(named, theme.soft, left, y, width, "middle")
    return y - named.rise


def in_quotes(text: str) -> str:
    """Return a quotation in the marks of its script, once: what begins with one has its own."""
    bare = text.strip()
    first = next((sign for sign in bare if sign.isalpha()), "a")
    kind = unicodedata.bidirectional(first)
    marks = "«»" if kind == "AL" else "”“" if kind == "R" else "「」" if _EAST_ASIAN.match(first) else "“”"
    return bare if has_quotes(bare) else marks[0] + bare + marks[1]


def has_quotes(text: str) -> bool:
    """Tell whether a text begins with a quotation mark or a dash of speech of its own."""
    return bool(text) and text[0] in "“”„«»‹‘「『\"'—"


def _column(parts: Sequence[Part], width: float, size: float, unit: float, most: Sequence[int]) -> SetColumn:
    placed = tuple(
        _set(part, width, size, unit, most_lines) for part, most_lines in zip(parts, most, strict=True)
    )
    return SetColumn(placed, 26 * unit + size * 0.45, size / unit, is_whole=True)


def _set(part: Part, width: float, size: float, unit: float, most: int) -> SetPart:
    own = size * part.share
    style = Style(italic=part.italic)
    lines, _ = set_lines(part.text, style, width / own, balanced=True)
    text = Block(lines, own, own * _LEADING)
    if len(lines) > most:
        text = shortened(part.text, style, width, own, leading=_LEADING, most_lines=most)
    head = shortened(part.head, Style(small_caps=True, tracking=0.12), width, _HEAD * unit, most_lines=1)
    after = shortened(part.after, Style(small_caps=True, tracking=0.06), width, _AFTER * unit, most_lines=1)
    return SetPart(part, head, text, after, 13 * unit + size * 0.12)
