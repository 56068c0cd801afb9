"""The wallet beside a model of it that is a few dictionaries: any acts in any order, some of them again."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from storage.credits.values import Entry, Hold
from storage.credits.wallet import Wallets
from storage.database import Database
from storage.errors import (
    AlreadyRefunded,
    BadAmount,
    HoldEnded,
    IntentReused,
    IntentUnknown,
    NotEnoughCredits,
)
from storage.reader.identities import Identities

Result = TypeVar("Result")
AMOUNTS = st.integers(1, 12)
PICKS = st.integers(0, 10_000)
START = datetime(2026, 1, 1, tzinfo=UTC)


def machine(template: Path) -> type[RuleBasedStateMachine]:
    """Return the machine that begins with a copy of a migrated file."""

    class Ledger(RuleBasedStateMachine):
        """Two readers; every act has a key of its own unless it is done again."""

        def __init__(self) -> None:
            super().__init__()
            self.folder = tempfile.TemporaryDirectory()
            file = Path(self.folder.name) / "dogear.db"
            shutil.copy(template, file)
            self.loop = asyncio.new_event_loop()
            self.now = START
            self.database = Database(f"sqlite+aiosqlite:///{file}")
            self.run(self.database.__aenter__())
            self.wallets = Wallets(self.database, clock=lambda: self.now)
            self.readers = [self.run(Identities(self.database).reader_of("test", n)) for n in "ab"]
            self.balance = dict.fromkeys(self.readers, 0)
            self.reserved = dict.fromkeys(self.readers, 0)
            self.holds: dict[str, tuple[str, int, datetime]] = {}
            """Open ones: whose, how much, until when."""
            self.ended: dict[str, tuple[str, int]] = {}
            self.charges: dict[str, tuple[str, int]] = {}
            self.refunded: set[str] = set()
            self.done: list[tuple[str, str, tuple[Any, ...], Entry | Hold]] = []
            self.keys = 0

        def run(self, act: Awaitable[Result]) -> Result:
            return self.loop.run_until_complete(act)  # type: ignore[arg-type]

        def teardown(self) -> None:
            self.run(self.database.__aexit__(None, None, None))
            self.loop.close()
            self.folder.cleanup()

        def key(self) -> str:
            self.keys += 1
            return f"key {self.keys}"

        @rule(who=PICKS, amount=AMOUNTS)
        def grant(self, who: int, amount: int) -> None:
            reader, key = self.readers[who % 2], self.key()
            entry = self.run(self.wallets.grant(reader, amount, intent=key, reason="gift"))
            self.balance[reader] += amount
            self.done.append(("grant", key, (reader, amount), entry))

        @rule(who=PICKS, amount=AMOUNTS)
        def spend(self, who: int, amount: int) -> None:
            reader, key = self.readers[who % 2], self.key()
            act = self.wallets.spend(reader, amount, intent=key, reason="gift")
            if self.balance[reader] - self.reserved[reader] < amount:
                with pytest.raises(NotEnoughCredits):
                    self.run(act)
                return
            self.done.append(("spend", key, (reader, amount), self.run(act)))
            self.balance[reader] -= amount
            self.charges[key] = (reader, amount)

        @rule(who=PICKS, amount=AMOUNTS, minutes=st.integers(1, 90))
        def reserve(self, who: int, amount: int, minutes: int) -> None:
            reader, key = self.readers[who % 2], self.key()
            until = self.now + timedelta(minutes=minutes)
            act = self.wallets.reserve(reader, amount, intent=key, reason="gift", expires_at=until)
            if self.balance[reader] - self.reserved[reader] < amount:
                with pytest.raises(NotEnoughCredits):
                    self.run(act)
                return
            self.done.append(("reserve", key, (reader, amount), self.run(act)))
            self.reserved[reader] += amount
            self.holds[key] = (reader, amount, until)

        @rule(which=PICKS, part=st.none() | AMOUNTS, lets_go=st.booleans())
        def end(self, which: int, part: int | None, lets_go: bool) -> None:
            known = sorted(self.holds) + sorted(self.ended)
            key = known[which % len(known)] if known else "never"
            act = self.wallets.release(key, "failed") if lets_go else self.wallets.settle(key, part)
            if key not in self.holds:
                self.end_again(key, lets_go, part, act)
                return
            held = self.holds[key][1]
            taken = 0 if lets_go else part or held
            if taken > held:
                with pytest.raises(BadAmount):
                    self.run(act)
                return
            entry = self.run(act)
            assert (entry.amount, entry.held) == (-taken, -held)
            self.finish(key, taken)

        def end_again(self, key: str, lets_go: bool, part: int | None, act: Awaitable[Entry]) -> None:
            if key not in self.ended:
                with pytest.raises(IntentUnknown):
                    self.run(act)
                return
            how, taken = self.ended[key]
            held = next(done[2][1] for done in self.done if done[1] == key)
            if (lets_go and how == "release") or (
                not lets_go and how == "settle" and (part or held) == taken
            ):
                assert self.run(act).amount == -taken
                return
            with pytest.raises(HoldEnded):
                self.run(act)

        def finish(self, key: str, taken: int) -> None:
            reader, held, _ = self.holds.pop(key)
            self.reserved[reader] -= held
            self.balance[reader] -= taken
            self.ended[key] = ("settle" if taken else "release", taken)
            if taken:
                self.charges[key] = (reader, taken)

        @rule(which=PICKS)
        def refund(self, which: int) -> None:
            key = self.key()
            if not self.charges:
                with pytest.raises(IntentUnknown):
                    self.run(self.wallets.refund("never", intent=key, reason="gift"))
                return
            charge = sorted(self.charges)[which % len(self.charges)]
            act = self.wallets.refund(charge, intent=key, reason="gift")
            if charge in self.refunded:
                with pytest.raises(AlreadyRefunded):
                    self.run(act)
                return
            reader, amount = self.charges[charge]
            self.done.append(("refund", key, (charge,), self.run(act)))
            self.refunded.add(charge)
            self.balance[reader] += amount

        @rule(minutes=st.integers(0, 60))
        def time_passes(self, minutes: int) -> None:
            self.now += timedelta(minutes=minutes)
            released = {entry.about for entry in self.run(self.wallets.release_expired(self.now))}
            over = {key for key, (_, _, until) in self.holds.items() if until <= self.now}
            assert released == over
            for key in over:
                self.finish(key, 0)

        @rule(which=PICKS)
        def again(self, which: int) -> None:
            if not self.done:
                return
            name, key, arguments, first = self.done[which % len(self.done)]
            options: dict[str, Any] = {"intent": key, "reason": "gift"}
            if name == "reserve":
                options["expires_at"] = self.now
            act = getattr(self.wallets, name)
            assert self.run(act(*arguments, **options)) == first
            with pytest.raises(IntentReused):
                self.run(act(*arguments, **{**options, "reason": "another"}))

        @invariant()
        def it_is_as_the_model_says(self) -> None:
            for reader in self.readers:
                told = self.run(self.wallets.statement(reader))
                assert (told.balance, told.reserved) == (self.balance[reader], self.reserved[reader])
                assert told.available >= 0
            assert self.run(self.wallets.audit()) == []

    return Ledger


def test_any_acts_in_any_order_leave_what_a_model_of_the_ledger_says(migrated_sqlite: Path) -> None:
    # A1, A3-A5
    run_state_machine_as_test(
        machine(migrated_sqlite),
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
