"""Where the words of a question stand close to the people it names, in all that was read.

The search ranks passages of a hundred words and more. To a short question about people who are named on every
page, the sentence that answers is often in none of the best. Reads through the view alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from agent.extractive.question import Asked
from agent.extractive.reading import Reader
from agent.extractive.verbs import base_forms, other_forms
from agent.lexicon import neutral_words
from storage.values import Passage, Span

WIDTH = 300
"""Code points from a word to the names and words that belong to it: two or three sentences."""
WORTH = 0.85
"""What a stretch with all of a question counts, beside 1 for the best passage of the search."""
AT_ONCE = 0.25
"""What more a sentence counts that has the rarest word of a stretch."""
NEEDED = 0.7
"""The share of a question's names and words that a stretch must hold."""
STRETCHES = 4
MOST_WORDS = 4
"""Names and words of substance of a short question; of longer ones the search finds more."""
SHORT_BOOK = 80_000
"""Code points; of less than that the passages found are a good part, and nobody is named everywhere."""
_ROUND_CHARS = 250
_MOST_FINDS = 400
_SHORTEST = 3
_LONGEST = 16
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ENDING = re.compile(r"(?:ying|ies|ied|ing|ed|es|s|y|e)$")
_ASKS = frozenset(
    "happen happens happened happening place take takes took taken feel feels felt feeling feelings think "
    "thinks thought opinion thing things way exactly really".split()
)
"""Words that ask and that no answer has to hold."""


class Close(NamedTuple):
    """A stretch that holds most of a question, scored to stand among passages; `word` is its rarest word."""

    passage: Passage
    word: Span


def closest_stretches(asked: Asked, reader: Reader, passages: Sequence[Passage]) -> list[Close]:
    """Return the stretches that hold most of a short question; `passages` are what the search found."""
    if not passages or reader.view.chars < SHORT_BOOK:
        return []
    names = [reader.names_of(name) for name in asked.names]
    words = _words_of(asked, reader) if names else []
    if not words or len(names) + len(words) > MOST_WORDS:
        return []
    places = [found for word in words if (found := places_of(word, reader))]
    best = passages[0].score
    return [
        Close(
            replace(reader.view.read_around(span, _ROUND_CHARS, _ROUND_CHARS), score=best * WORTH * share),
            span,
        )
        for share, span in _closest(places, names, len(words), reader)
        if share >= NEEDED
    ]


def places_of(word: str, reader: Reader) -> list[Span]:
    """Return where a word or another form of it stands, in reading order; a common one not everywhere."""
    base = base_forms().get(word, word)
    stem = reader.words.stems(base)[0]
    bare = _ENDING.sub("", base)
    found = set()
    for beginning in {bare if len(bare) >= _SHORTEST else base, *other_forms().get(base, ())}:
        for at in reader.view.find(beginning, _MOST_FINDS):
            if at.start and reader.text[at.start - 1].isalnum():
                continue
            token = _WORD.match(reader.text, at.start, at.end + _LONGEST)
            if token and reader.words.stems(token.group())[0] == stem:
                found.add(Span(*token.span()))
    return sorted(found)


def _words_of(asked: Asked, reader: Reader) -> list[str]:
    """Return the words of substance of a question that are no names."""
    named = {part for name in asked.names for part in name.split()}
    words = (word.removesuffix("'s").removesuffix("’s") for word in _WORD.findall(asked.text))
    plain = neutral_words() | _ASKS
    found = dict.fromkeys(word.lower() for word in words if word not in named and len(word) >= _SHORTEST)
    return [
        word for word in found if word not in plain and reader.words.stems(word)[0] not in reader.words.stops
    ]


def _closest(
    places: Sequence[Sequence[Span]], names: Sequence[Sequence[str]], words: int, reader: Reader
) -> list[tuple[float, Span]]:
    """Return the best stretches round the rarest word, each with its share: most names and words first, then
    the closest together, then the earliest."""
    if not places:
        return []
    pivot, *others = sorted(places, key=len)
    near_pivot = [_near(other, pivot) for other in others]
    found: list[tuple[float, int, Span]] = []
    for at in pivot:
        start, end = max(0, at.start - WIDTH), at.end + WIDTH
        fars = [other[at] for other in near_pivot if at in other]
        for known in names:
            behind = [place for name in known if (place := reader.text.find(name, at.end, end)) >= 0]
            before = [place for name in known if (place := reader.text.rfind(name, start, at.start)) >= 0]
            nearest = [place - at.end for place in behind] + [at.start - place for place in before]
            fars += [min(nearest)] if nearest else []
        share = (1 + len(fars)) / (words + len(names))
        found.append((-share, sum(fars), at))
    kept: list[tuple[float, Span]] = []
    for share, _, at in sorted(found):
        if len(kept) == STRETCHES:
            break
        if not any(abs(at.start - other.start) < WIDTH for _, other in kept):
            kept.append((-share, at))
    return kept


def _near(places: Sequence[Span], pivot: Sequence[Span]) -> dict[Span, int]:
    """Return those of `pivot` that have one of `places` near, with how far it is."""
    found = {}
    for at in pivot:
        i = bisect_left(places, at)
        far = min(abs(other.start - at.start) for other in places[max(0, i - 1) : i + 1])
        if far <= WIDTH:
            found[at] = far
    return found
