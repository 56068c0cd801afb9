"""Sections told by headings alone, where neither contents tree nor spine has found them. Pure.

Marked-up headings first; then lines that look like headings: by their class, by "Chapter XII", or by
being numbers that count up from one.
"""

from __future__ import annotations

from itertools import pairwise

from storage.ingest.cuts import Cut, Flat, is_pseudo, make_cut
from storage.ingest.manuscript import Heading
from storage.ingest.matter import types_are_matter
from storage.ingest.numbering import Heading as Printed
from storage.values import SectionKind

_LARGE_SHARE = 0.5  # of the whole text: contents that name one place for so much of it leave something out


def cut_headings(flat: Flat, cuts: dict[int, list[Cut]]) -> None:
    """Split stretches that hold several chapters which neither contents nor spine have told apart."""
    bounds = sorted({0, *cuts, len(flat.lines)})
    total = sum(map(len, flat.lines)) or 1
    for start, end in pairwise(bounds):
        cut = cuts[start][-1] if start in cuts else None
        if cut is not None and (types_are_matter(cut.types) or flat.matter_of(cut.title)):
            continue
        parent = None
        if cut is None or not cut.listed:
            inside = _headings_within(flat, start, end)
        else:
            large = sum(map(len, flat.lines[start:end])) > total * _LARGE_SHARE
            inside = _below_listed(flat, cut, end, large)
            parent = None if large and not cut.is_part else cut
        for heading in inside:
            flat.headings.setdefault(heading.start, heading)
            found = make_cut(flat, heading.start, parent=parent)
            known = cuts.setdefault(heading.start, [found])[-1]
            if known.heading_end == known.line:  # a file that begins with a line nobody took for a heading
                known.heading_end, known.title, known.printed = found.heading_end, found.title, found.printed


def _below_listed(flat: Flat, cut: Cut, end: int, large: bool) -> list[Heading]:
    """Return the headings that split a section which the contents name: few, for the contents are trusted."""
    if cut.is_part or (large and not cut.strong):
        return _headings_within(flat, cut.heading_end, end)
    inside = flat.sure_headings(cut.heading_end, end)
    own = flat.headings.get(cut.line)
    if large and own is not None:
        # It holds half the book: chapters that are set as it is set itself are its equals, left out.
        equals = [h for h in inside if h.level == own.level and flat.printed(h).number is not None]
        if equals:
            return equals
    chapters = [h for h in inside if _says_chapter(flat, h)]
    return chapters if len(chapters) > 1 and not cut.printed.worded else []


def _says_chapter(flat: Flat, heading: Heading) -> bool:
    printed = flat.printed(heading)
    return printed.worded and (printed.number is not None or printed.kind is not SectionKind.CHAPTER)


def _headings_within(flat: Flat, start: int, end: int) -> list[Heading]:
    """Return the headings that begin sections in a stretch that has no contents tree."""
    found = _chosen_levels(flat, flat.sure_headings(start, end))
    if len(found) < 2:
        unsure = [h for line, h in flat.headings.items() if start <= line < end and not h.sure]
        lines = [Heading(n, n + 1, 2, sure=False) for n in range(start, end) if is_pseudo(flat.lines[n])]
        lines = _levelled(flat, lines)
        candidates = max((_chosen_levels(flat, unsure), lines, _numerals(flat, start, end)), key=len)
        found = candidates if len(candidates) > len(found) else found
    return _without_lists(found)


def _chosen_levels(flat: Flat, headings: list[Heading]) -> list[Heading]:
    strong: dict[int, list[Printed]] = {}
    for heading in headings:
        printed = flat.printed(heading)
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
        kind = flat.read(flat.lines[heading.start]).kind
        out.append(Heading(heading.start, heading.end, 1 if kind is SectionKind.PART else 2, sure=False))
    return out


def _numerals(flat: Flat, start: int, end: int) -> list[Heading]:
    """Return lines that are nothing but numbers, counting up from one: so many novels head their chapters."""
    found: list[Heading] = []
    expected = 1
    for number in range(start, end):
        text = flat.lines[number]
        if len(text) > 24:
            continue
        printed = flat.read(text)
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
