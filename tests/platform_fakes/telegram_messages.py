"""Messages of the small Bot API server: sending, editing, buttons, files, and what it refuses.

Each rule names where it is documented: "Bot API" is core.telegram.org/bots/api with the method or type.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.platform_fakes.telegram_records import (
    CALLBACK_ANSWER_CHARS,
    CALLBACK_BYTES,
    CAPTION_UNITS,
    DOWNLOAD_BYTES,
    ENTITIES,
    PHOTO_BYTES,
    PHOTO_RATIO,
    PHOTO_SIDES,
    TEXT_UNITS,
    UPLOAD_BYTES,
    Chat,
    Post,
    Refused,
    cut,
    units,
)
from tests.platform_fakes.telegram_updates import Updates


class Messages(Updates):
    """What is shown in the chats."""

    def __init__(self) -> None:
        super().__init__()
        self.me: dict[str, Any] = {}
        self.numbers = itertools.count(1000)
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, tuple[str, bytes, int]] = {}
        self.queries: dict[str, dict[str, Any] | None] = {}
        """Pressed buttons, with the answer each got."""
        self.blocked: set[int] = set()
        self.local_folder: Path | None = None
        """Where files lie when this plays a local Bot API server."""
        self.watch: Callable[[Post], None] | None = None
        """Called with each post that is new or edited."""

    async def _send_message(self, params: dict[str, Any]) -> Any:
        chat = self._reachable(params)
        text, entities = self._formatted(params.get("text", ""), params.get("entities", []), TEXT_UNITS)
        return self._posted(chat, params, text, entities)

    async def _send_document(self, params: dict[str, Any]) -> Any:
        chat = self._reachable(params)
        text, entities = "", list[dict[str, Any]]()
        if params.get("caption"):
            text, entities = self._formatted(
                params["caption"], params.get("caption_entities", []), CAPTION_UNITS, "caption "
            )
        name, data = params["document"]
        if len(data) > UPLOAD_BYTES:
            raise Refused(413, "Request Entity Too Large")
        return self._posted(chat, params, text, entities, (name, data))

    async def _send_photo(self, params: dict[str, Any]) -> Any:
        chat = self._reachable(params)
        text, entities = "", list[dict[str, Any]]()
        if params.get("caption"):
            text, entities = self._formatted(
                params["caption"], params.get("caption_entities", []), CAPTION_UNITS, "caption "
            )
        name, data = params["photo"]
        if len(data) > PHOTO_BYTES:
            raise Refused(400, "Bad Request: file is too big")
        if not data.startswith(b"\x89PNG\r\n\x1a\n"):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
            raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        told = self._posted(chat, params, text, entities)
        chat.posts[-1].photo = (name, data)
        chat.posts[-1].has_spoiler = params.get("has_spoiler") in (True, "true")
        return told

    async def _edit_message_text(self, params: dict[str, Any]) -> Any:
        post = self._found(params)
        text, entities = self._formatted(params.get("text", ""), params.get("entities", []), TEXT_UNITS)
        buttons = _buttons(params)
        if (text, entities, buttons) == (post.text, post.entities, post.buttons):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        post.text, post.entities, post.buttons = text, entities, buttons
        post.texts.append(text)
        self._show(post)
        return self.message_json(post)

    async def _edit_message_reply_markup(self, params: dict[str, Any]) -> Any:
        post = self._found(params)
        post.buttons = _buttons(params)
        return self.message_json(post)

    async def _delete_message(self, params: dict[str, Any]) -> Any:
        post = self._found(params, "delete")
        post.chat.posts.remove(post)
        return True

    async def _send_chat_action(self, params: dict[str, Any]) -> Any:
        self._reachable(params)
        return True

    async def _answer_callback_query(self, params: dict[str, Any]) -> Any:
        if params["callback_query_id"] not in self.queries:
            raise Refused(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        if len(params.get("text", "")) > CALLBACK_ANSWER_CHARS:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        self.queries[params["callback_query_id"]] = params
        return True

    async def _get_file(self, params: dict[str, Any]) -> Any:
        found = self.files.get(params["file_id"])
        if found is None:
            raise Refused(400, "Bad Request: invalid file_id")
        if self.local_folder is not None:
            # Bot API, "Using a Local Bot API Server": without a size limit, as an absolute local path.
            path = self.local_folder / params["file_id"]
            path.write_bytes(found[1])
            return {
                "file_id": params["file_id"],
                "file_unique_id": "u",
                "file_size": found[2],
                "file_path": str(path),
            }
        if found[2] > DOWNLOAD_BYTES:
            raise Refused(400, "Bad Request: file is too big")
        return {
            "file_id": params["file_id"],
            "file_unique_id": "u",
            "file_size": found[2],
            "file_path": f"documents/{params['file_id']}",
        }

    # ---- rules -------------------------------------------------------------------------------

    def _reachable(self, params: dict[str, Any]) -> Chat:
        number = int(params["chat_id"])
        if number in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if number not in self.chats:
            raise Refused(400, "Bad Request: chat not found")
        return self.chats[number]

    def _found(self, params: dict[str, Any], act: str = "edit") -> Post:
        chat = self._reachable(params)
        for post in chat.posts:
            if post.id == int(params["message_id"]):
                return post
        raise Refused(400, f"Bad Request: message to {act} not found")

    @staticmethod
    def _formatted(
        text: str, entities: list[dict[str, Any]], most: int, what: str = ""
    ) -> tuple[str, list[dict[str, Any]]]:
        if not text.strip():
            raise Refused(400, f"Bad Request: message {what or 'text '}is empty")
        if units(text) > most:
            raise Refused(400, f"Bad Request: message {what}is too long")
        spans = []
        for e in entities:
            if e["offset"] < 0 or e["length"] <= 0 or e["offset"] + e["length"] > units(text):
                raise Refused(400, "Bad Request: ENTITY_BOUNDS_INVALID")
            try:
                cut(text, e["offset"], e["length"])
            except UnicodeDecodeError:  # through the middle of a character
                raise Refused(400, "Bad Request: ENTITY_BOUNDS_INVALID") from None
            spans.append((e["offset"], e["offset"] + e["length"], e["type"]))
        for (a, b, one), (c, d, other) in itertools.combinations(spans, 2):
            overlap = a < d and c < b
            # Bot API, "Formatting options": entities "must not be nested partly"; "pre and code entities
            # can't contain any other entities, and can't be part of them".
            nested = (a <= c and d <= b) or (c <= a and b <= d)
            code = {"code", "pre"} & {one, other} and {one, other} - {"blockquote", "code", "pre"}
            if overlap and (not nested or code):
                raise Refused(400, "Bad Request: entities overlap")
        return text, entities[:ENTITIES]

    def _posted(
        self,
        chat: Chat,
        params: dict[str, Any],
        text: str,
        entities: list[dict[str, Any]],
        document: tuple[str, bytes] | None = None,
    ) -> dict[str, Any]:
        topic = int(params["message_thread_id"]) if params.get("message_thread_id") else None
        reply = params.get("reply_parameters") or {}
        post = Post(
            next(self.numbers),
            chat,
            topic,
            text,
            entities,
            _buttons(params),
            [text],
            document,
            reply.get("message_id"),
        )
        chat.posts.append(post)
        self._show(post)
        return self.message_json(post)

    def _show(self, post: Post) -> None:
        if self.watch is not None:
            self.watch(post)

    def message_json(self, post: Post) -> dict[str, Any]:
        """Return a post as the Bot API tells it (Message)."""
        message: dict[str, Any] = {
            "message_id": post.id,
            "from": self.me,
            "chat": post.chat.json,
            "date": int(time.time()),
            "text": post.text,
            "entities": post.entities,
        }
        if post.topic is not None:
            message |= {"message_thread_id": post.topic, "is_topic_message": True}
        if post.buttons:
            message["reply_markup"] = {"inline_keyboard": post.buttons}
        return message


def _buttons(params: dict[str, Any]) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = (params.get("reply_markup") or {}).get("inline_keyboard", [])
    for button in itertools.chain.from_iterable(rows):
        if not button.get("text"):
            raise Refused(400, "Bad Request: can't parse inline keyboard button: text is empty")
        # Bot API, InlineKeyboardButton: "Exactly one of the fields other than text ... must be used".
        if len(button.keys() - {"text"}) != 1:
            raise Refused(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed")
        if "url" in button:
            continue
        if not 1 <= len(button.get("callback_data", "").encode()) <= CALLBACK_BYTES:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows
