"""The marks of a reader as a state machine: nothing but the reader's own act raises them (E6, S2-S7)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from storage.reader.position import (
    DownReason,
    Mode,
    Position,
    Purpose,
    finished,
    moved_down,
    moved_to,
    unfinished,
    widened,
)
from storage.values import PlaceHow, PlaceMatch

TEXT_END = 100
OFFSETS = st.integers(0, TEXT_END)


class ReaderMoves(RuleBasedStateMachine):
    """A reader who moves about at random."""

    def __init__(self) -> None:
        super().__init__()
        self.position = Position()
        self.stated: set[int] = set()
        self.before_finish: Position | None = None

    def end(self) -> int:
        end = self.position.end_for(Purpose.QUESTION)
        return -1 if end is None else end

    @rule(start=OFFSETS, length=st.integers(0, 20), exact=st.booleans())
    def state_a_place(self, start: int, length: int, exact: bool) -> None:
        high = start if exact else min(TEXT_END, start + length)
        before = self.end()
        after = moved_to(self.position, PlaceMatch(start, high, PlaceHow.CHAPTER, exact=start == high))
        if after is None:
            assert self.position.current is not None
            assert start < self.position.current
            return
        self.position = after
        self.stated.add(start)
        # S3: never past the low end of what was said.
        assert self.end() <= max(before, start)

    @rule(start=OFFSETS, reason=st.sampled_from(DownReason))
    def go_back(self, start: int, reason: DownReason) -> None:
        before, bound = self.position, self.end()
        self.stated.add(start)
        self.position = moved_down(before, PlaceMatch(start, start, PlaceHow.LINE, exact=True), reason)
        assert self.end() <= bound
        if start < bound and reason is not DownReason.LOOK_BACK:
            assert self.end() == start
        if reason is not DownReason.MISTAKE:
            assert self.position.furthest == before.furthest

    @rule()
    def tap_the_raise(self) -> None:
        high, before = self.position.raise_to, self.end()
        self.position = widened(self.position)
        assert self.end() <= max(before, -1 if high is None else high)
        if high is not None:
            self.stated.add(high)

    @rule()
    def finish(self) -> None:
        if not self.position.finished:
            self.before_finish = self.position
        self.position = finished(self.position, TEXT_END)
        assert self.end() == TEXT_END

    @rule()
    def unfinish(self) -> None:
        was = self.position
        self.position = unfinished(was)
        if was.finished:
            assert self.before_finish is not None
            marks = (self.before_finish.furthest, self.before_finish.current)
            assert (self.position.furthest, self.position.current) == marks
        else:
            assert self.position == was

    @invariant()
    def the_bound_is_a_place_the_reader_stated(self) -> None:
        assert self.end() == -1 or self.end() in self.stated or self.end() == TEXT_END

    @invariant()
    def current_never_passes_furthest(self) -> None:
        if self.position.furthest is not None:
            assert self.position.current is not None
            assert self.position.current <= self.position.furthest

    @invariant()
    def a_recap_never_reaches_past_a_question(self) -> None:
        recap = self.position.end_for(Purpose.RECAP)
        assert recap is None or recap <= self.end()


ReaderMoves.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestReaderMoves = ReaderMoves.TestCase


def test_a_reread_that_passes_the_furthest_mark_is_over() -> None:
    position = Position(50, 10, mode=Mode.REREAD)
    after = moved_to(position, PlaceMatch(60, 60, PlaceHow.LINE, exact=True))
    assert after == Position(60, 60)


def test_looking_back_and_forward_again_asks_nothing() -> None:
    position = replace(Position(50, 50), current=10)
    after = moved_to(position, PlaceMatch(30, 30, PlaceHow.LINE, exact=True))
    assert after is not None
    assert (after.furthest, after.current) == (50, 30)
