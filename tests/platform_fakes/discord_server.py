"""A small Discord over loopback: REST and gateway in the real wire formats, documented limits, all recorded.

Each rule names the page of discord.com/developers/docs that states it; limits of bodies stand in
discord_rules.py, what people do in discord_people.py.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from aiohttp import WSMsgType, web

from tests.platform_fakes import discord_rules as rules
from tests.platform_fakes.discord_rules import EPHEMERAL

if TYPE_CHECKING:
    from tests.platform_fakes.discord_people import Person

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.GfakeA.not-a-token-of-anybody"
FILE_BYTES = 10 * 2**20  # Reference, Uploading Files: "10 MiB" by default
RESPONSE_SECONDS = 3.0  # Receiving and Responding: "You must send an initial response within 3 seconds"
TOKEN_SECONDS = 15 * 60.0  # Receiving and Responding: "Interaction tokens are valid for 15 minutes"
GATEWAY_BYTES = 4096  # Gateway, Sending Events: payloads "must not exceed 4096 bytes"
WAIT_SECONDS = 30.0
"""How long a test waits for something to be shown; it is there long before, or never."""

_EPOCH_MS = 1420070400000  # Reference, Snowflakes
_PING, _COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL = 1, 2, 3, 4, 5
_SAYS, _THINKS, _UPDATES_LATER, _UPDATES, _OFFERS, _OPENS = 4, 5, 6, 7, 8, 9
_GUILD_TEXT, _DM, GROUP_DM, _PUBLIC_THREAD, _FORUM = 0, 1, 3, 11, 15

Json = dict[str, Any]


class Refused(Exception):
    """An answer of 4xx with Discord's code (Opcodes and Status Codes, JSON)."""

    def __init__(self, status: int, code: int, message: str, body: Json | None = None) -> None:
        super().__init__(message)
        self.status, self.body = status, body or {"code": code, "message": message}


@dataclass
class Request:
    """One request of the bot, as it came."""

    method: str
    path: str
    body: Json
    files: list[tuple[str, bytes]] = field(default_factory=list)
    at_seconds: float = field(default_factory=time.monotonic)


@dataclass
class Post:
    """A message in a channel."""

    raw: Json
    channel_id: str
    versions: list[str] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    only_for: str = ""
    """An ephemeral message is shown to this person alone, until they leave."""
    is_loading: bool = False

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def text(self) -> str:
        """What it says now, in Markdown."""
        return str(self.raw["content"])

    @property
    def labels(self) -> list[str]:
        """What can be pressed or chosen under it."""
        return [label for label, _ in rules.list_labels(self.raw["components"])]

    @property
    def is_masked(self) -> bool:
        """Whether some of it must be uncovered."""
        return "||" in self.text


@dataclass
class Interaction:
    """Something a person did, and what came of it."""

    raw: Json
    person: Person
    callback: Json | None = None
    original: Post | None = None
    versions_before: int = 0
    """Of the message whose button was pressed."""
    posts: list[Post] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def modal(self) -> Json | None:
        """The form that it was answered with."""
        is_form = self.callback is not None and self.callback["type"] == _OPENS
        return self.callback["data"] if is_form and self.callback else None

    @property
    def choices(self) -> list[str] | None:
        """What autocomplete offered."""
        if self.callback is None or self.callback["type"] != _OFFERS:
            return None
        return [choice["name"] for choice in self.callback["data"]["choices"]]

    @property
    def text(self) -> str:
        """All that was said in answer to it."""
        return "\n\n".join(post.text for post in self.posts)

    @property
    def labels(self) -> list[str]:
        return [label for post in self.posts for label in post.labels]


@dataclass
class _Session:
    """A gateway session, which outlives its connection for a while (Gateway, Resuming)."""

    id: str
    intents: int
    shard: tuple[int, int]
    sent: list[Json] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    pack: Callable[[str], bytes | str] = str


