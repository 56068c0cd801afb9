"""Several books on one shelf: each is bounded by its own place, and tells nothing of another (S7, S46, S49).

There are no series: a volume is a book of its own with a place of its own. What the covenant asks of volumes
and of changed files (T34, T35, T37, T38) has to hold all the more.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bot import replies
from bot.markup import to_plain
from tests.books import Chapter, epub
from tests.talking import CHAPTERS, Person, opened

ONE = epub(CHAPTERS, title="Volume One", author="Hespa Ombrey")
SECOND = (
    Chapter("Chapter 1: The Thaw", ("Sella Tarn mended nets in Oxcombe, and it rained for nine days.",)),
    Chapter("Chapter 2: The Sail", ("Sella Tarn sold a red sail to a stranger, who paid in salt.",)),
)
TWO = epub(SECOND, title="Volume Two", author="Hespa Ombrey")
ASKED = (
    "What happened to Perrin Marrow?",
    "Who lit the lamp above the harbour steps?",
    "What happened in volume one?",
    "Catch me up on the first book",
    "/who Perrin Marrow",
    "/who Oda Quillon",
    "/cast",
    "/relations",
    "/toc",
    "/catchmeup long",
    "/memories",
    "/highlights",
    "/gallery",
)
UNREAD = ("Marrow", "Saltgate", "mirrel", "Dunholt", "drowned")


async def told(person: Person, lines: tuple[str, ...]) -> list[str]:
    shown = [f"{line}: {[(m.text, m.buttons) for m in await person.says(line)]}" for line in lines]
    return [re.sub(r"[0-9a-f]{32}", "ID", line) for line in shown]


async def test_a_later_volume_tells_the_same_whether_the_first_is_half_read_or_was_never_added_t34_t35(
    tmp_path: Path,
) -> None:
    for number, file in enumerate((ONE, TWO), 1):
        (tmp_path / f"{number}.epub").write_bytes(file)
    answers = []
    for volumes in ((1, 2), (2,)):
        async with opened(tmp_path / f"data {len(volumes)}") as app:
            person = Person(app)
            for number in volumes:
                await person.says(f"/add {tmp_path / f'{number}.epub'}")
                await person.says("/at ch 2")
                await person.says("/done")
                await person.says("/highlight It rained")
            answers.append(await told(person, ASKED))
            if len(volumes) == 2:
                await person.says("/open Volume One")
                first = "".join(await told(person, (ASKED[1], *ASKED[5:])))
                assert "Oda Quillon" in first
                # What was said of the other is no talk of this one, and finishing it lifts nothing here.
                await person.says("/open Volume Two")
                await person.says("/finished")
                await person.says("/open Volume One")
                first += "".join(await told(person, ASKED[3:]))
                assert not [word for word in UNREAD if word in first.replace(ASKED[4], "")]
    assert answers[0] == answers[1]
    assert "harbour" not in answers[0][1].replace(ASKED[1], "")


async def test_a_file_that_grew_or_was_set_anew_is_a_book_whose_place_is_asked_for_t37_t38(
    tmp_path: Path,
) -> None:
    near = replace(
        CHAPTERS[2], paragraphs=("On the ferry a man in a grey coat sat down beside her and wept.",)
    )
    changed = (*CHAPTERS[:2], near, *CHAPTERS[3:])
    (tmp_path / "old.epub").write_bytes(epub(CHAPTERS[:4], title="The Serial"))
    (tmp_path / "new.epub").write_bytes(epub(changed, title="The Serial, Set Anew"))
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'old.epub'}")
        await person.says("/finished")
        assert "Oda Quillon" in await person.hears("/cast")
        reader = await app.owner_id()
        (old,) = await app.storage.library.books(reader)
        place = await app.storage.progress.find_horizon(reader, old.book_id)
        assert place is not None
        added = await person.hears(f"/add {tmp_path / 'new.epub'}")
        for line in ("/cast", "/where", "/toc", "What happened to Perrin Marrow?"):
            added += await person.hears(line)
        assert to_plain(replies.WHERE_ARE_YOU) in added
        assert not [word for word in ("Oda", *UNREAD) if word in added.replace("Perrin Marrow?", "")]
        books = await app.storage.library.books(reader)
        (new,) = [card for card in books if card.book_id != old.book_id]
        assert await app.storage.progress.find_horizon(reader, new.book_id) is None
        assert await app.storage.progress.find_horizon(reader, old.book_id) == place
