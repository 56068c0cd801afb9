"""Pictures as they are made: one act to the reader, a storyboard of several panels too.

What all of it costs is set aside before any is begun, or nothing is ordered. What fails is released and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.companion.picture_asked import Asked, Options
from bot.companion.picture_order import is_same, model_of, order_of, sizes_for, versions_of
from bot.companion.picture_shown import show_again, shown
from bot.companion.scene import Messages, Scene, say
from bot.messages import Button, Kind, OutgoingMessage
from bot.replies import pictures as words
from storage.pictures.pictures import Picture, PictureState

if TYPE_CHECKING:
    from storage import BookView

_SLOT = "picture"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture of those that are wanted together."""

    order: Picture
    there: Picture | None
    """The reader has it already, and a second press shall cost nothing."""


async def list_wanted(scene: Scene, view: BookView, asked: Asked, options: Options) -> list[Wanted] | None:
    """Return the pictures that are wanted, the panels of a rendered storyboard one by one.

    None where they are not to be had, or not for what was said when their button was shown.
    """
    is_rendered = options.go == "rendered"
    if is_rendered and (
        model_of(scene) is None or (options.size and options.size not in await sizes_for(scene))
    ):
        return None
    wanted = []
    for one in asked.panels if asked.panels and is_rendered else (asked,):
        order = await order_of(scene, view, one, options)
        kept = await versions_of(scene, view, one)
        wanted.append(Wanted(order, next((picture for picture in kept if is_same(picture, order)), None)))
    return wanted if options.price in ("", str(price_of(wanted))) else None


def price_of(wanted: Sequence[Wanted]) -> int:
    """Return what it costs, in credits, to make those that are not there yet."""
    return sum(one.order.price for one in wanted if one.there is None)


async def make(scene: Scene, view: BookView, wanted: Sequence[Wanted], options: Options) -> Messages:
    """Show what is there, and make the rest, each shown when it is done. Raises `NotEnoughCredits`."""
    making = scene.parts.making
    ordered = await making.order([one.order for one in wanted if one.there is None])
    waiting = [f"{_SLOT}{number}" for number, one in enumerate(wanted, 1) if one.there is None]
    if waiting and not making.is_drawn(ordered[0]):
        yield OutgoingMessage(words.MAKING, Kind.PROGRESS, slot=waiting[0], final=False)
    async with aclosing(making.made(ordered)) as coming:
        # Panels are shown in the order of the book, those that are there already in their turn.
        for number, one in enumerate(wanted, 1):
            if one.there is not None:
                yield await shown(scene, view, one.there, words.PICTURE_THERE if one.there.price else "")
                continue
            picture, slot = await anext(coming), f"{_SLOT}{number}"
            if picture.state is PictureState.DONE:
                # As the place of now has it: rendering takes long enough to move back meanwhile (S5).
                now = await scene.view()
                async for message in show_again(scene, now, "show", picture.id):
                    yield replace(message, slot=slot)
                if now.horizon.end < view.horizon.end:
                    return  # the panels that are left were chosen further on
            else:
                said = words.refused(picture.why)
                if len(wanted) > 1:
                    said = words.of_panel(number, len(wanted), said)
                yield replace(say(said, Button("Look again", options.said()), kind=Kind.OWN), slot=slot)
