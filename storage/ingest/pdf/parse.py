"""The way of a PDF from bytes to book, and its refusals."""

from __future__ import annotations

from storage.errors import Damage, DamagedBook, EmptyBook, NoTextLayer
from storage.ingest.chapters import build_book
from storage.ingest.limits import Limits
from storage.ingest.manuscript import Manuscript
from storage.ingest.parsed import ParsedBook
from storage.ingest.pdf.bombs import refuse_bombs
from storage.ingest.pdf.budget import Budget
from storage.ingest.pdf.compose import compose
from storage.ingest.pdf.fallback import FallbackFailed, read_with_pypdf
from storage.ingest.pdf.furniture import take_furniture
from storage.ingest.pdf.layout import PdfFile
from storage.ingest.pdf.legible import is_legible
from storage.ingest.pdf.order import columns
from storage.ingest.pdf.paging import Binding, bind
from storage.ingest.pdf.paragraphs import build_blocks
from storage.ingest.pdf.pdfium import PdfiumFailed, read_with_pdfium

_HEADER = b"%PDF-"


def parse_pdf(data: bytes, limits: Limits) -> ParsedBook:
    """Return the book in a PDF.

    Raises EncryptedBook for a password, NoTextLayer for scans and for fonts that tell no letters,
    EmptyBook, DamagedBook when no reader can open it, TooLarge past a limit. Runs in a child process:
    its caller bounds memory and time.
    """
    if not data.strip():
        raise EmptyBook
    start = data.find(_HEADER)
    # Offsets in the file count from its header, so what stands before it must go.
    data = data[start:] if start > 0 else data
    refuse_bombs(data, limits)
    file = _read(data, limits, Budget(limits.seconds, len(data)))
    return build_book(_manuscript(file))


def _read(data: bytes, limits: Limits, budget: Budget) -> PdfFile:
    try:
        file = read_with_pdfium(data, limits, budget)
    except PdfiumFailed:
        file = None
    if file is not None and any(page.lines for page in file.pages):
        return file
    try:
        other = read_with_pypdf(data, limits, budget)
    except FallbackFailed as error:
        if file is None:
            raise DamagedBook(_damage(data)) from error
        return file
    return other if file is None or any(page.lines for page in other.pages) else file


def _damage(data: bytes) -> Damage:
    return Damage.TRUNCATED if b"%%EOF" not in data[-2048:] else Damage.UNREADABLE


def _manuscript(file: PdfFile) -> Manuscript:
    written = [page for page in file.pages if page.lines]
    if not written or 2 * file.unread >= len(file.pages):
        _refuse(file)
    if not is_legible(line.text for page in written for line in page.lines):
        raise NoTextLayer(len(file.pages))
    missing = _missing_pages(file)
    furniture = take_furniture(file.pages)
    binding = bind(file, furniture)
    blocks = build_blocks([columns(file.pages[at].lines) for at in binding.order])
    manuscript = compose(file, binding, blocks)
    manuscript.warnings += _warnings(missing, len(file.pages), binding)
    return manuscript


def _refuse(file: PdfFile) -> None:
    if any(page.pictured for page in file.pages):
        raise NoTextLayer(len(file.pages))
    if not file.pages or file.unread:
        raise DamagedBook(Damage.NO_PAGES)
    raise EmptyBook


def _missing_pages(file: PdfFile) -> int:
    """Return how many pages show a picture where text is expected: scans among typed pages."""
    return sum(page.pictured for page in file.pages) + file.unread


def _warnings(missing: int, pages: int, binding: Binding) -> list[str]:
    found = []
    if missing:
        found.append(f"{missing} of {pages} pages hold no text (pictures or scans) and are missing here.")
    if binding.moved:
        found.append(
            f"{binding.moved} pages were bound out of order and were put back by their printed numbers."
        )
    if binding.dropped:
        found.append(f"{binding.dropped} pages were bound twice and are kept once.")
    return found
