"""The whole story as one reader has corrected it: cards, ties, speakers, mentions and names move together."""

from __future__ import annotations

from storage.story.corrected import CorrectedStory
from storage.story.corrections import Correction, CorrectionKind
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

TEXT = (
    "Brin Aske was a tall man. Brin Aske laughed, and Sella Tarn laughed too.\n"
    "“Good night,” said Brin Aske.\n“Good night,” said Sella Tarn.\n"
    "Sella Tarn, the sister of Brin Aske, smiled. Dario Flint was the friend of Sella Tarn.\n"
    "“Come in,” said Dario Flint. Old Dario laughed, and Dario said no. Dario Flint sat down.\n"
)
END = len(TEXT)


def told() -> StoryPrefix:
    return StoryIndex.build(TEXT, [Span(0, END)], "en").cut(TEXT, END)


def story(*corrections: Correction) -> CorrectedStory:
    return CorrectedStory(told(), TEXT, corrections)


def make(kind: CorrectionKind, name: str, other: str = "", reveal: int = END) -> Correction:
    card = next(card for card in told().people() if name in {known.name for known in card.names})
    return Correction(kind, card.name, card.first, reveal, other, TEXT.find(other) if other else 0)


def test_the_plain_text_tells_what_these_tests_correct() -> None:
    assert {(tie.a, tie.kind, tie.b) for tie in told().relations()} == {
        ("Sella Tarn", "sister", "Brin Aske"),
        ("Dario Flint", "friend", "Sella Tarn"),
    }
    assert [line.speaker for line in told().speakers()] == ["Brin Aske", "Sella Tarn", "Dario Flint"]


def test_nothing_corrected_tells_the_same() -> None:
    plain, same = told(), story()
    assert same.people() == plain.people()
    assert same.relations() == plain.relations()
    assert same.speakers() == plain.speakers()
    assert same.names() == plain.names()
    for card in plain.people():
        assert same.who(card.name) == plain.who(card.name)
        assert same.mentions(card.name) == plain.mentions(card.name)
        assert same.relations(card.name) == plain.relations(card.name)


def test_a_new_name_is_used_everywhere_and_answers() -> None:
    found = story(make(CorrectionKind.RENAME, "Sella Tarn", "Aunt Sella"))
    assert [card.name for card in found.who("aunt sella")] == ["Aunt Sella"]
    assert [card.name for card in found.who("Sella Tarn")] == ["Aunt Sella"]
    assert {name for tie in found.relations() for name in (tie.a, tie.b)} >= {"Aunt Sella", "Brin Aske"}
    assert "Aunt Sella" in [line.speaker for line in found.speakers()]
    assert found.mentions("Aunt Sella") == told().mentions("Sella Tarn")
    assert found.names() - told().names() == {"Aunt Sella"}


def test_of_who_is_hidden_nothing_is_told() -> None:
    found = story(make(CorrectionKind.HIDE, "Dario Flint"))
    assert found.who("Dario Flint") == []
    assert found.mentions("Dario Flint") == []
    assert [tie.kind for tie in found.relations()] == ["sister"]
    assert [line.speaker for line in found.speakers()] == ["Brin Aske", "Sella Tarn", None]
    assert not {"Dario Flint", "Dario"} & found.names()


def test_two_who_are_one_have_one_card_and_no_tie_to_themselves() -> None:
    found = story(make(CorrectionKind.MERGE, "Brin Aske", "Sella Tarn"))
    assert [card.name for card in found.who("Sella Tarn")] == ["Brin Aske"]
    assert [(tie.a, tie.kind, tie.b) for tie in found.relations()] == [("Dario Flint", "friend", "Brin Aske")]
    both = sorted([*told().mentions("Brin Aske"), *told().mentions("Sella Tarn")])
    assert found.mentions("Sella Tarn") == both


def test_a_name_that_is_parted_takes_its_own_mentions_along() -> None:
    names = {known.name for known in told().who("Dario Flint")[0].names}
    assert names == {"Dario Flint", "Dario"}
    found = story(make(CorrectionKind.SPLIT, "Dario Flint", "Dario"))
    whole, parted = found.mentions("Dario Flint"), [card for card in found.people() if card.name == "Dario"]
    assert len(parted) == 1
    assert {TEXT[span.start : span.end] for span in whole} == {"Dario Flint"}
    assert [tie.a for tie in found.relations() if tie.kind == "friend"] == ["Dario Flint"]


def test_what_was_corrected_further_on_changes_nothing_here() -> None:
    found = story(make(CorrectionKind.HIDE, "Dario Flint", reveal=END + 1))
    assert found.people() == told().people()
