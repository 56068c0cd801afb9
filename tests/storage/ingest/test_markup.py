"""What of a document is its text, and what is not (S1: the rules are part of the scale)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.book.text import normalise
from storage.ingest.folding import _COMPOSED, _INSTEAD, fold
from storage.ingest.limits import Limits
from storage.ingest.manuscript import Document
from storage.ingest.markup import read_document
from storage.ingest.parsed import ParsedBook
from storage.ingest.read import read_book
from storage.ingest.xml import Parser
from tests.books import epub_files, xhtml, zip_of


def read(body: str, *wanted: str) -> Document:
    data = xhtml(body).encode()
    return read_document(Parser(1 << 20).document(data), data, wanted)


def book_of(*pages: str) -> ParsedBook:
    documents: dict[str, str | bytes] = {f"{n}.xhtml": xhtml(page) for n, page in enumerate(pages)}
    return read_book(
        zip_of(epub_files((), documents=documents, nav=False)), filename="b.epub", limits=Limits()
    )


@given(st.lists(st.text(st.characters(exclude_characters="\x02\x03\x05"), max_size=40), max_size=8))
def test_folding_a_document_is_normalising_each_line(lines: list[str]) -> None:
    """The fast rule and the rule of text.py are one rule."""
    assert fold(list(lines)) == [normalise(line) for line in lines] or any(
        0xD800 <= ord(c) <= 0xDFFF for line in lines for c in line
    )


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<div>One<p>Two</p>three</div>", ["One", "Two", "three"]),
        ("<p>a <i>very</i> <b>odd</b> word</p>", ["a very odd word"]),
        ("<p>  folded\n\t space&#160;here </p>", ["folded space here"]),
        ("<p>soft&#173;hyphen and word&#8288;joiner</p>", ["softhyphen and wordjoiner"]),
        ("<p>cafe&#769;</p>", ["café"]),
        ("<p>Drop</p><p> &#8203; </p><p>cap</p>", ["Drop", "cap"]),
        ('<p><span style="font-size:3em">T</span>he end</p>', ["The end"]),
        ("<script>var x = 'Zanthrivol';</script><p>Text</p><style>p{}</style>", ["Text"]),
        ('<p>Seen</p><p hidden="hidden">Zanthrivol</p><p style="display: none">Zanthrivol</p>', ["Seen"]),
        ('<p>Seen <img alt="Zanthrivol dies" src="x.png"/> all</p>', ["Seen all"]),
        ("<svg><title>Zanthrivol</title><text>dies</text></svg><p>Text</p>", ["Text"]),
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>です</p>", ["漢字です"]),
        ("<ul><li>one</li><li>two <ul><li>three</li></ul></li></ul>", ["one", "two", "three"]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", ["a b", "c"]),
        ("<p>Word<a href='#n1'>1</a>.</p>", ["Word."]),
        ("<p>Word<sup><a href='n.xhtml#n1'>[12]</a></sup> on</p>", ["Word on"]),
        ("<p>Word<sup>2</sup> and <a href='#c'>chapter</a></p>", ["Word2 and chapter"]),
        ("<h2><a href='toc.xhtml#c7'>7</a></h2><p>Text</p>", ["7", "Text"]),
        ("<p>A rose<br/>is a rose</p>", ["A rose is a rose"]),
        ("<div>First part.<br/><br/>Second part.</div>", ["First part.", "Second part."]),
        ("<pre>line one\nline two</pre>", ["line one line two"]),
        ("<blockquote>Quoted</blockquote>after", ["Quoted", "after"]),
        ("<dl><dt>Term</dt><dd>sense</dd></dl>", ["Term", "sense"]),
    ],
)
def test_lines_of_a_document(body: str, lines: list[str]) -> None:
    assert read(body).lines == lines


def test_text_that_a_script_might_show_is_read() -> None:
    assert read('<script>show()</script><p style="display:none">Result</p>').lines == ["Result"]


def test_anchors_are_found_on_blocks_inside_them_and_between_them() -> None:
    document = read(
        '<p>zero</p><h2 id="a">One</h2><p>two <span id="b"/>mid</p><a id="c"></a><p>three</p>',
        "a",
        "b",
        "c",
        "d",
    )
    places = {name: (mark.line, mark.offset) for name, mark in document.anchors.items()}
    assert places == {"a": (1, 0), "b": (2, 4), "c": (3, 0)}
    assert document.lines == ["zero", "One", "two mid", "three"]


@pytest.mark.parametrize(
    "label",
    [
        '<span epub:type="pagebreak" title="12" id="p12">12</span>',
        '<span role="doc-pagebreak" aria-label="12"/>',
        '<span class="pagenum">[Pg 12]</span>',
        '<a class="pagebreak" id="page_12"></a>',
    ],
)
def test_printed_pages_are_marks_and_no_words(label: str) -> None:
    document = read(f"<p>Before it {label}and after.</p>")
    assert document.lines == ["Before it and after."]
    assert [(mark.name, mark.line, mark.offset) for mark in document.pages] == [("12", 0, 10)]


def test_page_labels_of_the_body_are_offsets_of_the_book() -> None:
    """T18: the printed label, roman in front, is the page; the place in the file is not."""
    page = '<h2>Chapter {n}</h2><p>Alpha <span epub:type="pagebreak" title="{n}"/>beta.</p>'
    book = book_of(page.format(n=1), page.format(n=2))
    assert [(mark.label, book.text[mark.start :][:4]) for mark in book.pages] == [
        ("1", "beta"),
        ("2", "beta"),
    ]


def test_a_page_list_is_believed_before_the_marks_in_the_text() -> None:
    documents: dict[str, str | bytes] = {
        "a.xhtml": xhtml('<p>One.</p><p id="x">Two <i id="y">three</i>.</p>')
    }
    files = epub_files((), documents=documents)
    lines = "".join(f'<li><a href="a.xhtml#{a}">{n}</a></li>' for n, a in (("ix", "x"), ("1", "y")))
    files["OEBPS/nav.xhtml"] = xhtml(f'<nav epub:type="page-list"><ol>{lines}</ol></nav>')
    book = read_book(zip_of(files), filename="b.epub", limits=Limits())
    assert [(mark.label, book.text[mark.start :]) for mark in book.pages] == [
        ("ix", "Two three."),
        ("1", "three."),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-1"])
def test_declared_encodings_are_read(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    page = f'<?xml version="1.0" encoding="{name}"?><html><body><p>Café – naïve</p></body></html>'
    data = page.replace("–", "-").encode(encoding)
    book = read_book(
        zip_of(epub_files((), documents={"a.xhtml": data}, nav=False)), filename="b.epub", limits=Limits()
    )
    assert book.text == "Café - naïve"
    assert not book.warnings


def test_a_wrong_encoding_is_guessed_and_said() -> None:
    page = '<?xml version="1.0" encoding="utf-8"?><html><body><p>“Café,” he said – twice.</p></body></html>'
    data = page.encode("cp1252")
    book = read_book(
        zip_of(epub_files((), documents={"a.xhtml": data}, nav=False)), filename="b.epub", limits=Limits()
    )
    assert book.text == "“Café,” he said – twice."
    assert "encoding" in book.warnings[0].text


def test_japanese_without_a_declaration_is_guessed() -> None:
    page = "<html><body><p>これはとても長い物語のはじまりである。</p></body></html>".encode("shift_jis")
    book = read_book(
        zip_of(epub_files((), documents={"a.xhtml": page}, nav=False)), filename="b.epub", limits=Limits()
    )
    assert book.text == "これはとても長い物語のはじまりである。"


@pytest.mark.parametrize(
    "soup",
    [
        "<html><body><p>One<p>Two<br>lines<p>Three</body></html>",
        "<html><body><p>One</p><p>Two<br/>lines</i></p><p>Three</body>",
        "<html><head><title/></head><body><p>One</p><p>Two lines</p><p>Three</p></body></html>",
        "junk before <?xml version='1.0'?><html><body><p>One</p><p>Two lines</p><p>Three</p></body></html>",
        "<html><body><p>One</p><p>Two <x:y>lines</x:y></p><p>Three</p></body></html>",
        "<HTML><BODY><P>One</P><P>Two lines</P><P>Three</P></BODY></HTML>",
    ],
)
def test_tag_soup_is_recovered_whole(soup: str) -> None:
    data = soup.encode()
    assert read_document(Parser(1 << 20).document(data), data).lines == ["One", "Two lines", "Three"]


@pytest.mark.parametrize(
    ("stored", "href"),
    [
        ("OEBPS/Chapter1.XHTML", "chapter1.xhtml"),
        ("OEBPS/a b.xhtml", "a%20b.xhtml"),
        ("OEBPS/a b.xhtml", "a b.xhtml"),
        ("OEBPS\\chapter.xhtml", "chapter.xhtml"),
        ("OEBPS/kapitel-ü.xhtml", "kapitel-u%CC%88.xhtml"),
        ("chapter.xhtml", "../chapter.xhtml"),
        ("chapter.xhtml", "../../../chapter.xhtml"),
    ],
)
def test_files_are_found_however_sloppily_they_are_named(stored: str, href: str) -> None:
    files = epub_files((), documents={href: ""}, nav=False)
    del files[f"OEBPS/{href}"]
    files[stored] = xhtml("<p>Found.</p>")
    assert read_book(zip_of(files), filename="b.epub", limits=Limits()).text == "Found."


def test_a_book_zipped_from_outside_its_folder_is_read() -> None:
    files = epub_files((), documents={"a.xhtml": xhtml("<p>Found.</p>")}, nav=False)
    outside: dict[str, str | bytes] = {f"My Book/{name}": content for name, content in files.items()}
    assert read_book(zip_of(outside), filename="b.epub", limits=Limits()).text == "Found."


def test_pictures_styles_and_data_in_the_spine_are_left_out_with_a_warning() -> None:
    files = epub_files((), documents={"a.xhtml": xhtml("<p>Found.</p>"), "b.css": "p{}"}, nav=False)
    package = str(files["OEBPS/package.opf"])
    files["OEBPS/package.opf"] = package.replace(
        'href="b.css" media-type="application/xhtml+xml"', 'href="b.css" media-type="text/css"'
    )
    book = read_book(zip_of(files), filename="b.epub", limits=Limits())
    assert book.text == "Found."
    assert "not text" in book.warnings[0].text


def test_letters_that_fold_leaves_alone_are_changed_by_no_composing() -> None:
    """S1: what is taken for composed without a look is so, whatever it stands beside."""
    left = (char for char in map(chr, range(0x110000)) if char not in _INSTEAD)
    letters = {char for char in left if _COMPOSED.fullmatch(char)}
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(0x110000))
    joins = {
        chr(int(last, 16)) for _, last in (pair for pair in pairs if len(pair) == 2 and pair[0][0] != "<")
    }
    assert "\u0301" in joins
    assert not letters & joins
    assert all(unicodedata.is_normalized("NFC", char) and not unicodedata.combining(char) for char in letters)


def test_a_file_name_that_differs_in_case_alone_is_found() -> None:
    files = epub_files((), documents={"A.xhtml": xhtml("<p>Told.</p>")}, nav=False)
    files["OEBPS/a.XHTML"] = files.pop("OEBPS/A.xhtml")
    assert read_book(zip_of(files), filename="b.epub", limits=Limits()).text == "Told."


def test_a_part_whose_only_chapter_is_sealed_ends_a_text_that_sections_still_tile() -> None:
    """S1, S29: a section without lines at the end moves no offset."""
    documents: dict[str, str | bytes] = {
        "a.xhtml": xhtml("<h2>Chapter 1</h2><p>" + "The lamp was lit. " * 200 + "</p>"),
        "b.xhtml": xhtml("<h2>Glossary</h2><p>" + "Lamp: a light. " * 40 + "</p>"),
    }
    files = epub_files((), documents=documents)
    lines = '<li><a href="a.xhtml">Chapter 1</a></li>'
    lines += '<li><span>Part Two</span><ol><li><a href="b.xhtml">Glossary</a></li></ol></li>'
    files["OEBPS/nav.xhtml"] = xhtml(f'<nav epub:type="toc"><ol>{lines}</ol></nav>')
    book = read_book(zip_of(files), filename="b.epub", limits=Limits())
    body = [section for section in book.sections if section.start is not None]
    assert [section.label for section in body] == ["ch. 1", "Part Two"]
    assert [(section.start, section.end) for section in body] == [(0, len(book.text)), (len(book.text),) * 2]
    assert book.text.endswith("The lamp was lit.\n\n")
