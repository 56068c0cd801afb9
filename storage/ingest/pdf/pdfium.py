"""Text, geometry and structure by PDFium: the only file that knows pypdfium2. No script is ever run.

Per line only the boxes of its first and last glyph are asked for: a box for every glyph costs several
times the text extraction itself.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from storage.errors import EncryptedBook, Excess, Lock, TooLarge
from storage.ingest.limits import Limits
from storage.ingest.pdf.budget import Budget
from storage.ingest.pdf.layout import Line, OutlineEntry, Page, PdfFile

_BROKEN_WORD = "\ufffe"  # PDFium's mark for a hyphen at a line end
_MOST_PAGE_CHARS = 200_000
_HYPHEN_MARKS = ("\ufffe", "\x02", "\xad")
_WORD_GAP = 0.17  # of the line's height: wider than the space between letters
_UPSIDE_DOWN = 1.6  # radians
_MAX_OUTLINE = 5_000
_MAX_DEPTH = 12
_MOST_OBJECTS = 50


class PdfiumFailed(Exception):
    """PDFium cannot open this file; another reader may."""


def read_with_pdfium(data: bytes, limits: Limits, budget: Budget) -> PdfFile:
    """Read every page of `data` as long as `budget` lasts.

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
        file = _pages(document, limits, budget)
        _add_structure(document, file)
        return file
    finally:
        document.close()


def _pages(document: pdfium.PdfDocument, limits: Limits, budget: Budget) -> PdfFile:
    file = PdfFile([])
    chars = 0
    for index in range(len(document)):
        budget.check()
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
        if chars > limits.unpacked_bytes or count > _MOST_PAGE_CHARS:
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
        lines = _lines(textpage, text, len(text) == count)
        return (_words(textpage, count) if _is_scattered(lines) else lines), count
    finally:
        raw.FPDFText_ClosePage(textpage)


_Corners = tuple[float, float, float, float]
"""Left, bottom, right and top of a glyph, in points."""

_Make = Callable[[str, bool, _Corners, _Corners], Line]


def _lines(textpage: Any, text: str, exact: bool) -> list[Line]:
    lines, across, along = _read_lines(textpage, text, exact, _level)
    turn = _turn(textpage, across, along)
    return _read_lines(textpage, text, exact, turn)[0] if turn else lines


def _read_lines(textpage: Any, text: str, exact: bool, make: _Make) -> tuple[list[Line], float, float]:
    # The innermost loop of all: two calls to PDFium and one object a line.
    rect = raw.FS_RECTF()
    target = ctypes.byref(rect)
    box_of = raw.FPDFText_GetLooseCharBox
    found: list[Line] = []
    across = along = 0.0
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
                    begin = rect.left, rect.bottom, rect.right, rect.top
                    box_of(textpage, last, target)
                    end = rect.left, rect.bottom, rect.right, rect.top
                    across += end[0] - begin[0]
                    along += end[1] - begin[1]
                    found.append(make(line, number < last_row, begin, end))
            position += len(row) + 1
    return found, across, along


def _level(text: str, hyphen: bool, begin: _Corners, end: _Corners) -> Line:
    left, bottom, right, top = begin
    # A line of a right-to-left script begins at its right end.
    return Line(
        text,
        left if left < end[0] else end[0],
        right if right > end[2] else end[2],
        bottom,
        top - bottom,
        hyphen,
    )


def _turn(textpage: Any, across: float, along: float) -> _Make | None:
    """Return what makes lines upright, None where they are: a turned page keeps its unturned coordinates."""
    if abs(along) > abs(across):
        return _from_below if along > 0 else _from_above
    if across < 0 and abs(raw.FPDFText_GetCharAngle(textpage, 0)) > _UPSIDE_DOWN:
        return _from_the_right
    return None


def _from_below(text: str, hyphen: bool, begin: _Corners, end: _Corners) -> Line:
    return Line(text, min(begin[1], end[1]), max(begin[3], end[3]), -begin[2], begin[2] - begin[0], hyphen)


def _from_above(text: str, hyphen: bool, begin: _Corners, end: _Corners) -> Line:
    return Line(text, -max(begin[3], end[3]), -min(begin[1], end[1]), begin[0], begin[2] - begin[0], hyphen)


def _from_the_right(text: str, hyphen: bool, begin: _Corners, end: _Corners) -> Line:
    return Line(text, -max(begin[2], end[2]), -min(begin[0], end[0]), -begin[3], begin[3] - begin[1], hyphen)


def _is_scattered(lines: list[Line]) -> bool:
    # Drawn up and down the page: PDFium then joins what merely was drawn one after the other.
    rises = sum(below.bottom > above.bottom - 0.5 * below.size for above, below in pairwise(lines))
    return rises > max(4, 0.15 * len(lines))


def _words(textpage: Any, count: int) -> list[Line]:
    """Return what stands side by side glyph by glyph: the words of a page, each a line of its own."""
    rect = raw.FS_RECTF()
    target = ctypes.byref(rect)
    found: list[tuple[str, _Corners, _Corners]] = []
    text, first, last = "", (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)
    for at in range(count):
        char = chr(raw.FPDFText_GetUnicode(textpage, at) % 0x110000)
        if char.isspace() or char == "\0" or not raw.FPDFText_GetLooseCharBox(textpage, at, target):
            continue
        box = rect.left, rect.bottom, rect.right, rect.top
        size = box[3] - box[1]
        if not text or abs(box[1] - last[1]) > 0.3 * size or abs(box[0] - last[2]) > _WORD_GAP * size:
            if text:
                found.append((text, first, last))
            text, first = "", box
        text += "-" if char in _HYPHEN_MARKS else char
        last = box
    if text:
        found.append((text, first, last))
    across = sum(end[0] - begin[0] for _, begin, end in found)
    along = sum(end[1] - begin[1] for _, begin, end in found)
    make = _turn(textpage, across, along) or _level
    return [make(word, False, begin, end) for word, begin, end in found]


def _glyph(textpage: Any, text: str, at: int) -> int:
    # Text positions are UTF-16 units; some glyphs have no character and some two units.
    units = len(text[:at].encode("utf-16-le")) // 2
    return max(int(raw.FPDFText_GetCharIndexFromTextIndex(textpage, units)), 0)


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
