"""A model that indexes passed sections, through the whole program: shown, sealed, counted, capped."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from agent.prepare.facts import SYSTEM
from bot import replies
from bot.app import App
from storage.reader.model_use import Use
from storage.story.facts import SectionFacts
from tests.fakes import ModelService, model_service
from tests.talking import CHAPTERS, Person, opened

PERRIN = "The man in the green coat was Perrin Marrow, and he had been her father’s clerk."
SAID = [
    {"kind": "person", "name": "Oda Quillon", "quote": "Oda Quillon lit the lamp"},
    {"kind": "term", "name": "nets", "quote": "he set down his basket of nets beside her"},
    {"kind": "thing", "name": "Velmarsh", "quote": "before anyone else in Velmarsh was awake"},
    {
        "kind": "trait",
        "name": "Oda Quillon",
        "text": "kept the brass key on a string",
        "sort": "dress",
        "quote": "Oda Quillon kept the brass key on a string round her neck from that day.",
    },
    # What only the end of the book knows, with quotes of it, and with quotes that tell nothing of it.
    {"kind": "person", "name": "Perrin Marrow", "quote": PERRIN},
    {"kind": "person", "name": "Perrin Marrow", "quote": "a man in a green coat sat down beside Oda Quillon"},
    {
        "kind": "same",
        "name": "Oda Quillon",
        "other": "Captain Brannoc",
        "quote": "Oda Quillon lit the lamp above the harbour steps before anyone else in Velmarsh was awake.",
    },
    {
        "kind": "tie",
        "name": "Captain Brannoc",
        "other": "Perrin Marrow",
        "text": "murderer",
        "quote": "Captain Brannoc asked her nothing at all",
    },
]
"""What a model says of every section: it knows the whole book."""


class Indexer:
    """Answers requests for facts, and keeps how many there were."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, body: dict[str, Any]) -> Any:
        assert body["messages"][0]["content"].startswith("You index a book")
        self.asked += 1
        return json.dumps({"facts": SAID})


@pytest.fixture
def data(shelved: Path, tmp_path: Path) -> Path:
    """A fresh copy of the shelved book."""
    return Path(shutil.copytree(shelved, tmp_path / "data"))


@asynccontextmanager
async def talking(data: Path, service: ModelService, **preparing: Any) -> AsyncIterator[Person]:
    """Open the program with a model that only indexes, and sit down as the owner of the book."""
    async with opened(
        data, service.base_url, **{"digest_chars_a_turn": 0, "notes": False, **preparing}
    ) as app:
        person = Person(app)
        await person.begins()
        yield person


async def moves(person: Person, *lines: str) -> None:
    for line in lines:
        await person.says(line)
        await person.app.background.settle()


async def book_of(app: App) -> tuple[str, str]:
    (card,) = await app.storage.library.books(await app.owner_id())
    return await app.owner_id(), card.book_id


async def found(app: App) -> list[SectionFacts]:
    here = await app.storage.progress.horizon(*await book_of(app))
    return await app.storage.library.written_facts(here, "m-1")


def names(sections: list[SectionFacts]) -> set[str]:
    return {name for one in sections for fact in one.facts for name in (fact.name, fact.other) if name}


async def test_a_passed_section_is_looked_through_once_and_what_holds_is_shown(data: Path) -> None:
    # S9, S31: chapter by chapter, with no word of the next.
    model = Indexer()
    async with model_service(model) as service, talking(data, service) as ada:
        await moves(ada, "/at 2", "/where", "/cast")
        assert model.asked == 1
        assert [one.section for one in await found(ada.app)] == [3]
        assert names(await found(ada.app)) == {"Oda Quillon", "nets", "Velmarsh"}
        await moves(ada, "/at 4")
        assert [one.section for one in await found(ada.app)] == [3, 4, 5]
        told = await ada.hears("/who Oda Quillon")
        assert "brass key on a string" in told
        sent = json.dumps(service.requests, ensure_ascii=False)
        assert [p for chapter in CHAPTERS[4:] for p in chapter.paragraphs if p in sent] == []
        assert "Perrin" not in sent
        assert "Perrin Marrow" not in names(await found(ada.app))
        assert "Perrin" not in await ada.hears("/cast") + await ada.hears("/who Captain Brannoc")


async def test_a_move_back_seals_what_was_found_and_a_move_forward_returns_it(data: Path) -> None:
    # S5, T21, T22
    model = Indexer()
    async with model_service(model) as service, talking(data, service) as ada:
        await moves(ada, "/at 4")
        card = await ada.hears("/who Oda Quillon")
        asked = model.asked
        await moves(ada, "/at 2", "1")
        assert "brass key" not in await ada.hears("/who Oda Quillon")
        assert [one.section for one in await found(ada.app)] == [3]
        await moves(ada, "/at 4")
        assert await ada.hears("/who Oda Quillon") == card
        assert model.asked == asked  # nothing was paid for again


async def test_a_run_that_broke_off_is_gone_on_with_and_what_is_kept_is_told_as_if_it_had_been_there(
    data: Path,
) -> None:
    model = Indexer()
    async with model_service(model, (401, "refused")) as service, talking(data, service) as ada:
        await moves(ada, "/at 4")
        assert [one.section for one in await found(ada.app)] == [3]
    again = Indexer()
    async with model_service(again) as service, talking(data, service) as ada:
        library, (_, book_id) = ada.app.storage.library, await book_of(ada.app)
        ends = [chapter.end for chapter in await library.list_chapters(book_id)]
        horizons = [
            ada.app.storage.progress.horizon_at(book_id, end + add) for end in ends for add in (-1, 0, 9)
        ]
        for horizon in horizons:
            (await library.open(horizon)).people()  # cut and folded before the facts are there
        await moves(ada, "/where")
        assert again.asked == 2
        assert [one.section for one in await found(ada.app)] == [3, 4, 5]
        warm = [(await library.open(horizon)).people() for horizon in horizons]
    async with opened(data) as app:
        cold = [(await app.storage.library.open(horizon)).people() for horizon in horizons]
    assert cold == warm


