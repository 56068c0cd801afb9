"""A configured model's whole path: companion, graph, HTTP, check, what is kept and written ahead.

The model knows the whole book and tells of it in every draft, digest and note. So whatever is sent, stored,
logged or shown with a later word in it is our leak, and title and author are nowhere in what it is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import replies
from bot.demo_book import build_demo_epub
from storage.story.index import StoryPrefix
from tests.fakes import ModelService, model_service
from tests.knowing_model import KnowingModel
from tests.leaks.test_demo_canary import (
    FACTS,
    later_titles,
    later_words,
    standing,
    talk_as_stored,
)
from tests.leaks.test_every_command import QUESTIONS, READ
from tests.leaks.test_every_command import books as two_books
from tests.talking import MODEL_KEY, Person, opened

KNOWS = [
    word
    for entry in FACTS["later_only"]
    if entry["chapter"] > 8
    for word in entry["words"]
    # A phrase of words that have all been read proves nothing: anybody could have put them together.
    if " " not in word
]
NEVER_SENT = ("The Left-Laid Rope", "Left-Laid", "Orla Venniker", "Venniker", MODEL_KEY)
"""Title and author (S21); the key goes in a header and in no body."""
LATE_QUESTION = next(q["q"] for q in FACTS["question"] if q["chapter"] == 7)


def sent(service: ModelService, since: int = 0) -> str:
    """Return all that was sent from the request of that number on, as the model reads it."""
    return "\n".join(json.dumps(body, ensure_ascii=False) for body in service.requests[since:])


def asked_at(chapter: int) -> list[str]:
    """Return questions about what is read and what is not, none of which holds a later word itself."""
    later = later_words(chapter)
    return [q["q"] for q in FACTS["question"] if not standing(later, q["q"])][::4]


def everything_told(story: StoryPrefix) -> list[Callable[[], object]]:
    """Return what tells the story index of a view, whole."""
    return [story.people, story.relations, story.places, story.groups, story.terms, story.names]


async def whole_talk(person: Person, lines: list[str]) -> str:
    """Return everything shown for these lines, growing messages too; what runs behind them has ended."""
    seen = ""
    for line in lines:
        seen += "\n".join(f"{m.text} {m.buttons}" for m in await person.says(line)) + "\n"
        await person.app.background.settle()
    return seen


@pytest.mark.parametrize("chapter", [2, 8])
async def test_a_model_that_knows_the_book_is_sent_no_later_word_and_gets_none_out(
    tmp_path: Path, chapter: int
) -> None:
    # S9, S21, S22, S31, S37, E1, T1, T2, T40
    file = tmp_path / "demo.epub"
    file.write_bytes(build_demo_epub())
    model = KnowingModel(KNOWS)
    later = later_words(chapter)
    async with model_service(model) as service, opened(tmp_path / "data", service.base_url) as app:
        person = Person(app)
        await person.hears(f"/add {file}")
        lines = [f"/at ch {chapter}", "/done", *asked_at(chapter), "/catchmeup long", "/catchmeup short"]
        lines += ["What happens in the end?", "/memories", "/receipt", "/passage 1", "/cast", "/toc"]
        seen = await whole_talk(person, [*lines, "/privacy"])
        (card,) = await app.storage.library.books(await app.owner_id())
        here = await app.storage.progress.horizon(await app.owner_id(), card.book_id)
        digests = await app.storage.library.written_digests(here, "m-1")
        found = await app.storage.library.written_facts(here, "m-1")
        told = repr([tell() for tell in everything_told((await app.storage.library.open(here)).story)])
    assert set(model.asked) == {"tools", "draft", "redraft", "recap", "digest", "facts", "notes"}
    assert [fact for section in found for fact in section.facts]
    assert standing(later, repr(found) + told) == []
    assert standing(later, sent(service)) == []
    assert standing(later, seen) == []
    assert [title for title in later_titles(chapter) if title in seen + sent(service)] == []
    assert [word for word in NEVER_SENT if word in sent(service)] == []
    assert standing(later, talk_as_stored(tmp_path / "data")) == []
    assert [digest.section for digest in digests if digest.text]
    assert standing(later, " ".join(digest.text for digest in digests)) == []
    logged = "".join(path.read_text() for path in (tmp_path / "data" / "logs").rglob("*") if path.is_file())
    assert standing([*later, "Ada", "Wick", MODEL_KEY], logged) == []


async def test_after_going_back_the_model_is_sent_nothing_of_what_was_talked_of_later(tmp_path: Path) -> None:
    # T21, T22, S5, S37: turns, memories, digests and summaries of chapter 8 are sealed at chapter 3.
    file = tmp_path / "demo.epub"
    file.write_bytes(build_demo_epub())
    later = later_words(3)
    async with (
        model_service(KnowingModel(KNOWS)) as service,
        opened(tmp_path / "data", service.base_url) as app,
    ):
        person = Person(app)
        await person.hears(f"/add {file}")
        await whole_talk(person, ["/at ch 8", "/done", *asked_at(3), LATE_QUESTION, "/catchmeup long"])
        remembered = await person.hears("/memories")
        assert standing(later, sent(service)) != []  # it was told of them as long as they were read
        await whole_talk(person, ["/at ch 3", "1"])
        assert await person.hears("/memories") == replies.NOTHING_REMEMBERED
        await whole_talk(person, ["/at ch 8", "/done"])
        assert await person.hears("/memories") == remembered  # T22
        before = len(service.requests)
        lines = ["/at ch 3", "1", *asked_at(3), "/catchmeup long", "/memories", "/receipt", "/passage 1"]
        seen = await whole_talk(person, lines)
        assert len(service.requests) > before
        assert standing(later, sent(service, before)) == []
        assert standing(later, seen) == []


async def test_two_books_equal_up_to_the_place_send_and_show_the_same(tmp_path: Path) -> None:
    # E5, with a model: every request, every digest and every message, byte for byte.
    told: list[list[str]] = []
    for number, file in enumerate(two_books(3)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "book.epub").write_bytes(file)
        async with (
            model_service(KnowingModel(KNOWS)) as service,
            opened(folder / "data", service.base_url) as app,
        ):
            person = Person(app)
            await person.hears(f"/add {folder / 'book.epub'}")
            lines = [f"/at ch {READ}", "/done", *QUESTIONS, "/catchmeup long", "/memories", "/receipt"]
            seen = await whole_talk(person, lines)
            (card,) = await app.storage.library.books(await app.owner_id())
            here = await app.storage.progress.horizon(await app.owner_id(), card.book_id)
            digests = repr(await app.storage.library.written_digests(here, "m-1"))
            facts = repr(await app.storage.library.written_facts(here, "m-1"))
            story = (await app.storage.library.open(here)).story
            index = [repr(tell()) for tell in everything_told(story)]
            # Ids are drawn by chance.
            seen = re.sub(r"\b[0-9a-f]{32}\b", "id", seen)
            told.append([*map(json.dumps, service.requests), seen, digests, facts, *index])
    assert len(told[0]) == len(told[1])
    for ours, theirs in zip(*told, strict=True):
        assert ours == theirs
