"""All tables, so that the metadata is whole wherever the schema is made or compared."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from sqlalchemy import MetaData

from storage.database import Base

_MODULES = (
    "storage.book.tables",
    "storage.story.tables",
    "storage.reader.tables",
    "storage.credits.tables",
    "storage.pictures.tables",
)


def all_tables() -> MetaData:
    """Return the metadata with every table of the product in it."""
    for name in _MODULES:
        if find_spec(name):
            import_module(name)
    return Base.metadata
