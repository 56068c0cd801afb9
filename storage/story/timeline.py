"""The timeline: where the text so far says when. Rules for English, pure.

A mark is what a sentence says of time, in the order of the text, not of the story: nothing is computed, so
a year told late about early things stands where it is told (T46).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from storage.book.text import blocks, sentences
from storage.story.facts import TimeMark
from storage.values import Span

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_TENS = rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]{_ONES})?)"
_HUNDREDS = rf"(?:(?:an?|{_ONES}) hundred(?: and (?:{_TENS}|{_TEENS}|{_ONES}))?)"
_NUMBER = rf"(?i:{_HUNDREDS}|{_TENS}|{_TEENS}|{_ONES}|an?|several|some|a few|many|\d{{1,3}})"
_UNIT = r"(?:minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|years?)"
_PART = r"(?:day|night|morning|afternoon|evening|week|month|year|spring|summer|autumn|winter)"
_SINCE = r"(?:later|after|afterwards|ago|before|since|passed|had passed)\b"
_MARKS = (
    (
        "date",
        rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?|the (?:[a-z]+-)?[a-z]+(?:st|nd|rd|th)) (?:of )?{_MONTH}"
        r"(?:,? \d{4})?"
        rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b|\b{_MONTH},? \d{{4}}\b"
        r"|\b(?:[Ii]n(?: the year(?: of)?)?|[Ss]ince|[Uu]ntil|[Bb]y) 1\d{3}\b",
    ),
    ("day", rf"\b(?:[Oo]n |[Ll]ast |[Nn]ext |[Tt]his )?{_DAY}(?: (?:morning|afternoon|evening|night))?\b"),
    (
        "after",
        rf"(?<![-’])\b{_NUMBER} (?:[a-z]+ )?{_UNIT} {_SINCE}"
        rf"|\b[Tt]he (?:next|following|same|previous) {_PART}\b"
        rf"|(?<!\b[Tt]he )(?<!\b[Tt]hat )\b(?:[Nn]ext|[Ll]ast) {_PART}\b",
    ),
)
_ANY = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _MARKS))
_HINT = re.compile(
    rf"{_UNIT} {_SINCE}|(?:[Nn]ext|[Ll]ast|following|same|previous) {_PART}|{_MONTH}|{_DAY}| 1\d{{3}}"
)
"""A block without this has no mark: letters come first in it, which is looked for the fastest."""


def find_time_marks(text: str) -> list[TimeMark]:
    """Return every mark of time in the text so far, in order; one a sentence and kind."""
    return list(_marks(text))


def _marks(text: str) -> Iterable[TimeMark]:
    for block in blocks(text):
        if not _HINT.search(text, block.start, block.end):
            continue
        found = list(_ANY.finditer(text, block.start, block.end))
        inside = sentences(text, block)
        told: set[tuple[int, str]] = set()
        for match in found:
            sentence = next((s for s in inside if s.start <= match.start() < s.end), block)
            kind = match.lastgroup or ""
            if (sentence.start, kind) not in told:
                told.add((sentence.start, kind))
                yield TimeMark(kind, match.group(), Span(match.start(), match.end()), sentence, sentence.end)
