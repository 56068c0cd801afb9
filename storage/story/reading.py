"""Reading a whole text for its story index: CPU work, and no more imported than it needs.

It runs in a process of its own for a novel, which is to start quickly; what is told from it is index.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.book.text import blocks
from storage.story.digests import Vocabulary, build_digests
from storage.story.evidence import Evidence
from storage.story.extract import extract, note_small_words
from storage.story.facts import SectionDigest
from storage.story.packing import (
    PackedStory,
    pack_digest,
    pack_evidence,
    pack_json,
    pack_lowercase,
    pack_vocabulary,
)
from storage.values import Span


@dataclass(frozen=True, slots=True)
class ReadStory:
    """What a whole text holds, before anything is told of it; `sections` are ordinals with spans."""

    evidence: Evidence
    sections: Sequence[tuple[int, Span]]
    digests: Sequence[SectionDigest]
    vocabulary: Vocabulary
    language: str

    def packed(self) -> PackedStory:
        """Return it as it is stored."""
        shape = [self.language, [[number, span.start, span.end] for number, span in self.sections]]
        blobs = {
            "lowercase": pack_lowercase(self.evidence.lowercase),
            "vocabulary": pack_vocabulary(self.vocabulary),
            "shape": pack_json(shape),
        }
        return PackedStory(
            pack_evidence(self.evidence), blobs, [pack_digest(digest) for digest in self.digests]
        )


def read_story(
    text: str, sections: Sequence[Span], language: str, ordinals: Sequence[int] | None = None
) -> ReadStory:
    """Read a whole reading text; see `StoryIndex.build`."""
    numbered = list(zip(ordinals or range(1, len(sections) + 1), sections, strict=True))
    evidence = Evidence()
    pieces = [(text[block.start : block.end], block.start) for block in blocks(text)]
    for piece, start in pieces:
        extract(piece, start, evidence, english=is_english(language))
    wanted = evidence.capitals()
    for piece, start in pieces:
        note_small_words(piece, start, evidence, wanted)
    digests, vocabulary = build_digests(text, numbered)
    return ReadStory(evidence, numbered, digests, vocabulary, language)


def pack_story(text: str, sections: Sequence[Span], language: str, ordinals: Sequence[int]) -> PackedStory:
    """Return the story index of a whole text as it is stored."""
    return read_story(text, sections, language, ordinals).packed()


def is_english(language: str) -> bool:
    """Tell whether the English rules apply; a book that names no language is taken to be English."""
    return language.lower().split("-")[0] in ("", "en", "eng", "und", "english")
