"""Where the sections of a manuscript begin: contents tree first, then the spine, then headings.

The result is a list of cuts in reading order. What kind of section follows a cut, and whether it is
sealed, is decided in chapters.py and matter.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from storage.ingest.manuscript import Document, Heading, Manuscript, Region
from storage.ingest.matter import LITTLE_TYPES, title_is_matter, types_are_matter
from storage.ingest.numbering import Heading as Printed
from storage.ingest.numbering import read_heading
from storage.values import Matter, SectionKind

_PSEUDO_CHARS = 90
STRUCTURE = frozenset("part volume division chapter prologue epilogue interlude prelude".split())
"""Words of epub:type for the sections that a story is made of."""
_PSEUDO = re.compile(r"[^\W\d_]+\.?\s|(?:the\s+)?\w[\w-]*$|[\[(]?\w{1,8}[\])]?\.?$", re.IGNORECASE)
_START = re.compile(r"\*{3}\s*START OF (?:THE|THIS) PROJECT GUTENBERG", re.IGNORECASE)
_END = re.compile(r"(?:\*{3}\s*)?END OF (?:THE |THIS )?PROJECT GUTENBERG", re.IGNORECASE)
_SMALL_PRINT = re.compile(
    r"(?:This e-?(?:book|text) was|Produced by|E-?text prepared|Transcribed from)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Cut:
    """A section begins at `line`; its heading reaches to `heading_end`.

    `title` is the heading as printed, else what the contents say (`said`). `depth` and `ancestors` (other cuts)
    come from the contents tree or the levels of headings; `types` are words of epub:type.
    """

    line: int
    heading_end: int
    title: str
    depth: int = 0
    types: frozenset[str] = frozenset()
    listed: bool = False
    hollow: bool = False
    parent: Cut | None = None
    said: str = ""
    printed: Printed = field(default_factory=lambda: read_heading(""))

    @property
    def strong(self) -> bool:
        """Tell whether its heading names a number or a kind, as only headings of the body do."""
        return self.printed.number is not None or (self.printed.worded and bool(self.printed.name))


@dataclass(frozen=True, slots=True)
class Run:
    """Sealed lines `[start, end)` in the middle of a section, which goes on after them: notes, a cast list."""

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


def outline(manuscript: Manuscript, flat: Flat) -> tuple[list[Cut], list[Run]]:
    """Return where sections begin, in order, the first at line 0; and the sealed runs inside them."""
    cuts: dict[int, list[Cut]] = {}
    _cut_contents(manuscript, flat, cuts)
    runs = _cut_regions(flat, cuts)
    _cut_licence(flat, cuts)
    _cut_documents(flat, cuts, bool(manuscript.contents))
    _cut_headings(flat, cuts)
    ordered = [cut for line in sorted(cuts) for cut in cuts[line]]
    if not ordered or ordered[0].line > 0:
        ordered.insert(0, make_cut(flat, 0))
    return ordered, runs


# ---- one cut -------------------------------------------------------------------------------


def make_cut(flat: Flat, line: int, title: str = "", **more: object) -> Cut:
    """Return the cut at `line` with the heading that is printed there, or `title` where none is."""
    end = _heading_end(flat, line, title)
    printed = _joined(flat.lines[line:end])
    cut = Cut(line, end, printed or title, said=title, **more)  # type: ignore[arg-type]
    cut.printed = read_heading(cut.title)
    if title and title != cut.title and not cut.strong:
        said = read_heading(title)
        if said.number is not None or (said.worded and said.name):
            cut.printed = said
    return cut


def _heading_end(flat: Flat, line: int, title: str) -> int:
    if line >= len(flat.lines):
        return line
    heading = flat.headings.get(line)
    text = flat.lines[line]
    if heading is None:
        return line + 1 if _same_words(text, title) or _is_pseudo(text) else line
    end = heading.end
    if title_is_matter(text):
        return end
    limit = next((start for start in flat.starts if start > line), len(flat.lines))
    numbered = read_heading(_joined(flat.lines[line:end])).number is not None
    while end < limit and (below := flat.headings.get(end)) is not None and below.sure == heading.sure:
        words = read_heading(_joined(flat.lines[end : below.end]))
        if (words.number is not None and numbered) or title_is_matter(flat.lines[end]):
            break
        numbered = numbered or words.number is not None
        end = below.end
    return end


def _joined(lines: list[str]) -> str:
    out = ""
    for line in lines:
        if out:
            out += " " if out[-1] in ".:;,!?—–-" else ": "
        out += line
    return out


def _same_words(one: str, other: str) -> bool:
    left, right = (re.sub(r"\W+", "", text).casefold() for text in (one, other))
    return (
        bool(left) and bool(right) and (left == right or (len(left) > 3 and left in right and len(one) < 200))
    )


def _is_pseudo(text: str) -> bool:
    """Tell whether a line that no markup calls a heading is one: "CHAPTER XII.", "Book the First", "Prologue"."""
    if len(text) > _PSEUDO_CHARS or not _PSEUDO.match(text):
        return False
    printed = read_heading(text)
    if not printed.worded or (printed.kind is SectionKind.CHAPTER and printed.number is None):
        return False
    if printed.rest and (printed.rest[0].islower() or text.endswith((",", ";")) or text[0].islower()):
        return False
    return text[0].isupper() or text[0].isdigit()


# ---- contents ------------------------------------------------------------------------------


def _cut_contents(manuscript: Manuscript, flat: Flat, cuts: dict[int, list[Cut]]) -> None:
    path: list[tuple[int, Cut | None]] = []
    for entry in manuscript.contents:
        while path and path[-1][0] >= entry.depth:
            path.pop()
        parent = next((cut for _, cut in reversed(path) if cut is not None), None)
        line = _line_of(flat, entry.target)
        cut: Cut | None = None
        if line is not None and line < len(flat.lines):
            cut = _place(flat, cuts, line, entry.title, entry.types, parent)
        elif entry.target is None and read_heading(entry.title).kind is SectionKind.PART:
            cut = Cut(-1, -1, entry.title, listed=True, hollow=True, parent=parent)
            cut.printed = read_heading(entry.title)
        if cut is not None:
            cut.depth = 0 if parent is None else parent.depth + 1
            if parent is not None and parent.line < 0 and cut.line >= 0:
                parent.line = parent.heading_end = (
                    cut.line
                )  # a part without a page of its own begins with its first chapter
                cuts[cut.line].insert(0, parent)
        path.append((entry.depth, cut))


def _line_of(flat: Flat, target: tuple[int, str] | None) -> int | None:
    if target is None:
        return None
    document, anchor = target
    mark = flat.documents[document].anchors.get(anchor) if anchor else None
    line = flat.starts[document] + (mark.line if mark else 0)
    end = flat.starts[document] + len(flat.documents[document].lines)
    if line >= end and line > flat.starts[document]:
        return line if line < len(flat.lines) else None
    if line >= len(flat.lines) or not flat.documents[document].lines:
        return None
    # An anchor on the subtitle means the heading it belongs to.
    above = flat.headings.get(line - 1)
    if (
        line > flat.starts[document]
        and line in flat.headings
        and above is not None
        and above.end == line
        and above.start == flat.starts[document]
        and read_heading(flat.lines[line]).number is None
    ):
        return above.start
    return line


def _place(
    flat: Flat,
    cuts: dict[int, list[Cut]],
    line: int,
    title: str,
    types: frozenset[str],
    parent: Cut | None,
) -> Cut | None:
    there = cuts.get(line)
    if not there:
        cut = make_cut(flat, line, title, listed=True, types=types, parent=parent)
        cuts[line] = [cut]
        return cut
    # Two lines of the contents lead to one place: a part and its first chapter, or a title said twice.
    first = there[-1]
    for below in range(line + 1, first.heading_end):
        if below not in cuts and _same_words(flat.lines[below], title):
            cut = make_cut(flat, below, title, listed=True, types=types, parent=parent)
            cuts[below] = [cut]
            for cut_above in there:
                cut_above.heading_end = min(cut_above.heading_end, below)
            first.title = _joined(flat.lines[line:below])
            first.printed = read_heading(first.title)
            return cut
    said = read_heading(title)
    if parent is first and first.printed.kind is SectionKind.PART and (said.number is not None or title):
        first.hollow = True
        first.heading_end = line
        cut = make_cut(flat, line, title, listed=True, types=types, parent=parent)
        there.append(cut)
        return cut
    if not first.strong and said.number is not None:
        first.printed, first.title = said, title
    return first


# ---- what markup says of stretches ---------------------------------------------------------


def _cut_regions(flat: Flat, cuts: dict[int, list[Cut]]) -> list[Run]:
    starts = dict(zip(flat.starts, flat.documents, strict=True))
    runs: list[Run] = []
    nested: list[tuple[int, Cut]] = []
    for region in sorted(flat.regions, key=lambda r: (r.start, -r.end)):
        while nested and nested[-1][0] <= region.start:
            nested.pop()
        if runs and region.end <= runs[-1].end:
            continue
        there = cuts.get(region.start)
        alone = region.start in starts and region.end - region.start == len(starts[region.start].lines)
        structural = bool(region.types & STRUCTURE)
        sealed = types_are_matter(region.types if alone else region.types - LITTLE_TYPES)
        if is_note(region):
            runs.append(Run(region.start, region.end, "", frozenset(("footnotes",))))
        elif not structural and sealed is None:
            continue
        elif there:
            there[-1].types |= region.types
            nested.append((region.end, there[-1]))
        elif structural or region.start in starts:
            parent = nested[-1][1] if nested else None
            cut = make_cut(flat, region.start, types=region.types, parent=parent)
            cut.depth = parent.depth + 1 if parent else 0
            cuts[region.start] = [cut]
            nested.append((region.end, cut))
        elif sealed is not Matter.BODY:
            end = _heading_end(flat, region.start, "")
            runs.append(Run(region.start, region.end, _joined(flat.lines[region.start : end]), region.types))
        if not structural and sealed not in (None, Matter.BODY) and region.start in cuts:
            _resume(flat, cuts, region.end)
    return runs


def is_note(region: Region) -> bool:
    """Tell whether a region is a note at the foot of its chapter: taken out of it, no section by itself."""
    return bool(region.types & {"footnote", "footnotes", "endnote", "rearnote", "note"}) and not (
        region.types & {"endnotes", "backmatter"}
    )


def _resume(flat: Flat, cuts: dict[int, list[Cut]], line: int) -> None:
    # After sealed matter in the middle of a file the text that follows is a section again.
    if line < len(flat.lines) and line not in cuts and line not in flat.starts:
        cuts[line] = [make_cut(flat, line)]


def _cut_licence(flat: Flat, cuts: dict[int, list[Cut]]) -> None:
    for number, line in enumerate(flat.lines):
        if "GUTENBERG" not in line and "Gutenberg" not in line:
            continue
        if _START.search(line):
            _seal_at(flat, cuts, 0, "pg-header")
            after = number + 1
            while after < len(flat.lines) and _SMALL_PRINT.match(flat.lines[after]):
                after += 1
            _resume(flat, cuts, after)
        elif _END.match(line):
            _seal_at(flat, cuts, number, "pg-footer")


def _seal_at(flat: Flat, cuts: dict[int, list[Cut]], line: int, kind: str) -> None:
    if line not in cuts:
        cuts[line] = [make_cut(flat, line)]
    for cut in cuts[line]:
        cut.types |= {kind}


# ---- the spine -----------------------------------------------------------------------------


def _cut_documents(flat: Flat, cuts: dict[int, list[Cut]], has_contents: bool) -> None:
    listed = [line for line, there in cuts.items() if any(cut.listed for cut in there)]
    first = min(listed, default=0)
    levels = {h.level for line in listed if (h := flat.headings.get(line)) and h.sure}
    deepest = max(levels, default=6)
    any_heading = bool(flat.levels)
    for start, document in zip(flat.starts, flat.documents, strict=True):
        if not document.lines:
            continue
        said = document.types - {"bodymatter"}
        if start in cuts:
            for cut in cuts[start]:
                cut.types |= document.types
            continue
        heading = flat.headings.get(start)
        own = types_are_matter(said) is not None or not document.linear
        headed = heading is not None and heading.sure and (heading.level <= deepest or not has_contents)
        strong = _is_strong(flat, start)
        ahead = has_contents and start < first
        if own or headed or strong or ahead or (not has_contents and any_heading and start == 0):
            cut = make_cut(flat, start)
            cut.types = document.types | ({"auxiliary"} if not document.linear else frozenset())
            cuts[start] = [cut]


def _is_strong(flat: Flat, line: int) -> bool:
    text = flat.lines[line]
    return _is_pseudo(text) or (line in flat.headings and read_heading(text).number is not None)


# ---- headings ------------------------------------------------------------------------------


def _cut_headings(flat: Flat, cuts: dict[int, list[Cut]]) -> None:
    """Split stretches that hold several chapters which nothing above has found."""
    bounds = [*sorted(cuts), len(flat.lines)] if cuts else [0, len(flat.lines)]
    if bounds[0] > 0:
        bounds.insert(0, 0)
    total = sum(map(len, flat.lines)) or 1
    for start, end in zip(bounds, bounds[1:], strict=False):
        cut = cuts[start][-1] if start in cuts else None
        if cut is not None and (types_are_matter(cut.types) or title_is_matter(cut.title)):
            continue
        share = sum(map(len, flat.lines[start:end])) / total
        part = cut is not None and cut.printed.kind is SectionKind.PART and cut.strong
        trusted = cut is not None and cut.listed and not part and share < 0.5
        inside = _headings_within(flat, cut.heading_end if cut else start, end)
        if trusted or (cut is not None and cut.strong and not part):
            # A chapter that the contents name is split only at headings that say "chapter" themselves.
            inside = [h for h in inside if _says_chapter(flat, h)]
            if len(inside) < 2 or (cut is not None and cut.printed.worded and not part):
                continue
        base = 0 if cut is None else cut.depth + (1 if part else 0)
        above: list[tuple[int, Cut]] = []
        for heading in inside:
            if heading.start in cuts:
                continue
            found = make_cut(flat, heading.start)
            while above and above[-1][0] >= heading.level:
                above.pop()
            parent = above[-1][1] if above and above[-1][1].printed.kind is SectionKind.PART else None
            found.parent = parent or (cut if part else None)
            found.depth = found.parent.depth + 1 if found.parent else base
            above.append((heading.level, found))
            cuts[heading.start] = [found]


def _says_chapter(flat: Flat, heading: Heading) -> bool:
    printed = read_heading(_joined(flat.lines[heading.start : heading.end]))
    return printed.worded and (printed.number is not None or printed.kind is not SectionKind.CHAPTER)


def _headings_within(flat: Flat, start: int, end: int) -> list[Heading]:
    """Return the headings that begin sections in a stretch that has no contents tree."""
    sure = [h for h in flat.levels if start <= h.start < end]
    found = _chosen_levels(flat, sure)
    if len(found) < 2:
        unsure = [h for line, h in flat.headings.items() if start <= line < end and not h.sure]
        lines = [Heading(n, n + 1, 2, sure=False) for n in range(start, end) if _is_pseudo(flat.lines[n])]
        lines = _levelled(flat, lines)
        candidates = max((_chosen_levels(flat, unsure), lines, _numerals(flat, start, end)), key=len)
        found = candidates if len(candidates) > len(found) else found
    return _without_lists(found)


def _chosen_levels(flat: Flat, headings: list[Heading]) -> list[Heading]:
    strong: dict[int, list[Printed]] = {}
    for heading in headings:
        printed = read_heading(_joined(flat.lines[heading.start : heading.end]))
        if printed.number is not None or (printed.worded and printed.name):
            strong.setdefault(heading.level, []).append(printed)
    chapters = [
        level for level, all_of in strong.items() if any(p.kind is SectionKind.CHAPTER for p in all_of)
    ]
    worded = [
        level
        for level, all_of in strong.items()
        if sum(p.kind is SectionKind.CHAPTER and p.worded for p in all_of) > 1
    ]
    several = [level for level in chapters if len(strong[level]) > 1]
    if worded or several or chapters:
        deepest = min(worded) if worded else min(several) if several else min(chapters)
    else:
        counts: dict[int, int] = {}
        for heading in headings:
            counts[heading.level] = counts.get(heading.level, 0) + 1
        deepest = min((level for level, n in counts.items() if n > 1), default=min(counts, default=0))
    return [h for h in headings if h.level <= deepest]


def _levelled(flat: Flat, headings: list[Heading]) -> list[Heading]:
    # "PART ONE" and "CHAPTER I" look alike in plain text; their words tell which stands above.
    out = []
    for heading in headings:
        kind = read_heading(flat.lines[heading.start]).kind
        out.append(Heading(heading.start, heading.end, 1 if kind is SectionKind.PART else 2, sure=False))
    return out


def _numerals(flat: Flat, start: int, end: int) -> list[Heading]:
    """Return lines that are nothing but numbers and count up from one: how many novels head their chapters."""
    found: list[Heading] = []
    expected = 1
    for number in range(start, end):
        text = flat.lines[number]
        if len(text) > 24:
            continue
        printed = read_heading(text)
        if printed.number is None or printed.rest or printed.kind is not SectionKind.CHAPTER:
            continue
        if printed.number == expected or (printed.number == 1 and expected > 2):
            found.append(Heading(number, number + 1, 2, sure=False))
            expected = printed.number + 1
    return found if len(found) > 2 else []


def _without_lists(headings: list[Heading]) -> list[Heading]:
    # Headings with no text between them, three and more, are a printed list of contents.
    out: list[Heading] = []
    run: list[Heading] = []
    for heading in [*headings, None]:
        if heading is not None and (not run or heading.start == run[-1].end) and not heading.sure:
            run.append(heading)
            continue
        out.extend(run if len(run) < 3 else run[-1:])
        run = []
        if heading is not None:
            if heading.sure:
                out.append(heading)
            else:
                run = [heading]
    return out
