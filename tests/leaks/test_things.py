"""Groups, things and creatures as a page of the cast: what stands further on changes nothing of it (S11)."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.requests import Requests
from tests.books import Chapter, epub
from tests.talking import Person, opened

READ = (
    Chapter(
        "Chapter 1: The Farm",
        (
            "Ned Oke laughed, and he sat down. “No,” said Ned Oke. Ada Crane smiled. She sang.",
            "Ned Oke whistled to his dog Bramble. Bramble ran, and he sat down. Bramble slept, and woke.",
            "They spoke of the Harbour Guild. Ada Crane had sailed in the Petrel, and the Petrel was old.",
        ),
    ),
    Chapter("Chapter 2: The Hill", ("It rained on the hill, and Ada Crane saw the Petrel come in.",)),
)
ONE = Chapter(
    "Chapter 3: The Bells",
    (
        "The Lantern Brotherhood came. Ada Crane, who hated the Lantern Brotherhood, rode her mare Juniper.",
        "Juniper ran. Ned Oke saw the Osprey, and the Osprey burned, and the Osprey sank with the Petrel.",
    ),
)
OTHER = Chapter("Chapter 3: The End", ("Ned Oke sold Bramble to the Weavers’ Union, and Ada Crane wept.",))
LATER = ("Lantern", "Juniper", "Osprey", "Weavers", "mare")


async def shown(folder: Path, last: Chapter, chapter: int) -> list[str]:
    """Return the pages and the requests of a reader of the book that ends with `last`."""
    folder.mkdir()
    (folder / "farm.epub").write_bytes(epub((*READ, last), title="The Farm", author="Hespa Ombrey"))
    async with opened(folder / "data") as app:
        person = Person(app)
        await person.says(f"/add {folder / 'farm.epub'}")
        await person.says(f"/at ch {chapter}")
        await person.says("/done")
        said = ["/cast things", "/cast groups 2", "/cast", "/who Bramble", "/who the Petrel", "/who Juniper"]
        told = [f"{[(m.text, m.buttons) for m in await person.says(line)]}" for line in said]
        (card,) = await app.storage.library.books(await app.owner_id())
        found = await Requests(app).run("cast", {"book": card.book_id})
        return [*told, json.dumps(found)]


async def test_two_books_equal_up_to_the_place_name_the_same_things(tmp_path: Path) -> None:
    for chapter in (1, 2):
        ours = await shown(tmp_path / f"a{chapter}", ONE, chapter)
        assert ours == await shown(tmp_path / f"b{chapter}", OTHER, chapter)
        assert not [word for word in LATER for text in ours if word in text]


async def test_a_page_of_things_has_each_with_the_line_that_tells_it_from_where_it_is_told(
    tmp_path: Path,
) -> None:
    first, *_, request = await shown(tmp_path / "one", ONE, 1)
    assert "**Bramble** · a dog" in first
    assert "Ned Oke whistled to his dog Bramble." in first
    assert "**the Harbour Guild** · a group" in first
    assert "Petrel" not in first  # twice is not yet often enough to be told for a thing
    things = {thing["name"]: thing for thing in json.loads(request)["things"]}
    assert set(things) == {"Bramble", "the Harbour Guild"}
    for thing in things.values():
        assert thing["first"] < thing["reveal"] <= json.loads(request)["horizon"]
    second, *_, request = await shown(tmp_path / "two", ONE, 2)
    assert "**the Petrel** · a thing" in second
    (petrel,) = [thing for thing in json.loads(request)["things"] if thing["name"] == "the Petrel"]
    assert petrel["mentions"] == 3
    assert petrel["reveal"] == petrel["last"] + len("Petrel")  # S11: the third naming makes it one
    third, *_ = await shown(tmp_path / "three", ONE, 3)
    assert "**Juniper** · a mare" in third
    assert "Lantern Brotherhood** · a group" in third


KING = "The king laughed, and he sat down. “No,” said the king. Ada Crane saw the king. Ada Crane sang."
SMITH = KING.replace("king", "smith")
ASKED = "/cast,/who the king,/mentions the king,/relations,who is the king?,What did the king say?".split(",")


async def test_a_role_that_is_somebody_only_further_on_is_nobody_here(tmp_path: Path) -> None:
    # Few mentions are read: that "the king" talks on and on later makes nobody of him yet (S14, S16).
    told = []
    for name, line in (("one", KING), ("other", SMITH)):
        folder = tmp_path / name
        folder.mkdir()
        chapters = (Chapter("Chapter 1: The Fire", (KING,) * 4), Chapter("Chapter 2: The Hall", (line,) * 9))
        (folder / "court.epub").write_bytes(epub(chapters, title="The Court", author="Hespa Ombrey"))
        async with opened(folder / "data") as app:
            person = Person(app)
            await person.says(f"/add {folder / 'court.epub'}")
            for place in ("/at ch 1", "/at end"):
                await person.says(place)
                await person.says("/done")
                shown = [f"{[(m.text, m.buttons) for m in await person.says(line)]}" for line in ASKED]
                told.append([re.sub("[0-9a-f]{32}", "ID", one) for one in shown])
    one_here, one_there, other_here, other_there = told
    assert one_here == other_here
    assert "the king" in one_there[0]
    assert "the king" not in other_there[0] + one_here[0]
