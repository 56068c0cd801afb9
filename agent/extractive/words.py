"""Sentences as stems, and which of them carry meaning. Pure but for a memory of words already stemmed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import Stemmer

from agent.extractive.verbs import base_forms
from storage.book.stopwords import stop_words

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_REMEMBERED = 20_000
_SENTENCES_REMEMBERED = 4_096
_STEMMERS = {
    "en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian", "pt": "portuguese",
    "nl": "dutch", "ru": "russian", "sv": "swedish", "da": "danish", "no": "norwegian", "nb": "norwegian",
    "nn": "norwegian", "fi": "finnish", "hu": "hungarian", "ro": "romanian", "tr": "turkish", "ar": "arabic",
}  # fmt: skip


class _Remembered(dict[str, str]):
    """Stems by their words; a word that is not there yet is stemmed."""

    def __init__(self, stem: Callable[[str], str]) -> None:
        super().__init__()
        self._stem = stem

    def __missing__(self, word: str) -> str:
        stem = self[word] = self._stem(word)
        return stem


class Words:
    """Turns text of one language into stems; English irregular forms become one with their verb."""

    def __init__(self, language: str) -> None:
        """Take an ISO 639-1 code; languages without a stemmer are compared word by word."""
        name = _STEMMERS.get(language)
        self._stemmer = Stemmer.Stemmer(name) if name else None
        self._bases = base_forms() if language == "en" else {}
        self._kept = _Remembered(self._stem)
        self.stops = frozenset(map(self._stem, stop_words(language)))
        """The stems that carry no meaning."""
        self.stem_set = lru_cache(maxsize=_SENTENCES_REMEMBERED)(self._stem_set)
        """The stems of a sentence as a set; questions about the same pages read the same sentences."""

    def stems(self, text: str) -> list[str]:
        """Return the stem of every word of `text`, in order."""
        kept = self._kept
        if len(kept) > _REMEMBERED:
            kept.clear()
        return list(map(kept.__getitem__, _TOKEN.findall(text.lower())))

    def content(self, text: str) -> list[str]:
        """Return the stems of `text` that carry meaning, each once, in order; all when there is none."""
        stems = list(dict.fromkeys(self.stems(text)))
        return [stem for stem in stems if stem not in self.stops] or stems

    def _stem_set(self, text: str) -> frozenset[str]:
        return frozenset(self.stems(text))

    def _stem(self, word: str) -> str:
        word = word.replace("’", "'")
        word = word.split("'", 1)[0] if "'" in word else word
        word = self._bases.get(word, word)
        return self._stemmer.stemWord(word) if self._stemmer else word


@lru_cache(maxsize=16)
def words_of_language(language: str) -> Words:
    """Return what stems words of a language; one a language, as what it remembers is the language's own."""
    return Words(language)
