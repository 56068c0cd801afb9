"""Debits a second with every invariant held, on SQLite and PostgreSQL, beside two floors of the same run.

A debit is a guarded charge under a unique key: a ledger entry and a balance that is never negative. A hundred
wallets; after each way of ours the ledger is replayed. The floors keep the same two tables: `sqlite3`
in one thread with a commit each, and SQLAlchemy with aiosqlite as it comes (BEGIN IMMEDIATE, guarded UPDATE,
INSERT). `full` waits for the disk at each commit, as our own wallets do.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.credits.wallet import Wallets
from storage.database import Database
from storage.reader.identities import Identities

WALLETS = 100
SECONDS = 3.0
POSTGRES = os.environ.get("DOGEAR_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")

Debit = Callable[[int, int], Awaitable[object]]
"""Takes one credit from the wallet of that number; the other number makes the key."""


def run(_shared: Path) -> dict[str, object]:
    """Return debits a second; those of PostgreSQL are left out where no server answers."""
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        for full in (False, True):
            name = "sqlite3, one thread, a commit each" + (", full" if full else "")
            figures[name] = _plain(Path(folder) / f"plain{full}.db", full)
        figures["SQLAlchemy with aiosqlite, 50 tasks"] = asyncio.run(
            _guarded(Path(folder) / "guarded.db", 50)
        )
        figures["ours on SQLite"] = asyncio.run(_on_sqlite(Path(folder) / "ours.db"))
        try:
            figures["ours on PostgreSQL"] = asyncio.run(_on_postgres())
        except OSError:
            figures["ours on PostgreSQL"] = "no server answers"
    ours = figures["ours on SQLite"]
    assert isinstance(ours, dict)
    best = ours["50 tasks"]["debits a second"]
    figures["ours at 50 tasks, of SQLAlchemy with aiosqlite"] = (
        best / figures["SQLAlchemy with aiosqlite, 50 tasks"]
    )  # type: ignore[operator]
    figures["ours at 50 tasks, of sqlite3 full"] = best / figures["sqlite3, one thread, a commit each, full"]  # type: ignore[operator]
    return figures


def _plain(path: Path, full: bool) -> float:
    db = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={'FULL' if full else 'NORMAL'}",
        "CREATE TABLE w (id INTEGER PRIMARY KEY, balance INTEGER CHECK (balance >= 0))",
        "CREATE TABLE l (id INTEGER PRIMARY KEY, w INTEGER, amount INTEGER, intent TEXT UNIQUE, at TEXT)",
    ):
        db.execute(statement)
    db.executemany("INSERT INTO w VALUES (?, 1000000)", [(n,) for n in range(WALLETS)])
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        wallet = done % WALLETS
        db.execute("BEGIN IMMEDIATE")
        if db.execute("UPDATE w SET balance = balance - 1 WHERE id = ? AND balance >= 1", (wallet,)).rowcount:
            db.execute("INSERT INTO l (w, amount, intent, at) VALUES (?, -1, ?, 'now')", (wallet, f"k{done}"))
        db.execute("COMMIT")
        done += 1
    return done / (time.perf_counter() - started)


async def _guarded(path: Path, tasks: int) -> float:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: object) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE w (id INTEGER PRIMARY KEY, balance INTEGER)"))
        await connection.execute(
            text("CREATE TABLE l (w INTEGER, amount INTEGER, intent TEXT UNIQUE, at TEXT)")
        )
        rows = [{"n": n} for n in range(WALLETS)]
        await connection.execute(text("INSERT INTO w VALUES (:n, 1000000)"), rows)
    take = text("UPDATE w SET balance = balance - 1 WHERE id = :w AND balance >= 1")
    note = text("INSERT INTO l VALUES (:w, -1, :k, 'now')")

    async def debit(wallet: int, key: int) -> None:
        async with engine.begin() as connection:
            if (await connection.execute(take, {"w": wallet})).rowcount:
                await connection.execute(note, {"w": wallet, "k": f"k{key}"})

    rate, _ = await _measure(debit, tasks)
    await engine.dispose()
    return rate


async def _on_sqlite(path: Path) -> dict[str, object]:
    async with Database(f"sqlite+aiosqlite:///{path}") as database:
        return await _ours(database)


async def _on_postgres() -> dict[str, object]:
    name = f"dogear_bench_{uuid.uuid4().hex[:8]}"
    server = create_async_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        async with Database(f"{POSTGRES.rsplit('/', 1)[0]}/{name}", pool_size=10) as database:
            return await _ours(database)
    finally:
        async with server.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await server.dispose()


async def _ours(database: Database) -> dict[str, object]:
    await database.migrate()
    wallets, identities = Wallets(database), Identities(database)
    readers = [await identities.reader_of("bench", str(n)) for n in range(WALLETS)]
    for reader in readers:
        await wallets.grant(reader, 1_000_000, intent=f"gift {reader}", reason="bench")
    figures: dict[str, object] = {}
    for tasks in (1, 8, 50):

        async def debit(wallet: int, key: int, tasks: int = tasks) -> None:
            await wallets.spend(readers[wallet], 1, intent=f"{tasks} {key}", reason="bench")

        rate, waits = await _measure(debit, tasks)
        cuts = statistics.quantiles(waits, n=100)
        figures["1 task" if tasks == 1 else f"{tasks} tasks"] = {
            "debits a second": rate,
            "p50 ms": cuts[49] * 1000,
            "p99 ms": cuts[98] * 1000,
            "longest ms": max(waits) * 1000,
        }
    started = time.perf_counter()
    figures["discrepancies"] = len(await wallets.audit())
    figures["audit, seconds"] = time.perf_counter() - started
    return figures


async def _measure(debit: Debit, tasks: int) -> tuple[float, list[float]]:
    """Return debits a second and the wait for each, in seconds."""
    keys: Iterator[int] = iter(range(10**9))
    waits: list[float] = []
    started = time.perf_counter()

    async def spender() -> None:
        while time.perf_counter() - started < SECONDS:
            key = next(keys)
            with _timed(waits):
                await debit(key % WALLETS, key)

    await asyncio.gather(*(spender() for _ in range(tasks)))
    return len(waits) / (time.perf_counter() - started), waits


@contextmanager
def _timed(waits: list[float]) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    waits.append(time.perf_counter() - begun)
