"""What a configured model does after a turn: digests of what was passed, notes of a turn (S31, S37)."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import replies
from bot.app import App
from storage.story.facts import SectionDigest
from tests.fakes import ModelService, model_service
from tests.knowing_model import KnowingModel
from tests.talking import Person, opened

FACT = "Oda Quillon found the letter under the third stone of the bridge."
SUMMARY = "Oda Quillon found the letter where her brother left it."


def a_note(body: dict[str, Any]) -> str:
    """Return what a model notes of a turn; whatever else it is asked, that it knows nothing."""
    if body["messages"][0]["content"].startswith("You keep notes"):
        return json.dumps({"facts": [{"text": FACT, "importance": 3}], "summary": SUMMARY})
    return "Oda Quillon found the letter under the third stone of the bridge [p1]."


@pytest.fixture
def data(shelved: Path, tmp_path: Path) -> Path:
    """A fresh copy of the shelved book."""
    return Path(shutil.copytree(shelved, tmp_path / "data"))


@asynccontextmanager
async def talking(data: Path, service: ModelService, **preparing: Any) -> AsyncIterator[Person]:
    """Open the program with a model, and sit down as the owner of the book."""
    async with opened(data, service.base_url, **{"facts_chars_a_turn": 0, **preparing}) as app:
        person = Person(app)
        await person.begins()
        yield person


async def asked(service: ModelService, beginning: str = "") -> None:
    """Wait until a request of this sort has come in."""
    while not [b for b in service.requests if b["messages"][0]["content"].startswith(beginning)]:  # noqa: ASYNC110
        await asyncio.sleep(0.01)  # the service is a plain recorder and tells nobody


async def digests_of(app: App) -> list[SectionDigest]:
    """Return the digests that the model has written up to the owner's place."""
    (card,) = await app.storage.library.books(await app.owner_id())
    here = await app.storage.progress.horizon(await app.owner_id(), card.book_id)
    return await app.storage.library.written_digests(here, "m-1")


async def test_a_section_is_told_once_it_was_passed_and_never_a_later_one(data: Path) -> None:
    model = KnowingModel([])
    async with model_service(model) as service, talking(data, service) as ada:
        await ada.says("/at 2")
        await ada.app.background.settle()
        assert [d.section for d in await digests_of(ada.app)] == [
            3
        ]  # after a sealed introduction and the part's page
        await ada.says("/at 2")
        await ada.says("/cast")
        await ada.app.background.settle()
        assert model.asked == ["digest"]  # asked for once
        await ada.says("done")
        await ada.app.background.settle()
        assert [d.section for d in await digests_of(ada.app)] == [3, 4]
        assert "ferry" not in json.dumps(service.requests).casefold()


async def test_the_story_so_far_is_told_from_them_and_without_the_model_in_their_words(data: Path) -> None:
    silent: list[tuple[int, str]] = []

    def model(body: dict[str, Any]) -> Any:
        if silent:
            return silent[0]
        if body["messages"][0]["content"].startswith("You take notes"):
            if "early" in str(body["messages"][-1]["content"]):
                return "Early that day Oda Quillon lit the lamp above the harbour steps."
            return "Her brother left the letter under the bridge, where Oda Quillon found it."
        return "Oda Quillon burned the letter [p2]. She lit the lamp [p1]."

    async with model_service(model) as service, talking(data, service) as ada:
        await ada.says("/at 3")
        await ada.app.background.settle()
        told = await ada.hears("/catchmeup")
        assert "Your notes of these sections" in str(service.requests[-1]["messages"][-1]["content"])
        assert "lit the lamp" in told
        silent.append((401, "refused"))
        alone = await ada.hears("/catchmeup long")
        assert "Early that day Oda Quillon lit the lamp above the harbour steps. [ch. 1 ¶1]" in alone
        assert "Her brother left the letter under the bridge" in alone
    # Without any model what was written stays, bounded as ever.
    async with opened(data) as app:
        ada = Person(app)
        await ada.begins()
        assert "Early that day Oda Quillon" in await ada.hears("/catchmeup long")
        await ada.says("/at 2")
        await ada.says("1")
        back = await ada.hears("/catchmeup long")
        assert "Early that day" in back
        assert "letter" not in back


