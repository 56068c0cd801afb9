"""Books: the shelf, opening one, adding a file, removing one with all that was made from it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import render, replies
from bot.addresses import find_address
from bot.background import Subject
from bot.cards import page_of, pages_of
from bot.companion.about import ask_for_model
from bot.companion.scene import MODEL_CONSENT, TERMINAL, Awaited, Messages, Scene, ask_back, say
from bot.companion.welcome import welcome
from bot.covers import cover_picture
from bot.markup import escape
from bot.messages import Button, Kind, OutgoingMessage
from bot.replies import refusals
from bot.replies.wording import short
from storage.errors import AmbiguousBook, BookError, FileMissing
from storage.values import BookCard

if TYPE_CHECKING:
    from storage import AddedBook

_ADDING = "adding"
_TICK_SECONDS = 0.1


async def library(scene: Scene, argument: str) -> Messages:
    """Show the shelf, a page at a time, or the card of one book with its cover."""
    books = await scene.storage.library.books(scene.reader_id)
    if not books:
        yield say(replies.no_book(scene.message.conversation.platform), kind=Kind.OWN)
        return
    wanted = argument.strip()
    if wanted and not (wanted.isdecimal() and len(wanted) < 4):
        yield await _card(scene, await scene.storage.library.get_book(scene.reader_id, wanted))
        return
    page = int(wanted or 1)
    part = page_of(books, page)
    if part is None:
        yield say(replies.NO_MORE_PAGES, kind=Kind.OWN)
        return
    shown, pages = books[part], pages_of(books)
    head = replies.page_line(replies.books_kept(len(books)), page, pages) + "\n\n" if pages > 1 else ""
    # With none open it is asked which; else a card, from which it can be opened, is what is wanted.
    lead, act = ("", "/library") if scene.talk.book_id else ("Open ", "/open")
    buttons = [Button(lead + short(card.title or "Untitled", 40), f"{act} {card.book_id}") for card in shown]
    if page > 1:
        buttons.append(Button("‹ Earlier", f"/library {page - 1}"))
    if page < pages:
        buttons.append(Button("Later ›", f"/library {page + 1}"))
    message = say(head + render.library(shown, scene.talk.book_id), *buttons)
    yield replace(message, in_place=bool(wanted))


async def _card(scene: Scene, card: BookCard) -> OutgoingMessage:
    """Return a book's card: what its shelf tells, how far it is read, its cover (S28)."""
    storage = scene.storage
    horizon = await storage.progress.find_horizon(scene.reader_id, card.book_id) if card.ready else None
    upto = render.upto(await storage.library.open(horizon)) if horizon else ""
    # S36: of what was kept further on there is no number either, after a move back.
    kept = len(await storage.highlights.list_highlights(scene.reader_id, horizon)) if horizon else 0
    data = await storage.library.cover(card.book_id)
    picture = await asyncio.to_thread(cover_picture, data, card) if data else None
    is_open = card.book_id == scene.talk.book_id
    buttons = [
        *([] if is_open else [Button("Open", f"/open {card.book_id}")]),
        Button("Remove", f"/remove {card.book_id}"),
        Button("All books", "/library"),
    ]
    text = f"{render.book_line(card, is_open)}\n\n{replies.book_told(upto, kept)}"
    return replace(say(text, *buttons), picture=picture)


async def open_book(scene: Scene, reference: str) -> Messages:
    """Make another book the one that is talked about."""
    if not reference:
        async for message in library(scene, ""):
            yield message
        return
    try:
        card = await scene.storage.library.get_book(scene.reader_id, reference)
    except AmbiguousBook:
        books = await scene.storage.library.books(scene.reader_id)
        fitting = [card for card in books if reference.casefold() in card.title.casefold()]
        buttons = [
            Button(f"{card.title}, {card.author} ({card.book_id[:8]})", f"/open {card.book_id}")
            for card in fitting
        ]
        yield ask_back(replies.WHICH_BOOK, *buttons)
        return
    scene.open_book(card)
    async for message in welcome(scene):
        yield message


async def add(scene: Scene, argument: str) -> Messages:
    """Read a file, sent or at an address, and open it; what is shown meanwhile tells no story (S34)."""
    attached = scene.message.attachments
    platform = scene.message.conversation.platform
    if not attached and (address := find_address(argument)):
        steps = _Steps()
        reading = scene.parts.reading.fetch(address, scene.message, scene.reader_id, steps)
        async for message in adding(scene, reading, steps, is_begun=True):
            yield message
        return
    if not attached and platform != TERMINAL:
        # Elsewhere a path would be one of the machine that the bot runs on, typed by a stranger.
        yield say(replies.no_book(platform), kind=Kind.OWN)
        return
    path = attached[0].path if attached else _path(argument)
    filename = attached[0].filename if attached else path.name
    if not await asyncio.to_thread(path.is_file):
        raise FileMissing(name=filename or argument)
    steps = _Steps()
    reading = scene.parts.reading.add(path, filename, scene.message, scene.reader_id, steps)
    async for message in adding(scene, reading, steps):
        yield message


