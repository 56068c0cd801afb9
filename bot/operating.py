"""What an operator asks for by command: credits given and given back, the ledger audited, tiers, licences."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.fields import text
from storage.credits.values import Entry
from storage.errors import BookNotFound, ConfigError, RefundRefused
from storage.ids import new_id

if TYPE_CHECKING:
    from bot.app import App

Fields = Mapping[str, Any]
Found = dict[str, Any]

TELEGRAM, DISCORD = "telegram", "discord"
_BOOK_ID_CHARS = 32
_FLAGS = ("summaries", "long_quotes", "visuals")
_READER_HELP = "a reader's id, or PLATFORM:ACCOUNT as telegram:12345; default: you"
_PAYMENT_HELP = "the key of a charge, or PLATFORM:RECEIPT of a payment as telegram:stxAbC"


def add_commands(
    command: Callable[[str, str], argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    """Add the operator's subcommands to the command line."""
    acts = command("credits", "give and take credits, audit the ledger").add_subparsers(
        dest="act", metavar="ACT", required=True
    )

    def act(name: str, summary: str) -> argparse.ArgumentParser:
        return acts.add_parser(name, help=summary, description=summary, parents=[common])

    grant = act("grant", "give a reader credits")
    grant.add_argument("amount", type=int, metavar="AMOUNT")
    grant.add_argument("reader", nargs="?", metavar="READER", help=_READER_HELP)
    refund = act("refund", "give back a charge, or a payment with its credits")
    refund.add_argument("charge", metavar="CHARGE", help=_PAYMENT_HELP)
    for parser in (grant, refund):
        parser.add_argument("--intent", metavar="KEY", help="the same key again does nothing more")
        parser.add_argument("--reason", metavar="WORDS", help="what /wallet says of it")
    statement = act("statement", "show a wallet")
    statement.add_argument("reader", nargs="?", metavar="READER", help=_READER_HELP)
    statement.add_argument("--last", type=int, default=10, metavar="N", help="entries; default 10")
    act("audit", "replay the ledger and compare; exit code 1 when something differs")
    tier = act("tier", "show the tier of a reader, or set it")
    tier.add_argument("reader", metavar="READER", help=_READER_HELP)
    tier.add_argument("tier", nargs="?", metavar="TIER", help="one of credits.tiers")
    licence = command("license", "show or set what may be made of a book")
    licence.add_argument("book", metavar="BOOK", help="of yours by id or title, of anybody by its whole id")
    for name in _FLAGS:
        licence.add_argument(f"--{name.replace('_', '-')}", choices=("yes", "no"), dest=name)
    licence.add_argument("--note", metavar="WORDS", help="why, for yourself")
    licence.add_argument("--reset", action="store_true", help="back to the default of its source")


