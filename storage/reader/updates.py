"""Which updates of a platform were taken in hand: one that is sent again must do nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from storage.database import Database
from storage.reader.grouped import Grouped
from storage.reader.once import insert_into
from storage.reader.tables import UpdateRow

KEPT = timedelta(days=2)
"""Longer than any platform repeats itself (Telegram keeps updates for a day)."""


class Updates:
    """The updates of all platforms, by their ids alone."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        insert = insert_into(UpdateRow, is_sqlite=database.is_sqlite).on_conflict_do_nothing()
        self._insert = insert.returning(UpdateRow.platform, UpdateRow.id)
        self._takes = Grouped(self._take_all)

    async def take(self, platform: str, update_id: str) -> bool:
        """Tell whether this update is new, and remember it."""
        return await self._takes.write((platform, update_id))

    async def _take_all(self, updates: Sequence[tuple[str, str]]) -> list[bool]:
        now = datetime.now(UTC)
        rows = [
            {"platform": platform, "id": id_, "taken_at": now} for platform, id_ in dict.fromkeys(updates)
        ]
        async with self._database.write() as session:
            new = {(platform, id_) for platform, id_ in await session.execute(self._insert, rows)}
        taken = []
        for update in updates:
            taken.append(update in new)
            new.discard(update)  # of two in one group, the first
        return taken

    async def sweep(self) -> None:
        """Forget those that no platform repeats any more."""
        async with self._database.write() as session:
            await session.execute(delete(UpdateRow).where(UpdateRow.taken_at < datetime.now(UTC) - KEPT))
