"""Words in the book's own sense, and what happened in each section, by what was read (S17, S31)."""

from __future__ import annotations

import pytest

from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

VELDER = (
    "The velder swung over the door. A velder, which is a small lamp of horn, burns for a week.\n"
    "They walked on until the rain began. The people of the marsh call it a “moon lamp”, and they laugh.\n"
    "Much later the old woman spoke. “A velder means a promise,” she said, and shut the door.\n"
    "The house was large. The house stood alone. A house, which was a ruin, stood near it.\n"
)


def read(text: str, end: int | None = None) -> StoryPrefix:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end)


def test_a_word_has_the_senses_that_were_read_oldest_first() -> None:  # S17
    card = read(VELDER).define("velder")
    assert card is not None
    assert [VELDER[s.span.start : s.span.end] for s in card.senses] == [s.text for s in card.senses]
    assert ["lamp of horn" in card.senses[0].text, "promise" in card.senses[1].text] == [True, True]
    assert card.mentions == 3
    assert card.first == VELDER.index("velder")
    early = read(VELDER, VELDER.index("Much later")).define("velder")
    assert early is not None
    assert len(early.senses) == 1


def test_a_word_quoted_as_a_name_for_a_thing_is_a_term() -> None:
    assert "moon lamp" in {card.term for card in read(VELDER).terms()}


def test_a_plain_word_that_is_described_is_no_term() -> None:
    assert "house" not in {card.term for card in read(VELDER).terms()}


def test_a_word_that_nothing_explains_shows_its_first_use_when_asked_for() -> None:
    card = read(VELDER).define("woman")
    assert card is not None
    assert card.senses == ()
    assert card.context is not None
    assert VELDER[card.context.start : card.context.end] == "Much later the old woman spoke."


def test_a_word_not_read_yet_is_unknown_like_one_that_never_comes() -> None:  # T7
    early = read(VELDER, VELDER.index("Much later"))
    assert early.define("promise") is None
    assert early.define("zorblax") is None
    assert read(VELDER).define("elder") is None  # a part of a word is no word


CHAPTERS = [
    "Orla Finn rowed across the black lake with a chest of silver under the bench of the boat. "
    "“Is it far?” asked the boy. “Not so far as yesterday,” she said. "
    "It rained. The boy slept. Orla Finn buried the silver chest beneath the dead elm on the island.\n\n",
    "The bailiff searched the farm from the loft to the cellar and found no silver at all. "
    "“Where is it?” he said. “Where is what?” said Orla Finn. "
    "Orla Finn sold the grey mare at the market and paid the bailiff with the money.\n\n",
    "Orla Finn buried the silver chest beneath the dead elm on the island. "
    "The boy told the bailiff everything about the island before the ferry left the shore.\n\n",
]
TEXT = "".join(CHAPTERS)
SECTIONS = [Span(TEXT.index(c), TEXT.index(c) + len(c)) for c in CHAPTERS]


def digests(end: int) -> list[tuple[int, str]]:
    index = StoryIndex.build(TEXT, SECTIONS, "en", [3, 4, 5])
    return [(d.section, d.text) for d in index.cut(TEXT[:end], end).digests()]


def test_a_digest_tells_in_order_what_was_done_and_leaves_the_talk() -> None:
    (section, text), *_ = digests(len(TEXT))
    assert section == 3
    assert text.index("rowed") < text.index("buried")
    assert "Is it far" not in text


def test_a_digest_is_made_of_sentences_of_its_section() -> None:
    index = StoryIndex.build(TEXT, SECTIONS, "en")
    for digest in index.cut(TEXT, len(TEXT)).digests():
        quoted = [TEXT[s.start : s.end] for s in digest.evidence]
        assert digest.text == " ".join(quoted)
        assert all(digest.span.start <= s.start and s.end <= digest.span.end for s in digest.evidence)


def test_a_sentence_told_before_is_not_told_again() -> None:
    assert "buried" not in digests(len(TEXT))[2][1]


def test_later_sections_change_no_earlier_digest() -> None:  # S31
    whole = digests(len(TEXT))
    for count, section in enumerate(SECTIONS, 1):
        assert digests(section.end) == whole[:count]


def test_the_section_being_read_has_a_digest_of_what_was_read() -> None:
    end = SECTIONS[1].start + CHAPTERS[1].index("“Where is it")
    assert [section for section, _ in digests(end)] == [3, 4]
    assert "mare" not in digests(end)[1][1]


def test_nothing_read_has_no_digest() -> None:
    assert digests(0) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            "She drew out one thread. That was the marrow, the yarn which a ropemaker lays in the heart.",
            "marrow",
        ),
        ("“That’s the nidge,” said Ned. “A nidge is a watch-hut. It hangs over the drop.”", "nidge"),
        ("“It’s the hesk, miss, the wind that climbs out of the gulf every noon.”", "hesk"),
        (
            "White specks turned. They were wennets, he told her, the small white swifts that nest there.",
            "wennets",
        ),
        ("“Ebbers, we call ’em, them that live on the floor of the gulf.”", "ebbers"),
    ],
)
def test_a_word_is_explained_in_passing_too(text: str, word: str) -> None:
    card = read(text).define(word)
    assert card is not None
    assert card.senses


@pytest.mark.parametrize(
    "text", ["“That’s a lie, sir, and you know it.”", "It was cold, and the wind was up."]
)
def test_what_explains_no_word_is_no_definition(text: str) -> None:
    assert all(card is None or not card.senses for card in map(read(text).define, ("lie", "cold")))
