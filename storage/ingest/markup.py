"""From one (X)HTML tree to the lines of its text, in one walk.

Scripts, hidden text, note references, ruby readings and the words of pictures stay out. What an element
says of itself (headings, epub:type, anchors, page breaks) is kept beside the lines.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import accumulate

from lxml import etree

from storage.ingest.folding import BREAK, MARK, fold
from storage.ingest.manuscript import Document, Heading, Mark, Region
from storage.ingest.xml import words_of

_XHTML = "{http://www.w3.org/1999/xhtml}"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_TYPED = frozenset((_EPUB_TYPE, "epub:type", "role"))
_TELLING = _TYPED | {"class", "style", "hidden"}
_NAMES = frozenset(("id", "name"))


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
    RAISED = 11


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
    _Does.RAISED: "sup",
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
_BLOCK = _Does.BLOCK
_LINK = _Does.LINK
_ENDING = frozenset((_Does.BLOCK, _Does.PARAGRAPH, _Does.HEADING, _Does.GROUP, _Does.PRE))
# Words in a telling attribute that make an element worth a second look.
_ODD_VALUE = re.compile(r"note|page|fn-?ref|fn-?anchor|display|visibility", re.IGNORECASE)
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

# ---- the walk ------------------------------------------------------------------------------


class Habits:
    """What the documents of one book say again and again, looked at once.

    `usual` are values of attributes that mean nothing here, `types` words of epub:type as they stand.
    """

    def __init__(self) -> None:
        self.usual: set[str | bytes] = set()
        self.types: dict[str, frozenset[str]] = {}


class _Walk:
    """One document being read. `lines` are raw until `_finish` folds them."""

    def __init__(self, data: bytes, wanted: frozenset[str], habits: Habits) -> None:
        self.wanted = wanted
        self.habits = habits
        self.usual = habits.usual
        self.data = data
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
        """End the line that is in the buffer."""
        text = "".join(self.buffer)
        self.buffer.clear()
        marks, self.pending = self.pending, 0
        if BREAK in text and not marks and _are_paragraphs(pieces := text.split(BREAK)):
            self.lines.extend(piece for piece in pieces if piece and not piece.isspace())
        elif text and not text.isspace():
            self.lines.append(text.replace(BREAK, " "))

    def after_words(self) -> bool:
        """Tell whether the line in the buffer has begun."""
        return any(map(str.strip, self.buffer))

    def mark(self) -> tuple[int, int]:
        """Return the place of what comes next: a line and the mark inside it, or -1 for its beginning."""
        if self.after_words():
            self.buffer.append(MARK)
            self.pending += 1
            return len(self.lines), self.pending - 1
        return len(self.lines), -1

    # -- elements --

    def children(self, element: etree._Element) -> None:
        """Read what is in an element: the loop that every node passes, so it calls as little as it can."""
        buffer, lines, actions = self.buffer, self.lines, _ACTIONS
        text = element.text
        if text and (buffer or not text.isspace()):
            buffer.append(text)
        for child in element:
            tag = child.tag
            does = actions.get(tag)
            if (names := child.keys()) and self.kept_out(child, names, does):
                pass
            elif does is None:
                if len(child):
                    self.children(child)
                elif text := child.text:
                    buffer.append(text if isinstance(tag, str) else _entity(child))
            elif does is _PARAGRAPH:
                if buffer:
                    self.flush()
                if len(child):
                    self.children(child)
                    self.flush()
                    if names and lines and len(lines[-1]) < _SHORT:
                        self.entitle(child)
                elif text := child.text:
                    lines.append(text)
                    if names and len(text) < _SHORT:
                        self.entitle(child)
            elif does is _BLOCK:
                self.block(child, names)
            elif does is _LINK:
                self.link(child)
            else:
                self.special(child, does)
            tail = child.tail
            if tail and (buffer or not tail.isspace()):
                buffer.append(tail)

    def block(self, child: etree._Element, names: Sequence[str | bytes]) -> None:
        """Read an element as lines of its own; `names` are those of its attributes."""
        if self.buffer:
            self.flush()
        region = self.types_of(child, names) if names else None
        start = len(self.lines)
        self.children(child)
        if self.buffer:
            self.flush()
        if region:
            self.regions.append(Region(start, len(self.lines), region))
        if names and len(self.lines) == start + 1 and len(self.lines[start]) < _SHORT:
            self.entitle(child)

    def entitle(self, element: etree._Element) -> None:
        """Note that the last line, a short one, is a heading by its class."""
        name = element.get("class")
        if name and _TITLE_CLASS.search(name):
            self.headings.append(Heading(len(self.lines) - 1, len(self.lines), 2, sure=False))

    def special(self, child: etree._Element, does: _Does) -> None:
        if does is _Does.BREAK:
            self.buffer.append(BREAK)
        elif does is _Does.RAISED:
            if not (_is_note(child) and any(_ACTIONS.get(below.tag) is _Does.LINK for below in child)):
                self.children(child)
        elif does is _Does.HEADING or does is _Does.GROUP:
            self.heading(child)
        elif does is _Does.CELL:
            self.children(child)
            self.buffer.append(" ")
        elif does is _Does.PRE:
            self.flush()
            start = len(self.lines)
            self.children(child)
            self.buffer[:] = ["".join(self.buffer).replace("\n", BREAK)]
            self.flush()
            if len(self.lines) == start + 1 and child.text and child.text.count("\n\n") > 1:
                self.lines[start:] = [part for part in re.split(r"\n\s*\n", words_of(child)) if part.strip()]
        elif does is _Does.PICTURE:
            self.pictures += 1

    def heading(self, child: etree._Element) -> None:
        self.flush()
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
        if "#" in child.get("href", "") and _is_note(child) and self.after_words():
            return
        if len(child):
            self.children(child)
        elif (text := child.text) and (self.buffer or not text.isspace()):
            self.buffer.append(text)

    def anchor(self, element: etree._Element) -> None:
        """Note the place of a wanted element."""
        name = element.get("id") or element.get("name")
        if name and name in self.wanted:
            self.anchors.setdefault(name, self.mark())

    def types_of(self, element: etree._Element, names: Sequence[str | bytes]) -> frozenset[str] | None:
        """Return what an element with these attributes says it is."""
        said = None
        if not _TYPED.isdisjoint(names):
            said = element.get(_EPUB_TYPE) or element.get("role") or element.get("epub:type")
        if said:
            types = self.habits.types.get(said)
            if types is None:
                types = frozenset(word.removeprefix("doc-") for word in said.lower().split())
                self.habits.types[said] = types
            return types
        known = _BOILERPLATE.get(element.get("id", "")) if "id" in names else None
        return frozenset((known,)) if known else None

    def kept_out(self, element: etree._Element, names: Sequence[str | bytes], does: _Does | None) -> bool:
        """Tell whether an element with these attributes stays out of the text; note its anchor."""
        odd = False
        if not _TELLING.isdisjoint(names):
            odd = "hidden" in names
            for name, value in zip(names, element.values(), strict=True):
                if value not in self.usual and name in _TELLING:
                    if _ODD_VALUE.search(str(value)):
                        odd = True
                    else:
                        self.usual.add(value)
        named = bool(self.wanted) and not _NAMES.isdisjoint(names)
        if (odd or named) and does in _ENDING and self.buffer:
            self.flush()
        if odd and self.unseen(element):
            return True
        if named:
            self.anchor(element)
        return False

    def unseen(self, element: etree._Element) -> bool:
        """Tell whether an odd element is kept out of the text; page breaks are noted on the way."""
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
        if _UNSEEN_STYLE.search(element.get("style", "")):
            # What a script might show cannot be told without running it: there styles hide nothing.
            return b"<script" not in self.data
        if name and _NOTES_CLASS.search(name) and _ACTIONS.get(str(element.tag)) is _Does.BLOCK:
            self.flush()
            start = len(self.lines)
            self.children(element)
            self.flush()
            self.regions.append(Region(start, len(self.lines), frozenset(("footnotes",))))
            return True
        return False

    def page(self, element: etree._Element, text: str) -> None:
        self.anchor(element)
        said = element.get("title") or element.get("aria-label") or text or element.get("id", "")
        label = _PAGE_LABEL.search(said or "")
        if label:
            line, mark = self.mark()
            self.breaks.append((line, mark, label.group(1)))


def _entity(element: etree._Element) -> str:
    # The parser leaves references alone; those that name letters are letters, others are nothing.
    return html.unescape(element.text or "") if element.tag is etree.Entity else ""


def _is_note(element: etree._Element) -> bool:
    return _NOTE_TEXT.fullmatch(words_of(element)) is not None


def _are_paragraphs(pieces: list[str]) -> bool:
    # Two breaks in a row, or breaks between long lines, stand for paragraphs; else they are verse.
    full = [piece for piece in pieces if piece and not piece.isspace()]
    gaps = sum(1 for piece in pieces[1:-1] if not piece or piece.isspace())
    return len(full) > 1 and (gaps > 0 or sum(map(len, full)) > _LONG_LINE * len(full))


def read_document(
    root: etree._Element, data: bytes, wanted: Iterable[str] = (), habits: Habits | None = None
) -> Document:
    """Return the lines of one document and what it says of them.

    `data` are its bytes, looked through for what needs care; `wanted` are the anchors to find; `habits`,
    when given, are shared by the documents of one book.
    """
    walk = _Walk(data, frozenset(wanted), habits or Habits())
    body = next((child for child in root if _is(child, "body")), root)
    types = walk.types_of(body, body.keys()) or walk.types_of(root, root.keys()) or frozenset()
    walk.anchor(body)
    walk.children(body)
    walk.flush()
    document = _finish(walk)
    document.types = types
    document.pictures = walk.pictures
    return document


def _is(element: etree._Element, name: str) -> bool:
    return element.tag in (_XHTML + name, name) or str(element.tag).endswith("}" + name)


def _finish(walk: _Walk) -> Document:
    lines = fold(walk.lines)
    places: dict[int, list[int]] = {}
    if walk.anchors or walk.breaks:
        for number, line in enumerate(lines):
            if MARK in line:
                lines[number], places[number] = _without_marks(line)
    kept: Sequence[int] = range(len(lines) + 1)
    if not all(lines):  # some were blank: places move up
        kept = [0, *accumulate(1 if line else 0 for line in lines)]
        lines = [line for line in lines if line]

    def placed(name: str, line: int, mark: int) -> Mark:
        line_now = kept[line] if line < len(kept) else kept[-1]
        if mark < 0 or line not in places:
            return Mark(line_now, 0, name)
        offsets = places[line]
        return Mark(line_now, offsets[mark] if mark < len(offsets) else 0, name)

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
    for piece in line.split(MARK):
        if out.endswith(" ") or not out:
            piece = piece.lstrip(" ")
        out += piece
        offsets.append(len(out))
    out = out.rstrip(" ")
    return unicodedata.normalize("NFC", out), [min(offset, len(out)) for offset in offsets[:-1]]
