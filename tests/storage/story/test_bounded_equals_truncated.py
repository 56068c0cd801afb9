"""The law: an index of the whole book, cut, tells the same as an index of the cut book (S9-S17, S31)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

_PIECES = [
    "Mrs. Varr came to Ostrel with her son Tam, a thin boy of ten years old.",
    "“Where is the velder?” said Tam, looking at Inspector Quill.",
    "A velder, which is a small lamp of horn, hung in the hall.",
    "The Inspector smiled. He was a stout man, and had grey eyes.",
    "Presently Tam Varr ran into the garden; Miss Varr, his sister, followed him.",
    "Edrin Sool, otherwise known as Marlo Finch, was the miller’s friend.",
    "“Come here, Tam!” cried Mr. Varr, who had heard all.",
    "At Low Brackley the lamps were lit, and Marlo Finch sat down.",
    "In Ostrel they call it a “moon lamp”, and nobody laughs.",
    "Quill was dead. Rose wept, and the rose in her hand shook",
    "OSTREL AND AFTER",
    "Tam’s sister Rose wore a blue cloak and said nothing at all to Mr. Varr.",
    "Nobody knew it! The velder means a promise in Ostrel, and Captain Sool told them so.",
    "Mr. Edrin Sool—that was really his name—was already Marlo Finch when he came to the mill.",
    "“Dr. Brae,” answered Tam Varr, “the Count is here.” Count Orloe bowed.",
    "Tam’s friend, Captain Sool, married Miss Varr in May 1810, two years after the flood.",
    "“Is it you, Rose?” “My brother Tam is not dead,” she said. “He is engaged to Marlo Finch!",
    "“Rosie,” I said, “the Order of Horn meets on Friday.” Rose Varr cut off her hair that night.",
    "他说。天黑了！" * 3,
    "x" * 30,
    "",
]


def outputs(prefix: StoryPrefix) -> list[object]:
    asked = ["Tam", "Varr", "the Inspector", "Sool", "Marlo Finch", "Ostrel", "Zorblax", "", "velder", "lamp"]
    return [
        prefix.people(),
        prefix.places(),
        prefix.terms(),
        sorted(prefix.names()),
        prefix.digests(),
        prefix.speakers(),
        prefix.relations(),
        prefix.timeline(),
        prefix.groups(),
        [prefix.who(name) for name in asked],
        [prefix.mentions(name) for name in asked],
        [prefix.define(name) for name in asked],
    ]


def assert_bounded_equals_truncated(text: str, sections: Sequence[Span], end: int, language: str) -> None:
    cut_sections = [Span(s.start, min(s.end, end)) for s in sections if s.start < end]
    whole = StoryIndex.build(text, sections, language).cut(text[:end], end)
    alone = StoryIndex.build(text[:end], cut_sections, language).cut(text[:end], end)
    assert outputs(whole) == outputs(alone)


@st.composite
def books(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text, sections = "", []
    for _ in range(draw(st.integers(1, 4))):
        start = len(text)
        for _ in range(draw(st.integers(1, 5))):
            paragraph = draw(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6))
            text += " ".join(p for p in paragraph if p) + "\n"
        text += "\n"
        sections.append(Span(start, len(text)))
    return text, sections


@settings(max_examples=80, deadline=None)
@given(book=books(), share=st.floats(0, 1), language=st.sampled_from(["en", "fr", ""]))
def test_a_cut_index_tells_what_an_index_of_the_cut_text_tells(
    book: tuple[str, list[Span]], share: float, language: str
) -> None:
    text, sections = book
    assert_bounded_equals_truncated(text, sections, int(share * len(text)), language)


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="Aabe Tm.,“”’!?—\n的。ÉZ'\"", max_size=400), share=st.floats(0, 1))
@example(text="A", share=1.0)
@example(text="\n\n", share=0.5)
def test_no_text_makes_the_index_fail_or_look_ahead(text: str, share: float) -> None:
    sections = [Span(0, len(text))] if text else []
    assert_bounded_equals_truncated(text, sections, int(share * len(text)), "en")


@pytest.mark.parametrize("seed", [" ", ". "])
def test_paragraphs_longer_than_a_block_keep_the_law_at_every_place(seed: str) -> None:
    words = seed.join(["Tam said that Mrs. Varr went to Ostrel"] * 130)
    text = words + "\n" + words
    for end in range(0, len(text), 1_371):
        assert_bounded_equals_truncated(text, [Span(0, len(text))], end, "en")


def test_every_place_of_one_small_book_keeps_the_law() -> None:
    text = "\n".join(" ".join(_PIECES[i : i + 3]) for i in range(0, 15, 3)) + "\n\n"
    middle = text.index("\n", len(text) // 2) + 1
    sections = [Span(0, middle), Span(middle, len(text))]
    for end in range(0, len(text) + 1, 7):
        assert_bounded_equals_truncated(text, sections, end, "en")


def test_nothing_told_lies_past_the_horizon() -> None:
    text = "\n".join(_PIECES)
    index = StoryIndex.build(text, [Span(0, len(text))], "en")
    for end in range(0, len(text), 13):
        prefix = index.cut(text[:end], end)
        for card in prefix.people():
            assert card.last < end
            assert all(known.reveal <= end for known in card.names)
            assert all(
                d.reveal <= end and d.quote == text[d.span.start : d.span.end] for d in card.descriptors
            )
            assert all(quote.end <= end for quote in card.quotes)
        for term in prefix.terms():
            assert all(sense.reveal <= end for sense in term.senses)
        assert all(digest.span.end <= end for digest in prefix.digests())
        assert all(max(tie.reveal, tie.span.end) <= end for tie in prefix.relations())
        assert all(max(line.reveal, line.span.end) <= end for line in prefix.speakers())
        assert all(max(mark.reveal, mark.span.end) <= end for mark in prefix.timeline())
        assert all(span.end <= end for span in prefix.mentions("Tam"))
        assert all(thing.last < end for thing in prefix.groups())
