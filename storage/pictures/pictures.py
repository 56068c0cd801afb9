"""Pictures of readers: ordered, rendered, shown again. Each is one reader's own and of one book of theirs.

A picture is shown to its reader where all that it shows is known: `reveal` at or below the horizon of now.
Moving back seals it, moving forward returns it (S5, S30). Two readers may share one file, never one picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.errors import PictureGone
from storage.horizon import Horizon
from storage.pictures.files import PictureFiles
from storage.pictures.tables import CharacterVisualRow, SceneVisualRow, VisualRow
from storage.reader.once import insert_once
from storage.values import Span

_SLACK = timedelta(hours=1)


class PictureState(StrEnum):
    """How far a picture is."""

    ORDERED = "ordered"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Portrayed:
    """Who or what a portrait shows: the name as known then, and where the card was first met."""

    name: str
    first: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a reader; `brief`, `card` and `place` are JSON that storage does not read."""

    id: str
    reader_id: str
    book_id: str
    kind: str
    of: Portrayed | Span
    """Whom it portrays, or the text that it shows."""
    cache_key: str
    prompt: str = field(repr=False)
    brief: str = field(repr=False)
    style: str
    size: str
    model: str
    seed: int
    price: int
    alt: str = field(repr=False)
    reveal: int
    horizon: int
    place: str
    card: str = field(default="", repr=False)
    version: int = 0
    """Counted from 1 among those of the same subject; given when it is ordered."""
    state: PictureState = PictureState.ORDERED
    why: str = ""
    ticket: str = ""
    file: str = ""
    is_default: bool = False


