"""Books with human lists of their people, as the story benchmark reads them."""

from __future__ import annotations

import gzip
import importlib
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from storage.book.text import normalise
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span

DEVELOPED_ON = frozenset(
    "great_gatsby hound_of_the_baskervilles huckleberry_finn daisy_miller howards_end sport_of_the_gods "
    "hard_times war_and_peace pride_and_prejudice".split()
)
"""Books whose errors were read while the rules were written, in both collections of novels."""

Figures = dict[str, object]

_EMPTY_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Book:
    """A text, its sections with the numbers that the gold list gives them, and that list."""

    work: str
    text: str
    sections: list[Span]
    numbers: list[int]
    gold: dict[str, Any]

    def section_of(self, offset: int) -> int:
        """Return the gold's number of the section that holds `offset`."""
        return self.numbers[max(0, bisect_right([s.start for s in self.sections], offset) - 1)]


def novels(shared: Path) -> Iterator[Book]:
    """Yield the full novels with curated lists; the body alone."""
    for path in sorted((shared / "data/characters").glob("curated_*.json")):
        gold = json.loads(path.read_text("utf-8"))
        source = shared / "data/text" / f"{gold['work']}.sections.jsonl.gz"
        if not source.exists():
            continue
        text, sections, numbers = "", [], []
        for row in _rows(source):
            body = _paragraphs(row["text"].split("\n"))
            if row["matter"] == "body" and body:
                start = len(text)
                text += body + "\n\n"
                sections.append(Span(start, len(text)))
                numbers.append(row["i"])
        yield Book(gold["work"], text, sections, numbers, gold)


def pdnc(shared: Path) -> Iterator[Book]:
    """Yield the plain texts with lists of all characters; one section each."""
    for path in sorted((shared / "data/characters/no-licence-stated").glob("pdnc_*.json")):
        gold = json.loads(path.read_text("utf-8"))
        source = shared / "data" / gold["text"]
        if source.exists():
            with gzip.open(source, "rt", encoding="utf-8") as opened:
                yield _one_section(gold["work"], opened.read(), gold)


def litbank(shared: Path) -> Iterator[Book]:
    """Yield the openings; one section each."""
    path = shared / "data/characters/litbank.jsonl.gz"
    if path.exists():
        for gold in _rows(path):
            yield _one_section(gold["work"], gold["text"], gold)


def dialogue_of(shared: Path, book: Book) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text of a book as it lies there, and who says each of its quotations."""
    with gzip.open(shared / "data" / book.gold["text"], "rt", encoding="utf-8") as opened:
        original = opened.read()
    folder = shared / "data/characters/no-licence-stated"
    return original, list(_rows(folder / f"pdnc_{book.work}.dialogue.jsonl.gz"))


def offsets_of(text: str, original: str) -> list[int]:
    """Return for each character of a reading text where it stands in the plain text it was made of."""
    places, at = [], 0
    for character in text:
        if not character.isspace():
            while at < len(original) and (original[at].isspace() or original[at] == "_"):
                at += 1
        places.append(at)
        at += not character.isspace()
    return places


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _one_section(work: str, plain: str, gold: dict[str, Any]) -> Book:
    text = _paragraphs(_EMPTY_LINES.split(plain.replace("_", "")))
    return Book(work, text, [Span(0, len(text))], [1], gold)


def _paragraphs(pieces: list[str]) -> str:
    return "\n".join(line for piece in pieces if (line := normalise(piece)))


def whole_story(book: Book) -> StoryPrefix:
    """Return what a whole book tells."""
    return StoryIndex.build(book.text, book.sections, "en").cut(book.text, len(book.text))


def scorer_named(shared: Path, name: str) -> ModuleType:
    """Return a scorer of the data folder."""
    sys.path.insert(0, str(shared / "scoring"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


def json_lines(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file; none where it is absent."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
