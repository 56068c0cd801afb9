"""Whether a name is somebody, somewhere or something, by the words around it so far."""

from __future__ import annotations

from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span


def read(text: str) -> StoryPrefix:
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text, len(text))


ACROSS = (
    "“Ned of Oxley laid it,” said the Reeve, and Ada spoke of Oxley, whose chimneys she could see.\n"
    "Oxley lay half a mile off. Doctor Lisk had been to Oxley and back, and Ada laughed at him.\n"
)


def test_a_town_that_people_come_from_is_no_person_though_it_has_chimneys() -> None:
    prefix = read(ACROSS)
    assert prefix.who("Oxley") == []
    assert "Oxley" in [place.name for place in prefix.places()]
    assert [card.name for card in prefix.who("Ada")] == ["Ada"]


def test_a_river_that_stands_first_in_what_somebody_says_does_not_speak() -> None:
    text = (
        "Far below ran the river Tarn. Ada looked down at it and she was afraid of the Tarn.\n"
        "“That is what she said. ‘The Tarn had him,’ and so it had.” Ada sighed. The Tarn shone.\n"
    )
    prefix = read(text)
    assert prefix.who("Tarn") == []
    assert [card.name for card in prefix.who("Ada")] == ["Ada"]


def test_an_inspector_who_speaks_is_somebody() -> None:
    prefix = read(
        "“Sit down,” said the Inspector. Ada sat down. “Now,” said the Inspector, “who was it?”\n" * 2
    )
    assert [card.name for card in prefix.people()] == ["the Inspector", "Ada"]


def test_an_inn_in_quotation_marks_is_not_spoken_to() -> None:
    text = "They sat in the garden of the “Trois Lanternes,” and at the “Trois Lanternes,” Ada laughed.\n" * 2
    prefix = read(text)
    assert prefix.who("Trois Lanternes") == []
    assert [card.name for card in prefix.people()] == ["Ada"]


def test_a_family_is_no_single_person_where_somebody_bears_its_name() -> None:
    text = (
        "Emmeline Granger laughed, and she sat down. “No,” said Emmeline. Ned Oke smiled.\n"
        "Grangers came from all sides. “Grangers!” cried Ned Oke. Grangers laughed, and Grangers ran.\n"
    )
    assert [card.name for card in read(text).people()] == ["Emmeline", "Ned Oke"]


def test_a_land_that_is_old_and_a_notion_are_nobody() -> None:
    text = (
        "“It is the air of this old Ruthenia. We left little Ruthenia,” said Ada. Ada laughed, and she sat.\n"
        "“Yes, Socialism, Ned!” cried Ada. “I love Socialism,” said Ned. Ned smiled. “Oh, Socialism!”\n"
    )
    assert [card.name for card in read(text).people()] == ["Ada", "Ned"]


def test_a_plural_that_once_begins_a_sentence_is_nobody_yet() -> None:
    text = "Ned Oke came in. Freckles went over his nose and down into his collar. “Sit,” said Ned Oke.\n"
    assert [card.name for card in read(text).people()] == ["Ned Oke"]
    later = text + "He called in Freckles. Freckles came. “What now?” said Freckles.\n"
    assert {card.name for card in read(later).people()} == {"Ned Oke", "Freckles"}


def test_whose_room_somebody_is_in_is_no_place_and_a_town_without_a_room_is_one() -> None:
    text = "Ada saw a light in Wrenfield's window. That night, in Wrenfield's room, Ada wept.\n"
    text += "At last Wrenfield smiled at Ada. Ada lived in Oxley. She was born in Oxley.\n"
    prefix = read(text)
    assert [card.name for card in prefix.who("Wrenfield")] == ["Wrenfield"]
    assert [place.name for place in prefix.places()] == ["Oxley"]


def test_who_has_a_given_name_is_somebody_though_nobody_tells_what_he_does() -> None:
    text = "“If only Chester had come,” sighed Ada. Ada rose, and she was glad to think of Chester.\n"
    assert [card.name for card in read(text).who("Chester")] == ["Chester"]
    assert read(text.replace("Chester", "Graymark")).who("Graymark") == []


def test_a_word_that_is_called_out_but_once_is_nobody_for_all_that_is_said_to_be_its() -> None:
    text = "“Fine land! Listen, Graymark, land of hope!” sang Ada, and she loved Graymark's hills.\n"
    assert read(text + "“Take Graymark's mines,” said Ada.\n").who("Graymark") == []


def test_ella_is_a_name_though_a_word_of_another_tongue_is_written_so() -> None:
    cards = read(
        "“Sit down,” said Ella Kay, and then Ella Kay smiled. It was late when Ella Kay rose.\n"
    ).people()
    assert [card.name for card in cards] == ["Ella Kay"]
