"""Processes that a test may kill, each forked from one that has loaded the program: it begins at once.

    async with forked(main, folder, "heard", prints_to=folder / "printed") as process:
        assert await process.ended() == -9

What runs is a coroutine function of a module, with arguments that can be pickled. The process that it is
forked from is begun by the first test that wants one, holds no connection, and ends with the test run.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

_LOADED = (
    *("bot.app", "bot.bots", "bot.companion", "bot.drawing.setting", "bot.telegram_adapter.application"),
    *("bot.discord_adapter.client", "agent.graph", "storage.opening", "storage.jobs", "chromadb", "dbos"),
    "tests.flows.killed_while_answering",
    "tests.flows.killed_while_picturing",
    "tests.flows.killed_while_reading",
)
"""What the first process loads; the others find it there."""

Act = Callable[..., Coroutine[Any, Any, None]]


class Forked:
    """A process under way."""

    def __init__(self, act: Act, arguments: tuple[Any, ...], prints_to: Path) -> None:
        """Begin it; what it prints and what it complains of goes to a file each."""
        self._out, self._err = prints_to.with_suffix(".out"), prints_to.with_suffix(".err")
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(_LOADED))
        files = (str(self._out), str(self._err))
        self._process = context.Process(target=_run, args=(act, arguments, files))
        self._process.start()

    async def ended(self, seconds: float = 120.0) -> int:
        """Return its exit code, negative for the signal that killed it; raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while self._process.exitcode is None:  # noqa: ASYNC110  # its end is told to nobody
                await asyncio.sleep(0.01)
        return self._process.exitcode

    def kill(self) -> None:
        """Kill it, if it has not ended."""
        self._process.kill()
        self._process.join()

    @property
    def printed(self) -> list[str]:
        """The lines that it printed."""
        return self._out.read_text().splitlines()

    @property
    def complained(self) -> str:
        """What it wrote to the other stream: why it failed."""
        return self._err.read_text()


@asynccontextmanager
async def forked(act: Act, *arguments: Any, prints_to: Path) -> AsyncIterator[Forked]:
    """Run `act(*arguments)` in a process of its own; it is killed at the end where it has not ended."""
    process = Forked(act, arguments, prints_to)
    try:
        yield process
    finally:
        process.kill()


def _run(act: Act, arguments: tuple[Any, ...], files: tuple[str, str]) -> None:
    for stream, path in zip((sys.stdout, sys.stderr), files, strict=True):
        with open(path, "wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    # Nothing of who runs the tests: no settings, no key.
    os.environ.clear()
    os.environ |= {"PATH": "", "HOME": str(Path(files[0]).parent)}
    asyncio.run(act(*arguments))
