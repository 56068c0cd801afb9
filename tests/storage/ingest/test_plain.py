"""Plain text, Markdown and HTML as books, and what a file is by its bytes."""

from __future__ import annotations

import pytest

from storage.errors import Damage, DamagedBook, EmptyBook, Excess, TooLarge, UnsupportedFormat
from storage.ingest.limits import Limits
from storage.ingest.parsed import ParsedBook
from storage.ingest.read import read_book
from storage.ingest.sniff import FileKind, sniff
from storage.values import Matter, SectionKind
from tests.books import Chapter, MadeBook, markdown, plain_text, random_book

MADE = random_book(21, chapters=3)


def read(text: str | bytes, name: str = "tale.txt") -> ParsedBook:
    data = text.encode() if isinstance(text, str) else text
    return read_book(data, filename=name, limits=Limits())


# ---- text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [50, 72, 1_000])
def test_wrapped_lines_become_the_paragraphs_they_were(width: int) -> None:
    book = read(plain_text(MADE.chapters, width))
    assert book.text == MADE.text
    assert book.sections == MADE.parsed.sections
    assert book.title == "tale"


def test_paragraphs_told_by_indents_are_told_apart() -> None:
    rows = (
        "It was a long and quiet night in the harbour and nobody",
        "slept.",
        "  The dawn came",
        "and was grey.",
    )
    first, second = " ".join(rows[:2]), " ".join(rows[2:]).strip()
    assert read("\n".join(rows)).text == f"{first}\n{second}"


def test_one_paragraph_a_line_is_read_so() -> None:
    lines = [" ".join(["word"] * 60) + f" {n}." for n in range(30)]
    assert read("\n".join(lines)).text == "\n".join(lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_text_in_unicode_is_read_without_a_warning(encoding: str) -> None:
    book = read("Ein schöner Tag.\n\nEs regnete über Köln.".encode(encoding))
    assert book.text == "Ein schöner Tag.\nEs regnete über Köln."
    assert not book.warnings


def test_windows_text_is_read_with_a_warning() -> None:
    book = read("“Schön,” sagte er.".encode("cp1252"))
    assert book.text == "“Schön,” sagte er."
    assert book.warnings


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_are_one(ends: str) -> None:
    assert read(f"One.{ends}{ends}Two.").text == "One.\nTwo."


@pytest.mark.parametrize(
    "headings",
    [
        ("CHAPTER I.", "CHAPTER II.", "CHAPTER III."),
        ("Chapter One", "Chapter Two", "Chapter Three"),
        ("CHAPTER I. The Loom", "CHAPTER II. The Weft", "CHAPTER III. The Warp"),
        ("I", "II", "III"),
        ("1", "2", "3"),
        ("Chapter the First", "Chapter the Second", "Chapter the Third"),
        ("Kapitel 1", "Kapitel 2", "Kapitel 3"),
    ],
)
def test_printed_headings_are_chapters(headings: tuple[str, str, str]) -> None:
    chapters = [Chapter(h, c.paragraphs) for h, c in zip(headings, MADE.chapters, strict=True)]
    book = read(plain_text(chapters))
    assert [s.number for s in book.sections] == [1, 2, 3]
    assert [s.label for s in book.sections] == ["ch. 1", "ch. 2", "ch. 3"]
    assert [s.title for s in book.sections] == list(headings)


def test_parts_in_plain_text_nest() -> None:
    one, two, three = (c.paragraphs for c in MADE.chapters)
    chapters = [Chapter("BOOK THE FIRST"), Chapter("CHAPTER I.", one), Chapter("CHAPTER II.", two),
                Chapter("BOOK THE SECOND"), Chapter("CHAPTER I.", three)]  # fmt: skip
    book = read(plain_text(chapters))
    assert [s.kind for s in book.sections] == [
        SectionKind.PART,
        SectionKind.CHAPTER,
        SectionKind.CHAPTER,
        SectionKind.PART,
        SectionKind.CHAPTER,
    ]
    assert [s.parent for s in book.sections] == [None, 1, 1, None, 4]


def test_a_printed_list_of_contents_is_no_row_of_chapters() -> None:
    contents = "CONTENTS\n\nCHAPTER I.\n\nCHAPTER II.\n\nCHAPTER III.\n\n\n"
    chapters = [
        Chapter(f"CHAPTER {n}.", c.paragraphs) for n, c in zip(("I", "II", "III"), MADE.chapters, strict=True)
    ]
    book = read(contents + plain_text(chapters))
    assert [s.label for s in book.sections if s.matter is Matter.BODY] == ["ch. 1", "ch. 2", "ch. 3"]
    assert book.text.startswith("CHAPTER I.\n" + MADE.chapters[0].paragraphs[0])


def test_the_licence_of_project_gutenberg_is_sealed_and_names_the_book() -> None:
    fields = (
        "The Project Gutenberg eBook",
        "Title: Tales of Nowhere",
        "Author: N. O. Body",
        "Language: English",
    )
    head = "\n\n".join(fields) + "\n\n"
    start = "*** START OF THE PROJECT GUTENBERG EBOOK TALES OF NOWHERE ***\n\n\n"
    end = "\n\n\n*** END OF THE PROJECT GUTENBERG EBOOK TALES OF NOWHERE ***\n\nUpdated editions follow."
    book = read(head + start + plain_text(MADE.chapters) + end)
    assert book.text == MADE.text
    assert (book.title, book.author, book.language) == ("Tales of Nowhere", "N. O. Body", "en")
    assert [s.matter for s in book.sections] == [Matter.FRONT, *[Matter.BODY] * 3, Matter.BACK]


# ---- Markdown and HTML ---------------------------------------------------------------------


def test_markdown_headings_are_chapters() -> None:
    book = read(markdown(MADE.chapters), "tale.md")
    assert book.text == MADE.text
    assert book.sections == MADE.parsed.sections


def test_markdown_marks_are_no_words() -> None:
    head = "---\ntitle: A Tale\nauthor: Someone\n---\n\n"
    text = "# Chapter 1\n\nA *very* **odd** [word](http://x).\n\n* * *\n\n> Quoted.\n"
    book = read(head + text, "tale.md")
    assert book.text == "Chapter 1\nA very odd word.\nQuoted."
    assert (book.title, book.author) == ("A Tale", "Someone")


def test_html_is_read_like_a_page_of_an_epub() -> None:
    head = "<title>A Tale</title><meta name='author' content='Someone'>"
    page = f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>"
    page += "".join(f"<h2>{c.heading}</h2>" + "".join(f"<p>{p}" for p in c.paragraphs) for c in MADE.chapters)
    book = read(page, "tale.html")
    assert book.text == MADE.text
    assert (book.title, book.author, book.language) == ("A Tale", "Someone", "en")


# ---- what a file is ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["b.epub", "b.pdf", "b.txt", "b"])
def test_an_epub_is_an_epub_whatever_its_name(name: str) -> None:
    assert read(MADE.epub, name).text == MADE.text


@pytest.mark.parametrize("name", ["b.pdf", "b.epub", "b.txt"])
def test_a_pdf_is_a_pdf_whatever_its_name(name: str) -> None:
    assert sniff(b"junk\n%PDF-1.7\n" + b"x" * 100, name) is FileKind.PDF


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.txt", FileKind.TEXT), ("a", FileKind.TEXT), ("a.MD", FileKind.MARKDOWN), ("a.htm", FileKind.HTML)],
)
def test_text_is_told_apart_by_its_name(name: str, kind: FileKind) -> None:
    assert sniff(b"Some words of a tale.", name) is kind


