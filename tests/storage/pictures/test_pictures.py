"""Pictures of readers in the database and their files in a folder and in a bucket: S5, S30, T25."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.book.tables import BookRow
from storage.config import PictureFilesConfig
from storage.database import Database
from storage.errors import PictureGone, StorageUnavailable
from storage.ids import new_id
from storage.pictures.files import FOLDER, PictureFiles
from storage.pictures.pictures import Picture, Pictures, PictureState, Portrayed
from storage.reader.progress import horizon_at
from storage.reader.tables import UserRow
from storage.values import Span
from tests.platform_fakes.s3_server import BUCKET, KEY, KEY_ID, S3Server


@asynccontextmanager
async def files_in(kind: str, folder: Path) -> AsyncIterator[PictureFiles]:
    if kind == "folder":
        yield PictureFiles(PictureFilesConfig(), folder)
        return
    async with S3Server() as server:
        config = PictureFilesConfig(BUCKET, server.url, "us-east-1", "dogear", KEY_ID, KEY)
        yield PictureFiles(config, folder)
        assert server.refused == 0


@pytest.mark.parametrize("kind", ["folder", "bucket"])
async def test_files_are_kept_given_listed_and_removed_under_names_that_tell_nothing(
    kind: str, tmp_path: Path
) -> None:
    async with files_in(kind, tmp_path) as files:
        one, two = await files.put(b"one"), await files.put(b"two")
        assert one != two
        assert len(one.removesuffix(".png")) == 32
        assert await files.get(one) == b"one"
        assert {name async for name in files.names()} == {one, two}
        await files.remove(one)
        await files.remove(one)
        with pytest.raises(PictureGone):
            await files.get(one)
        assert {name async for name in files.names()} == {two}


def test_the_key_of_a_bucket_is_shown_nowhere() -> None:
    assert KEY not in repr(PictureFilesConfig(BUCKET, key=KEY))


async def pictures_of(database: Database, folder: Path) -> tuple[Pictures, str, str]:
    """Return the pictures, a reader and a book of theirs."""
    reader, book = new_id(), new_id()
    async with database.write() as session:
        session.add(UserRow(id=reader, created_at=datetime.now(UTC)))
        session.add(
            BookRow(
                id=book,
                owner_id=None,
                canonical_book_id=book,
                sha256="0" * 64,
                format="epub",
                text_version=1,
                warnings="[]",
                title="T",
                author="A",
                language="en",
                words=1,
                reading_chars=100,
                status="ready",
                added_at=datetime.now(UTC),
            )
        )
    return Pictures(database, PictureFiles(PictureFilesConfig(), folder)), reader, book


def order(reader: str, book: str, reveal: int, of: Portrayed | Span, key: str = "k") -> Picture:
    return Picture(
        id=new_id(),
        reader_id=reader,
        book_id=book,
        kind="person" if isinstance(of, Portrayed) else "scene",
        of=of,
        cache_key=key,
        prompt="red hair",
        brief="{}",
        style="ink",
        size="64x64",
        model="m",
        seed=1,
        price=5,
        alt="red hair",
        reveal=reveal,
        horizon=reveal,
        place="{}",
    )


async def test_a_picture_is_seen_from_its_reveal_on_and_by_its_reader_alone(
    database: Database, tmp_path: Path
) -> None:
    pictures, reader, book = await pictures_of(database, tmp_path)
    early = await pictures.order(order(reader, book, 10, Portrayed("Oda", 3)))
    late = await pictures.order(order(reader, book, 50, Portrayed("Oda Quillon", 3)))
    for one in (early, late):
        assert await pictures.end(one.id, PictureState.DONE, file=await pictures.files.put(b"x"))
    assert (early.version, late.version) == (1, 2)
    at = {end: await pictures.gallery(reader, horizon_at(book, end)) for end in (9, 10, 49, 50)}
    assert [[one.id for one in at[end]] for end in (9, 10, 49)] == [[], [early.id], [early.id]]
    assert {one.id for one in at[50]} == {early.id, late.id}
    assert await pictures.gallery(new_id(), horizon_at(book, 99)) == []
    assert await pictures.find(reader, horizon_at(book, 49), late.id) is None
    # Chosen at a later place, it is the first one there; an earlier place goes on with its own.
    assert await pictures.choose(reader, horizon_at(book, 50), late.id)
    assert not await pictures.choose(reader, horizon_at(book, 49), late.id)
    versions = await pictures.versions(reader, horizon_at(book, 50), "person", Portrayed("Oda", 3))
    assert [one.is_default for one in versions] == [False, True]


async def test_an_order_is_one_however_often_it_is_given_and_ends_once(
    database: Database, tmp_path: Path
) -> None:
    pictures, reader, book = await pictures_of(database, tmp_path)
    wanted = order(reader, book, 10, Span(1, 9))
    first, second = await pictures.order(wanted), await pictures.order(wanted)
    assert first == second
    assert [one.id for one in await pictures.unfinished()] == [wanted.id]
    await pictures.has_begun(wanted.id, "p1")
    assert (await pictures.get(wanted.id)).ticket == "p1"
    assert await pictures.end(wanted.id, PictureState.REFUSED, why="unsafe")
    assert not await pictures.end(wanted.id, PictureState.DONE, file="x.png")
    assert await pictures.why_refused(reader, wanted.id) == "unsafe"
    assert await pictures.rendered("k") == ""
    assert await pictures.refusals(reader, book, "k") == 1


async def test_a_file_goes_when_no_picture_has_it_any_more(database: Database, tmp_path: Path) -> None:
    pictures, reader, book = await pictures_of(database, tmp_path)
    kept, loose = await pictures.files.put(b"kept"), await pictures.files.put(b"loose")
    one = await pictures.order(order(reader, book, 10, Portrayed("Oda", 3)))
    await pictures.end(one.id, PictureState.DONE, file=kept)
    assert await pictures.rendered("k") == kept
    assert await pictures.files_of(reader, book) == [kept]
    await pictures.discard([kept, loose])
    assert await pictures.files.get(kept) == b"kept"
    with pytest.raises(PictureGone):
        await pictures.files.get(loose)
    loose = await pictures.files.put(b"loose")
    assert await pictures.purge(slack=timedelta()) == 1
    assert {name async for name in pictures.files.names()} == {kept}


A_TICK = timedelta(seconds=1)
"""A disk's clock goes in ticks, so a file may be dated just before the order that it was written for."""


