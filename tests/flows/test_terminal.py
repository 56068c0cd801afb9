"""The terminal as a person meets it: on a real pseudo-terminal, and through a pipe that is cut."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import TerminalConfig
from bot.messages import Button, Kind, OutgoingMessage
from bot.screen import Screen
from bot.terminal_adapter import hint
from tests.talking import TITLE

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()=>][0-9A-Z]?|\r")


class Terminal:
    """`dogear chat` on a pseudo-terminal of 100 columns."""

    def __init__(self, data: Path) -> None:
        self._main, other = pty.openpty()
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLUMNS": "100",
            "LINES": "40",
            "PYTHONPATH": str(ROOT),
            "DOGEAR_READER_OWNER": "ada",
            "DOGEAR_STORAGE_EMBEDDER_KIND": "none",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "chat", TITLE, "--data", str(data)],
            stdin=other,
            stdout=other,
            stderr=other,
            env=environment,
            cwd=data.parent,
            start_new_session=True,
        )
        os.close(other)
        self.shown = ""
        self._left = ""

    def sees(self, wanted: str) -> str:
        """Wait until `wanted` is on the screen; return what came since the last time, up to and with it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while wanted not in self._left:
            assert time.monotonic() < deadline, f"{wanted!r} never came; there was: {self._left!r}"
            ready, _, _ = select.select([self._main], [], [], 0.2)
            if ready:
                try:
                    came = os.read(self._main, 65536).decode("utf-8", "replace")
                except OSError:
                    break
                self.shown += came
                self._left += _CONTROL.sub("", came)
        assert wanted in self._left, self._left
        # What came behind it in the same read is for the next look: the prompt may be there already.
        seen, _, self._left = self._left.partition(wanted)
        return seen + wanted

    def types(self, text: str) -> None:
        """Send keys."""
        os.write(self._main, text.encode())

    def ends(self) -> int:
        """Wait for the end and return the exit code; what is still shown is read, so nothing blocks."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            ready, _, _ = select.select([self._main], [], [], 0.1)
            if ready:
                try:
                    self.shown += os.read(self._main, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def close(self) -> None:
        """End the program, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._main)


@pytest.fixture
def terminal(shelved: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A chat about the small book, its prompt showing."""
    shutil.copytree(shelved, tmp_path / "data")
    terminal = Terminal(tmp_path / "data")
    yield terminal
    terminal.close()


def test_a_person_sets_a_place_asks_completes_a_name_and_leaves_with_ctrl_d(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.sees("Where are you in it?")
    terminal.sees("›")
    terminal.types("3\r")
    terminal.sees("using: up to the end of ch. 2")
    terminal.types("Where did Oda find the letter?\r")
    terminal.sees("Passages:")
    terminal.sees("›")
    terminal.types("/who Cap\t")
    terminal.sees("tain Brannoc")
    terminal.types("\r")
    terminal.sees("First met in ch. 1")
    terminal.sees("›")  # before it the line is not ours, and the key would be lost
    terminal.types("\x04")
    assert terminal.ends() == 0
    assert "\x1b[" in terminal.shown
    typed = (tmp_path / "data" / "typed_lines").read_text()
    assert "+Where did Oda find the letter?" in typed


def test_ctrl_c_at_the_prompt_ends_cleanly(terminal: Terminal) -> None:
    terminal.sees("›")
    terminal.types("\x03")
    assert terminal.ends() == 0
    assert "Traceback" not in terminal.shown


@pytest.mark.parametrize("word", ["/quit", "Exit."])
def test_quit_ends_cleanly(terminal: Terminal, word: str) -> None:
    terminal.sees("›")
    terminal.types(f"{word}\r")
    assert terminal.ends() == 0


def test_ctrl_c_in_a_pipe_ends_cleanly(shelved: Path, tmp_path: Path) -> None:
    shutil.copytree(shelved, tmp_path / "data")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DOGEAR_READER_OWNER": "ada",
        "DOGEAR_STORAGE_EMBEDDER_KIND": "none",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", TITLE, "--data", str(tmp_path / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    assert "The Lamp" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, err) == (0, "")


# ---- the screen ----------------------------------------------------------------------------


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Screen, list[str]]:
    """A screen of 60 columns that writes into a list."""
    written: list[str] = []
    screen = Screen(TerminalConfig(width_columns=60), tmp_path / "typed")
    monkeypatch.setattr(screen, "_write", lambda fragments: written.extend(text for _, text in fragments))
    return screen, written


def test_a_growing_message_is_written_once(screen: tuple[Screen, list[str]]) -> None:
    shown, written = screen
    for text, final in (("One.", False), ("One. Two.", False), ("One. Two.\n\nEnd.", True)):
        shown.show(OutgoingMessage(text, Kind.ANSWER, slot="a", final=final))
    assert "".join(written) == "One. Two.\n\nEnd.\n\n"


def test_a_message_that_turned_out_otherwise_is_said_anew(screen: tuple[Screen, list[str]]) -> None:
    # The draft did not hold in the end: passages alone take its place (S22).
    shown, written = screen
    shown.show(OutgoingMessage("One. Two.", Kind.ANSWER, slot="a", final=False))
    shown.show(OutgoingMessage("“Three.”", Kind.ANSWER, slot="a"))
    assert "".join(written) == "One. Two.\n\n“Three.”\n\n"


def test_choices_are_numbered_and_other_buttons_told_as_commands(screen: tuple[Screen, list[str]]) -> None:
    shown, written = screen
    buttons = (Button("Yes", "/move here 1 1 line 1"), Button("No", "/dismiss"))
    shown.show(OutgoingMessage("There?", Kind.QUESTION, buttons))
    assert "".join(written) == "There?\n 1 Yes\n 2 No\n\n"
    assert (
        hint(
            (
                Button("I finished 3", "/done"),
                Button("Who is Ada?", "Who is Ada?"),
                Button("Finished ch. 3", "/move here 9 9 chapter 3"),
                Button("👍", "/feedback up 0f3a"),
            )
        )
        == "I finished 3: /done"
    )


def test_what_an_answer_offers_is_numbered_and_what_stands_under_it_is_not(
    screen: tuple[Screen, list[str]],
) -> None:
    shown, written = screen
    button = Button("Draw it · free", "/visualize Ada go=drawn")
    shown.show(OutgoingMessage("Ada", Kind.ANSWER, (button,), offers=True))
    shown.show(OutgoingMessage("Ada", Kind.ANSWER, (button,)))
    assert "".join(written) == "Ada\n 1 Draw it · free\n\nAda\n\n"


async def test_ctrl_c_stops_an_answer_and_not_the_program(screen: tuple[Screen, list[str]]) -> None:
    from bot.terminal_adapter import _show

    shown, written = screen
    closed = []

    async def endless():
        try:
            yield OutgoingMessage("One.", Kind.ANSWER, slot="a", final=False)
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.Event().wait()
        finally:
            closed.append(True)

    await _show(endless(), shown)
    assert "".join(written) == "One.\nStopped.\n\n"
    assert closed == [True]
