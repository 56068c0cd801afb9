"""The books and questions that bench_retrieval measures with, read from the shared data folder."""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.book.text import normalise
from storage.values import Span

STORIES_A_BOOK = 20


@dataclass(frozen=True)
class Question:
    """A question, where its answer stands, and where its reader is. `story` is the section it is about."""

    text: str
    gold: list[Span]
    bound: int
    story: Span


@dataclass(frozen=True)
class GoldBook:
    """A book of novel size with its questions; `units` are the labelled sections of each story."""

    name: str
    text: str
    sections: list[Span]
    questions: list[Question]
    units: list[Span] = field(default_factory=list)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines, zipped or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return [json.loads(line) for line in text.split("\n") if line]


def story_books(data: Path) -> list[GoldBook]:
    """Return the stories, twenty a book, each question bounded where its story ends."""
    stories = read_lines(data / "qa" / "fairytaleqa.jsonl.gz")
    return [
        _joined(f"stories {at}", stories[at : at + STORIES_A_BOOK])
        for at in range(0, len(stories), STORIES_A_BOOK)
    ]


def _joined(name: str, stories: list[dict[str, Any]]) -> GoldBook:
    text = ""
    book = GoldBook(name, "", [], [])
    for story in stories:
        start = len(text)
        units: dict[int, Span] = {}
        for section in story["sections"]:
            lines = filter(None, (normalise(line) for line in section["text"].split("\n")))
            begin = len(text)
            text += "\n".join(lines) + "\n"
            units[section["n"]] = Span(begin, len(text))
        bound = len(text)
        text += "\n"
        span = Span(start, len(text))
        book.sections.append(span)
        book.units.extend(units.values())
        for question in story["questions"]:
            gold = [units[number] for number in question["sections"] if number in units]
            book.questions.append(Question(question["q"], gold, bound, span))
    return GoldBook(name, text, book.sections, book.questions, book.units)


def novels(data: Path) -> list[GoldBook]:
    """Return the novels with their questions, whose reader has finished the book."""
    questions = read_lines(data / "qa" / "novel_questions.jsonl")
    works = sorted({question["work"] for question in questions})
    return [_novel(data, work, [q for q in questions if q["work"] == work]) for work in works]


def _novel(data: Path, work: str, questions: list[dict[str, Any]]) -> GoldBook:
    text = ""
    sections: list[Span] = []
    there: list[int] = []  # offsets of lines in the reference text, and here
    here: list[int] = []
    for row in read_lines(data / "text" / f"{work}.sections.jsonl.gz"):
        if row["matter"] != "body":
            continue
        start, offset = len(text), row["start"]
        parts = []
        length = start
        for line in row["text"].split("\n"):
            normal = normalise(line)
            if normal:
                there.append(offset)
                here.append(length)
                parts.append(normal + "\n")
                length += len(normal) + 1
            offset += len(line) + 1
        text += "".join(parts) + "\n"
        sections.append(Span(start, len(text)))

    def moved(offset: int) -> int:
        at = bisect_right(there, offset) - 1
        return here[at] + offset - there[at]

    asked = []
    for question in questions:
        evidence = question["evidence"]
        gold = Span(moved(evidence["start"]), moved(evidence["end"]))
        asked.append(Question(question["q"], [gold], len(text), Span(0, len(text))))
    return GoldBook(work, text, sections, asked)
