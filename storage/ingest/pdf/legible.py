"""Whether extracted text is language or the debris of a font without a character map. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_SAMPLE_CHARS = 200_000
_DEBRIS = frozenset(("Cc", "Cn", "Co", "Cs"))
_READABLE_SHARE = 0.7


def is_legible(lines: Iterable[str]) -> bool:
    """Tell whether most visible characters are letters, digits or ordinary marks of some script."""
    good = bad = 0
    for line in lines:
        if line.isascii() and line.isprintable():
            good += len(line) - line.count(" ")
        else:
            for char in line:
                if char == "\ufffd" or (unicodedata.category(char) in _DEBRIS and not char.isspace()):
                    bad += 1
                elif not char.isspace():
                    good += 1
        if good + bad > _SAMPLE_CHARS:
            break
    return good > 0 and good >= _READABLE_SHARE * (good + bad)
