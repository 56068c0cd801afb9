"""Who is what to whom, drawn: names in boxes, ties as lines with their word, a legend and a caption. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from bot.drawing.families import BOTH_WAYS, FAMILIES, Family, family_of
from bot.drawing.fonts import font, measure, wrapped
from bot.drawing.layout import Layout, Point, Size, lay_out, visible

_NAME, _WORD, _LEGEND, _CAPTION = 24, 19, 20, 26
_NAME_PX = 240
_MARGIN = 48
_PAPER, _INK, _BOX, _RIM, _FAINT = "#ffffff", "#202124", "#f4f1ea", "#8a8578", "#5f6368"
_AT = (0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75)
"""Where on a line its word is tried, as shares of it."""


@dataclass(frozen=True, slots=True)
class DrawnTie:
    """One tie to draw: `a` is the `kind` of `b`; `ended` ones are drawn broken."""

    a: str
    b: str
    kind: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture and every word that stands in it, in the order of drawing."""

    png: bytes
    labels: tuple[str, ...]
    width: int
    height: int


@dataclass(slots=True)
class _Line:
    """All that ties two people, as one line; it points from `a` to `b` unless it goes both ways."""

    a: str
    b: str
    family: Family
    kinds: list[str] = field(default_factory=list)
    both: bool = False
    ended: bool = True

    @property
    def word(self) -> str:
        """Return what is written on it."""
        return ", ".join(self.kinds[:2])


def draw_ties(ties: Sequence[DrawnTie], caption: str, most_people: int = 40) -> Drawing:
    """Return the picture of `ties`, which come in the order in which they became known; at least one.

    Of more than `most_people`, those with the most ties told so far are drawn.
    """
    kept = _most_tied(ties, most_people)
    lines = _lines(kept)
    names = list(dict.fromkeys(name for tie in kept for name in (tie.a, tie.b)))
    texts = {name: wrapped(name, _NAME, _NAME_PX) for name in names}
    boxes = {name: _box(text) for name, text in texts.items()}
    layout = lay_out(boxes, {(line.a, line.b): measure(line.word, _WORD)[0] for line in lines})
    return _drawn(layout, boxes, texts, lines, caption)


def people_in(ties: Iterable[DrawnTie]) -> int:
    """Return how many people are tied."""
    return len({name for tie in ties for name in (tie.a, tie.b)})


def _most_tied(ties: Sequence[DrawnTie], most: int) -> list[DrawnTie]:
    if people_in(ties) <= most:
        return list(ties)
    partners: dict[str, set[str]] = {}
    for tie in ties:
        partners.setdefault(tie.a, set()).add(tie.b)
        partners.setdefault(tie.b, set()).add(tie.a)
    # S16: by what was told so far, then by what was told first.
    ranked = sorted(ties, key=lambda tie: -max(len(partners[tie.a]), len(partners[tie.b])))
    chosen: set[str] = set()
    for tie in ranked:
        if len(chosen | {tie.a, tie.b}) <= most:
            chosen |= {tie.a, tie.b}
    return [tie for tie in ties if tie.a in chosen and tie.b in chosen]


def _lines(ties: Sequence[DrawnTie]) -> list[_Line]:
    found: dict[frozenset[str], _Line] = {}
    for tie in ties:
        pair = frozenset((tie.a, tie.b))
        line = found.get(pair)
        if line is None:
            line = found[pair] = _Line(tie.a, tie.b, family_of(tie.kind), both=tie.kind in BOTH_WAYS)
        elif family_of(tie.kind) is line.family and (tie.a, tie.b) == (line.b, line.a):
            line.ended = line.ended and tie.ended
            continue  # the husband of his wife: the other word for one tie
        line.ended = line.ended and tie.ended
        if tie.kind not in line.kinds:
            line.kinds.append(tie.kind)
            line.both = line.both or tie.kind in BOTH_WAYS or (tie.a, tie.b) != (line.a, line.b)
    return list(found.values())


def _box(text: Sequence[str]) -> Size:
    sizes = [measure(line, _NAME) for line in text]
    return max(width for width, _ in sizes) + 30, sum(height for _, height in sizes) + 18


