"""Tables of money: wallets, the append-only ledger, purchases, and what a book's licence allows.

Amounts are whole credits. The balance is the sum of the ledger; the wallet row only guards it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class WalletRow(Base):
    """A reader's wallet. `balance` and `reserved` are credits; neither may ever be negative."""

    __tablename__ = "credits_wallet"
    __table_args__ = (
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
    )

    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(Integer, default=0)
    reserved: Mapped[int] = mapped_column(Integer, default=0)


class LedgerRow(Base):
    """One entry of the ledger: written once, never changed."""

    __tablename__ = "credits_ledger"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("credits_wallet.user_id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """grant, reserve, settle, release, spend, refund or purchase."""
    amount: Mapped[int] = mapped_column(Integer)
    """Signed credits; the sum over a wallet is its balance."""
    intent: Mapped[str] = mapped_column(String(120), unique=True)
    """One key per act: the same act twice is one entry."""
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PurchaseRow(Base):
    """A receipt of a platform's shop."""

    __tablename__ = "purchases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    receipt: Mapped[str] = mapped_column(String(200), unique=True)
    """The platform's own id of the payment."""
    kind: Mapped[str] = mapped_column(String(16))
    """credits, or ownership of a book: two different things."""
    credits: Mapped[int] = mapped_column(Integer, default=0)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


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
