"""Stars on the small Bot API server: invoices, payments, refunds, the list of transactions.

Each rule names where it is documented: "Bot API" is core.telegram.org/bots/api with the method or type,
"Stars" core.telegram.org/bots/payments-stars.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from tests.platform_fakes.telegram_messages import Messages
from tests.platform_fakes.telegram_records import Post, Refused

if TYPE_CHECKING:
    from tests.platform_fakes.telegram_people import Person

ANSWER_SECONDS = 10.0  # Bot API, answerPreCheckoutQuery: "within 10 seconds after the query was sent"
TRANSACTIONS = 100  # Bot API, getStarTransactions.limit: "Values between 1-100 are accepted"


class Shop(Messages):
    """What is offered and paid; people pay with `pays`."""

    def __init__(self) -> None:
        super().__init__()
        self.invoices: dict[int, dict[str, Any]] = {}
        """By the id of the post."""
        self.transactions: list[dict[str, Any]] = []
        self.answered_after: list[float] = []
        """How long each pre-checkout query waited, in seconds."""
        self._checks: dict[str, dict[str, Any] | None] = {}
        self._payers: dict[str, Person] = {}

    async def pays(self, person: Person, post: Post, *, told: bool = True) -> tuple[str, str]:
        """Press Pay; return the charge's id and "", or "" and why it was declined.

        `told=False`: the payment goes through and its message gets lost, as when the bot dies over it.
        """
        invoice = self.invoices[post.id]
        query_id = str(next(self.numbers))
        self._checks[query_id] = None
        asked = {
            "id": query_id,
            "from": person.json,
            "currency": invoice["currency"],
            "total_amount": invoice["prices"][0]["amount"],
            "invoice_payload": invoice["payload"],
        }
        began = asyncio.get_running_loop().time()
        self.push({"pre_checkout_query": asked})
        await self.until(lambda: self._checks[query_id] is not None, ANSWER_SECONDS)
        self.answered_after.append(asyncio.get_running_loop().time() - began)
        answer = self._checks[query_id]
        assert answer is not None
        if not answer["ok"]:
            return "", answer["error_message"]
        charge = f"stx{next(self.numbers)}abcDEF-_"
        self._payers[charge] = person
        partner = {"type": "user", "transaction_type": "invoice_payment", "user": person.json}
        partner["invoice_payload"] = invoice["payload"]
        self._transact(charge, asked["total_amount"], "source", partner)
        if told:
            self.push({"message": self.payment_message(person, charge)})
        return charge, ""

    def payment_message(
        self, person: Person, charge: str, field: str = "successful_payment"
    ) -> dict[str, Any]:
        """Return the message of a payment or its refund (Bot API, SuccessfulPayment, RefundedPayment)."""
        paid = next(one for one in self.transactions if one["id"] == charge and "source" in one)
        return {
            "message_id": next(self.numbers),
            "from": person.json if field == "successful_payment" else self.me,
            "chat": person.private.json,
            "date": int(time.time()),
            field: {
                "currency": "XTR",
                "total_amount": paid["amount"],
                "invoice_payload": paid["source"]["invoice_payload"],
                "telegram_payment_charge_id": charge,
                "provider_payment_charge_id": "",
            },
        }

    def gives_back(self, charge: str, *, told: bool = True) -> None:
        """Refund a payment (Stars, Refund Payments), by the bot's own call or by Telegram."""
        person = self._payers[charge]
        paid = next(one for one in self.transactions if one["id"] == charge)
        partner = {"type": "user", "transaction_type": "invoice_payment", "user": person.json}
        # Bot API, StarTransaction.id: "Coincides with the identifier of the original transaction for refund".
        self._transact(charge, paid["amount"], "receiver", partner)
        if told:
            self.push({"message": self.payment_message(person, charge, "refunded_payment")})

    def _transact(self, charge: str, amount: int, side: str, partner: dict[str, Any]) -> None:
        date = int(time.time())
        self.transactions.append({"id": charge, "amount": amount, "date": date, side: partner})

    async def _send_invoice(self, params: dict[str, Any]) -> Any:
        chat = self._reachable(params)
        # Bot API, sendInvoice: title 1-32, description 1-255 characters, payload 1-128 bytes.
        for name, most in (("title", 32), ("description", 255)):
            if not 1 <= len(params.get(name, "")) <= most:
                raise Refused(400, f"Bad Request: INVOICE_{name.upper()}_INVALID")
        if not 1 <= len(params.get("payload", "").encode()) <= 128:
            raise Refused(400, "Bad Request: INVOICE_PAYLOAD_INVALID")
        if params.get("currency") != "XTR" or params.get("provider_token"):
            raise Refused(400, "Bad Request: CURRENCY_INVALID")  # this server sells for Stars alone
        prices = params["prices"]
        # Bot API, sendInvoice.prices: "Must contain exactly one item for payments in Telegram Stars."
        if len(prices) != 1 or not prices[0].get("label") or int(prices[0]["amount"]) < 1:
            raise Refused(400, "Bad Request: STARS_INVOICE_INVALID")
        invoice = {**params, "prices": [{**prices[0], "amount": int(prices[0]["amount"])}]}
        told = self._posted(chat, {**params, "reply_markup": {}}, params["title"], [])
        self.invoices[chat.posts[-1].id] = invoice
        return told

    async def _answer_pre_checkout_query(self, params: dict[str, Any]) -> Any:
        query_id = params["pre_checkout_query_id"]
        if self._checks.get(query_id, {}) is not None:
            raise Refused(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        ok = params["ok"] in (True, "true")
        if not ok and not params.get("error_message"):  # Bot API: "Required if ok is False"
            raise Refused(400, "Bad Request: ERROR_TEXT_EMPTY")
        self._checks[query_id] = {**params, "ok": ok}
        return True

    async def _get_star_transactions(self, params: dict[str, Any]) -> Any:
        # Bot API, getStarTransactions: "in chronological order"
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", TRANSACTIONS))
        if not 1 <= limit <= TRANSACTIONS:
            raise Refused(400, "Bad Request: LIMIT_INVALID")
        return {"transactions": self.transactions[offset : offset + limit]}

    async def _refund_star_payment(self, params: dict[str, Any]) -> Any:
        charge = params["telegram_payment_charge_id"]
        person = self._payers.get(charge)
        if person is None or person.id != int(params["user_id"]):
            raise Refused(400, "Bad Request: CHARGE_NOT_FOUND")
        if any(one["id"] == charge and "receiver" in one for one in self.transactions):
            raise Refused(400, "Bad Request: CHARGE_ALREADY_REFUNDED")
        self.gives_back(charge)
        return True
