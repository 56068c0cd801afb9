"""The talk in README.md is what the program says now, and the commands it names exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def program(*arguments: str, folder: Path, said: str = "") -> str:
    """Return what the program prints."""
    mine = {key: value for key, value in os.environ.items() if not key.startswith("DOGEAR_")}
    run = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=said,
        env=mine | {"PYTHONPATH": str(ROOT), "DOGEAR_DATA": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return run.stdout


def test_the_talk_of_the_readme_is_what_the_program_says(tmp_path: Path) -> None:
    found = re.search(r"```\n\$ printf '(?P<said>[^']*)' \| make run\n(?P<shown>.*?)```", README, re.DOTALL)
    assert found is not None
    printed = " ".join(program("run", folder=tmp_path, said=found["said"].replace("\\n", "\n")).split())
    parts = [" ".join(part.split()) for part in found["shown"].split("\n...\n")]
    at = 0
    for part in parts:
        assert part in printed[at:], part
        at = printed.index(part, at) + len(part)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^dogear ([a-z]+)", README, re.MULTILINE))))
def test_each_command_that_the_readme_names_has_its_help(tmp_path: Path, command: str) -> None:
    assert f"dogear {command}" in program(command, "--help", folder=tmp_path)
