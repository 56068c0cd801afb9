"""People on the small Bot API server: what they send, press, upload, edit and block."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.platform_fakes.telegram_records import Chat, Post

if TYPE_CHECKING:
    from tests.platform_fakes.telegram_server import TelegramServer


@dataclass
class Person:
    """Somebody with an account; what is done without a chat is done in the private one."""

    server: TelegramServer
    id: int
    name: str
    private: Chat

    @property
    def json(self) -> dict[str, Any]:
        """As the Bot API tells it (User)."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "en"}

    def sends(
        self,
        text: str,
        chat: Chat | None = None,
        topic: int | None = None,
        reply_to: Post | None = None,
        quote: str = "",
        **more: Any,
    ) -> dict[str, Any]:
        """Send a text; return the update, which may be delivered again."""
        said = {"text": text, "entities": self.server.detect(text), **more}
        return self._message(said, chat, topic, reply_to, quote)

    def uploads(
        self,
        data: bytes,
        name: str,
        chat: Chat | None = None,
        *,
        mime: str = "application/octet-stream",
        size: int | None = None,
        caption: str = "",
        **more: Any,
    ) -> dict[str, Any]:
        """Send a file; `size` is what the server claims when it is not the file's own."""
        file_id = f"file{next(self.server.numbers)}"
        self.server.files[file_id] = (name, data, len(data) if size is None else size)
        document = {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_name": name,
            "mime_type": mime,
            "file_size": len(data) if size is None else size,
        }
        said: dict[str, Any] = {"document": document, **more}
        if caption:
            said |= {"caption": caption, "caption_entities": self.server.detect(caption)}
        return self._message(said, chat)

    def shows_a_photo(self, **more: Any) -> dict[str, Any]:
        """Send a photo without a word."""
        size = {"file_id": "p", "file_unique_id": "up", "width": 9, "height": 9, "file_size": 10}
        return self._message({"photo": [size], **more}, None)

    def edits(self, update: dict[str, Any], text: str) -> dict[str, Any]:
        """Edit an own message (Bot API, Update.edited_message)."""
        message = {**update["message"], "text": text, "edit_date": int(time.time())}
        return self.server.push({"edited_message": message})

    def presses(self, label: str, post: Post | None = None, chat: Chat | None = None) -> str:
        """Press a button of a post, by default of the newest that has it; return the query's id."""
        place = chat or self.private
        found = post or next(p for p in reversed(place.posts) if label in p.labels)
        data = next(b["callback_data"] for row in found.buttons for b in row if b["text"] == label)
        return self.presses_data(data, found)

    def presses_data(self, data: str, post: Post) -> str:
        """Press a button by its data, as a client may forge it."""
        query_id = str(next(self.server.numbers))
        self.server.queries[query_id] = None
        query = {
            "id": query_id,
            "from": self.json,
            "chat_instance": "1",
            "data": data,
            "message": self.server.message_json(post),
        }
        self.server.push({"callback_query": query})
        return query_id

    def blocks(self) -> None:
        """Block the bot (Bot API, Update.my_chat_member; later calls are 403)."""
        self.server.blocked.add(self.id)
        user = self.server.me
        self.server.push(
            {
                "my_chat_member": {
                    "chat": self.private.json,
                    "from": self.json,
                    "date": int(time.time()),
                    "old_chat_member": {"user": user, "status": "member"},
                    "new_chat_member": {"user": user, "status": "kicked", "until_date": 0},
                }
            }
        )

    def _message(
        self,
        said: dict[str, Any],
        chat: Chat | None,
        topic: int | None = None,
        reply_to: Post | None = None,
        quote: str = "",
    ) -> dict[str, Any]:
        place = chat or self.private
        message: dict[str, Any] = {
            "message_id": next(self.server.numbers),
            "from": self.json,
            "chat": place.json,
            "date": int(time.time()),
            **said,
        }
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to is not None:
            message["reply_to_message"] = self.server.message_json(reply_to)
        if quote:
            message["quote"] = {"text": quote, "position": 0, "is_manual": True}
        return self.server.push({"message": message})
