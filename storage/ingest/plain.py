"""Plain text, Markdown and single HTML files as manuscripts."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lxml import etree
from markdown_it import MarkdownIt

from storage.book.text import normalise
from storage.errors import Damage, DamagedBook, EmptyBook
from storage.ingest.encoding import decode
from storage.ingest.folding import fold
from storage.ingest.limits import Limits
from storage.ingest.manuscript import Document, Manuscript
from storage.ingest.markup import read_document
from storage.ingest.xml import Parser, Unreadable

GUESSED = "The encoding of the text had to be guessed; look for odd characters."
_WRAP_CHARS = 100
_GAP = re.compile(r"\n(?:[ \t\u3000\u00a0]*\n)+")
_FIELD = re.compile(r"^\s*(Title|Author|Language):\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_BYLINE = re.compile(r"by\s+([^\d.,;:!?]{3,60})", re.IGNORECASE)
_LANGUAGES = {
    "english": "en",
    "french": "fr",
    "german": "de",
    "spanish": "es",
    "italian": "it",
    "dutch": "nl",
}
_SENTENCE_END = re.compile(r"[.!?…:;\"'”’)\]—–*]\s*$")
_UNDERLINE = re.compile(r"[\s_*=~.\-–—•·#+]+")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)


def read_text(data: bytes, filename: str) -> Manuscript:
    """Return the manuscript of a plain text: hard-wrapped lines joined into paragraphs."""
    text, guessed = decode(data)
    document = Document(fold(_paragraphs(text)))
    document.lines = [
        line for line in map(normalise, document.lines) if line and not _UNDERLINE.fullmatch(line)
    ]
    manuscript = _manuscript(document, filename, guessed)
    fields = {name.lower(): value for name, value in _FIELD.findall(text[:4_000])}
    manuscript.title = normalise(fields.get("title", "")) or manuscript.title
    manuscript.author = normalise(fields.get("author", "")) or _byline(document.lines)
    language = fields.get("language", "").lower()
    manuscript.language = _LANGUAGES.get(language, language if len(language) == 2 else "")
    return manuscript


def read_markdown(data: bytes, filename: str, limits: Limits) -> Manuscript:
    """Return the manuscript of a Markdown text; a lone heading of the first level is its title."""
    text, guessed = decode(data)
    fields: dict[str, str] = {}
    header = _FRONT_MATTER.match(text)
    if header:
        for line in header.group(1).splitlines():
            name, colon, value = line.partition(":")
            if colon:
                fields[name.strip().lower()] = value.strip().strip("\"'")
        text = text[header.end() :]
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    manuscript = _html(f"<html><body>{page}</body></html>".encode(), filename, limits)
    manuscript.title = normalise(fields.get("title", "")) or manuscript.title
    manuscript.author = normalise(fields.get("author", ""))
    manuscript.language = normalise(fields.get("lang", "") or fields.get("language", ""))
    if guessed:
        manuscript.warnings.append(GUESSED)
    return manuscript


def read_html(data: bytes, filename: str, limits: Limits) -> Manuscript:
    """Return the manuscript of one HTML file."""
    return _html(data, filename, limits)


def _html(data: bytes, filename: str, limits: Limits) -> Manuscript:
    parser = Parser(limits.entity_bytes)
    try:
        root = parser.document(data)
    except Unreadable:
        raise DamagedBook(Damage.UNREADABLE) from None
    document = read_document(root, data)
    manuscript = _manuscript(document, filename, bool(parser.guessed))
    top = next((h for h in document.headings if h.level == 1), None)
    alone = sum(1 for h in document.headings if h.level == 1) == 1
    heading = document.lines[top.start] if top is not None and alone else ""
    titles = (normalise(title.text or "") for title in root.iter("{*}title", "title"))
    manuscript.title = next(titles, "") or heading or manuscript.title
    manuscript.author = _meta(root, "author") or _byline(document.lines)
    manuscript.language = normalise(
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    )
    return manuscript


def _meta(root: etree._Element, name: str) -> str:
    for element in root.iter("{*}meta", "meta"):
        if element.get("name", "").lower() == name:
            return normalise(element.get("content", ""))
    return ""


def _manuscript(document: Document, filename: str, guessed: bool) -> Manuscript:
    if not document.lines:
        raise EmptyBook
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    manuscript = Manuscript([document], title=normalise(re.sub(r"[_\s]+", " ", stem)))
    if guessed:
        manuscript.warnings.append(GUESSED)
    return manuscript


def _byline(lines: list[str]) -> str:
    for line in lines[:12]:
        match = _BYLINE.fullmatch(line)
        if match:
            return match.group(1).strip()
    return ""


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text: stretches between empty lines, or its lines where no line is empty."""
    text = text.replace("\f", "\n\n").strip("\n")
    blocks = _GAP.split(text)
    lines = text.count("\n") + 1
    if len(blocks) * 12 < lines and _longest(text) > 2 * _WRAP_CHARS:
        blocks = [line for block in blocks for line in block.split("\n")]  # one paragraph a line
    out: list[str] = []
    for block in blocks:
        rows = [row for row in block.split("\n") if row.strip()]
        out.extend(_joined(rows) if len(rows) > 1 else rows)
    return out


def _longest(text: str) -> int:
    return max(map(len, text.split("\n")), default=0)


def _joined(rows: list[str]) -> list[str]:
    """Return the paragraphs that the lines between two empty ones make."""
    if max(map(len, rows)) > 2 * _WRAP_CHARS:
        return rows  # not wrapped by hand: each line is a paragraph of its own
    indents = [len(row) - len(row.lstrip(" \t\u3000")) for row in rows]
    width = max(map(len, rows))
    starts = [0]
    for i in range(1, len(rows)):
        # An indented line after one that ended early begins a paragraph, as books set them.
        indented = indents[i] > 0 and indents[i - 1] == 0 and min(indents) == 0
        short = len(rows[i - 1]) < width * 0.75 and _SENTENCE_END.search(rows[i - 1])
        if indented and (short or len(rows[i - 1]) < width):
            starts.append(i)
    if len(starts) == 1 and _is_list(rows):
        return rows
    return [" ".join(rows[a:b]) for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _is_list(rows: list[str]) -> bool:
    # Short lines that all begin with a capital or number and do not run on: contents, a cast, a title page.
    return len(rows) > 2 and max(map(len, rows)) < 60 and not any(row.lstrip()[:1].islower() for row in rows)
