"""What the book has told so far: people, words, places, contents, the story again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot import render, replies
from bot.companion.scene import Messages, Scene, ask_back, say
from bot.markup import bold, escape
from bot.messages import Button, Kind, OutgoingMessage
from storage.errors import PlaceNotUnderstood

if TYPE_CHECKING:
    from storage import BookView

LENGTHS = ("short", "medium", "long")
_SINCE = re.compile(
    r"^(?P<length>short|medium|long)?\s*(?:since\s+(?P<since>.+))?$", re.IGNORECASE | re.DOTALL
)


async def who(scene: Scene, name: str) -> Messages:
    """Show a person's card; ask which when a name is shared (T48)."""
    view = await scene.view()
    cards = view.who(name)
    if not cards:
        yield _headed(scene, view, replies.NOT_IN_WHAT_YOU_READ)
        return
    if len(cards) > 1:
        shown = {card.name for card in cards}
        if len(shown) == len(cards):
            buttons = [
                Button(_known_by(view, card.name, card.first), f"/who {card.name}", tells=True)
                for card in cards
            ]
            yield ask_back(replies.same_name(len(cards)), *buttons)
            return
    texts = []
    cited = []
    for card in cards:
        text, spans = render.person(view, card)
        texts.append(text)
        cited += spans
    scene.talk.cited = tuple(cited)
    yield _headed(scene, view, "\n\n".join(texts))


async def cast(scene: Scene, argument: str) -> Messages:
    """List everybody met so far, a page at a time."""
    view = await scene.view()
    people = view.people()
    pages = max(1, -(-len(people) // render.PEOPLE_ON_A_PAGE))
    page = int(argument) if argument.isdecimal() else 1
    if not people:
        yield _headed(scene, view, replies.NOBODY_YET)
    elif not 1 <= page <= pages:
        yield say(replies.NO_MORE_PAGES)
    else:
        more = [Button("More", f"/cast {page + 1}")] if page < pages else []
        yield _headed(scene, view, render.cast(view, people, page), *more)


async def define(scene: Scene, word: str) -> Messages:
    """Show the senses that the book has given a word so far (S17)."""
    view = await scene.view()
    card = view.define(word)
    if card is None:
        yield _headed(scene, view, replies.NOT_IN_WHAT_YOU_READ)
        return
    text, cited = render.term(view, card)
    scene.talk.cited = tuple(cited)
    yield _headed(scene, view, text)


async def places(scene: Scene, argument: str) -> Messages:
    """List the places named so far."""
    view = await scene.view()
    cards = view.places()
    yield _headed(scene, view, render.places(view, cards) if cards else replies.NOWHERE_YET)


async def toc(scene: Scene, argument: str) -> Messages:
    """Show the contents; what is not reached is a bare number (S27)."""
    view = await scene.view()
    yield _headed(scene, view, render.contents(view))


async def catch_me_up(scene: Scene, argument: str) -> Messages:
    """Tell the story so far again, to the current place and no further (S2, S31)."""
    asked = _SINCE.match(argument.strip())
    if not asked:
        raise PlaceNotUnderstood(text=argument)
    view = await scene.view(recap=True)
    since = 0
    if asked["since"]:
        match = await scene.storage.library.locate(view.card.book_id, asked["since"], view.horizon.end)
        since = min(match.start, view.horizon.end)
    agent = await scene.agent()
    answer = await agent.recap(view, length=(asked["length"] or "medium").lower(), since=since)
    cited = tuple(citation.span for citation in answer.citations)
    scene.talk.cited = cited
    body = answer.text or replies.NOTHING_TO_TELL
    foot = render.citations(view, cited)
    yield _headed(scene, view, f"{body}\n\n{foot}".rstrip())


def _headed(scene: Scene, view: BookView, body: str, *buttons: Button) -> OutgoingMessage:
    return say(render.headed(view.card.title, render.upto(view), body), *buttons, kind=Kind.ANSWER)


def _known_by(view: BookView, name: str, first: int) -> str:
    return f"{bold(name)}, first met in {escape(view.label(first))}"
