"""Sentences that say two names are one person, and who says so; before them they are two (S14, T3, T4)."""

from __future__ import annotations

import pytest

from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

TWO = (
    "Jem Orrow came to the mill in spring. Jem Orrow said that he was a miller, and he smiled.\n"
    "Dario Flint was wanted in three towns. “Dario Flint is a thief,” said Ada Crane.\n"
    "“Well,” said Jem Orrow, “the bread is good.” Jem Orrow laughed. Ada Crane smiled, and she sat down.\n"
)
AFTER = "Jem Orrow wept.\n"


def read(text: str, end: int | None = None) -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end)


def is_one(prefix: StoryPrefix) -> bool:
    names = [{known.name for known in card.names} for card in prefix.people()]
    return any({"Jem Orrow", "Dario Flint"} <= one for one in names)


@pytest.mark.parametrize(
    "said",
    [
        "Dario Flint, who called himself Jem Orrow, had come by night.",
        "Dario Flint was living under the name of Jem Orrow.",
        "Dario Flint went by the name of Jem Orrow.",
        "“My real name is Dario Flint,” said Jem Orrow.",
        "“I am really Dario Flint, and no miller,” Jem Orrow said.",
    ],
)
def test_a_sentence_that_gives_the_other_name_joins_from_its_end_on(said: str) -> None:
    text = TWO + said + "\n" + AFTER
    assert is_one(read(text))
    assert not is_one(read(text, text.index(said) + len(said) // 3))


@pytest.mark.parametrize(
    "said",
    [
        "“I am Dario Flint’s friend,” said Jem Orrow.",
        "“My name is not Dario Flint,” said Jem Orrow.",
        "“Am I really Dario Flint?” said Jem Orrow.",
        "“I am really Dario Flint,” he said. Jem Orrow looked up.",
        "Dario Flint wrote under the lamp. Jem Orrow slept.",
    ],
)
def test_what_says_less_joins_nobody(said: str) -> None:
    assert not is_one(read(TWO + said + "\n" + AFTER))


KIN = TWO + "Ada Crane, the sister of Jem Orrow, came in. Ada Crane nodded.\n" + AFTER


@pytest.mark.parametrize("asked", ["Jem Orrow's sister", "Jem Orrow’s sister", "the sister of Jem Orrow"])
def test_somebody_is_found_by_what_they_are_to_another_once_that_is_told(asked: str) -> None:  # S14, S18
    assert [card.name for card in read(KIN).who(asked)] == ["Ada Crane"]
    assert read(KIN, KIN.index("the sister")).who(asked) == []
    assert read(KIN).who(asked.replace("sister", "wife")) == []
    assert read(KIN).who(asked.replace("Jem Orrow", "Zorblax")) == []
