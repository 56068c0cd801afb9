"""How something is done with the product is told by its commands; a question of the story never is."""

from __future__ import annotations

import pytest

from bot.commands import find_command
from bot.how_to import TOPICS, asked_commands


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("how do i look up a word", ["define"]),
        ("how can i change my place", ["at"]),
        ("how do i go back", ["at"]),
        ("how do i switch to another book", ["open"]),
        ("ok how do i delete a book", ["remove"]),
        ("how to upload an epub", ["add"]),
        ("can i get a picture of ada", ["visualize"]),
        ("is there a way to save a line", ["highlight"]),
        ("where do i see my credits", ["wallet"]),
        ("how do i get a summary", ["catchmeup"]),
        ("can i use this on discord too", ["link"]),
        ("how do i see all the characters", ["cast", "who"]),
    ],
)
def test_how_something_is_done_is_told_by_its_command(question: str, names: list[str]) -> None:
    told = [command.name for command in asked_commands(question)]
    assert told[0] == names[0]
    assert set(told) <= set(names)


@pytest.mark.parametrize(
    "question",
    [
        "how do the ropemakers find the marrel",
        "how did ada get the picture of her mother",
        "can i trust garrow",
        "where does the dame keep her letters",
        "is there a stranger in the walk",
        "who wrote the note to ada",
        "how can she pay him",
    ],
)
def test_a_question_of_the_story_is_left_to_the_book(question: str) -> None:
    assert not asked_commands(question)


def test_no_more_than_three_commands_are_named() -> None:
    assert len(asked_commands("how do i see the people, the places, the titles, the credits and books")) <= 3


def test_every_topic_is_of_a_command_that_is_listed() -> None:
    for name, _ in TOPICS:
        command = find_command(name)
        assert command is not None, name
        assert command.name == name
        assert not command.hidden
        assert not command.only_on
