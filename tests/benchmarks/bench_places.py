"""Pasted lines: how often the exact offset is found, how often a line of another book is, and how fast.

Real books are the reference texts of the development data, their body sections as a parser would give
them. For each book 1,000 random sentences of at least five words are pasted

- clean: as they stand (other quotes and white space kept);
- noisy: curly quotes made straight, dashes and ellipses retyped, case changed, accents dropped, line breaks
  and hyphenation put in, marks lost, and up to two typing errors in ten words;
- rough: the same, and one word of ten lost or swapped with the next;
- foreign: sentences of the next book in the list that the book itself does not hold.

A sentence that stands more than once in the book, letter for letter, must be answered with a choice
that holds its offset; it counts apart. Run: python -m tests.benchmarks.bench_places [shared folder]
"""

from __future__ import annotations

import gzip
import json
import random
import statistics
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from storage.book.locate import Locator
from storage.book.text import blocks, normalise, sentences, words
from storage.errors import AmbiguousPlace, PlaceError
from storage.ingest.numbering import read_heading
from storage.values import Matter, Section, SectionKind, Span

LINES_PER_BOOK = 1_000
FEWEST_WORDS = 5


@dataclass
class Score:
    """What became of the lines of one kind."""

    right: int = 0
    offered: int = 0
    wrong: int = 0
    missed: int = 0
    milliseconds: list[float] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many lines were pasted."""
        return self.right + self.offered + self.wrong + self.missed

    def figures(self) -> dict[str, object]:
        """Return shares of the lines asked, and milliseconds a line."""
        asked = self.asked or 1
        times = sorted(self.milliseconds) or [0.0]
        return {
            "lines": self.asked,
            "exact": round(self.right / asked, 4),
            "offered_among_several": round(self.offered / asked, 4),
            "wrong": round(self.wrong / asked, 4),
            "not_found": round(self.missed / asked, 4),
            "p50_ms": round(statistics.median(times), 2),
            "p99_ms": round(times[int(len(times) * 0.99) - 1], 2),
        }


def load_book(path: Path) -> tuple[str, list[Section]]:
    """Return the reading text and sections of a reference text."""
    sections: list[Section] = []
    parts: list[str] = []
    offset = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["matter"] != "body":
                continue
            kept = [line for line in map(normalise, record["text"].split("\n")) if line]
            if not kept:
                continue
            text = "\n".join(kept) + "\n\n"
            heading = read_heading(kept[0])
            kind = SectionKind.PART if len(kept) < 3 else SectionKind.CHAPTER
            body_start = offset + len(kept[0]) + 1
            sections.append(
                Section(
                    len(sections) + 1, kind, Matter.BODY, kept[0], kept[0], heading.number,
                    start=offset, body_start=body_start, end=offset + len(text),
                )
            )  # fmt: skip
            parts.append(text)
            offset += len(text)
    return "".join(parts), sections


def random_sentences(text: str, rng: random.Random, count: int) -> list[Span]:
    """Return spans of random sentences of at least `FEWEST_WORDS` words."""
    found = [
        Span(span.start, span.start + len(text[span.start : span.end].rstrip()))
        for block in blocks(text)
        for span in sentences(text, block)
        if len(words(text[span.start : span.end])) >= FEWEST_WORDS
    ]
    return rng.sample(found, min(count, len(found)))


def letters(text: str) -> str:
    """Return the letters of `text` without case and accents; written apart from the product's own."""
    folded = unicodedata.normalize("NFKD", text).lower().replace("æ", "ae").replace("œ", "oe")
    return "".join(c for c in folded if c.isalnum())


