"""A book comes by its address: one way on both platforms, one status message, one sentence to refuse."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.config import FetchingConfig
from bot.fetching import Fetching
from bot.markup import to_plain
from bot.replies import refusals
from storage.errors import BookError, Excess, FetchFailed, Obstacle, TooLarge, UnsupportedFormat
from tests.books import Chapter, epub
from tests.flows.discord_talks import bot_on
from tests.flows.telegram_talks import running
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.file_server import FileServer
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK, CHAPTERS, INTRODUCTION, TITLE

ROOT = Path(__file__).parents[2]
LIMIT = 1_000_000
QUESTION = "Where did Oda find the letter?"
ANSWER = "third stone of the bridge"
REFUSALS: list[tuple[str, BookError]] = [
    ("told_big.epub", TooLarge(Excess.FILE_BYTES, LIMIT)),
    ("endless.epub", TooLarge(Excess.FILE_BYTES, LIMIT)),
    ("short.epub", FetchFailed(Obstacle.CUT)),
    ("slow.epub", FetchFailed(Obstacle.SLOW, 1)),
    ("gone.epub", FetchFailed(Obstacle.MISSING)),
    ("private.epub", FetchFailed(Obstacle.WITHHELD)),
    ("page.epub", FetchFailed(Obstacle.PAGE)),
    ("loop", FetchFailed(Obstacle.LOOP)),
    ("picture.png", UnsupportedFormat("png")),
    ("to?to=https://169.254.169.254/latest", FetchFailed(Obstacle.NOT_PUBLIC)),
    ("to?to=https://127.0.0.1/book.epub", FetchFailed(Obstacle.NOT_PUBLIC)),
    ("to?to=http://127.0.0.2/book.epub", FetchFailed(Obstacle.NOT_HTTPS)),
]


def aimed(app: Any, files: FileServer, seconds: float = 60.0) -> None:
    """Let a running program fetch from a server of files on loopback."""
    config = FetchingConfig(timeout_seconds=seconds, trusted_origin=files.url)
    folder = app.config.storage.data_dir / "uploads"
    app.reading._fetching = Fetching(config, LIMIT, folder)


def left_over(data: Path) -> list[Path]:
    """Return what lies in the folder of uploads."""
    return list((data / "uploads").glob("*"))


async def test_on_telegram_a_link_alone_becomes_a_book_with_one_status_message(tmp_path: Path) -> None:
    async with TelegramServer() as server, FileServer(BOOK) as files:
        async with running(tmp_path / "data", server) as run:
            aimed(run.app, files)
            ada = server.person("Ada")
            status, asked = await run.says(ada, f"{files.url}/book.epub")
            assert to_plain(TITLE.replace("*", "\\*")) in status.text
            assert "Where are you in it?" in asked.text
            await run.says(ada, "/at 3")
            (answer,) = await run.says(ada, QUESTION)
            assert ANSWER in answer.text
            status, *welcome = await run.says(ada, f"/add {files.url}/book.epub")
            assert "on your shelf already" in status.text
            assert "ch. 2" in welcome[-1].text  # the place that it was left at
        assert left_over(tmp_path / "data") == []


async def test_on_discord_the_command_takes_an_address_and_so_does_a_direct_message(tmp_path: Path) -> None:
    async with DiscordServer() as server, FileServer(BOOK) as files:
        channel = server.channel(server.guild())
        ada, ben = server.person("ada"), server.person("ben")
        async with bot_on(server, tmp_path / "data") as app:
            aimed(app, files)
            await ada.slash("add", url=f"{files.url}/book.epub", channel=channel)
            await ada.sees("Where are you in it?")
            await ada.slash("at", place="3", channel=channel)
            assert ANSWER in (await ada.slash("ask", question=QUESTION, channel=channel)).text
            assert all(post.only_for for post in server.posts if post.channel_id == channel)
            await ben.dm(f"<{files.url}/book.epub>")
            await ben.until_last("Where are you in it?")
            assert "as a file" in (await ben.slash("add")).text
        assert server.violations == []
        assert left_over(tmp_path / "data") == []


@pytest.mark.parametrize(("path", "why"), REFUSALS, ids=[path for path, _ in REFUSALS])
async def test_each_refusal_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, path: str, why: BookError
) -> None:
    async with TelegramServer() as server, FileServer(BOOK) as files:
        async with running(tmp_path / "data", server) as run:
            aimed(run.app, files, seconds=1.0 if path.startswith("slow") else 60.0)
            ada = server.person("Ada")
            (said,) = await run.says(ada, f"{files.url}/{path}")
            assert said.text == to_plain(refusals.sentence(why))
            (shelf,) = await run.says(ada, "/library")
            assert "Send me the book" in shelf.text
        assert left_over(tmp_path / "data") == []


async def test_as_configured_out_of_the_box_nothing_of_this_machine_is_asked(tmp_path: Path) -> None:
    async with TelegramServer() as server, FileServer(BOOK) as files:
        async with running(tmp_path / "data", server) as run:
            ada = server.person("Ada")
            (plain,) = await run.says(ada, f"{files.url}/book.epub")
            (secure,) = await run.says(ada, f"{files.url.replace('http:', 'https:')}/book.epub")
            assert plain.text == to_plain(refusals.sentence(FetchFailed(Obstacle.NOT_HTTPS)))
            assert secure.text == to_plain(refusals.sentence(FetchFailed(Obstacle.NOT_PUBLIC)))
        assert files.asked == []


async def test_an_address_among_words_or_in_a_group_is_talk(tmp_path: Path) -> None:
    async with TelegramServer() as server, FileServer(BOOK) as files:
        group = server.group("Readers")
        async with running(tmp_path / "data", server) as run:
            aimed(run.app, files)
            ada = server.person("Ada")
            await run.says(ada, f"is {files.url}/book.epub any good?")
            await run.says(ada, f"@DogearBot {files.url}/book.epub", group)
        assert files.asked == []


async def test_stop_ends_a_fetch_and_nothing_stays(tmp_path: Path) -> None:
    async with TelegramServer() as server, FileServer(BOOK) as files:
        async with running(tmp_path / "data", server) as run:
            aimed(run.app, files)
            ada = server.person("Ada")
            ada.sends(f"{files.url}/slow.epub")
            await server.until(lambda: any("Fetching" in post.text for post in ada.private.posts))
            ada.sends("stop")
            await asyncio.wait_for(files.hung_up.wait(), 30)
            await run.settled()
            assert ada.private.last.text == "Stopped."
        assert left_over(tmp_path / "data") == []


def test_a_bot_that_is_killed_while_it_fetches_begins_again_at_the_next_start(tmp_path: Path) -> None:
    async def walk() -> None:
        async with TelegramServer() as server, FileServer(BOOK) as files:
            ada = server.person("Ada")
            environment = {
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "DOGEAR_TELEGRAM_TOKEN": server.token,
                "DOGEAR_TELEGRAM_BASE_URL": server.base_url,
                "DOGEAR_STORAGE_EMBEDDER_KIND": "none",
                "DOGEAR_FETCHING_TRUSTED_ORIGIN": files.url,
            }

            async def started() -> asyncio.subprocess.Process:
                return await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", "bots", "--data", str(tmp_path / "data"),
                    env=environment, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                )  # fmt: skip

            def said(words: str) -> int:
                return sum(words in post.text for post in ada.private.posts)

            process = await started()
            try:
                ada.sends(f"{files.url}/slow.epub")
                await server.until(lambda: said("Fetching") == 1, 60)
                process.kill()
                await process.wait()
                files.is_quick = True
                process = await started()
                await server.until(lambda: said("Where are you in it?") == 1, 60)
            finally:
                process.kill()
                await process.wait()
            assert len(files.asked) == 2

    asyncio.run(walk())


def story(ending: str) -> bytes:
    """Return the book with other words in its later chapters."""
    later = Chapter("Chapter 4: The Green Coat", (ending,), depth=1)
    return epub((*CHAPTERS[:4], later), title=TITLE, author="Hespa Ombrey", front=(INTRODUCTION,))


async def test_two_books_that_differ_only_later_are_fetched_with_the_same_words(tmp_path: Path) -> None:
    # T40: what is shown while a book is fetched and read tells nothing of it but what its card may.
    shown = []
    for number, ending in enumerate(("He had been her brother.", "She had lost her letter.")):
        async with TelegramServer() as server, FileServer(story(ending)) as files:
            async with running(tmp_path / str(number), server) as run:
                aimed(run.app, files)
                ada = server.person("Ada")
                await run.says(ada, f"{files.url}/book.epub")
                await run.says(ada, "/at 3")
                await run.says(ada, QUESTION)
            assert ending not in server.all_sent()
            shown.append([post.text for post in ada.private.posts])
    assert shown[0] == shown[1]