async def test_what_was_told_is_shown_in_a_view_as_if_it_had_been_there_at_loading(data: Path) -> None:
    async with model_service(KnowingModel([])) as service, talking(data, service) as ada:
        await ada.says("/at 4")
        library = ada.app.storage.library
        (card,) = await library.books(await ada.app.owner_id())
        ends = sorted({c.end for c in await library.list_chapters(card.book_id)})
        horizons = [
            ada.app.storage.progress.horizon_at(card.book_id, end + add) for end in ends for add in (0, 9)
        ]
        for horizon in horizons:
            await library.open(horizon)  # cut before the digests are there
        await ada.app.background.settle()
        warm = [(await library.open(horizon)).digests() for horizon in horizons]
    async with opened(data) as app:
        assert [(await app.storage.library.open(horizon)).digests() for horizon in horizons] == warm
    assert {d.writer for told in warm for d in told} == {"extractive", "m-1"}


async def test_a_run_that_broke_off_is_gone_on_with_and_not_begun_again(data: Path) -> None:
    model = KnowingModel([])
    script = [model, (401, "refused")]
    async with model_service(*script) as service, talking(data, service) as ada:
        await ada.says("/at 4")
        await ada.app.background.settle()
        assert [d.section for d in await digests_of(ada.app)] == [3]
    again = KnowingModel([])
    async with model_service(again) as service, talking(data, service) as ada:
        await ada.says("/where")
        await ada.app.background.settle()
        assert again.asked == ["digest", "digest"]
        assert [d.section for d in await digests_of(ada.app)] == [3, 4, 5]


async def test_the_end_of_the_program_ends_what_runs(data: Path) -> None:
    async with model_service("<hang>") as service:
        async with talking(data, service) as ada:
            await ada.says("/at 3")
            await asked(service)
            background = ada.app.background
        await background.settle()  # nothing is left that could be waited for
        assert len(service.requests) == 1


async def test_no_more_is_sent_after_a_turn_than_is_configured(data: Path) -> None:
    async with (
        model_service(KnowingModel([])) as service,
        talking(data, service, digest_chars_a_turn=450) as ada,
    ):
        await ada.says("/at 5")
        await ada.app.background.settle()
        assert [d.section for d in await digests_of(ada.app)] == [3]
        await ada.says("/where")
        await ada.app.background.settle()
        assert [d.section for d in await digests_of(ada.app)] == [3, 4]
    async with (
        model_service(KnowingModel([])) as service,
        talking(data, service, digest_chars_a_turn=0) as ada,
    ):
        await ada.says("/where")
        await ada.app.background.settle()
        assert service.requests == []


async def test_a_place_that_was_lowered_ends_the_writing_there(data: Path) -> None:
    # S5: what the reader took back is sent no more, though the run began before.
    gate = asyncio.Event()
    model = KnowingModel([])
    async with model_service(model) as service, talking(data, service) as ada:
        (card,) = await ada.app.storage.library.books(await ada.app.owner_id())
        open_book = ada.app.storage.library.open

        async def slow(horizon: Any) -> Any:
            if service.requests:
                await gate.wait()
            return await open_book(horizon)

        ada.app.storage.library.open = slow  # type: ignore[method-assign]
        await ada.says("/at 5")
        await asked(service)
        reader = await ada.app.owner_id()
        match = await ada.app.storage.library.locate(card.book_id, "ch 2")
        from storage.reader.position import DownReason

        await ada.app.storage.progress.move_down(reader, card.book_id, match, DownReason.MISTAKE)
        gate.set()
        await ada.app.background.settle()
        sent = json.dumps(service.requests, ensure_ascii=False)
        assert model.asked[:1] == ["digest"]
        assert "green coat" not in sent
        assert "Perrin" not in sent


