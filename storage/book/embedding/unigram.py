"""Cutting single words into the pieces of a sentencepiece unigram vocabulary. Pure but for one file read.

The package that ships the vocabulary has a tokenizer for whole texts, which takes seconds to set up; for
words a plain dictionary does, and gives the same pieces.
"""

from __future__ import annotations

import math
import struct
import unicodedata
from pathlib import Path

BEGIN, END = 1, 2
"""The pieces that mark the ends of what the encoder is given."""

_UNKNOWN = 0
_SPACE = "▁"  # stands before the first piece of a word
_ENTRY = 0x0A  # protobuf: field 1, of a length that follows
_FLOAT = struct.Struct("<f")


class Unigram:
    """A vocabulary of pieces with their log probabilities (Kudo 2018)."""

    def __init__(self, pieces: dict[str, int], scores: list[float]) -> None:
        """Take the number of each piece, and the score of each number."""
        self._pieces = pieces
        self._scores = scores
        self._longest = max(map(len, pieces))
        self._unknown_score = min(scores) - 10.0

    @classmethod
    def read(cls, path: Path) -> Unigram:
        """Read the pieces of a sentencepiece model; they are the first field of the file, one by one."""
        data = path.read_bytes()
        pieces: dict[str, int] = {}
        scores: list[float] = []
        at = 0
        # An entry is (tag, length, (tag, length, piece), (tag, score), ...), no piece near 128 bytes.
        while at < len(data) and data[at] == _ENTRY and data[at + 1] < 0x80:
            past = at + 4 + data[at + 3]
            pieces[data[at + 4 : past].decode()] = len(scores)
            scores.append(_FLOAT.unpack_from(data, past + 1)[0])
            at += 2 + data[at + 1]
        return cls(pieces, scores)

    def cut(self, word: str) -> tuple[list[int], float]:
        """Return the most likely pieces of a word, and their log probability."""
        text = _SPACE + unicodedata.normalize("NFKC", word)
        best = [0.0] + [-math.inf] * len(text)
        back = [(0, _UNKNOWN)] * (len(text) + 1)
        for begin in range(len(text)):
            so_far = best[begin]
            for end in range(begin + 1, min(len(text), begin + self._longest) + 1):
                piece = self._pieces.get(text[begin:end])
                if piece is not None:
                    score = so_far + self._scores[piece]
                elif end == begin + 1:
                    piece, score = _UNKNOWN, so_far + self._unknown_score
                else:
                    continue
                if score > best[end]:
                    best[end] = score
                    back[end] = (begin, piece)
        found: list[int] = []
        at = len(text)
        while at:
            at, piece = back[at]
            found.append(piece)
        return found[::-1], best[-1]
