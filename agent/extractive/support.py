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
_THING = re.compile(
    r"(?:\b(?P<auxiliary>did|does|do|will|would|can|could|must|has|have|had|n['’]t)\s+)?"
    r"\b(?:the|an?|his|her|their|its|this|that|these|those|my|your|our|\w+['’]s)\s+"
    r"(?P<first>[^\W\d_]+(?:['’\-][^\W\d_]+)*)(?:\s+(?P<second>[^\W\d_]+(?:['’\-][^\W\d_]+)*))?",
    re.IGNORECASE,
)


def is_foreign_to(question: str, view: BookView) -> bool:
    """Tell whether `question` is about what the read text does not have (S18).

    It is when less than half of its words of substance stand there, or when one does not that a determiner
    makes the name of a thing ("the amulet"): a verb may be another word for a read one, a thing seldom is.
    """
    words = [w for w in dict.fromkeys(map(bare_word, _WORD.findall(question))) if _has_substance(w)]
    unknown = {word for word in words if not stands_somehow(word, view)}
    if not unknown:
        return False
    return 2 * len(unknown) > len(words) or not unknown.isdisjoint(_things(question))


def _things(question: str) -> set[str]:
    """Return the words that a determiner stands before, but for what may be the verb of a question."""
    found = set()
    for match in _THING.finditer(question):
        found.add(bare_word(match["first"]))
        # "Why did the king marry?": behind an auxiliary the second word is as likely the verb.
        if match["second"] and not match["auxiliary"]:
            found.add(bare_word(match["second"]))
    return found


def _has_substance(word: str) -> bool:
    return len(word) > 1 and word.lower() not in neutral_words()


def bare_word(word: str) -> str:
    """Return a word without the sign of a possessor."""
    return word.removesuffix("'s").removesuffix("’s")


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
