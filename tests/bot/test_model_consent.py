"""Elsewhere than at the terminal nothing is sent to a model before the reader has said yes."""

from __future__ import annotations

from pathlib import Path

from bot.markup import to_plain
from bot.messages import Attachment, Conversation, IncomingMessage, OutgoingMessage
from tests.fakes import model_service
from tests.knowing_model import KnowingModel
from tests.talking import BOOK, Person, opened


async def uploads(person: Person, path: Path) -> list[OutgoingMessage]:
    path.write_bytes(BOOK)
    place = Conversation(person.platform, person.chat)
    message = IncomingMessage(place, person.account, "", True, (Attachment(path, "book.epub"),))
    return [one async for one in person.app.companion.handle(message)]


async def test_the_first_upload_asks_once_and_without_a_yes_nothing_is_sent(tmp_path: Path) -> None:
    model = KnowingModel(("Saltgate",))
    async with model_service(model) as service, opened(tmp_path / "data", service.base_url) as app:
        reader = Person(app, platform="telegram")
        shown = [to_plain(one.text) for one in await uploads(reader, tmp_path / "a.epub") if one.final]
        assert sum("May it be used?" in text for text in shown) == 1
        assert service.base_url in "".join(shown)
        await reader.hears("/at ch 3")
        answer = await reader.hears("What is a skarn?")
        assert "flat boat" in answer
        await reader.hears("/catchmeup")
        await reader.app.background.settle()
        assert service.requests == []

        await reader.hears("/model yes")
        await reader.hears("What is a skarn?")
        await reader.app.background.settle()
        asked = len(service.requests)
        assert asked > 0
        # Asked once: another upload says nothing of it.
        shown = [to_plain(one.text) for one in await uploads(reader, tmp_path / "b.epub")]
        assert not any("May it be used?" in text for text in shown)

        await reader.hears("/model no")
        await reader.app.background.settle()
        asked = len(service.requests)
        await reader.hears("Who is Captain Brannoc?")
        await reader.app.background.settle()
        assert len(service.requests) == asked


async def test_who_wrote_the_configuration_is_not_asked(tmp_path: Path) -> None:
    model = KnowingModel(("Saltgate",))
    async with model_service(model) as service, opened(tmp_path / "data", service.base_url) as app:
        owner = Person(app)
        path = tmp_path / "a.epub"
        path.write_bytes(BOOK)
        assert "May it be used?" not in await owner.hears(f"/add {path}")
        await owner.hears("/at ch 3")
        await owner.hears("What is a skarn?")
        assert service.requests


async def test_without_a_model_there_is_nothing_to_ask(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as app:
        reader = Person(app, platform="telegram")
        shown = [to_plain(one.text) for one in await uploads(reader, tmp_path / "a.epub")]
        assert not any("May it be used?" in text for text in shown)
        assert "nothing is sent" in await reader.hears("/model")
