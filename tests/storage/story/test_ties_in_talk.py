"""What people call each other to their face tells who they are to each other, where it is sure (S12, S22)."""

from __future__ import annotations

import pytest

from storage.story.facts import Relation
from storage.story.index import StoryIndex
from storage.values import Span

PEOPLE = (
    "Tom Vail nodded, and he sat down. “No,” said Mr. Vail, and he smiled. Rose Vail smiled, and she sat. "
    "Miss Ada Crane looked at Tom, and she laughed. “Well,” said Mr. Vail. Ned Oke laughed, and he nodded. "
    "Rose said that she was tired. “Yes,” said Ned. Tom said no. Ada said no.\n"
)


def ties(text: str) -> list[Relation]:
    whole = PEOPLE + text
    return StoryIndex.build(whole, [Span(0, len(whole))], "en").cut(whole, len(whole)).relations()


def told(text: str) -> set[tuple[str, str, str]]:
    known = ("Mr. Vail", "Rose", "Ada", "Ned", "Tom", "Bram")
    return {
        (next(k for k in known if k in tie.a), tie.kind, next(k for k in known if k in tie.b))
        for tie in ties(text)
    }


@pytest.mark.parametrize(
    ("said", "tie"),
    [
        ("“Are you cold?” said Mr. Vail.\n“Yes, papa,” said Rose.\n“Sit down,” said Mr. Vail.",
         ("Mr. Vail", "father", "Rose")),
        # Said to one of another name, "father" may be a priest's; and "brother" any comrade's.
        ("“Are you cold?” said Ned.\n“Yes, father,” said Rose.\n“Sit down,” said Ned.", None),
        # It is not sure to whom it is said.
        ("“Yes, papa,” said Rose.", None),
        # Spoken of, not to.
        ("“Is it late?” said Mr. Vail.\n“My papa knows,” said Rose.\n“Yes,” said Mr. Vail.", None),
    ],
)  # fmt: skip
def test_a_word_for_kin_that_is_called_tells_the_tie(said: str, tie: tuple[str, str, str] | None) -> None:
    found = told(said + "\n")
    assert (tie in found) if tie is not None else found == set()


def test_a_call_between_two_names_tells_at_the_second_time() -> None:
    once = "“Are you cold?” said Ned.\n“Yes, uncle,” said Ada.\n“Sit down,” said Ned.\n"
    again = "“Is it far?” said Ned.\n“No, dear uncle,” said Ada.\n“Come, then,” said Ned.\n"
    assert told(once + "Tom slept.\n") == set()
    found = ties(once + "Tom slept.\n" + again)
    assert [(tie.kind, tie.quote) for tie in found] == [("uncle", "“No, dear uncle,”")]
    assert found[0].reveal >= (PEOPLE + once + "Tom slept.\n" + again).index("dear uncle")


def test_love_is_told_by_who_says_so_to_whom() -> None:
    said = "“Why?” said Tom.\n“Because I love you, Tom,” said Ada.\n"
    assert ("Ada", "in love with", "Tom") in told(said)
    assert told(said.replace("I love you", "I would love you if I could, I love you all")) == set()
    assert told("“Why?” said Rose.\n“Because I love you, Rose,” said Ada.\n") == set()


def test_each_writer_of_letters_and_journals_says_i_in_his_own() -> None:
    text = (
        "\nAda Crane’s Journal.\nI went out with my cousin Rose Vail, and she was cold.\n"
        "\nNed Oke’s Diary.\nI met my friend Tom Vail on the hill.\n"
        "\nFrom Ned Oke to Tom Vail.\nI have seen your sister Rose Vail and told her of the hill.\n"
    )
    found = told(text)
    assert {("Rose", "cousin", "Ada"), ("Tom", "friend", "Ned"), ("Rose", "sister", "Tom")} <= found
    assert all("Ned" not in pair for pair in [(a, b) for a, kind, b in found if kind == "cousin"])
