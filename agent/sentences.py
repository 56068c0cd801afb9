"""How a draft falls into sentences with their citation handles. Pure, and stable while it streams.

A boundary is decided by what stands before it and by one character after it, so the sentences of a
growing text never change once the next one has begun: what passed the check stays as it was shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_DRAFT_CHARS = 20_000
"""Longer drafts are no answers; the rest is never looked at (E8)."""

_CLOSERS = "\"'”’»)*_"
_END = re.compile(
    rf"[.!?…。！？]+[{re.escape(_CLOSERS)}]*(?:\s*\[[^\[\]\n]{{0,60}}\])*|(?:\s*\[[^\[\]\n]{{0,60}}\])*\n"
)
_CITED = re.compile(r"\s*\[\s*((?:[pP]\d{1,4})(?:\s*[,;]\s*[pP]\d{1,4})*)\s*\]")
_LABEL = re.compile(r"\s*\[[^\[\]\n]*¶[^\[\]\n]*\]")
_MARKUP = re.compile(r"^\s*(?:[-*•]\s+|#{1,6}\s+|\d{1,2}[.)]\s+)+|\*\*|__")
_BEFORE_STOP = re.compile(r"[^\W\d_.]+(?:\.[^\W\d_]+)*$")
_GOING_ON = frozenset("etc cf viz vs approx al".split())
_ABBREVIATIONS = frozenset(
    "mr mrs ms messrs dr st prof rev hon capt col gen lt sgt maj sir jr sr mme mlle no vol ch p pp".split()
)


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of a draft: its words without handles, and the handles it cites ("p3").

    `start` and `end` are code points of the draft, handles and all.
    """

    text: str
    handles: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    raw: str = ""
    """What the draft has between `start` and `end`."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where `[start, end)` of `text` stands in the draft; the sentence if it was reshaped."""
        piece = self.text[start:end]
        at = self.raw.find(piece, start)
        return (self.start + at, self.start + at + len(piece)) if at >= 0 else (self.start, self.end)


def clean(text: str) -> str:
    """Return `text` in NFC without invisible, private or control characters, line breaks kept."""
    text = unicodedata.normalize("NFC", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")


def split(draft: str, complete: bool = True) -> list[DraftSentence]:
    """Return the sentences of a draft that `clean` has cleaned, in order, each with its handles.

    With `complete=False` the draft is still growing, and its last sentence is withheld.
    """
    found: list[DraftSentence] = []
    begin = 0
    for match in _END.finditer(draft):
        end = match.end()
        if not complete and end >= len(draft):
            break
        if end < len(draft) and not _begins(draft, match, begin):
            continue
        _add(found, draft, begin, end)
        begin = end
    if complete:
        _add(found, draft, begin, len(draft))
    return found


def _begins(draft: str, match: re.Match[str], begin: int) -> bool:
    """Tell whether a new sentence begins behind this stop."""
    end = match.end()
    is_line = match.group()[-1] == "\n"
    if not is_line and draft[end] not in " \n\t":
        return draft[match.start()] in "。！？"
    after = end
    while after < len(draft) and draft[after] in " \n\t":
        after += 1
    if after >= len(draft):
        return False  # the next character decides, and it is not here yet
    if draft[after] == "[":
        return False  # a citation belongs to what stands before it
    if is_line:
        return True
    if draft[after].islower() and not _is_full_stop(draft, match, begin):
        return False
    if match.group()[0] == ".":
        word = _BEFORE_STOP.search(draft, begin, match.start())
        if word and (
            word.group().lower() in _ABBREVIATIONS or (len(word.group()) == 1 and word.group() != "I")
        ):
            return False
    return True


def _is_full_stop(draft: str, match: re.Match[str], begin: int) -> bool:
    """Tell whether a stop ends a sentence though small letters follow.

    "Where? he said", "“Go.” he said", "well... and then" and "e.g. so" go on. Whatever else begins behind a
    full stop is a claim of its own and is checked as one, however it is written.
    """
    marks = match.group().split("[", 1)[0].rstrip()
    word = _BEFORE_STOP.search(draft, begin, match.start())
    return marks == "." and not (word and ("." in word.group() or word.group().lower() in _GOING_ON))


def _add(found: list[DraftSentence], draft: str, begin: int, end: int) -> None:
    raw = draft[begin:end]
    start = begin + len(raw) - len(raw.lstrip())
    handles = tuple(
        dict.fromkeys(h.strip().lower() for m in _CITED.finditer(raw) for h in re.split(r"[,;]", m.group(1)))
    )
    text = " ".join(_MARKUP.sub("", _LABEL.sub("", _CITED.sub("", raw))).split())
    if not any(c.isalnum() for c in text):
        return
    found.append(DraftSentence(text, handles, start, begin + len(raw.rstrip()), raw.strip()))
