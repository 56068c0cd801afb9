"""The small frozen values that cross floors. Pure; no behaviour beyond what the words mean.

All offsets are code points on the one scale of the book's reading text (S1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The code points `[start, end)` of a reading text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share a code point."""
        return self.start < other.end and other.start < self.end


class Matter(StrEnum):
    """Which part of the file a section is. Only BODY lies on the scale (S29)."""

    FRONT = "front"
    BODY = "body"
    BACK = "back"


class SectionKind(StrEnum):
    """What a section of the body is; the others are typed by their matter alone."""

    PART = "part"
    CHAPTER = "chapter"
    PROLOGUE = "prologue"
    INTERLUDE = "interlude"
    EPILOGUE = "epilogue"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a book, in file order.

    `ordinal` counts all sections of the file from 1. `number` is the printed number within its
    parent (None when there is none), `label` the short printed name ("Part Two, III", "Prologue",
    "ch. 7"), `title` the whole heading as printed. `parent` is the ordinal of the part it is in.
    Body sections tile the reading text: a part's own span holds just its heading page.
    `body_start` is the offset after the heading. Sealed sections have no offsets (S8, S29).
    """

    ordinal: int
    kind: SectionKind
    matter: Matter
    label: str
    title: str
    number: int | None = None
    depth: int = 0
    parent: int | None = None
    start: int | None = None
    body_start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A body section as a reader at some place may see it (S20, S27).

    A section that starts at or past the horizon has its bare number as `label`, no title and no
    offsets (`start` and `end` are None). The one that the horizon crosses ends at the horizon.
    """

    ordinal: int
    kind: SectionKind
    label: str
    title: str
    number: int | None
    depth: int
    parent: int | None
    start: int | None
    body_start: int | None
    end: int | None

    @property
    def reached(self) -> bool:
        """Tell whether any of it lies before the horizon."""
        return self.start is not None


@dataclass(frozen=True, slots=True)
class PageMark:
    """A printed page label and the offset at which that page begins."""

    label: str
    start: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of read text as a search or a reread returns it; never past the horizon (S10).

    `section` is the ordinal, `label` the citation label ("ch. 3 ¶12") of its first character, and
    `score` is comparable within one search only.
    """

    span: Span
    section: int
    label: str
    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class BookCard:
    """What a library shelf shows: title and author as the file says, nothing else of it (S28)."""

    book_id: str
    title: str
    author: str
    language: str
    words: int
    reading_chars: int
    ready: bool = True


class PlaceHow(StrEnum):
    """How a place was found."""

    START = "start"
    END = "end"
    OFFSET = "offset"
    CHAPTER = "chapter"
    PAGE = "page"
    PERCENT = "percent"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A stated place as offsets; never text.

    A vague place is the range `[start, end]`, and the horizon is its low end `start` (S3). A pasted
    line is exact: `start == end` == the offset after its last character. `exact` tells which.
    """

    start: int
    end: int
    how: PlaceHow
    exact: bool
    section: int | None = None
