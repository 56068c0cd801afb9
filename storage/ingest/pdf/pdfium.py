"""Text, geometry and structure by PDFium: the only file that knows pypdfium2. No script is ever run.

Per line only the boxes of its first and last glyph are asked for: a box for every glyph costs several
times the text extraction itself.
"""

from __future__ import annotations

import ctypes
import time
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from storage.errors import EncryptedBook, Excess, Lock, TooLarge
from storage.ingest.limits import Limits
from storage.ingest.pdf.layout import Line, OutlineEntry, Page, PdfFile

_BROKEN_WORD = "\ufffe"  # PDFium's mark for a hyphen at a line end
_HYPHEN_MARKS = ("\ufffe", "\x02", "\xad")
_WORD_GAP = 0.17  # of the line's height: wider than the space between letters
_MAX_OUTLINE = 5_000
_MAX_DEPTH = 12
_MOST_OBJECTS = 50


class PdfiumFailed(Exception):
    """PDFium cannot open this file; another reader may."""


def read_with_pdfium(data: bytes, limits: Limits, deadline: float) -> PdfFile:
    """Read every page of `data`; `deadline` is on the clock of `time.monotonic`.

    Raises EncryptedBook for a password, TooLarge past a limit, PdfiumFailed when PDFium gives up.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == raw.FPDF_ERR_PASSWORD:
            raise EncryptedBook(Lock.PASSWORD) from error
        if code == raw.FPDF_ERR_SECURITY:
            raise EncryptedBook(Lock.DRM) from error
        raise PdfiumFailed(str(error)) from error
    try:
        if len(document) > limits.pages:
            raise TooLarge(Excess.PAGES, limits.pages)
        file = _pages(document, limits, deadline)
        _add_structure(document, file)
        return file
    finally:
        document.close()


def _pages(document: pdfium.PdfDocument, limits: Limits, deadline: float) -> PdfFile:
    file = PdfFile([])
    chars = 0
    for index in range(len(document)):
        if time.monotonic() > deadline:
            raise TooLarge(Excess.TIME, limits.seconds)
        page = raw.FPDF_LoadPage(document.raw, index)
        if not page:
            file.unread += 1
            file.pages.append(Page(index, []))
            continue
        try:
            lines, count = _lines_of(page)
            file.pages.append(Page(index, lines, not lines and _is_pictured(page)))
        finally:
            raw.FPDF_ClosePage(page)
        chars += count
        if chars > limits.unpacked_bytes:
            raise TooLarge(Excess.UNPACKED_BYTES, limits.unpacked_bytes)
    return file


def _is_pictured(page: Any) -> bool:
    """Tell whether one picture covers most of a page, as on a scan."""
    area = raw.FPDF_GetPageWidthF(page) * raw.FPDF_GetPageHeightF(page)
    edges = [ctypes.c_float() for _ in range(4)]
    for number in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(item) not in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
            continue
        if raw.FPDFPageObj_GetBounds(item, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            if (right - left) * (top - bottom) >= 0.4 * area:
                return True
    return False


def _lines_of(page: Any) -> tuple[list[Line], int]:
    textpage = raw.FPDFText_LoadPage(page)
    if not textpage:
        return [], 0
    try:
        count = raw.FPDFText_CountChars(textpage)
        if count <= 0:
            return [], 0
        buffer = (ctypes.c_ushort * (2 * count + 2))()
        units = raw.FPDFText_GetText(textpage, 0, count, buffer) - 1
        text = ctypes.string_at(buffer, 2 * max(units, 0)).decode("utf-16-le", "replace")
        lines = _upright(textpage, _boxes(textpage, text, len(text) == count))
        if _is_scattered(lines):
            lines = _upright(textpage, _pieces(textpage, count))
        return lines, count
    finally:
        raw.FPDFText_ClosePage(textpage)


_Box = tuple[str, bool, float, float, float, float, float, float, float, float]
"""A line, whether it ends inside a word, and left, bottom, right, top of its first and its last glyph."""


def _boxes(textpage: Any, text: str, exact: bool) -> list[_Box]:
    # The innermost loop of all: one pass, two calls a line, no objects.
    rect = raw.FS_RECTF()
    target = ctypes.byref(rect)
    box_of = raw.FPDFText_GetLooseCharBox
    found: list[_Box] = []
    position = 0
    for stretch in text.split("\n"):
        rows = stretch.split(_BROKEN_WORD)
        last_row = len(rows) - 1
        for number, row in enumerate(rows):
            line = row.strip()
            if line:
                first = position if row[0] == line[0] else position + row.index(line[0])
                last = first + len(line) - 1
                if not exact:
                    first, last = _glyph(textpage, text, first), _glyph(textpage, text, last)
                if box_of(textpage, first, target):
                    left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
                    box_of(textpage, last, target)
                    found.append((
                        line, number < last_row, left, bottom, right, top,
                        rect.left, rect.bottom, rect.right, rect.top,
                    ))  # fmt: skip
            position += len(row) + 1
    return found


def _is_scattered(lines: list[Line]) -> bool:
    # Drawn up and down the page: PDFium then joins what merely was drawn one after the other.
    rises = sum(below.bottom > above.bottom - 0.5 * below.size for above, below in pairwise(lines))
    return rises > max(4, 0.15 * len(lines))


def _pieces(textpage: Any, count: int) -> list[_Box]:
    """Return what stands side by side glyph by glyph: the words of a page, each a piece of its own."""
    rect = raw.FS_RECTF()
    target = ctypes.byref(rect)
    found: list[_Box] = []
    text, first, last = "", (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)
    for at in range(count):
        char = chr(raw.FPDFText_GetUnicode(textpage, at) & 0x1FFFFF)
        if char.isspace() or char == "\0" or not raw.FPDFText_GetLooseCharBox(textpage, at, target):
            continue
        box = rect.left, rect.bottom, rect.right, rect.top
        size = box[3] - box[1]
        gap = box[0] - last[2]
        if not text or abs(box[1] - last[1]) > 0.3 * size or abs(gap) > _WORD_GAP * size:
            if text:
                found.append((text, False, *first, *last))
            text, first = "", box
        text += "-" if char in _HYPHEN_MARKS else char
        last = box
    return [*found, (text, False, *first, *last)] if text else found


def _glyph(textpage: Any, text: str, at: int) -> int:
    # Text positions are UTF-16 units; some glyphs have no character and some two units.
    units = len(text[:at].encode("utf-16-le")) // 2
    return max(int(raw.FPDFText_GetCharIndexFromTextIndex(textpage, units)), 0)


def _upright(textpage: Any, boxes: list[_Box]) -> list[Line]:
    """Return the lines upright: a turned page keeps the coordinates of the unturned one."""
    across = along = 0.0
    for box in boxes:
        across += box[6] - box[2]
        along += box[7] - box[3]
    if abs(along) > abs(across):
        return [_turned(box, 1 if along > 0 else -1) for box in boxes]
    if across < 0 and abs(raw.FPDFText_GetCharAngle(textpage, 0)) > 1.6:
        return [
            Line(text, -max(right, right2), -min(left, left2), -top, top - bottom, hyphen)
            for text, hyphen, left, bottom, right, top, left2, _, right2, _ in boxes
        ]
    return [
        # The line of a right-to-left script begins at its right end.
        Line(
            text,
            left if left < left2 else left2,
            right2 if right2 > right else right,
            bottom,
            top - bottom,
            hyphen,
        )
        for text, hyphen, left, bottom, right, top, left2, _, right2, _ in boxes
    ]


def _turned(box: _Box, up: int) -> Line:
    text, hyphen, left, bottom, right, top, _, bottom2, _, top2 = box
    begin, end = (
        (min(bottom, bottom2), max(top, top2)) if up > 0 else (-max(top, top2), -min(bottom, bottom2))
    )
    return Line(text, begin, end, -right if up > 0 else left, right - left, hyphen)


def _add_structure(document: pdfium.PdfDocument, file: PdfFile) -> None:
    count = len(file.pages)
    file.title = _metadata(document, "Title")
    file.author = _metadata(document, "Author")
    size = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if 2 < size < 200:
        buffer = (ctypes.c_ushort * (size // 2))()
        raw.FPDFCatalog_GetLanguage(document.raw, buffer, size)
        file.language = ctypes.string_at(buffer, size - 2).decode("utf-16-le", "replace")
    file.labels = [document.get_page_label(index) for index in range(count)]
    for number, bookmark in enumerate(document.get_toc(max_depth=_MAX_DEPTH)):
        if number >= _MAX_OUTLINE:
            break
        target = bookmark.get_dest()
        page = target.get_index() if target else None
        if page is None or not 0 <= page < count:
            continue
        file.outline.append(OutlineEntry(bookmark.get_title().strip(), bookmark.level, page, _top(target)))


def _metadata(document: pdfium.PdfDocument, key: str) -> str:
    try:
        return str(document.get_metadata_value(key)).strip("\x00 \t\r\n")
    except (pdfium.PdfiumError, UnicodeDecodeError):
        return ""


def _top(target: Any) -> float | None:
    mode, values = target.get_view()
    at = {raw.PDFDEST_VIEW_XYZ: 1, raw.PDFDEST_VIEW_FITH: 0, raw.PDFDEST_VIEW_FITBH: 0}.get(mode)
    if mode == raw.PDFDEST_VIEW_FITR and len(values) == 4:
        at = 3
    return values[at] if at is not None and at < len(values) else None
