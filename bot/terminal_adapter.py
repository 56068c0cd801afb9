"""The terminal's edge: typed lines become messages, messages become text on a screen or in a pipe.

What a reader may see was decided before it gets here. On a terminal there are a prompt, history,
completion and colours; in a pipe there is plain text and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot.commands import parse as parse_command
from bot.markup import to_plain
from bot.messages import Attachment, Button, Conversation, IncomingMessage, Kind, OutgoingMessage

if TYPE_CHECKING:
    from bot.companion import Companion
    from bot.config import TerminalConfig

PLATFORM = "terminal"
_BLOCK_END = "\n\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Who sits at this terminal, and where the talk is kept apart from others."""

    account: str
    chat: str = "terminal"

    def message(self, text: str, attachments: tuple[Attachment, ...] = ()) -> IncomingMessage:
        """Return what was typed as a neutral message."""
        return IncomingMessage(Conversation(PLATFORM, self.chat), self.account, text, True, attachments)


def is_interactive(stdin: TextIO | None = None, stdout: TextIO | None = None) -> bool:
    """Tell whether a person sits at both ends."""
    return (stdin or sys.stdin).isatty() and (stdout or sys.stdout).isatty()


async def chat(companion: Companion, place: Place, config: TerminalConfig, history: Path) -> None:
    """Talk until the input ends, /quit, Ctrl-D or Ctrl-C; `history` is the file of typed lines."""
    if is_interactive():
        await _Screen(companion, place, config, history).run()
    else:
        await _Pipe(companion, place).run()


class _Pipe:
    """Plain text in and out: no prompt, no colour, one empty line after each message."""

    def __init__(self, companion: Companion, place: Place) -> None:
        self._companion = companion
        self._place = place

    async def run(self) -> None:
        with _interruptible():
            await self._show(self._companion.greet(self._place.message("")))
            async for line in _lines(sys.stdin):
                command = parse_command(line)
                if command and command.command and command.command.name == "quit":
                    break
                if line.strip():
                    await self._show(self._companion.handle(self._place.message(line)))

    async def _show(self, messages: AsyncIterator[OutgoingMessage]) -> None:
        async for message in messages:
            if message.final and message.text:
                sys.stdout.write(to_plain(message.text) + _plain_choices(message) + _BLOCK_END)
                sys.stdout.flush()


class _Screen:
    """A person at a terminal."""

    def __init__(self, companion: Companion, place: Place, config: TerminalConfig, history: Path) -> None:
        from bot.screen import Screen

        self._companion = companion
        self._place = place
        self._screen = Screen(config)
        self._session = self._screen.session(history, self._complete)

    async def run(self) -> None:
        await self._show(self._companion.greet(self._place.message("")))
        while True:
            try:
                line = await self._session.prompt_async("› ")
            except (EOFError, KeyboardInterrupt):
                return
            command = parse_command(line)
            if command and command.command and command.command.name == "quit":
                return
            if line.strip():
                await self._show(self._companion.handle(self._place.message(line)))

    async def _complete(self, text: str) -> list[tuple[str, int, str]]:
        return await self._companion.complete(self._place.message(text))

    async def _show(self, messages: AsyncIterator[OutgoingMessage]) -> None:
        """Show messages as they come; Ctrl-C stops the answer and not the program."""
        task = asyncio.ensure_future(self._show_all(messages))
        loop = asyncio.get_running_loop()
        with _handled(loop, signal.SIGINT, task.cancel):
            try:
                await task
            except asyncio.CancelledError:
                if not task.cancelled():
                    raise
                self._screen.stopped()

    async def _show_all(self, messages: AsyncIterator[OutgoingMessage]) -> None:
        async with contextlib.aclosing(messages) as shown:  # type: ignore[type-var]
            async for message in shown:
                self._screen.show(message)


def _plain_choices(message: OutgoingMessage) -> str:
    if message.kind is not Kind.QUESTION or not message.buttons:
        return ""
    return "\n" + "\n".join(f"{number}. {button.label}" for number, button in enumerate(message.buttons, 1))


def hint(buttons: tuple[Button, ...]) -> str:
    """Return the line that tells which commands the buttons stand for."""
    return " · ".join(f"{button.label}: {button.action}" for button in buttons)


async def _lines(stream: TextIO) -> AsyncIterator[str]:
    """Yield the lines of a stream. A daemon thread reads, so that ending never waits for input."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def put(line: str | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed while we waited for input
            loop.call_soon_threadsafe(queue.put_nowait, line)

    def read() -> None:
        try:
            for line in stream:
                put(line.rstrip("\n"))
        except (OSError, ValueError):
            pass
        put(None)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line


@contextlib.contextmanager
def _handled(loop: asyncio.AbstractEventLoop, number: int, act: Callable[[], Any]) -> Any:
    try:
        loop.add_signal_handler(number, act)
    except (NotImplementedError, RuntimeError):  # Windows, or not the main thread: Ctrl-C ends the program
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(number)


@contextlib.contextmanager
def _interruptible() -> Any:
    """Let Ctrl-C end the talk cleanly."""
    task = asyncio.current_task()
    assert task is not None
    with (
        _handled(asyncio.get_running_loop(), signal.SIGINT, task.cancel),
        contextlib.suppress(asyncio.CancelledError),
    ):
        yield
