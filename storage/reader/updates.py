"""Which updates of a platform were taken in hand: one that is sent again must do nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from storage.database import Database
from storage.reader.once import insert_once
from storage.reader.tables import UpdateRow

KEPT = timedelta(days=2)
"""Longer than any platform repeats itself (Telegram keeps updates for a day)."""


class Updates:
    """The updates of all platforms, by their ids alone."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database

    async def take(self, platform: str, update_id: str) -> bool:
        """Tell whether this update is new, and remember it."""
        values = {"platform": platform, "id": update_id, "taken_at": datetime.now(UTC)}
        async with self._database.write() as session:
            return await insert_once(session, UpdateRow, values)

    async def sweep(self) -> None:
        """Forget those that no platform repeats any more."""
        async with self._database.write() as session:
            await session.execute(delete(UpdateRow).where(UpdateRow.taken_at < datetime.now(UTC) - KEPT))
