"""Which parts of a message may be lines pasted from a book. Pure; knows no book.

"explain this: He closed the door behind her and said nothing." holds one. Whether it stands in the book,
and where, the locator says, as offsets alone (S4, T20).
"""

from __future__ import annotations

import re

FEWEST_WORDS = 6
"""Shorter text is talk: a few words may stand in any book by chance."""

_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]")
_ASKED = re.compile(r"^[^:\n]{2,60}:\s+(\S.*)$", re.DOTALL)
_QUOTE_LINES = re.compile(r"^\s*>\s?(.*)$", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")


def pasted_parts(text: str) -> list[str]:
    """Return the stretches that may be pasted lines, the likeliest first, each once."""
    stripped = text.strip()
    found = [" ".join(_QUOTE_LINES.findall(stripped))]
    found += [next(filter(None, match.groups())) for match in _QUOTED.finditer(stripped)]
    asked = _ASKED.match(stripped)
    if asked:
        found.append(asked[1])
    lines = [line for line in stripped.splitlines() if line.strip()]
    if len(lines) > 1:
        found += ["\n".join(lines[1:]), "\n".join(lines[:-1])]
    found.append(stripped)
    return [part for part in dict.fromkeys(part.strip() for part in found) if _long_enough(part)]


def _long_enough(part: str) -> bool:
    return len(_WORD.findall(part)) >= FEWEST_WORDS
