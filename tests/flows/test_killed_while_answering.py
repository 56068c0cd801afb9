"""A bot is killed hard while it answers: nothing is lost, and nothing is answered twice (C1, C6)."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import replies
from bot.markup import to_plain
from tests.flows.killed_while_answering import main
from tests.forked import forked
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK

QUESTION = "Where did Oda find the letter?"
ANSWER = "third stone of the bridge"
CUT_SHORT = to_plain(replies.CUT_SHORT)[:40]


def said(person: Person, words: str) -> int:
    return sum(words in post.text for post in person.private.posts)


def unfinished(data: Path) -> int:
    """Return how many updates are not stored as answered yet, which is done a moment after they are."""
    with closing(sqlite3.connect(data / "dogear.db")) as database:
        (count,) = database.execute("select count(*) from updates where message is not null").fetchone()
    return int(count)


@pytest.mark.parametrize(
    ("killed_at", "answers", "words"), [("heard", 1, 0), ("asked", 1, 0), ("kept", 0, 1), ("posted", 1, 1)]
)
def test_on_telegram_a_question_is_answered_once_or_spoken_of_after_a_kill(
    tmp_path: Path, killed_at: str, answers: int, words: int
) -> None:
    async def walk() -> None:
        async with TelegramServer() as server:
            ada, ben = server.person("Ada"), server.person("Ben")
            printed = tmp_path / "printed"
            to = ("telegram", tmp_path / "data", server.base_url, server.file_url, server.token)
            async with forked(main, *to, killed_at, prints_to=printed) as process:
                for person in (ada, ben):
                    person.uploads(BOOK, "lamp.epub")
                    await server.until(lambda p=person: said(p, "Where are") == 1, 60)
                    person.sends("/at 3")
                    await server.until(lambda p=person: said(p, "using") == 1, 60)
                ada.sends(QUESTION)
                ada.sends("/where")  # waits its turn, and is not lost with it
                assert await process.ended(60) == -9
            async with forked(main, *to, "", prints_to=printed):
                await server.until(lambda: said(ada, "using") == 2 and said(ada, ANSWER) == answers, 60)
                ben.sends("/where")
                await server.until(lambda: said(ben, "using") == 2, 60)
                async with asyncio.timeout(60):
                    while unfinished(tmp_path / "data"):  # noqa: ASYNC110  # a file tells nobody
                        await asyncio.sleep(0.05)
            async with forked(main, *to, "", prints_to=printed):  # and the next start has nothing left to say
                ben.sends("/toc")
                await server.until(lambda: said(ben, "Chapter 1") == 1, 60)
            assert said(ada, ANSWER) == answers
            assert said(ada, CUT_SHORT) == words
            assert said(ada, "using") == 2
            assert said(ben, CUT_SHORT) == 0

    asyncio.run(walk())


def test_on_discord_a_command_that_was_in_hand_is_answered_by_a_message_to_its_asker_alone(
    tmp_path: Path,
) -> None:
    async def walk() -> None:
        async with DiscordServer() as server:
            guild = server.guild()
            channel = server.channel(guild)
            ada = server.person("ada")
            printed = tmp_path / "printed"
            to = ("discord", tmp_path / "data", server.api_url, server.gateway_url, server.token)
            async with forked(main, *to, "asked", prints_to=printed) as process:
                await server.until(lambda: server.sessions == 1, "connected")
                await ada.uploads("lamp.epub", BOOK)
                await ada.sees("Where are you")
                await ada.dm("/at 3")
                await ada.sees("using:")
                await ada.slash("open", book="Lamp", channel=channel)
                await ada.begins("ask", question=QUESTION, channel=channel)
                assert await process.ended(60) == -9
            async with forked(main, *to, "", prints_to=printed):
                await ada.sees(ANSWER)
            answered = [post for post in server.posts if ANSWER in post.text.replace("\\", "")]
            assert [post.channel_id for post in answered] == [ada.dm_channel]

    asyncio.run(walk())
