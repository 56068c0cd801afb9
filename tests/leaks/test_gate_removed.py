"""T52: with a gate removed, the suite must fail. A leak test that cannot fail protects nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.leaks.sabotage import ALL

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def broken() -> Iterator[Callable[[str], Any]]:
    """A way to break the promise by a name, and to learn how the test ended that should notice."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.leaks.sabotaged"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout

        def break_by(name: str) -> Any:
            print(name, file=asked, flush=True)
            return json.loads(told.readline())

        yield break_by
        asked.close()


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_leak_tests_fail_once_the_promise_is_broken(name: str, broken: Callable[[str], Any]) -> None:
    # By what it asserts: a test that fell over something else would have noticed nothing.
    assert broken(name) == {"code": 1, "raised": ["caught"]}, ALL[name].caught_by
