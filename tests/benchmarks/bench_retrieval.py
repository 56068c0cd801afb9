"""How well and how fast search finds, beside SQLite's FTS5 and a bare numpy product in the same run.

Books and questions come from the shared data folder; without it only the speeds on an invented book are
measured, and the figures say so. A hit on the stories is a passage that lies in a labelled section with
at least three tenths of itself; on the novels, one that covers half of the answering paragraph or has
half of itself in it. The longer a passage, the likelier that is, so beside the novels stands BM25 over
windows of 200 words, and over windows just as long as what we return is on average.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from storage.book.embedding import Embedder, NoEmbedder, build_embedder
from storage.book.embedding.minilm import MiniLmEmbedder
from storage.book.lexical import Analyzer
from storage.book.search import Hit, SearchIndex, SearchPrefix
from storage.book.stopwords import stop_words
from storage.book.text import words
from storage.config import EmbedderConfig
from storage.values import Span
from tests.benchmarks.plain_bm25 import PlainBm25
from tests.benchmarks.retrieval_books import GoldBook, Question, novels, story_books

NEAR_CHARS = 600
BOUNDED_QUESTIONS = 10_000
PLAIN_WORDS = 200
SEED = 20


def run(shared: Path) -> dict[str, object]:
    """Return the figures; those of books are missing when the shared folder is."""
    return asyncio.run(_run(shared))


async def _run(shared: Path) -> dict[str, object]:
    figures: dict[str, object] = {"speed": await _speeds()}
    data = shared / "data"
    if not (data / "qa").is_dir():
        return figures | {"books": f"absent: no {data / 'qa'}"}
    stories, full = story_books(data), novels(data)
    figures["fts5 on stories"] = fts5 = _fts5(stories)
    figures[f"bm25, windows of {PLAIN_WORDS} words, on novels"] = _plain(full, PLAIN_WORDS)
    folder = shared / "models" / "all-MiniLM-L6-v2"
    configs = [EmbedderConfig(kind="none"), EmbedderConfig(kind="static")]
    if folder.is_dir():
        configs.append(EmbedderConfig(kind="minilm", folder=folder))
    else:
        figures["minilm"] = f"absent: no {folder}"
    for config in configs:
        async with build_embedder(config) as embedder:
            memory = Remembering(embedder)
            found = await _stories(stories, memory)
            ratios = {
                f"{name} beside fts5": found[name] / fts5[name]
                for name in ("bounded MRR", "bounded MRR, low overlap")
            }
            on_novels = await _novels(full, memory)
            figures[config.kind] = {
                "stories": found | ratios,
                "novels": on_novels,
                "ingest words/s": memory.words / memory.seconds if memory.seconds else "",
            }
            if isinstance(embedder, MiniLmEmbedder):
                figures["minilm query beside the bare call"] = await _query_beside_bare(embedder, stories)
            if config.kind == "static":
                size = round(on_novels["words of a find"])
                figures[f"bm25, windows of {size} words, on novels"] = _plain(full, size)
                figures["passages past the horizon"] = await _past_the_horizon(stories + full, memory)
    return figures


# ---- quality --------------------------------------------------------------------------------


class Remembering:
    """An embedder that remembers texts, so that a book is embedded once; counts what the rest costs."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}
        self.name = embedder.name
        self.dimensions = embedder.dimensions
        self.words = 0
        self.seconds = 0.0

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            started = time.perf_counter()
            rows = await self._embedder.embed(new)
            if len(new) > 100:
                self.seconds += time.perf_counter() - started
                self.words += sum(text.count(" ") + 1 for text in new)
            self._known.update(zip(new, rows, strict=True))
        return np.stack([self._known[text] for text in texts])


class Searched:
    """A book under search: its index and vectors, cut where it is asked."""

    def __init__(self, book: GoldBook, index: SearchIndex, vectors: np.ndarray | None) -> None:
        self._book, self._index, self._vectors = book, index, vectors
        self._cuts: dict[int, SearchPrefix] = {}

    @classmethod
    async def of(cls, book: GoldBook, embedder: Embedder) -> Searched:
        index = SearchIndex.build(book.text, book.sections, "en")
        if not embedder.dimensions:
            return cls(book, index, None)
        return cls(book, index, await embedder.embed(index.window_texts(book.text)))

    def cut(self, end: int) -> SearchPrefix:
        if end not in self._cuts:
            self._cuts[end] = self._index.cut(self._book.text[:end], end, self._vectors)
        return self._cuts[end]


