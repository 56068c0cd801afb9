"""Stated places: chapters, parts, pages and shares as ranges of offsets (S3, S27, T16-T18)."""

from __future__ import annotations

import pytest

from storage.book.locate import Locator
from storage.errors import AmbiguousPlace, PlaceError, PlaceNotFound, PlaceNotUnderstood
from storage.values import Matter, PageMark, PlaceHow, PlaceMatch, Section, SectionKind

PARAGRAPHS = "One calm sentence stands here. A second one follows it.\nThen the third begins. It ends."
CHAPTER = SectionKind.CHAPTER
PART = SectionKind.PART


class Builder:
    """A book section by section; `locator` over it."""

    def __init__(self) -> None:
        self.text = ""
        self.sections: list[Section] = []

    def add(
        self,
        title: str,
        number: int | None = None,
        kind: SectionKind = CHAPTER,
        parent: int | None = None,
        body: str = PARAGRAPHS,
        label: str = "",
    ) -> Section:
        """Append a section of the body and return it."""
        start = len(self.text)
        heading = f"{title}\n" if title else ""
        self.text += f"{heading}{body}\n\n" if body else f"{heading}\n"
        section = Section(
            ordinal=len(self.sections) + 1,
            kind=kind,
            matter=Matter.BODY,
            label=label or title,
            title=title,
            number=number,
            parent=parent,
            start=start,
            body_start=start + len(heading),
            end=len(self.text),
        )
        self.sections.append(section)
        return section

    def seal(self, title: str) -> None:
        """Append a section off the scale."""
        self.sections.append(Section(len(self.sections) + 1, SectionKind.SEALED, Matter.FRONT, title, title))

    def locator(self, *pages: PageMark) -> Locator:
        """Return the locator of the book so far."""
        return Locator.build(self.text, self.sections, pages)


def plain_book(chapters: int = 30) -> Builder:
    """Return a book of numbered chapters with titles."""
    book = Builder()
    for number in range(1, chapters + 1):
        book.add(f"Chapter {number}: The Title Number{number}", number, label=f"ch. {number}")
    return book


def two_parts() -> Builder:
    """Return a book whose numbers begin again in its second part, with a prologue and an epilogue."""
    book = Builder()
    book.add("Prologue", kind=SectionKind.PROLOGUE)
    for part, title in ((1, "Part One: Arrivals"), (2, "Part Two: The Wedding")):
        heading = book.add(title, part, PART, body="", label=f"Part {part}")
        for number, numeral in enumerate(("I", "II", "III"), 1):
            book.add(numeral, number, parent=heading.ordinal, label=f"{heading.label}, {numeral}")
    book.add("Epilogue", kind=SectionKind.EPILOGUE)
    return book


def span(section: Section) -> tuple[int, int]:
    assert section.start is not None
    assert section.end is not None
    return section.start, section.end


def refusal(locator: Locator, words: str, horizon_end: int | None = 0) -> PlaceError:
    with pytest.raises(PlaceError) as caught:
        locator.find(words, horizon_end=horizon_end)
    return caught.value


@pytest.mark.parametrize(
    "words",
    "7|ch 7|Ch. 7|chapter seven|CHAPTER VII|vii|chapter the seventh|the seventh chapter|seventh chapter|7th|"
    "no. 7|#7|I'm on chapter 7|I am at ch. 7|reading chapter 7".split("|"),
)
def test_a_chapter_is_found_however_it_is_said(words: str) -> None:
    book = plain_book()
    match = book.locator().find(words, horizon_end=0)
    assert (match.start, match.end) == span(book.sections[6])
    assert (match.how, match.exact, match.section) == (PlaceHow.CHAPTER, False, 7)


def test_a_vague_chapter_lets_read_up_to_the_end_of_the_one_before_s3_t8() -> None:
    book = plain_book()
    match = book.locator().find("chapter 7", horizon_end=0)
    assert match.start == book.sections[5].end
    assert "Number7" not in book.text[: match.start]


@pytest.mark.parametrize(
    ("words", "ordinal"), [("end of chapter 7", 7), ("after ch 7", 7), ("finished chapter seven", 7)]
)
def test_the_end_of_a_chapter_is_exact(words: str, ordinal: int) -> None:
    book = plain_book()
    match = book.locator().find(words)
    assert match.start == match.end == book.sections[ordinal - 1].end
    assert match.exact


def test_the_start_of_a_chapter_is_exact() -> None:
    book = plain_book()
    match = book.locator().find("the beginning of chapter 7")
    assert match.start == match.end == book.sections[6].start


def test_twenty_first_and_twenty_one_are_one_chapter() -> None:
    book = plain_book()
    locator = book.locator()
    wanted = locator.find("21")
    for words in ("chapter twenty-one", "twenty one", "the twenty-first chapter", "XXI"):
        assert locator.find(words) == wanted


