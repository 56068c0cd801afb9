"""Identifiers: random ones for rows, derived ones for content. Pure."""

from __future__ import annotations

import hashlib
import uuid


def new_id() -> str:
    """Return a fresh random id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def content_hash(data: bytes) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def derived_id(*parts: str) -> str:
    """Return the id that these parts always give: 32 hexadecimal digits."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