async def test_notes_of_a_turn_are_the_models_as_far_as_they_hold(data: Path) -> None:
    async with model_service(a_note) as service, talking(data, service) as ada:
        await ada.says("/at 3")
        await ada.says("Where did Oda find the letter?")
        await ada.app.background.settle()
        shown = await ada.hears("/memories")
        assert FACT in shown
        assert SUMMARY in shown
        assert "You asked" not in shown
        # The next question is asked with them; before the place they rest on they are sealed.
        await ada.says("Who left the letter there?")
        draft = [b for b in service.requests if "Remembered of this reading" in str(b["messages"])]
        assert FACT in str(draft[-1]["messages"])
        await ada.says("/at 2")
        await ada.says("1")
        assert await ada.hears("/memories") == replies.NOTHING_REMEMBERED


async def test_a_model_that_notes_nothing_leaves_the_notes_to_rules(data: Path) -> None:
    def model(body: dict[str, Any]) -> Any:
        said = a_note(body)
        return "no JSON at all" if said.startswith("{") else said

    async with model_service(model) as service, talking(data, service) as ada:
        await ada.says("/at 3")
        await ada.says("Where did Oda find the letter?")
        await ada.app.background.settle()
        shown = await ada.hears("/memories")
        assert "You asked: Where did Oda find the letter?" in shown
        assert "third stone of the bridge" in shown


async def test_what_is_sent_behind_the_talk_is_told_where_privacy_is(data: Path) -> None:
    async with model_service(a_note) as service:
        async with talking(data, service) as ada:
            assert "Chapters you have passed go there once" in await ada.hears("/privacy")
        async with talking(data, service, digest_chars_a_turn=0) as ada:
            assert "Chapters you have passed" not in await ada.hears("/privacy")


async def test_notes_can_be_switched_off(data: Path) -> None:
    async with model_service(a_note) as service, talking(data, service, notes=False) as ada:
        await ada.says("/at 3")
        await ada.says("Where did Oda find the letter?")
        await ada.app.background.settle()
        assert not [b for b in service.requests if "You keep notes" in b["messages"][0]["content"]]
        assert "You asked: Where did Oda find the letter?" in await ada.hears("/memories")


async def test_what_was_forgotten_does_not_come_back_from_behind(data: Path) -> None:
    def model(body: dict[str, Any]) -> Any:
        said = a_note(body)
        return "<hang>" if said.startswith("{") else said

    async with model_service(model) as service, talking(data, service, digest_chars_a_turn=0) as ada:
        await ada.says("/at 3")
        await ada.says("Where did Oda find the letter?")
        await asked(service, "You keep notes")
        await ada.says("/memories forget")
        await ada.app.background.settle()
        assert await ada.hears("/memories") == replies.NOTHING_REMEMBERED


async def test_a_silent_model_behind_the_talk_never_disturbs_it(data: Path) -> None:
    def model(body: dict[str, Any]) -> Any:
        said = a_note(body)
        taking = body["messages"][0]["content"].startswith("You take notes")
        return (500, "server_error") if taking or said.startswith("{") else said

    async with model_service(model) as service, talking(data, service) as ada:
        await ada.says("/at 3")
        shown = await ada.hears("Where did Oda find the letter?")
        await ada.app.background.settle()
        assert "third stone of the bridge" in shown
        assert "up to ch. 2 ¶4" in await ada.hears("/catchmeup long")


async def test_without_a_model_nothing_is_begun(data: Path) -> None:
    async with opened(data) as app:
        ada = Person(app)
        await ada.begins()
        await ada.says("/at 3")
        await ada.says("Where did Oda find the letter?")
        (card,) = await app.storage.library.books(await app.owner_id())
        from bot.background import Subject

        subject = Subject(await app.owner_id(), card.book_id)
        assert not app.background.is_busy("sections", subject)
        assert not app.background.is_busy("notes", subject)
