"""The story so far, folded from digests whose writer saw only the prefix (S31). No I/O of its own.

Without a model a recap is made of the sentences that the digests rest on: a little of what is far back,
most of the latest sections (told_again.py), and it ends where the reader is. With one, the model tells them
in its own words and every sentence passes the same check as an answer; what does not pass is left out.
Sections that a model has told ahead (prepare/digests.py) are told from its notes: laid before the model, and
where it does not answer, shown themselves, each sentence checked once more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from agent import prompts
from agent.answer import Answer, AnswerKind, AnswerSentence, not_in_read
from agent.check import Checker
from agent.desk import Desk, Gate
from agent.extractive import MODEL_NAME as EXTRACTIVE
from agent.sentences import DraftSentence, split
from agent.speech_marks import whole_quote
from agent.told_again import choose_sections, share_out
from storage.story.facts import SectionDigest
from storage.values import Span

if TYPE_CHECKING:
    from agent.context import Teller
    from storage.book.view import BookView


class RecapLength(StrEnum):
    """How much is told: some lines, a paragraph, a page."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class _Measure:
    words: int
    sections: int
    """How many sections are told at all."""
    sentences: int
    """How many sentences of one section, at most."""


_MEASURES = {
    RecapLength.SHORT: _Measure(words=60, sections=4, sentences=1),
    RecapLength.MEDIUM: _Measure(words=160, sections=10, sentences=2),
    RecapLength.LONG: _Measure(words=450, sections=60, sentences=4),
}


_NEAR_CHARS = 600


async def tell_recap(
    view: BookView, length: RecapLength, since: int | None, model: str, teller: Teller | None
) -> Answer:
    """Return the recap of what `view` holds, oldest first, from the offset `since` on if given.

    With a `teller` it is told in the model's words as far as they hold; if none hold, and without one, in
    those of the digests, which are the book's own where no model has told a section.
    """
    measure = _MEASURES[length]
    all_digests = [d for d in view.digests() if d.span.end > (since or 0)]
    digests = [all_digests[i] for i in sorted(choose_sections(len(all_digests), measure.sections))]
    desk = Desk()
    gate = Gate(Checker(view), desk)
    if teller is not None and digests:
        await _tell(view, digests, measure, since, desk, gate, teller)
    if not gate.passed:
        gate = Gate(Checker(view), desk)
        writer = await _retell(view, digests, measure, since, desk, gate)
        model = model if teller is not None else writer
    if not gate.passed:
        return not_in_read(view.horizon.end, model)
    findings = tuple(f.sealed() for f in gate.findings)
    return Answer(
        AnswerKind.ANSWERED, tuple(_paragraphs(view, gate.passed)), view.horizon.end, model, findings
    )


async def _tell(
    view: BookView,
    digests: list[SectionDigest],
    measure: _Measure,
    since: int | None,
    desk: Desk,
    gate: Gate,
    teller: Teller,
) -> None:
    blocks = []
    notes = [d.text for d in digests if _is_written(d) and d.span.start >= (since or 0)]
    for digest in digests:
        for span in sorted(_evidence(view, digest, since)):
            passage = view.read_around(span, before=0, after=0)
            blocks.append((desk.lay(passage), passage))
    draft = await teller.complete(prompts.SYSTEM, prompts.recap_message(blocks, measure.words, notes))
    for sentence in split(draft):
        await gate.offer(sentence)
        gate.reopen()  # one sentence that does not hold costs a recap that sentence alone


async def _retell(
    view: BookView,
    digests: list[SectionDigest],
    measure: _Measure,
    since: int | None,
    desk: Desk,
    gate: Gate,
) -> str:
    """Tell the digests themselves; return who has written what is told."""
    told = [_sentences(view, digest, since, desk) for digest in digests]
    lengths = [[len(sentence.text.split()) for _, sentence in section] for section in told]
    chosen = share_out(lengths, measure.words, measure.sentences)
    for section in sorted({section for section, _ in chosen}):
        telling = [told[section][number] for of, number in chosen if of == section]
        for _, sentence in sorted(telling, key=lambda placed: placed[0]):
            await gate.offer(sentence)
            gate.reopen()
    writers = [digests[section].writer for section, _ in reversed(chosen)]
    return next((writer for writer in writers if writer != EXTRACTIVE), EXTRACTIVE)


def _sentences(
    view: BookView, digest: SectionDigest, since: int | None, desk: Desk
) -> list[tuple[int, DraftSentence]]:
    """Return the sentences that tell a section, the most telling first, each with its place among them."""
    spans = _evidence(view, digest, since)
    if _is_written(digest) and digest.span.start >= (since or 0):
        # What bore a sentence out was the best of a few neighbours, so those are laid with it again.
        near = [view.read_around(span, before=_NEAR_CHARS, after=_NEAR_CHARS) for span in spans]
        handles = tuple(dict.fromkeys(desk.lay(passage) for passage in near))
        return [(n, replace(said, handles=handles)) for n, said in enumerate(split(digest.text))]
    told = []
    for span in spans:
        text = whole_quote(span, view)
        handle = desk.lay(view.read_around(span, before=0, after=0))
        told.append((span.start, DraftSentence(text, (handle,), raw=text)))
    return told


def _is_written(digest: SectionDigest) -> bool:
    return digest.writer != EXTRACTIVE and bool(digest.text)


def _evidence(view: BookView, digest: SectionDigest, since: int | None) -> list[Span]:
    """Return the sentences a digest rests on; of one in a model's words, the beginning of its section."""
    spans = [s for s in digest.evidence if s.start >= (since or 0)]
    if not spans and not digest.evidence:
        start = max(digest.span.start, since or 0)
        line = view.section_at(start)
        body = Span(max(start, line.body_start or 0), digest.span.end)
        spans = view.sentences(body)[:3] if len(body) > 0 else []
    return spans


def _paragraphs(view: BookView, passed: list[AnswerSentence]) -> list[AnswerSentence]:
    """Begin a paragraph with each new section."""
    told: list[AnswerSentence] = []
    last = None
    for sentence in passed:
        section = view.section_at(sentence.citations[0].span.start).ordinal if sentence.citations else last
        begins = bool(told) and section != last
        told.append(AnswerSentence(sentence.text, sentence.citations, begins_paragraph=begins))
        last = section
    return told
