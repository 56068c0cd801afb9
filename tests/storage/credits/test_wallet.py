"""The wallet: one entry an act, never below zero, and every act may be asked for again (A1-A5, A7, T53)."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.credits.values import MOST, Kind
from storage.credits.wallet import Wallets
from storage.database import Database
from storage.errors import (
    AlreadyRefunded,
    BadAmount,
    HoldEnded,
    IntentReused,
    IntentUnknown,
    NotEnoughCredits,
    ReaderUnknown,
)
from tests.storage.credits.wallets import LATER, Clock, a_reader, a_wallet, standing


async def test_a_new_wallet_is_empty_and_a_grant_fills_it(database: Database) -> None:
    wallets, reader = Wallets(database), await a_reader(database)
    assert await standing(wallets, reader) == (0, 0, 0)
    entry = await wallets.grant(reader, 5, intent="gift", reason="welcome")
    assert (entry.kind, entry.amount, entry.held) == (Kind.GRANT, 5, 0)
    assert await standing(wallets, reader) == (5, 0, 5)


async def test_a_hold_is_settled_in_whole_or_in_part_or_let_go(database: Database) -> None:
    wallets, reader = await a_wallet(database, 10)
    for name, amount in (("whole", 3), ("part", 4), ("none", 3)):
        await wallets.reserve(reader, amount, intent=name, reason="portrait", expires_at=LATER)
    assert await standing(wallets, reader) == (10, 10, 0)
    assert (await wallets.settle("whole")).amount == -3
    settled = await wallets.settle("part", 1)
    assert (settled.amount, settled.held, settled.about) == (-1, -4, "part")
    assert (await wallets.release("none", "refused")).held == -3
    assert await standing(wallets, reader) == (6, 0, 6)


async def test_the_same_act_again_returns_its_first_result(database: Database) -> None:
    # A3: replayed one to five times at any point, even when it could not be done any more.
    wallets, reader = await a_wallet(database, 5)
    acts: list[Any] = [
        lambda: wallets.grant(reader, 2, intent="more", reason="gift"),
        lambda: wallets.reserve(reader, 3, intent="hold", reason="scene", expires_at=LATER),
        lambda: wallets.settle("hold", 2),
        lambda: wallets.spend(reader, 5, intent="card", reason="portrait"),
        lambda: wallets.refund("card", intent="back", reason="failed"),
        lambda: wallets.refund("hold", intent="back too", reason="failed"),
        lambda: wallets.spend(reader, 7, intent="all", reason="storyboard"),
    ]
    first = []
    for act in acts:
        first.append(await act())
        assert await act() == first[-1]
    for _ in range(3):
        assert [await act() for act in acts] == first
    assert await standing(wallets, reader) == (0, 0, 0)
    other = Wallets(database)  # after a restart
    assert await other.spend(reader, 5, intent="card", reason="portrait") == first[3]


async def test_a_key_stands_for_one_act(database: Database) -> None:
    wallets, reader = await a_wallet(database, 9)
    other = await a_reader(database, "two")
    await wallets.spend(reader, 1, intent="key", reason="portrait")
    for again in (
        wallets.spend(reader, 2, intent="key", reason="portrait"),
        wallets.spend(other, 1, intent="key", reason="portrait"),
        wallets.spend(reader, 1, intent="key", reason="scene"),
        wallets.grant(reader, 1, intent="key", reason="portrait"),
        wallets.reserve(reader, 1, intent="key", reason="portrait", expires_at=LATER),
        wallets.refund("first-spend", intent="key", reason="portrait"),
    ):
        with pytest.raises((IntentReused, IntentUnknown)):
            await again
    assert await standing(wallets, reader) == (8, 0, 8)


async def test_a_hold_ends_exactly_once(database: Database) -> None:
    # A4: the later of two enders is told by name.
    wallets, reader = await a_wallet(database, 9)
    for name in ("settled", "released"):
        await wallets.reserve(reader, 4, intent=name, reason="scene", expires_at=LATER)
    await wallets.settle("settled")
    await wallets.release("released", "timed out")
    for late in (wallets.release("settled", "x"), wallets.settle("released"), wallets.settle("settled", 3)):
        with pytest.raises(HoldEnded):
            await late
    assert (await wallets.release("released", "another reason")).reason == "timed out"
    assert (await wallets.settle("settled", 4)).amount == -4
    with pytest.raises(IntentUnknown):
        await wallets.settle("never")
    with pytest.raises(IntentUnknown):
        await wallets.release("first", "that was a grant")
    assert await standing(wallets, reader) == (5, 0, 5)


async def test_no_more_is_settled_than_was_held(database: Database) -> None:
    wallets, reader = await a_wallet(database, 9)
    await wallets.reserve(reader, 4, intent="hold", reason="scene", expires_at=LATER)
    with pytest.raises(BadAmount):
        await wallets.settle("hold", 5)
    assert await standing(wallets, reader) == (9, 4, 5)


async def test_a_charge_is_given_back_once(database: Database) -> None:
    # A5
    wallets, reader = await a_wallet(database, 9)
    await wallets.spend(reader, 4, intent="card", reason="portrait")
    assert (await wallets.refund("card", intent="back", reason="failed")).amount == 4
    with pytest.raises(AlreadyRefunded):
        await wallets.refund("card", intent="back again", reason="failed")
    with pytest.raises(IntentUnknown):
        await wallets.refund("first", intent="of a grant", reason="failed")
    assert await standing(wallets, reader) == (9, 0, 9)


async def test_who_cannot_pay_is_told_what_is_needed_and_what_is_there(database: Database) -> None:
    wallets, reader = await a_wallet(database, 9)
    await wallets.reserve(reader, 6, intent="hold", reason="scene", expires_at=LATER)
    with pytest.raises(NotEnoughCredits) as caught:
        await wallets.spend(reader, 4, intent="card", reason="portrait")
    assert (caught.value.needed, caught.value.available, caught.value.renews_at) == (4, 3, None)
    with pytest.raises(ReaderUnknown):
        await wallets.grant("nobody", 4, intent="gift", reason="welcome")
    # What was refused left no trace: the same key may be tried again.
    await wallets.release("hold", "refused")
    assert (await wallets.spend(reader, 4, intent="card", reason="portrait")).amount == -4


ODD = st.one_of(
    st.booleans(),
    st.floats(),
    st.integers(max_value=0),
    st.integers(min_value=MOST + 1),
    st.text(),
    st.none(),
    st.decimals(),
    st.sampled_from([2**31, 2**63, -(2**63), 10**30, "10", "٣", "0x1", math.nan, 1.0, 1 + 0j, b"1", [1]]),
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(amount=ODD)
async def test_an_odd_amount_is_refused_by_every_act(amount: Any) -> None:
    # A7: before anything of a database is asked.
    wallets = Wallets(Database("sqlite+aiosqlite:///never-opened.db"))
    for act in (
        wallets.grant("reader", amount, intent="key", reason="gift"),
        wallets.spend("reader", amount, intent="key", reason="gift"),
        wallets.reserve("reader", amount, intent="key", reason="gift", expires_at=LATER),
    ):
        with pytest.raises(BadAmount):
            await act
    if amount is not None:  # which means all of it
        with pytest.raises(BadAmount):
            await wallets.settle("key", amount)


@pytest.mark.parametrize("words", ["", "x" * 201, "two\nlines", "\ud800", "\x00", 7, None])
async def test_a_key_or_reason_that_is_no_short_line_is_refused(database: Database, words: Any) -> None:
    wallets, reader = await a_wallet(database)
    with pytest.raises(ValueError):
        await wallets.grant(reader, 1, intent=words, reason="gift")
    with pytest.raises(ValueError):
        await wallets.grant(reader, 1, intent="key", reason=words)
    with pytest.raises(ValueError):
        await wallets.grant(reader, 1, intent=f"included#{words}", reason="gift")


async def test_of_fifty_who_race_for_the_last_credit_one_wins(database: Database) -> None:
    # A2
    wallets, reader = await a_wallet(database, 1)
    for race in range(2):

        async def take(n: int, race: int = race) -> bool:
            try:
                await wallets.spend(reader, 1, intent=f"race {race} {n}", reason="portrait")
            except NotEnoughCredits:
                return False
            return True

        assert sum(await asyncio.gather(*(take(n) for n in range(50)))) == 1
        assert await standing(wallets, reader) == (0, 0, 0)
        await wallets.grant(reader, 1, intent=f"again {race}", reason="gift")


async def test_fifty_who_ask_for_the_same_act_are_one_act(database: Database) -> None:
    wallets, reader = await a_wallet(database, 9)
    other = Wallets(database)
    got = await asyncio.gather(
        *((wallets, other)[n % 2].spend(reader, 5, intent="one", reason="scene") for n in range(50))
    )
    assert len(set(got)) == 1
    assert await standing(wallets, reader) == (4, 0, 4)


async def test_of_many_who_end_a_hold_together_one_does(database: Database) -> None:
    wallets, reader = await a_wallet(database, 9)
    for n in range(3):
        await wallets.reserve(reader, 9, intent=f"hold {n}", reason="scene", expires_at=LATER)
        enders = [wallets.settle(f"hold {n}", part) for part in (1, 2, 3)]
        results = await asyncio.gather(
            *enders, wallets.release(f"hold {n}", "cancelled"), return_exceptions=True
        )
        assert sum(isinstance(result, HoldEnded) for result in results) == 3
        before = (await wallets.statement(reader)).balance
        if before < 9:
            await wallets.grant(reader, 9 - before, intent=f"fill {n}", reason="gift")
        assert await standing(wallets, reader) == (9, 0, 9)


async def test_holds_whose_time_is_over_are_let_go_of(database: Database) -> None:
    # A4, A5: without anyone acting, and only those.
    clock = Clock()
    wallets, reader = Wallets(database, clock=clock), await a_reader(database)
    await wallets.grant(reader, 40, intent="gift", reason="welcome")
    for n in range(30):
        over = clock.now + timedelta(minutes=n % 2)
        await wallets.reserve(reader, 1, intent=f"hold {n}", reason="scene", expires_at=over)
    await wallets.settle("hold 0")
    released = await wallets.release_expired(clock.now)
    assert {entry.reason for entry in released} == {"expired"}
    assert len(released) == 14
    assert await standing(wallets, reader) == (39, 15, 24)
    clock.now += timedelta(days=1)
    assert len(await wallets.release_expired(clock.now)) == 15
    assert await wallets.release_expired(clock.now) == []
    with pytest.raises(HoldEnded):
        await wallets.settle("hold 1")


async def test_an_act_stands_or_falls_with_the_transaction_it_is_part_of(database: Database) -> None:
    # T53: a picture's row and its hold are kept together or not at all.
    wallets, reader = await a_wallet(database, 9)

    async def begin(fail: bool) -> None:
        async with database.write() as session:
            await wallets.reserve(reader, 4, intent="job", reason="portrait", expires_at=LATER)
            await session.execute(
                text(
                    "insert into credits_wallet (id, tier, made_at) values ('job', '', '2026-01-01 00:00:00')"
                )
            )
            if fail:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await begin(fail=True)
    assert await standing(wallets, reader) == (9, 0, 9)
    await begin(fail=False)
    assert await standing(wallets, reader) == (9, 4, 5)


@pytest.mark.parametrize(
    "statement",
    [
        "update credits_ledger set amount = amount + 1",
        "update credits_ledger set reason = 'gift'",
        "delete from credits_ledger",
    ],
)
async def test_the_database_refuses_to_change_or_delete_an_entry(database: Database, statement: str) -> None:
    wallets, reader = await a_wallet(database, 9)
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as session:
            await session.execute(text(statement))
    assert await standing(wallets, reader) == (9, 0, 9)


_INSERT = (
    "insert {how} into credits_ledger (wallet_id, unit, kind, amount, held, intent, reason, at, expires_at) "
    "select wallet_id, unit, '{kind}', {amount}, {held}, '{intent}', reason, at, at from credits_ledger"
)


@pytest.mark.parametrize("how", ["", "or ignore", "or replace"])
@pytest.mark.parametrize(
    ("kind", "amount", "held"),
    [
        ("spend", -10, 0),
        ("reserve", 0, 10),
        ("spend", 4, 0),
        ("grant", -1, 0),
        ("gift", 1, 0),
        ("settle", -1, -1),
    ],
)
async def test_the_database_refuses_an_entry_that_overdraws_or_has_no_shape(
    database: Database, how: str, kind: str, amount: int, held: int
) -> None:
    if how and not database.is_sqlite:
        pytest.skip("words of SQLite's own")
    wallets, reader = await a_wallet(database, 9)
    entry = _INSERT.format(how=how, kind=kind, amount=amount, held=held, intent="by hand")
    try:
        async with database.write() as session:
            await session.execute(text(entry))
    except DBAPIError:
        pass
    else:
        assert how == "or ignore"  # which leaves out what a check refuses
    assert await standing(wallets, reader) == (9, 0, 9)


@pytest.mark.parametrize("amount", ["1.5", "'ten'"])
async def test_the_database_refuses_an_amount_that_is_no_whole_number(
    database: Database, amount: str
) -> None:
    wallets, reader = await a_wallet(database, 9)
    entry = _INSERT.format(how="", kind="grant", amount=amount, held=0, intent="by hand")
    if database.is_sqlite or "'" in amount:
        with pytest.raises(DBAPIError):
            async with database.write() as session:
                await session.execute(text(entry))
        assert await standing(wallets, reader) == (9, 0, 9)


async def test_replacing_an_entry_by_its_key_leaves_the_first(tmp_path: Any, database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("words of SQLite's own")
    wallets, reader = await a_wallet(database, 9)
    entry = _INSERT.format(how="or replace", kind="grant", amount=99, held=0, intent="first")
    async with database.write() as session:
        await session.execute(text(entry))
    assert await standing(wallets, reader) == (9, 0, 9)


async def test_a_balance_that_was_moved_by_hand_is_found(database: Database) -> None:
    wallets, _ = await a_wallet(database, 9)
    if not database.is_sqlite:
        with pytest.raises(DBAPIError, match="by the ledger alone"):
            async with database.write() as session:
                await session.execute(text("update credits_balance set balance = 100"))
        return
    async with database.write() as session:
        await session.execute(text("update credits_balance set balance = 100"))
    found = await wallets.audit()
    assert [(one.what, one.told, one.kept) for one in found] == [("balance", 9, 100)]


async def test_a_ledger_outlives_its_reader_and_names_nobody(database: Database) -> None:
    wallets, reader = await a_wallet(database, 9)
    async with database.write() as session:
        await session.execute(text("delete from user_identities"))
        await session.execute(text("delete from users"))
    async with database.read() as session:
        assert (await session.execute(text("select count(*) from credits_ledger"))).scalar_one() == 1
        assert (await session.execute(text("select reader_id from credits_wallet"))).scalar_one() is None
        rows = (await session.execute(text("select * from credits_ledger"))).all()
        assert reader not in str(rows)
    assert await wallets.audit() == []
