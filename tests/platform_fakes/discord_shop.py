"""What the small Discord sells: consumables, their entitlements, consuming and deleting them.

Each rule names the page of discord.com/developers/docs that states it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.platform_fakes.discord_interactions import Interactions
from tests.platform_fakes.discord_records import Json, Refused, Request

if TYPE_CHECKING:
    from tests.platform_fakes.discord_people import Person

PURCHASE = 1  # Entitlement Resource, Entitlement Types
MOST = 100  # Entitlement Resource, List Entitlements: limit "1-100"


class Shop(Interactions):
    """Who has bought what."""

    def __init__(self) -> None:
        super().__init__()
        self.entitlements: list[Json] = []
        self.consumed: list[str] = []

    async def buys(self, person: Person, sku: str, *, told: bool = True) -> Json:
        """Buy a consumable (Monetization, Implementing One-Time Purchases): it stays until it is consumed."""
        given = {
            "id": self._id(),
            "sku_id": sku,
            "application_id": self.bot["id"],
            "user_id": person.id,
            "type": PURCHASE,
            "deleted": False,
            "consumed": False,
        }
        self.entitlements.append(given)
        if told:
            await self.tells(given)
        return given

    async def tells(self, entitlement: Json, event: str = "ENTITLEMENT_CREATE") -> None:
        """Send an entitlement's event (Gateway Events, Entitlements)."""
        await self.dispatch(event, entitlement, guild_id=None)

    async def gives_back(self, entitlement: Json, *, told: bool = True) -> None:
        """Delete an entitlement, as Discord does for a refund (Gateway Events, Entitlement Delete)."""
        entitlement["deleted"] = True
        if told:
            await self.tells(entitlement, "ENTITLEMENT_DELETE")

    def _shop_routes(self) -> list[tuple[str, str, Any]]:
        return [
            ("GET", "/applications/{app}/entitlements", self._list_entitlements),
            ("POST", "/applications/{app}/entitlements/{id}/consume", self._consume),
        ]

    async def _list_entitlements(self, http: web.Request, request: Request) -> list[Json]:
        query = http.query
        skus = query.get("sku_ids", "").split(",") if query.get("sku_ids") else None
        limit, after = int(query.get("limit", MOST)), int(query.get("after", 0))
        if not 1 <= limit <= MOST:
            self._check({"limit": ("NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")})
        before = int(query.get("before", 2**63))
        # "Whether or not deleted entitlements should be omitted. Defaults to true if not provided"
        found = [
            one
            for one in self.entitlements
            if (skus is None or one["sku_id"] in skus)
            and after < int(one["id"]) < before
            and not (one["deleted"] and query.get("exclude_deleted", "1") == "1")
        ]
        return found[-limit:] if "before" in query else found[:limit]

    async def _consume(self, http: web.Request, request: Request) -> None:
        for one in self.entitlements:
            if one["id"] == http.match_info["id"]:
                one["consumed"] = True
                self.consumed.append(one["id"])
                return
        raise Refused(404, 10029, "Unknown Entitlement")
