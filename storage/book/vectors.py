"""Vectors on disk: a Chroma collection a book. The only file that imports chromadb.

Chroma is a cache here, never the truth: text is in SQL, and vectors that are missing, damaged or of
another embedder are made again. It is asked for whole books, which are then searched in memory: a filter
inside Chroma costs with the size of the library, and its graph of neighbours would count unread text.

Two processes that hold one Chroma folder open corrupt it, so it is opened for each act and closed after,
under a lock beside the folder. Chroma's own embedding function is never there, nor its telemetry.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import os
import shutil
from collections.abc import AsyncIterable, Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from storage.book.build import Run
from storage.errors import StorageUnavailable
from storage.ids import derived_id

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

Matrix = npt.NDArray[np.float32]
T = TypeVar("T")

_ROWS_TOGETHER = 1_000
"""Rows that are written at a time."""

_READ_TOGETHER = 256
"""Rows that are read at a time: some milliseconds, in which nothing else of the process goes on."""


class VectorStore:
    """The vectors of all books, in one folder. Safe for several tasks and several processes.

    Chroma lets nothing else of its process go on while it writes, an eighth of a second for a thousand rows.
    So whoever keeps many says where that is done (`run`, see `Workshop`); reading goes by short parts.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder, which need not exist; nothing is opened before the first act."""
        self._folder = folder

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def save(
        self, book_id: str, embedder_name: str, matrix: Matrix, run: Run = asyncio.to_thread
    ) -> None:
        """Keep the vectors of a book, a row a window in reading order; saving again changes nothing.

        A damaged folder is emptied and begun anew: the other books' vectors are rebuilt when asked for.
        Raises `StorageUnavailable` when the folder cannot be written.
        """
        rows = np.ascontiguousarray(matrix, np.float32)
        if len(rows):
            await self._save(book_id, embedder_name, rows, 0, len(rows), run)

    async def save_as_made(
        self,
        book_id: str,
        embedder_name: str,
        count: int,
        parts: AsyncIterable[Matrix],
        run: Run = asyncio.to_thread,
    ) -> None:
        """Do as `save` for `count` rows that come in parts, in reading order, while more are being made.

        What there was goes with the first of them; before the last one is kept, `load` gives None.
        """
        rows: Matrix | None = None
        made = kept = 0
        edges = _edges(count)
        saving: asyncio.Future[None] | None = None
        try:
            async for part in parts:
                if rows is None:
                    rows = np.empty((count, part.shape[1]), np.float32)
                rows[made : made + len(part)] = part
                made += len(part)
                due = max((edge for edge in edges if edge <= made), default=0)
                if due > kept and (saving is None or saving.done()):
                    if saving is not None:
                        await saving
                    saving = asyncio.ensure_future(self._save(book_id, embedder_name, rows, kept, due, run))
                    kept = due
            if saving is not None:
                await saving
            if rows is not None and kept < count:
                await self._save(book_id, embedder_name, rows, kept, count, run)
        finally:
            if saving is not None:
                saving.cancel()

    async def load(self, book_id: str, embedder_name: str, count: int) -> Matrix | None:
        """Return the `count` rows of a book as they were saved, or None when they have to be made again.

        That is when there are none, or of another embedder, or another number, or damaged ones.
        """
        return await asyncio.to_thread(_load, self._folder, book_id, embedder_name, count)

    async def delete(self, book_id: str) -> int:
        """Forget the vectors of a book; return how many rows there were."""
        return await asyncio.to_thread(_delete, self._folder, book_id)

    async def _save(
        self, book_id: str, embedder_name: str, matrix: Matrix, begin: int, end: int, run: Run
    ) -> None:
        """Keep the rows `[begin, end)` of a matrix, both of them edges; the rows before are there."""
        about: dict[str, Any] = {"embedder": embedder_name, "rows": len(matrix)}
        if end == len(matrix):
            about["digest"] = await asyncio.to_thread(_digest, matrix)
        try:
            await run(_save, self._folder, book_id, about, matrix[begin:end], begin)
        except _Damaged:
            await run(_save_anew, self._folder, book_id, about, matrix[:end])


class _Damaged(Exception):
    """Chroma could not do it."""


# ---- acts, each in the thread or the process that it is given to ----------------------------------


def _save(folder: Path, book_id: str, about: dict[str, Any], part: Matrix, begin: int) -> None:
    """Keep the rows of a book from `begin` on; the rows before are there. Raises `_Damaged`."""

    def write(client: ClientAPI) -> None:
        if begin == 0 and len(part) == about["rows"]:
            found = _rows(client, book_id)
            if found is not None and found[0] == about and _digest(found[1]) == about["digest"]:
                return
        _write(client, book_id, about, part, begin)

    with _locked(folder):
        _act(folder, write)


def _save_anew(folder: Path, book_id: str, about: dict[str, Any], part: Matrix) -> None:
    """Keep the first rows of a book in a folder that is emptied before."""
    with _locked(folder):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _act(folder, lambda client: _write(client, book_id, about, part, 0))
        except _Damaged as error:
            raise StorageUnavailable("vectors: the folder cannot be written") from error


def _load(folder: Path, book_id: str, embedder_name: str, count: int) -> Matrix | None:
    if not count or not folder.exists():
        return None
    with _locked(folder):
        try:
            found = _act(folder, lambda client: _rows(client, book_id))
        except _Damaged:
            return None
    if found is None:
        return None
    about, matrix = found
    wanted = {"embedder": embedder_name, "rows": count, "digest": _digest(matrix)}
    return matrix if about == wanted and len(matrix) == count else None


def _delete(folder: Path, book_id: str) -> int:
    if not folder.exists():
        return 0
    with _locked(folder):
        try:
            return _act(folder, lambda client: _drop(client, book_id))
        except _Damaged:
            # What cannot be opened cannot be told apart: everything goes, and is rebuilt.
            shutil.rmtree(folder, ignore_errors=True)
            return 0


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder.with_name(folder.name + ".lock"), os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise StorageUnavailable("vectors: the folder cannot be written") from error
    try:
        _lock_file(lock)
        yield
    finally:
        os.close(lock)


def _act(folder: Path, act: Callable[[ClientAPI], T]) -> T:
    try:
        # Imported late: it takes a second, and a program that searches no book needs none of it.
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        try:
            client = chromadb.PersistentClient(str(folder), settings=settings)
        except BaseException:
            SharedSystemClient.clear_system_cache()  # or what did not start is handed out once more
            raise
        try:
            return act(client)
        finally:
            client.close()  # type: ignore[attr-defined]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # chromadb's panics are no Exceptions
        raise _Damaged from error


def _edges(count: int) -> list[int]:
    """Return where each part of so many rows ends, as they are written: parts of about one length."""
    parts = math.ceil(count / _ROWS_TOGETHER)
    return [count * part // parts for part in range(1, parts + 1)]


def _write(client: ClientAPI, book_id: str, about: dict[str, Any], rows: Matrix, begin: int) -> None:
    """Add rows between edges to a book's collection, which begins with row 0; at last say what it holds."""
    if begin == 0:
        _drop(client, book_id)
    edges = _edges(about["rows"])
    # Another process may have dropped it between two parts: what is kept then is not whole, and `_load` sees
    # that by the number of rows.
    collection = client.get_or_create_collection(
        _collection(book_id), configuration={"hnsw": _graph(edges[0])}, embedding_function=None
    )
    end = begin + len(rows)
    for low, high in pairwise([begin, *(edge for edge in edges if begin < edge <= end)]):
        part = rows[low - begin : high - begin]
        digest = _digest(part)
        collection.add(ids=[f"{row:07d}-{digest}" for row in range(low, high)], embeddings=part)
    if end == about["rows"]:
        collection.modify(metadata=about)


