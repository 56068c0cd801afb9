"""Packing: the story index as rows and compact blobs, and back. Pure; store.py does the I/O.

Offsets are packed as differences, because neighbours are near; a blob says nothing that its row's reveal
does not guard, since an index is cut before anything reads it.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from storage.story.digests import Vocabulary
from storage.story.evidence import Claim, Cue, Evidence, Mentions
from storage.story.facts import SectionDigest
from storage.values import Span

Row = dict[str, Any]

CLAIM_TABLES = {
    "character_aliases": "identities",
    "relationships": "ties",
    "descriptors": "traits",
    "glossary_terms": "definitions",
}
"""Tables of claims, with the list of evidence each one holds."""

_IN = int(Cue.IN)
_DEFLATE_FROM = 200


def pack_numbers(*columns: Sequence[int]) -> bytes:
    """Return columns of equal length as one blob, each as differences of signed 32-bit numbers."""
    parts = [np.diff(np.asarray(column, dtype=np.int32), prepend=0).astype("<i4") for column in columns]
    data = np.concatenate(parts).tobytes() if parts else b""
    return b"z" + zlib.compress(data, 6) if len(data) > _DEFLATE_FROM else b"r" + data


def unpack_numbers(blob: bytes, columns: int = 1) -> list[array[int]]:
    """Return the columns that `pack_numbers` packed."""
    data = zlib.decompress(blob[1:]) if blob[:1] == b"z" else blob[1:]
    numbers = array("i", data).tolist() if len(data) <= _DEFLATE_FROM else np.frombuffer(data, dtype="<i4")
    size = len(numbers) // columns if columns else 0
    return [_summed(numbers[i * size : (i + 1) * size]) for i in range(columns)]


def _summed(differences: Sequence[int] | np.ndarray) -> array[int]:
    if isinstance(differences, list):
        total = 0
        found = array("l")
        for difference in differences:
            total += difference
            found.append(total)
        return found
    return array("l", np.cumsum(differences, dtype=np.int64).tolist())


def pack_evidence(evidence: Evidence) -> dict[str, list[Row]]:
    """Return the rows of each table that evidence fills, by the table's name, without book ids."""
    names: list[Row] = []
    places: list[Row] = []
    for name, found in evidence.mentions.items():
        first = found.starts[0]
        row = {"name": name, "start": first, "end": first + len(name), "reveal": first + len(name)}
        names.append({**row, "mentions": pack_numbers(found.starts, [cue & ~_IN for cue in found.cues])})
        inside = [start for start, cue in zip(found.starts, found.cues, strict=True) if cue & _IN]
        if inside:
            end = inside[0] + len(name)
            row = {"name": name, "start": inside[0], "end": end, "reveal": end}
            places.append({**row, "mentions": pack_numbers(inside)})
    tables = {"character_index": _numbered(names), "place_index": _numbered(places)}
    for table, kind in CLAIM_TABLES.items():
        tables[table] = _numbered(_claim_row(claim) for claim in getattr(evidence, kind))
    return tables


def _claim_row(claim: Claim) -> Row:
    span = claim.span
    return {
        "at": claim.at,
        "name": claim.name,
        "kind": claim.kind,
        "text": claim.text,
        "start": span.start,
        "end": span.end,
        "reveal": span.end,
    }


def _numbered(rows: Iterable[Row]) -> list[Row]:
    return [{"number": number, **row} for number, row in enumerate(rows)]


def unpack_evidence(
    names: Iterable[tuple[str, bytes]],
    places: Iterable[tuple[str, bytes]],
    claims: Mapping[str, Iterable[tuple[int, str, str, str, int, int]]],
    lowercase: dict[str, array[int]],
) -> Evidence:
    """Return the evidence that rows hold; `claims` are (at, name, kind, text, start, end) by table."""
    evidence = Evidence(lowercase=lowercase)
    for name, blob in names:
        starts, cues = unpack_numbers(blob, 2)
        evidence.mentions[name] = Mentions(starts, cues)
    for name, blob in places:
        found = evidence.mentions[name]
        inside = set(unpack_numbers(blob)[0])
        for index, start in enumerate(found.starts):
            if start in inside:
                found.cues[index] |= _IN
    for table, rows in claims.items():
        into = getattr(evidence, CLAIM_TABLES[table])
        into.extend(
            Claim(at, name, kind, text, Span(start, end)) for at, name, kind, text, start, end in rows
        )
    return evidence


