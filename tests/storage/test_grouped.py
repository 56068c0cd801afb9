"""Small writes together: each gets its own result, what fails fails those alone that were in it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from storage.database import Database
from storage.grouped import Grouped
from storage.reader.feedback import Feedback, Verdict
from storage.reader.updates import Updates


async def test_what_comes_while_a_write_is_under_way_goes_into_one_more() -> None:
    groups: list[list[int]] = []

    async def write(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        await asyncio.sleep(0)
        return [item * 2 for item in items]

    grouped = Grouped(write)
    assert await asyncio.gather(*(grouped.result_of(n) for n in range(50))) == [n * 2 for n in range(50)]
    assert len(groups) <= 2
    assert await grouped.result_of(7) == 14


async def test_a_failed_group_fails_for_all_in_it_and_the_next_goes_on() -> None:
    async def write(items: Sequence[int]) -> list[int]:
        if 13 in items:
            raise OSError
        return list(items)

    grouped = Grouped(write)
    failed = await asyncio.gather(*(grouped.result_of(n) for n in (12, 13)), return_exceptions=True)
    assert all(isinstance(result, OSError) for result in failed)
    assert await grouped.result_of(1) == 1


async def test_an_update_is_new_once_however_many_come_together(database: Database) -> None:
    updates = Updates(database)
    taken = await asyncio.gather(*(updates.take("telegram", str(n % 5)) for n in range(20)))
    assert taken == [True] * 5 + [False] * 15
    assert not await Updates(database).take("telegram", "3")
    assert await updates.take("discord", "3")


async def test_feedback_on_an_answer_that_is_not_kept_is_not_taken(database: Database) -> None:
    feedback = Feedback(database)
    for verdict in Verdict:
        assert not await feedback.keep("nobody", "no-turn", verdict)
    with pytest.raises(ValueError):
        Verdict("sideways")
    assert await feedback.list_reports() == []
