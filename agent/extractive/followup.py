"""Follow-ups: "and why?", "where is she now?" completed from the earlier turns. Pure.

Turns come bounded by the horizon (S37). Only names that stand in the read text are taken over, so a name
that the reader brought along adds nothing (S38).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from agent.answer import EarlierTurn
from agent.names import find_names
from storage.book.stopwords import stop_words

_PRONOUN = re.compile(
    r"\b(?P<whose>his|hers|its|theirs|their|her(?=\s+[a-z]))\b|\b(?P<who>he|she|him|her|they|them|it|himself|"
    r"herself|themselves)\b",
    re.IGNORECASE,
)
_FILLED = re.compile(r"\b(?:it|there)\s+(?:is|was|were|are|be|been|seem\w*|rain\w*|snow\w*)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_EMPTY = frozenset(
    "and but so then why how where when who what which whom whose exactly else really please more tell me "
    "about that this there it did do does was is were are come happened happens next go on elaborate".split()
)
_REMEMBERED_TURNS = 4


def complete(question: str, turns: Sequence[EarlierTurn], is_known: Callable[[str], bool]) -> str:
    """Return `question` with what it leaves to the earlier `turns` (oldest first) filled in.

    A bare "why?" takes over what the last question was about; a pronoun without anyone to stand for takes
    the person or thing last asked about, by name. `is_known` tells whether a name stands in the read text.
    A question that is complete comes back as it is.
    """
    recent = list(turns)[-_REMEMBERED_TURNS:]
    if not recent or _own_names(question, is_known):
        return question
    content = [w for w in _words(question) if w not in _EMPTY]
    if not content:
        return f"{question.strip().rstrip('?!. ')} {_rest(_resolved_last(recent, is_known))}"
    match = _PRONOUN.search(_FILLED.sub(lambda m: "-" * len(m.group()), question))
    if match is None:
        return question
    name = _referent(recent, is_known)
    if not name:
        return question
    put = f"{name}'s" if match["whose"] else name
    return question[: match.start()] + put + question[match.end() :]


def _resolved_last(turns: Sequence[EarlierTurn], is_known: Callable[[str], bool]) -> str:
    return complete(turns[-1].question, turns[:-1], is_known)


def _rest(question: str) -> str:
    """Return a question without its asking word: "Why did Ada leave?" gives "did Ada leave?"."""
    return re.sub(
        r"^\W*(?:(?:and|so|but|then)\s+)?(?:who|whom|where|when|why|how|what)\b\s*", "", question, flags=re.I
    )


def _referent(turns: Sequence[EarlierTurn], is_known: Callable[[str], bool]) -> str:
    for turn in reversed(turns):
        names = _own_names(turn.question, is_known)
        if names:
            return names[0]
    names = _own_names(turns[-1].answer, is_known)
    return names[0] if names else ""


def _own_names(text: str, is_known: Callable[[str], bool]) -> list[str]:
    return [n.text for n in find_names(text) if n.text.lower() not in stop_words("en") and is_known(n.text)]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
