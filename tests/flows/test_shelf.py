"""Books on the shelf: greeting, adding, opening, removing; errors as sentences."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from agent.reading_agent import ReadingAgent
from bot import replies
from bot.app import App
from bot.markup import to_plain
from bot.messages import Kind
from bot.replies import refusals
from storage.errors import HorizonViolation, ModelUnavailable
from tests.talking import Person, opened


async def test_the_greeting_names_the_book_and_what_answers_and_asks_where_one_is(app: App) -> None:
    ada = Person(app)
    shown = await ada.begins()
    assert "The Lamp *and* the Rope by Hespa Ombrey" in shown
    assert "no language model" in shown
    assert to_plain(replies.WHERE_ARE_YOU) in shown


async def test_starters_come_from_what_is_read(ada: Person) -> None:
    # S32
    await ada.says("/at 3")
    shown = await ada.begins()
    assert "Who is Captain Brannoc?" in shown or "Who is Oda Quillon?" in shown
    assert "Perrin" not in shown
    assert shown.count("\n- ") == 3


async def test_someone_elses_shelf_is_empty(app: App) -> None:
    stranger = Person(app, account="eve")
    assert await stranger.begins() == to_plain(replies.NO_BOOK)
    assert await stranger.hears("Who is Oda?") == to_plain(replies.NO_BOOK)
    assert "no book called" in await stranger.hears("/open The Lamp *and* the Rope")


async def test_a_book_is_removed_by_the_typed_word_alone(ada: Person) -> None:
    await ada.says("/at 3")
    assert "Type remove" in await ada.hears("/remove")
    assert await ada.hears("yes") == replies.REMOVE_CANCELLED
    assert "The Lamp" in await ada.hears("/library")
    await ada.says("/remove")
    shown = await ada.hears("remove")
    assert "is removed" in shown
    assert "passages" in shown
    assert await ada.hears("/library") == to_plain(replies.NO_BOOK)
    assert await ada.hears("Who is Oda?") == to_plain(replies.NO_BOOK)


async def test_adding_shows_progress_without_story_and_opens_the_book(ada: Person, tmp_path: Path) -> None:
    file = tmp_path / "night.md"
    file.write_text("# The Night\n\n## Chapter 1\n\nPetronel slept.\n\n## Chapter 2\n\nPetronel woke.\n")
    shown = await ada.says(f"/add '{file}'")
    progress = [message for message in shown if message.kind is Kind.PROGRESS]
    assert all("Petronel" not in message.text for message in progress)  # S34
    assert sorted(m.share or 0 for m in progress) == [m.share or 0 for m in progress]
    assert to_plain(replies.WHERE_ARE_YOU) in to_plain(shown[-1].text)
    assert "is read:" in to_plain(shown[-2].text)
    assert "← open" in (await ada.hears("/library")).splitlines()[0]
    assert "The Lamp" in await ada.hears("/open Lamp")


@pytest.mark.parametrize("said", ["/add nowhere.epub", "/add ''", "/add /"])
async def test_a_wrong_path_is_one_sentence(ada: Person, said: str) -> None:
    shown = await ada.says(said)
    assert [message.kind for message in shown] == [Kind.REFUSAL]


async def test_a_file_that_is_no_book_is_one_sentence_and_leaves_nothing(ada: Person, tmp_path: Path) -> None:
    file = tmp_path / "cat.epub"
    file.write_bytes(bytes(range(256)) * 50)
    shown = await ada.says(f"/add {file}")
    assert shown[-1].kind is Kind.REFUSAL
    assert (await ada.hears("/library")).count("\n") == 0


async def test_an_unknown_command_names_the_nearest(ada: Person) -> None:
    assert "Did you mean /where?" in await ada.hears("/wher")
    assert "Write it as /who NAME" in await ada.hears("/who")


@pytest.mark.parametrize(
    "said", ["", "   ", "/", "//", "?", "🙂" * 500, "x" * 20_000, "\x00\x07", "‮abc", "/at", "/at \n"]
)
async def test_odd_input_gets_an_answer_and_no_crash(ada: Person, said: str) -> None:
    await ada.says("/at 3")
    shown = await ada.hears(said)
    assert shown
    assert replies.UNEXPECTED not in shown


async def test_help_lists_every_command_and_explains_each(ada: Person) -> None:
    from bot.commands import commands_on

    listed = await ada.hears("/help")
    for command in commands_on("terminal"):
        assert f"/{command.name}" in listed
        assert to_plain(command.help) in await ada.hears(f"/help {command.name}")


async def test_one_turn_at_a_time_in_a_conversation(ada: Person) -> None:
    await ada.says("/at 3")
    answers = await asyncio.gather(ada.hears("Where did Oda find the letter?"), ada.hears("/receipt"))
    assert "Where did Oda find the letter?" in answers[1]


async def test_a_model_that_does_not_answer_is_one_sentence(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada.says("/at 3")

    async def fails(*_: object, **__: object) -> None:
        raise ModelUnavailable(reason="timeout")

    monkeypatch.setattr(ReadingAgent, "answer", fails)
    assert await ada.hears("Who is Oda?") == to_plain(refusals.sentence(ModelUnavailable(reason="timeout")))


async def test_a_horizon_violation_drops_the_turn_and_sends_nothing_of_it(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada.says("/at 3")

    async def fails(*_: object, **__: object) -> None:
        raise HorizonViolation("Perrin drowned")

    monkeypatch.setattr(ReadingAgent, "answer", fails)
    assert await ada.hears("Who is Oda?") == replies.TURN_DROPPED
    assert await ada.hears("/receipt") == replies.NO_ANSWER_YET


async def test_a_cancelled_turn_frees_the_conversation(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    await ada.says("/at 3")
    begun = asyncio.Event()

    async def never(*_: object, **__: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(ReadingAgent, "answer", never)
    turn = asyncio.create_task(ada.hears("Who is Oda?"))
    await begun.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert "ch. 2" in await ada.hears("/where")
    assert await ada.hears("/receipt") == replies.NO_ANSWER_YET


async def test_the_open_book_of_each_talk_outlives_the_program(shelved: Path, tmp_path: Path) -> None:
    # S42, T32: it is kept for this reader in this chat and topic, and for no other.
    shutil.copytree(shelved, tmp_path / "data")
    file = tmp_path / "night.md"
    file.write_text("# The Night\n\n## Chapter 1\n\nPetronel slept beside the weir.\n")
    async with opened(tmp_path / "data") as app:
        desk, kitchen = Person(app), Person(app, chat="kitchen")
        await desk.says(f"/add '{file}'")
        await desk.says("/at end")
        await kitchen.says("/open The Lamp")
        await kitchen.says("/at 3")
    async with opened(tmp_path / "data") as app:
        assert "The Night" in await Person(app).hears("/where")
        assert "The Lamp" in await Person(app, chat="kitchen").hears("/where")
        # Nothing of the two talks is said in a third: there it is open which book is meant (S42).
        hall = await Person(app, chat="hall").hears("/where")
        assert "using:" not in hall
        assert len(hall.splitlines()) == 2
        assert await Person(app, account="eve").hears("/where") == to_plain(replies.NO_BOOK)
        await Person(app).says("/remove")
        await Person(app).says("remove")
    async with opened(tmp_path / "data") as app:
        assert "The Night" not in await Person(app).hears("/where")
        assert "The Lamp" in await Person(app, chat="kitchen").begins()


async def test_in_a_new_talk_the_only_book_is_the_one_that_is_meant(app: App) -> None:
    elsewhere = Person(app, chat="another desk")
    assert "using: up to the end of ch. 2" in await elsewhere.hears("/at ch 3")
    assert "Quillon" in await elsewhere.hears("Who is Oda Quillon?")


async def test_in_a_new_talk_with_several_books_which_one_is_asked(app: App, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Chapter 1\n\nIt rained on the mill all day, and nobody came to it.\n")
    await Person(app).hears(f"/add {other}")
    shown = await Person(app, chat="another desk").says("Who is Oda Quillon?")
    assert {button.label for message in shown for button in message.buttons} == {
        "Open The Lamp *and* the Rope",
        "Open other",
    }
