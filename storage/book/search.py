"""The search index of a whole book, its cut at a horizon, and the one way to ask it.

`SearchIndex` is private to storage/book. `SearchPrefix`, what a cut returns, holds nothing of what lies
past the horizon: rows of complete blocks are kept as views, the block that the horizon crosses is derived
again from its cut text, and every statistic is taken over the rows that are there. So a search of a book
cut in memory gives the hits, the order and the scores of a search of a file cut at the same place.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, overload

import numpy as np
import numpy.typing as npt

from storage.book.embedding import Embedder
from storage.book.lexical import Analyzer, LexicalIndex, LexicalPrefix, QueryTerm
from storage.book.passages import Ints, Tiling, first_open, pieces_of, tile
from storage.book.ranking import PASSAGES, WINDOWS, Floats, Scorer, of_maximum, of_range
from storage.errors import ModelUnavailable, StorageUnavailable
from storage.values import Span

DENSE_WEIGHT = 0.3
"""What nearness of meaning counts beside shared words: the optimum is flat from 0.2 to 0.4."""

PASSAGE_WEIGHT = 2 / 3
"""Of the score by words: what the whole passage counts beside its best window."""

JOIN_SHARE = 0.83
"""Two passages that touch are one find when the weaker scores at least this share of the stronger."""

JOINED_WORDS = 360
"""How long a find of several passages may be."""

_MAGIC = b"dogear-search\n"
_POINTS = 100_000  # in which scores are told; far coarser than the last bits in which two machines may differ


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage, or some that touch, that was found. `score` is that of the best of them.

    Scores are between 0 and 1, and comparable within one search only.
    """

    span: Span
    score: float


@dataclass(slots=True)
class _Run:
    """Passages that touch, from the number `first` to `last`; `points` are those of the best."""

    first: int
    last: int
    words: float
    points: int


