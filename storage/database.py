"""The database: engine, transactions, migrations. SQLite by default, PostgreSQL unchanged.

What a table means lives beside its subject (book/tables.py, reader/tables.py, ...); here is only how
a transaction is had. Readers take deferred transactions; writers take BEGIN IMMEDIATE one at a time,
because a deferred read that turns into a write fails at once on SQLite, and its busy wait is unfair.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import MetaData, Row, Select, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from storage import sqlite_driver
from storage.errors import StorageUnavailable

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


_BEGIN = "dogear_begin"
"""The execution option that says how SQLite begins a transaction; PostgreSQL knows one way."""


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
        self._reading: _Open = {}
        self._writing: _Open = {}
        self.before_commit: Callable[[AsyncConnection], Awaitable[None]] | None = None
        """Stores something more with each write that commits."""

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
    async def read_rows(self) -> AsyncIterator[AsyncConnection]:
        """Do as `read` for statements on tables alone: without objects a transaction costs half as much."""
        async with self._reads() as transaction:
            yield transaction.connection

    async def find_row(self, statement: Select[Any], key: str) -> Row[Any] | None:
        """Return the row of `key` (a statement's one parameter of that name), None when there is none.

        In a transaction that only reads, each is asked for once.
        """
        async with self._reads() as transaction:
            found = transaction.found
            if found is not None and (statement, key) in found:
                return found[statement, key]
            row: Row[Any] | None = (
                await transaction.connection.execute(statement, {"key": key})
            ).one_or_none()
            if found is not None:
                found[statement, key] = row
            return row

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
            yield transaction.connection

    @asynccontextmanager
    async def _reads(self) -> AsyncIterator[_Transaction]:
        task = asyncio.current_task()
        if (joined := self._writing.get(task) or self._reading.get(task)) is not None:
            yield joined
            return
        async with (
            self._engine_opened().connect() as connection,
            self._joinable(_Transaction(connection, found={}), self._reading) as transaction,
        ):
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
            self._writers[durable].connect() as connection,
        ):
            async with self._joinable(_Transaction(connection), self._writing) as transaction:
                yield transaction
            if self.before_commit is not None:
                await self.before_commit(connection)
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
    """An open transaction of one task: its connection, and a session over it once objects are asked for."""

    def __init__(
        self,
        connection: AsyncConnection,
        found: dict[tuple[Select[Any], str], Row[Any] | None] | None = None,
    ) -> None:
        self.connection = connection
        self.found = found
        """What `find_row` has found, while nothing is written."""
        self._session: AsyncSession | None = None

    async def session(self) -> AsyncSession:
        """Return the one session of this transaction; it is part of it and ends nothing but its own."""
        if self._session is None:
            if not self.connection.in_transaction():
                await self.connection.begin()
            self._session = AsyncSession(
                self.connection,
                expire_on_commit=False,
                autoflush=False,
                join_transaction_mode="rollback_only",
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


_Open = dict[asyncio.Task[Any] | None, _Transaction]
"""The open transaction of each task that has one."""


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