def _in_section(hit: Hit, gold: Span) -> bool:
    return _shared(hit.span, gold) >= 0.3 * len(hit.span)


def _on_paragraph(hit: Hit, gold: Span) -> bool:
    both = _shared(hit.span, gold)
    return both > 0 and (both >= 0.5 * len(gold) or both >= 0.5 * len(hit.span))


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _rank(hits: Sequence[Hit], question: Question, right: Callable[[Hit, Span], bool]) -> int:
    """Return the rank of the first right hit, 0 when there is none."""
    return next((n for n, hit in enumerate(hits, 1) if any(right(hit, gold) for gold in question.gold)), 0)


def _mrr(ranks: Sequence[int]) -> float:
    return statistics.fmean(1 / rank if rank else 0.0 for rank in ranks)


def _at(ranks: Sequence[int], k: int) -> float:
    return statistics.fmean(0 < rank <= k for rank in ranks)


async def _stories(books: Sequence[GoldBook], embedder: Embedder) -> dict[str, float]:
    ranks: list[int] = []
    low: list[int] = []
    first: list[int] = []
    for book in books:
        searched = await Searched.of(book, embedder)
        few = _low_overlap(book)
        for number, question in enumerate(book.questions):
            prefix = searched.cut(question.bound)
            ranks.append(_rank(await prefix.search(question.text, 100, embedder), question, _in_section))
            if number in few:
                low.append(ranks[-1])
            inside = Span(question.story.start, question.bound)
            hits = await prefix.search(question.text, 1, embedder, within=inside)
            first.append(_rank(hits, question, _in_section))
    return {
        "questions": len(ranks),
        "bounded MRR": _mrr(ranks),
        "bounded hit@1": _at(ranks, 1),
        "bounded hit@5": _at(ranks, 5),
        "bounded MRR, low overlap": _mrr(low),
        "within one story hit@1": _at(first, 1),
    }


def _low_overlap(book: GoldBook) -> set[int]:
    """Return the questions with at most half of their content stems in a labelled section."""
    analyzer = Analyzer("en")
    few = set()
    for number, question in enumerate(book.questions):
        stems = {term.key for term in analyzer.query(question.text, frozenset())}
        shares = (
            len(stems.intersection(analyzer.keys(book.text[gold.start : gold.end]))) for gold in question.gold
        )
        if max(shares, default=0) <= len(stems) / 2:
            few.add(number)
    return few


async def _novels(books: Sequence[GoldBook], embedder: Embedder) -> dict[str, float]:
    found = []
    for book in books:
        searched = await Searched.of(book, embedder)
        for question in book.questions:
            hits = await searched.cut(question.bound).search(question.text, 100, embedder)
            found.append((book, question, hits))
    return _found_in_novels(found)


def _plain(books: Sequence[GoldBook], size: int) -> dict[str, float]:
    """Plain BM25 over windows of `size` words, scored by the same rule."""
    found = []
    for book in books:
        plain = PlainBm25(book.text, size)
        found += [
            (book, question, [Hit(span, 0) for span in plain.search(question.text, 100)])
            for question in book.questions
        ]
    return _found_in_novels(found)


def _found_in_novels(found: Sequence[tuple[GoldBook, Question, Sequence[Hit]]]) -> dict[str, float]:
    ranks = []
    near = []
    lengths = []
    of_book: dict[str, list[float]] = {}
    for book, question, hits in found:
        rank = _rank(hits, question, _on_paragraph)
        ranks.append(rank)
        of_book.setdefault(book.name, []).append(1 / rank if rank else 0.0)
        (gold,) = question.gold
        wide = Span(gold.start - NEAR_CHARS, gold.end + NEAR_CHARS)
        near.append(any(hit.span.overlaps(wide) for hit in hits[:5]))
        lengths += [len(book.text[hit.span.start : hit.span.end].split()) for hit in hits[:5]]
    return {
        "questions": len(ranks),
        "MRR": _mrr(ranks),
        "MRR, mean of books": statistics.fmean(map(statistics.fmean, of_book.values())),
        "hit@1": _at(ranks, 1),
        "hit@5": _at(ranks, 5),
        "near@5": statistics.fmean(near),
        "words of a find": statistics.fmean(lengths),
    }


