""" "Mrs. Brook" goes to the woman of whom a sentence says that she married a Brook, and not before (S14)."""

from __future__ import annotations

import pytest

from storage.story.facts import PersonCard
from storage.story.index import StoryIndex
from storage.values import Span

BEFORE = (
    "Charlotte laughed, and she sat down. “No,” said Charlotte. Maria smiled. “Come,” said Maria.\n"
    "Mr. Brook bowed. “Good day,” said Mr. Brook. It rained all day, and nobody came to the door.\n"
)
WEDDING = "In spring Charlotte married old Mr. Brook, and nobody wept.\n"
AFTER = "It rained all summer. Then Mrs. Brook came in. “Well,” said Mrs. Brook.\n"


def people(text: str, end: int | None = None) -> list[PersonCard]:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end).people()


def names(text: str, name: str, end: int | None = None) -> set[str]:
    (found,) = [card for card in people(text, end) if name in {known.name for known in card.names}]
    return {known.name for known in found.names}


def test_a_wedding_that_is_told_joins_her_two_names_from_its_sentence_on() -> None:
    text = BEFORE + WEDDING + AFTER
    assert names(text, "Mrs. Brook") == {"Charlotte", "Mrs. Brook"}
    (card,) = [card for card in people(text) if card.name == "Charlotte"]
    (link,) = [fact for fact in card.descriptors if fact.kind == "identity"]
    assert "Charlotte married old Mr. Brook" in link.quote  # the line that makes it sure is cited (T4)
    reveal = next(known.reveal for known in card.names if known.name == "Mrs. Brook")
    assert reveal == text.index("Mrs. Brook") + len("Mrs. Brook")


def test_who_was_mrs_brook_before_the_wedding_may_be_his_mother() -> None:
    assert names(BEFORE + AFTER + WEDDING + AFTER, "Mrs. Brook") == {"Mrs. Brook"}


def test_what_somebody_is_surprised_at_is_so() -> None:
    told = "“You need not be surprised that Charlotte married Mr. Brook,” said Maria.\n"
    assert names(BEFORE + told + AFTER, "Mrs. Brook") == {"Charlotte", "Mrs. Brook"}


@pytest.mark.parametrize(
    "unsure",
    [
        "If Charlotte married Mr. Brook, nobody would weep.\n",
        "They hoped that Charlotte married Mr. Brook soon.\n",
        "“I never heard that Charlotte married Mr. Brook,” said Maria.\n",
        "Charlotte married Mr. Brook, they said. Maria married Mr. Brook, others said.\n",
    ],
)
def test_a_hope_a_doubt_and_two_brides_marry_nobody(unsure: str) -> None:
    assert names(BEFORE + unsure + AFTER, "Mrs. Brook") == {"Mrs. Brook"}


def test_who_is_told_of_beside_her_is_not_she() -> None:
    beside = (
        "Charlotte and Mrs. Brook sat down. Mrs. Brook looked at Charlotte. Mrs. Brook kissed Charlotte.\n"
    )
    assert names(BEFORE + WEDDING + beside, "Mrs. Brook") == {"Mrs. Brook"}


def test_a_sister_who_turns_out_to_be_his_wife_is_one_card_with_the_mrs_of_that_name() -> None:
    posing = (
        "Miss Stark laughed, and she sat down. “No,” said Miss Stark. Mr. Stark bowed, and he smiled.\n"
        "“The lady who has passed here as Miss Stark is in reality his wife,” said Dr. Lisk. It rained.\n"
    )
    later = "It rained all day. Mrs. Stark wept. “Well,” said Mrs. Stark, and she rose.\n"
    assert names(posing + later, "Mrs. Stark") == {"Miss Stark", "Mrs. Stark"}
    kept = posing.replace("is in reality his wife", "may pass for his wife") + later
    assert names(kept, "Mrs. Stark") == {"Mrs. Stark"}
