"""Which sentences of the passages at hand would answer a question, as scores. Pure.

A sentence scores by how well its passage was found, how much of the question stands in it and round it
(what answers "why" often stands beside the sentence that the question is about), how much it says that the
question does not, and whether it looks like an answer of the kind that is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from agent.extractive.cues import cue
from agent.extractive.question import Asked
from agent.extractive.words import Words
from storage.values import Span

ROUND = 0.4
"""What the question's words in the five sentences round one count, beside 1 for its passage's score."""
BEFORE = 0.25
"""What those in the sentence itself and the one before it count."""
OWN = 0.1
"""What those in the sentence itself count."""
NEWS = 0.08
"""What a sentence's own words count, by the logarithm of their number."""
ASKING = -0.08
"""What a sentence counts that is a question itself."""


class ReadSentence(NamedTuple):
    """A sentence of the read text: where it stands, its text, and its stems."""

    span: Span
    text: str
    stems: frozenset[str]


class Scored(NamedTuple):
    """A sentence and what it is worth in an answer.

    `held` is how much of the question stands in the five sentences round it; `to_point` tells whether its
    passage has both somebody whom the question names and something it says of them.
    """

    sentence: ReadSentence
    score: float
    held: float
    to_point: bool


class Weights:
    """What each stem of a question weighs: the rarer among the passages at hand, the more.

    Sets of stems are bits of a number, so that what holds a stem is put together quickly, and weights are
    always summed in the order of the question.
    """

    def __init__(self, weights: dict[str, float]) -> None:
        """Take the weight of each stem, in the order of the question."""
        self.stems = frozenset(weights)
        self._bits = {stem: 1 << i for i, stem in enumerate(weights)}
        self._weights = list(weights.values())
        self._whole = sum(self._weights) or 1.0
        self._shares: dict[int, float] = {}

    @classmethod
    def of(cls, asked: Sequence[str], passages: Sequence[Sequence[ReadSentence]]) -> Weights:
        """Weigh the stems `asked` by how many of `passages` hold them."""
        sets = [frozenset().union(*(sentence.stems for sentence in passage)) for passage in passages]
        counts = {stem: sum(stem in found for found in sets) for stem in asked}
        return cls({stem: math.log(1 + (len(sets) + 1) / (count + 0.5)) for stem, count in counts.items()})

    def held(self, stems: frozenset[str]) -> int:
        """Return which stems of the question are among `stems`."""
        found = 0
        for stem in stems & self.stems:
            found |= self._bits[stem]
        return found

    def share(self, together: int) -> float:
        """Return the share of the question that is held."""
        share = self._shares.get(together)
        if share is None:
            weights = (w for i, w in enumerate(self._weights) if together >> i & 1)
            share = self._shares[together] = sum(weights) / self._whole
        return share


def score_sentences(
    asked: Asked,
    passages: Sequence[tuple[float, Sequence[ReadSentence]]],
    words: Words,
) -> list[Scored]:
    """Return every sentence of `passages` with its score, passage by passage, in order.

    Each passage comes with its search score.
    """
    question = Weights.of(words.content(asked.text), [sentences for _, sentences in passages])
    names = question.held(frozenset(words.stems(" ".join(asked.names))))
    deeds = question.held(frozenset(words.stems(" ".join(asked.deeds)))) & ~names
    top = max((score for score, _ in passages), default=0.0) or 1.0
    plain = words.stops | question.stems
    worth = cue(asked)
    found: list[Scored] = []
    for passage_score, sentences in passages:
        # Two more at either end that hold nothing: each sentence then has two before it and two after it.
        held = [0, 0, *(question.held(sentence.stems) for sentence in sentences), 0, 0]
        all_held = reduce(or_, held)
        to_point = not (names and deeds) or bool(all_held & names and all_held & deeds)
        for i, sentence in enumerate(sentences):
            with_before = held[i + 1] | held[i + 2]
            round_it = question.share(held[i] | with_before | held[i + 3] | held[i + 4])
            score = (
                passage_score / top
                + ROUND * round_it
                + BEFORE * question.share(with_before)
                + OWN * question.share(held[i + 2])
                + NEWS * math.log1p(len(sentence.stems - plain))
                + worth(sentence.text)
                + (ASKING if sentence.text.rstrip("\"'”’ )").endswith("?") else 0.0)
            )
            found.append(Scored(sentence, round(score, 6), round_it, to_point))
    return found
