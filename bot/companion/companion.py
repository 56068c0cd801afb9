"""The companion: takes what a person said, yields what to show. One turn at a time in a conversation.

Commands are handed to the use cases of this package; the rest is talk (talk.py). Whatever goes wrong
becomes one sentence of bot/replies; the log gets ids and kinds, never a word that was said.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from weakref import WeakValueDictionary

from bot import replies
from bot.addresses import find_address
from bot.commands import Parsed, Takes, parse
from bot.companion import (
    about,
    correcting,
    highlighting,
    knowing,
    moving,
    people,
    picture_shown,
    picturing,
    preparing,
    quoting,
    shelf,
    talk,
    ties,
    wallet,
    welcome,
)
from bot.companion.completion import Completion, Offer, complete
from bot.companion.excerpts import within_licence
from bot.companion.scene import (
    TERMINAL,
    Awaited,
    Handler,
    Messages,
    Parts,
    Scene,
    Talk,
    once,
    say,
    where_buttons,
)
from bot.messages import IncomingMessage, Kind
from bot.replies import refusals
from storage.errors import BookNotFound, DogearError, NoPlaceYet, ReaderError
from storage.reader.open_books import TalkKey

log = logging.getLogger(__name__)

LONGEST_CHARS = 20_000
"""Of what is said at once; a longer paste is cut."""

HANDLERS: Mapping[str, Handler] = {
    "at": moving.at,
    "where": moving.where,
    "next": moving.next_,
    "done": moving.done,
    "finished": moving.finished,
    "unfinish": moving.unfinish,
    "move": moving.move,
    "widen": moving.widen,
    "toc": knowing.toc,
    "who": people.who,
    "cast": people.cast,
    "relations": ties.relations,
    "mentions": people.mentions,
    "correct": correcting.correct,
    "define": knowing.define,
    "place": knowing.place,
    "places": knowing.places,
    "timeline": knowing.timeline,
    "catchmeup": knowing.catch_me_up,
    "passage": about.passage,
    "quotecard": quoting.quote_card,
    "receipt": about.receipt,
    "highlight": highlighting.highlight,
    "highlights": highlighting.highlights,
    "visualize": picturing.visualize,
    "gallery": picture_shown.gallery,
    "library": shelf.library,
    "open": shelf.open_book,
    "add": shelf.add,
    "remove": shelf.remove,
    "sealed": shelf.sealed,
    "memories": about.memories,
    "wallet": wallet.wallet,
    "buy": wallet.wallet,
    "privacy": about.privacy,
    "link": about.link,
    "model": about.model,
    "doctor": about.doctor,
    "help": about.help_,
    "dismiss": about.dismiss,
    "stop": about.stop,
    "feedback": about.feedback,
    "pick": moving.pick,
    "paste": moving.paste,
}
"""Who handles which command; `quit` is the terminal's own."""


