"""What works here and what is missing: configuration, storage, model, embedder, told in one line each.

Nothing is sent anywhere: a key is looked for, not tried out.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Config
    from storage import Storage

SQLITE_FLOOR = (3, 51, 3)
"""Before it two processes that write at one instant may, very rarely, damage a database in WAL mode."""
PYTHON_FLOOR = (3, 11, 8)
"""Before it zipfile reads overlapping members; our own check refuses them all the same."""
LOW_DISK_BYTES = 500 * 2**20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `ok` is false where something is missing that somebody could mend."""

    name: str
    ok: bool
    says: str


async def examine(config: Config, source: Path | None, storage: Storage) -> list[Check]:
    """Return what was found, in a settled order."""
    return [
        _configuration(source),
        _data_folder(config),
        await _database(config, storage),
        _model(config),
        _embedder(config, storage),
        _pictures(config),
        _python(),
        _sqlite(config),
    ]


def _configuration(source: Path | None) -> Check:
    return Check("configuration", True, f"read from {source}" if source else "no file; all defaults")


def _data_folder(config: Config) -> Check:
    folder = config.storage.data_dir
    if not os.access(folder, os.W_OK):
        return Check("data folder", False, f"{folder} cannot be written")
    free = shutil.disk_usage(folder).free
    return Check("data folder", free > LOW_DISK_BYTES, f"{folder}, {free / 2**30:.1f} GB free")


async def _database(config: Config, storage: Storage) -> Check:
    kind = "SQLite" if config.storage.url.startswith("sqlite") else "PostgreSQL"
    try:
        books = await storage.library.books(config.reader.owner)
    except Exception as error:  # whatever a driver raises, the doctor reports it
        return Check("database", False, f"{kind} does not answer ({type(error).__name__})")
    del books
    return Check("database", True, f"{kind} answers")


def _model(config: Config) -> Check:
    model = config.model
    if not model.model:
        says = "none: answers are put together from the book's own sentences; set model.model for one"
        return Check("language model", True, says)
    where = model.base_url or "the default service"
    if not model.key and not model.base_url:
        return Check("language model", False, f"{model.model}: the key DOGEAR_MODEL_KEY is missing")
    return Check("language model", True, f"{model.model} at {where}{'' if model.key else ', without a key'}")


def _embedder(config: Config, storage: Storage) -> Check:
    settings = config.storage.embedder
    if settings.kind == "openai" and not settings.key:
        says = "openai: the key DOGEAR_STORAGE_EMBEDDER_KEY is missing"
        return Check("embedder", False, says)
    return Check("embedder", True, f"{settings.kind} ({storage.embedder.name})")


def _pictures(config: Config) -> Check:
    pictures = config.pictures
    if pictures.renderer != "replicate":
        return Check(
            "pictures", True, "drawn from the words of the text; set pictures.renderer for a model's"
        )
    where = pictures.base_url or "Replicate"
    if not pictures.key and not pictures.base_url:
        return Check("pictures", False, f"{pictures.model}: the key DOGEAR_PICTURES_KEY is missing")
    return Check("pictures", True, f"drawn, and rendered by {pictures.model} at {where}")


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info[:3] < PYTHON_FLOOR
    return Check(
        "python", not old, version + (", 3.11.8 or later reads hostile files more safely" if old else "")
    )


def _sqlite(config: Config) -> Check:
    old = sqlite3.sqlite_version_info < SQLITE_FLOOR and config.storage.url.startswith("sqlite")
    after = ", fine for one process; 3.51.3 or later for several" if old else ""
    return Check("sqlite", True, sqlite3.sqlite_version + after)
