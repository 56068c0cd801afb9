"""Digests: the few sentences that tell what happened in a section, chosen inside the prefix (S31). Pure.

What counts is what is new: words are weighed by how few *earlier* sections have them, never later ones,
so planted clues are neither stressed nor pruned by hindsight. A digest
depends on its section and on what stood before; the last section reached gets one of what was read.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import numpy as np

from storage.book.text import blocks, sentences
from storage.story import lexicon as lex
from storage.story.facts import SectionDigest
from storage.values import Span

WRITER = "extractive"

_WORD = re.compile(r"[^\W\d_]{3,}")
# What is looked for first is a class of letters, which is found the fastest; what stands before it, after.
_QUOTED = re.compile(r"[“\"‘](?:(?<=[“\"])[^”\"]*(?:[”\"]|$)|(?<!\w‘)[^’]*(?:’(?!\w)|$))")
_NAME = re.compile(r"[A-ZÀ-Þ](?<=[a-z,;] .)[a-zß-ÿ]+")
_DANGLING = re.compile(
    r"^(?:[\"“‘]?)(?:But|And|So|Yet|Then|This|That|These|Those|It|Such|However|For|Or|Nor|He|She|They)\b"
)
_BEARS = re.compile(r"\b(?:was|were|is|had|has|wore|with)\b", re.IGNORECASE)
_LOOKS = re.compile(
    r"\b(?:years? old|of age|hair(?:ed)?|eye[sd]?|eyebrows|beard\w*|"
    r"whiskers|moustache|nose|cheeks|complexion|chin|shoulders|gown|coat|cloak|bonnet|tall|stout|slender)\b",
    re.IGNORECASE,
)
"""After `_BEARS`: how somebody looks is no event, however rare its words are; that is for their card."""
_HINTS_OF_LOOKS = frozenset(
    "year years age hair haired eye eyes eyed eyebrows whiskers moustache nose cheeks complexion chin "
    "shoulders gown coat cloak bonnet tall stout slender".split()
)
"""A sentence with none of these words, nor a beard, has no match of `_LOOKS`."""
_CAPITAL = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]+")
_ONCE = 0.6
"""A word that stands once in a section says little of what it is about."""
_STRONG_ACTS = lex.ACTS - lex.WEAK_ACTS
_MIN_CHARS = 40
_MAX_CHARS = 420
_LONG_SECTION_SENTENCES = 40
_COMMON_CAP = 0.35
_EASY_WORDS = 28
"""A sentence of more words tells more than one thing, and seldom the one that counts."""


@dataclass(slots=True)
class Vocabulary:
    """Which words each section holds: words are numbered by first use, so a cut keeps every number."""

    numbers: dict[str, int] = field(default_factory=dict)
    sections: list[np.ndarray] = field(default_factory=list)
    """Of each section the sorted numbers of its words (uint32)."""

    def add(self, words: Iterable[str]) -> None:
        """Add the next section: its words in order of first use, each once."""
        numbers = self.numbers
        found = [numbers.setdefault(word, len(numbers)) for word in words]
        self.sections.append(np.array(sorted(found), dtype=np.uint32))

    def counts(self, text: str, before: int) -> Counter[str]:
        """Return in how many of the first `before` sections each word of `text` stands."""
        earlier = self.sections[:before]
        seen = np.bincount(np.concatenate(earlier)) if earlier else np.zeros(0, dtype=np.int64)
        found: Counter[str] = Counter()
        for word in set(_words(text)):
            number = self.numbers.get(word)
            if number is not None and number < len(seen):
                found[word] = int(seen[number])
        return found


@dataclass(frozen=True, slots=True)
class Earlier:
    """What stood before a section: how many sections, how many of them hold each word, what was told."""

    sections: int
    seen: Counter[str]
    told: AbstractSet[frozenset[str]]


def build_digests(text: str, sections: Sequence[tuple[int, Span]]) -> tuple[list[SectionDigest], Vocabulary]:
    """Return a digest for each section in turn, and the words of each; `sections` are ordinals with spans."""
    vocabulary = Vocabulary()
    seen: Counter[str] = Counter()
    told: set[frozenset[str]] = set()
    found = []
    for count, (ordinal, span) in enumerate(sections):
        sentences_here = _sentences(text, span)
        digest = _digest(text, ordinal, span, sentences_here, Earlier(count, seen, told))
        words = dict.fromkeys(chain.from_iterable(sentence.words for sentence in sentences_here))
        vocabulary.add(words)
        seen.update(words.keys())
        if digest is not None:
            found.append(digest)
            told.update(told_by(text, digest))
    return found, vocabulary


def told_by(text: str, digest: SectionDigest) -> list[frozenset[str]]:
    """Return the sentences of a digest as sets of words, as later digests are held against them."""
    return [frozenset(_words(text[s.start : s.end])) for s in digest.evidence]


def digest_section(text: str, ordinal: int, span: Span, earlier: Earlier) -> SectionDigest | None:
    """Return the digest of `span`, knowing only what stood before; None when it holds no sentence."""
    return _digest(text, ordinal, span, _sentences(text, span), earlier)


class _Sentence(NamedTuple):
    """A sentence without the space after it; `told` is what of it nobody speaks, "" when it may not tell."""

    span: Span
    told: str
    words: list[str]


def _digest(
    text: str, ordinal: int, span: Span, found: Sequence[_Sentence], earlier: Earlier
) -> SectionDigest | None:
    candidates = [sentence for sentence in found if sentence.told]
    once = [set(sentence.words) for sentence in candidates]
    frequent = Counter(chain.from_iterable(once))
    weights = _weights(frequent, len(candidates), earlier)
    named = Counter(name for sentence in candidates for name in set(_NAME.findall(sentence.told)))
    wanted = 2 + min(4, len(candidates) // _LONG_SECTION_SENTENCES)
    scored = []
    for index, (sentence, different) in enumerate(zip(candidates, once, strict=True)):
        words = sentence.words
        if not words:
            continue
        score = sum(map(weights.__getitem__, different)) / (6 + math.pow(len(words), 0.75))
        score *= _telling(
            text[sentence.span.start : sentence.span.end], sentence.told, words, different, named
        )
        # Where a section begins and ends it more often says what happens.
        edge = 1.15 if index < 3 or index >= len(candidates) - 3 else 1.0
        scored.append((score * edge, sentence.span, different))
    chosen = _spread(scored, wanted, earlier.told)
    if not chosen:
        return None
    quoted = " ".join(text[s.start : s.end] for s in sorted(chosen))
    return SectionDigest(ordinal, span, quoted, tuple(chosen), WRITER)


def _sentences(text: str, span: Span) -> list[_Sentence]:
    """Return the sentences of a section, in order; together they hold all of its words."""
    found = []
    piece = text[span.start : span.end]
    for block in blocks(piece):
        # A speech goes on over sentences that have no marks of their own, so it is looked for in all of them.
        silent = _QUOTED.sub(lambda said: " " * len(said[0]), piece[block.start : block.end])
        for sentence in sentences(piece, block):
            own = piece[sentence.start : sentence.end].rstrip()
            end = sentence.start + len(own)
            may_tell = _MIN_CHARS <= len(own) <= _MAX_CHARS and own[-1] in ".!?…”’\"'»)。！？"
            told = silent[sentence.start - block.start : end - block.start] if may_tell else ""
            found.append(_Sentence(Span(sentence.start + span.start, end + span.start), told, _words(own)))
    return found


def _weights(frequent: Mapping[str, int], total: int, earlier: Earlier) -> dict[str, float]:
    """Return how much each word is of what this section is about and earlier ones were not."""
    seen = earlier.seen.get
    rarity = [math.log((earlier.sections + 2) / (stood + 1)) for stood in range(earlier.sections + 1)]
    return {
        word: rarity[seen(word, 0)] * math.sqrt(count - _ONCE) if count / total < _COMMON_CAP else 0.0
        for word, count in frequent.items()
    }


def _telling(
    sentence: str, told: str, words: Sequence[str], different: set[str], named: Counter[str]
) -> float:
    """Return how far a sentence tells what somebody did, by its form; 1 is common."""
    names = len({name for name in _CAPITAL.findall(told) if name in named})
    acts = len([word for word in words if word[-2:] == "ed" or word in _STRONG_ACTS])
    score = (0.7 + 0.3 * min(names, 3)) * (1 + 0.08 * min(acts, 4))
    spaces = sentence.count(" ")
    score *= 0.2 + 0.8 * (len(told) - told.count(" ")) / (len(sentence) - spaces)
    if spaces >= _EASY_WORDS:
        score *= _EASY_WORDS / (spaces + 1)
    if sentence.rstrip("”’\"'")[-1:] in "?!":
        score *= 0.6
    if not _HINTS_OF_LOOKS.isdisjoint(different) or "beard" in told.lower():
        bears = _BEARS.search(told)
        if bears is not None and _LOOKS.search(told, bears.end()):
            score *= 0.4
    return score * (0.75 if _DANGLING.match(sentence) else 1.0)


def _spread(
    scored: list[tuple[float, Span, set[str]]], wanted: int, told: AbstractSet[frozenset[str]]
) -> list[Span]:
    """Take the best, none that was told before and never two that say the same, ties to the earlier."""
    chosen: list[Span] = []
    taken: list[set[str]] = []
    for _, sentence, words in sorted(scored, key=lambda item: (-item[0], item[1])):
        if frozenset(words) in told or any(
            len(words & other) > 0.5 * min(len(words), len(other)) for other in taken
        ):
            continue
        chosen.append(sentence)
        taken.append(words)
        if len(chosen) == wanted:
            break
    return chosen


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in lex.STOP_CAPITALS]
