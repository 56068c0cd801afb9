"""Front and back matter is sealed, and the story is not (S28, S29, T11-T14)."""

from __future__ import annotations

import pytest

from storage.ingest.limits import Limits
from storage.ingest.matter import title_is_matter
from storage.ingest.parsed import ParsedBook
from storage.ingest.read import read_book
from storage.values import Matter, SectionKind
from tests.books import Chapter, chapter_markup, epub, epub_files, random_book, xhtml, zip_of

MADE = random_book(11, chapters=4, paragraphs_each=12)
SECRET = ("Zanthrivol is the murderer, as every scholar knows.",) * 3


def read(data: bytes) -> ParsedBook:
    return read_book(data, filename="book.epub", limits=Limits())


def sealed(chapter: Chapter, **where: bool) -> ParsedBook:
    front, back = ([chapter], []) if where.get("front", True) else ([], [chapter])
    return read(epub(MADE.chapters, front=front, back=back))


@pytest.mark.parametrize(
    "title",
    [
        "Introduction", "Introduction by Professor Quill", "INTRODUCTION.", "Preface",
        "Preface to the Second Edition",
        "Foreword", "Foreword by a Friend", "A Note on the Text", "Translator’s Note", "Editor's Preface",
        "Dramatis Personae", "Characters", "Cast of Characters", "List of Characters", "Principal Characters",
        "The Family Tree", "Genealogy", "Map", "Maps", "Map of the Kingdom", "Contents", "Table of Contents",
        "Copyright", "Also by A. N. Author", "Praise for the Invented Book", "Dedication",
        "List of Illustrations",
        "Vorwort", "Préface", "Предисловие", "まえがき",
    ],
)  # fmt: skip
def test_matter_before_the_story_is_sealed_by_its_title(title: str) -> None:
    """T11, T12: a scholar's introduction and a printed cast list are never "before the bound"."""
    book = sealed(Chapter(title, SECRET))
    assert "Zanthrivol" not in book.text
    assert book.text == MADE.text
    assert book.sections[0].matter is Matter.FRONT
    assert book.sections[0].title == title
    assert "Zanthrivol" in book.sealed[0].text


@pytest.mark.parametrize(
    "title",
    [
        "Afterword", "Notes", "Endnotes", "Glossary", "Glossary of Terms", "Appendix", "Appendix A",
        "Bibliography",
        "About the Author", "Acknowledgements", "Acknowledgments", "Also by the Author", "Colophon", "Index",
        "A Preview of the Next Book", "Excerpt from The Second Book", "Sneak Peek", "Reading Group Guide",
        "Discussion Questions", "Author’s Note", "A Note from the Author", "Historical Note",
        "Transcriber's Notes",
        "Nachwort", "Glossaire", "あとがき",
    ],
)  # fmt: skip
def test_matter_after_the_story_is_sealed_by_its_title(title: str) -> None:
    """T13: the glossary at the back, the sample of the next book."""
    book = sealed(Chapter(title, SECRET), front=False)
    assert book.text == MADE.text
    assert book.sections[-1].matter is Matter.BACK


@pytest.mark.parametrize(
    "title",
    [
        "Prologue",
        "Prelude",
        "Chapter 0",
        "Part One",
        "PROLOGUE: The Map",
        "Chapter 1: Introduction",
        "1. Notes",
    ],
)
def test_a_real_beginning_is_not_sealed(title: str) -> None:
    book = sealed(Chapter(title, SECRET))
    assert book.sections[0].matter is Matter.BODY
    assert book.text.startswith(title)


@pytest.mark.parametrize(
    "title", ["Epilogue", "Chapter 5", "Coda", "The End of All Things", "L’Envoi", "Note"]
)
def test_a_real_ending_is_not_sealed(title: str) -> None:
    book = sealed(Chapter(title, SECRET), front=False)
    assert book.sections[-1].matter is Matter.BODY