async def test_rules_that_changed_leave_what_models_found(data: Path) -> None:
    async with model_service(Indexer()) as service, talking(data, service) as ada:
        await moves(ada, "/at 4")
        told = await ada.hears("/who Oda Quillon")
    async with opened(data) as app:
        async with app.storage.database.write() as session:
            await session.execute(text("UPDATE story_words SET version = 'of before'"))
        ada = Person(app)
        await ada.begins()
        assert await ada.hears("/who Oda Quillon") == told
        assert "brass key on a string" in told


async def test_what_goes_and_comes_is_counted_and_shown(data: Path) -> None:
    async with model_service(Indexer()) as service, talking(data, service, chars_a_day=50_000) as ada:
        await moves(ada, "/at 3")
        use = await ada.app.storage.model_use.of_book(*await book_of(ada.app))
        sent = [sum(len(m["content"]) for m in body["messages"]) for body in service.requests]
        assert use.requests == len(sent) == 2
        assert use.sent_chars > sum(sent)
        assert use.received_chars == 2 * len(json.dumps({"facts": SAID}))
        shown = await ada.hears("/privacy")
        assert f"{use.sent_chars:,} characters" in shown
        assert f"today, for all your books, {use.chars:,} of at most 50,000" in shown


async def test_a_day_ends_with_its_allowance_and_digests_count_too(data: Path) -> None:
    def model(body: dict[str, Any]) -> Any:
        if body["messages"][0]["content"].startswith("You take notes"):
            return "Oda Quillon lit the lamp above the harbour steps."
        return json.dumps({"facts": SAID})

    limits = {"digest_chars_a_turn": 40_000, "chars_a_day": len(SYSTEM) + 400}
    async with model_service(model) as service, talking(data, service, **limits) as ada:
        await moves(ada, "/at 2", "/where")
        asked = [str(body["messages"][0]["content"])[:12] for body in service.requests]
        assert asked == ["You take not"]
        assert await found(ada.app) == []
        use = await ada.app.storage.model_use.today(await ada.app.owner_id())
        assert 0 < use.chars <= limits["chars_a_day"]
    # On a day with room it is gone on with, and the digest is not paid for again.
    limits["chars_a_day"] = 0
    async with model_service(model) as service, talking(data, service, **limits) as ada:
        await moves(ada, "/where")
        assert [one.section for one in await found(ada.app)] == [3]
        assert len(service.requests) == 1


async def test_a_book_that_was_removed_and_added_again_does_not_begin_the_day_anew(data: Path) -> None:
    async with model_service(Indexer()) as service, talking(data, service) as ada:
        await moves(ada, "/at 3")
        before = await ada.app.storage.model_use.today(await ada.app.owner_id())
        await moves(ada, "/remove", replies.REMOVAL_WORD)
        assert before.requests == 2
        assert await ada.app.storage.model_use.today(await ada.app.owner_id()) == before


async def test_a_removal_ends_what_runs(data: Path) -> None:
    async with model_service("<hang>") as service, talking(data, service) as ada:
        await ada.says("/at 3")
        while not service.requests:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the service is a plain recorder and tells nobody
        await ada.says("/remove")
        await ada.says(replies.REMOVAL_WORD)
        await ada.app.background.settle()
        assert len(service.requests) == 1


async def test_who_has_not_said_yes_is_sent_nothing_for(data: Path) -> None:
    # The model is configured; on a platform nothing goes to it before the reader says so (S9).
    async with model_service(Indexer()) as service, talking(data, service) as ada:
        owner, _ = await book_of(ada.app)
        await ada.app.storage.identities.link("telegram", "7", owner)
        there = Person(ada.app, account="7", chat="7", platform="telegram")
        await ada.app.background.settle()
        before = len(service.requests)
        await moves(there, "/library", "/at 3")
        assert len(service.requests) == before
        await moves(there, "/model yes", "/where")
        assert len(service.requests) > before


async def test_a_yes_that_is_taken_back_ends_what_runs(data: Path) -> None:
    model, gate = Indexer(), asyncio.Event()
    async with model_service(model) as service, talking(data, service) as ada:
        await ada.app.storage.identities.link("telegram", "7", (await book_of(ada.app))[0])
        there = Person(ada.app, account="7", chat="7", platform="telegram")
        await moves(there, "/library", "/at 4")
        kept = ada.app.storage.library.keep_facts

        async def slow(*arguments: Any) -> None:
            await gate.wait()
            await kept(*arguments)

        ada.app.storage.library.keep_facts = slow  # type: ignore[method-assign]
        await there.says("/model yes")
        while not service.requests:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the service is a plain recorder and tells nobody
        await there.says("/model no")
        gate.set()
        await ada.app.background.settle()
        assert model.asked == 1


async def test_it_can_be_switched_off(data: Path) -> None:
    async with model_service(Indexer()) as service, talking(data, service, facts_chars_a_turn=0) as ada:
        await moves(ada, "/at 4", "/where")
        assert service.requests == []
        assert await ada.app.storage.model_use.today(await ada.app.owner_id()) == Use(0, 0, 0)
        assert "Chapters you have passed" not in await ada.hears("/privacy")
