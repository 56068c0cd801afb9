"""Tables of a book: the file, its sections, its passages, its index, the job that reads it.

Only the view, ingestion and the locator may import this module (an import contract): it holds text.
Offsets are code points of the reading text of the canonical book.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class BookRow(Base):
    """A book on a shelf, or the canonical book that shelves share.

    The canonical row has no owner and is its own `canonical_book_id`; text and index hang on it. Each
    owner of the same bytes has a row of their own that points to it and holds nothing but the pointer
    and what is personal (T: same bytes from two owners share text and index and nothing else).
    """

    __tablename__ = "books"
    __table_args__ = (
        UniqueConstraint("owner_id", "canonical_book_id"),
        Index("ix_books_sha256", "sha256"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("users.id"), index=True)
    canonical_book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", deferrable=True, initially="DEFERRED"), index=True
    )
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the file's bytes: the same bytes give the same offsets for ever."""
    format: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(35))
    words: Mapped[int] = mapped_column(Integer)
    reading_chars: Mapped[int] = mapped_column(Integer)
    text_version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    """'reading' until everything derived is stored, then 'ready'. Nobody sees the former (B6)."""
    warnings: Mapped[str] = mapped_column(Text, default="[]")
    """JSON list of sentences about the file, never of the story (S34)."""
    cover: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Left out of a row until asked for: every message reads the row."""
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SectionRow(Base):
    """One section of the file in reading order; offsets only for the body (S8, S29)."""

    __tablename__ = "book_sections"
    __table_args__ = (CheckConstraint("(start IS NULL) = (matter <> 'body')", name="sealed_has_no_offset"),)

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    matter: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    number: Mapped[int | None] = mapped_column(Integer)
    depth: Mapped[int] = mapped_column(Integer)
    parent: Mapped[int | None] = mapped_column(Integer)
    start: Mapped[int | None] = mapped_column(Integer)
    body_start: Mapped[int | None] = mapped_column(Integer)
    end: Mapped[int | None] = mapped_column(Integer)
    sealed_text: Mapped[str | None] = mapped_column(Text)
    """Front and back matter: off the scale, opened by name after a warning only."""


class ChunkRow(Base):
    """A passage. Passages tile the reading text, so together they are the text; it is stored once."""

    __tablename__ = "book_chunks"

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    start: Mapped[int] = mapped_column(Integer, primary_key=True)
    end: Mapped[int] = mapped_column(Integer)
    section: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)


class PageRow(Base):
    """A printed page label and the offset where that page begins."""

    __tablename__ = "book_pages"

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    label: Mapped[str] = mapped_column(String(64))
    start: Mapped[int] = mapped_column(Integer)


class IndexRow(Base):
    """A rebuildable index of a book as one blob; `version` names its format and what made it."""

    __tablename__ = "book_indexes"

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[str] = mapped_column(String(120))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class IngestionJobRow(Base):
    """The reading of one file: which step is done, so that adding again goes on from there."""

    __tablename__ = "book_ingestion_jobs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    book_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    worker: Mapped[str | None] = mapped_column(String(64))
    """Who holds the lease; anybody may take it over once `lease_until` has passed."""
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
