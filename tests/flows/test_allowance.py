"""A day's allowance of the model is soft: used up, the book's own sentences answer and say until when."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_app
from bot.config import CreditsConfig
from storage.credits.terms import Tier
from tests.fakes import model_service
from tests.talking import Person, settings

QUESTION = "Where did Oda find the letter?"


def answer(_body: dict[str, Any]) -> str:
    return "Oda Quillon found the letter under the third stone of the bridge [p1]."


@pytest.mark.parametrize("tier", [Tier(questions_a_day=1), Tier(tokens_a_day=50)])
async def test_after_the_days_allowance_the_keyless_answerer_goes_on(
    shelved: Path, tmp_path: Path, tier: Tier
) -> None:
    shutil.copytree(shelved, tmp_path / "data")
    async with model_service(answer) as service:
        config = settings(tmp_path / "data", service.base_url, facts_chars_a_turn=0, digest_chars_a_turn=0)
        config = replace(config, credits=CreditsConfig(tiers={"free": tier}))
        config = replace(config, preparing=replace(config.preparing, notes=False))
        async with open_app(config) as app:
            ada = Person(app)
            await ada.begins()
            await ada.hears("/at 3")
            first = await ada.hears(QUESTION)
            assert "used up" not in first
            sent = len(service.requests)
            assert sent > 0
            second = await ada.hears(QUESTION)
            assert len(service.requests) == sent  # nothing more went to the model
            assert second.count("are used up; until") == 1
            assert "letter" in second
            assert "Today 0 of" in await ada.hears("/wallet")
            assert await app.storage.wallets.audit() == []


async def test_without_a_limit_nothing_is_counted_and_nothing_said(shelved: Path, tmp_path: Path) -> None:
    shutil.copytree(shelved, tmp_path / "data")
    async with (
        model_service(answer) as service,
        open_app(settings(tmp_path / "data", service.base_url, facts_chars_a_turn=0)) as app,
    ):
        ada = Person(app)
        await ada.begins()
        await ada.hears("/at 3")
        for _ in range(2):
            assert "used up" not in await ada.hears(QUESTION)
        assert (await app.storage.wallets.statement(await app.owner_id())).entries == ()
