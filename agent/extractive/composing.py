"""From scored sentences to an answer of bounded length: which to take, how they are joined. Pure."""

from __future__ import annotations

import re
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
BESIDE = 0.07
"""What a sentence gains that stands beside one that is taken: the two are read together."""
FAR_BELOW = 0.8
"""What scores so much less than the best sentence is beside the point."""
_MOST_BEFORE = 2
_PRONOUN = re.compile(r"(?:He|She|It|They|His|Her|Its|Their|Him|Them|This|That|These|Those)\b")
_SLACK = 8
_ALIKE = 0.7


def choose(
    scored: Sequence[Scored],
    budget: int = BUDGET_WORDS,
    most: int = MAX_SENTENCES,
    is_poor: Callable[[ReadSentence], bool] = lambda _: False,
    text: str = "",
) -> list[ReadSentence]:
    """Return the best sentences that fit into `budget` words, in reading order; near-duplicates once.

    One that `is_poor` is left out; it is asked only of those whose turn it is. With the read `text`, what
    stands together is kept together, "she" comes with the sentence before it, which says who that is, and
    what is far below the best sentence is left out.
    """
    rest = sorted((-one.score, one.sentence.span.start, at) for at, one in enumerate(scored))
    least = -rest[0][0] - FAR_BELOW if rest and text else float("-inf")
    chosen: list[int] = []
    words = 0
    while rest:
        worth, _, first = rest.pop(0)
        if -worth < least:
            break
        sentence = scored[first].sentence
        if chosen and words + len(sentence.text.split()) > budget + _SLACK:
            continue
        if is_poor(sentence) or any(is_alike(sentence, scored[other].sentence) for other in chosen):
            continue
        taken = _with_whom(first, scored, text, chosen)
        lengths = [len(scored[at].sentence.text.split()) for at in taken]
        while len(taken) > 1 and words + sum(lengths) > budget + _SLACK:
            taken.pop()
            lengths.pop()
        chosen += taken
        words += sum(lengths)
        if words >= budget - _SLACK or len(chosen) >= most:
            break
        if text:
            rest = sorted(_raised(rest, taken, scored, text))
    return sorted((scored[at].sentence for at in chosen), key=lambda s: s.span)


def _raised(
    rest: Sequence[tuple[float, int, int]], taken: Sequence[int], scored: Sequence[Scored], text: str
) -> list[tuple[float, int, int]]:
    """Return those of `rest` that are not `taken`, worth more where they stand beside what is."""
    beside = [at - 1 for at in taken if _touch(at - 1, at, scored, text)]
    beside += [at + 1 for at in taken if _touch(at, at + 1, scored, text)]
    return [
        (worth - BESIDE * beside.count(at) if at in beside else worth, start, at)
        for worth, start, at in rest
        if at not in taken
    ]


def _with_whom(at: int, scored: Sequence[Scored], text: str, chosen: Sequence[int]) -> list[int]:
    """Return a sentence and those before it that say who its "he" or "she" is; the nearest first."""
    taken = [at]
    while (
        len(taken) <= _MOST_BEFORE
        and _PRONOUN.match(scored[taken[-1]].sentence.text)
        and taken[-1] - 1 not in chosen
        and _touch(taken[-1] - 1, taken[-1], scored, text)
    ):
        taken.append(taken[-1] - 1)
    return taken


def _touch(one: int, other: int, scored: Sequence[Scored], text: str) -> bool:
    """Tell whether a sentence is followed by another in its paragraph."""
    if one < 0 or other >= len(scored):
        return False
    between = text[scored[one].sentence.span.end : scored[other].sentence.span.start]
    return between == " "


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
