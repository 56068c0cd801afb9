"""A message cut into pieces that a platform takes: at lines, else sentence ends, else spaces. Pure.

A platform says how long a line is as it would send it; styles are runs within a line, so no piece ends
inside one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from bot.markup import Line, Run

Measure = Callable[[Line], int]
"""How long a line is as a platform counts it, without the break after it."""

_SENTENCE_ENDS = frozenset(".!?…。！？")
_CLOSING = frozenset("\"'”’»)]")
_JOINER = "\u200d"


def utf16_units(text: str) -> int:
    """Return how long `text` is as Telegram counts: characters past U+FFFF count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(lines: Sequence[Line], limit: int, measure: Measure) -> list[list[Line]]:
    """Return `lines` in pieces of at most `limit` by `measure`, a break between lines counting one.

    Nothing is lost but white space at a cut and empty lines at the edge of a piece. Raises `ValueError` when
    `limit` has no room for one character.
    """
    pieces: list[list[Line]] = []
    piece: list[Line] = []
    used = 0
    for line in lines:
        rest: Line | None = line
        while rest is not None:
            wide = measure(rest) + (1 if piece else 0)
            if used + wide <= limit:
                piece.append(rest)
                used += wide
                rest = None
            elif piece and measure(rest) <= limit:
                pieces.append(piece)
                piece, used = [], 0
            else:
                room = limit - used - (1 if piece else 0)
                # A few words of a long line at the foot of a piece read worse than a shorter piece.
                kept = _fitting(rest, room, measure) if not piece or room >= limit // 4 else 0
                if kept:
                    head, rest = _cut(rest, kept)
                    piece.append(head)
                elif not piece:
                    raise ValueError("no room for one character")
                pieces.append(piece)
                piece, used = [], 0
    if piece:
        pieces.append(piece)
    return [piece for piece in map(_without_empty_edges, pieces) if piece]


def _fitting(line: Line, room: int, measure: Measure) -> int:
    """Return how many characters of a line to keep: the last good place to cut that has room, or 0."""
    text = line.plain
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(_cut(line, middle)[0]) <= room:
            low = middle
        else:
            high = middle - 1
    for at in range(low, low // 2, -1):
        if text[at : at + 1].isspace() and _ends_sentence(text, at):
            return at
    for at in range(low, low // 2, -1):
        if text[at : at + 1].isspace():
            return at
    for at in range(low, max(0, low - 64), -1):
        if not _inside_character(text, at):
            return at
    return low


def _ends_sentence(text: str, at: int) -> bool:
    before = at - 1
    while before >= 0 and text[before] in _CLOSING:
        before -= 1
    return before >= 0 and text[before] in _SENTENCE_ENDS


def _inside_character(text: str, at: int) -> bool:
    """Tell whether a cut at `at` would part a sign from its accents, or an emoji from its own parts."""
    if at >= len(text):
        return False
    after = text[at]
    return (
        _JOINER in (after, text[at - 1])
        or unicodedata.combining(after) > 0
        or unicodedata.category(after) in ("Mn", "Me")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


def _cut(line: Line, at: int) -> tuple[Line, Line | None]:
    """Return a line as two, white space at the cut left out; None when nothing is left."""
    head: list[Run] = []
    tail: list[Run] = []
    position = 0
    for run in line.runs:
        here = min(max(at - position, 0), len(run.text))
        position += len(run.text)
        if run.text[:here]:
            head.append(Run(run.text[:here], run.style))
        if run.text[here:]:
            tail.append(Run(run.text[here:], run.style))
    while tail and not tail[0].text.strip():
        tail.pop(0)
    if tail:
        tail[0] = Run(tail[0].text.lstrip(), tail[0].style)
    return Line(line.kind, tuple(head)), Line(line.kind, tuple(tail)) if tail else None


def _without_empty_edges(piece: list[Line]) -> list[Line]:
    while piece and not piece[-1].plain.strip():
        piece.pop()
    while piece and not piece[0].plain.strip():
        piece.pop(0)
    return piece
