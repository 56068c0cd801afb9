"""The drafter that needs no key: it plans by rules and answers with the best sentences of the read text.

It offers the book's own sentences to the gate as they stand, each run of neighbours as one, so each is
cited with its exact span. It is a function of the question, the earlier turns and the prefix: it cannot
tell what lies past the horizon, whatever the question presses for (S19, S25), and obeys nothing that the
text says (S26).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.context import Run, ToolCall
from agent.extractive.composing import BUDGET_WORDS, MAX_SENTENCES, SHORT_WORDS, choose, join_neighbours
from agent.extractive.followup import complete
from agent.extractive.plans import tell_feature, tell_person, tell_so_far, tell_speech, tell_state, tell_term
from agent.extractive.question import Asked, Kind, read_question
from agent.extractive.reading import Reader
from agent.extractive.scoring import ReadSentence, Scored, score_sentences
from agent.extractive.support import is_foreign_to
from agent.sentences import DraftSentence
from agent.support import stems_of
from storage.values import Passage, Span

if TYPE_CHECKING:
    from storage.book.view import BookView

MODEL_NAME = "extractive"
PASSAGES = 5
"""How many of the passages found are read for an answer; what stands further down is rarely chosen."""
NEEDED_TOGETHER = 0.25
"""The share of the question that must stand within five sentences of each other."""
NEEDED_TOGETHER_WHETHER = 0.5
"""The same for a question that puts a claim forward: half a claim is no evidence for it or against it."""
_OWN_WAY = {
    Kind.PERSON: tell_person,
    Kind.FEATURE: tell_feature,
    Kind.TERM: tell_term,
    Kind.SO_FAR: tell_so_far,
    Kind.STATE: tell_state,
    Kind.SAY: tell_speech,
}

_FILLED_UP = (Kind.TERM, Kind.SAY)
"""Kinds whose own way may give a line or two; the common way adds what else stands there."""


class ExtractiveDrafter:
    """Answers with the book's own sentences, chosen by rules; holds nothing between questions."""

    model = MODEL_NAME

    async def draft(self, run: Run, *, may_call: bool) -> list[ToolCall]:
        """Offer the sentences that answer the question to the gate; never calls a tool."""
        spans = await self._answer(run)
        for span in spans:
            passage = run.view.read_around(span, before=0, after=0)
            text = " ".join(run.view.quote(span).split())
            await run.gate.offer(DraftSentence(text, (run.desk.lay(passage),), 0, len(text), text))
        if not run.gate.passed:
            run.gate.said_nothing = True
        return []

    def note_results(self, run: Run, calls: Sequence[ToolCall], results: Sequence[str]) -> None:
        """Take nothing: no tool was called."""

    def note_fault(self, run: Run) -> bool:
        """Return False: the same rules would choose the same sentences."""
        return False

    async def _answer(self, run: Run) -> list[Span]:
        """Return the spans to show, in order; none when nothing read answers (S18)."""
        view = run.view
        question = complete(run.mended, run.turns, view.names()) if run.turns else run.mended
        passages = run.desk.passages()
        if question != run.mended:
            passages = await view.search(question, PASSAGES)
        sentences = answer_sentences(
            read_question(question), view, passages, about=run.question.about is not None
        )
        return shown_spans(sentences, view)


def answer_sentences(
    asked: Asked, view: BookView, passages: Sequence[Passage], *, about: bool = False
) -> list[ReadSentence]:
    """Return the sentences that answer `asked`, in the order to show them; none when nothing read does.

    `passages` are those found for it, best first. `about` tells that the reader pointed at the first one.
    """
    reader = Reader(view)
    own_way = _OWN_WAY.get(asked.kind)
    told = own_way(asked, reader) if own_way is not None else []
    if told and asked.kind not in _FILLED_UP:
        return told if asked.kind is Kind.SO_FAR else within_budget(told)
    if asked.kind in (Kind.SO_FAR, Kind.STATE):
        return []
    if not about and is_foreign_to(asked.text, view):
        return within_budget(told)
    scored = _supported(asked, reader, passages)
    if about and not scored:
        scored = score_sentences(asked, reader.passages(passages[:1]), reader.words)
    if not scored:
        return within_budget(told)
    left = BUDGET_WORDS - sum(len(s.text.split()) for s in told)
    taken = {s.span.start for s in told}
    rest = [s for s in scored if s.sentence.span.start not in taken]
    return [*told, *choose(rest, left, MAX_SENTENCES - len(told))] if left > 0 else told


def _supported(asked: Asked, reader: Reader, passages: Sequence[Passage]) -> list[Scored]:
    """Return the scored sentences of the best passages, or else of those after them; none if none answers."""
    needed = NEEDED_TOGETHER_WHETHER if asked.kind is Kind.WHETHER else NEEDED_TOGETHER
    for some in (passages[:PASSAGES], passages[PASSAGES:]):
        scored = score_sentences(asked, reader.passages(some), reader.words)
        if any(s.to_point and s.held >= needed for s in scored):
            return scored
    return []


def within_budget(sentences: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the first of `sentences`, in their order, as many as an answer holds."""
    kept: list[ReadSentence] = []
    words = 0
    for sentence in sentences:
        words += len(sentence.text.split())
        if kept and (words > BUDGET_WORDS or len(kept) == MAX_SENTENCES):
            break
        kept.append(sentence)
    return kept


def shown_spans(sentences: Sequence[ReadSentence], view: BookView) -> list[Span]:
    """Return the spans of an answer: neighbours as one, a very short sentence with one beside it."""
    spans = [
        s.span if len(s.text.split()) >= SHORT_WORDS else _with_neighbour(s.span, view) for s in sentences
    ]
    return join_neighbours(spans, view)


def _with_neighbour(span: Span, view: BookView) -> Span:
    """Return a short sentence with the one after it in its paragraph, or else the one before it."""
    beside = Span(max(0, span.start - 2), min(view.chars, span.end + 2))
    touching = view.sentences(beside)
    for wide in (Span(span.start, touching[-1].end), Span(touching[0].start, span.end)):
        if "\n" not in view.quote(wide) and wide != span:
            return wide
    return span


def best_passages(passages: Sequence[Passage], view: BookView, question: str, most: int = 2) -> list[Span]:
    """Return up to `most` stretches of at most three sentences that fit `question`: passages alone (S22)."""
    stems = stems_of(view)
    asked = stems.of(question)
    chosen = []
    for passage in passages[:most]:
        spans = view.sentences(passage.span)
        if not spans:
            continue
        scores = [len(asked & stems.of(view.quote(s))) for s in spans]
        first = max(range(len(spans)), key=lambda i: (sum(scores[i : i + 3]), -i))
        chosen.append(Span(spans[first].start, spans[min(first + 2, len(spans) - 1)].end))
    return chosen