@pytest.mark.parametrize(
    "title",
    [
        "The Mapmaker", "Notes from the Underworld", "The Index of Sorrows", "Praise Him",
        "The Characters Rebel", "Cast Away", "Who Goes There", "A Cover for the Crime",
        "The Preface Is Over", "An Excerpted Life", "Coming Home", "The Glossary Thief",
    ],
)  # fmt: skip
def test_titles_of_chapters_are_not_taken_for_matter(title: str) -> None:
    assert title_is_matter(title) is None


def test_what_stands_untitled_before_the_first_chapter_is_sealed_in_doubt() -> None:
    """S29: an unsigned introduction leaks the plot; a lost epigraph loses nobody."""
    book = sealed(Chapter("On the Making of This Tale", SECRET))
    assert "Zanthrivol" not in book.text
    assert book.text == MADE.text


def test_a_late_chapter_one_does_not_seal_the_stories_before_it() -> None:
    stories = [
        Chapter(f"The Tale of {name}", random_book(n, 1, 20).chapters[0].paragraphs)
        for n, name in enumerate("ABCDE")
    ]
    book = read(epub([*stories, *MADE.chapters[:1]]))
    assert [s.matter for s in book.sections] == [Matter.BODY] * 6


@pytest.mark.parametrize(
    ("kind", "matter"),
    [
        ("introduction", Matter.FRONT), ("preface", Matter.FRONT), ("foreword", Matter.FRONT),
        ("dedication", Matter.FRONT), ("copyright-page", Matter.FRONT), ("frontmatter", Matter.FRONT),
        ("z3998:dramatis-personae", Matter.FRONT), ("backmatter", Matter.BACK),
    ],
)  # fmt: skip
def test_matter_is_sealed_by_its_type_whatever_its_title(kind: str, matter: Matter) -> None:
    book = sealed(Chapter("Some Words", SECRET, epub_type=kind))
    assert book.sections[0].matter is matter
    assert book.text == MADE.text


def test_a_typed_prologue_is_body_whatever_its_title() -> None:
    book = sealed(Chapter("London, 1888", SECRET, epub_type="prologue"))
    assert book.sections[0].kind is SectionKind.PROLOGUE
    assert book.sections[0].matter is Matter.BODY


def test_landmarks_tell_where_the_body_begins() -> None:
    files = epub_files(
        [Chapter("The Well", MADE.chapters[0].paragraphs), Chapter("The Road", MADE.chapters[1].paragraphs)],
        front=[Chapter("Some Words", SECRET)],
    )
    start = '<ol><li><a epub:type="bodymatter" href="chapter1.xhtml">Go</a></li></ol>'
    files["OEBPS/nav.xhtml"] = str(files["OEBPS/nav.xhtml"]).replace(
        "</body>", f'<nav epub:type="landmarks">{start}</nav></body>'
    )
    book = read(zip_of(files))
    assert [s.matter for s in book.sections] == [Matter.FRONT, Matter.BODY, Matter.BODY]


def test_the_guide_of_an_old_file_seals_too() -> None:
    files = epub_files(MADE.chapters, back=[Chapter("Odds and Ends", SECRET)], nav=False, ncx=True)
    guide = '<guide><reference type="glossary" href="back1.xhtml"/></guide>'
    files["OEBPS/package.opf"] = str(files["OEBPS/package.opf"]).replace("</package>", guide + "</package>")
    book = read(zip_of(files))
    assert book.text == MADE.text


def test_sections_below_a_sealed_introduction_are_sealed_with_it() -> None:
    front = [
        Chapter("Introduction", SECRET),
        Chapter("I. The Life", SECRET, depth=1),
        Chapter("II. Works", SECRET, depth=1),
    ]
    book = read(epub(MADE.chapters, front=front))
    assert book.text == MADE.text


