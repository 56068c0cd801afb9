"""Short forms, patronymics, families: names join by what the text does with them, never by rule alone
(S14, T48, T49)."""

from __future__ import annotations

from storage.story.evidence import Cue
from storage.story.facts import PersonCard
from storage.story.given import feminine_stem, is_patronymic, may_be_same
from storage.story.index import StoryIndex
from storage.values import Span


def people(text: str, end: int | None = None) -> list[PersonCard]:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end).people()


def names(cards: list[PersonCard], name: str) -> set[str]:
    found = [card for card in cards if name in {known.name for known in card.names}]
    assert len(found) == 1, [card.name for card in cards]
    return {known.name for known in found[0].names}


SAID_TO_HER = (
    "Elizabeth sat down. “Well, Lizzie, what now?” said Mr. Tarn. Elizabeth smiled, and she rose.\n"
    "Elizabeth laughed at him. “Come, Lizzie!” said Mr. Tarn, and Elizabeth went to the door.\n"
    "Elizabeth wept. “Dear Lizzie, do not,” said Mr. Tarn. “I must,” said Elizabeth.\n"
)


def test_a_short_form_joins_once_the_text_has_used_it_again_and_again() -> None:  # T49
    assert names(people(SAID_TO_HER), "Lizzie") == {"Elizabeth", "Lizzie"}
    early = people(SAID_TO_HER, SAID_TO_HER.index("Elizabeth wept"))
    assert names(early, "Lizzie") == {"Lizzie"}


def test_the_line_that_decided_is_cited_and_dates_the_link() -> None:  # S14
    card = next(card for card in people(SAID_TO_HER) if card.mentions > 6)
    link = next(d for d in card.descriptors if d.kind == "identity")
    assert link.quote == SAID_TO_HER[link.span.start : link.span.end] == "Lizzie"
    reveal = next(known.reveal for known in card.names if known.name == "Lizzie")
    assert reveal >= SAID_TO_HER.index("Dear Lizzie")


def test_short_forms_told_side_by_side_are_two() -> None:  # T48
    text = "Elizabeth and Lizzie sat down. Lizzie smiled. Elizabeth laughed, and Lizzie wept.\n" * 4
    assert names(people(SAID_TO_HER + text), "Lizzie") == {"Lizzie"}


def test_a_short_form_is_only_a_reason_to_look() -> None:
    for short, long in (("Lizzy", "Elizabeth"), ("Bob", "Robert"), ("Kate", "Kitty")):
        assert may_be_same(short, long)
    assert not may_be_same("Elizabeth", "Margaret")
    assert not may_be_same("Tom", "Tom")


def test_russian_names_are_taken_apart() -> None:
    assert [is_patronymic(word) for word in ("Pávlovna", "Petrovich", "Anna")] == [True, True, False]
    assert feminine_stem("Orlóva") == feminine_stem("Orlov")
    assert feminine_stem("Volkonskaya") == feminine_stem("Volkonsky") == "Volkonski"


def test_a_patronymic_joins_the_full_name_and_parts_two_of_one_given_name() -> None:
    text = (
        "“Yes,” said Anna Pavlovna. Anna Pavlovna Orlova smiled. “No,” said Anna Mikhaylovna.\n"
        "Anna Mikhaylovna wept, and Anna Pavlovna sat down beside her.\n"
    )
    cards = people(text)
    assert names(cards, "Anna Pavlovna") == {"Anna Pavlovna", "Anna Pavlovna Orlova"}
    assert names(cards, "Anna Mikhaylovna") == {"Anna Mikhaylovna"}


def test_a_surname_that_several_bear_is_nobodys_card() -> None:  # T48
    text = (
        "“Yes,” said Tom Vail. “No,” said Ned Vail. Mrs. Vail smiled. Tom Vail laughed, and Ned Vail left.\n"
        "“Here comes Vail,” said Mrs. Vail. Ned Vail bowed to Tom Vail.\n"
    )
    assert "Vail" not in {known.name for card in people(text) for known in card.names}


def test_a_wife_under_her_husbands_name_is_not_her_husband() -> None:
    text = (
        "“Yes,” said Charles Vail. Mrs. Charles Vail smiled at Charles. “No,” said Mrs. Charles.\n"
        "Charles laughed. Mrs. Charles Vail sat down, and she wept.\n"
    )
    assert names(people(text), "Charles") == {"Charles", "Charles Vail"}


