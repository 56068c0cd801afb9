"""Setting text: from words to shaped runs, to lines, to a block that holds in its box. Pure.

A word is shaped once, in ems; sizes only scale it. Right-to-left and mixed text is put in order line by line.
A line breaks at spaces, after hyphens and dashes, and between Chinese and Japanese signs as their printers
do; inside a word only when it is wider than the whole line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from bot.drawing.bidi import EMBEDDINGS, base_level, levels, visual
from bot.drawing.faces import STAND_IN, Face, family

ELLIPSIS = "…"
_MOST_MARKS = 4
"""On one letter; more would run into the lines above and below."""
_MOST_SIGNS = 6_000
_CLUSTER = regex.compile(r"\X")
_DROPPED = regex.compile(rf"[{EMBEDDINGS}\ufeff\ufff9-\ufffb]|[^\P{{Cc}}\n]|[\p{{Cs}}\p{{Co}}\p{{Cn}}]")
_MARKS = regex.compile(rf"(\p{{M}}{{{_MOST_MARKS}}})\p{{M}}+")
_SPACE = r"[ \u1680\u2000-\u2006\u2008-\u200b\u205f\u3000]+"
_BLANK = regex.compile(rf"{_SPACE}(?:·{_SPACE})?")
"""What the end of a line swallows: space, and a point between the things of a list."""
_AFTER_DASH = regex.compile(r"(?<=[\p{L}\p{M}\p{N}][\p{Pd}/])(?=[\p{L}“‘\"'])|(?<=[—…])(?=[\p{L}“‘])")
_EAST_ASIAN = r"\p{Han}\p{Hiragana}\p{Katakana}\u3000-\u303f\uff00-\uff60"
_BETWEEN = regex.compile(
    rf"(?<=[{_EAST_ASIAN}])(?=[{_EAST_ASIAN}\p{{L}}\p{{N}}])|(?<=[\p{{L}}\p{{N}}])(?=[{_EAST_ASIAN}])"
)
_NOT_FIRST = regex.compile(
    r"[\p{Pe}\p{Pf}、。，．・：；？！!?,.:;々〻ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥〜～％%\p{M}]"
)
_NOT_LAST = regex.compile(r"[\p{Ps}\p{Pi}￥＄$£]")


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look; `tracking` is what stands between two more, in ems."""

    weight: int = 400
    italic: bool = False
    small_caps: bool = False
    tracking: float = 0.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """One sign of a font at its place in a run, in ems; y goes up from the base line."""

    number: int
    x: float
    y: float
    box: tuple[float, float, float, float]
    """Where its ink is: left, bottom, right, top."""


@dataclass(frozen=True, slots=True)
class Run:
    """Signs of one face that run one way; from left to right, as they are drawn. Lengths in ems."""

    face: Face
    level: int
    glyphs: tuple[Glyph, ...]
    width: float
    ink: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Unit:
    """What no line break parts, and the room after it that a line's end swallows. Lengths in ems."""

    text: str
    runs: tuple[Run, ...]
    blank: tuple[Run, ...]
    width: float
    blank_width: float
    ends: bool = False
    """The line ends here in the text itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """A set line: its runs from left to right. Lengths in ems."""

    runs: tuple[Run, ...]
    width: float
    is_rtl: bool
    ink: tuple[float, float, float, float]
    """Left, bottom, right and top of what is drawn, in ems from the start of the base line."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines at one size. `leading` is from base line to base line, all in pixels."""

    lines: tuple[Line, ...]
    size: float
    leading: float
    is_whole: bool = True
    """Nothing was left out for want of room."""

    @property
    def width(self) -> float:
        """Return the width of the longest line, in pixels."""
        return max((line.width for line in self.lines), default=0.0) * self.size

    @property
    def rise(self) -> float:
        """Return how far the ink of the first lines stands above the first base line, in pixels."""
        return max(
            (line.ink[3] * self.size - n * self.leading for n, line in enumerate(self.lines)), default=0.0
        )

    @property
    def fall(self) -> float:
        """Return how far the ink of the last lines hangs below the last base line, in pixels."""
        last = len(self.lines) - 1
        falls = (-line.ink[1] * self.size - (last - n) * self.leading for n, line in enumerate(self.lines))
        return max(falls, default=0.0)

    @property
    def height(self) -> float:
        """Return from the top of the ink to its bottom, in pixels."""
        return self.rise + self.fall + max(0, len(self.lines) - 1) * self.leading if self.lines else 0.0


def cleaned(text: str) -> str:
    """Return a text as it is set: composed, without control signs, marks piled as high as a line bears."""
    kept = _DROPPED.sub("", text[:_MOST_SIGNS].replace("\r\n", "\n").replace("\t", " "))
    composed = unicodedata.normalize("NFC", kept)
    piled = _MARKS.sub(r"\1", composed)
    return "\n".join(line.strip() for line in piled.split("\n") if line.strip())


