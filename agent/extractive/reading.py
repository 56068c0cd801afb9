"""The read text as sentences with their stems, each looked at once. Reads through the view alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.extractive.scoring import ReadSentence
from agent.extractive.words import words_of_language
from storage.values import Passage, Span

if TYPE_CHECKING:
    from storage.book.view import BookView

_MOST_MENTIONS = 3_000
_HEADING_WORDS = 8
_ENDS_SENTENCE = re.compile(r"[.!?…:;,—–-][\"'”’»)\]]*$")
_SMALL_LETTER = re.compile(r"(?:^|\s)[^\W\d_A-Z]{5,}")


class Reader:
    """Reads sentences of one view for one question."""

    def __init__(self, view: BookView) -> None:
        """Read through `view`."""
        self.view = view
        self.words = words_of_language((view.card.language or "en").split("-")[0].lower())
        self._kept: dict[tuple[int, int], ReadSentence] = {}

    def sentence(self, span: Span) -> ReadSentence:
        """Return the sentence that stands at `span`."""
        key = span.start, span.end
        kept = self._kept.get(key)
        if kept is None:
            text = self.view.quote(span)
            kept = self._kept[key] = ReadSentence(span, text, frozenset(self.words.stems(text)))
        return kept

    def sentence_at(self, span: Span) -> ReadSentence | None:
        """Return the first sentence that touches `span`, or None where there is no text."""
        touching = self.view.sentences(Span(span.start, max(span.end, span.start + 1)))
        return self.sentence(touching[0]) if touching else None

    def is_heading(self, sentence: ReadSentence) -> bool:
        """Tell whether a sentence is a whole short paragraph that tells nothing: a title, a date, a name."""
        span, text = sentence.span, sentence.text
        if len(text.split()) > _HEADING_WORDS or '"' in text or "“" in text:
            return False
        alone = self.view.quote(Span(max(0, span.start - 1), min(self.view.chars, span.end + 1)))
        begins, ends = alone[0] == "\n" or not span.start, alone[-1] == "\n" or span.end == self.view.chars
        return begins and ends and not (_ENDS_SENTENCE.search(text) and _SMALL_LETTER.search(text))

    def mentions(self, names: Sequence[str]) -> list[Span]:
        """Return where any of `names` stands as whole words that begin as it does, in reading order."""
        found = {
            span
            for name in names
            for span in self.view.find(name, _MOST_MENTIONS)
            if self._is_mention(span, name)
        }
        return sorted(found)

    def near(self, span: Span, chars: int = 250) -> str:
        """Return the text round `span`, not brought to sentences."""
        return self.view.quote(Span(max(0, span.start - chars), min(self.view.chars, span.end + chars)))

    def _is_mention(self, span: Span, name: str) -> bool:
        before, after = max(0, span.start - 1), min(self.view.chars, span.end + 1)
        text = self.view.quote(Span(before, after))
        start = span.start - before
        if name[0].isupper() and not text[start].isupper():
            return False
        return not (start and text[0].isalnum()) and not (after > span.end and text[-1].isalnum())

    def passages(self, found: Sequence[Passage]) -> list[tuple[float, list[ReadSentence]]]:
        """Return the sentences of each passage with its score; one on an edge goes to the better passage."""
        seen: set[int] = set()
        read = []
        for passage in found:
            spans = [s for s in self.view.sentences(passage.span) if s.start not in seen]
            seen.update(s.start for s in spans)
            if spans:
                read.append((passage.score, [self.sentence(s) for s in spans]))
        return read
