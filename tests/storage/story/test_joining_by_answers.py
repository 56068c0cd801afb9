"""A name that is only called joins whoever speaks each time; married names join the one who may bear them
(S14, T3, T49)."""

from __future__ import annotations

from storage.story.facts import PersonCard
from storage.story.index import StoryIndex
from storage.values import Span


def people(text: str, end: int | None = None) -> list[PersonCard]:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end).people()


def names(cards: list[PersonCard], name: str) -> set[str]:
    return next(
        {known.name for known in card.names} for card in cards if name in {k.name for k in card.names}
    )


def talk(called: str, answers: str) -> str:
    return (
        "Mr. Orrow nodded. Ada Pell smiled at Mr. Orrow, and she sat down.\n"
        f"“You are late, {called},” said Ada.\n{answers}“Bread, {called}?” said Ada.\n{answers}"
    )


ANSWER = "“The mill was slow,” said Mr. Orrow.\n"
CALL = "“And now, Hal, come,” said Ada.\n"


def test_who_answers_each_time_a_name_is_called_bears_it() -> None:  # T49
    text = talk("Hal", ANSWER) + CALL + ANSWER
    assert names(people(text), "Hal") == {"Hal", "Mr. Orrow"}


def test_two_answers_are_not_yet_enough() -> None:  # S14
    assert names(people(talk("Hal", ANSWER)), "Hal") == {"Hal"}


def test_the_name_is_known_to_be_theirs_from_the_third_answer_on() -> None:  # S13, T3
    text = talk("Hal", ANSWER) + CALL + ANSWER + "Ada wept.\n"
    found = next(card for card in people(text) if "Hal" in {known.name for known in card.names})
    reveal = next(known.reveal for known in found.names if known.name == "Hal")
    assert text.index(CALL) <= reveal <= text.index("Ada wept")
    assert names(people(text, text.index(CALL)), "Hal") == {"Hal"}


def test_who_calls_a_name_does_not_bear_it() -> None:
    text = talk("Hal", ANSWER) + "“Come, Hal,” said Mr. Orrow.\n" + ANSWER + CALL + ANSWER
    assert names(people(text), "Hal") == {"Hal"}


def test_a_woman_who_answers_is_no_hal_who_is_a_he() -> None:
    text = (
        talk("Hal", "“The mill was slow,” said Mrs. Orrow.\n")
        + "“Hal knows that he is late,” said Ada.\n" * 3
    )
    assert names(people(text), "Hal") == {"Hal"}


def test_who_bears_another_given_name_is_not_the_one_called() -> None:
    text = talk("Hal", "“Slow,” said Walter Orrow.\n") + CALL + "“Slow,” said Walter Orrow.\n"
    assert names(people(text), "Hal") == {"Hal"}


FAMILY = (
    "Mr. Vail nodded. Miss Ada Vail smiled, and she sat down. Clara Vail said that she was tired.\n"
    "“Yes,” said Miss Ada Vail. Clara laughed, and she looked at the sea.\n"
)


def test_mrs_is_the_one_woman_of_the_name_who_is_no_miss() -> None:
    assert "Clara" in names(people(FAMILY + "Later Mrs. Vail said that all was well.\n"), "Mrs. Vail")


def test_mrs_is_nobody_told_beside_her() -> None:
    text = FAMILY + "Mrs. Vail and Clara walked. Mrs. Vail kissed Clara. Mrs. Vail called Clara in.\n"
    assert names(people(text), "Mrs. Vail") == {"Mrs. Vail"}


def test_a_father_whom_the_teller_calls_mr_is_not_the_son_whom_it_calls_by_his_name() -> None:  # T48
    sea = " at the long grey sea and at the many boats on it, for an hour and more that day.\n"
    text = "Mr. Otto Vail said no. Otto Vail smiled.\n" + "Mr. Vail and Otto walked.\n" * 4
    text += f"Carl Vail looked{sea}" + f"Carl laughed, and he looked{sea}Mr. Vail looked{sea}" * 4
    assert names(people(text), "Mr. Vail") == {"Mr. Vail"}


TOLD = "“I should think so, {0},” said Ada.\n“Not yet,” I said.\nAda laughed, and she went out.\n"


def test_names_to_which_the_teller_answers_are_one_person() -> None:  # S13, S14
    text = "I met Ada at the mill.\n" + (TOLD.format("Davy") + TOLD.format("Trotter")) * 3
    assert names(people(text), "Davy") == {"Davy", "Trotter"}


def test_a_name_that_the_teller_tells_of_is_not_the_tellers() -> None:  # S14
    text = "I met Ada at the mill.\n" + (TOLD.format("Davy") + TOLD.format("Trotter")) * 3
    text += "Trotter laughed, and he sat down. Then Trotter nodded.\n" * 3
    assert names(people(text), "Davy") == {"Davy"}


def test_a_courtesy_that_is_called_and_never_told_of_is_the_tellers() -> None:  # S14
    call = "“I hope you are well, Mr. Farrow,” said Ada. Ada bowed, and she smiled.\n"
    text = "I met Ada at the mill.\n" + TOLD.format("Davy") * 3 + call * 3
    assert names(people(text), "Davy") == {"Davy", "Mr. Farrow"}
    assert names(people(text + "Mr. Farrow nodded and sat down.\n"), "Davy") == {"Davy"}
