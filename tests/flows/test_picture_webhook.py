"""A service that posts when a picture is done: one picture and one charge, whatever it posts (A5, A6)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectorError

from bot.app import App, open_app
from bot.bots import bots
from bot.config import Config
from bot.picture_webhook import picture_webhook
from storage.errors import ConfigError
from tests.flows.discord_talks import discord_settings
from tests.leaks.test_pictures import RENDERED, picture_of, reads, wallet
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.picture_server import KEY, MODEL, SECRET, PictureServer
from tests.talking import Person, settings

GIVEN, PRICE = 50, 5
FOR_EVER = 600.0
"""Seconds between two looks: what is found sooner was told of."""


@dataclass
class Running:
    """The program while it listens, and who reads there."""

    app: App
    server: PictureServer
    ada: Person
    address: str

    async def has_one_picture_and_one_charge(self) -> bool:
        """Tell whether there is one picture, paid once, of one request to the service."""
        reader = await self.app.companion.reader_id("terminal", "ada")
        (card,) = await self.app.storage.library.books(reader)
        horizon = await self.app.storage.progress.find_horizon(reader, card.book_id)
        assert horizon is not None
        kept = await self.app.storage.pictures.gallery(reader, horizon)
        told = await wallet(self.app, "ada")
        assert await self.app.storage.wallets.audit() == []
        return (len(kept), told.balance, told.reserved, self.server.creates) == (1, GIVEN - PRICE, 0, 1)


def webhook_at(config: Config, server: PictureServer, **changed: Any) -> Config:
    """Return settings with a webhook on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pictures = replace(
        config.pictures,
        renderer="replicate",
        model=MODEL,
        base_url=server.url,
        key=KEY,
        timeout_seconds=2 * FOR_EVER,
        webhook_url=f"http://127.0.0.1:{port}/pictures",
        webhook_port=port,
    )
    return replace(config, pictures=replace(pictures, **changed))


@asynccontextmanager
async def listening(
    folder: Path, server: PictureServer, *, poll_seconds: float = FOR_EVER, secret: str = SECRET
) -> AsyncIterator[Running]:
    """Run the program with its webhook on a free port."""
    config = webhook_at(settings(folder / "data"), server, poll_seconds=poll_seconds, webhook_secret=secret)
    async with open_app(config) as app, picture_webhook(config.pictures, app.making):
        yield Running(app, server, await reads(app, "ada", folder, "ch 1"), config.pictures.webhook_url)


@pytest.mark.parametrize("how", ["", "twice", "early"])
@pytest.mark.parametrize("secret", [SECRET, ""], ids=["secret given", "secret asked for"])
async def test_a_picture_that_is_told_of_is_made_and_charged_once(
    tmp_path: Path, how: str, secret: str
) -> None:
    async with PictureServer() as server, listening(tmp_path, server, secret=secret) as run:
        server.posts.append(how)
        async with asyncio.timeout(60):
            assert picture_of(await run.ada.says(RENDERED))
            while len(server.posted) < (2 if how == "twice" else 1):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert set(server.posted) == {200}
        assert server.asked_for_secret == (0 if secret else 1)
        assert server.looks <= 3
        assert await run.has_one_picture_and_one_charge()


async def test_where_nothing_is_told_it_is_looked_at_and_what_is_told_later_changes_nothing(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, listening(tmp_path, server, poll_seconds=0.01) as run:
        server.posts.append("never")
        assert picture_of(await run.ada.says(RENDERED))
        (made,) = server.predictions.values()
        (kept,) = [b.action for b in (await run.ada.says("/gallery"))[-1].buttons if "show" in b.action]
        address = f"{run.address}/{kept.split()[-1]}"
        assert [await server.post(address, made.as_json()) for _ in range(3)] == [200] * 3
        failed = {**made.as_json(), "status": "failed", "output": None}
        assert await server.post(address, failed) == 200
        assert await run.has_one_picture_and_one_charge()
        # Of an order that nobody knows, and where there is none.
        assert await server.post(f"{run.address}/{'0' * 32}", made.as_json()) == 200
        assert await server.post(f"{run.address}/../etc", made.as_json()) == 404
        assert await run.has_one_picture_and_one_charge()


async def test_what_is_not_signed_by_the_service_or_is_old_is_refused_and_nobody_looks(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, listening(tmp_path, server) as run:
        server.posts.append("never")
        asked = asyncio.create_task(run.ada.says(RENDERED))
        async with asyncio.timeout(60):
            while not server.looks:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        (made,) = server.predictions.values()
        (waiting,) = await run.app.storage.pictures.unfinished()
        made.status = made.ends
        told, address = made.as_json(), f"{run.address}/{waiting.id}"
        other = "whsec_" + "c29tZWJvZHkgZWxzZQ=="
        refused = [
            await server.post(address, told, secret=other),
            await server.post(address, told, age_seconds=301),
            await server.post(address, told, age_seconds=-301),
            await server.post(address, told, **{"webhook-signature": "v1,"}),
            await server.post(address, told, **{"webhook-signature": "nothing"}),
            await server.post(address, told, **{"webhook-signature": ""}),
            await server.post(address, told, **{"webhook-timestamp": "soon"}),
            await server.post(address, told, **{"webhook-timestamp": "1"}),
            await server.post(address, told, **{"webhook-id": "another"}),
            await server.post(address, {"no": "id"}),
        ]
        assert refused == [403] * len(refused)
        assert server.looks == 1
        assert not asked.done()
        assert await server.post(address, told) == 200
        assert picture_of(await asyncio.wait_for(asked, 60))
        assert await run.has_one_picture_and_one_charge()


async def test_a_reply_that_was_lost_is_known_from_what_is_posted_when_the_list_does_not_tell(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, listening(tmp_path, server) as run:
        server.plan.append("lost")
        server.posts.append("early")
        server.has_list = False
        assert picture_of(await asyncio.wait_for(run.ada.says(RENDERED), 60))
        assert await run.has_one_picture_and_one_charge()


async def test_a_picture_that_fails_is_told_of_and_released(tmp_path: Path) -> None:
    async with PictureServer() as server, listening(tmp_path, server) as run:
        server.plan.append("failed")
        shown = await asyncio.wait_for(run.ada.says(RENDERED), 60)
        assert "Nothing was charged" in shown[-1].text
        told = await wallet(run.app, "ada")
        assert (told.balance, told.reserved) == (GIVEN, 0)


async def test_a_port_in_use_is_said_by_the_name_of_its_setting(tmp_path: Path) -> None:
    async with PictureServer() as server, listening(tmp_path, server) as run:
        with pytest.raises(ConfigError) as caught:
            async with picture_webhook(run.app.config.pictures, run.app.making):
                pass
        assert caught.value.key == "pictures.webhook_port"


async def test_it_listens_where_the_bots_run_and_nowhere_once_they_have_ended(tmp_path: Path) -> None:
    async with PictureServer() as server, DiscordServer() as discord:
        config = webhook_at(discord_settings(tmp_path / "data", discord), server, webhook_secret=SECRET)
        address = f"{config.pictures.webhook_url}/{'0' * 32}"
        async with open_app(config) as app, bots(app):
            assert await server.post(address, {"id": "p1"}) == 200
            assert await server.post(address, {"id": "p1"}, age_seconds=301) == 403
        with pytest.raises(ClientConnectorError):
            await server.post(address, {"id": "p1"})
