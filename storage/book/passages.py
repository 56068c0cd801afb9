"""How a reading text falls into passages, for reading, and windows, for scoring. Pure.

A *passage* (about 150 words) is what a search returns and a citation opens; passages tile the text and
each lies within one section. A *window* (about 60 words) is what search scores and embeds; windows tile
each passage. Both obey the law of the blocks they are made of: cutting the text changes nothing before
the block that the cut crosses, so a whole book's rows are the cut book's rows up to there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from storage.book.text import blocks, sentences
from storage.values import Span

Ints = npt.NDArray[np.int32]

PASSAGE_WORDS = 150
"""What a passage aims at."""

PASSAGE_ENOUGH = 120
"""A passage closes at the end of the first block that brings it to this many words."""

PASSAGE_MOST = 220
"""A block that would bring a passage past this many words is split between sentences."""

WINDOW_WORDS = 60
"""What a window aims at."""

UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"  # kana and Han
)
"""A letter of a script that is written without spaces between words."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """The passages and windows of a text, as ascending starts; each ends where the next one begins.

    `marks` tells which passages begin a block, `first_window` is the number of each passage's first window.
    """

    passages: Ints
    marks: npt.NDArray[np.bool_]
    windows: Ints
    first_window: Ints


def tile(text: str, sections: Sequence[Span], start: int = 0) -> Tiling:
    """Return how `text[start:]` falls into passages and windows; see `build_passages`."""
    marked = mark_passages(text, sections, start)
    windows = build_windows(text, [span for span, _ in marked])
    sizes = np.array([0, *(len(row) for row in windows)], np.int32)
    return Tiling(
        np.array([span.start for span, _ in marked], np.int32),
        np.array([mark for _, mark in marked], np.bool_),
        np.array([window.start for row in windows for window in row], np.int32),
        np.cumsum(sizes, dtype=np.int32)[:-1],
    )


def pieces_of(text: str, starts: Ints) -> list[str]:
    """Return the pieces of a text that begin at `starts`; the last one ends with the text."""
    edges = [*starts.tolist(), len(text)]
    return [text[begin:end] for begin, end in pairwise(edges)]


def count_words(text: str) -> int:
    """Return about how many words `text` has: its spaces, and half the letters of scripts without any."""
    words = text.count(" ") + text.count("\n") + 1
    return words if text.isascii() else words + len(UNSPACED.findall(text)) // 2


def build_passages(text: str, sections: Sequence[Span], start: int = 0) -> list[Span]:
    """Return the passages that tile `text[start:]`, in order.

    Of `sections` only the starts count: where a section ends is not known before it does. `start` is 0
    or the start of a passage that begins a block (see `first_open`); the rest comes out the same.
    """
    return [passage for passage, _ in mark_passages(text, sections, start)]


def mark_passages(text: str, sections: Sequence[Span], start: int = 0) -> list[tuple[Span, bool]]:
    """Return `build_passages`, each with whether it begins a block."""
    edges = [start, *_starts(sections, start + 1, len(text)), len(text)]
    return [
        marked for begin, end in pairwise(edges) if begin < end for marked in _of_section(text, begin, end)
    ]


def _starts(sections: Sequence[Span], low: int, high: int) -> list[int]:
    starts = sorted({section.start for section in sections})
    return starts[bisect_left(starts, low) : bisect_left(starts, high)]


def _of_section(text: str, start: int, end: int) -> Iterator[tuple[Span, bool]]:
    part = text[start:end]
    begins = [(0, True)]  # where passages begin, within the section
    words = 0  # of the passage that is still open
    closed = False
    for block in blocks(part):
        if closed:
            begins.append((block.start, True))
            closed = False
        more = count_words(part[block.start : block.end])
        if words + more > PASSAGE_MOST:
            # Not marked even where it begins a block: that the passage before it closed is owed to this one.
            begins.extend((cut, False) for cut in _splits(part, block, words, more))
            words, closed = 0, True
        else:
            words += more
            if words >= PASSAGE_ENOUGH:
                words, closed = 0, True
    for (begin, marked), (stop, _) in pairwise([*begins, (len(part), True)]):
        yield Span(start + begin, start + stop), marked


def _splits(text: str, block: Span, open_words: int, more: int) -> list[int]:
    # Looking ahead is allowed inside a block: the one that a horizon crosses is derived again.
    whole = open_words + more
    return _cuts(text, sentences(text, block), open_words, whole, max(2, round(whole / PASSAGE_WORDS)))


def _cuts(text: str, units: Sequence[Span], before: int, whole: int, pieces: int) -> list[int]:
    """Return the starts of those `units` that best divide `whole` words into `pieces`."""
    cuts: list[int] = []
    seen = before
    for unit in units:
        here = count_words(text[unit.start : unit.end])
        due = whole * (len(cuts) + 1) / pieces
        # A unit goes to the piece that holds its middle.
        if seen and len(cuts) + 1 < pieces and seen + here / 2 > due:
            cuts.append(unit.start)
        seen += here
    return cuts


def first_open(starts: Ints, begins_block: npt.NDArray[np.bool_], end: int) -> int:
    """Return the index of the first passage that a cut at `end` may change.

    It is the last passage before `end` that begins a block: whatever splits the block that the cut
    crosses lies after it, and what lies before it was settled by blocks that are complete.
    """
    index = max(0, int(np.searchsorted(starts, end)) - 1)
    while index and not begins_block[index]:
        index -= 1
    return index


def build_windows(text: str, passages: Sequence[Span]) -> list[list[Span]]:
    """Return the windows that tile each of `passages`, one list a passage, whole sentences where possible."""
    return [_windows(text, passage) for passage in passages]


def _windows(text: str, passage: Span) -> list[Span]:
    part = text[passage.start : passage.end]
    whole = count_words(part)
    pieces = round(whole / WINDOW_WORDS)
    if pieces < 2:
        return [passage]
    units = [sentence for block in blocks(part) for sentence in sentences(part, block)]
    edges = [0, *_cuts(part, units, 0, whole, pieces), len(part)]
    return [Span(passage.start + begin, passage.start + stop) for begin, stop in pairwise(edges)]
