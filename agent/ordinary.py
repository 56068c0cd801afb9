"""The ordinary sense of a word, from a model that is told the word and nothing of any book (S24).

What comes back is shown as not the book's. An answer that names anybody or anything is thrown away: the
ordinary sense of a word needs no names, and a model may know the book that the word is from (S21).
"""

from __future__ import annotations

import re
from typing import Protocol

MOST_WORD_CHARS = 40
_MOST_SENSE_CHARS = 300
_UNKNOWN = "-"
_SYSTEM = f"""
You are a dictionary of ordinary words. You get one word or phrase. Answer with its ordinary sense in one
sentence of at most thirty words: no example, no name of a person, place or work, no mention of any book.
If it is not an ordinary word of the language, answer with {_UNKNOWN} alone.
""".strip()
_NAMED = re.compile(r"(?<![.!?“\"(]\s)(?<!^)\b(?!I\b)[^\W\d_a-zà-öø-ÿ]\w+")


class Speaker(Protocol):
    """Answers one message."""

    async def complete(self, system: str, message: str) -> str:
        """Return the whole answer; raise `ModelUnavailable`."""


async def ordinary_sense(word: str, speaker: Speaker) -> str:
    """Return one sentence, or '' when there is none that may be shown; raise `ModelUnavailable`."""
    if not word or len(word) > MOST_WORD_CHARS:
        return ""
    sense = " ".join((await speaker.complete(_SYSTEM, word)).split())
    if not sense.strip(_UNKNOWN + ".") or len(sense) > _MOST_SENSE_CHARS or _NAMED.search(sense):
        return ""
    return sense
