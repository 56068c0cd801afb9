"""What the small Bot API server records, and the limits it holds by.

Each names where it is documented: "Bot API" is core.telegram.org/bots/api with the method or type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
TEXT_UNITS = 4096  # Bot API, sendMessage: "1-4096 characters after entities parsing"
CAPTION_UNITS = 1024  # Bot API, sendDocument: "0-1024 characters after entities parsing"
CALLBACK_BYTES = 64  # Bot API, InlineKeyboardButton.callback_data: "1-64 bytes"
CALLBACK_ANSWER_CHARS = 200  # Bot API, answerCallbackQuery.text: "0-200 characters"
DOWNLOAD_BYTES = 20_000_000  # Bot API, getFile: "bots can download files of up to 20MB in size"
PHOTO_BYTES = 10_000_000  # Bot API, sendPhoto: "must be at most 10 MB in size"
PHOTO_SIDES = 10_000  # Bot API, sendPhoto: "width and height must not exceed 10000 in total"
PHOTO_RATIO = 20  # Bot API, sendPhoto: "Width and height ratio must be at most 20"
UPLOAD_BYTES = 50_000_000  # Bot API, sendDocument: "files of any type of up to 50 MB in size"
COMMANDS = 100  # Bot API, setMyCommands: "At most 100 commands can be specified"
COMMAND = re.compile(r"^[a-z0-9_]{1,32}$")  # Bot API, BotCommand.command
DESCRIPTION = 256  # Bot API, BotCommand.description: "1-256 characters"
ENTITIES = 100  # undocumented; the rest are ignored
SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")  # Bot API, setWebhook.secret_token
POLL_MOST = 100  # Bot API, getUpdates.limit: "Values between 1-100 are accepted"


class Refused(Exception):
    """An answer with ok = false."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def units(text: str) -> int:
    """Return the length in UTF-16 code units (Bot API, MessageEntity.offset)."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """Return a part of a text by UTF-16 code units."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


@dataclass
class Call:
    """A request of the bot and how it was answered."""

    method: str
    params: dict[str, Any]
    status: int = 200
    at: float = 0.0


@dataclass
class Post:
    """A message of the bot, as it stands now; `texts` are all that it ever showed."""

    id: int
    chat: Chat
    topic: int | None
    text: str
    entities: list[dict[str, Any]]
    buttons: list[list[dict[str, str]]]
    texts: list[str] = field(default_factory=list)
    document: tuple[str, bytes] | None = None
    reply_to: int | None = None
    photo: tuple[str, bytes] | None = None
    has_spoiler: bool = False

    @property
    def labels(self) -> list[str]:
        """The buttons' labels, in order."""
        return [button["text"] for row in self.buttons for button in row]

    def styled(self, kind: str) -> list[str]:
        """Return what stands under the entities of a kind."""
        return [cut(self.text, e["offset"], e["length"]) for e in self.entities if e["type"] == kind]

    @property
    def unmasked(self) -> str:
        """What can be read without lifting a spoiler."""
        raw = self.text.encode("utf-16-le")
        for e in self.entities:
            if e["type"] == "spoiler":
                start, end = 2 * e["offset"], 2 * (e["offset"] + e["length"])
                raw = raw[:start] + "▒".encode("utf-16-le") * e["length"] + raw[end:]
        return raw.decode("utf-16-le")


@dataclass
class Chat:
    """A private chat or a supergroup, with what the bot posted there."""

    id: int
    type: str
    title: str = ""
    is_forum: bool = False
    posts: list[Post] = field(default_factory=list)

    @property
    def json(self) -> dict[str, Any]:
        """As the Bot API tells it (Chat)."""
        if self.type == "private":
            return {"id": self.id, "type": self.type, "first_name": self.title}
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.type, "title": self.title, **forum}

    @property
    def last(self) -> Post:
        """The newest post of the bot."""
        return self.posts[-1]
