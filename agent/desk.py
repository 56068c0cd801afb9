"""The desk of one run: what was laid before the drafter, and what of its draft has passed. No I/O.

A drafter knows passages by handle ("p3") alone; offsets stay here. The gate is where a draft is checked,
sentence by sentence as it comes, so that showing early and showing safely are the same thing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from agent.answer import AnswerSentence, Citation, Finding, FindingKind
from agent.check import Checker
from agent.sentences import DraftSentence
from storage.values import Passage, Span

NOT_IN_READ_MARK = "NOT_IN_READ"
"""What a drafter writes when the passages do not answer."""

OnSentence = Callable[[AnswerSentence], Awaitable[None]]


class Desk:
    """The passages of one run under their handles, in the order in which they were laid there."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        self._by_handle: dict[str, Passage] = {}
        self._handles: dict[tuple[int, int], str] = {}

    def lay(self, passage: Passage) -> str:
        """Lay `passage` on the desk and return its handle; the same span keeps the handle it has."""
        key = (passage.span.start, passage.span.end)
        handle = self._handles.get(key)
        if handle is None:
            handle = self._handles[key] = f"p{len(self._handles) + 1}"
            self._by_handle[handle] = passage
        return handle

    def find(self, handle: str) -> Passage | None:
        """Return the passage under `handle`, or None when there is none."""
        return self._by_handle.get(handle.strip().strip("[]").lower())

    def passages(self) -> list[Passage]:
        """Return all that was laid here, oldest first."""
        return list(self._by_handle.values())


class Gate:
    """Lets the sentences of a draft through, one after the other, until one does not hold."""

    def __init__(self, checker: Checker, desk: Desk, on_sentence: OnSentence | None = None) -> None:
        """Check with `checker` against what lies on `desk`; tell `on_sentence` of each that passed."""
        self._checker = checker
        self._desk = desk
        self._on_sentence = on_sentence
        self.passed: list[AnswerSentence] = []
        self.findings: list[Finding] = []
        self.fault: tuple[FindingKind, ...] = ()
        """The kinds of fault of the sentence that closed the gate; empty while it is open."""
        self.said_nothing = False
        """Whether the drafter said that the read text does not answer."""

    async def offer(self, sentence: DraftSentence) -> None:
        """Check one sentence and let it through if it holds; behind a closed gate nothing passes."""
        if self.fault:
            return
        if NOT_IN_READ_MARK in sentence.text:
            self.said_nothing = True
            return
        cited = [self._desk.find(h) for h in sentence.handles]
        known = [p for p in cited if p is not None]
        verdict = self._checker.check(
            sentence, known, self._desk.passages(), unknown_handles=len(known) < len(cited)
        )
        if verdict.findings:
            self.findings += verdict.findings
            self.fault = tuple(dict.fromkeys(f.kind for f in verdict.findings))
        elif verdict.is_negative:
            self.said_nothing = True  # S18: silence has one form, and it is not this sentence
        elif verdict.shown is not None and verdict.shown.text not in [s.text for s in self.passed]:
            self.passed.append(verdict.shown)
            if self._on_sentence is not None:
                await self._on_sentence(verdict.shown)

    def close(self) -> None:
        """Close the gate over a draft that holds nothing to show and does not say so either (E8)."""
        if not (self.passed or self.fault or self.said_nothing):
            self.fault = (FindingKind.FORM,)

    def reopen(self) -> None:
        """Open the gate for the second draft; what has passed stays."""
        self.fault = ()
        self.said_nothing = False

    def cite(self, span: Span) -> Citation:
        """Return the citation of a span of the read text."""
        return self._checker.cite(span)
