"""The database: engine, transactions, migrations. SQLite by default, PostgreSQL unchanged.

What a table means lives beside its subject (book/tables.py, reader/tables.py, ...); here is only how
a transaction is had. Readers take deferred transactions; writers take BEGIN IMMEDIATE one at a time,
because a deferred read that turns into a write fails at once on SQLite, and its busy wait is unfair.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import MetaData, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from storage import sqlite_driver
from storage.errors import StorageUnavailable
from storage.prepared import FoundRow, Given, Prepared

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


_BEGIN = "dogear_begin"
"""The execution option that says how SQLite begins a transaction; PostgreSQL knows one way."""


Asked = tuple[Prepared, Given]
"""A statement and its parameters."""
Change = tuple[Prepared, Sequence[Given]]
"""A statement and sets of parameters: it is done once for each."""


class Base(DeclarativeBase):
    """The root of all tables. Offsets are code points of a reading text, times are aware UTC."""

    metadata = MetaData(naming_convention=_NAMING)


class Database:
    """The engine and its transactions; an async context manager that owns the connections."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self._url = make_url(url)
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        self._pool_size = pool_size
        self._engine: AsyncEngine | None = None
        self._writers: dict[bool, AsyncEngine] = {}
        """The same engine as writers use it, by whether what they write must be on the disk."""
        self._write_turn = asyncio.Lock()
        self._lines: dict[str, sqlite_driver.OneHopConnection] = {}
        """SQLite's own connections for what is asked and changed in one hop, by how they begin."""
        self._reading: _Open = {}
        self._writing: _Open = {}
        self.before_commit: Callable[[], Sequence[Change]] = tuple
        """Returns what more is stored with each write that commits."""

    @property
    def is_sqlite(self) -> bool:
        """Tell which of the two engines this is."""
        return self._is_sqlite

    async def __aenter__(self) -> Self:
        options: dict[str, Any] = {"pool_size": self._pool_size}
        if self._is_sqlite:
            path = str(self._url.database)
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            options["async_creator"] = partial(sqlite_driver.connect, path)
        self._engine = create_async_engine(self._url, **options)
        if self._is_sqlite:
            _prepare_sqlite(self._engine)
        for durable, begin in ((False, sqlite_driver.WRITE), (True, sqlite_driver.DURABLE)):
            self._writers[durable] = self._engine.execution_options(**{_BEGIN: begin})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._lines:
            await self._lines.popitem()[1].close()
        if self._engine is not None:
            await self._engine.dispose()
        self._engine = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that only reads, or join the one this task has open.

        It never waits for a writer on SQLite (WAL). Joined reads see one state of the database.
        """
        async with self._reads() as transaction:
            yield await transaction.session()

    @asynccontextmanager
    async def reading(self, *expected: Asked) -> AsyncIterator[None]:
        """Let all that this task reads within be one read; each row that `find_row` finds is asked for once.

        What is `expected` to be asked is read at once, as `foresee` does.
        """
        async with self._reads():
            await self.foresee(*expected)
            yield

    async def foresee(self, *expected: Asked) -> None:
        """Read at once, in one state of the database, what will be asked within the read of this task.

        Without such a read, or in a transaction that writes, nothing is read: it is asked when it is.
        """
        joined = self._joined()
        if expected and joined is not None and joined.found is not None:
            found = await self.ask(*expected)
            joined.found.update(zip(map(_key_of, expected), found, strict=True))

    async def find_row(self, statement: Prepared, **given: Any) -> FoundRow | None:
        """Return the one row that a statement finds, None when it finds none.

        In a transaction that only reads, each is asked for once.
        """
        (rows,) = await self.ask((statement, given))
        joined = self._joined()
        if joined is not None and joined.found is not None:
            joined.found[_key_of((statement, given))] = rows
        return rows[0] if rows else None

    async def ask(self, *asked: Asked) -> list[list[FoundRow]]:
        """Return the rows that each of some statements finds, all in one state of the database.

        Within a transaction it is that one's state, once another statement than these was asked in it; what
        was foreseen or found there is not asked again. On SQLite they go over together, with what other
        tasks ask meanwhile.
        """
        joined = self._joined()
        if joined is not None and joined.found:
            known = [joined.found.get(_key_of(one)) for one in asked]
            if None not in known:
                return [rows for rows in known if rows is not None]
        if self._is_sqlite and not (joined and joined.has_connection):
            line = self._lines.get(sqlite_driver.READ) or await self._line(sqlite_driver.READ)
            return _named(asked, await line.ask([(one.sql, [one.values(given)]) for one, given in asked]))
        async with self._reads() as transaction:
            connection = await transaction.connection()
            return [list(await connection.execute(prepared.statement, given)) for prepared, given in asked]

    async def change(self, *changes: Change) -> list[list[FoundRow]]:
        """Do some statements in one transaction, or in the one this task has open; return the rows of each.

        All of it or nothing. On SQLite it is done in one hop, and a caller who is cancelled does not stop it.
        """
        self._engine_opened()
        if not self._is_sqlite or self.is_writing:
            async with self._writes() as transaction:
                return await _do(await transaction.connection(), changes)
        async with self._write_turn:
            line = await self._line(sqlite_driver.WRITE)
            all_ = [*changes, *self.before_commit()]
            steps = [(one.sql, [one.values(given) for given in sets]) for one, sets in all_]
            return _named(changes, await line.transact(sqlite_driver.WRITE, steps))

    async def _line(self, begin: str) -> sqlite_driver.OneHopConnection:
        self._engine_opened()
        if begin not in self._lines:
            line = await sqlite_driver.connect(str(self._url.database))
            if begin in self._lines:  # another task was quicker
                await line.close()
            else:
                self._lines[begin] = line
        return self._lines[begin]

    def _joined(self) -> _Transaction | None:
        task = asyncio.current_task()
        return self._writing.get(task) or self._reading.get(task)

    @property
    def is_writing(self) -> bool:
        """Tell whether this task has a transaction open that may write, so that `write` would join it."""
        return asyncio.current_task() in self._writing

    @asynccontextmanager
    async def write(self, *, durable: bool = False) -> AsyncIterator[AsyncSession]:
        """Open a transaction that may write, or join the one this task has open.

        Committed on leaving the outermost, rolled back on an error; an error in a joined one must leave the
        outermost too. A durable one is on the disk when it is committed, even if the power goes (G1); on
        PostgreSQL, and in a transaction that is joined, it is whatever that one is. Raises
        `StorageUnavailable` when the database cannot be reached or is full.
        """
        async with self._writes(durable=durable) as transaction:
            session = await transaction.session()
            yield session
            await session.flush()

    @asynccontextmanager
    async def write_rows(self) -> AsyncIterator[AsyncConnection]:
        """Do as `write` for statements on tables alone: without objects a transaction costs half as much."""
        async with self._writes() as transaction:
            yield await transaction.connection()

    @asynccontextmanager
    async def _reads(self) -> AsyncIterator[_Transaction]:
        if (joined := self._joined()) is not None:
            yield joined
            return
        transaction = _Transaction(self._engine_opened(), found={})
        async with self._joinable(transaction, self._reading):
            yield transaction

    @asynccontextmanager
    async def _writes(self, *, durable: bool = False) -> AsyncIterator[_Transaction]:
        if (joined := self._writing.get(asyncio.current_task())) is not None:
            yield joined
            return
        self._engine_opened()
        # One writer of this process at a time: SQLite's own busy wait starves the unlucky one.
        async with (
            self._write_turn if self._is_sqlite else nullcontext(),
            self._joinable(_Transaction(self._writers[durable]), self._writing) as transaction,
        ):
            connection = await transaction.connection()
            yield transaction
            await transaction.end_session()
            await _do(connection, self.before_commit())
            await connection.commit()

    @asynccontextmanager
    async def _joinable(self, transaction: _Transaction, kind: _Open) -> AsyncIterator[_Transaction]:
        """Let what the same task opens meanwhile join `transaction`; other tasks have their own."""
        task = asyncio.current_task()
        kind[task] = transaction
        try:
            yield transaction
        finally:
            del kind[task]
            await transaction.close()

    async def migrate(self) -> None:
        """Bring the schema to the newest version; a no-op when it is there already."""
        from storage.migrations.runner import upgrade

        try:
            # As a writer: of two processes that start at once, one migrates and the other finds it done.
            self._engine_opened()
            async with self._writers[False].begin() as connection:
                await connection.run_sync(upgrade)
        except (DBAPIError, OSError) as error:
            raise StorageUnavailable(reason=_reason(error)) from error

    async def ping(self) -> str:
        """Return the engine's name and version; raise `StorageUnavailable` when it does not answer."""
        query = "select sqlite_version()" if self._is_sqlite else "show server_version"
        try:
            async with self.read() as session:
                version = (await session.execute(text(query))).scalar_one()
        except (DBAPIError, OSError) as error:
            raise StorageUnavailable(reason=_reason(error)) from error
        return f"{'SQLite' if self._is_sqlite else 'PostgreSQL'} {version}"

    def _engine_opened(self) -> AsyncEngine:
        if self._engine is None:
            raise RuntimeError("the database is not open: use `async with Database(...)`")
        return self._engine


