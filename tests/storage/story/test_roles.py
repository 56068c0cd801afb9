"""Roles in small letters that a text uses as a name: cards of their own, or of the one who has the title."""

from __future__ import annotations

from storage.story.facts import PersonCard
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

RAFT = (
    "The king laughed, and he sat down by the fire. “No,” said the king. Jim looked at the king's hat.\n"
    "“Come along,” said the duke. It rained, and the duke slept. Jim woke. Jim nodded, and Jim sang.\n"
)
SHIP = (
    "The captain laughed, and he sat down. “No,” said the captain. Ada looked at the captain's hat.\n"
    "“Haul away,” said the captain, and it rained. Ada woke. Ada nodded, and Ada sang to the sea.\n"
)


def read(text: str, end: int | None = None) -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end)


def card(prefix: StoryPrefix, name: str) -> PersonCard | None:
    return next((one for one in prefix.people() if name in {known.name for known in one.names}), None)


def test_who_goes_by_a_role_alone_has_a_card_and_says_the_lines() -> None:
    prefix = read(RAFT * 11)
    king, duke = card(prefix, "the king"), card(prefix, "the duke")
    assert king is not None
    assert duke is not None
    assert king.name == "the king"
    assert king.mentions == 33
    assert prefix.who("the king") == [king]
    assert [prefix.who(line.speaker or "") for line in prefix.speakers()[:2]] == [[king], [duke]]


def test_a_role_is_nobody_until_it_was_used_often_enough() -> None:
    assert card(read(RAFT * 3), "the king") is None
    text = RAFT * 11
    first = next(end for end in range(0, len(text), 97) if card(read(text, end), "the king"))
    for end in (first - 97, first, first + 97, len(text)):
        alone = StoryIndex.build(text[:end], [Span(0, end)], "en").cut(text[:end], end)
        assert read(text, end).people() == alone.people()  # bounded equals truncated


def test_the_captain_is_the_one_captain_there_is_and_of_two_nobody() -> None:  # T48
    one = "Captain Stark came aboard. “Good day,” said Captain Stark to Ada.\n"
    other = "Captain Brand came aboard. “Good day,” said Captain Brand to Ada.\n"
    found = card(read(SHIP * 4 + one * 3 + SHIP * 4), "Captain Stark")
    assert found is not None
    assert {known.name for known in found.names} == {"Captain Stark", "the captain"}
    assert found.name == "Captain Stark"  # S13: a role heads a card only where it is all there is
    two = read(SHIP * 4 + one * 3 + SHIP * 4 + other * 3)
    assert card(two, "the captain") is None
    assert {"Captain Stark", "Captain Brand"} <= {one.name for one in two.people()}


def test_a_general_opinion_and_a_king_of_france_are_not_counted() -> None:
    text = (
        "It was the general opinion. “No,” said Ada. They spoke of the king of France, and Ada sang.\n" * 30
    )
    assert [one.name for one in read(text).people()] == ["Ada"]


def test_a_doctor_who_seldom_comes_into_a_long_book_may_be_another_each_time() -> None:
    scene = "“Well,” said the doctor, and he sat down. “Yes,” said the doctor, and he smiled. Jim woke.\n"
    jim = "Jim laughed, and he sat down. “No,” said Jim. Jim rose, and Jim sang. Jim slept.\n"
    assert card(read(scene * 11), "the doctor") is not None
    assert card(read(scene * 11 + jim * 60), "the doctor") is None


def test_the_widow_who_hardly_speaks_is_the_one_widow_there_is_but_not_where_any_widow_is_told_of() -> None:
    met = "Widow Dale took Ada in, and the widow was good to her. Ada thanked Widow Dale.\n"
    text = met + "Ada went to school. Ada read the widow's books, and she liked them.\n" * 5
    joined = card(read(text), "Widow Dale")
    assert joined is not None
    assert {known.name for known in joined.names} == {"Widow Dale", "the widow"}
    assert read(text).who("the widow") == [joined]
    other = card(read(text + "In the lane Ada met another widow.\n"), "Widow Dale")  # T48
    assert other is not None
    assert {known.name for known in other.names} == {"Widow Dale"}
