"""The flows that the page tells: the real program on servers on loopback, with the demo book."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bot.demo_book import build_demo_epub
from tests.flows.discord_talks import bot_on
from tests.flows.telegram_talks import Running, running
from tests.platform_fakes.discord_people import Person as DiscordPerson
from tests.platform_fakes.discord_records import Post as DiscordPost
from tests.platform_fakes.discord_server import DiscordServer
from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_records import Chat, Post
from tests.platform_fakes.telegram_server import TelegramServer
from tests.replies_page.reading import Said, Scene, plain, read_entities, read_markdown

BOOK = "the-left-laid-rope.epub"
PLACE = "ch 3"
QUESTION = "Who is Wick?"
LATER = "Who is Isaude Sallow?"
BOT, ADA = "Dogear", "Ada"
ONLY_YOU = "Only you can see this"


async def play() -> list[Scene]:
    """Return the scenes as they go today."""
    with tempfile.TemporaryDirectory() as folder:
        return [*await _on_telegram(Path(folder) / "telegram"), *await _on_discord(Path(folder) / "discord")]


async def _on_telegram(data: Path) -> list[Scene]:
    async with TelegramServer() as server, running(data, server) as run:
        ada, circle = server.person(ADA), server.group("Reading circle")
        begun = [Said(ADA, plain(f"📎 {BOOK}")), *_told(await run.uploads(ada, build_demo_epub(), BOOK))]
        begun += await _says(run, ada, f"/at {PLACE}")
        asked = await _says(run, ada, QUESTION)
        asked += await _says(run, ada, LATER)
        await run.says(ada, QUESTION)  # whose citations are counted
        card = await _says(run, ada, "/quotecard 3")
        room = await _says(run, ada, f"@DogearBot {QUESTION}", circle)
    return [
        Scene(
            "telegram-begin",
            "A book and a place, on Telegram",
            "A book is sent as a file and read in a moment; then Dogear asks where its reader is. What it "
            "shows of the place is the text before it, never what comes.",
            "telegram",
            tuple(begun),
        ),
        Scene(
            "telegram-ask",
            "A question, and one about a name that was not met",
            "Each sentence says where it stands. Somebody not met yet, somebody who never comes and nonsense "
            "get the same words and the same buttons.",
            "telegram",
            tuple(asked),
        ),
        Scene(
            "telegram-card",
            "A line that was read, as a picture",
            "A citation of the last answer, drawn with the place that it stands at.",
            "telegram",
            tuple(card),
        ),
        Scene(
            "telegram-group",
            "In a group",
            "All that tells of the story lies under the mask until somebody presses it; in the open are "
            "the book and how far the answer goes.",
            "telegram",
            tuple(room),
        ),
    ]


async def _says(run: Running, person: Person, text: str, chat: Chat | None = None) -> list[Said]:
    return [Said(ADA, plain(text)), *_told(await run.says(person, text, chat))]


def _told(posts: list[Post]) -> list[Said]:
    return [
        Said(
            BOT,
            read_entities(post.text, post.entities),
            tuple(tuple(button["text"] for button in row) for row in post.buttons),
            post.photo[1] if post.photo else b"",
            post.has_spoiler,
        )
        for post in posts
    ]


async def _on_discord(data: Path) -> list[Scene]:
    async with DiscordServer() as server:
        channel = server.channel(server.guild())
        ada = server.person("ada")
        async with bot_on(server, data):
            await ada.uploads(BOOK, build_demo_epub())
            await ada.until_last("Where are you")
            alone = await _uses(ada, channel, "at", place=PLACE)
            alone += await _uses(ada, channel, "ask", question=QUESTION)
            room = await _uses(ada, channel, "ask", question=QUESTION, public=True)
    return [
        Scene(
            "discord-alone",
            "In a channel on Discord, for its asker alone",
            "A command in a channel is answered to whoever used it, and to nobody else.",
            "discord",
            tuple(alone),
        ),
        Scene(
            "discord-room",
            "In a channel on Discord, for all to see",
            "Asked with `public:True`, the answer stands in the channel, behind Discord's mask.",
            "discord",
            tuple(room),
        ),
    ]


async def _uses(person: DiscordPerson, channel: str, name: str, **options: Any) -> list[Said]:
    typed = " ".join(f"{key}:{value}" for key, value in options.items())
    interaction = await person.slash(name, channel=channel, **options)
    return [Said(ADA, plain(f"/{name} {typed}")), *(_shown(post) for post in interaction.posts)]


def _shown(post: DiscordPost) -> Said:
    rows = [row["components"] for row in post.raw["components"]]
    buttons = tuple(tuple(part["label"] for part in row if "label" in part) for row in rows)
    return Said(BOT, read_markdown(post.text), buttons, note=ONLY_YOU if post.only_for else "")
