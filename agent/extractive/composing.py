"""From scored sentences to an answer of bounded length: which to take, how they are joined. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from agent.extractive.scoring import ReadSentence, Scored
from storage.values import Span

if TYPE_CHECKING:
    from storage.book.view import BookView

BUDGET_WORDS = 88
"""What an answer aims at; a median below 90 follows, as sentences are not cut."""
MAX_SENTENCES = 7
SHORT_WORDS = 5
"""A sentence of fewer words says little alone and goes with its neighbour."""
_SLACK = 8
_ALIKE = 0.7


def choose(
    scored: Sequence[Scored],
    budget: int = BUDGET_WORDS,
    most: int = MAX_SENTENCES,
    is_poor: Callable[[ReadSentence], bool] = lambda _: False,
) -> list[ReadSentence]:
    """Return the best sentences that fit into `budget` words, in reading order; near-duplicates once.

    One that `is_poor` is left out; it is asked only of those whose turn it is.
    """
    order = sorted(scored, key=lambda s: (-s.score, s.sentence.span.start))
    chosen: list[ReadSentence] = []
    words = 0
    for candidate in order:
        sentence = candidate.sentence
        more = len(sentence.text.split())
        if chosen and words + more > budget + _SLACK:
            continue
        if is_poor(sentence) or any(is_alike(sentence, other) for other in chosen):
            continue
        chosen.append(sentence)
        words += more
        if words >= budget - _SLACK or len(chosen) == most:
            break
    return sorted(chosen, key=lambda s: s.span)


def is_alike(one: ReadSentence, other: ReadSentence) -> bool:
    """Tell whether two sentences are the same, or say nearly the same words."""
    if one.span == other.span:
        return True
    a, b = one.stems, other.stems
    return len(a & b) > _ALIKE * min(len(a), len(b)) and len(a ^ b) < len(a & b)


def join_neighbours(spans: Sequence[Span], view: BookView) -> list[Span]:
    """Return `spans` with those that touch, within a paragraph, made one; else their order is kept."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and last.start <= span.start <= last.end:
            joined[-1] = Span(last.start, max(last.end, span.end))
        elif last is not None and last.end < span.start and view.quote(Span(last.end, span.start)) == " ":
            joined[-1] = Span(last.start, span.end)
        elif not any(other.start <= span.start and span.end <= other.end for other in joined):
            joined.append(span)
    return joined
