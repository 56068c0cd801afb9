"""Names taken apart and put together by their form: spellings, sisters, runs of capitals (S14, T48)."""

from __future__ import annotations

import pytest

from storage.story.given import may_be_one_spelling
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span


def read(text: str) -> StoryPrefix:
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text, len(text))


def names(text: str, name: str) -> set[str]:
    found = [card for card in read(text).people() if name in {known.name for known in card.names}]
    return {known.name for card in found for known in card.names}


ADA = "Ada laughed, and she sat down. Then Ada stood and looked at them.\n"
DOVER = "They lived in Dover, and it rained in Dover. Nobody came to Dover.\n"


def test_a_clause_that_sets_a_place_before_a_person_makes_no_name_of_the_two() -> None:
    text = ADA * 12 + DOVER * 8 + "On leaving Dover Ada wept.\n"
    assert names(text, "Ada") == {"Ada"}
    assert text.index("Ada wept") in {span.start for span in read(text).mentions("Ada")}
    assert "Dover Ada" not in read(text).names()


def test_a_full_name_is_not_taken_apart_where_its_surname_is_one() -> None:
    text = ADA * 12 + "Mr. Dover bowed to Ada. Dover smiled. " * 12 + "Ada Dover wept.\n"
    assert "Ada Dover" in names(text, "Ada Dover")


SISTERS = (
    "Helen Vane laughed, and Helen sat down. Margaret Vane smiled. “Come,” said Margaret.\n"
    "“Good day, Miss Vane,” said Mr. Pell. Margaret rose. “And Miss Helen Vane?” he asked.\n"
)


def test_the_sister_who_is_not_told_apart_is_the_eldest_and_has_the_title_alone() -> None:  # S14
    assert "Margaret Vane" in names(SISTERS * 7, "Miss Vane")
    assert "Miss Helen Vane" in names(SISTERS * 7, "Helen Vane")
    assert names(SISTERS * 7, "Miss Vane").isdisjoint({"Helen", "Helen Vane", "Miss Helen Vane"})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Denney", "Denny", True),
        ("Bellaparte", "Belaparte", True),
        ("Kirílych", "Kirilovich", True),
        ("Ivanovna", "Ivanovich", True),
        ("Marlow", "Marlows", False),
        ("Harker", "Barker", False),
        ("Lane", "Lanes", False),
        ("Norton", "Morton", False),
    ],
)
def test_two_spellings_of_one_surname_differ_by_a_letter_inside(one: str, other: str, same: bool) -> None:
    assert may_be_one_spelling(one, other) is same


def test_a_surname_spelled_two_ways_is_one_card_unless_both_stand_side_by_side() -> None:  # S14
    text = (
        "Mr. Denney laughed. Denney sat down, and he wept.\n" * 3
        + ADA * 2
        + "Denny nodded. “So,” said Denny.\n" * 3
    )
    assert names(text, "Denny") >= {"Denny", "Denney"}
    apart = text + "Denney and Denny shook hands. Denney looked at Denny.\n" * 3
    assert "Denney" not in names(apart, "Denny")


def test_a_name_that_a_dash_broke_off_is_not_a_second_person() -> None:
    text = "Silas Farrow came in. Silas sat down.\n“It is Silas Fa—” said Ada. “Uncle Silas!” said Tom.\n"
    assert {"Silas Farrow", "Silas", "Uncle Silas"} <= names(text, "Silas Farrow")


def test_an_officer_of_the_surname_is_not_the_girl_who_was_named_first() -> None:  # S14
    text = "Emma Farrow laughed. Emma was merry, and she sang.\nColonel Farrow was a gentleman.\n"
    assert "Colonel Farrow" not in names(text, "Emma")


def test_men_of_two_families_who_share_a_given_name_stay_two() -> None:  # T48
    text = (
        "Mr. Vane nodded, and Nick Vane came in. Nick laughed. He sat by Mrs. Vane.\n" * 4
        + "Mr. Pell nodded, and Nick Pell came in. Nick laughed. He sat by Mrs. Pell.\n" * 4
        + "Nick smiled at Mr. Vane. Nick smiled at Mr. Pell. Nick went out, and he wept.\n" * 9
    )
    assert "Nick Pell" not in names(text, "Nick Vane")


def test_a_thing_with_a_capital_and_an_adjective_is_nobody() -> None:
    text = (
        "Ada looked at the Great Rope. “I hung the Great Rope,” said Ada. The Great Rope held.\n"
        "“And the Great Rope knows,” said Ada; they feared the Great Rope’s sag.\n"
    )
    assert names(text * 3, "Rope") == set()


def test_a_lone_surname_is_the_womans_where_no_man_of_it_is_met() -> None:  # S14
    text = "Mrs. Crane laughed, and she sat down. Then Crane nodded. “So,” said Crane.\n"
    assert names(text * 3, "Crane") == {"Crane", "Mrs. Crane"}
    assert names(text * 3 + "Then Crane wept, and he rose.\n", "Crane") == {"Crane"}


def test_a_common_word_with_a_capital_is_somebody_only_where_it_talks_or_is_called() -> None:
    text = (
        "Ada rode the car, and a car was late; her car, every car. On Car she rode. “Car stopped,” he said.\n"
    )
    assert names(text * 3 + "The Car stopped, and the Car knew its way.\n" * 3, "Car") == set()
    talks = "“Good day,” said the Hatter. The hatter of the town is a hatter, like any hatter.\n"
    assert "the Hatter" in names(talks * 3, "the Hatter")


RAIN = "It rained all day, and nobody came to the door or looked at the water from the bridge. " * 2 + "\n"


def test_one_name_with_and_without_its_accents_is_one_and_a_seldom_spelling_of_a_given_name_too() -> None:
    text = "Borís laughed, and he sat down. “No,” said Borís. Borís smiled. “Come, Boris,” said Rachael.\n"
    assert names(text, "Boris") == {"Borís", "Boris"}
    rachael = "Rachael wept, and she rose. “Well,” said Rachael. "
    assert names(rachael * 12 + RAIN + "Rachel laughed, and she smiled.\n", "Rachel") == {"Rachael", "Rachel"}
    assert names(rachael * 2 + RAIN + "Rachel laughed, and she smiled.\n" * 3, "Rachel") == {"Rachel"}


def test_a_full_name_that_is_only_said_is_whoever_the_narrator_tells_of_by_a_short_one() -> None:
    told = "Tom Brook laughed, and he sat down. Tom smiled. “No,” said Tom. Tom rose, and he wept.\n" * 3
    said = "“I have the honour, Mr. Thomas Brook, to bring your hat,” said Dr. Lisk.\n"
    assert "Mr. Thomas Brook" in names(told + RAIN * 5 + said, "Tom Brook")
    narrated = "Mr. Thomas Brook came in, and Mr. Thomas Brook was old.\n"  # a father, for all we know (T48)
    assert "Mr. Thomas Brook" not in names(told + RAIN * 5 + narrated, "Tom Brook")


def test_sister_and_mrs_before_one_surname_are_one_member_of_a_church() -> None:
    text = "Mrs. Hotch nodded, and she sat down. “No,” said Mrs. Hotch. “Why, Sister Hotch, so I say.”\n"
    assert names(text, "Sister Hotch") == {"Mrs. Hotch", "Sister Hotch"}
