"""Who is what to whom: only what a sentence says, from where it says it (S11, S12, S15, T46)."""

from __future__ import annotations

import pytest

from storage.story.facts import Relation
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

PEOPLE = (
    "Tom Vail nodded. “No,” said Mr. Ned Crane. Ada Crane smiled, and she sat down. Ada looked at Mr. Crane. "
    "“Well,” said Tom, and he laughed. Tom Vail said that he was tired.\n"
)


def read(text: str, end: int | None = None) -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end)


def ties(text: str) -> set[tuple[str, str, str]]:
    return {(short(tie.a), tie.kind, short(tie.b)) for tie in read(PEOPLE + text).relations()}


def short(name: str) -> str:
    """Return a display name without what else the text calls them by."""
    known = ("Tom", "Ada", "Rose", "Bram", "Mrs. Crane", "Mr. Crane", "Ned")
    return next((one for one in known if one in name), name)


@pytest.mark.parametrize(
    ("said", "tie"),
    [
        ("Tom Vail’s sister Rose Vail came in. Rose said no.", ("Rose", "sister", "Tom")),
        ("Rose, Tom’s sister, came in. Rose said no.", ("Rose", "sister", "Tom")),
        ("Rose, Tom’s brother’s girl, came in. Rose said no.", None),
        ("Tom came in. His friend Bram Oke followed. Bram said no.", ("Bram", "friend", "Tom")),
        ("“My uncle Bram is dead,” said Tom. Bram said no more.", ("Bram", "uncle", "Tom")),
        ("Rose, who was cold, was the daughter of Mr. Crane. Rose said no.", None),
        ("Rose was the niece of Tom Vail. Rose said no.", ("Rose", "niece", "Tom")),
        ("“Tom, your uncle Bram is here,” said Ada. Bram said no more.", ("Bram", "uncle", "Tom")),
        ("“I am late,” said Tom.\n“And your uncle Bram?” said Ada. Bram said no.", ("Bram", "uncle", "Tom")),
        ("Ada and Tom were married in spring.", ("Ada", "married", "Tom")),
        ("Ada and Tom were not married in spring.", None),
        ("Ada was engaged to Tom Vail at last.", ("Ada", "engaged", "Tom")),
        ("Ada would never be engaged to Tom Vail.", None),
        ("Ada was engaged in talk when Tom came.", None),
        ("Ada and Tom spoke of fathers.", None),
        (
            "“Who is Rose?” said Tom.\n“She is Ned Crane’s niece.”\nRose said no.",
            ("Rose", "niece", "Mr. Crane"),
        ),
        ("Rose was not Tom’s sister. Rose said no.", None),
        ("Like his sister, Rose was cold. Rose said no.", None),
        ("Tom came in. At a sign from his sister, Rose rose. Rose said no.", None),
        ("“I was Tom’s apprentice,” said Ned Crane.", ("Ned", "apprentice", "Tom")),
        ("“Ada has promised to marry me,” said Tom.", ("Ada", "engaged", "Tom")),
        ("“Ada has refused to marry me,” said Tom.", None),
        ("Rose, Tom’s friend, his cousin, came in. Rose said no.", ("Rose", "friend", "Tom")),
        ("It was Ada’s uncle, a tall man.", None),
    ],
)
def test_a_sentence_ties_those_it_names(said: str, tie: tuple[str, str, str] | None) -> None:
    found = ties(said + "\n")
    assert (tie in found) if tie is not None else found == set()


TWO_WOMEN = (
    "Rose Vail came in, and she laughed. Rose said no. Rose’s way was to sit by Ada, steal her bread and "
    "ask her things. Seeing Ada’s glance she spread the fingers.\n"
)


def test_who_stands_only_beside_a_thing_of_theirs_is_not_taken_for_she() -> None:  # S22
    said = "“I’m engaged to Tom Vail,” she explained.\n"
    assert not [tie for tie in ties(TWO_WOMEN + said) if tie[1] == "engaged"]
    named = said.replace("she explained", "Rose explained")
    assert ("Rose", "engaged", "Tom") in ties(TWO_WOMEN + named)


@pytest.mark.parametrize(
    "said",
    [
        # Two men were told of, and both may be "he".
        "Tom Vail looked at Ned Crane and Ned Crane spoke to Tom Vail. His sister Rose said no.\n",
        # Both women were told of as one.
        "“Ada Crane and Rose Vail were cold, and she is aunt to Tom Vail,” said Ned Crane. Rose said no.\n",
    ],
)
def test_a_sentence_in_doubt_waits_for_a_second_that_says_the_same(said: str) -> None:  # S22
    assert not [tie for tie in ties(said) if tie[1] in ("sister", "aunt")]
    twice = ties(said + said.replace("Rose said no", "Rose laughed"))
    assert [tie for tie in twice if tie[1] in ("sister", "aunt")]


@pytest.mark.parametrize(
    ("said", "tie"),
    [
        ("“I have seen the widow. Her sister Rose is here,” said Tom.", None),
        ("The colonel came in. His niece Rose said no.", ("Rose", "niece", "Oke")),
    ],
)
def test_a_rank_in_small_letters_is_the_one_who_bears_it(said: str, tie: tuple[str, str, str] | None) -> None:
    text = "Colonel Oke said yes, and he sat down. Colonel Oke nodded.\n" + said + "\n"
    found = {(a, kind, "Oke" if "Oke" in b else b) for a, kind, b in ties(text)}
    assert (tie in found) if tie is not None else found == set()


def test_somebody_announced_by_name_is_presented_by_what_they_are() -> None:
    long_ago = "The rain fell on the hill, and it was late.\n" * 12
    note = "Tom read a note that Bram Oke had sent.\nIt was Ada’s uncle, a tall man. “No,” said Bram Oke.\n"
    assert ("Bram", "uncle", "Ada") in ties(long_ago + note)
    assert (
        ties(long_ago + note.replace("a note", "of Odo Lund. “Yes,” said Odo Lund. He had a note")) == set()
    )


def test_a_husband_is_a_womans_and_a_wife_is_a_mans() -> None:
    assert (
        ties("Mr. Crane sat by his husband. Ada had a wife, Rose. “My husband is out,” said Tom.\n") == set()
    )


def test_a_tie_has_its_line_and_is_not_known_before_it() -> None:  # S11
    text = PEOPLE + "Tom Vail’s sister Rose Vail came in. Rose said no.\n"
    tie = read(text).relations()[0]
    assert tie.quote == text[tie.span.start : tie.span.end] == "Tom Vail’s sister Rose Vail came in."
    assert tie.reveal == tie.span.end
    assert read(text, tie.span.start).relations() == []
    assert read(text, text.index("sister")).relations() == []


def test_ties_of_one_name_are_those_of_whoever_answers_to_it() -> None:
    prefix = read(PEOPLE + "Tom’s friend Bram Oke came. Bram said no. Ada was engaged to Ned Crane.\n")
    kinds: list[Relation] = prefix.relations("Bram")
    assert [tie.kind for tie in kinds] == ["friend"]
    assert prefix.relations("Zorblax") == []


def test_his_wife_is_the_one_mrs_of_his_name_met_so_far() -> None:
    text = "Mrs. Crane said no. Mr. Crane laughed at his wife.\n"
    assert {(a, kind) for a, kind, _ in ties(text)} == {("Mrs. Crane", "wife")}
