"""What a wallet tells: entries, holds, statements. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST = 1_000_000_000
"""The largest amount of one act, in units."""


class Kind(StrEnum):
    """What an entry of the ledger does."""

    GRANT = "grant"
    PURCHASE = "purchase"
    RESERVE = "reserve"
    SETTLE = "settle"
    RELEASE = "release"
    SPEND = "spend"
    REFUND = "refund"


class Unit(StrEnum):
    """What is counted. Credits buy; the other two are a day's allowance of text and lapse with it."""

    CREDIT = "credit"
    QUESTION = "question"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger, never changed once it is written."""

    intent: str
    kind: Kind
    unit: Unit
    amount: int
    """How the balance changed; negative for what was taken."""
    held: int
    """How what is reserved changed."""
    reason: str
    at: datetime
    about: str | None = None
    """The intent of the entry that this one ends or gives back."""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Credits that are set aside for an act and not yet spent."""

    intent: str
    amount: int
    reason: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """A wallet as it stands, in credits; `entries` are the latest, newest first."""

    balance: int
    reserved: int
    available: int
    """balance - reserved."""
    entries: tuple[Entry, ...]
    renews_at: datetime | None
    """When included credits come again; None where none are included."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a day's allowance of text."""

    unit: Unit
    limit: int
    left: int
    renews_at: datetime


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that the ledger, replayed, says otherwise than what is kept."""

    wallet_id: str
    unit: str
    what: str
    """balance, reserved, holds, negative, shape, ending, refund or receipt."""
    told: int
    """By the ledger."""
    kept: int
