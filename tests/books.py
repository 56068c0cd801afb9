"""Books for the tests: invented prose of unique words, and files of every kind built from it.

    book = random_book(seed=1, chapters=4)      # invented, the same for the same seed
    book.parsed                                 # the ParsedBook a parser should return
    epub(book.chapters, front=[...]) -> bytes   # the same book as a file
    cut(book.parsed, end)                       # the book as if its file ended at `end` (code points)

No sentence shares a coined word with another one, so a word tells where it was read, and no model can
have seen it. Nothing here reads the product's parsers.
"""

from __future__ import annotations

import html
import io
import random
import textwrap
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from storage.ingest.parsed import ParsedBook, SealedText
from storage.values import Matter, PageMark, Section, SectionKind

# ---- prose ---------------------------------------------------------------------------------

_ONSETS = "b br d dr f g gr h k kl l m n p pl r s sk t tr v z".split()
_VOWELS = "a e i o u ai ea ou".split()
_CODAS = ["", "l", "m", "n", "r", "s", "th", "nd"]
_FRAMES = (
    "The {} went down to the {} with a {}.",
    "{} had never seen the {} so close to any {}.",
    "“Bring me the {},” said {}, “before the {} is cold.”",
    "Nobody knew why {} kept a {} beside the {}.",
    "In the morning {} found the {} under the {}.",
)


def coined_words(rng: random.Random) -> Iterator[str]:
    """Yield invented words for ever, none of them twice."""
    seen: set[str] = set()
    while True:
        syllables = (rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(3))
        word = "".join(syllables)
        if word not in seen:
            seen.add(word)
            yield word


def sentence(words: Iterator[str], rng: random.Random) -> str:
    """Return one sentence that holds three new words of `words`."""
    text = rng.choice(_FRAMES).format(next(words), next(words).capitalize(), next(words))
    return text[0].upper() + text[1:]


def paragraphs(words: Iterator[str], rng: random.Random, count: int, sentences: int = 3) -> tuple[str, ...]:
    """Return `count` paragraphs of `sentences` sentences each."""
    return tuple(" ".join(sentence(words, rng) for _ in range(sentences)) for _ in range(count))


# ---- books ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chapter:
    """One section of an invented book: `heading` as printed ('' for none) and its paragraphs.

    `kind` is what the section should be read as, `epub_type` an epub:type for its element ('' for
    none), `depth` its level in the contents tree (0 is the top; a part has its chapters at 1).
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    kind: SectionKind = SectionKind.CHAPTER
    epub_type: str = ""
    depth: int = 0
    number: int | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The blocks of its reading text, the heading first."""
        return ((self.heading,) if self.heading else ()) + self.paragraphs


@dataclass(frozen=True, slots=True)
class MadeBook:
    """An invented book: what it says and what a reader of its file should find."""

    chapters: tuple[Chapter, ...]
    title: str = "The Invented Book"
    author: str = "A. N. Author"
    front: tuple[Chapter, ...] = field(default=())
    back: tuple[Chapter, ...] = field(default=())

    @property
    def text(self) -> str:
        """The reading text of the body."""
        return "\n\n".join("\n".join(chapter.lines) for chapter in self.chapters)

    @property
    def epub(self) -> bytes:
        """The book as an EPUB 3, a file a section."""
        return epub(self.chapters, title=self.title, author=self.author, front=self.front, back=self.back)

    @property
    def parsed(self) -> ParsedBook:
        """The book as a parser should return it."""
        return parsed(self)


def random_book(
    seed: int, chapters: int = 6, paragraphs_each: int = 5, sentences: int = 3, *, sealed: bool = False
) -> MadeBook:
    """Return the invented book of this seed: chapters "Chapter 1".. of unique words.

    With `sealed` it also has an introduction before and notes after, of words found nowhere else.
    """
    rng = random.Random(seed)
    words = coined_words(rng)
    body = tuple(
        Chapter(f"Chapter {n}", paragraphs(words, rng, paragraphs_each, sentences), number=n)
        for n in range(1, chapters + 1)
    )
    front: tuple[Chapter, ...] = ()
    back: tuple[Chapter, ...] = ()
    if sealed:
        front = (Chapter("Introduction", paragraphs(words, rng, 2, sentences), SectionKind.SEALED),)
        back = (Chapter("Notes", paragraphs(words, rng, 2, sentences), SectionKind.SEALED),)
    return MadeBook(body, front=front, back=back)


