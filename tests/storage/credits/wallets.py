"""What tests of wallets start from: a clock that stands, a reader, a wallet with credits."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.credits.wallet import Wallets
from storage.database import Database
from storage.reader.identities import Identities

LATER = datetime(2040, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 11, 21, 8, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def a_reader(database: Database, account: str = "one") -> str:
    return await Identities(database).reader_of("test", account)


async def a_wallet(database: Database, credits: int = 10) -> tuple[Wallets, str]:
    wallets, reader = Wallets(database), await a_reader(database)
    await wallets.grant(reader, credits, intent="first", reason="welcome")
    return wallets, reader


async def standing(wallets: Wallets, reader: str) -> tuple[int, int, int]:
    told = await wallets.statement(reader)
    assert await wallets.audit() == []
    return told.balance, told.reserved, told.available