def lacks(*texts: str) -> bool:
    """Tell whether a sign of these texts is in no face, so that `STAND_IN` is drawn for it."""
    faces = family()
    return any(
        faces.face_for(cluster, None) is None
        for text in texts
        for cluster in _CLUSTER.findall(cleaned(text))
        if cluster != "\n"
    )


@lru_cache(maxsize=256)
def units(text: str, style: Style) -> tuple[tuple[Unit, ...], int]:
    """Return what lines are made of, and which way the text runs (1: from right to left)."""
    found: list[Unit] = []
    base = base_level(text)
    for paragraph in cleaned(text).split("\n"):
        if not paragraph:
            continue
        at_levels = levels(paragraph, base)
        for start, end, blank_end in _pieces(paragraph):
            runs = _runs(paragraph, start, end, at_levels, style)
            blank = _runs(paragraph, end, blank_end, at_levels, style)
            found.append(Unit(paragraph[start:end], runs, blank, _width(runs), _width(blank)))
        found[-1] = replace(found[-1], ends=True)
    return tuple(found), base


@lru_cache(maxsize=512)
def set_lines(
    text: str, style: Style, most: float, *, balanced: bool = False, may_part: bool = True
) -> tuple[tuple[Line, ...], bool]:
    """Return `text` in lines no wider than `most` ems; False: a word is wider and `may_part` is not given.

    `balanced` lines are about equally long.
    """
    parts, base = units(text, style)
    if any(unit.width > most for unit in parts):
        if not may_part:
            return (), False
        parts = tuple(part for unit in parts for part in _parted(unit, base, style, most))
    lines = _greedy(parts, most)
    if balanced and len(lines) > 1:
        low, high = max(unit.width for unit in parts), most
        for _ in range(12):
            middle = (low + high) / 2
            tried = _greedy(parts, middle)
            if len(tried) <= len(lines):
                lines, high = tried, middle
            else:
                low = middle
    return tuple(_line(line, base) for line in lines), True


def fit(
    text: str,
    style: Style,
    width: float,
    height: float,
    sizes: Sequence[float],
    *,
    leading: float = 1.3,
    balanced: bool = False,
    most_lines: int = 10_000,
) -> Block:
    """Return `text` as large as it goes into a box of pixels, of `sizes` from large to small.

    What does not go in at the smallest ends with "…"; a word is parted only there.
    """
    for size in sizes:
        lines, held = set_lines(text, style, width / size, balanced=balanced, may_part=size == sizes[-1])
        block = Block(lines, size, size * leading)
        if held and len(lines) <= most_lines and block.height <= height:
            return block
    return shortened(text, style, width, sizes[-1], height, leading=leading, most_lines=most_lines)


def shortened(
    text: str,
    style: Style,
    width: float,
    size: float,
    height: float = float("inf"),
    *,
    leading: float = 1.3,
    most_lines: int = 10_000,
) -> Block:
    """Return the beginning of `text` that goes into a box, with "…" when that is not all of it."""
    lines, _ = set_lines(text, style, width / size)
    whole = Block(lines, size, size * leading)
    if len(lines) <= most_lines and whole.height <= height:
        return whole
    for count in range(min(most_lines, len(lines)), 0, -1):
        block = Block(
            (*lines[: count - 1], _cut_line(text, style, width / size, count)), size, size * leading, False
        )
        if block.height <= height:
            return block
    return Block((), size, size * leading, False)


# ---- breaking ------------------------------------------------------------------------------------------


def _pieces(text: str) -> Iterable[tuple[int, int, int]]:
    """Yield where each unit of a paragraph begins and ends, and where the room after it ends."""
    ends = {found.start(): found.end() for found in _BLANK.finditer(text)}
    ends |= {
        found.start(): found.start() for found in _AFTER_DASH.finditer(text) if found.start() not in ends
    }
    for found in _BETWEEN.finditer(text):
        at = found.start()
        if at and at not in ends and not _NOT_FIRST.match(text[at]) and not _NOT_LAST.match(text[at - 1]):
            ends[at] = at
    start = 0
    for end, after in sorted(ends.items()):
        if end > start:
            yield start, end, after
        start = max(start, after)
    if start < len(text):
        yield start, len(text), len(text)


def _greedy(parts: Sequence[Unit], most: float) -> list[list[Unit]]:
    lines: list[list[Unit]] = []
    used, room, fresh = 0.0, 0.0, True
    for unit in parts:
        if fresh or used + room + unit.width > most + 1e-9:
            lines.append([])
            used = room = 0.0
        lines[-1].append(unit)
        used += room + unit.width
        room, fresh = unit.blank_width, unit.ends
    return lines


