"""Books on Telegram: sent, refused, removed, and their cards on the shelf."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot import replies
from bot.markup import to_plain
from tests.books import epub
from tests.flows.telegram_talks import Running, reader_of_two_chapters, running, running_alone, shown
from tests.platform_fakes.telegram_people import Person
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import BOOK, CHAPTERS, TITLE


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Running]:
    async with running_alone(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def ada(run: Running) -> Person:
    return await reader_of_two_chapters(run)


def png() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (300, 480), "teal").save(kept, "PNG")
    return kept.getvalue()


async def test_the_reading_of_a_book_is_told_in_one_message_that_is_edited(run: Running) -> None:
    person = run.server.person("Ada")
    read, _ = await run.uploads(person, BOOK, "lamp.epub")
    assert read.texts[-1] == read.text
    assert all("Oda" not in text and "Lamp:" not in text for text in read.texts)  # S34
    folder = run.app.config.storage.data_dir / "uploads"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["book.mobi", "book.docx", "photo.jpg", "book.epub.exe"])
async def test_a_kind_that_is_not_read_is_refused_before_it_is_fetched(run: Running, name: str) -> None:
    person = run.server.person("Ada")
    (refused,) = await run.uploads(person, b"x" * 100, name)
    assert "I take EPUB, PDF, plain text, Markdown and HTML" in refused.text
    assert run.server.made("getFile", "download") == []


async def test_a_file_over_twenty_megabytes_is_refused_before_it_is_fetched(run: Running) -> None:
    person = run.server.person("Ada")
    (refused,) = await run.uploads(person, b"x", "big.epub", size=20_000_001)
    assert "too large" in refused.text
    assert "20" in refused.text
    assert "Bot API server" in refused.text
    assert run.server.made("getFile", "download") == []


async def test_a_local_server_hands_over_larger_files_by_their_path(tmp_path: Path) -> None:
    async with TelegramServer() as server, running(tmp_path / "data", server, local_server=True) as run:
        server.local_folder = tmp_path / "of the server"
        server.local_folder.mkdir()
        person = server.person("Ada")
        read, _ = await run.uploads(person, BOOK, "lamp.epub", size=30_000_000)
        assert "is read" in read.text
        assert server.made("download") == []
        assert len(list(server.local_folder.iterdir())) == 1  # the server's own, and not ours to remove


async def test_a_broken_book_is_refused_in_a_sentence_and_its_file_goes(run: Running) -> None:
    person = run.server.person("Ada")
    posts = await run.uploads(person, b"PK\x03\x04 no book at all", "broken.epub")
    assert len(posts) == 1
    assert posts[0].text
    assert "▰" not in posts[0].text
    assert list((run.app.config.storage.data_dir / "uploads").iterdir()) == []


async def test_a_photo_gets_a_hint(run: Running) -> None:
    person = run.server.person("Ada")
    (hint,) = await run.after(person.shows_a_photo, person.private)
    assert hint.text == replies.SEND_A_FILE


@pytest.mark.parametrize("path", ["/etc/passwd", "~/book.epub", "config.toml"])
async def test_a_path_that_is_typed_never_reads_the_servers_disk(run: Running, path: str) -> None:
    person = run.server.person("Mallory")
    (answer,) = await run.says(person, f"/add {path}")
    assert answer.text == to_plain(replies.SEND_ME_A_BOOK)
    assert (
        await run.app.storage.library.books(await run.app.companion.reader_id("telegram", str(person.id)))
        == []
    )


@pytest.mark.parametrize("command", ["/doctor", "/quit"])
async def test_what_concerns_the_machine_is_no_command_here(run: Running, ada: Person, command: str) -> None:
    (answer,) = await run.says(ada, command)
    assert "There is no command" in answer.text
    assert str(run.app.config.storage.data_dir) not in (await run.says(ada, "/privacy"))[0].text


async def test_a_book_is_removed_after_the_word_is_typed_with_a_count(run: Running, ada: Person) -> None:
    (asked,) = await run.says(ada, "/remove")
    assert "Type remove" in asked.text
    (gone,) = await run.says(ada, "remove")
    assert "passages" in gone.text
    (empty,) = await run.says(ada, "/library")
    assert empty.text == to_plain(replies.SEND_ME_A_BOOK)


async def test_a_title_full_of_signs_is_inert(run: Running) -> None:
    title = "_a_ *b* [c](http://d.example) `e` <b>f</b> @everyone ||g||"
    person = run.server.person("Ada")
    posts = await run.uploads(person, epub(CHAPTERS, title=title, author="*_`["), "x.epub")
    said = shown(posts).replace("\u2060", "")
    assert title in said
    kinds = {entity["type"] for post in posts for entity in post.entities}
    assert kinds <= {"bold", "code", "italic"}
    assert all("@everyone" not in post.text for post in posts)  # no sign that would call anybody


async def test_an_album_of_photos_gets_one_word_and_a_book_beside_it_is_read(run: Running) -> None:
    person = run.server.person("Ada")

    def album() -> None:
        for _ in range(4):
            person.shows_a_photo(media_group_id="77")
        person.uploads(BOOK, "lamp.epub", media_group_id="77")

    posts = await run.after(album, person.private)
    assert sum(post.text == replies.SEND_A_FILE for post in posts) == 1
    assert "Where are you in it?" in posts[-1].text


async def test_a_card_of_the_library_shows_the_cover_and_what_can_be_done(run: Running, ada: Person) -> None:
    cover = b"\x89PNG"
    await run.uploads(ada, epub(CHAPTERS, title="Another", author="B", cover=png()), "b.epub")
    (shelf,) = await run.says(ada, "/library")
    assert shelf.labels == ["Another", TITLE]
    cards = await run.presses(ada, "Another")
    picture, card = cards
    assert picture.photo is not None
    assert picture.photo[1].startswith(cover)
    assert card.labels == ["Remove", "All books"]  # it is open since it was added
    (other,) = await run.presses(ada, TITLE)
    assert "read up to ch. 2 ¶4" in other.text
    assert other.labels == ["Open", "Remove", "All books"]
    (asked,) = await run.presses(ada, "Remove")
    assert "Type remove" in asked.text
    (gone,) = await run.says(ada, "remove")
    assert "passages" in gone.text


async def test_files_sent_as_an_album_are_read_one_after_the_other(run: Running) -> None:
    person = run.server.person("Ada")
    other = epub(CHAPTERS[:3], title="The Other", author="B")
    person.uploads(BOOK, "lamp.epub", media_group_id="9")
    person.uploads(other, "other.epub", media_group_id="9")
    await run.settled()
    (shelf,) = await run.says(person, "/library")
    assert TITLE in shelf.text
    assert "The Other" in shelf.text