class Tiles(Sequence[Span]):
    """Spans that tile `[0, end)`, kept as their starts."""

    def __init__(self, starts: Ints, end: int) -> None:
        """Take the ascending `starts`, the first of which is 0 unless there is none."""
        self._edges = np.append(starts, end)

    @property
    def edges(self) -> npt.NDArray[np.integer[Any]]:
        """Return where they start, ascending, and where the last one ends."""
        return self._edges

    def __len__(self) -> int:
        return len(self._edges) - 1

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> list[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | list[Span]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        index %= len(self)
        return Span(int(self._edges[index]), int(self._edges[index + 1]))

    def __iter__(self) -> Iterator[Span]:
        edges = self._edges.tolist()
        return map(Span, edges[:-1], edges[1:])


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """Everything a search of one book needs, but for the text and the vectors.

    `passages` and `windows` are starts, ascending; `marks` tells which passages begin a block;
    `first_window` is the number of each passage's first window; `sections` are starts.
    """

    VERSION: ClassVar[int] = 2
    """The version of the rules and the layout; a blob of another one is built again."""

    language: str
    end: int
    sections: Ints
    passages: Ints
    marks: npt.NDArray[np.bool_]
    windows: Ints
    first_window: Ints
    words: LexicalIndex

    @classmethod
    def build(
        cls, text: str, sections: Sequence[Span], language: str, tiling: Tiling | None = None
    ) -> SearchIndex:
        """Index a whole reading text; CPU work, about half a second a million characters.

        `tiling` is what `tile` gives of the same text and sections, for who has it already.
        """
        rows = tile(text, sections) if tiling is None else tiling
        return cls(
            language,
            len(text),
            np.array(sorted({section.start for section in sections}), np.int32),
            rows.passages,
            rows.marks,
            rows.windows,
            rows.first_window,
            LexicalIndex.build(Analyzer(language), pieces_of(text, rows.windows)),
        )

    @property
    def window_count(self) -> int:
        """Return how many windows there are, which is how many rows the book's vectors have."""
        return len(self.windows)

    def window_texts(self, text: str) -> list[str]:
        """Return the texts that are embedded, in reading order: one a row of the book's vectors."""
        return pieces_of(text[: self.end], self.windows)

    def cut(self, text_prefix: str, end: int, vectors: npt.NDArray[np.float32] | None) -> SearchPrefix:
        """Return the index of `text_prefix`, which is the text up to `end`.

        `vectors` has a row a window of the whole book; the result keeps a view of the first ones.
        """
        if end < 0 or len(text_prefix) != end:
            raise ValueError("the prefix does not end at the horizon")
        open_passage = first_open(self.passages, self.marks, end) if end else 0
        start = int(self.passages[open_passage]) if len(self.passages) else 0
        kept = int(self.first_window[open_passage]) if len(self.passages) else 0
        sections = [Span(s, s) for s in self.sections[: np.searchsorted(self.sections, end)].tolist()]
        tail = tile(text_prefix, sections, start)
        tail_texts = pieces_of(text_prefix, tail.windows)
        analyzer = Analyzer(self.language)
        return SearchPrefix(
            analyzer,
            Tiles(np.concatenate([self.passages[:open_passage], tail.passages]), end),
            self.sections,
            np.concatenate([self.first_window[:open_passage], tail.first_window + kept]).astype(np.int32),
            self.words.cut(kept, [analyzer.keys(row) for row in tail_texts]),
            None if vectors is None else vectors[:kept],
            tail_texts,
        )

    def to_bytes(self) -> bytes:
        """Return the index as one blob: a line of JSON, then the bare arrays."""
        arrays = self._arrays()
        head = {
            "version": self.VERSION,
            "language": self.language,
            "end": self.end,
            "arrays": [[name, array.dtype.str, len(array)] for name, array in arrays.items()],
        }
        line = json.dumps(head).encode() + b"\n"
        # Arrays begin at a multiple of eight, so that reading them copies nothing.
        line = line[:-1] + b" " * (-(len(_MAGIC) + len(line)) % 8) + b"\n"
        return b"".join([_MAGIC, line, *(_padded(array.tobytes()) for array in arrays.values())])

    @classmethod
    def from_bytes(cls, data: bytes) -> SearchIndex:
        """Read what `to_bytes` made.

        Raises `StorageUnavailable` when the blob is damaged or of another version: build it again.
        """
        try:
            if not data.startswith(_MAGIC):
                raise ValueError("not a search index")
            at = data.index(b"\n", len(_MAGIC)) + 1
            head = json.loads(data[len(_MAGIC) : at])
            if head["version"] != cls.VERSION:
                raise ValueError("another version")
            arrays = {}
            for name, dtype, length in head["arrays"]:
                arrays[name] = np.frombuffer(data, np.dtype(dtype), length, at)
                at += len(arrays[name].tobytes()) + (-arrays[name].nbytes % 8)
            return cls._of(head["language"], head["end"], arrays)
        except (ValueError, KeyError, TypeError) as error:
            raise StorageUnavailable("search index: damaged or of another version") from error

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        words = self.words
        return {
            "keys": words.keys, "offsets": words.offsets, "rows": words.rows, "counts": words.counts,
            "lengths": words.lengths, "sections": self.sections, "passages": self.passages,
            "windows": self.windows, "first_window": self.first_window, "marks": self.marks,
        }  # fmt: skip

    @classmethod
    def _of(cls, language: str, end: int, arrays: dict[str, npt.NDArray[Any]]) -> SearchIndex:
        a = arrays
        words = LexicalIndex(a["keys"], a["offsets"], a["rows"], a["counts"], a["lengths"])
        return cls(
            language,
            end,
            a["sections"],
            a["passages"],
            a["marks"],
            a["windows"],
            a["first_window"],
            words,
        )


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 8)