def parsed(book: MadeBook) -> ParsedBook:
    """Return what a parser should make of an invented book, without any file."""
    sections: list[Section] = []
    sealed: list[SealedText] = []
    offset = 0
    part: int | None = None
    for matter, chapters in (
        (Matter.FRONT, book.front),
        (Matter.BODY, book.chapters),
        (Matter.BACK, book.back),
    ):
        for place, chapter in enumerate(chapters):
            ordinal = len(sections) + 1
            if matter is not Matter.BODY:
                sections.append(
                    Section(ordinal, SectionKind.SEALED, matter, chapter.heading, chapter.heading)
                )
                sealed.append(SealedText(ordinal, "\n".join(chapter.lines)))
                continue
            last = place == len(chapters) - 1
            length = len("\n".join(chapter.lines)) + (0 if last else 2)
            heading = len(chapter.heading) + 1 if chapter.heading else 0
            label = (
                f"ch. {chapter.number}"
                if chapter.kind is SectionKind.CHAPTER and chapter.number
                else chapter.heading
            )
            section = Section(
                ordinal=ordinal,
                kind=chapter.kind,
                matter=matter,
                label=label,
                title=chapter.heading,
                number=chapter.number,
                depth=chapter.depth,
                parent=part if chapter.depth else None,
                start=offset,
                body_start=min(offset + heading, offset + length),
                end=offset + length,
            )
            part = ordinal if chapter.kind is SectionKind.PART else part
            sections.append(section)
            offset += length
    return ParsedBook(book.title, book.author, "en", book.text, tuple(sections), sealed=tuple(sealed))


def cut(book: ParsedBook, end: int) -> ParsedBook:
    """Return the book as if its file ended at `end` (code points), to compare with the bounded whole.

    Sections that begin at or after `end` are gone, the one that it crosses ends there.
    """
    kept = []
    for section in book.sections:
        if section.start is None:
            kept.append(section)
        elif section.start < end or (section.start == 0 == end):
            assert section.end is not None
            assert section.body_start is not None
            kept.append(replace(section, end=min(section.end, end), body_start=min(section.body_start, end)))
    pages: tuple[PageMark, ...] = tuple(page for page in book.pages if page.start < end)
    return replace(book, text=book.text[:end], sections=tuple(kept), pages=pages)


