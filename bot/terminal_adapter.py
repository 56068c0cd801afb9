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
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot import replies
from bot.commands import parse as parse_command
from bot.markup import to_plain
from bot.messages import Attachment, Button, Conversation, IncomingMessage, OutgoingMessage

if TYPE_CHECKING:
    from bot.companion import Companion, Completion
    from bot.companion.scene import Messages
    from bot.config import TerminalConfig
    from bot.screen import Screen

PLATFORM = "terminal"
_LEAVING = frozenset({"quit", "exit", ":q"})
"""What leaves without a slash too: nobody asks a book that."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits at this terminal, and under which name the talk is kept apart from others."""

    account: str
    chat: str = "terminal"

    def message(self, text: str, attachments: tuple[Attachment, ...] = ()) -> IncomingMessage:
        """Return what was typed as a neutral message."""
        return IncomingMessage(Conversation(PLATFORM, self.chat), self.account, text, True, attachments)


def is_interactive(stdin: TextIO | None = None, stdout: TextIO | None = None) -> bool:
    """Tell whether a person sits at both ends."""
    return (stdin or sys.stdin).isatty() and (stdout or sys.stdout).isatty()


async def chat(
    companion: Companion,
    seat: Seat,
    opening: IncomingMessage,
    config: TerminalConfig,
    history: Path,
    pictures: Path,
) -> None:
    """Talk until the input ends, /quit, Ctrl-D or Ctrl-C.

    `opening` is handled first, as if it had been typed; an empty one is a greeting. `history` is the file
    of typed lines, `pictures` the folder for what a terminal cannot show.
    """
    if is_interactive():
        from bot.screen import Screen

        await _talk_on_screen(companion, seat, opening, Screen(config, history), pictures)
    else:
        talk = asyncio.ensure_future(_talk_in_pipe(companion, seat, opening, pictures))
        with _handled(asyncio.get_running_loop(), signal.SIGINT, talk.cancel):
            await asyncio.wait({talk})
        if not talk.cancelled():
            talk.result()


async def saved(messages: Messages, folder: Path) -> Messages:
    """Yield messages with their pictures put into `folder`, and a line that says where."""
    async with contextlib.aclosing(messages) as shown:
        async for message in shown:
            picture = message.picture
            if picture is None or not message.final:
                yield message
                continue
            path = folder / picture.name
            kept = await asyncio.to_thread(_keep, path, picture.png)
            said = replies.picture_saved(str(path)) if kept else replies.PICTURE_NOT_SAVED
            yield replace(message, text=f"{message.text}\n\n{said}", picture=None)


def _keep(path: Path, png: bytes) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png)
    except OSError:
        return False
    return True


async def _talk_in_pipe(companion: Companion, seat: Seat, opening: IncomingMessage, pictures: Path) -> None:
    """Plain text in and out: no prompt, no colour, an empty line after each message."""
    await _write(_begin(companion, opening))
    async for line in _lines(sys.stdin):
        if _leaves(line):
            return
        if line.strip():
            await _write(saved(companion.handle(seat.message(line)), pictures))


async def _write(messages: Messages) -> None:
    async for message in messages:
        if message.final and message.text:
            sys.stdout.write(to_plain(message.text) + _plain_choices(message) + "\n\n")
            sys.stdout.flush()


async def _talk_on_screen(
    companion: Companion, seat: Seat, opening: IncomingMessage, screen: Screen, pictures: Path
) -> None:
    async def complete(text: str) -> list[Completion]:
        return await companion.complete(seat.message(text))

    session = screen.session(complete)
    # The prompt comes with the first message; the rest of the greeting, and what the first question will
    # need, come above it while the reader looks or types.
    prompt_may_show = asyncio.Event()
    begun = asyncio.ensure_future(_open_talk(companion, seat, opening, screen, prompt_may_show))
    begun.add_done_callback(lambda _: prompt_may_show.set())
    with _handled(asyncio.get_running_loop(), signal.SIGINT, begun.cancel):
        await prompt_may_show.wait()
    try:
        while True:
            try:
                line = await session.prompt_async("› ")
            except (EOFError, KeyboardInterrupt):
                return
            if _leaves(line):
                return
            if line.strip():
                await _show(saved(companion.handle(seat.message(line)), pictures), screen)
    finally:
        begun.cancel()
        await asyncio.wait({begun})


async def _open_talk(
    companion: Companion, seat: Seat, opening: IncomingMessage, screen: Screen, shown: asyncio.Event
) -> None:
    async with contextlib.aclosing(_begin(companion, opening)) as messages:
        async for message in messages:
            screen.show(message)
            if message.final:
                shown.set()
    await companion.warm(seat.message(""))


async def _show(messages: Messages, screen: Screen) -> None:
    """Show messages as they come; Ctrl-C stops the answer and not the program."""

    async def show_all() -> None:
        async with contextlib.aclosing(messages) as shown:
            async for message in shown:
                screen.show(message)

    task = asyncio.ensure_future(show_all())
    with _handled(asyncio.get_running_loop(), signal.SIGINT, task.cancel):
        await asyncio.wait({task})
    if task.cancelled():
        screen.stopped()
    else:
        task.result()


def _begin(companion: Companion, opening: IncomingMessage) -> Messages:
    blank = not opening.text and not opening.attachments
    return companion.greet(opening) if blank else companion.handle(opening)


def _leaves(line: str) -> bool:
    if line.strip(" .!").casefold() in _LEAVING:
        return True
    parsed = parse_command(line)
    return parsed is not None and parsed.command is not None and parsed.command.name == "quit"


def _plain_choices(message: OutgoingMessage) -> str:
    return "".join(f"\n{number}. {label}" for number, label in numbered(message))


def numbered(message: OutgoingMessage) -> list[tuple[int, str]]:
    """Return the choices of a message under the numbers that name them; none whose label is its number."""
    labels = [button.label for button in message.choices]
    return [(number, label) for number, label in enumerate(labels, 1) if label != str(number)]


def hint(buttons: tuple[Button, ...]) -> str:
    """Return the line that tells which commands the buttons stand for; '' when they say it themselves.

    What only a button can say, since it names a row or an offset, is left out: nobody would type it.
    """
    return " · ".join(f"{b.label}: {b.action}" for b in buttons if _is_typed(b.action))


def _is_typed(action: str) -> bool:
    parsed = parse_command(action) if action.startswith("/") else None
    return parsed is not None and parsed.command is not None and not parsed.command.hidden


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
def _handled(loop: asyncio.AbstractEventLoop, number: int, act: Callable[[], Any]) -> Iterator[None]:
    try:
        loop.add_signal_handler(number, act)
    except (NotImplementedError, RuntimeError):  # Windows, or not the main thread: Ctrl-C ends the program
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(number)
