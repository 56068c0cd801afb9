"""A chat as a picture, about as its platform draws it: letters of Roboto, pictographs of Noto."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from tests.replies_page.reading import Line, Run, Said, Scene

WIDTH = 660
_SIZE = 17
_LEADING = 24
_GAP = 14
_COLOURS = 48


@dataclass(frozen=True)
class Look:
    """The colours of a platform."""

    paper: str
    ink: str
    soft: str
    bubble: str
    mine: str
    button: str
    button_ink: str
    mask: str
    bar: str


LOOKS = {
    "telegram": Look(
        "#d6e4ee", "#111111", "#6d7f8f", "#ffffff", "#e4fbd4", "#8fb0c9", "#ffffff", "#b9c3cc", "#3a8ac4"
    ),
    "discord": Look(
        "#313338", "#dbdee1", "#949ba4", "#313338", "#313338", "#4e5058", "#ffffff", "#17181a", "#4e5058"
    ),
}


@dataclass(frozen=True)
class _Word:
    """A word as it stands: its run's style, and where."""

    text: str
    run: Run
    x: float
    line: int


def draw(scene: Scene) -> bytes:
    """Return a scene as a small PNG."""
    look = LOOKS[scene.look]
    one = _telegram if scene.look == "telegram" else _discord
    height: float = _GAP
    for said in scene.said:
        height = one(ImageDraw.Draw(Image.new("RGB", (1, 1))), said, height, look) + _GAP
    sheet = Image.new("RGB", (WIDTH, round(height)), look.paper)
    y: float = _GAP
    for said in scene.said:
        y = one(ImageDraw.Draw(sheet), said, y, look, sheet) + _GAP
    out = io.BytesIO()
    sheet.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


# ---- platforms -----------------------------------------------------------------------------------------


def _telegram(
    pen: ImageDraw.ImageDraw, said: Said, y: float, look: Look, sheet: Image.Image | None = None
) -> float:
    """Draw a bubble: the bot's on the left, a person's on the right; return where it ends."""
    pad, most = 12, WIDTH - 150
    is_mine = said.by != "Dogear"
    words, lines = _flow(said.lines, most - 2 * pad)
    picture = _picture(said.picture, most) if said.picture else None
    wide = max([word.x + _length(word.text, word.run) for word in words], default=0.0) + 2 * pad
    wide = most if said.buttons else max(wide, picture.width if picture else 0)
    left = WIDTH - wide - 16 if is_mine else 16
    if picture is not None:
        if sheet is not None:
            sheet.paste(picture, (round(left), round(y)))
        y += picture.height
    if words:
        high = lines * _LEADING + 2 * pad - 6
        fill = look.mine if is_mine else look.bubble
        pen.rounded_rectangle((left, y, left + wide, y + high), 12, fill)
        _letters(pen, words, said.lines, left + pad, y + pad - 3, look, wide - 2 * pad)
        y += high
    for row in said.buttons:
        y += 5
        each = (most - 5 * (len(row) - 1)) / len(row)
        for number, label in enumerate(row):
            x = left + number * (each + 5)
            pen.rounded_rectangle((x, y, x + each, y + 34), 8, look.button)
            _centred(pen, label, x, y, each, 34, look.button_ink)
        y += 34
    return y


def _discord(
    pen: ImageDraw.ImageDraw, said: Said, y: float, look: Look, sheet: Image.Image | None = None
) -> float:
    """Draw a message as a line of the channel: who, and under it what; return where it ends."""
    left, is_bot = 72.0, said.by == "Dogear"
    pen.ellipse((16, y, 56, y + 40), "#c2813a" if is_bot else "#5865f2")
    _centred(pen, said.by[0], 16, y, 40, 40, "#ffffff")
    name = Run(said.by, is_bold=True)
    pen.text((left, y - 2), said.by, "#ffffff", _font(name))
    if is_bot:
        x = left + _length(said.by, name) + 8
        pen.rounded_rectangle((x, y + 1, x + 34, y + 17), 4, "#5865f2")
        _centred(pen, "APP", x, y + 1, 34, 16, "#ffffff", 11)
    y += 24
    words, lines = _flow(said.lines, WIDTH - left - 24)
    _letters(pen, words, said.lines, left, y, look, WIDTH - left - 24)
    y += lines * _LEADING
    for row in said.buttons:
        x, y = left, y + 8
        for label in row:
            wide = _length(label, Run("")) + 26
            if x + wide > WIDTH - 16:
                x, y = left, y + 40
            pen.rounded_rectangle((x, y, x + wide, y + 34), 6, look.button)
            _centred(pen, label, x, y, wide, 34, look.button_ink)
            x += wide + 8
        y += 34
    if said.note:
        pen.text((left, y + 6), said.note, look.soft, _font(Run(""), 13))
        y += 26
    return max(y, 0.0)


