"""How counts and long names are put into sentences."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """Return "1 word" or "12,000 words"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def short(text: str, limit: int = 60) -> str:
    """Return a text on one line, of at most `limit` characters."""
    folded = " ".join(text.split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"
