"""The database: engine, transactions, migrations. SQLite by default, PostgreSQL unchanged.

What a table means lives beside its subject (book/tables.py, reader/tables.py, ...); here is only how
a transaction is had. Readers take deferred transactions; writers take BEGIN IMMEDIATE one at a time,
because a deferred read that turns into a write fails at once on SQLite, and its busy wait is unfair.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import MetaData, Row, Select, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
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


_Open = dict[asyncio.Task[Any] | None, AsyncSession]
"""The open transaction of each task that has one."""


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
        self._sessions: async_sessionmaker[AsyncSession] | None = None
        self._write_turn = asyncio.Lock()
        self._reading: _Open = {}
        self._writing: _Open = {}
        self.before_commit: Callable[[AsyncSession], Awaitable[None]] | None = None
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
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False, autoflush=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            await self._engine.dispose()
        self._engine = self._sessions = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that only reads, or join the one this task has open.

        It never waits for a writer on SQLite (WAL). Joined reads see one state of the database, so what
        `find_row` has found once is not asked for again.
        """
        if (joined := self._joined()) is not None:
            yield joined
            return
        async with self._opened()() as session, session.begin(), self._joinable(session, self._reading):
            session.info[_FOUND] = {}
            yield session

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
        task = asyncio.current_task()
        if (joined := self._writing.get(task)) is not None:
            yield joined
            await joined.flush()
            return
        if not self._is_sqlite:
            async with self._opened()() as session, session.begin(), self._joinable(session, self._writing):
                yield session
                await self._add_to(session)
            return
        # One writer of this process at a time: SQLite's own busy wait starves the unlucky one.
        async with self._write_turn, self._opened()() as session, self._joinable(session, self._writing):
            await session.connection(execution_options={"dogear_write": True, "dogear_durable": durable})
            try:
                yield session
                await self._add_to(session)
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    async def _add_to(self, session: AsyncSession) -> None:
        if self.before_commit is not None:
            await self.before_commit(session)

    def _joined(self) -> AsyncSession | None:
        task = asyncio.current_task()
        return self._writing.get(task) or self._reading.get(task)

    @asynccontextmanager
    async def _joinable(self, session: AsyncSession, kind: _Open) -> AsyncIterator[None]:
        """Let transactions that the same task opens meanwhile join `session`; other tasks have their own."""
        task = asyncio.current_task()
        kind[task] = session
        try:
            yield
        finally:
            del kind[task]

    async def migrate(self) -> None:
        """Bring the schema to the newest version; a no-op when it is there already."""
        from storage.migrations.runner import upgrade

        try:
            # As a writer: of two processes that start at once, one migrates and the other finds it done.
            engine = self._engine_opened().execution_options(dogear_write=True)
            async with engine.begin() as connection:
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

    def _opened(self) -> async_sessionmaker[AsyncSession]:
        self._engine_opened()
        assert self._sessions is not None
        return self._sessions


_FOUND = "found"
"""Where a session that only reads keeps what `find_row` found; one that writes keeps nothing."""


async def find_row(session: AsyncSession, statement: Select[Any], key: str) -> Row[Any] | None:
    """Return the row of `key` (a statement's one parameter of that name), None when there is none.

    In a transaction that only reads, each is asked for once.
    """
    found: dict[tuple[object, str], Row[Any] | None] | None = session.info.get(_FOUND)
    if found is not None and (statement, key) in found:
        return found[statement, key]
    row: Row[Any] | None = (await session.execute(statement, {"key": key})).one_or_none()
    if found is not None:
        found[statement, key] = row
    return row


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
        options = connection.get_execution_options()
        driver = cast("sqlite_driver.OneHopConnection", connection.connection.driver_connection)
        writing = sqlite_driver.DURABLE if options.get("dogear_durable") else sqlite_driver.WRITE
        driver.begin_with_next(writing if options.get("dogear_write") else sqlite_driver.READ)