@pytest.mark.parametrize("words", ["31", "chapter 31", "0", "ch 4000", "part 2", "part 1 ch 3"])
def test_a_chapter_that_the_book_has_not_is_refused(words: str) -> None:
    refusal(plain_book().locator(), words)


@pytest.mark.parametrize(
    "words",
    [
        "Part 2 ch 3",
        "part two, iii",
        "part ii chapter three",
        "chapter 3 of part 2",
        "2.3",
        "ch. 3, part 2",
        "II, 3",
    ],
)
def test_a_chapter_inside_a_part_is_found(words: str) -> None:
    book = two_parts()
    match = book.locator().find(words)
    assert match.section == 9
    assert (match.start, match.end) == span(book.sections[8])


def test_a_number_that_restarts_asks_which_part_and_names_no_later_title_t17_s27() -> None:
    book = two_parts()
    first, second = book.sections[4], book.sections[8]
    read_end = first.end or 0
    error = refusal(book.locator(), "3", read_end)
    assert isinstance(error, AmbiguousPlace)
    assert error.candidates == ("Part 1, III", "part 2, ch. 3")
    assert [(m.start, m.end) for m in error.matches] == [span(first), span(second)]
    assert "Wedding" not in str(error)


def test_a_part_runs_to_the_end_of_its_last_chapter() -> None:
    book = two_parts()
    match = book.locator().find("part two")
    assert (match.start, match.end) == (book.sections[5].start, book.sections[8].end)


def test_prologue_and_epilogue_are_places() -> None:
    book = two_parts()
    locator = book.locator()
    assert locator.find("prologue").section == 1
    assert locator.find("the Epilogue").section == 10
    refusal(plain_book().locator(), "prologue")


def test_the_printed_number_wins_over_the_count_of_files_t16() -> None:
    book = Builder()
    book.seal("Introduction")
    book.add("Foreword", kind=CHAPTER)
    book.add("Chapter Four", 4)
    book.add("Chapter Five", 5)
    assert book.locator().find("4").section == 3


def test_pieces_of_one_printed_chapter_are_one_place_t16() -> None:
    book = Builder()
    book.add("Chapter 1", 1)
    first = book.add("Chapter 2", 2)
    last = book.add("Chapter 2", 2)
    book.add("Chapter 3", 3)
    match = book.locator().find("2")
    assert (match.start, match.end) == (first.start, last.end)


def test_chapters_without_printed_numbers_are_counted() -> None:
    book = Builder()
    for title in ("The Meadow", "The River", "The Sea"):
        book.add(title)
    assert book.locator().find("ch 2").section == 2
    refusal(book.locator(), "4")


def test_a_book_without_headings_has_shares_and_offsets_all_the_same_t15() -> None:
    book = Builder()
    book.add("")
    locator = book.locator()
    assert locator.find("offset:7").start == 7
    assert locator.find("100%").start == len(book.text)
    assert locator.find("1").section == 1


def test_letters_and_chapters_of_one_number_are_told_apart() -> None:
    book = Builder()
    book.add("Letter I", 1)
    book.add("Chapter I", 1)
    locator = book.locator()
    assert locator.find("letter one").section == 1
    assert locator.find("chapter 1").section == 2
    error = refusal(locator, "1", 0)
    assert isinstance(error, AmbiguousPlace)
    assert len(set(error.candidates)) == 2


# ---- titles (S27, T10) -----------------------------------------------------------------------


def test_a_title_that_was_read_is_a_place() -> None:
    book = two_parts()
    read_end = book.sections[6].end or 0
    assert book.locator().find("The Wedding", horizon_end=read_end).section == 6
    assert book.locator().find("part two: the wedding", horizon_end=read_end).section == 6


@pytest.mark.parametrize("quoted", [False, True])
def test_a_later_title_is_answered_exactly_like_nonsense_s27_t10(quoted: bool) -> None:
    book = two_parts()
    title, nonsense = ("“The Wedding”", "“The Zorblax”") if quoted else ("The Wedding", "The Zorblax")
    for read_end in (None, 0, book.sections[5].start):
        locator = book.locator()
        later, never = refusal(locator, title, read_end), refusal(locator, nonsense, read_end)
        assert type(later) is type(never)
        assert str(later).replace("Wedding", "Zorblax") == str(never)


def test_a_long_later_title_is_not_found_as_a_pasted_line_s27() -> None:
    title = "How the Lighthouse Keeper Married the Drowned Captain After All"
    book = Builder()
    book.add("Chapter 1", 1)
    chapter = book.add(title, 2)
    locator = book.locator()
    for words in (title, title.upper(), title.replace("Captain", "Captian")):
        assert isinstance(refusal(locator, words, chapter.start), PlaceNotFound)
    assert locator.find(title, horizon_end=chapter.end).section == 2