# ---- letters -------------------------------------------------------------------------------------------


def _flow(lines: tuple[Line, ...], most: float) -> tuple[list[_Word], int]:
    """Return words where they stand, and how many lines they take."""
    words: list[_Word] = []
    number = 0
    for line in lines:
        x = indent = 12.0 if line.is_quote else 0.0
        for text, run in _words(line):
            wide = _length(text.rstrip(), run)
            if x > indent and x + wide > most:
                number, x = number + 1, indent
                text = text.lstrip()
            words.append(_Word(text, run, x, number))
            x += _length(text, run)
        number += 1
    return words, number


def _words(line: Line) -> Iterator[tuple[str, Run]]:
    for run in line.runs:
        start = 0
        for at, sign in enumerate(run.text):
            if sign == " ":
                yield run.text[start : at + 1], run
                start = at + 1
        if start < len(run.text):
            yield run.text[start:], run


def _letters(
    pen: ImageDraw.ImageDraw,
    words: list[_Word],
    lines: tuple[Line, ...],
    left: float,
    top: float,
    look: Look,
    wide: float,
) -> None:
    quoted = {id(run) for line in lines if line.is_quote for run in line.runs}
    for word in words:
        x, y = left + word.x, top + word.line * _LEADING
        if id(word.run) in quoted:
            pen.rectangle((left, y, left + 3, y + _LEADING), look.bar)
        if word.run.is_covered:
            pen.rectangle((x, y + 1, x + _length(word.text, word.run), y + _LEADING - 3), look.mask)
            continue
        for sign, font in _signs(word.text, word.run):
            pen.text((x, y), sign, look.ink, font)
            x += font.getlength(sign)


def _signs(text: str, run: Run, size: int = _SIZE) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """Yield stretches of a text with the font that has their signs."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or _is_drawn_apart(text[at]) != _is_drawn_apart(text[start]):
            part = text[start:at]
            yield part, _pictographs(size) if _is_drawn_apart(part[0]) else _font(run, size)
            start = at


def _is_drawn_apart(sign: str) -> bool:
    return ord(sign) >= 0x1F000


def _length(text: str, run: Run, size: int = _SIZE) -> float:
    return sum(font.getlength(part) for part, font in _signs(text, run, size))


def _centred(
    pen: ImageDraw.ImageDraw,
    text: str,
    x: float,
    y: float,
    wide: float,
    high: float,
    ink: str,
    size: int = 15,
) -> None:
    while _length(text, Run(""), size) > wide - 8 and len(text) > 2:
        text = text[:-2] + "…"
    x += (wide - _length(text, Run(""), size)) / 2
    for part, font in _signs(text, Run(""), size):
        pen.text((x, y + (high - size) / 2 - 2), part, ink, font)
        x += font.getlength(part)


@cache
def _font(run: Run, size: int = _SIZE) -> ImageFont.FreeTypeFont:
    import font_roboto

    named: dict[tuple[bool, bool], Callable[[], Any]] = {
        (False, False): lambda: font_roboto.Roboto,
        (True, False): lambda: font_roboto.RobotoBold,
        (False, True): lambda: font_roboto.RobotoItalic,
        (True, True): lambda: font_roboto.RobotoBoldItalic,
    }
    return ImageFont.truetype(str(named[run.is_bold, run.is_italic]()), size)


@cache
def _pictographs(size: int) -> ImageFont.FreeTypeFont:
    import manimgx_fonts  # type: ignore[import-untyped]

    folder = Path(str(manimgx_fonts.__file__)).parent
    return ImageFont.truetype(str(folder / "NotoEmoji[wght].ttf"), size)


def _picture(png: bytes, most: int) -> Image.Image:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    high = round(picture.height * 300 / picture.width)
    return picture.resize((300, high), Image.Resampling.LANCZOS)
