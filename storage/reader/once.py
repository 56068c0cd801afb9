"""Inserts that both engines know: of a row whose key may be taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Base


async def insert_once(session: AsyncSession, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is taken; tell whether it was inserted."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = insert_into(table, is_sqlite=is_sqlite).on_conflict_do_nothing()
    return cast("CursorResult[Any]", await session.execute(statement, values)).rowcount > 0


def insert_into(table: type[Base], *, is_sqlite: bool) -> sqlite.Insert | postgresql.Insert:
    """Return the engine's own INSERT, which knows ON CONFLICT; values are given when it is executed."""
    # Of the table, not the mapped class: a statement without values in it is compiled once for ever.
    return (sqlite.insert if is_sqlite else postgresql.insert)(table.__table__)  # type: ignore[arg-type]
