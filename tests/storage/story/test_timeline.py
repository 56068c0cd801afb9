"""Marks of time are told as they stand, whole, and only where they mark a time."""

from __future__ import annotations

import pytest

from storage.story.timeline import find_time_marks


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("I hung the rope twenty-four years since and it has held.", "twenty-four years since"),
        ("Sixteen days later they came back.", "Sixteen days later"),
        ("It fell a hundred and twelve years ago, people said.", "a hundred and twelve years ago"),
        ("Two long weeks passed.", "Two long weeks passed"),
        ("We met on the 4th of June 1811.", "4th of June 1811"),
        ("The next morning it rained.", "The next morning"),
        ("It was laid last winter.", "last winter"),
        ("She came on Tuesday evening.", "on Tuesday evening"),
    ],
)
def test_a_mark_of_time_is_told_whole(text: str, mark: str) -> None:
    assert [found.text for found in find_time_marks(text)] == [mark]


@pytest.mark.parametrize(
    "text", ["That last morning he was glad.", "It was the last day of all.", "The year was dry."]
)
def test_what_says_no_time_is_no_mark(text: str) -> None:
    assert find_time_marks(text) == []
