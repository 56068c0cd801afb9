"""Credits for Telegram Stars: the invoice, the check before the payment, the payment, and its way back.

Stars are sold as the Bot API says (Payments for Digital Goods and Services): an invoice in XTR, a pre-check
answered within ten seconds, credits on the success message alone, which may come more than once. What
was paid while the bot was down is found in its list of transactions.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import (
    Bot,
    LabeledPrice,
    Message,
    PreCheckoutQuery,
    StarTransaction,
    SuccessfulPayment,
    TransactionPartnerUser,
    Update,
)
from telegram.error import BadRequest, TelegramError

from bot.begun import Begun
from bot.markup import parse, to_plain
from bot.presenter import Piece, Unreachable
from bot.replies import credits as wording
from bot.telegram_adapter.incoming import PLATFORM, is_private
from bot.telegram_adapter.surface import TelegramSurface
from storage.errors import CreditError, PurchaseUnknown

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import TelegramConfig

log = logging.getLogger(__name__)

CURRENCY = "XTR"
_REFUNDED = "charge_already_refunded"
_AT_ONCE = 100
"""Transactions in one request (Bot API, getStarTransactions: 1-100)."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """What an invoice promises; its payload brings it back with the payment."""

    pack: str
    credits: int
    stars: int

    @property
    def payload(self) -> str:
        """Return it as 1 to 128 bytes (Bot API, sendInvoice)."""
        return f"{self.pack}/{self.credits}/{self.stars}"

    @staticmethod
    def read(payload: str) -> _Offer | None:
        """Return the offer of a payload, None when it is not one of ours."""
        name, *numbers = payload.split("/")
        if not name or len(numbers) != 2 or not all(n.isascii() and n.isdecimal() for n in numbers):
            return None
        return _Offer(name, int(numbers[0]), int(numbers[1]))


class Stars:
    """The shop of one bot."""

    def __init__(self, app: App, bot: Bot) -> None:
        """Sell through `bot` what the configuration offers."""
        self._app = app
        self._bot = bot
        self._begun = Begun("a payment")

    def take(self, update: Update) -> bool:
        """Begin what a payment's update asks for, in no lane and no queue; tell whether it was one."""
        message = update.message
        if update.pre_checkout_query is not None:
            self._begun.begin(self._check(update.pre_checkout_query))
        elif message is not None and message.successful_payment is not None:
            self._begun.begin(self._paid(message, message.successful_payment))
        elif message is not None and message.refunded_payment is not None:
            self._begun.begin(self._refunded(message, message.refunded_payment.telegram_payment_charge_id))
        else:
            return False
        return True

    async def offer(self, chat_id: int, name: str) -> None:
        """Send the invoice for a pack, or say why there is none."""
        pack = self._app.config.credits.packs.get(name)
        if not is_private(chat_id):
            await self._say(chat_id, wording.NOT_HERE)
        elif pack is None or not pack.stars:
            await self._say(chat_id, wording.PACK_IS_GONE)
        else:
            title = wording.credits_of(pack.credits)
            try:
                await self._bot.send_invoice(
                    chat_id,
                    title=title,
                    description=f"{title} for your wallet in Dogear.",
                    payload=_Offer(name, pack.credits, pack.stars).payload,
                    currency=CURRENCY,
                    prices=[LabeledPrice(title, pack.stars)],
                    provider_token="",  # Bot API: empty for Stars
                )
            except TelegramError as error:
                log.warning("an invoice could not be sent: %s", type(error).__name__)
                await self._say(chat_id, wording.INVOICE_FAILED)

    def look_back(self) -> None:
        """Begin to look for what was paid and refunded while nobody listened."""
        self._begun.begin(self._catch_up())

    async def _catch_up(self) -> None:
        offset = 0
        try:
            while found := (await self._bot.get_star_transactions(offset, _AT_ONCE)).transactions:
                for transaction in found:
                    await self._settle(transaction)
                offset += len(found)
        except TelegramError as error:  # the next start looks again
            log.warning("payments could not be looked through: %s", type(error).__name__)

    async def settle(self) -> None:
        """Return when what was begun is done."""
        await self._begun.settle()

    # ---- inside ------------------------------------------------------------------------------

    async def _check(self, query: PreCheckoutQuery) -> None:
        offer = _Offer.read(query.invoice_payload)
        pack = self._app.config.credits.packs.get(offer.pack) if offer else None
        stands = (
            offer is not None
            and pack is not None
            and (pack.credits, pack.stars) == (offer.credits, offer.stars)
            and (query.currency, query.total_amount) == (CURRENCY, offer.stars)
        )
        await query.answer(ok=stands, error_message=None if stands else to_plain(wording.PACK_IS_GONE))

    async def _paid(self, message: Message, paid: SuccessfulPayment) -> None:
        if message.from_user is None:
            return
        account, charge = str(message.from_user.id), paid.telegram_payment_charge_id
        amount = await self._credit(account, charge, paid.invoice_payload, paid.total_amount)
        if amount:
            await self._tell_bought(message.chat.id, account, amount)

    async def _credit(self, account: str, charge: str, payload: str, stars: int) -> int:
        """Keep a payment; return the credits it brought, 0 when it was kept before or is none of ours."""
        offer = _Offer.read(payload)
        if offer is None or offer.stars != stars:
            log.error("a payment of %d Stars is for nothing we sell", stars)
            return 0
        reader = await self._app.companion.reader_id(PLATFORM, account)
        is_new = await self._app.storage.purchases.keep(
            reader,
            platform=PLATFORM,
            receipt=charge,
            pack=offer.pack,
            credits=offer.credits,
            paid=stars,
            currency=CURRENCY,
        )
        return offer.credits if is_new else 0

    async def _refunded(self, message: Message, charge: str) -> None:
        try:
            before = await self._app.storage.purchases.find(PLATFORM, charge)
            purchase = await self._app.storage.purchases.take_back(PLATFORM, charge)
        except PurchaseUnknown:
            log.error("a payment was refunded that is not known")
            return
        if before.refunded_at is None:
            await self._say(message.chat.id, wording.taken_back(purchase.credits, purchase.taken_back))

    async def _settle(self, transaction: StarTransaction) -> None:
        """Do what one transaction asks for, unless it was done; a refund has the id of its payment."""
        payer, given_back = transaction.source, transaction.receiver
        try:
            if isinstance(payer, TransactionPartnerUser) and payer.invoice_payload:
                account = str(payer.user.id)
                amount = await self._credit(
                    account, transaction.id, payer.invoice_payload, transaction.amount
                )
                if amount:
                    await self._tell_bought(payer.user.id, account, amount)
            elif isinstance(given_back, TransactionPartnerUser):
                await self._app.storage.purchases.take_back(PLATFORM, transaction.id)
        except CreditError as error:
            log.warning("a transaction is left as it is: %s", type(error).__name__)

    async def _tell_bought(self, chat_id: int, account: str, amount: int) -> None:
        reader = await self._app.companion.reader_id(PLATFORM, account)
        told = await self._app.storage.wallets.statement(reader)
        await self._say(chat_id, wording.bought(amount, told.balance))

    async def _say(self, chat_id: int, text: str) -> None:
        try:
            await TelegramSurface(self._bot, chat_id).post(Piece(tuple(parse(text))), ())
        except (Unreachable, TelegramError) as error:
            log.info("nobody could be told: %s", type(error).__name__)


async def refund(config: TelegramConfig, accounts: list[str], charge: str) -> str:
    """Give a payment back to whichever of `accounts` paid it; return why Telegram did not, "" when it did."""
    from bot.telegram_adapter.application import default_builder

    refused = "no account of this reader is known"
    try:
        async with default_builder(config).build().bot as bot:
            for account in accounts:
                try:
                    await bot.refund_star_payment(int(account), charge)
                except BadRequest as error:
                    if _REFUNDED in error.message.casefold():
                        return ""
                    refused = error.message
                else:
                    return ""
    except TelegramError as error:
        return type(error).__name__
    return refused