def test_who_became_whom_joins_from_the_line_that_says_so() -> None:  # T3, T4
    text = (
        "Jem Orrow laughed. Jem Orrow said no. Hob Carne smiled.\n"
        "Dario Flint—that was really his name. It was Dario Flint who had come to the mill with Hob Carne, "
        "but it was already Jem Orrow who left it.\n"
    )
    assert names(people(text), "Jem Orrow") == {"Jem Orrow", "Dario Flint"}
    assert names(people(text, text.index("Dario")), "Jem Orrow") == {"Jem Orrow"}


def test_a_family_that_changed_its_name_is_one_from_there_on() -> None:
    text = (
        "Mr. Sorrel bowed. “No,” said Mr. Sorrel. Carne smiled. “Is Carne here?” asked Mr. Pell.\n"
        "Carne wept.\n"
        "Then the Carnes found it well to change their name to Sorrel.\n"
    )
    assert "Mr. Sorrel" in names(people(text), "Carne")
    assert names(people(text, text.index("Then")), "Carne") == {"Carne"}


BROTHERS = (
    "Odo Farrow laughed, and he sat down. Ned Farrow nodded, and he wept.\n"
    "Then Odo laughed. Then Ned laughed, and he rose.\n"
)


def test_a_lone_surname_is_whose_who_stands_by_it_each_time() -> None:  # T48
    text = BROTHERS + "Then Odo laughed. Farrow spoke, and he smiled. “So,” said Farrow.\n" * 6
    assert "Odo Farrow" in names(people(text), "Farrow")


def test_a_lone_surname_that_stands_by_either_joins_neither() -> None:  # T48
    text = (
        BROTHERS
        + "Then Odo laughed. Farrow spoke, and he smiled.\nThen Ned laughed. “So,” said Farrow.\n" * 6
    )
    assert names(people(text), "Farrow") == {"Farrow"}


def test_a_pronoun_after_a_speech_is_who_speaks_and_says_nothing_of_whom_they_speak_of() -> None:
    text = (
        "“I wrote to Nicolas,” she said. “I think of Nicolas,” she cried. “Poor Nicolas!” she whispered.\n"
        "Nicolas came in, and he sat down. Nicolas nodded, and he rose.\n"
    )
    index = StoryIndex.build(text, [Span(0, len(text))], "en")
    cues = index.evidence.mentions["Nicolas"].cues
    assert [bool(cue & Cue.SHE) for cue in cues] == [False] * 5
    assert [bool(cue & Cue.HE) for cue in cues] == [False, False, False, True, True]


def test_miss_goes_to_the_one_woman_of_the_family_once_all_names_are_gathered() -> None:
    text = (
        "“Good day, Miss Vane,” said Dr. Lisk. Ister Vane laughed. “No,” said Ister Vane.\n"
        "Evie Vane smiled, and she rose. “Come,” said Evie, and she sang. Miss Vane stayed at home.\n"
    )
    assert names(people(text), "Miss Vane") == {"Evie Vane", "Evie", "Miss Vane"}
    two = "Rose Vane wept, and she left. “Well,” said Rose, and she sang.\n"
    assert names(people(text + two), "Miss Vane") == {"Miss Vane"}


def test_two_short_forms_of_one_name_do_not_bar_each_other_from_it() -> None:  # T49
    hal = (
        "Andrew sat down. “Well, Andie, what now?” said Mr. Tarn. Andrew smiled, and he rose.\n"
        "Andrew laughed at him. “Come, Andie!” said Mr. Tarn, and Andrew went to the door.\n"
        "Andrew wept. “Dear Andie, do not,” said Mr. Tarn. “I must,” said Andrew.\n"
    ).replace("Andie", "Andy")
    other = hal.replace("Andy", "Andryusha").replace("Mr. Tarn", "Mrs. Lisk")
    both = "“Where is Andy? Is Andy up? Andy!” said Mr. Tarn. Andryusha nodded, and he sang.\n" * 2
    assert names(people(hal + other + both), "Andrew") == {"Andrew", "Andy", "Andryusha"}


def test_miss_brook_is_the_sister_of_whom_far_more_is_told() -> None:
    two = "Ada Brook sat down, and she sewed. Nell Brook came in, and she sang.\n"
    ada = "Ada laughed, and she rose. Ada went to the window. Ada sighed.\n"
    nell = "Nell laughed, and she rose. Nell went to the window. Nell sighed.\n"
    text = two + ada * 4 + nell + "It rained. Miss Brook was alone, and she read a book.\n"
    assert names(people(text), "Miss Brook") == {"Ada", "Ada Brook", "Miss Brook"}
    assert names(people(text + nell * 3), "Miss Brook") == {"Miss Brook"}
