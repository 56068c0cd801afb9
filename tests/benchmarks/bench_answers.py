"""Answers without a key: whether they hold what people answered, and cite where it stands.

Two sets, told apart: questions about stories, twenty joined to a book, bounded where the story ends; and
questions about whole novels. So that it fits into some minutes on two cores, it takes a sample of the
first, evenly, and of the second the novels up to LONGEST_CHARS; with DOGEAR_BENCH_ALL=1 it takes all.
*held* counts answers with all content words (stems) of one of the gold answers, *held_first* those of the
first gold answer, *cited* those with a citation in a labelled section. "best_passage" is the floor: the
best passage of the search, whole. Probes ask the same question just before the section that answers it:
nothing past the bound may be shown.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.answer import Answer, AnswerKind
from agent.extractive.words import words_of_language
from agent.reading_agent import ReadingAgent
from storage.book.content import BookContent
from storage.book.embedding.static import StaticEmbedder
from storage.book.search import SearchIndex
from storage.book.view import BookView
from storage.reader.progress import horizon_at
from storage.story.index import StoryIndex
from storage.values import BookCard, Matter, Section, SectionKind, Span
from tests.benchmarks.retrieval_books import GoldBook, Question, novels, read_lines, story_books

STORY_QUESTIONS = 1_000
LONGEST_CHARS = 450_000
PROBE_EVERY = 16


@dataclass
class Tally:
    """What was counted over one set of questions."""

    asked: int = 0
    held: int = 0
    held_first: int = 0
    cited: int = 0
    silent: int = 0
    words: list[int] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def add(self, text: str, spans: Sequence[Span], question: Question, answers: Sequence[str]) -> None:
        """Count one answer: what it says, without citations, and the spans it cites."""
        said = set(words_of_language("en").stems(text))
        self.asked += 1
        self.held += any(_content(answer) <= said for answer in answers)
        self.held_first += _content(answers[0]) <= said
        self.cited += any(span.overlaps(gold) for span in spans for gold in question.gold)
        self.words.append(len(text.split()))

    def figures(self) -> dict[str, object]:
        """Return shares of the questions asked, and medians."""
        found: dict[str, object] = {
            "questions": self.asked,
            "held": self.held / self.asked,
            "held_first": self.held_first / self.asked,
            "cited": self.cited / self.asked,
            "silent": self.silent / self.asked,
            "words_median": statistics.median(self.words),
        }
        if self.milliseconds:
            found["ms_median"] = statistics.median(self.milliseconds)
        return found


def run(shared: Path) -> dict[str, object]:
    """Return figures for stories, novels and probes."""
    data = shared / "data"
    if not (data / "qa").is_dir():
        return {"skipped": f"no questions in {shared}"}
    return asyncio.run(_run(data))


async def _run(data: Path) -> dict[str, object]:
    agent, embedder = ReadingAgent(), StaticEmbedder()
    stories = _with_answers(story_books(data), read_lines(data / "qa" / "fairytaleqa.jsonl.gz"))
    step = 1 if _takes_all() else max(1, sum(len(asked) for _, asked in stories) // STORY_QUESTIONS)
    figures: dict[str, object] = {}
    probes = {"asked": 0, "past_the_bound": 0, "silent": 0}
    for name, books, every in (
        ("stories", stories, step),
        ("novels", _novels_with_answers(data), 1),
    ):
        answered, floor = Tally(), Tally()
        for book, asked in books:
            content = await _content_of(book, embedder)
            for number, (question, answers) in enumerate(asked[::every]):
                view = _view(book, content, question.bound, embedder)
                await _ask(agent, view, question, answers, answered)
                best = await view.search(question.text, 1)
                floor.add(" ".join(p.text for p in best), [p.span for p in best], question, answers)
                if number % PROBE_EVERY == 0:
                    await _probe(agent, book, content, question, embedder, probes)
        figures[name] = {"answers": answered.figures(), "best_passage": floor.figures()}
    return figures | {"probes_before_the_answer": probes}


async def _ask(
    agent: ReadingAgent, view: BookView, question: Question, answers: Sequence[str], tally: Tally
) -> None:
    started = time.perf_counter()
    answer = await agent.answer(question.text, view)
    tally.milliseconds.append(1_000 * (time.perf_counter() - started))
    spans = [citation.span for citation in answer.citations]
    tally.silent += answer.kind is AnswerKind.NOT_IN_READ
    tally.add(_said(answer), spans, question, answers)


async def _probe(
    agent: ReadingAgent,
    book: GoldBook,
    content: BookContent,
    question: Question,
    embedder: StaticEmbedder,
    probes: dict[str, int],
) -> None:
    bound = min(span.start for span in question.gold)
    if bound - question.story.start < 200:
        return
    answer = await agent.answer(question.text, _view(book, content, bound, embedder))
    probes["asked"] += 1
    probes["silent"] += answer.kind is AnswerKind.NOT_IN_READ
    read = book.text[:bound]
    probes["past_the_bound"] += any(c.span.end > bound or c.quote not in read for c in answer.citations)


def _takes_all() -> bool:
    return bool(os.environ.get("DOGEAR_BENCH_ALL"))


def _said(answer: Answer) -> str:
    return " ".join(sentence.text for sentence in answer.sentences)


def _content(text: str) -> set[str]:
    return set(words_of_language("en").content(text))


def _with_answers(
    books: Sequence[GoldBook], stories: Sequence[dict[str, Any]]
) -> list[tuple[GoldBook, list[tuple[Question, list[str]]]]]:
    golds = iter([[q["a"], *q["answers"]] for story in stories for q in story["questions"]])
    return [(book, [(question, next(golds)) for question in book.questions]) for book in books]


def _novels_with_answers(data: Path) -> list[tuple[GoldBook, list[tuple[Question, list[str]]]]]:
    rows = read_lines(data / "qa" / "novel_questions.jsonl")
    books = [book for book in novels(data) if _takes_all() or len(book.text) <= LONGEST_CHARS]
    return [
        (book, list(zip(book.questions, [[r["a"]] for r in rows if r["work"] == book.name], strict=True)))
        for book in books
    ]


async def _content_of(book: GoldBook, embedder: StaticEmbedder) -> BookContent:
    search = SearchIndex.build(book.text, book.sections, "en")
    sections = tuple(
        Section(
            n, SectionKind.CHAPTER, Matter.BODY, f"ch. {n}", "", n,
            start=span.start, body_start=span.start, end=span.end,
        )
        for n, span in enumerate(book.sections, 1)
    )  # fmt: skip
    return BookContent(
        book.text,
        sections,
        search,
        await embedder.embed(search.window_texts(book.text)),
        StoryIndex.build(book.text, book.sections, "en"),
    )


def _view(book: GoldBook, content: BookContent, end: int, embedder: StaticEmbedder) -> BookView:
    card = BookCard("book", book.name, "", "en", book.text.count(" "), len(book.text))
    return BookView(horizon_at("book", end), card, content.cut(end), embedder)


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")), indent=1))
