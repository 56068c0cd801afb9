"""Buttons outlive a restart, belong to whom they were shown to, and go out of date (S44, T33)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.errors import ButtonExpired, NotYourButton
from storage.reader.buttons import LIFE, Buttons, Pressed
from storage.reader.tables import ButtonRow
from storage.reader.updates import KEPT, Updates


async def test_a_button_says_what_it_was_made_for_in_its_conversation_however_often_it_is_pressed(
    database: Database,
) -> None:
    (first, second) = await Buttons(database, Updates(database)).issue(
        "telegram", "7", "telegram/1/", ["/next", "Who is Ada?"]
    )
    after_restart = Buttons(database, Updates(database))
    for _ in range(2):
        assert await after_restart.press(first, "telegram", "7") == Pressed("/next", "telegram/1/")
    assert (await after_restart.press(second, "telegram", "7")).action == "Who is Ada?"


async def test_a_token_tells_nothing_and_fits_every_platform(database: Database) -> None:
    tokens = await Buttons(database, Updates(database)).issue(
        "discord", "7", "discord/1/", ["/open a title that spoils"] * 50
    )
    assert len(set(tokens)) == 50
    assert all(len(token.encode()) <= 32 and "spoil" not in token for token in tokens)


async def test_nobody_else_presses_a_readers_button_s44_t33(database: Database) -> None:
    (token,) = await Buttons(database, Updates(database)).issue("telegram", "7", "telegram/1/", ["/next"])
    for platform, account in (("telegram", "8"), ("discord", "7")):
        with pytest.raises(NotYourButton):
            await Buttons(database, Updates(database)).press(token, platform, account)


async def test_an_old_or_unknown_button_is_out_of_date_and_swept(database: Database) -> None:
    buttons = Buttons(database, Updates(database))
    old, new = await buttons.issue("telegram", "7", "telegram/1/", ["/next", "/done"])
    async with database.write() as session:
        long_ago = datetime.now(UTC) - LIFE * 1.01
        await session.execute(update(ButtonRow).where(ButtonRow.token == old).values(made_at=long_ago))
    for token in (old, "never made"):
        with pytest.raises(ButtonExpired):
            await buttons.press(token, "telegram", "7")
    assert await buttons.sweep() == 1
    assert (await buttons.press(new, "telegram", "7")).action == "/done"


async def test_an_update_is_taken_in_hand_once(database: Database) -> None:
    updates = Updates(database)
    assert await updates.take("telegram", "100")
    assert not await Updates(database).take("telegram", "100")
    assert await updates.take("discord", "100")
    await updates.sweep()
    assert not await updates.take("telegram", "100")
    assert KEPT.days >= 1
