"""A small Bot API server over loopback: real wire format, documented limits, everything recorded.

Each rule names where it is documented: "Bot API" is core.telegram.org/bots/api with the method or type,
"FAQ" core.telegram.org/bots/faq, "Features" core.telegram.org/bots/features. Error bodies have the documented
shape (Bot API, "Making requests"): ok, error_code, description, parameters (ResponseParameters).

People are `Person`s who send, press, upload, edit and block; what a chat shows is its `posts`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_records import (
    COMMAND,
    COMMANDS,
    DESCRIPTION,
    TOKEN,
    UPLOAD_BYTES,
    Call,
    Chat,
    Refused,
    units,
)
from tests.platform_fakes.telegram_shop import Shop

Handler = Callable[["dict[str, Any]"], Awaitable[Any]]


class TelegramServer(Shop):
    """The server; an async context manager that listens on a free port of 127.0.0.1."""

    def __init__(self, token: str = TOKEN, username: str = "DogearBot") -> None:
        super().__init__()
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
        self.calls: list[Call] = []
        self.menu: list[dict[str, str]] = []
        self.refusals: list[tuple[str, Refused]] = []
        """Next calls of a method that are refused, in order."""
        self._runner: web.AppRunner | None = None
        self._port = 0

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


async def _params(request: web.Request) -> dict[str, Any]:
    """Read a request: query, form or multipart, with JSON inside where the API wants an object."""
    params: dict[str, Any] = dict(request.query)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params[name] = (value.filename, value.file.read())
        else:
            params[name] = value
    for name, value in params.items():
        if isinstance(value, str) and value[:1] in ("{", "[") and name not in ("text", "caption"):
            params[name] = json.loads(value)
    return params


def _failed(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


def _snake(method: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), method)
