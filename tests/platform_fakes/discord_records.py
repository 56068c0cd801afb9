"""What the small Discord records, and the limits it holds by; each names the page of
discord.com/developers/docs that states it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platform_fakes import discord_rules as rules

if TYPE_CHECKING:
    from tests.platform_fakes.discord_people import Person

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.GfakeA.not-a-token-of-anybody"
FILE_BYTES = 10 * 2**20  # Reference, Uploading Files: "10 MiB" by default
RESPONSE_SECONDS = 3.0  # Receiving and Responding: "You must send an initial response within 3 seconds"
TOKEN_SECONDS = 15 * 60.0  # Receiving and Responding: "Interaction tokens are valid for 15 minutes"
GATEWAY_BYTES = 4096  # Gateway, Sending Events: payloads "must not exceed 4096 bytes"
WAIT_SECONDS = 30.0
"""How long a test waits for something to be shown; it is there long before, or never."""

EPOCH_MS = 1420070400000  # Reference, Snowflakes
PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5
SAYS, THINKS, UPDATES_LATER, UPDATES, OFFERS, OPENS = 4, 5, 6, 7, 8, 9
GUILD_TEXT, DM, GROUP_DM, PUBLIC_THREAD, FORUM = 0, 1, 3, 11, 15

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
        is_form = self.callback is not None and self.callback["type"] == OPENS
        return self.callback["data"] if is_form and self.callback else None

    @property
    def choices(self) -> list[str] | None:
        """What autocomplete offered."""
        if self.callback is None or self.callback["type"] != OFFERS:
            return None
        return [choice["name"] for choice in self.callback["data"]["choices"]]

    @property
    def text(self) -> str:
        """All that was said in answer to it."""
        return "\n\n".join(post.text for post in self.posts)

    @property
    def labels(self) -> list[str]:
        return [label for post in self.posts for label in post.labels]
