"""Receipts of the platforms' shops: each payment is credited once and taken back once, however often told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.credits.acts import COLUMNS, entry_row
from storage.credits.tables import BalanceRow, LedgerRow, PurchaseRow, WalletRow
from storage.credits.values import Kind, Unit
from storage.credits.wallet import Wallets
from storage.database import Database
from storage.errors import PurchaseUnknown
from storage.ids import derived_id
from storage.reader.once import insert_into, insert_once


class Bought(StrEnum):
    """What was bought: two kinds that have nothing to do with one another."""

    CREDITS = "credits"
    BOOK = "book"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A payment that a platform confirmed."""

    platform: str
    receipt: str
    """The platform's own id of it."""
    kind: Bought
    pack: str
    """The pack's name; of a book its id."""
    credits: int
    paid: int
    currency: str
    at: datetime
    refunded_at: datetime | None
    taken_back: int
    """Credits that its refund took: what was still there of them."""


class Purchases:
    """The receipts of all readers."""

    def __init__(self, database: Database, wallets: Wallets) -> None:
        """Take an open database and the wallets that are filled."""
        self._database = database
        self._wallets = wallets
        insert = insert_into(LedgerRow, is_sqlite=database.is_sqlite)
        self._entry = insert.on_conflict_do_nothing().returning(*COLUMNS)

    async def keep(
        self,
        reader_id: str,
        *,
        platform: str,
        receipt: str,
        pack: str,
        credits: int,
        paid: int = 0,
        currency: str = "",
        kind: Bought = Bought.CREDITS,
    ) -> bool:
        """Keep a receipt and credit what it bought; False when it was kept before, and then nothing happens.

        Raises `ReaderUnknown`, `BadAmount`.
        """
        purchase_id = derived_id("purchase", platform, receipt)
        async with self._database.write(durable=True) as session:
            row = {
                "id": purchase_id,
                "wallet_id": await self._wallets.wallet_id(reader_id),
                "platform": platform,
                "receipt": receipt,
                "kind": kind.value,
                "pack": pack,
                "credits": credits if kind is Bought.CREDITS else 0,
                "paid": paid,
                "currency": currency,
                "at": datetime.now(UTC),
                "refunded_at": None,
                "taken_back": 0,
            }
            # The row comes first: of two who are told of one payment, the later finds it there.
            if not await insert_once(session, PurchaseRow, row):
                return False
            if kind is Bought.CREDITS:
                reason = f"bought on {platform}"
                await self._wallets.grant(
                    reader_id, credits, intent=_intent(purchase_id), reason=reason, kind=Kind.PURCHASE
                )
        return True

    async def take_back(self, platform: str, receipt: str) -> Purchase:
        """Take back what a refunded payment bought, as far as it is still there; the same again does nothing.

        Raises `PurchaseUnknown`.
        """
        now = datetime.now(UTC)
        async with self._database.write(durable=True) as session:
            row = await self._row(session, platform, receipt, lock=True)
            if row.refunded_at is None:
                taken = await self._take(session, row, now) if row.credits else 0
                values = {"refunded_at": now, "taken_back": taken}
                await session.execute(update(PurchaseRow).where(PurchaseRow.id == row.id).values(**values))
                row.refunded_at, row.taken_back = now, taken
            return _purchase(row)

    async def find(self, platform: str, receipt: str) -> Purchase:
        """Return a purchase. Raises `PurchaseUnknown`."""
        async with self._database.read() as session:
            return _purchase(await self._row(session, platform, receipt))

    async def buyer(self, platform: str, receipt: str) -> str:
        """Return the reader who has the wallet that a payment filled. Raises `PurchaseUnknown`."""
        async with self._database.read() as session:
            row = await self._row(session, platform, receipt)
            owner, heir = aliased(WalletRow), aliased(WalletRow)
            found = select(func.coalesce(owner.reader_id, heir.reader_id)).where(owner.id == row.wallet_id)
            reader: str | None = await session.scalar(found.outerjoin(heir, heir.id == owner.heir))
        if reader is None:
            raise PurchaseUnknown(receipt)
        return reader

    async def list_of(self, reader_id: str) -> list[Purchase]:
        """Return what a reader bought, newest first."""
        mine = select(PurchaseRow).join(WalletRow, WalletRow.id == PurchaseRow.wallet_id)
        mine = mine.where(WalletRow.reader_id == reader_id).order_by(PurchaseRow.at.desc())
        async with self._database.read() as session:
            return [_purchase(row) for row in await session.scalars(mine)]

    async def _row(
        self, session: AsyncSession, platform: str, receipt: str, *, lock: bool = False
    ) -> PurchaseRow:
        wanted = select(PurchaseRow).where(PurchaseRow.id == derived_id("purchase", platform, receipt))
        row: PurchaseRow | None = await session.scalar(wanted.with_for_update() if lock else wanted)
        if row is None:
            raise PurchaseUnknown(receipt)
        return row

    async def _take(self, session: AsyncSession, row: PurchaseRow, now: datetime) -> int:
        # A wallet that was taken over is empty; what it had is in the one that took it.
        heir = await session.scalar(select(WalletRow.heir).where(WalletRow.id == row.wallet_id))
        wallet_id = heir or row.wallet_id
        free = select(BalanceRow.balance - BalanceRow.reserved).where(
            BalanceRow.wallet_id == wallet_id, BalanceRow.unit == Unit.CREDIT.value
        )
        taken = min(row.credits, int(await session.scalar(free.with_for_update()) or 0))
        if taken:
            intent = f"{_intent(row.id)} refunded"
            entry = entry_row(wallet_id, Kind.REFUND, -taken, 0, intent, f"refunded on {row.platform}", now)
            await session.execute(self._entry, {**entry, "about": _intent(row.id)})
        return taken


def _intent(purchase_id: str) -> str:
    return f"purchase {purchase_id}"


def _purchase(row: PurchaseRow) -> Purchase:
    return Purchase(
        platform=row.platform,
        receipt=row.receipt,
        kind=Bought(row.kind),
        pack=row.pack,
        credits=row.credits,
        paid=row.paid,
        currency=row.currency,
        at=row.at,
        refunded_at=row.refunded_at,
        taken_back=row.taken_back,
    )
