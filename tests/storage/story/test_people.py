"""Who is somebody, and which names are one person, by what was read (S11-S16, T3-T7, T47-T49)."""

from __future__ import annotations

import pytest

from storage.story.facts import PersonCard
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span


def read(text: str, end: int | None = None, language: str = "en") -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], language).cut(text[:end], end)


def card(prefix: StoryPrefix, name: str) -> PersonCard:
    found = prefix.who(name)
    assert len(found) == 1, [c.name for c in found]
    return found[0]


def names_of(found: PersonCard) -> set[str]:
    return {known.name for known in found.names}


HARBOUR = (
    "Mr. Odo Pellam walked down to the harbour, and Miss Pellam went with him. Pellam said nothing.\n"
    "“Good evening, Ivo,” said Mrs. Crane. Ivo Marsk bowed. He thought that Mrs. Crane looked tired.\n"
    "In Saltby the lamps were lit. They had lived in Saltby for years, and nobody in Saltby knew them.\n"
    "Presently Ivo laughed. “Come, Odo!” cried Miss Pellam, who was cold; and Ivo followed her.\n"
)


def test_people_and_places_are_told_apart_by_the_words_around_them() -> None:
    prefix = read(HARBOUR)
    people = {name for c in prefix.people() for name in names_of(c)}
    assert {"Mr. Odo Pellam", "Miss Pellam", "Ivo", "Ivo Marsk", "Mrs. Crane"} <= people
    assert [place.name for place in prefix.places()] == ["Saltby"]
    assert "Presently" not in prefix.names()


def test_a_word_that_begins_a_sentence_is_no_part_of_the_name() -> None:
    assert not any("Presently" in name for name in read(HARBOUR).names())


def test_a_full_name_gathers_its_parts_and_those_of_one_surname_stay_apart() -> None:
    prefix = read(HARBOUR)
    assert names_of(card(prefix, "Ivo Marsk")) == {"Ivo", "Ivo Marsk"}
    brother = card(prefix, "Mr. Odo Pellam")
    assert names_of(brother) == {"Mr. Odo Pellam", "Pellam", "Odo"}
    assert names_of(card(prefix, "Miss Pellam")) == {"Miss Pellam"}


def test_a_name_joins_a_card_where_the_text_makes_it_one_and_not_before() -> None:
    at = HARBOUR.index("Ivo Marsk bowed")
    before = read(HARBOUR, at)
    assert names_of(card(before, "Ivo")) == {"Ivo"}
    reveals = {known.name: known.reveal for known in card(read(HARBOUR), "Ivo").names}
    assert reveals["Ivo Marsk"] == at + len("Ivo Marsk")  # S13


def test_a_name_shared_by_several_gives_several_cards() -> None:  # T48
    text = (
        "“Father,” said Tom Vail. Ned Vail nodded. Mrs. Vail smiled, and Tom Vail laughed.\n"
        "Mrs. Vail said that supper was ready. Ned Vail said that he was not hungry.\n"
    )
    assert [c.name for c in read(text).who("Vail")] == ["Tom Vail", "Ned Vail", "Mrs. Vail"]
    assert len(read(text).who("Tom Vail")) == 1


def test_mother_and_daughter_of_one_surname_are_two() -> None:
    text = (
        "Miss Ada Roe smiled. “Ada,” said Mrs. Roe, “come here.” Ada Roe came, and Miss Roe sat down.\n"
        "Mrs. Roe said no more. Ada thought of the sea.\n"
    )
    prefix = read(text)
    assert names_of(card(prefix, "Mrs. Roe")) == {"Mrs. Roe"}
    assert {"Miss Ada Roe", "Ada Roe", "Ada", "Miss Roe"} == names_of(card(prefix, "Ada"))


def test_a_diminutive_is_not_joined_by_rule() -> None:  # T49
    text = "“Elizabeth,” said Mr. Tarn. Elizabeth smiled. “Lizzie,” said Mr. Tarn, and Lizzie wept.\n"
    prefix = read(text)
    assert card(prefix, "Elizabeth") != card(prefix, "Lizzie")


SECRET = (
    "Jem Orrow came to the mill in spring. Jem Orrow said that he was a miller, and he smiled.\n"
    "Dario Flint was wanted in three towns. “Dario Flint is a thief,” said the Constable.\n"
    "“Well,” said Jem Orrow, “the bread is good.” Jem Orrow laughed.\n"
    "That night they opened the trunk: Jem Orrow, whose real name was Dario Flint, had kept it all.\n"
    "Jem Orrow wept.\n"
)
SAID = "whose real name was Dario Flint"


def test_before_the_line_that_says_so_two_names_are_two_cards() -> None:  # S14, T3
    prefix = read(SECRET, SECRET.index(SAID))
    one, other = card(prefix, "Jem Orrow"), card(prefix, "Dario Flint")
    assert one != other
    assert names_of(one) == {"Jem Orrow"}
    assert not any(d.kind == "identity" for d in one.descriptors + other.descriptors)
    assert one.mentions == 5


