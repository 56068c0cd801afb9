"""The words of a book as an index that can be cut. Pure; numpy and a stemmer, no I/O.

A row is a window; a passage is the sum of its windows. The index holds no statistics: how many rows hold
a term and how long rows are is counted over the prefix that is asked (ranking.py), for a term's rarity in
unread text would show in the order.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import Stemmer

from storage.book.irregular import base_form
from storage.book.passages import UNSPACED, Ints
from storage.book.ranking import Floats
from storage.book.stopwords import stop_words

Groups = npt.NDArray[np.intp]

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_RUN = re.compile(f"{UNSPACED.pattern}+")
_PLAIN_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile("['’]")

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One stem of a question as a key of the index; `is_name` when it is part of somebody's name."""

    key: int
    is_name: bool


class Analyzer:
    """Turns text of one language into the keys of the index: stems without case or accents."""

    def __init__(self, language: str) -> None:
        code = language.replace("_", "-").split("-")[0].lower()
        self._stops = stop_words(code)
        self._base = base_form if code == "en" else str
        self._stemmer = Stemmer.Stemmer(_STEMMERS[code]) if code in _STEMMERS else None
        self._capitals_are_common = code == "de"
        self._keys: dict[str, int] = {}
        self._names: frozenset[str] = frozenset()
        self._name_words: frozenset[str] = frozenset()

    def keys(self, text: str) -> list[int]:
        """Return the key of every word of `text`, in order."""
        return [self._key(word) for word in _words(text)]

    def query(self, text: str, names: frozenset[str]) -> list[QueryTerm]:
        """Return the terms of a question, each once; stop words only when there is nothing else.

        A word is part of a name when it is written with a capital inside the question, or when it is a
        word of `names`: with a capital, or in a question without any.
        """
        known = self._words_of(names)
        first, *rest = _PLAIN_WORD.findall(text) or [""]
        inside = {word.lower() for word in rest if word[0].isupper()}
        told = known & (inside | {first.lower()}) if inside else known
        named = told if self._capitals_are_common else told | inside
        words = _words(text)
        wanted = [word for word in words if word not in self._stops] or words
        terms = {self._key(word): word in named for word in wanted}
        return [QueryTerm(key, is_name) for key, is_name in terms.items()]

    def _words_of(self, names: frozenset[str]) -> frozenset[str]:
        if names is not self._names:  # the same set comes with every question of a reader at one place
            self._names = names
            self._name_words = frozenset(word for name in names for word in _words(name))
        return self._name_words

    def _key(self, word: str) -> int:
        key = self._keys.get(word)
        if key is None:
            word_form = self._base(word)
            stem = self._stemmer.stemWord(word_form) if self._stemmer else word_form
            key = self._keys[word] = _hash(_fold(stem))
        return key


def _words(text: str) -> list[str]:
    words: list[str] = []
    for word in _TOKEN.findall(text.lower()):
        if not word.isascii():
            if UNSPACED.search(word):
                words.extend(_bigrams(word))
                continue
            word = _whole(word) if "’" in word or "'" in word else word
        elif "'" in word:
            word = _whole(word)
        words.append(word)
    return words


def _whole(word: str) -> str:
    # l'homme, d'Artagnan, o'clock: what follows; Anna's, didn't, we'll: what precedes.
    first, last = _APOSTROPHE.split(word, maxsplit=1)
    return last if len(first) <= 2 < len(last) else first


def _bigrams(word: str) -> list[str]:
    # Nothing tells words apart in these scripts; pairs of letters find them well enough.
    found: list[str] = []
    at = 0
    for run in _RUN.finditer(word):
        if run.start() > at:
            found.append(word[at : run.start()])
        letters = run.group()
        found.extend(a + b for a, b in pairwise(letters)) if len(letters) > 1 else found.append(letters)
        at = run.end()
    if at < len(word):
        found.append(word[at:])
    return found


