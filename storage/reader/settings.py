"""What a reader has chosen: one word under a name. Nothing of any story."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from storage.database import Database
from storage.prepared import Prepared
from storage.reader.once import insert_once
from storage.reader.tables import SettingRow


class Settings:
    """The choices of all readers."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        row = SettingRow.__table__.c
        mine = (row.reader_id == bindparam("reader"), row.name == bindparam("called"))
        self._find = Prepared(select(row.value).where(*mine))

    async def find(self, reader_id: str, name: str) -> str:
        """Return what was chosen, "" while nothing was."""
        row = await self._database.find_row(self._find, reader=reader_id, called=name)
        return row.value or "" if row else ""

    async def keep(self, reader_id: str, name: str, value: str) -> None:
        """Store a choice in place of an earlier one."""
        mine = (SettingRow.reader_id == reader_id, SettingRow.name == name)
        async with self._database.write() as session:
            await session.execute(delete(SettingRow).where(*mine))
            await insert_once(session, SettingRow, {"reader_id": reader_id, "name": name, "value": value})
