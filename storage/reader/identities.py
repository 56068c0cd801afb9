"""Who a reader is: the person behind the accounts of the platforms."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, select

from storage.database import Database
from storage.ids import new_id
from storage.prepared import Prepared
from storage.reader.once import insert_once
from storage.reader.tables import IdentityRow, UserRow


class Identities:
    """Readers and their accounts."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database
        row = IdentityRow.__table__.c
        mine = (row.platform == bindparam("platform"), row.account == bindparam("account"))
        self._find = Prepared(select(row.user_id).where(*mine))

    async def find_reader(self, platform: str, account: str) -> str | None:
        """Return the reader behind an account, None when it was never seen."""
        row = await self._database.find_row(self._find, platform=platform, account=account)
        return str(row.user_id) if row else None

    async def accounts(self, reader_id: str, platform: str) -> list[str]:
        """Return the accounts of a reader on a platform, oldest first."""
        mine = select(IdentityRow.account).where(
            IdentityRow.user_id == reader_id, IdentityRow.platform == platform
        )
        async with self._database.read() as session:
            return list(await session.scalars(mine.order_by(IdentityRow.created_at)))

    async def reader_of(self, platform: str, account: str) -> str:
        """Return the reader behind an account; at first sight a new one."""
        found = await self.find_reader(platform, account)
        if found is not None:
            return found
        now = datetime.now(UTC)
        async with self._database.write() as session:
            reader_id = new_id()
            session.add(UserRow(id=reader_id, created_at=now))
            await session.flush()
            values = {"platform": platform, "account": account, "user_id": reader_id, "created_at": now}
            if await insert_once(session, IdentityRow, values):
                return reader_id
            # Another message of the same account was faster: its reader stays, ours goes.
            await session.rollback()
        return str(await self.find_reader(platform, account))

    async def link(self, platform: str, account: str, reader_id: str) -> None:
        """Let an account speak for a reader who is known already."""
        async with self._database.write() as session:
            row = await session.get(IdentityRow, (platform, account))
            if row is None:
                now = datetime.now(UTC)
                session.add(
                    IdentityRow(platform=platform, account=account, user_id=reader_id, created_at=now)
                )
            else:
                row.user_id = reader_id
