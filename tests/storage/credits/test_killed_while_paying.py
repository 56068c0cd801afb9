"""Random acts by many tasks in several processes that are killed at random: nothing is lost, nothing twice.

A1, A2, A5, T53. A short run by default; DOGEAR_TEST_KILLS=1000 goes on until so many processes were killed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.credits.wallet import Wallets
from storage.database import Database
from storage.errors import AlreadyRefunded
from storage.reader.identities import Identities
from tests.storage.credits.killed_while_paying import ACTS, READERS, TASKS

SCRIPT = Path(__file__).with_name("killed_while_paying.py")
ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("DOGEAR_TEST_KILLS", "8"))
PROCESSES = 2
_MOST_SECONDS = 120 + 10 * KILLS


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database of either kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "dogear.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'dogear.db'}"


async def test_killed_at_random_the_ledger_is_the_balance_and_nothing_is_charged_twice(url: str) -> None:
    async with Database(url) as database:
        wallets = Wallets(database)
        for n in range(READERS):
            reader = await Identities(database).reader_of("test", str(n))
            await wallets.grant(reader, 50, intent=f"first {n}", reason="welcome")
    killed, rounds = await asyncio.to_thread(_run_and_kill, url)
    assert killed >= KILLS
    async with Database(url) as database:
        wallets = Wallets(database)
        # The audit replays every entry: sums, holds, endings and refunds, each once, and never below zero.
        assert await wallets.audit() == []
        async with database.read() as session:
            assert await session.scalar(text("select count(*) from credits_balance where balance < 0")) == 0
            rows = (
                await session.execute(text("select kind, amount, held, intent, about from credits_ledger"))
            ).all()
        by_kind = defaultdict(list)
        for row in rows:
            by_kind[row.kind].append(row)
        assert all(
            len(by_kind[kind]) > 5 for kind in ("grant", "reserve", "settle", "release", "spend", "refund")
        )
        assert len({row.intent for row in rows}) == len(rows)
        # No refund was lost: what one asks for again is there already.
        refunded = {row.about: row for row in by_kind["refund"]}
        for charge in [*by_kind["spend"], *by_kind["settle"]][:50]:
            intent = charge.about or charge.intent
            if charge.intent in refunded:
                again = refunded[charge.intent].intent
                entry = await wallets.refund(intent, intent=again, reason="failed")
                assert entry.amount == -charge.amount
                with pytest.raises(AlreadyRefunded):
                    await wallets.refund(intent, intent=f"{again} once more", reason="failed")
        assert await wallets.audit() == []
    print(f"{killed} kills amid {rounds * TASKS * ACTS:,} acts, {len(rows):,} entries")


def _run_and_kill(url: str) -> tuple[int, int]:
    """Run the processes to their end; return how many of their children were killed, in how many rounds."""
    kills = -(-KILLS // PROCESSES)
    running = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), url, f"p{n}", str(kills)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(PROCESSES)
    ]
    told = []
    for process in running:
        output, errors = process.communicate(timeout=_MOST_SECONDS)
        assert process.returncode == 0, errors
        told.append([int(figure) for figure in output.split()])
    return sum(killed for killed, _ in told), sum(rounds for _, rounds in told)
