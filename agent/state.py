"""The state of the graph: where the run stands. No text of the book is ever in it.

So even if a checkpointer were put under the graph, it would hold nothing to leak after a rewind.
"""

from __future__ import annotations

from typing import TypedDict

from agent.answer import Answer
from agent.context import ToolCall


class State(TypedDict, total=False):
    """Counts and flags, and the answer when it is there."""

    steps: int
    """How many rounds of tools there were."""
    is_redrafted: bool
    """Whether this is the second and last draft."""
    calls: list[ToolCall]
    """The tools that the drafter wants called next."""
    answer: Answer
