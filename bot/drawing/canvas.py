"""A sheet of paper: letters and ornaments in flat colours, at last as PNG bytes. Pure."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from bot.drawing.faces import Face
from bot.drawing.setting import Block

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels from the upper left corner."""
Size = tuple[int, int]
P = ParamSpec("P")
_FINE = 4
"""Ornaments are drawn this much larger, then made small: smooth edges."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A sign of a font at its place; `scale` is pixels in a unit of the font, y the base line from above."""

    face: Face
    number: int
    scale: float
    x: float
    y: float
    ink: Box


class Pen:
    """Draws ornaments in the pixels of the sheet, in one colour."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def line(self, points: list[tuple[float, float]], width: float, *, ink: int = 255) -> None:
        """Draw a line through points with round joints."""
        fine = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(fine, fill=ink, width=max(1, round(width * _FINE)), joint="curve")

    def polygon(self, points: list[tuple[float, float]], *, ink: int = 255) -> None:
        """Fill a polygon; `ink` 0 takes away what was drawn."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=ink)

    def circle(self, x: float, y: float, radius: float, width: float = 0.0, *, ink: int = 255) -> None:
        """Draw a circle of a line's width, or a full one."""
        box = tuple(v * _FINE for v in (x - radius, y - radius, x + radius, y + radius))
        if width:
            self._draw.ellipse(box, outline=ink, width=max(1, round(width * _FINE)))
        else:
            self._draw.ellipse(box, fill=ink)

    def frame(self, box: Box, width: float, radius: float = 0.0) -> None:
        """Draw a frame inside a box."""
        fine = tuple(v * _FINE for v in box)
        self._draw.rounded_rectangle(
            fine, radius=radius * _FINE, outline=255, width=max(1, round(width * _FINE))
        )

    def bar(self, box: Box, *, ink: int = 255) -> None:
        """Fill a box."""
        left, top, right, bottom = (v * _FINE for v in box)
        self._draw.rectangle((left, top, right - 1, bottom - 1), fill=ink)


class Canvas:
    """One sheet. What stands on it is kept until the end, so that a test can look at where each letter is."""

    def __init__(self, size: Size, paper: str, pictographs: str) -> None:
        """Take a sheet of a colour; `pictographs` is the colour of those, wherever they stand."""
        self.size = size
        self.pictographs = pictographs
        self.paper = paper
        self.ornaments: list[tuple[str, Callable[[Pen], None]]] = []
        self.letters: list[tuple[str, Placed]] = []

    def ornament(
        self, colour: str, draw: Callable[Concatenate[Pen, P], None], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Let `draw` draw with a pen of a colour, below all letters."""
        self.ornaments.append((colour, lambda pen: draw(pen, *args, **kwargs)))

    def block(self, block: Block, colour: str, left: float, base: float, width: float, align: str) -> None:
        """Place lines in a column, the first base line at `base`; `align` is "start", "end" or "middle"."""
        for line in block.lines:
            room = width - line.width * block.size
            at_end = (align == "end") != line.is_rtl
            x = left + (room / 2 if align == "middle" else room if at_end else 0.0)
            for run in line.runs:
                ink_colour = self.pictographs if run.face.is_pictures else colour
                for glyph in run.glyphs:
                    ink = (
                        x + glyph.box[0] * block.size,
                        base - glyph.box[3] * block.size,
                        x + glyph.box[2] * block.size,
                        base - glyph.box[1] * block.size,
                    )
                    scale = run.face.scale * block.size
                    at = (x + glyph.x * block.size, base - glyph.y * block.size)
                    self.letters.append((ink_colour, Placed(run.face, glyph.number, scale, *at, ink)))
                x += run.width * block.size
            base += block.leading

    def png(self) -> bytes:
        """Return the sheet as PNG; the same sheet gives the same bytes.

        All is flat colours on one paper, so the palette is known: each colour in steps from the paper's.
        """
        layers = [(colour, self._drawn(colour)) for colour in dict.fromkeys(c for c, _ in self.ornaments)]
        layers += [(colour, self._lettered(colour)) for colour in dict.fromkeys(c for c, _ in self.letters)]
        steps = 255 // max(1, len(layers))
        pixels = np.zeros((self.size[1], self.size[0]), np.uint8)
        palette = list(ImageColor.getrgb(self.paper))
        for number, (colour, mask) in enumerate(layers):
            step = (np.asarray(mask, np.uint16) * steps + 127) // 255
            np.copyto(pixels, (step + number * steps).astype(np.uint8), where=step > 0)
            palette += _blends(self.paper, colour, steps)
        image = Image.fromarray(pixels, "P")
        image.putpalette(palette)
        buffer = io.BytesIO()
        image.save(buffer, format="PNG", compress_level=6)
        return buffer.getvalue()

    def _drawn(self, colour: str) -> Image.Image:
        width, height = self.size
        mask = Image.new("L", (width * _FINE, height * _FINE), 0)
        pen = Pen(ImageDraw.Draw(mask))
        for its, draw in self.ornaments:
            if its == colour:
                draw(pen)
        return mask.reduce(_FINE)

    def _lettered(self, colour: str) -> Image.Image:
        import uharfbuzz as hb

        width, height = self.size
        raster = hb.RasterDraw()
        raster.extents = hb.RasterExtents(0, 0, width, height, 0)
        for its, sign in self.letters:
            if its == colour:
                raster.transform = (sign.scale, 0, 0, sign.scale, sign.x, height - sign.y)
                raster.draw_glyph(sign.face.font, sign.number)
        drawn = raster.render()
        at = drawn.extents
        return Image.frombuffer("L", (at.width, at.height), drawn.buffer, "raw", "L", at.stride, -1)


def _blends(paper: str, colour: str, steps: int) -> list[int]:
    """Return the palette from one step off the paper to the full colour."""
    low, high = ImageColor.getrgb(paper), ImageColor.getrgb(colour)
    return [
        round(a + (b - a) * n / steps) for n in range(1, steps + 1) for a, b in zip(low, high, strict=True)
    ]
