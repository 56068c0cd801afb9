"""Contents trees, roles of places and printed pages of an EPUB: nav (EPUB 3), NCX and guide (EPUB 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from storage.book.text import normalise
from storage.ingest.epub.archive import Archive, Lost
from storage.ingest.epub.package import Package, resolve
from storage.ingest.xml import Parser, Unreadable, local_name, words_of

_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


class Line(NamedTuple):
    """One line of a contents tree: its words, how deep it stands, and the member and anchor it leads to."""

    title: str
    depth: int
    name: str | None
    anchor: str
    types: frozenset[str] = frozenset()


@dataclass(slots=True)
class Contents:
    """What leads into the book. `roles` are landmarks and guide; the words of both are epub:type's."""

    lines: list[Line] = field(default_factory=list)
    pages: list[Line] = field(default_factory=list)
    roles: list[Line] = field(default_factory=list)


_NO_TYPES: frozenset[str] = frozenset()
_FEW = 4  # a nav that leads to fewer places may be a stub beside a full NCX

_Reader = Callable[[Archive, str, etree._Element, Contents], None]

# The words of the EPUB 2 guide that epub:type spells otherwise.
_GUIDE_WORDS = {
    "title-page": "titlepage",
    "text": "start",
    "other.backmatter": "backmatter",
    "notes": "endnotes",
}


def read_contents(archive: Archive, parser: Parser, package: Package) -> Contents:
    """Return the contents of the book: of its two trees the one that leads to more places, nav first."""
    nav, ncx = Contents(), Contents()
    if package.nav is not None and package.nav.name:
        _quietly(_read_nav, archive, parser, package.nav.name, nav)
    if package.ncx is not None and package.ncx.name and _reach(nav) < max(_FEW, len(package.spine) // 2):
        _quietly(_read_ncx, archive, parser, package.ncx.name, ncx)
    best = nav if _reach(nav) >= _reach(ncx) else ncx
    best.pages = best.pages or nav.pages or ncx.pages
    best.roles = nav.roles or ncx.roles
    for kind, href in package.guide:
        name, anchor = resolve(archive, (package.folder + "/" if package.folder else "") + "x", href)
        words = frozenset((_GUIDE_WORDS.get(kind, kind).removeprefix("other."),))
        best.roles = [*best.roles, Line("", 0, name, anchor, words)]
    return best


def _reach(contents: Contents) -> int:
    return len({(line.name, line.anchor) for line in contents.lines if line.name})


def _quietly(read: _Reader, archive: Archive, parser: Parser, name: str, into: Contents) -> None:
    # A broken contents file loses the contents, not the book.
    try:
        tree = parser.document(archive.read(name))
    except (Lost, Unreadable):
        return
    read(archive, name, tree, into)


def _read_nav(archive: Archive, base: str, tree: etree._Element, into: Contents) -> None:
    for nav in tree.iter("{*}nav"):
        kind = nav.get(_EPUB_TYPE) or nav.get("epub:type") or ""
        lines = list(_nav_lines(archive, base, nav))
        if "page-list" in kind:
            into.pages = into.pages or lines
        elif "landmarks" in kind:
            into.roles = into.roles or lines
        elif "toc" in kind or not kind:
            into.lines = into.lines or lines


def _nav_lines(archive: Archive, base: str, nav: etree._Element) -> list[Line]:
    found: list[Line] = []
    stack = [(item, 0) for item in reversed(_items(nav))]
    while stack:
        item, depth = stack.pop()
        label = next((child for child in item if local_name(child) in ("a", "span")), None)
        if label is None:
            label = next(
                (e for child in item if local_name(child) not in ("ol", "ul") for e in child.iter("{*}a")),
                None,
            )
        if label is not None:
            href = label.get("href", "")
            name, anchor = resolve(archive, base, href) if href else (None, "")
            said = label.get(_EPUB_TYPE) or label.get("epub:type")
            types = frozenset(said.lower().split()) if said else _NO_TYPES
            found.append(Line(normalise(words_of(label)), depth, name, anchor, types))
        stack.extend((below, depth + 1) for below in reversed(_items(item)))
    return found


def _items(element: etree._Element) -> list[etree._Element]:
    lists = [child for child in element if local_name(child) in ("ol", "ul")]
    if not lists and local_name(element) == "nav":
        lists = [next(element.iter("{*}ol", "{*}ul"), element)]
    return [item for each in lists for item in each if local_name(item) == "li"]


def _read_ncx(archive: Archive, base: str, tree: etree._Element, into: Contents) -> None:
    for part in tree.iter("{*}navMap", "{*}navmap", "{*}pageList", "{*}pagelist"):
        if local_name(part) == "navmap":
            into.lines = into.lines or _points(archive, base, part, "navpoint")
        else:
            into.pages = into.pages or _points(archive, base, part, "pagetarget")


def _points(archive: Archive, base: str, parent: etree._Element, kind: str) -> list[Line]:
    found: list[Line] = []
    stack = [(child, 0) for child in reversed(list(parent)) if local_name(child) == kind]
    while stack:
        point, depth = stack.pop()
        title, href = "", ""
        for child in point:
            if local_name(child) == "navlabel" and not title:
                title = normalise(words_of(child))
            elif local_name(child) == "content" and not href:
                href = child.get("src", "")
        name, anchor = resolve(archive, base, href) if href else (None, "")
        found.append(Line(title, depth, name, anchor))
        stack.extend((below, depth + 1) for below in reversed(list(point)) if local_name(below) == kind)
    return found
