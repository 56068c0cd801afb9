"""What is said of credits: prices, refusals, a wallet. Texts are in the markup of bot/markup.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.markup import bold, escape
from storage import errors
from storage.credits.values import Entry, Kind, Left, Statement, Unit
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


def at_time(moment: datetime) -> str:
    """Return "1 December, 00:00 UTC"."""
    return f"{on_day(moment)}, {moment:%H:%M} UTC"


def pack_for_stars(amount: int, stars: int) -> str:
    """Return what the button of a pack says on Telegram."""
    return f"Buy {credits_of(amount)} · {stars:,} Stars"


WALLET_IN_PRIVATE = "What you have is nobody else's business: say `/wallet` where we are alone."
NOTHING_YET = "You have no credits. Reading, asking and cards are free."
PACK_IS_GONE = "That pack is not sold any more. `/wallet` shows what is."
NOT_HERE = "Credits are bought where we are alone: say `/wallet` in our private chat."
INVOICE_FAILED = "Telegram did not take the invoice; nothing was paid. Please try again later."


NO_LONGER_QUOTE = (
    "*This book's licence allows no longer quotations; the places named are where to read them.*"
)
NO_SUMMARIES = (
    "This book's licence does not allow summaries, so I leave the story untold; "
    "ask me about what you have read."
)


def wallet(told: Statement, included: int, left: Sequence[Left], tier: str = "") -> str:
    """Return a wallet: the balance, what is set aside, the last entries, when it renews."""
    lines = [f"{bold('Your wallet:')} {credits_of(told.balance)}"]
    if not told.balance and not told.entries:
        lines = [NOTHING_YET]
    elif told.reserved:
        lines[0] += f", {told.reserved:,} of them set aside; {told.available:,} to spend"
    if tier:
        lines.append(f"Your tier is {escape(tier)}.")
    if told.renews_at is not None:
        lines.append(f"{credits_of(included)} come with each month, the next on {at_time(told.renews_at)}.")
    lines += [f"Today {what_is_left(one)}" for one in left]
    if told.entries:
        lines += ["", *(f"- {_line(entry)}" for entry in told.entries)]
    return "\n".join(lines)


def what_is_left(left: Left) -> str:
    """Return "3 of 10 questions to the model are left; more come 1 December, 00:00 UTC."."""
    many = _UNITS[left.unit]
    return f"{left.left:,} of {left.limit:,} {many} are left; more come {at_time(left.renews_at)}."


def text_used_up(left: Left) -> str:
    """Return the one sentence that stands over an answer without the model."""
    return (
        f"Today's {left.limit:,} {_UNITS[left.unit]} are used up; until {at_time(left.renews_at)} "
        "the book's own sentences answer."
    )


_UNITS = {Unit.QUESTION: "questions to the model", Unit.TOKEN: "tokens for the model", Unit.CREDIT: "credits"}


def _line(entry: Entry) -> str:
    moved = {
        Kind.RESERVE: f"{entry.held:,} set aside",
        Kind.RELEASE: f"{-entry.held:,} set free",
    }.get(entry.kind) or f"{'+' if entry.amount > 0 else '−'}{abs(entry.amount):,}"
    return f"{entry.at.day} {entry.at:%b}: {moved}, {escape(entry.reason)}"


def bought(amount: int, balance: int) -> str:
    """Return what is said when a payment has come in."""
    return f"Thank you. {credits_of(amount)} are yours now, {balance:,} in all. `/wallet` shows them."


def taken_back(bought: int, taken: int) -> str:
    """Return what is said when a payment was given back."""
    short = "" if taken == bought else f" ({bought - taken:,} were spent already)"
    return f"Your payment for {credits_of(bought)} was given back, and {credits_of(taken)} were taken{short}."


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
    errors.RefundRefused: lambda error: (
        f"{escape(error.platform)} did not give the payment back: {escape(error.reason)}."
    ),
    errors.PurchaseUnknown: lambda error: f"No payment is kept under {escape(error.receipt)}.",
    errors.ReaderUnknown: lambda error: f"There is no reader {escape(error.reader)}.",
}