def test_the_sample_of_another_book_is_sealed_with_its_chapters() -> None:
    """S29: an excerpt has a "Chapter 1" of its own; it is no chapter of this book."""
    names = ["Acknowledgments", "Excerpt from Another Book", "Chapter 1", "Chapter 2"]
    back = [Chapter(name, SECRET) for name in names]
    assert read(epub(MADE.chapters, back=back)).text == MADE.text


def test_chapters_that_count_anew_after_the_back_matter_are_a_sample() -> None:
    back = [Chapter("About the Author", SECRET), Chapter("Chapter 1", SECRET)]
    assert read(epub(MADE.chapters, back=back)).text == MADE.text


def test_matter_inside_a_body_file_is_taken_out() -> None:
    page = (
        chapter_markup(Chapter("Introduction", SECRET, epub_type="introduction"))
        + chapter_markup(Chapter("Chapter 1", MADE.chapters[0].paragraphs))
        + chapter_markup(Chapter("Chapter 2", MADE.chapters[1].paragraphs))
        + chapter_markup(Chapter("Word List", SECRET, epub_type="glossary"))
    )
    book = read(zip_of(epub_files((), documents={"a.xhtml": xhtml(page)}, nav=False)))
    assert "Zanthrivol" not in book.text
    assert [s.label for s in book.sections if s.matter is Matter.BODY] == ["ch. 1", "ch. 2"]
    assert len(book.sealed) == 2


def test_footnotes_are_sealed_and_their_marks_are_out() -> None:
    page = (
        '<h2>Chapter 1</h2><p>He laughed<a epub:type="noteref" href="#n1">1</a> and left.'
        '<sup><a href="#n2">[2]</a></sup></p>'
        '<aside epub:type="footnote" id="n1"><p>Zanthrivol did it.</p></aside><p>She stayed.</p>'
    )
    documents = {"a.xhtml": xhtml(page), "b.xhtml": xhtml(chapter_markup(MADE.chapters[1]))}
    book = read(zip_of(epub_files((), documents=documents, nav=False)))
    assert book.text.startswith("Chapter 1\nHe laughed and left.\nShe stayed.\n")
    assert book.sections[-1].title == "Notes"


def test_metadata_other_than_title_author_and_language_is_dropped() -> None:
    """S28, T14: the blurb and the subjects tell the plot."""
    metadata = (
        "<dc:description>Zanthrivol did it.</dc:description><dc:subject>Zanthrivol, death of</dc:subject>"
    )
    book = read(epub(MADE.chapters, metadata=metadata))
    assert "Zanthrivol" not in repr(book)
    assert (book.title, book.author, book.language) == ("The Invented Book", "A. N. Author", "en")


def test_only_the_front_cover_of_this_file_is_kept() -> None:
    """S28: pictures of later volumes never become a cover."""
    book = read(
        epub(MADE.chapters, cover=b"\xff\xd8\xfffront", extra={"OEBPS/next.jpg": b"\xff\xd8\xffnext"})
    )
    assert book.cover == b"\xff\xd8\xfffront"


def test_gutenberg_licence_is_sealed_even_inside_a_body_file() -> None:
    head = "<h2>The Project Gutenberg eBook</h2><p>*** START OF THE PROJECT GUTENBERG EBOOK TALES ***</p>"
    tail = "<p>*** END OF THE PROJECT GUTENBERG EBOOK TALES ***</p><p>Updated editions will replace it.</p>"
    middle = "".join(map(chapter_markup, MADE.chapters))
    book = read(zip_of(epub_files((), documents={"a.xhtml": xhtml(head + middle + tail)}, nav=False)))
    assert book.text == MADE.text
    assert [s.matter for s in book.sections] == [Matter.FRONT, *[Matter.BODY] * 4, Matter.BACK]


def test_a_book_that_would_be_sealed_whole_is_read() -> None:
    book = read(epub([Chapter("Notes", MADE.chapters[0].paragraphs)]))
    assert "Notes" in book.text
