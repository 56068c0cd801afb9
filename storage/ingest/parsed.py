"""What every parser returns. Plain values that can cross a process border; nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass

from storage.values import PageMark, Section


@dataclass(frozen=True, slots=True)
class Warned:
    """One oddity of an honest book that was read all the same: a sentence a reader can act on.

    It never quotes the book (S34).
    """

    text: str


@dataclass(frozen=True, slots=True)
class SealedText:
    """Text that lies off the scale: an introduction, a cast list, notes, an afterword (S29).

    `ordinal` is that of its `Section`. It may be opened by name after a warning, by nothing else.
    """

    ordinal: int
    text: str


@dataclass(frozen=True, slots=True)
class ParsedBook:
    """A file as the product knows it.

    `text` is the reading text: the body alone, blocks joined by a line break, sections ended by an
    empty line. `sections` are all sections of the file in reading order; those of the body tile
    `text`. `pages` are the printed page labels inside the body, by offset. `sealed` is the text of
    the sections off the scale. Metadata other than title, author and language is dropped (S28).
    """

    title: str
    author: str
    language: str
    text: str
    sections: tuple[Section, ...]
    pages: tuple[PageMark, ...] = ()
    sealed: tuple[SealedText, ...] = ()
    warnings: tuple[Warned, ...] = ()
    cover: bytes | None = None
