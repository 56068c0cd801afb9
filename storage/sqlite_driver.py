"""SQLite for SQLAlchemy's async engine with one thread hop a statement, where aiosqlite makes four.

aiosqlite runs a connection in a thread of its own; SQLAlchemy asks it for a cursor, to execute, for the rows
and to close, and waits for the thread each time. A small read is all waiting then. Here the four go over
together, a BEGIN goes along with the first statement after it, and the end of a transaction that only read
is not waited for. Order is kept by aiosqlite's own queue.

`ask` and `transact` go past SQLAlchemy: whole transactions in one hop (`Database.ask`, `Database.change`).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")

_BUSY_SECONDS = 30.0
_ROWS_A_CHUNK = 64  # of aiosqlite's own iteration, which is not used here


async def connect(path: str) -> OneHopConnection:
    """Open the file at `path` for `create_async_engine(async_creator=...)`; raises what sqlite3 raises."""
    connection = OneHopConnection(
        lambda: sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    )
    connection._thread.daemon = True  # as SQLAlchemy does: a forgotten connection must not hold the exit
    await connection
    return connection


class OneHopConnection(aiosqlite.Connection):
    """An aiosqlite connection that SQLAlchemy's adapter drives with one hop a statement."""

    # The state is kept on this side of the queue: a cancelled statement may still be waiting in it, and
    # what sqlite3 says of a transaction then is not yet true.
    _begin: str | None = None
    """The BEGIN that goes along with the next statement."""
    _ending: str | None = None
    """The BEGIN of the open transaction, None when there is none."""
    _is_asking = False

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        """Take what opens the connection, in its thread."""
        super().__init__(connector, _ROWS_A_CHUNK)
        self._asked: list[tuple[Sequence[Step], asyncio.Future[list[list[Any]]]]] = []
        """What is asked while the thread is busy with what was asked before."""
        self._is_stopped = False

    def stop(self) -> asyncio.Future[Any] | None:
        """Let the thread end after what it was given; once.

        SQLAlchemy stops a connection whose closing was cancelled, and the closing goes on and stops it again:
        nobody would be there to answer.
        """
        is_stopped, self._is_stopped = self._is_stopped, True
        return None if is_stopped else super().stop()

    def cursor(self) -> OneHopCursor:  # type: ignore[override]  # SQLAlchemy enters it, as it would aiosqlite's
        """Return a new cursor; nothing is asked of the thread."""
        return OneHopCursor(self)

    def begin_with_next(self, statement: str) -> None:
        """Let a transaction begin with the next statement: `READ`, `WRITE` or `DURABLE`."""
        self._begin = statement

    async def run(self, statement: str, parameters: Any, *, many: bool = False) -> _Outcome:
        """Execute one statement in the connection's thread, a pending BEGIN before it, and fetch all rows."""
        begin, self._begin = self._begin, None
        self._ending = begin or self._ending
        return await self._in_thread(partial(_execute, self._conn, begin, statement, parameters, many))

    def ask(self, steps: Sequence[Step]) -> asyncio.Future[list[list[Any]]]:
        """Return what some SELECTs will have found, in one state of the database.

        What is asked while the thread is busy with others' questions goes over in one hop after them.
        """
        done: asyncio.Future[list[list[Any]]] = asyncio.get_running_loop().create_future()
        self._asked.append((steps, done))
        if not self._is_asking:
            self._ask_together()
        return done

    def _ask_together(self) -> None:
        group, self._asked, self._is_asking = self._asked, [], True
        loop = asyncio.get_running_loop()

        def run() -> None:
            try:
                steps = [step for steps, _ in group for step in steps]
                found: list[list[Any]] | Exception = _transact(self._conn, READ, steps)
            except Exception as error:
                found = error
            loop.call_soon_threadsafe(told, found)

        def told(found: list[list[Any]] | Exception) -> None:
            self._is_asking = False
            if self._asked:
                self._ask_together()
            rows = iter(found if isinstance(found, list) else ())
            for steps, done in group:
                own = list(islice(rows, len(steps)))
                if done.done():  # whoever asked waits no more
                    continue
                if isinstance(found, Exception):
                    done.set_exception(found)
                else:
                    done.set_result(own)

        self._tx.put_nowait((None, run))

    async def transact(self, begin: str, steps: Sequence[Step]) -> list[list[Any]]:
        """Run a whole transaction in one hop; return the rows of each step. All of it is done or nothing."""
        return await self._in_thread(partial(_transact, self._conn, begin, steps))

    async def commit(self) -> None:
        """Commit; a transaction that never began costs nothing, one that only read is not waited for."""
        await self._end(self._conn.commit)

    async def rollback(self) -> None:
        """Roll back, at the same cost as `commit`."""
        await self._end(self._conn.rollback)

    async def _end(self, end: Callable[[], None]) -> None:
        begun, self._begin, self._ending = self._ending, None, None
        if begun == READ:
            self._tx.put_nowait((None, end))
        elif begun is not None:
            await self._in_thread(end)

    async def _in_thread(self, function: Callable[[], T]) -> T:
        done: T = await self._execute(function)  # type: ignore[no-untyped-call]  # aiosqlite's one way in
        return done


READ = "BEGIN"
"""Begins a transaction that only reads."""
WRITE = "BEGIN IMMEDIATE"
"""Begins one that may write: the lock is taken at once, since a read that turns into a write may fail."""
DURABLE = "BEGIN EXCLUSIVE"
"""Begins one whose commit waits for the disk. In WAL it locks as the one above does."""
_SYNCHRONOUS = {WRITE: "PRAGMA synchronous=NORMAL", DURABLE: "PRAGMA synchronous=FULL"}

Step = tuple[str, Sequence[tuple[Any, ...]]]
"""A statement and sets of parameters: it is done once for each."""
_Outcome = tuple[Any, int, int | None, list[Any]]
"""description, rowcount, lastrowid, rows: as sqlite3's cursor has them when all rows are fetched."""


def _execute(
    connection: sqlite3.Connection, begin: str | None, statement: str, parameters: Any, many: bool
) -> _Outcome:
    if begin is not None:
        if begin in _SYNCHRONOUS:
            connection.execute(_SYNCHRONOUS[begin])
        connection.execute(begin)
    cursor = connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(statement, parameters)
        rows = cursor.fetchall() if cursor.description else []
        return cursor.description, cursor.rowcount, cursor.lastrowid, rows
    finally:
        cursor.close()


def _transact(connection: sqlite3.Connection, begin: str, steps: Sequence[Step]) -> list[list[Any]]:
    if begin in _SYNCHRONOUS:
        connection.execute(_SYNCHRONOUS[begin])
    connection.execute(begin)
    try:
        found = []
        for statement, sets in steps:
            rows: list[Any] = []
            for parameters in sets:
                rows += connection.execute(statement, parameters).fetchall()
            found.append(rows)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return found


class OneHopCursor:
    """What SQLAlchemy's adapter asks of a cursor; all rows are there once `execute` returns."""

    arraysize = 1

    def __init__(self, connection: OneHopConnection) -> None:
        """Take the connection that runs the statements."""
        self._connection = connection
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> Self:
        """Run one statement; raises what sqlite3 raises."""
        self._keep(await self._connection.run(statement, parameters))
        return self

    async def executemany(self, statement: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run one statement once for each set of parameters, in one hop."""
        self._keep(await self._connection.run(statement, parameters, many=True))
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows; none are left afterwards."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: the cursor of the thread was closed when its rows were fetched."""

    def _keep(self, outcome: _Outcome) -> None:
        self.description, self.rowcount, self.lastrowid, self._rows = outcome