def noisy(text: str, rng: random.Random) -> str:
    """Return `text` as a careless reader types or copies it; see the module."""
    text = text.translate(str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "…": "..."}))
    if rng.random() < 0.5:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if rng.random() < 0.3:
        text = rng.choice([str.lower, str.upper])(text)
    if rng.random() < 0.5:
        text = "".join(c for c in text if c.isalnum() or c.isspace() or rng.random() > 0.3)
    tokens = text.split()
    for at in rng.sample(range(len(tokens)), min(len(tokens), rng.randint(0, max(1, len(tokens) // 5)))):
        tokens[at] = _typing_error(tokens[at], rng)
    for at, token in enumerate(tokens):
        if len(token) > 6 and rng.random() < 0.1:
            cut = rng.randint(3, len(token) - 3)
            tokens[at] = token[:cut] + "-\n" + token[cut:]
    return "".join(token + rng.choice(" " * 9 + "\n") for token in tokens).strip()


def rough(text: str, rng: random.Random) -> str:
    """Return `text` with one word of ten lost or swapped with the next, and noisy besides."""
    tokens = text.split()
    for _ in range(max(1, len(tokens) // 10)):
        at = rng.randrange(1, max(2, len(tokens) - 1))
        if rng.random() < 0.5 and at + 2 < len(tokens):
            tokens[at], tokens[at + 1] = tokens[at + 1], tokens[at]
        elif len(tokens) > at + 1:
            del tokens[at]
    return noisy(" ".join(tokens), rng)


def _typing_error(word: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(word) if c.isalpha()]
    if len(places) < 2:
        return word
    at = rng.choice(places[:-1])
    other = rng.choice("abcdefghijklmnopqrstuvwxyz")
    return rng.choice(
        [
            word[:at] + other + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + other + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


def paste(locator: Locator, line: str, end: int | None, score: Score) -> None:
    """Ask for `line` and score the answer; `end` is the right offset, None when there is none."""
    began = time.perf_counter()
    try:
        found = [locator.find(line).start]
    except AmbiguousPlace as error:
        found = [match.start for match in error.matches]
    except PlaceError:
        found = []
    score.milliseconds.append(1000 * (time.perf_counter() - began))
    if found == [end]:
        score.right += 1
    elif not found:
        score.missed += 1
    elif end in found:
        score.offered += 1
    else:
        score.wrong += 1


def run(shared: Path) -> dict[str, object]:
    """Return the figures over all reference texts below `shared`; says so when there are none."""
    paths = sorted((shared / "data" / "text").glob("*.sections.jsonl.gz"))
    books = [(path.name.split(".")[0], *load_book(path)) for path in paths]
    books = [book for book in books if len(book[1]) > 1]
    if len(books) < 2:
        return {"skipped": f"no reference texts in {shared / 'data' / 'text'}"}
    kinds: dict[str, Callable[[str, random.Random], str]] = {
        "clean": lambda line, _: line,
        "noisy": noisy,
        "rough": rough,
    }
    totals = {name: Score() for name in (*kinds, "repeated", "foreign")}
    per_book: dict[str, object] = {}
    build_seconds: dict[str, float] = {}
    for index, (name, text, sections) in enumerate(books):
        locator = Locator.build(text, sections, [])
        began = time.perf_counter()
        for probe in ("line that is not in it at all", "linr thqt is nit in it at all"):
            paste(locator, probe, None, Score())
        build_seconds[name] = round(time.perf_counter() - began, 3)
        stream = letters(text)
        scores = {kind: Score() for kind in totals}
        rng = random.Random(name)
        for span in random_sentences(text, rng, LINES_PER_BOOK):
            line = text[span.start : span.end]
            once = stream.count(letters(line)) == 1
            for kind, spoil in kinds.items():
                paste(locator, spoil(line, rng), span.end, scores[kind if once else "repeated"])
        foreign = books[(index + 1) % len(books)][1]
        for span in random_sentences(foreign, rng, LINES_PER_BOOK):
            if letters(foreign[span.start : span.end]) not in stream:
                paste(locator, foreign[span.start : span.end], None, scores["foreign"])
        per_book[name] = {kind: score.figures() for kind, score in scores.items() if score.asked}
        for kind, score in scores.items():
            _add(totals[kind], score)
    return {
        "all": {kind: score.figures() for kind, score in totals.items()},
        "first_line_seconds": build_seconds,
        "books": per_book,
    }


def _add(total: Score, score: Score) -> None:
    total.right += score.right
    total.offered += score.offered
    total.wrong += score.wrong
    total.missed += score.missed
    total.milliseconds += score.milliseconds


def _lines(figures: dict[str, object]) -> Iterator[str]:
    for group, kinds in [("all", figures["all"]), *figures["books"].items()]:  # type: ignore[attr-defined]
        for kind, figure in kinds.items():  # type: ignore[attr-defined]
            yield f"{group:36.36} {kind:9} " + "  ".join(f"{k} {v}" for k, v in figure.items())


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[3] / "shared"
    result = run(folder)
    print("\n".join(_lines(result)) if "books" in result else result)