class Operating:
    """An operator's requests; the same words again do nothing more where a key is given."""

    def __init__(self, app: App) -> None:
        """Ask in the name of who runs this."""
        self._app = app
        self._wallets = app.storage.wallets

    async def credits(self, fields: Fields) -> Found:
        """Do one act of `dogear credits`."""
        act = text(fields, "act")
        found: Found = await getattr(self, f"_{act}")(fields)
        return {"act": act, **found}

    async def license(self, fields: Fields) -> Found:
        """Show a book's licence, or change it."""
        reference, licences = text(fields, "book"), self._app.storage.licences
        try:
            owner = await self._app.owner_id()
            book_id = (await self._app.storage.library.get_book(owner, reference)).book_id
        except BookNotFound:
            if len(reference) != _BOOK_ID_CHARS:
                raise
            book_id = reference
        changed: dict[str, Any] = {name: fields[name] == "yes" for name in _FLAGS if fields.get(name)}
        if fields.get("note") is not None:
            changed["note"] = text(fields, "note")
        if fields.get("reset"):
            flags = await licences.reset(book_id)
        else:
            flags = await (licences.change(book_id, **changed) if changed else licences.of(book_id))
        return {"book_id": book_id, **asdict(flags)}

    # ---- credits ---------------------------------------------------------------------------

    async def _grant(self, fields: Fields) -> Found:
        reader = await self._reader(fields)
        reason = fields.get("reason") or "from the operator"
        entry = await self._wallets.grant(reader, fields["amount"], intent=_intent(fields), reason=reason)
        return {"reader": reader, "entry": _entry(entry)}

    async def _refund(self, fields: Fields) -> Found:
        charge, reason = text(fields, "charge"), fields.get("reason") or "given back by the operator"
        platform, _, receipt = charge.partition(":")
        if platform in (TELEGRAM, DISCORD) and receipt:
            return await self._refund_payment(platform, receipt)
        entry = await self._wallets.refund(charge, intent=_intent(fields), reason=reason)
        return {"entry": _entry(entry)}

    async def _refund_payment(self, platform: str, receipt: str) -> Found:
        purchases = self._app.storage.purchases
        purchase = await purchases.find(platform, receipt)
        if platform == TELEGRAM and purchase.refunded_at is None:
            # Stars first: if we are killed now, Telegram tells the bot, which takes the credits.
            await self._give_stars_back(receipt)
        taken = await purchases.take_back(platform, receipt)
        return {
            "platform": platform,
            "receipt": receipt,
            "credits": taken.credits,
            "taken_back": taken.taken_back,
        }

    async def _give_stars_back(self, receipt: str) -> None:
        from bot.telegram_adapter.stars import refund

        if not self._app.config.telegram.token:
            raise ConfigError(key="telegram.token", problem="is needed to give Stars back")
        buyer = await self._app.storage.purchases.buyer(TELEGRAM, receipt)
        accounts = await self._app.storage.identities.accounts(buyer, TELEGRAM)
        if refused := await refund(self._app.config.telegram, accounts, receipt):
            raise RefundRefused(platform="Telegram", reason=refused)

    async def _statement(self, fields: Fields) -> Found:
        reader = await self._reader(fields)
        told = await self._wallets.statement(reader, int(fields.get("last") or 10))
        name, _ = await self._wallets.tier(reader)
        return {
            "reader": reader,
            "tier": name,
            "balance": told.balance,
            "reserved": told.reserved,
            "available": told.available,
            "renews_at": told.renews_at and told.renews_at.isoformat(),
            "entries": [_entry(entry) for entry in told.entries],
            "purchases": [
                {
                    "payment": f"{one.platform}:{one.receipt}",
                    "kind": one.kind.value,
                    "pack": one.pack,
                    "credits": one.credits,
                    "at": one.at.isoformat(),
                    "is_refunded": one.refunded_at is not None,
                }
                for one in await self._app.storage.purchases.list_of(reader)
            ],
        }

    async def _audit(self, fields: Fields) -> Found:
        return {"discrepancies": [asdict(one) for one in await self._wallets.audit()]}

    async def _tier(self, fields: Fields) -> Found:
        reader = await self._reader(fields)
        if fields.get("tier"):
            tiers = self._app.config.credits.tiers
            wanted = text(fields, "tier")
            if wanted not in tiers:
                raise ConfigError(
                    key=f"credits.tiers.{wanted}", problem="is not set; there is " + ", ".join(tiers)
                )
            await self._wallets.set_tier(reader, wanted)
        name, tier = await self._wallets.tier(reader)
        return {"reader": reader, "tier": name, **asdict(tier)}

    async def _reader(self, fields: Fields) -> str:
        """Return the id of a reader; one that nobody has is refused by the wallet."""
        said = fields.get("reader")
        if not said:
            return await self._app.owner_id()
        platform, _, account = str(said).partition(":")
        found = await self._app.storage.identities.find_reader(platform, account) if account else None
        return found or str(said)


def _intent(fields: Fields) -> str:
    return f"operator {fields.get('intent') or new_id()}"


def _entry(entry: Entry) -> Found:
    return {
        "intent": entry.intent,
        "kind": entry.kind.value,
        "amount": entry.amount,
        "held": entry.held,
        "reason": entry.reason,
        "at": entry.at.isoformat(),
        "about": entry.about,
    }
