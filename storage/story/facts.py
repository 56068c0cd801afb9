"""What the story index knows, as values: every fact carries its evidence and its reveal.

`reveal` is the offset at which a fact became knowable: the end of its latest evidence (S11). All
offsets are code points of the reading text. A card is what a fold over the prefix gave; it holds
nothing from past the horizon it was folded at.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.values import Span


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name the text uses, and the offset from which it may be used (S13).

    `first` and `last` are its first and its latest mention so far, `mentions` how often it stands.
    """

    name: str
    reveal: int
    first: int = 0
    last: int = 0
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One thing the text says of somebody: how they look, dress, sound, what they are or do.

    `quote` is the sentence that says so and `span` where it stands; `until` is the offset at which the
    text ended it (a beard shaved), None while it lasts. `of` is the name it is said of.
    """

    kind: str
    text: str
    quote: str
    span: Span
    reveal: int
    until: int | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as known at the horizon: one card for one name or for names the text has joined (S14)."""

    name: str
    names: tuple[KnownName, ...]
    first: int
    last: int
    mentions: int
    descriptors: tuple[Descriptor, ...] = ()
    quotes: tuple[Span, ...] = ()

    @property
    def creature(self) -> str:
        """Return what sort of creature the text says this is ("dog"), "" for a person."""
        return next((fact.text for fact in self.descriptors if fact.kind == "creature"), "")


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line of dialogue and who says it: a card's display name, an unnamed speaker as the text calls
    them ("the waiter"), or None where the text so far does not tell.

    `reveal` is the end of the paragraph read so far. `sure` says that the text names the speaker there, or
    leaves nobody else; a line that only follows the custom of taking turns among several is not sure.
    """

    span: Span
    speaker: str | None
    reveal: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie that a sentence states: `a` is the `kind` of `b` ("sister"), both display names of cards.

    `since` is the offset from which the text tells it; `until` where a later sentence ended it.
    """

    a: str
    b: str
    kind: str
    quote: str
    span: Span
    reveal: int
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a word as the book gives it: the defining sentence (S17)."""

    text: str
    span: Span
    reveal: int


@dataclass(frozen=True, slots=True)
class TermCard:
    """A coined or rare word with the senses learnt so far, oldest first.

    `context` is the sentence of its first use; it is all there is for a word that no sentence explains.
    """

    term: str
    first: int
    mentions: int
    senses: tuple[Sense, ...]
    context: Span | None = None


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place as known at the horizon."""

    name: str
    first: int
    last: int
    mentions: int
    quotes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A group or a thing that the text names; `kind` is "group", "thing" or the sort of a creature ("dog").

    `reveal` is the offset from which the text tells what it is (S11).
    """

    kind: str
    name: str
    first: int
    last: int
    mentions: int
    reveal: int
    quotes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeMark:
    """What a sentence says of time: `kind` is "date", "day" or "after"; `sentence` is where it stands."""

    kind: str
    text: str
    span: Span
    sentence: Span
    reveal: int


@dataclass(frozen=True, slots=True)
class SectionDigest:
    """What happened in one section, by a writer who knew that section and earlier digests alone (S31).

    `span` is what was read of the section; `evidence` the sentences a keyless digest is made of, those that
    tell most first.
    `writer` names who wrote it ("extractive", or a model's name).
    """

    section: int
    span: Span
    text: str
    evidence: tuple[Span, ...]
    writer: str


class FactKind(StrEnum):
    """What a fact that a model proposed is about."""

    PERSON = "person"
    PLACE = "place"
    GROUP = "group"
    THING = "thing"
    TRAIT = "trait"
    SAME = "same"
    """`name` and `other` are one person."""
    APART = "apart"
    """They are two."""
    TIE = "tie"
    """`name` is the `text` of `other`."""
    TERM = "term"
    """The sentence explains the word `name`."""


@dataclass(frozen=True, slots=True)
class WrittenFact:
    """One thing that a model found in a section, in the words of the text alone.

    `span` is the sentence that says it and `reveal` its end; `name` and `other` are spelled as they stand in
    it, `at` is where `name` does. `text` is what it says, `sort` the kind of a trait (as in `Descriptor`).
    """

    kind: FactKind
    name: str
    at: int
    span: Span
    reveal: int
    other: str = ""
    text: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """All that one writer found in one section, having read no further than its end; perhaps nothing."""

    section: int
    span: Span
    writer: str
    facts: tuple[WrittenFact, ...]
