"""People on the small Discord: what they write, press, choose, fill in and forward, and what they see.

What they do goes out over the gateway as Discord sends it (Gateway Events; Receiving and Responding).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.platform_fakes import discord_rules as rules
from tests.platform_fakes.discord_records import FILE_BYTES, GROUP_DM, Interaction, Json, Post
from tests.platform_fakes.discord_server import DiscordServer

_COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL = 2, 3, 4, 5
_IN_GUILD, _BOT_DM, _PRIVATE_CHANNEL = 0, 1, 2


@dataclass(eq=False)
class Person:
    """Somebody with an account, and what they do."""

    server: DiscordServer
    id: str
    name: str
    has_blocked: bool = False
    """Messages of the bot to them are refused."""

    @property
    def user(self) -> Json:
        return {
            "id": self.id,
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name.title(),
            "avatar": None,
        }

    @property
    def dm_channel(self) -> str:
        return str(self.server._dm_channel(self)["id"])

    @property
    def seen(self) -> list[Post]:
        """The bot's messages that nobody else sees: direct ones and ephemeral ones, oldest first."""
        return [
            post
            for post in self.server.posts
            if post.raw["author"] is self.server.bot
            and (post.only_for == self.id or post.channel_id == self.dm_channel)
        ]

    async def sees(self, text: str) -> Post:
        """Wait until the last private messages hold `text`, and return the one that does."""
        return await self.server.until(
            lambda: next((post for post in reversed(self.seen) if text in _read_back(post.text)), None),
            f"{self.name} sees {text!r}",
        )

    async def until_last(self, text: str) -> Post:
        """Wait until the last private message holds `text`, and return it."""
        await self.server.until(
            lambda: self.seen and text in _read_back(self.seen[-1].text), f"{self.name} last sees {text!r}"
        )
        return self.seen[-1]

    # ---- messages ----------------------------------------------------------------------------

    async def dm(self, text: str, *files: Json, reply_to: Post | None = None) -> Post:
        """Write to the bot alone."""
        return await self.says(self.dm_channel, text, *files, reply_to=reply_to)

    async def says(
        self, channel_id: str, text: str, *files: Json, to_bot: bool = False, reply_to: Post | None = None
    ) -> Post:
        """Write in a channel; `to_bot` mentions the bot."""
        server = self.server
        channel = server._channels[channel_id]
        guild_id = channel.get("guild_id")
        content = f"<@{server.bot['id']}> {text}" if to_bot else text
        post = server._post(channel_id, {"content": content}, author=self.user)
        raw = post.raw
        raw["attachments"] = list(files)
        if to_bot or (reply_to is not None and reply_to.raw["author"] is server.bot):
            raw["mentions"] = [server.bot]  # a reply pings who is replied to, unless that is switched off
        if reply_to is not None:
            server._refer(raw, channel_id, reply_to.id)
        event = dict(raw)
        if guild_id is not None:
            event |= {"guild_id": guild_id, "member": _member()}
        if not rules.sees_content(server.intents_of(guild_id), raw, str(server.bot["id"]), guild_id):
            event |= {"content": "", "attachments": [], "embeds": [], "components": []}
        intent = rules.GUILD_MESSAGES if guild_id else rules.DIRECT_MESSAGES
        await server.dispatch("MESSAGE_CREATE", event, guild_id=guild_id, intent=intent)
        return post

    async def forwards(self, post: Post) -> Post:
        """Forward a message to the bot (Message Resource, Message Snapshot): a copy of it, and no text."""
        server = self.server
        copy = {
            name: post.raw[name]
            for name in ("type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags")
        }
        forwarded = server._post(self.dm_channel, {}, author=self.user)
        forwarded.raw["message_reference"] = {
            "type": 1,
            "message_id": post.id,
            "channel_id": post.channel_id,
        }
        forwarded.raw["message_snapshots"] = [{"message": copy}]
        await server.dispatch("MESSAGE_CREATE", forwarded.raw, guild_id=None, intent=rules.DIRECT_MESSAGES)
        return forwarded

    def file(self, name: str, data: bytes, *, size: int | None = None) -> Json:
        """Return a file to send; `size` is what is stated when the bytes do not matter."""
        return self.server._attachment(name, data, size)

    async def uploads(self, name: str, data: bytes, *, size: int | None = None) -> Post:
        """Send the bot a file."""
        return await self.dm("", self.file(name, data, size=size))

    # ---- interactions ------------------------------------------------------------------------

    async def slash(
        self, name: str, /, *, channel: str = "", file: Json | None = None, **options: Any
    ) -> Interaction:
        """Use a slash command and wait until it is answered for good (or with a form)."""
        interaction = await self.begins(name, channel=channel, file=file, **options)
        return await self.is_answered(interaction)

    async def begins(
        self, name: str, /, *, channel: str = "", file: Json | None = None, **options: Any
    ) -> Interaction:
        """Use a slash command and do not wait."""
        command = self._command(name, rules.SLASH)
        known = {option["name"]: option for option in command.get("options") or []}
        given = dict(options)
        resolved: Json = {}
        if file is not None:
            given["file"] = file["id"]
            resolved["attachments"] = {file["id"]: file}
        assert set(given) <= set(known), f"/{name} has no options {set(given) - set(known)}"
        missing = [key for key, option in known.items() if option.get("required") and key not in given]
        assert not missing, f"/{name} wants {missing}"
        data = {
            "id": command["id"],
            "name": name,
            "type": rules.SLASH,
            "options": [
                {"name": key, "type": known[key]["type"], "value": value} for key, value in given.items()
            ],
            "resolved": resolved,
        }
        return await self._interacts(_COMMAND, data, channel)

    async def types(self, name: str, option: str, typed: str, *, channel: str = "") -> list[str]:
        """Type into an option of a command; return what is offered."""
        command = self._command(name, rules.SLASH)
        kind = next(one["type"] for one in command["options"] if one["name"] == option)
        data = {
            "id": command["id"],
            "name": name,
            "type": rules.SLASH,
            "options": [{"name": option, "type": kind, "value": typed, "focused": True}],
        }
        interaction = await self._interacts(_AUTOCOMPLETE, data, channel)
        await self.server.until(lambda: interaction.callback, "autocomplete")
        return interaction.choices or []

    async def uses_on(self, name: str, post: Post) -> Interaction:
        """Use a message command on a message; its content comes along, without any intent."""
        command = self._command(name, rules.ON_MESSAGE)
        data = {
            "id": command["id"],
            "name": name,
            "type": rules.ON_MESSAGE,
            "target_id": post.id,
            "resolved": {"messages": {post.id: post.raw}},
        }
        interaction = await self._interacts(_COMMAND, data, post.channel_id)
        await self.server.until(lambda: interaction.callback, name)
        return interaction

    async def presses(self, label: str, post: Post | None = None) -> Interaction:
        """Press a button, or choose from a menu, under `post` (the last that has it); wait."""
        interaction = await self.touches(label, post)
        return await self.is_answered(interaction)

    async def touches(self, label: str, post: Post | None = None) -> Interaction:
        """Press a button, or choose from a menu, and do not wait."""
        post = post or next(one for one in reversed(self.seen) if label in one.labels)
        for row in post.raw["components"]:
            for part in row["components"]:
                data: Json = {"custom_id": part.get("custom_id"), "component_type": part["type"]}
                if part["type"] == 2 and part["label"] == label:
                    return await self._interacts(_COMPONENT, data, post.channel_id, post)
                values = [one["value"] for one in part.get("options") or () if one["label"] == label]
                if values:
                    return await self._interacts(_COMPONENT, data | {"values": values}, post.channel_id, post)
        raise AssertionError(f"nothing to press is called {label!r}: {post.labels}")

    async def fills(self, opened: Interaction, **fields: str) -> Interaction:
        """Fill in the form that an interaction was answered with, and wait until that is answered."""
        modal = opened.modal
        assert modal is not None
        rows = []
        for row in modal["components"]:
            for part in row["components"]:
                value = fields.get(part["custom_id"], part.get("value") or "")
                assert value or part.get("required") is False, f"{part['label']} is required"
                field_ = {"type": 4, "custom_id": part["custom_id"], "value": value}
                rows.append({"type": 1, "components": [field_]})
        data = {"custom_id": modal["custom_id"], "components": rows}
        interaction = await self._interacts(_MODAL, data, opened.raw["channel_id"])
        return await self.is_answered(interaction)

    async def is_answered(self, interaction: Interaction) -> Interaction:
        """Wait until a form is shown, or something said that is no longer "thinking"; return it."""

        def answered() -> bool:
            said = [post for post in interaction.posts if not post.is_loading]
            original = interaction.original
            changed = (
                original is not None
                and original not in interaction.posts
                and len(original.versions) > interaction.versions_before
            )
            return bool(interaction.modal or said or changed)

        await self.server.until(answered, f"an answer to {interaction.raw['data']}")
        return interaction

    async def _interacts(self, kind: int, data: Json, channel_id: str, on: Post | None = None) -> Interaction:
        server = self.server
        channel = server._channels[channel_id or self.dm_channel]
        guild_id = channel.get("guild_id")
        raw: Json = {
            "id": server._id(),
            "application_id": server.bot["id"],
            "type": kind,
            "data": data,
            "channel": channel,
            "channel_id": channel["id"],
            "token": f"interaction-{server._id()}",
            "version": 1,
            "app_permissions": str(2**31 - 1),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"1": self.id},
            "context": _context(channel),
            "attachment_size_limit": FILE_BYTES,
        }
        if guild_id is None:
            raw["user"] = self.user
        else:
            raw |= {
                "guild_id": guild_id,
                "guild": {"id": guild_id, "locale": "en-US", "features": []},
                "guild_locale": "en-US",
                "member": _member() | {"user": self.user},
            }
        if on is not None:
            raw["message"] = on.raw
        interaction = Interaction(raw, self)
        server.interactions.append(interaction)
        # Interactions come over the gateway whatever the intents are.
        await server.dispatch("INTERACTION_CREATE", raw, guild_id=guild_id)
        return interaction

    def _command(self, name: str, kind: int) -> Json:
        for command in self.server.commands:
            if command["name"] == name and command.get("type", rules.SLASH) == kind:
                return command
        raise AssertionError(f"no command {name!r} is registered")


def _context(channel: Json) -> int:
    """Return where an interaction is (Receiving and Responding, Interaction Context Types)."""
    if channel.get("guild_id"):
        return _IN_GUILD
    return _PRIVATE_CHANNEL if channel["type"] == GROUP_DM else _BOT_DM


def _member() -> Json:
    return {
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": str(2**31 - 1),
    }


def _read_back(content: str) -> str:
    """Return a message without the signs of its Markdown, for a look at its words."""
    return (
        content.replace("\\", "").replace("**", "").replace("||", "").replace("`", "").replace("\u200b", "")
    )
