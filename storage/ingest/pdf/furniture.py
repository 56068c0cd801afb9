"""Running heads and page numbers: found by what repeats at one height, and taken out. Pure."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from operator import attrgetter

from storage.ingest.numbering import printed_number
from storage.ingest.pdf.layout import Line, Page

_EDGE_ROWS = 2
"""So many rows at the head and at the foot of a page may be furniture."""

_SAME_ROW_POINTS = 2.5
_APART = 1.25  # times the usual distance between lines
_PITCH_PAGES = 24
_LONGEST_CHARS = 120
_NUMBER = re.compile(r"[-–—\[(|•·\s]*(?:page\s+)?(\d{1,4}|[ivxlc]{1,7})[-–—\])|•·.\s]*", re.IGNORECASE)
_EDGE_NUMBER = re.compile(r"^(?:page\s+)?(\d{1,4})\b|\b(\d{1,4})$", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W\d_]+")

_BOTTOM, _LEFT = attrgetter("bottom"), attrgetter("left")

_Row = tuple[int, int, list[Line]]  # place of the page in the list, height, pieces from left to right


def take_furniture(pages: list[Page]) -> list[list[str]]:
    """Remove running heads and page numbers from `pages`; return what was removed from each, as texts.

    A row goes when it stands apart from the text and most rows at its height say what others there say
    too, or count the pages.
    """
    body = usual_size(pages)
    apart = _APART * _usual_pitch(pages, body)
    rows = [row for place, page in enumerate(pages) for row in _edge_rows(place, page.lines, apart)]
    rows = [row for row in rows if max(line.size for line in row[2]) <= 1.15 * body]
    keys_of = [_keys(row) for row in rows]
    keys = Counter(key for own in keys_of for key in own)
    enough = 3 if len(pages) > 3 else 2
    total: Counter[int] = Counter()
    repeated: Counter[int] = Counter()
    for (_, height, _), own in zip(rows, keys_of, strict=True):
        total[height] += 1
        repeated[height] += any(keys[key] >= enough for key in own)
    heights = {
        height
        for height in total
        if 2 * sum(repeated[h] for h in _around(height)) > sum(total[h] for h in _around(height))
    }
    removed: list[list[str]] = [[] for _ in pages]
    doomed: list[set[int]] = [set() for _ in pages]
    for place, height, pieces in rows:
        if height in heights and all(len(line.text) <= _LONGEST_CHARS for line in pieces):
            removed[place].extend(line.text for line in pieces)
            doomed[place].update(id(line) for line in pieces)
    for page, gone in zip(pages, doomed, strict=True):
        if gone and len(gone) < len(page.lines):
            page.lines = [line for line in page.lines if id(line) not in gone]
    return removed


def _around(height: int) -> range:
    return range(height - 1, height + 2)


def usual_size(pages: list[Page]) -> float:
    """Return the height of the lines that hold most of the text, in points."""
    weights: Counter[int] = Counter()
    for page in pages:
        for line in page.lines:
            weights[int(2 * line.size + 0.5)] += len(line.text)
    return max(weights, key=lambda size: (weights[size], size), default=20) / 2


def _usual_pitch(pages: list[Page], body: float) -> float:
    steps: Counter[int] = Counter()
    for page in pages[:: max(1, len(pages) // _PITCH_PAGES)]:
        heights = sorted(line.bottom for line in page.lines)
        steps.update(
            int(2 * (above - below) + 0.5) for below, above in pairwise(heights) if above - below > 2
        )
    return max(steps, key=lambda step: (steps[step], -step), default=int(2.4 * body)) / 2


def _edge_rows(place: int, lines: list[Line], apart: float) -> list[_Row]:
    """Return the rows at the head and foot of a page that a wide strip of white parts from the text."""
    by_height = sorted(lines, key=_BOTTOM)
    found: list[_Row] = []
    for ordered in (by_height, by_height[::-1]):
        rows: list[list[Line]] = []
        kept = 0
        for line in ordered:
            step = abs(rows[-1][0].bottom - line.bottom) if rows else 0.0
            if rows and step <= _SAME_ROW_POINTS:
                rows[-1].append(line)
                continue
            if step > apart:
                kept = len(rows)
            if len(rows) > _EDGE_ROWS:
                break
            rows.append([line])
        # All of a page cannot be furniture: the text is what the white strip parts it from.
        edge = rows[: min(kept, _EDGE_ROWS)]
        found += [(place, round(row[0].bottom), sorted(row, key=_LEFT)) for row in edge]
    return found


def _keys(row: _Row) -> set[str]:
    """Return what makes a row the same as another: its letters and height, or how it counts the pages."""
    place, height, pieces = row
    text = " ".join(line.text for line in pieces)
    number = _NUMBER.fullmatch(text)
    if number:
        value = printed_number(number.group(1))
        return set() if value is None else {f"{value - place}#"}
    # Letters alone: the number inside a running head changes from page to page.
    letters = _NOT_LETTERS.sub("", text).casefold()
    return {f"{letters}@{height // 3}", f"{letters}@{(height + 2) // 3}"} if letters else set()


def page_numbers(texts: list[str]) -> list[tuple[str, int]]:
    """Return the page numbers that the furniture of one page may tell, as printed and as a value."""
    found: list[str] = []
    for text in texts:
        whole = _NUMBER.fullmatch(text)
        found += [whole.group(1)] if whole else []
    for text in texts:
        found += [first or last for first, last in _EDGE_NUMBER.findall(text)]
    values = [(text, printed_number(text)) for text in dict.fromkeys(found)]
    return [(text, value) for text, value in values if value is not None]
