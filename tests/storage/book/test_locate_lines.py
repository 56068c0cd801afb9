"""Pasted lines: the exact offset after the last character, whatever a reader's copy looks like (T19, T20)."""

from __future__ import annotations

import random
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.book.locate import Locator
from storage.book.text import blocks, sentences
from storage.errors import AmbiguousPlace, PlaceError, PlaceNotFound, PlaceNotUnderstood
from storage.ingest.parsed import ParsedBook
from storage.values import Matter, PlaceHow, PlaceMatch, Section, SectionKind, Span
from tests.books import cut, random_book

LINE = "“Naïve—that’s what you are,” said the coöperative fisherman, “and ﬁve times over…”"
STORY = [
    "The harbour lay quiet under the last snow of the year. Nobody had lit the lamps.",
    LINE + " He spat into the well-known harbour and went home.",
    "“I know nothing of it,” she said. The door closed behind her like a book.",
    "Later that night the same door closed behind her once more. “I know nothing of it,” he said.",
    "The rope was cut by a left-handed man. Three gulls watched it fall into the dark water below.",
]


def locator_of(paragraphs: list[str], per_chapter: int = 1) -> tuple[Locator, str]:
    """Return a locator, and the text, of a book with untitled numbered chapters of these paragraphs."""
    text, sections = "", []
    for at in range(0, len(paragraphs), per_chapter):
        start = len(text)
        text += "\n".join(paragraphs[at : at + per_chapter]) + "\n\n"
        number = len(sections) + 1
        sections.append(
            Section(
                number, SectionKind.CHAPTER, Matter.BODY, f"ch. {number}", "", number,
                start=start, body_start=start, end=len(text),
            )
        )  # fmt: skip
    return Locator.build(text, sections, []), text


def located(locator: Locator, line: str, horizon_end: int | None = 0) -> PlaceMatch | type[PlaceError]:
    try:
        return locator.find(line, horizon_end=horizon_end)
    except PlaceError as error:
        return type(error)


@pytest.mark.parametrize(
    "pasted",
    [
        LINE,
        LINE.strip("“”"),
        LINE.replace("“", '"').replace("”", '"').replace("’", "'").replace("…", "..."),
        LINE.replace("—", " -- "),
        LINE.upper(),
        LINE.replace("ï", "i").replace("ö", "o").replace("ﬁ", "fi"),
        LINE.replace(" said the coöperative", "\nsaid the coöpe-\nrative"),
        LINE.replace(",", "").replace("…", ""),
        LINE.replace("fisherman", "fishreman").replace("times", "tims"),
        LINE.replace("what you are", "what are you"),
        LINE.replace("said the", "said"),
        f"  “{LINE}”  ",
        LINE.replace("ï", "i\u0308"),
        LINE.replace("that’s", "that\u00ads"),
    ],
)
def test_a_line_is_found_exactly_however_it_was_copied(pasted: str) -> None:
    locator, text = locator_of(STORY)
    end = text.index(LINE) + len(LINE)
    assert located(locator, pasted) == PlaceMatch(end, end, PlaceHow.LINE, exact=True, section=2)


def test_a_piece_of_a_sentence_ends_where_it_ends() -> None:
    locator, text = locator_of(STORY)
    for piece in ("the harbour lay quiet under the last snow", "three gulls watched it fall into the dark"):
        end = text.lower().index(piece) + len(piece)
        match = located(locator, piece)
        assert isinstance(match, PlaceMatch)
        assert match.start == match.end == end


def test_marks_after_the_line_that_were_not_pasted_stay_behind_it() -> None:
    locator, text = locator_of(
        ["What a moon there is tonight! … Back to the house with you. He had seen it all …"]
    )
    match = located(locator, "What a moon there is tonight!")
    assert isinstance(match, PlaceMatch)
    assert match.start == text.index("!") + 1
    match = located(locator, "he had seen it all...")
    assert isinstance(match, PlaceMatch)
    assert match.start == text.rindex("…") + 1


def test_a_line_across_paragraphs_is_found() -> None:
    locator, text = locator_of(STORY, per_chapter=5)
    pasted = "went home. “I know nothing of it,” she said."
    match = located(locator, pasted)
    assert isinstance(match, PlaceMatch)
    assert match.start == text.index("she said.") + len("she said.")


def test_a_line_found_twice_asks_which_and_never_takes_the_later_one_t19() -> None:
    locator, text = locator_of(STORY)
    with pytest.raises(AmbiguousPlace) as caught:
        locator.find("DOOR closed behind her!", horizon_end=0)
    closed = "door closed behind her"
    first = text.index(closed) + len(closed)
    later = text.index(closed, first) + len(closed)
    assert [match.start for match in caught.value.matches] == [first, later]
    assert caught.value.candidates == ("ch. 3", "ch. 4")


def test_two_hits_in_one_chapter_are_told_apart_by_paragraph_t19() -> None:
    locator, _ = locator_of(STORY, per_chapter=5)
    with pytest.raises(AmbiguousPlace) as caught:
        locator.find("door closed behind her", horizon_end=1_000)
    assert caught.value.candidates == ("ch. 1 ¶3", "ch. 1 ¶4")


def test_what_was_copied_to_the_letter_decides_between_alike_lines() -> None:
    locator, text = locator_of(["He knew it all too well.", "“He knew it; all too well!”"])
    match = located(locator, "He knew it all too well.")
    assert isinstance(match, PlaceMatch)
    assert match.start == text.index(".") + 1


