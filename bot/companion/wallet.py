"""A reader's wallet: what is in it, where it went, when more comes, and what may be bought."""

from __future__ import annotations

from bot.companion.scene import Messages, Scene, say
from bot.messages import Button, Kind
from bot.replies import credits
from storage.credits.values import Unit

TELEGRAM, DISCORD = "telegram", "discord"
"""The platforms that have a shop."""


async def wallet(scene: Scene, argument: str) -> Messages:
    """Show the wallet, with a button for each pack that this platform sells."""
    if not scene.message.private:
        yield say(credits.WALLET_IN_PRIVATE, kind=Kind.OWN)
        return
    wallets = scene.storage.wallets
    left = [await wallets.left(scene.reader_id, unit) for unit in (Unit.QUESTION, Unit.TOKEN)]
    name, tier = await wallets.tier(scene.reader_id)
    told = credits.wallet(
        await wallets.statement(scene.reader_id),
        tier.included_credits,
        [one for one in left if one is not None],
        name if len(scene.parts.config.credits.tiers) > 1 else "",
    )
    yield say(told, *_packs(scene))


def _packs(scene: Scene) -> list[Button]:
    """Return a button for each pack; each tells its price, on Discord by Discord itself."""
    platform, packs = scene.message.conversation.platform, scene.parts.config.credits.packs
    if platform == TELEGRAM:
        return [
            Button(credits.pack_for_stars(pack.credits, pack.stars), f"/buy {name}")
            for name, pack in packs.items()
            if pack.stars
        ]
    if platform == DISCORD:
        return [
            Button(credits.credits_of(pack.credits), f"/buy {name}", sku=pack.discord_sku)
            for name, pack in packs.items()
            if pack.discord_sku
        ]
    return []
