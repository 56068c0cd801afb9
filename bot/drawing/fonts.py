"""The letters that pictures are drawn with: Roboto, from the package that ships it."""

from __future__ import annotations

from functools import lru_cache

from PIL import ImageFont


@lru_cache(maxsize=16)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the font at a size in pixels."""
    import font_roboto

    return ImageFont.truetype(str(font_roboto.RobotoMedium if bold else font_roboto.Roboto), size)


def measure(text: str, size: int, *, bold: bool = False) -> tuple[int, int]:
    """Return how wide a line of text is, and how high lines of that size are, in pixels."""
    drawn = font(size, bold=bold)
    ascent, descent = drawn.getmetrics()
    return round(drawn.getlength(text)), ascent + descent


def wrapped(text: str, size: int, most_px: int, *, bold: bool = False) -> list[str]:
    """Return `text` in lines no wider than `most_px`, broken at spaces; a longer word is cut with "…"."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure(joined, size, bold=bold)[0] <= most_px:
            lines[-1] = joined
        else:
            lines.append(_cut(word, size, most_px, bold=bold))
    return lines or [""]


def _cut(word: str, size: int, most_px: int, *, bold: bool) -> str:
    if measure(word, size, bold=bold)[0] <= most_px:
        return word
    while word and measure(word + "…", size, bold=bold)[0] > most_px:
        word = word[:-1]
    return word + "…"
