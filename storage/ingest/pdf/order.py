"""The reading order of one page: columns, lines, and the pieces of a line, by their place. Pure.

PDFs draw text in any order; most draw it in reading order, and such a page is left as it is.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from storage.ingest.pdf.layout import Line

_BIN_POINTS = 3.0
_MAX_COLUMN_DEPTH = 3
_OVERFULL = 1.5  # times the line's height that a line may reach over the gutter
_CLOSE = 0.9  # of the line's height: wider than the space between words, narrower than a gutter


def columns(lines: list[Line]) -> list[list[Line]]:
    """Return the columns of a page in reading order, each with its lines from top to bottom.

    A line that spans the columns above and below it is a column of its own.
    """
    runs = _falling_runs(lines)
    if len(runs) == 1 or _stand_side_by_side(runs):
        return runs
    pieces = _side_by_side(_without_twins(lines))
    return [joined for part in _split(pieces, 0) if (joined := _lines_of(part))]


def _falling_runs(lines: list[Line]) -> list[list[Line]]:
    # Stretches in which every line lies below the one before.
    runs: list[list[Line]] = [[]]
    bottom = float("inf")
    for line in lines:
        if line.bottom > bottom - 0.5 * line.size:
            runs.append([])
        runs[-1].append(line)
        bottom = line.bottom
    return runs


def _stand_side_by_side(runs: list[list[Line]]) -> bool:
    # Columns drawn one after the other: each wholly to the right of the one before; the last may be short.
    if len(runs) > 3 or any(len(run) < 4 for run in runs[:-1]) or len(runs[0][0].text) < 2:
        return False
    edges = [(min(line.left for line in run), max(line.right for line in run)) for run in runs]
    slack = _OVERFULL * runs[0][-1].size
    if any(later[0] < earlier[1] - slack for earlier, later in pairwise(edges)):
        return False
    widths = [right - left for left, right in edges]
    return min(widths) > 0.5 * max(widths) or (len(runs[-1]) < 4 and edges[0][1] < edges[-1][0])


def _without_twins(lines: list[Line]) -> list[Line]:
    # Bold is at times faked by drawing the same text twice, a hair apart.
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for line in lines:
        key = (line.text, round(line.left / 2), round(line.bottom / 2))
        if key not in seen:
            seen.add(key)
            kept.append(line)
    return kept


def _split(lines: list[Line], depth: int) -> list[list[Line]]:
    gutter = _gutter(lines) if depth < _MAX_COLUMN_DEPTH else None
    if gutter is None:
        return [lines]
    low, high = gutter
    left = [line for line in lines if line.left < low and line.right <= high + _OVERFULL * line.size]
    right = [line for line in lines if line.left >= low]
    spanning = sorted(
        (line for line in lines if line.left < low and line.right > high + _OVERFULL * line.size),
        key=lambda line: -line.bottom,
    )
    bands: list[list[Line]] = []
    ceiling = float("inf")
    for floor in [*(line.bottom for line in spanning), float("-inf")]:
        for side in (left, right):
            part = [line for line in side if floor <= line.bottom < ceiling]
            if part:
                bands.extend(_split(part, depth + 1))
        bands.extend([line] for line in spanning if line.bottom == floor)
        ceiling = floor
    return bands


def _gutter(lines: list[Line]) -> tuple[float, float] | None:
    """Return the strip of white between two columns of like width, or None."""
    if len(lines) < 8:
        return None
    start, stop = min(line.left for line in lines), max(line.right for line in lines)
    size = median(line.size for line in lines)
    count = int((stop - start) / _BIN_POINTS) + 1
    if count < 12 or count > 4_000:
        return None
    covered = [0] * (count + 1)
    for line in lines:
        covered[int((line.left - start) / _BIN_POINTS)] += 1
        covered[min(int((line.right - start) / _BIN_POINTS) + 1, count)] -= 1
    depth, few = 0, len(lines) * 0.15
    run = best = (0, 0)
    for at, change in enumerate(covered[:count]):
        depth += change
        if count * 0.25 <= at <= count * 0.75 and depth <= few:
            run = (run[0], at + 1) if run[1] == at else (at, at + 1)
            best = max(best, run, key=lambda span: span[1] - span[0])
    low, high = start + best[0] * _BIN_POINTS, start + best[1] * _BIN_POINTS
    if high - low < max(2 * _BIN_POINTS, 0.4 * size):
        return None
    left = [line for line in lines if line.right <= high]
    right = [line for line in lines if line.left >= low]
    return (low, high) if _are_columns(left, right) else None


def _are_columns(left: list[Line], right: list[Line]) -> bool:
    if min(len(left), len(right)) < 4:
        return False
    for side in (left, right):
        width = max(line.right for line in side) - min(line.left for line in side)
        if median(line.right - line.left for line in side) < 0.5 * width:
            return False
        if median(len(line.text) for line in side) < 8:
            return False
    top = min(max(line.bottom for line in side) for side in (left, right))
    foot = max(min(line.bottom for line in side) for side in (left, right))
    return top > foot


def _lines_of(pieces: list[Line]) -> list[Line]:
    """Return the lines of one column from top to bottom, made of pieces in any order."""
    rest, capitals = _drop_capitals(pieces)
    lines = [_join(row) if len(row) > 1 else row[0] for row in _rows(rest)]
    for capital in capitals:
        _put_capital(lines, capital)
    return lines


def _rows(pieces: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda line: (-line.bottom, line.left)):
        row = rows[-1] if rows else None
        if row and row[0].bottom - piece.bottom <= 0.4 * min(row[0].size, piece.size):
            row.append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _side_by_side(pieces: list[Line]) -> list[Line]:
    """Join what stands closer together than columns do: single glyphs and words to stretches of a line."""
    joined = []
    for row in _rows(pieces):
        start = 0
        for at in range(1, len(row) + 1):
            if at == len(row) or row[at].left - row[at - 1].right > _CLOSE * row[at].size:
                joined.append(_join(row[start:at]) if at - start > 1 else row[start])
                start = at
    return joined


def _join(row: list[Line]) -> Line:
    text, previous = row[0].text, row[0]
    for piece in row[1:]:
        gap = piece.left - previous.right
        text += (" " if gap > 0.17 * min(piece.size, previous.size) else "") + piece.text
        previous = piece
    widest = max(row, key=lambda line: len(line.text))
    return Line(text, row[0].left, max(p.right for p in row), widest.bottom, widest.size, row[-1].hyphen)


def _drop_capitals(pieces: list[Line]) -> tuple[list[Line], list[Line]]:
    if len(pieces) < 3:
        return pieces, []
    tall = 1.7 * median(line.size for line in pieces)
    capitals = [
        line for line in pieces if line.size >= tall and len(line.text) <= 2 and line.text[:1].isalpha()
    ]
    return [line for line in pieces if line not in capitals] if capitals else pieces, capitals


def _put_capital(lines: list[Line], capital: Line) -> None:
    top = capital.bottom + capital.size
    beside = [
        at
        for at, line in enumerate(lines)
        if line.left >= capital.right - 2 and capital.bottom - line.size <= line.bottom <= top
    ]
    if not beside:
        lines.append(capital)
        lines.sort(key=lambda line: -line.bottom)
        return
    line = lines[beside[0]]
    gap = line.left - capital.right
    lines[beside[0]] = line._replace(text=capital.text + (" " if gap > 0.35 * line.size else "") + line.text)
    for at in beside:
        # What stands beside the letter is no indented line.
        lines[at] = lines[at]._replace(left=capital.left)
