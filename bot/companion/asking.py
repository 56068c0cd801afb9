"""A question and its answer: the agent is asked through a view, and sentences are shown as they pass."""

from __future__ import annotations

import asyncio

from agent.answer import AnswerSentence, Question
from bot import render, replies
from bot.companion import preparing, remembering
from bot.companion.scene import Messages, Scene, say
from bot.messages import Button, Kind, OutgoingMessage
from storage.ids import new_id

_UNDER_ANSWERS = (Button("I finished this chapter", "/done"), Button("Passages", "/passage"))


async def ask(scene: Scene, text: str) -> Messages:
    """Answer a question from what is read, to the furthest place (S2); keep the turn with its horizon."""
    view = await scene.view()
    if not view.chars:
        yield say(replies.NOT_BEGUN)
        return
    agent = await scene.parts.agents.get()
    head = render.header(view.card.title, render.upto(view)) + "\n\n"
    slot = new_id()
    turns = await remembering.earlier_turns(scene, view)
    memories = await remembering.recalled(scene, view)
    sentences: asyncio.Queue[AnswerSentence | None] = asyncio.Queue()
    work = asyncio.ensure_future(
        agent.answer(Question(text), view, turns=turns, memories=memories, on_sentence=sentences.put)
    )
    work.add_done_callback(lambda _: sentences.put_nowait(None))
    shown = ""
    try:
        while (sentence := await sentences.get()) is not None:
            shown += _joint(shown, sentence) + sentence.rendered
            yield OutgoingMessage(head + shown, Kind.ANSWER, slot=slot, final=False)
        answer = work.result()
    finally:
        work.cancel()
    await remembering.keep(scene, view, text, answer)
    preparing.after_answer(scene, view, text, answer)
    cited = tuple(citation.span for citation in answer.citations)
    scene.talk.cited = cited
    foot = render.citations(view, cited)
    yield OutgoingMessage(f"{head}{answer.text}\n\n{foot}".rstrip(), Kind.ANSWER, _UNDER_ANSWERS, slot)


def _joint(shown: str, sentence: AnswerSentence) -> str:
    if not shown:
        return ""
    return "\n\n" if sentence.begins_paragraph else " "
