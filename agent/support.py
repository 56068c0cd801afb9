"""How far a claim is borne out by what was retrieved: shared content stems. Pure.

A sentence is supported when enough of what it says stands in one retrieved passage: not the words of
telling ("she says that"), not the question's own, but the things told. Paraphrase keeps about half of
them; a sentence from elsewhere in the book, or of nowhere, keeps few. docs/decisions/check.md has the
figures behind the threshold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import Stemmer

from agent.lexicon import function_words, neutral_words, other_tongues
from storage.values import Span

if TYPE_CHECKING:
    from storage.book.view import BookView

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_CJK_RUN = re.compile(rf"{_CJK.pattern}+")
_LANGUAGES = {
    "en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian", "pt": "portuguese",
    "nl": "dutch", "ru": "russian", "sv": "swedish", "da": "danish", "no": "norwegian", "nb": "norwegian",
    "fi": "finnish", "hu": "hungarian", "ro": "romanian", "tr": "turkish", "ar": "arabic",
}  # fmt: skip


class Stems:
    """Content stems of texts in one language, each text once."""

    def __init__(self, language: str) -> None:
        """Take an ISO 639-1 code; languages without a stemmer are compared word by word."""
        name = _LANGUAGES.get(language)
        self._stemmer = Stemmer.Stemmer(name) if name else None
        self._neutral = (
            frozenset(self._stem([fold_word(w) for w in neutral_words()]))
            if language == "en"
            else frozenset()
        )
        self._kept: dict[str, frozenset[str]] = {}

    def of(self, text: str) -> frozenset[str]:
        """Return the content stems of `text`; of scripts without spaces, pairs of characters."""
        kept = self._kept.get(text)
        if kept is None:
            words = [fold_word(w) for w in _WORD.findall(_CJK.sub(" ", text))]
            stems = (
                set(self._stem([w for w in words if len(w) > 1 and w not in neutral_words()])) - self._neutral
            )
            for run in _CJK_RUN.findall(text):
                stems |= {a + b for a, b in pairwise(run)}
            kept = self._kept[text] = frozenset(stems)
            if len(self._kept) > 512:
                self._kept.clear()
        return kept

    def _stem(self, words: list[str]) -> list[str]:
        return self._stemmer.stemWords(words) if self._stemmer else words


def stems_of(view: BookView) -> Stems:
    """Return what stems words of the language of the book of `view`."""
    return _stems_of_language((view.card.language or "en").split("-")[0].lower())


@lru_cache(maxsize=16)
def _stems_of_language(language: str) -> Stems:
    return Stems(language)


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """Return a word in lower case without accents and possessive."""
    word = word.replace("’", "'").lower()
    word = word[:-2] if word.endswith("'s") else word
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def needed_share(stems: int, *, cited: bool) -> float:
    """Return which share of `stems` content stems must be borne out: short claims need more of theirs.

    A passage that the draft itself names needs to bear out less than one that merely lies about, where
    the best of many windows is taken.
    """
    if stems <= 1:
        return 1.0
    if cited:
        return 0.5 if stems <= 6 else 0.4
    return 0.66 if stems <= 3 else 0.6 if stems <= 6 else 0.5


def best_support(
    said: frozenset[str], sentences: Sequence[tuple[Span, str]], stems: Stems, width: int
) -> tuple[float, Span | None]:
    """Return how much of `said` stands in `width` neighbouring sentences at most, and where.

    The span is that of the single sentence that bears most of it out; None when none bears any.
    """
    each = [stems.of(text) & said for _, text in sentences]
    best, where = 0.0, None
    for first in range(max(1, len(each) - width + 1)):
        window = each[first : first + width]
        share = len(frozenset().union(*window)) / len(said) if said else 0.0
        if share > best:
            inside = max(range(len(window)), key=lambda i: (len(window[i]), -i))
            best, where = share, sentences[first + inside][0]
    return best, where


def is_foreign(sentence: str, language: str) -> bool:
    """Tell whether `sentence` is plainly not in `language`, so that stems cannot be compared."""
    words = [w.lower() for w in _WORD.findall(sentence)]
    if _CJK.search(sentence):
        return language not in ("zh", "ja", "ko", "th")
    if language != "en" or len(words) < 4:
        return False
    if sum(not w.isascii() for w in words) > len(words) / 2:
        return True
    english = sum(w in function_words() for w in words)
    other = sum(w in other_tongues() for w in words)
    return other > english and other >= 2
