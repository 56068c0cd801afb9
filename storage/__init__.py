"""What is kept, and the only door to it: the public face of storage.

Nothing else of this package is imported from outside. Names are resolved when first used, because a child
process that parses a stranger's file imports this package too and must not carry a database with it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.book.library import AddedBook as AddedBook
    from storage.book.library import Library as Library
    from storage.book.library import RemovedBook as RemovedBook
    from storage.book.view import BookView as BookView
    from storage.config import EmbedderConfig as EmbedderConfig
    from storage.config import StorageConfig as StorageConfig
    from storage.horizon import Horizon as Horizon
    from storage.opening import Storage as Storage
    from storage.opening import open_storage as open_storage

_FACE = {
    "open_storage": "storage.opening",
    "Storage": "storage.opening",
    "StorageConfig": "storage.config",
    "EmbedderConfig": "storage.config",
    "Horizon": "storage.horizon",
    "BookView": "storage.book.view",
    "Library": "storage.book.library",
    "AddedBook": "storage.book.library",
    "RemovedBook": "storage.book.library",
}

__all__ = sorted(_FACE)


def __getattr__(name: str) -> Any:
    if name not in _FACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FACE[name]), name)
