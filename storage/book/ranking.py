"""What makes a passage a good answer to a question: the lexical score. Pure numpy; no I/O.

BM25 (Robertson and Zaragoza 2009) with additions that are all about how stories are told:

- A row counts its neighbours' words for a part, as if they were another field of it: what a question asks
  about is set up in one paragraph and told in the next.
- Every word echoes: a row also counts, faintly, that the word stands somewhere near, fading with distance.
- A name carries, which is an echo at full strength. Once somebody is named, narration goes on with "he" and
  "she", so a name stands for the rows around it too, and how often it is repeated says nothing.

The constants were chosen on development stories, where the optimum is flat, and are not meant to be tuned
to a book; docs/decisions/search.md has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
"""Scores and counts: digits to spare for an order, and half the memory to pass through."""

K1 = 1.2
B = 0.75


ECHO = 0.12
"""What a word that is not a name counts where it echoes."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far words reach from the row they stand in: a share to each neighbour, and how they fade.

    `name` and `word` are the factors by which a name and any other word fade a row; `doublings` tells how
    far they are followed: over less than 2 ** doublings rows to both sides.
    """

    neighbour: float
    name: float
    word: float
    doublings: int


PASSAGES = Reach(neighbour=0.3, name=0.75, word=0.7, doublings=4)
WINDOWS = Reach(neighbour=0.4, name=0.89, word=0.84, doublings=5)
"""The same distances in words: a passage holds two or three windows."""


class Scorer:
    """Scores rows of given lengths (in words); what depends on the lengths alone is worked out once."""

    def __init__(self, lengths: Floats, reach: Reach) -> None:
        """Take the lengths of all rows there are: statistics are those of these rows and no others."""
        self._reach = reach
        around = _with_neighbours(lengths, reach.neighbour)
        mean = float(around.mean(dtype=np.float64)) if len(around) else 1.0
        self._norm = (K1 * (1 - B) + around * (K1 * B / max(mean, 1.0))).astype(np.float32)

    def score(self, counts: Floats, names: int) -> Floats:
        """Return the score of every row.

        `counts` tells, a line a term of the question, how often each row holds it; the first `names` of
        the terms are names.
        """
        terms, rows = counts.shape
        if not terms or not rows:
            return np.zeros(rows, np.float32)
        held = np.minimum(counts, 1)
        holding = held.sum(axis=1)
        weights = np.log1p((rows - holding + 0.5) / (holding + 0.5))
        reach = self._reach
        seen = _with_neighbours(counts, reach.neighbour)
        if names < terms:
            near = _faded(held[names:], reach.word, reach.doublings)
            # Its own row counts in full already: a word echoes into the others only.
            near -= held[names:]
            near *= ECHO
            seen[names:] += near
        if names:
            seen[:names] = _faded(held[:names], reach.name, reach.doublings)
        parts = seen + self._norm
        np.divide(seen, parts, out=parts)
        # Line after line: a product of matrices may add up in another order where there are more rows.
        parts *= weights[:, None]
        scores: Floats = parts.sum(axis=0)
        return scores


def _faded(held: Floats, fading: float, doublings: int) -> Floats:
    """Return each row with what the rows on both sides hold, fading by the factor `fading` a row.

    A sum over the rows before is doubled: over 1, 2, 4, ... rows, a step each. The lines lie end to end
    with gaps that a sum cannot cross, each once as it is and once backwards, so a step is one pass.
    """
    lines, rows = held.shape
    wide = np.zeros((2 * lines, rows + (1 << doublings)), np.float32)
    wide[:lines, :rows] = held
    wide[lines:, :rows] = held[:, ::-1]
    flat = wide.ravel()
    part = np.empty_like(flat)
    for doubling in range(doublings):
        step = 1 << doubling
        np.multiply(flat[:-step], np.float32(fading**step), out=part[step:])
        flat[step:] += part[step:]
    both: Floats = wide[:lines, :rows] + wide[lines:, :rows][:, ::-1]
    both -= held
    return both


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