async def adding(
    scene: Scene, reading: Coroutine[Any, Any, AddedBook], steps: _Steps, *, is_begun: bool = False
) -> Messages:
    """Show how far the reading of a book is; then open it and ask where the reader is.

    `is_begun` tells that a status is shown even of a known book, which is to come to an end then too.
    """
    work = asyncio.ensure_future(reading)
    try:
        if await _model_is_unasked(scene):
            yield ask_for_model(scene)
        async for message in steps.until(work):
            yield message
        added = work.result()
    except BookError as error:
        # In the place of the progress, which would else stand there for ever.
        yield OutgoingMessage(refusals.sentence(error), Kind.REFUSAL, slot=_ADDING)
        return
    finally:
        work.cancel()
    scene.open_book(added.card)
    if not added.existed:
        yield OutgoingMessage(replies.book_added(added), Kind.OWN, slot=_ADDING)
    elif is_begun:
        yield OutgoingMessage(replies.book_known(added.card), Kind.OWN, slot=_ADDING)
    async for message in welcome(scene):
        yield message


class _Steps:
    """What is being done for who waits, and how far it is, from 0 to 1, where that is known."""

    def __init__(self) -> None:
        self._told: tuple[str, float | None] = ("", None)

    def fetching(self, came_bytes: int, of_bytes: int) -> None:
        """Be told how much of a file is here."""
        if of_bytes:
            self._told = (replies.FETCHING, came_bytes / of_bytes)
        else:
            self._told = (replies.fetched_so_far(came_bytes), None)

    def reading(self, step: str, share: float) -> None:
        """Be told how far a reading is, by whichever thread does it."""
        self._told = (f"Reading the book: {step}", share)

    async def until(self, work: asyncio.Future[Any]) -> Messages:
        """Yield how far a work is, in one message, until it is done."""
        shown: object = None
        while not work.done():
            await asyncio.wait({work}, timeout=_TICK_SECONDS)
            step, share = self._told
            told = step if share is None else f"{share:.0%}"
            if step and told != shown:
                shown = told
                yield OutgoingMessage(step, Kind.PROGRESS, slot=_ADDING, final=False, share=share)


async def _model_is_unasked(scene: Scene) -> bool:
    """Tell whether this reader still has to say if a configured model may be sent what they read."""
    if not scene.parts.config.model.model or scene.message.conversation.platform == TERMINAL:
        return False
    return not await scene.storage.settings.find(scene.reader_id, MODEL_CONSENT)


async def remove(scene: Scene, reference: str) -> Messages:
    """Ask for the typed word before a book goes."""
    card = (
        await scene.storage.library.get_book(scene.reader_id, reference) if reference else await scene.book()
    )
    scene.talk.awaited, scene.talk.subject = Awaited.REMOVAL, card.book_id
    yield say(replies.confirm_removal(card))


def is_removal_word(text: str) -> bool:
    """Tell whether a message is the word that a removal waits for, and nothing else."""
    return text.strip().strip(".!\"“”'").casefold() == replies.REMOVAL_WORD


async def removal_confirmed(scene: Scene, text: str) -> Messages:
    """Remove the book if the right word was typed; anything else leaves all as it is."""
    book_id = scene.talk.subject
    scene.talk.awaited, scene.talk.subject = Awaited.NOTHING, ""
    if not is_removal_word(text):
        yield say(replies.REMOVE_CANCELLED)
        return
    await scene.parts.background.stop(Subject(scene.reader_id, book_id))
    highlights = await scene.storage.highlights.count(scene.reader_id, book_id)
    files = await scene.storage.pictures.files_of(scene.reader_id, book_id)
    removed = await scene.storage.library.remove(scene.reader_id, book_id)
    await scene.storage.pictures.discard(files)
    if scene.talk.book_id == book_id:
        scene.close_book()
    yield say(replies.book_removed(removed, highlights))


async def sealed(scene: Scene, name: str) -> Messages:
    """Open front or back matter by its name, after a warning (S29); `name` may end in "!" to say yes.

    To its reader alone (S50): no place of anybody bounds it, so no mask with a place on it would be true.
    """
    if not scene.message.private:
        yield say(replies.SEALED_IN_PRIVATE, kind=Kind.OWN)
        return
    card = await scene.book()
    wanted = name.rstrip("!").strip().casefold()
    found = [
        section
        for section in await scene.storage.library.sealed_matter(card.book_id)
        if wanted and wanted in (section.title.casefold(), section.label.casefold())
    ]
    if not found:
        yield say(replies.SEALED_NONE)
    elif not name.endswith("!"):
        yield ask_back(
            replies.SEALED_WARNING,
            Button("Open it", f"/sealed {wanted}!"),
            Button("Leave it shut", "/dismiss"),
        )
    else:
        text = await scene.storage.library.open_sealed(card.book_id, found[0].ordinal)
        yield say(escape(text))


def _path(typed: str) -> Path:
    """Return a path as typed or dropped into a terminal: quotes and escaped spaces undone."""
    stripped = typed.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "'\"":
        return Path(stripped[1:-1]).expanduser()
    return Path(stripped.replace("\\ ", " ")).expanduser()
