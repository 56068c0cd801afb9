"""Credits bought over the real libraries: once for one payment, whatever is repeated, lost or given back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.bots import bots
from bot.config import Config, CreditsConfig, Pack
from storage.credits.purchases import Bought
from tests.flows.discord_talks import discord_settings
from tests.flows.telegram_talks import Running, running
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_records import Post
from tests.platform_fakes.telegram_server import TelegramServer

SKU = "1234567890123456789"
SHOP = CreditsConfig(packs={"small": Pack(20, 100, SKU), "large": Pack(200, 800)})


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database of either kind; empty for a file in the data folder."""
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else ""


def selling(folder: Path, server: DiscordServer, database_url: str) -> Config:
    """Return settings of a shop on Discord."""
    config = discord_settings(folder / "data", server)
    storage = replace(config.storage, database_url=database_url)
    return replace(config, storage=storage, credits=SHOP)


async def has(app: App, platform: str, account: str) -> int:
    reader = await app.companion.reader_id(platform, account)
    assert await app.storage.wallets.audit() == []
    return (await app.storage.wallets.statement(reader)).balance


async def offered(run: Running, person: Person, label: str = "Buy 20 credits · 100 Stars") -> Post:
    """Return the invoice for a pack that was pressed in the wallet."""
    await run.says(person, "/wallet")
    return (await run.presses(person, label))[-1]


async def test_a_pack_is_bought_for_stars_and_credited_once(tmp_path: Path, database_url: str) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server, credits=SHOP, database_url=database_url) as run:
            (wallet,) = await run.says(ada, "/wallet")
            assert wallet.labels == ["Buy 20 credits · 100 Stars", "Buy 200 credits · 800 Stars"]
            invoice = await offered(run, ada)
            charge, declined = await server.pays(ada, invoice)
            assert not declined
            await run.settled()
            assert "20 credits are yours now, 20 in all" in ada.private.last.text
            before = len(ada.private.posts)
            # Told again: the same update, and a new one of the same payment.
            server.push({"message": server.payment_message(ada, charge)})
            server.push({"message": server.payment_message(ada, charge)})
            await run.settled()
            assert len(ada.private.posts) == before
            assert await has(run.app, "telegram", str(ada.id)) == 20
            (wallet,) = await run.says(ada, "/wallet")
            assert "+20, bought on telegram" in wallet.text
        assert max(server.answered_after) < 10


async def test_a_payment_made_while_the_bot_was_down_is_credited_at_the_next_start(
    tmp_path: Path, database_url: str
) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server, credits=SHOP, database_url=database_url) as run:
            one, two = await offered(run, ada), await offered(run, ada)
            # Paid, and the message is lost with a bot that dies over it.
            lost, _ = await server.pays(ada, one, told=False)
            await server.pays(ada, two)
            await run.settled()
            assert await has(run.app, "telegram", str(ada.id)) == 20
        for _ in range(2):
            async with running(tmp_path / "data", server, credits=SHOP, database_url=database_url) as run:
                await run.settled()
                assert await has(run.app, "telegram", str(ada.id)) == 40
        server.gives_back(lost, told=False)
        async with running(tmp_path / "data", server, credits=SHOP, database_url=database_url) as run:
            await run.settled()
            assert await has(run.app, "telegram", str(ada.id)) == 20


async def test_a_pack_that_is_no_more_is_declined_before_anything_is_paid(
    tmp_path: Path, database_url: str
) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server, credits=SHOP, database_url=database_url) as run:
            invoice = await offered(run, ada)
            (wallet,) = await run.says(ada, "/wallet")
        dearer = CreditsConfig(packs={"small": Pack(20, 150)})
        for credits in (CreditsConfig(), dearer):
            async with running(tmp_path / "data", server, credits=credits, database_url=database_url) as run:
                charge, declined = await server.pays(ada, invoice)
                assert charge == ""
                assert "not sold any more" in declined
                assert await has(run.app, "telegram", str(ada.id)) == 0
        async with running(
            tmp_path / "data", server, credits=CreditsConfig(), database_url=database_url
        ) as run:
            (told,) = await run.after(lambda: ada.presses("Buy 20 credits · 100 Stars", wallet), ada.private)
            assert "not sold any more" in told.text


async def test_the_answer_before_a_payment_waits_for_no_turn_in_hand(
    tmp_path: Path, database_url: str
) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server, credits=SHOP, database_url=database_url) as run:
            invoice = await offered(run, ada)
            reader = await run.app.companion.reader_id("telegram", str(ada.id))
            # Her lane is busy, and somebody holds the database: neither is asked before the answer.
            async with run.app.storage.keeping():
                ada.sends("/wallet")
                charge, _ = await server.pays(ada, invoice)
            assert charge
            await run.settled()
            assert (await run.app.storage.wallets.statement(reader)).balance == 20


