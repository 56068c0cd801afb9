"""One who has gone back sees what one sees who never was further: one script, byte for byte (S5, S37, T21).

Nothing that was asked, kept, drawn, rendered or put right further on shows at the place of now, not by a
word, a number, an order or a line that was found to matter; and a service is sent no other words.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.books import epub
from tests.leaks.test_every_command import drawn, names, script
from tests.leaks.test_pictures import rendering
from tests.leaks.test_pictures_gone_back import JOINED, every_picture
from tests.leaks.test_pictures_gone_back import book as joined_book
from tests.platform_fakes.picture_server import PictureServer
from tests.prose import told_book
from tests.talking import BOOK, Person, opened

READ = 3
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def whole_life(seed: int) -> list[str]:
    """Return what somebody says who has read all of it: of every kind that leaves something behind."""
    late = told_book(seed, chapters=7).chapters[-1].paragraphs[0]
    lines = ["Who burned the letter?", "I think Oda did it all. What did Oda say?", "And why?", "/passage"]
    lines += [f"/highlight {late}", "/highlights note 1 she did it", "/quotecard 1", "/catchmeup long"]
    for name in names(seed):
        lines += [f"/who {name}", f"/visualize {name} | go drawn", f"/correct merge Oda with {name}"]
    return [
        *lines,
        "/correct rename Oda to the murderess",
        "/correct list",
        "/gallery",
        "/memories",
        "/receipt",
    ]


async def says(person: Person, line: str) -> str:
    """Return all that is shown for a line, what a picture shows too; ids are drawn by chance."""
    shown = [(m.text, m.kind, m.buttons, m.on_reply, drawn(m)) for m in await person.says(line)]
    return _ID.sub("ID", f"{line} -> {shown}")


@pytest.mark.parametrize("seed", [4])
async def test_one_who_goes_back_by_mistake_is_told_what_one_is_told_who_never_read_on(
    tmp_path: Path, seed: int
) -> None:
    file = tmp_path / "book.epub"
    file.write_bytes(epub(told_book(seed, chapters=7).chapters))
    told: list[list[str]] = []
    for was_further in (True, False):
        async with opened(tmp_path / f"data {was_further}") as app:
            person = Person(app)
            await person.hears(f"/add {file}")
            (card,) = await app.storage.library.books(await app.owner_id())
            if was_further:
                await person.hears("/at end")
                for line in whole_life(seed):
                    await person.says(line)
                await person.hears(f"/at ch {READ}")
                await person.hears("1")
            else:
                await person.hears(f"/at ch {READ}")
            await person.hears("/done")
            # First what is left of the talk before: then it has a talk of its own.
            lines = [
                "/passage",
                "/passage 1",
                "/quotecard",
                "/quotecard 1",
                "/receipt",
                "/memories",
                "/gallery",
            ]
            lines += ["/correct list", "/highlights", "/cast", "/relations"]
            lines += [line for line in script(seed) if "undo" not in line.split()]
            shown = [await says(person, line) for line in lines]
            hidden = {card.book_id[:8]: "ID", f"data {was_further}": "HERE"}
            for text, name in hidden.items():
                shown = [line.replace(text, name) for line in shown]
            told.append(shown)
    for gone_back, fresh in zip(*told, strict=True):
        assert gone_back == fresh


async def test_what_a_service_is_sent_after_going_back_is_what_it_is_sent_for_who_never_read_on(
    tmp_path: Path,
) -> None:
    file = tmp_path / "book.epub"
    file.write_bytes(joined_book(JOINED))
    asked = ("Oda Quillon", "Mother Pask", "here", '"sold rope on the grey harbour wall"', "chapter 1")
    sent: list[list[str]] = []
    shown: list[list[str]] = []
    for was_further in (True, False):
        async with (
            PictureServer() as server,
            rendering(tmp_path / f"data {was_further}", server) as app,
        ):
            person = Person(app)
            await person.hears(f"/add {file}")
            reader = await app.owner_id()
            await app.storage.wallets.grant(reader, 500, intent="gift", reason="a gift")
            if was_further:
                await person.hears("/at end")
                for what in asked:
                    await person.says(f"/visualize {what}: drowned | style ink | go rendered")
                    await person.says(f"/visualize {what} | style ink | go rendered")
                await person.hears("/at ch 2")
                await person.hears("1")
            else:
                await person.hears("/at ch 2")
            await person.hears("/done")
            since = len(server.requests)
            listed = []
            for what in asked:
                messages = await person.says(f"/visualize {what} | style ink | go rendered")
                listed += [line for m in messages for line in m.text.split("\n") if line.startswith("- ")]
            shown.append(listed)
            assert "drowned" not in await every_picture(person)
            sent.append(server.requests[since:])
    assert sent[1]
    # What was rendered of the very same words is shown again, and so is not sent again.
    assert [one for one in sent[0] if one not in sent[1]] == []
    assert shown[0] == shown[1]


BEFORE = (
    "Who burned the letter?",
    "I think that Captain Brannoc stole the lamp. What rang twice?",
    "/highlight She read it in the rain, and then she burned it because her brother had asked her to.",
    "/highlights note 1 so she knew",
    "/correct rename Captain Brannoc to the murderer",
    "Who lit the lamp above the harbour steps?",
)
"""What one says who has read all of it, about what stands in the first two chapters."""
AFTER = "/passage 1,/passage,/quotecard 1,/receipt,/highlights,/correct list,/cast,/memories,/gallery".split(
    ","
)


async def test_what_was_kept_put_right_or_found_further_on_is_told_nowhere_before(tmp_path: Path) -> None:
    # The lines are early ones: that somebody who knew more chose them is what must not show (S5, S37, T21).
    file = tmp_path / "book.epub"
    file.write_bytes(BOOK)
    told: list[list[str]] = []
    for was_further in (True, False):
        async with opened(tmp_path / f"data {was_further}") as app:
            person = Person(app)
            await person.hears(f"/add {file}")
            await person.hears("/at end" if was_further else "/at ch 2")
            if was_further:
                shown = [await says(person, line) for line in BEFORE]
                assert "the murderer" in shown[4]
                assert "1]" in shown[5]
                await person.hears("/at ch 2")
                await person.hears("1")
            await person.hears("/done")
            told.append([await says(person, line) for line in AFTER])
            assert "Perrin" not in "".join(told[-1])
    for gone_back, fresh in zip(*told, strict=True):
        assert gone_back == fresh
