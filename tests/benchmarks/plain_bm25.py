"""BM25 over windows of so many words, without anything else: what search on novels is measured beside."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict

from storage.values import Span

K1 = 1.2
B = 0.75

_WORD = re.compile(r"[^\W_]+")
_WRITTEN = re.compile(r"\S+")


class PlainBm25:
    """One text cut into windows of `size` words, whatever it says there; words are taken as written."""

    def __init__(self, text: str, size: int) -> None:
        """Count the words of each window."""
        starts = [match.start() for match in _WRITTEN.finditer(text)][::size]
        self.windows = [Span(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
        self._rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = []
        for row, window in enumerate(self.windows):
            counts = Counter(_words(text[window.start : window.end]))
            lengths.append(sum(counts.values()))
            for word, count in counts.items():
                self._rows[word].append((row, count))
        mean = sum(lengths) / len(lengths)
        self._norms = [K1 * (1 - B + B * length / mean) for length in lengths]

    def search(self, question: str, limit: int) -> list[Span]:
        """Return the best windows, best first, ties in reading order."""
        scores: dict[int, float] = defaultdict(float)
        for word in sorted(set(_words(question))):
            rows = self._rows.get(word, [])
            weight = math.log1p((len(self.windows) - len(rows) + 0.5) / (len(rows) + 0.5))
            for row, count in rows:
                scores[row] += weight * count / (count + self._norms[row])
        best = sorted(scores, key=lambda row: (-scores[row], row))
        return [self.windows[row] for row in best[:limit]]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
