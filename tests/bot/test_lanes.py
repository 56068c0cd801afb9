"""Order within a conversation, many at once, stopping one's own, and a clean end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.lanes import Lanes


def saying(word: str, said: list[str], until: asyncio.Event | None = None) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        if until is not None:
            await until.wait()
        said.append(word)

    return work


async def test_one_conversation_keeps_its_order_and_another_does_not_wait_for_it() -> None:
    lanes, said, gate = Lanes(), list[str](), asyncio.Event()
    lanes.put("a", "ada", saying("a1", said, gate))
    lanes.put("a", "ada", saying("a2", said))
    lanes.put("b", "bo", saying("b1", said))

    async def b2() -> None:
        said.append("b2")
        gate.set()

    lanes.put("b", "bo", b2)
    await lanes.settle()
    assert said == ["b1", "b2", "a1", "a2"]


async def test_a_stop_ends_what_its_owner_has_in_hand_and_waiting_and_nothing_of_others() -> None:
    lanes, said, never = Lanes(), list[str](), asyncio.Event()
    lanes.put("room", "ada", saying("ada 1", said, never))
    lanes.put("room", "bo", saying("bo", said))
    lanes.put("room", "ada", saying("ada 2", said))
    await asyncio.sleep(0)
    assert not lanes.stop("room", "cy")
    assert not lanes.stop("another", "ada")
    assert lanes.stop("room", "ada")
    lanes.put("room", "ada", saying("stopped", said))
    await lanes.settle()
    assert said == ["bo", "stopped"]
    assert not lanes.stop("room", "ada")


async def test_what_fails_ends_alone() -> None:
    lanes, said = Lanes(), list[str]()

    async def fails() -> None:
        raise RuntimeError("of this work alone")

    lanes.put("a", "ada", fails)
    lanes.put("a", "ada", saying("after", said))
    await lanes.settle()
    assert said == ["after"]


async def test_closing_finishes_what_waits_and_takes_no_more() -> None:
    lanes, said = Lanes(), list[str]()
    for number in range(3):
        lanes.put("a", "ada", saying(str(number), said))
    await lanes.close(10.0)
    assert said == ["0", "1", "2"]
    assert not lanes.put("a", "ada", saying("late", said))


async def test_closing_cuts_short_what_takes_too_long() -> None:
    lanes, said, never = Lanes(), list[str](), asyncio.Event()
    lanes.put("a", "ada", saying("never", said, never))
    lanes.put("a", "ada", saying("nor this", said))
    await asyncio.sleep(0)
    await asyncio.wait_for(lanes.close(0.01), 10)
    assert said == []