def _fold(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _hash(stem: str) -> int:
    return int.from_bytes(blake2b(stem.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """The postings of a whole book: for each key, in which rows it stands and how often.

    `keys` is sorted; the postings of `keys[i]` are `rows[offsets[i]:offsets[i + 1]]`, ascending, with
    `counts` beside them. `lengths` holds the words of each row.
    """

    keys: npt.NDArray[np.uint64]
    offsets: Ints
    rows: Ints
    counts: Ints
    lengths: Ints

    @classmethod
    def build(cls, analyzer: Analyzer, rows: Sequence[str]) -> LexicalIndex:
        """Index `rows`, the texts of the windows in reading order."""
        keys: list[int] = []
        lengths: list[int] = []
        for row in rows:
            found = analyzer.keys(row)
            keys += found
            lengths.append(len(found))
        every = np.array(keys, np.uint64)
        unique, which = np.unique(every, return_inverse=True)
        row_of = np.repeat(np.arange(len(rows), dtype=np.int64), lengths)
        pairs, counts = np.unique(which * max(1, len(rows)) + row_of, return_counts=True)
        terms, places = np.divmod(pairs, max(1, len(rows)))
        offsets = np.searchsorted(terms, np.arange(len(unique) + 1))
        return cls(
            unique,
            offsets.astype(np.int32),
            places.astype(np.int32),
            counts.astype(np.int32),
            np.array(lengths, np.int32),
        )

    def cut(self, kept: int, tail: Sequence[Sequence[int]]) -> LexicalPrefix:
        """Return the first `kept` rows, followed by the rows whose keys are given in `tail`."""
        tail_lengths = np.array([len(row) for row in tail], np.float32)
        lengths = np.concatenate([self.lengths[:kept].astype(np.float32), tail_lengths])
        extra: dict[int, list[tuple[int, int]]] = {}
        for number, row in enumerate(tail, kept):
            for key, count in Counter(row).items():
                extra.setdefault(key, []).append((number, count))
        return LexicalPrefix(self, kept, lengths, extra)


class LexicalPrefix:
    """The postings of a book up to a horizon."""

    def __init__(
        self, index: LexicalIndex, kept: int, lengths: Floats, extra: dict[int, list[tuple[int, int]]]
    ) -> None:
        """Take the first `kept` rows of `index`, the lengths of all rows, and the postings after them."""
        self._index = index
        self._kept = kept
        self._extra = extra
        self.lengths = lengths

    def counts(self, keys: Sequence[int], group_of: Groups, groups: int) -> tuple[Floats, Floats]:
        """Return how often each row, and each group of rows, holds each of `keys`: a line a key.

        `group_of` tells the group of every row, of which there are `groups`.
        """
        index = self._index
        by_row = np.zeros((len(keys), len(self.lengths)), np.float32)
        places = index.keys.searchsorted(np.array(keys, np.uint64)).tolist()
        # Where the groups of a line begin among those of all lines, and what is added to them.
        into: list[Groups] = [np.zeros(0, np.intp)]
        added: list[Ints] = [np.zeros(0, np.int32)]
        for line, (key, at) in enumerate(zip(keys, places, strict=True)):
            if at < len(index.keys) and int(index.keys[at]) == key:
                low, high = int(index.offsets[at]), int(index.offsets[at + 1])
                rows = index.rows[low:high]
                rows = rows[: int(rows.searchsorted(self._kept))]
                counts = index.counts[low : low + len(rows)]
                by_row[line, rows] = counts
                into.append(group_of[rows] + line * groups)
                added.append(counts)
            for row, count in self._extra.get(key, ()):
                by_row[line, row] = count
                into.append(group_of[row : row + 1] + line * groups)
                added.append(np.array([count], np.int32))
        by_group = np.bincount(np.concatenate(into), np.concatenate(added), len(keys) * groups)
        return by_row, by_group.astype(np.float32).reshape(len(keys), groups)
