"""A small Discord over loopback: REST and gateway in the real wire formats, documented limits, all recorded.

Each rule names the page of discord.com/developers/docs that states it; limits of bodies stand in
discord_rules.py, what people do in discord_people.py, the gateway in discord_gateway.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.platform_fakes import discord_rules as rules
from tests.platform_fakes.discord_records import DM, FORUM, GROUP_DM, Json, Post, Refused, Request
from tests.platform_fakes.discord_shop import Shop


class DiscordServer(Shop):
    """The whole of Discord that a bot sees; open it as an async context manager."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Json] = []
        self.typed: list[str] = []
        self.limited: list[tuple[str, float]] = []
        """Answer the next request whose path ends so by 429 with these seconds."""
        self.without_history: set[str] = set()
        """Channels where the bot may not read what was said before."""
        self._nonces: dict[str, Post] = {}
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        return f"http://{self._host}/api/v10"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=30 * 2**20)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/attachments/{name}/{filename}", self._download)
        for method, path, handler in self._routes():
            app.router.add_route(method, f"/api/v10{path}", self._served(handler))
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self._host = f"127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.drop_connections()
        assert self._runner is not None
        await self._runner.cleanup()

    def _routes(self) -> list[tuple[str, str, Callable[[web.Request, Request], Awaitable[Any]]]]:
        hook = "/webhooks/{app}/{token}"
        return [
            ("GET", "/users/@me", self._me),
            ("POST", "/users/@me/channels", self._open_dm),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("PUT", "/applications/{app}/commands", self._register),
            ("GET", "/channels/{channel}", self._get_channel),
            ("POST", "/channels/{channel}/messages", self._create),
            ("PATCH", "/channels/{channel}/messages/{message}", self._edit),
            ("DELETE", "/channels/{channel}/messages/{message}", self._delete),
            ("POST", "/channels/{channel}/typing", self._typing),
            ("POST", "/interactions/{id}/{token}/callback", self._respond),
            ("POST", hook, self._follow_up),
            ("GET", hook + "/messages/{message}", self._hook_get),
            ("PATCH", hook + "/messages/{message}", self._hook_edit),
            ("DELETE", hook + "/messages/{message}", self._hook_delete),
            *self._shop_routes(),
        ]

    def _served(self, handler: Callable[[web.Request, Request], Awaitable[Any]]) -> Any:
        async def serve(http: web.Request) -> web.Response:
            request = await _read(http)
            self.requests.append(request)
            # Rate Limits: the headers come with every answer, and `Via` with what Discord itself says.
            headers = {
                "X-RateLimit-Limit": "50",
                "X-RateLimit-Remaining": "49",
                "X-RateLimit-Reset": str(time.time() + 1),
                "X-RateLimit-Reset-After": "1.0",
                "X-RateLimit-Bucket": str(abs(hash((http.method, handler.__name__)))),
                "Via": "1.1 google",
            }
            try:
                self._admit(http, request)
                answer = await handler(http, request)
            except _Limited as limited:
                # Rate Limits, Exceeding A Rate Limit
                headers |= {"Retry-After": str(limited.seconds), "X-RateLimit-Remaining": "0"}
                body = {"message": "You are being rate limited.", "retry_after": limited.seconds}
                return _json(body | {"global": False}, status=429, headers=headers)
            except Refused as refused:
                if refused.body["code"] == 50035:
                    self.violations.append(json.dumps(refused.body))
                await self._tell()
                return _json(refused.body, status=refused.status, headers=headers)
            await self._tell()
            if answer is None:
                return web.Response(status=204, headers=headers)
            return _json(answer, headers=headers)

        return serve

    def _admit(self, http: web.Request, request: Request) -> None:
        for number, (path, seconds) in enumerate(self.limited):
            if http.path.endswith(path):
                del self.limited[number]
                raise _Limited(seconds)
        # Reference, Authentication: "Bot TOKEN"; an interaction's token in the path needs none.
        by_token = "/interactions/" in http.path or "/webhooks/" in http.path
        if not by_token and http.headers.get("Authorization") != f"Bot {self.token}":
            raise Refused(401, 0, "401: Unauthorized")
        # Reference, User Agent: "DiscordBot ($url, $versionNumber)"; the library says so to these alone
        if not by_token and not http.headers.get("User-Agent", "").startswith("DiscordBot ("):
            raise Refused(403, 40333, "internal network error")

    async def _me(self, http: web.Request, request: Request) -> Json:
        return self.bot

    async def _application(self, http: web.Request, request: Request) -> Json:
        return {
            "id": self.bot["id"],
            "name": "Dogear",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 0,
            "owner": self.bot,
            "team": None,
            "summary": "",
        }

    async def _gateway_bot(self, http: web.Request, request: Request) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": 1, "session_start_limit": limit}

    async def _register(self, http: web.Request, request: Request) -> list[Json]:
        commands = request.body["list"]
        self._check(rules.check_commands(commands))
        self.commands = [
            command
            | {
                "id": self._id(),
                "application_id": self.bot["id"],
                "version": self._id(),
                "description": command.get("description", ""),
                "default_member_permissions": None,
                "nsfw": False,
            }
            for command in commands
        ]
        return self.commands

    async def _open_dm(self, http: web.Request, request: Request) -> Json:
        return self._dm_channel(self._people[str(request.body["recipient_id"])])

    async def _get_channel(self, http: web.Request, request: Request) -> Json:
        return self._find_channel(http.match_info["channel"])

    async def _typing(self, http: web.Request, request: Request) -> None:
        self._find_channel(http.match_info["channel"])
        self.typed.append(http.match_info["channel"])

    async def _create(self, http: web.Request, request: Request) -> Json:
        channel = self._find_channel(http.match_info["channel"])
        if channel["type"] == GROUP_DM:
            raise Refused(403, 50001, "Missing Access")  # Opcodes, JSON 50001
        if channel["type"] == DM and self._people[channel["recipients"][0]["id"]].has_blocked:
            raise Refused(403, 50007, "Cannot send messages to this user")  # Opcodes, JSON 50007
        if channel["type"] == FORUM:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        body = request.body
        if body.get("message_reference") and channel["id"] in self.without_history:
            # Opcodes, JSON 160002
            raise Refused(400, 160002, "You cannot reply without permission to read message history")
        # Create Message, enforce_nonce: one of the same nonce within a few minutes is answered with the first
        if body.get("enforce_nonce") and str(body.get("nonce")) in self._nonces:
            return self._nonces[str(body["nonce"])].raw
        if body.get("nonce") is not None and len(str(body["nonce"])) > 25:
            self._check({"nonce": ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")})
        post = self._post(channel["id"], body, request.files)
        if body.get("enforce_nonce"):
            self._nonces[str(body["nonce"])] = post
        if reference := body.get("message_reference"):
            self._refer(post.raw, channel["id"], str(reference["message_id"]))
        return post.raw

    async def _edit(self, http: web.Request, request: Request) -> Json:
        post = self._find_post(http.match_info["message"], http.match_info["channel"])
        if post.raw["author"] is not self.bot:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        return self._change(post, request)

    async def _delete(self, http: web.Request, request: Request) -> None:
        self.posts.remove(self._find_post(http.match_info["message"], http.match_info["channel"]))


class _Limited(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def _json(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return an answer whose content type says no charset, as Discord's do."""
    data = json.dumps(body).encode()
    return web.Response(body=data, status=status, headers=headers, content_type="application/json")


async def _read(http: web.Request) -> Request:
    """Return a request with its body; files come as multipart with `payload_json` (Uploading Files)."""
    files: list[tuple[str, bytes]] = []
    body: Any = {}
    if http.content_type.startswith("multipart/"):
        form = await http.post()
        for name, value in form.items():
            if name == "payload_json":
                body = json.loads(str(value))
            elif isinstance(value, web.FileField):
                files.append((value.filename, value.file.read()))
    elif http.can_read_body:
        body = await http.json()
    return Request(http.method, http.path, {"list": body} if isinstance(body, list) else body, files)
