"""The true chapter map: contents tree, then spine, then headings; parts, labels, numbers (T10-T17)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.ingest.limits import Limits
from storage.ingest.parsed import ParsedBook
from storage.ingest.read import read_book
from storage.values import Matter, Section, SectionKind
from tests.books import (
    Chapter,
    coined_words,
    epub,
    epub_files,
    paragraphs,
    random_book,
    xhtml,
    zip_of,
)

RNG = random.Random(5)
WORDS = coined_words(RNG)


def prose(count: int = 12) -> tuple[str, ...]:
    return paragraphs(WORDS, RNG, count)


def read(data: bytes) -> ParsedBook:
    book = read_book(data, filename="book.epub", limits=Limits())
    check_tiling(book)
    return book


def check_tiling(book: ParsedBook) -> None:
    """Body sections tile the text, ordinals count the file, sealed text is nowhere in the text."""
    at = 0
    for ordinal, section in enumerate(book.sections, start=1):
        assert section.ordinal == ordinal
        if section.matter is Matter.BODY:
            assert section.start == at
            assert section.end is not None
            assert section.body_start is not None
            assert section.start <= section.body_start <= section.end
            at = section.end
        else:
            assert (section.start, section.body_start, section.end) == (None, None, None)
            assert section.kind is SectionKind.SEALED
    assert at == len(book.text)
    assert {sealed.ordinal for sealed in book.sealed} == {s.ordinal for s in book.sections if s.start is None}


def body(book: ParsedBook) -> list[Section]:
    return [section for section in book.sections if section.matter is Matter.BODY]


def text_of(book: ParsedBook, section: Section) -> str:
    return book.text[section.start : section.end]


def markup(*chapters: Chapter) -> str:
    out = []
    for n, chapter in enumerate(chapters, start=1):
        heading = f'<h2 id="c{n}">{chapter.heading}</h2>' if chapter.heading else ""
        out.append(heading + "".join(f"<p>{p}</p>" for p in chapter.paragraphs))
    return "".join(out)


def nav(*lines: tuple[str, str]) -> str:
    items = "".join(f'<li><a href="{href}">{title}</a></li>' for title, href in lines)
    return xhtml(f'<nav epub:type="toc"><ol>{items}</ol></nav>')


def with_documents(documents: dict[str, str | bytes], contents: str | None = None) -> bytes:
    files = epub_files((), documents=documents, nav=contents is not None)
    if contents is not None:
        files["OEBPS/nav.xhtml"] = contents
    return zip_of(files)


# ---- contents, spine, headings -------------------------------------------------------------


@pytest.mark.parametrize(("nav_too", "ncx"), [(True, False), (False, True), (True, True), (False, False)])
def test_chapters_are_found_by_nav_by_ncx_and_by_headings_alone(nav_too: bool, ncx: bool) -> None:
    made = random_book(3, chapters=4)
    book = read(epub(made.chapters, nav=nav_too, ncx=ncx))
    assert book.text == made.text
    assert book.sections == made.parsed.sections


def test_three_chapters_in_one_file_are_three_sections() -> None:
    """T16: several chapters in one file, told apart by the anchors of the contents."""
    chapters = [Chapter(f"Chapter {n}", prose()) for n in (1, 2, 3)]
    contents = nav(*((c.heading, f"a.xhtml#c{n}") for n, c in enumerate(chapters, start=1)))
    book = read(with_documents({"a.xhtml": xhtml(markup(*chapters))}, contents))
    assert [s.label for s in book.sections] == ["ch. 1", "ch. 2", "ch. 3"]


def test_three_chapters_in_one_file_are_found_without_contents_too() -> None:
    chapters = [Chapter(f"Chapter {n}", prose()) for n in (1, 2, 3)]
    book = read(with_documents({"a.xhtml": xhtml(markup(*chapters))}))
    assert [s.label for s in book.sections] == ["ch. 1", "ch. 2", "ch. 3"]


@pytest.mark.parametrize("listed", [True, False])
def test_a_chapter_split_over_three_files_is_one_section(listed: bool) -> None:
    """T16: converters split files by size; the reader knows one chapter."""
    documents: dict[str, str | bytes] = {
        "a.xhtml": xhtml(markup(Chapter("Chapter 1", prose()))),
        "b.xhtml": xhtml(markup(Chapter("", prose()))),
        "c.xhtml": xhtml(markup(Chapter("", prose()))),
        "d.xhtml": xhtml(markup(Chapter("Chapter 2", prose()))),
    }
    contents = nav(("Chapter 1", "a.xhtml"), ("Chapter 2", "d.xhtml")) if listed else None
    book = read(with_documents(documents, contents))
    assert [s.label for s in book.sections] == ["ch. 1", "ch. 2"]


def test_a_book_without_headings_is_one_body_section() -> None:
    """T15."""
    documents: dict[str, str | bytes] = {f"{n}.xhtml": xhtml(markup(Chapter("", prose()))) for n in range(3)}
    book = read(with_documents(documents))
    assert len(book.sections) == 1
    assert book.sections[0].matter is Matter.BODY
    assert book.sections[0].body_start == 0


def test_reading_order_is_the_spine_and_nothing_else() -> None:
    """D7: neither the manifest, the names of files nor the contents decide the order."""
    made = random_book(4, chapters=9)
    files = epub_files(made.chapters)
    package = str(files["OEBPS/package.opf"])
    items = package[package.index("<manifest>") + 10 : package.index("</manifest>")].split("/>")[:-1]
    shuffled = "".join(item + "/>" for item in reversed(items))
    files["OEBPS/package.opf"] = package.replace("/>".join(items) + "/>", shuffled)
    assert read(zip_of(files)).text == made.text
    files["OEBPS/package.opf"] = str(files["OEBPS/package.opf"]).replace(
        "".join(f'<itemref idref="d{n}"/>' for n in range(9)),
        "".join(f'<itemref idref="d{n}"/>' for n in reversed(range(9))),
    )
    turned = read(zip_of(files))
    places = [turned.text.index(chapter.paragraphs[0]) for chapter in made.chapters]
    assert places == sorted(places, reverse=True)


def test_contents_that_miss_a_chapter_do_not_hide_it() -> None:
    chapters = [Chapter(f"Chapter {n}", prose()) for n in (1, 2, 3)]
    documents: dict[str, str | bytes] = {f"{n}.xhtml": xhtml(markup(c)) for n, c in enumerate(chapters)}
    book = read(with_documents(documents, nav(("Chapter 1", "0.xhtml"), ("Chapter 3", "2.xhtml"))))
    assert [s.label for s in book.sections] == ["ch. 1", "ch. 2", "ch. 3"]


def test_contents_that_lead_only_to_the_start_do_not_hide_the_chapters() -> None:
    chapters = [Chapter(f"Chapter {n}", prose()) for n in (1, 2, 3)]
    documents: dict[str, str | bytes] = {"a.xhtml": xhtml(markup(*chapters))}
    book = read(with_documents(documents, nav(("Start", "a.xhtml"))))
    assert [s.label for s in book.sections] == ["ch. 1", "ch. 2", "ch. 3"]


def test_contents_with_dead_links_lose_only_those() -> None:
    made = random_book(6, chapters=2)
    files = epub_files(made.chapters)
    files["OEBPS/nav.xhtml"] = nav(
        ("Gone", "nowhere.xhtml"), ("Chapter 1", "chapter1.xhtml#nothing"), ("Chapter 2", "chapter2.xhtml")
    )
    assert read(zip_of(files)).sections == made.parsed.sections


@pytest.mark.parametrize(
    "line",
    [
        '<p class="chapter-title">The Longest Night</p>',
        "<p><b>Chapter {n}</b></p>",
        "<div><span>CHAPTER {roman}.</span></div>",
        "<p>{n}</p>",
        "<p>{roman}</p>",
    ],
)
def test_headings_that_no_markup_calls_headings_are_found(line: str) -> None:
    romans = ["I", "II", "III", "IV"]
    page = "".join(
        line.format(n=n, roman=romans[n - 1]) + "".join(f"<p>{p}</p>" for p in prose()) for n in (1, 2, 3, 4)
    )
    book = read(with_documents({"a.xhtml": xhtml(page)}))
    assert len(book.sections) == 4
    assert all(section.body_start and section.start is not None for section in book.sections)


def test_numbers_inside_a_story_are_not_chapters() -> None:
    page = "<h2>Chapter 1</h2><p>He counted.</p><p>1</p><p>Then he slept.</p>" + "".join(
        f"<p>{p}</p>" for p in prose()
    )
    book = read(
        with_documents({"a.xhtml": xhtml(page), "b.xhtml": xhtml(markup(Chapter("Chapter 2", prose())))})
    )
    assert [s.label for s in book.sections] == ["ch. 1", "ch. 2"]


# ---- parts and labels ----------------------------------------------------------------------

PARTED = [
    Chapter("Prologue", prose(3), SectionKind.PROLOGUE),
    Chapter("Part One", (), SectionKind.PART),
    Chapter("I", prose(), depth=1),
    Chapter("II", prose(), depth=1),
    Chapter("Interlude", prose(3), SectionKind.INTERLUDE),
    Chapter("Part Two: The Wedding", (), SectionKind.PART),
    Chapter("I", prose(), depth=1),
    Chapter("Chapter the Second", prose(), depth=1),
    Chapter("Epilogue", prose(3), SectionKind.EPILOGUE),
]


@pytest.mark.parametrize("contents", [True, False])
def test_parts_nest_and_labels_are_as_printed(contents: bool) -> None:
    """T17: numbering starts again in each part, so the part belongs to the name of the place."""
    book = read(epub(PARTED, nav=contents))
    assert [s.kind for s in book.sections] == [c.kind for c in PARTED]
    assert [s.number for s in book.sections] == [None, 1, 1, 2, None, 2, 1, 2, None]
    assert [s.parent for s in book.sections] == [None, None, 2, 2, None, None, 6, 6, None]
    assert [s.depth for s in book.sections] == [0, 0, 1, 1, 0, 0, 1, 1, 0]
    labels = [s.label for s in book.sections]
    assert labels[:7] == [
        "Prologue",
        "Part One",
        "Part One, I",
        "Part One, II",
        "Interlude",
        "Part Two",
        "Part Two, I",
    ]
    assert book.sections[5].title == "Part Two: The Wedding"


def test_a_part_that_shares_its_file_with_its_first_chapter_has_its_own_span() -> None:
    page = "<h1>Part One</h1><h2>1</h2>" + "".join(f"<p>{p}</p>" for p in prose())
    contents = xhtml(
        '<nav epub:type="toc"><ol><li><a href="a.xhtml">Part One</a><ol><li><a href="a.xhtml">1</a></li>'
        '<li><a href="b.xhtml">2</a></li></ol></li></ol></nav>'
    )
    book = read(
        with_documents({"a.xhtml": xhtml(page), "b.xhtml": xhtml(markup(Chapter("2", prose())))}, contents)
    )
    assert [s.kind for s in book.sections] == [SectionKind.PART, SectionKind.CHAPTER, SectionKind.CHAPTER]
    assert text_of(book, book.sections[0]) == "Part One\n\n"
    assert [s.parent for s in book.sections] == [None, 1, 1]


def test_a_part_without_a_page_still_names_its_chapters() -> None:
    contents = xhtml(
        '<nav epub:type="toc"><ol><li><span>Part One</span><ol><li><a href="a.xhtml">1</a></li></ol></li>'
        '<li><span>Part Two</span><ol><li><a href="b.xhtml">1</a></li></ol></li></ol></nav>'
    )
    documents: dict[str, str | bytes] = {
        "a.xhtml": xhtml(markup(Chapter("1", prose()))),
        "b.xhtml": xhtml(markup(Chapter("1", prose()))),
    }
    book = read(with_documents(documents, contents))
    assert [s.label for s in book.sections if s.kind is SectionKind.CHAPTER] == ["Part One, 1", "Part Two, 1"]


def test_contents_of_parts_alone_do_not_hide_the_chapters() -> None:
    page = "<h1>Part {}</h1>" + "".join("<h2>{}</h2>" + "<p>x</p>" * 2 for _ in range(2))
    documents: dict[str, str | bytes] = {
        "a.xhtml": xhtml(page.format("One", "1", "2")),
        "b.xhtml": xhtml(page.format("Two", "3", "4")),
    }
    book = read(with_documents(documents, nav(("Part One", "a.xhtml"), ("Part Two", "b.xhtml"))))
    assert [s.number for s in book.sections] == [1, 1, 2, 2, 3, 4]
    assert [s.parent for s in book.sections] == [None, 1, 1, None, 4, 4]


def test_a_heading_and_its_subtitle_are_one_heading() -> None:
    page = "<h2>Chapter 1</h2><h3>In Which Nothing Happens</h3><p>Text.</p>"
    book = read(
        with_documents({"a.xhtml": xhtml(page), "b.xhtml": xhtml(markup(Chapter("Chapter 2", prose())))})
    )
    first = book.sections[0]
    assert first.title == "Chapter 1: In Which Nothing Happens"
    assert book.text[first.body_start : first.end] == "Text.\n\n"


# ---- properties ----------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    chapters=st.integers(1, 8),
    paragraphs_each=st.integers(1, 6),
    contents=st.sampled_from([(True, False), (False, True), (False, False)]),
    sealed=st.booleans(),
)
def test_random_books_come_back_as_they_were_made(
    seed: int, chapters: int, paragraphs_each: int, contents: tuple[bool, bool], sealed: bool
) -> None:
    """Text, offsets, order and labels are those of the maker, and nothing sealed is in the text (S29)."""
    made = random_book(seed, chapters, paragraphs_each, sealed=sealed)
    data = epub(made.chapters, front=made.front, back=made.back, nav=contents[0], ncx=contents[1])
    book = read(data)
    assert book.text == made.text
    assert body(book) == body(made.parsed)
    assert book.sealed == made.parsed.sealed
    assert read(data) == book  # the same bytes give the same offsets for ever


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_tiling_holds_for_any_mixture_of_markup(rng: random.Random) -> None:
    """Whatever the markup, sections tile the text, and every visible word stays in its order."""
    tags = ["p", "div", "h1", "h2", "h3", "blockquote", "li", "section", "td", "span", "em"]
    words = coined_words(rng)
    expected: list[str] = []

    def piece(depth: int) -> str:
        tag = rng.choice(tags)
        inside = []
        for _ in range(rng.randint(1, 3)):
            if depth < 4 and rng.random() < 0.4:
                inside.append(piece(depth + 1))
            else:
                word = next(words)
                expected.append(word)
                inside.append(f" {word} ")
        return f"<{tag}>{''.join(inside)}</{tag}>"

    documents: dict[str, str | bytes] = {
        f"{n}.xhtml": xhtml("".join(piece(0) for _ in range(rng.randint(1, 6))))
        for n in range(rng.randint(1, 4))
    }
    book = read(with_documents(documents))
    assert (book.text + " " + " ".join(s.text for s in book.sealed)).split() == expected or set(
        (book.text + " " + " ".join(s.text for s in book.sealed)).split()
    ) == set(expected)
    kept = book.text.split()
    assert kept == [word for word in expected if word in set(kept)]
