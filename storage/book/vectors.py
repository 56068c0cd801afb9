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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        await asyncio.to_thread(self._save, book_id, embedder_name, np.ascontiguousarray(matrix, np.float32))

    async def load(self, book_id: str, embedder_name: str, count: int) -> Matrix | None:
        """Return the `count` rows of a book as they were saved, or None when they have to be made again.

        That is when there are none, or of another embedder, or another number, or damaged ones.
        """
        return await asyncio.to_thread(self._load, book_id, embedder_name, count)

    async def delete(self, book_id: str) -> int:
        """Forget the vectors of a book; return how many rows there were."""
        return await asyncio.to_thread(self._delete, book_id)

    def _save(self, book_id: str, embedder_name: str, matrix: Matrix) -> None:
        about = {"embedder": embedder_name, "rows": len(matrix), "digest": _digest(matrix)}

        def write(client: ClientAPI) -> None:
            found = _rows(client, book_id)
            if found is not None and found[0] == about and _digest(found[1]) == about["digest"]:
                return
            _drop(client, book_id)
            step = math.ceil(len(matrix) / math.ceil(len(matrix) / _ROWS_TOGETHER))
            collection = client.create_collection(
                _collection(book_id),
                configuration={"hnsw": _graph(step)},
                metadata=about,
                embedding_function=None,
            )
            for begin in range(0, len(matrix), step):
                part = matrix[begin : begin + step]
                ids = [f"{about['digest']}-{row:07d}" for row in range(begin, begin + len(part))]
                collection.add(ids=ids, embeddings=part)

        if not len(matrix):
            return
        with self._locked():
            try:
                self._act(write)
            except _Damaged:
                shutil.rmtree(self._folder, ignore_errors=True)
                try:
                    self._act(write)
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
            from chromadb.config import Settings

            settings = Settings(anonymized_telemetry=False)
            client = chromadb.PersistentClient(str(self._folder), settings=settings)
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


def _graph(step: int) -> CreateHNSWConfiguration:
    """Return how Chroma keeps rows that come `step` at a time.

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
