"""Packed streams that unpack to far more than an honest page: found before any reader touches them. Pure.

No object is parsed: whatever lies between "stream" and "endstream" and unpacks is unpacked, whatever the
file says of it, so a filter's name written another way hides nothing. A bomb inside an encrypted file is
not seen here; the limits of the process bound it.
"""

from __future__ import annotations

import re
import zlib

from storage.errors import Excess, TooLarge
from storage.ingest.limits import Limits

_STREAM = re.compile(rb"stream\r?\n")
_END = b"endstream"
_ZLIB_HEADS = b"\x08\x18\x28\x38\x48\x58\x68\x78"
_BEST_RATIO = 1_032
"""The most that one round of deflate can win; shorter streams cannot reach the floor in one round."""

_CHUNK = 1 << 20
_SLICE = 1 << 12
_NESTED_SHORT = 64


def refuse_bombs(data: bytes, limits: Limits) -> None:
    """Raise TooLarge for a stream that unpacks past `ratio` and `ratio_floor_bytes`, or is packed twice."""
    for found in _STREAM.finditer(data):
        start = found.end()
        if start < len(data) and data[start] in _ZLIB_HEADS:
            end = data.find(_END, start)
            _check(memoryview(data)[start : len(data) if end < 0 else end], limits)


def _check(packed: memoryview, limits: Limits) -> None:
    if len(packed) < _NESTED_SHORT:
        return
    head = _unpacked(packed, _NESTED_SHORT)
    if len(head) > 2 and head[0] in _ZLIB_HEADS and int.from_bytes(head[:2], "big") % 31 == 0:
        # Packed twice: the inner stream may win a thousandfold again.
        inner = _unpacked(packed, limits.ratio_floor_bytes)
        if len(_unpacked(memoryview(inner), limits.ratio_floor_bytes + 1)) > limits.ratio_floor_bytes:
            raise TooLarge(Excess.RATIO, limits.ratio)
    if len(packed) * _BEST_RATIO <= limits.ratio_floor_bytes:
        return
    most = max(limits.ratio_floor_bytes, int(limits.ratio * len(packed)))
    if _unpacked_size(packed, most + 1) > most:
        raise TooLarge(Excess.RATIO, limits.ratio)


def _unpacked(packed: memoryview, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _unpacked_size(packed: memoryview, most: int) -> int:
    machine = zlib.decompressobj()
    size = 0
    try:
        for start in range(0, len(packed), _SLICE):
            rest: bytes | memoryview = packed[start : start + _SLICE]
            while rest and size < most and not machine.eof:
                size += len(machine.decompress(rest, _CHUNK))
                rest = machine.unconsumed_tail
    except zlib.error:
        return size
    return size
