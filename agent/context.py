"""What one run is given and the model never sees: the view, the desk, the gate. Hidden by construction.

LangGraph hands it to nodes and tools as run-scoped context; no tool has an argument for any of it, so a
model can name no reader, no book and no offset (S9, E2). Without a context the graph fails closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from agent.answer import EarlierTurn, Question
from agent.desk import Desk, Gate

if TYPE_CHECKING:
    from storage.book.view import BookView


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that a drafter wants called: its name, its arguments as it wrote them, and its own id."""

    name: str
    arguments: dict[str, Any]
    call_id: str


class Drafter(Protocol):
    """Writes drafts. It may call for tools, and offers its sentences to the gate in order."""

    @property
    def model(self) -> str:
        """Return the name under which its answers are kept ("extractive", or the model's)."""

    async def draft(self, run: Run, *, may_call: bool) -> list[ToolCall]:
        """Write a draft into `run.gate`, or return the tools to call first (only when `may_call`).

        Raise `ModelUnavailable` when no draft can be had.
        """

    def note_results(self, run: Run, calls: Sequence[ToolCall], results: Sequence[str]) -> None:
        """Take what the tools said, in the order of the calls."""

    def note_fault(self, run: Run) -> bool:
        """Prepare a second draft that avoids `run.gate.fault`; return False when there would be none."""


@runtime_checkable
class Teller(Protocol):
    """What writes freely when asked: a model. Its words still have to pass the check."""

    async def complete(self, system: str, message: str) -> str:
        """Return the whole answer to one message; raise `ModelUnavailable`."""


@dataclass(frozen=True, slots=True)
class Run:
    """One question on its way: everything that nodes and tools may use, and nothing beyond the horizon."""

    view: BookView
    question: Question
    mended: str
    """The question with its names spelled as the book spells them."""
    drafter: Drafter
    desk: Desk
    gate: Gate
    turns: tuple[EarlierTurn, ...] = ()
    memories: tuple[str, ...] = ()
    thread: list[Any] = field(default_factory=list)
    """The drafter's own talk with its model, if it has one."""
    tokens: list[int] = field(default_factory=list)
    """What each message took of the model, both ways."""
