"""Ties last from where the text tells them until where it ends them, and no place before knows (S11)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

PEOPLE = (
    "Tom Vail nodded, and he sat down. Miss Ada Crane smiled, and she followed Tom. Ned Oke laughed, and he "
    "bowed. “No,” said Tom. “No,” said Ada. “No,” said Ned. Ada laughed, and she sat. Rose Vail smiled, and "
    "she sang. “No,” said Rose. Tom stood by the door. Ned thanked Tom, and Tom smiled. “Well,” said Ada.\n"
)
ENGAGED = "Ada was engaged to Tom Vail.\n"
PLAIN = "The rain fell on the hill, and it was late.\n"


def read(text: str, end: int | None = None) -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end)


@pytest.mark.parametrize(
    ("tie", "end"),
    [
        (ENGAGED, "Ada had broken off her engagement to Tom."),
        (ENGAGED, "Ada’s engagement was broken off."),
        (ENGAGED, "Ada and Tom were married in spring."),
        (ENGAGED, "Tom was dead."),
        ("Ada and Tom were married.\n", "Ada and Tom were divorced."),
        ("Ned Oke, Tom’s butler, came in. Ned said no.\n", "Tom dismissed Ned at once."),
        ("Ned Oke, Tom’s butler, came in. Ned said no.\n", "Ned left his service, and Tom let him go."),
        ("Tom’s friend Ned came in. Ned said no.\n", "Tom and Ned were no longer friends."),
    ],
)
def test_a_tie_ends_where_a_sentence_ends_it(tie: str, end: str) -> None:
    text = PEOPLE + tie + PLAIN + end + "\n" + PLAIN
    ended = [one for one in read(text).relations() if one.until is not None]
    assert [one.until for one in ended] == [text.index(end) + len(end)]
    before = read(text, text.index(end)).relations()
    assert before
    assert all(one.until is None for one in before)


@pytest.mark.parametrize(
    "said",
    [
        "Ada would never break off her engagement to Tom.",
        "Ned had broken off his engagement to Rose.",
        "If Ada and Tom were no longer engaged, Ned would laugh.",
        "Ned Oke was dead.",
    ],
)
def test_what_is_not_said_of_both_ends_nothing(said: str) -> None:
    ties = read(PEOPLE + ENGAGED + PLAIN + said + "\n").relations()
    assert [tie.until for tie in ties if tie.kind == "engaged" and "Ada" in tie.a + tie.b] == [None]


def test_kin_stay_kin_when_somebody_dies() -> None:
    ties = read(PEOPLE + "Rose Vail, Tom’s sister, came in. Rose laughed.\nTom was dead.\n").relations()
    assert [(tie.kind, tie.until) for tie in ties] == [("sister", None)]


@settings(deadline=None)
@given(end=st.integers(0, len(PEOPLE + ENGAGED) + 160))
def test_no_end_is_known_before_it_is_told(end: int) -> None:  # bounded equals truncated
    text = PEOPLE + ENGAGED + PLAIN + "Ada and Tom were married in spring.\n" + PLAIN
    end = min(end, len(text))
    cut = read(text, end).relations()
    assert cut == read(text[:end]).relations()
    assert all(tie.reveal <= end and (tie.until is None or tie.until <= end) for tie in cut)