class SearchPrefix:
    """What may be searched up to a horizon. `passages` tile `[0, end)`."""

    def __init__(
        self,
        analyzer: Analyzer,
        passages: Tiles,
        sections: Ints,
        first_window: Ints,
        words: LexicalPrefix,
        vectors: npt.NDArray[np.float32] | None,
        tail: list[str],
    ) -> None:
        """Take rows cut at one horizon; `tail` are the texts of the windows after those of `vectors`."""
        self.passages: Sequence[Span] = passages
        self._edges = passages.edges.tolist()
        self._opens_section = np.isin(passages.edges[:-1], sections).tolist()
        self._analyzer = analyzer
        self._first_window = first_window
        self._words = words
        self._vectors = vectors
        self._tail = tail
        self._tail_vectors: npt.NDArray[np.float32] | None = None
        rows = len(words.lengths)
        self._passage_of = np.repeat(np.arange(len(passages)), np.diff(np.append(first_window, rows)))
        passage_words = np.bincount(self._passage_of, words.lengths, len(passages)).astype(np.float32)
        self._score_windows = Scorer(words.lengths, WINDOWS)
        self._score_passages = Scorer(passage_words, PASSAGES)
        self._passage_words: list[float] = passage_words.tolist()

    def passage_at(self, offset: int) -> Span:
        """Return the passage that holds `offset`, or the first or the last one beside it."""
        return self.passages[max(0, bisect_right(self._edges, offset, 0, len(self.passages)) - 1)]

    async def search(
        self,
        query: str,
        limit: int,
        embedder: Embedder,
        within: Span | None = None,
        names: frozenset[str] = frozenset(),
    ) -> list[Hit]:
        """Return at most `limit` finds for a question, best first, ties in reading order.

        A find is a passage, or some that touch and fit about as well, which are told in one piece. A lower
        limit returns the first of what a higher one does.

        `within` keeps passages that overlap it; `names` are names of this prefix, which carry over the
        text around them. The embedder gets the query and texts of this prefix, nothing else.
        """
        if not len(self.passages) or not query.strip() or limit < 1:
            return []
        lexical = self._lexical(self._analyzer.query(query, names))
        try:
            dense = await self._dense(query, embedder)
        except ModelUnavailable:
            # The words alone still find; a service that is down must not take the book away.
            dense = None
        scores = lexical if dense is None else DENSE_WEIGHT * dense + (1 - DENSE_WEIGHT) * lexical
        return self._best(scores, limit, within)

    def _lexical(self, terms: Sequence[QueryTerm]) -> Floats:
        named = [term.key for term in terms if term.is_name]
        keys = [*named, *(term.key for term in terms if not term.is_name)]
        by_window, by_passage = self._words.counts(keys, self._passage_of, len(self.passages))
        names = len(named)
        best = np.maximum.reduceat(self._score_windows.score(by_window, names), self._first_window)
        whole = self._score_passages.score(by_passage, names)
        return of_maximum(PASSAGE_WEIGHT * of_maximum(whole) + (1 - PASSAGE_WEIGHT) * of_maximum(best))

    async def _dense(self, query: str, embedder: Embedder) -> Floats | None:
        if self._vectors is None or not embedder.dimensions:
            return None
        if self._tail_vectors is None:
            found = await embedder.embed([query, *self._tail])
            self._tail_vectors = found[1:]
        else:
            found = await embedder.embed([query])
        similarity = np.empty(len(self._words.lengths), np.float32)
        kept = len(self._vectors)
        # Row by row on this thread: a product by several threads waits for the slowest of them.
        np.vecdot(self._vectors, found[0], out=similarity[:kept])
        np.vecdot(self._tail_vectors, found[0], out=similarity[kept:])
        return of_range(np.maximum.reduceat(similarity, self._first_window))

    def _best(self, scores: Floats, limit: int, within: Span | None) -> list[Hit]:
        # Best first, ties in reading order: one number for both, as plain numbers sort the fastest.
        rows = len(scores)
        keys = np.rint(scores * np.float32(_POINTS)).astype(np.int64) * rows
        keys += np.arange(rows - 1, -1, -1)
        keys.sort()
        runs: list[_Run] = []
        run_of: dict[int, _Run] = {}
        least = 0.0
        for key in _descending(keys):
            score, from_end = divmod(key, rows)
            index = rows - 1 - from_end
            # Past the limit only what may still join one of those found is of interest.
            if score <= least:
                break
            if within is not None and not self.passages[index].overlaps(within):
                continue
            run = self._joined(index, score, run_of)
            if run is None:
                run = _Run(index, index, self._passage_words[index], score)
                runs.append(run)
                if len(runs) == limit:
                    least = JOIN_SHARE * score
            run_of[index] = run
        edges = self._edges
        return [Hit(Span(edges[r.first], edges[r.last + 1]), r.points / _POINTS) for r in runs[:limit]]

    def _joined(self, index: int, points: int, run_of: dict[int, _Run]) -> _Run | None:
        """Return the run that the passage now belongs to, if it touches one and may join it."""
        for beside, later in ((index - 1, index), (index + 1, index + 1)):
            run = run_of.get(beside)
            if run is None or points < JOIN_SHARE * run.points or self._opens_section[later]:
                continue
            words = run.words + self._passage_words[index]
            if words <= JOINED_WORDS:
                run.first, run.last = min(run.first, index), max(run.last, index)
                run.words = words
                return run
        return None


def _descending(keys: npt.NDArray[np.int64]) -> Iterator[int]:
    """Give ascending `keys` from the end, some at a time: the first few are all that most searches want."""
    for end in range(len(keys), 0, -64):
        yield from keys[max(0, end - 64) : end][::-1].tolist()


def pack_search(text: str, sections: Sequence[Span], language: str, tiling: Tiling) -> bytes:
    """Return the search index of a whole text as a blob, which is quicker to hand over than its arrays."""
    return SearchIndex.build(text, sections, language, tiling).to_bytes()
