"""Credits that Discord sells: an entitlement is credited, then consumed, in this order and each once.

A consumable gives an entitlement that stays until it is consumed (Monetization, Implementing One-Time
Purchases): one that came while the bot was down, or was credited a moment before a kill, is found in the list
at the next start.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord

from bot.begun import Begun
from bot.discord_adapter.incoming import PLATFORM
from bot.discord_adapter.surface import ChannelSurface
from bot.markup import parse
from bot.presenter import Piece, Unreachable
from bot.replies import credits as wording
from storage.errors import PurchaseUnknown

if TYPE_CHECKING:
    from bot.app import App

log = logging.getLogger(__name__)

_LAST = discord.Object(2**63 - 1)
"""Before which every entitlement was given."""


class Sales:
    """The shop of one bot."""

    def __init__(self, app: App, client: discord.Client) -> None:
        """Sell what the configuration offers."""
        self._app = app
        self._client = client
        self._packs = {
            int(pack.discord_sku): (name, pack)
            for name, pack in app.config.credits.packs.items()
            if pack.discord_sku
        }
        self._begun = Begun("an entitlement")

    def take(self, entitlement: discord.Entitlement) -> None:
        """Begin to credit an entitlement that was given a moment ago."""
        self._begun.begin(self._credit(entitlement))

    def take_back(self, entitlement: discord.Entitlement) -> None:
        """Begin to take back what an entitlement brought that Discord has deleted."""
        self._begun.begin(self._take_back(entitlement))

    def look_back(self) -> None:
        """Begin to look for what was bought and deleted while nobody listened."""
        if self._packs:
            self._begun.begin(self._catch_up())

    async def settle(self) -> None:
        """Return when what was begun is done."""
        await self._begun.settle()

    # ---- inside ------------------------------------------------------------------------------

    async def _catch_up(self) -> None:
        skus = [discord.Object(sku) for sku in self._packs]
        try:
            # From the newest back: the other way the library forgets to ask for deleted ones too.
            listed = self._client.entitlements(limit=None, before=_LAST, skus=skus, exclude_deleted=False)
            async for entitlement in listed:
                if entitlement.deleted:
                    await self._take_back(entitlement)
                elif not entitlement.consumed:
                    await self._credit(entitlement)
        except discord.HTTPException as error:  # the next start looks again
            log.warning("entitlements could not be listed: %s", error.status)

    async def _credit(self, entitlement: discord.Entitlement) -> None:
        found = self._packs.get(entitlement.sku_id)
        if found is None or entitlement.user_id is None or entitlement.consumed:
            return  # a subscription, a server's, or not ours to credit
        name, pack = found
        reader = await self._app.companion.reader_id(PLATFORM, str(entitlement.user_id))
        is_new = await self._app.storage.purchases.keep(
            reader, platform=PLATFORM, receipt=str(entitlement.id), pack=name, credits=pack.credits
        )
        try:
            await entitlement.consume()
        except (
            discord.HTTPException
        ) as error:  # it is listed at the next start, and credited once all the same
            log.warning("an entitlement could not be consumed: %s", error.status)
        if is_new:
            told = await self._app.storage.wallets.statement(reader)
            await self._say(entitlement.user_id, wording.bought(pack.credits, told.balance))

    async def _take_back(self, entitlement: discord.Entitlement) -> None:
        purchases, receipt = self._app.storage.purchases, str(entitlement.id)
        try:
            before = await purchases.find(PLATFORM, receipt)
            after = await purchases.take_back(PLATFORM, receipt)
        except PurchaseUnknown:
            return
        if before.refunded_at is None and entitlement.user_id is not None:
            await self._say(entitlement.user_id, wording.taken_back(after.credits, after.taken_back))

    async def _say(self, user_id: int, text: str) -> None:
        try:
            channel = await self._client.create_dm(discord.Object(user_id))
            await ChannelSurface(channel, private=True).post(Piece(tuple(parse(text))), ())
        except (Unreachable, discord.HTTPException) as error:
            log.info("nobody could be told: %s", type(error).__name__)