def _fts5(books: Sequence[GoldBook]) -> dict[str, float]:
    """SQLite's own ranking over the labelled sections up to the bound: porter, stop words cut."""
    ranks: list[int] = []
    low: list[int] = []
    first: list[int] = []
    stops = stop_words("en")
    for book in books:
        few = _low_overlap(book)
        tables: dict[tuple[int, int], tuple[sqlite3.Connection, list[Span]]] = {}
        for number, question in enumerate(book.questions):
            asked = [word.lower() for word in words(question.text.replace("’", "'").replace("-", " "))]
            asked = [word.split("'")[0] for word in asked]
            asked = [word for word in asked if word not in stops] or asked
            found = []
            for start in (0, question.story.start):
                key = (start, question.bound)
                if key not in tables:
                    units = [u for u in book.units if start <= u.start and u.end <= question.bound]
                    tables[key] = (_fts5_table(book.text, units), units)
                found.append(_fts5_rank(*tables[key], asked, question))
            ranks.append(found[0])
            first.append(found[1])
            if number in few:
                low.append(found[0])
    return {
        "bounded MRR": _mrr(ranks),
        "bounded hit@1": _at(ranks, 1),
        "bounded hit@5": _at(ranks, 5),
        "bounded MRR, low overlap": _mrr(low),
        "within one story hit@1": _at(first, 1),
    }


def _fts5_table(text: str, units: Sequence[Span]) -> sqlite3.Connection:
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE unit USING fts5(body, tokenize = 'porter unicode61')")
    rows = [(number, text[unit.start : unit.end]) for number, unit in enumerate(units, 1)]
    table.executemany("INSERT INTO unit (rowid, body) VALUES (?, ?)", rows)
    return table


_FTS5_QUERY = "SELECT rowid FROM unit WHERE unit MATCH ? ORDER BY rank LIMIT 100"


def _fts5_rank(table: sqlite3.Connection, units: list[Span], asked: list[str], question: Question) -> int:
    match = " OR ".join(f'"{word}"' for word in asked)
    for rank, (row,) in enumerate(table.execute(_FTS5_QUERY, (match,)), 1):
        if units[row - 1] in question.gold:
            return rank
    return 0


async def _past_the_horizon(books: Sequence[GoldBook], embedder: Embedder) -> dict[str, int]:
    """Ask random questions at random places; count passages that end past the place. It must be 0."""
    chance = random.Random(SEED)
    questions = [question.text for book in books for question in book.questions]
    searched = [(book, await Searched.of(book, embedder)) for book in books]
    places, each = BOUNDED_QUESTIONS // 20, 20
    past = passages = 0
    for _ in range(places):
        book, cuts = chance.choice(searched)
        end = chance.randrange(1, len(book.text))
        prefix = cuts.cut(end)
        for _ in range(each):
            hits = await prefix.search(chance.choice(questions), 8, embedder)
            passages += len(hits)
            past += sum(hit.span.end > end for hit in hits)
        cuts._cuts.clear()
    return {"questions": places * each, "passages": passages, "past": past}


async def _query_beside_bare(embedder: MiniLmEmbedder, books: Sequence[GoldBook]) -> float:
    """Return the time of embedding a question beside that of tokenizer and session alone.

    It is the median over questions, each asked in both ways, one right after the other and in turn first:
    so what else the machine does weighs on both.
    """
    await embedder.embed(["first"])
    assert embedder._loaded is not None
    tokenizer, session = embedder._loaded

    async def ours(text: str) -> float:
        started = time.perf_counter()
        await embedder.embed([text])
        return time.perf_counter() - started

    async def bare(text: str) -> float:
        started = time.perf_counter()
        tokens = np.array([tokenizer.encode(text).ids], np.int64)
        ones, zeros = np.ones_like(tokens), np.zeros_like(tokens)
        session.run(None, {"input_ids": tokens, "attention_mask": ones, "token_type_ids": zeros})
        return time.perf_counter() - started

    ratios = []
    for number, question in enumerate(books[0].questions[:300]):
        if number % 2:
            one, other = await ours(question.text), await bare(question.text)
        else:
            other, one = await bare(question.text), await ours(question.text)
        ratios.append(one / other)
    return statistics.median(ratios)


# ---- speed ----------------------------------------------------------------------------------


