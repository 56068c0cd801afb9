"""Pictures by a model on Replicate, or on anything that speaks its predictions. The only file that knows it.

Creating is not idempotent there and has no key, so it is never tried twice blindly: whoever does not know
whether an order was taken asks the list of predictions for the order's own seed and prompt first. Outputs
vanish after an hour and are fetched at once.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from agent.pictures.checked import MOST_BYTES, checked_picture
from agent.pictures.renderer import (
    NotTheService,
    Order,
    Refusal,
    Rendered,
    RenderError,
    ServiceBusy,
)

if TYPE_CHECKING:
    from replicate.client import Client
    from replicate.prediction import Prediction
    from replicate.webhook import WebhookSigningSecret

_UNSAFE = ("nsfw", "safety", "sensitive", "flagged", "moderation", "content policy")
_GONE = ("canceled", "aborted")
_PAGES_LOOKED_AT = 3
_LISTENING_LOOKS = 10
"""While the service is to tell when it is done, one look is taken in place of so many."""
_MOST_AGE_SECONDS = 300
"""Of what is posted: five minutes, as the service's guide on webhooks has it."""


@dataclass(frozen=True, slots=True)
class ReplicateSettings:
    """Which model renders and how long it may take."""

    model: str
    """owner/name."""
    version: str = ""
    """64 hexadecimal digits; empty: an official model, which has no versions."""
    key: str = field(default="", repr=False)
    base_url: str = ""
    timeout_seconds: float = 300.0
    poll_seconds: float = 2.0
    reference_input: str = ""
    """The model's input that takes a reference picture; empty: it takes none."""
    webhook_secret: str = field(default="", repr=False)
    """What the service signs with, "whsec_..."; empty: the service is asked for it."""


@dataclass(slots=True)
class _InHand:
    """An order that somebody here waits for."""

    told: asyncio.Event = field(default_factory=asyncio.Event)
    ticket: str = ""
    """The service's own id of it, where the service told it first."""


