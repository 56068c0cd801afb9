"""What Telegram sends, as neutral messages: who said what where, and whether it was said to us. Pure.

In a private chat everything is said to us. In a group only commands, mentions of the bot and replies to it
are, which is what Telegram's privacy mode lets through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Chat, Document, Message

from bot.commands import find_command
from bot.messages import Conversation, IncomingMessage

if TYPE_CHECKING:
    from telegram import User

PLATFORM = "telegram"

_ADDRESSED = re.compile(r"^/(\w+)@(\w+)")
_PAYLOAD = re.compile(r"^(?P<word>[a-z]+)_(?P<rest>[A-Za-z0-9-]+)$")
_SAID_BY_PAYLOAD = {"open": "open", "link": "link"}
"""What a deep link may say: `t.me/BOT?start=open_ID`. At most 64 of A-Z, a-z, 0-9, _ and - (deep linking)."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as Telegram knows it."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message to us, and what of Telegram is needed to answer it."""

    message: IncomingMessage
    chat_id: int
    topic: int | None
    message_id: int
    document: Document | None = None
    is_start: bool = False
    """A first contact: Telegram's start button, without more words."""
    is_wordless: bool = False
    """A photo, a voice, a sticker: nothing that we read."""


def hear(message: Message, me: Me) -> Heard | None:
    """Return what a message says to the bot; None when it is not said to it, or by nobody we can know."""
    sender = message.from_user
    # One who writes in the name of a chat, as anonymous administrators do, cannot be told from others.
    if sender is None or sender.is_bot or message.sender_chat is not None:
        return None
    private = message.chat.type == Chat.PRIVATE
    text = message.text or message.caption or ""
    addressed = _ADDRESSED.match(text)
    if addressed and addressed[2].casefold() != me.username.casefold():
        return None
    if not private:
        if not (text.startswith("/") or _mentions(message, me) or _answered_post(message, me)):
            return None
        text = _without_mention(text, me)
    if addressed:
        text = f"/{addressed[1]}{text[addressed.end() :]}" if private else text
    said, is_start = _started(text.strip())
    topic = topic_of(message)
    heard = IncomingMessage(
        conversation_of(message.chat.id, topic),
        str(sender.id),
        said,
        private,
        about=_about(message),
        answers=_answered_post(message, me),
    )
    wordless = not text and message.document is None
    if wordless and not _holds_something(message):
        return None  # a service message: somebody joined, a title was changed
    return Heard(heard, message.chat.id, topic, message.message_id, message.document, is_start, wordless)


def conversation_of(chat_id: int, topic: int | None) -> Conversation:
    """Return the conversation of a chat and a topic of it."""
    return Conversation(PLATFORM, str(chat_id), "" if topic is None else str(topic))


def is_private(chat_id: int) -> bool:
    """Tell whether a chat is one person's: the ids of groups and channels are negative."""
    return chat_id > 0


def topic_of(message: Message) -> int | None:
    """Return the topic a message is in; outside of forums a thread is but a chain of replies."""
    return message.message_thread_id if message.is_topic_message or message.chat.is_forum else None


def account_of(user: User) -> str:
    """Return the account of a person."""
    return str(user.id)


def _started(text: str) -> tuple[str, bool]:
    """Return what a text says once a deep link is read, and whether it is a bare first contact."""
    head, _, payload = text.partition(" ")
    if head.casefold() != "/start":
        return text, False
    found = _PAYLOAD.match(payload.strip())
    name = _SAID_BY_PAYLOAD.get(found["word"]) if found else None
    if found and name and find_command(name):
        return f"/{name} {found['rest']}", False
    return text, True


def _mentions(message: Message, me: Me) -> bool:
    entities = (*message.entities, *message.caption_entities)
    if re.search(
        rf"(?<!\w)@{re.escape(me.username)}\b", message.text or message.caption or "", re.IGNORECASE
    ):
        return True
    return any(entity.user is not None and entity.user.id == me.id for entity in entities)


def _answered_post(message: Message, me: Me) -> str:
    """Return the id of the message of ours that a message answers; "" when it answers none."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created is not None:
        return ""  # in a topic everything "replies" to the message that created it
    return str(replied.message_id) if replied.from_user.id == me.id else ""


def _without_mention(text: str, me: Me) -> str:
    return re.sub(rf"@{re.escape(me.username)}\b", "", text, flags=re.IGNORECASE).strip(" ,:\n")


def _about(message: Message) -> str:
    """Return the text that a message answers: the part that was picked of it, or all."""
    if message.quote is not None:
        return message.quote.text
    replied = message.reply_to_message
    return (replied.text or replied.caption or "") if replied is not None else ""


def _holds_something(message: Message) -> bool:
    return bool(
        message.photo
        or message.voice
        or message.audio
        or message.video
        or message.video_note
        or message.sticker
        or message.animation
    )
