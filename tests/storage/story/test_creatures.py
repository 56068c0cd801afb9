"""Dogs, horses and cats with names have cards that say so; whoever speaks is a person (S12, S13)."""

from __future__ import annotations

import pytest

from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

PEOPLE = (
    "Ned Oke laughed, and he sat down. “No,” said Ned. Ada Crane smiled, and she nodded. “Well,” said Ada. "
    "Ned stood by the door. Bramble ran out, and Bramble sat down. Ned looked up, and Bramble came to him. "
    "Bramble slept.\n"
)


def read(text: str, end: int | None = None) -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end)


def creatures(text: str) -> dict[str, str]:
    return {card.name: card.creature for card in read(PEOPLE + text).people() if card.creature}


@pytest.mark.parametrize(
    ("said", "creature"),
    [
        ("Ned whistled to his dog Bramble.", "dog"),
        ("Bramble, Ned’s old black dog, was out.", "dog"),
        ("Bramble was the cat.", "cat"),
        ("Ada had a mare called Bramble.", "mare"),
        ("Bramble proved to be a big, rough creature, half terrier.", "terrier"),
        ("Ned saddled his horse, Bramble, and left.", "horse"),
        # Of people one says such things too, and a name may begin a clause.
        ("“Bramble, you old dog!” said Ned.", None),
        ("Bramble was a sly dog.", None),
        ("He whistled to his dog, Bramble laughed.", None),
        ("It was a horse Bramble had sold.", None),
        ("“It was only a cow, Bramble,” said Ned.", None),
    ],
)
def test_a_sentence_that_says_what_a_name_names_marks_its_card(said: str, creature: str | None) -> None:
    assert creatures(said + "\n") == ({"Bramble": creature} if creature else {})


def test_whoever_speaks_is_a_person() -> None:
    said = "Bramble was the cat. “Well,” said Bramble. “I am cold,” said Bramble. Bramble said no more.\n"
    assert creatures(said) == {}


def test_the_mark_is_not_there_before_the_sentence() -> None:  # S11
    text = PEOPLE + "It was late.\nNed whistled to his dog Bramble.\nIt was cold.\n"
    at = text.index("Ned whistled")
    assert not [card for card in read(text, at).people() if card.creature]
    (card,) = [card for card in read(text).people() if card.creature]
    (fact,) = [fact for fact in card.descriptors if fact.kind == "creature"]
    assert (fact.quote, fact.reveal) == ("Ned whistled to his dog Bramble.", fact.span.end)


def test_a_dog_is_not_taken_for_who_speaks_or_whose_sister_somebody_is() -> None:
    text = PEOPLE + "Ned whistled to his dog Bramble.\nBramble sat down. “Well, well,” he said.\n"
    prefix = read(text + "Bramble came in. His sister Ada Crane nodded.\n")
    assert [line.speaker for line in prefix.speakers()][-1] != "Bramble"
    assert not [tie for tie in prefix.relations() if "Bramble" in (tie.a, tie.b)]
