"""What a file is, told by its bytes; its name only breaks ties between kinds of text. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from storage.errors import Damage, DamagedBook, EmptyBook, UnsupportedFormat


class FileKind(StrEnum):
    """The kinds of file that are read."""

    EPUB = "epub"
    PDF = "pdf"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


_PDF_WINDOW = 8 << 10  # junk before "%PDF-" is common in mail; readers forgive it, and so do we
_ZIP_LOCAL = b"PK\x03\x04"
_ZIP_END = b"PK\x05\x06"
_ZIP_ENTRY = b"PK\x01\x02"

# What a reader may well try, and we do not read: (offset, magic, name).
_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (60, b"BOOKMOBI", "mobi"),
    (60, b"TEXtREAd", "mobi"),
    (0, b"TPZ", "azw"),
    (0, b"\xeaDRMION\xee", "kfx"),
    (0, b"CONT\x02\x00", "kfx"),
    (0, b"{\\rtf", "rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (0, b"AT&TFORM", "djvu"),
    (0, b"ITOLITLS", "lit"),
    (0, b"ITSF", "chm"),
    (0, b"L\x00R\x00F\x00", "lrf"),
    (0, b"\x89PNG\r\n\x1a\n", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF8", "image"),
    (0, b"II*\x00", "image"),
    (0, b"MM\x00*", "image"),
    (0, b"ID3", "audio"),
    (4, b"ftyp", "video"),
    (0, b"OggS", "audio"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"%!PS", "postscript"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ\x90\x00", "program"),
    (257, b"ustar", "tar"),
)
_TEXT_NAMES = {
    "": FileKind.TEXT,
    "txt": FileKind.TEXT,
    "text": FileKind.TEXT,
    "utf8": FileKind.TEXT,
    "md": FileKind.MARKDOWN,
    "markdown": FileKind.MARKDOWN,
    "mkd": FileKind.MARKDOWN,
    "html": FileKind.HTML,
    "htm": FileKind.HTML,
    "xhtml": FileKind.HTML,
}
_HTML_START = re.compile(
    rb"(?:\s|\xef\xbb\xbf|<\?xml[^>]*>|<!--.*?-->)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\x0b\x0c\r\x1a\x1b") + b"\x7f"


def extension_of(filename: str) -> str:
    """Return the extension of a file name in lower case, without its dot; '' when there is none."""
    tail = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return tail.rsplit(".", 1)[1].strip().lower() if "." in tail.strip(".") else ""


def sniff(data: bytes, filename: str) -> FileKind:
    """Return what a file is by its bytes.

    Raises EmptyBook for no bytes, DamagedBook for a broken ZIP or a text that calls itself an EPUB, and
    UnsupportedFormat for everything that is not read, named where it can be told.
    """
    if not data.strip(b"\x00\t\n\x0b\x0c\r "):
        raise EmptyBook
    extension = extension_of(filename)
    if data.startswith((_ZIP_LOCAL, _ZIP_END)):
        return FileKind.EPUB
    if b"%PDF-" in data[:_PDF_WINDOW]:
        return FileKind.PDF
    for offset, magic, name in _FOREIGN:
        if data.startswith(magic, offset):
            raise UnsupportedFormat(name)
    # Junk before an archive: its directory at the end still tells every place.
    if _ZIP_END in data[-(66 << 10) :] and _ZIP_ENTRY in data:
        return FileKind.EPUB
    if not looks_like_text(data):
        if extension == "epub":
            raise DamagedBook(Damage.NOT_A_ZIP)
        raise UnsupportedFormat(extension if extension in ("mobi", "azw", "azw3", "kfx", "docx") else "")
    return _kind_of_text(data, extension)


def _kind_of_text(data: bytes, extension: str) -> FileKind:
    if extension == "epub":
        raise DamagedBook(Damage.NOT_A_ZIP)
    if extension not in _TEXT_NAMES:
        # A name that claims another format: reading it as prose would be a guess about what the reader sent.
        raise UnsupportedFormat("fb2" if b"<FictionBook" in data[:2048] else "text")
    if _HTML_START.match(data[:4096]):
        return FileKind.HTML
    return _TEXT_NAMES[extension]


def looks_like_text(data: bytes) -> bool:
    """Tell whether bytes are text in some encoding: few control characters, NULs only as UTF-16 has them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[: 64 << 10]
    if b"\x00" in sample:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        return max(even, odd) * 10 > len(sample) * 3 and min(even, odd) * 50 < len(sample)
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls * 200 <= len(sample)