class Pictures:
    """The pictures of all readers."""

    def __init__(self, database: Database, files: PictureFiles) -> None:
        """Take an open database and where files lie."""
        self._database = database
        self.files = files

    async def order(self, picture: Picture) -> Picture:
        """Write an order down, with the next version of its subject; the same id twice is one order."""
        async with self._database.write() as session:
            values = {
                "id": picture.id,
                "user_id": picture.reader_id,
                "book_id": picture.book_id,
                "made_at": datetime.now(UTC),
                **{name: getattr(picture, name) for name in _PLAIN},
                "state": picture.state.value,
            }
            if await insert_once(session, VisualRow, values):
                mine = await _of_subject(session, picture)
                version = 1 + max((one.version for one in mine if one.id != picture.id), default=0)
                if isinstance(picture.of, Portrayed):
                    session.add(
                        CharacterVisualRow(
                            visual_id=picture.id,
                            name=picture.of.name,
                            first=picture.of.first,
                            version=version,
                            is_default=False,
                        )
                    )
                else:
                    span = picture.of
                    session.add(
                        SceneVisualRow(visual_id=picture.id, start=span.start, end=span.end, version=version)
                    )
        return await self.get(picture.id)

    async def get(self, picture_id: str) -> Picture:
        """Return a picture by its id, for the work on it alone: no horizon is asked.

        Raises `PictureGone` when its book was removed since.
        """
        async with self._database.read() as session:
            found = await _pictures(session, _ALL.where(VisualRow.id == picture_id))
        if not found:
            raise PictureGone
        return found[0]

    async def unfinished(self) -> list[Picture]:
        """Return what was ordered and is neither done nor refused, oldest first."""
        asked = _ALL.where(VisualRow.state == PictureState.ORDERED.value).order_by(VisualRow.made_at)
        async with self._database.read() as session:
            return await _pictures(session, asked)

    async def has_begun(self, picture_id: str, ticket: str) -> None:
        """Keep the service's own id of an order that it has taken."""
        async with self._database.write() as session:
            await session.execute(update(VisualRow).where(VisualRow.id == picture_id).values(ticket=ticket))

    async def end(self, picture_id: str, state: PictureState, *, file: str = "", why: str = "") -> bool:
        """Say what came of an order; tell whether it was still open."""
        still = (VisualRow.id == picture_id, VisualRow.state == PictureState.ORDERED.value)
        async with self._database.write() as session:
            found = await session.scalar(select(VisualRow.id).where(*still))
            await session.execute(
                update(VisualRow).where(*still).values(state=state.value, file=file, why=why)
            )
        return found is not None

    async def rendered(self, cache_key: str) -> str:
        """Return the file of an earlier rendering of the same facts, '' when there is none."""
        asked = select(VisualRow.file).where(
            VisualRow.cache_key == cache_key, VisualRow.state == PictureState.DONE.value
        )
        async with self._database.read() as session:
            return await session.scalar(asked.limit(1)) or ""

    async def refusals(self, reader_id: str, book_id: str, cache_key: str) -> int:
        """Return how often such an order of this reader came to nothing."""
        asked = select(func.count()).where(
            VisualRow.user_id == reader_id,
            VisualRow.book_id == book_id,
            VisualRow.cache_key == cache_key,
            VisualRow.state == PictureState.REFUSED.value,
        )
        async with self._database.read() as session:
            return await session.scalar(asked) or 0

    # ---- what a reader sees ----------------------------------------------------------------

    async def gallery(self, reader_id: str, horizon: Horizon) -> list[Picture]:
        """Return the reader's pictures of a book that this place may see, the latest first."""
        asked = _ALL.where(*_seen(reader_id, horizon)).order_by(VisualRow.made_at.desc(), VisualRow.id)
        async with self._database.read() as session:
            return await _pictures(session, asked)

    async def find(self, reader_id: str, horizon: Horizon, picture_id: str) -> Picture | None:
        """Return one picture of the reader that this place may see."""
        asked = _ALL.where(*_seen(reader_id, horizon), VisualRow.id == picture_id)
        async with self._database.read() as session:
            found = await _pictures(session, asked)
        return found[0] if found else None

    async def why_refused(self, reader_id: str, picture_id: str) -> str:
        """Return why an order of the reader came to nothing, '' when it did not."""
        asked = select(VisualRow.why).where(VisualRow.id == picture_id, VisualRow.user_id == reader_id)
        async with self._database.read() as session:
            return await session.scalar(asked) or ""

    async def versions(
        self, reader_id: str, horizon: Horizon, kind: str, of: Portrayed | Span
    ) -> list[Picture]:
        """Return the versions of a subject that this place may see, oldest first."""
        mine = await self.gallery(reader_id, horizon)
        found = [one for one in mine if one.kind == kind and _same(one.of, of)]
        return sorted(found, key=lambda one: one.version)

    async def choose(self, reader_id: str, horizon: Horizon, picture_id: str) -> bool:
        """Make one version the one that is shown first from its reveal on; tell whether it is there.

        What was chosen of earlier ones stays: a place from before this one shows that, or the latest that it
        may see (S37).
        """
        picture = await self.find(reader_id, horizon, picture_id)
        if picture is None or not isinstance(picture.of, Portrayed):
            return False
        versions = await self.versions(reader_id, horizon, picture.kind, picture.of)
        band = [one.id for one in versions if one.reveal >= picture.reveal]
        async with self._database.write() as session:
            chosen = CharacterVisualRow.visual_id
            for value, which in ((False, chosen.in_(band)), (True, chosen == picture_id)):
                await session.execute(update(CharacterVisualRow).where(which).values(is_default=value))
        return True

    async def purge(self, *, most: int = 1_000, slack: timedelta = _SLACK) -> int:
        """Take away files that no picture has, as a killed process leaves them; return how many.

        A file is written before its row. So what was written since the oldest order that is still open stays,
        and what was written just now; `slack` is how much the clock of a bucket may differ from ours. At most
        `most` go at once. Raises `StorageUnavailable`.
        """
        before = datetime.now(UTC)
        async with self._database.read() as session:
            opened = select(func.min(VisualRow.made_at))
            oldest = await session.scalar(opened.where(VisualRow.state == PictureState.ORDERED.value))
        if oldest is not None:
            before = min(before, oldest if oldest.tzinfo else oldest.replace(tzinfo=UTC))
        gone = 0
        async for some in self.files.listed():
            old = [name for name, written in some.items() if written < before - slack]
            for name in (await self._without_picture(old))[: most - gone]:
                await self.files.remove(name)
                gone += 1
            if gone >= most:
                break
        return gone

    async def files_of(self, reader_id: str, book_id: str) -> list[str]:
        """Return the files of the pictures that a reader has of a book."""
        asked = select(VisualRow.file).where(
            VisualRow.user_id == reader_id, VisualRow.book_id == book_id, VisualRow.file != ""
        )
        async with self._database.read() as session:
            return list(await session.scalars(asked.distinct()))

    async def discard(self, files: Sequence[str]) -> None:
        """Take away those of these files that no picture has any more."""
        for name in await self._without_picture(files):
            await self.files.remove(name)

    async def _without_picture(self, files: Sequence[str]) -> list[str]:
        async with self._database.read() as session:
            asked = select(VisualRow.file).where(VisualRow.file.in_(files))
            kept = set(await session.scalars(asked))
        return [name for name in files if name not in kept]

    async def count(self, reader_id: str, book_id: str) -> int:
        """Return how many pictures there are of a book, sealed ones too: a number is all it tells."""
        asked = select(func.count()).where(
            VisualRow.user_id == reader_id,
            VisualRow.book_id == book_id,
            VisualRow.state == PictureState.DONE.value,
        )
        async with self._database.read() as session:
            return await session.scalar(asked) or 0