class DiscordServer:
    """The whole of Discord that a bot sees; open it as an async context manager."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.response_seconds = RESPONSE_SECONDS
        self.token_seconds = TOKEN_SECONDS
        self.requests: list[Request] = []
        self.violations: list[str] = []
        """What a well-made bot never sends: bodies that were refused for their form."""
        self.posts: list[Post] = []
        self.interactions: list[Interaction] = []
        self.commands: list[Json] = []
        self.modals: list[Json] = []
        self.choices: list[str] = []
        self.typed: list[str] = []
        self.identifies: list[Json] = []
        self.resumes = 0
        self.limited: list[tuple[str, float]] = []
        """Answer the next request whose path ends so by 429 with these seconds."""
        self.without_history: set[str] = set()
        """Channels where the bot may not read what was said before."""
        self.answers_bare = False
        """Tell nothing back of a first answer, as older versions of the API."""
        self.bot_guilds: list[Json] = []
        self._ids = itertools.count(1)
        self._channels: dict[str, Json] = {}
        self._dms: dict[str, str] = {}
        self._people: dict[str, Person] = {}
        self._files: dict[str, bytes] = {}
        self._nonces: dict[str, Post] = {}
        self._sessions: dict[str, _Session] = {}
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._host = ""
        self.bot: Json = {
            "id": self._id(),
            "username": "Dogear",
            "discriminator": "0",
            "global_name": None,
            "avatar": None,
            "bot": True,
        }

    # ---- addresses ---------------------------------------------------------------------------

    @property
    def api_url(self) -> str:
        return f"http://{self._host}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._host}/gateway"

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

    # ---- the world ---------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        """Return somebody with an account."""
        from tests.platform_fakes.discord_people import Person

        person = Person(self, self._id(), name)
        self._people[person.id] = person
        return person

    def guild(self, name: str = "Readers", *, is_member: bool = True) -> Json:
        """Make a server, before the bot connects; it is a member, or used there by who installed it."""
        guild_id = self._id()
        everyone = {
            "id": guild_id,
            "name": "@everyone",
            "permissions": str(2**31 - 1),
            "position": 0,
            "color": 0,
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }
        guild = {
            "id": guild_id,
            "name": name,
            "owner_id": self._id(),
            "roles": [everyone],
            "emojis": [],
            "stickers": [],
            "features": [],
            "channels": [],
            "threads": [],
            "members": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "member_count": 3,
            "large": False,
            "unavailable": False,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "system_channel_flags": 0,
            "afk_timeout": 300,
        }
        if is_member:
            self.bot_guilds.append(guild)
        return guild

    def group(self, *people: Person) -> str:
        """Make a group of people, where a bot cannot be but can be used; return its id."""
        channel = {
            "id": self._id(),
            "type": GROUP_DM,
            "recipients": [person.user for person in people],
            "owner_id": people[0].id,
            "name": None,
            "icon": None,
            "last_message_id": None,
            "flags": 0,
        }
        self._channels[channel["id"]] = channel
        return str(channel["id"])

    def channel(self, guild: Json, name: str = "books", *, is_forum: bool = False) -> str:
        """Make a text channel or a forum in a server; return its id."""
        channel = {
            "id": self._id(),
            "type": _FORUM if is_forum else _GUILD_TEXT,
            "guild_id": guild["id"],
            "name": name,
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
            "topic": None,
            "parent_id": None,
            "flags": 0,
            "available_tags": [],
        }
        guild["channels"].append(channel)
        self._channels[channel["id"]] = channel
        return str(channel["id"])

    def thread(self, guild: Json, parent: str, name: str = "one book") -> str:
        """Make a thread in a channel, or a post in a forum; return its id."""
        thread = {
            "id": self._id(),
            "type": _PUBLIC_THREAD,
            "guild_id": guild["id"],
            "parent_id": parent,
            "owner_id": self._id(),
            "name": name,
            "message_count": 1,
            "member_count": 2,
            "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": "2026-01-01T00:00:00+00:00",
                "locked": False,
            },
            "flags": 0,
        }
        guild["threads"].append(thread)
        self._channels[thread["id"]] = thread
        return str(thread["id"])

    def shown_in(self, channel_id: str) -> list[Post]:
        """Return the bot's messages that everybody there sees, oldest first."""
        return [
            post
            for post in self.posts
            if post.channel_id == channel_id and not post.only_for and post.raw["author"] is self.bot
        ]

    def everything_since(self, request: int = 0, choice: int = 0) -> str:
        """Return all that the bot has sent since a request and a choice, by number; escapes undone.

        Every version of a text, labels, menus, forms, files, and what autocomplete offered.
        """
        parts = list(self.choices[choice:])
        for one in self.requests[request:]:
            parts.append(json.dumps(one.body, ensure_ascii=False))
            parts += [data.decode("utf-8", "replace") for _, data in one.files]
        return "\n".join(parts).replace("\\n", "\n").replace("\\", "").replace("\u200b", "")

    async def until(self, is_so: Callable[[], Any], what: str = "") -> Any:
        """Wait until something is so, and return it; everything recorded can be looked at."""
        async with asyncio.timeout(WAIT_SECONDS):
            async with self._changed:
                try:
                    while not (found := is_so()):
                        await self._changed.wait()
                except asyncio.CancelledError:
                    shown = [post.text for post in self.posts[-6:]]
                    raise AssertionError(f"never so: {what}; last posts: {shown}") from None
                return found

    async def drop_connections(self, code: int = 1000) -> None:
        """Close every gateway connection; the sessions can be resumed when `code` is not 1000."""
        for session in list(self._sessions.values()):
            if session.socket is not None and not session.socket.closed:
                await session.socket.close(code=code)

    # ---- REST --------------------------------------------------------------------------------

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
        if channel["type"] == _DM and self._people[channel["recipients"][0]["id"]].has_blocked:
            raise Refused(403, 50007, "Cannot send messages to this user")  # Opcodes, JSON 50007
        if channel["type"] == _FORUM:
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

    # ---- interactions (Receiving and Responding) ------------------------------------------------

    async def _respond(self, http: web.Request, request: Request) -> Json | None:
        interaction = self._interaction(http.match_info["token"])
        if interaction is None or interaction.id != http.match_info["id"]:
            raise Refused(404, 10062, "Unknown interaction")
        if interaction.callback is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if time.monotonic() - interaction.began > self.response_seconds:
            self.violations.append("first response too late")
            raise Refused(404, 10062, "Unknown interaction")
        body = request.body
        kind, data = body["type"], body.get("data") or {}
        self._check_callback(interaction, kind, data)
        person = interaction.person
        message: Json | None = None
        if kind in (_SAYS, _THINKS):
            only_for = person.id if data.get("flags", 0) & EPHEMERAL else ""
            post = self._post(
                interaction.raw["channel_id"],
                data if kind == _SAYS else {},
                request.files,
                only_for=only_for,
                is_loading=kind == _THINKS,
            )
            interaction.original = post
            interaction.posts.append(post)
            message = post.raw
        elif kind in (_UPDATES, _UPDATES_LATER):
            interaction.original = self._find_post(interaction.raw["message"]["id"])
            interaction.versions_before = len(interaction.original.versions)
            message = interaction.original.raw
            if kind == _UPDATES:
                self._change(interaction.original, request, data)
        elif kind == _OPENS:
            self.modals.append(data)
        elif kind == _OFFERS:
            self.choices += [choice["name"] for choice in data["choices"]]
        interaction.callback = body
        # Create Interaction Response: 204 unless with_response is true
        if self.answers_bare or http.query.get("with_response") not in ("1", "true"):
            return None
        about: Json = {"id": interaction.id, "type": interaction.raw["type"]}
        if message is not None:
            flags = message.get("flags", 0)
            about |= {
                "response_message_id": message["id"],
                "response_message_loading": kind == _THINKS,
                "response_message_ephemeral": bool(flags & EPHEMERAL),
            }
        resource: Json = {"type": kind} | ({"message": message} if message else {})
        return {"interaction": about, "resource": resource}

    def _check_callback(self, interaction: Interaction, kind: int, data: Json) -> None:
        allowed = {
            _COMMAND: (_SAYS, _THINKS, _OPENS),
            _COMPONENT: (_SAYS, _THINKS, _UPDATES_LATER, _UPDATES, _OPENS),
            _AUTOCOMPLETE: (_OFFERS,),
            _MODAL: (_SAYS, _THINKS, _UPDATES_LATER, _UPDATES),
        }[interaction.raw["type"]]
        if kind not in allowed:
            self._check({"type": ("BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")})
        if kind == _OPENS:
            self._check(rules.check_modal(data))
        elif kind == _OFFERS:
            self._check(rules.check_choices(data["choices"]))
        elif kind in (_SAYS, _UPDATES):
            self._check(rules.check_message(data))

    async def _follow_up(self, http: web.Request, request: Request) -> Json:
        interaction = self._by_token(http)
        post = interaction.original
        if post is not None and post.is_loading:
            # "this endpoint will function as Edit Original Interaction Response for backwards compatibility"
            return self._change(post, request)
        only_for = interaction.person.id if request.body.get("flags", 0) & EPHEMERAL else ""
        post = self._post(interaction.raw["channel_id"], request.body, request.files, only_for=only_for)
        interaction.posts.append(post)
        return post.raw

    async def _hook_get(self, http: web.Request, request: Request) -> Json:
        return self._hook_post(http).raw

    async def _hook_edit(self, http: web.Request, request: Request) -> Json:
        return self._change(self._hook_post(http), request)

    async def _hook_delete(self, http: web.Request, request: Request) -> None:
        interaction, post = self._by_token(http), self._hook_post(http)
        self.posts.remove(post)
        if post in interaction.posts:
            interaction.posts.remove(post)

    def _by_token(self, http: web.Request) -> Interaction:
        interaction = self._interaction(http.match_info["token"])
        if interaction is None or interaction.callback is None:
            raise Refused(404, 10015, "Unknown Webhook")
        if time.monotonic() - interaction.began > self.token_seconds:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return interaction

    def _hook_post(self, http: web.Request) -> Post:
        interaction = self._by_token(http)
        name = http.match_info["message"]
        if name == "@original":
            if interaction.original is None or interaction.original not in self.posts:
                raise Refused(404, 10008, "Unknown Message")
            return interaction.original
        found = next((post for post in interaction.posts if post.id == name and post in self.posts), None)
        if found is None:
            raise Refused(404, 10008, "Unknown Message")
        return found

    def _interaction(self, token: str) -> Interaction | None:
        return next((one for one in self.interactions if one.raw["token"] == token), None)

    # ---- messages ----------------------------------------------------------------------------

    def _post(
        self,
        channel_id: str,
        body: Json,
        files: Sequence[tuple[str, bytes]] = (),
        *,
        author: Json | None = None,
        only_for: str = "",
        is_loading: bool = False,
    ) -> Post:
        if author is None and not is_loading:
            self._check(rules.check_message(body))
            if not (body.get("content") or files):
                raise Refused(400, 50006, "Cannot send an empty message")
        raw = {
            "id": self._id(),
            "channel_id": channel_id,
            "author": author or self.bot,
            "content": body.get("content") or "",
            "timestamp": "2026-08-01T12:00:00.000000+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": self._keep(files),
            "embeds": [],
            "components": body.get("components") or [],
            "pinned": False,
            "type": 0,
            "flags": (EPHEMERAL if only_for else 0) | (1 << 7 if is_loading else 0),
        }
        post = Post(raw, channel_id, [raw["content"]], list(files), only_for, is_loading)
        self.posts.append(post)
        return post

    def _change(self, post: Post, request: Request, data: Json | None = None) -> Json:
        body = request.body if data is None else data
        self._check(rules.check_message(body))
        for name in ("content", "components"):
            if name in body:
                post.raw[name] = body[name] or type(post.raw[name])()
        if request.files:
            post.raw["attachments"] += self._keep(request.files)
            post.files += request.files
        if not (post.text or post.files):
            raise Refused(400, 50006, "Cannot send an empty message")
        post.raw["edited_timestamp"] = "2026-08-01T12:00:01.000000+00:00"
        post.raw["flags"] &= ~(1 << 7)
        post.is_loading = False
        post.versions.append(post.text)
        return post.raw

    def _keep(self, files: Sequence[tuple[str, bytes]]) -> list[Json]:
        kept = []
        for name, data in files:
            if len(data) > FILE_BYTES:
                raise Refused(413, 40005, "Request entity too large")  # Opcodes, JSON 40005
            kept.append(self._attachment(name, data))
        return kept

    def _attachment(self, name: str, data: bytes, size: int | None = None) -> Json:
        file_id = self._id()
        self._files[file_id] = data
        url = f"http://{self._host}/attachments/{file_id}/{name}"
        return {
            "id": file_id,
            "filename": name,
            "size": len(data) if size is None else size,
            "url": url,
            "proxy_url": url,
            "content_type": "application/octet-stream",
        }

    async def _download(self, http: web.Request) -> web.Response:
        self.requests.append(Request("GET", http.path, {}))
        data = self._files.get(http.match_info["name"])
        return web.Response(status=404) if data is None else web.Response(body=data)

    def _refer(self, raw: Json, channel_id: str, message_id: str) -> None:
        """Make a message a reply (Message Resource, Message Reference)."""
        answered = next((post for post in self.posts if post.id == message_id), None)
        raw["type"] = 19
        raw["message_reference"] = {"type": 0, "message_id": message_id, "channel_id": channel_id}
        raw["referenced_message"] = answered.raw if answered else None

    def _find_post(self, message_id: str, channel_id: str = "") -> Post:
        for post in self.posts:
            if post.id == message_id and channel_id in ("", post.channel_id):
                # An ephemeral message is out of reach of everything but its interaction's token.
                if channel_id and post.only_for:
                    break
                return post
        raise Refused(404, 10008, "Unknown Message")

    def _find_channel(self, channel_id: str) -> Json:
        if channel_id not in self._channels:
            raise Refused(404, 10003, "Unknown Channel")
        return self._channels[channel_id]

    def _dm_channel(self, person: Person) -> Json:
        if person.id not in self._dms:
            channel_id = self._id()
            self._dms[person.id] = channel_id
            self._channels[channel_id] = {
                "id": channel_id,
                "type": _DM,
                "recipients": [person.user],
                "last_message_id": None,
                "flags": 0,
            }
        return self._channels[self._dms[person.id]]

    def _check(self, errors: rules.Errors) -> None:
        if errors:
            raise Refused(400, 50035, "Invalid Form Body", rules.form_error(errors))

    # ---- gateway (Gateway; Opcodes and Status Codes) ---------------------------------------------

    async def _gateway(self, http: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=GATEWAY_BYTES)
        await socket.prepare(http)
        pack = _packer(http.query.get("compress", ""))
        session: _Session | None = None

        async def send(message: Json) -> None:
            packed = pack(json.dumps(message))
            await (socket.send_str(packed) if isinstance(packed, str) else socket.send_bytes(packed))

        await send({"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            message = json.loads(frame.data)
            op, data = message["op"], message["d"]
            if op == 1:
                await send({"op": 11, "d": None, "s": None, "t": None})
            elif op == 2:
                self.identifies.append(data)
                if data["token"].removeprefix("Bot ") != self.token:
                    await socket.close(code=4004)  # authentication failed
                elif data["intents"] & ~rules.KNOWN_INTENTS:
                    await socket.close(code=4013)  # invalid intents
                elif data["intents"] & rules.PRIVILEGED:
                    await socket.close(code=4014)  # disallowed intents: none is switched on here
                else:
                    session = await self._begin(data, socket, pack)
            elif op == 6:
                session = await self._resume(data, socket, pack, send)
        if session is not None and session.socket is socket:
            session.socket = None
        return socket

    async def _begin(
        self, data: Json, socket: web.WebSocketResponse, pack: Callable[[str], bytes | str]
    ) -> _Session:
        shard = tuple(data.get("shard") or (0, 1))
        session = _Session(self._id(), data["intents"], (shard[0], shard[1]), [], socket, pack)
        self._sessions = {
            key: other for key, other in self._sessions.items() if other.shard != session.shard
        } | {session.id: session}
        mine = [guild for guild in self.bot_guilds if self._is_of(session, guild["id"])]
        ready = {
            "v": 10,
            "user": self.bot,
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in mine],
            "session_id": session.id,
            "resume_gateway_url": self.gateway_url,
            "shard": list(session.shard),
            "application": {"id": self.bot["id"], "flags": 0},
        }
        await self._dispatch_to(session, "READY", ready)
        for guild in mine:
            if session.intents & rules.GUILDS:
                await self._dispatch_to(session, "GUILD_CREATE", guild)
        await self._tell()
        return session

    async def _resume(
        self, data: Json, socket: web.WebSocketResponse, pack: Callable[[str], bytes | str], send: Any
    ) -> _Session | None:
        session = self._sessions.get(data["session_id"])
        if session is None or data["token"].removeprefix("Bot ") != self.token:
            await send({"op": 9, "d": False, "s": None, "t": None})  # invalid session
            return None
        self.resumes += 1
        session.socket, session.pack = socket, pack
        for message in [sent for sent in session.sent if sent["s"] > data["seq"]]:
            await self._transmit(session, message)
        await self._dispatch_to(session, "RESUMED", {})
        await self._tell()
        return session

    async def dispatch(self, event: str, data: Json, *, guild_id: str | None, intent: int = 0) -> None:
        """Send an event to the sessions that asked for it; one that is away gets it when it resumes."""
        for session in list(self._sessions.values()):
            wants = not intent or session.intents & intent
            if wants and self._is_of(session, guild_id):
                await self._dispatch_to(session, event, data)

    @property
    def sessions(self) -> int:
        """How many sessions are connected."""
        return sum(session.socket is not None for session in self._sessions.values())

    def intents_of(self, guild_id: str | None) -> int:
        """Return the intents of the session that gets the events of a server (None: direct messages)."""
        return next((one.intents for one in self._sessions.values() if self._is_of(one, guild_id)), 0)

    @staticmethod
    def _is_of(session: _Session, guild_id: str | None) -> bool:
        # Gateway, Sharding: shard_id = (guild_id >> 22) % num_shards; direct messages go to shard 0
        number, count = session.shard
        return number == (0 if guild_id is None else (int(guild_id) >> 22) % count)

    async def _dispatch_to(self, session: _Session, event: str, data: Json) -> None:
        message = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": json.loads(json.dumps(data))}
        session.sent.append(message)
        await self._transmit(session, message)

    async def _transmit(self, session: _Session, message: Json) -> None:
        socket = session.socket
        if socket is None or socket.closed:
            return
        packed = session.pack(json.dumps(message))
        try:
            await (socket.send_str(packed) if isinstance(packed, str) else socket.send_bytes(packed))
        except ConnectionError:
            session.socket = None

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _id(self) -> str:
        # Reference, Snowflakes: milliseconds since 2015 in the upper 42 bits; unique and growing
        return str((int(time.time() * 1000) - _EPOCH_MS) << 22 | next(self._ids) % 2**22)


class _Limited(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def _packer(compress: str) -> Callable[[str], bytes | str]:
    """Return what packs a message of one connection (Gateway, Transport Compression)."""
    if compress == "zstd-stream":
        import zstandard

        squeeze = zstandard.ZstdCompressor().compressobj()
        return lambda text: squeeze.compress(text.encode()) + squeeze.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    if compress == "zlib-stream":
        stream = zlib.compressobj()
        return lambda text: stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)
    return str


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
