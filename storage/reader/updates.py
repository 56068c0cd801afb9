"""What the platforms sent, and what became of it (C1).

An update that comes again does nothing; one that a killed process was answering is neither lost nor
answered twice. It is taken in hand with what is needed to answer it. It is marked when something of its
answer is stored or about to be shown, in the very transaction that stores that, and finished when it was
answered. After a kill the next process answers what was not marked, and only tells of what was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, select, update

from storage.database import Change, Database
from storage.grouped import Grouped
from storage.prepared import Prepared
from storage.reader.in_hand import IN_HAND, InHand
from storage.reader.once import insert_into
from storage.reader.tables import UpdateRow

KEPT = timedelta(days=2)
"""Longer than any platform repeats itself (Telegram keeps updates for a day)."""
_FINISHED_WITHIN_SECONDS = 0.05
"""Until then what was answered is stored as such, with what comes in meanwhile: a commit for each costs more
than all it does. What a kill in that time repeats only tells; whatever changes something is marked before."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An update that a process left behind; `is_marked` tells that some of its answer may have been shown."""

    platform: str
    id: str
    message: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class _Taken:
    platform: str
    id: str
    message: str | None


class Updates:
    """The updates of all platforms; the words of one are kept until it is answered."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        table = UpdateRow.__table__
        insert = insert_into(UpdateRow, is_sqlite=database.is_sqlite).on_conflict_do_nothing()
        self._insert = Prepared(insert.returning(table.c.platform, table.c.id))
        of_it = (table.c.platform == bindparam("of_platform"), table.c.id == bindparam("of_id"))
        change = update(table).where(*of_it)  # type: ignore[arg-type]
        self._finish = Prepared(change.values(message=None))
        self._mark = Prepared(change.values(marked=True))
        self._takes = Grouped(self._take_all)
        self._finished: list[InHand] = []
        self._finishing: asyncio.Task[None] | None = None
        database.before_commit = self._mark_in_hand

    async def take(self, platform: str, update_id: str, message: str | None = None) -> bool:
        """Tell whether this update is new, and remember it; with `message` it is unfinished from now on."""
        return await self._takes.result_of(_Taken(platform, update_id, message))

    def finish(self, platform: str, update_id: str) -> None:
        """Let an update be answered; stored in a moment, with what comes in meanwhile."""
        self._finished.append(InHand(platform, update_id))
        if self._finishing is None:
            self._finishing = asyncio.create_task(self._finish_soon())

    async def flush(self) -> None:
        """Store what was finished, now."""
        if self._finished:
            await self._database.change(*self._take_finished())

    def marks(self, updates: Iterable[InHand | None]) -> list[Change]:
        """Return what marks those that are about to be shown, to be stored with what is shown of them."""
        fresh = [one for one in updates if one is not None and not one.is_marked]
        for one in fresh:
            one.is_marked = True
        return [(self._mark, _keys(fresh))] if fresh else []

    async def take_up(self, platform: str) -> list[Unfinished]:
        """Return what an earlier process left unfinished, in the order in which it came.

        All of it is marked: whoever answers it and is killed in turn leaves it to be told of.
        """
        mine = (UpdateRow.platform == platform, UpdateRow.message.is_not(None))
        async with self._database.write() as session:
            rows = list(
                await session.execute(
                    select(UpdateRow.id, UpdateRow.message, UpdateRow.marked)
                    .where(*mine)
                    .order_by(UpdateRow.taken_at, UpdateRow.id)
                )
            )
            await session.execute(update(UpdateRow).where(*mine).values(marked=True))
        return [Unfinished(platform, row.id, row.message or "", row.marked) for row in rows]

    async def sweep(self) -> None:
        """Forget those that no platform repeats any more."""
        async with self._database.write() as session:
            await session.execute(delete(UpdateRow).where(UpdateRow.taken_at < datetime.now(UTC) - KEPT))

    # ---- inside ------------------------------------------------------------------------------

    async def _take_all(self, updates: Sequence[_Taken]) -> list[bool]:
        now = datetime.now(UTC)
        once = {(one.platform, one.id): one for one in reversed(updates)}
        rows = [
            {"platform": one.platform, "id": one.id, "message": one.message, "marked": False, "taken_at": now}
            for one in once.values()
        ]
        inserted, *_ = await self._database.change((self._insert, rows), *self._take_finished())
        new = {(row.platform, row.id) for row in inserted}
        taken = []
        for one in updates:
            taken.append((one.platform, one.id) in new)
            new.discard((one.platform, one.id))  # of two in one group, the first
        return taken

    async def _finish_soon(self) -> None:
        await asyncio.sleep(_FINISHED_WITHIN_SECONDS)
        self._finishing = None
        await self.flush()

    def _take_finished(self) -> list[Change]:
        finished, self._finished = self._finished, []
        return [(self._finish, _keys(finished))] if finished else []

    def _mark_in_hand(self) -> list[Change]:
        return self.marks([IN_HAND.get()])


def _keys(updates: Iterable[InHand]) -> list[dict[str, str]]:
    return [{"of_platform": one.platform, "of_id": one.id} for one in updates]
