"""Adding one long novel, beside the bare embedder over the same windows in the same run; nothing else.

    make bench ARGS=adding

Reading the weights is in neither figure, and the embedder knows next to no word in either. The bare one
makes one call, which keeps one processor busy; `add` has two under way, and all its other work besides.
Processor time is told too, of this process and of its children: on a machine that others use it says more
than seconds do.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import tempfile
import time
from multiprocessing import active_children
from pathlib import Path

from bot.quiet import quiet_loop
from storage import Storage, StorageConfig, open_storage
from storage.book.embedding import build_embedder
from storage.book.passages import pieces_of, tile
from storage.config import EmbedderConfig
from storage.values import Matter, Span

_RUNS = 3


def run(shared: Path) -> dict[str, object]:
    """Return the figures of War and Peace, of the run with the median share; where it is absent, say so."""
    novel = shared / "data" / "epub" / "war_and_peace.epub"
    if not novel.is_file():
        return {"absent": str(novel)}
    with quiet_loop():  # as the program does
        runs = sorted((asyncio.run(_measure(novel)) for _ in range(_RUNS)), key=lambda one: one[_SHARE])
    return {"runs": _RUNS, **runs[_RUNS // 2], "peak memory of this process, MiB": _peak_mib()}


_SHARE = "share of the bare embedder's speed (goal 0.9)"


async def _measure(novel: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with open_storage(StorageConfig(data_dir=Path(folder))) as storage:
            return await _of(storage, novel, Path(folder))


async def _of(storage: Storage, novel: Path, folder: Path) -> dict[str, float]:
    owner = await storage.identities.reader_of("terminal", "bench")
    lags: list[float] = []
    # A book of a line: what a process loads once, weights and the client of the vectors, is loaded.
    line = folder / "line.txt"
    line.write_text("One line, and no more.")
    await storage.library.add(line, owner_id=owner)
    watch = asyncio.create_task(_watch(lags))
    before = _processor()
    added = await storage.library.add(novel, owner_id=owner)
    watch.cancel()
    for child in active_children():  # the process of the indexes is counted once it is gone
        await asyncio.to_thread(child.join)
    spent = _processor() - before
    view = await storage.library.open(
        storage.progress.horizon_at(added.card.book_id, added.card.reading_chars)
    )
    text = view.tail(10**9).text
    spans = [Span(s.start or 0, s.end or 0) for s in added.sections if s.matter is Matter.BODY]
    texts = pieces_of(text, tile(text, spans).windows)
    async with build_embedder(EmbedderConfig()) as bare:
        await bare.embed([])
        before, begun = _processor(), time.perf_counter()
        await bare.embed(texts)
        seconds, alone = time.perf_counter() - begun, _processor() - before
    return {
        "add, seconds": added.seconds,
        "add, words a second": added.card.words / added.seconds,
        "add, processor seconds": spent,
        "bare embedder, seconds": seconds,
        "bare embedder, processor seconds": alone,
        _SHARE: seconds / added.seconds,
        "share at best, were two processors always busy": 2 * alone / spent,
        "loop lag p99 while it is added, ms": statistics.quantiles(lags, n=100)[98],
        "longest lag of the loop while it is added, ms": max(lags),
    }


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _watch(lags: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await asyncio.sleep(0.001)
        lags.append((time.perf_counter() - started - 0.001) * 1000)
