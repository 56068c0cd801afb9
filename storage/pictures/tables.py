"""Tables of pictures: what was ordered and rendered, of which descriptors, and from where on it is seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class VisualRow(Base):
    """One picture of one reader, from the order on; its `id` is that of its hold and its job too.

    `cache_key` is made of its descriptor set, so that equal facts share one rendering (one `file`) and a
    later face never reaches an earlier reader (S30).
    """

    __tablename__ = "visuals"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """person, place, scene or panel."""
    state: Mapped[str] = mapped_column(String(16), index=True)
    """ordered, done or refused."""
    why: Mapped[str] = mapped_column(String(32), default="")
    """Of what was refused: why."""
    ticket: Mapped[str] = mapped_column(String(120), default="")
    """The service's own id of it."""
    cache_key: Mapped[str] = mapped_column(String(64), index=True)
    prompt: Mapped[str] = mapped_column(Text)
    brief: Mapped[str] = mapped_column(Text)
    """Its descriptors with their offsets, and what the reader chose, as JSON."""
    card: Mapped[str] = mapped_column(Text, default="")
    """What a drawn one has on it, as JSON."""
    style: Mapped[str] = mapped_column(String(32))
    size: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(200))
    seed: Mapped[int] = mapped_column(Integer)
    price: Mapped[int] = mapped_column(Integer)
    file: Mapped[str] = mapped_column(String(64), default="")
    """An unguessable name in the picture store; '' until it is done."""
    alt: Mapped[str] = mapped_column(Text)
    reveal: Mapped[int] = mapped_column(Integer)
    """The offset from which all that it shows is known."""
    horizon: Mapped[int] = mapped_column(Integer)
    """Where the reader's horizon stood when it was ordered."""
    place: Mapped[str] = mapped_column(Text)
    """The conversation that it was ordered in, as JSON: where it is shown when nobody waits for it."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CharacterVisualRow(Base):
    """A portrait, of a person or a place: whose it is, by the name as known then."""

    __tablename__ = "character_visuals"

    visual_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("visuals.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(Text)
    first: Mapped[int] = mapped_column(Integer)
    """Where the card was first met: what tells two of one name apart."""
    version: Mapped[int] = mapped_column(Integer)
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    """The reader chose it; else the latest is shown."""


class SceneVisualRow(Base):
    """A scene or a panel of a storyboard: the span of read text that it shows."""

    __tablename__ = "scene_visuals"

    visual_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("visuals.id", ondelete="CASCADE"), primary_key=True
    )
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
