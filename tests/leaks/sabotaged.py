"""The test that has to catch a sabotage, run with its gate gone.

    python -m tests.leaks.sabotaged

reads names of sabotages from its input and answers each with a line of JSON: how that test ended. What every
test needs is loaded once, and each sabotage has a process of its own, a fork.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from hypothesis import Phase, settings

from storage.errors import HorizonViolation
from tests.leaks.sabotage import ALL, Sabotage

MOST_SECONDS = 240


class _Broken:
    """A pytest plugin: a gate gone before any test is loaded, and how the tests end."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self.raised: list[str] = []

    def pytest_configure(self) -> None:
        # That something fails is all that is asked: no need to look for the smallest example.
        settings.register_profile(
            "sabotage", phases=[Phase.generate], deadline=None, report_multiple_bugs=False
        )
        settings.load_profile("sabotage")
        self._act()

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        assert call.excinfo is not None
        caught = call.excinfo.errisinstance((AssertionError, HorizonViolation, pytest.fail.Exception))
        self.raised.append("caught" if caught else call.excinfo.exconly())


def _end_of(sabotage: Sabotage) -> str:
    """Run the test that has to catch a sabotage in a process of its own; return what it raised, as JSON."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(MOST_SECONDS)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        broken = _Broken(sabotage.act)
        options = ["-x", "-p", "no:cacheprovider", "-p", "no:xdist", sabotage.caught_by]
        code = pytest.main(options, plugins=[broken])
        os.write(writes, json.dumps({"code": int(code), "raised": broken.raised}).encode()[:60_000])
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return told.decode() or json.dumps({"code": os.waitstatus_to_exitcode(status), "raised": ["killed"]})


def main() -> None:
    """Answer names with how their sabotage ended, one line each, until there are no more."""
    for line in sys.stdin:
        print(_end_of(ALL[line.strip()]), flush=True)


if __name__ == "__main__":
    for module in ("chromadb", "agent.graph", "bot.app", "bot.drawing.setting"):
        import_module(module)
    main()
