"""Two accounts, one reader: a one-time code, and everything of both in one place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text, update

from storage import StorageConfig, open_storage
from storage.config import EmbedderConfig
from storage.errors import LinkCodeUnknown
from storage.opening import Storage
from storage.reader.links import LIFE
from storage.reader.memories import Memory, MemoryKind
from storage.reader.tables import LinkCodeRow
from storage.reader.turns import ConversationKey, Turn
from storage.values import PlaceHow, PlaceMatch
from tests.books import epub, random_book


@pytest.fixture
async def storage(tmp_path: Path):  # type: ignore[no-untyped-def]
    config = StorageConfig(data_dir=tmp_path / "data", embedder=EmbedderConfig(kind="none"))
    async with open_storage(config) as opened:
        yield opened


async def shelf(storage: Storage, reader: str) -> list[str]:
    return [card.book_id for card in await storage.library.books(reader)]


async def add(storage: Storage, reader: str, folder: Path, seed: int) -> str:
    path = folder / f"{seed}.epub"
    path.write_bytes(epub(random_book(seed).chapters, title=f"Book {seed}"))
    return (await storage.library.add(path, owner_id=reader)).card.book_id


async def at(storage: Storage, reader: str, book_id: str, end: int) -> None:
    await storage.progress.move_to(reader, book_id, PlaceMatch(end, end, PlaceHow.LINE, True))


async def test_places_books_and_memories_of_both_are_one_readers_afterwards(
    storage: Storage, tmp_path: Path
) -> None:
    ann = await storage.identities.reader_of("telegram", "1")
    also_ann = await storage.identities.reader_of("discord", "2")
    shared = await add(storage, ann, tmp_path, 1)
    their_shared = await add(storage, also_ann, tmp_path, 1)
    other = await add(storage, also_ann, tmp_path, 2)
    await at(storage, ann, shared, 50)
    await at(storage, also_ann, their_shared, 400)
    await at(storage, also_ann, other, 120)
    fact = Memory(MemoryKind.FACT, "She counts stairs.", 100)
    await storage.memories.keep(also_ann, other, fact)
    aloud = Memory(MemoryKind.FACT, "She counts boats.", 100)
    await storage.memories.keep(also_ann, other, aloud, "discord/9/")
    said = ConversationKey("discord", "9", also_ann, other)
    kept = await storage.turns.keep(said, Turn("who?", "she", 120))

    linked = await storage.links.redeem(await storage.links.issue(ann), also_ann)

    assert (linked.reader_id, linked.books) == (ann, 1)
    assert await storage.identities.reader_of("discord", "2") == ann
    assert sorted(await shelf(storage, ann)) == sorted([shared, other])
    # No place rises but by the reader's own word (S4): of a book that both had, the asker's stands.
    assert (await storage.progress.horizon(ann, shared)).end == 50
    horizon = await storage.progress.horizon(ann, other)
    assert horizon.end == 120
    assert [m.text for m in await storage.memories.list_memories(ann, horizon)] == [fact.text]
    # Remembering it again makes no second: its key went along.
    await storage.memories.keep(ann, other, fact)
    assert len(await storage.memories.list_memories(ann, horizon)) == 1
    await storage.memories.keep(ann, other, aloud, "discord/9/")
    in_room = await storage.memories.list_memories(ann, horizon, room="discord/9/")
    assert [m.text for m in in_room] == [aloud.text]
    assert await storage.turns.find_turn(ann, kept, horizon) is not None
    assert [move.after.furthest for move in await storage.progress.list_moves(ann, other)] == [120]
    async with storage.database.read() as session:
        assert await session.scalar(text("select count(*) from users")) == 1
        assert await session.scalar(text(f"select count(*) from books where owner_id = '{also_ann}'")) == 0


async def test_a_code_works_once_for_ten_minutes_and_never_for_its_own_reader(storage: Storage) -> None:
    ann = await storage.identities.reader_of("telegram", "1")
    bob, eve = [await storage.identities.reader_of("discord", n) for n in "23"]
    code = await storage.links.issue(ann)
    for wrong, who in (("NOTACODE", bob), (code, ann), ("", bob)):
        with pytest.raises(LinkCodeUnknown):
            await storage.links.redeem(wrong, who)
    void = code
    code = await storage.links.issue(ann)
    with pytest.raises(LinkCodeUnknown):
        await storage.links.redeem(void, bob)
    await storage.links.redeem(f" {code[:4]}-{code[4:].lower()} ", bob)
    with pytest.raises(LinkCodeUnknown):
        await storage.links.redeem(code, eve)
    code = await storage.links.issue(ann)
    async with storage.database.write() as session:
        await session.execute(update(LinkCodeRow).values(made_at=datetime.now(UTC) - LIFE * 1.01))
    with pytest.raises(LinkCodeUnknown):
        await storage.links.redeem(code, eve)


async def test_a_link_that_fails_halfway_changes_nothing(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await storage.identities.reader_of("telegram", "1")
    bob = await storage.identities.reader_of("discord", "2")
    book = await add(storage, bob, tmp_path, 2)
    code = await storage.links.issue(ann)

    async def fails(gone: str, kept: str) -> list[str]:
        await storage.library.hand_over(gone, kept)
        raise RuntimeError("halfway")

    monkeypatch.setattr(storage.links, "_hand_over", fails)
    with pytest.raises(RuntimeError):
        await storage.links.redeem(code, bob)
    monkeypatch.undo()
    assert await shelf(storage, bob) == [book]
    assert await storage.identities.reader_of("discord", "2") == bob
    assert (await storage.links.redeem(code, bob)).reader_id == ann
