"""What a PDF holds, as both readers hand it over: lines with their place, the outline, the labels. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Line(NamedTuple):
    """A stretch of text on one line, upright: x grows to the right, y grows upwards, in points.

    `hyphen` tells that the line ends in the middle of a word; the hyphen itself is not in `text`.
    """

    text: str
    left: float
    right: float
    bottom: float
    size: float
    hyphen: bool = False


@dataclass(slots=True)
class Page:
    """One page: its place in the file (from 0), its lines, and whether it shows a picture."""

    index: int
    lines: list[Line]
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One entry of the file's outline: its depth from 0, its target page, and the height there if told."""

    title: str
    depth: int
    page: int
    top: float | None = None


@dataclass(slots=True)
class PdfFile:
    """A PDF as read: nothing ordered, removed or joined yet.

    `labels` are those of the file itself, '' where it gives none; `unread` counts pages that the
    reader could not open.
    """

    pages: list[Page]
    title: str = ""
    author: str = ""
    language: str = ""
    outline: list[OutlineEntry] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    unread: int = 0