def test_a_line_that_stands_everywhere_offers_nothing() -> None:
    locator, _ = locator_of(["And so the long day ended."] * 12)
    with pytest.raises(AmbiguousPlace) as caught:
        locator.find("And so the long day ended.", horizon_end=0)
    assert caught.value.candidates == caught.value.matches == ()


@pytest.mark.parametrize(
    "pasted", ["Yes.", "“No.”", "the rope", "gulls", "left-handed", "The well-known harbour"]
)
def test_a_few_words_are_never_a_place_so_no_name_is_confirmed_t7(pasted: str) -> None:
    locator, _ = locator_of([*STORY, "Yes."])
    nonsense = located(locator, "Zorblax")
    for horizon_end in (0, 10_000):
        assert located(locator, pasted, horizon_end) is nonsense is PlaceNotUnderstood


def test_a_short_whole_sentence_is_found_when_no_reader_asks() -> None:
    locator, text = locator_of([*STORY, "Then it rained."])
    match = located(locator, "Then it rained.", None)
    assert isinstance(match, PlaceMatch)
    assert match.start == len(text) - 2
    assert located(locator, "it rained.", None) is PlaceNotUnderstood


@pytest.mark.parametrize(
    "pasted",
    [
        "The harbour lay quiet under the first bombs of the war.",
        "The lighthouse was built by a one-eyed smuggler in a single summer.",
        "Nobody had heard the bells.",
        "Three gulls watched it fall into the frozen garden below.",
        "“I know everything of it,” they cried.",
    ],
)
def test_a_line_that_only_resembles_one_is_not_found(pasted: str) -> None:
    assert located(locator_of(STORY)[0], pasted) is PlaceNotFound


def test_scripts_without_spaces_and_other_alphabets_are_found() -> None:
    paragraphs = [
        "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
        "Все счастливые семьи похожи друг на друга.",
    ]
    locator, text = locator_of(paragraphs)
    match = located(locator, "どこで生れたかとんと見当がつかぬ")
    assert isinstance(match, PlaceMatch)
    assert match.start == text.index("ぬ。") + 2
    match = located(locator, "все счастлевые семьи похожи друг на друга")
    assert isinstance(match, PlaceMatch)
    assert match.start == text.index("друга.") + len("друга.")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 40), data=st.data())
def test_any_sentence_of_any_book_is_found_at_its_exact_end(seed: int, data: st.DataObject) -> None:
    book = random_book(seed, chapters=3).parsed
    spans = [span for block in blocks(book.text) for span in sentences(book.text, block)]
    long_enough = [span for span in spans if len(book.text[span.start : span.end].split()) > 4]
    span = data.draw(st.sampled_from(long_enough))
    locator = Locator.build(book.text, book.sections, book.pages)
    match = locator.find(
        book.text[span.start : span.end], horizon_end=data.draw(st.integers(0, len(book.text)))
    )
    assert match.start == match.end == span.end
    damaged = _with_a_typing_error(
        book.text[span.start : span.end], data.draw(st.randoms(use_true_random=False))
    )
    assert locator.find(damaged, horizon_end=0).start == span.end


def _with_a_typing_error(line: str, rng: random.Random) -> str:
    tokens = line.split()
    at = rng.choice([i for i, token in enumerate(tokens[:-1]) if len(token) > 3])
    token = tokens[at]
    inside = rng.randrange(1, len(token) - 1)
    tokens[at] = token[:inside] + "q" + token[inside + 1 :]
    return "\n".join(tokens)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 20), data=st.data())
def test_what_was_read_is_found_alike_in_the_whole_book_and_in_the_cut_one(
    seed: int, data: st.DataObject
) -> None:
    """Coined words stand once in a book, so nothing of the rest may change where a read line is found."""
    book = random_book(seed, chapters=3).parsed
    end = data.draw(st.integers(200, len(book.text)))
    spans = _read_sentences(book, end)
    span = data.draw(st.sampled_from(spans))
    whole = Locator.build(book.text, book.sections, book.pages)
    part = cut(book, end)
    truncated = Locator.build(part.text, part.sections, part.pages)
    line = book.text[span.start : span.end]
    assert whole.find(line, horizon_end=end).start == truncated.find(line, horizon_end=end).start


def _read_sentences(book: ParsedBook, end: int) -> list[Span]:
    text = book.text[:end]
    spans = [span for block in blocks(text) for span in sentences(text, block)]
    return [span for span in spans if span.end < end and len(text[span.start : span.end].split()) > 4]


def test_what_comes_out_holds_no_text() -> None:
    locator, _ = locator_of(STORY)
    match = located(locator, LINE)
    assert isinstance(match, PlaceMatch)
    for name in (field.name for field in fields(match)):
        value = getattr(match, name)
        assert value is None or isinstance(value, int | PlaceHow), name
    assert "fisherman" not in repr(locator)


def test_a_short_line_is_quick_to_look_for_once_one_was_looked_for() -> None:
    locator, _ = locator_of(STORY)
    assert not locator.is_quick("Three gulls watched it fall into the sea")
    located(locator, "Four gulls watched it falling into the dark sea")
    assert locator.is_quick("Three gulls watched it fall into the sea")
    assert not locator.is_quick("Three gulls watched it fall into the sea " * 4)
