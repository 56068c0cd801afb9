"""The agent: from a question and a view to a checked answer. The only thing that bot calls.

It knows no platform, no SQL and no reader: whoever calls opened the view, chose the turns and keeps what
comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.answer import Answer, EarlierTurn, Finding, FindingKind, Question
from agent.asked import mend_names
from agent.check import Checker
from agent.context import Drafter, Run, Teller
from agent.desk import Desk, Gate, OnSentence
from agent.extractive import MODEL_NAME as EXTRACTIVE
from agent.extractive import ExtractiveDrafter
from agent.extractive.tongues import in_english
from agent.ordinary import ordinary_sense
from agent.prepare.digests import Keep, ViewAt, Writer, Written, write_digests
from agent.prepare.facts import Found, KeepFacts, Proposer, write_facts
from agent.prepare.meter import Meter, Metered
from agent.recap import RecapLength, tell_recap
from agent.remembering import Note, propose_notes
from agent.sentences import MAX_DRAFT_CHARS, clean, split
from storage.errors import ModelUnavailable

if TYPE_CHECKING:
    from agent.graph import ReadingGraph
    from agent.llm import ModelConfig
    from storage.book.view import BookView
    from storage.story.facts import SectionDigest, SectionFacts

_PASSAGES_A_SENTENCE = 6


class ReadingAgent:
    """Answers questions about one view at a time; holds nothing of any reader, so one serves everybody."""

    def __init__(self, drafter: Drafter | None = None) -> None:
        """Take what writes drafts; without one, answers are the book's own sentences."""
        self._drafter: Drafter = drafter or ExtractiveDrafter()
        self._graph: ReadingGraph | None = None

    @classmethod
    def from_config(cls, config: ModelConfig | None) -> ReadingAgent:
        """Return the agent for a configuration: with a model, or extractive when none is named."""
        if config is None or not config.model:
            return cls()
        from agent.llm import connect

        return cls(connect(config))

    @property
    def model(self) -> str:
        """Return the name under which answers are kept."""
        return self._drafter.model

    @property
    def waits_for_model(self) -> bool:
        """Tell whether an answer is waited for, or computed here at once."""
        return not isinstance(self._drafter, ExtractiveDrafter)

    def prepare(self) -> None:
        """Load and compile the graph now, not at the first question; takes seconds, so off the loop."""
        if self._graph is None:
            from agent.graph import ReadingGraph  # imported late: the program starts without it

            self._graph = ReadingGraph()

    async def answer(
        self,
        question: Question | str,
        view: BookView,
        *,
        turns: Sequence[EarlierTurn] = (),
        memories: Sequence[str] = (),
        on_sentence: OnSentence | None = None,
    ) -> Answer:
        """Return the answer to `question` from what `view` holds.

        `turns` and `memories` must already be bounded by the view's horizon (S37). `on_sentence` hears
        each sentence as soon as it has passed the check, in order; the returned answer is the last word:
        when it is of kind PASSAGES it takes the place of what was heard. Raise `ModelUnavailable` when a
        model is configured and does not answer; `HorizonViolation` means drop the turn.
        """
        if self._graph is None:
            await asyncio.to_thread(self.prepare)
        assert self._graph is not None
        asked = Question(question) if isinstance(question, str) else question
        desk = Desk()
        gate = Gate(Checker(view, asked.text), desk, on_sentence)
        mended = mend_names(in_english(asked.text), view)
        run = Run(view, asked, mended, self._drafter, desk, gate, tuple(turns), tuple(memories))
        return await self._graph.run(run)

    async def recap(
        self, view: BookView, length: RecapLength | str = RecapLength.MEDIUM, since: int | None = None
    ) -> Answer:
        """Return the story so far in `length`, oldest first; from the offset `since` on, if given (S31).

        With a model it is told in its words as far as they pass the check, else in the book's own. A model
        that does not answer is no reason to leave a reader without: then too the book's own words stand.
        """
        teller = self._drafter if isinstance(self._drafter, Teller) else None
        try:
            return await tell_recap(view, RecapLength(length), since, self.model, teller)
        except ModelUnavailable:
            return await tell_recap(view, RecapLength(length), since, EXTRACTIVE, None)

    async def ordinary_sense(self, word: str) -> str:
        """Return what a word ordinarily means, by a model that is told the word alone; '' without one.

        Raise `ModelUnavailable`.
        """
        return await ordinary_sense(word, self._drafter) if isinstance(self._drafter, Writer) else ""

    async def write_digests(
        self,
        furthest: BookView,
        view_at: ViewAt,
        *,
        done: Sequence[SectionDigest],
        keep: Keep,
        passed: Collection[int],
        most_chars: int,
        meter: Meter,
    ) -> Written:
        """Tell passed sections in a model's words (agent/prepare/digests.py); nothing without a model.

        Raise `ModelUnavailable` when it does not answer, `AllowanceUsed` when `meter` has no more left; what
        was kept by then stays.
        """
        if not isinstance(self._drafter, Writer):
            return Written((), ())
        writer = Metered(self._drafter, meter)
        return await write_digests(
            furthest, view_at, writer, done, keep, passed=passed, most_chars=most_chars
        )

    async def write_facts(
        self,
        furthest: BookView,
        view_at: ViewAt,
        *,
        done: Sequence[SectionFacts],
        keep: KeepFacts,
        passed: Collection[int],
        most_chars: int,
        meter: Meter,
    ) -> Found:
        """Find story facts in passed sections (agent/prepare/facts.py); raises as `write_digests` does."""
        if not isinstance(self._drafter, Proposer):
            return Found((), 0, 0)
        proposer = Metered(self._drafter, meter)
        return await write_facts(
            furthest, view_at, proposer, done, keep, passed=passed, most_chars=most_chars
        )

    async def remember(
        self, question: str, answer: Answer, view: BookView, summary: str = ""
    ) -> tuple[Note, ...]:
        """Return what a model would remember of a turn, each note with its reveal; () when there is none.

        `summary` is the running summary so far. Nothing is stored here, and a model that does not answer
        remembers nothing: a turn never fails for its notes.
        """
        if not isinstance(self._drafter, Teller):
            return ()
        try:
            return await propose_notes(question, answer, view, self._drafter, summary)
        except ModelUnavailable:
            return ()


async def check_draft(draft: str, view: BookView) -> list[Finding]:
    """Return what of `draft` may not be shown to a reader at the view's horizon; [] when all of it may.

    Findings are in order, with code points of the draft as given and the text that stands there. Support
    is looked for in the whole read text, sentence by sentence.
    """
    checker = Checker(view)
    findings: list[Finding] = []
    for sentence in split(draft[:MAX_DRAFT_CHARS]):
        cleaned = replace(sentence, text=clean(sentence.text))
        found = await view.search(cleaned.text, _PASSAGES_A_SENTENCE)
        verdict = checker.check(cleaned, (), found)
        findings += verdict.findings
        if verdict.shown is None and not verdict.findings and not verdict.is_negative:
            findings.append(Finding(FindingKind.SUPPORT, sentence.start, sentence.end, sentence.text))
    return findings