def test_after_the_line_one_card_cites_it() -> None:  # T4
    prefix = read(SECRET, SECRET.index("Jem Orrow wept"))
    one = card(prefix, "Jem Orrow")
    assert one == card(prefix, "Dario Flint")
    identity = next(d for d in one.descriptors if d.kind == "identity")
    assert SAID in identity.quote
    assert identity.quote == SECRET[identity.span.start : identity.span.end]
    reveal = next(known.reveal for known in one.names if known.name == "Dario Flint")
    assert reveal == identity.span.end


def test_the_line_joins_nothing_one_sentence_earlier() -> None:  # T4
    sentence = SECRET.index("That night")
    assert len({c.first for c in read(SECRET, sentence).people()}) == 3


@pytest.mark.parametrize("said", ["otherwise known as", "alias", "who was better known as"])
def test_stated_names_join_from_their_sentence_on(said: str) -> None:
    text = f"Ebba Lund laughed. Nell Strand smiled. Ebba Lund, {said} Nell Strand, sat down.\n"
    assert len(read(text).people()) == 1
    assert len(read(text, text.index("Ebba Lund,")).people()) == 2


@pytest.mark.parametrize(
    "said", ["were the same", "were one woman", "are one and the same", "were one person"]
)
def test_two_who_are_said_to_be_one_are_one_from_then_on(said: str) -> None:  # T4
    text = f"Ebba Lund laughed. Nell Strand smiled. Ebba Lund and Nell Strand {said}. They wept.\n"
    assert len(read(text).people()) == 1
    assert len(read(text, text.index("Ebba Lund and")).people()) == 2


def test_a_future_name_and_a_nonsense_name_get_the_same_nothing() -> None:  # T7, S18
    prefix = read(SECRET, SECRET.index("Dario"))
    assert prefix.who("Dario Flint") == prefix.who("Zorblax") == []
    assert prefix.define("Dario") is prefix.define("Zorblax") is None
    assert "Dario Flint" not in prefix.names()


def test_a_death_is_told_from_its_sentence_on() -> None:  # T5, T6
    text = "Odo Pell smiled. Odo Pell said that all was well. Odo Pell died that night. They said so.\n"
    told = [d.text for d in card(read(text), "Odo Pell").descriptors if d.kind == "state"]
    assert told == ["died"]
    early = card(read(text, text.index(" died")), "Odo Pell")
    assert not early.descriptors


def test_what_is_said_of_somebody_is_dated_and_quoted() -> None:
    text = (
        "Brin Aske, a thin man of fifty years, said good night. Brin Aske was the miller.\n"
        "Sella had grey eyes. Sella smiled. Sella wore a blue cloak, and she laughed.\n"
    )
    prefix = read(text)
    kinds = {(d.kind, d.text) for d in card(prefix, "Brin Aske").descriptors}
    assert ("age", "a thin man of fifty years") in kinds
    assert ("trade", "the miller") in kinds
    sella = card(prefix, "Sella")
    assert {d.kind for d in sella.descriptors} == {"looks", "dress"}
    for descriptor in sella.descriptors:
        assert descriptor.quote == text[descriptor.span.start : descriptor.span.end]
        assert descriptor.reveal == descriptor.span.end  # S11
    assert len(sella.quotes) == 2


def test_an_aside_parts_nobody_from_what_is_said_of_them() -> None:
    text = "Sella laughed. Odo Drewe, Toll-Reeve of Varn, was a very large man of fifty. Sella sat down.\n"
    told = {(d.kind, d.text) for d in card(read(text), "Odo Drewe").descriptors}
    assert told == {("trade", "Toll-Reeve of Varn"), ("age", "a very large man of fifty")}


def test_an_epithet_used_as_a_name_has_a_card_with_its_article() -> None:
    text = (
        "Then the Inspector smiled. “Who was it?” asked the Inspector. Nobody spoke, and the Inspector sat.\n"
        "The Inspector looked at the Widow Hale, who wept.\n"
    )
    assert "the Inspector" in names_of(card(read(text), "the Inspector"))


def test_order_and_names_know_only_what_was_read() -> None:  # S13, S16
    text = "Abel Roy smiled. Berta said no. Berta laughed.\n" + "Abel Roy said yes. Roy nodded.\n" * 3
    early = read(text, text.index("\n"))
    assert [c.name for c in early.people()] == ["Berta", "Abel Roy"]
    assert [c.name for c in read(text).people()] == ["Abel Roy", "Berta"] or [
        c.name for c in read(text).people()
    ] == ["Roy", "Berta"]
    assert early.people()[0].last == text.index("Berta laughed")


def test_the_display_name_is_the_one_lately_used() -> None:  # S13
    text = "Abel Roy smiled. Abel Roy said yes.\n" + "Captain Roy nodded. Captain Roy said no.\n" * 12
    assert read(text, text.index("\n")).people()[0].name == "Abel Roy"
    assert read(text).people()[0].name == "Captain Roy"


def test_days_peoples_and_forms_of_address_are_nobody() -> None:
    text = "On Monday the English came. “Sir,” said Ned, “it is Christmas.” “Yes, Sir,” said Ned Poole.\n"
    assert {name for c in read(text).people() for name in names_of(c)} == {"Ned", "Ned Poole"}


