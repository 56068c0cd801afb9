"""Updates of the small Bot API server: long polling and webhooks.

Each rule names where it is documented: "Bot API" is core.telegram.org/bots/api with the method or type.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError, ClientSession

from tests.platform_fakes.telegram_records import POLL_MOST, SECRET, Refused


class Updates:
    """What comes in for the bot, until it took it."""

    def __init__(self) -> None:
        self.webhook: dict[str, Any] = {}
        self.proxy = ""
        """Where a webhook's address leads: what a proxy that ends TLS does."""
        self._updates: list[dict[str, Any]] = []
        self._update_ids = itertools.count(870_000_001)
        self._more = asyncio.Condition()
        self._poll = 0
        self._undelivered = 0
        self._delivering: set[asyncio.Task[None]] = set()

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

    async def _get_webhook_info(self, params: dict[str, Any]) -> Any:
        """Bot API, WebhookInfo: the address is empty without one; the last error only where there was one."""
        info = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": self._undelivered,
        }
        errors = {key: self.webhook[key] for key in self.webhook if key.startswith("last_error_")}
        return info | errors

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
