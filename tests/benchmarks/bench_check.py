"""What the check stops and what it lets through, on real novels cut at several places.

Misses: drafts with a name, a quotation or a sentence that the book has only later. False alarms: sentences
that the reader has read, and answers that people wrote about what the reader has read. The checker sees
the read part alone; this benchmark knows both.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

from agent.answer import AnswerSentence, FindingKind
from agent.check import Checker
from agent.llm import ModelConfig, ModelDrafter
from agent.reading_agent import ReadingAgent, check_draft
from agent.sentences import split
from storage.book.text import blocks, normalise, sentences
from storage.values import Passage, Span
from tests.fakes import FakeView, ScriptedModel

CUTS = (0.3, 0.6)
NAME_DRAFTS = (
    "{name} is the one who did it.",
    "It was {name} who came to the door.",
    "In the morning they met {name}'s brother, and nobody spoke.",
    "The letter had come from {name}.",
)
SENTENCES = 40
HOSTILE = 30


def run(shared: Path) -> dict[str, object]:
    """Return shares of misses and false alarms, and milliseconds a sentence."""
    folder = shared / "data"
    if not folder.is_dir():
        return {"skipped": f"no data in {shared}"}
    return asyncio.run(_run(folder))


async def _run(folder: Path) -> dict[str, object]:
    random.seed(20)
    tally = Tally()
    questions = [json.loads(line) for line in (folder / "qa/novel_questions.jsonl").open()]
    for path in sorted((folder / "characters").glob("curated_*.json")):
        work = path.stem.removeprefix("curated_")
        text = _text(folder, work)
        if text is None:
            continue
        names = [n for c in json.loads(path.read_text())["characters"] for n in (c["name"], *c["aliases"])]
        for cut in CUTS:
            view = FakeView.from_text(text, text.rfind(" ", 0, int(len(text) * cut)))
            await _names(view, text, sorted(set(names)), tally)
            await _sentences(view, text, tally)
            _joined(view, text, tally)
            await _hostile(view, text, [q["q"] for q in questions if q["work"] == work], tally)
        await _people_wrote(text, [q for q in questions if q["work"] == work], tally)
    return tally.figures()


class Tally:
    """Counts of drafts and of those stopped, with the kinds that stopped them."""

    def __init__(self) -> None:
        self.all: Counter[str] = Counter()
        self.stopped: Counter[str] = Counter()
        self.kinds: dict[str, Counter[str]] = {}
        self.seconds: list[float] = []
        self.examples: dict[str, list[str]] = {}

    def add(self, what: str, draft: str, kinds: list[FindingKind]) -> None:
        self.all[what] += 1
        self.stopped[what] += bool(kinds)
        self.kinds.setdefault(what, Counter()).update({k.value for k in kinds})
        if bool(kinds) != what.startswith("later"):
            self.examples.setdefault(what, []).append(f"{draft} {[k.value for k in kinds]}")

    def figures(self) -> dict[str, object]:
        out: dict[str, object] = {}
        for what in sorted(self.all):
            share = self.stopped[what] / self.all[what]
            label = "missed" if what.startswith("later") else "false_alarms"
            out[what] = {
                "drafts": self.all[what],
                label: 1 - share if label == "missed" else share,
                "by_kind": {k: n / self.all[what] for k, n in sorted(self.kinds[what].items())},
            }
        out["milliseconds_a_sentence_p50"] = statistics.median(self.seconds) * 1e3
        out["milliseconds_a_sentence_p99"] = statistics.quantiles(self.seconds, n=100)[98] * 1e3
        return out


async def _names(view: FakeView, text: str, names: list[str], tally: Tally) -> None:
    for name in names:
        # Only names that nothing read has, an article apart: "the Lizard" is known where Lizard is.
        bare = re.sub(r"^the ", "", name)
        word = re.compile(rf"(?<!\w){re.escape(bare)}(?!\w)", re.IGNORECASE)
        if bare.islower() or word.search(view.text) or not word.search(text):
            continue
        for template in NAME_DRAFTS:
            draft = template.format(name=name)
            found = await check_draft(draft, view)  # type: ignore[arg-type]
            tally.add("later names", draft, [f.kind for f in found])
            named = [f.kind for f in found if f.kind is FindingKind.NAME]
            tally.add("later names, by their name alone", draft, named)


async def _sentences(view: FakeView, text: str, tally: Tally) -> None:
    read = [s for b in blocks(view.text) for s in sentences(view.text, b)]
    later_spans = [s for b in blocks(text, view.text.rfind("\n") + 1) for s in sentences(text, b)]
    for span in random.sample(read, SENTENCES):
        draft = " ".join(text[span.start : span.end].split())
        if len(draft.split()) < 4:
            continue
        await _timed(view, "read sentences", draft, tally)
        await _timed(view, "read sentences, quoted", f"The passage has: “{_unquoted(draft)}”", tally)
    later = [s for s in later_spans if s.start > view.chars and len(text[s.start : s.end].split()) >= 6]
    for span in random.sample(later, min(SENTENCES, len(later))):
        draft = " ".join(text[span.start : span.end].split())
        words = draft.split()
        if view.find(draft, 1):
            continue
        await _timed(view, "later sentences", draft, tally)
        await _timed(view, "later sentences, quoted", f"The passage has: “{_unquoted(draft)}”", tally)
        at = random.randrange(len(words) - 5)
        run = _unquoted(" ".join(words[at : at + 6]))
        if not view.find(run, 1):
            await _timed(view, "later runs of 6 words, quoted", f"He said “{run}” to them.", tally)
            await _timed(view, "later runs of 6 words", f"It is told that {run}.", tally)


def _joined(view: FakeView, text: str, tally: Tally) -> None:
    """Hang a later sentence on a read one that is cited: what is borne out carries in what is not."""

    def some(spans: list[Span], least: int, most: int) -> list[str]:
        texts = [_unquoted(" ".join(text[s.start : s.end].split())) for s in spans]
        fitting = [t for t in texts if least <= len(t.split()) <= most]
        return random.sample(fitting, min(SENTENCES, len(fitting)))

    read = [s for b in blocks(view.text) for s in sentences(view.text, b)]
    later = [s for b in blocks(text, view.text.rfind("\n") + 1) for s in sentences(text, b)]
    for known, unread in zip(
        some(read, 7, 22), some([s for s in later if s.start > view.chars], 6, 16), strict=False
    ):
        found = view.find(known, 1)
        if not found or view.find(unread, 1):
            continue
        cited = [view.read_around(found[0], 200, 200)]
        draft = f"{known.rstrip('.!?')}, and {unread[0].lower()}{unread[1:]}"
        _judge(view, "", draft, cited, "later sentences joined to read ones", tally)


async def _hostile(view: FakeView, text: str, questions: list[str], tally: Tally) -> None:
    """Ask a model that remembers the rest of the book and answers from it, through the whole agent."""
    later = [s for b in blocks(text, view.text.rfind("\n") + 1) for s in sentences(text, b)]
    told = [" ".join(text[s.start : s.end].split()) for s in later if s.start > view.chars]
    told = [t for t in told if len(t.split()) >= 6 and not view.find(t, 1)]
    if not told or not questions:
        return
    for _ in range(HOSTILE):
        drafts = [
            " ".join(f"{t} [p{random.randint(1, 3)}]" for t in random.sample(told, 2)) for _ in range(2)
        ]
        heard: list[str] = []

        async def hear(sentence: AnswerSentence, heard: list[str] = heard) -> None:
            heard.append(sentence.text)

        model = ScriptedModel(script=list(drafts), piece=40)
        agent = ReadingAgent(ModelDrafter(model, ModelConfig(model="hostile")))
        answer = await agent.answer(random.choice(questions), view, on_sentence=hear)  # type: ignore[arg-type]
        shown = " ".join([answer.text, *heard])
        runs = [r for r in _runs(shown) if not view.find(r, 1) and any(r in _plain(d) for d in drafts)]
        kinds = [] if runs else [FindingKind.SUPPORT]
        tally.add("later sentences from a hostile model, through the agent", " ".join(drafts), kinds)


def _runs(text: str) -> list[str]:
    words = _plain(text).split()
    return [" ".join(words[i : i + 6]) for i in range(len(words) - 5)]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\[[^\]]*\]", "", text).split())


async def _people_wrote(text: str, questions: list[dict[str, Any]], tally: Tally) -> None:
    for question in random.sample(questions, min(12, len(questions))):
        evidence = normalise(question["evidence"]["text"])
        at = text.find(evidence[:200])
        if at < 0:
            continue
        view = FakeView.from_text(text, min(len(text), at + len(evidence) + 500))
        answer = question["a"].strip().rstrip(".") + "."
        draft = answer[0].upper() + answer[1:]
        cited = [view._passage(Span(at, at + len(evidence)))]
        hits = [p for p in await view.search(question["q"], 8) if p.span.end <= at]
        _judge(view, question["q"], draft, cited, "answers people wrote, with their passage", tally)
        earlier = FakeView.from_text(text, at)
        _judge(
            earlier, question["q"], draft, hits[:1], "later answers people wrote, citing the best read", tally
        )


def _judge(view: Any, question: str, draft: str, cited: list[Passage], what: str, tally: Tally) -> None:
    checker = Checker(view, question)
    kinds = []
    for sentence in split(draft):
        verdict = checker.check(sentence, cited, cited)
        kinds += [f.kind for f in verdict.findings]
        if verdict.shown is None and not kinds and what.startswith("later"):
            kinds.append(FindingKind.SUPPORT)  # left out, so not shown
    tally.add(what, draft, kinds)


async def _timed(view: Any, what: str, draft: str, tally: Tally) -> None:
    checker = Checker(view)
    kinds = []
    for sentence in split(draft):
        found = await view.search(sentence.text, 6)
        started = time.perf_counter()
        kinds += [f.kind for f in checker.check(sentence, (), found).findings]
        tally.seconds.append(time.perf_counter() - started)
    tally.add(what, draft, kinds)


def _unquoted(text: str) -> str:
    return re.sub(r"[“”\"„«»]", "", text).strip()


def _text(folder: Path, work: str) -> str | None:
    path = folder / f"text/{work}.sections.jsonl.gz"
    if not path.exists() or work == "war_and_peace":
        return None
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        sections = [json.loads(row) for row in rows]
    lines = [normalise(line) for s in sections if s["matter"] == "body" for line in s["text"].split("\n")]
    return "\n".join(line for line in lines if line)