def _drawn(
    layout: Layout,
    boxes: dict[str, Size],
    texts: dict[str, list[str]],
    lines: Sequence[_Line],
    caption: str,
) -> Drawing:
    present = [family for family in FAMILIES if any(line.family is family for line in lines)]
    legend = [(family.name, family.colour) for family in present]
    head, rows = _legend_rows(legend, max(layout.width, 420))
    width = max(layout.width, 420, measure(caption, _CAPTION, bold=True)[0]) + 2 * _MARGIN
    top = _MARGIN + 50
    height = top + layout.height + 44 + head + _MARGIN
    image = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((_MARGIN, _MARGIN - 14), caption, font=font(_CAPTION, bold=True), fill=_INK)
    left = (width - layout.width) / 2
    at = {name: (x + left, y + top) for name, (x, y) in layout.at.items()}
    labels = [caption]
    for line in lines:
        _draw_line(draw, line, at, boxes)
    taken = [_rectangle(at[name], boxes[name]) for name in at]
    for line in lines:
        if word := _draw_word(draw, line, at, boxes, taken):
            labels.append(word)
        if not line.both:
            ends = visible(at[line.a], boxes[line.a], at[line.b], boxes[line.b])
            _arrow(draw, *ends, line.family.colour)
    for name, middle in at.items():
        _draw_box(draw, middle, boxes[name], texts[name])
        labels.append(name)
    y = top + layout.height + 44
    for row in rows:
        x = _MARGIN
        for name, colour in row:
            draw.line((x, y + 12, x + 34, y + 12), fill=colour, width=5)
            draw.text((x + 44, y), name, font=font(_LEGEND), fill=_INK)
            labels.append(name)
            x += 44 + measure(name, _LEGEND)[0] + 34
        y += 32
    notes = [_ARROWS] * any(not line.both for line in lines) + [_BROKEN] * any(line.ended for line in lines)
    draw.text((_MARGIN, y), " ".join(notes), font=font(_LEGEND), fill=_FAINT)
    labels += notes
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, format="PNG", optimize=True)
    return Drawing(buffer.getvalue(), tuple(labels), width, height)


_ARROWS = "Read along the arrow: A, sister of B."
_BROKEN = "A broken line has ended."


def _legend_rows(legend: Sequence[tuple[str, str]], most: int) -> tuple[int, list[list[tuple[str, str]]]]:
    rows: list[list[tuple[str, str]]] = [[]]
    used = 0
    for name, colour in legend:
        wide = 44 + measure(name, _LEGEND)[0] + 34
        if rows[-1] and used + wide > most:
            rows.append([])
            used = 0
        rows[-1].append((name, colour))
        used += wide
    return 32 * (len(rows) + 1), rows


def _draw_line(draw: ImageDraw.ImageDraw, line: _Line, at: dict[str, Point], boxes: dict[str, Size]) -> None:
    start, end = visible(at[line.a], boxes[line.a], at[line.b], boxes[line.b])
    if line.ended:
        _broken(draw, start, end, line.family.colour)
    else:
        draw.line((*start, *end), fill=line.family.colour, width=3)


def _broken(draw: ImageDraw.ImageDraw, start: Point, end: Point, colour: str) -> None:
    length = max(1.0, ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5)
    dx, dy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    done = 0.0
    while done < length:
        stop = min(length, done + 12)
        draw.line(
            (start[0] + dx * done, start[1] + dy * done, start[0] + dx * stop, start[1] + dy * stop),
            fill=colour,
            width=3,
        )
        done += 20


def _arrow(draw: ImageDraw.ImageDraw, start: Point, end: Point, colour: str) -> None:
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    if not length:
        return
    dx, dy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    back = (end[0] - 14 * dx, end[1] - 14 * dy)
    wings = [(back[0] - 7 * dy, back[1] + 7 * dx), (back[0] + 7 * dy, back[1] - 7 * dx)]
    draw.polygon([end, *wings], fill=colour)


def _draw_word(
    draw: ImageDraw.ImageDraw,
    line: _Line,
    at: dict[str, Point],
    boxes: dict[str, Size],
    taken: list[tuple[float, float, float, float]],
) -> str:
    """Write the word of a line where nothing else stands; '' where there is no room for it."""
    wide, high = measure(line.word, _WORD)
    start, end = visible(at[line.a], boxes[line.a], at[line.b], boxes[line.b])
    for share in _AT:
        middle = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        spot = _rectangle(middle, (wide + 8, high))
        if not any(_overlap(spot, other) for other in taken):
            taken.append(spot)
            draw.rectangle(spot, fill=_PAPER)
            draw.text(middle, line.word, font=font(_WORD), fill=line.family.colour, anchor="mm")
            return line.word
    return ""


def _draw_box(draw: ImageDraw.ImageDraw, middle: Point, size: Size, text: Sequence[str]) -> None:
    draw.rounded_rectangle(_rectangle(middle, size), radius=14, fill=_BOX, outline=_RIM, width=2)
    high = measure("X", _NAME)[1]
    y = middle[1] - high * (len(text) - 1) / 2
    for line in text:
        draw.text((middle[0], y), line, font=font(_NAME), fill=_INK, anchor="mm")
        y += high


def _rectangle(middle: Point, size: tuple[float, float]) -> tuple[float, float, float, float]:
    x, y = middle
    return x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
