"""The statements of a wallet, and an act as their parameters.

An act inserts an entry where the balance covers it and its key is not taken; an ending inserts one where its
hold stands. Triggers do the rest (see tables.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Row, String, bindparam, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.credits.tables import BalanceRow, HoldRow, LedgerRow, WalletRow
from storage.credits.values import MOST, Entry, Kind, Unit
from storage.errors import BadAmount, IntentReused

OWN = "#"
"""Marks the intents that are made here; nobody else's may hold it."""
_INTENT_CHARS = 200
REASON_CHARS = 200

WRITTEN = ["wallet_id", "unit", "kind", "amount", "held", "intent", "about", "reason", "expires_at", "at"]
COLUMNS = tuple(getattr(LedgerRow, name) for name in WRITTEN)
STANDING = select(BalanceRow.balance, BalanceRow.reserved, BalanceRow.period).where(
    BalanceRow.wallet_id == bindparam("wallet"), BalanceRow.unit == bindparam("unit")
)
_ENTRY_OF = select(*COLUMNS).where(LedgerRow.intent == bindparam("wanted"))
_owner = aliased(WalletRow)
_heir = aliased(WalletRow)
ENTRIES_OF = (
    select(*COLUMNS, func.coalesce(_owner.reader_id, _heir.reader_id).label("reader_id"))
    .join(_owner, _owner.id == LedgerRow.wallet_id)
    .outerjoin(_heir, _heir.id == _owner.heir)
    .where(LedgerRow.intent.in_(bindparam("wanted", expanding=True)))
)
_NUMBER = BigInteger()
_TIME = DateTime(timezone=True)

_amount = bindparam("amount", type_=_NUMBER)
GUARDED = (
    select(
        BalanceRow.wallet_id,
        BalanceRow.unit,
        bindparam("kind", type_=String()),
        _amount,
        bindparam("held", type_=_NUMBER),
        bindparam("intent", type_=String()),
        literal_column("NULL", String()),
        bindparam("reason", type_=String()),
        bindparam("expires_at", type_=_TIME),
        bindparam("at", type_=_TIME),
    )
    .join(WalletRow, WalletRow.id == BalanceRow.wallet_id)
    .where(
        WalletRow.reader_id == bindparam("reader"),
        BalanceRow.period == bindparam("period"),
        BalanceRow.unit == bindparam("unit"),
        # After the act no more may be set aside than is there.
        BalanceRow.balance + _amount >= BalanceRow.reserved + bindparam("held", type_=_NUMBER),
    )
    # PostgreSQL: whoever waits for the row looks at it anew, so the last credit has one winner.
    .with_for_update(of=BalanceRow)
)
ENDING = (
    select(
        HoldRow.wallet_id,
        HoldRow.unit,
        bindparam("kind", type_=String()),
        func.coalesce(_amount, -HoldRow.amount),
        -HoldRow.amount,
        bindparam("ending", type_=String()),
        HoldRow.intent,
        func.coalesce(bindparam("reason", type_=String()), LedgerRow.reason),
        literal_column("NULL", _TIME),
        bindparam("at", type_=_TIME),
    )
    .join(LedgerRow, LedgerRow.intent == HoldRow.intent)
    .where(HoldRow.intent == bindparam("hold"), HoldRow.amount >= -func.coalesce(_amount, 0))
    .with_for_update(of=HoldRow)
)


@dataclass(frozen=True, slots=True)
class Act:
    """What a reader's wallet is asked to do."""

    reader_id: str
    kind: Kind
    amount: int
    held: int
    intent: str
    reason: str
    unit: Unit
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        own_words(self.intent)
        said(self.reason, REASON_CHARS)

    def values(self, now: datetime, period: str) -> dict[str, Any]:
        return {
            "reader": self.reader_id,
            "period": period,
            "unit": self.unit.value,
            "kind": self.kind.value,
            "amount": self.amount,
            "held": self.held,
            "intent": self.intent,
            "reason": self.reason,
            "expires_at": self.expires_at and self.expires_at.astimezone(UTC),
            "at": now.astimezone(UTC),
        }

    def result(self, row: Row[Any] | None) -> Entry | IntentReused | None:
        """Return the entry that stands under this act's intent, if it is what the act would have written."""
        if row is None:
            return None
        mine = (self.reader_id, self.unit, self.kind, self.amount, self.held, self.reason)
        if mine != (row.reader_id, row.unit, row.kind, row.amount, row.held, row.reason):
            return IntentReused(self.intent)
        return to_entry(row)


def result_of(done: Entry | IntentReused) -> Entry:
    if isinstance(done, IntentReused):
        raise done
    return done


async def find_entry(session: AsyncSession, intent: str) -> Row[Any] | None:
    return (await session.execute(_ENTRY_OF, {"wanted": intent})).first()


def entry_row(
    wallet_id: str,
    kind: Kind,
    amount: int,
    held: int,
    intent: str,
    reason: str,
    now: datetime,
    unit: Unit = Unit.CREDIT,
) -> dict[str, Any]:
    return {
        "wallet_id": wallet_id,
        "unit": unit.value,
        "kind": kind.value,
        "amount": amount,
        "held": held,
        "intent": intent,
        "about": None,
        "reason": said(reason, REASON_CHARS),
        "expires_at": None,
        "at": now.astimezone(UTC),
    }


def to_entry(row: Row[Any]) -> Entry:
    expires_at = row.expires_at
    return Entry(
        intent=row.intent,
        kind=Kind(row.kind),
        unit=Unit(row.unit),
        amount=row.amount,
        held=row.held,
        reason=row.reason,
        at=_aware(row.at),
        about=row.about,
        expires_at=None if expires_at is None else _aware(expires_at),
    )


def _aware(time: datetime) -> datetime:
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def whole(amount: object) -> int:
    # A bool is an int to Python; a float may be whole and still be none.
    if type(amount) is not int or not 1 <= amount <= MOST:
        raise BadAmount(repr(amount)[:40], MOST)
    return amount


def own_words(intent: str) -> str:
    if OWN in said(intent, _INTENT_CHARS):
        raise ValueError(f"an intent holds no {OWN}")
    return intent


def said(text: str, most: int) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= most or not text.isprintable():
        raise ValueError(f"intents and reasons are 1 to {most} printable characters")
    return text
