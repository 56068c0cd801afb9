"""What a model would remember of a turn: a running summary, facts, open questions. No storage here.

Facts and summary pass the same check as an answer, against what the answer cites; a reader's question stays
the reader's, word for word (S38). All of it was chosen by a writer who knew the text up to the horizon, so
it carries that offset, and a move back seals it (S37). Without a model, bot keeps simpler notes by rules.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from agent.answer import Answer, AnswerKind
from agent.check import Checker
from agent.prompts import REMEMBER, remember_message
from agent.sentences import clean, split
from storage.values import Passage

if TYPE_CHECKING:
    from agent.context import Teller
    from storage.book.view import BookView

MAX_FACTS = 3
MAX_NOTE_CHARS = 300
MAX_SUMMARY_CHARS = 900


@dataclass(frozen=True, slots=True)
class Note:
    """One thing worth remembering; `reveal` is the offset from which it may be recalled.

    `importance` runs from 1 to 3.
    """

    kind: Literal["summary", "fact", "question"]
    text: str
    reveal: int
    importance: int = 2


async def propose_notes(
    question: str, answer: Answer, view: BookView, teller: Teller, summary: str = ""
) -> tuple[Note, ...]:
    """Return what the model would remember of one turn, as far as it holds; `summary` is the one so far.

    Whatever the model writes that is no JSON of the asked form counts as nothing. Raise `ModelUnavailable`.
    """
    if answer.kind is AnswerKind.NOT_IN_READ:
        return (Note("question", " ".join(question.split())[:MAX_NOTE_CHARS], answer.horizon_end),)
    said = _parsed(await teller.complete(REMEMBER, remember_message(question, answer, summary)))
    checker = Checker(view)
    evidence = [view.read_around(c.span, 200, 200) for c in answer.citations]
    notes: list[Note] = []
    for fact in _list(said.get("facts"))[:MAX_FACTS]:
        text = _held(str(fact.get("text", ""))[:MAX_NOTE_CHARS], checker, evidence)
        if text:
            notes.append(Note("fact", text, answer.horizon_end, _importance(fact.get("importance"))))
    told = _held(str(said.get("summary") or "")[:MAX_SUMMARY_CHARS], checker, evidence)
    if told:
        notes.append(Note("summary", told, answer.horizon_end, 1))
    return tuple(notes)


def _held(text: str, checker: Checker, evidence: list[Passage]) -> str:
    """Return the sentences of `text` that pass the check, joined."""
    shown = [checker.check(sentence, evidence, evidence).shown for sentence in split(clean(text))]
    return " ".join(s.text for s in shown if s is not None)


def _parsed(text: str) -> dict[str, Any]:
    start, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[start : end + 1]) if 0 <= start < end else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _importance(value: Any) -> int:
    return value if isinstance(value, int) and 1 <= value <= 3 else 2
