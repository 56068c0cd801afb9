"""How many messages a second one Telegram bot carries, beside an echo bot on the same library.

The Bot API server of the fakes and the people run in a process of their own; the bot has this one. Each
person sends, waits for the whole answer and sends again. Telegram's own pace (30 messages a second) is off on
both sides, or it alone would be measured. Waiting times are of this machine, which is shared; the ratio to
the echo bot is not.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, TypeHandler

from bot.app import App, open_app
from bot.config import load_config
from bot.demo_book import build_demo_epub
from bot.telegram_adapter import build_application, telegram_bot
from bot.telegram_adapter.application import default_builder
from storage.reader.open_books import TalkKey
from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_records import Post
from tests.platform_fakes.telegram_server import TelegramServer

QUESTIONS = (
    "Who sent the rope to the Board?",
    "Where did Ada find the blue thread?",
    "Why did the porter carry the parcel up?",
    "What did Wick say to Ada?",
    "How deep is the Sunder?",
    "What is a marrel?",
)
ROUNDS = {1: 100, 50: 4, 500: 1}
"""Conversations at once, and how often each person speaks."""
MOST = max(ROUNDS)
_MOST_SECONDS = 60.0
Aim = Callable[[], Any]


def run(shared: Path) -> dict[str, object]:
    """Return the figures; `shared` is not needed."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    people = multiprocessing.get_context("spawn").Process(target=_people, args=(there,), daemon=True)
    people.start()
    try:
        return asyncio.run(_measure(here))
    finally:
        here.send(None)
        people.join(10)


# ---- the bots: this process ----------------------------------------------------------------


async def _measure(people: Connection) -> dict[str, object]:
    base_url, file_url, token, accounts = await _asked(people)
    figures: dict[str, object] = {}

    async def talk(name: str, kind: str) -> dict[int, float]:
        rates = {}
        for conversations, rounds in ROUNDS.items():
            people.send((kind, conversations, rounds))
            began = time.process_time()
            firsts, wholes, seconds = await _asked(people)
            spent = time.process_time() - began
            rates[conversations] = max(len(wholes), 1) / spent
            figures[f"{name}, {conversations} at once"] = {
                "answered, of": f"{len(wholes)} of {conversations * rounds}",
                "messages a second": len(wholes) / seconds,
                "messages a second of this processor": len(wholes) / spent,
                "to the first post p50, ms": _percentile(firsts, 50),
                "to the first post p99, ms": _percentile(firsts, 99),
                "to the whole answer p50, ms": _percentile(wholes, 50),
                "to the whole answer p99, ms": _percentile(wholes, 99),
            }
        return rates

    with tempfile.TemporaryDirectory() as folder:
        config, _ = load_config({}, data_dir=Path(folder) / "data")
        aimed = replace(
            config.telegram, token=token, base_url=base_url, file_url=file_url, messages_a_second=0
        )
        async with _echo(base_url, token):
            echo = await talk("echo bot", "where")
        async with open_app(replace(config, telegram=aimed)) as app:
            await _settle_readers(app, Path(folder) / "demo.epub", accounts)
            async with telegram_bot(app, build_application(default_builder(aimed))):
                people.send(("ask", 1, len(QUESTIONS)))  # what is loaded once is not a turn's cost
                await _asked(people)
                where = await talk("/where", "where")
                await talk("question", "ask")
    for conversations in ROUNDS:
        share = where[conversations] / echo[conversations]
        figures[f"/where, share of the echo bot's rate, {conversations} at once (goal 0.5)"] = share
    return figures


async def _asked(people: Connection) -> Any:
    return await asyncio.to_thread(people.recv)


@asynccontextmanager
async def _echo(base_url: str, token: str) -> AsyncIterator[None]:
    """Run the least bot that the library allows: it says what it heard."""
    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] = ApplicationBuilder().token(token)
    application = (
        builder.base_url(base_url).concurrent_updates(True).pool_timeout(30.0).connect_timeout(30.0).build()
    )

    async def say(update: Update, _context: Any) -> None:
        assert update.message is not None
        await application.bot.send_message(update.message.chat.id, update.message.text or "")

    application.add_handler(TypeHandler(Update, say))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        yield
        await application.updater.stop()
        await application.stop()


async def _settle_readers(app: App, file: Path, accounts: list[int]) -> None:
    """Give every account the demo book, a place in it, and the book open in their private chat."""
    file.write_bytes(build_demo_epub())
    storage = app.storage
    for account in accounts:
        reader = await storage.identities.reader_of("telegram", str(account))
        card = (await storage.library.add(file, owner_id=reader)).card
        match = await storage.library.locate(card.book_id, "ch 8")
        await storage.progress.move_to(reader, card.book_id, match)
        await storage.open_books.keep(TalkKey("telegram", str(account), "", reader), card.book_id)


# ---- the people and the server: another process --------------------------------------------


def _people(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    async with TelegramServer() as server:
        people = [server.person(f"P{n}") for n in range(MOST)]
        pipe.send((server.base_url, server.file_url, server.token, [person.id for person in people]))
        while (wanted := await asyncio.to_thread(pipe.recv)) is not None:
            kind, conversations, rounds = wanted
            pipe.send(await _talk(server, people[:conversations], kind, rounds))
            server.calls.clear()


async def _talk(
    server: TelegramServer, people: list[Person], kind: str, rounds: int
) -> tuple[list[float], list[float], float]:
    """Return the times to first posts and to whole answers in milliseconds, and the seconds of it all."""
    firsts: list[float] = []
    wholes: list[float] = []
    begun: dict[int, float] = {}
    ended: dict[int, asyncio.Event] = {person.id: asyncio.Event() for person in people}
    now = time.perf_counter

    def watch(post: Post) -> None:
        since = begun.get(post.chat.id)
        if since is None:
            return
        if len(post.texts) == 1:
            firsts.append((now() - since) * 1000)
        if kind == "where" or post.buttons:
            wholes.append((now() - since) * 1000)
            del begun[post.chat.id]
            ended[post.chat.id].set()

    async def speak(number: int, person: Person) -> None:
        for turn in range(rounds):
            ended[person.id].clear()
            begun[person.id] = now()
            person.sends("/where" if kind == "where" else QUESTIONS[(number + turn) % len(QUESTIONS)])
            await ended[person.id].wait()

    server.watch = watch
    started = now()
    speaking = [asyncio.ensure_future(speak(number, person)) for number, person in enumerate(people)]
    # What is not answered in a minute is left out, and said to be: a busy machine ends no run.
    await asyncio.wait(speaking, timeout=_MOST_SECONDS)
    for one in speaking:
        one.cancel()
    seconds = now() - started
    server.watch = None
    await server.taken()
    return firsts, wholes, seconds


def _percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1] if len(times) > 1 else max(times, default=0.0)


if __name__ == "__main__":
    for label, value in run(Path(os.environ.get("DOGEAR_SHARED", "../shared"))).items():
        print(f"{label}: {value}")
