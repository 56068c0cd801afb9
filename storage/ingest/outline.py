"""Where the sections of a manuscript begin: contents tree first, then the spine, then headings. Pure.

The result is a list of cuts in reading order. What kind of section follows a cut, and whether it is
sealed, is decided in chapters.py and matter.py.
"""

from __future__ import annotations

import re

from storage.ingest.cuts import (
    Cut,
    Flat,
    Run,
    heading_end_at,
    heading_run_end,
    is_pseudo,
    joined,
    make_cut,
    same_words,
)
from storage.ingest.headings import cut_headings
from storage.ingest.manuscript import Manuscript, Region
from storage.ingest.matter import LITTLE_TYPES, types_are_matter
from storage.values import Matter, SectionKind

STRUCTURE = frozenset("part volume division chapter prologue epilogue interlude prelude".split())
"""Words of epub:type for the sections that a story is made of."""
_START = re.compile(r"\*{3}\s*START OF (?:THE|THIS) PROJECT GUTENBERG", re.IGNORECASE)
_END = re.compile(r"(?:\*{3}\s*)?END OF (?:THE |THIS )?PROJECT GUTENBERG", re.IGNORECASE)
_SMALL_PRINT = re.compile(
    r"(?:This e-?(?:book|text) was|Produced by|E-?text prepared|Transcribed from)\b", re.IGNORECASE
)


def outline(manuscript: Manuscript, flat: Flat) -> tuple[list[Cut], list[Run]]:
    """Return where sections begin, in order, the first at line 0; and the sealed runs inside them."""
    cuts: dict[int, list[Cut]] = {}
    _cut_contents(manuscript, flat, cuts)
    runs = _cut_regions(flat, cuts)
    _cut_licence(flat, cuts)
    _cut_documents(flat, cuts, bool(manuscript.contents))
    cut_headings(flat, cuts)
    runs = _settle(flat, cuts, runs)
    ordered = [cut for line in sorted(cuts) for cut in cuts[line]]
    if not ordered or ordered[0].line > 0:
        ordered.insert(0, make_cut(flat, 0))
    _nest(flat, ordered)
    return ordered, runs


# ---- contents ------------------------------------------------------------------------------


def _cut_contents(manuscript: Manuscript, flat: Flat, cuts: dict[int, list[Cut]]) -> None:
    path: list[tuple[int, Cut | None]] = []
    for entry in manuscript.contents:
        while path and path[-1][0] >= entry.depth:
            path.pop()
        parent = next((cut for _, cut in reversed(path) if cut is not None), None)
        line = _line_of(flat, entry.target, entry.title)
        cut: Cut | None = None
        if line is not None and line < len(flat.lines):
            cut = _place(flat, cuts, line, entry.title, entry.types, parent)
        elif entry.target is None and flat.read(entry.title).kind is SectionKind.PART:
            cut = Cut(-1, -1, entry.title, listed=True, hollow=True, parent=parent)
            cut.printed = flat.read(entry.title)
        if cut is not None and parent is not None and parent.line < 0 <= cut.line:
            # A part without a page of its own begins with its first chapter.
            parent.line = parent.heading_end = cut.line
            cuts[cut.line].insert(0, parent)
        path.append((entry.depth, cut))


def _line_of(flat: Flat, target: tuple[int, str] | None, title: str) -> int | None:
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
        and flat.read(flat.lines[line]).number is None
        and not same_words(flat.lines[line], title)
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
    for below in range(line + 1, heading_run_end(flat, line)):
        if below not in cuts and same_words(flat.lines[below], title):
            cut = make_cut(flat, below, title, listed=True, types=types, parent=parent)
            cuts[below] = [cut]
            for cut_above in there:
                cut_above.heading_end = min(cut_above.heading_end, below)
            first.title = joined(flat.lines[line:below])
            first.printed = flat.read(first.title)
            return cut
    said = flat.read(title)
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
            cuts[region.start] = [cut]
            nested.append((region.end, cut))
        elif sealed is not Matter.BODY:
            end = heading_end_at(flat, region.start, "")
            runs.append(Run(region.start, region.end, joined(flat.lines[region.start : end]), region.types))
        if not structural and sealed not in (None, Matter.BODY) and region.start in cuts:
            _resume(flat, cuts, region.end)
    return runs


def _settle(flat: Flat, cuts: dict[int, list[Cut]], runs: list[Run]) -> list[Run]:
    """Return the runs that stay runs: one that begins with a heading is a section; none has one inside."""
    kept = []
    for run in runs:
        for line in [line for line in cuts if run.start < line < run.end]:
            del cuts[line]
        if run.start in cuts and not is_note(Region(run.start, run.end, run.types)):
            cuts[run.start][-1].types |= run.types
            _resume(flat, cuts, run.end)
        else:
            kept.append(run)
    return kept


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
    for number in [number for number, line in enumerate(flat.lines) if line[0] in "*E"]:
        line = flat.lines[number]
        if _START.match(line):
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
    return is_pseudo(text) or (line in flat.headings and flat.read(text).number is not None)


# ---- parts ---------------------------------------------------------------------------------

_RANKS = (
    "volume vol tome tom том band",
    "book livre libro buch boek bok книга",
    "part partie parte teil del deel",
)


def _nest(flat: Flat, cuts: list[Cut]) -> None:
    """Give chapters that follow a part's page to that part, where the contents do not say otherwise."""
    with_children = {id(cut.parent) for cut in cuts if cut.listed and cut.parent is not None}
    parts: list[Cut] = []
    for cut in cuts:
        if types_are_matter(cut.types) in (Matter.FRONT, Matter.BACK):
            continue
        if cut.parent is not None:
            parts = [above for above in _line_of_parents(cut) if above.is_part]
        elif cut.is_part:
            while parts and not _is_below(flat, cut, parts[-1]):
                parts.pop()
            cut.parent = parts[-1] if parts else None
        elif parts:
            outside = cut.listed and id(parts[-1]) in with_children
            plain = cut.printed.kind is SectionKind.CHAPTER and not flat.matter_of(cut.title)
            if outside or _level(flat, cut) < _level(flat, parts[-1]):
                parts = []
            elif plain:
                cut.parent = parts[-1]
            elif cut.printed.kind is SectionKind.EPILOGUE:
                parts = []
        if cut.is_part:
            parts.append(cut)


def _line_of_parents(cut: Cut) -> list[Cut]:
    above: list[Cut] = []
    parent = cut.parent
    while parent is not None:
        above.insert(0, parent)
        parent = parent.parent
    return above


def _level(flat: Flat, cut: Cut) -> int:
    heading = flat.headings.get(cut.line)
    return heading.level if heading is not None and heading.sure else 6


def _is_below(flat: Flat, cut: Cut, part: Cut) -> bool:
    own, above = _level(flat, cut), _level(flat, part)
    return own > above if own != above else _rank(cut) > _rank(part)


def _rank(cut: Cut) -> int:
    words = cut.printed.name.lower().split()
    return next((n for n, rank in enumerate(_RANKS) if set(words) & set(rank.split())), len(_RANKS))
