"""What is done with what Telegram sends: in order within a conversation, many conversations at once.

`take` sorts at once, so updates keep their order, and returns when they are kept; the work is done in lanes.
The companion decides what is said; here are the platform's courtesies: typing, buttons answered, what is
refused and why.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from telegram import Bot, CallbackQuery, ChatMember, Message, Update
from telegram.error import TelegramError

from bot import replies
from bot.commands import is_stop, parse
from bot.lanes import Lanes
from bot.limits import (
    SECONDS_BETWEEN_EDITS,
    TELEGRAM_CALLBACK_ANSWER_CHARS,
    TELEGRAM_DOWNLOAD_BYTES,
)
from bot.markup import to_plain
from bot.messages import Attachment, Conversation, IncomingMessage, Kind, OutgoingMessage
from bot.presenter import Presenter, Unreachable
from bot.replies import refusals
from bot.telegram_adapter import uploads
from bot.telegram_adapter.incoming import (
    PLATFORM,
    Heard,
    Me,
    account_of,
    conversation_of,
    hear,
    is_private,
    topic_of,
)
from bot.telegram_adapter.stars import Stars
from bot.telegram_adapter.surface import TelegramSurface
from bot.telegram_adapter.typing_signs import TypingSigns
from bot.unfinished import take_up, written
from bot.uploads import FOLDER, discard
from storage.errors import BookError, ReaderError, TooLarge
from storage.reader.in_hand import in_hand

if TYPE_CHECKING:
    from bot.app import App
    from bot.companion.scene import Messages

log = logging.getLogger(__name__)

_SECONDS_BETWEEN_EDITS_IN_GROUPS = 3.0
"""A group takes twenty messages a minute from a bot, and edits count."""
_EDITABLE_TALKS = 10_000
_ALBUMS = 200
"""Of pictures, remembered; all of one come within seconds."""
BUY = "buy"
"""What the button of a pack says: the answer is an invoice, which is the platform's own."""


@dataclass(frozen=True, slots=True)
class _Press:
    """A pressed button: what is said by it, the posts that are one message with it, and whether it is new."""

    message: IncomingMessage
    before: Sequence[str]
    is_new: bool


