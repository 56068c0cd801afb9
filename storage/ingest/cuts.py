"""A cut is where a section begins; here are its values, and how a printed heading is told from text. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, takewhile

from storage.ingest.manuscript import Document, Heading, Manuscript, Region
from storage.ingest.matter import title_is_matter
from storage.ingest.numbering import Heading as Printed
from storage.ingest.numbering import read_heading
from storage.values import Matter, SectionKind

_PSEUDO_CHARS = 90
_PSEUDO = re.compile(r"[^\W\d_]+\.?\s|(?:the\s+)?\w[\w-]*$|[\[(]?\w{1,8}[\])]?\.?$", re.IGNORECASE)
_NO_WORD = re.compile(r"\W+")
_NOTHING = Printed(SectionKind.CHAPTER, None, "", "")  # what an empty heading says


@dataclass(slots=True)
class Cut:
    """A section begins at `line`; its heading reaches to `heading_end`.

    `title` is the heading as printed, else what the contents say (`said`). `parent`
    comes from the contents tree or from printed parts; `types` are words of epub:type. A `hollow` cut
    is a part that begins with its first chapter and has no lines of its own.
    """

    line: int
    heading_end: int
    title: str
    types: frozenset[str] = frozenset()
    listed: bool = False
    hollow: bool = False
    parent: Cut | None = None
    said: str = ""
    printed: Printed = _NOTHING

    @property
    def strong(self) -> bool:
        """Tell whether its heading names a number or a kind, as only headings of the body do."""
        return self.printed.number is not None or (self.printed.worded and bool(self.printed.name))

    @property
    def is_part(self) -> bool:
        """Tell whether it is the heading of a part, a book, a volume."""
        return bool(self.types & {"part", "volume", "division"}) or (
            self.strong and self.printed.kind is SectionKind.PART
        )


@dataclass(frozen=True, slots=True)
class Run:
    """Sealed lines `[start, end)` inside a section, which goes on after them: notes, a cast list."""

    start: int
    end: int
    title: str
    types: frozenset[str]


@dataclass(slots=True)
class Flat:
    """A manuscript with all places on one scale: indices into `lines`. `starts` are where documents begin."""

    lines: list[str]
    starts: list[int]
    documents: list[Document]
    headings: dict[int, Heading]
    regions: list[Region]
    levels: list[Heading]
    # What each heading says, read once however often it is asked for.
    read: Callable[[str], Printed] = field(default_factory=lambda: cache(read_heading))
    matter_of: Callable[[str], Matter | None] = field(default_factory=lambda: cache(title_is_matter))

    def printed(self, heading: Heading) -> Printed:
        """Read what is printed as a heading."""
        return self.read(joined(self.lines[heading.start : heading.end]))

    def document_end(self, line: int) -> int:
        """Return the line after the document that holds `line`."""
        after = bisect_right(self.starts, line)
        return self.starts[after] if after < len(self.starts) else len(self.lines)

    def sure_headings(self, start: int, end: int) -> list[Heading]:
        """Return the marked-up headings of the lines `[start, end)`."""
        first = bisect_left(self.levels, start, key=lambda h: h.start)
        return list(takewhile(lambda h: h.start < end, islice(self.levels, first, None)))


def flatten(manuscript: Manuscript) -> Flat:
    """Return the manuscript with the lines of all documents on one scale."""
    lines: list[str] = []
    starts: list[int] = []
    headings: list[Heading] = []
    regions: list[Region] = []
    for document in manuscript.documents:
        at = len(lines)
        starts.append(at)
        lines.extend(document.lines)
        headings.extend(Heading(at + h.start, at + h.end, h.level, h.sure) for h in document.headings)
        regions.extend(Region(at + r.start, at + r.end, r.types) for r in document.regions)
    headings.sort(key=lambda h: (h.start, -h.end))
    by_line: dict[int, Heading] = {}
    for heading in headings:
        by_line.setdefault(heading.start, heading)
    return Flat(
        lines, starts, manuscript.documents, by_line, regions, [h for h in by_line.values() if h.sure]
    )


def make_cut(flat: Flat, line: int, title: str = "", **more: object) -> Cut:
    """Return the cut at `line` with the heading that is printed there, or `title` where none is."""
    end = heading_end_at(flat, line, title)
    printed = joined(flat.lines[line:end])
    cut = Cut(line, end, printed or title, said=title, **more)  # type: ignore[arg-type]
    cut.printed = flat.read(cut.title)
    said = flat.read(title)
    if said.number is not None and said.number == cut.printed.number and said.rest and not cut.printed.rest:
        cut.title, cut.printed = title, said  # the page prints the number alone, the contents its title too
    elif not cut.strong and (said.number is not None or (said.worded and said.name)):
        cut.printed = said
    return cut


def heading_end_at(flat: Flat, line: int, title: str) -> int:
    """Return the line after the heading that is printed at `line`; `line` itself when there is none."""
    if line >= len(flat.lines):
        return line
    heading = flat.headings.get(line)
    text = flat.lines[line]
    if heading is None:
        return line + 1 if same_words(text, title) or is_pseudo(text) else line
    end = heading.end
    if flat.matter_of(text):
        return end
    limit = flat.document_end(line)
    numbered = flat.read(joined(flat.lines[line:end])).number is not None
    while end < limit and (below := flat.headings.get(end)) is not None and below.sure == heading.sure:
        words = flat.printed(below)
        if (words.number is not None and numbered) or flat.matter_of(flat.lines[end]):
            break
        numbered = numbered or words.number is not None
        end = below.end
    return end


def joined(lines: list[str]) -> str:
    """Return the lines of a heading as one title."""
    out = ""
    for line in lines:
        if out:
            out += " " if out[-1] in ".:;,!?—–-" else ": "
        out += line
    return out


def same_words(one: str, other: str) -> bool:
    """Tell whether a printed line and a line of the contents say the same, but for case and stops."""
    left, right = (_NO_WORD.sub("", text).casefold() for text in (one, other))
    return (
        bool(left) and bool(right) and (left == right or (len(left) > 3 and left in right and len(one) < 200))
    )


def is_pseudo(text: str) -> bool:
    """Tell whether a line without markup is a heading: "CHAPTER XII.", "Book the First", "Prologue"."""
    if len(text) > _PSEUDO_CHARS or not _PSEUDO.match(text):
        return False
    printed = read_heading(text)
    if not printed.worded or (printed.kind is SectionKind.CHAPTER and printed.number is None):
        return False
    if printed.rest and (printed.rest[0].islower() or text.endswith((",", ";")) or text[0].islower()):
        return False
    return text[0].isupper() or text[0].isdigit()


def heading_run_end(flat: Flat, line: int) -> int:
    """Return the line after the headings that stand together from `line` on."""
    while (heading := flat.headings.get(line)) is not None:
        line = heading.end
    return line
