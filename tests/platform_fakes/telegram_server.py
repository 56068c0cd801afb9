"""A small Bot API server over loopback: real wire format, documented limits, everything recorded.

Each rule names where it is documented: "Bot API" is core.telegram.org/bots/api with the method or type,
"FAQ" core.telegram.org/bots/faq, "Features" core.telegram.org/bots/features. Error bodies have the documented
shape (Bot API, "Making requests"): ok, error_code, description, parameters (ResponseParameters).

People are `Person`s who send, press, upload, edit and block; what a chat shows is its `posts`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientError, ClientSession, web

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

Handler = Callable[["dict[str, Any]"], Awaitable[Any]]


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

    def shows_a_photo(self) -> dict[str, Any]:
        """Send a photo without a word."""
        size = {"file_id": "p", "file_unique_id": "up", "width": 9, "height": 9, "file_size": 10}
        return self._message({"photo": [size]}, None)

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


class TelegramServer:
    """The server; an async context manager that listens on a free port of 127.0.0.1."""

    def __init__(self, token: str = TOKEN, username: str = "DogearBot") -> None:
        self.token = token
        self.me = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Dogear",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.numbers = itertools.count(1000)
        self.calls: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, tuple[str, bytes, int]] = {}
        self.queries: dict[str, dict[str, Any] | None] = {}
        """Pressed buttons, with the answer each got."""
        self.blocked: set[int] = set()
        self.menu: list[dict[str, str]] = []
        self.webhook: dict[str, Any] = {}
        self.proxy = ""
        """Where a webhook's address leads: what a proxy that ends TLS does."""
        self.local_folder: Path | None = None
        """Where files lie when this plays a local Bot API server."""
        self.refusals: list[tuple[str, Refused]] = []
        """Next calls of a method that are refused, in order."""
        self.watch: Callable[[Post], None] | None = None
        """Called with each post that is new or edited."""
        self._updates: list[dict[str, Any]] = []
        self._update_ids = itertools.count(870_000_001)
        self._more = asyncio.Condition()
        self._poll = 0
        self._given = 0
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._undelivered = 0
        self._delivering: set[asyncio.Task[None]] = set()

    # ---- the server itself -------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=UPLOAD_BYTES + 1_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._delivering:
            task.cancel()
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        """What stands before the token in an address of the API."""
        return f"http://127.0.0.1:{self._port}/bot"

    @property
    def file_url(self) -> str:
        """What stands before the token in an address of a file."""
        return f"http://127.0.0.1:{self._port}/file/bot"

    # ---- people and places -------------------------------------------------------------------

    def person(self, name: str) -> Person:
        """Return a new person, with the private chat they have with the bot."""
        number = next(self.numbers)
        chat = self.chats[number] = Chat(number, "private", name)
        return Person(self, number, name, chat)

    def group(self, title: str, *, is_forum: bool = False) -> Chat:
        """Return a new supergroup (Bot API, Chat.id: those of groups are negative)."""
        number = -1_000_000_000_000 - next(self.numbers)
        chat = self.chats[number] = Chat(number, "supergroup", title, is_forum)
        return chat

    def push(self, update: dict[str, Any], update_id: int | None = None) -> dict[str, Any]:
        """Let an update come in; with an id that was used, as a duplicate."""
        update = {"update_id": update_id or next(self._update_ids), **update}
        if self.webhook.get("url"):
            self._undelivered += 1
            task = asyncio.ensure_future(self._deliver(update))
        else:
            self._updates.append(update)
            task = asyncio.ensure_future(self._wake())
        self._delivering.add(task)
        task.add_done_callback(self._delivering.discard)
        return update

    def repeat(self, update: dict[str, Any]) -> None:
        """Deliver an update once more (Bot API, setWebhook: repeated until answered)."""
        self.push({k: v for k, v in update.items() if k != "update_id"}, update["update_id"])

    @property
    def has_waiting(self) -> bool:
        """Tell whether an update is not fetched and confirmed, or delivered, yet."""
        return bool(self._updates or self._undelivered)

    async def taken(self) -> None:
        """Return when every update was fetched and confirmed, or delivered."""
        await self.until(lambda: not self.has_waiting, 60.0)

    async def until(self, holds: Callable[[], bool], seconds: float = 30.0) -> None:
        """Return when something holds, looked at after each call; raises `TimeoutError`."""
        async with asyncio.timeout(seconds), self._more:
            await self._more.wait_for(holds)

    def refuse(self, method: str, code: int, description: str, times: int = 1, **parameters: Any) -> None:
        """Refuse the next calls of a method ("*": of any that sends)."""
        self.refusals += [(method, Refused(code, description, **parameters))] * times

    def flood(self, method: str = "sendMessage", seconds: int = 1, times: int = 1) -> None:
        """Answer 429 (Bot API, ResponseParameters.retry_after)."""
        self.refuse(method, 429, f"Too Many Requests: retry after {seconds}", times, retry_after=seconds)

    def made(self, *methods: str) -> list[Call]:
        """Return the calls of some methods, in order."""
        return [call for call in self.calls if call.method in methods]

    def all_sent(self) -> str:
        """Return every word the bot ever sent: texts, captions, buttons with their data, files, notices."""
        sent = [
            json.dumps(call.params, ensure_ascii=False) for call in self.calls if call.method != "getUpdates"
        ]
        files = [
            post.document[1].decode(errors="replace")
            for chat in self.chats.values()
            for post in chat.posts
            if post.document
        ]
        return "\n".join(sent + files)

    def detect(self, text: str) -> list[dict[str, Any]]:
        """Return the entities that Telegram finds by itself in what a person types."""
        found = []
        for match in re.finditer(r"(?<!\S)/\w+(?:@\w+)?|(?<!\w)@\w{4,}", text):
            kind = "bot_command" if match[0].startswith("/") else "mention"
            found.append({"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])})
        return found

    # ---- requests ----------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            # Bot API, "Making requests": an unsuccessful request tells error_code and description.
            return _failed(Refused(401, "Unauthorized"))
        method = request.match_info["method"]
        try:
            params = await _params(request)
        except ConnectionResetError:  # a bot that ends leaves its long poll
            return web.Response()
        call = Call(method, params, at=asyncio.get_running_loop().time())
        self.calls.append(call)
        handler: Handler | None = getattr(self, f"_{_snake(method)}", None)
        try:
            if handler is None:
                raise Refused(404, "Not Found")
            for number, (name, refused) in enumerate(self.refusals):
                if name == method or (name == "*" and method.startswith(("send", "edit"))):
                    del self.refusals[number]
                    raise refused
            result = await handler(params)
        except Refused as refused:
            call.status = refused.code
            return _failed(refused)
        finally:
            if method != "getUpdates":
                async with self._more:
                    self._more.notify_all()
        return web.json_response({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _failed(Refused(401, "Unauthorized"))
        found = self.files.get(request.match_info["path"].removeprefix("documents/"))
        self.calls.append(Call("download", {"path": request.match_info["path"]}))
        if found is None:
            return _failed(Refused(404, "Not Found"))
        return web.Response(body=found[1])

    async def _get_me(self, params: dict[str, Any]) -> Any:
        return self.me

    async def _set_my_commands(self, params: dict[str, Any]) -> Any:
        commands = params["commands"]
        if len(commands) > COMMANDS:
            raise Refused(400, "Bad Request: too many commands specified")
        for command in commands:
            if not COMMAND.match(command["command"]):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= DESCRIPTION:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.menu = commands
        return True

    # ---- updates -----------------------------------------------------------------------------

    async def _get_updates(self, params: dict[str, Any]) -> Any:
        if self.webhook.get("url"):  # Bot API, getUpdates: "will not work if an outgoing webhook is set up"
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poll += 1
        mine = self._poll
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", POLL_MOST))
        # Bot API, getUpdates.offset: "An update is considered confirmed as soon as getUpdates is called with
        # an offset higher than its update_id."
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        ends = asyncio.get_running_loop().time() + float(params.get("timeout", 0))
        async with self._more:
            self._more.notify_all()
            while not self._updates and mine == self._poll:
                left = ends - asyncio.get_running_loop().time()
                if left <= 0:
                    return []
                try:
                    await asyncio.wait_for(self._more.wait(), left)
                except TimeoutError:
                    return []
        if mine != self._poll:
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return self._updates[: min(max(limit, 1), POLL_MOST)]

    async def _set_webhook(self, params: dict[str, Any]) -> Any:
        url = params.get("url", "")
        if url and not url.startswith("https://"):  # Bot API, setWebhook.url: "HTTPS URL"
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if params.get("secret_token") and not SECRET.match(params["secret_token"]):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = {"url": url, "secret_token": params.get("secret_token", "")}
        return True

    async def _delete_webhook(self, params: dict[str, Any]) -> Any:
        self.webhook = {}
        return True

    async def _deliver(self, update: dict[str, Any]) -> None:
        """Bot API, setWebhook: POST with the secret token as a header; repeated until a 2xx."""
        path = self.webhook["url"].removeprefix("https://").partition("/")[2]
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        async with ClientSession() as session:
            for _ in range(20):
                try:
                    async with session.post(f"{self.proxy}/{path}", json=update, headers=headers) as answered:
                        if answered.status // 100 == 2:
                            break
                except ClientError:
                    pass
                await asyncio.sleep(0.05)
        self._undelivered -= 1
        await self._wake()

    async def _wake(self) -> None:
        async with self._more:
            self._more.notify_all()

    # ---- messages ----------------------------------------------------------------------------

    async def _send_message(self, params: dict[str, Any]) -> Any:
        chat = self._reachable(params)
        text, entities = self._formatted(params.get("text", ""), params.get("entities", []), TEXT_UNITS)
        return self._posted(chat, params, text, entities)

    async def _send_document(self, params: dict[str, Any]) -> Any:
        chat = self._reachable(params)
        text, entities = "", []
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
        text, entities = "", []
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


async def _params(request: web.Request) -> dict[str, Any]:
    """Read a request: query, form or multipart, with JSON inside where the API wants an object."""
    params: dict[str, Any] = dict(request.query)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params[name] = (value.filename, value.file.read())
        else:
            params[name] = value
    for name, value in params.items():
        if isinstance(value, str) and value[:1] in "{[" and name not in ("text", "caption"):
            params[name] = json.loads(value)
    return params


def _failed(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


def _snake(method: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), method)
