"""A book in memory, whole, and the one operation it has: being cut at a horizon.

`BookContent` is private to this package: only library.py holds one, and it gives out views made of
`BookContent.cut(end)`. A `Prefix` has no reference to what lies past its end. Removing the cut must make
the test suite fail (T52).
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import Counter, OrderedDict
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from storage.book.fold import FoldedText, fold
from storage.book.locate import Locator
from storage.book.text import blocks, sentences
from storage.values import (
    Matter,
    PageMark,
    PlaceHow,
    PlaceMatch,
    Section,
    SectionKind,
    SectionLine,
    Span,
)

if TYPE_CHECKING:
    import numpy as np

    from storage.book.search import SearchIndex, SearchPrefix
    from storage.story.facts import SectionDigest, SectionFacts
    from storage.story.index import StoryIndex, StoryPrefix

_KEPT_PREFIXES = 8
_KEPT_PARAGRAPHS = 4_096


class BookContent:
    """All that is known of one canonical book. Never leaves storage/book."""

    def __init__(
        self,
        text: str,
        sections: tuple[Section, ...],
        search: SearchIndex,
        vectors: np.ndarray | None,
        story: StoryIndex,
        pages: tuple[PageMark, ...] = (),
    ) -> None:
        """Take the whole reading text with its sections and indexes; `vectors` has a row a window."""
        self._text = text
        self._pages = pages
        self._sections = [s for s in sections if s.matter is Matter.BODY]
        self._search = search
        self._vectors = vectors
        self._story = story
        self._prefixes: OrderedDict[int, Prefix] = OrderedDict()

    @property
    def size_bytes(self) -> int:
        """Return about how much memory this takes."""
        vectors = 0 if self._vectors is None else self._vectors.nbytes
        # Text is kept twice (as written, and folded), two bytes a code point; the rest by experience.
        return len(self._text) * 8 + vectors

    @property
    def chars(self) -> int:
        """Return the length of the reading text."""
        return len(self._text)

    @cached_property
    def locator(self) -> Locator:
        """Return what finds places in this book: it sees all of it and gives offsets alone."""
        return Locator.build(self._text, self._sections, self._pages)

    @cached_property
    def chapters(self) -> tuple[PlaceMatch, ...]:
        """Every body section that has text of its own as a place, in order; offsets and nothing else."""
        return tuple(
            PlaceMatch(s.start, s.end, PlaceHow.CHAPTER, exact=False, section=s.ordinal)
            for s in self._sections
            if s.start is not None
            and s.end is not None
            and not (s.kind is SectionKind.PART and (s.body_start or s.start) >= s.end)
        )

    @cached_property
    def _folded(self) -> str:
        return fold(self._text)

    @cached_property
    def _lines(self) -> list[_Line]:
        lines = []
        position = {SectionKind.PART: 0, SectionKind.CHAPTER: 0}
        for section in self._sections:
            shape = SectionKind.PART if section.kind is SectionKind.PART else SectionKind.CHAPTER
            position[shape] += 1
            start, body_start = section.start or 0, section.body_start or 0
            heading_end = start + len(self._text[start:body_start].rstrip()) + 1
            lines.append(_Line(section, shape, position[shape], heading_end))
        return lines

    def cut(self, end: int) -> Prefix:
        """Return the book as if its file ended at `end`; whatever lies past it is not in the result."""
        end = min(end, len(self._text))
        prefix = self._prefixes.get(end)
        if prefix is None:
            return self._keep(end, self._make(end, self._story))
        self._prefixes.move_to_end(end)
        return prefix

    async def open(self, end: int) -> Prefix:
        """Do as `cut`, off the loop where that cut is not at hand: of a long novel it takes a while."""
        end = min(end, len(self._text))
        while end not in self._prefixes:
            story = self._story
            prefix = await asyncio.to_thread(self._make, end, story)
            if story is self._story:  # else a model has written meanwhile
                self._keep(end, prefix)
        return self.cut(end)

    def _make(self, end: int, story: StoryIndex) -> Prefix:
        text = self._text[:end]
        return Prefix(
            text=text,
            folded=FoldedText(self._folded[:end]),
            sections=[line.cut(end) for line in self._lines],
            search=self._search.cut(text, end, self._vectors),
            story=story.cut(text, end),
        )

    def _keep(self, end: int, prefix: Prefix) -> Prefix:
        self._prefixes[end] = prefix
        while len(self._prefixes) > _KEPT_PREFIXES:
            self._prefixes.popitem(last=False)
        return prefix

    def add_digest(self, digest: SectionDigest) -> None:
        """Tell a section in a model's words from now on, in every cut that holds all of it."""
        self._story = self._story.with_written([digest])
        for end, prefix in self._prefixes.items():
            if digest.span.end <= end:
                # A copy: a view that is open now goes on telling what it told.
                told = copy(prefix)
                told.story = self._story.retold(prefix.story)
                self._prefixes[end] = told

    def add_facts(self, found: SectionFacts) -> None:
        """Tell what a model found in a section from now on, in every cut that holds all of it."""
        self._story = self._story.with_facts([found])
        for end, prefix in self._prefixes.items():
            if found.span.end <= end:
                told = copy(prefix)  # a copy, as above
                told.story = self._story.refolded(prefix.story)
                self._prefixes[end] = told


