"""Reading the fields of a scripted request. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_PASSAGES = 1000


class BadRequest(Exception):
    """A request lacks a field or has one of a wrong kind; the words name the field."""


def text(fields: Mapping[str, Any], *names: str) -> str:
    """Return the first of these fields that is there; numbers are taken as what they say."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, str | int | float):
            return str(value)
        if hasattr(value, "__fspath__"):
            return str(value)
        raise BadRequest(f"{name} wants text")
    raise BadRequest(f"{names[0]} is needed")


def number(fields: Mapping[str, Any], name: str, default: int) -> int:
    """Return a whole number from 1 up, or the default."""
    value = fields.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_PASSAGES:
        raise BadRequest(f"{name} wants a whole number from 1 to {MOST_PASSAGES}")
    return value
