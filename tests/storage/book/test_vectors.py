"""The vectors on disk: what comes back, what is rebuilt, and that Chroma stays behind its file."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pytest

from storage.book import vectors
from storage.book.vectors import VectorStore


def _matrix(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((rows, 16)).astype(np.float32)


async def test_vectors_come_back_bit_for_bit_in_reading_order(tmp_path: Path) -> None:
    async with VectorStore(tmp_path / "vectors") as store:
        await store.save("book", "e", _matrix(1_203))
        await store.save("book", "e", _matrix(1_203))  # again: the same
        await store.save("other", "e", _matrix(7, seed=1))
    async with VectorStore(tmp_path / "vectors") as store:
        assert np.array_equal(await store.load("book", "e", 1_203), _matrix(1_203))
        assert np.array_equal(await store.load("other", "e", 7), _matrix(7, seed=1))


async def _in_parts(matrix: np.ndarray, sizes: Sequence[int]) -> AsyncGenerator[np.ndarray, None]:
    for begin, end in pairwise(accumulate(sizes, initial=0)):
        yield matrix[begin:end]


@pytest.mark.parametrize("rows", [1, 99, 100, 101, 730])
async def test_vectors_that_are_kept_as_they_are_made_come_back_like_those_kept_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(vectors, "_ROWS_TOGETHER", 100)
    store = VectorStore(tmp_path / "vectors")
    await store.save("book", "before", _matrix(5))
    sizes = [*([64] * (rows // 64)), rows % 64]
    await store.save_as_made("book", "e", rows, _in_parts(_matrix(rows), sizes))
    assert np.array_equal(await store.load("book", "e", rows), _matrix(rows))
    await store.save("book", "e", _matrix(rows))  # changes nothing
    assert np.array_equal(await store.load("book", "e", rows), _matrix(rows))


async def test_vectors_of_which_the_last_are_not_made_yet_are_not_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_ROWS_TOGETHER", 100)
    store = VectorStore(tmp_path / "vectors")
    await store.save("book", "e", _matrix(300, seed=1))
    seen = []

    async def parts() -> AsyncGenerator[np.ndarray, None]:
        async for part in _in_parts(_matrix(300), [120, 120, 50, 10]):
            yield part
            seen.append(await VectorStore(tmp_path / "vectors").load("book", "e", 300))

    with pytest.raises(OSError, match="killed"):
        await store.save_as_made("book", "e", 300, _until_killed(tmp_path / "vectors", _matrix(300)))
    assert await store.load("book", "e", 300) is None
    await store.save_as_made("book", "e", 300, parts())  # whoever comes after begins anew
    assert seen[:3] == [None] * 3
    assert np.array_equal(await store.load("book", "e", 300), _matrix(300))


async def _until_killed(folder: Path, matrix: np.ndarray) -> AsyncGenerator[np.ndarray, None]:
    yield matrix[:150]
    await _first_are_kept(folder)
    raise OSError("killed")


async def _first_are_kept(folder: Path) -> None:
    """Wait until the first hundred rows are there, and no more."""

    def wait() -> None:
        kept: list[int] = []
        while kept != [100]:
            time.sleep(0.01)
            if folder.exists():
                with vectors._locked(folder):
                    kept = vectors._act(folder, lambda client: [c.count() for c in client.list_collections()])

    await asyncio.to_thread(wait)


@pytest.mark.parametrize("happens", ["damage", "deletion"])
async def test_what_happens_to_the_folder_while_vectors_are_made_gives_no_wrong_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happens: str
) -> None:
    monkeypatch.setattr(vectors, "_ROWS_TOGETHER", 100)
    store = VectorStore(tmp_path / "vectors")

    async def parts() -> AsyncGenerator[np.ndarray, None]:
        yield _matrix(300)[:150]
        await _first_are_kept(tmp_path / "vectors")
        if happens == "damage":
            (tmp_path / "vectors" / "chroma.sqlite3").write_bytes(b"\x00junk" * 9_000)
        else:
            await VectorStore(tmp_path / "vectors").delete("book")
        yield _matrix(300)[150:]

    await store.save_as_made("book", "e", 300, parts())
    found = await store.load("book", "e", 300)
    if happens == "damage":
        assert np.array_equal(found, _matrix(300))  # all of them are written anew
    else:
        assert found is None  # whoever opens the book makes them again


async def test_vectors_of_another_embedder_or_number_or_book_are_not_given(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "vectors")
    assert await store.load("book", "e", 5) is None
    await store.save("book", "e", _matrix(5))
    assert await store.load("book", "another", 5) is None
    assert await store.load("book", "e", 6) is None
    assert await store.load("unknown", "e", 5) is None


async def test_saving_again_replaces_what_was_there(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "vectors")
    await store.save("book", "e", _matrix(5))
    await store.save("book", "f", _matrix(3, seed=2))
    assert await store.load("book", "e", 5) is None
    assert np.array_equal(await store.load("book", "f", 3), _matrix(3, seed=2))


async def test_deleting_forgets_one_book_and_counts_its_rows(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "vectors")
    assert await store.delete("book") == 0
    await store.save("book", "e", _matrix(5))
    await store.save("other", "e", _matrix(4))
    assert await store.delete("book") == 5
    assert await store.load("book", "e", 5) is None
    assert await store.load("other", "e", 4) is not None


@pytest.mark.parametrize("damage", ["overwritten", "emptied", "gone", "a row lost"])
async def test_a_damaged_folder_gives_nothing_and_can_be_written_anew(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "vectors"
    store = VectorStore(folder)
    await store.save("book", "e", _matrix(300))
    database = folder / "chroma.sqlite3"
    if damage == "overwritten":
        database.write_bytes(b"\x00junk" * 9_000)
    elif damage == "emptied":
        database.write_bytes(b"")
    elif damage == "gone":
        for file in sorted(folder.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
    else:
        vectors._act(folder, _lose_row)
    assert await store.load("book", "e", 300) is None
    await store.save("book", "e", _matrix(300))
    assert np.array_equal(await store.load("book", "e", 300), _matrix(300))


def _lose_row(client: object) -> None:
    collection = client.list_collections()[0]  # type: ignore[attr-defined]
    collection.delete(ids=collection.get(limit=1)["ids"])


_WRITER = """
import asyncio, sys
import numpy as np
from pathlib import Path
from storage.book.vectors import VectorStore

async def main(folder, name):
    store = VectorStore(Path(folder))
    for turn in range(3):
        matrix = np.full((50, 8), hash(name) % 97 + turn, np.float32)
        await store.save(name, "e", matrix)
        found = await store.load(name, "e", 50)
        assert found is not None and np.array_equal(found, matrix), turn

asyncio.run(main(*sys.argv[1:]))
"""


def test_two_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    commands = [[sys.executable, "-c", _WRITER, str(tmp_path / "vectors"), name] for name in ("one", "two")]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE) for command in commands]
    errors = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], errors


def test_importing_the_module_does_not_import_chromadb() -> None:
    code = "import sys, storage.book.vectors, storage.book.search; sys.exit('chromadb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_reading_many_vectors_lets_the_loop_go_on(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "vectors")
    await store.save("book", "e", _matrix(2_000))
    reads: list[int] = []

    def read(self: object, *, ids: Sequence[str] = (), **rest: object) -> object:
        reads.append(len(ids))
        return whole(self, ids=list(ids) or None, **rest)

    import chromadb

    whole = chromadb.Collection.get
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chromadb.Collection, "get", read)
        assert np.array_equal(await store.load("book", "e", 2_000), _matrix(2_000))
    assert sum(reads) == 2_000
    assert max(reads) <= 256
