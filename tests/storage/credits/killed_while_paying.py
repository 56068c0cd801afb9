"""Tasks that pay, hold, settle and refund at random, in a process that is killed at random and begun again.

Run by test_killed_while_paying.py. Arguments: the address of the database, a seed, how many kills at least.
In each round a child of this process does `TASKS` times `ACTS` acts; it is killed amid them, once or twice,
and the next child is given the same acts. Each act's intent is made of its task and number, so what was done
must be found done. Prints how many children were killed, and in how many rounds.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
import traceback
from datetime import UTC, datetime, timedelta

from storage.credits.values import Entry
from storage.credits.wallet import Wallets
from storage.database import Database
from storage.errors import CreditError
from storage.reader.identities import Identities

READERS = 5
TASKS = 25
ACTS = 4
"""Of a task in a round."""


def main(url: str, seed: str, kills: int) -> None:
    chance = random.Random(seed)
    killed = number = 0
    usual = 0.3
    while killed < kills:
        number += 1
        for _ in range(chance.choice((1, 1, 2))):
            killed += _child(url, f"{seed}-{number}", chance.uniform(0, usual)) != 0
        started = time.monotonic()
        assert _child(url, f"{seed}-{number}", None) == 0
        usual = time.monotonic() - started
    print(killed, number, flush=True)


def _child(url: str, seed: str, killed_after: float | None) -> int:
    """Run a round's acts in a child; kill it so many seconds after it began them. Return how it ended."""
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(_pay(url, seed, said))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(said)
    os.read(heard, 1)
    os.close(heard)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


async def _pay(url: str, seed: str, said: int) -> None:
    async with Database(url) as database:
        readers = [await Identities(database).reader_of("test", str(n)) for n in range(READERS)]
        wallets = Wallets(database)
        os.write(said, b".")
        await asyncio.gather(*(work(wallets, readers, f"{seed}-{n}", ACTS) for n in range(TASKS)))


async def work(wallets: Wallets, readers: list[str], task: str, acts: int) -> None:
    """Do the task's acts in their order; what they are hangs on its name alone."""
    chance = random.Random(task)
    held: list[str] = []
    charged: list[str] = []
    for number in range(acts):
        key, reader, amount = f"{task}-{number}", chance.choice(readers), chance.randint(1, 9)
        kind = chance.choice(("grant", "hold", "hold", "spend", "settle", "settle", "release", "refund"))
        earlier = chance.random()
        try:
            if kind == "grant":
                await wallets.grant(reader, amount, intent=key, reason="gift")
            elif kind == "hold":
                held.append(key)
                until = datetime.now(UTC) + timedelta(days=1)
                await wallets.reserve(reader, amount, intent=key, reason="portrait", expires_at=until)
            elif kind == "spend":
                charged.append(key)
                await wallets.spend(reader, amount, intent=key, reason="portrait")
            elif kind == "refund" and charged:
                charge = charged[int(earlier * len(charged))]
                await asyncio.gather(*(give_back(wallets, charge, key) for _ in range(2)))
            elif held:
                hold = held[int(earlier * len(held))]
                charged.append(hold)
                await end(wallets, hold, kind, amount)
        except CreditError:
            pass  # not enough, ended already, never charged: what a wallet is to say


async def end(wallets: Wallets, hold: str, kind: str, amount: int) -> Entry:
    """End a hold, and let another ender race."""
    ours = wallets.settle(hold) if kind == "settle" else wallets.release(hold, "failed")
    won = await asyncio.gather(ours, wallets.settle(hold, amount), return_exceptions=True)
    for result in won:
        if isinstance(result, Entry):
            return result
    raise won[0]  # type: ignore[misc]


async def give_back(wallets: Wallets, charge: str, key: str) -> None:
    await wallets.refund(charge, intent=key, reason="failed")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
