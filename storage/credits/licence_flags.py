"""What a book's licence may allow. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

ALLOWABLE = ("summaries", "long_quotes", "visuals")
"""The flags by name, in the order of `LicenceFlags`."""


@dataclass(frozen=True, slots=True)
class LicenceFlags:
    """What is allowed. Frozen, and as it was when it was asked for."""

    summaries: bool = True
    """Chapters and the story so far told in other words or drawn together."""
    long_quotes: bool = True
    """Quotations without the caps of `LicenceTerms`."""
    visuals: bool = True
    """Portraits, scenes, quote cards."""
    note: str = ""
    """Why, for whoever runs this."""


def allowing(names: Collection[str]) -> LicenceFlags:
    """Return flags that allow what is named, and nothing else."""
    return LicenceFlags("summaries" in names, "long_quotes" in names, "visuals" in names)


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """The defaults by source, and the caps where long quotations are not allowed, in code points."""

    own: LicenceFlags = LicenceFlags()
    demo: LicenceFlags = LicenceFlags()
    quoted_chars_an_answer: int = 600
    quoted_chars_a_day: int = 6_000
