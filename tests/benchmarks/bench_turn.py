"""The whole keyless turn, opening a long novel, fifty readers at once, starting up: speed and memory.

Real storage, search, graph, extractive answerer, check and turns; no language model. The floor of a turn is
its own bounded search. Adding the novel has a benchmark of its own (bench_adding.py).
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.app import App, open_app
from bot.config import load_config
from bot.demo_book import build_demo_epub
from bot.messages import Conversation, IncomingMessage

QUESTIONS = (
    "Who sent the rope to the Board?",
    "Where did Ada find the blue thread?",
    "Why did the porter carry the parcel up?",
    "What did Wick say to Ada?",
    "How deep is the Sunder?",
    "What is a marrel?",
)
FIRST_ASKED = (
    "Who is Natasha?",
    "/who Natasha's brother",
    "/cast",
    "/relations Pierre",
    "/timeline",
    "What does Pierre look like?",
    "/visualize here",
)
"""What makes a new place of a long novel be told anew: names, ties, times, looks, scenes."""
READERS = 50
ROUNDS = 4
"""Of all readers at once: of one alone the p99 would be a single moment."""


def run(shared: Path) -> dict[str, object]:
    """Return the figures; those of a long novel are left out where the data folder is absent."""
    figures: dict[str, object] = asyncio.run(_measure(shared))
    figures["first prompt after start, seconds"] = _seconds_to_first_prompt()
    figures["peak memory of this process, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


async def _measure(shared: Path) -> dict[str, object]:
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.epub"
        file.write_bytes(build_demo_epub())
        config, _ = load_config({}, data_dir=Path(folder) / "data")
        async with open_app(config) as app:
            owner = await app.owner_id()
            added = await app.storage.library.add(file, owner_id=owner)
            figures["add the demo book, seconds"] = added.seconds
            figures |= await _turns(app, added.card.book_id)
            novel = shared / "data" / "epub" / "war_and_peace.epub"
            if novel.is_file():
                figures |= await _long_novel(app, novel, owner)
            else:
                figures["War and Peace"] = "not measured: no data folder"
    return figures


async def _turns(app: App, book_id: str) -> dict[str, object]:
    talk = Conversation("terminal", "bench")
    owner = app.config.reader.owner

    async def says(text: str, conversation: Conversation = talk) -> float:
        started = time.perf_counter()
        shown = [one async for one in app.companion.handle(IncomingMessage(conversation, owner, text))]
        assert shown
        return (time.perf_counter() - started) * 1000

    await says("/open rope")
    await says("/at ch 8")
    for question in QUESTIONS:
        await says(question)  # what is loaded once is not a turn's cost
    began = time.process_time()
    turns = [await says(question) for _ in range(10) for question in QUESTIONS]
    spent = (time.process_time() - began) * 1000 / len(turns)
    view = await app.storage.library.open(app.storage.progress.horizon_at(book_id, 50_000))
    searches = []
    for _ in range(10):
        for question in QUESTIONS:
            started = time.perf_counter()
            await view.search(question)
            searches.append((time.perf_counter() - started) * 1000)
    talks = [Conversation("terminal", f"reader {n}") for n in range(READERS)]
    for one in talks:
        await says("/open rope", one)
    lags: list[float] = []
    own: list[float] = []
    watch = asyncio.create_task(_watch(lags, own))
    await asyncio.sleep(0.01)
    started = time.perf_counter()
    for _ in range(ROUNDS):
        await asyncio.gather(*(says(QUESTIONS[n % len(QUESTIONS)], one) for n, one in enumerate(talks)))
    seconds = time.perf_counter() - started
    watch.cancel()
    return {
        "keyless turn p50, ms": statistics.median(turns),
        "keyless turn p99, ms": statistics.quantiles(turns, n=100)[98],
        "its processor time, ms": spent,
        "its search alone p50, ms": statistics.median(searches),
        f"turns a second, {READERS} at once": ROUNDS * READERS / seconds,
        f"loop lag p99 with {READERS} at once, ms": statistics.quantiles(lags, n=100)[98],
        "of it the loop's own processor time p99, ms": statistics.quantiles(own, n=100)[98],
    }


async def _watch(lags: list[float], own: list[float]) -> None:
    """Note how late the loop looks up, and what it did itself meanwhile: the rest is who else is at work."""
    while True:
        started, began = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0.001)
        lags.append((time.perf_counter() - started - 0.001) * 1000)
        own.append((time.thread_time() - began) * 1000)


async def _long_novel(app: App, novel: Path, owner: str) -> dict[str, object]:
    lags: list[float] = []
    watch = asyncio.create_task(_watch(lags, []))
    added = await app.storage.library.add(novel, owner_id=owner)
    watch.cancel()
    horizon = app.storage.progress.horizon_at(added.card.book_id, added.card.reading_chars)
    await app.storage.library.open(horizon)
    rng = random.Random(1)
    started = time.perf_counter()
    for _ in range(20):
        end = rng.randrange(1, added.card.reading_chars)
        await app.storage.library.open(app.storage.progress.horizon_at(added.card.book_id, end))
    opening = (time.perf_counter() - started) / 20 * 1000
    held = await _held_while_asked(app, added.card.book_id)
    return {
        "War and Peace": {
            "add, seconds": added.seconds,
            "add, words a second": added.card.words / added.seconds,
            "loop lag p99 while it is added, ms": statistics.quantiles(lags, n=100)[98],
            "longest lag while it is added, ms": max(lags),
            "opening a view at a new place, ms": opening,
            "longest lag while it is first asked at a new place, ms": held,
        }
    }


async def _held_while_asked(app: App, book_id: str) -> dict[str, float]:
    """Return how late the loop looked up at most while each was answered, each at a place of its own."""
    talk, owner = Conversation("terminal", "novel"), app.config.reader.owner

    async def says(text: str) -> None:
        async for _ in app.companion.handle(IncomingMessage(talk, owner, text)):
            pass

    await says(f"/open {book_id}")
    held = {}
    for number, text in enumerate(FIRST_ASKED):
        await says(f"/at {60 + number}%")
        lags: list[float] = []
        watch = asyncio.create_task(_watch(lags, []))
        await says(text)
        watch.cancel()
        held[text] = max(lags)
    return held


def _seconds_to_first_prompt() -> float:
    """Return how long a second start of the program takes until its greeting stands there."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bot", "chat", "--data", folder]
        for _ in range(2):  # the first start reads the demo book
            started = time.perf_counter()
            with subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            ) as process:
                assert process.stdin is not None
                assert process.stdout is not None
                while b"Where are you" not in process.stdout.readline():
                    pass
                seconds = time.perf_counter() - started
                process.stdin.close()
                process.stdout.read()
    return seconds


if __name__ == "__main__":
    for name, value in run(Path(os.environ.get("DOGEAR_SHARED", "../shared"))).items():
        print(f"{name}: {value}")
