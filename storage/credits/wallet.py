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
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.credits.acts import (
    COLUMNS,
    ENDING,
    ENTRIES_OF,
    GUARDED,
    OWN,
    REASON_CHARS,
    STANDING,
    WRITTEN,
    Act,
    entry_row,
    find_entry,
    own_words,
    result_of,
    said,
    to_entry,
    whole,
)
from storage.credits.audit import audit
from storage.credits.tables import BalanceRow, HoldRow, LedgerRow, WalletRow
from storage.credits.terms import Terms, Tier
from storage.credits.values import Discrepancy, Entry, Hold, Kind, Left, Statement, Unit
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
from storage.grouped import Grouped
from storage.ids import new_id
from storage.reader.once import insert_into, insert_once
from storage.reader.tables import UserRow

EXPIRED = "expired"
"""Why a hold was let go of that nobody ended in time."""
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
        self._entry = insert.on_conflict_do_nothing().returning(*COLUMNS)
        self._act = insert.from_select(WRITTEN, GUARDED).on_conflict_do_nothing()
        self._end = insert.from_select(WRITTEN, ENDING).on_conflict_do_nothing().returning(*COLUMNS)
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
        return await self._do(Act(reader_id, kind, whole(amount), 0, intent, reason, unit))

    async def reserve(
        self, reader_id: str, amount: int, *, intent: str, reason: str, expires_at: datetime
    ) -> Hold:
        """Set credits aside until `settle` or `release`, or until they are swept after `expires_at`.

        Asked again, the first hold is returned as it was, whatever `expires_at` says now and even when it
        has ended since. Raises `NotEnoughCredits`, `IntentReused`, `ReaderUnknown`.
        """
        if expires_at.tzinfo is None:
            raise ValueError("times are aware")
        act = Act(reader_id, Kind.RESERVE, 0, whole(amount), intent, reason, Unit.CREDIT, expires_at)
        entry = await self._do(act)
        assert entry.expires_at is not None
        return Hold(entry.intent, entry.held, entry.reason, entry.at, entry.expires_at)

    async def spend(
        self, reader_id: str, amount: int, *, intent: str, reason: str, unit: Unit = Unit.CREDIT
    ) -> Entry:
        """Take credits at once. Raises `NotEnoughCredits`, `IntentReused`, `ReaderUnknown`."""
        return await self._do(Act(reader_id, Kind.SPEND, -whole(amount), 0, intent, reason, unit))

    async def settle(self, intent: str, amount: int | None = None) -> Entry:
        """Spend what was set aside, or `amount` of it and let go of the rest.

        Raises `HoldEnded` when it ended otherwise, `IntentUnknown`, and `BadAmount` for more than is held.
        """
        return await self._finish(intent, Kind.SETTLE, None if amount is None else -whole(amount), None)

    async def release(self, intent: str, reason: str) -> Entry:
        """Let go of what was set aside. Raises `HoldEnded` when it was settled, `IntentUnknown`."""
        return await self._finish(intent, Kind.RELEASE, 0, said(reason, REASON_CHARS))

    async def refund(self, intent_of_spend: str, *, intent: str, reason: str) -> Entry:
        """Give back all that a charge took: a spend, or a hold that was settled.

        Raises `AlreadyRefunded`, `IntentReused`, and `IntentUnknown` when nothing was charged under it.
        """
        intent = own_words(intent)
        async with self._write() as session:
            charge = await self._charge(session, intent_of_spend)
            row = {
                **entry_row(charge.wallet_id, Kind.REFUND, -charge.amount, 0, intent, reason, self._clock()),
                "unit": charge.unit,
                "about": charge.intent,
            }
            inserted = (await session.execute(self._entry, row)).first()
            if inserted is not None:
                await self._pass_on(session, charge.wallet_id)
                return to_entry(inserted)
            found = await find_entry(session, intent)
            if found is None:
                raise AlreadyRefunded(intent_of_spend)
            entry = to_entry(found)
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

    async def set_tier(self, reader_id: str, tier: str) -> None:
        """Put a reader on a tier; one that includes more gives the difference for this month at once.

        Raises `ReaderUnknown`.
        """
        async with self._write() as session:
            wallet = await self._touched(session, reader_id, Unit.CREDIT)
            await session.execute(update(WalletRow).where(WalletRow.id == wallet.id).values(tier=tier))
            now = self._clock()
            period = self._terms.period(Unit.CREDIT, now)
            own = f"included{OWN}{wallet.id}{OWN}{Unit.CREDIT}{OWN}{period}"
            given = await session.scalar(
                select(func.sum(LedgerRow.amount)).where(
                    LedgerRow.wallet_id == wallet.id, LedgerRow.intent.startswith(own, autoescape=True)
                )
            )
            more = self._terms.tier(tier).included_credits - int(given or 0)
            if more > 0:
                intent, reason = f"{own}{OWN}{tier}", f"included in {period}, now {tier}"
                row = entry_row(wallet.id, Kind.GRANT, more, 0, intent, reason, now)
                await session.execute(self._entry, row)

    async def hand_over(self, gone: str, kept: str) -> None:
        """Let the wallet of the reader `gone` go over to `kept`, what comes free in it later too.

        What both were given for this month stays one gift. The entries stay where they are.
        """
        async with self._write() as session:
            old = await session.scalar(select(WalletRow.id).where(WalletRow.reader_id == gone))
            if old is None:
                return
            heir = await self._touched(session, kept, Unit.CREDIT)
            period = self._terms.period(Unit.CREDIT, self._clock())
            gift = await find_entry(session, f"included{OWN}{old}{OWN}{Unit.CREDIT}{OWN}{period}")
            if gift is not None:
                await self._move(session, old, None, gift.amount, "included once")
            await session.execute(
                update(WalletRow)
                .where(or_(WalletRow.id == old, WalletRow.heir == old))
                .values(heir=heir.id, reader_id=None)
            )
            await self._pass_on(session, old)

    # ---- looking ---------------------------------------------------------------------------

    async def statement(self, reader_id: str, last: int = 10) -> Statement:
        """Return how a wallet stands, this month's included credits in it, with its `last` entries."""
        latest = (
            select(*COLUMNS)
            .where(LedgerRow.wallet_id == bindparam("wallet"), LedgerRow.unit == Unit.CREDIT.value)
            .order_by(LedgerRow.number.desc())
            .limit(last)
        )
        async with self._write() as session:
            wallet = await self._touched(session, reader_id, Unit.CREDIT)
            found = await session.execute(STANDING, {"wallet": wallet.id, "unit": Unit.CREDIT.value})
            balance, reserved, _ = found.one()
            entries = [to_entry(row) for row in (await session.execute(latest, {"wallet": wallet.id}))]
        return Statement(balance, reserved, balance - reserved, tuple(entries), self._renews_at(wallet.tier))

    async def left(self, reader_id: str, unit: Unit) -> Left | None:
        """Return what is left of today's allowance of text; None where there is no limit."""
        if not self._terms.limits_text:
            return None
        async with self._write() as session:
            wallet = await self._touched(session, reader_id, unit)
            renews_at = self._renews_at(wallet.tier, unit)
            if renews_at is None:
                return None
            found = await session.execute(STANDING, {"wallet": wallet.id, "unit": unit.value})
            return Left(unit, self._terms.tier(wallet.tier).included(unit), found.one().balance, renews_at)

    async def use_up(self, reader_id: str, unit: Unit, count: int, *, intent: str) -> None:
        """Take `count` from today's allowance of text, or what is left of it; nothing without a limit."""
        while (now := await self.left(reader_id, unit)) is not None and now.left:
            try:
                taken = min(count, now.left)
                await self.spend(reader_id, taken, intent=intent, reason="text", unit=unit)
            except NotEnoughCredits:
                continue  # another question of this reader took some meanwhile
            return

    async def tier(self, reader_id: str) -> tuple[str, Tier]:
        """Return the tier of a reader with its name."""
        async with self._database.read() as session:
            mine = select(WalletRow.tier).where(WalletRow.reader_id == reader_id)
            name = await session.scalar(mine) or self._terms.usual
        return name, self._terms.tier(name)

    async def wallet_id(self, reader_id: str) -> str:
        """Return the id of a reader's wallet, made at first sight. Raises `ReaderUnknown`."""
        async with self._write() as session:
            return (await self._touched(session, reader_id, Unit.CREDIT)).id

    async def audit(self) -> list[Discrepancy]:
        """Replay the ledger and return where what is kept says otherwise; nothing when all is right."""
        return await audit(self._database)

    # ---- how -------------------------------------------------------------------------------

    async def _do(self, act: Act) -> Entry:
        if not self._database.is_writing:
            done = await self._acts.result_of(act)
            if done is not None:
                return result_of(done)
        async with self._write() as session:
            done = (await self._do_all(session, [act]))[0]
            if done is None:
                # A month begins, the wallet is new, or there is not enough in it.
                wallet = await self._touched(session, act.reader_id, act.unit)
                done = (await self._do_all(session, [act]))[0]
            if done is None:
                found = await session.execute(STANDING, {"wallet": wallet.id, "unit": act.unit.value})
                balance, reserved, _ = found.one()
                needed = act.held - act.amount
                renews_at = self._renews_at(wallet.tier, act.unit)
                raise NotEnoughCredits(needed, balance - reserved, renews_at)
        return result_of(done)

    async def _do_together(self, acts: Sequence[Act]) -> list[Entry | IntentReused | None]:
        async with self._write() as session:
            return await self._do_all(session, acts)

    async def _do_all(self, session: AsyncSession, acts: Sequence[Act]) -> list[Entry | IntentReused | None]:
        """Do what the wallets cover; of each act return its entry, perhaps an older one, or None."""
        now = self._clock()
        periods = {unit: self._terms.period(unit, now) for unit in Unit}
        # By reader: two processes then lock the wallets of their groups in one order.
        ordered = sorted(acts, key=lambda act: act.reader_id)
        await session.execute(self._act, [act.values(now, periods[act.unit]) for act in ordered])
        entries = await session.execute(ENTRIES_OF, {"wanted": [act.intent for act in acts]})
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
                return to_entry(done)
            held = await find_entry(session, intent)
            if held is None or held.kind != Kind.RESERVE:
                raise IntentUnknown(intent)
            before = await find_entry(session, f"{intent}{OWN}end")
            if before is None:
                raise BadAmount(str(-(amount or 0)), held.held)
            entry = to_entry(before)
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
        """Return a reader's wallet, made at first sight, with what this period includes in it."""
        now = self._clock().astimezone(UTC)
        mine = select(WalletRow).where(WalletRow.reader_id == reader_id)
        wallet: WalletRow | None = await session.scalar(mine)
        if wallet is None:
            if await session.get(UserRow, reader_id) is None:
                raise ReaderUnknown(reader_id)
            values = {"id": new_id(), "reader_id": reader_id, "tier": "", "made_at": now, "heir": None}
            await insert_once(session, WalletRow, values)
            wallet = (await session.scalars(mine)).one()
        values = {"wallet_id": wallet.id, "unit": unit.value, "balance": 0, "reserved": 0, "period": ""}
        await insert_once(session, BalanceRow, values)
        await self._renew(session, wallet, unit, now)
        return wallet

    async def _renew(self, session: AsyncSession, wallet: WalletRow, unit: Unit, now: datetime) -> None:
        """Give what a period that begins includes; of text, what the one before left over lapses."""
        period = self._terms.period(unit, now)
        row = await session.execute(STANDING, {"wallet": wallet.id, "unit": unit.value})
        balance, _, granted = row.one()
        if granted == period:
            return
        ref = f"{wallet.id}{OWN}{unit}{OWN}{period}"
        if unit is not Unit.CREDIT and balance:
            lapse = entry_row(wallet.id, Kind.SPEND, -balance, 0, f"lapsed{OWN}{ref}", "lapsed", now, unit)
            await session.execute(self._entry, lapse)
        included = self._terms.tier(wallet.tier).included(unit)
        if included:
            told = f"included in {period}"
            grant = entry_row(wallet.id, Kind.GRANT, included, 0, f"included{OWN}{ref}", told, now, unit)
            await session.execute(self._entry, grant)
        mine = (BalanceRow.wallet_id == wallet.id, BalanceRow.unit == unit.value)
        await session.execute(update(BalanceRow).where(*mine).values(period=period))

    def _renews_at(self, tier: str, unit: Unit = Unit.CREDIT) -> datetime | None:
        if not self._terms.tier(tier).included(unit):
            return None
        return self._terms.renews_at(unit, self._clock())

    async def _pass_on(self, session: AsyncSession, wallet_id: str) -> None:
        """Hand what came free in a wallet that was taken over to the one that took it."""
        heir = await session.scalar(select(WalletRow.heir).where(WalletRow.id == wallet_id))
        if heir is not None:
            await self._move(session, wallet_id, heir, None, "linked accounts")

    async def _move(
        self, session: AsyncSession, wallet_id: str, to: str | None, most: int | None, reason: str
    ) -> None:
        """Take what is free in a wallet, at most `most`, and give it to another, or to nobody."""
        mine = select(BalanceRow.balance - BalanceRow.reserved).where(
            BalanceRow.wallet_id == wallet_id, BalanceRow.unit == Unit.CREDIT.value
        )
        free = int(await session.scalar(mine.with_for_update()) or 0)
        amount = free if most is None else min(free, most)
        if amount:
            intent, now = f"moved{OWN}{new_id()}", self._clock()
            taken = entry_row(wallet_id, Kind.SPEND, -amount, 0, intent, reason, now)
            await session.execute(self._entry, taken)
            if to is not None:
                given = entry_row(to, Kind.GRANT, amount, 0, f"{intent}{OWN}in", reason, now)
                await session.execute(self._entry, given)