# ---- files ---------------------------------------------------------------------------------

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="{}" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def zip_of(files: Mapping[str, str | bytes], *, compress: bool = True) -> bytes:
    """Return a ZIP of these files in this order; `mimetype` is stored, as EPUB wants."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else None
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = archive.compression if stored is None else stored
            archive.writestr(info, content)
    return out.getvalue()


def xhtml(body: str, *, title: str = "", body_type: str = "", head: str = "") -> str:
    """Return an XHTML document with this markup in its body."""
    kind = f' epub:type="{body_type}"' if body_type else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>{html.escape(title)}</title>{head}</head><body{kind}>{body}</body></html>"
    )


def chapter_markup(chapter: Chapter) -> str:
    """Return the markup of one chapter: a section with a heading and paragraphs."""
    kind = f' epub:type="{chapter.epub_type}"' if chapter.epub_type else ""
    level = chapter.depth + 2
    heading = f"<h{level}>{html.escape(chapter.heading)}</h{level}>" if chapter.heading else ""
    body = "".join(f"<p>{html.escape(text)}</p>\n" for text in chapter.paragraphs)
    return f"<section{kind}>{heading}\n{body}</section>"


def epub_files(
    chapters: Sequence[Chapter],
    *,
    title: str = "The Invented Book",
    author: str = "A. N. Author",
    language: str = "en",
    front: Sequence[Chapter] = (),
    back: Sequence[Chapter] = (),
    nav: bool = True,
    ncx: bool = False,
    cover: bytes | None = None,
    documents: Mapping[str, str | bytes] | None = None,
    extra: Mapping[str, str | bytes] | None = None,
    metadata: str = "",
) -> dict[str, str | bytes]:
    """Return the files of an EPUB, by name, to change before they are zipped.

    Every section is a file of its own, in `OEBPS/`. `documents` (name -> markup or bytes) takes the
    place of front, chapters and back as the spine; `extra` are files outside the spine; `metadata` is
    markup for the package. Without `nav` and `ncx` there is no contents tree.
    """
    spine: dict[str, str | bytes] = {}
    entries: list[tuple[int, str, str]] = []
    if documents is not None:
        spine.update(documents)
    else:
        groups = [("front", front), ("chapter", chapters), ("back", back)]
        for group, members in groups:
            for n, chapter in enumerate(members, start=1):
                name = f"{group}{n}.xhtml"
                spine[name] = xhtml(chapter_markup(chapter), title=chapter.heading)
                if chapter.heading:
                    entries.append((chapter.depth, chapter.heading, name))
    items = [
        f'<item id="d{n}" href="{html.escape(name)}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(spine)
    ]
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER.format("OEBPS/package.opf"),
    }
    if nav:
        items.append('<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>')
        files["OEBPS/nav.xhtml"] = xhtml(f'<nav epub:type="toc">{_nav_list(entries)}</nav>')
    if ncx:
        items.append('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>')
        files["OEBPS/toc.ncx"] = (
            '<?xml version="1.0"?><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">'
            f"<navMap>{_ncx_points(entries)}</navMap></ncx>"
        )
    if cover is not None:
        items.append('<item id="cover" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>')
        files["OEBPS/cover.jpg"] = cover
    refs = "".join(f'<itemref idref="d{n}"/>' for n in range(len(spine)))
    files["OEBPS/package.opf"] = (
        '<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:made</dc:identifier><dc:title>{html.escape(title)}</dc:title>'
        f"<dc:creator>{html.escape(author)}</dc:creator><dc:language>{language}</dc:language>{metadata}"
        f"</metadata><manifest>{''.join(items)}</manifest>"
        f"<spine{' toc=' + chr(34) + 'ncx' + chr(34) if ncx else ''}>{refs}</spine></package>"
    )
    for name, content in spine.items():
        files[f"OEBPS/{name}"] = content
    files.update(extra or {})
    return files


def epub(chapters: Sequence[Chapter], **shape: Any) -> bytes:
    """Return an EPUB of these sections; see `epub_files` for what `shape` may ask of it."""
    return zip_of(epub_files(chapters, **shape))


def _nav_list(entries: Sequence[tuple[int, str, str]]) -> str:
    items: list[str] = []
    at = 0
    while at < len(entries):
        level, label, href = entries[at]
        below = at + 1
        while below < len(entries) and entries[below][0] > level:
            below += 1
        inner = _nav_list(entries[at + 1 : below]) if below > at + 1 else ""
        items.append(f'<li><a href="{html.escape(href)}">{html.escape(label)}</a>{inner}</li>')
        at = below
    return f"<ol>{''.join(items)}</ol>"


def _ncx_points(entries: Sequence[tuple[int, str, str]]) -> str:
    out: list[str] = []
    open_levels: list[int] = []
    for level, label, href in entries:
        while open_levels and open_levels[-1] >= level:
            out.append("</navPoint>")
            open_levels.pop()
        out.append(
            f"<navPoint><navLabel><text>{html.escape(label)}</text></navLabel>"
            f'<content src="{html.escape(href)}"/>'
        )
        open_levels.append(level)
    return "".join(out) + "</navPoint>" * len(open_levels)


def plain_text(chapters: Sequence[Chapter], width: int = 72) -> str:
    """Return the book as a hard-wrapped text file, as Project Gutenberg wraps them."""
    return "\n\n\n\n".join(
        "\n\n".join("\n".join(textwrap.wrap(line, width)) for line in chapter.lines) for chapter in chapters
    )


def markdown(chapters: Sequence[Chapter]) -> str:
    """Return the book as Markdown, its headings marked by depth."""
    return "\n\n".join(
        "\n\n".join(
            ((f"{'#' * (chapter.depth + 1)} {chapter.heading}",) if chapter.heading else ())
            + chapter.paragraphs
        )
        for chapter in chapters
    )