def test_books_that_differ_in_unread_titles_alone_answer_alike_s27() -> None:
    one, other = Builder(), Builder()
    for book, title in ((one, "The Drowned Man Returns"), (other, "A Quiet Breakfast Alone")):
        book.add("Chapter 1", 1)
        # Headings of one length, so that offsets agree.
        book.add(f"{title:<40}.", 2, body="Rain fell on the slates all night. Nobody slept at the inn.")
    read_end = one.sections[0].end
    asked = [
        "The Drowned Man Returns",
        "A Quiet Breakfast Alone",
        "chapter 2",
        "It ends. The Drowned Man Returns",
    ]
    asked += [
        "Rain fell on the slates all night.",
        "rain fell on teh slates al night",
        "The Drowned Man",
        "60%",
    ]
    for words in asked:
        outcomes = []
        for book in (one, other):
            try:
                outcomes.append(repr(book.locator().find(words, horizon_end=read_end)))
            except PlaceError as error:
                outcomes.append(str(error))
        assert outcomes[0] == outcomes[1], words


# ---- ends, offsets, shares, pages ------------------------------------------------------------


def test_start_and_end_are_the_ends_of_the_text() -> None:
    book = plain_book()
    locator = book.locator()
    for words in ("start", "Beginning", "the start"):
        assert locator.find(words) == PlaceMatch(0, 0, PlaceHow.START, exact=True)
    for words in ("end", "finished", "I have finished it"):
        length = len(book.text)
        assert locator.find(words) == PlaceMatch(length, length, PlaceHow.END, exact=True)


def test_an_offset_past_the_text_is_no_place() -> None:
    book = plain_book(2)
    assert book.locator().find(f"offset:{len(book.text)}").start == len(book.text)
    refusal(book.locator(), f"offset:{len(book.text) + 1}")
    refusal(book.locator(), "offset:-1")


@pytest.mark.parametrize("share", [0, 1, 12.5, 34, 50, 99, 100])
def test_a_share_is_the_last_sentence_end_at_or_before_it(share: float) -> None:
    book = plain_book()
    match = book.locator().find(f"{share}%")
    floor = int(len(book.text) * share / 100)
    assert match.exact
    assert match.how is PlaceHow.PERCENT
    assert match.start == match.end <= floor
    # A sentence or a heading ends there, and no other between the place and the share itself.
    assert (
        match.start in (0, len(book.text))
        or book.text[match.start - 1] == "."
        or book.text[match.start] == "\n"
    )
    assert ". " not in book.text[match.start + 1 : floor]


def test_about_a_third_is_a_range_that_begins_before_it_s3() -> None:
    book = plain_book()
    match = book.locator().find("about a third")
    assert not match.exact
    assert match.start < len(book.text) // 3 < match.end


@pytest.mark.parametrize("words", ["101%", "p. 3", "page xii"])
def test_a_share_or_page_that_is_not_there_is_not_found(words: str) -> None:
    assert isinstance(refusal(plain_book(2).locator(), words), PlaceNotFound)


def test_pages_are_found_by_their_printed_label_t18() -> None:
    book = plain_book()
    pages = [PageMark(label, 100 * i) for i, label in enumerate(("xi", "xii", "1", "2", "12", "13", "20"))]
    locator = book.locator(*pages)
    for words in ("p. 12", "p.12", "P 12", "page 12", "pg. 12", "p12"):
        match = locator.find(words)
        assert (match.start, match.end, match.how, match.exact) == (400, 500, PlaceHow.PAGE, False)
    assert locator.find("page XII").start == 100
    # Page 5 has no mark of its own: it lies somewhere on the stretch that page 2 begins.
    assert locator.find("p. 5").start == 300
    refusal(locator, "p. 21")
    assert locator.find("p. 20").end == len(book.text)


def test_a_page_label_printed_twice_asks_which() -> None:
    book = plain_book(4)
    starts = [(section.start or 0) + 30 for section in book.sections]
    locator = book.locator(*[PageMark(label, at) for label, at in zip("1212", starts, strict=True)])
    error = refusal(locator, "p. 2", 0)
    assert isinstance(error, AmbiguousPlace)
    assert [match.start for match in error.matches] == [starts[1], starts[3]]
    assert error.candidates == ("ch. 2", "ch. 4")


def test_sections_off_the_scale_are_no_places_s8_s29() -> None:
    book = Builder()
    book.seal("Introduction")
    book.add("Chapter 1", 1)
    assert isinstance(refusal(book.locator(), "Introduction", len(book.text)), PlaceNotUnderstood)


@pytest.mark.parametrize(
    "words", ["", "   ", "?!", "chapter", "part", "%", "“”", "p.", "x" * 30_000, "\ud800 \0"]
)
def test_what_is_no_place_is_refused_and_never_crashes(words: str) -> None:
    for horizon_end in (None, 0, 50):
        refusal(plain_book(2).locator(), words, horizon_end)
