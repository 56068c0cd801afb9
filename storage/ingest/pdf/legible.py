"""Whether extracted text is language or the debris of a font without a character map. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_SAMPLE_CHARS = 20_000
_DEBRIS = frozenset(("Cc", "Cn", "Co", "Cs"))
_SOUND_SHARE = 0.7
_LETTER_SHARE = 0.4  # tables of numbers and lines of dots have few; no prose has fewer


def is_legible(lines: Iterable[str]) -> bool:
    """Tell whether the text is mostly sound characters of some script, and enough of them letters."""
    sound = debris = letters = 0
    for line in lines:
        for char in line:
            if char.isalpha():
                letters += 1
            elif char == "\ufffd" or unicodedata.category(char) in _DEBRIS:
                debris += 1
            elif not char.isspace():
                sound += 1
        if letters + sound + debris > _SAMPLE_CHARS:
            break
    sound += letters
    return sound > 0 and sound >= _SOUND_SHARE * (sound + debris) and letters >= _LETTER_SHARE * sound
