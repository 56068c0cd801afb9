"""A text as its stream of letters: what is left when only the letters and digits count. Pure.

Case, accents, ligatures, quotes, dashes, ellipses, line breaks and hyphenation vanish in the stream, so
two copies of a line that differ in nothing else have equal streams. Each letter knows its offset.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

GRAM_LETTERS = 7
"""Letters in a gram: long enough to be rare, short enough to fit between two typing errors."""

_SPELT_OUT = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_FIRST_IDEOGRAPH = 0x2E80
_HASH_BASE = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Letters:
    """The folded letters of a text, and the offset in the text of each (code points).

    `begins` holds a 1 for each letter that begins a word (any letter of a script without spaces).
    """

    stream: str
    offsets: npt.NDArray[np.int32]
    begins: bytes

    def begins_word(self, letter: int) -> bool:
        """Tell whether a word begins at `letter`."""
        return letter >= len(self.begins) or self.begins[letter] == 1

    def ends_word(self, letter: int) -> bool:
        """Tell whether a word ends after `letter`."""
        return self.begins_word(letter + 1)


@dataclass(frozen=True, slots=True)
class Grams:
    """Where each run of `GRAM_LETTERS` letters that begins a word stands in a stream, sorted by hash."""

    hashes: npt.NDArray[np.uint64]
    places: npt.NDArray[np.int32]


def read_letters(text: str) -> Letters:
    """Return the letters of `text`."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if not len(codes):
        return Letters("", np.zeros(0, dtype=np.int32), b"")
    # Each distinct character is folded once; the rest is table look-up.
    present = np.flatnonzero(np.bincount(codes))
    folded = [_fold(chr(code)) for code in present]
    lengths = np.zeros(int(present[-1]) + 1, dtype=np.int64)
    lengths[present] = [len(f) for f in folded]
    counts = lengths[codes]
    ends = np.cumsum(counts)
    stream = np.zeros(int(ends[-1]), dtype="<u4")
    for depth in range(int(counts.max(initial=0))):
        table = np.zeros(len(lengths), dtype=np.uint32)
        table[present] = [ord(f[depth]) if len(f) > depth else 0 for f in folded]
        long_enough = np.flatnonzero(counts > depth)
        stream[(ends - counts)[long_enough] + depth] = table[codes[long_enough]]
    offsets = np.repeat(np.arange(len(codes), dtype=np.int32), counts)
    begins = np.ones(len(offsets), dtype=np.uint8)
    begins[1:] = (np.diff(offsets) > 1) | (stream[1:] >= _FIRST_IDEOGRAPH)
    return Letters(stream.tobytes().decode("utf-32-le"), offsets, begins.tobytes())


def fold_letters(line: str) -> str:
    """Return the letters of a short text, without offsets."""
    return "".join(map(_fold, line))


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character).casefold()
    return "".join(_SPELT_OUT.get(part, part) for part in parts if part.isalnum())


def build_grams(letters: Letters) -> Grams:
    """Return the grams at the word starts of `letters`; at every letter of scripts without spaces."""
    hashes = gram_hashes(letters.stream)
    begins = np.frombuffer(letters.begins, dtype=np.uint8)[: len(hashes)]
    places = np.flatnonzero(begins).astype(np.int32)
    order = np.argsort(hashes[places], kind="stable")
    return Grams(hashes[places][order], places[order])


def gram_hashes(stream: str) -> npt.NDArray[np.uint64]:
    """Return the hash of the gram at each letter of `stream` where a whole one begins."""
    codes = np.frombuffer(stream.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    count = max(0, len(codes) - GRAM_LETTERS + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for depth in range(GRAM_LETTERS):
        hashes = hashes * _HASH_BASE + codes[depth : depth + count]
    return hashes
