"""From one (X)HTML tree to the lines of its text, in one walk.

Scripts, hidden text, note references, ruby readings and the words of pictures stay out. What an element
says of itself (headings, epub:type, anchors, page breaks) is kept beside the lines.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum

from lxml import etree

from storage.book.text import normalise
from storage.ingest.manuscript import Document, Heading, Mark, Region

_XHTML = "{http://www.w3.org/1999/xhtml}"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_MARK = "\x02"  # a point inside a line; no document can hold one, XML forbids it and decode drops it
_BREAK = "\x03"  # <br>
_BETWEEN = "\x05"  # between the lines while a whole document is normalised at once


class _Does(IntEnum):
    BLOCK = 1
    HEADING = 2
    GROUP = 3
    CELL = 4
    SKIP = 5
    BREAK = 6
    LINK = 7
    PRE = 8
    PICTURE = 9
    PARAGRAPH = 10


_ELEMENTS: dict[_Does, str] = {
    _Does.BLOCK: (
        "div section article aside main header footer blockquote ul ol li dl dt dd table tbody thead tfoot "
        "tr caption figure figcaption hr form fieldset legend address center details summary body html dir "
        "menu noscript nav level level1 level2 level3 level4 level5 level6 bodymatter frontmatter rearmatter "
        "book doctitle docauthor covertitle list lic line linegroup poem stanza epigraph sidebar note "
        "annotation prodnote"
    ),
    _Does.PARAGRAPH: "p",
    _Does.HEADING: "h1 h2 h3 h4 h5 h6 hd",
    _Does.GROUP: "hgroup",
    _Does.CELL: "td th",
    _Does.SKIP: (
        "script style head template rt rp rtc audio video object iframe canvas embed applet map "
        "annotation-xml input select button textarea datalist metadata"
    ),
    _Does.BREAK: "br",
    _Does.LINK: "a noteref",
    _Does.PRE: "pre",
    _Does.PICTURE: "img image svg",
}
_ACTIONS = {
    form: does
    for does, names in _ELEMENTS.items()
    for name in names.split()
    for form in (name, name.upper(), _XHTML + name, "{http://www.daisy.org/z3986/2005/dtbook/}" + name)
}
_LEVELS = {
    form: int(name[1]) if name[1].isdigit() else 2
    for name in _ELEMENTS[_Does.HEADING].split()
    for form in (name, name.upper(), _XHTML + name, "{http://www.daisy.org/z3986/2005/dtbook/}" + name)
}
_PARAGRAPH = _Does.PARAGRAPH
# Bytes that tell that some element of this document may have to be looked at twice.
_ODDITIES = (
    b"hidden",
    b"noteref",
    b"pagebreak",
    b"pagenum",
    b"pageno",
    b"page-num",
    b"display",
    b"note",
    b"<sup",
)
_NOTE_TEXT = re.compile(
    r"\s*[\[({]?\s*(?:note\s*)?(?:\d{1,4}|[*†‡§¶‖]{1,3}|[a-z])\s*[\])}]?\s*", re.IGNORECASE
)
_NOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:note-?ref|footnote-?ref|fn-?ref|noteanchor|fnanchor|note-d)", re.IGNORECASE
)
_NOTES_CLASS = re.compile(r"(?:^|\s)(?:footnotes?|endnotes?|rearnotes?)(?:\s|$)", re.IGNORECASE)
_PAGE_CLASS = re.compile(
    r"(?:^|\s)(?:x-ebookmaker-)?(?:page-?nu?m(?:ber)?|pageno|page-?break)(?:\s|$)", re.IGNORECASE
)
_PAGE_LABEL = re.compile(r"(\d{1,5}|[ivxlcdm]{1,9})\W*$", re.IGNORECASE)
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TITLE_CLASS = re.compile(r"chap|title|heading|^h[1-6]\b|\bct\b|\bcn\b|part-?num|section-?num", re.IGNORECASE)
_BOILERPLATE = {"pg-header": "pg-header", "pg-footer": "pg-footer", "pg-machine-header": "pg-header"}
_LONG_LINE = 100
_SHORT = 120

# ---- normalising a document at once --------------------------------------------------------

_OUT = [chr(c) for c in (0xAD, 0x200B, 0x200C, 0x2060, 0xFEFF, 0x180E, 0xFFF9, 0xFFFA, 0xFFFB)]
_BLANK = [
    chr(c) for c in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
]
_CONTROLS = "\x00\x01\x04\x06\x07\x08"
_ASCII_BLANK = "\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f"


def fold(lines: list[str]) -> list[str]:
    """Return each line as `text.normalise` makes it, marks kept: the same rule for a document at a time."""
    text = _BETWEEN.join(lines)
    if not text.isascii():
        for char in _OUT:
            if char in text:
                text = text.replace(char, "")
        for char in _BLANK:
            if char in text:
                text = text.replace(char, " ")
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    for char in _CONTROLS:
        if char in text:
            text = text.replace(char, "")
    for char in _ASCII_BLANK:
        if char in text:
            text = text.replace(char, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    text = text.replace(" \x05", _BETWEEN).replace("\x05 ", _BETWEEN)
    return text.strip(" ").split(_BETWEEN) if lines else []


# ---- the walk ------------------------------------------------------------------------------


class _Walk:
    """One document being read. `lines` are raw until `finish` folds them."""

    def __init__(self, data: bytes, wanted: frozenset[str]) -> None:
        self.careful = any(oddity in data for oddity in _ODDITIES) or b"\x00" in data[:64]
        # What a script might show cannot be told without running it: then styles hide nothing.
        self.scripted = b"<script" in data
        self.typed = b"type=" in data or b"role=" in data or b"pg-" in data
        self.wanted = wanted
        self.lines: list[str] = []
        self.buffer: list[str] = []
        self.headings: list[Heading] = []
        self.regions: list[Region] = []
        self.anchors: dict[str, tuple[int, int]] = {}  # name -> (line, which mark of that line, or -1)
        self.breaks: list[tuple[int, int, str]] = []
        self.pending = 0  # marks in the buffer
        self.pictures = 0

    # -- output --

    def flush(self) -> None:
        if self.buffer:
            text = "".join(self.buffer)
            self.buffer.clear()
            marks, self.pending = self.pending, 0
            if not text.isspace() or marks:
                self._emit(text, marks)

    def _emit(self, text: str, marks: int) -> None:
        if _BREAK not in text:
            self.lines.append(text)
            return
        pieces = text.split(_BREAK)
        if marks or not _are_paragraphs(pieces):
            self.lines.append(text.replace(_BREAK, " "))
            return
        self.lines.extend(piece for piece in pieces if piece and not piece.isspace())

    def mark(self) -> tuple[int, int]:
        """Return the place of what comes next: a line and the mark inside it, or -1 for its beginning."""
        if self.buffer and not "".join(self.buffer).isspace():
            self.buffer.append(_MARK)
            self.pending += 1
            return len(self.lines), self.pending - 1
        return len(self.lines), -1

    # -- elements --

    def children(self, element: etree._Element) -> None:
        buffer = self.buffer
        lines = self.lines
        quick = not (self.careful or self.wanted)
        text = element.text
        if text:
            buffer.append(text)
        for child in element:
            tag = child.tag
            does = _ACTIONS.get(tag)
            if does is _PARAGRAPH and quick:  # nine lines of ten: every call saved here is felt
                if buffer:
                    self.flush()
                if len(child):
                    self.children(child)
                    self.flush()
                elif text := child.text:
                    lines.append(text)
                    if len(text) < _SHORT:
                        self.entitle(child)
            elif self.careful and self.unseen(child):
                pass
            elif does is None:
                self.inline(child, tag)
            elif does is _Does.BLOCK or does is _PARAGRAPH:
                self.block(child)
            else:
                self.special(child, does)
            tail = child.tail
            if tail:
                buffer.append(tail)

    def inline(self, child: etree._Element, tag: object) -> None:
        if not isinstance(tag, str):
            if tag is etree.Entity:
                self.buffer.append(html.unescape(child.text or ""))
            return
        if self.wanted:
            self.anchor(child)
        if len(child):
            self.children(child)
        elif child.text:
            self.buffer.append(child.text)

    def block(self, child: etree._Element) -> None:
        if self.buffer:
            self.flush()
        if self.wanted:
            self.anchor(child)
        region = self.types_of(child) if self.typed else None
        start = len(self.lines)
        if len(child):
            self.children(child)
            if self.buffer:
                self.flush()
        else:
            text = child.text
            if text and not text.isspace():
                self.lines.append(text)
        if region:
            self.regions.append(Region(start, len(self.lines), region))
        if len(self.lines) == start + 1 and len(self.lines[start]) < _SHORT:
            self.entitle(child)

    def entitle(self, element: etree._Element) -> None:
        """Note that the last line, a short one, is a heading by its class."""
        name = element.get("class")
        if name and _TITLE_CLASS.search(name):
            self.headings.append(Heading(len(self.lines) - 1, len(self.lines), 2, sure=False))

    def special(self, child: etree._Element, does: _Does) -> None:
        if does is _Does.BREAK:
            self.buffer.append(_BREAK)
        elif does is _Does.LINK:
            self.link(child)
        elif does is _Does.HEADING or does is _Does.GROUP:
            self.heading(child)
        elif does is _Does.CELL:
            self.inline(child, child.tag)
            self.buffer.append(" ")
        elif does is _Does.PRE:
            self.flush()
            start = len(self.lines)
            self.children(child)
            self.buffer[:] = ["".join(self.buffer).replace("\n", _BREAK)]
            self.flush()
            if len(self.lines) == start + 1 and child.text and child.text.count("\n\n") > 1:
                self.lines[start:] = [part for part in re.split(r"\n\s*\n", words_of(child)) if part.strip()]
        elif does is _Does.PICTURE:
            self.pictures += 1
            if self.wanted:
                self.anchor(child)

    def heading(self, child: etree._Element) -> None:
        self.flush()
        if self.wanted:
            self.anchor(child)
        start = len(self.lines)
        before = len(self.headings)
        self.children(child)
        self.flush()
        level = _LEVELS.get(str(child.tag), 0) or min((h.level for h in self.headings[before:]), default=2)
        del self.headings[before:]
        if len(self.lines) > start:
            self.headings.append(Heading(start, len(self.lines), level))

    def link(self, child: etree._Element) -> None:
        # A reference to a note stands after a word and is nothing but a number or a dagger.
        if "#" in child.get("href", "") and self.buffer:
            text = words_of(child)
            if _NOTE_TEXT.fullmatch(text) and not "".join(self.buffer).isspace():
                return
        self.inline(child, child.tag)

    def anchor(self, element: etree._Element) -> None:
        name = element.get("id") or element.get("name")
        if name and name in self.wanted and name not in self.anchors:
            self.anchors[name] = self.mark()

    def types_of(self, element: etree._Element) -> frozenset[str] | None:
        said = element.get(_EPUB_TYPE) or element.get("role") or element.get("epub:type")
        if said:
            return frozenset(word.removeprefix("doc-") for word in said.lower().split())
        known = _BOILERPLATE.get(element.get("id", ""))
        return frozenset((known,)) if known else None

    def unseen(self, element: etree._Element) -> bool:
        """Tell whether an element is kept out of the text; page breaks are noted on the way."""
        if not element.keys() and element.tag not in (_XHTML + "sup", "sup"):
            return False
        said = (
            element.get(_EPUB_TYPE, "") + " " + element.get("role", "") + " " + element.get("epub:type", "")
        )
        name = element.get("class", "")
        if "noteref" in said or (name and _NOTE_CLASS.search(name) and _is_note(element)):
            return True
        if "pagebreak" in said or (name and _PAGE_CLASS.search(name)):
            text = words_of(element).strip()
            if len(text) < 20:
                self.page(element, text)
                return True
        if element.get("hidden") is not None:
            return True
        if not self.scripted and _UNSEEN_STYLE.search(element.get("style", "")):
            return True
        if name and _NOTES_CLASS.search(name) and _ACTIONS.get(str(element.tag)) is _Does.BLOCK:
            self.flush()
            start = len(self.lines)
            self.children(element)
            self.flush()
            self.regions.append(Region(start, len(self.lines), frozenset(("footnotes",))))
            return True
        return (
            str(element.tag).endswith("sup")
            and bool(element.xpath(".//*[local-name()='a']"))
            and _is_note(element)
        )

    def page(self, element: etree._Element, text: str) -> None:
        if self.wanted:
            self.anchor(element)
        said = element.get("title") or element.get("aria-label") or text or element.get("id", "")
        label = _PAGE_LABEL.search(said or "")
        if label:
            line, mark = self.mark()
            self.breaks.append((line, mark, label.group(1)))


def words_of(element: etree._Element) -> str:
    """Return all the text below an element, as it stands."""
    return "".join(str(piece) for piece in element.itertext())


def _is_note(element: etree._Element) -> bool:
    return _NOTE_TEXT.fullmatch(words_of(element)) is not None


def _are_paragraphs(pieces: list[str]) -> bool:
    # Two breaks in a row, or breaks between long lines, stand for paragraphs; else they are verse.
    full = [piece for piece in pieces if piece and not piece.isspace()]
    gaps = sum(1 for piece in pieces[1:-1] if not piece or piece.isspace())
    return len(full) > 1 and (gaps > 0 or sum(map(len, full)) > _LONG_LINE * len(full))


def read_document(root: etree._Element, data: bytes, wanted: Iterable[str] = ()) -> Document:
    """Return the lines of one document and what it says of them.

    `data` are its bytes, looked through for what needs care; `wanted` are the anchors to find.
    """
    walk = _Walk(data, frozenset(wanted))
    body = next((child for child in root if _is(child, "body")), root)
    types = walk.types_of(body) or walk.types_of(root) or frozenset()
    if walk.wanted:
        walk.anchor(body)
    walk.children(body)
    walk.flush()
    document = _finish(walk)
    document.types = types
    title = next((e.text for e in root.iter(_XHTML + "title", "title")), None) if root is not body else None
    document.title = normalise(title or "")
    document.pictures = walk.pictures
    return document


def _is(element: etree._Element, name: str) -> bool:
    return element.tag in (_XHTML + name, name) or str(element.tag).endswith("}" + name)


def _finish(walk: _Walk) -> Document:
    lines = fold(walk.lines)
    places: dict[int, list[int]] = {}
    if walk.anchors or walk.breaks:
        for number, line in enumerate(lines):
            if _MARK in line:
                lines[number], places[number] = _without_marks(line)
    kept = list(range(len(lines) + 1))
    if not all(lines):
        full = [i for i, line in enumerate(lines) if line]
        count = 0
        for i, line in enumerate(lines):
            kept[i] = count
            count += bool(line)
        kept[len(lines)] = count
        lines = [lines[i] for i in full]

    def placed(name: str, line: int, mark: int) -> Mark:
        offset = places.get(line, [])[mark] if 0 <= mark < len(places.get(line, [])) else 0
        return Mark(kept[min(line, len(kept) - 1)], offset, name)

    document = Document(lines)
    document.headings = [
        Heading(kept[h.start], kept[h.end], h.level, h.sure)
        for h in walk.headings
        if kept[h.start] < kept[h.end]
    ]
    document.regions = [
        Region(kept[r.start], kept[r.end], r.types) for r in walk.regions if kept[r.start] < kept[r.end]
    ]
    document.anchors = {name: placed(name, line, mark) for name, (line, mark) in walk.anchors.items()}
    document.pages = [placed(label, line, mark) for line, mark, label in walk.breaks]
    return document


def _without_marks(line: str) -> tuple[str, list[int]]:
    out = ""
    offsets: list[int] = []
    for piece in line.split(_MARK):
        if out.endswith(" ") or not out:
            piece = piece.lstrip(" ")
        out += piece
        offsets.append(len(out))
    return normalise(out), [min(offset, len(out.rstrip(" "))) for offset in offsets[:-1]]
