"""How cards may look: papers, inks and ornaments that belong together. Pure.

Every colour of letters stands on its paper with at least 4.5 to 1 (WCAG AA); a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.drawing import ornaments
from bot.drawing.canvas import Box, Canvas, Pen, Size

PORTRAIT: Size = (1080, 1350)
SQUARE: Size = (1080, 1080)
LANDSCAPE: Size = (1440, 1080)
_Frame = Callable[[Pen, Box, float, str], None]
_Emblem = Callable[[Pen, float, float, float, str, float], None]


@dataclass(frozen=True, slots=True)
class Theme:
    """One look. Colours are "#rrggbb"."""

    name: str
    title: str
    is_dark: bool
    paper: str
    ink: str
    soft: str
    """Of lesser words."""
    accent: str
    """Of headings, initials and pictographs."""
    ornament: str
    grain: str
    """Of what is drawn on the ground itself; close to the paper."""
    frame: _Frame
    emblem: _Emblem
    opening: float
    """The share of the emblem that is left open for a letter."""
    weight: int = 400
    """Of the letters of a text."""
    heavy: int = 500
    """Of the letters of a name."""


def draw_ground(canvas: Canvas, theme: Theme, seed: str) -> None:
    """Draw what lies under the letters: the grain of the paper and the frame."""
    unit = min(canvas.size) / 1080
    box = ornaments.inset(ornaments.sheet(canvas.size), 48 * unit)
    if theme.name == "cloth":
        canvas.ornament(theme.grain, ornaments.weave, canvas.size, 4.0)
    if theme.name == "night":
        text = ornaments.inset(box, 42 * unit)
        canvas.ornament(theme.grain, ornaments.stars, canvas.size, seed, unit, text, 90)
    canvas.ornament(theme.ornament, theme.frame, box, unit, seed)


def _stamped(pen: Pen, box: Box, unit: float, seed: str) -> None:
    ornaments.stamped_frame(pen, box, unit)


def _hatched(pen: Pen, box: Box, unit: float, seed: str) -> None:
    ornaments.hatched_frame(pen, box, unit)


def _thin(pen: Pen, box: Box, unit: float, seed: str) -> None:
    ornaments.thin_frame(pen, box, unit)


def _ruled(pen: Pen, box: Box, unit: float, seed: str) -> None:
    ornaments.ruled_frame(pen, box, unit)


def _leafy(pen: Pen, box: Box, unit: float, seed: str) -> None:
    ornaments.sprigs(pen, box, unit, seed)


CLOTH = Theme(
    "cloth", "Cloth-bound", True, "#1d2f3f", "#f3e6c8", "#d8c79e", "#e3c37e", "#c9a55c", "#22374a",
    _stamped, ornaments.rosette, 0.5,
)  # fmt: skip
WOODCUT = Theme(
    "woodcut", "Woodcut", False, "#f4ecdb", "#1b1714", "#574c40", "#9b2318", "#1b1714", "#eadfc8",
    _hatched, ornaments.sun, 0.52, weight=450, heavy=700,
)  # fmt: skip
NIGHT = Theme(
    "night", "Night", True, "#0e1426", "#eceaf6", "#b3b5d0", "#e9d8a0", "#8f97c4", "#c9cdea",
    _thin, ornaments.orbits, 0.58,
)  # fmt: skip
BOTANICAL = Theme(
    "botanical", "Botanical", False, "#f5f3e7", "#22301f", "#566150", "#2f6a3c", "#5d8a58", "#e9ead8",
    _leafy, ornaments.wreath, 0.55,
)  # fmt: skip
LETTERPRESS = Theme(
    "letterpress", "Letterpress", False, "#fbfaf6", "#161616", "#5a5a58", "#b3261e", "#161616", "#f1efe8",
    _ruled, ornaments.lozenges, 0.5, weight=400, heavy=400,
)  # fmt: skip
THEMES: dict[str, Theme] = {t.name: t for t in (CLOTH, WOODCUT, NIGHT, BOTANICAL, LETTERPRESS)}
"""By name, in the order in which they are offered."""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
