"""The first words: which book, what answers, where are you, and what could be asked (S32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import render, replies
from bot.companion.scene import TERMINAL, Awaited, Messages, Scene, say, where_buttons
from bot.messages import Button
from bot.replies import sending

if TYPE_CHECKING:
    from storage import BookView

_STARTERS = 3


async def greet(scene: Scene) -> Messages:
    """Open the book of this talk, or the last one that was added, and say hello."""
    if not scene.talk.book_id:
        books = await scene.storage.library.books(scene.reader_id)
        if not books:
            yield say(replies.no_book(scene.message.conversation.platform))
            return
        scene.open_book(books[0])
    async for message in welcome(scene):
        yield message


async def welcome(scene: Scene) -> Messages:
    """Greet with the open book; then ask where the reader is, or tell where and what could be asked.

    The first message needs nothing but the shelf: a book of a thousand pages takes a moment to open.
    """
    card = await scene.book()
    greeting = f"{replies.greeting(card)}\n\n{_powers(scene)}"
    horizon = await scene.find_horizon()
    if horizon is None:
        scene.talk.awaited = Awaited.PLACE
        yield say(f"{greeting}\n\n{replies.WHERE_ARE_YOU}", *where_buttons(scene))
        return
    yield say(greeting)
    view = await scene.view()
    questions = starters(view)
    asked = f"\n\n{replies.starters(questions)}" if questions else ""
    buttons = [Button(question, question, tells=True) for question in questions]
    yield say(replies.you_are(render.upto(view)) + asked, *buttons)


def _powers(scene: Scene) -> str:
    config = scene.parts.config
    has_doctor = scene.message.conversation.platform == TERMINAL
    return sending.powers(config.model.model, scene.storage.embedder.name, has_doctor=has_doctor)


def starters(view: BookView) -> list[str]:
    """Return up to three questions that what is read can answer: people met last, and the last new word."""
    people = sorted(view.people(), key=lambda card: (-card.last, card.first))
    questions = [f"Who is {card.name}?" for card in people[:2]]
    terms = view.terms()
    if terms:
        questions.append(f"What does “{terms[-1].term}” mean?")
    if view.chars:
        questions.append("What happened so far?")
    return questions[:_STARTERS]
