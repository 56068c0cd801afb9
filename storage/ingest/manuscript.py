"""What the readers of all formats hand on: lines of text with what their markup says about them. Pure values.

A *line* is one block of the reading text, already normalised. Places are indices of lines. Nothing here
decides what is a chapter or what is sealed; chapters.py and matter.py do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Heading(NamedTuple):
    """The lines `[start, end)` that are set as one heading. `level` is 1 to 6, as in h1 to h6.

    `sure` is False for lines that only look like a heading by their class.
    """

    start: int
    end: int
    level: int
    sure: bool = True


class Region(NamedTuple):
    """The lines `[start, end)` of one element that says what it is, in words of epub:type."""

    start: int
    end: int
    types: frozenset[str]


class Mark(NamedTuple):
    """A point in the text: `offset` code points into a line. `name` is an anchor or a printed page label."""

    line: int
    offset: int
    name: str


@dataclass(slots=True)
class Document:
    """One file of the spine, or a whole file of another format."""

    lines: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    anchors: dict[str, Mark] = field(default_factory=dict)
    pages: list[Mark] = field(default_factory=list)
    types: frozenset[str] = frozenset()
    pictures: int = 0
    name: str = ""
    linear: bool = True


class Entry(NamedTuple):
    """One line of a contents tree. `target` is (document index, anchor or ''); None when it leads nowhere."""

    title: str
    depth: int
    target: tuple[int, str] | None
    types: frozenset[str] = frozenset()


@dataclass(slots=True)
class Manuscript:
    """A whole file in reading order.

    `roles` are what guide and landmarks say of a place: (document index, anchor, types). `pages` is the
    printed page list: (label, document index, anchor); where it is empty the page breaks in the text serve.
    `cover` unpacks the front cover when it is called: no section waits for a picture.
    """

    documents: list[Document]
    contents: list[Entry] = field(default_factory=list)
    roles: list[tuple[int, str, frozenset[str]]] = field(default_factory=list)
    pages: list[tuple[str, int, str]] = field(default_factory=list)
    title: str = ""
    author: str = ""
    language: str = ""
    cover: Callable[[], bytes | None] | None = None
    warnings: list[str] = field(default_factory=list)
