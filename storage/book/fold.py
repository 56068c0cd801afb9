"""Folding: one code point to one code point, so that offsets survive. Pure.

Case, accents, quotes, dashes and line breaks are made alike. Because the fold keeps every offset, the
fold of a prefix is the prefix of the fold: a book is folded once and cut like its text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_QUOTES = "‘’‚‛′`´ʼ"
_DOUBLE_QUOTES = "“”„‟″«»"
_DASHES = "‐‑‒–—―−"
_SPACES = re.compile(r"\s+")
_TOGETHER = 65_536
_REMEMBERED = 4_096


@lru_cache(maxsize=1)
def _table() -> dict[int, int]:
    table: dict[int, int] = {}
    for code in [*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000)]:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if len(base) == 1 and ord(base) != code:
            table[code] = ord(base)
    for extra, base in zip("ØøŁłĐđßÆæŒœ", "oolldds" + "aaoo", strict=True):
        table[ord(extra)] = ord(base)
    table |= {ord(c): ord("'") for c in _QUOTES}
    table |= {ord(c): ord('"') for c in _DOUBLE_QUOTES}
    table |= {ord(c): ord("-") for c in _DASHES}
    return table | {ord(c): ord(" ") for c in "\n\t\r\u00a0"}


def fold(text: str) -> str:
    """Return `text` with case, accents, quotes, dashes and line breaks folded; same length, same offsets."""
    # By stretches: other threads get no turn while one is translated, a tenth of a second for a long novel.
    return "".join(
        text[begin : begin + _TOGETHER].translate(_table()) for begin in range(0, len(text), _TOGETHER)
    )


class FoldedText:
    """Read text that phrases are looked up in, whatever their case, accents and quotes."""

    def __init__(self, folded: str) -> None:
        """Take text that `fold` has folded."""
        self._text = folded
        self._known: dict[str, bool] = {}

    def find(self, phrase: str, limit: int, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """Return up to `limit` offset pairs in `[start, end)` where `phrase` stands, in reading order."""
        wanted = _SPACES.sub(" ", fold(phrase)).strip()
        found: list[tuple[int, int]] = []
        at = self._text.find(wanted, start, end) if wanted else -1
        while at >= 0 and len(found) < limit:
            found.append((at, at + len(wanted)))
            at = self._text.find(wanted, at + 1, end)
        return found

    def has_words(self, phrase: str) -> bool:
        """Tell whether `phrase` stands here as whole words; it is looked for once, as a turn asks often."""
        known = self._known.get(phrase)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[phrase] = self._has_words(phrase)
        return known

    def _has_words(self, phrase: str) -> bool:
        wanted = _SPACES.sub(" ", fold(phrase)).strip()
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            before = at == 0 or not (self._text[at - 1].isalnum() and wanted[0].isalnum())
            after = end >= len(self._text) or not (self._text[end].isalnum() and wanted[-1].isalnum())
            if before and after:
                return True
            at = self._text.find(wanted, at + 1)
        return False
