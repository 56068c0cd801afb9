"""The package document: what the book is called, what belongs to it and in which order it is read."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from storage.book.text import normalise
from storage.errors import Damage, DamagedBook
from storage.ingest.epub.archive import Archive, Lost
from storage.ingest.xml import Parser, Unreadable, local_name, words_of

_PACKAGE_TYPE = "application/oebps-package+xml"


class Item(NamedTuple):
    """One resource of the manifest. `name` is its member of the archive, None when there is none."""

    id: str
    name: str | None
    media_type: str
    properties: frozenset[str]
    fallback: str


@dataclass(slots=True)
class Package:
    """What the package document says. `folder` is where it lies; `spine` holds (item, linear) in order."""

    folder: str
    title: str = ""
    author: str = ""
    language: str = ""
    items: dict[str, Item] = field(default_factory=dict)
    spine: list[tuple[Item, bool]] = field(default_factory=list)
    missing: int = 0
    guide: list[tuple[str, str]] = field(default_factory=list)
    nav: Item | None = None
    ncx: Item | None = None
    cover: Item | None = None


def find_root(archive: Archive) -> str:
    """Return the folder that the EPUB lies in: '', or "name/" when it was zipped from outside."""
    if archive.find("META-INF/container.xml"):
        return ""
    ends = [n for n in archive.names if n.lower().endswith("/meta-inf/container.xml")]
    return min(ends, key=len)[: -len("META-INF/container.xml")] if ends else ""


def read_package(archive: Archive, parser: Parser, root: str) -> Package:
    """Return the first readable package of the book. Raises DamagedBook(NO_PACKAGE) when there is none."""
    for name in _package_names(archive, parser, root):
        try:
            package = _read_one(archive, parser, name)
        except (Lost, Unreadable):
            continue
        if package.spine or package.missing:
            return package
    raise DamagedBook(Damage.NO_PACKAGE)


def _package_names(archive: Archive, parser: Parser, root: str) -> list[str]:
    names: list[str] = []
    container = archive.find(root + "META-INF/container.xml")
    if container:
        try:
            for element in parser.xml(archive.read(container)).iter():
                if (
                    local_name(element) == "rootfile"
                    and element.get("media-type", _PACKAGE_TYPE) == _PACKAGE_TYPE
                ):
                    found = archive.find(root + element.get("full-path", ""))
                    if found and found not in names:
                        names.append(found)
        except (Lost, Unreadable):
            pass
    # A container that is lost or lies: the package can still be told by its name.
    return names or sorted(
        (n for n in archive.names if n.lower().endswith(".opf")), key=lambda n: (n.count("/"), n)
    )


def resolve(archive: Archive, base: str, href: str) -> tuple[str | None, str]:
    """Return the member that `href` names, seen from the file `base`, and its fragment."""
    path, _, fragment = href.strip().partition("#")
    if not path:
        return base, fragment
    folder = base.rpartition("/")[0]
    if archive.has(plain := f"{folder}/{path}" if folder else path):
        return plain, fragment
    return archive.find(posixpath.join(folder, path.replace("\\", "/"))) or archive.find(path), fragment


def _read_one(archive: Archive, parser: Parser, name: str) -> Package:
    tree = parser.xml(archive.read(name))
    package = Package(folder=posixpath.dirname(name))
    parts = {local_name(child): child for child in tree}
    for element in parts.get("manifest", tree).iter("{*}item"):
        href = element.get("href", "")
        item = Item(
            id=element.get("id", ""),
            name=resolve(archive, name, href)[0] if href else None,
            media_type=element.get("media-type", "").lower().strip(),
            properties=frozenset(element.get("properties", "").split()),
            fallback=element.get("fallback", ""),
        )
        package.items.setdefault(item.id, item)
    spine = parts.get("spine")
    seen: set[str] = set()
    for element in spine.iter("{*}itemref") if spine is not None else ():
        found = package.items.get(element.get("idref", ""))
        if found is None or found.name is None:
            package.missing += 1
        elif found.name not in seen:
            seen.add(found.name)
            package.spine.append((found, element.get("linear", "yes").lower() != "no"))
    for element in tree.iter("{*}reference"):
        if element.get("href"):
            package.guide.append((element.get("type", "").lower(), element.get("href", "")))
    _metadata(package, parts.get("metadata", tree))
    _roles(package, spine.get("toc", "") if spine is not None else "", parts.get("metadata", tree))
    return package


def _roles(package: Package, toc: str, metadata: etree._Element) -> None:
    items = package.items
    package.nav = next((i for i in items.values() if "nav" in i.properties and i.name), None)
    named = items.get(toc)
    package.ncx = (
        named
        if named and named.name
        else next((i for i in items.values() if i.media_type == "application/x-dtbncx+xml" and i.name), None)
    )
    # S28: the front cover of this file and no other picture.
    cover = next((i for i in items.values() if "cover-image" in i.properties), None)
    if cover is None:
        for element in metadata.iter():
            if local_name(element) == "meta" and element.get("name", "").lower() == "cover":
                cover = items.get(element.get("content", ""))
    package.cover = cover if cover and cover.name and cover.media_type.startswith("image/") else None


def _metadata(package: Package, metadata: etree._Element) -> None:
    refined: dict[tuple[str, str], list[str]] = {}
    titles: list[etree._Element] = []
    creators: list[etree._Element] = []
    for element in metadata.iter():
        name = local_name(element)
        if name == "meta" and element.get("refines"):
            key = element.get("refines", "").lstrip("#"), element.get("property", "")
            refined.setdefault(key, []).append((element.text or "").strip())
        elif name == "title":
            titles.append(element)
        elif name == "creator":
            creators.append(element)
        elif name == "language" and not package.language:
            package.language = normalise(element.text or "")
    main = [t for t in titles if "main" in refined.get((t.get("id", ""), "title-type"), ())] or titles
    package.title = next((text for t in main if (text := normalise(words_of(t)))), "")
    authors = []
    for creator in creators:
        roles = refined.get((creator.get("id", ""), "role")) or [
            str(value) for key, value in creator.attrib.items() if str(key).rsplit("}", 1)[-1] == "role"
        ]
        if (not roles or "aut" in map(str.lower, roles)) and (text := normalise(words_of(creator))):
            authors.append(text)
    package.author = ", ".join(dict.fromkeys(authors))


def is_markup(item: Item) -> bool:
    """Tell whether a spine item may hold text: unless its type is plainly a picture, style or script."""
    kind = item.media_type
    foreign = ("image/", "audio/", "video/", "font/", "application/font", "application/vnd.ms-opentype")
    return not kind.startswith(foreign) and not kind.endswith(("css", "json", "javascript", "pdf", "ncx+xml"))
