"""Which parts of a message may be lines pasted from a book. Pure; knows no book.

"explain this: He closed the door behind her and said nothing." holds one. Whether it stands in the book,
and where, the locator says, as offsets alone (S4, T20).
"""

from __future__ import annotations

import re

FEWEST_WORDS = 6
"""Shorter text is talk: a few words may stand in any book by chance."""
FEWEST_POINTED_WORDS = 4
"""Of what a reader points at on purpose."""
MOST_POINTED_PARTS = 16
"""Tried, of one message."""

_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]")
_ASKED = re.compile(r"^[^:\n]{2,60}:\s+(\S.*)$", re.DOTALL)
_QUOTE_LINES = re.compile(r"^\s*>\s?(.*)$", re.MULTILINE)
_LABEL = re.compile(r"\s*\[[^\[\]\n]{1,40} ¶\d+\]")
_SENTENCE_END = re.compile(r"(?<=[.!?…”])\s+")
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")
_OPENING = "“\"«„>‘'"
_ASKING = re.compile(
    r"\W*(?:(?:and|but|so|ok|okay|please|hey|tell me|does it say|is it true)\W+)*"
    r"(?:who|whom|whose|what|where|when|why|how|which|if|whether|that|is|are|was|were|am|do|does|did|has|have|had|"
    r"can|could|will|would|shall|should|may|might|must)\b",
    re.IGNORECASE,
)
_LONGEST_ASKED_WORDS = 12


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
    parts = dict.fromkeys(part.strip() for part in found)
    quoted = {part.strip() for groups in _QUOTED.findall(stripped) for part in groups}
    return [part for part in parts if _long_enough(part) and (part in quoted or not asks(part))]


def asks(text: str) -> bool:
    """Tell whether `text` asks something, and is no line of a book unless it stands in quotes.

    "Is the bridge burned?" must not be held against a later "The bridge is burned": the offer to move
    would answer it (S18, S19).
    """
    bare = text.strip()
    if not bare.endswith("?") or bare[0] in _OPENING:
        return False
    return _ASKING.match(bare) is not None or len(_WORD.findall(bare)) <= _LONGEST_ASKED_WORDS


def pointed_parts(text: str) -> list[str]:
    """Return the stretches of an answered message that may stand in the book, the longest first.

    Such a message may be one of ours: labels of citations are taken out, and it is tried whole, by lines and
    by sentences.
    """
    lines = [_LABEL.sub("", line).strip() for line in text.splitlines()]
    parts = [*lines, *(part.strip() for line in lines for part in _SENTENCE_END.split(line))]
    found = {part for part in parts if len(_WORD.findall(part)) >= FEWEST_POINTED_WORDS}
    return sorted(found, key=lambda part: (-len(part), part))[:MOST_POINTED_PARTS]


def _long_enough(part: str) -> bool:
    return len(_WORD.findall(part)) >= FEWEST_WORDS
