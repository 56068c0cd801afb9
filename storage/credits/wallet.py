"""Wallets: what a reader has, what is set aside, and every act upon it under a key of its own.

Each act is one statement: an entry is inserted where the balance covers it, and a key that is taken inserts
nothing; the rest follows by trigger (see tables.py). What was done already is answered with its first result,
so whoever was killed in between asks again with the same intent. An act joins the transaction that its task
has open (`Storage.keeping`), and then stands or falls with it.

Neither an intent nor a reason may hold a word of a story or a name: the ledger outlives book and reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Row,
    String,
    bindparam,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.credits.audit import audit
from storage.credits.tables import BalanceRow, HoldRow, LedgerRow, WalletRow
from storage.credits.terms import Terms
from storage.credits.values import MOST, Discrepancy, Entry, Hold, Kind, Statement, Unit
from storage.database import Database
from storage.errors import (
    AlreadyRefunded,
    BadAmount,
    HoldEnded,
    IntentReused,
    IntentUnknown,
    NotEnoughCredits,
    ReaderUnknown,
)
from storage.ids import new_id
from storage.reader.grouped import Grouped
from storage.reader.once import insert_into, insert_once
from storage.reader.tables import UserRow

OWN = "#"
"""Marks the intents that are made here; nobody else's may hold it."""
_INTENT_CHARS = 200
_REASON_CHARS = 200
_EXPIRED_AT_ONCE = 200


def now_utc() -> datetime:
    """Return the time of now."""
    return datetime.now(UTC)


