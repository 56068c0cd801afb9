"""Finding a pasted line in a text: the exact offset after its last character. Pure.

A line is compared by its letters alone (letters.py). One that stands there letter for letter is found by
plain search. A line with typing errors, or with words dropped or swapped, is anchored by short runs of
letters that survived, and aligned round each anchor by edit distance. What was not read may be found too,
but only as offsets, and headings that were not read are no part of what is searched (S27).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from storage.book.locate.letters import (
    GRAM_LETTERS,
    Grams,
    Letters,
    build_grams,
    fold_letters,
    gram_hashes,
    read_letters,
)
from storage.book.text import words
from storage.values import Span

FEWEST_WORDS = 4
"""A shorter line is no evidence of a place; it would also tell whether a name comes later (T7)."""

MOST_HITS = 8
"""A line that stands in more places than this is too common to choose from."""

_ALIGNED_LETTERS = 400
"""Of a longer paste with errors in it only the end is aligned: the end is what is wanted."""
_COMMON_GRAM = 64
_MOST_CLUSTERS = 48
_CERTAIN_LETTERS = 24

_MARKS = ".!?…。！？"
_CLOSERS = "\"'”’»)\\]"
_AFTER_MARK = re.compile(f"(?<=[{_MARKS}–—-])[{_CLOSERS}]+")
_SENTENCE_END = re.compile(
    f"(?:(?:[{_CLOSERS}]*[{_MARKS}])+| …)[{_CLOSERS}]*|[-–—]+[{_CLOSERS}]+|[^\\w\\s]+(?=\\n|\\Z)"
)
_PUNCTUATION = re.compile(r"(?:[^\w\s]| (?=[.…])){0,24}")
_QUOTES = re.compile("[\"'‘’‚‛“”„‟′″`´«»‹›]")
_DASHES = re.compile("[‐‑‒–—―−-]+")
_SPACES = re.compile(r"\s+")
_HYPHENATED = re.compile(r"(?<=\w)[-‐]\s+(?=\w)")
_IDEOGRAPH = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class _Aligned:
    """The letters `[first, last]` of the text that a line was aligned with, and at what distance."""

    first: int
    last: int
    distance: int


class LineFinder:
    """Finds pasted lines in one text; what it builds to do so, it builds when first asked."""

    def __init__(self, text: str) -> None:
        """Take the whole reading text; only offsets of it ever come out."""
        self._text = text

    @property
    def is_built(self) -> bool:
        """Tell whether all that looking for a line needs is there."""
        return "_letters" in self.__dict__ and "_grams" in self.__dict__

    @cached_property
    def _letters(self) -> Letters:
        return read_letters(self._text)

    @cached_property
    def _grams(self) -> Grams:
        return build_grams(self._letters)

    def find(self, line: str, unread: Sequence[Span], *, short: bool = False) -> list[Span]:
        """Return where `line` stands, in reading order; several spans mean that it does not say which.

        `unread` are the headings that may be neither matched nor confirmed, in reading order. `short`
        allows a line of two or three words, when it is a whole sentence of the text, word for word.
        The list holds at most `MOST_HITS` + 1 spans.
        """
        wanted = fold_letters(line)
        size = max(len(words(line)), len(_IDEOGRAPH.findall(line)) // 2)
        if not wanted or size < (2 if short else FEWEST_WORDS):
            return []
        exact = [self._span(line, a, a + len(wanted) - 1) for a in self._exact(wanted, unread)]
        verbatim = [span for span in exact if self._is_verbatim(line, span)]
        if size < FEWEST_WORDS:
            return [span for span in verbatim if self._is_sentence(span)]
        if exact:
            return verbatim if len(verbatim) == 1 else exact
        close = self._close(line, wanted[-_ALIGNED_LETTERS:], unread)
        return sorted(self._span(line, hit.first, hit.last) for hit in close)

    def _touched(self, spans: Sequence[Span], first: int, end: int) -> Sequence[Span]:
        """Return those of `spans` that share a letter with the letters `[first, end)`."""
        offsets = self._letters.offsets
        low = bisect_right(spans, int(offsets[first]), key=lambda span: span.end)
        high = bisect_left(spans, int(offsets[end - 1]) + 1, key=lambda span: span.start)
        return spans[low:high]

    def _masked(self, window: str, base: int, spans: Sequence[Span]) -> str:
        # Of the offsets' own type: otherwise numpy copies all of them at each call.
        edges = np.array([(span.start, span.end) for span in spans], dtype=np.int32)
        for start, stop in np.searchsorted(self._letters.offsets, edges) - base:
            low, high = max(0, int(start)), min(len(window), int(stop))
            window = window[:low] + "\0" * (high - low) + window[high:]
        return window

    # ---- letter for letter -----------------------------------------------------------------

    def _exact(self, wanted: str, unread: Sequence[Span]) -> list[int]:
        stream = self._letters.stream
        found: list[int] = []
        at = stream.find(wanted)
        while at >= 0 and len(found) <= MOST_HITS:
            end = at + len(wanted)
            certain = len(wanted) >= _CERTAIN_LETTERS or (
                self._letters.begins_word(at) and self._letters.ends_word(end - 1)
            )
            if certain and not self._touched(unread, at, end):
                found.append(at)
            at = stream.find(wanted, at + 1)
        return found

    def _is_verbatim(self, line: str, span: Span) -> bool:
        begin = next(i for i, c in enumerate(line) if c.isalnum())
        pasted, printed = line[begin:], self._text[span.start : span.end]
        return _plain(pasted).rstrip('"') == _plain(printed).rstrip('"')

    def _is_sentence(self, span: Span) -> bool:
        before = self._text[max(0, span.start - 8) : span.start].rstrip("\"'“‘«([—–- ")
        begins = not before or before[-1] in "\n" + _MARKS + _CLOSERS
        after = self._text[span.end : span.end + 1]
        return begins and (after in ("", "\n") or _ends_sentence(self._text[span.start : span.end]))

    # ---- the offset after the last character -----------------------------------------------

    def _span(self, line: str, first: int, last: int) -> Span:
        offsets = self._letters.offsets
        return Span(int(offsets[first]), self._end(line, int(offsets[last]) + 1))

    def _end(self, line: str, after: int) -> int:
        # The paste's own last marks say where it ends; where they were lost, the sentence does.
        typed = _plain(_closing(line)).replace(" ", "")
        marks = _PUNCTUATION.match(self._text, after)
        stop = marks.end() if marks and typed else after
        for end in range(after + 1, stop + 1):
            if _plain(self._text[after:end]).replace(" ", "") == typed:
                closing = _AFTER_MARK.match(self._text, end)
                if closing is None and not self._text.startswith(" ", end):
                    closing = _SENTENCE_END.match(self._text, end)
                return closing.end() if closing else end
        rest = _SENTENCE_END.match(self._text, after)
        return rest.end() if rest else after

    # ---- with errors -----------------------------------------------------------------------

    def _close(self, line: str, wanted: str, unread: Sequence[Span]) -> list[_Aligned]:
        budget, ends_sentence = _budget(len(wanted)), _ends_sentence(line)
        pasted = _folded_words(line, len(wanted))
        hits: list[_Aligned] = []
        for anchors in self._clusters(wanted, budget):
            for place, letter in anchors:
                hit = self._align(wanted, place, letter, budget, unread, ends_sentence)
                if hit is not None and self._has_the_words(pasted, hit, unread):
                    hits.append(hit)
                    break
        if not hits:
            return []
        best = min(hit.distance for hit in hits)
        # Two places about as close are two candidates: the later one is never silently chosen (T19).
        rivals = sorted((h for h in hits if h.distance <= best + max(2, len(wanted) // 12)), key=_by_distance)
        apart: list[_Aligned] = []
        for hit in rivals:
            if all(hit.last < other.first or hit.first > other.last for other in apart):
                apart.append(hit)
        return apart[: MOST_HITS + 1]

    def _clusters(self, wanted: str, budget: int) -> list[list[tuple[int, int]]]:
        """Return anchors as (letter of the line, letter of the text), by agreement, best cluster first."""
        hashes = gram_hashes(wanted)
        low = np.searchsorted(self._grams.hashes, hashes, side="left")
        high = np.searchsorted(self._grams.hashes, hashes, side="right")
        lines: list[npt.NDArray[np.int64]] = []
        texts: list[npt.NDArray[np.int32]] = []
        for place in np.flatnonzero((high > low) & (high - low <= _COMMON_GRAM)):
            found = self._grams.places[low[place] : high[place]]
            texts.append(found)
            lines.append(np.full(len(found), place))
        if not lines:
            return []
        line, text = np.concatenate(lines), np.concatenate(texts).astype(np.int64)
        order = np.lexsort((line, text - line))
        line, text = line[order], text[order]
        edges = np.flatnonzero(np.diff(text - line) > max(budget, 2)) + 1
        starts, stops = np.append(0, edges), np.append(edges, len(line))
        sizes = stops - starts
        # Grams overlap, so few of them agree on a wrong place and many on the right one.
        chosen = np.argsort(-sizes, kind="stable")[:_MOST_CLUSTERS]
        clusters = []
        for group in chosen[4 * sizes[chosen] >= sizes[chosen[0]]]:
            members = slice(starts[group], stops[group])
            ends = {int(np.argmax(line[members])), int(np.argmin(line[members]))}
            clusters.append(
                [(int(line[members][i]), int(text[members][i])) for i in sorted(ends, reverse=True)]
            )
        return clusters

    def _align(
        self,
        wanted: str,
        place: int,
        letter: int,
        budget: int,
        unread: Sequence[Span],
        ends_sentence: bool,
    ) -> _Aligned | None:
        stream = self._letters.stream
        begin = max(0, letter - place - budget)
        end = min(len(stream), letter + len(wanted) - place + budget)
        window = stream[begin:end]
        if touched := self._touched(unread, begin, end):
            window = self._masked(window, begin, touched)
            if window[letter - begin : letter - begin + GRAM_LETTERS] != wanted[place : place + GRAM_LETTERS]:
                return None
        # Cheap first: however the line lies in the window, its distance from the whole is bounded.
        most = len(window) - len(wanted) + 2 * budget
        if OSA.distance(wanted, window, score_cutoff=max(0, most)) > most:
            return None
        anchor, after = letter - begin, letter - begin + GRAM_LETTERS
        left = self._best_start(wanted[:place], window[:anchor], begin, budget)
        if left is None:
            return None
        right = self._best_end(
            wanted[place + GRAM_LETTERS :],
            window[after:],
            letter + GRAM_LETTERS,
            budget - left[0],
            ends_sentence,
        )
        if right is None:
            return None
        return _Aligned(left[1], right[1], left[0] + right[0])

    def _has_the_words(self, pasted: Sequence[str], hit: _Aligned, unread: Sequence[Span]) -> bool:
        """Tell whether a line says what the text does there, word by word.

        "A long silence" is near to "a dead silence" in letters alone. One word in ten may be foreign to the
        text, and one more of the text may have been lost.
        """
        start, end = int(self._letters.offsets[hit.first]), int(self._letters.offsets[hit.last]) + 1
        printed = self._text[start:end]
        for span in reversed(self._touched(unread, hit.first, hit.last + 1)):
            printed = printed[: max(0, span.start - start)] + " " + printed[max(0, span.end - start) :]
        there = _folded_words(printed, len(printed))
        allowed = len(pasted) // 10
        return _strangers(pasted, there) <= allowed and _strangers(there, pasted) <= allowed + 1

    def _best_start(self, wanted: str, window: str, base: int, budget: int) -> tuple[int, int] | None:
        best: tuple[int, int] | None = None
        shortest, longest = max(0, len(wanted) - budget), min(len(window), len(wanted) + budget)
        for length in range(shortest, longest + 1):
            begin = len(window) - length
            if length == len(wanted) or self._letters.begins_word(base + begin):
                distance = OSA.distance(wanted, window[begin:], score_cutoff=budget)
                if distance <= budget and (best is None or distance < best[0]):
                    best = distance, base + begin
        return best

    def _best_end(
        self, wanted: str, window: str, base: int, budget: int, ends_sentence: bool
    ) -> tuple[int, int] | None:
        best: tuple[int, int, int] | None = None
        for length in range(max(0, len(wanted) - budget), min(len(window), len(wanted) + budget) + 1):
            ends_word = self._letters.ends_word(base + length - 1)
            if not ends_word and length != len(wanted):
                continue
            distance = OSA.distance(wanted, window[:length], score_cutoff=budget)
            if distance > budget:
                continue
            # Of ends that fit as well: a word's before one inside it, a sentence's if one was typed.
            after = int(self._letters.offsets[base + length - 1]) + 1
            finishes = ends_sentence and _SENTENCE_END.match(self._text, after) is not None
            cost = 2 * distance + (0 if ends_word else 2) - (3 if finishes else 0)
            if best is None or cost < best[0]:
                best = cost, distance, base + length - 1
        return None if best is None else best[1:]


def _budget(letters: int) -> int:
    """Return how many letters of a line may be wrong: two typing errors and a word or two lost in ten."""
    return max(1, letters // 4) if letters >= 12 else 0


def _is_close(word: str, other: str) -> bool:
    """Tell whether two words are one, mistyped."""
    allowed = 1 if len(word) <= 5 else 2 if len(word) <= 8 else 3
    return word == other or OSA.distance(word, other, score_cutoff=allowed) <= allowed


def _strangers(few: Sequence[str], among: Sequence[str]) -> int:
    """Return how many of `few` have no counterpart of their own in `among`, nor stand inside its letters."""
    left = Counter(among)
    unknown = []
    for word in few:
        if left[word] > 0:
            left[word] -= 1
        else:
            unknown.append(word)
    letters = "".join(among)
    strangers = 0
    for word in unknown:
        close = next((other for other, count in left.items() if count > 0 and _is_close(word, other)), None)
        if close is not None:
            left[close] -= 1
        elif len(word) < 4 or word not in letters:
            strangers += 1
    return strangers


def _by_distance(hit: _Aligned) -> tuple[int, int]:
    return hit.distance, hit.first


def _closing(line: str) -> str:
    stripped = line.rstrip()
    at = len(stripped)
    while at > 0 and not stripped[at - 1].isalnum():
        at -= 1
    return stripped[at:]


def _folded_words(text: str, letters: int) -> list[str]:
    """Return the folded words of the last `letters` letters of `text`, those cut at a line's end whole."""
    folded = [fold_letters(word) for word in words(_HYPHENATED.sub("", text))]
    kept = 0
    for at in range(len(folded) - 1, -1, -1):
        kept += len(folded[at])
        if kept > letters:
            return folded[at + 1 :]
    return folded


def _ends_sentence(line: str) -> bool:
    return any(mark in _closing(line) for mark in _MARKS)


def _plain(text: str) -> str:
    """Return `text` with its quotes, dashes, ellipses and spaces in one form."""
    text = _DASHES.sub("-", _QUOTES.sub('"', text.replace("…", "...")))
    return _SPACES.sub(" ", text).strip()
