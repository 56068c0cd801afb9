"""How much a stranger's file may cost. Pure; the numbers are ours, their reasons beside them."""

from __future__ import annotations

from dataclasses import dataclass

PARSER_VERSION = 1
"""The version of the rules that turn bytes into sections; raised when the same bytes would give others."""

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost before it is refused (promises.md, section D).

    `ratio` is unpacked bytes to packed bytes over a whole archive, and is asked only of archives that
    unpack to more than `ratio_floor_bytes`: short repetitive text packs very well and harms nobody.
    """

    file_bytes: int = 100 * _MIB
    unpacked_bytes: int = 200 * _MIB
    member_bytes: int = 20 * _MIB
    entries: int = 20_000
    ratio: float = 100.0
    ratio_floor_bytes: int = 8 * _MIB
    entity_bytes: int = _MIB
    pages: int = 20_000
    seconds: float = 60.0
    address_space_bytes: int = 1_024 * _MIB
    pdf_address_space_bytes: int = 512 * _MIB
