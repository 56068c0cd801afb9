"""Tables of pictures: what was rendered, from which descriptors, and from which offset it may be seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class VisualRow(Base):
    """One rendered picture. `cache_key` is made of its descriptor set, so that equal facts share one
    rendering and a later face never reaches an earlier reader (S30)."""

    __tablename__ = "visuals"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    book_id: Mapped[str] = mapped_column(String(32), ForeignKey("books.id", ondelete="CASCADE"), index=True)
    cache_key: Mapped[str] = mapped_column(String(64), index=True)
    prompt: Mapped[str] = mapped_column(Text)
    style: Mapped[str] = mapped_column(String(32))
    model: Mapped[str] = mapped_column(String(120))
    seed: Mapped[int] = mapped_column(Integer)
    file: Mapped[str] = mapped_column(String(64))
    """An unguessable name in the picture store."""
    reveal: Mapped[int] = mapped_column(Integer)
    """The latest offset any of its descriptors came from, in code points."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CharacterVisualRow(Base):
    """A portrait: whose it is, by the name as known at `reveal`."""

    __tablename__ = "character_visuals"

    visual_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("visuals.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    reveal: Mapped[int] = mapped_column(Integer)


class SceneVisualRow(Base):
    """A scene: the span of read text that it shows."""

    __tablename__ = "scene_visuals"

    visual_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("visuals.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id"), index=True)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    reveal: Mapped[int] = mapped_column(Integer)
