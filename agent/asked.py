"""What a question asks for, as far as rules can tell before anything is read. Pure.

A question that names what does not stand in the read text has one answer (S18), and gets it before any
drafter is asked: so a later name, a nonsense name and a name from a film take the same path and the same
time (T7), whatever a model may remember.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from agent.lexicon import TITLES, openers, world_words
from agent.names import find_names, stands
from agent.reading import ReadText
from agent.support import Stems, is_foreign

if TYPE_CHECKING:
    from storage.book.view import BookView

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_GERMAN = frozenset("der die das ist wer und wie wo wann warum wohin was ein eine nicht mit von".split())
_QUOTED = re.compile(r"[“\"«]([^“”\"«»]{4,}?)[.,;:!?…—-]*[”\"»]")
_WHAT_IS = re.compile(
    r"\W*(?:so |and |but |please |hey |ok |can you )*(?:who|what)(?:['’]s|\s+(?:is|are|was|were|does|do))\b"
    r"|\W*(?:define|tell me about|describe|what do you know about|meaning of)\b",
    re.IGNORECASE,
)
_WHO_IS = re.compile(
    r"\W*(?:(?:so|and|but|ok|okay|well|please|hey|remind me|tell me|again),?\s+)*"
    r"who(?:['’]s|\s+(?:is|was))\s+(?:this\s+|that\s+)?(?P<name>[^?!,;]{1,80}?)(?:\s+again)?[\s?.!]*",
    re.IGNORECASE,
)
_UNTIL_NOW = r"(?:so far|until now|up to now|until here|up to here|to date)"
_RECAP = re.compile(
    r"\W*(?:(?:so|and|ok|okay|well|please|hey|hi|now|can you|could you|would you|will you),?\s+)*"
    r"(?:(?:give me|tell me|i(?:['’]d| would) like|i need|show me)\s+)?"
    r"(?:(?:a |the )?(?:short |quick |brief |long )?(?:recap|summary)(?: of (?:the (?:book|story|plot)|"
    r"everything))?|(?:summari[sz]e|recap)(?: (?:it|this|everything|the (?:book|story|plot|novel)))?"
    r"|catch me up|bring me up to (?:date|speed)|(?:the |my )?story|previously"
    r"|remind me (?:what(?:['’]s| has)? happen(?:ed|s)|of (?:the story|everything))|what did i (?:miss|read)"
    rf"|what(?:['’]s| has| have)?(?: all)? (?:been )?happen(?:ed|ing)(?= {_UNTIL_NOW}))"
    rf"(?: (?:{_UNTIL_NOW}|please|again))*[\s?.!…]*",
    re.IGNORECASE,
)
_TYPO_SCORE = 79
_TYPO_SCORE_OF_OTHER_LENGTH = 90


def mend_names(question: str, view: BookView) -> str:
    """Return `question` with names that are nearly a read name spelled as the book spells them."""
    reading = ReadText(view)
    mended = question
    names: list[str] | None = None
    for match in reversed(list(_WORD.finditer(question))):
        word = match.group().removesuffix("'s").removesuffix("’s")
        if len(word) < 4 or word.lower() in openers() or word.lower() in world_words() or reading.has(word):
            continue
        if names is None:
            names = sorted({part for name in view.names() for part in name.split() if len(part) > 3})
        near = next((name for name in names if _is_typo(word, name)), None)
        if near is not None:
            mended = mended[: match.start()] + near + mended[match.start() + len(word) :]
    return mended


def asks_for_recap(text: str) -> bool:
    """Tell whether `text` asks for the story so far and for nothing else."""
    return _RECAP.fullmatch(text.strip()) is not None


def asks_who(text: str) -> str:
    """Return the name in "who is NAME?" when `text` asks that and nothing else, or ''."""
    match = _WHO_IS.fullmatch(text.strip())
    return match["name"].strip() if match else ""


def asks_for_unknown(question: str, view: BookView, stems: Stems) -> bool:
    """Tell whether `question` names somebody or something that the read text does not have.

    It does when a proper name in it stands nowhere in the read text, or when it asks who or what
    something is and none of its words of substance stands there.
    """
    reading = ReadText(view)
    # What is quoted and stands there has no name that does not; its capital may be that of a sentence.
    question = _QUOTED.sub(lambda quote: " x " if view.find(quote[1], 1) else quote[0], question)
    words = [w for w in _WORD.findall(question) if w.lower() not in world_words()]
    if any(w[0].isupper() for w in words) and not _shouts_or_nouns(words, reading.language):
        known = view.names() if not question.isascii() else frozenset()
        for name in find_names(question[0].upper() + question[1:]):
            if not name.heads and not stands(name, reading, known) and not _parts_stand(name.text, reading):
                return True
    if not _WHAT_IS.match(question) or is_foreign(question, reading.language):
        return False
    substance = [w for w in words if stems.of(w)]
    return bool(substance) and not any(_stands_somehow(w, reading) for w in substance)


def _is_typo(word: str, name: str) -> bool:
    """Tell whether `word` is `name` with a slip; names alike but for an ending are two names (S14)."""
    longer = abs(len(word) - len(name))
    if longer > 1 or word[0].lower() != name[0].lower():
        return False
    score = fuzz.ratio(word.lower(), name.lower())
    return score >= (_TYPO_SCORE_OF_OTHER_LENGTH if longer else _TYPO_SCORE)


def _parts_stand(name: str, reading: ReadText) -> bool:
    """A reader may join what the book keeps apart: "Elizabeth Bennet" for Elizabeth, a Bennet."""
    parts = [p.removesuffix("'s").removesuffix("’s") for p in name.split()]
    return all(reading.has(p) or p.lower().rstrip(".") in TITLES for p in parts)


def _stands_somehow(word: str, reading: ReadText) -> bool:
    bare = word.removesuffix("'s").removesuffix("’s")
    forms = [
        bare,
        bare.removesuffix("s"),
        bare.removesuffix("es"),
        bare.removesuffix("d"),
        bare.removesuffix("ed"),
    ]
    if any(len(f) > 1 and reading.has(f) for f in forms):
        return True
    stem = bare.lower().removesuffix("ing").removesuffix("er").removesuffix("ed")
    return len(stem) >= 4 and bool(reading.find(stem, 1)) and stem != bare.lower()


def _shouts_or_nouns(words: list[str], language: str) -> bool:
    """Tell whether capitals say nothing here: a shouted question, or a German one about another book."""
    if all(w.isupper() for w in words):
        return True
    return language != "de" and sum(w.lower() in _GERMAN for w in words) >= 2
