"""A first start on a fresh machine: what it makes, and that it asks nobody (issue of privacy, F6).

Every file below an empty home is listed, and every connection that the interpreter is asked to make is
written down by an audit hook, in the program and in the processes it starts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

WATCH = """
import os, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        with open(os.environ["SEEN"], "a") as seen:
            seen.write(f"{event} {arguments[1:] if event == 'socket.connect' else arguments}\\n")

sys.addaudithook(watch)
"""


def test_a_first_start_leaves_its_data_folder_and_asks_nobody(tmp_path: Path) -> None:
    home, hooks, seen = tmp_path / "home", tmp_path / "hooks", tmp_path / "seen"
    home.mkdir()
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(WATCH)
    seen.write_text("")
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(hooks), str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SEEN": str(seen),
    }
    run = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        input="/at 3\nwho is Ada?\nwhy did the rope come to the Board?\n",
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Ada Quillory" in run.stdout
    outside = [line for line in seen.read_text().splitlines() if "/" not in line]  # a path is a local socket
    assert outside == []
    made = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    ours = {path for path in made if path.startswith(".local/share/dogear/")}
    assert made == ours
    assert any(path.endswith("dogear.db") for path in ours)
