"""A picture is a durable job: killed anywhere, one picture and one charge, or none and none (T53, A6)."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from storage.pictures.files import FOLDER
from tests.flows.discord_talks import bot_on
from tests.flows.killed_while_picturing import GIVEN, main
from tests.forked import forked
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.picture_server import PictureServer

PRICE = 5


async def run(
    folder: Path, server: PictureServer, killed_at: str, database_url: str = "", what: str = "orders"
) -> tuple[int, dict[str, Any]]:
    """Return the exit code of a process, and what it says came of it."""
    folder.mkdir(exist_ok=True)
    told = (folder, server.url, killed_at, database_url, what)
    async with forked(main, *told, prints_to=folder / "printed") as process:
        code = await process.ended()
    assert (what != "resumes" and killed_at) or code == 0, process.complained
    return code, json.loads(process.printed[-1]) if code == 0 else {}


async def killed_and_taken_up(
    folder: Path, killed_at: str, database_url: str = "", what: str = "orders"
) -> tuple[dict[str, Any], int]:
    """Return what the second process says after the first was killed, and what the service was asked for."""
    async with PictureServer() as server:
        code, _ = await run(folder, server, killed_at, database_url, what)
        assert code == -9
        _, state = await run(folder, server, "waits", database_url, "resumes")
        return state, server.creates


async def test_a_picture_is_made_told_and_charged_once(tmp_path: Path) -> None:
    async with PictureServer() as server:
        _, state = await run(tmp_path / "data", server, "")
        assert state["told"] == ["picture"]
        assert (state["balance"], state["reserved"], state["pictures"]) == (GIVEN - PRICE, 0, 1)
        assert (server.creates, state["wrong"]) == (1, [])


@pytest.mark.parametrize("why", ["unsafe", "failed", "aborted", "no picture"])
async def test_what_comes_to_nothing_is_charged_nothing_and_said(tmp_path: Path, why: str) -> None:
    async with PictureServer() as server:
        server.plan.append(why)
        _, state = await run(tmp_path / "data", server, "")
        assert "Nothing was charged" in state["told"][0]
        assert (state["balance"], state["reserved"], state["pictures"]) == (GIVEN, 0, 0)
        assert state["wrong"] == []


BOUNDARIES = ["starting", "taken", "rendering", "stored", "settling", "settled", "telling"]


@pytest.mark.parametrize("where", BOUNDARIES)
async def test_killed_at_any_boundary_it_heals_to_one_picture_and_one_charge_t53(
    tmp_path: Path, where: str
) -> None:
    state, creates = await killed_and_taken_up(tmp_path / "data", where)
    assert (state["balance"], state["reserved"], state["pictures"]) == (GIVEN - PRICE, 0, 1)
    assert (state["shown"], state["told"]) == ([True], ["picture"])
    assert creates == 1
    # A file whose row was never written is swept, and only that.
    assert state["files"] - state["purged"] == 1
    assert state["wrong"] == []


@pytest.mark.parametrize("where", ["starting", "taken", "settling"])
async def test_a_storyboard_that_is_killed_heals_to_all_its_panels_each_charged_once_t53(
    tmp_path: Path, where: str
) -> None:
    state, creates = await killed_and_taken_up(tmp_path / "data", where, what="orders a board")
    assert (state["balance"], state["reserved"], state["pictures"]) == (GIVEN - 4 * PRICE, 0, 4)
    assert (creates, state["told"], state["wrong"]) == (4, ["picture"] * 4, [])


async def test_a_storyboard_killed_while_it_is_ordered_is_none_at_all_t53(tmp_path: Path) -> None:
    async with PictureServer() as server:
        code, _ = await run(tmp_path / "data", server, "ordering the last", what="orders a board")
        assert code == -9
        _, state = await run(tmp_path / "data", server, "", what="resumes")
        assert (state["balance"], state["reserved"], state["pictures"]) == (GIVEN, 0, 0)
        assert (server.creates, state["told"], state["wrong"]) == (0, [], [])


async def test_killed_before_it_is_ordered_there_is_no_picture_and_no_charge_t53(tmp_path: Path) -> None:
    async with PictureServer() as server:
        code, _ = await run(tmp_path / "data", server, "ordering")
        assert code == -9
        _, state = await run(tmp_path / "data", server, "", what="resumes")
        assert (state["balance"], state["reserved"], state["pictures"]) == (GIVEN, 0, 0)
        assert (server.creates, state["told"], state["wrong"]) == (0, [], [])


@pytest.mark.parametrize("where", BOUNDARIES)
async def test_on_postgresql_alike_t53(tmp_path: Path, where: str, postgres_url: str) -> None:
    state, creates = await killed_and_taken_up(tmp_path / "data", where, postgres_url)
    assert (state["balance"], state["reserved"], state["pictures"]) == (GIVEN - PRICE, 0, 1)
    assert (creates, state["told"], state["wrong"]) == (1, ["picture"], [])


async def test_a_start_of_the_bots_sweeps_a_file_that_nothing_knows_of(tmp_path: Path) -> None:
    folder = tmp_path / "data" / FOLDER
    folder.mkdir(parents=True)
    orphan, young = folder / f"{'a' * 32}.png", folder / f"{'b' * 32}.png"
    for path in (orphan, young):
        path.write_bytes(b"a picture")
    os.utime(orphan, (0, 0))
    async with DiscordServer() as server, bot_on(server, tmp_path / "data"):
        async with asyncio.timeout(30):
            while orphan.exists():  # noqa: ASYNC110  # a file tells nobody that it goes
                await asyncio.sleep(0.01)
        assert young.exists()
