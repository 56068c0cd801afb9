"""An EPUB as a manuscript: its documents in spine order, whatever the manifest says (D7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial

from storage.errors import Damage, DamagedBook, NoTextLayer
from storage.ingest.epub.archive import Archive, Lost
from storage.ingest.epub.contents import Contents, read_contents
from storage.ingest.epub.locks import require_unlocked
from storage.ingest.epub.package import Item, Package, find_root, is_markup, read_package
from storage.ingest.limits import Limits
from storage.ingest.manuscript import Document, Entry, Manuscript
from storage.ingest.markup import Habits, read_document
from storage.ingest.xml import Parser, Unreadable

_COVER_BYTES = 8 << 20


def read_epub(data: bytes, limits: Limits, progress: Callable[[float], None] | None = None) -> Manuscript:
    """Return the manuscript of an EPUB. Raises the BookError that names what is wrong with it."""
    archive = Archive(data, limits)
    parser = Parser(limits.entity_bytes)
    root = find_root(archive)
    require_unlocked(archive, parser, root)
    package = read_package(archive, parser, root)
    contents = read_contents(archive, parser, package)
    wanted: dict[str, set[str]] = defaultdict(set)
    for line in (*contents.lines, *contents.pages, *contents.roles):
        if line.name and line.anchor:
            wanted[line.name].add(line.anchor)
    manuscript = Manuscript([], title=package.title, author=package.author, language=package.language)
    places: dict[str, int] = {}
    habits = Habits()
    unreadable = 0
    for n, (spine_item, linear) in enumerate(package.spine):
        item = _readable(package, spine_item)
        document = Document()
        if item is not None and item.name:
            try:
                content = archive.read(item.name)
                document = read_document(parser.document(content), content, wanted.get(item.name, ()), habits)
            except (Lost, Unreadable):
                unreadable += 1
            places[item.name] = len(manuscript.documents)
            document.name, document.linear = item.name, linear
        else:
            document.pictures = 1 if spine_item.media_type.startswith("image/") else 0
            manuscript.warnings.append("Some pages of this book are not text and were left out.")
        manuscript.documents.append(document)
        if progress is not None and n % 16 == 0:
            progress(n / len(package.spine))
    _require_chapters(package, manuscript, unreadable)
    _tell(manuscript, package, unreadable, parser)
    _lead(manuscript, contents, places)
    manuscript.cover = partial(_cover, archive, package)
    return manuscript


def _readable(package: Package, item: Item) -> Item | None:
    """Return the item that holds the text: the one in the spine or, where that is no markup, its fallback."""
    seen: set[str] = set()
    current: Item | None = item
    while current is not None and not is_markup(current) and current.id not in seen:
        seen.add(current.id)
        current = package.items.get(current.fallback)
    return current if current is not None and is_markup(current) and current.name else None


def _require_chapters(package: Package, manuscript: Manuscript, unreadable: int) -> None:
    readable = sum(1 for document in manuscript.documents if document.lines)
    if unreadable > readable or package.missing > 2 * readable + 2:
        raise DamagedBook(Damage.UNREADABLE)
    if not readable and any(document.pictures for document in manuscript.documents):
        raise NoTextLayer(len(manuscript.documents))


def _tell(manuscript: Manuscript, package: Package, unreadable: int, parser: Parser) -> None:
    """Add a sentence for each oddity that a reader can act on; none quotes the book (S34, D9)."""
    if package.missing:
        manuscript.warnings.append(
            f"{package.missing} listed in the reading order are missing from the file."
        )
    if unreadable:
        manuscript.warnings.append(f"{unreadable} of the book's files could not be read and were left out.")
    if parser.guessed:
        manuscript.warnings.append("The encoding of some text had to be guessed; look for odd characters.")


def _lead(manuscript: Manuscript, contents: Contents, places: dict[str, int]) -> None:
    for line in contents.lines:
        target = (places[line.name], line.anchor) if line.name in places else None
        if line.name is not None and target is None:
            continue  # it leads to a file that is not in the reading order
        manuscript.contents.append(Entry(line.title, line.depth, target, line.types))
    manuscript.roles = [
        (places[line.name], line.anchor, line.types) for line in contents.roles if line.name in places
    ]
    manuscript.pages = [
        (line.title, places[line.name], line.anchor)
        for line in contents.pages
        if line.name in places and not line.anchor.startswith("epubcfi")
    ]


def _cover(archive: Archive, package: Package) -> bytes | None:
    if package.cover is None or package.cover.name is None:
        return None
    try:
        cover = archive.read(package.cover.name, checked=False)
    except Lost:
        return None
    return cover if 0 < len(cover) <= _COVER_BYTES else None
