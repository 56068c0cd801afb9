"""The bundled demo book as an EPUB file.

What lives here: reading the sources under ``bot/demo`` (``book.toml``, Markdown, two drawings) and
packing them into one EPUB 3.3 file, the same bytes every time. What does not: any reading of EPUB
files that readers send (that is ``storage/ingest``), and any fact told by the book.
"""

import html
import io
import re
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

DEMO_FILE_NAME = "the-left-laid-rope.epub"

_WORDS_PER_PAGE = 300
_ZIP_TIME = (2025, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_STYLE = """\
body { margin: 5%; font-family: Georgia, serif; line-height: 1.45; }
h1, h2 { text-align: center; font-weight: normal; margin: 2em 0 1.5em; }
p { margin: 0; text-indent: 1.4em; }
h1 + p, h2 + p { text-indent: 0; }
figure { margin: 1.5em 0; text-align: center; }
img { max-width: 100%; }
"""


@dataclass(frozen=True)
class _Plate:
    image: str
    after: str
    alt: str
    caption: str


@dataclass(frozen=True)
class _Source:
    """One entry of ``book.toml`` with its text read: a title and its paragraphs."""

    name: str
    kind: str
    title: str
    paragraphs: tuple[str, ...]
    semantics: str
    split_before: str
    joined: bool
    plate: _Plate | None


@dataclass(frozen=True)
class _Book:
    meta: dict[str, str]
    subjects: tuple[str, ...]
    sources: tuple[_Source, ...]
    images: dict[str, bytes]


@dataclass
class _Entry:
    """One line of the contents."""

    title: str
    href: str
    children: list["_Entry"] = field(default_factory=list)


@dataclass
class _Document:
    """One XHTML file being written."""

    name: str
    title: str
    matter: str
    parts: list[str] = field(default_factory=list)


class _Pages:
    """Printed page labels: roman through the front matter, arabic from the first body page."""

    def __init__(self) -> None:
        self.marks: list[tuple[str, str]] = []
        self._number = 0
        self._roman = True
        self._words = 0

    def restart_in_arabic(self) -> None:
        self._number, self._roman = 0, False

    def turn(self, document: str) -> str:
        """Start a new page in a file and return its mark."""
        self._number += 1
        self._words = 0
        label = _roman(self._number) if self._roman else str(self._number)
        anchor = f"page-{label}"
        self.marks.append((label, f"{document}#{anchor}"))
        return f'<span epub:type="pagebreak" role="doc-pagebreak" id="{anchor}" aria-label="{label}"></span>'

    def turn_if_full(self, document: str, paragraph: str) -> str:
        """Return a mark when the page cannot hold this paragraph as well, else nothing."""
        words = len(paragraph.split())
        mark = self.turn(document) if self._words + words > _WORDS_PER_PAGE else ""
        self._words += words
        return mark


def build_demo_epub() -> bytes:
    """Build the demo book as an EPUB file, the same bytes on every call.

    Format: EPUB 3.3 (W3C Recommendation, https://www.w3.org/TR/epub-33/), with the older ``toc.ncx``
    beside the navigation document. As printed books often do, it carries what spoils: an
    introduction, a cast list, a glossary, a sample, and a blurb and subjects in its metadata. One
    chapter runs over two files and one file holds two chapters.
    """
    book = _read_book(files("bot").joinpath("demo"))
    documents, contents, pages = _write_documents(book)
    names = [document.name for document in documents]
    members: list[tuple[str, bytes]] = [
        ("META-INF/container.xml", _container().encode()),
        ("OEBPS/package.opf", _package(book, names).encode()),
        ("OEBPS/nav.xhtml", _navigation(contents, pages).encode()),
        ("OEBPS/toc.ncx", _ncx(book, contents, pages).encode()),
        ("OEBPS/style.css", _STYLE.encode()),
    ]
    members += [(f"OEBPS/{name}", data) for name, data in book.images.items()]
    members += [(f"OEBPS/{document.name}", _xhtml(document).encode()) for document in documents]
    return _pack(members)


def _read_book(folder: Traversable) -> _Book:
    raw = tomllib.loads(folder.joinpath("book.toml").read_text(encoding="utf-8"))
    sources = tuple(_read_source(folder, entry) for entry in raw["file"])
    names = [str(raw["cover"])] + [source.plate.image for source in sources if source.plate]
    return _Book(
        meta={key: value.strip() for key, value in raw.items() if isinstance(value, str)},
        subjects=tuple(raw["subjects"]),
        sources=sources,
        images={name: _unix(folder.joinpath(name).read_bytes()) for name in names},
    )


def _read_source(folder: Traversable, entry: dict[str, Any]) -> _Source:
    title, name = str(entry.get("title", "")), "part"
    paragraphs: tuple[str, ...] = ()
    if "path" in entry:
        target = folder
        for step in str(entry["path"]).split("/"):
            target = target.joinpath(step)
        blocks = _blocks(target.read_text(encoding="utf-8"))
        title, paragraphs = blocks[0].removeprefix("# "), blocks[1:]
        name = str(entry["path"]).rsplit("/", 1)[-1].removesuffix(".md")
    return _Source(
        name=name,
        kind=str(entry["kind"]),
        title=title,
        paragraphs=paragraphs,
        semantics=str(entry.get("semantics", "")),
        split_before=str(entry.get("split_before", "")),
        joined=bool(entry.get("joined", False)),
        plate=_Plate(**entry["plate"]) if "plate" in entry else None,
    )


def _blocks(text: str) -> tuple[str, ...]:
    return tuple(" ".join(block.split()) for block in re.split(r"\n\s*\n", text.strip()))


def _unix(data: bytes) -> bytes:
    """Undo what a checkout may do to line ends, so that the bytes do not depend on the machine."""
    return data.replace(b"\r\n", b"\n")


def _write_documents(book: _Book) -> tuple[list[_Document], list[_Entry], _Pages]:
    pages = _Pages()
    documents = [_cover_document(book)]
    contents: list[_Entry] = []
    part: _Entry | None = None
    in_front = True
    part_count = 0
    for source in book.sources:
        if in_front and source.kind != "front":
            pages.restart_in_arabic()
            in_front = False
        if source.kind == "part":
            part_count += 1
            name = f"part-{part_count}.xhtml"
        else:
            name = documents[-1].name if source.joined else f"{source.name}.xhtml"
        if not source.joined:
            documents.append(_Document(name, source.title, _matter(source.kind)))
        documents += _write_section(source, documents[-1], pages)
        entry = _Entry(source.title, f"{name}#{_section_id(source, name)}")
        if source.kind == "part":
            part = entry
            contents.append(entry)
        elif source.kind == "chapter" and part is not None:
            part.children.append(entry)
        else:
            contents.append(entry)
    return documents, contents, pages


def _write_section(source: _Source, document: _Document, pages: _Pages) -> list[_Document]:
    """Write one source into its file; return the file it goes on in, when it is split."""
    kind = {"part": "part", "prologue": "prologue", "chapter": "chapter"}.get(source.kind)
    semantics = kind or source.semantics
    typed = f' epub:type="{semantics}"' if semantics else ""
    level = "h2" if source.kind == "chapter" else "h1"
    section = _section_id(source, document.name)
    document.parts.append(f'<section{typed} id="{section}">')
    document.parts.append(f"<{level}>{pages.turn(document.name)}{_escape(source.title)}</{level}>")
    more: list[_Document] = []
    for paragraph in source.paragraphs:
        if source.split_before and paragraph.startswith(source.split_before):
            document.parts.append("</section>")
            name = document.name.replace(".xhtml", "-continued.xhtml")
            document = _Document(name, source.title, document.matter, ["<section>"])
            more.append(document)
        mark = pages.turn_if_full(document.name, paragraph)
        document.parts.append(f"<p>{mark}{_emphasis(paragraph)}</p>")
        if source.plate and paragraph.startswith(source.plate.after):
            document.parts.append(_figure(source.plate))
    document.parts.append("</section>")
    return more


def _section_id(source: _Source, document_name: str) -> str:
    name = document_name.removesuffix(".xhtml") if source.kind == "part" else source.name
    return f"s-{name}"


def _matter(kind: str) -> str:
    return {"front": "frontmatter", "back": "backmatter"}.get(kind, "bodymatter")


def _cover_document(book: _Book) -> _Document:
    image = _attribute(book.meta["cover"])
    alt = _attribute(book.meta["cover_alt"])
    section = f'<section epub:type="cover"><img src="{image}" alt="{alt}"/></section>'
    return _Document("cover.xhtml", book.meta["title"], "frontmatter", [section])


def _figure(plate: _Plate) -> str:
    return (
        f'<figure><img src="{_attribute(plate.image)}" alt="{_attribute(plate.alt)}"/>'
        f"<figcaption>{_escape(plate.caption)}</figcaption></figure>"
    )


def _emphasis(paragraph: str) -> str:
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", _escape(paragraph))


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _attribute(text: str) -> str:
    return html.escape(text, quote=True)


def _roman(number: int) -> str:
    label = ""
    for value, letters in _ROMAN:
        while number >= value:
            label += letters
            number -= value
    return label


def _xhtml(document: _Document) -> str:
    return (
        f"{_XML}<!DOCTYPE html>\n"
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        ' lang="en" xml:lang="en">\n'
        f"<head><title>{_escape(document.title)}</title>"
        '<link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
        f'<body epub:type="{document.matter}">\n' + "\n".join(document.parts) + "\n</body>\n</html>\n"
    )


def _container() -> str:
    return (
        f'{_XML}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/package.opf"'
        ' media-type="application/oebps-package+xml"/></rootfiles></container>\n'
    )


def _package(book: _Book, documents: list[str]) -> str:
    meta = {key: _escape(value) for key, value in book.meta.items()}
    subjects = "".join(f"<dc:subject>{_escape(subject)}</dc:subject>\n" for subject in book.subjects)
    manifest = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
    ]
    for name in book.images:
        role = ' properties="cover-image"' if name == book.meta["cover"] else ""
        manifest.append(f'<item id="{_item_id(name)}" href="{name}" media-type="image/svg+xml"{role}/>')
    manifest += [
        f'<item id="{_item_id(name)}" href="{name}" media-type="application/xhtml+xml"/>'
        for name in documents
    ]
    # The contents page stands in the spine, after the imprint, as it does in many printed books.
    order = [_item_id(name) for name in documents]
    spine = [*order[:2], "nav", *order[2:]]
    return (
        f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0"'
        f' unique-identifier="book-id" xml:lang="{meta["language"]}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<dc:identifier id="book-id">{meta["identifier"]}</dc:identifier>\n'
        f"<dc:title>{meta['title']}</dc:title>\n"
        f'<dc:creator id="author">{meta["author"]}</dc:creator>\n'
        '<meta refines="#author" property="role" scheme="marc:relators">aut</meta>\n'
        f"<dc:language>{meta['language']}</dc:language>\n"
        f"<dc:publisher>{meta['publisher']}</dc:publisher>\n"
        f"<dc:rights>{meta['rights']}</dc:rights>\n"
        f"<dc:description>{meta['description']}</dc:description>\n"
        f"{subjects}"
        f'<meta property="dcterms:modified">{meta["modified"]}</meta>\n'
        f'<meta name="cover" content="{_item_id(book.meta["cover"])}"/>\n'
        "</metadata>\n<manifest>\n"
        + "\n".join(manifest)
        + '\n</manifest>\n<spine toc="ncx">\n'
        + "\n".join(f'<itemref idref="{item}"/>' for item in spine)
        + "\n</spine>\n</package>\n"
    )


