"""Running heads and page numbers: found by what repeats at one height, and taken out. Pure."""

from __future__ import annotations

import re
from collections import Counter
from operator import attrgetter

from storage.ingest.numbering import printed_number
from storage.ingest.pdf.layout import Line, Page

_EDGE_ROWS = 2
"""So many rows at the head and at the foot of a page may be furniture."""

_SAME_ROW_POINTS = 2.5
_LONGEST_CHARS = 120
_NUMBER = re.compile(r"[-–—\[(|•·\s]*(?:page\s+)?(\d{1,4}|[ivxlc]{1,7})[-–—\])|•·.\s]*", re.IGNORECASE)
_EDGE_NUMBER = re.compile(r"^(?:page\s+)?(\d{1,4})\b|\b(\d{1,4})$", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W\d_]+")

_BOTTOM, _LEFT = attrgetter("bottom"), attrgetter("left")

_Row = tuple[int, int, list[Line]]  # place of the page in the list, height, pieces from left to right


def take_furniture(pages: list[Page]) -> list[list[str]]:
    """Remove running heads and page numbers from `pages`; return what was removed from each, as texts.

    A row goes when most rows at its height say what others there say too, or count the pages.
    """
    body = usual_size(pages)
    rows = [
        row
        for place, page in enumerate(pages)
        for row in _edge_rows(place, page.lines)
        if max(line.size for line in row[2]) <= 1.15 * body
    ]
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


def _edge_rows(place: int, lines: list[Line]) -> list[_Row]:
    found: list[_Row] = []
    by_height = sorted(lines, key=_BOTTOM)
    for ordered in (by_height, by_height[::-1]):
        rows: list[list[Line]] = []
        for line in ordered:
            if rows and abs(rows[-1][0].bottom - line.bottom) <= _SAME_ROW_POINTS:
                rows[-1].append(line)
            elif len(rows) == _EDGE_ROWS:
                break
            else:
                rows.append([line])
        found += [
            (place, round(row[0].bottom), row if len(row) == 1 else sorted(row, key=_LEFT)) for row in rows
        ]
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
