"""Both platforms, by the strongest check there is (E5): two files that are equal up to the reader's place and
different after it send the platform the same, to the byte: posts, what masks leave open, labels, files with
their pixels and names, notices, and what autocomplete offers.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from tests.flows.discord_talks import bot_on
from tests.flows.telegram_talks import running
from tests.leaks.test_every_command import READ, books, names
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_server import TelegramServer
from tests.prose import told_book

SEED = 3
_ID = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{8})(?![0-9a-f])")


def lines() -> list[str]:
    """Return what is said on either platform: of every kind that shows something of a book."""
    read = told_book(SEED, chapters=7).chapters[READ - 1].paragraphs[0]
    met = names(SEED)
    asked = ["Who burned the letter?", "What happens in the end?", "Who is Zorblax?", "What did Oda say?"]
    told = [f"/{name}" for name in "where toc cast places timeline relations catchmeup receipt".split()]
    told += [f"/{name}" for name in "memories gallery highlights library".split()]
    told += ["/cast things", "/cast 2", "/mentions Oda", "/who Oda", "/visualize Oda", "/visualize here"]
    told += [f"/who {name}" for name in met[-6:]] + [f"/visualize {met[-4]}", f"/define {met[-5]}"]
    told += [f"/highlight {read}", f"/quotecard {read}", "/quotecard 1", "/passage 1", "/sealed Introduction"]
    return [*asked, *told, read]


def digest(file: tuple[str, bytes] | None) -> str:
    return f"{file[0]} {sha256(file[1]).hexdigest()}" if file else ""


async def on_telegram(folder: Path, file: bytes) -> list[str]:
    """Return all that a reader is shown, alone and in a group, by the Bot API's own records."""
    async with TelegramServer() as server, running(folder, server) as run:
        ada, room = server.person("Ada"), server.group("The reading room")
        await run.reads(ada, file, f"/at ch {READ}")
        begun, notices = len(ada.private.posts), len(server.queries)
        for line in lines():
            await run.says(ada, line)
        for label in ("Passages", "Draw it from the words · free", "Set place", "This spoiled me"):
            await run.presses(ada, label)
        await run.says(ada, "/open Invented", room)
        for line in lines():
            command, _, rest = line.partition(" ")
            said = f"{command}@{server.me['username']} {rest}" if line[0] == "/" else f"@DogearBot {line}"
            await run.says(ada, said.strip(), room)
        shown = [
            f"{post.text} {post.entities} {post.labels} {digest(post.photo)} {digest(post.document)}"
            f" {post.has_spoiler} {post.unmasked}"
            for post in [*ada.private.posts[begun:], *room.posts]
        ]
        return [*shown, *map(str, list(server.queries.values())[notices:])]


async def on_discord(folder: Path, file: bytes) -> list[str]:
    """Return all that a reader is shown, alone and in a channel, and what is offered while they type."""
    async with DiscordServer() as server:
        channel = server.channel(server.guild())
        ada = server.person("ada")
        shown: list[str] = []
        async with bot_on(server, folder):
            await ada.uploads("book.epub", file)
            await ada.until_last("Where are you")
            await ada.slash("at", place=f"ch {READ}")
            await ada.slash("done")
            since = len(server.posts)
            for command in (
                "toc",
                "cast",
                "places",
                "where",
                "catchmeup",
                "relations",
                "timeline",
                "library",
            ):
                await ada.slash(command)
            for name in names(SEED)[-8:]:
                await ada.slash("who", name=name)
            for question in ("Who burned the letter?", "What happens in the end?", "Who is Zorblax?"):
                for public in (False, True):
                    await ada.slash("ask", question=question, channel=channel, public=public)
            for command, option in (("who", "name"), ("define", "word"), ("place", "name"), ("open", "book")):
                for typed in ("", "o", "T", "Ve", "zor"):
                    offered = await ada.types(command, option, typed)
                    shown.append(f"{command} {typed}: {offered}")
            met, *_ = await ada.types("who", "name", "")
            await ada.slash("who", name=met)
            for what in (f"{met} | go drawn", "Zorblax", "here"):
                await ada.slash("visualize", what=what)
            await ada.slash("gallery")
        for post in server.posts[since:]:
            files = [digest(one) for one in post.files]
            shown.append(f"{post.text} {post.labels} {files} {bool(post.only_for)}")
        for one in server.requests:
            shown += [f"{one.body.get('attachments')} {digest(file)}" for file in one.files]
        return shown


async def test_telegram_is_sent_the_same_for_two_books_equal_up_to_the_place(tmp_path: Path) -> None:
    one, other = books(SEED)
    ours, theirs = await on_telegram(tmp_path / "a", one), await on_telegram(tmp_path / "b", other)
    assert len(ours) > 2 * len(lines())
    assert [_ID.sub("ID", line) for line in ours] == [_ID.sub("ID", line) for line in theirs]
    assert sum(".png" in line for line in ours) > 4


async def test_discord_is_sent_the_same_for_two_books_equal_up_to_the_place(tmp_path: Path) -> None:
    one, other = books(SEED)
    ours, theirs = await on_discord(tmp_path / "a", one), await on_discord(tmp_path / "b", other)
    assert [_ID.sub("ID", line) for line in ours] == [_ID.sub("ID", line) for line in theirs]
    assert any(".png" in line for line in ours)
    assert len(ours[0]) > 50  # names are offered
