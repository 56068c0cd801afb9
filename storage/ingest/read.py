"""From the bytes of any file to its book, in this process. For strangers' files use parse.py."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from storage.errors import Excess, TooLarge
from storage.ingest.limits import Limits
from storage.ingest.parsed import ParsedBook
from storage.ingest.sniff import FileKind, sniff

Cover = Callable[[], bytes | None]
"""Unpacks the front cover of a book; raises the BookError of a file whose cover is a trick."""


def read_book(
    data: bytes, *, filename: str, limits: Limits, progress: Callable[[float], None] | None = None
) -> ParsedBook:
    """Return the book of a file's bytes; `progress` is told the share done, 0 to 1.

    Raises the BookError that names what is wrong with the file.
    """
    book, cover = read_sections(data, filename=filename, limits=limits, progress=progress)
    return dataclasses.replace(book, cover=cover())


def read_sections(
    data: bytes, *, filename: str, limits: Limits, progress: Callable[[float], None] | None = None
) -> tuple[ParsedBook, Cover]:
    """Return the book of a file's bytes without its cover, and what unpacks that; else as `read_book`."""
    if len(data) > limits.file_bytes:
        raise TooLarge(Excess.FILE_BYTES, limits.file_bytes)
    kind = sniff(data, filename)
    # Each format is imported when it is met: a child process loads only what its file needs.
    if kind is FileKind.PDF:
        from storage.ingest.pdf import parse_pdf

        return parse_pdf(data, limits), _no_cover
    from storage.ingest.chapters import build_book

    if kind is FileKind.EPUB:
        from storage.ingest.epub.book import read_epub

        manuscript = read_epub(data, limits, progress)
        return build_book(manuscript), manuscript.cover or _no_cover
    from storage.ingest.plain import read_html, read_markdown, read_text

    if kind is FileKind.TEXT:
        return build_book(read_text(data, filename)), _no_cover
    if kind is FileKind.MARKDOWN:
        return build_book(read_markdown(data, filename, limits)), _no_cover
    return build_book(read_html(data, filename, limits)), _no_cover


def _no_cover() -> None:
    return None
