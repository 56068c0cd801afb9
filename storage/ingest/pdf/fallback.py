"""The second reader, for files PDFium cannot open: text alone by pypdf. The only file that knows pypdf.

It is slower and tells no places, so its lines stand one below the other as they come.
"""

from __future__ import annotations

import io
import logging
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from storage.errors import EncryptedBook, Excess, Lock, TooLarge
from storage.ingest.limits import Limits
from storage.ingest.pdf.budget import Budget
from storage.ingest.pdf.layout import Line, OutlineEntry, Page, PdfFile

_MAX_OUTLINE = 5_000
_MAX_DEPTH = 12
_LINE_POINTS = 12.0
_CHAR_POINTS = 5.0


class FallbackFailed(Exception):
    """pypdf cannot open this file either."""


def read_with_pypdf(data: bytes, limits: Limits, budget: Budget) -> PdfFile:
    """Read every page of `data` as long as `budget` lasts.

    Raises EncryptedBook for a password, TooLarge past a limit, FallbackFailed for anything else.
    """
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # its warnings quote the file (S34)
    try:
        return _read(data, limits, budget)
    except (EncryptedBook, TooLarge, FallbackFailed):
        raise
    except MemoryError:
        raise
    except Exception as error:  # a hostile file finds every kind of bug in a parser
        raise FallbackFailed(type(error).__name__) from error
    finally:
        logger.setLevel(level)


def _read(data: bytes, limits: Limits, budget: Budget) -> PdfFile:
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise EncryptedBook(Lock.PASSWORD)
    file = PdfFile([])
    chars = 0
    for index, page in enumerate(reader.pages):
        if index >= limits.pages:
            raise TooLarge(Excess.PAGES, limits.pages)
        budget.check()
        try:
            text = page.extract_text() or ""
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
            text = ""
            file.unread += 1
        chars += len(text)
        if chars > limits.unpacked_bytes:
            raise TooLarge(Excess.UNPACKED_BYTES, limits.unpacked_bytes)
        file.pages.append(Page(index, _lines(text), not text.strip() and _is_pictured(page)))
    _add_structure(reader, file)
    return file


def _lines(text: str) -> list[Line]:
    lines = []
    for number, raw in enumerate(text.split("\n")):
        line = raw.strip()
        if line:
            bottom = -_LINE_POINTS * number
            lines.append(Line(line, 0.0, _CHAR_POINTS * len(line), bottom, 0.8 * _LINE_POINTS))
    return lines


def _is_pictured(page: Any) -> bool:
    try:
        return bool(page.get("/Resources", {}).get("/XObject"))
    except (PyPdfError, AttributeError, KeyError, TypeError):
        return False


def _add_structure(reader: pypdf.PdfReader, file: PdfFile) -> None:
    count = len(file.pages)
    try:
        meta = reader.metadata
        file.title, file.author = str((meta and meta.title) or ""), str((meta and meta.author) or "")
        if "/PageLabels" in reader.root_object:
            file.labels = list(reader.page_labels)[:count]
        _add_outline(reader, file, reader.outline, 0)
    except Exception:  # the text has been read: a broken outline costs only the outline
        file.outline = file.outline[:_MAX_OUTLINE]
    file.labels += [""] * (count - len(file.labels))


def _add_outline(reader: pypdf.PdfReader, file: PdfFile, entries: Any, depth: int) -> None:
    for entry in entries:
        if isinstance(entry, list):
            if depth < _MAX_DEPTH:
                _add_outline(reader, file, entry, depth + 1)
            continue
        page = reader.get_destination_page_number(entry)
        if page is not None and 0 <= page < len(file.pages) and len(file.outline) < _MAX_OUTLINE:
            file.outline.append(OutlineEntry(str(entry.title).strip(), depth, page))
