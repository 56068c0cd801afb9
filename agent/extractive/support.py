"""Whether the read text answers a question at all (S18). Reads through the view alone.

A question is answered when its words of substance stand in the read text, most of them near each other.
A name not yet met, a nonsense word and an event of the film alike stand nowhere, and get the one template.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.extractive.verbs import base_forms, other_forms
from agent.lexicon import neutral_words
from storage.values import Span

if TYPE_CHECKING:
    from storage.book.view import BookView

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ENDINGS = re.compile(r"(?:ingly|ings?|edly|ed|es|s|ly|er|est|ness|ful|y|e)$")
_SHORTEST = 3


def substance(question: str) -> list[str]:
    """Return the words of `question` that name things and deeds, each once."""
    words = (w.removesuffix("'s").removesuffix("’s") for w in _WORD.findall(question))
    return [w for w in dict.fromkeys(words) if len(w) > 1 and w.lower() not in neutral_words()]


def stands_somehow(word: str, view: BookView) -> bool:
    """Tell whether a word, or another form of it, stands in the read text."""
    word = word.lower()
    if view.has_words(word):
        return True
    base = base_forms().get(word, word)
    if any(view.has_words(form) for form in (base, *other_forms().get(base, ())) if form != word):
        return True
    stem = _ENDINGS.sub("", word)
    if len(stem) < _SHORTEST:
        return False
    if stem[-1] == stem[-2]:
        stem = stem[:-1]
    return any(_begins_word(view, span.start) for span in view.find(stem, 40))


def _begins_word(view: BookView, at: int) -> bool:
    return at == 0 or not view.quote(Span(at - 1, at)).isalpha()