class Conversations:
    """All conversations of one bot."""

    def __init__(self, app: App, bot: Bot, me: Me) -> None:
        """Answer through `bot`, which is ready to send and known as `me`."""
        self._app = app
        self._bot = bot
        self._me = me
        self._config = app.config.telegram
        self._folder = app.config.storage.data_dir / FOLDER
        self._last: dict[str, int] = {}
        """The latest message of a person in a conversation: an edit of it counts, of an older one not."""
        self._albums: deque[str] = deque(maxlen=_ALBUMS)
        self._typing = TypingSigns(bot)
        self.lanes = Lanes()
        self.stars = Stars(app, bot)

    async def take(self, update: Update) -> None:
        """Sort an update into its lane at once; return when it is kept. A payment's goes into no lane."""
        try:
            kept = self._sort(update)
        except Exception:  # it would be no other if it came again
            log.exception("an update could not be sorted")
            return
        if kept is not None:
            await kept

    def _sort(self, update: Update) -> Awaitable[object] | None:
        if self.stars.take(update):
            return None
        if update.callback_query is not None:
            return self._take_press(update.update_id, update.callback_query)
        if update.message is not None:
            return self._take_message(update.update_id, update.message)
        if update.edited_message is not None:
            return self._take_message(update.update_id, update.edited_message, edited=True)
        if update.my_chat_member is not None:
            change = update.my_chat_member
            if change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT):
                # Who has stopped the bot is not answered any more.
                self.lanes.stop(conversation_of(change.chat.id, None).key, account_of(change.from_user))
        return None

    async def take_up(self) -> None:
        """Let what a killed process left be answered, or told of, before anything that comes now."""
        await take_up(self._app, PLATFORM, self.lanes, self.show)

    async def show(self, message: IncomingMessage, messages: Messages) -> None:
        """Show messages in the conversation of `message`, with nothing that they answer."""
        try:
            await self._present(self._surface(message.conversation), message, messages)
        except Unreachable:
            log.info("somebody cannot be reached any more")

    # ---- messages ----------------------------------------------------------------------------

    def _take_message(
        self, update_id: int, message: Message, *, edited: bool = False
    ) -> Awaitable[object] | None:
        heard = hear(message, self._me)
        if heard is None:
            return None
        key, owner = heard.message.conversation.key, heard.message.account
        if edited and (self._last.get(f"{key} {owner}") != heard.message_id or heard.document):
            return None
        if heard.is_wordless and message.media_group_id is not None:
            # An album comes as a message for each picture, and one word is enough for all of them.
            if message.media_group_id in self._albums:
                return None
            self._albums.append(message.media_group_id)
        if len(self._last) > _EDITABLE_TALKS:
            self._last.clear()
        self._last[f"{key} {owner}"] = heard.message_id
        stops = is_stop(heard.message.text) and self.lanes.stop(key, owner)
        # Kept when it comes, not when its turn comes: a kill may be nearer than that.
        words = written(heard.message, is_start=heard.is_start, has_file=heard.document is not None)
        taken = asyncio.ensure_future(self._take_in_hand(update_id, words))

        async def work() -> None:
            is_new = await taken
            async with self._in_hand(update_id, is_new):
                if is_new and stops:
                    await self._say(heard, replies.STOPPED)
                elif is_new:
                    await self._answer(heard)

        self.lanes.put(key, owner, work, lambda: self._finish(update_id))
        return taken

    async def _answer(self, heard: Heard) -> None:
        message, companion = heard.message, self._app.companion
        surface = self._surface(message.conversation, None if message.private else heard.message_id)
        with contextlib.suppress(Unreachable):
            async with self._typing.shown(heard.chat_id, heard.topic):
                if heard.document is not None:
                    await self._add(surface, heard)
                elif heard.is_wordless:
                    await self._present(surface, message, _refuse(replies.SEND_A_FILE))
                else:
                    shown = companion.greet(message) if heard.is_start else companion.handle(message)
                    await self._present(surface, message, shown)

    async def _add(self, surface: TelegramSurface, heard: Heard) -> None:
        assert heard.document is not None
        document, config = heard.document, self._app.config
        try:
            refused = uploads.refusal(
                document, config.storage.max_file_bytes, local_server=self._config.local_server
            )
            if refused is not None:
                raise refused
            path = await uploads.fetch(
                self._bot, document, self._folder, local_server=self._config.local_server
            )
        except BookError as error:
            said = refusals.sentence(error)
            if isinstance(error, TooLarge) and error.limit == TELEGRAM_DOWNLOAD_BYTES:
                said = f"{said} {replies.SMALLER_OR_OTHERWISE}"
            await self._present(surface, heard.message, _refuse(said))
            return
        except TelegramError as error:
            log.warning("an upload could not be fetched: %s", type(error).__name__)
            await self._present(surface, heard.message, _refuse(replies.UPLOAD_FAILED))
            return
        attached = Attachment(path, document.file_name or "book")
        message = replace(heard.message, attachments=(attached,))
        await self._present(surface, message, self._app.companion.handle(message))
        # Not when it was cut short: a reading that goes on without us needs the file, and tidies up itself.
        await discard(path)

    async def _say(self, heard: Heard, text: str) -> None:
        with contextlib.suppress(Unreachable):
            await self._present(self._surface(heard.message.conversation), heard.message, _refuse(text))

    # ---- buttons -----------------------------------------------------------------------------

    def _take_press(self, update_id: int, query: CallbackQuery) -> Awaitable[object] | None:
        shown = query.message
        if shown is None or not query.data:
            return None
        topic = topic_of(shown) if isinstance(shown, Message) else None
        place = conversation_of(shown.chat.id, topic)
        pressed = asyncio.ensure_future(self._resolve(update_id, query, place))
        # The sign on the button turns until it is answered, so that does not wait for the lane.
        answered = asyncio.ensure_future(self._stop_sign(query, pressed))
        owner = account_of(query.from_user)
        self.lanes.put(
            place.key,
            owner,
            lambda: self._act(update_id, shown.message_id, answered),
            lambda: self._finish(update_id),
        )
        return pressed

    async def _resolve(
        self, update_id: int, query: CallbackQuery, place: Conversation
    ) -> _Press | ReaderError:
        """Return what a button says for who pressed it, taken in hand; or why it says nothing."""
        account = account_of(query.from_user)
        try:
            pressed = await self._app.storage.buttons.press(query.data or "", PLATFORM, account)
        except ReaderError as error:
            return error
        # A message that is too old to be looked at does not tell its topic; the button does.
        if pressed.conversation != place.key:
            place = Conversation(*pressed.conversation.split("/", 2))
        message = IncomingMessage(place, account, pressed.action, is_private(int(place.chat)))
        is_new = await self._take_in_hand(update_id, written(message))
        return _Press(message, pressed.before, is_new)

    async def _stop_sign(
        self, query: CallbackQuery, pressed: asyncio.Future[_Press | ReaderError]
    ) -> _Press | None:
        """Answer a press, with what speaks against it; return it when nothing does."""
        found = await pressed
        said = ""
        if isinstance(found, ReaderError):
            said = to_plain(refusals.sentence(found))[:TELEGRAM_CALLBACK_ANSWER_CHARS]
        with contextlib.suppress(TelegramError):  # too late to be answered, which is no loss
            await query.answer(said or None, show_alert=bool(said))
        return found if isinstance(found, _Press) else None

    async def _act(self, update_id: int, post: int, answered: asyncio.Future[_Press | None]) -> None:
        press = await answered
        if press is None:
            return
        message, place = press.message, press.message.conversation
        parsed = parse(message.text)
        surface = self._surface(place)
        async with self._in_hand(update_id, press.is_new):
            if not press.is_new:
                return
            if parsed is not None and parsed.command is not None and parsed.command.name == BUY:
                await self.stars.offer(int(place.chat), parsed.argument)
                return
            with contextlib.suppress(Unreachable):
                async with self._typing.shown(int(place.chat), int(place.topic) if place.topic else None):
                    shown = self._app.companion.handle(message)
                    before = [int(one) for one in press.before]
                    await self._present(surface, message, shown, post, before)

    # ---- inside ------------------------------------------------------------------------------

    async def _present(
        self,
        surface: TelegramSurface,
        message: IncomingMessage,
        shown: Messages,
        pressed: int | None = None,
        before_pressed: Sequence[int] = (),
    ) -> None:
        pause = SECONDS_BETWEEN_EDITS if message.private else _SECONDS_BETWEEN_EDITS_IN_GROUPS
        presenter = Presenter(
            surface,
            self._app.storage.buttons,
            message,
            seconds_between_edits=pause,
            pressed=pressed,
            before_pressed=before_pressed,
        )
        await presenter.show(shown)

    def _surface(self, place: Conversation, reply_to: int | None = None) -> TelegramSurface:
        topic = int(place.topic) if place.topic else None
        link = "" if is_private(int(place.chat)) else f"https://t.me/{self._me.username}?start=private"
        return TelegramSurface(self._bot, int(place.chat), topic, reply_to, link)

    async def _take_in_hand(self, update_id: int, words: str) -> bool:
        """Tell whether an update was not taken in hand before; Telegram may send one twice."""
        return await self._app.storage.updates.take(PLATFORM, self._id(update_id), words)

    @asynccontextmanager
    async def _in_hand(self, update_id: int, is_new: bool) -> AsyncIterator[None]:
        """Answer an update, whose end is kept unless it is cut short by the end of the program."""
        is_cut_short = False
        try:
            with in_hand(PLATFORM, self._id(update_id)):
                yield
        except asyncio.CancelledError:
            is_cut_short = not self.lanes.is_open  # else its reader said stop
            raise
        finally:
            if is_new and not is_cut_short:
                self._finish(update_id)

    def _finish(self, update_id: int) -> None:
        self._app.storage.updates.finish(PLATFORM, self._id(update_id))

    def _id(self, update_id: int) -> str:
        return f"{self._me.id}:{update_id}"


async def _refuse(*texts: str) -> Messages:
    for text in texts:
        yield OutgoingMessage(text, Kind.REFUSAL)


def list_update_kinds() -> Sequence[str]:
    """Return what Telegram is asked to send: nothing that nobody handles."""
    return (
        Update.MESSAGE,
        Update.EDITED_MESSAGE,
        Update.CALLBACK_QUERY,
        Update.MY_CHAT_MEMBER,
        Update.PRE_CHECKOUT_QUERY,
    )