_PLAIN = (
    "kind why ticket cache_key prompt brief card style size model seed price file alt reveal horizon "
    "place".split()
)
_ALL = (
    select(VisualRow, CharacterVisualRow, SceneVisualRow)
    .outerjoin(CharacterVisualRow, CharacterVisualRow.visual_id == VisualRow.id)
    .outerjoin(SceneVisualRow, SceneVisualRow.visual_id == VisualRow.id)
)
_Asked = Select[VisualRow, CharacterVisualRow, SceneVisualRow]


def _seen(reader_id: str, horizon: Horizon) -> tuple[ColumnElement[bool], ...]:
    return (
        VisualRow.user_id == reader_id,
        VisualRow.book_id == horizon.book_id,
        VisualRow.state == PictureState.DONE.value,
        VisualRow.reveal <= horizon.end,
    )


def _same(one: Portrayed | Span, other: Portrayed | Span) -> bool:
    if isinstance(one, Portrayed) and isinstance(other, Portrayed):
        # By where they were first met: names come and go with the text (S13).
        return one.first == other.first
    return one == other


async def _of_subject(session: AsyncSession, picture: Picture) -> list[Picture]:
    asked = _ALL.where(
        VisualRow.user_id == picture.reader_id,
        VisualRow.book_id == picture.book_id,
        VisualRow.kind == picture.kind,
    )
    return [one for one in await _pictures(session, asked) if _same(one.of, picture.of)]


async def _pictures(session: AsyncSession, asked: _Asked) -> list[Picture]:
    found = []
    for found_row in await session.execute(asked):
        row: VisualRow = found_row[0]
        portrait: CharacterVisualRow | None = found_row[1]
        scene: SceneVisualRow | None = found_row[2]
        if portrait is None and scene is None:
            continue
        of: Portrayed | Span
        if portrait is not None:
            of, version = Portrayed(portrait.name, portrait.first), portrait.version
        else:
            assert scene is not None
            of, version = Span(scene.start, scene.end), scene.version
        found.append(
            Picture(
                id=row.id,
                reader_id=row.user_id,
                book_id=row.book_id,
                of=of,
                version=version,
                state=PictureState(row.state),
                is_default=portrait is not None and portrait.is_default,
                **{name: getattr(row, name) for name in _PLAIN},
            )
        )
    return found
