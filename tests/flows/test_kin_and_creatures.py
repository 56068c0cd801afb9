"""Ties that end, creatures, and asking by what somebody is to another, as a reader meets them (S11, S18)."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.answer import NOT_IN_READ
from tests.books import Chapter, epub
from tests.talking import Person, opened

FARM = epub(
    (
        Chapter(
            "Chapter 1: The Farm",
            (
                "Ned Oke laughed, and he sat down. “No,” said Ned Oke. Ada Crane smiled."
                " “Well,” said Ada Crane. She sang.",
                "Ada Crane was engaged to Ned Oke. Ned Oke whistled to his dog Bramble. Bramble ran, and he"
                " sat down. Bramble slept, and Bramble woke.",
            ),
        ),
        Chapter("Chapter 2: The Hill", ("It rained on the hill. Ada Crane nodded, and she sang.",)),
        Chapter("Chapter 3: The Bells", ("Ada Crane and Ned Oke were married in spring. Ned Oke laughed.",)),
    ),
    title="The Farm",
    author="Hespa Ombrey",
)


@pytest.fixture
async def ada(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A reader of the book of the farm, at its start."""
    (tmp_path / "farm.epub").write_bytes(FARM)
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'farm.epub'}")
        yield person


async def reads(person: Person, chapter: int) -> None:
    await person.says(f"/at ch {chapter}")
    await person.says("/done")


async def test_a_tie_that_ended_says_until_when_and_only_to_who_has_read_so_far(ada: Person) -> None:
    await reads(ada, 2)
    assert "until" not in await ada.hears("/relations")
    assert "engaged" in await ada.hears("/relations")
    assert "ended" not in await ada.hears("/who Ada Crane")
    await reads(ada, 3)
    shown = await ada.hears("/relations")
    assert "Ada Crane and Ned Oke: engaged, until ch. 3 ¶1" in shown
    assert "Ada Crane and Ned Oke: married" in shown
    assert "engaged: Ned Oke (ended)" in await ada.hears("/who Ada Crane")


async def test_a_dog_is_marked_in_the_cast_and_on_its_card(ada: Person) -> None:
    await reads(ada, 1)
    assert "- Bramble · a dog · first met in ch. 1 ¶2, 4×" in await ada.hears("/cast")
    shown = await ada.hears("/who Bramble")
    assert "Bramble · a dog\n" in shown
    assert "- Creature: dog [ch. 1 ¶2]" in shown


async def test_who_is_asked_for_by_a_tie_is_a_stranger_until_it_is_told(ada: Person) -> None:
    await reads(ada, 2)
    never = await ada.hears("/who Zorblax")
    assert NOT_IN_READ in never
    assert await ada.hears("/who Ned Oke's wife") == never
    await reads(ada, 3)
    assert await ada.hears("/who Ned Oke's wife") == await ada.hears("/who Ada Crane")


async def test_the_card_of_the_one_mostly_meant_says_who_else_bears_the_name_so_far(tmp_path: Path) -> None:
    ours = (
        "Rose Crane laughed. “No,” said Rose. Ned saw Rose. Rose sang, and Rose wept. “Well,” said Rose. " * 2
    )
    (tmp_path / "rose.epub").write_bytes(
        epub(
            (
                Chapter("Chapter 1: The Mill", (ours,)),
                Chapter(
                    "Chapter 2: The Aunt", ("“Sit down,” said Rose Pellam. She had come in a cart.", ours)
                ),
            ),
            title="The Mill",
            author="Hespa Ombrey",
        )
    )
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'rose.epub'}")
        await reads(person, 1)
        assert "bear that name" not in await person.hears("/who Rose")
        await reads(person, 2)
        card = await person.hears("/who Rose")
        assert "Also called Rose Crane" in card
        assert "Others bear that name too: Rose Pellam." in card
        assert "bear that name" not in await person.hears("/who Rose Pellam")
