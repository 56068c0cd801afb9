"""Tables of money: wallets, the append-only ledger, purchases, and what a book's licence allows.

Amounts are whole units. What is written is the ledger alone: triggers (migration 0008) carry each entry over
to `credits_balance` and `credits_holds`, refuse to change or delete one, and the checks here refuse one that
would overdraw. So the balance is the sum of the ledger on either engine, whoever writes.

A ledger outlives its reader (a wallet then belongs to nobody), so no row holds a person or a word of a story.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base

_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class WalletRow(Base):
    """A wallet and whose it is."""

    __tablename__ = "credits_wallet"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Random, so that a ledger whose reader is erased says nothing of them."""
    reader_id: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("users.id", ondelete="SET NULL"), unique=True
    )
    tier: Mapped[str] = mapped_column(String(32))
    """As the operator set it; "" for the usual one."""
    heir: Mapped[str | None] = mapped_column(String(32), ForeignKey("credits_wallet.id"))
    """The wallet that took this one over when two accounts were linked."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class BalanceRow(Base):
    """How much of a unit a wallet has; moved by the ledger's trigger alone."""

    __tablename__ = "credits_balance"
    __table_args__ = (
        CheckConstraint("balance >= 0", name="not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= balance", name="reserved_is_there"),
    )

    wallet_id: Mapped[str] = mapped_column(String(32), ForeignKey("credits_wallet.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(16), primary_key=True)
    balance: Mapped[int] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger)
    period: Mapped[str] = mapped_column(String(16))
    """The last month, of text the last day, whose included amount was granted."""


class LedgerRow(Base):
    """One entry of the ledger: written once, never changed."""

    __tablename__ = "credits_ledger"
    __table_args__ = (
        ForeignKeyConstraint(["wallet_id", "unit"], ["credits_balance.wallet_id", "credits_balance.unit"]),
        CheckConstraint(
            "(kind IN ('grant', 'purchase') AND amount > 0 AND held = 0 AND about IS NULL)"
            " OR (kind = 'spend' AND amount < 0 AND held = 0 AND about IS NULL)"
            " OR (kind = 'refund' AND amount <> 0 AND held = 0 AND about IS NOT NULL)"
            " OR (kind = 'reserve' AND amount = 0 AND held > 0 AND about IS NULL"
            " AND expires_at IS NOT NULL)"
            " OR (kind = 'settle' AND amount < 0 AND held <= amount AND about IS NOT NULL)"
            " OR (kind = 'release' AND amount = 0 AND held < 0 AND about IS NOT NULL)",
            name="shape",
        ),
    )

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=True)
    wallet_id: Mapped[str] = mapped_column(String(32), index=True)
    unit: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int] = mapped_column(BigInteger)
    """Signed; the sum over a wallet and unit is its balance."""
    held: Mapped[int] = mapped_column(BigInteger)
    """Signed; the sum over a wallet and unit is what is reserved."""
    intent: Mapped[str] = mapped_column(String(240), unique=True)
    """One key an act: the same act twice is one entry."""
    about: Mapped[str | None] = mapped_column(String(240), ForeignKey("credits_ledger.intent"), unique=True)
    """What is ended or given back. Unique: a hold ends once, a charge is refunded once."""
    reason: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class HoldRow(Base):
    """A reserve that has not ended; kept by the ledger's trigger alone."""

    __tablename__ = "credits_holds"

    intent: Mapped[str] = mapped_column(String(240), ForeignKey("credits_ledger.intent"), primary_key=True)
    wallet_id: Mapped[str] = mapped_column(String(32), index=True)
    unit: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class PurchaseRow(Base):
    """A receipt of a platform's shop."""

    __tablename__ = "purchases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Derived from platform and receipt: the same payment told twice is one purchase."""
    wallet_id: Mapped[str] = mapped_column(String(32), ForeignKey("credits_wallet.id"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    receipt: Mapped[str] = mapped_column(String(240))
    """The platform's own id of the payment, by which it is refunded."""
    kind: Mapped[str] = mapped_column(String(16))
    """credits, or a book: two different things."""
    pack: Mapped[str] = mapped_column(String(64))
    """What was bought, by its name in the configuration; for a book its id."""
    credits: Mapped[int] = mapped_column(BigInteger)
    paid: Mapped[int] = mapped_column(BigInteger)
    """In the smallest part of `currency`; 0 where the platform does not tell."""
    currency: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    refunded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken_back: Mapped[int] = mapped_column(BigInteger)
    """Credits that a refund took; fewer than were bought when they were spent already."""


class LicenseFlagsRow(Base):
    """What may be made from a canonical book; a missing row means the default of its source."""

    __tablename__ = "license_flags"

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    summaries: Mapped[bool] = mapped_column(Boolean, default=True)
    long_quotes: Mapped[bool] = mapped_column(Boolean, default=True)
    visuals: Mapped[bool] = mapped_column(Boolean, default=True)
    note: Mapped[str] = mapped_column(Text, default="")


class QuotedRow(Base):
    """How much of a canonical book's own words a reader was shown in a day, where that is limited."""

    __tablename__ = "quoted"

    reader_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    chars: Mapped[int] = mapped_column(Integer)