@dataclass(frozen=True, slots=True)
class PackedStory:
    """A story index as it is stored, without book ids: rows by table, blobs by kind, rows of digests."""

    tables: dict[str, list[Row]]
    blobs: dict[str, bytes]
    digests: list[Row]


def pack_digest(digest: SectionDigest) -> Row:
    """Return the row of a digest, without its book id."""
    return {
        "section": digest.section,
        "writer": digest.writer,
        "start": digest.span.start,
        "end": digest.span.end,
        "reveal": digest.span.end,
        "text": digest.text,
        "evidence": pack_numbers([offset for span in digest.evidence for offset in (span.start, span.end)]),
    }


def unpack_digest(
    section: int, writer: str, start: int, end: int, text: str, evidence: bytes
) -> SectionDigest:
    """Return the digest that a row holds."""
    offsets = unpack_numbers(evidence)[0]
    spans = tuple(Span(a, b) for a, b in zip(offsets[::2], offsets[1::2], strict=True))
    return SectionDigest(section, Span(start, end), text, spans, writer)


def pack_lowercase(lowercase: Mapping[str, Sequence[int]]) -> bytes:
    """Return the first places of words in small letters as one blob."""
    return _pack_lists(list(lowercase), list(lowercase.values()))


def unpack_lowercase(blob: bytes) -> dict[str, array[int]]:
    """Return what `pack_lowercase` packed."""
    words, places = _unpack_lists(blob)
    return dict(zip(words, places, strict=True))


def pack_vocabulary(vocabulary: Vocabulary) -> bytes:
    """Return the words of all sections as one blob."""
    return _pack_lists(list(vocabulary.numbers), vocabulary.sections)


def unpack_vocabulary(blob: bytes) -> Vocabulary:
    """Return what `pack_vocabulary` packed."""
    words, sections = _unpack_lists(blob)
    numbers = {word: number for number, word in enumerate(words)}
    return Vocabulary(numbers, [np.array(section, dtype=np.uint32) for section in sections])


def pack_json(value: object) -> bytes:
    """Return a plain value as a blob."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _pack_lists(words: Sequence[str], lists: Sequence[Sequence[int] | np.ndarray]) -> bytes:
    text = "\n".join(words).encode()
    sizes = np.array([len(one) for one in lists], dtype="<i4")
    parts = [np.diff(np.asarray(one, dtype=np.int64), prepend=0).astype("<i4") for one in lists]
    numbers = np.concatenate(parts).tobytes() if parts else b""
    header = np.array([len(text), len(lists)], dtype="<i4").tobytes()
    return zlib.compress(header + text + sizes.tobytes() + numbers, 6)


def _unpack_lists(blob: bytes) -> tuple[list[str], list[array[int]]]:
    data = zlib.decompress(blob)
    text_size, count = np.frombuffer(data, dtype="<i4", count=2).tolist()
    text = data[8 : 8 + text_size].decode()
    sizes = np.frombuffer(data, dtype="<i4", count=count, offset=8 + text_size)
    numbers = np.frombuffer(data, dtype="<i4", offset=8 + text_size + 4 * count)
    # One running sum over all lists, less what stood before each: a loop over lists alone.
    sums = np.cumsum(numbers, dtype=np.int64)
    ends = np.cumsum(sizes)
    found: list[array[int]] = []
    start, base = 0, 0
    for end in ends.tolist():
        found.append(array("l", (sums[start:end] - base).tolist()))
        start, base = end, int(sums[end - 1]) if end else 0
    return text.split("\n") if text else [], found
