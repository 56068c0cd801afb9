"""Bounded equals truncated: the law that everything else stands on (design, section 1).

For any book and place, what a view tells equals, byte for byte and in the same order, what it would tell
if the file had been cut there; and two books that are equal up to the place tell the same.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from agent.extractive import closeness
from agent.reading_agent import ReadingAgent
from storage.ingest.parsed import ParsedBook
from tests.books import cut, random_book
from tests.opened import everything, view_of
from tests.prose import told_book

QUESTIONS = (
    "Who asked for the velder?",
    "Why did Oda burn the letter?",
    "What happened at the bridge in Tarn?",
)


def with_other_future(book: ParsedBook, end: int, seed: int) -> ParsedBook:
    """Return the same book up to `end`, and another text of the same length after it."""
    other = told_book(seed + 1_000, chapters=8, paragraphs=8).parsed.text
    future = (other * (len(book.text) // len(other) + 1))[: len(book.text) - end]
    return replace(book, text=book.text[:end] + future)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0, 1))
async def test_a_view_tells_what_the_file_cut_at_the_horizon_would_tell(seed: int, share: float) -> None:
    book = told_book(seed).parsed
    end = int(share * len(book.text))
    # A heading cut in the middle would be another heading in the cut file; ours is then a bare number (S10).
    assume(not any((s.start or 0) < end < (s.body_start or 0) - 1 for s in book.sections))
    bounded = await everything(await view_of(book, end), QUESTIONS)
    truncated = await everything(await view_of(cut(book, end), end), QUESTIONS)
    assert bounded == truncated


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.05, 0.95))
@example(seed=512, share=0.6779743580108034)  # ends right behind a heading that goes on in the other book
async def test_two_books_equal_up_to_the_horizon_tell_the_same(seed: int, share: float) -> None:
    # E5: the differential test, the strongest single check we have; it needs no judge and no model.
    book = told_book(seed).parsed
    end = int(share * len(book.text))
    one = await everything(await view_of(book, end), QUESTIONS)
    other = await everything(await view_of(with_other_future(book, end, seed), end), QUESTIONS)
    assert one == other


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.2, 0.95))
async def test_answers_that_look_through_all_that_was_read_are_the_same_for_both_books(
    seed: int, share: float
) -> None:
    # E5, S9: stretches, meetings, feelings, places and events are not looked for in the passages alone.
    book = told_book(seed).parsed
    end = int(share * len(book.text))
    one = await view_of(book, end)
    other = await view_of(with_other_future(book, end, seed), end)
    met = [card.name for card in one.people()[:2]] or ["Oda"]
    place = next((card.name for card in one.places()), "Tarn")
    questions = (
        f"How did {met[0]} meet {met[-1]}?",
        f"When did we meet {met[-1]}?",
        f"How does {met[0]} feel about {met[-1]}?",
        f"Where is {place}?",
        "What happened at the wedding?",
        f"Why did {met[0]} burn the letter?",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closeness, "SHORT_BOOK", 0)  # else only long books are looked through
        for question in questions:
            said = [await ReadingAgent().answer(question, view) for view in (one, other)]
            assert said[0] == said[1]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0, 1))
async def test_no_word_from_past_the_horizon_is_in_anything_a_view_tells(seed: int, share: float) -> None:
    # Every sentence of this book has words of its own, so one later word anywhere is a leak (S9).
    book = random_book(seed, chapters=4, paragraphs_each=3).parsed
    end = int(share * len(book.text))
    later = set(book.text[end:].replace("“", " ").replace(".", " ").replace(",", " ").split())
    later -= set(book.text[:end].replace("“", " ").replace(".", " ").replace(",", " ").split())
    coined = {word for word in later if len(word) > 6 and word.isalpha()}
    cut_word = book.text[:end].split()[-1:] or [""]
    questions = [f"What of the {word}?" for word in sorted(coined)[:3]] or ["What of it?"]
    told = repr(await everything(await view_of(book, end), questions))
    for question in questions:
        told = told.replace(repr(question), "")
    assert not [word for word in coined if word in told and not word.startswith(cut_word[0][-6:] or "-")]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0, 1))
async def test_a_longer_horizon_never_takes_a_sentence_back(seed: int, share: float) -> None:
    book = told_book(seed, chapters=3).parsed
    end = int(share * len(book.text))
    near, far = await view_of(book, end), await view_of(book, len(book.text))
    assert far.quote(type(far.tail().span)(0, end)) == near.quote(type(near.tail().span)(0, near.chars))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0, 1))
async def test_a_section_that_is_not_reached_is_a_bare_number(seed: int, share: float) -> None:
    # S27, T10: later titles are hidden everywhere, and S20: so are their lengths.
    book = told_book(seed, chapters=5).parsed
    end = int(share * len(book.text))
    for section, line in zip(book.sections, (await view_of(book, end)).sections(), strict=True):
        if (section.start or 0) >= end:
            assert (line.label, line.title) == (str(section.number), "")
            assert (line.start, line.body_start, line.end) == (None, None, None)
