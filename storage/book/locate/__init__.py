"""The locator: from what a reader says of a place to offsets, never to text.

    Locator.build(text, sections, pages).find("ch. 7", horizon_end=1200) -> PlaceMatch

What was said is read in stated.py, sections are resolved in chapters.py, pasted lines in lines.py. The
locator sees the whole book, so nothing but offsets and bounded labels may leave it: a later title is
neither matched nor confirmed (S27), and a vague place is a range whose low end counts (S3).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from storage.book.locate.chapters import ChapterMap, Node
from storage.book.locate.lines import MOST_HITS, LineFinder
from storage.book.locate.stated import (
    Edge,
    Stated,
    StatedEnd,
    StatedOffset,
    StatedPage,
    StatedPercent,
    StatedSection,
    StatedStart,
    read_stated,
)
from storage.book.text import normalise, sentences, words
from storage.errors import AmbiguousPlace, PlaceNotFound, PlaceNotUnderstood
from storage.values import PageMark, PlaceHow, PlaceMatch, Section, Span

_QUOTED = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("‘", "’"), ("'", "'"))
_LINE_WORDS = 4
_LONGEST_CHARS = 20_000
_QUICK_CHARS = 120
_SENTENCE_REACH = 4_000


class Locator:
    """Finds places in one book. Cheap to build: what pasted lines need is made when the first one comes."""

    def __init__(self, text: str, chapters: ChapterMap, pages: Sequence[PageMark]) -> None:
        """Take the parts; `build` makes them."""
        self._text = text
        self._chapters = chapters
        self._pages = sorted(pages, key=lambda page: page.start)
        self._lines = LineFinder(text)

    @classmethod
    def build(cls, text: str, sections: Sequence[Section], pages: Sequence[PageMark]) -> Locator:
        """Build the locator of a whole book: its reading text, all its sections, its printed pages."""
        return cls(text, ChapterMap(sections), pages)

    def is_quick(self, words: str) -> bool:
        """Tell whether to find `words` takes some two milliseconds at most, so that a loop need not be left.

        Of a very long book what pasted lines need takes half a second to build, and a long paste takes ten.
        """
        return len(words) <= _QUICK_CHARS and self._lines.is_built

    def find(self, words: str, *, horizon_end: int | None = None) -> PlaceMatch:
        """Return the place that `words` state.

        `horizon_end` is how far the reader who asks may see, 0 when they have no place yet. With None
        nobody reads: all titles stay unknown, and short whole sentences may be found too.

        Raises `PlaceNotUnderstood`, `PlaceNotFound`, or `AmbiguousPlace` with a label and a match for each
        candidate (none when there are too many to choose from).
        """
        asked = words.strip()
        if not asked or len(asked) > _LONGEST_CHARS:
            raise PlaceNotUnderstood(text=asked[:80])
        read_end = horizon_end or 0
        quoted = _unquoted(asked)
        stated = read_stated(asked) if quoted is None else None
        try:
            if stated is not None:
                return self._stated(stated, asked, read_end)
        except PlaceNotFound:
            # "1984" may be no chapter and yet a title.
            if not (named := self._chapters.titled(asked, read_end)):
                raise
            return self._section(named, None, asked, read_end)
        named = self._chapters.titled(quoted or asked, read_end)
        if named:
            return self._section(named, None, asked, read_end)
        return self._line(asked, read_end, short=horizon_end is None)

    def _stated(self, stated: Stated, asked: str, read_end: int) -> PlaceMatch:
        length = len(self._text)
        match stated:
            case StatedStart():
                return PlaceMatch(0, 0, PlaceHow.START, exact=True)
            case StatedEnd():
                return PlaceMatch(length, length, PlaceHow.END, exact=True)
            case StatedOffset(offset):
                if offset > length:
                    raise PlaceNotFound(text=asked)
                return self._exact(offset, PlaceHow.OFFSET)
            case StatedPercent(low, high):
                return self._percent(low, high, asked)
            case StatedPage(label):
                return self._page(label, asked, read_end)
            case StatedSection(path, edge):
                nodes = self._chapters.resolve(path)
                if not nodes:
                    raise PlaceNotFound(text=asked)
                return self._section(nodes, edge, asked, read_end)

    def _exact(self, offset: int, how: PlaceHow) -> PlaceMatch:
        node = self._chapters.at(offset)
        return PlaceMatch(offset, offset, how, exact=True, section=node.section.ordinal if node else None)

    # ---- sections --------------------------------------------------------------------------

    def _section(self, nodes: Sequence[Node], edge: Edge | None, asked: str, read_end: int) -> PlaceMatch:
        matches = tuple(_match_of(node, edge) for node in nodes)
        if len(matches) == 1:
            return matches[0]
        raise _ambiguous(asked, self._chapters.labels(nodes, read_end), matches)

    # ---- shares and pages ------------------------------------------------------------------

    def _percent(self, low: float, high: float, asked: str) -> PlaceMatch:
        if high > 100:
            raise PlaceNotFound(text=asked)
        start, end = (self._sentence_end(int(len(self._text) * share / 100)) for share in (low, high))
        node = self._chapters.at(start)
        return PlaceMatch(
            start, end, PlaceHow.PERCENT, exact=low == high, section=node.section.ordinal if node else None
        )

    def _sentence_end(self, offset: int) -> int:
        """Return the last end of a sentence at or before `offset`."""
        text = self._text
        if offset >= len(text):
            return len(text)
        begin = max(text.rfind("\n", 0, offset) + 1, offset - _SENTENCE_REACH)
        stop = text.find("\n", offset, offset + _SENTENCE_REACH)
        block = Span(begin, stop if stop >= 0 else min(len(text), offset + _SENTENCE_REACH))
        ends = [s.end for s in sentences(text, block) if s.end <= offset]
        if ends:
            return ends[-1]
        return offset if begin and text[begin - 1] != "\n" else len(text[:begin].rstrip("\n"))

    def _page(self, label: str, asked: str, read_end: int) -> PlaceMatch:
        wanted = label.casefold()
        found = [i for i, page in enumerate(self._pages) if page.label.casefold() == wanted]
        if not found and wanted.isdigit():
            found = self._pages_round(int(wanted))
        if not found:
            raise PlaceNotFound(text=asked)
        matches = tuple(self._page_match(i) for i in found)
        if len(matches) == 1:
            return matches[0]
        nodes = [self._chapters.at(match.start + 1) for match in matches]
        labels = self._labels([n for n in nodes if n is not None], [m.start for m in matches], read_end)
        raise _ambiguous(asked, labels, matches)

    def _pages_round(self, number: int) -> list[int]:
        # A page without a mark of its own lies on the last marked one before it, if a later one is marked.
        arabic = [(int(p.label), i) for i, p in enumerate(self._pages) if p.label.isdecimal()]
        numbers = [value for value, _ in arabic]
        if numbers != sorted(set(numbers)) or not numbers or not numbers[0] < number < numbers[-1]:
            return []
        return [arabic[bisect_right(numbers, number) - 1][1]]

    def _page_match(self, index: int) -> PlaceMatch:
        start = self._pages[index].start
        after = [page.start for page in self._pages[index + 1 :] if page.start > start]
        end = after[0] if after else len(self._text)
        node = self._chapters.at(start + 1)
        return PlaceMatch(
            start, end, PlaceHow.PAGE, exact=False, section=node.section.ordinal if node else None
        )

    # ---- pasted lines ----------------------------------------------------------------------

    def _line(self, asked: str, read_end: int, *, short: bool) -> PlaceMatch:
        spans = self._lines.find(normalise(asked), self._chapters.unread_headings(read_end), short=short)
        if not spans:
            # The words alone decide which refusal it is: a later title gets the one nonsense gets (S27).
            if len(words(asked)) < _LINE_WORDS:
                raise PlaceNotUnderstood(text=asked)
            raise PlaceNotFound(text=asked)
        matches = tuple(self._exact(span.end, PlaceHow.LINE) for span in spans)
        if len(matches) == 1:
            return matches[0]
        if len(matches) > MOST_HITS:
            raise AmbiguousPlace(text=asked, candidates=(), matches=())
        nodes = [self._chapters.at(span.end) for span in spans]
        labels = self._labels([n for n in nodes if n is not None], [s.end for s in spans], read_end)
        raise _ambiguous(asked, labels, matches)

    def _labels(self, nodes: Sequence[Node], offsets: Sequence[int], read_end: int) -> list[str]:
        """Return a label for each offset; where two lie in one section, with the number of the paragraph."""
        labels = self._chapters.labels(nodes, read_end)
        return [
            label if labels.count(label) == 1 else f"{label} ¶{self._paragraph(node, offset)}"
            for label, node, offset in zip(labels, nodes, offsets, strict=True)
        ]

    def _paragraph(self, node: Node, offset: int) -> int:
        return sum(1 for line in self._text[node.body_start : offset].split("\n") if line)


def _match_of(node: Node, edge: Edge | None) -> PlaceMatch:
    start = node.end if edge is Edge.END else node.start
    end = node.start if edge is Edge.START else node.end
    return PlaceMatch(start, end, PlaceHow.CHAPTER, exact=start == end, section=node.section.ordinal)


def _ambiguous(asked: str, labels: Sequence[str], matches: tuple[PlaceMatch, ...]) -> AmbiguousPlace:
    return AmbiguousPlace(text=asked, candidates=tuple(labels), matches=matches)


def _unquoted(asked: str) -> str | None:
    """Return what stands in quotes, or None when `asked` as a whole is not quoted."""
    for opening, closing in _QUOTED:
        if len(asked) > 2 and asked.startswith(opening) and asked.endswith(closing):
            inside = asked[1:-1]
            return inside if inside.strip() else None
    return None