def test_html_in_a_text_file_is_html() -> None:
    assert sniff(b"\n<!DOCTYPE html><html><body>x", "a.txt") is FileKind.HTML


def test_text_that_calls_itself_an_epub_is_refused() -> None:
    with pytest.raises(DamagedBook) as refused:
        read("It was a dark night.", "book.epub")
    assert refused.value.damage is Damage.NOT_A_ZIP


@pytest.mark.parametrize("name", ["book.pdf", "book.mobi", "book.docx", "script.py", "data.json"])
def test_text_that_claims_another_format_is_refused(name: str) -> None:
    with pytest.raises(UnsupportedFormat):
        read("It was a dark night.", name)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "image"),
        (b"{\\rtf1 text}", "rtf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20, "doc"),
        (b"x" * 60 + b"BOOKMOBI" + b"\0" * 20, "mobi"),
        (b"Rar!\x1a\x07\x00", "rar"),
        (bytes(range(256)) * 4, ""),
    ],
)
def test_what_is_no_book_is_named_where_it_can_be(data: bytes, found: str) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        read(data, "book.txt")
    assert refused.value.found == found


@pytest.mark.parametrize("data", [b"", b"  \n\t ", b"\0" * 100])
def test_an_empty_file_is_an_empty_book(data: bytes) -> None:
    with pytest.raises(EmptyBook):
        read(data, "book.epub")


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge) as refused:
        read_book(b"x" * 101, filename="a.txt", limits=Limits(file_bytes=100))
    assert refused.value.excess is Excess.FILE_BYTES


def test_a_made_book_is_what_it_says_it_is() -> None:
    """The builder itself: its text and its sections agree."""
    made = MadeBook(MADE.chapters)
    for chapter, section in zip(made.chapters, made.parsed.sections, strict=True):
        assert made.text[section.start : section.end].rstrip("\n") == "\n".join(chapter.lines)
