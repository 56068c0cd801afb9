"""Receipts: credited once however often a payment is told, taken back once, and never below zero."""

from __future__ import annotations

import asyncio

import pytest

from storage.credits.purchases import Bought, Purchases
from storage.credits.wallet import Wallets
from storage.database import Database
from storage.errors import PurchaseUnknown
from storage.reader.identities import Identities


async def shop(database: Database) -> tuple[Wallets, Purchases, str]:
    wallets = Wallets(database)
    return wallets, Purchases(database, wallets), await Identities(database).reader_of("test", "one")


async def test_a_payment_that_is_told_many_times_is_credited_once(database: Database) -> None:
    wallets, purchases, reader = await shop(database)
    others = Purchases(database, Wallets(database))
    told = [
        (purchases, others)[n % 2].keep(
            reader, platform="telegram", receipt="charge", pack="small", credits=20, paid=100, currency="XTR"
        )
        for n in range(10)
    ]
    assert sorted(await asyncio.gather(*told)) == [False] * 9 + [True]
    assert (await wallets.statement(reader)).balance == 20
    # Told again after the pack was changed, it is still what was bought then.
    assert not await purchases.keep(
        reader, platform="telegram", receipt="charge", pack="small", credits=30, paid=100, currency="XTR"
    )
    kept = await purchases.find("telegram", "charge")
    assert (kept.credits, kept.paid, kept.currency, kept.refunded_at) == (20, 100, "XTR", None)
    assert await purchases.list_of(reader) == [kept]
    assert await wallets.audit() == []


async def test_a_refund_takes_back_what_is_left_and_only_once(database: Database) -> None:
    wallets, purchases, reader = await shop(database)
    for receipt, credits in (("one", 20), ("two", 10), ("three", 5)):
        await purchases.keep(reader, platform="discord", receipt=receipt, pack="a", credits=credits)
    await wallets.spend(reader, 7, intent="card", reason="portrait")
    for _ in range(2):
        assert (await purchases.take_back("discord", "one")).taken_back == 20
    assert (await purchases.take_back("discord", "two")).taken_back == 8
    assert (await purchases.take_back("discord", "three")).taken_back == 0
    assert (await wallets.statement(reader)).balance == 0
    assert await wallets.audit() == []
    with pytest.raises(PurchaseUnknown):
        await purchases.take_back("telegram", "one")


async def test_owning_a_book_moves_no_credits(database: Database) -> None:
    wallets, purchases, reader = await shop(database)
    assert await purchases.keep(
        reader, platform="discord", receipt="r", pack="some-book", credits=0, kind=Bought.BOOK
    )
    assert (await purchases.take_back("discord", "r")).kind is Bought.BOOK
    assert (await wallets.statement(reader)).entries == ()


async def test_a_refund_after_two_accounts_were_linked_finds_the_credits(database: Database) -> None:
    wallets, purchases, gone = await shop(database)
    kept = await Identities(database).reader_of("test", "kept")
    await purchases.keep(gone, platform="telegram", receipt="r", pack="a", credits=5)
    await wallets.hand_over(gone, kept)
    assert (await purchases.take_back("telegram", "r")).taken_back == 5
    assert (await wallets.statement(kept)).balance == 0
    assert await wallets.audit() == []