def _parted(unit: Unit, base: int, style: Style, most: float) -> list[Unit]:
    """Return a word that is wider than a line in pieces that are not, parted between letters."""
    if unit.width <= most:
        return [unit]
    pieces: list[Unit] = []
    for cluster in _CLUSTER.findall(unit.text):
        grown = _unit((pieces[-1].text if pieces else "") + cluster, base, style)
        if pieces and grown.width <= most:
            pieces[-1] = grown
        else:
            pieces.append(_unit(cluster, base, style))
    pieces = [piece for piece in pieces if piece.width <= most]
    if pieces:
        pieces[-1] = replace(pieces[-1], blank=unit.blank, blank_width=unit.blank_width, ends=unit.ends)
    return pieces


def _unit(text: str, base: int, style: Style) -> Unit:
    runs = _runs(text, 0, len(text), levels(text, base), style)
    return Unit(text, runs, (), _width(runs), 0.0)


def _line(line: Sequence[Unit], base: int) -> Line:
    runs = [run for unit in line[:-1] for run in (*unit.runs, *unit.blank)] + list(line[-1].runs)
    ordered = visual([(run.level, run) for run in runs])
    return Line(tuple(ordered), _width(ordered), bool(base), _ink_of(ordered))


def _cut_line(text: str, style: Style, most: float, number: int) -> Line:
    """Return the line of that number (from 1) ending with "…"."""
    parts, base = units(text, style)
    parts = tuple(part for unit in parts for part in _parted(unit, base, style, most))
    kept = _greedy(parts, most)[number - 1]
    end = _runs(ELLIPSIS, 0, 1, [base], style)
    while len(kept) > 1 and _greedy_width(kept) + _width(end) > most:
        kept = kept[:-1]
    last = kept[-1]
    letters = _CLUSTER.findall(last.text)
    while letters and _greedy_width(kept) + _width(end) > most:
        letters = letters[:-1]
        kept = [*kept[:-1], _unit("".join(letters), base, style)]
    stripped = regex.sub(r"[\p{P}\s]+$", "", kept[-1].text)
    if stripped and stripped != kept[-1].text:
        kept = [*kept[:-1], _unit(stripped, base, style)]
    kept = [*kept[:-1], replace(kept[-1], runs=(*kept[-1].runs, *end), width=kept[-1].width + _width(end))]
    return _line(kept, base)


def _greedy_width(line: Sequence[Unit]) -> float:
    return sum(unit.width + unit.blank_width for unit in line) - line[-1].blank_width


# ---- shaping -------------------------------------------------------------------------------------------


def _ink_of(runs: Sequence[Run]) -> tuple[float, float, float, float]:
    x, boxes = 0.0, []
    for run in runs:
        boxes.append((x + run.ink[0], run.ink[1], x + run.ink[2], run.ink[3]))
        x += run.width
    return _around(boxes)


def _around(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True) if boxes else ((0.0,),) * 4
    return min(0.0, *lefts), min(0.0, *bottoms), max(0.0, *rights), max(0.0, *tops)


def _width(runs: Iterable[Run]) -> float:
    return sum(run.width for run in runs)


def _runs(text: str, start: int, end: int, at_levels: Sequence[int], style: Style) -> tuple[Run, ...]:
    """Return the runs of a part of a paragraph, in the order of reading."""
    faces = family(style.weight, italic=style.italic)
    parts: list[tuple[Face, int, str]] = []
    before: Face | None = None
    at = start
    for cluster in _CLUSTER.findall(text[start:end]):
        face, drawn = faces.face_for(cluster, before), cluster
        if face is None:
            drawn = STAND_IN
            face = faces.face_for(STAND_IN, None) or faces.faces[0]
        if parts and parts[-1][:2] == (face, at_levels[at]):
            parts[-1] = (face, at_levels[at], parts[-1][2] + drawn)
        else:
            parts.append((face, at_levels[at], drawn))
        before = face
        at += len(cluster)
    return tuple(_shaped(part, face, level, style) for face, level, part in parts)


@lru_cache(maxsize=8192)
def _shaped(text: str, face: Face, level: int, style: Style) -> Run:
    import uharfbuzz as hb

    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    features: dict[str, bool] = {"kern": True, "liga": not style.tracking, "onum": face.is_book}
    if style.small_caps and face.is_book:
        features |= {"smcp": True, "c2sc": True, "onum": True}
    hb.shape(face.font, buffer, features)
    scale, tracking = face.scale, style.tracking if face.is_book else 0.0
    glyphs: list[Glyph] = []
    x = 0.0
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        left, up = x + at.x_offset * scale, at.y_offset * scale
        ink = face.font.get_glyph_extents(info.codepoint)
        if ink is not None and ink.width:
            box = (
                left + ink.x_bearing * scale,
                up + (ink.y_bearing + ink.height) * scale,
                left + (ink.x_bearing + ink.width) * scale,
                up + ink.y_bearing * scale,
            )
            glyphs.append(Glyph(info.codepoint, left, up, box))
        x += at.x_advance * scale + (tracking if at.x_advance else 0.0)
    return Run(face, level, tuple(glyphs), x, _around([glyph.box for glyph in glyphs]))
