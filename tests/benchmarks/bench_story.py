"""The story index on full novels and openings with human lists of people: found, told apart, in time.

Beside each figure of people stands the plain baseline: capitalised words counted, names of one surname
merged. `python -m tests.benchmarks.bench_story SHARED` prints the same as JSON.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from types import ModuleType
from typing import Any

from storage.story.facts import PersonCard
from storage.story.index import StoryIndex
from storage.values import Span
from tests.benchmarks.story_books import Book, litbank, novels, pdnc

Prediction = dict[str, Any]
Figures = dict[str, object]


def run(shared: Path) -> dict[str, object]:
    """Return the figures of every collection that is there; `shared` holds data/ and scoring/."""
    scorer = _scorer(shared)
    found: Figures = {}
    books = {"curated": list(novels(shared)), "pdnc": list(pdnc(shared)), "litbank": list(litbank(shared))}
    for name, collection in books.items():
        ours, plain = [], []
        for book in collection:
            cards = StoryIndex.build(book.text, book.sections, "en").cut(book.text, len(book.text)).people()
            ours.append(_scored(scorer, book, [_prediction(book, card) for card in cards]))
            plain.append(_scored(scorer, book, _baseline(book)))
        if ours:
            found[name] = {"books": len(ours), **_means(ours), "baseline": _means(plain)}
    found["bounded"] = _bounded(scorer, books["curated"], shared)
    found["speed"] = _speed(books["curated"])
    return found


def _scorer(shared: Path) -> ModuleType:
    sys.path.insert(0, str(shared / "scoring"))
    try:
        return importlib.import_module("score_characters")
    finally:
        sys.path.pop(0)


def _prediction(book: Book, card: PersonCard) -> Prediction:
    return {
        "name": card.name,
        "aliases": [known.name for known in card.names],
        "mentions": card.mentions,
        "first_section": book.section_of(card.first),
    }


def _scored(scorer: ModuleType, book: Book, predicted: list[Prediction], bound: int | None = None) -> Figures:
    figures = scorer.score(book.gold, predicted, bound=bound)
    found: Figures = {
        "precision_at_20": figures["precision_at"].get("20", {}).get("strict"),
        "precision_at_20_lenient": figures["precision_at"].get("20", {}).get("lenient"),
        "recall_10_mentions": figures["major"]["recall"],
        "recall_3_mentions": scorer.score(book.gold, predicted, major=3, bound=bound)["major"]["recall"],
        "names_pairwise_f1": figures["merge"]["all"]["pairs"]["f1"],
        "names_pairwise_precision": figures["merge"]["all"]["pairs"]["p"],
        "names_pairwise_recall": figures["merge"]["all"]["pairs"]["r"],
    }
    if "first_seen" in figures:
        found["first_section_exact"] = figures["first_seen"]["exact"]
    return found


def _means(rows: Sequence[Figures]) -> Figures:
    keys = dict.fromkeys(key for row in rows for key in row)
    found: Figures = {}
    for key in keys:
        values = [value for row in rows if isinstance(value := row.get(key), float | int)]
        if values:
            found[key] = mean(values)
    return found


def _bounded(scorer: ModuleType, books: Sequence[Book], shared: Path) -> Figures:
    """Count what a cut tells too early: names, links, and secret identities before their section."""
    reveals = _json_lines(shared / "data/characters/reveals.jsonl")
    future = early = horizons = joined = secrets = unequal = 0
    for book in books:
        index = StoryIndex.build(book.text, book.sections, "en")
        mine = [reveal for reveal in reveals if reveal["work"] == book.work]
        # Twenty places in each book, and just before each of its secrets.
        last = len(book.sections) - 1
        places = {round(step * last / 19) for step in range(20)}
        places |= {book.numbers.index(r["known_from_section"]) - 1 for r in mine}
        for place in sorted(places):
            end = book.sections[place].end
            bound = book.numbers[place]
            cards = index.cut(book.text[:end], end).people()
            predicted = [_prediction(book, card) for card in cards]
            scored = scorer.score(book.gold, predicted, bound=bound)
            future += scored["future_names"]["violations"]
            early += scorer.early_merges(predicted, mine, bound)["violations"]
            horizons += 1
        end = book.sections[len(book.sections) // 2].end
        halves = [Span(s.start, min(s.end, end)) for s in book.sections if s.start < end]
        alone = StoryIndex.build(book.text[:end], halves, "en").cut(book.text[:end], end)
        unequal += index.cut(book.text[:end], end).people() != alone.people()
        whole = [_prediction(book, card) for card in index.cut(book.text, len(book.text)).people()]
        for reveal in mine:
            if reveal["kind"] == "same person":
                secrets += 1
                joined += bool(
                    scorer.early_merges(whole, [reveal], reveal["known_from_section"] - 1)["violations"]
                )
    return {
        "horizons": horizons,
        "future_names": future,
        "identities_joined_early": early,
        "identities_joined_after": joined / secrets if secrets else None,
        "books_where_cut_differs_from_truncated": unequal,
    }


def _speed(books: Sequence[Book]) -> Figures:
    """Measure the writer's CPU beside a plain pass that only finds every word of the same text."""
    if not books:
        return {}
    book = max(books, key=lambda book: len(book.text))
    started = time.process_time()
    words = len(re.findall(r"\w+", book.text))
    floor = time.process_time() - started
    started = time.process_time()
    index = StoryIndex.build(book.text, book.sections, "en")
    build = time.process_time() - started
    end = len(book.text)
    started = time.process_time()
    prefix = index.cut(book.text, end)
    cut = time.process_time() - started
    started = time.process_time()
    prefix.people()
    fold = time.process_time() - started
    return {
        "longest_book_words": words,
        "build_cpu_seconds": build,
        "build_cpu_seconds_per_100k_words": build / words * 100_000,
        "build_over_finding_words": build / floor,
        "cut_cpu_ms": cut * 1000,
        "people_cpu_ms": fold * 1000,
    }


_CAPITALS = re.compile(r"(?<=[a-z,;] )(?:(?:Mr|Mrs|Dr)\. )?[A-Z][a-z]+(?: [A-Z][a-z]+)*")


def _baseline(book: Book) -> list[Prediction]:
    """Count runs of capitals inside sentences, and merge those that end with the same word."""
    counts = Counter(_CAPITALS.findall(book.text))
    families: dict[str, list[str]] = {}
    for name, count in counts.most_common():
        if count > 1:
            families.setdefault(name.rsplit(" ", 1)[-1], []).append(name)
    return [
        {"name": names[0], "aliases": names, "mentions": sum(counts[name] for name in names)}
        for names in families.values()
    ]


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    print(json.dumps(run(parser.parse_args().shared), indent=1))
