"""From the blocks of a PDF to a `Manuscript`: outline, headings, front pages and page breaks named. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from storage.ingest.manuscript import Document, Entry, Heading, Manuscript, Mark
from storage.ingest.numbering import read_heading
from storage.ingest.pdf.headings import Found, Level, contents_pages, find_headings
from storage.ingest.pdf.layout import OutlineEntry, PdfFile
from storage.ingest.pdf.paging import Binding
from storage.ingest.pdf.paragraphs import Block

_TITLE_PAGE_CHARS = 700
_LAST_TITLE_PAGE = 6
_HEADING_BLOCKS = 5
_COPYRIGHT = re.compile(
    r"©|\bcopyright\b|\ball rights reserved\b|\bISBN\b|\bpublished by\b|\bprinted in\b|\bpublic domain\b",
    re.IGNORECASE,
)
_NOT_LETTERS = re.compile(r"[\W_]+")


def compose(file: PdfFile, binding: Binding, blocks: Sequence[Block]) -> Manuscript:
    """Return the manuscript of a file; its chapters and its sealed matter are decided later."""
    listed = contents_pages(blocks)
    found = find_headings(blocks, listed)
    places = _contents(blocks, found, _outline_places(file, binding, blocks, found))
    first = _first_page(blocks, places)
    types = _page_types(blocks, listed, first if places else None)
    documents, home = _documents(blocks, types, first)
    named = [heading for heading in found if types.get(blocks[heading.start].page, "toc") == "toc"]
    _add_headings(documents, home, _levels(named, places))
    _add_pages(documents, home, blocks, binding.labels)
    return Manuscript(
        documents=documents,
        contents=_entries(documents, home, places),
        title=file.title,
        author=file.author,
        language=file.language,
    )


_Place = tuple[OutlineEntry, int, int]  # entry, the blocks [start, end) of its heading


def _outline_places(
    file: PdfFile, binding: Binding, blocks: Sequence[Block], found: Sequence[Found]
) -> list[_Place]:
    page_of = {at: place for place, at in enumerate(binding.order)}
    by_page: dict[int, list[int]] = {}
    for place, block in enumerate(blocks):
        by_page.setdefault(block.page, []).append(place)
    heading_at = {heading.start: heading for heading in found}
    places = []
    for entry in _without_root(file.outline):
        page = page_of.get(entry.page)
        own = by_page.get(page, []) if page is not None else []
        if not own:
            # The page holds only the end of a paragraph, or nothing: the next block is where it leads.
            own = _next_block(blocks, page)
        if own and entry.title:
            places.append((entry, *_heading_of(entry, blocks, own, heading_at)))
    return places


def _next_block(blocks: Sequence[Block], page: int | None) -> list[int]:
    after = (place for place, block in enumerate(blocks) if page is not None and block.page > page)
    return list(islice(after, 1))


def _without_root(outline: Sequence[OutlineEntry]) -> list[OutlineEntry]:
    # One entry above all others is the book itself.
    if len(outline) > 2 and outline[0].depth == 0 and all(entry.depth > 0 for entry in outline[1:]):
        return [replace(entry, depth=entry.depth - 1) for entry in outline[1:]]
    return list(outline)


def _heading_of(
    entry: OutlineEntry, blocks: Sequence[Block], own: list[int], heading_at: dict[int, Found]
) -> tuple[int, int]:
    """Return the blocks `[start, end)` of the heading an entry leads to; empty where none is printed."""
    wanted = _letters(entry.title)
    below = [
        place for place in own if entry.top is None or blocks[place].top <= entry.top + blocks[place].size
    ]
    below = below or own[-1:]
    for place in below:
        heading = heading_at.get(place)
        if heading and wanted and _are_alike(wanted, _letters(_joined(blocks, heading.start, heading.end))):
            return heading.start, heading.end
    for place in own:
        for end in range(place + 1, min(place + _HEADING_BLOCKS, own[-1] + 1) + 1):
            said = _letters(_joined(blocks, place, end))
            if said and said == wanted:
                return place, end
    start = next((place for place in below if place in heading_at), below[0])
    heading = heading_at.get(start)
    return (start, heading.end) if heading and entry.top is not None else (below[0], below[0])


def _joined(blocks: Sequence[Block], start: int, end: int) -> str:
    return " ".join(block.text for block in blocks[start:end])


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _are_alike(wanted: str, printed: str) -> bool:
    # An outline often leaves out "Chapter I", or cuts a long title short.
    return wanted in printed or (len(printed) >= 4 and printed in wanted)


def _contents(blocks: Sequence[Block], found: Sequence[Found], outlined: list[_Place]) -> list[_Place]:
    """Return the outline, or the printed headings where the outline has far fewer entries than the book."""
    printed = [(read_heading(_joined(blocks, h.start, h.end)), h) for h in found]
    numbered = sum(bool(heading.name) for heading, _ in printed)
    if 2 * len(outlined) >= max(numbered, 1):
        return outlined
    places: list[_Place] = []
    below_part = False
    started = False
    for heading, at in printed:
        # Headings before the first numbered one are the title page and what stands around it.
        started = started or bool(heading.name) or not numbered
        if not started:
            continue
        is_part = at.level is Level.PART
        depth = 0 if is_part or not below_part else 1
        below_part = below_part or is_part
        block = blocks[at.start]
        entry = OutlineEntry(_joined(blocks, at.start, at.end), depth, block.page, block.top)
        places.append((entry, at.start, at.end))
    return places


def _first_page(blocks: Sequence[Block], places: Sequence[_Place]) -> int:
    """Return the page on which the first section of the contents begins."""
    return min((blocks[start].page for _, start, _ in places), default=0)


def _page_types(blocks: Sequence[Block], listed: frozenset[int], first: int | None) -> dict[int, str]:
    """Return what the pages before the first section are, where it can be told, in words of epub:type.

    `first` is None for a book without any: there at most the first page can be a title page.
    """
    types = dict.fromkeys(listed, "toc")
    texts: dict[int, list[str]] = {}
    for block in blocks:
        if block.page < (1 if first is None else first):
            texts.setdefault(block.page, []).append(block.text)
    usual = sorted(block.size for block in blocks)[len(blocks) // 2] if blocks else 0.0
    for page, own in texts.items():
        chars = sum(map(len, own))
        if page in types or chars > _TITLE_PAGE_CHARS or page > _LAST_TITLE_PAGE:
            continue
        if first is not None:
            types[page] = "copyright-page" if page and any(map(_COPYRIGHT.search, own)) else "titlepage"
        elif blocks[-1].page > 0 and blocks[0].size > 1.3 * usual and chars < _TITLE_PAGE_CHARS / 2:
            types[page] = "titlepage"
    return types


def _documents(
    blocks: Sequence[Block], types: dict[int, str], first: int
) -> tuple[list[Document], list[tuple[int, int]]]:
    """Return one document for each run of like front pages and one for each stretch of text; and the
    (document, line) of each block.
    """
    documents: list[Document] = []
    home: list[tuple[int, int]] = []
    last: str | None = None
    for block in blocks:
        kind = types.get(block.page, "" if block.page >= first else "ahead")
        if not documents or kind != last:
            documents.append(Document(types=frozenset((kind,)) if kind not in ("", "ahead") else frozenset()))
            last = kind
        home.append((len(documents) - 1, len(documents[-1].lines)))
        documents[-1].lines.append(block.text)
    return documents, home


def _levels(found: Sequence[Found], places: Sequence[_Place]) -> Iterable[tuple[int, int, int]]:
    outlined = {start: (start, end, entry.depth + 1) for entry, start, end in reversed(places) if end > start}
    inside = {at for start, end, _ in outlined.values() for at in range(start, end)}
    for heading in found:
        if heading.start not in inside:
            outlined[heading.start] = (heading.start, heading.end, int(heading.level))
    return sorted(outlined.values())


def _add_headings(
    documents: list[Document], home: list[tuple[int, int]], headings: Iterable[tuple[int, int, int]]
) -> None:
    for start, end, level in headings:
        document, line = home[start]
        documents[document].headings.append(Heading(line, line + end - start, min(level, 6)))


def _add_pages(
    documents: list[Document], home: list[tuple[int, int]], blocks: Sequence[Block], labels: Sequence[str]
) -> None:
    turned: set[int] = set()
    for (document, line), block in zip(home, blocks, strict=True):
        for page, offset in [(block.page, 0), *block.turns]:
            if page not in turned:
                turned.add(page)
                if labels[page]:
                    documents[document].pages.append(Mark(line, offset, labels[page]))


def _entries(documents: list[Document], home: list[tuple[int, int]], places: Sequence[_Place]) -> list[Entry]:
    entries = []
    for number, (entry, start, _) in enumerate(places):
        document, line = home[start]
        name = f"outline-{number}"
        documents[document].anchors[name] = Mark(line, 0, name)
        entries.append(Entry(entry.title, entry.depth, (document, name)))
    return entries
