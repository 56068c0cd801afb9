"""The drafter that needs no key: it plans by rules and answers with the best sentences of the read text.

It offers the book's own sentences to the gate as they stand, each run of neighbours as one, so each is
cited with its exact span. It is a function of the question, the earlier turns and the prefix: it cannot
tell what lies past the horizon, whatever the question presses for (S19, S25), and obeys nothing that the
text says (S26).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.context import Run, ToolCall
from agent.extractive.closeness import AT_ONCE, Close, closest_stretches
from agent.extractive.composing import BUDGET_WORDS, MAX_SENTENCES, SHORT_WORDS, choose, join_neighbours
from agent.extractive.followup import complete
from agent.extractive.meetings import tell_meeting
from agent.extractive.plans import (
    tell_fate,
    tell_feature,
    tell_person,
    tell_so_far,
    tell_speech,
    tell_state,
    tell_term,
    tell_tie,
    tell_whose_line,
)
from agent.extractive.question import Asked, Kind, read_question, without_event
from agent.extractive.reading import Reader
from agent.extractive.scenes import scene_of, tell_place, tell_regard, tell_scene
from agent.extractive.scoring import ReadSentence, Scored, score_sentences
from agent.extractive.support import is_foreign_to, stands_somehow
from agent.sentences import DraftSentence
from agent.speech_marks import whole_quote
from agent.support import stems_of
from storage.values import Passage, Span

if TYPE_CHECKING:
    from storage.book.view import BookView

MODEL_NAME = "extractive"
_BARE_NAME_WORDS = 4
_LEADS_ON = (":", "—", ":-")
_FOLLOWING_WORDS = 40
_WHERE_IS = re.compile(
    r"(?:(?:so|and|but)\s+)*where(?:['’]s|\s+is)\s+(?P<name>[^?!]{2,60}?)[\s?.!]*", re.IGNORECASE
)
PASSAGES = 5
"""How many of the passages found are read for an answer; what stands further down is rarely chosen."""
NEEDED_TOGETHER = 0.25
"""The share of the question that must stand within five sentences of each other."""
NEEDED_TOGETHER_WHETHER = 0.5
"""The same for a question that puts a claim forward: half a claim is no evidence for it or against it."""
BESIDE_A_SENSE = 2
"""How many sentences are added to those that explain a word."""
_OWN_WAY = {
    Kind.PERSON: tell_person,
    Kind.FEATURE: tell_feature,
    Kind.TERM: tell_term,
    Kind.TIE: tell_tie,
    Kind.FATE: tell_fate,
    Kind.SCENE: tell_scene,
    Kind.REGARD: tell_regard,
    Kind.MEETING: tell_meeting,
    Kind.PLACE: tell_place,
    Kind.SO_FAR: tell_so_far,
    Kind.STATE: tell_state,
    Kind.SAY: tell_speech,
    Kind.WHOSE_LINE: tell_whose_line,
}

_ASKED_ALONE = (Kind.SO_FAR, Kind.AHEAD, Kind.WHOSE_LINE)
"""Kinds that ask about the book and not about what was said before."""
_FILLED_UP = (Kind.TERM, Kind.SAY, Kind.SCENE)
"""Kinds whose own way may give a line or two; the common way adds what else stands there."""


class ExtractiveDrafter:
    """Answers with the book's own sentences, chosen by rules; holds nothing between questions."""

    model = MODEL_NAME

    async def draft(self, run: Run, *, may_call: bool) -> list[ToolCall]:
        """Offer the sentences that answer the question to the gate; never calls a tool."""
        spans = await self._answer(run)
        for span in spans:
            passage = run.view.read_around(span, before=0, after=0)
            text = whole_quote(span, run.view)
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
        alone = not run.turns or read_question(run.mended).kind in _ASKED_ALONE
        question = run.mended if alone else complete(run.mended, run.turns, view.names())
        passages = run.desk.passages()
        if question != run.mended:
            passages = await view.search(question, PASSAGES)
        about = run.question.about is not None
        event = "" if about else read_question(question).event
        scene = await asyncio.to_thread(scene_of, event, Reader(view)) if event else None
        if scene is not None:
            passages = await view.search(without_event(question), PASSAGES, within=scene)
        # Off the loop: milliseconds, and seconds where ties or looks of a long novel are asked for first.
        return await asyncio.to_thread(
            _answering, question, view, passages, about=about, in_scene=scene is not None
        )


def _answering(
    question: str, view: BookView, passages: Sequence[Passage], *, about: bool, in_scene: bool
) -> list[Span]:
    """Return the spans to show in answer to a question, in order; `in_scene` tells that the passages found
    are those of the event that it names."""
    asked = _understood(question, view)
    if in_scene:
        asked = replace(asked, text=without_event(question))
    return shown_spans(answer_sentences(asked, view, passages, about=about), view)


def _understood(question: str, view: BookView) -> Asked:
    """Return what a question asks for; "where is" somebody who is met asks for the latest place (S11)."""
    asked = read_question(question)
    bare = question.strip(" \t?!.,;:\"“”'‘’")
    if asked.kind is Kind.WHETHER and bare and len(bare.split()) <= _BARE_NAME_WORDS and view.who(bare):
        return Asked(question, Kind.PERSON, bare)
    where = _WHERE_IS.fullmatch(question.strip()) if asked.kind is Kind.WHERE else None
    if where is not None and view.who(where["name"]):
        return Asked(question, Kind.STATE, where["name"])
    if where is not None and (where["name"][0].isupper() or _is_name(where["name"], view)):
        return Asked(question, Kind.PLACE, where["name"])
    return asked


