"""What makes a passage a good answer to a question: the lexical score. Pure numpy; no I/O.

BM25 (Robertson and Zaragoza 2009) with two additions, both about how stories are told:

- A row counts its neighbours' words for a part, as if they were another field of it: what a question asks
  about is set up in one paragraph and told in the next.
- A name carries. Once somebody is named, narration goes on with "he" and "she", so a name stands for the
  rows around it too, fading with distance, and how often it is repeated says nothing.

The constants were chosen once on half of the development stories, where the optimum is flat, and are not
meant to be tuned to a book; docs/decisions/search.md has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class Reach:
    """How far words reach from the row they stand in: a share to each neighbour, and a name's fading."""

    neighbour: float
    carry: Floats

    @classmethod
    def of(cls, neighbour: float, fading: float, rows: int) -> Reach:
        """Let a name fade by the factor `fading` a row, over `rows` rows to both sides."""
        return cls(neighbour, fading ** np.abs(np.arange(-rows, rows + 1)).astype(np.float64))


PASSAGES = Reach.of(neighbour=0.3, fading=0.75, rows=10)
WINDOWS = Reach.of(neighbour=0.4, fading=0.89, rows=24)
"""The same distances in words: a passage holds two or three windows."""


class Scorer:
    """Scores rows of given lengths (in words); what depends on the lengths alone is worked out once."""

    def __init__(self, lengths: Floats, reach: Reach) -> None:
        """Take the lengths of all rows there are: statistics are those of these rows and no others."""
        self._reach = reach
        around = _with_neighbours(lengths, reach.neighbour)
        mean = float(around.mean()) if len(around) else 1.0
        self._norm = K1 * (1 - B) + around * (K1 * B / max(mean, 1.0))

    def score(self, counts: Floats, names: Sequence[bool]) -> Floats:
        """Return the score of every row.

        `counts` tells, a line a term of the question, how often each row holds it; `names` which of the
        terms carry.
        """
        terms, rows = counts.shape
        if not terms or not rows:
            return np.zeros(rows)
        holding = np.count_nonzero(counts, axis=1)
        weights = np.log1p((rows - holding + 0.5) / (holding + 0.5))
        seen = _with_neighbours(counts, self._reach.neighbour)
        for line, is_name in enumerate(names):
            if is_name:
                carry = self._reach.carry
                side = len(carry) // 2
                seen[line] = np.convolve(np.minimum(counts[line], 1), carry)[side : side + rows]
        parts = seen + self._norm
        np.divide(seen, parts, out=parts)
        parts *= weights[:, None]
        scores: Floats = parts.sum(axis=0)
        return scores


def _with_neighbours(counts: Floats, share: float) -> Floats:
    summed = counts.copy()
    part = share * counts
    summed[..., 1:] += part[..., :-1]
    summed[..., :-1] += part[..., 1:]
    return summed


def of_maximum(scores: Floats) -> Floats:
    """Return scores divided by the highest of them; all zero when nothing scored."""
    high = float(scores.max(initial=0))
    return scores / high if high > 0 else scores


def of_range(scores: Floats) -> Floats:
    """Return scores laid from 0 (the lowest of them) to 1 (the highest)."""
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)
