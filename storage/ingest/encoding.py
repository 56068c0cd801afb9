"""From bytes to text when nobody says, or says wrongly, how they were written. Pure."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z][\w.:-]{1,30})""", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u30ff]")
_CYRILLIC = re.compile("[\u0430-\u044f]")
_CONTROL_BYTES = bytes([*range(9), *range(0x0E, 0x20), 0x7F])
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Browsers read these names as their Windows supersets, and so do the makers of such files.
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "windows-1252": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc-kr": "cp949",
}


def decode(data: bytes) -> tuple[str, bool]:
    """Return the text of `data`, without control characters, and whether its encoding had to be guessed.

    A byte order mark decides; then what the file declares in its first kilobyte, if the bytes agree;
    then UTF-8; then a guess by the letters that come out, windows-1252 last.
    """
    text, guessed = _decode(data)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(data.translate(None, _CONTROL_BYTES)) != len(data):
        text = _CONTROLS.sub("", text)
    return text, guessed


def _decode(data: bytes) -> tuple[str, bool]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace"), False
    if b"\x00" in data[:256]:
        even, odd = data[:256:2].count(0), data[1:256:2].count(0)
        return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace"), False
    declared = _DECLARED.search(data[:1024])
    if declared:
        text = _strict(data, declared.group(1).decode("ascii"))
        if text is not None:
            return text, False
    text = _strict(data, "utf-8")
    if text is not None:
        return text, False
    return _guess(data), True


def _strict(data: bytes, name: str) -> str | None:
    low = name.lower()
    if low.startswith(("utf-16", "utf-32", "ucs")):
        return None  # without a mark and without NULs it is none of these, whatever it says
    try:
        return data.decode(_SUPERSETS.get(low, low))
    except (LookupError, UnicodeDecodeError, ValueError):
        return None


def _guess(data: bytes) -> str:
    lenient = data.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    whole = sum(1 for c in lenient if c > "\x7f") - broken
    if whole > 3 * broken:
        return lenient  # UTF-8 with a few bad bytes
    high = max(1, sum(1 for c in data if c > 0x7F))
    japanese = _strict(data, "cp932")
    if japanese is not None and len(_KANA.findall(japanese)) * 6 > high:
        return japanese
    russian = _strict(data, "cp1251")
    if russian is not None and len(_CYRILLIC.findall(russian)) * 10 > high * 7:
        return russian
    return data.decode("cp1252", "replace")
