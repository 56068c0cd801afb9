"""Which blocks of a PDF are headings, told by their words, their size and the room around them. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from storage.ingest.numbering import Heading, read_heading
from storage.ingest.pdf.paragraphs import Block
from storage.values import SectionKind

_LONGEST_CHARS = 120
_BIG = 1.15
_SMALL = 0.9
_ROOMY = 1.7  # times the usual distance above it
_ENDS_SENTENCE = (".", ",", ";", "”", "’", '"', ")")
_CONTENTS_LINE = re.compile(r"(?:(?:\s*[.·•…_]){3,}\s*\S{0,6}|\s\d{1,4}|\s[ivxlc]{1,7})$")
_CONTENTS_ENDS = frozenset("0123456789.·•…_ivxlcIVXLC")
_LEADERS = re.compile(r"(?:\s*[.·•…_]){4,}")
_CONTENTS_TITLE = re.compile(r"(?:table of )?contents", re.IGNORECASE)


class Level(IntEnum):
    """How high a heading stands."""

    PART = 1
    CHAPTER = 2


@dataclass(frozen=True, slots=True)
class Found:
    """The blocks `[start, end)` that are one heading."""

    start: int
    end: int
    level: Level


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: int
    heading: Heading
    big: bool
    size: float


def usual_size(blocks: Sequence[Block]) -> float:
    """Return the letter height of most of the text, in points."""
    weights: Counter[int] = Counter()
    for block in blocks:
        weights[int(2 * block.size + 0.5)] += len(block.text)
    return max(weights, key=lambda size: (weights[size], -size), default=20) / 2


def contents_pages(blocks: Sequence[Block]) -> frozenset[int]:
    """Return the pages that list the contents: most of their lines end in dots or a page number."""
    by_page: dict[int, list[Block]] = {}
    for block in blocks:
        by_page.setdefault(block.page, []).append(block)
    found: set[int] = set()
    for page, own in by_page.items():
        listed = sum(_is_contents_line(block.text) for block in own)
        titled = any(len(b.text) < 24 and _CONTENTS_TITLE.fullmatch(b.text) for b in own[:2])
        most = len(own) // 2 if titled or page - 1 in found else 4 * len(own) // 5
        if (listed >= 3 and listed >= most) or (titled and len(own) > 1):
            prose = any(len(block.text) >= 300 and not _LEADERS.search(block.text) for block in own)
            found.update(() if prose else (page,))
    return frozenset(found)


def _is_contents_line(text: str) -> bool:
    return text[-1] in _CONTENTS_ENDS and len(text) < 160 and _CONTENTS_LINE.search(text) is not None


def find_headings(blocks: Sequence[Block], skipped: frozenset[int]) -> list[Found]:
    """Return the headings of chapters and parts in order, leaving out the pages `skipped`.

    A book that words its headings ("Chapter 7") or numbers them is taken at its word; only in others
    is size alone enough.
    """
    body = usual_size(blocks)
    candidates = [
        candidate
        for place, block in enumerate(blocks)
        if block.page not in skipped and len(block.text) <= _LONGEST_CHARS
        if (candidate := _candidate(place, block, body)) is not None
    ]
    worded = [c for c in candidates if c.heading.worded]
    chapters = [c for c in worded if c.heading.kind is not SectionKind.PART]
    parts = [c for c in worded if c.heading.kind is SectionKind.PART]
    numbered = sum(c.heading.number is not None for c in chapters)
    if numbered < 2:
        chapters += _counted([c for c in candidates if c.heading.number is not None and not c.heading.worded])
    if sum(c.heading.number is not None for c in chapters) < 2:
        chapters, parts = (
            (chapters + parts, []) if len(parts) > 1 else (_by_size(candidates, chapters), parts)
        )
    else:
        largest = max(c.size for c in chapters)
        # An unnumbered chapter among numbered ones ("A Note", "Coda") is set like them.
        chapters += [c for c in candidates if c.big and not c.heading.name and c.size >= 0.97 * largest]
    chosen = {c.place: Level.PART for c in parts} | {c.place: Level.CHAPTER for c in chapters}
    return _with_titles(blocks, chosen, body)


def _candidate(place: int, block: Block, body: float) -> _Candidate | None:
    text = block.text
    big = block.size >= _BIG * body
    apart = block.opens_page or block.gap >= _ROOMY or block.centred
    small = block.size < _SMALL * body  # the marks of notes
    if small or block.lines > 3 or not (big or apart or text.isupper()):
        return None
    heading = read_heading(text)
    if heading.name:
        prose = heading.rest[:1].islower() or (heading.rest and not big and text.endswith(_ENDS_SENTENCE[:3]))
        return None if prose else _Candidate(place, heading, big, block.size)
    if big and (apart or text.isupper() or block.size > 1.3 * body):
        letters = sum(char.isalpha() for char in text)
        if letters >= 2 and not text.endswith(_ENDS_SENTENCE[:3]):
            return _Candidate(place, heading, big, block.size)
    return None


def _counted(numbers: list[_Candidate]) -> list[_Candidate]:
    """Return bare numbers if they count: mostly one more than the last, or one again."""
    if len(numbers) < 2:
        return []
    values = [c.heading.number or 0 for c in numbers]
    steps = sum(later in (earlier + 1, 1) for earlier, later in pairwise(values))
    return numbers if values[0] <= 2 and 4 * steps >= 3 * (len(values) - 1) else []


def _by_size(candidates: list[_Candidate], worded: list[_Candidate]) -> list[_Candidate]:
    sizes = Counter(round(c.size) for c in candidates if c.big and not c.heading.name)
    usual = [size for size, count in sizes.items() if count >= 2]
    if not usual:
        return worded
    size = max(usual)
    return worded + [
        c for c in candidates if c.big and not c.heading.worded and abs(round(c.size) - size) <= 1
    ]


def _with_titles(blocks: Sequence[Block], chosen: dict[int, Level], body: float) -> list[Found]:
    found: list[Found] = []
    for place in sorted(chosen):
        if found and place < found[-1].end:
            continue
        end = place + 1
        alone = not read_heading(blocks[place].text).rest
        while end < len(blocks) and end - place < 4 and chosen.get(end, chosen[place]) == chosen[place]:
            if read_heading(blocks[end].text).name or not _is_title(blocks, end, body, alone):
                break
            alone = False
            end += 1
        found.append(Found(place, end, chosen[place]))
    return found


def _is_title(blocks: Sequence[Block], place: int, body: float, alone: bool) -> bool:
    """Tell whether a block goes on with the heading above it."""
    block, above = blocks[place], blocks[place - 1]
    if block.page != above.page or block.turns or len(block.text) > _LONGEST_CHARS or block.lines > 3:
        return False
    if block.size >= _BIG * body:
        return block.size >= 0.8 * above.size or alone
    set_off = block.text.isupper() or block.centred
    return alone and set_off and not block.text.endswith(_ENDS_SENTENCE) and block.gap >= 1
