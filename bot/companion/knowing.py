"""What the book has told so far: words, places, times, contents, the story again."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from bot import cards, render, replies
from bot.companion.finding import headed
from bot.companion.people import turning
from bot.companion.scene import Messages, Scene, ask_back, say
from bot.messages import Button, Kind
from bot.replies import credits
from storage.errors import ModelUnavailable, PlaceNotUnderstood
from storage.story.names import folded

if TYPE_CHECKING:
    from storage import BookView
    from storage.values import Span

_MOST_CHOICES = 8
_LOOKED_AT = 50
"""Places of a word, to see whether it has a small letter somewhere."""
LENGTHS = ("short", "medium", "long")
_SINCE = re.compile(
    r"^(?P<length>short|medium|long)?\s*(?:since\s+(?P<since>.+))?$", re.IGNORECASE | re.DOTALL
)


async def define(scene: Scene, word: str) -> Messages:
    """Show the senses that the book has given a word so far (S17), then an ordinary one, marked as such.

    The ordinary one is a model's, when there is one and the reader lets it be used; it is told the word
    alone, and only a word that is read and is nobody's name (S18, S24).
    """
    view = await scene.view()
    card = view.define(word)
    if card is None:
        yield headed(view, replies.NOT_IN_WHAT_YOU_READ)
        return
    text, cited = cards.term(view, card)
    scene.cite(view, cited)
    ordinary = await _ordinary_sense(scene, view, card.term)
    yield headed(view, f"{text}\n\n{ordinary}".rstrip())


async def _ordinary_sense(scene: Scene, view: BookView, word: str) -> str:
    if not await scene.may_use_model() or not is_ordinary_word(view, word):
        return ""
    agent = await scene.agent()
    try:
        sense = await agent.ordinary_sense(word)
    except ModelUnavailable:
        return ""  # the book's own senses are the answer
    return replies.ordinary_sense(sense, agent.model) if sense else ""


def is_ordinary_word(view: BookView, word: str) -> bool:
    """Tell whether a word stands somewhere in what is read without a capital, and is nobody's name."""
    if folded(word) in {folded(name) for name in (*view.story.names(), *_things(view))}:
        explained = {folded(card.term) for card in view.terms()}
        if folded(word) not in explained:
            return False
    return any(view.quote(span)[:1].islower() for span in view.find(word, _LOOKED_AT))


def _things(view: BookView) -> list[str]:
    return [card.name for card in view.story.groups()]


async def places(scene: Scene, argument: str) -> Messages:
    """List the places named so far."""
    view = await scene.view()
    found = view.places()
    yield headed(view, cards.places(view, found) if found else replies.NOWHERE_YET)


async def place(scene: Scene, name: str) -> Messages:
    """Show what is told of a place; ask which when a name could be several."""
    view = await scene.view()
    found = cards.places_named(view, name)
    if not found:
        yield headed(view, replies.NOT_IN_WHAT_YOU_READ)
    elif len(found) > 1:
        buttons = [Button(card.name, f"/place {card.name}", tells=True) for card in found[:_MOST_CHOICES]]
        yield ask_back(replies.WHICH_PLACE, *buttons)
    else:
        text, cited = cards.place(view, found[0])
        scene.cite(view, cited)
        yield headed(view, text)


async def timeline(scene: Scene, argument: str) -> Messages:
    """Show where the text so far says when, in the order of the text, a page at a time."""
    view = await scene.view()
    marks = await asyncio.to_thread(view.story.timeline)
    page = int(argument) if argument.isdecimal() else 1
    shown = cards.page_of(marks, page)
    if not marks:
        yield headed(view, replies.NO_TIMES)
    elif shown is None:
        yield say(replies.NO_MORE_PAGES)
    else:
        cited: list[Span] = []
        lines = [cards.time_line(view, mark, cited) for mark in marks[shown]]
        scene.cite(view, dict.fromkeys(cited))
        pages = cards.pages_of(marks)
        head = replies.page_line(replies.times_told(len(marks)), page, pages)
        yield headed(view, "\n".join([head, *lines]), *turning("/timeline", page, pages))


async def toc(scene: Scene, argument: str) -> Messages:
    """Show the contents; what is not reached is a bare number (S27)."""
    view = await scene.view()
    yield headed(view, render.contents(view))


async def catch_me_up(scene: Scene, argument: str) -> Messages:
    """Tell the story so far again, to the current place and no further (S2, S31)."""
    asked = _SINCE.match(argument.strip())
    if not asked:
        raise PlaceNotUnderstood(text=argument)
    view = await scene.view(recap=True)
    if not (await scene.storage.licences.of(view.card.book_id)).summaries:
        yield say(credits.NO_SUMMARIES, kind=Kind.REFUSAL)
        return
    since = 0
    if asked["since"]:
        match = await scene.storage.library.locate(view.card.book_id, asked["since"], view.horizon.end)
        since = min(match.start, view.horizon.end)
    agent = await scene.agent()
    answer = await agent.recap(view, length=(asked["length"] or "medium").lower(), since=since)
    cited = tuple(citation.span for citation in answer.citations)
    scene.cite(view, cited)
    body = answer.text or replies.NOTHING_TO_TELL
    foot = render.citations(view, cited)
    yield headed(view, f"{body}\n\n{foot}".rstrip())
