"""The story index in the database: written once, read whole. What it means is index.py's business.

Digests by a model are kept beside the extractive ones, a row for each writer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.story.digests import WRITER
from storage.story.facts import SectionDigest
from storage.story.index import STORY_VERSION, StoryIndex
from storage.story.packing import (
    CLAIM_TABLES,
    PackedStory,
    pack_digest,
    unpack_digest,
    unpack_evidence,
    unpack_lowercase,
    unpack_vocabulary,
)
from storage.story.tables import (
    AliasRow,
    CharacterRow,
    DescriptorRow,
    DigestRow,
    PlaceRow,
    RelationRow,
    StoryWordsRow,
    TermRow,
)
from storage.story.written_store import load_facts
from storage.values import Span

_CLAIMS: dict[str, type[AliasRow] | type[RelationRow] | type[DescriptorRow] | type[TermRow]] = {
    "character_aliases": AliasRow,
    "relationships": RelationRow,
    "descriptors": DescriptorRow,
    "glossary_terms": TermRow,
}
_EVIDENCE_TABLES: dict[str, Any] = {"character_index": CharacterRow, "place_index": PlaceRow, **_CLAIMS}
_BATCH = 500


async def save(session: AsyncSession, book_id: str, story: PackedStory) -> None:
    """Write the index of a canonical book; what was there of it before goes, but for a model's digests."""
    for table in (*_EVIDENCE_TABLES.values(), StoryWordsRow):
        await session.execute(delete(table).where(table.book_id == book_id))
    await session.execute(delete(DigestRow).where(DigestRow.book_id == book_id, DigestRow.writer == WRITER))
    for name, rows in story.tables.items():
        table = _EVIDENCE_TABLES[name]
        for start in range(0, len(rows), _BATCH):
            batch = [{"book_id": book_id, **row} for row in rows[start : start + _BATCH]]
            await session.execute(insert(table.__table__), batch)
    await session.execute(
        insert(StoryWordsRow),
        [
            {"book_id": book_id, "kind": kind, "version": STORY_VERSION, "data": data}
            for kind, data in story.blobs.items()
        ],
    )
    if story.digests:
        await session.execute(insert(DigestRow), [{"book_id": book_id, **row} for row in story.digests])


async def load(session: AsyncSession, book_id: str) -> StoryIndex | None:
    """Return the stored index of a canonical book; None when there is none, or of other rules."""
    rows = await session.execute(
        select(StoryWordsRow.kind, StoryWordsRow.version, StoryWordsRow.data).where(
            StoryWordsRow.book_id == book_id
        )
    )
    blobs = {kind: data for kind, version, data in rows if version == STORY_VERSION}
    if not {"lowercase", "vocabulary", "shape"} <= blobs.keys():
        return None
    named: dict[str, list[tuple[str, bytes]]] = {}
    for table in (CharacterRow, PlaceRow):
        query = select(table.name, table.mentions).where(table.book_id == book_id).order_by(table.number)
        named[table.__tablename__] = [(name, blob) for name, blob in await session.execute(query)]
    claims = {}
    for kind in CLAIM_TABLES:
        row = _CLAIMS[kind]
        claimed = (
            select(row.at, row.name, row.kind, row.text, row.start, row.end)
            .where(row.book_id == book_id)
            .order_by(row.number)
        )
        claims[kind] = [
            (at, name, kind, text, start, end)
            for at, name, kind, text, start, end in await session.execute(claimed)
        ]
    digests = await load_digests(session, book_id)
    own = [digest for digest in digests if digest.writer == WRITER]
    index = await asyncio.to_thread(_unpack, named, claims, blobs, own)  # a tenth of a second of a long novel
    index = index.with_written(digest for digest in digests if digest.writer != WRITER)
    return index.with_facts(await load_facts(session, book_id))


def _unpack(
    named: dict[str, list[tuple[str, bytes]]],
    claims: dict[str, Any],
    blobs: dict[str, bytes],
    digests: list[SectionDigest],
) -> StoryIndex:
    language, sections = json.loads(blobs["shape"])
    return StoryIndex(
        evidence=unpack_evidence(
            named["character_index"], named["place_index"], claims, unpack_lowercase(blobs["lowercase"])
        ),
        sections=[(number, Span(start, end)) for number, start, end in sections],
        digests=digests,
        vocabulary=unpack_vocabulary(blobs["vocabulary"]),
        language=language,
    )


async def save_digests(session: AsyncSession, book_id: str, digests: Sequence[SectionDigest]) -> None:
    """Write digests; one by the same writer of the same section is replaced."""
    for digest in digests:
        await session.execute(
            delete(DigestRow).where(
                DigestRow.book_id == book_id,
                DigestRow.section == digest.section,
                DigestRow.writer == digest.writer,
            )
        )
    if digests:
        await session.execute(
            insert(DigestRow), [{"book_id": book_id, **pack_digest(digest)} for digest in digests]
        )


async def load_digests(session: AsyncSession, book_id: str, writer: str | None = None) -> list[SectionDigest]:
    """Return the digests of a book, by one writer or by all, in order of sections, then of writers."""
    query = (
        select(
            DigestRow.section,
            DigestRow.writer,
            DigestRow.start,
            DigestRow.end,
            DigestRow.text,
            DigestRow.evidence,
        )
        .where(DigestRow.book_id == book_id)
        .order_by(DigestRow.start, DigestRow.section, DigestRow.writer)
    )
    if writer is not None:
        query = query.where(DigestRow.writer == writer)
    return [unpack_digest(*row) for row in await session.execute(query)]
