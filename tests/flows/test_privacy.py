"""What `/privacy` says is what leaves the machine, service by service."""

from __future__ import annotations

from pathlib import Path

from bot.messages import OutgoingMessage
from bot.replies import sending
from tests.leaks.test_pictures import MODEL, rendering
from tests.platform_fakes.picture_server import PictureServer
from tests.talking import Person, opened


def said(messages: list[OutgoingMessage]) -> str:
    return messages[-1].text.replace("\\", "")


async def test_without_any_service_nothing_leaves(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        shown = said(await person.says("/privacy"))
    assert "Nothing leaves this machine" in shown
    assert "picture" not in shown


async def test_a_service_that_renders_pictures_is_named_with_what_it_is_sent(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = Person(app)
        shown = said(await person.says("/privacy"))
        assert MODEL in shown
        assert server.url in shown
    assert "Nothing leaves this machine" not in shown
    assert "title and author are not" in shown


def test_a_bucket_and_a_database_elsewhere_are_told() -> None:
    shown = sending.privacy("", has_server=True, leaving=sending.Leaving(has_bucket=True))
    assert "the database that is set up with it" in shown
    assert "outside this machine" in shown
    assert "Nothing leaves" not in shown
