"""What one message is handled with: who says it, in which talk, about which book, and the open parts.

A `Talk` lives as long as the program: which book is open there, what was asked back, what the last answer
cited. All of it is looked at again through the view of the moment, so a move back seals it (S5, S37).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from bot.background import Background
from bot.messages import Button, IncomingMessage, Kind, OutgoingMessage
from storage.errors import BookNotFound
from storage.reader.position import Purpose
from storage.values import BookCard, Span

if TYPE_CHECKING:
    from agent.reading_agent import ReadingAgent
    from bot.agents import Agents
    from bot.book_reading import BookReading
    from bot.config import Config
    from bot.picture_making import PictureMaking
    from storage import BookView, Horizon, Storage
    from storage.credits.licence_flags import LicenceFlags

Messages = AsyncGenerator[OutgoingMessage, None]
Handler = Callable[["Scene", str], Messages]


TERMINAL = "terminal"
"""The platform of who sits at this machine: only there paths and settings are spoken of."""

TURNS_AT_WORK = 3
"""Of those that read or keep at once: more are no quicker, and between two looks of the loop each takes its
time, so that with fifty at once nobody's typing would be heard for as long as fifty take."""


MODEL_CONSENT = "model"
"""The choice whether what is read may be sent to the configured model."""
YES, NO = "yes", "no"


class Awaited(StrEnum):
    """What the last message asked for in free words."""

    NOTHING = ""
    PLACE = "place"
    REMOVAL = "removal"


@dataclass(slots=True)
class Talk:
    """The state of one conversation."""

    book_id: str = ""
    awaited: Awaited = Awaited.NOTHING
    subject: str = ""
    """The id of the book that REMOVAL is about."""
    choices: tuple[Button, ...] = ()
    cited: tuple[Span, ...] = ()
    cited_at: int = 0
    """Where the horizon stood of who was told of `cited`: which lines bear something out was found there."""
    on_reply: str = ""
    """What free words after the last message are said to, where no message can be answered by itself."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The open parts of the program that every use case shares."""

    storage: Storage
    agents: Agents
    config: Config
    source: Path | None
    reading: BookReading
    making: PictureMaking
    background: Background = field(default_factory=Background)
    at_work: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TURNS_AT_WORK))
    """Held by a turn while it reads or keeps, never while it waits for a model, a network or its reader."""
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while looks are gathered or a picture is drawn, off the loop: seconds in a long novel, for which
    another picture may wait, and no talk."""
    answering: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by a turn while it computes its answer, likewise: of two that do, the loop would do a stretch of
    each before it looks up, and be no quicker."""


@dataclass(slots=True)
class Scene:
    """One message on its way to an answer."""

    message: IncomingMessage
    reader_id: str
    talk: Talk
    parts: Parts
    linked_to: str = ""
    """The reader that this account speaks for from the next message on, when it was linked just now."""
    on_reply: str = ""
    """The beginning of the command that free words of this message end, '' when they are said to nothing."""
    _card: BookCard | None = field(default=None)
    _may_use_model: bool | None = field(default=None)
    _flags: tuple[str, LicenceFlags] | None = field(default=None)

    @property
    def storage(self) -> Storage:
        """Return what is kept."""
        return self.parts.storage

    def reading(self) -> AbstractAsyncContextManager[None]:
        """Let all that is asked for within be one read of what is kept."""
        return self.storage.reading(self.reader_id, self.talk.book_id)

    async def book(self) -> BookCard:
        """Return the open book of this talk, the reader's only one when none is; raises `BookNotFound`."""
        if self._card is None or self._card.book_id != self.talk.book_id:
            if not self.talk.book_id:
                books = await self.storage.library.books(self.reader_id)
                if len(books) != 1:
                    raise BookNotFound(reference="")
                self.open_book(books[0])
                return books[0]
            self._card = await self.storage.library.get_book(self.reader_id, self.talk.book_id)
        return self._card

    def open_book(self, card: BookCard) -> None:
        """Make `card` the book that this talk is about; what was said of another is put away."""
        if card.book_id != self.talk.book_id:
            self.talk.cited = ()
        self.talk.book_id = card.book_id
        self._card = card

    def cite(self, view: BookView, spans: Iterable[Span]) -> None:
        """Make `spans` what numbers after a command mean from now on, at places from this view's on (S5)."""
        self.talk.cited, self.talk.cited_at = tuple(spans), view.horizon.end

    def close_book(self) -> None:
        """Leave the talk without a book."""
        self.talk.book_id, self.talk.cited, self._card = "", (), None

    async def may_use_model(self) -> bool:
        """Tell whether what is read may be sent to the configured model, if there is one.

        Who sits at the terminal wrote the configuration; anybody else is asked, and no answer is a no.
        """
        if not self.parts.config.model.model:
            return False
        if self.message.conversation.platform == TERMINAL:
            return True
        if self._may_use_model is None:
            self._may_use_model = await self.storage.settings.find(self.reader_id, MODEL_CONSENT) == YES
        return self._may_use_model

    async def flags(self) -> LicenceFlags:
        """Return what the open book's licence allows, asked for once a message; raises `BookNotFound`."""
        book_id = self.talk.book_id
        if self._flags is None or self._flags[0] != book_id:
            self._flags = book_id, await self.storage.licences.of(book_id)
        return self._flags[1]

    async def agent(self) -> ReadingAgent:
        """Return who answers this reader."""
        return await self.parts.agents.get(with_model=await self.may_use_model())

    async def find_horizon(self) -> Horizon | None:
        """Return how far the reader has read the open book, None while no place is known."""
        return await self.storage.progress.find_horizon(self.reader_id, (await self.book()).book_id)

    async def view(self, *, recap: bool = False) -> BookView:
        """Open the book at the reader's place: furthest read, or the current place for a recap (S2).

        Cards are as this reader has corrected them.

        Raises `NoPlaceYet` when the reader has not said where they are.
        """
        view = await (await self.plain_view(recap=recap)).named()
        return view.corrected(await self.storage.corrections.list_corrections(self.reader_id, view.horizon))

    async def plain_view(self, *, recap: bool = False) -> BookView:
        """Open the book as `view` does, without what this reader has corrected in it."""
        card = await self.book()
        purpose = Purpose.RECAP if recap else Purpose.QUESTION
        horizon = await self.storage.progress.horizon(self.reader_id, card.book_id, purpose)
        return await self.storage.library.open(horizon)


def where_buttons(scene: Scene) -> tuple[Button, ...]:
    """Return the answers to "where are you?"."""
    paste = (Button("Paste the last line", "/paste"),)
    return (
        Button("I have not begun", "/at start"),
        Button("Pick a chapter", "/pick"),
        *(paste if scene.message.conversation.platform != TERMINAL else ()),
        Button("I finished it", "/finished"),
    )


def say(text: str, *buttons: Button, kind: Kind = Kind.NOTICE) -> OutgoingMessage:
    """Return one finished message."""
    return OutgoingMessage(text, kind, buttons)


def ask_back(text: str, *buttons: Button) -> OutgoingMessage:
    """Return a question whose answers are the buttons."""
    return OutgoingMessage(text, Kind.QUESTION, buttons)


async def once(message: OutgoingMessage) -> Messages:
    """Yield one message: what a handler is that has no more to say."""
    yield message
