"""Follow-ups: "and why?", "where is she now?" completed from the earlier turns. Pure.

Turns come bounded by the horizon (S37). Only names that the view gives are taken over, so a name that the
reader brought along adds nothing (S38).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agent.answer import EarlierTurn
from agent.lexicon import function_words

_PRONOUN = re.compile(
    r"\b(?P<whose>his|hers|its|theirs|their|her(?=\s+[a-z]))\b|\b(?P<who>he|she|him|her|they|them|it|himself|"
    r"herself|themselves)\b",
    re.IGNORECASE,
)
_FILLED = re.compile(r"\b(?:it|there)\s+(?:is|was|were|are|be|been|seem\w*|rain\w*|snow\w*)\b", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_ASKING = re.compile(
    r"^\W*(?:(?:and|so|but|then)\s+)*(?:who|whom|whose|where|when|why|how|what|which)\b\s*", re.IGNORECASE
)
_AHEAD = re.compile(r"\b(?:next|later|in the end|how does it end)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_EMPTY = frozenset("please exactly elaborate happen happened happens tell go on that this".split())
_REMEMBERED_TURNS = 4


def complete(question: str, turns: Sequence[EarlierTurn], names: Iterable[str]) -> str:
    """Return `question` with what it leaves to the earlier `turns` (oldest first) filled in.

    A bare "why?" takes over what the last question was about; a pronoun with nobody to stand for takes the
    one last asked about, by name. `names` are those read so far. A complete question comes back as it is.
    """
    recent = list(turns)[-_REMEMBERED_TURNS:]
    if not recent:
        return question
    known = frozenset(names)
    if _names_in(question, known):
        return question
    if _AHEAD.search(question):
        return question  # what comes next is no more of what was asked
    asking = [word for word in _words(question) if word not in _EMPTY and word not in function_words()]
    open_to_fill = _QUOTED.sub(_dashes, _FILLED.sub(_dashes, question))
    match = _PRONOUN.search(open_to_fill)
    if not asking and match is None:
        last = complete(recent[-1].question, recent[:-1], known)
        return f"{question.strip().rstrip('?!. ')} {_ASKING.sub('', last)}"
    name = _last_named(recent, known) if match is not None else ""
    if match is None or not name:
        return question
    put = f"{name}'s" if match["whose"] else name
    return question[: match.start()] + put + question[match.end() :]


def _dashes(match: re.Match[str]) -> str:
    return "-" * len(match.group())


def _last_named(turns: Sequence[EarlierTurn], names: frozenset[str]) -> str:
    for turn in reversed(turns):
        found = _names_in(turn.question, names)
        if found:
            return found[0]
    found = _names_in(turns[-1].answer, names)
    return found[0] if found else ""


def _names_in(text: str, names: frozenset[str]) -> list[str]:
    """Return the known names that stand in `text`, in order, the longest at each place.

    Who writes no capitals at all still names people; otherwise a name has its capital.
    """
    lower = text == text.lower()
    found: list[tuple[int, int, str]] = []
    for name in names:
        wanted = name.lower() if lower else name
        if wanted not in text or (lower and wanted in function_words()):
            continue
        match = re.search(rf"\b{re.escape(wanted)}\b", text)
        if match is not None:
            found.append((match.start(), -len(name), name))
    kept: list[str] = []
    end = 0
    for start, length, name in sorted(found):
        if start >= end:
            kept.append(name)
            end = start - length
    return kept


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
