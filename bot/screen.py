"""What a person at a terminal looks at: the prompt, growing answers, the progress bar, completion.

prompt_toolkit draws; rich draws the progress bar and is loaded when there is one.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.completion import CompleteEvent, Completer
from prompt_toolkit.completion import Completion as Shown
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from bot.messages import Kind, OutgoingMessage
from bot.terminal_adapter import hint, numbered
from bot.typeset import Fragment, Typesetter

if TYPE_CHECKING:
    from rich.progress import Progress

    from bot.companion import Completion
    from bot.config import TerminalConfig

_STYLE = Style.from_dict(
    {
        "bold": "bold",
        "italic": "italic",
        "code": "ansigreen",
        "quote": "ansibrightblack",
        "citation": "ansicyan",
        "hint": "ansibrightblack",
        "refusal": "ansiyellow",
        "choice": "ansicyan bold",
    }
)

Complete = Callable[[str], Awaitable[list["Completion"]]]


class Screen:
    """Shows messages one after the other; a message that grows is written as it grows."""

    def __init__(self, config: TerminalConfig, history: Path) -> None:
        """Look as `config` says; typed lines are kept in the file `history`."""
        self._config = config
        self._history = history
        self._depth = None if config.colour else ColorDepth.DEPTH_1_BIT
        self._slot = ""
        self._shown = ""
        self._setter: Typesetter | None = None
        self._progress: Progress | None = None
        self._task: Any = None

    def session(self, complete: Complete) -> PromptSession[str]:
        """Return the line editor."""
        kept = FileHistory(str(self._history)) if self._config.history else InMemoryHistory()
        return PromptSession(
            history=kept,
            completer=_Names(complete),
            complete_while_typing=False,
            style=_STYLE,
            color_depth=self._depth,
        )

    def show(self, message: OutgoingMessage) -> None:
        """Show a message, or what is new in one that grows; above the prompt when that is showing."""
        if message.kind is Kind.PROGRESS and not message.final:
            self._bar(message)
            return
        self._end_bar()
        fragments: list[Fragment] = []
        if self._setter is None or not message.slot or message.slot != self._slot:
            self._begin(message)
        elif not message.text.startswith(self._shown):  # it was put otherwise: said anew below
            fragments.append(("", "\n\n"))
            self._begin(message)
        fragments += self._grown(message)
        if message.final:
            fragments += self._ending(message)
            self._setter, self._slot, self._shown = None, "", ""
        self._write(fragments)  # in one piece, or the prompt would come between

    def stopped(self) -> None:
        """Leave a half-shown message cleanly."""
        self._end_bar()
        self._setter = None
        self._write([("", "\n"), ("class:hint", "Stopped."), ("", "\n\n")])

    # ---- inside ------------------------------------------------------------------------------

    def _begin(self, message: OutgoingMessage) -> None:
        width = min(shutil.get_terminal_size().columns - 1, self._config.width_columns)
        self._setter = Typesetter(width)
        self._slot, self._shown = message.slot, ""

    def _grown(self, message: OutgoingMessage) -> list[Fragment]:
        assert self._setter is not None
        new = message.text[len(self._shown) :]
        self._shown = message.text
        fragments = list(self._setter.set(new)) if new else []
        if message.kind is Kind.REFUSAL:
            return [(style or "class:refusal", text) for style, text in fragments]
        return fragments

    @staticmethod
    def _ending(message: OutgoingMessage) -> list[Fragment]:
        lines: list[Fragment] = []
        if message.choices:
            for number, label in numbered(message):
                lines += [("", "\n"), ("class:choice", f" {number} "), ("", label)]
        elif message.kind is not Kind.ANSWER and (commands := hint(message.buttons)):
            lines += [("", "\n"), ("class:hint", commands)]
        return [*lines, ("", "\n\n")]

    def _bar(self, message: OutgoingMessage) -> None:
        if self._progress is None:
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

            self._progress = Progress(
                TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), transient=True
            )
            self._progress.start()
            self._task = self._progress.add_task("", total=1.0)
        self._progress.update(self._task, description=message.text, completed=message.share or 0.0)

    def _end_bar(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _write(self, fragments: Iterable[Fragment]) -> None:
        print_formatted_text(
            FormattedText(list(fragments)), end="", flush=True, style=_STYLE, color_depth=self._depth
        )


class _Names(Completer):
    """Offers commands, books, and names already read (T43)."""

    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Shown]:
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Shown, None]:
        for found in await self._complete(document.text_before_cursor):
            yield Shown(found.text, found.start, display_meta=found.about)
