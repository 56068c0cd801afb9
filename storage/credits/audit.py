"""The audit: the ledger replayed from its first entry, and compared with what is kept beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, text

from storage.credits.tables import BalanceRow, HoldRow, LedgerRow
from storage.credits.values import Discrepancy, Kind
from storage.database import Database

_AT_ONCE = 1_000


@dataclass(slots=True)
class _Replayed:
    """A wallet's unit, as its entries told it so far."""

    balance: int = 0
    reserved: int = 0
    holds: dict[str, int] = field(default_factory=dict)


async def audit(database: Database) -> list[Discrepancy]:
    """Return where balances, holds or endings are not what the entries make of them."""
    wallets: dict[tuple[str, str], _Replayed] = defaultdict(_Replayed)
    found: list[Discrepancy] = []
    charges: dict[str, int] = {}
    query = select(
        LedgerRow.number,
        LedgerRow.wallet_id,
        LedgerRow.unit,
        LedgerRow.kind,
        LedgerRow.amount,
        LedgerRow.held,
        LedgerRow.intent,
        LedgerRow.about,
    )
    query = query.where(LedgerRow.number > bindparam("seen")).order_by(LedgerRow.number).limit(_AT_ONCE)
    async with database.read() as session:
        if not database.is_sqlite:
            # One state for all that is compared; SQLite's readers have that anyway.
            await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        seen = 0
        while rows := (await session.execute(query, {"seen": seen})).all():
            for row in rows:
                _replay(wallets[row.wallet_id, row.unit], charges, row, found)
            seen = rows[-1].number
        balances = (await session.execute(select(BalanceRow))).scalars().all()
        holds: dict[tuple[str, str], int] = defaultdict(int)
        for hold in (await session.execute(select(HoldRow))).scalars():
            holds[hold.wallet_id, hold.unit] += hold.amount
    kept = {(row.wallet_id, row.unit): row for row in balances}
    for key in sorted(wallets.keys() | kept.keys()):
        told, held = wallets[key], kept.get(key)
        is_ = (held.balance, held.reserved) if held is not None else (0, 0)
        pairs = (
            ("balance", told.balance, is_[0]),
            ("reserved", told.reserved, is_[1]),
            ("holds", sum(told.holds.values()), holds[key]),
        )
        found += [Discrepancy(*key, what, says, keeps) for what, says, keeps in pairs if says != keeps]
    return found


def _replay(wallet: _Replayed, charges: dict[str, int], row: Any, found: list[Discrepancy]) -> None:
    wallet.balance += row.amount
    wallet.reserved += row.held
    if not 0 <= wallet.reserved <= wallet.balance:
        found.append(Discrepancy(row.wallet_id, row.unit, "negative", wallet.balance, wallet.reserved))
    if row.kind == Kind.RESERVE:
        wallet.holds[row.intent] = row.held
    elif row.kind in {Kind.SETTLE, Kind.RELEASE}:
        held = wallet.holds.pop(row.about, 0)
        if held != -row.held:
            found.append(Discrepancy(row.wallet_id, row.unit, "ending", held, -row.held))
    elif row.kind == Kind.REFUND:
        charged = charges.pop(row.about, 0)
        if abs(charged) < abs(row.amount) or charged * row.amount >= 0:
            found.append(Discrepancy(row.wallet_id, row.unit, "refund", charged, row.amount))
    if row.kind in {Kind.SPEND, Kind.SETTLE, Kind.PURCHASE}:
        charges[row.intent] = row.amount
