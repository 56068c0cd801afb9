"""Tables of a reader: who they are, where they are, what was said, what is remembered.

Offsets are code points of the reading text; times are aware UTC. A row that can tell a story fact has the
offset it came from, and is read through a horizon only.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base

_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class UserRow(Base):
    """A reader. What they are called on a platform is in `user_identities`."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class IdentityRow(Base):
    """An account on a platform, and the reader behind it."""

    __tablename__ = "user_identities"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReaderSessionRow(Base):
    """A reader's conversation with one book: the marks of their place. Columns as in position.Position."""

    __tablename__ = "reader_sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Derived from reader and book, so there is one for each pair."""
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    furthest: Mapped[int | None] = mapped_column(Integer)
    current: Mapped[int | None] = mapped_column(Integer)
    raise_to: Mapped[int | None] = mapped_column(Integer)
    mode: Mapped[str] = mapped_column(String(8))
    finished: Mapped[bool] = mapped_column(Boolean)
    furthest_unfinished: Mapped[int | None] = mapped_column(Integer)
    current_unfinished: Mapped[int | None] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SessionActionRow(Base):
    """One move of a reader's place, kept for the history and for undo."""

    __tablename__ = "session_actions"
    __table_args__ = (Index("ix_session_actions_open", "session_id", "undone", "number"),)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=True)
    """Counts moves in the order they were made."""
    session_id: Mapped[str] = mapped_column(String(32), ForeignKey("reader_sessions.id", ondelete="CASCADE"))
    act: Mapped[str] = mapped_column(String(16))
    before: Mapped[str] = mapped_column(Text)
    """JSON of the position before; offsets and flags alone."""
    after: Mapped[str] = mapped_column(Text)
    """JSON of the position after."""
    undone: Mapped[bool] = mapped_column(Boolean)
    """True for a move that was taken back, and for the taking back itself."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class TurnRow(Base):
    """A question and its answer, stamped with the horizon they were made under (S37)."""

    __tablename__ = "session_turns"
    __table_args__ = (
        Index("ix_session_turns_recent", "conversation", "number", "horizon"),
        CheckConstraint("evidence <= horizon", name="evidence_was_read"),
    )

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=True)
    """Counts turns in the order they were said."""
    id: Mapped[str] = mapped_column(String(32), unique=True)
    conversation: Mapped[str] = mapped_column(String(32))
    """Derived from platform, chat, topic, reader and book (S42)."""
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    horizon: Mapped[int] = mapped_column(Integer)
    """Where the horizon stood when it was answered, and from where on the turn may be used again: its words
    were chosen by one who had read so far."""
    evidence: Mapped[int] = mapped_column(Integer)
    """The highest end of what the answer rests on; 0 when it rests on nothing."""
    model: Mapped[str] = mapped_column(String(120))
    findings: Mapped[str] = mapped_column(Text)
    """JSON list of the kinds of fault that the check found in the draft."""
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CitationRow(Base):
    """A span of the text that an answer cites."""

    __tablename__ = "chunk_citations"

    turn: Mapped[int] = mapped_column(
        _NUMBER, ForeignKey("session_turns.number", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Counts the citations of an answer from 1."""
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(Text)


class MemoryRow(Base):
    """One thing remembered of a reader's talk about a book."""

    __tablename__ = "session_memories"
    __table_args__ = (Index("ix_session_memories_reveal", "session", "reveal"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Derived from what is remembered, so that remembering it again makes no second row."""
    session: Mapped[str] = mapped_column(String(32))
    """Derived from reader, book and room."""
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    room: Mapped[str] = mapped_column(String(200), server_default="", default="")
    """The key of the shared conversation it was said in, '' for what was said alone (S42)."""
    kind: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(8))
    """'reader' for the reader's own words, kept as theirs (S38); 'text' for what rests on the book."""
    text: Mapped[str] = mapped_column(Text)
    importance: Mapped[int] = mapped_column(Integer)
    """1 to 3, 3 the highest."""
    reveal: Mapped[int] = mapped_column(Integer)
    settled: Mapped[int | None] = mapped_column(Integer)
    """For a question: the offset from which on it counts as answered."""
    kept_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SessionCacheRow(Base):
    """Something costly made for a reader and a book, such as a model's recap, to be shown again as it was.

    Its key is derived from what it was made of, the horizon among it, so another place never finds it.
    """

    __tablename__ = "session_cache"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    value: Mapped[str] = mapped_column(Text)
    reveal: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OpenBookRow(Base):
    """The book that a conversation is about; it goes with the book."""

    __tablename__ = "open_books"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Derived from platform, chat, topic and reader (S42)."""
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ButtonRow(Base):
    """What a button that was shown says when it is pressed."""

    __tablename__ = "buttons"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(String(64))
    """Who was shown it and may press it (S44)."""
    conversation: Mapped[str] = mapped_column(Text)
    """The conversation's key: an old button acts where it was shown."""
    action: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text, server_default="")
    """The posts before its own that are one message with it, by the platform's ids."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class HighlightRow(Base):
    """A stretch of the text that a reader wanted to keep, with a note of theirs."""

    __tablename__ = "highlights"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Derived from reader, book and span."""
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)
    reveal: Mapped[int] = mapped_column(Integer)
    """How far its maker had read: choosing a line is telling, and so is a note."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """The one that was removed last can be put back."""


class FeedbackRow(Base):
    """What a reader said of an answer (S52)."""

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Derived from the turn and the verdict."""
    turn_id: Mapped[str] = mapped_column(String(32), index=True)
    """Of a turn that may have been forgotten since."""
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[str] = mapped_column(String(8))
    receipt: Mapped[str] = mapped_column(Text)
    """JSON of the answer as it was, for "this spoiled me" alone; else empty."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class UpdateRow(Base):
    """An update that was taken in hand."""

    __tablename__ = "updates"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    message: Mapped[str | None] = mapped_column(Text)
    """What it takes to answer it, as JSON, until it is answered."""
    marked: Mapped[bool] = mapped_column(Boolean, server_default=false())
    """Something of its answer is stored, or may have been shown."""


class LinkCodeRow(Base):
    """A one-time code by which another account comes to be the same reader."""

    __tablename__ = "link_codes"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SettingRow(Base):
    """Something that a reader has chosen."""

    __tablename__ = "reader_settings"

    reader_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class ModelUseRow(Base):
    """What one request ahead of any question cost: counts alone, so it outlives its book and a cap holds."""

    __tablename__ = "model_use"
    __table_args__ = (Index("ix_model_use_day", "reader_id", "at"),)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=True)
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"))
    book_id: Mapped[str] = mapped_column(String(32), index=True)
    """Of a book that may be gone."""
    sent_chars: Mapped[int] = mapped_column(Integer)
    received_chars: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