def long_ago(folder: Path, name: str) -> None:
    """Let a file have been written a day ago."""
    then = (datetime.now(UTC) - timedelta(days=1)).timestamp()
    os.utime(folder / FOLDER / name, (then, then))


async def test_a_sweep_takes_orphans_and_nothing_that_an_open_order_may_need_or_that_is_not_ours(
    database: Database, tmp_path: Path
) -> None:
    pictures, reader, book = await pictures_of(database, tmp_path)
    orphans = [await pictures.files.put(b"orphan") for _ in range(3)]
    shown = await pictures.files.put(b"shown")
    for name in (*orphans, shown):
        long_ago(tmp_path, name)
    one = await pictures.order(order(reader, book, 10, Portrayed("Oda", 3)))
    await pictures.end(one.id, PictureState.DONE, file=shown)
    # Written, and its row is not: the job is in hand, and its process may be a killed one.
    open_one = await pictures.order(order(reader, book, 10, Portrayed("Oda", 3)))
    needed = await pictures.files.put(b"needed")
    (tmp_path / FOLDER / "notes.txt").write_text("somebody's own")
    long_ago(tmp_path, "notes.txt")
    assert await pictures.purge(most=2, slack=A_TICK) == 2  # bounded: the rest waits for the next start
    assert await pictures.purge(slack=A_TICK) == 1
    assert {name async for name in pictures.files.names()} == {shown, needed}
    assert await pictures.purge() == 0
    await pictures.end(open_one.id, PictureState.DONE, file=needed)
    assert await pictures.purge(slack=A_TICK) == 0
    assert (tmp_path / FOLDER / "notes.txt").exists()
    late = await pictures.files.put(b"just now")
    assert await pictures.purge() == 0  # its order may have come after the look for open ones
    assert await pictures.files.get(late)


async def test_a_bucket_that_is_away_sweeps_nothing_and_says_so(database: Database, tmp_path: Path) -> None:
    away = PictureFilesConfig(BUCKET, "http://127.0.0.1:1", "us-east-1", "dogear", KEY_ID, KEY)
    with pytest.raises(StorageUnavailable):
        await Pictures(database, PictureFiles(away, tmp_path)).purge()
