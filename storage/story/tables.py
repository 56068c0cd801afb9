"""Tables of the story index: dated rows of evidence, never a whole-book judgement.

Every row has the span of the text that says it and a `reveal` (code points): nothing of a row may be used
before it (S11). Who is a person and which names are one is not stored: it is folded at each horizon.
`book_id` is that of the canonical book. Only the story store, ingestion and the library import this.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from storage.database import Base


class _Dated:
    """What every row of evidence has: its book, a number in reading order, where it stands, its reveal."""

    @declared_attr
    @classmethod
    def book_id(cls) -> Mapped[str]:
        return mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    reveal: Mapped[int] = mapped_column(Integer, index=True)


class _Claimed(_Dated):
    """One thing one sentence says of a name; `at` is where that name stands in it."""

    at: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)


class CharacterRow(_Dated, Base):
    """A capitalised name as the text writes it; the span is its first mention.

    `mentions` packs where it stands and the cues of each place (packing.py).
    """

    __tablename__ = "character_index"

    name: Mapped[str] = mapped_column(Text)
    mentions: Mapped[bytes] = mapped_column(LargeBinary)


class PlaceRow(_Dated, Base):
    """A name that the text stands somebody in; the span is the first such mention, `mentions` packs all."""

    __tablename__ = "place_index"

    name: Mapped[str] = mapped_column(Text)
    mentions: Mapped[bytes] = mapped_column(LargeBinary)


class AliasRow(_Claimed, Base):
    """A sentence that says two names are one person: `name` is `text`."""

    __tablename__ = "character_aliases"


class RelationRow(_Claimed, Base):
    """A sentence that says how two people are related: `name` is the `kind` of `text`."""

    __tablename__ = "relationships"


class DescriptorRow(_Claimed, Base):
    """A sentence that describes somebody: `text` is what it says of `name`, `kind` in which regard."""

    __tablename__ = "descriptors"


class TermRow(_Claimed, Base):
    """A sentence that explains the word `name`."""

    __tablename__ = "glossary_terms"


class DigestRow(Base):
    """A digest of one section, by a writer who knew that section and earlier digests alone (S31)."""

    __tablename__ = "section_digests"

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    section: Mapped[int] = mapped_column(Integer, primary_key=True)
    writer: Mapped[str] = mapped_column(String(120), primary_key=True)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    reveal: Mapped[int] = mapped_column(Integer, index=True)
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[bytes] = mapped_column(LargeBinary)
    """The spans of the sentences it is made of, packed; empty for a writer in its own words."""


class WrittenSectionRow(Base):
    """A section that a model has looked through, whether or not anything of what it proposed was kept."""

    __tablename__ = "written_sections"

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    writer: Mapped[str] = mapped_column(String(120), primary_key=True)
    section: Mapped[int] = mapped_column(Integer, primary_key=True)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)


class WrittenFactRow(Base):
    """A fact that a model found in a section; columns as in facts.WrittenFact.

    The writer had read to the end of the section, so nothing of a row is told before that (S31).
    """

    __tablename__ = "written_facts"

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    writer: Mapped[str] = mapped_column(String(120), primary_key=True)
    section: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(Integer)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    reveal: Mapped[int] = mapped_column(Integer, index=True)
    other: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sort: Mapped[str] = mapped_column(String(32))


class StoryWordsRow(Base):
    """Counts of words by section and by first places, packed; the shape that the fold needs besides rows."""

    __tablename__ = "story_words"

    book_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[str] = mapped_column(String(16))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class CorrectionRow(Base):
    """One reader's correction of a card; columns as in corrections.Correction. It hangs on the owner's book,
    so a rebuild of the canonical book's index leaves it."""

    __tablename__ = "story_corrections"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reader_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(Integer)
    other: Mapped[str] = mapped_column(Text)
    other_at: Mapped[int] = mapped_column(Integer)
    reveal: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
