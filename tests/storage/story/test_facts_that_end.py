"""States and looks that the text ends, when it says when, groups and things (S11, T5, T6, T46)."""

from __future__ import annotations

import pytest

from storage.story.facts import Descriptor
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span


def read(text: str, end: int | None = None) -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end)


def told(text: str, kind: str, end: int | None = None) -> list[Descriptor]:
    return [d for card in read(text, end).people() for d in card.descriptors if d.kind == kind]


DEATH = "Odo Pell smiled. Odo Pell said yes. Odo Pell died that night. They wept.\n"
RETURN = "Years went by. Odo Pell was alive, and Odo Pell said so himself.\n"


def test_a_death_holds_for_whoever_has_not_read_of_the_return() -> None:  # T6
    text = DEATH + RETURN
    (before,) = told(text, "state", len(DEATH))
    assert (before.text, before.until) == ("died", None)
    (after,) = told(text, "state")
    assert after.until == text.index(" himself") + len(" himself.")


@pytest.mark.parametrize(
    ("first", "later", "kind"),
    [
        ("Sella had long dark hair.", "Sella cut off her hair.", "looks"),
        ("Sella was wounded.", "Sella recovered at last.", "state"),
    ],
)
def test_what_the_text_ends_has_an_end(first: str, later: str, kind: str) -> None:
    text = f"Sella smiled. “No,” said Sella. {first} Sella wept.\n{later} Sella laughed.\n"
    (descriptor,) = told(text, kind)
    assert descriptor.until is not None
    assert descriptor.until == text.index(later) + len(later)
    (earlier,) = told(text, kind, text.index(later))
    assert earlier.until is None


def test_another_change_ends_nothing() -> None:
    text = "Sella smiled. “No,” said Sella. Sella had grey eyes. Sella cut off her hair.\n"
    assert [d.until for d in told(text, "looks")] == [None]


def test_voice_and_temper_are_told() -> None:
    text = "Sella smiled. “No,” said Sella, in a low voice. Sella was proud and very shy. Sella wept.\n"
    assert [d.text for d in told(text, "voice")] == ["a low voice"]
    assert [d.text for d in told(text, "trait")] == ["proud and very shy"]


def test_every_descriptor_knows_the_name_it_is_said_of() -> None:
    text = "Brin Aske, a thin man of fifty years, said no. Aske was the miller. Aske smiled.\n"
    assert {d.of for card in read(text).people() for d in card.descriptors} == {"Brin Aske", "Aske"}


def test_the_timeline_is_in_the_order_of_the_text() -> None:  # T46
    text = "It was in May 1810. Two years later Odo came home. On Friday he slept. The cat sat on the mat.\n"
    marks = read(text).timeline()
    assert [(m.kind, m.text) for m in marks] == [
        ("date", "May 1810"),
        ("after", "Two years later"),
        ("day", "On Friday"),
    ]
    assert all(m.reveal == m.sentence.end for m in marks)
    assert len(read(text, text.index("Two")).timeline()) == 1


def test_groups_and_things_are_nobody() -> None:
    text = (
        "They sailed in the Petrel. The wind took the Petrel at noon, and the Petrel sank.\n"
        "He was of the Horn Society. “The Horn Society,” said Odo, “meets in Ostrel.” Odo left the Petrel.\n"
    )
    prefix = read(text)
    assert {(thing.kind, thing.name) for thing in prefix.groups()} >= {
        ("thing", "the Petrel"),
        ("group", "the Horn Society"),
    }
    assert not any("Petrel" in card.name or "Society" in card.name for card in prefix.people())


def test_mentions_are_all_places_of_one_person() -> None:
    text = "Brin Aske said no. Aske smiled. Nobody saw Brin Aske. Odo wept.\n"
    places = read(text).mentions("Aske")
    assert [text[span.start : span.end] for span in places] == ["Brin Aske", "Aske", "Brin Aske"]
    assert read(text).mentions("Zorblax") == []


def test_a_voice_is_theirs_who_speak_and_not_theirs_to_whom_is_spoken() -> None:
    text = "Sella smiled. Then Bram asked Sella in a low voice where she lived. Sella wept. Bram rose.\n"
    assert told(text, "voice") == []
    text = (
        "Sella smiled, and Sella in a low voice told him. “Yes!” cried Sella in a loud voice. Sella wept.\n"
    )
    assert [d.text for d in told(text, "voice")] == ["a low voice", "a loud voice"]