class Companion:
    """Every use case behind one door, for any platform."""

    def __init__(self, parts: Parts) -> None:
        """Take opened parts; bot/app.py composes them."""
        self._parts = parts
        self._talks: dict[TalkKey, Talk] = {}
        self._readers: dict[tuple[str, str], str] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def reader_id(self, platform: str, account: str) -> str:
        """Return the reader behind a platform's account; a new one is made at first sight."""
        key = (platform, account)
        if key not in self._readers:
            self._readers[key] = await self._parts.storage.identities.reader_of(platform, account)
        return self._readers[key]

    async def handle(self, message: IncomingMessage) -> Messages:
        """Yield the messages that answer `message`, as they come to be; a turn before it ends first."""
        async with (
            self._turn(message) as scene,
            aclosing(self._guarded(scene, within_licence(scene, self._dispatch(scene)))) as shown,
        ):
            async for outgoing in shown:
                yield outgoing
            await preparing.after_turn(scene)

    async def greet(self, message: IncomingMessage) -> Messages:
        """Yield what stands over a talk that begins: the open book, what answers, where are you."""
        async with (
            self._turn(message) as scene,
            aclosing(self._guarded(scene, within_licence(scene, welcome.greet(scene)))) as shown,
        ):
            async for outgoing in shown:
                yield outgoing

    async def warm(self, message: IncomingMessage) -> None:
        """Load what the first question will need; says nothing, sends nothing, keeps nothing."""
        scene = await self._scene(message)
        storage, config = self._parts.storage, self._parts.config
        try:
            await scene.agent()
            if config.storage.embedder.kind != "openai":  # a service would be asked over the network
                await storage.embedder.embed(["warm"])
            await scene.view()
        except ReaderError:
            return  # no book or no place yet, which the talk says when it matters

    async def complete(self, message: IncomingMessage) -> list[Completion]:
        """Return what may follow the text typed so far: nothing that this reader has not read (T43)."""
        scene = await self._scene(message)
        parsed = parse(message.text)
        takes = parsed.command.takes if parsed and parsed.command else Takes.NOTHING
        offer = Offer()
        if takes is Takes.BOOK:
            books = await self._parts.storage.library.books(scene.reader_id)
            offer = Offer(books=tuple(card.title for card in books))
        elif takes in (
            Takes.PERSON,
            Takes.PICTURED,
            Takes.TERM,
            Takes.PLACE_NAME,
        ) or not message.text.startswith("/"):
            try:
                view = await scene.view()
            except ReaderError:
                return []
            met = {name for card in view.people() for name in (card.name, *(k.name for k in card.names))}
            offer = Offer(
                people=tuple(sorted(met)),
                terms=tuple(sorted(card.term for card in view.terms())),
                places=tuple(sorted(card.name for card in view.places())),
            )
        return complete(message.text, message.conversation.platform, offer)

    # ---- inside ------------------------------------------------------------------------------

    def _lock(self, message: IncomingMessage) -> asyncio.Lock:
        # Weak values: a lock lives while somebody holds or awaits it, so the table never grows.
        return self._locks.setdefault(message.conversation.key, asyncio.Lock())

    @asynccontextmanager
    async def _turn(self, message: IncomingMessage) -> AsyncIterator[Scene]:
        """One message at a time in a conversation; which book is open then outlives the program."""
        async with self._lock(message):
            scene = await self._scene(message)
            opened = scene.talk.book_id
            try:
                yield scene
            finally:
                if scene.linked_to:
                    # Whoever spoke for the reader of before speaks for the linked one now.
                    old = scene.reader_id
                    self._readers = {key: reader for key, reader in self._readers.items() if reader != old}
                    self._talks = {key: talk for key, talk in self._talks.items() if key.reader_id != old}
                elif scene.talk.book_id != opened:
                    await self._parts.storage.open_books.keep(
                        _talk_key(message, scene.reader_id), scene.talk.book_id
                    )

    async def _scene(self, message: IncomingMessage) -> Scene:
        reader_id = await self.reader_id(message.conversation.platform, message.account)
        key = _talk_key(message, reader_id)
        found = self._talks.get(key)
        if found is None:
            opened = await self._parts.storage.open_books.find(key)
            found = self._talks.setdefault(key, Talk(opened))
        return Scene(message, reader_id, found, self._parts)

    async def _dispatch(self, scene: Scene) -> Messages:
        text = _readable(scene.message.text)
        # Only a terminal shows numbers; elsewhere a bare 7 is a chapter.
        numbered = scene.message.conversation.platform == TERMINAL
        chosen = talk.chosen(scene.talk, text, numbered=numbered)
        which = talk.asked_again(scene.talk, text) if chosen is None else None
        scene.talk.choices = ()
        scene.on_reply, scene.talk.on_reply = await self._answered(scene), ""
        if chosen is not None:
            text = chosen
        parsed = parse(text)
        if which is not None:
            handler: Messages = once(which)
        elif parsed is None and scene.talk.awaited is Awaited.REMOVAL:
            handler = shelf.removal_confirmed(scene, text)
        elif parsed is None and shelf.is_removal_word(text):
            handler = shelf.remove(scene, "")  # what asked for it is forgotten, as after a restart: ask anew
        elif parsed is not None:
            scene.talk.awaited = Awaited.PLACE if scene.talk.awaited is Awaited.PLACE else Awaited.NOTHING
            handler = _command(scene, parsed)
        elif scene.message.attachments:
            handler = shelf.add(scene, "")
        elif scene.message.private and find_address(text):
            handler = shelf.add(scene, text)
        elif not text:
            handler = once(say(replies.NOTHING_EMPTY))
        else:
            handler = talk.plain(scene, text)
        async with aclosing(handler) as shown:
            async for outgoing in shown:
                if outgoing.choices:
                    scene.talk.choices = outgoing.choices
                if outgoing.final and outgoing.on_reply:
                    scene.talk.on_reply = outgoing.on_reply
                yield outgoing

    async def _answered(self, scene: Scene) -> str:
        """Return what free words are said to: by the post that they answer, in a terminal by the last."""
        message = scene.message
        place = message.conversation
        if place.platform == TERMINAL:
            return scene.talk.on_reply
        if not message.answers:
            return ""
        return await self._parts.storage.buttons.answered(
            place.platform, message.account, place.key, message.answers
        )

    async def _guarded(self, scene: Scene, messages: Messages) -> Messages:
        """Turn whatever goes wrong into one sentence, and log it by kind and id alone."""
        try:
            async with aclosing(messages) as shown:
                async for outgoing in shown:
                    yield outgoing
        except NoPlaceYet:
            scene.talk.awaited = Awaited.PLACE
            yield say(replies.WHERE_ARE_YOU, *where_buttons(scene), kind=Kind.OWN)
        except BookNotFound as error:
            if not error.reference:  # none is open: there are several to choose from, or none at all
                async for message in shelf.library(scene, ""):
                    yield message
            else:
                yield say(refusals.sentence(error), kind=Kind.REFUSAL)
        except ReaderError as error:
            log.info("refused %s: %s", scene.reader_id, type(error).__name__)
            yield say(refusals.sentence(error), kind=Kind.REFUSAL)
        except DogearError as error:
            log.error("turn of %s dropped: %s", scene.reader_id, type(error).__name__)
            yield say(replies.TURN_DROPPED, kind=Kind.REFUSAL)
        except Exception:
            log.exception("turn of %s failed", scene.reader_id)
            yield say(replies.UNEXPECTED, kind=Kind.REFUSAL)


def _talk_key(message: IncomingMessage, reader_id: str) -> TalkKey:
    place = message.conversation
    return TalkKey(place.platform, place.chat, place.topic, reader_id)


def _command(scene: Scene, parsed: Parsed) -> Messages:
    command = parsed.command
    if command is None or command.only_on not in ("", scene.message.conversation.platform):
        return once(say(replies.no_command(parsed.given, parsed.nearest), kind=Kind.REFUSAL))
    optional = not command.arguments or command.arguments.startswith("[") or scene.message.attachments
    if command.takes is Takes.FILE and scene.message.conversation.platform != TERMINAL:
        optional = True  # a file is sent, and how is said by whoever takes it
    if not parsed.argument and not optional and command.name != "open":
        return once(say(replies.needs_argument(command.usage, command.example), kind=Kind.REFUSAL))
    return HANDLERS[command.name](scene, parsed.argument)


def _readable(text: str) -> str:
    """Return what was typed without control signs, which no database keeps alike, and not without end."""
    return "".join(sign for sign in text[:LONGEST_CHARS] if sign.isprintable() or sign in "\n\t").strip()
