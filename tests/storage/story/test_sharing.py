"""A "Miss Brook" is said to one sister here, to another there: each card has its own mentions (S14, S16)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.story.facts import PersonCard
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

SISTERS = (
    "Miss Ada Brook smiled, and she sat down. Ada said no. “No,” said Ada. Miss Brook was tall. Miss Brook "
    "nodded, and Ada laughed.\nRose Brook smiled, and she sang. “Well,” said Rose. Rose sat down, and she "
    "looked at Ada. “It is late, Miss Brook,” said Mr. Lund to Ada.\n"
)
FAR = "The rain fell on the hill, and it was late. Nobody came, and nothing was heard but the wind.\n" * 20
ALONE = "Rose went up the hill, and she met Mr. Lund. “You are cold, Miss Brook,” said Mr. Lund. Rose sang.\n"
BOTH = "Ada and Rose went up the hill. “You are cold, Miss Brook,” said Mr. Lund. Rose sang.\n"


def read(text: str, end: int | None = None) -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end)


def card(prefix: StoryPrefix, name: str) -> PersonCard:
    return next(card for card in prefix.people() if any(known.name == name for known in card.names))


def called(prefix: StoryPrefix, name: str, text: str) -> list[int]:
    """Return where somebody stands as Miss Brook."""
    return [span.start for span in prefix.mentions(name) if text[span.start : span.end] == "Miss Brook"]


def test_a_call_belongs_to_the_sister_who_is_there_and_the_telling_to_the_eldest() -> None:
    text = SISTERS + FAR + ALONE
    prefix = read(text)
    at = text.rindex("Miss Brook")
    assert called(prefix, "Rose", text) == [at]
    assert at not in called(prefix, "Ada Brook", text)
    assert len(called(prefix, "Ada Brook", text)) == 3
    known = next(one for one in card(prefix, "Rose").names if one.name == "Miss Brook")
    assert (known.reveal, known.mentions) == (at + len("Miss Brook"), 1)


def test_before_the_call_the_name_is_the_elders_alone() -> None:  # S13
    text = SISTERS + FAR + ALONE
    prefix = read(text, text.rindex("Miss Brook"))
    assert all(known.name != "Miss Brook" for known in card(prefix, "Rose").names)
    assert [one.name for one in prefix.who("Miss Brook")] == [card(prefix, "Ada").name]


def test_where_both_are_told_of_it_stays_with_the_eldest() -> None:
    text = SISTERS + FAR + BOTH
    assert called(read(text), "Rose", text) == []
    assert len(called(read(text), "Ada Brook", text)) == 4


def test_a_married_sister_is_not_called_miss() -> None:
    wed = "Mrs. Rose Brook bowed, and she left. Mrs. Rose Brook said no.\n"
    text = SISTERS + wed + FAR + ALONE
    assert called(read(text), "Rose", text) == []


def test_what_is_told_of_one_stands_on_her_card_alone() -> None:
    text = SISTERS + FAR + ALONE.replace("Miss Brook,” said", "Miss Brook, the elder of the two,” said")
    prefix = read(text)
    tall = [[fact.text for fact in card(prefix, name).descriptors] for name in ("Ada", "Rose")]
    assert "tall" in " ".join(tall[0])
    assert "tall" not in " ".join(tall[1])


def test_a_name_that_two_bear_is_asked_back() -> None:  # T48
    names = {one.name for one in read(SISTERS + FAR + ALONE).who("Miss Brook")}
    assert len(names) == 2


@settings(deadline=None)
@given(end=st.integers(0, len(SISTERS + FAR + ALONE)))
def test_whose_a_call_is_is_known_from_what_stands_before_it(end: int) -> None:  # bounded equals truncated
    text = SISTERS + FAR + ALONE
    assert read(text, end).people() == read(text[:end]).people()