class Wallets:
    """The wallets of all readers. Amounts are whole numbers from 1 to `MOST`, else `BadAmount`."""

    def __init__(
        self, database: Database, terms: Terms | None = None, clock: Callable[[], datetime] = now_utc
    ) -> None:
        """Take an open database, what the tiers include, and what tells the time."""
        self._database = database
        self._terms = terms or Terms()
        self._clock = clock
        insert = insert_into(LedgerRow, is_sqlite=database.is_sqlite)
        self._entry = insert.on_conflict_do_nothing().returning(*_COLUMNS)
        self._act = insert.from_select(_WRITTEN, _GUARDED).on_conflict_do_nothing()
        self._end = insert.from_select(_WRITTEN, _ENDING).on_conflict_do_nothing().returning(*_COLUMNS)
        self._acts = Grouped(self._do_together)

    # ---- acts ------------------------------------------------------------------------------

    async def grant(
        self,
        reader_id: str,
        amount: int,
        *,
        intent: str,
        reason: str,
        unit: Unit = Unit.CREDIT,
        kind: Kind = Kind.GRANT,
    ) -> Entry:
        """Give something; `kind` is a grant or a purchase.

        Raises `IntentReused`, `ReaderUnknown`.
        """
        return await self._do(_Act(reader_id, kind, _whole(amount), 0, intent, reason, unit))

    async def reserve(
        self, reader_id: str, amount: int, *, intent: str, reason: str, expires_at: datetime
    ) -> Hold:
        """Set credits aside until `settle` or `release`, or until they are swept after `expires_at`.

        Asked again, the first hold is returned as it was, whatever `expires_at` says now and even when it
        has ended since. Raises `NotEnoughCredits`, `IntentReused`, `ReaderUnknown`.
        """
        if expires_at.tzinfo is None:
            raise ValueError("times are aware")
        act = _Act(reader_id, Kind.RESERVE, 0, _whole(amount), intent, reason, Unit.CREDIT, expires_at)
        entry = await self._do(act)
        assert entry.expires_at is not None
        return Hold(entry.intent, entry.held, entry.reason, entry.at, entry.expires_at)

    async def spend(
        self, reader_id: str, amount: int, *, intent: str, reason: str, unit: Unit = Unit.CREDIT
    ) -> Entry:
        """Take credits at once. Raises `NotEnoughCredits`, `IntentReused`, `ReaderUnknown`."""
        return await self._do(_Act(reader_id, Kind.SPEND, -_whole(amount), 0, intent, reason, unit))

    async def settle(self, intent: str, amount: int | None = None) -> Entry:
        """Spend what was set aside, or `amount` of it and let go of the rest.

        Raises `HoldEnded` when it ended otherwise, `IntentUnknown`, and `BadAmount` for more than is held.
        """
        return await self._finish(intent, Kind.SETTLE, None if amount is None else -_whole(amount), None)

    async def release(self, intent: str, reason: str) -> Entry:
        """Let go of what was set aside. Raises `HoldEnded` when it was settled, `IntentUnknown`."""
        return await self._finish(intent, Kind.RELEASE, 0, _said(reason, _REASON_CHARS))

    async def refund(self, intent_of_spend: str, *, intent: str, reason: str) -> Entry:
        """Give back all that a charge took: a spend, or a hold that was settled.

        Raises `AlreadyRefunded`, `IntentReused`, and `IntentUnknown` when nothing was charged under it.
        """
        intent = _own_words(intent)
        async with self._write() as session:
            charge = await self._charge(session, intent_of_spend)
            row = {
                **_row(charge.wallet_id, Kind.REFUND, -charge.amount, 0, intent, reason, self._clock()),
                "unit": charge.unit,
                "about": charge.intent,
            }
            inserted = (await session.execute(self._entry, row)).first()
            if inserted is not None:
                await self._pass_on(session, charge.wallet_id)
                return _entry(inserted)
            found = await _find(session, intent)
            if found is None:
                raise AlreadyRefunded(intent_of_spend)
            entry = _entry(found)
            if (entry.kind, entry.about, entry.reason) != (Kind.REFUND, charge.intent, reason):
                raise IntentReused(intent)
            return entry

    async def release_expired(self, now: datetime) -> list[Entry]:
        """Let go of every hold whose time is over; return what was released."""
        over = select(HoldRow.intent).where(HoldRow.expires_at <= now.astimezone(UTC))
        over = over.order_by(HoldRow.expires_at).limit(_EXPIRED_AT_ONCE)
        released: list[Entry] = []
        while True:
            async with self._database.read() as session:
                intents = list(await session.scalars(over))
            ended = 0
            for intent in intents:
                try:
                    released.append(await self.release(intent, EXPIRED))
                    ended += 1
                except HoldEnded:  # settled a moment ago
                    ended += 1
            if not ended:
                return released

    # ---- looking ---------------------------------------------------------------------------

    async def statement(self, reader_id: str, last: int = 10) -> Statement:
        """Return how a wallet stands, this month's included credits in it, with its `last` entries."""
        latest = (
            select(*_COLUMNS)
            .where(LedgerRow.wallet_id == bindparam("wallet"), LedgerRow.unit == Unit.CREDIT.value)
            .order_by(LedgerRow.number.desc())
            .limit(last)
        )
        async with self._write() as session:
            wallet = await self._touched(session, reader_id, Unit.CREDIT)
            found = await session.execute(_STANDING, {"wallet": wallet.id, "unit": Unit.CREDIT.value})
            balance, reserved = found.one()
            entries = [_entry(row) for row in (await session.execute(latest, {"wallet": wallet.id}))]
        return Statement(balance, reserved, balance - reserved, tuple(entries), self._renews_at(wallet.tier))

    async def audit(self) -> list[Discrepancy]:
        """Replay the ledger and return where what is kept says otherwise; nothing when all is right."""
        return await audit(self._database)

    # ---- how -------------------------------------------------------------------------------

    async def _do(self, act: _Act) -> Entry:
        if not self._database.is_writing:
            done = await self._acts.write(act)
            if done is not None:
                return _told(done)
        async with self._write() as session:
            done = (await self._do_all(session, [act]))[0]
            if done is None:
                # A month begins, the wallet is new, or there is not enough in it.
                wallet = await self._touched(session, act.reader_id, act.unit)
                done = (await self._do_all(session, [act]))[0]
            if done is None:
                found = await session.execute(_STANDING, {"wallet": wallet.id, "unit": act.unit.value})
                balance, reserved = found.one()
                needed = act.held - act.amount
                raise NotEnoughCredits(needed, balance - reserved, self._renews_at(wallet.tier))
        return _told(done)

    async def _do_together(self, acts: Sequence[_Act]) -> list[Entry | IntentReused | None]:
        async with self._write() as session:
            return await self._do_all(session, acts)

    async def _do_all(self, session: AsyncSession, acts: Sequence[_Act]) -> list[Entry | IntentReused | None]:
        """Do what the wallets cover; of each act return its entry, perhaps an older one, or None."""
        now = self._clock()
        period = self._terms.period(now)
        # By reader: two processes then lock the wallets of their groups in one order.
        ordered = sorted(acts, key=lambda act: act.reader_id)
        await session.execute(self._act, [act.values(now, period) for act in ordered])
        entries = await session.execute(_ENTRIES_OF, {"wanted": [act.intent for act in acts]})
        found: dict[str, Any] = {row.intent: row for row in entries}
        return [act.result(found.get(act.intent)) for act in acts]

    def _write(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self._database.write(durable=True)

    async def _finish(self, intent: str, kind: Kind, amount: int | None, reason: str | None) -> Entry:
        values = {
            "hold": intent,
            "ending": f"{intent}{OWN}end",
            "kind": kind.value,
            "amount": amount,
            "reason": reason,
            "at": self._clock().astimezone(UTC),
        }
        async with self._write() as session:
            done = (await session.execute(self._end, values)).first()
            if done is not None:
                await self._pass_on(session, done.wallet_id)
                return _entry(done)
            held = await _find(session, intent)
            if held is None or held.kind != Kind.RESERVE:
                raise IntentUnknown(intent)
            before = await _find(session, f"{intent}{OWN}end")
            if before is None:
                raise BadAmount(str(-(amount or 0)), held.held)
            entry = _entry(before)
            wanted = -held.held if amount is None else amount
            if (entry.kind, entry.amount) != (kind, wanted):
                raise HoldEnded(intent, entry.kind.value)
            return entry

    async def _charge(self, session: AsyncSession, intent: str) -> LedgerRow:
        about = select(LedgerRow).where((LedgerRow.intent == intent) | (LedgerRow.about == intent))
        for row in await session.scalars(about):
            if row.kind in {Kind.SPEND, Kind.SETTLE}:
                return row
        raise IntentUnknown(intent)

    async def _touched(self, session: AsyncSession, reader_id: str, unit: Unit) -> WalletRow:
        """Return a reader's wallet, made at first sight, with this month's included credits in it."""
        now = self._clock().astimezone(UTC)
        mine = select(WalletRow).where(WalletRow.reader_id == reader_id)
        wallet: WalletRow | None = await session.scalar(mine)
        if wallet is None:
            if await session.get(UserRow, reader_id) is None:
                raise ReaderUnknown(reader_id)
            values = {"id": new_id(), "reader_id": reader_id, "tier": "", "period": "", "made_at": now}
            await insert_once(session, WalletRow, {**values, "heir": None})
            wallet = (await session.scalars(mine)).one()
        empty = {"wallet_id": wallet.id, "balance": 0, "reserved": 0}
        for each in {Unit.CREDIT, unit}:
            await insert_once(session, BalanceRow, {**empty, "unit": each.value})
        if wallet.period != self._terms.period(now):
            await self._renew(session, wallet, now)
        return wallet

    async def _renew(self, session: AsyncSession, wallet: WalletRow, now: datetime) -> None:
        period = self._terms.period(now)
        included = self._terms.tier(wallet.tier).included_credits
        if included:
            intent = f"included{OWN}{wallet.id}{OWN}{period}"
            row = _row(wallet.id, Kind.GRANT, included, 0, intent, f"included in {period}", now)
            await session.execute(self._entry, row)
        await session.execute(update(WalletRow).where(WalletRow.id == wallet.id).values(period=period))

    def _renews_at(self, tier: str) -> datetime | None:
        if not self._terms.tier(tier).included_credits:
            return None
        return self._terms.renews_at(self._clock())

    async def _pass_on(self, session: AsyncSession, wallet_id: str) -> None:
        """Hand what came free in a wallet that was taken over to the one that took it."""


EXPIRED = "expired"
"""Why a hold was let go of that nobody ended in time."""

_WRITTEN = ["wallet_id", "unit", "kind", "amount", "held", "intent", "about", "reason", "expires_at", "at"]
_COLUMNS = tuple(getattr(LedgerRow, name) for name in _WRITTEN)
_STANDING = select(BalanceRow.balance, BalanceRow.reserved).where(
    BalanceRow.wallet_id == bindparam("wallet"), BalanceRow.unit == bindparam("unit")
)
_ENTRY_OF = select(*_COLUMNS).where(LedgerRow.intent == bindparam("wanted"))
_owner = aliased(WalletRow)
_heir = aliased(WalletRow)
_ENTRIES_OF = (
    select(*_COLUMNS, func.coalesce(_owner.reader_id, _heir.reader_id).label("reader_id"))
    .join(_owner, _owner.id == LedgerRow.wallet_id)
    .outerjoin(_heir, _heir.id == _owner.heir)
    .where(LedgerRow.intent.in_(bindparam("wanted", expanding=True)))
)
_NUMBER = BigInteger()
_TIME = DateTime(timezone=True)

_amount = bindparam("amount", type_=_NUMBER)
_GUARDED = (
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
        WalletRow.period == bindparam("period"),
        BalanceRow.unit == bindparam("unit"),
        # After the act no more may be set aside than is there.
        BalanceRow.balance + _amount >= BalanceRow.reserved + bindparam("held", type_=_NUMBER),
    )
    # PostgreSQL: whoever waits for the row looks at it anew, so the last credit has one winner.
    .with_for_update(of=BalanceRow)
)
_ENDING = (
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
class _Act:
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
        _own_words(self.intent)
        _said(self.reason, _REASON_CHARS)

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
        return _entry(row)


def _told(done: Entry | IntentReused) -> Entry:
    if isinstance(done, IntentReused):
        raise done
    return done


async def _find(session: AsyncSession, intent: str) -> Row[Any] | None:
    return (await session.execute(_ENTRY_OF, {"wanted": intent})).first()


def _row(
    wallet_id: str, kind: Kind, amount: int, held: int, intent: str, reason: str, now: datetime
) -> dict[str, Any]:
    return {
        "wallet_id": wallet_id,
        "unit": Unit.CREDIT.value,
        "kind": kind.value,
        "amount": amount,
        "held": held,
        "intent": intent,
        "about": None,
        "reason": _said(reason, _REASON_CHARS),
        "expires_at": None,
        "at": now.astimezone(UTC),
    }


def _entry(row: Row[Any]) -> Entry:
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


def _whole(amount: object) -> int:
    # A bool is an int to Python; a float may be whole and still be none.
    if type(amount) is not int or not 1 <= amount <= MOST:
        raise BadAmount(repr(amount)[:40], MOST)
    return amount


def _own_words(intent: str) -> str:
    if OWN in _said(intent, _INTENT_CHARS):
        raise ValueError(f"an intent holds no {OWN}")
    return intent


def _said(text: str, most: int) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= most or not text.isprintable():
        raise ValueError(f"intents and reasons are 1 to {most} printable characters")
    return text