class _Transaction:
    """A transaction of one task: its connection once it is asked for, and a session over that likewise."""

    def __init__(
        self, engine: AsyncEngine, found: dict[tuple[object, ...], list[FoundRow]] | None = None
    ) -> None:
        self._engine = engine
        self.found = found
        """What was foreseen, and what `find_row` has found; None where something may be written."""
        self._connection: AsyncConnection | None = None
        self._session: AsyncSession | None = None

    @property
    def has_connection(self) -> bool:
        """Tell whether something was asked that has to be followed in the same state."""
        return self._connection is not None

    async def connection(self) -> AsyncConnection:
        """Return the one connection of this transaction."""
        if self._connection is None:
            self._connection = await self._engine.connect()
        return self._connection

    async def session(self) -> AsyncSession:
        """Return the one session of this transaction; it is part of it and ends nothing but its own."""
        if self._session is None:
            connection = await self.connection()
            if not connection.in_transaction():
                await connection.begin()
            self._session = AsyncSession(
                connection,
                expire_on_commit=False,
                autoflush=False,
                join_transaction_mode="rollback_only",
            )
        return self._session

    async def end_session(self) -> None:
        """Close the session, if there is one; the transaction goes on."""
        if self._session is not None:
            await self._session.close()

    async def close(self) -> None:
        """Close all that is open; what is not committed is undone."""
        try:
            await self.end_session()
        finally:
            if self._connection is not None:
                await self._connection.__aexit__(None, None, None)  # to its end, also when it is cancelled


_Open = dict[asyncio.Task[Any] | None, _Transaction]
"""The open transaction of each task that has one."""


def _key_of(asked: Asked) -> tuple[object, ...]:
    statement, given = asked
    return statement, *given.values()


def _named(asked: Sequence[tuple[Prepared, object]], found: Sequence[list[Any]]) -> list[list[FoundRow]]:
    return [one.rows(rows) for (one, _), rows in zip(asked, found, strict=False)]


async def _do(connection: AsyncConnection, changes: Sequence[Change]) -> list[list[FoundRow]]:
    done: list[list[FoundRow]] = []
    for prepared, sets in changes:
        result = await connection.execute(prepared.statement, list(sets))
        done.append(list(result) if result.returns_rows else [])
    return done


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0][:200]


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver must not open transactions of its own: BEGIN is ours, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Connection) -> None:
        driver = cast("sqlite_driver.OneHopConnection", connection.connection.driver_connection)
        driver.begin_with_next(connection.get_execution_options().get(_BEGIN, sqlite_driver.READ))