class Ready:
    """An embedder whose answer is there already: what is timed is the search."""

    name = "ready"
    dimensions = 512

    def __init__(self) -> None:
        self._row = np.random.default_rng(SEED).standard_normal((1, self.dimensions)).astype(np.float32)

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.repeat(self._row, len(texts), axis=0)


def _invented(passages: int, seed: int) -> tuple[str, list[str]]:
    """Return a text of about that many passages and questions about it."""
    chance = random.Random(seed)
    vocabulary = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in ("a", "e", "i", "o") for c in "lmnrst"]
    vocabulary += [f"{one}{other}" for one in vocabulary[:60] for other in vocabulary[60:120]]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]

    def sentence() -> str:
        return " ".join(chance.choices(vocabulary, weights, k=15)).capitalize() + ". "

    text = "\n".join("".join(sentence() for _ in range(9)).strip() for _ in range(passages))
    return text, [" ".join(chance.choices(vocabulary[20:], weights[20:], k=5)) for _ in range(200)]


def _median_ms(times: Sequence[float]) -> float:
    return 1_000 * statistics.median(times)


async def _speeds() -> dict[str, object]:
    ready = Ready()
    text, questions = _invented(600, SEED)
    started = time.perf_counter()
    index = SearchIndex.build(text, [], "en")
    built = time.perf_counter() - started
    blob = index.to_bytes()
    vectors = np.random.default_rng(SEED).standard_normal((index.window_count, 512)).astype(np.float32)
    prefix = index.cut(text, len(text), vectors)
    hybrid = [seconds async for seconds in _timed(prefix, questions, ready)]
    words_only = [
        seconds async for seconds in _timed(index.cut(text, len(text), None), questions, NoEmbedder())
    ]
    row = (await ready.embed([""]))[0]
    bare = list(_times(lambda: np.vecdot(vectors, row), 200))
    units = list(prefix.passages)
    table = _fts5_table(text, units)
    fts5 = []
    for question in questions:
        match = " OR ".join(question.split())
        fts5.extend(_times(lambda m=match: table.execute(_FTS5_QUERY, (m,)).fetchall(), 1))
    end = len(text) // 2 + 7
    return {
        "passages": len(prefix.passages),
        "windows": index.window_count,
        "index words/s": (text.count(" ") + 1) / built,
        "index KB": len(blob) / 1_000,
        "load ms": _median_ms(list(_times(lambda: SearchIndex.from_bytes(blob), 20))),
        "cut ms": _median_ms(list(_times(lambda: index.cut(text[:end], end, vectors), 20))),
        "hybrid search without the embedding, ms p50": _median_ms(hybrid),
        "words alone, ms p50": _median_ms(words_only),
        "bare numpy product on one thread, ms p50": _median_ms(bare),
        "fts5 of the same passages, ms p50": _median_ms(fts5),
        "from 10 to 1,000 books, times": await _growth(),
    }


# A search keeps to its thread, so its processor time is what it takes where nothing else runs.
async def _timed(prefix: SearchPrefix, questions: Sequence[str], embedder: Embedder) -> AsyncIterator[float]:
    await prefix.search(questions[0], 8, embedder)
    for question in questions:
        started = time.thread_time()
        await prefix.search(question, 8, embedder)
        yield time.thread_time() - started


def _times(act: Callable[[], object], times: int) -> Iterator[float]:
    for _ in range(times):
        started = time.thread_time()
        act()
        yield time.thread_time() - started


async def _growth() -> float:
    """Return the median search in a library of 1,000 books beside that in one of 10, books in turn."""
    kinds = [_invented(60, seed) for seed in range(5)]
    indexes = [SearchIndex.build(text, [], "en").to_bytes() for text, _ in kinds]
    medians = []
    for books in (10, 1_000):
        library = []
        for number in range(books):
            text, _ = kinds[number % len(kinds)]
            library.append(
                SearchIndex.from_bytes(bytes(indexes[number % len(kinds)])).cut(text, len(text), None)
            )
        times: list[float] = []
        for number in range(2_000):
            _, questions = kinds[number % len(kinds)]
            asked = questions[number % len(questions)]
            started = time.thread_time()
            await library[number % books].search(asked, 8, NoEmbedder())
            times.append(time.thread_time() - started)
        medians.append(statistics.median(times[-1_000:]))
    return medians[1] / medians[0]


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[3] / "shared"
    print(json.dumps(run(where), indent=1))
