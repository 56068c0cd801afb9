"""Who is in the book so far: one card, everybody met, and how often somebody is named."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from bot import cards, replies
from bot.companion.finding import find_person, headed, name_of, namesakes, people_named
from bot.companion.scene import Messages, Scene, say
from bot.markup import bold
from bot.messages import Button, OutgoingMessage
from bot.things import things_told
from storage.story.names import folded

if TYPE_CHECKING:
    from storage import BookView
    from storage.story.facts import NamedThing
    from storage.values import Span

_CAST = re.compile(
    r"^(?:(?P<things>(?:groups and )?things|groups|creatures)"
    r"|(?:by\s+)?(?P<by>mentions|first meeting|meeting|first))?\s*(?P<page>\d{1,4})?$",
    re.IGNORECASE,
)


async def who(scene: Scene, name: str) -> Messages:
    """Show a person's card; ask which when a name is shared (T48); else the card of a group or a thing."""
    view = await scene.view()
    thing = None if await asyncio.to_thread(people_named, view, name) else find_thing(view, name)
    if thing is not None:
        text, cited = cards.thing(view, thing)
        scene.cite(view, cited)
        yield headed(view, text)
        return
    found = await find_person(view, name, "/who")
    if found.instead is not None:
        yield found.instead
        return
    assert found.card is not None
    told = await asyncio.to_thread(view.story.relations, found.card.name)
    ties = [tie for tie in told if found.card.name in (tie.a, tie.b)]
    text, cited = cards.person(view, found.card, ties)
    others = namesakes(view, name)
    if others:
        text = f"{text}\n{cards.namesakes(others)}"
    scene.cite(view, cited)
    said = name_of(view, found.card)
    buttons = [Button("Mentions", f"/mentions {said}"), Button("Correct this", f"/correct {said}")]
    if ties:
        buttons.insert(0, Button("Ties", f"/relations {said}"))
    yield headed(view, text, *buttons)


def find_thing(view: BookView, name: str) -> NamedThing | None:
    """Return the group or the thing of that name, None when the text so far names none."""
    wanted = folded(name)
    return next((card for card in view.story.groups() if wanted and folded(card.name) == wanted), None)


async def cast(scene: Scene, argument: str) -> Messages:
    """List everybody met so far, a page at a time, by first meeting or by mentions so far (S16); or groups,
    things and creatures."""
    asked = _CAST.match(argument.strip())
    view = await scene.view()
    if asked is not None and asked["things"]:
        yield _things(scene, view, int(asked["page"] or 1))
        return
    people = view.people()
    by_mentions = bool(asked and (asked["by"] or "").casefold() == "mentions")
    if not by_mentions:
        people.sort(key=lambda card: (card.first, card.name))
    page = int(asked["page"] or 1) if asked else 0
    shown = cards.page_of(people, page)
    if asked is None:
        yield say(replies.HOW_TO_CAST)
    elif not people:
        yield headed(view, replies.NOBODY_YET)
    elif shown is None:
        yield say(replies.NO_MORE_PAGES)
    else:
        lines = [cards.cast_line(view, card) for card in people[shown]]
        order = "by mentions " if by_mentions else ""
        other = (
            Button("By first meeting", "/cast") if by_mentions else Button("By mentions", "/cast by mentions")
        )
        buttons = [*turning(f"/cast {order}", page, cards.pages_of(people)), *[other] * (len(people) > 1)]
        if things_told(view):
            buttons.append(Button("Groups and things", "/cast things"))
        head = replies.page_line(replies.met(len(people)), page, cards.pages_of(people))
        yield headed(view, "\n".join([head, *lines]), *buttons)


def _things(scene: Scene, view: BookView, page: int) -> OutgoingMessage:
    told = things_told(view)
    shown = cards.page_of(told, page)
    if not told:
        return headed(view, replies.NO_THINGS_YET)
    if shown is None:
        return say(replies.NO_MORE_PAGES)
    cited: list[Span] = []
    lines = [cards.thing_line(view, thing, cited) for thing in told[shown]]
    scene.cite(view, dict.fromkeys(cited))
    pages = cards.pages_of(told)
    head = replies.page_line(replies.things_named(len(told)), page, pages)
    return headed(
        view, "\n".join([head, *lines]), *turning("/cast things", page, pages), Button("People", "/cast")
    )


def turning(command: str, page: int, pages: int) -> list[Button]:
    """Return the buttons to the pages before and after."""
    back = [Button("Back", f"{command.strip()} {page - 1}")] if page > 1 else []
    return back + ([Button("More", f"{command.strip()} {page + 1}")] if page < pages else [])


async def mentions(scene: Scene, name: str) -> Messages:
    """Show how often somebody is named, chapter by chapter as far as is read (S36)."""
    view = await scene.view()
    found = await find_person(view, name, "/mentions")
    if found.instead is not None:
        yield found.instead
        return
    assert found.card is not None
    spans = view.story.mentions(found.card.name)
    bars = cards.bars(view, spans)
    yield headed(view, f"{bold(found.card.name)} · {len(spans)}×\n{cards.bar_lines(bars)}")
