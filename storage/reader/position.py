"""Where a reader is in one book, and what each move makes of it. Pure: decides, stores nothing.

Two marks (S2): *furthest* is what the reader has confirmed to have read, *current* where they are now. A
vague place counts at its low end; its high end is kept for a one-tap raise (S3). All offsets are code points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from storage.values import PlaceHow, PlaceMatch


class Mode(StrEnum):
    """How the book is read: for the first time, or again as a first reader, bounded by `current`."""

    NORMAL = "normal"
    REREAD = "reread"


class Purpose(StrEnum):
    """What a horizon is for (S2)."""

    QUESTION = "question"
    RECAP = "recap"


class DownReason(StrEnum):
    """Why a reader goes back (S5)."""

    MISTAKE = "mistake"
    REREAD = "reread"
    LOOK_BACK = "look_back"


@dataclass(frozen=True, slots=True)
class Position:
    """The marks of one reader in one book; both are None until a place is stated.

    `raise_to` is the high end of the place last stated, None when that was exact. While `finished`, the
    marks before it are kept, so that un-finishing restores them (S7).
    """

    furthest: int | None = None
    current: int | None = None
    raise_to: int | None = None
    mode: Mode = Mode.NORMAL
    finished: bool = False
    furthest_unfinished: int | None = None
    current_unfinished: int | None = None

    def end_for(self, purpose: Purpose) -> int | None:
        """Return the end of what may be used, None while no place is known."""
        if purpose is Purpose.RECAP or self.mode is Mode.REREAD:
            return self.current
        return self.furthest


def moved_to(position: Position, match: PlaceMatch) -> Position | None:
    """Return the position after a reader stated `match`; None when it lies back: they must say why (S5)."""
    if position.furthest is None or position.current is None or match.start > position.furthest:
        return _raised(position, match.start, _high_end(match))
    if match.start <= position.furthest < match.end:
        # "Chapter 7", and already known to be inside it: nothing to seal, nothing to raise.
        inside = match.start <= position.current <= match.end and position.mode is Mode.NORMAL
        current = position.current if inside else match.start
        return _settled(replace(position, current=current, raise_to=match.end))
    if match.start >= position.current or position.mode is Mode.REREAD:
        # A reread moves both ways below what was read; so does one who only looked back, upwards.
        return _settled(replace(position, current=match.start, raise_to=_high_end(match)))
    return None


def moved_down(position: Position, match: PlaceMatch, reason: DownReason) -> Position:
    """Return the position after a reader went back to `match` for `reason`; it never goes further (S4)."""
    bound = position.end_for(Purpose.QUESTION)
    if bound is None or match.start >= bound:
        return position
    back = replace(position, current=match.start, raise_to=_high_end(match))
    match reason:
        case DownReason.MISTAKE:
            return Position(match.start, match.start, _high_end(match))
        case DownReason.REREAD:
            return replace(back, mode=Mode.REREAD)
        case DownReason.LOOK_BACK:
            return back


def widened(position: Position) -> Position:
    """Return the position after the one-tap raise of a vague place to its high end (S3)."""
    if position.raise_to is None or position.furthest is None:
        return position
    high = position.raise_to
    if high > position.furthest:
        return _raised(position, high, None)
    return _settled(replace(position, current=high, raise_to=None))


def finished(position: Position, text_end: int) -> Position:
    """Return the position of one who has read all `text_end` code points (S7)."""
    if position.finished:
        return replace(position, mode=Mode.NORMAL, current=text_end, furthest=text_end, raise_to=None)
    return Position(
        text_end,
        text_end,
        finished=True,
        furthest_unfinished=position.furthest,
        current_unfinished=position.current,
    )


def unfinished(position: Position) -> Position:
    """Return the position as it was before the book was finished (S7)."""
    if not position.finished:
        return position
    return Position(position.furthest_unfinished, position.current_unfinished)


def stated(position: Position, match: PlaceMatch) -> Position | None:
    """Return `moved_to`, where the end of the book means that it is finished (S7)."""
    if match.how is PlaceHow.END:
        return finished(position, match.start)
    return moved_to(position, match)


def _raised(position: Position, offset: int, raise_to: int | None) -> Position:
    return replace(position, furthest=offset, current=offset, raise_to=raise_to, mode=Mode.NORMAL)


def _settled(position: Position) -> Position:
    # A reread that has come up to the furthest mark is over.
    if position.mode is Mode.REREAD and position.current == position.furthest:
        return replace(position, mode=Mode.NORMAL)
    return position


def _high_end(match: PlaceMatch) -> int | None:
    return match.end if match.end > match.start else None
