"""One conversation on Telegram, to post to and edit in: the `Surface` of bot/presenter.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.limits import TELEGRAM_CAPTION_UNITS, TELEGRAM_TEXT_UNITS
from bot.markup import Line
from bot.messages import Picture
from bot.pieces import split
from bot.presenter import Key, Piece, Unreachable
from bot.telegram_adapter.typeset import measure, typeset

ASK_PRIVATELY = "Ask privately"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ROW_CHARS = 34
"""Of the labels in one row: more would be cut on a phone."""
_MOST_IN_ROW = 4
_NOT_MODIFIED = "message is not modified"
_EDIT_NO_MORE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NOWHERE = (
    "chat not found",
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
    "group chat was deactivated",
    "user is deactivated",
)


class TelegramSurface:
    """Posts go to a chat and a topic of it; the first may answer a message."""

    limit = TELEGRAM_TEXT_UNITS

    def __init__(
        self,
        bot: Bot,
        chat_id: int,
        topic: int | None = None,
        reply_to: int | None = None,
        private_link: str = "",
    ) -> None:
        """Show there; `reply_to` is the id of the message that the first post answers.

        `private_link` leads to the private chat with the bot; in a shared place it stands under the buttons.
        """
        self._bot = bot
        self._chat = chat_id
        self._topic = topic
        self._reply_to = reply_to
        self._private_link = private_link
        self._moved: dict[int, int] = {}
        self.has_posted = False

    def measure(self, line: Line) -> int:
        """Return how long a line is, in UTF-16 units."""
        return measure(line)

    async def post(self, piece: Piece, keys: Sequence[Key]) -> int:
        """Send a message; return its id."""
        text, entities = typeset(piece.lines, piece.masked_from)
        try:
            sent = await self._bot.send_message(
                self._chat,
                text,
                entities=entities,
                reply_markup=keyboard(keys, self._private_link),
                link_preview_options=_NO_PREVIEW,
                message_thread_id=self._topic,
                reply_parameters=self._reply(),
            )
        except (Forbidden, ChatMigrated, BadRequest) as error:
            raise _mapped(error) from error
        self.has_posted = True
        return sent.message_id

    def name(self, post: int) -> str:
        """Return the id of a message."""
        return str(self._moved.get(post, post))

    async def edit(self, post: int, piece: Piece, keys: Sequence[Key]) -> None:
        """Put a piece in the place of a message; one that is gone is sent anew."""
        text, entities = typeset(piece.lines, piece.masked_from)
        try:
            await self._bot.edit_message_text(
                text,
                self._chat,
                self._moved.get(post, post),
                entities=entities,
                reply_markup=keyboard(keys, self._private_link),
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            said = error.message.casefold()
            if _NOT_MODIFIED in said:
                return
            if not any(sign in said for sign in _EDIT_NO_MORE):
                raise _mapped(error) from error
            self._moved[post] = await self.post(piece, keys)
        except (Forbidden, ChatMigrated) as error:
            raise _mapped(error) from error

    async def post_file(self, name: str, text: str, piece: Piece, keys: Sequence[Key]) -> int:
        """Send a text file with a piece over it; what a caption has no room for goes before it."""
        fits = split(piece.lines, TELEGRAM_CAPTION_UNITS, measure)
        caption = Piece(tuple(fits[0]), piece.masked_from) if len(fits) == 1 else None
        if caption is None:
            await self.post(piece, ())
        shown, entities = typeset(caption.lines, caption.masked_from) if caption else (None, None)
        try:
            sent = await self._bot.send_document(
                self._chat,
                text.encode(),
                filename=name,
                caption=shown,
                caption_entities=entities,
                reply_markup=keyboard(keys, self._private_link),
                message_thread_id=self._topic,
                reply_parameters=self._reply(),
            )
        except (Forbidden, ChatMigrated, BadRequest) as error:
            raise _mapped(error) from error
        self.has_posted = True
        return sent.message_id

    async def post_picture(self, picture: Picture, piece: Piece, *, hidden: bool) -> int:
        """Send a photo with a caption under it, covered until it is pressed when it is to be hidden."""
        fits = split(piece.lines, TELEGRAM_CAPTION_UNITS, measure)
        caption, entities = typeset(fits[0], piece.masked_from) if fits else (None, None)
        try:
            sent = await self._bot.send_photo(
                self._chat,
                picture.png,
                filename=picture.name,
                caption=caption,
                caption_entities=entities,
                has_spoiler=hidden,
                message_thread_id=self._topic,
                reply_parameters=self._reply(),
            )
        except (Forbidden, ChatMigrated, BadRequest) as error:
            raise _mapped(error) from error
        self.has_posted = True
        return sent.message_id

    def _reply(self) -> ReplyParameters | None:
        answered, self._reply_to = self._reply_to, None
        return ReplyParameters(answered, allow_sending_without_reply=True) if answered is not None else None


def keyboard(keys: Sequence[Key], private_link: str = "") -> InlineKeyboardMarkup | None:
    """Return buttons in rows that a phone shows whole, in order; None for none.

    The link is under them: anyone may take the fuller answer privately (S40).
    """
    rows: list[list[InlineKeyboardButton]] = []
    chars = 0
    for key in keys:
        chars += len(key.label)
        if not rows or chars > _ROW_CHARS or len(rows[-1]) == _MOST_IN_ROW:
            rows.append([])
            chars = len(key.label)
        rows[-1].append(InlineKeyboardButton(key.label, callback_data=key.token))
    if rows and private_link:
        rows.append([InlineKeyboardButton(ASK_PRIVATELY, url=private_link)])
    return InlineKeyboardMarkup(rows) if rows else None


def _mapped(error: Any) -> Exception:
    if isinstance(error, Forbidden | ChatMigrated):
        return Unreachable(type(error).__name__)
    said = error.message.casefold()
    return Unreachable(said) if any(sign in said for sign in _NOWHERE) else error