def _item_id(name: str) -> str:
    return "i-" + name.replace(".", "-")


def _navigation(contents: list[_Entry], pages: _Pages) -> str:
    page_items = "".join(f'<li><a href="{href}">{label}</a></li>\n' for label, href in pages.marks)
    document = _Document(
        "nav.xhtml",
        "Contents",
        "frontmatter",
        [
            f'<nav epub:type="toc" role="doc-toc" id="toc"><h1>Contents</h1>{_ordered(contents)}</nav>',
            '<nav epub:type="page-list" role="doc-pagelist" id="pages" hidden="hidden">'
            f"<h2>Pages</h2><ol>\n{page_items}</ol></nav>",
        ],
    )
    return _xhtml(document)


def _ordered(entries: Iterable[_Entry]) -> str:
    items = "".join(
        f'<li><a href="{entry.href}">{_escape(entry.title)}</a>'
        f"{_ordered(entry.children) if entry.children else ''}</li>\n"
        for entry in entries
    )
    return f"<ol>\n{items}</ol>"


def _ncx(book: _Book, contents: list[_Entry], pages: _Pages) -> str:
    count = 0

    def points(entries: list[_Entry]) -> str:
        nonlocal count
        text = ""
        for entry in entries:
            count += 1
            text += (
                f'<navPoint id="n-{count}" playOrder="{count}"><navLabel><text>'
                f'{_escape(entry.title)}</text></navLabel><content src="{entry.href}"/>\n'
            )
            text += points(entry.children) + "</navPoint>\n"
        return text

    nav_map = points(contents)
    targets = ""
    for label, href in pages.marks:
        count += 1
        kind = "normal" if label.isdigit() else "front"
        value = f' value="{label}"' if label.isdigit() else ""
        targets += (
            f'<pageTarget id="p-{label}" type="{kind}"{value} playOrder="{count}"><navLabel><text>'
            f'{label}</text></navLabel><content src="{href}"/></pageTarget>\n'
        )
    return (
        f'{_XML}<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">\n<head>'
        f'<meta name="dtb:uid" content="{_attribute(book.meta["identifier"])}"/>'
        '<meta name="dtb:depth" content="2"/><meta name="dtb:totalPageCount"'
        f' content="{len(pages.marks)}"/><meta name="dtb:maxPageNumber"'
        f' content="{max(int(label) for label, _ in pages.marks if label.isdigit())}"/></head>\n'
        f"<docTitle><text>{_escape(book.meta['title'])}</text></docTitle>\n"
        f"<navMap>\n{nav_map}</navMap>\n<pageList>\n{targets}</pageList>\n</ncx>\n"
    )


def _pack(members: list[tuple[str, bytes]]) -> bytes:
    # EPUB 3.3, section 4.2.2 (OCF ZIP container): mimetype comes first, stored, with no extra field.
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(_member("mimetype", zipfile.ZIP_STORED), b"application/epub+zip")
        for name, data in members:
            # Stored too: compressed bytes differ between versions of zlib.
            archive.writestr(_member(name, zipfile.ZIP_STORED), data)
    return buffer.getvalue()


def _member(name: str, method: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
    info.compress_type = method
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
