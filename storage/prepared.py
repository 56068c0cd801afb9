"""A statement of SQLAlchemy's, put together once, and what SQLite's own driver takes and gives for it.

What every message asks goes past SQLAlchemy there: to bring a small statement through its asynchronous engine
costs ten times what the statement does. Types are still SQLAlchemy's, and so is all of it on PostgreSQL.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Insert, Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase

Given = Mapping[str, Any]
"""The parameters of a statement by their names; of an INSERT those are the columns."""
FoundRow = Any
"""A row whose columns are attributes: SQLAlchemy's, or a tuple of the same names."""

_Convert = Callable[[Any], Any] | None


class Prepared:
    """A statement that never changes, of tables and not of mapped classes; what changes is given by name."""

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        """Take a statement without a list in it (IN), whose length would change its text."""
        self.statement = statement

    @property
    def sql(self) -> str:
        """Return the statement as SQLite takes it."""
        return self._text.sql

    def values(self, given: Given) -> tuple[Any, ...]:
        """Return what stands for the signs of `sql`, in order; raises `KeyError` for what is not given."""
        fixed = self._text.fixed
        return tuple(
            [
                fixed[name] if name in fixed else given[name] if convert is None else convert(given[name])
                for name, convert in self._text.signs
            ]
        )

    def rows(self, found: Iterable[tuple[Any, ...]]) -> list[FoundRow]:
        """Return rows with names and types, of rows as SQLite gives them."""
        make, converts = self._text.row, self._text.converts
        if not any(converts):
            return [make(row) for row in found]
        pairs = (zip(row, converts, strict=True) for row in found)
        return [
            make([value if convert is None else convert(value) for value, convert in row]) for row in pairs
        ]

    @cached_property
    def _text(self) -> _Text:
        dialect: Dialect = sqlite.dialect()
        compiled: Any = self.statement.compile(dialect=dialect)
        binds = [(name, compiled.binds[name]) for name in compiled.positiontup]
        convert = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds}
        # What the statement itself says. The columns of an INSERT look alike, and are said when it is done.
        said = not isinstance(self.statement, Insert)
        fixed = {name: bind.value for name, bind in binds if not bind.required and (said or bind.value)}
        columns = list(self.statement.exported_columns)
        return _Text(
            sql=compiled.string,
            signs=tuple((name, convert[name]) for name, _ in binds),
            fixed={name: convert[name](value) if convert[name] else value for name, value in fixed.items()},
            row=_row_of([str(column.key) for column in columns]),
            converts=tuple(c.type.dialect_impl(dialect).result_processor(dialect, None) for c in columns),
        )


def _row_of(names: list[str]) -> Callable[[Iterable[Any]], FoundRow]:
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # its names are the statement's
    make: Callable[[Iterable[Any]], FoundRow] = row._make
    return make


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as SQLite takes it, and what its parameters and its rows are made of."""

    sql: str
    signs: tuple[tuple[str, _Convert], ...]
    """The name of each sign for a parameter, and how what is given for it becomes SQLite's."""
    fixed: Mapping[str, Any]
    row: Callable[[Iterable[Any]], FoundRow]
    converts: tuple[_Convert, ...]
    """How each column becomes Python's."""