def test_names_with_accents_and_particles_are_whole() -> None:
    text = "“Oui,” said Élodie de Brière. Madame Ångström smiled. Jean-Luc d’Été laughed, and Élodie wept.\n"
    prefix = read(text)
    names = {name for c in prefix.people() for name in names_of(c)}
    assert {"Élodie de Brière", "Élodie", "Madame Ångström"} <= names
    assert prefix.who("elodie") == prefix.who("Élodie")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "„Komm“, sagte Anton. Der Hund lief in den Wald. „Nein“, sagte Frau Brandt zu Anton.\n"),
        ("fr", "« Viens », dit Armand. Madame Roche regarda Armand. « Non », répondit Armand.\n"),
        ("ja", "太郎は言った。「行こう」と花子が答えた。\n"),
        ("ar", "قال أحمد. ذهبت ليلى إلى البيت.\n"),
    ],
)
def test_other_languages_find_less_and_never_fail(language: str, text: str) -> None:
    prefix = read(text * 3, language=language)
    prefix.people(), prefix.places(), prefix.terms(), prefix.digests()
    if language in ("de", "fr"):
        assert prefix.people()


def test_a_father_who_stands_beside_his_son_is_not_the_son() -> None:
    text = "Mr. Holt nodded, and Carl Holt said no.\n" + "Mr. Holt and Carl smiled. Mr. Holt left.\n" * 4
    prefix = read(text)
    assert names_of(card(prefix, "Mr. Holt")) == {"Mr. Holt"}
    assert {"Carl", "Carl Holt"} == names_of(card(prefix, "Carl"))


def test_a_title_alone_goes_to_the_one_who_bears_it_while_there_is_one() -> None:
    one = "Count Orlo bowed. The Count smiled. “No,” said the Count, and the Count laughed.\n"
    prefix = read(one)
    assert names_of(card(prefix, "the Count")) == {"Count Orlo", "the Count"}
    two = read(one + "Count Varga bowed. “Yes,” said Count Varga.\n")
    assert names_of(card(two, "Count Orlo")) == {"Count Orlo"}


def test_where_people_only_go_to_is_nobody() -> None:
    text = "They came from Ashmoor Pell. The road to Ashmoor Pell lay open. Ashmoor Pell slept.\n"
    found = {name for c in read(text + "“Yes,” said Ivo Marsk.\n").people() for name in names_of(c)}
    assert "Ivo Marsk" in found
    assert "Ashmoor Pell" not in found


def test_a_town_that_once_stands_before_a_comma_in_talk_is_nobody() -> None:
    text = "“No, Pellmoor, at night,” said Ivo Marsk. “The whole of Pellmoor.” Ivo Marsk nodded.\n"
    assert {name for c in read(text).people() for name in names_of(c)} == {"Ivo Marsk"}


def test_a_crowd_with_a_capital_is_nobody() -> None:
    text = "The oars, the oars! He took the oars and his oars. “Row,” said the Oars. The Oars walked.\n" * 2
    text += "They heard that the Oars, who were tired, said that the Oars slept.\n"
    assert not any("Oars" in name for c in read(text).people() for name in names_of(c))


LAME = (
    "Ivo Marsk smiled. “Good night,” said Ivo Marsk. That night the lame seafaring man crossed the bay.\n"
    "Ada Pell nodded. “I know it,” said Ada Pell. “The lame seafaring man was none other than Ivo Marsk.”\n"
    "Ada Pell wept.\n"
)


def test_an_epithet_in_small_letters_joins_whom_the_text_says_it_was() -> None:  # S14, T4
    found = card(read(LAME), "Ivo Marsk")
    known = next(name for name in found.names if "lame" in name.name)
    assert known.name == "the lame seafaring man"
    assert known.reveal == LAME.index("\nAda Pell wept")
    assert read(LAME).who("the lame seafaring man") == [found]


def test_an_epithet_is_nobody_before_the_line_that_joins_it() -> None:  # T3
    early = read(LAME, LAME.index("“The lame"))
    assert early.who("the lame seafaring man") == []
    assert names_of(card(early, "Ivo Marsk")) == {"Ivo Marsk"}


def test_what_another_does_is_no_look_of_hers() -> None:
    text = (
        "Brin Aske had grey eyes, and Brin Aske laughed. Orsel came in.\n"
        "She wore a ring, and seeing Brin Aske’s glance she spread the fingers.\n"
    )
    looks = [d.text for d in card(read(text), "Brin Aske").descriptors if d.kind == "looks"]
    assert looks == ["grey eyes"]


def test_a_card_is_headed_by_the_narrators_word_not_by_what_is_shouted_last() -> None:  # S13
    said = "“You are late, Hal,” said Ada Pell.\n“The mill was slow,” said Mr. Orrow.\n"
    text = (
        "Mr. Orrow nodded. Ada Pell smiled at Mr. Orrow.\n" + said * 4 + "“Hal! Hal! Hal!” they cried. " * 6
    )
    assert card(read(text), "Hal").name == "Mr. Orrow"
