"""What is said of credits: prices, refusals, a wallet. Texts are in the markup of bot/markup.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.markup import escape
from storage import errors
from storage.errors import ReaderError

FREE = "free"


def credits_of(amount: int) -> str:
    """Return "1 credit", "12 credits"."""
    return f"{amount:,} {'credit' if amount == 1 else 'credits'}"


def priced(label: str, price: int) -> str:
    """Return a button's text with what a press costs: "Draw it · 3 credits", "Draw it · free"."""
    return f"{label} · {credits_of(price) if price else FREE}"


def on_day(moment: datetime) -> str:
    """Return "1 December"."""
    return f"{moment.day} {moment:%B}"


def _not_enough(error: errors.NotEnoughCredits) -> str:
    renews = f" More are included from {on_day(error.renews_at)} on." if error.renews_at else ""
    have = credits_of(error.available) if error.available else "none"
    return (
        f"That costs {credits_of(error.needed)} and you have {have} to spend.{renews} `/wallet` shows them."
    )


SENTENCES: Mapping[type[ReaderError], Callable[[Any], str]] = {
    errors.NotEnoughCredits: _not_enough,
    errors.BadAmount: lambda error: (
        f"“{escape(error.amount)}” is no whole number of credits from 1 to {error.most:,}."
    ),
    errors.IntentReused: lambda error: f"The key {escape(error.intent)} stands for another act already.",
    errors.IntentUnknown: lambda error: f"Nothing was charged or held under {escape(error.intent)}.",
    errors.HoldEnded: lambda error: f"What was held under {escape(error.intent)} has ended: {error.how}.",
    errors.AlreadyRefunded: lambda error: f"{escape(error.intent)} was given back already.",
    errors.PurchaseUnknown: lambda error: f"No payment is kept under {escape(error.receipt)}.",
    errors.ReaderUnknown: lambda error: f"There is no reader {escape(error.reader)}.",
}
