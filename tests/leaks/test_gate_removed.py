"""T52: with the gate removed, the suite must fail. A leak test that cannot fail protects nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.leaks.sabotage import ALL

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_leak_tests_fail_once_the_promise_is_broken(name: str) -> None:
    # One failure is enough to prove it, so the run stops at the first.
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "tests.leaks.sabotage",
            "-p",
            "no:cacheprovider",
            "--deselect",
            "tests/leaks/test_gate_removed.py",
            "--ignore",
            "tests/leaks/test_gate_removed.py",
            "tests/leaks",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DOGEAR_SABOTAGE": name},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 1, run.stdout[-2_000:] + run.stderr[-2_000:]
    assert "failed" in run.stdout