def _graph(step: int) -> CreateHNSWConfiguration:
    """Return how Chroma keeps rows that come `step` or one more at a time.

    Rows are read by id and never by nearness, so the graph is as thin as it can be. What comes at a time is
    written at a time: rows left in the log make the first read slow. Distances of "l2" leave the numbers as
    they are; "cosine" would scale them anew, off the grid.
    """
    together = max(2, step)
    return {
        "space": "l2",
        "ef_construction": 1,
        "max_neighbors": 2,
        "sync_threshold": together,
        "batch_size": together,
    }


def _collection(book_id: str) -> str:
    return f"book-{derived_id(book_id)}"


def _digest(matrix: Matrix) -> str:
    return hashlib.sha256(matrix.tobytes()).hexdigest()[:16]


def _rows(client: ClientAPI, book_id: str) -> tuple[dict[str, Any], Matrix] | None:
    """Return what is said of a book's rows, and the rows in reading order; None when there are none."""
    name = _collection(book_id)
    if name not in {collection.name for collection in client.list_collections()}:
        return None
    collection = client.get_collection(name, embedding_function=None)
    ids = sorted(collection.get(include=[])["ids"])
    parts = []
    for begin in range(0, len(ids), _READ_TOGETHER):
        found = collection.get(ids=ids[begin : begin + _READ_TOGETHER], include=["embeddings"])
        order = np.argsort(np.array(found["ids"], dtype=np.str_), kind="stable")
        parts.append(np.asarray(found["embeddings"], np.float32)[order])
    return dict(collection.metadata or {}), np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)


def _drop(client: ClientAPI, book_id: str) -> int:
    name = _collection(book_id)
    if name not in {collection.name for collection in client.list_collections()}:
        return 0
    rows = client.get_collection(name, embedding_function=None).count()
    client.delete_collection(name)
    return rows


def _lock_file(descriptor: int) -> None:
    # It keeps out other threads too, and is released when the file is closed, so also when the process dies.
    try:
        import fcntl
    except ImportError:  # a system without file locks: one act at a time there
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