def _is_name(text: str, view: BookView) -> bool:
    """Tell whether `text` is a name that was read, however it is written."""
    return text.lower() in (name.lower() for name in view.names())


def _is_nobody(asked: Asked, view: BookView) -> bool:
    """Tell whether a part of the name that somebody is asked for by stands nowhere (S18)."""
    parts = asked.subject.split()
    return (
        asked.kind is Kind.PERSON
        and len(parts) <= _BARE_NAME_WORDS
        and parts[0].lower() not in ("the", "a", "an")
        and not all(
            stands_somehow(part.strip(".,").removesuffix("'s").removesuffix("’s"), view) for part in parts
        )
    )


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
    if asked.kind in (Kind.SO_FAR, Kind.STATE, Kind.WHOSE_LINE, Kind.AHEAD):
        return []
    if asked.kind is Kind.FEATURE and len(view.who(asked.subject)) == 1:
        return []  # the common way would tell how somebody else looks
    if not about and (is_foreign_to(asked.text, view) or _is_nobody(asked, view)):
        return within_budget(told)
    stretches = [] if about or asked.event else closest_stretches(asked, reader, passages)
    scored = _supported(asked, reader, passages, stretches)
    if about and not scored:
        scored = score_sentences(asked, reader.passages(passages[:1]), reader.words)
    if not scored:
        return within_budget(told)
    left = BUDGET_WORDS - sum(len(s.text.split()) for s in told)
    taken = {s.span.start for s in told}
    new = [s for s in scored if s.sentence.span.start not in taken]
    if left <= 0:
        return told
    if told and asked.kind is Kind.TERM:
        return _with_few_beside(told, new, left, asked.subject, reader)
    most = MAX_SENTENCES - len(told)
    text = reader.text
    more = choose(new, left, most, reader.is_heading, text) or choose(new, left, most, text=text)
    return sorted([*told, *more], key=lambda s: s.span) if asked.kind is Kind.SCENE else [*told, *more]


def _with_few_beside(
    told: Sequence[ReadSentence], new: Sequence[Scored], left: int, word: str, reader: Reader
) -> list[ReadSentence]:
    """Return what explains a word and little beside it: what stands in the same paragraph, in its order, and
    after that what has the word."""

    def stands_by(sentence: ReadSentence) -> bool:
        spans = [
            Span(min(sentence.span.start, s.span.start), max(sentence.span.end, s.span.end)) for s in told
        ]
        return any("\n" not in reader.view.quote(span) for span in spans)

    near = [one for one in new if stands_by(one.sentence)]
    by = choose(near, left, BESIDE_A_SENSE, reader.is_heading)
    further: list[ReadSentence] = []
    if len(by) < BESIDE_A_SENSE:
        having = [one for one in new if one not in near and word.lower() in one.sentence.text.lower()]
        further = choose(having, left, BESIDE_A_SENSE - len(by), reader.is_heading)
    return [*sorted([*told, *by], key=lambda s: s.span), *further]


def _supported(
    asked: Asked, reader: Reader, passages: Sequence[Passage], stretches: Sequence[Close]
) -> list[Scored]:
    """Return the scored sentences of the best passages, or else of those after them; none if none answers."""
    needed = NEEDED_TOGETHER_WHETHER if asked.claims else NEEDED_TOGETHER
    found = [close.passage for close in stretches]
    best = sorted([*found, *passages[:PASSAGES]], key=lambda passage: -passage.score)
    for some in (best, passages[PASSAGES:]):
        scored = score_sentences(asked, reader.passages(some), reader.words)
        if any(s.to_point and s.held >= needed for s in scored):
            words = [close.word for close in stretches]
            return [
                s._replace(score=s.score + AT_ONCE) if any(s.sentence.span.overlaps(w) for w in words) else s
                for s in scored
            ]
    return []


def within_budget(sentences: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the first of `sentences`, in their order, as many as an answer holds."""
    kept: list[ReadSentence] = []
    words = 0
    for sentence in sentences:
        more = len(sentence.text.split())
        if kept and words + more > BUDGET_WORDS:
            continue
        kept.append(sentence)
        words += more
        if len(kept) == MAX_SENTENCES:
            break
    return kept


def shown_spans(sentences: Sequence[ReadSentence], view: BookView) -> list[Span]:
    """Return the spans of an answer: neighbours as one, a very short sentence with one beside it."""
    spans: list[Span] = []
    for sentence in sentences:
        is_short = len(sentence.text.split()) < SHORT_WORDS
        spans.append(_with_neighbour(sentence.span, view) if is_short else sentence.span)
        if sentence.text.endswith(_LEADS_ON):
            spans += _what_follows(sentence.span, view)
    return join_neighbours(spans, view)


def _what_follows(span: Span, view: BookView) -> list[Span]:
    """Return the sentence after "and he said:", which is nothing without it; none past the place."""
    after = view.sentences(Span(span.end, min(view.chars, span.end + 3)))
    found = [s for s in after if s.start >= span.end][:1]
    return [s for s in found if len(view.quote(s).split()) <= _FOLLOWING_WORDS]


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
