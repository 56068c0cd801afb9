"""Quotations in a sentence of a draft, and whether the book has them. Pure.

A quotation may be shortened with an ellipsis or brackets, end in other marks than the book's, and differ
in case, accents and kinds of quotes; its words must stand there as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.reading import ReadText
from agent.support import fold_word
from storage.values import Span

_PAIRS = (
    re.compile(r"“([^“”]+)(?:”|$)"),
    re.compile(r"„([^„“”]+)(?:[“”]|$)"),
    re.compile(r"«([^«»]+)(?:»|$)"),
    re.compile(r"「([^「」]+)(?:」|$)"),
    re.compile(r'"([^"]+)(?:"|$)'),
    re.compile(r"(?<!\w)‘((?:[^‘’]|’(?=\w))+)(?:’(?!\w)|$)"),
    re.compile(r"(?<![\w'])'((?:[^'\n]|'(?=\w))+)'(?!\w)"),
)
_CLOSED_ONLY = re.compile(r"^([^“”]+)”")
_CUT = re.compile(r"\s*(?:\[[^\]]*\]|…|\.\s?\.\s?\.+)\s*")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NEAR_CHARS = 600
MASK = "\ue000"
"""Stands for each character of a good quotation where the words of the draft itself are looked at."""
SHORT_WORDS = 2
"""Up to so many words a quotation is a mention of words, and may stand anywhere in the read text."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Quoted words: the code points `[start, end)` of the sentence, without the quotation marks."""

    text: str
    start: int
    end: int


def find_quotations(sentence: str) -> list[Quotation]:
    """Return the outermost quotations of `sentence`, in order; one left open runs to the end."""
    found: list[Quotation] = []
    for pattern in (*_PAIRS, _CLOSED_ONLY):
        for match in pattern.finditer(sentence):
            quotation = Quotation(match.group(1), *match.span(1))
            inside = any(q.start < quotation.end and quotation.start < q.end for q in found)
            if not inside and any(c.isalnum() for c in quotation.text):
                found.append(quotation)
    return sorted(found, key=lambda q: q.start)


def locate(quotation: Quotation, reading: ReadText, cited: Sequence[Span]) -> Span | None:
    """Return where the read text has the quoted words, near a cited span if there is any; None if not.

    With an ellipsis every piece must stand there, in order, and the span covers them all.
    """
    pieces = [p for p in (_EDGE.sub("", part) for part in _CUT.split(quotation.text)) if p]
    if not pieces:
        return Span(0, 0)
    first_places = _places(pieces[0], reading)
    for place in first_places:
        end: int | None = place.end
        for piece in pieces[1:]:
            following = next(
                (p for p in _places(piece, reading) if end is not None and 0 <= p.start - end < 3_000), None
            )
            end = following.end if following else None
            if end is None:
                break
        if end is None:
            continue
        whole = Span(place.start, end)
        if not cited or len(quotation.text.split()) <= SHORT_WORDS or _is_near(whole, cited):
            return whole
    return None


def _places(piece: str, reading: ReadText) -> list[Span]:
    whole = reading.find_whole(piece)
    return whole or _aligned(piece, reading)


def _aligned(piece: str, reading: ReadText) -> list[Span]:
    """Return where the words of `piece` stand in this order, whatever marks stand between them."""
    written = [m.group() for m in _WORD.finditer(piece)]
    words = [_plain(word) for word in written]
    if len(words) < 2:
        return []
    anchor = max(range(len(words)), key=lambda i: (written[i].isalnum(), len(words[i]), -i))
    others = [w.lower() for i, w in enumerate(written) if i != anchor and w.isascii() and w.isalnum()]
    telling = max(others, key=len, default="")
    found = []
    for place in reading.find(written[anchor], 400):
        # Marks between words are few: the piece cannot lie further out than this.
        reach = 2 * len(piece) + 20
        first = max(0, place.start - reach)
        if telling not in reading.text[first : place.end + reach].lower():
            continue
        around = list(_WORD.finditer(reading.text, first, min(len(reading.text), place.end + reach)))
        at = next((i for i, m in enumerate(around) if m.start() == place.start), None)
        if at is None or at < anchor:
            continue
        there = around[at - anchor : at - anchor + len(words)]
        if [_plain(m.group()) for m in there] == words:
            found.append(Span(there[0].start(), there[-1].end()))
    return found


def _plain(word: str) -> str:
    return fold_word(word.replace("’", "").replace("'", ""))


def _is_near(place: Span, cited: Sequence[Span]) -> bool:
    return any(place.start < c.end + _NEAR_CHARS and c.start - _NEAR_CHARS < place.end for c in cited)
