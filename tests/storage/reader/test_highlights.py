"""Highlights, dated by the horizon of their maker: S5, S37."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import StorageConfig, open_storage
from storage.config import EmbedderConfig
from storage.errors import HorizonViolation
from storage.ids import new_id
from storage.opening import Storage
from storage.reader.progress import horizon_at
from storage.values import Span
from tests.books import epub, random_book


@pytest.fixture
async def storage(tmp_path: Path):  # type: ignore[no-untyped-def]
    config = StorageConfig(data_dir=tmp_path / "data", embedder=EmbedderConfig(kind="none"))
    async with open_storage(config) as opened:
        yield opened


async def shelved(storage: Storage, reader: str, folder: Path, seed: int = 1) -> str:
    path = folder / f"{seed}.epub"
    path.write_bytes(epub(random_book(seed).chapters))
    return (await storage.library.add(path, owner_id=reader)).card.book_id


async def shown(storage: Storage, reader: str, book: str, end: int) -> list[tuple[Span, str]]:
    kept = await storage.highlights.list_highlights(reader, horizon_at(book, end))
    return [(one.span, one.note) for one in kept]


async def test_a_highlight_is_sealed_by_a_move_back_and_comes_back_with_its_latest_note_s5(
    storage: Storage, tmp_path: Path
) -> None:
    ada = await storage.identities.reader_of("terminal", "ada")
    book = await shelved(storage, ada, tmp_path)
    early, late = Span(10, 40), Span(200, 240)
    await storage.highlights.keep(ada, horizon_at(book, 100), early, "a guess")
    _, is_new = await storage.highlights.keep(ada, horizon_at(book, 300), early, "now I know")
    assert not is_new
    await storage.highlights.keep(ada, horizon_at(book, 300), late)
    assert await shown(storage, ada, book, 300) == [(early, "now I know"), (late, "")]
    assert await shown(storage, ada, book, 299) == [(early, "a guess")]
    assert await shown(storage, ada, book, 99) == []
    assert await storage.highlights.count(ada, book) == 2


async def test_nothing_past_the_horizon_can_be_kept_and_nobody_elses_is_seen(
    storage: Storage, tmp_path: Path
) -> None:
    ada = await storage.identities.reader_of("terminal", "ada")
    ben = await storage.identities.reader_of("terminal", "ben")
    book = await shelved(storage, ada, tmp_path)
    with pytest.raises(HorizonViolation):
        await storage.highlights.keep(ada, horizon_at(book, 100), Span(90, 101))
    key, _ = await storage.highlights.keep(ada, horizon_at(book, 100), Span(10, 20))
    assert await shown(storage, ben, book, 100) == []
    assert not await storage.highlights.remove(ben, horizon_at(book, 100), key)
    assert not await storage.highlights.remove(ada, horizon_at(book, 99), key)


async def test_the_one_removed_last_can_be_put_back_and_they_go_with_their_book(
    storage: Storage, tmp_path: Path
) -> None:
    ada = await storage.identities.reader_of("terminal", "ada")
    book = await shelved(storage, ada, tmp_path)
    here = horizon_at(book, 100)
    one, _ = await storage.highlights.keep(ada, here, Span(10, 20), "mine")
    two, _ = await storage.highlights.keep(ada, here, Span(30, 40))
    assert await storage.highlights.remove(ada, here, two)
    assert await storage.highlights.remove(ada, here, one)
    assert await shown(storage, ada, book, 100) == []
    assert await storage.highlights.put_back(ada, here)
    assert await shown(storage, ada, book, 100) == [(Span(10, 20), "mine")]
    assert not await storage.highlights.put_back(ada, here)
    await storage.library.remove(ada, book)
    assert await storage.highlights.count(ada, book) == 0


async def test_linking_accounts_brings_the_highlights_of_a_book_that_both_have(
    storage: Storage, tmp_path: Path
) -> None:
    ann = await storage.identities.reader_of("telegram", "1")
    also = await storage.identities.reader_of("discord", "2")
    mine, theirs = await shelved(storage, ann, tmp_path), await shelved(storage, also, tmp_path)
    other = await shelved(storage, also, tmp_path, 2)
    await storage.highlights.keep(ann, horizon_at(mine, 100), Span(10, 20), "here")
    await storage.highlights.keep(also, horizon_at(theirs, 100), Span(10, 20), "there")
    await storage.highlights.keep(also, horizon_at(theirs, 300), Span(50, 60), "later")
    await storage.highlights.keep(also, horizon_at(other, 100), Span(1, 9))
    await storage.links.redeem(await storage.links.issue(ann), also)
    assert [span for span, _ in await shown(storage, ann, mine, 100)] == [Span(10, 20)]
    assert (Span(50, 60), "later") in await shown(storage, ann, mine, 300)
    assert await shown(storage, ann, other, 100) == [(Span(1, 9), "")]


acts = st.lists(
    st.tuples(
        st.sampled_from(["keep", "remove"]),
        st.integers(1, 6),  # the horizon, in hundreds
        st.integers(0, 3),  # which span
        st.sampled_from([None, "a", "b"]),
    ),
    max_size=14,
)


Done = list[tuple[str, int, int, str | None]]
PLACE = 3


async def play(storage: Storage, book: str, done: Done) -> list[tuple[Span, str]]:
    """Let somebody new do all that, and return what they are shown at the place."""
    reader = await storage.identities.reader_of("terminal", new_id())
    for act, hundred, number, note in done:
        here = horizon_at(book, 100 * hundred)
        if act == "keep":
            await storage.highlights.keep(reader, here, Span(number * 20, number * 20 + 10), note)
        else:
            kept = await storage.highlights.list_highlights(reader, here)
            if kept:
                await storage.highlights.remove(reader, here, kept[number % len(kept)].id)
    return await shown(storage, reader, book, 100 * PLACE)


def test_what_was_kept_further_on_shows_nowhere_before_s37(tmp_path: Path) -> None:
    # E5 in small: leaving out all that was kept and noted past a place changes nothing that it shows.
    async def begin(stack: AsyncExitStack) -> tuple[Storage, str]:
        config = StorageConfig(data_dir=tmp_path / "data", embedder=EmbedderConfig(kind="none"))
        storage = await stack.enter_async_context(open_storage(config))
        return storage, await shelved(
            storage, await storage.identities.reader_of("terminal", "ada"), tmp_path
        )

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        storage, book = runner.run(begin(stack))

        @settings(max_examples=40, deadline=None)
        @given(acts)
        def check(done: Done) -> None:
            before = [one for one in done if one[1] <= PLACE]
            later = [one for one in done if one[1] <= PLACE or one[0] == "keep"]
            assert runner.run(play(storage, book, before)) == runner.run(play(storage, book, later))

        check()
        runner.run(stack.aclose())
