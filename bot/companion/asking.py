"""A question and its answer: the agent is asked through a view, and sentences are shown as they pass."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.answer import Answer, AnswerSentence, Question
from bot import render, replies
from bot.companion import moving, preparing, remembering
from bot.companion.chapters import end_of_current
from bot.companion.finding import name_of
from bot.companion.pasting import pointed_parts
from bot.companion.scene import Messages, Scene, say
from bot.messages import Button, Kind, OutgoingMessage
from bot.replies import credits
from storage.credits.values import Unit
from storage.ids import new_id

if TYPE_CHECKING:
    from agent.desk import OnSentence
    from agent.reading_agent import ReadingAgent
    from storage import BookView
    from storage.credits.values import Left
    from storage.reader.memories import Memory
    from storage.reader.turns import Exchange
    from storage.story.facts import PersonCard
    from storage.values import PlaceMatch, Span


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a question is answered with: the book as far as it is read, and the talk up to there (S37)."""

    view: BookView
    turns: Sequence[Exchange]
    memories: Sequence[Memory]
    chapters: Sequence[PlaceMatch]
    """Of the whole book, as offsets alone: what is left of the one that is read now is asked about."""


async def prepare(scene: Scene) -> Prepared:
    """Read what a question to the open book needs, at the furthest place (S2); raises `NoPlaceYet`."""
    storage, card = scene.storage, await scene.book()
    horizon = await storage.progress.horizon(scene.reader_id, card.book_id)
    await storage.foresee(
        storage.corrections.expected(scene.reader_id, horizon),
        storage.turns.expected(
            remembering.conversation_key(scene, card.book_id), horizon, remembering.turns_read(scene)
        ),
        storage.memories.expected(scene.reader_id, horizon, remembering.RECALLED, remembering.room_of(scene)),
        await storage.licences.expected(card.book_id),
    )
    await scene.flags()  # which every message that shows a book asks for
    view = await scene.view()
    return Prepared(
        view,
        await remembering.earlier_turns(scene, view),
        await remembering.recalled(scene, view),
        await scene.storage.library.list_chapters(view.card.book_id),
    )


async def ask(
    scene: Scene, text: str, prepared: Prepared, pasted: Sequence[str] = (), card: PersonCard | None = None
) -> Messages:
    """Answer a question from what is read; keep the turn with its horizon.

    `pasted` are stretches of it that may be lines of the book; `card` is whom it is about, if it asks who
    somebody is.
    """
    view = prepared.view
    if not view.chars:
        yield say(replies.NOT_BEGUN)
        return
    agent, over = await _within_allowance(scene, await scene.agent())
    head = render.header(view.card.title, render.upto(view)) + "\n\n"
    if over is not None:
        head += f"*{credits.text_used_up(over)}*\n\n"
    slot = new_id()
    sentences: asyncio.Queue[AnswerSentence | None] = asyncio.Queue()
    question = Question(text, find_pointed(view, [*pointed_parts(scene.message.about), *pasted]))
    work = asyncio.ensure_future(_answer(scene, agent, question, prepared, sentences.put))
    work.add_done_callback(lambda _: sentences.put_nowait(None))
    shown = ""
    try:
        while (sentence := await sentences.get()) is not None:
            shown += _joint(shown, sentence) + sentence.rendered
            if not agent.waits_for_model:
                continue  # the whole answer is a moment away
            yield OutgoingMessage(head + shown, Kind.ANSWER, slot=slot, final=False)
        answer = work.result()
    finally:
        work.cancel()
    async with scene.parts.at_work:
        turn_id = await remembering.keep(scene, view, text, answer, prepared.turns)
    if agent.waits_for_model:
        await _use_allowance(scene, answer, turn_id)
    await preparing.after_answer(scene, view, text, answer)
    cited = render.by_paragraph(view, [citation.span for citation in answer.citations])
    scene.cite(view, cited)
    foot = render.citations(view, cited)
    opens = [Button("Passages", "/passage")] if cited else []
    if card is not None:
        opens.append(Button("Card", f"/who {name_of(view, card)}"))
    buttons = (*opens, *_under_answer(prepared, turn_id))
    yield OutgoingMessage(f"{head}{answer.text}\n\n{foot}".rstrip(), Kind.ANSWER, buttons, slot)


async def _within_allowance(scene: Scene, agent: ReadingAgent) -> tuple[ReadingAgent, Left | None]:
    """Return who answers: the agent without a model when today's allowance of one is used up, and which."""
    if agent.waits_for_model:
        for unit in (Unit.QUESTION, Unit.TOKEN):
            left = await scene.storage.wallets.left(scene.reader_id, unit)
            if left is not None and not left.left:
                return await scene.parts.agents.get(with_model=False), left
    return agent, None


async def _use_allowance(scene: Scene, answer: Answer, turn_id: str) -> None:
    wallets = scene.storage.wallets
    await wallets.use_up(scene.reader_id, Unit.QUESTION, 1, intent=f"question {turn_id}")
    if answer.tokens:
        await wallets.use_up(scene.reader_id, Unit.TOKEN, answer.tokens, intent=f"tokens {turn_id}")


def find_pointed(view: BookView, parts: Sequence[str]) -> Span | None:
    """Return where the first of these stretches stands in what is read, None when none does (S41).

    The view ends at the place, so what a reader points at further on is not found.
    """
    return next((spans[0] for part in parts if (spans := view.find(part, 1))), None)


def _under_answer(prepared: Prepared, turn_id: str) -> tuple[Button, ...]:
    """Return the buttons under any answer, the same ones for whatever was asked (S18)."""
    left = end_of_current(prepared.chapters, prepared.view.horizon.end)
    lines = [line for line in prepared.view.sections() if left and line.ordinal == left.section]
    names = [render.chapter_number(line) for line in lines]
    ended = moving.chapter_action(left.section if left else None, is_ended=True)
    finish = [Button(f"Finished {name}", ended) for name in names]
    return (
        *finish,
        Button("Next", "/next"),
        Button("Set place", "/pick"),
        Button("👍", f"/feedback up {turn_id}"),
        Button("👎", f"/feedback down {turn_id}"),
        Button("This spoiled me", f"/feedback spoiled {turn_id}"),
    )


async def _answer(
    scene: Scene, agent: ReadingAgent, question: Question, prepared: Prepared, on_sentence: OnSentence
) -> Answer:
    turns = remembering.as_said(prepared.turns, scene.parts.config.reader.past_turns)
    memories = [remembering.worded(memory) for memory in prepared.memories]
    waits = agent.waits_for_model or scene.parts.config.storage.embedder.kind == "openai"
    async with nullcontext() if waits else scene.parts.answering:
        return await agent.answer(
            question, prepared.view, turns=turns, memories=memories, on_sentence=on_sentence
        )


def _joint(shown: str, sentence: AnswerSentence) -> str:
    if not shown:
        return ""
    return "\n\n" if sentence.begins_paragraph else " "