class ReplicateRenderer:
    """Renders through the `replicate` client, which is made with the first order and closed by `close`."""

    is_drawn = False

    def __init__(self, settings: ReplicateSettings) -> None:
        """Take settings; nothing is asked yet."""
        self._settings = settings
        self._opened: Client | None = None
        self._transport: httpx.AsyncHTTPTransport | None = None
        self._address = ""
        self._secret: WebhookSigningSecret | None = None
        self._in_hand: dict[str, _InHand] = {}
        self.name = f"{settings.model}:{settings.version}" if settings.version else settings.model

    def _client(self) -> Client:
        from replicate.client import Client

        if self._opened is None:
            settings = self._settings
            # The client closes nothing it opened; the transport below it is ours to close.
            self._transport = httpx.AsyncHTTPTransport()
            self._opened = Client(
                api_token=settings.key or "none",
                base_url=settings.base_url or None,
                timeout=httpx.Timeout(20.0, connect=10.0),
                transport=self._transport,
            )
        return self._opened

    async def close(self) -> None:
        """See `Renderer.close`."""
        if self._transport is not None:
            await self._transport.aclose()
        self._opened = self._transport = None

    def listen(self, address: str) -> None:
        """See `Renderer.listen`."""
        self._address = address.rstrip("/")

    async def hear(self, order_id: str, headers: Mapping[str, str], body: bytes) -> None:
        """See `Renderer.hear`: signed by HMAC with the service's secret, and not older than five minutes."""
        from replicate.webhook import Webhooks

        secret = await self._signing_secret()
        try:
            text = body.decode()
            Webhooks.validate(headers=dict(headers), body=text, secret=secret, tolerance=_MOST_AGE_SECONDS)
            ticket = json.loads(text)["id"]
        except (ValueError, TypeError, KeyError) as error:
            raise NotTheService from error
        waiting = self._in_hand.get(order_id)
        if waiting is not None and isinstance(ticket, str):
            waiting.ticket = ticket
            waiting.told.set()

    async def _signing_secret(self) -> WebhookSigningSecret:
        from replicate.webhook import WebhookSigningSecret

        if self._secret is None:
            if self._settings.webhook_secret:
                self._secret = WebhookSigningSecret(key=self._settings.webhook_secret)
            else:
                try:
                    self._secret = await self._client().webhooks.default.async_secret()
                except Exception as error:
                    raise ServiceBusy from error
        return self._secret

    def _input(self, order: Order) -> dict[str, Any]:
        width, height = (int(side) for side in order.size.split("x"))
        given: dict[str, Any] = {
            "prompt": order.prompt,
            "seed": order.seed,
            "width": width,
            "height": height,
            "output_format": "png",
        }
        if self._settings.reference_input and order.references:
            encoded = base64.b64encode(order.references[0]).decode()
            given[self._settings.reference_input] = f"data:image/png;base64,{encoded}"
        return given

    async def find(self, order: Order) -> str:
        """See `Renderer.find`: by seed and prompt among the latest predictions."""
        client = self._client()
        waiting = self._in_hand.setdefault(order.id, _InHand())
        if waiting.ticket:
            return waiting.ticket
        try:
            page = await client.predictions.async_list()
            for _ in range(_PAGES_LOOKED_AT):
                for one in page.results:
                    given = one.input or {}
                    if given.get("seed") == order.seed and given.get("prompt") == order.prompt:
                        return str(one.id)
                if not page.next:
                    return ""
                page = await client.predictions.async_list(page.next)
        except Exception as error:
            # Not knowing is no "no": whoever creates then may pay twice.
            raise ServiceBusy from error
        return ""

    async def begin(self, order: Order) -> str:
        """See `Renderer.begin`."""
        from replicate.exceptions import ReplicateError

        settings, client = self._settings, self._client()
        more: dict[str, Any] = {}
        if self._address:
            # Before it is handed over: what is posted may be here before the answer.
            self._in_hand.setdefault(order.id, _InHand())
            more = {"webhook": f"{self._address}/{order.id}", "webhook_events_filter": ["completed"]}
        given = self._input(order)
        try:
            if settings.version:
                made = await client.predictions.async_create(settings.version, given, **more)
            else:
                made = await client.predictions.async_create(model=settings.model, input=given, **more)
        except ReplicateError as error:
            status = error.status or 0
            if status == 429:
                raise ServiceBusy from error  # refused before anything was taken
            if status >= 500:
                raise  # it may have been taken
            self._in_hand.pop(order.id, None)
            raise RenderError(
                Refusal.UNREACHABLE if status in (401, 402, 403, 404) else Refusal.FAILED
            ) from error
        return str(made.id)

    async def finish(self, order: Order, ticket: str) -> Rendered:
        """See `Renderer.finish`: looks until the time is over, at once when it is told to; then cancels."""
        waiting = self._in_hand.setdefault(order.id, _InHand())
        try:
            return await self._waited_for(ticket, waiting.told)
        finally:
            self._in_hand.pop(order.id, None)

    async def _waited_for(self, ticket: str, told: asyncio.Event) -> Rendered:
        settings, client = self._settings, self._client()
        until = time.monotonic() + settings.timeout_seconds
        while True:
            # A service that is behind its own word is asked again soon.
            pause = settings.poll_seconds
            if self._address and not told.is_set():
                pause *= _LISTENING_LOOKS
            told.clear()
            made = await self._look(client, ticket)
            if made is not None and made.status == "succeeded":
                return await self._fetched(made.output)
            if made is not None and made.status == "failed":
                raise RenderError(_why(made.error))
            if made is not None and made.status in _GONE:
                raise RenderError(Refusal.CANCELLED)
            left = until - time.monotonic()
            if settings.poll_seconds > left:
                await self.cancel(ticket)
                raise RenderError(Refusal.TIMED_OUT)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), min(pause, left))

    async def _look(self, client: Client, ticket: str) -> Prediction | None:
        """Return how a prediction stands, None when nobody answers just now."""
        from replicate.exceptions import ReplicateError

        try:
            return await client.predictions.async_get(ticket)
        except ReplicateError as error:
            if error.status == 404:
                raise RenderError(Refusal.FAILED) from error
            return None
        except httpx.HTTPError:
            return None
        except ValueError as error:
            # The client knows no "aborted" (the deadline passed before it began) and calls it no prediction.
            raise RenderError(Refusal.CANCELLED if "status" in str(error) else Refusal.FAILED) from error

    async def _fetched(self, output: Any) -> Rendered:
        address = next(iter(output), "") if isinstance(output, list | tuple) else output
        if not isinstance(address, str) or not address:
            raise RenderError(Refusal.NO_PICTURE)
        if address.startswith("data:"):
            with contextlib.suppress(ValueError):
                return await asyncio.to_thread(checked_picture, base64.b64decode(address.partition(",")[2]))
            raise RenderError(Refusal.NO_PICTURE)
        return await asyncio.to_thread(checked_picture, await self._download(address))

    async def _download(self, address: str) -> bytes:
        base = urlsplit(self._settings.base_url)
        parts = urlsplit(address)
        # Another scheme or a plain address elsewhere is none that the service gives out.
        if parts.scheme != "https" and (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            raise RenderError(Refusal.NO_PICTURE)
        same = parts.netloc == base.netloc or parts.netloc.endswith(".replicate.com")
        headers = {"Authorization": f"Bearer {self._settings.key}"} if same and self._settings.key else {}
        held = bytearray()
        for attempt in range(3):
            held.clear()
            try:
                async with (
                    httpx.AsyncClient(timeout=30.0, follow_redirects=False) as client,
                    client.stream("GET", address, headers=headers) as answer,
                ):
                    if answer.status_code >= 500 or answer.status_code == 429:
                        await asyncio.sleep(self._settings.poll_seconds * (attempt + 1))
                        continue
                    if answer.status_code != 200:
                        raise RenderError(Refusal.NO_PICTURE)
                    async for piece in answer.aiter_bytes():
                        held += piece
                        if len(held) > MOST_BYTES:
                            raise RenderError(Refusal.NO_PICTURE)
                    return bytes(held)
            except httpx.HTTPError:
                await asyncio.sleep(self._settings.poll_seconds)
        raise ServiceBusy

    async def cancel(self, ticket: str) -> None:
        """See `Renderer.cancel`."""
        with contextlib.suppress(Exception):
            await self._client().predictions.async_cancel(ticket)


def _why(error: object) -> Refusal:
    said = str(error or "").casefold()
    return Refusal.UNSAFE if any(word in said for word in _UNSAFE) else Refusal.FAILED
