"""Who is what to whom: the lines that say so, and a drawn graph (S36)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import cards, render, replies
from bot.companion.finding import find_person, headed, name_of
from bot.companion.people import turning
from bot.companion.scene import Messages, Scene, say
from bot.markup import to_plain
from bot.messages import Picture

if TYPE_CHECKING:
    from storage import BookView
    from storage.story.facts import PersonCard, Relation
    from storage.values import Span

_ASKED = re.compile(r"^(?P<name>.*?)(?:(?:^|\s+)(?P<page>\d{1,4}))?$", re.DOTALL)
MOST_DRAWN = 40
"""People in one picture: more would not be read on a phone."""
_TITLE_CHARS = 60
_ALT_CHARS = 1_000


async def relations(scene: Scene, argument: str) -> Messages:
    """Show the ties told so far, of everybody or of one, a page at a time; the first page has the picture."""
    asked = _ASKED.match(argument.strip())
    name, page = (asked["name"].strip(), int(asked["page"] or 1)) if asked else ("", 1)
    view = await scene.view()
    card = None
    if name:
        found = await find_person(view, name, "/relations")
        if found.instead is not None:
            yield found.instead
            return
        card = found.card
    ties = await asyncio.to_thread(view.story.relations)
    told = [tie for tie in ties if card is None or card.name in (tie.a, tie.b)]
    shown = cards.page_of(told, page)
    if not told:
        yield headed(view, replies.NO_TIES)
        return
    if shown is None:
        yield say(replies.NO_MORE_PAGES)
        return
    cited: list[Span] = []
    lines = [cards.tie_line(view, tie, cited) for tie in told[shown]]
    to_draw = _around(ties, card) if card else ties
    scene.cite(view, dict.fromkeys(cited))
    pages = cards.pages_of(told)
    head = replies.page_line(replies.ties_told(len(told)), page, pages)
    tied = len({name for tie in to_draw for name in (tie.a, tie.b)})
    if page == 1 and tied > MOST_DRAWN:
        head = f"{head}\n{replies.drawn_of(MOST_DRAWN, tied)}"
    said = f"/relations {name_of(view, card)}" if card else "/relations"
    message = headed(view, "\n".join([head, *lines]), *turning(said, page, pages))
    if page == 1:
        async with scene.parts.drawing:
            picture = await draw(view, to_draw, card)
        message = replace(message, picture=picture)
    yield message


async def draw(view: BookView, ties: Sequence[Relation], card: PersonCard | None = None) -> Picture:
    """Return the drawn graph of these ties, at least one; drawn off the loop.

    Caption, file name and alternative text say how far the book was used, and hold nothing from past it.
    """
    from bot.drawing.tie_picture import DrawnTie, draw_ties

    upto = render.upto(view)
    title = " ".join(view.card.title.split()) or "Untitled"
    short = title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1].rstrip() + "…"
    caption = f"{short} · {upto}"
    drawn = [DrawnTie(tie.a, tie.b, tie.kind, tie.until is not None) for tie in ties]
    drawing = await asyncio.to_thread(draw_ties, drawn, caption, MOST_DRAWN)
    parts = [short, "ties", card.name if card else "", upto]
    return Picture(drawing.png, f"{slug(' '.join(parts))}.png", _alt(caption, ties), drawing.labels)


def _around(ties: Sequence[Relation], card: PersonCard) -> list[Relation]:
    """Return the ties of somebody, and those among the people tied to them."""
    near = {name for tie in ties if card.name in (tie.a, tie.b) for name in (tie.a, tie.b)}
    return [tie for tie in ties if tie.a in near and tie.b in near]


def _alt(caption: str, ties: Sequence[Relation]) -> str:
    text = f"Who is what to whom, {caption}: "
    for number, tie in enumerate(ties):
        said = to_plain(cards.tie_words(tie))
        if len(text) + len(said) > _ALT_CHARS:
            return text + "…"
        text += said + ("." if number == len(ties) - 1 else "; ")
    return text


def slug(text: str) -> str:
    """Return a text as the name of a file: plain letters and figures."""
    kept = "".join(sign if sign.isalnum() and sign.isascii() else " " for sign in text.casefold())
    return "-".join(kept.split())[:100]
