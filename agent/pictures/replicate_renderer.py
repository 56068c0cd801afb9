"""Pictures by a model on Replicate, or on anything that speaks its predictions. The only file that knows it.

Creating is not idempotent there and has no key, so it is never tried twice blindly: whoever does not know
whether an order was taken asks the list of predictions for the order's own seed and prompt first. Outputs
vanish after an hour and are fetched at once.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from agent.pictures.checked import MOST_BYTES, checked_picture
from agent.pictures.renderer import Order, Refusal, Rendered, RenderError, ServiceBusy

if TYPE_CHECKING:
    from replicate.client import Client
    from replicate.prediction import Prediction

_UNSAFE = ("nsfw", "safety", "sensitive", "flagged", "moderation", "content policy")
_GONE = ("canceled", "aborted")
_PAGES_LOOKED_AT = 3


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


class ReplicateRenderer:
    """Renders through the `replicate` client, which is made with the first order and closed by `close`."""

    is_drawn = False

    def __init__(self, settings: ReplicateSettings) -> None:
        """Take settings; nothing is asked yet."""
        self._settings = settings
        self._opened: Client | None = None
        self._transport: httpx.AsyncHTTPTransport | None = None
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
        try:
            if settings.version:
                made = await client.predictions.async_create(settings.version, self._input(order))
            else:
                made = await client.predictions.async_create(model=settings.model, input=self._input(order))
        except ReplicateError as error:
            status = error.status or 0
            if status == 429:
                raise ServiceBusy from error  # refused before anything was taken
            if status >= 500:
                raise  # it may have been taken
            raise RenderError(
                Refusal.UNREACHABLE if status in (401, 402, 403, 404) else Refusal.FAILED
            ) from error
        return str(made.id)

    async def finish(self, order: Order, ticket: str) -> Rendered:
        """See `Renderer.finish`: polls until the time is over, then cancels."""
        settings, client = self._settings, self._client()
        until = time.monotonic() + settings.timeout_seconds
        while True:
            made = await self._look(client, ticket)
            if made is not None and made.status == "succeeded":
                return await self._fetched(made.output)
            if made is not None and made.status == "failed":
                raise RenderError(_why(made.error))
            if made is not None and made.status in _GONE:
                raise RenderError(Refusal.CANCELLED)
            if time.monotonic() + settings.poll_seconds > until:
                await self.cancel(ticket)
                raise RenderError(Refusal.TIMED_OUT)
            await asyncio.sleep(settings.poll_seconds)

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
