"""The answerer that needs no key: it plans by rules and answers with the best sentences of the read text.

The interface, for whoever makes this better:

- `ExtractiveDrafter.draft(run, may_call=...)` reads `run.view` (already bounded) and `run.question`. The best
  passages for the question already lie on `run.desk` (`run.desk.passages()`, best first); more may be
  searched, and whatever is used must be laid there: `handle = run.desk.lay(passage)`.
- It offers `DraftSentence(text, handles)` to `run.gate.offer`, in the order in which they are to be shown.
  A sentence of the book goes as it stands there: the check then passes it word for word and cites its span.
  Words of our own ("First met in ch. 3.") go through the same check as a model's.
- If nothing read answers, it offers nothing and sets `run.gate.said_nothing = True`: the one template.
- It calls no tools and has no second draft (`note_fault` is False): then the passages stand alone.
- It is a function of the question and the prefix, so it cannot tell what lies past the horizon, whatever
  the question presses for (S19, S25), and obeys nothing that the text says (S26).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.context import Run, ToolCall
from agent.sentences import DraftSentence
from agent.support import stems_of
from storage.values import Passage, Span

if TYPE_CHECKING:
    from storage.book.view import BookView

MODEL_NAME = "extractive"
MAX_SENTENCES = 3
_WHO = re.compile(r"\W*(?:so\s+)?who(?:'s|’s|\s+is|\s+was|\s+are)\s+(?P<name>.+?)\s*[?.!]*$", re.IGNORECASE)
_MEANS = re.compile(
    r"\W*(?:what\s+does\s+(?P<a>.+?)\s+mean|define\s+(?P<b>.+?)|"
    r"what\s+is\s+(?:an?\s+|the\s+)?(?P<c>[\w'’ -]+?))\s*[?.!]*$",
    re.IGNORECASE,
)
_SO_FAR = re.compile(
    r"\b(?:so far|up to now|recap|summar\w+|catch me up|what (?:has )?happened\W*$)", re.IGNORECASE
)


class ExtractiveDrafter:
    """Answers with the book's own sentences, chosen by rules; holds nothing between questions."""

    model = MODEL_NAME

    async def draft(self, run: Run, *, may_call: bool) -> list[ToolCall]:
        """Offer the best read sentences for the question to the gate; never calls a tool."""
        question = run.question.text
        spans = self._by_card(run, question) or self._so_far(run, question) or self._by_overlap(run, question)
        for span in spans[: MAX_SENTENCES if len(spans) <= 8 else 5]:
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

    # ---- plans -----------------------------------------------------------------------------

    def _by_card(self, run: Run, question: str) -> list[Span]:
        who = _WHO.match(question)
        if who is not None:
            cards = run.view.who(who.group("name").strip())
            spans = [
                s for card in cards[:2] for s in ([d.span for d in card.descriptors] or list(card.quotes))
            ]
            return [_sentence_at(run.view, s) for s in spans[:MAX_SENTENCES]]
        means = _MEANS.match(question)
        if means is not None:
            card = run.view.define(next(g for g in means.groups() if g).strip(" '\"“”‘’"))
            if card is not None:
                return [_sentence_at(run.view, sense.span) for sense in card.senses[:MAX_SENTENCES]]
        return []

    def _so_far(self, run: Run, question: str) -> list[Span]:
        if not _SO_FAR.search(question):
            return []
        return [span for digest in run.view.digests() for span in digest.evidence[:1]][-5:]

    def _by_overlap(self, run: Run, question: str) -> list[Span]:
        stems = stems_of(run.view)
        asked = stems.of(question)
        scored: list[tuple[float, int, Span]] = []
        for rank, passage in enumerate(run.desk.passages()):
            for span in run.view.sentences(passage.span):
                shared = asked & stems.of(run.view.quote(span))
                if shared:
                    scored.append((-len(shared) + 0.15 * rank, span.start, span))
        best = [span for _, _, span in sorted(scored)[:MAX_SENTENCES]]
        return sorted(dict.fromkeys(best))


def _sentence_at(view: BookView, span: Span) -> Span:
    found = view.sentences(span)
    return found[0] if found else span


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