async def test_a_payment_that_telegram_gives_back_takes_its_credits_once(
    tmp_path: Path, database_url: str
) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server, credits=SHOP, database_url=database_url) as run:
            charge, _ = await server.pays(ada, await offered(run, ada))
            await run.settled()
            reader = await run.app.companion.reader_id("telegram", str(ada.id))
            await run.app.storage.wallets.spend(reader, 5, intent="card", reason="portrait")
            server.gives_back(charge)
            await run.settled()
            assert "15 credits were taken (5 were spent already)" in ada.private.last.text
            before = len(ada.private.posts)
            server.push({"message": server.payment_message(ada, charge, "refunded_payment")})
            await run.settled()
            assert len(ada.private.posts) == before
            assert await has(run.app, "telegram", str(ada.id)) == 0


async def test_a_wallet_is_shown_to_its_reader_alone(tmp_path: Path, database_url: str) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        group = server.group("Readers")
        async with running(tmp_path / "data", server, credits=SHOP, database_url=database_url) as run:
            (told,) = await run.says(ada, "/wallet@DogearBot", group)
            assert "alone" in told.text
            assert "Buy 20 credits · 100 Stars" not in told.labels


async def on_discord(app: App, server: DiscordServer, account: str, wanted: int) -> None:
    """Wait until somebody has so many credits, and everything bought is consumed."""
    for _ in range(1_000):
        await asyncio.sleep(0.02)
        open_ones = [one for one in server.entitlements if not one["consumed"] and not one["deleted"]]
        if await has(app, "discord", account) == wanted and not open_ones:
            return
    raise AssertionError(open_ones)


async def test_a_consumable_is_credited_then_consumed_and_once(tmp_path: Path, database_url: str) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        config = selling(tmp_path, server, database_url)
        async with open_app(config) as app, bots(app):
            wallet = await ada.slash("wallet")
            assert wallet.labels == [f"sku {SKU}"]
            bought = await server.buys(ada, SKU)
            await ada.sees("20 credits are yours now, 20 in all")
            await on_discord(app, server, ada.id, 20)
            await server.tells(bought)  # a resumed session is told again
            await server.buys(ada, "9" * 19, told=True)  # something else that the application sells
            server.entitlements.pop()
            # Bought while the gateway was away, and told by nobody.
            await server.buys(ada, SKU, told=False)
            await ada.slash("wallet")
            assert await has(app, "discord", ada.id) == 20
        for _ in range(2):
            async with open_app(config) as app, bots(app):
                await on_discord(app, server, ada.id, 40)
        assert sorted(set(server.consumed)) == sorted(one["id"] for one in server.entitlements)
        assert server.violations == []


async def test_one_that_was_credited_and_not_consumed_before_a_kill_is_consumed_later(
    tmp_path: Path, database_url: str
) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        config = selling(tmp_path, server, database_url)
        bought = await server.buys(ada, SKU, told=False)
        async with open_app(config) as app:
            reader = await app.companion.reader_id("discord", ada.id)
            await app.storage.purchases.keep(
                reader, platform="discord", receipt=bought["id"], pack="small", credits=20
            )
        async with open_app(config) as app, bots(app):
            await on_discord(app, server, ada.id, 20)


async def test_what_discord_gives_back_takes_its_credits_told_or_found_later(
    tmp_path: Path, database_url: str
) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        config = selling(tmp_path, server, database_url)
        async with open_app(config) as app, bots(app):
            one, two = await server.buys(ada, SKU), await server.buys(ada, SKU)
            await on_discord(app, server, ada.id, 40)
            await server.gives_back(one)
            await on_discord(app, server, ada.id, 20)
            await ada.sees("was given back")
        await server.gives_back(two, told=False)
        async with open_app(config) as app, bots(app):
            await on_discord(app, server, ada.id, 0)
            kept = await app.storage.purchases.list_of(await app.companion.reader_id("discord", ada.id))
            assert [(p.kind, p.taken_back) for p in kept] == [(Bought.CREDITS, 20)] * 2


@pytest.mark.parametrize("platform", ["terminal", "telegram"])
async def test_where_nothing_is_sold_a_wallet_has_no_buttons(tmp_path: Path, platform: str) -> None:
    async with TelegramServer() as server:
        ada = server.person("Ada")
        async with running(tmp_path / "data", server) as run:
            (wallet,) = await run.says(ada, "/wallet")
            assert wallet.labels == []
            assert "You have no credits" in wallet.text
            assert not server.made("getStarTransactions")
