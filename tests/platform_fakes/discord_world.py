"""What there is on the small Discord: people, servers, channels, threads, messages and files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.platform_fakes import discord_rules as rules
from tests.platform_fakes.discord_gateway import Gateway
from tests.platform_fakes.discord_records import (
    DM,
    FILE_BYTES,
    FORUM,
    GROUP_DM,
    GUILD_TEXT,
    PUBLIC_THREAD,
    WAIT_SECONDS,
    Interaction,
    Json,
    Post,
    Refused,
    Request,
)
from tests.platform_fakes.discord_rules import EPHEMERAL

if TYPE_CHECKING:
    from tests.platform_fakes.discord_people import Person


class World(Gateway):
    """Who and what there is, and what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.violations: list[str] = []
        """What a well-made bot never sends: bodies that were refused for their form."""
        self.posts: list[Post] = []
        self.interactions: list[Interaction] = []
        self.choices: list[str] = []
        self._channels: dict[str, Json] = {}
        self._dms: dict[str, str] = {}
        self._people: dict[str, Person] = {}
        self._files: dict[str, bytes] = {}

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
            "type": FORUM if is_forum else GUILD_TEXT,
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
            "type": PUBLIC_THREAD,
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
                "type": DM,
                "recipients": [person.user],
                "last_message_id": None,
                "flags": 0,
            }
        return self._channels[self._dms[person.id]]

    def _check(self, errors: rules.Errors) -> None:
        if errors:
            raise Refused(400, 50035, "Invalid Form Body", rules.form_error(errors))
