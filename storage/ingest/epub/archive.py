"""The ZIP of a stranger: nothing is written to disk, bytes are counted as they come out (D2, D3)."""

from __future__ import annotations

import io
import posixpath
import struct
import unicodedata
import zipfile
import zlib
from urllib.parse import unquote

from storage.errors import Damage, DamagedBook, EncryptedBook, Excess, HostileBook, Lock, TooLarge, Trick
from storage.ingest.limits import Limits

_ENTRY = b"PK\x01\x02"
_END = b"PK\x05\x06"
_LOCAL = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1
_END_OF_LARGE = b"PK\x06\x07"
_UTF8_NAME = 0x800


class Lost(Exception):
    """This member is not there, or its bytes cannot be had; the book may still be read."""


class Archive:
    """The members of an EPUB by name, found however sloppily they are named.

    Raises DamagedBook, EncryptedBook, HostileBook and TooLarge on opening; TooLarge on reading.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._unpacked = 0
        if _entries(data) > limits.entries:
            raise TooLarge(Excess.ENTRIES, limits.entries)
        try:
            listed = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, OverflowError, NotImplementedError, EOFError):
            # A directory that never came is the mark of a download cut short.
            raise DamagedBook(Damage.UNREADABLE if _END in data else Damage.TRUNCATED) from None
        if len(listed) > limits.entries:  # one whose end lies about its directory
            raise TooLarge(Excess.ENTRIES, limits.entries)
        infos = [info for info in listed if not info.is_dir()]
        if not infos:
            raise DamagedBook(Damage.UNREADABLE)
        self._check_sizes(infos)
        self._data = memoryview(data)
        self._begins: dict[int, int] = {}  # offset of a local header -> where its bytes begin
        self._check_overlap(infos, data)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            self._members[_checked_name(info)] = info
        self.names = list(self._members)
        self._by_folded: dict[str, str] | None = None

    def _check_sizes(self, infos: list[zipfile.ZipInfo]) -> None:
        unpacked = sum(info.file_size for info in infos)
        packed = sum(info.compress_size for info in infos)
        if unpacked > self._limits.unpacked_bytes:
            raise TooLarge(Excess.UNPACKED_BYTES, self._limits.unpacked_bytes)
        if unpacked > self._limits.ratio_floor_bytes and unpacked > self._limits.ratio * max(1, packed):
            raise TooLarge(Excess.RATIO, self._limits.ratio)

    def _check_overlap(self, infos: list[zipfile.ZipInfo], data: bytes) -> None:
        # The way of the bomb without nesting: many entries over the same bytes (CVE-2024-0450).
        reached = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            at = info.header_offset
            header = data[at : at + _LOCAL.size] if at >= 0 else b""
            if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
                raise DamagedBook(Damage.UNREADABLE)
            if at < reached:
                raise HostileBook(Trick.OVERLAP)
            _, name_bytes, extra_bytes = _LOCAL.unpack(header)
            self._begins[at] = at + _LOCAL.size + name_bytes + extra_bytes
            reached = self._begins[at] + info.compress_size
            if reached > len(data):
                raise DamagedBook(Damage.TRUNCATED)

    def _unpack(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        """Return at most `limit + 1` bytes of a member, whatever its header says of its size."""
        packed = self._data[self._begins[info.header_offset] :][: info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            return bytes(packed[: limit + 1])
        if info.compress_type == zipfile.ZIP_DEFLATED:
            try:
                return zlib.decompressobj(-15).decompress(packed, limit + 1)
            except zlib.error:
                raise Lost(info.filename) from None
        raise Lost(info.filename)  # no EPUB may use another way of packing

    def has(self, name: str) -> bool:
        """Tell whether a member is stored under exactly this name."""
        return name in self._members

    def find(self, name: str) -> str | None:
        """Return the name under which a path is stored: as given, decoded, or differing in case only."""
        for candidate in (name, unquote(name)):
            path = clean_path(candidate)
            if path in self._members:
                return path
            stored = self._like(path)
            if stored is not None:
                return stored
        return None

    def _like(self, path: str) -> str | None:
        # Asked for only by sloppy books: most name their files as they are stored.
        if self._by_folded is None:
            self._by_folded = {_folded(name): name for name in reversed(self.names)}
            for name in self.names:
                for alias in _aliases(name, self._members[name]):
                    self._by_folded.setdefault(_folded(alias), name)
        return self._by_folded.get(_folded(path))

    def read(self, name: str, *, checked: bool = True) -> bytes:
        """Return the bytes of a member. Raises Lost when they are damaged, TooLarge past a limit.

        `checked` False skips the checksum: a picture that lost a byte is still a picture.
        """
        limit = min(self._limits.member_bytes, self._limits.unpacked_bytes - self._unpacked)
        info = self._members[name]
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedBook(Lock.PASSWORD)
        content = self._unpack(info, limit)
        if len(content) > limit:
            raise TooLarge(Excess.UNPACKED_BYTES, self._limits.member_bytes)
        if checked and zlib.crc32(content) != info.CRC:
            raise Lost(name)
        self._unpacked += len(content)
        return content


def _entries(data: bytes) -> int:
    """Return how many entries the directory of an archive lists, before anything is made of them."""
    end = data.rfind(_END)
    begin = end - int.from_bytes(data[end + 12 : end + 16], "little")
    if end < 0 or begin < 0 or data[end - 20 : end - 16] == _END_OF_LARGE:
        begin = 0  # what is not told there is counted in the whole file, which takes ten times longer
    return data.count(_ENTRY, begin)


def clean_path(path: str) -> str:
    """Return a path inside the archive: forward slashes, no dots; one that climbs out stops at the root."""
    return posixpath.normpath("/" + path.replace("\\", "/").strip()).lstrip("/")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _aliases(name: str, info: zipfile.ZipInfo) -> list[str]:
    # Names without the UTF-8 flag are read as cp437; most of their makers wrote something else.
    if info.flag_bits & _UTF8_NAME or name.isascii():
        return []
    found = []
    for encoding in ("utf-8", "cp932", "cp1252", "gb18030"):
        try:
            found.append(name.encode("cp437").decode(encoding))
        except UnicodeError:
            continue
    return found


def _checked_name(info: zipfile.ZipInfo) -> str:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        raise HostileBook(Trick.PATH)
    return clean_path(name)
