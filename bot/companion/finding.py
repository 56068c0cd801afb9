"""Whom a reader means by a name: one card, several to choose from, or nobody met so far (S18, T48)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import cards, render, replies
from bot.companion.scene import ask_back, say
from bot.messages import Button, Kind, OutgoingMessage
from storage.story.people import Called

if TYPE_CHECKING:
    from storage import BookView
    from storage.story.facts import PersonCard

_AT = re.compile(r"^(?P<name>.*\S)\s+@(?P<at>\d{1,9})$", re.DOTALL)
"""A button tells those who share a name apart by where each was first met: "Anna @1234"."""
_MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Found:
    """Who was meant: `card`, or what is said instead."""

    card: PersonCard | None = None
    instead: OutgoingMessage | None = None


async def find_person(view: BookView, name: str, command: str, after: str = "") -> Found:
    """Return who is meant by `name`; a choice says `command` again with the chosen one, and `after`.

    Found off the loop: "Tom's sister" asks for ties, which take a second the first time in a long novel.
    """
    return await asyncio.to_thread(person_meant, view, name, command, after)


def person_meant(view: BookView, name: str, command: str, after: str = "") -> Found:
    """Do as `find_person`, in the thread of who calls."""
    found = people_named(view, name)
    if len(found) == 1:
        return Found(found[0])
    if not found:
        return Found(instead=headed(view, replies.NOT_IN_WHAT_YOU_READ))
    shown = found[:_MOST_CHOICES]
    buttons = [
        Button(_short(view, card), f"{command} {name_of(view, card)}{after}", tells=True) for card in shown
    ]
    known = "\n".join(cards.known_of(view, card) for card in shown)
    return Found(instead=ask_back(f"{replies.same_name(len(found))}\n{known}", *buttons))


def _short(view: BookView, card: PersonCard) -> str:
    return f"{card.name}, {view.label(card.first).partition(' ¶')[0]}"


def people_named(view: BookView, name: str) -> list[PersonCard]:
    """Return the cards that answer to a name, or to a name and the place of the first meeting."""
    exact = _AT.match(name.strip())
    if exact is None:
        return view.who(name)
    return [card for card in view.who(exact["name"]) if card.first == int(exact["at"])]


def namesakes(view: BookView, name: str) -> list[PersonCard]:
    """Return who else bears a name that one alone answers to; nobody where the place of meeting is said."""
    return [] if _AT.match(name.strip()) else Called(view.people()).find_namesakes(name)


def name_of(view: BookView, card: PersonCard) -> str:
    """Return what one says to mean this card and no other."""
    return card.name if view.who(card.name) == [card] else f"{card.name} @{card.first}"


def headed(view: BookView, body: str, *buttons: Button) -> OutgoingMessage:
    """Return an answer under the book and how far it was used."""
    return say(render.headed(view.card.title, render.upto(view), body), *buttons, kind=Kind.ANSWER)
