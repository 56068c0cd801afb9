"""The read text as sentences with their stems, each looked at once. Reads through the view alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from agent.extractive.scoring import ReadSentence
from agent.extractive.words import words_of_language
from agent.speech_marks import is_spoken
from storage.values import Passage, Span

if TYPE_CHECKING:
    from storage.book.view import BookView

_MOST_MENTIONS = 3_000
_HEADING_WORDS = 8
_ENDS_SENTENCE = re.compile(r"[.!?…:;,—–-][\"'”’»)\]]*$")
_SMALL_LETTER = re.compile(r"(?:^|\s)[^\W\d_A-Z]{5,}")


_CALL_CHARS = 24
_PARAGRAPH_CHARS = 3_000
_BEFORE_CALL = re.compile(
    r"(?:^|[\"“‘«„,;:!?…—–-]|(?<!\bMr)(?<!\bDr)(?<!\bMrs)\.)\s*"
    r"(?:\b(?:oh|ah|o|yes|no|well|now|come|my|dear|poor|good|old|sir|mr|mrs|miss|dr)\b\.?,?\s+)*$",
    re.IGNORECASE,
)
_BEHIND_COMMA = re.compile(r",\s*(?:\w+\.? ){0,3}$")
_AFTER_CALL = re.compile(r"\s*(?:[,!?;:.…—–-]|[\"”’»]|$)")
"""What stands round a name that somebody is called by."""


class Reader:
    """Reads sentences of one view for one question."""

    def __init__(self, view: BookView) -> None:
        """Read through `view`."""
        self.view = view
        self.text = view.quote(Span(0, view.chars))
        """All that was read, as it is there: nothing is copied."""
        self.words = words_of_language((view.card.language or "en").split("-")[0].lower())
        self._kept: dict[tuple[int, int], ReadSentence] = {}
        self._told_of: dict[tuple[str, ...], list[Span]] = {}

    def sentence(self, span: Span) -> ReadSentence:
        """Return the sentence that stands at `span`."""
        key = span.start, span.end
        kept = self._kept.get(key)
        if kept is None:
            text = self.view.quote(span)
            kept = self._kept[key] = ReadSentence(span, text, self.words.stem_set(text))
        return kept

    def sentence_at(self, span: Span) -> ReadSentence | None:
        """Return the first sentence that touches `span`, or None where there is no text."""
        touching = self.view.sentences(Span(span.start, max(span.end, span.start + 1)))
        return self.sentence(touching[0]) if touching else None

    def before(self, span: Span) -> list[ReadSentence]:
        """Return the sentences of a paragraph that stand before `span`, in order."""
        start = max(0, span.start - _PARAGRAPH_CHARS)
        text = self.view.quote(Span(start, span.start))
        start += text.rfind("\n") + 1
        if start >= span.start:
            return []
        return [self.sentence(s) for s in self.view.sentences(Span(start, span.start)) if s.end <= span.start]

    def is_heading(self, sentence: ReadSentence) -> bool:
        """Tell whether a sentence is a short paragraph that tells nothing: a title, a date, a salutation."""
        span, text = sentence.span, sentence.text
        if len(text.split()) > _HEADING_WORDS or '"' in text or "“" in text:
            return False
        alone = self.view.quote(Span(max(0, span.start - 1), min(self.view.chars, span.end + 1)))
        begins, ends = alone[0] == "\n" or not span.start, alone[-1] == "\n" or span.end == self.view.chars
        if begins and ends and text.endswith(","):
            return True  # "My dear friend," over a letter
        return begins and ends and not (_ENDS_SENTENCE.search(text) and _SMALL_LETTER.search(text))

    def mentions(self, names: Sequence[str]) -> list[Span]:
        """Return where any of `names` stands as whole words that begin as it does, in reading order."""
        found = {
            span
            for name in names
            for span in self.view.find(name, _MOST_MENTIONS)
            if self._is_mention(span, name)
        }
        return sorted(found, key=attrgetter("start", "end"))

    def told_of(self, names: Sequence[str]) -> list[Span]:
        """Return the mentions that tell of somebody; all of them where each only calls them by name."""
        told = self._told_of.get(tuple(names))
        if told is None:
            mentions = self.mentions(names)
            told = self._told_of[tuple(names)] = [m for m in mentions if not self._is_call(m)] or mentions
        return told

    def names_of(self, name: str) -> list[str]:
        """Return all names of the one who goes by `name`; itself where nobody or several do."""
        cards = self.view.who(name)
        return [known.name for known in cards[0].names] if len(cards) == 1 else [name]

    def near(self, span: Span, chars: int = 250) -> str:
        """Return the text round `span`, not brought to sentences."""
        return self.text[max(0, span.start - chars) : span.end + chars]

    def _is_mention(self, span: Span, name: str) -> bool:
        text, start, end = self.text, span.start, span.end
        if name[0].isupper() and not text[start].isupper():
            return False
        return not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum()

    def _is_call(self, span: Span) -> bool:
        """Tell whether a name only calls on somebody: "Well, Watson, come"."""
        around = self.text[max(0, span.start - _CALL_CHARS) : span.start]
        after = self.text[span.end : span.end + 2]
        if not (_BEFORE_CALL.search(around) and _AFTER_CALL.match(after)):
            return False
        if after.startswith(".") and not _BEHIND_COMMA.search(around):
            return False  # "Wick. I am bound apprentice": somebody says their name
        return is_spoken(span.start, self.view)

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
