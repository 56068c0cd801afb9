"""What the check may look at: the read text as one string, with fast look-ups. Pure.

Nothing here knows the rest of the book: it is handed what the view holds, which ends at the horizon (S23).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storage.values import Span

if TYPE_CHECKING:
    from storage.book.view import BookView


class ReadText:
    """The read text of one view, asked for words and phrases as they are written there."""

    def __init__(self, view: BookView) -> None:
        """Look through `view`; nothing is copied."""
        self._view = view
        self.text = view.quote(Span(0, view.chars))
        self.language = (view.card.language or "en").split("-")[0].lower()
        self._capitals: dict[str, bool] = {}

    def has(self, phrase: str) -> bool:
        """Tell whether `phrase` stands there as whole words; case and accents are folded."""
        return self._view.has_words(phrase)

    def has_capital(self, phrase: str) -> bool:
        """Tell whether `phrase` stands there as whole words that begin with capitals."""
        known = self._capitals.get(phrase)
        if known is None:
            known = self._capitals[phrase] = self._stands_with_capitals(phrase)
        return known

    def find_whole(self, phrase: str, within: Span | None = None) -> list[Span]:
        """Return where `phrase` stands, folded, from edge to edge of words, in reading order."""
        return [place for place in self._view.find(phrase, 200, within) if self.is_whole(place)]

    def find(self, phrase: str, limit: int = 20) -> list[Span]:
        """Return where `phrase` stands, folded, in reading order."""
        return self._view.find(phrase, limit)

    def is_whole(self, span: Span) -> bool:
        """Tell whether `span` begins and ends at the edges of words."""
        return _is_whole(self.text, span.start, span.end)

    def has_prefix(self, stem: str, most: int) -> bool:
        """Tell whether a capitalised word begins with `stem` and has at most `most` letters after it."""
        for at in self._occurrences(stem, whole=False):
            end = at + len(stem)
            rest = 0
            while end + rest < len(self.text) and self.text[end + rest].isalpha() and rest <= most:
                rest += 1
            if rest <= most:
                return True
        return False

    def _stands_with_capitals(self, phrase: str) -> bool:
        if any(True for _ in self._occurrences(phrase)):
            return True
        if not self.has(phrase):
            return False
        for span in self._view.find(phrase, 200):  # written otherwise: accents, capitals, quotes
            if _is_whole(self.text, span.start, span.end) and self.text[span.start].isupper():
                return True
        return False

    def _occurrences(self, phrase: str, whole: bool = True) -> Iterator[int]:
        at = self.text.find(phrase)
        while at >= 0:
            if _is_whole(self.text, at, at + len(phrase) if whole else -1):
                yield at
            at = self.text.find(phrase, at + 1)


def _is_whole(text: str, start: int, end: int) -> bool:
    if start and text[start - 1].isalnum():
        return False
    return not (0 <= end < len(text) and text[end].isalnum())
