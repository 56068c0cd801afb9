"""What is worth remembering of a question and its answer, and how the talk of before is brought back.

Memories are made by rules from what was said and shown, never from the book behind it. Each carries the
horizon it was said at, so a move back seals it (S37). The reader's own words stay the reader's (S38).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.answer import Answer, AnswerKind, EarlierTurn
from storage.reader.memories import Memory, MemoryKind, MemorySource
from storage.reader.turns import ConversationKey, Exchange, Turn, TurnCitation

if TYPE_CHECKING:
    from agent.remembering import Note
    from bot.companion.scene import Scene
    from storage import BookView

LONGEST_CHARS = 300
LONGEST_NOTE_CHARS = 900
"""A running summary in a model's words may be longer than a fact."""
RECALLED = 6
"""Memories that a question is answered with."""
_ASKED_IN_SUMMARY = 5
_GUESS = re.compile(
    r"\b(?:i (?:think|guess|bet|suspect|believe|wonder (?:if|whether))|my (?:theory|guess) is)\b",
    re.IGNORECASE,
)


def memories_of(question: str, answer: Answer) -> list[Memory]:
    """Return what to keep of one exchange: a guess, a question left open, or what the text said. Pure."""
    said = _clipped(question)
    if _GUESS.search(question):
        return [Memory(MemoryKind.FACT, said, answer.horizon_end, 3, MemorySource.READER)]
    if answer.kind is AnswerKind.NOT_IN_READ:
        return [Memory(MemoryKind.QUESTION, said, answer.horizon_end, 2, MemorySource.READER)]
    first = next((sentence for sentence in answer.sentences if sentence.citations), None)
    if answer.kind is not AnswerKind.ANSWERED or first is None:
        return []
    importance = 2 if len(answer.sentences) > 1 else 1
    return [Memory(MemoryKind.FACT, _clipped(first.text), answer.horizon_end, importance)]


def summary_of(turns: Sequence[Exchange], horizon_end: int) -> list[Memory]:
    """Return the running summary of a talk, if there is one: what was asked last, oldest first. Pure."""
    asked = list(dict.fromkeys(_clipped(turn.question, 80) for turn in turns))[-_ASKED_IN_SUMMARY:]
    if not asked:
        return []
    text = "You asked: " + " / ".join(asked)
    return [Memory(MemoryKind.SUMMARY, text, horizon_end, 1, MemorySource.READER)]


async def keep(
    scene: Scene, view: BookView, question: str, answer: Answer, earlier: Sequence[Exchange]
) -> str:
    """Store an exchange with its horizon and spans, and what is remembered of it: all of it or nothing.

    Returns the turn's id. `earlier` are the turns before it, oldest first, for the running summary.
    """
    storage, book_id = scene.storage, view.card.book_id
    turn = Turn(
        question=question,
        answer=answer.text,
        horizon_end=answer.horizon_end,
        citations=tuple(TurnCitation(citation.span, citation.label) for citation in answer.citations),
        kind=answer.kind.value,
        model=answer.model,
        findings=tuple(finding.kind.value for finding in answer.findings),
    )
    memories = memories_of(question, answer)
    if await by_model(scene):
        # What the text says is noted afterwards; the reader's own words stay theirs (S38).
        memories = [memory for memory in memories if memory.source is MemorySource.READER]
    else:
        memories += summary_of([*earlier, Exchange(question, answer.text)], answer.horizon_end)
    room = room_of(scene)
    turn_id, changes = storage.turns.kept(conversation_key(scene, book_id), turn)
    if answer.kind is not AnswerKind.NOT_IN_READ:
        end, asked = answer.horizon_end, _clipped(question)
        changes.append(storage.memories.settled(scene.reader_id, book_id, asked, end, room))
    changes += storage.memories.kept(scene.reader_id, book_id, memories, room)
    await storage.keep(*changes)
    return turn_id


async def by_model(scene: Scene) -> bool:
    """Tell whether a model notes here what is worth remembering."""
    return scene.parts.config.preparing.notes and await scene.may_use_model()


async def keep_notes(scene: Scene, view: BookView, question: str, answer: Answer) -> None:
    """Store what the model notes of an exchange; what it does not note is noted by rules.

    Each note carries the horizon of the answer, so it is sealed with it when the reader has gone back.
    """
    storage = scene.storage
    agent = await scene.agent()
    told = await storage.memories.find_summary(scene.reader_id, view.horizon, room_of(scene))
    notes = await agent.remember(question, answer, view, told.text if told else "")
    memories = [_of_note(note) for note in notes if note.kind != "question"]
    if not any(memory.kind is MemoryKind.FACT for memory in memories):
        memories += [m for m in memories_of(question, answer) if m.source is MemorySource.TEXT]
    if not any(memory.kind is MemoryKind.SUMMARY for memory in memories):
        memories += summary_of(await earlier_turns(scene, view), answer.horizon_end)
    await storage.memories.keep_all(scene.reader_id, view.card.book_id, memories, room_of(scene))


def _of_note(note: Note) -> Memory:
    return Memory(
        MemoryKind(note.kind), _clipped(note.text, LONGEST_NOTE_CHARS), note.reveal, note.importance
    )


async def earlier_turns(scene: Scene, view: BookView) -> list[Exchange]:
    """Return the last exchanges of this talk at or below the view's horizon (S37), oldest first."""
    key = conversation_key(scene, view.card.book_id)
    return await scene.storage.turns.recent(key, view.horizon, turns_read(scene))


def turns_read(scene: Scene) -> int:
    """Return how many exchanges `earlier_turns` looks back."""
    return max(scene.parts.config.reader.past_turns, _ASKED_IN_SUMMARY)


def as_said(turns: Sequence[Exchange], limit: int) -> list[EarlierTurn]:
    """Return the last `limit` of these turns as the agent reads them. Pure."""
    return [EarlierTurn(turn.question, turn.answer) for turn in turns[-limit:]] if limit else []


async def recalled(scene: Scene, view: BookView) -> list[Memory]:
    """Return what is remembered at or below the view's horizon, the weightiest first."""
    return await scene.storage.memories.list_memories(scene.reader_id, view.horizon, RECALLED, room_of(scene))


def worded(memory: Memory) -> str:
    """Return a memory in words that tell whose it is (S38)."""
    if memory.kind is MemoryKind.QUESTION:
        return f"You asked, and it was not in what you had read: {memory.text}"
    return f"You said: {memory.text}" if memory.source is MemorySource.READER else memory.text


def room_of(scene: Scene) -> str:
    """Return the shared place that this talk is in, '' when nobody else sees it: memories of the one are none
    of the other (S42)."""
    return "" if scene.message.private else scene.message.conversation.key


def conversation_key(scene: Scene, book_id: str) -> ConversationKey:
    """Return the key under which this talk is kept apart from every other (S42)."""
    place = scene.message.conversation
    return ConversationKey(place.platform, place.chat, scene.reader_id, book_id, place.topic)


def _clipped(text: str, limit: int = LONGEST_CHARS) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"
