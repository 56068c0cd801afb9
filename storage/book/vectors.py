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
import threading
from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from storage.errors import StorageUnavailable
from storage.ids import derived_id

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

Matrix = npt.NDArray[np.float32]
T = TypeVar("T")

_ROWS_TOGETHER = 2_000


class VectorStore:
    """The vectors of all books, in one folder. Safe for several tasks and several processes."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which need not exist; nothing is opened before the first act."""
        self._folder = folder
        self._thread_lock = threading.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def save(self, book_id: str, embedder_name: str, matrix: Matrix) -> None:
        """Keep the vectors of a book, a row a window in reading order; saving again changes nothing.

        A damaged folder is emptied and begun anew: the other books' vectors are rebuilt when asked for.
        Raises `StorageUnavailable` when the folder cannot be written.
        """
        rows = np.ascontiguousarray(matrix, np.float32)
        if len(rows):
            await asyncio.to_thread(self._save, book_id, embedder_name, rows, 0, len(rows))

    async def save_as_made(
        self, book_id: str, embedder_name: str, count: int, parts: AsyncIterable[Matrix]
    ) -> None:
        """Do as `save` for `count` rows that come in parts, in reading order, while more are being made.

        What there was goes with the first of them; before the last one is kept, `load` gives None.
        """
        rows: Matrix | None = None
        made = kept = 0
        due = _edges(count)
        async for part in parts:
            if rows is None:
                rows = np.empty((count, part.shape[1]), np.float32)
            rows[made : made + len(part)] = part
            made += len(part)
            while due and due[0] <= made:
                end = due.pop(0)
                await asyncio.to_thread(self._save, book_id, embedder_name, rows, kept, end)
                kept = end

    async def load(self, book_id: str, embedder_name: str, count: int) -> Matrix | None:
        """Return the `count` rows of a book as they were saved, or None when they have to be made again.

        That is when there are none, or of another embedder, or another number, or damaged ones.
        """
        return await asyncio.to_thread(self._load, book_id, embedder_name, count)

    async def delete(self, book_id: str) -> int:
        """Forget the vectors of a book; return how many rows there were."""
        return await asyncio.to_thread(self._delete, book_id)

    def _save(self, book_id: str, embedder_name: str, matrix: Matrix, begin: int, end: int) -> None:
        """Keep the rows `[begin, end)` of a matrix, both of them edges; the rows before are there."""
        about = {"embedder": embedder_name, "rows": len(matrix)}
        if end == len(matrix):
            about["digest"] = _digest(matrix)

        def write(client: ClientAPI) -> None:
            if (begin, end) == (0, len(matrix)):
                found = _rows(client, book_id)
                if found is not None and found[0] == about and _digest(found[1]) == about["digest"]:
                    return
            _write(client, book_id, about, matrix, [begin, *(e for e in edges if begin < e <= end)])

        def write_anew(client: ClientAPI) -> None:
            _write(client, book_id, about, matrix, [0, *(e for e in edges if e <= end)])

        edges = _edges(len(matrix))
        with self._locked():
            try:
                self._act(write)
            except _Damaged:
                shutil.rmtree(self._folder, ignore_errors=True)
                try:
                    self._act(write_anew)
                except _Damaged as error:
                    raise StorageUnavailable("vectors: the folder cannot be written") from error

    def _load(self, book_id: str, embedder_name: str, count: int) -> Matrix | None:
        if not count or not self._folder.exists():
            return None
        with self._locked():
            try:
                found = self._act(lambda client: _rows(client, book_id))
            except _Damaged:
                return None
        if found is None:
            return None
        about, matrix = found
        wanted = {"embedder": embedder_name, "rows": count, "digest": _digest(matrix)}
        return matrix if about == wanted and len(matrix) == count else None

    def _delete(self, book_id: str) -> int:
        if not self._folder.exists():
            return 0
        with self._locked():
            try:
                return self._act(lambda client: _drop(client, book_id))
            except _Damaged:
                # What cannot be opened cannot be told apart: everything goes, and is rebuilt.
                shutil.rmtree(self._folder, ignore_errors=True)
                return 0

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._thread_lock:
            try:
                self._folder.parent.mkdir(parents=True, exist_ok=True)
                lock = os.open(self._folder.with_name(self._folder.name + ".lock"), os.O_RDWR | os.O_CREAT)
            except OSError as error:
                raise StorageUnavailable("vectors: the folder cannot be written") from error
            try:
                _lock_file(lock)
                yield
            finally:
                os.close(lock)

    def _act(self, act: Callable[[ClientAPI], T]) -> T:
        try:
            # Imported late: it takes a second, and a program that searches no book needs none of it.
            import chromadb
            from chromadb.api.shared_system_client import SharedSystemClient
            from chromadb.config import Settings

            settings = Settings(anonymized_telemetry=False)
            try:
                client = chromadb.PersistentClient(str(self._folder), settings=settings)
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


class _Damaged(Exception):
    """Chroma could not do it."""


def _edges(count: int) -> list[int]:
    """Return where each part of so many rows ends, as they are written: parts of about one length."""
    parts = math.ceil(count / _ROWS_TOGETHER)
    return [count * part // parts for part in range(1, parts + 1)]


def _write(
    client: ClientAPI, book_id: str, about: dict[str, Any], matrix: Matrix, edges: Sequence[int]
) -> None:
    """Add rows between edges to a book's collection, which begins with row 0; at last say what it holds."""
    if edges[0] == 0:
        _drop(client, book_id)
    # Another process may have dropped it between two parts: what is kept then is not whole, and `_load` sees
    # that by the number of rows.
    collection = client.get_or_create_collection(
        _collection(book_id), configuration={"hnsw": _graph(_edges(len(matrix))[0])}, embedding_function=None
    )
    for begin, end in pairwise(edges):
        part = matrix[begin:end]
        digest = _digest(part)
        collection.add(ids=[f"{row:07d}-{digest}" for row in range(begin, end)], embeddings=part)
    if edges[-1] == len(matrix):
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
    found = collection.get(include=["embeddings"])
    order = np.argsort(np.array(found["ids"], dtype=np.str_), kind="stable")
    matrix = np.asarray(found["embeddings"], np.float32)
    return dict(collection.metadata or {}), np.ascontiguousarray(matrix[order])


def _drop(client: ClientAPI, book_id: str) -> int:
    name = _collection(book_id)
    if name not in {collection.name for collection in client.list_collections()}:
        return 0
    rows = client.get_collection(name, embedding_function=None).count()
    client.delete_collection(name)
    return rows


def _lock_file(descriptor: int) -> None:
    # Released when the file is closed, so also when the process dies.
    try:
        import fcntl
    except ImportError:  # a system without file locks: one process at a time there
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