class _Paragraph(NamedTuple):
    """Where a paragraph ends, and its sentences, on the scale of the reading text."""

    end: int
    sentences: tuple[Span, ...]


class Prefix:
    """The book up to a horizon, and nothing else of it."""

    def __init__(
        self,
        text: str,
        folded: FoldedText,
        sections: list[SectionLine],
        search: SearchPrefix,
        story: StoryPrefix,
    ) -> None:
        """Take parts that were all cut at `len(text)`."""
        self.text = text
        self.folded = folded
        self.search = search
        self.story = story
        self._sections = sections
        self._reached = [line for line in sections if line.reached]
        self._starts = [line.start or 0 for line in self._reached]
        chapters = (line.number for line in self._reached if line.kind is SectionKind.CHAPTER)
        self._chapter_numbers = Counter(number for number in chapters if number is not None)
        self._paragraphs: dict[int, _Paragraph] = {}

    def section_lines(self) -> list[SectionLine]:
        """Return the body sections in order, later ones as bare numbers."""
        return list(self._sections)

    def section_ordinal(self, offset: int) -> int:
        """Return the ordinal of the section that holds `offset`; 0 in an empty prefix."""
        line = self._line(offset)
        return line.ordinal if line else 0

    def label(self, offset: int) -> str:
        """Return "ch. 3 ¶12" for an offset, paragraphs counted from the end of the heading."""
        line = self._line(offset)
        if line is None:
            return "¶1"
        body_start = line.body_start or 0
        name = self._short_name(line)
        if offset < body_start:
            return name
        return f"{name} ¶{self.text.count(chr(10), body_start, offset) + 1}".lstrip()

    def _short_name(self, line: SectionLine) -> str:
        """Return "ch. 3" while no other chapter reached so far has that number, else the whole label."""
        if line.kind is SectionKind.CHAPTER and self._chapter_numbers.get(line.number or 0) == 1:
            return f"ch. {line.number}"
        return line.label

    def passage_span(self, offset: int) -> Span:
        """Return the span of the passage that holds `offset`."""
        return self.search.passage_at(offset)

    def sentences(self, span: Span) -> list[Span]:
        """Return the sentences that touch `span`, in order, blocks never joined."""
        start = self.text.rfind("\n", 0, span.start) + 1
        stop = self.text.find("\n", max(span.start, span.end - 1))
        if stop < 0:
            stop = len(self.text)
        touching = []
        while start <= stop:
            paragraph = self._paragraphs.get(start)
            if paragraph is None:
                paragraph = self._split(start)
            touching += [sentence for sentence in paragraph.sentences if sentence.overlaps(span)]
            start = paragraph.end + 1
        return touching

    def _split(self, start: int) -> _Paragraph:
        """Split the paragraph at `start` into sentences, once for all the questions that come by here."""
        end = self.text.find("\n", start)
        text = self.text[start : end if end >= 0 else len(self.text)]
        found = [
            Span(sentence.start + start, sentence.end + start)
            for block in blocks(text)
            for sentence in sentences(text, block)
        ]
        if len(self._paragraphs) >= _KEPT_PARAGRAPHS:
            self._paragraphs.clear()
        kept = self._paragraphs[start] = _Paragraph(start + len(text), tuple(found))
        return kept

    def _line(self, offset: int) -> SectionLine | None:
        index = bisect_right(self._starts, offset) - 1
        return self._reached[max(0, index)] if self._reached else None


class _Line:
    """One body section as it stands in tables of contents, by how far the book is read."""

    def __init__(self, section: Section, shape: SectionKind, position: int, heading_end: int) -> None:
        """Take a section that is the `position`th of its `shape`.

        From `heading_end` on its title is known (S10). The break after the heading belongs to it: until that
        is read, the heading may go on.
        """
        self._section = section
        self._shape = shape
        self._position = position
        self._heading_end = heading_end
        # Most sections lie on one side of any place, and look alike from everywhere on that side.
        self._whole_from = max(section.end or 0, heading_end)
        self._whole = self._cut(self._whole_from)
        self._unread = self._cut(section.start or 0)

    def cut(self, end: int) -> SectionLine:
        """Return the line as the book cut at `end` has it."""
        if end >= self._whole_from:
            return self._whole
        return self._unread if end <= (self._section.start or 0) else self._cut(end)

    def _cut(self, end: int) -> SectionLine:
        section = self._section
        start, stop, body_start = section.start or 0, section.end or 0, section.body_start or 0
        named = end >= self._heading_end
        # S27: a heading not read to its end is a bare number, as is everything after it.
        bare = str(section.number if section.number is not None else self._position)
        return SectionLine(
            ordinal=section.ordinal,
            kind=section.kind if named else self._shape,
            label=section.label if named else bare,
            title=section.title if named else "",
            number=section.number,
            depth=section.depth,
            parent=section.parent,
            start=start if start < end else None,
            body_start=min(body_start, end) if start < end else None,
            end=min(stop, end) if start < end else None,
        )
