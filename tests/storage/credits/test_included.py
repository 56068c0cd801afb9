"""What comes of itself: included credits by month, text by day, tiers, one wallet for linked readers (A1)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from storage.credits.terms import Terms, Tier
from storage.credits.values import Unit
from storage.credits.wallet import Wallets
from storage.database import Database
from storage.errors import (
    NotEnoughCredits,
)
from tests.storage.credits.wallets import LATER, Clock, a_reader, a_wallet, standing

MONTHLY = Terms(
    {"free": Tier(included_credits=5), "patron": Tier(included_credits=50)}, "free", "Europe/Berlin"
)


async def test_included_credits_come_once_a_month_at_first_touch(database: Database) -> None:
    clock = Clock()
    wallets, reader = Wallets(database, MONTHLY, clock), await a_reader(database)
    told = await wallets.statement(reader)
    assert (told.balance, told.renews_at) == (5, datetime(2026, 11, 30, 23, tzinfo=UTC))
    await wallets.spend(reader, 2, intent="card", reason="portrait")
    clock.now = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
    assert (await wallets.statement(reader)).balance == 3
    clock.now = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)  # December in Berlin
    await asyncio.gather(
        *(wallets.spend(reader, 1, intent=f"december {n}", reason="portrait") for n in range(8))
    )
    with pytest.raises(NotEnoughCredits) as caught:
        await wallets.spend(reader, 1, intent="too many", reason="portrait")
    assert caught.value.renews_at == datetime(2026, 12, 31, 23, tzinfo=UTC)
    clock.now -= timedelta(days=3)  # a clock that was set back brings nothing twice
    assert await standing(wallets, reader) == (0, 0, 0)
    clock.now += timedelta(days=3)
    assert await standing(wallets, reader) == (0, 0, 0)


def test_a_period_ends_with_its_time_zones_month_or_day() -> None:
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin"):
        terms = Terms(zone=zone)
        for now in (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)):
            for unit in Unit:
                renews = terms.renews_at(unit, now)
                before = terms.period(unit, renews - timedelta(seconds=1))
                assert before == terms.period(unit, now) < terms.period(unit, renews)


async def test_a_statement_tells_the_last_entries_newest_first(database: Database) -> None:
    wallets, reader = await a_wallet(database, 99)
    for n in range(12):
        await wallets.spend(reader, 1, intent=f"act {n}", reason="portrait")
    told = await wallets.statement(reader)
    assert [entry.intent for entry in told.entries] == [f"act {n}" for n in range(11, 1, -1)]


DAILY = Terms({"free": Tier(questions_a_day=3, tokens_a_day=100), "patron": Tier(included_credits=50)})


async def test_a_days_allowance_of_text_is_used_up_lapses_and_comes_again(database: Database) -> None:
    clock = Clock()
    wallets, reader = Wallets(database, DAILY, clock), await a_reader(database)
    left = await wallets.left(reader, Unit.QUESTION)
    assert left is not None
    assert (left.limit, left.left, left.renews_at) == (3, 3, datetime(2026, 11, 22, tzinfo=UTC))
    for n in range(5):  # soft: the fourth takes nothing and says nothing
        await wallets.use_up(reader, Unit.QUESTION, 1, intent=f"question {n}")
    await wallets.use_up(reader, Unit.TOKEN, 70, intent="answer 1")
    await wallets.use_up(reader, Unit.TOKEN, 70, intent="answer 2")
    assert [(await wallets.left(reader, unit)).left for unit in (Unit.QUESTION, Unit.TOKEN)] == [0, 0]  # type: ignore[union-attr]
    clock.now += timedelta(days=1)
    await wallets.use_up(reader, Unit.QUESTION, 1, intent="next day")
    clock.now += timedelta(days=1)
    assert (await wallets.left(reader, Unit.QUESTION)).left == 3  # type: ignore[union-attr]
    assert await wallets.audit() == []
    # Credits are another unit, and a tier without a limit counts nothing.
    assert await standing(wallets, reader) == (0, 0, 0)
    await wallets.set_tier(reader, "patron")
    assert await wallets.left(reader, Unit.QUESTION) is None
    assert await Wallets(database).left(reader, Unit.QUESTION) is None


async def test_a_higher_tier_gives_the_difference_at_once_and_only_once(database: Database) -> None:
    clock = Clock()
    wallets, reader = Wallets(database, MONTHLY, clock), await a_reader(database)
    assert (await wallets.statement(reader)).balance == 5
    for _ in range(2):
        await wallets.set_tier(reader, "patron")
        assert await standing(wallets, reader) == (50, 0, 50)
        await wallets.set_tier(reader, "free")
    assert await wallets.tier(reader) == ("free", MONTHLY.tiers["free"])
    clock.now += timedelta(days=30)
    assert await standing(wallets, reader) == (55, 0, 55)


async def test_linked_readers_have_one_wallet_and_what_comes_free_later_follows(database: Database) -> None:
    clock = Clock()
    wallets = Wallets(database, MONTHLY, clock)
    kept, gone = await a_reader(database, "kept"), await a_reader(database, "gone")
    await wallets.grant(kept, 10, intent="kept", reason="gift")
    await wallets.grant(gone, 20, intent="gone", reason="gift")
    for hold in ("released", "settled"):
        await wallets.reserve(gone, 6, intent=hold, reason="scene", expires_at=LATER)
    await wallets.spend(gone, 1, intent="spent", reason="portrait")
    assert await standing(wallets, kept) == (15, 0, 15)
    await wallets.hand_over(gone, kept)
    async with database.write() as session:
        await session.execute(text("delete from user_identities where account = 'gone'"))
        await session.execute(text("delete from users where id = :gone"), {"gone": gone})
    # 20 and 5 included, less 1 spent and 12 held; the month's 5 are a gift that a reader has once.
    assert await standing(wallets, kept) == (22, 0, 22)
    await wallets.release("released", "failed")
    await wallets.settle("settled", 4)
    await wallets.refund("spent", intent="back", reason="failed")
    assert await standing(wallets, kept) == (31, 0, 31)
    # The same act again, by whoever speaks for the linked reader now.
    assert (await wallets.spend(kept, 1, intent="spent", reason="portrait")).amount == -1
    await wallets.hand_over("nobody", kept)
    assert await standing(wallets, kept) == (31, 0, 31)
