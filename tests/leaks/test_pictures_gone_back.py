"""Pictures after a move back: none is shown that a reader of that place could not have (S5, S14, S30)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.messages import OutgoingMessage
from tests.books import Chapter, epub
from tests.leaks.test_pictures import picture_of, reads, rendering
from tests.platform_fakes.picture_server import PictureServer
from tests.talking import Person

ALONE = "It rained all day, and Captain Brannoc sat down by the stove of the tide house."
JOINED = "Mother Pask and Oda Quillon were one woman. Captain Brannoc sat down when he heard it."
CHAPTERS = (
    Chapter(
        "Chapter 1: The Lamp",
        (
            "Oda Quillon was a tall woman with red hair. Oda Quillon lit the lamp above the harbour steps.",
            "“You are early,” said Captain Brannoc. Captain Brannoc was a stout man with a black beard.",
        ),
    ),
    Chapter(
        "Chapter 2: The Widow",
        (
            "Mother Pask was an old woman in a green coat. Mother Pask sold rope on the grey harbour wall.",
            "Mother Pask never spoke of the lamp, and Captain Brannoc never asked.",
        ),
    ),
)
SCENE = '/visualize "sold rope on the grey harbour wall" | go rendered'


def book(line: str) -> bytes:
    """Return a book whose third chapter has this line."""
    return epub((*CHAPTERS, Chapter("Chapter 3: The Line", (line,))), title="The Wall", author="Hespa Ombrey")


async def goes_back(person: Person, place: str = "ch 2") -> None:
    """Move back by mistake, to the end of a chapter."""
    assert "before your place" in await person.hears(f"/at {place}")
    await person.says("1")
    await person.says("/done")


async def every_picture(person: Person) -> str:
    """Return all that the gallery shows, and each picture of it."""
    listed = (await person.says("/gallery"))[-1]
    shown = [listed]
    for button in listed.buttons:
        shown += await person.says(button.action)
    return "\n".join(said(message) for message in shown)


def said(message: OutgoingMessage) -> str:
    """Return all words of a message, and those of its picture."""
    picture = message.picture
    about = (picture.name, picture.alt, picture.labels) if picture else ()
    return f"{message.text} {[button.label for button in message.buttons]} {about}"


async def test_what_joins_two_names_seals_the_pictures_of_both_in_one_s14_t3(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "end", book(JOINED))
        portrait = picture_of(await person.says("/visualize Oda Quillon | go rendered"))
        scene = picture_of(await person.says(SCENE))
        for shown in (portrait, scene):
            assert "red hair" in shown.text
            assert "green coat" in shown.text
        await goes_back(person)
        told = await every_picture(person)
        assert "No pictures" in told
        assert await person.says("/at ch 3")
        await person.says("/done")
        assert "2 pictures" in await every_picture(person)


async def test_a_picture_that_was_told_alike_before_is_seen_there_too_s5(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "end", book(ALONE))
        for line in ("/visualize Oda Quillon | go rendered", SCENE):
            picture_of(await person.says(line))
        await goes_back(person)
        assert "2 pictures" in await every_picture(person)
        await goes_back(person, "ch 1")
        told = await every_picture(person)
        assert "1 pictures" in told
        assert "red hair" in told
        assert "green coat" not in told


async def test_what_a_reader_wished_or_put_right_further_on_is_sealed_with_its_picture_s37_s38(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "end", book(ALONE))
        picture_of(await person.says("/visualize Oda Quillon: drowned in the tide race | go rendered"))
        picture_of(await person.says("/visualize Captain Brannoc | eyes: dark eyes | go rendered"))
        assert "are one" in await person.hears("/correct merge Oda Quillon with Mother Pask")
        joined = picture_of(await person.says("/visualize Oda Quillon | go rendered"))
        assert "green coat" in joined.text
        await goes_back(person)
        told = await every_picture(person)
        assert not [word for word in ("drowned", "dark eyes", "green coat", "Pask") if word in told]


async def test_a_move_back_elsewhere_seals_a_picture_that_is_rendered_meanwhile(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "end", book(JOINED))
        elsewhere = Person(app, "ada", "another chat")
        server.plan.append("slow")
        waits = asyncio.ensure_future(person.says("/visualize Oda Quillon | go rendered"))
        async with asyncio.timeout(30):
            while not server.predictions:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await goes_back(elsewhere)
        (made,) = server.predictions.values()
        made.looks = 0
        shown = await waits
        assert not [message for message in shown if message.picture is not None]
        assert "green coat" not in "\n".join(said(message) for message in shown)
        await person.says("/at end")
        assert "1 pictures" in await every_picture(person)


async def test_which_version_shows_first_is_not_told_by_what_was_chosen_further_on_s37(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 1", book(ALONE))
        for wish in ("", ": older", ": younger"):
            picture_of(await person.says(f"/visualize Oda Quillon{wish} | go rendered"))
        plain = await shown_of(person, 3)
        await person.says(f"/visualize first {plain}")
        assert await first_of(person) == plain
        await person.says("/at end")
        picture_of(await person.says("/visualize Oda Quillon: drowned | go rendered"))
        latest = await shown_of(person, 1)
        await person.says(f"/visualize first {latest}")
        assert await first_of(person) == latest
        # Chosen before, it can be chosen again.
        shown = (await person.says(f"/visualize show {plain}"))[-1]
        assert "Show this one first" in [button.label for button in shown.buttons]
        await goes_back(person, "ch 1")
        assert await first_of(person) == plain


async def shown_of(person: Person, number: int) -> str:
    """Return the id of a picture by its number in the gallery, the latest first."""
    buttons = (await person.says("/gallery"))[-1].buttons
    return buttons[number - 1].action.rpartition(" ")[2]


async def first_of(person: Person) -> str:
    """Return the id of the version of a portrait that is offered first."""
    card = (await person.says("/visualize Oda Quillon"))[-1]
    (kept,) = [button for button in card.buttons if button.label.startswith("Pictures I have")]
    return kept.action.rpartition(" ")[2]
