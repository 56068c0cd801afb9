"""Plain text: a choice, a courtesy, a place, a line pasted from further on, or a question."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing

from agent.asked import asks_for_recap, asks_who
from bot import replies
from bot.companion import asking, courtesies, knowing, moving, own_matters, people, picturing
from bot.companion.finding import people_named
from bot.companion.pasting import asks, pasted_parts
from bot.companion.reasons import reason_in
from bot.companion.scene import Awaited, Messages, Scene, Talk, ask_back, once, say
from bot.messages import Button, OutgoingMessage
from storage.errors import AmbiguousPlace, NoPlaceYet, PlaceError, PlaceNotUnderstood
from storage.values import PlaceHow, PlaceMatch

_LONGEST_STATED_WORDS = 6
_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|ok|okay|please|hey)\W+)*"
    r"(?:who|what|where|when|why|how|which|whose|is|are|was|were|do|does|did|can|could|tell|explain|describe|"
    r"list|summari[sz]e|recap|remind|find|quote)\b",
    re.IGNORECASE,
)
"""A question, with or without its mark."""
_NO = frozenset({"no", "n", "nope", "cancel", "never mind"})
_YES = frozenset({"yes", "y", "yep", "yeah", "yup", "sure", "ok", "okay", "please", "yes please"})


def chosen(talk: Talk, text: str, *, numbered: bool = True) -> str | None:
    """Return the action of the choice that `text` names: by its first words, if `numbered` by number, of
    reasons to go back in words of the reader's own (S5).

    None if none.
    """
    folded = text.strip().rstrip(".)!").casefold()
    if not talk.choices or not folded:
        return None
    if numbered and folded.isdecimal() and 1 <= int(folded) <= len(talk.choices):
        return talk.choices[int(folded) - 1].action
    if folded in _NO and talk.choices[-1].action.startswith("/dismiss"):
        return talk.choices[-1].action
    fitting = [button for button in talk.choices if _names(button, folded)]
    if not fitting and (reason := reason_in(text)) is not None:
        fitting = [button for button in talk.choices if moving.is_for(button.action, reason)]
    return fitting[0].action if len(fitting) == 1 else None


def asked_again(talk: Talk, text: str) -> OutgoingMessage | None:
    """Return the choice once more where `text` agrees to it and says nothing of which; None for any other."""
    agrees = text.strip().rstrip(".!").casefold() in _YES
    return ask_back(replies.WHICH_OF_THESE, *talk.choices) if agrees and talk.choices else None


def _names(button: Button, folded: str) -> bool:
    label = button.label.casefold()
    return label == folded or label.startswith((f"{folded},", f"{folded}:"))


async def plain(scene: Scene, text: str) -> Messages:
    """Answer what a reader says without a command."""
    # What a message is answered with is read at once, and nothing is shown or waited for meanwhile.
    async with scene.parts.at_work, scene.reading():
        handler = await _handler(scene, text)
    async with aclosing(handler) as shown:
        async for message in shown:
            yield message


async def _handler(scene: Scene, text: str) -> Messages:
    card = await scene.book()
    horizon = await scene.find_horizon()
    awaited, scene.talk.awaited = scene.talk.awaited, Awaited.NOTHING
    if horizon is None:
        # No place yet: the words can only be a place, and no model is asked.
        return _first_place(scene, text)
    if (courtesy := courtesies.reply_to(text)) is not None:
        return once(say(courtesy))
    if not scene.on_reply and (own := own_matters.handler_of(scene, text)) is not None:
        return own
    if asks_for_recap(text):
        return knowing.catch_me_up(scene, "")  # S2: told to the current place, however it is asked for
    try:
        match = await _find(scene, card.book_id, text, horizon.end)
    except AmbiguousPlace:
        return moving.at(scene, text)  # asks which (T17)
    if match is not None and match.how is not PlaceHow.LINE:
        if awaited is Awaited.PLACE:
            return moving.at(scene, text)
        if match.how is PlaceHow.END:
            buttons = (Button("Yes, I finished it", "/finished"), moving.LEAVE_IT)
            return once(ask_back(replies.SAID_FINISHED, *buttons))
        return once(moving.offer(match, replies.SET_PLACE))
    for part in pasted_parts(text):
        try:
            line = await scene.storage.library.locate(card.book_id, part, horizon.end)
        except AmbiguousPlace as error:
            if error.matches and all(found.start > horizon.end for found in error.matches):
                return moving.at(scene, part)
        except PlaceError:
            continue
        else:
            if line.how is PlaceHow.LINE and line.start > horizon.end:
                return once(moving.offer(line, replies.LATER_LINE))
    if scene.on_reply and is_wish(text):
        return picturing.visualize(scene, f"{scene.on_reply} {text}".removeprefix("/visualize "))
    prepared = await asking.prepare(scene)
    name = asks_who(text)
    met = await asyncio.to_thread(people_named, prepared.view, name) if name else []
    if len(met) > 1:
        return people.who(scene, name)  # T48: asked back, with what is known of each
    return asking.ask(scene, text, prepared, pasted_parts(text), met[0] if met else None)


def is_wish(text: str) -> bool:
    """Tell whether words that answer a picture may say what shall be different: they ask for no answer."""
    return not text.rstrip().endswith("?") and not _ASKS.match(text)


async def _first_place(scene: Scene, text: str) -> Messages:
    if asks(text) and await _is_line(scene, text):
        raise NoPlaceYet  # held against the whole book, "is she dead?" finds "she is dead"
    try:
        async for message in moving.at(scene, text):
            yield message
    except PlaceNotUnderstood as error:
        raise NoPlaceYet from error


async def _is_line(scene: Scene, text: str) -> bool:
    """Tell whether `text` states no place in so many words, but at best a line or nothing at all."""
    try:
        match = await scene.storage.library.locate((await scene.book()).book_id, text, 0)
    except AmbiguousPlace as error:
        return all(match.how is PlaceHow.LINE for match in error.matches)
    except PlaceError:
        return True
    return match.how is PlaceHow.LINE


async def _find(scene: Scene, book_id: str, text: str, read_end: int) -> PlaceMatch | None:
    """Return the place that a short text states in so many words, None when it is talk."""
    if len(text.split()) > _LONGEST_STATED_WORDS or "?" in text:
        return None
    try:
        return await scene.storage.library.locate(book_id, text, read_end)
    except AmbiguousPlace as error:
        if any(match.how is PlaceHow.LINE for match in error.matches) or not error.matches:
            return None
        raise
    except PlaceError:
        return None
