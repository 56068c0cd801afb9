"""What comes back for a question: values, and how they read as text. Pure; no I/O, no platform.

A sentence here has passed the check (check.py) or is the book's own. All offsets are code points of the
reading text (S1), except those of a `Finding`, which count in the draft it was found in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.values import Span

NOT_IN_READ = "That is not in what you have read."
"""The only negative answer there is: for never, not yet and nonsense alike (S18, T7)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks; `about` is the read passage it points at (a reply to a quote), if any."""

    text: str
    about: Span | None = None


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """One earlier exchange of this talk; storage gave only those at or below the horizon (S37)."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence has its support: the span, its label ("ch. 3 ¶12") and the text standing there."""

    span: Span
    label: str
    quote: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence that may be shown, with its support, best first."""

    text: str
    citations: tuple[Citation, ...] = ()
    begins_paragraph: bool = False

    @property
    def rendered(self) -> str:
        """Return the sentence with its citations behind it: "She left. [ch. 3 ¶12]"."""
        marks = "".join(f" [{label}]" for label in dict.fromkeys(c.label for c in self.citations))
        return self.text + marks


class FindingKind(StrEnum):
    """What can be wrong with a draft; named to the model in neutral words, never with the text (S22)."""

    NAME = "name"
    """A proper name, or a name with its title, that does not stand in the read text (S13)."""
    QUOTATION = "quotation"
    """Words in quotation marks that the read text does not have, or not where they are cited."""
    NUMBER = "number"
    """A number, a year or a date that the support does not have."""
    SUPPORT = "support"
    """A claim that nothing retrieved from the read text bears out."""
    CITATION = "citation"
    """A citation of a passage that was never laid before the drafter."""
    HINDSIGHT = "hindsight"
    """A word that only somebody who knows more would use, and the text has not (S15)."""
    FORM = "form"
    """Spelled, encoded or disguised text, which nobody can check; or nothing at all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a draft that may not be shown: the code points `[start, end)` of the draft.

    `text` is what stands there. It is empty in an `Answer`: there the caught words are not repeated (S22).
    """

    kind: FindingKind
    start: int
    end: int
    text: str = ""

    def sealed(self) -> Finding:
        """Return this finding without the words that were caught."""
        return Finding(self.kind, self.start, self.end)


class AnswerKind(StrEnum):
    """Which sort of answer this is."""

    ANSWERED = "answered"
    NOT_IN_READ = "not_in_read"
    PASSAGES = "passages"
    """The draft did not hold: the read passages alone, as the book has them (S22)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be shown for one question, and what it rests on.

    `model` names who drafted it ("extractive", or the model). `findings` tell what the check stopped on
    the way, by kind and place in the draft only; they are for the receipt.
    """

    kind: AnswerKind
    sentences: tuple[AnswerSentence, ...]
    horizon_end: int
    model: str
    findings: tuple[Finding, ...] = ()
    tokens: int = 0
    """What it took of a model, both ways; of a service that does not tell, reckoned from the letters."""

    @property
    def text(self) -> str:
        """Return the whole answer as text, citations as `[ch. 3 ¶12]` behind each sentence."""
        parts: list[str] = []
        for sentence in self.sentences:
            if parts:
                parts.append("\n\n" if sentence.begins_paragraph else " ")
            parts.append(sentence.rendered)
        return "".join(parts)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return every citation once, in the order in which it is first used."""
        return tuple(dict.fromkeys(c for s in self.sentences for c in s.citations))

    @property
    def evidence_end(self) -> int:
        """Return the end of the latest evidence, for stamping what is kept of this (S11, S37)."""
        return max((c.span.end for c in self.citations), default=0)


def not_in_read(horizon_end: int, model: str) -> Answer:
    """Return the one negative answer, byte for byte the same whatever was asked or found (S18).

    It carries no findings: a receipt must not tell a wish that was stopped from one that met nothing.
    """
    return Answer(AnswerKind.NOT_IN_READ, (AnswerSentence(NOT_IN_READ),), horizon_end, model)
