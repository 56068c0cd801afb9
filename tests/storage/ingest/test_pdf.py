"""PDFs as readers have them: what must come out of them, in what order, under which page labels."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.ingest.limits import Limits
from storage.ingest.parsed import ParsedBook
from storage.ingest.pdf import parse_pdf
from storage.values import Matter, Section, SectionKind
from tests.pdfs import ADVANCE, LEFT, PITCH, SIZE, TOP, Aim, Page, Pdf, Run, numbered, paged, placed, wrapped

_FIRST = (
    "The lamp over the harbour gate was lit early that evening, and nobody in the street could say by whom.",
    "Marn went down to look. He found the door standing open and the ladder against the wall, wet with rain.",
    "“Who has been up there?” he asked, but the keeper only shook his head and went on with his soup.",
)
_SECOND = (
    "In the morning the tide had taken the ladder, and with it the last good rope that the village owned.",
    "Old Bettany counted the boats twice over, and both times she came to one boat fewer than she liked.",
)


def parsed(pages: list[Page] | list[list[Run]], **more: object) -> ParsedBook:
    return parse_pdf(bytes(Pdf(pages, **more)), Limits())  # type: ignore[arg-type]


def body(book: ParsedBook) -> list[Section]:
    return [section for section in book.sections if section.matter is Matter.BODY]


def starts(book: ParsedBook) -> dict[str, str]:
    """The first words at each printed page label."""
    return {mark.label: book.text[mark.start : mark.start + 12] for mark in book.pages}


# ---- reading order and paragraphs ----------------------------------------------------------


def test_paragraphs_come_out_whole_and_in_order():
    book = parsed(paged(_FIRST))
    assert book.text.strip().split("\n") == list(_FIRST)


def test_lines_drawn_in_any_order_are_read_from_top_to_bottom():
    pages = [list(page) for page in paged(_FIRST + _SECOND)]
    for page in pages:
        random.Random(7).shuffle(page)
    assert parsed(pages).text.strip().split("\n") == [*_FIRST, *_SECOND]


def test_text_drawn_glyph_by_glyph_without_spaces_has_its_words_again():
    runs = [
        Run(run.x + place * ADVANCE * SIZE, run.y, char)
        for run in placed(wrapped(_FIRST[1]))
        for place, char in enumerate(run.text)
        if char != " "
    ]
    assert parsed([runs]).text.strip() == _FIRST[1]


def test_glyphs_drawn_in_any_order_have_their_words_again():
    runs = [
        Run(run.x + place * ADVANCE * SIZE, run.y, char)
        for run in placed(wrapped(_FIRST[0]))
        for place, char in enumerate(run.text)
        if char != " "
    ]
    random.Random(3).shuffle(runs)
    assert parsed([runs]).text.split() == _FIRST[0].split()


def test_words_placed_one_by_one_without_spaces_stay_apart():
    runs = []
    for line in placed(wrapped(_FIRST[0])):
        at = 0
        for word in line.text.split(" "):
            runs.append(Run(line.x + at * ADVANCE * SIZE, line.y, word))
            at += len(word) + 1
    assert parsed([runs]).text.strip() == _FIRST[0]


def _columns(shuffled: bool) -> list[Run]:
    left = placed([row for p in _FIRST for row in wrapped(p, 24, 2)], left=54)
    right = placed([row for p in _SECOND for row in wrapped(p, 24, 2)], left=54 + 27 * ADVANCE * SIZE)
    title = [Run(54, TOP + 30, "A heading that stands over both of the columns")]
    runs = title + left + right
    if shuffled:
        random.Random(5).shuffle(runs)
    return runs


@pytest.mark.parametrize("shuffled", [False, True])
def test_two_columns_are_read_one_after_the_other(shuffled):
    lines = parsed([_columns(shuffled)]).text.strip().split("\n")
    assert lines == ["A heading that stands over both of the columns", *_FIRST, *_SECOND]


def test_a_short_second_column_follows_the_first():
    left = placed(wrapped(" ".join(_FIRST), 24, 0), left=54)
    right = placed(["and so it ended."], left=54 + 27 * ADVANCE * SIZE)
    assert parsed([[*left, *right]]).text.split() == [*" ".join(_FIRST).split(), "and", "so", "it", "ended."]


def test_turned_pages_are_read_like_upright_ones():
    pages = paged(_FIRST)
    assert parsed(pages, turned=frozenset([0])).text == parsed(pages).text


def test_a_paragraph_goes_on_across_pages_and_the_page_begins_inside_it():
    rows = wrapped(" ".join(_FIRST[:2]))
    pages = numbered([placed(rows[:2]), placed(rows[2:]), placed(wrapped(_SECOND[0]))])
    book = parsed(pages)
    assert book.text.strip().split("\n") == [" ".join(_FIRST[:2]), _SECOND[0]]
    second = next(mark for mark in book.pages if mark.label == "2")
    assert book.text[second.start :].startswith(rows[2])


def test_paragraphs_set_apart_by_space_instead_of_indents_stay_apart():
    runs, y = [], TOP
    for paragraph in _FIRST:
        rows = wrapped(paragraph, indent=0)
        runs += placed(rows, top=y)
        y -= PITCH * (len(rows) + 1)
    assert parsed([runs]).text.strip().split("\n") == list(_FIRST)


def test_the_short_lines_of_a_verse_are_lines_of_their_own():
    verse = ["The tide came in,", "the tide went out,", "and nobody asked", "what it was about."]
    runs = placed([*wrapped(_FIRST[0]), "", *("      " + line for line in verse), "", *wrapped(_SECOND[0])])
    assert parsed([runs]).text.strip().split("\n") == [_FIRST[0], *verse, _SECOND[0]]


def test_a_large_first_letter_belongs_to_its_word():
    told = " ".join(_FIRST[:2])
    narrow = wrapped(told, 51, 0)[:2]
    wide = wrapped(told[len(" ".join(narrow)) + 1 :], indent=0)
    beside = placed([narrow[0][1:], narrow[1]], left=LEFT + 3 * ADVANCE * SIZE)
    runs = [Run(LEFT, TOP - PITCH, told[0], 28), *beside, *placed(wide, top=TOP - 2 * PITCH)]
    assert parsed([runs]).text.strip() == told


# ---- broken words --------------------------------------------------------------------------


def _broken(first: str, second: str, elsewhere: str = "") -> str:
    lines = [
        f"{first:>54}",
        f"{second} and so the whole of that long day went by on the",
        "water without a word.",
    ]
    return parsed([placed([elsewhere, "", *lines] if elsewhere else lines)]).text


def test_a_word_broken_at_a_line_end_is_joined():
    assert "no answer from the keeper and so" in _broken("They had no answer from the kee-", "per")


def test_a_hyphen_that_the_book_writes_elsewhere_is_kept():
    assert "the light-house and so" in _broken(
        "They went to the light-", "house", "The light-house was dark."
    )


def test_a_word_that_the_book_writes_as_one_elsewhere_is_joined():
    told = _broken("They went to the light-", "house", "The lighthouse was dark.")
    assert "the lighthouse and so" in told


def test_a_hyphen_before_a_capital_is_kept():
    assert "the Anglo-Saxon and so" in _broken("They had read of the Anglo-", "Saxon")


def test_a_dash_at_a_line_end_joins_no_words():
    assert "the lake--a lake and so" in _broken("They came down at last to the lake--", "a lake")


def test_ligatures_become_letters():
    from storage.ingest.pdf.layout import Line
    from storage.ingest.pdf.paragraphs import build_blocks

    (block,) = build_blocks([[[Line("The \ufb01rst of \ufb02oods, o\ufb03cially \ufb00", 0, 100, 0, 10)]]])
    assert block.text == "The first of floods, officially ff"


# ---- furniture and page labels -------------------------------------------------------------


def _novel(chapters: int = 4) -> list[list[Run]]:
    words = " ".join(_FIRST + _SECOND)
    return [
        page
        for number in range(1, chapters + 1)
        for page in paged(
            [f"Here is tale {number}{letter}. {words}" for letter in "abcdef"], heading=f"Chapter {number}"
        )
    ]


def test_running_heads_and_page_numbers_are_no_text():
    book = parsed(numbered(_novel(), head="THE LAMP AND THE LADDER"))
    assert "LADDER" not in book.text
    assert not any(line.isdigit() for line in book.text.split("\n"))
    assert book.text.count("Here is tale") == 24


def test_a_first_line_that_is_said_twice_is_no_running_head():
    pages = numbered([placed([f"Line {n}{letter} of the page." for letter in "abcdefgh"]) for n in range(20)])
    for at in (3, 9):
        pages[at][0] = pages[at][0]._replace(text="“Yes,” he said.")
    assert parsed(pages).text.count("“Yes,” he said.") == 2


def test_a_printed_twelve_is_page_twelve_whatever_its_place_in_the_file_t18():
    front = [placed([f"Front leaf {n} of this book."]) for n in range(5)]
    pages = [*front, *numbered(_novel(), first=9)]
    marks = starts(parsed(pages))
    twelfth = pages[5 + 12 - 9][0].text
    assert marks["12"] == twelfth[:12]


def test_labels_of_the_file_serve_where_none_is_printed_t18():
    pages = [*paged(_FIRST, heading="Preface"), *_novel()]
    book = parsed(pages, labels={0: ("r", 1), 1: ("D", 1)})
    assert starts(book)["1"].startswith("Chapter 1")
    assert "i" not in starts(book)


def test_the_place_in_the_file_serves_where_no_label_exists():
    assert starts(parsed(_novel()))["1"].startswith("Chapter 1")


def test_a_page_without_a_number_between_numbered_ones_has_the_one_that_is_left():
    pages = numbered(_novel(), first=3)
    pages[4] = [run for run in pages[4] if run.y > 40]
    assert "7" in starts(parsed(pages))


def test_roman_and_arabic_numbers_are_told_apart():
    front = numbered(paged([" ".join(_FIRST)] * 30, heading="Introduction"))
    romans = ["i", "ii", "iii", "iv", "v", "vi", "vii"]
    front = [
        [run._replace(text=romans[n]) if run.y < 40 else run for run in page] for n, page in enumerate(front)
    ]
    marks = starts(parsed([*front, *numbered(_novel())]))
    assert marks["1"].startswith("Chapter 1")
    assert "ii" not in marks


def test_pages_bound_in_front_and_at_the_end_again_are_kept_once():
    pages = numbered(_novel(6))
    book = parsed([pages[7], pages[5], *pages, pages[-1]])
    assert book.text == parsed(pages).text
    assert "3 pages were bound twice" in book.warnings[0].text


def test_a_page_out_of_order_is_put_back_by_its_number():
    pages = numbered(_novel(6))
    strayed = [*pages[:4], *pages[5:9], pages[4], *pages[9:]]
    book = parsed(strayed)
    assert book.text == parsed(pages).text
    assert "out of order" in book.warnings[0].text


# ---- chapters and sealed matter ------------------------------------------------------------


def test_the_outline_is_the_chapter_map():
    pages = [*paged(_FIRST, heading="Rain"), *paged(_SECOND, heading="Ebb")]
    book = parsed(pages, outline=[Aim("Rain", 0, 0), Aim("Ebb", 0, 1)])
    assert [s.title for s in body(book)] == ["Rain", "Ebb"]
    assert [book.text[s.body_start :][:12] for s in body(book)] == [_FIRST[0][:12], _SECOND[0][:12]]


def test_parts_of_the_outline_hold_their_chapters():
    part_one = placed(["Part One"], size=20)
    part_two = placed(["Part Two"], size=20)
    pages = [part_one, *paged(_FIRST, heading="I"), part_two, *paged(_SECOND, heading="II")]
    aims = [Aim("Part One", 0, 0), Aim("I", 1, 1), Aim("Part Two", 0, 2), Aim("II", 1, 3)]
    sections = body(parsed(pages, outline=aims))
    assert [s.kind for s in sections] == [
        SectionKind.PART, SectionKind.CHAPTER, SectionKind.PART, SectionKind.CHAPTER,
    ]  # fmt: skip
    assert [s.label for s in sections] == ["Part One", "Part One, I", "Part Two", "Part Two, II"]
    assert [s.parent for s in sections] == [None, sections[0].ordinal, None, sections[2].ordinal]


def test_headings_are_the_chapter_map_where_there_is_no_outline():
    sections = body(parsed(_novel()))
    assert [s.number for s in sections] == [1, 2, 3, 4]
    assert [s.title for s in sections] == [f"Chapter {n}" for n in range(1, 5)]


def test_bare_numerals_that_count_are_chapters():
    pages = [page for n in ("I", "II", "III") for page in paged(_FIRST, heading=n)]
    assert [s.number for s in body(parsed(pages))] == [1, 2, 3]


def test_large_titles_are_chapters_where_nothing_is_numbered():
    pages = [
        page for title in ("The Gate", "The Rope", "The Soup") for page in paged(_FIRST * 4, heading=title)
    ]
    assert [s.title for s in body(parsed(pages))] == ["The Gate", "The Rope", "The Soup"]


def test_a_book_without_headings_is_one_section_t15():
    book = parsed(paged(_FIRST * 20))
    (section,) = body(book)
    assert (section.start, section.end) == (0, len(book.text))


def test_front_and_back_matter_is_sealed_s29():
    contents = placed(
        ["Contents", "", "Chapter 1 .......... 1", "Chapter 2 .......... 9", "Notes ....... 20"]
    )
    pages = [
        placed(["The Lamp", "A. Nobody"], size=20),
        contents,
        *paged(["The scholar says that ZANZIBAR dies in the end. " * 6], heading="Introduction"),
        *_novel(2),
        *paged(["The note tells of ZANZIBAR too. " * 6], heading="Notes"),
    ]
    for outline in (
        (),
        (Aim("Introduction", 0, 2), Aim("Chapter 1", 0, 3), Aim("Chapter 2", 0, 5), Aim("Notes", 0, 7)),
    ):
        book = parsed(pages, outline=outline)
        assert "ZANZIBAR" not in book.text
        assert "A. Nobody" not in book.text
        assert "........" not in book.text
        assert sum("ZANZIBAR" in part.text for part in book.sealed) == 2
        assert [s.number for s in body(book)] == [1, 2]


def test_title_and_author_are_those_of_the_file_s28():
    book = parsed(paged(_FIRST), title="The Lamp", author="A. Nobody")
    assert (book.title, book.author) == ("The Lamp", "A. Nobody")


def test_the_same_bytes_give_the_same_book():
    data = bytes(Pdf(numbered(_novel(), head="THE LAMP")))
    assert parse_pdf(data, Limits()) == parse_pdf(data, Limits())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=5), st.integers(1, 300), st.booleans())
def test_body_sections_tile_the_text_and_pages_climb_s1(lengths, first, outlined):
    pages: list[list[Run]] = []
    aims = []
    for number, length in enumerate(lengths, 1):
        aims.append(Aim(f"Chapter {number}", 0, len(pages)))
        told = [f"Tale {number} and line {n}. {_FIRST[n % 3]}" for n in range(length)]
        pages += paged(told, heading=f"Chapter {number}")
    book = parsed(numbered(pages, first), outline=aims if outlined else ())
    end = 0
    for section in body(book):
        assert section.start == end
        assert section.start <= section.body_start <= section.end
        end = section.end
    assert end == len(book.text)
    offsets = [mark.start for mark in book.pages]
    assert offsets == sorted(offsets)
    if len(pages) > 3:
        assert [mark.label for mark in book.pages] == [str(first + n) for n in range(len(pages))]
    for number, length in enumerate(lengths, 1):
        assert book.text.count(f"Tale {number} and line") == length
