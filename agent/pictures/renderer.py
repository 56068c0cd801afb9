"""What renders pictures: one protocol, and how it may end. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from agent.pictures.brief import Brief


class Refusal(StrEnum):
    """Why there is no picture."""

    UNSAFE = "unsafe"
    """A safety filter refused what was asked for, or what came of it."""
    FAILED = "failed"
    TIMED_OUT = "timed out"
    UNREACHABLE = "unreachable"
    NO_PICTURE = "no picture"
    """What came back is none, or is out of bounds."""
    CANCELLED = "cancelled"


class RenderError(Exception):
    """There will be no picture; nothing may be charged."""

    def __init__(self, refusal: Refusal) -> None:
        """Say why."""
        super().__init__(refusal.value)
        self.refusal = refusal


class ServiceBusy(Exception):
    """The service cannot be asked now; the same order may be given again later."""


class NotTheService(Exception):
    """What was posted does not come from the service, or not now."""


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to be made. `id` is the same at every try."""

    id: str
    prompt: str
    brief: Brief
    style: str
    size: str
    """Width by height in pixels: "1024x1024"."""
    seed: int
    references: tuple[bytes, ...] = field(default=(), repr=False)
    """Pictures whose likeness it keeps."""
    card: str = field(default="", repr=False)
    """What is drawn, as JSON, where it is drawn from words."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture that was made: PNG, checked and encoded anew."""

    png: bytes = field(repr=False)
    width: int
    height: int


class Renderer(Protocol):
    """Makes pictures."""

    name: str
    """What makes them, as it is stored with a picture: a model and its version."""
    is_drawn: bool
    """It draws the words of the text and pictures nobody's face."""

    async def find(self, order: Order) -> str:
        """Return the service's own id of an order that it has taken before, '' when it has not."""

    async def begin(self, order: Order) -> str:
        """Hand an order over; return the service's own id of it.

        Raises `RenderError`, or `ServiceBusy` when nothing was taken. What raises anything else may have
        been taken: `find` tells.
        """

    async def finish(self, order: Order, ticket: str) -> Rendered:
        """Wait for what was begun and fetch it. Raises `RenderError`, or `ServiceBusy`."""

    async def cancel(self, ticket: str) -> None:
        """Let the service stop, if it still works on it; never raises."""

    def listen(self, address: str) -> None:
        """Have the service post to `address`/ORDER when an order that is begun from now on is over."""

    async def hear(self, order_id: str, headers: Mapping[str, str], body: bytes) -> None:
        """Take what was posted about an order: whoever waits for it looks at once, and only looks.

        So what is posted twice, too early, too late or about an unknown order changes nothing. Raises
        `NotTheService`, or `ServiceBusy` when that cannot be told just now.
        """

    async def close(self) -> None:
        """Let go of connections; what is asked next opens them again."""
