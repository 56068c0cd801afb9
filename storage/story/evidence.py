"""Evidence: what single blocks of text say, before anybody decides what it means. Pure.

Extraction sees one block and nothing else, so the evidence of a block is the same in every text that
holds the block. Whoever folds evidence keeps what stands before the last block of a prefix and takes
the last block's evidence from its cut text: that is all there is to *bounded equals truncated*.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from enum import IntEnum
from operator import attrgetter
from typing import TypeVar

from storage.values import Span

KEPT_LOWERCASE = 12
"""How many places of a word in small letters are kept: the first ones decide, and a cut keeps them."""


class Cue(IntEnum):
    """What the words around one mention of a capitalised name say about it: bits, added up for a mention.

    No flags of Python's own: joining those takes ten times as long, and a novel has 70,000.
    """

    INITIAL = 1
    """It begins a sentence or a speech, where any word has a capital."""
    SAID = 2
    ACTS = 4
    WEAKLY_ACTS = 8
    POSSESSIVE = 16
    CALLED = 32
    """Somebody calls it out, between commas or before an exclamation mark."""
    WHO = 64
    KIN = 128
    HE = 256
    SHE = 512
    IN = 1024
    TO = 2048
    THE = 4096
    A = 8192
    BEFORE_NOUN = 16384
    WHICH = 32768
    SPEECH = 65536
    """It stands inside quotation marks."""
    POINTED = 131072
    """A word like "this" or "that" stands before it."""
    CALLED_FIRST = 262144
    """As CALLED, but at the start of a speech, where an exclamation would stand as well."""

    SPEAKER = 524288
    """Somebody speaks of it, and the "he" or "she" after the speech is who does."""


@dataclass(slots=True)
class Mentions:
    """Where one surface string stands, in order, and the cues of each place."""

    starts: array[int] = field(default_factory=lambda: array("l"))
    cues: array[int] = field(default_factory=lambda: array("l"))

    def before(self, end: int) -> Mentions:
        """Return the mentions that start before `end`."""
        count = bisect_left(self.starts, end)
        return Mentions(self.starts[:count], self.cues[:count])


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that one sentence says of one name.

    `at` is the offset of the mention, `span` the sentence: its end is the reveal (S11). `kind` and `text`
    depend on the list the claim is in.
    """

    at: int
    name: str
    kind: str
    text: str
    span: Span


_C = TypeVar("_C", bound=Claim)


@dataclass(slots=True)
class Evidence:
    """All evidence of a stretch of whole blocks, in reading order."""

    mentions: dict[str, Mentions] = field(default_factory=dict)
    lowercase: dict[str, array[int]] = field(default_factory=dict)
    """Of each word in small letters the first places, at most `KEPT_LOWERCASE`."""
    traits: list[Claim] = field(default_factory=list)
    """`kind` is the descriptor's, `text` the words that say it."""
    identities: list[Claim] = field(default_factory=list)
    """`text` is the other name; `kind` tells how it was said."""
    ties: list[Claim] = field(default_factory=list)
    """`text` is the other person's name, `kind` the kin word: name is the `kind` of `text`."""
    definitions: list[Claim] = field(default_factory=list)
    """`name` is the word explained."""

    def before(self, end: int) -> Evidence:
        """Return what blocks that start before `end` say, when `end` is the start of a block.

        What lies before `end` whole is shared, so the result is to be read only; see `followed_by`.
        """
        return Evidence(
            mentions={
                name: m if m.starts[-1] < end else m.before(end)
                for name, m in self.mentions.items()
                if m.starts[0] < end
            },
            lowercase={
                word: _until(places, end) for word, places in self.lowercase.items() if places[0] < end
            },
            traits=_claims_before(self.traits, end),
            identities=_claims_before(self.identities, end),
            ties=_claims_before(self.ties, end),
            definitions=_claims_before(self.definitions, end),
        )

    def followed_by(self, later: Evidence) -> Evidence:
        """Return this and the evidence of the blocks after it, as if drawn in one go; neither is changed."""
        mentions = dict(self.mentions)
        for name, more in later.mentions.items():
            known = mentions.get(name)
            mentions[name] = (
                more if known is None else Mentions(known.starts + more.starts, known.cues + more.cues)
            )
        lowercase = dict(self.lowercase)
        for word, places in later.lowercase.items():
            lowercase[word] = (lowercase[word] + places)[:KEPT_LOWERCASE] if word in lowercase else places
        return Evidence(
            mentions=mentions,
            lowercase=lowercase,
            traits=self.traits + later.traits,
            identities=self.identities + later.identities,
            ties=self.ties + later.ties,
            definitions=self.definitions + later.definitions,
        )

    def mention(self, name: str, start: int, cues: int) -> None:
        """Add one mention; mentions of one name come in reading order."""
        found = self.mentions.get(name)
        if found is None:
            found = self.mentions[name] = Mentions()
        found.starts.append(start)
        found.cues.append(cues)

    def capitals(self) -> set[str]:
        """Return the names in small letters, and their first words: how others are written nobody asks."""
        names = {surface.lower() for surface in self.mentions}
        return names | {surface.partition(" ")[0].lower() for surface in self.mentions}


def _until(places: array[int], end: int) -> array[int]:
    return places if places[-1] < end else places[: bisect_left(places, end)]


def _claims_before(claims: list[_C], end: int) -> list[_C]:
    return claims[: bisect_left(claims, end, key=attrgetter("at"))]
