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
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from storage.book.text import blocks, sentences
from storage.story import lexicon as lex
from storage.story.facts import SectionDigest
from storage.values import Span

WRITER = "extractive"

_WORD = re.compile(r"[^\W\d_]{3,}")
_QUOTED = re.compile(r"[“\"][^”\"]*(?:[”\"]|$)|(?<!\w)‘[^’]*(?:’(?!\w)|$)")
_NAME = re.compile(r"(?<=[a-z,;] )[A-ZÀ-Þ][a-zß-ÿ]+")
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
    told: frozenset[frozenset[str]]


def build_digests(text: str, sections: Sequence[tuple[int, Span]]) -> tuple[list[SectionDigest], Vocabulary]:
    """Return a digest for each section in turn, and the words of each; `sections` are ordinals with spans."""
    vocabulary = Vocabulary()
    seen: Counter[str] = Counter()
    told: set[frozenset[str]] = set()
    found = []
    for count, (ordinal, span) in enumerate(sections):
        digest = digest_section(text, ordinal, span, Earlier(count, seen, frozenset(told)))
        words = dict.fromkeys(_words(text[span.start : span.end]))
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
    candidates = [
        (sentence, told, _words(text[sentence.start : sentence.end]))
        for sentence, told in _candidates(text, span)
    ]
    once = [set(words) for _, _, words in candidates]
    frequent = Counter(chain.from_iterable(once))
    weights = _weights(frequent, len(candidates), earlier)
    named = Counter(name for _, told, _ in candidates for name in set(_NAME.findall(told)))
    wanted = 2 + min(4, len(candidates) // _LONG_SECTION_SENTENCES)
    scored = []
    for index, ((sentence, told, words), different) in enumerate(zip(candidates, once, strict=True)):
        if not words or frozenset(different) in earlier.told:
            continue
        score = sum(map(weights.__getitem__, different)) / (6 + math.pow(len(words), 0.75))
        score *= _telling(text[sentence.start : sentence.end], told, words, named)
        # Where a section begins and ends it more often says what happens.
        edge = 1.15 if index < 3 or index >= len(candidates) - 3 else 1.0
        scored.append((score * edge, sentence, different))
    chosen = _spread(scored, wanted)
    if not chosen:
        return None
    quoted = " ".join(text[s.start : s.end] for s in sorted(chosen))
    return SectionDigest(ordinal, span, quoted, tuple(chosen), WRITER)


def _candidates(text: str, span: Span) -> list[tuple[Span, str]]:
    """Return the sentences of a section that may tell of it, each with what of it nobody speaks."""
    found = []
    piece = text[span.start : span.end]
    for block in blocks(piece):
        # A speech goes on over sentences that have no marks of their own, so it is looked for in all of them.
        silent = _QUOTED.sub(lambda said: " " * len(said[0]), piece[block.start : block.end])
        for sentence in sentences(piece, block):
            end = sentence.start + len(piece[sentence.start : sentence.end].rstrip())
            size = end - sentence.start
            if size < _MIN_CHARS or piece[end - 1] not in ".!?…”’\"'»)。！？":
                continue
            if size <= _MAX_CHARS:
                told = silent[sentence.start - block.start : end - block.start]
                found.append((Span(sentence.start + span.start, end + span.start), told))
    return found


def _weights(frequent: Mapping[str, int], total: int, earlier: Earlier) -> dict[str, float]:
    """Return how much each word is of what this section is about and earlier ones were not."""
    seen = earlier.seen.get
    rarity = [math.log((earlier.sections + 2) / (stood + 1)) for stood in range(earlier.sections + 1)]
    return {
        word: rarity[seen(word, 0)] * math.sqrt(count - _ONCE) if count / total < _COMMON_CAP else 0.0
        for word, count in frequent.items()
    }


def _telling(sentence: str, told: str, words: Sequence[str], named: Counter[str]) -> float:
    """Return how far a sentence tells what somebody did, by its form; 1 is common."""
    names = len({name for name in _CAPITAL.findall(told) if name in named})
    acts = len([word for word in words if word.endswith("ed") or word in _STRONG_ACTS])
    score = (0.7 + 0.3 * min(names, 3)) * (1 + 0.08 * min(acts, 4))
    score *= 0.2 + 0.8 * len(told.replace(" ", "")) / len(sentence.replace(" ", ""))
    score *= min(1.0, _EASY_WORDS / len(sentence.split()))
    if sentence.rstrip("”’\"'")[-1:] in "?!":
        score *= 0.6
    bears = _BEARS.search(told)
    if bears is not None and _LOOKS.search(told, bears.end()):
        score *= 0.4
    return score * (0.75 if _DANGLING.match(sentence) else 1.0)


def _spread(scored: list[tuple[float, Span, set[str]]], wanted: int) -> list[Span]:
    """Take the best, never two that say the same, ties to the earlier."""
    chosen: list[Span] = []
    taken: list[set[str]] = []
    for _, sentence, words in sorted(scored, key=lambda item: (-item[0], item[1])):
        if any(len(words & other) > 0.5 * min(len(words), len(other)) for other in taken):
            continue
        chosen.append(sentence)
        taken.append(words)
        if len(chosen) == wanted:
            break
    return chosen


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in lex.STOP_CAPITALS]
