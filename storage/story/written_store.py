"""What models found, in the database: a section by a writer at a time. What it means: written.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.story.facts import FactKind, SectionFacts, WrittenFact
from storage.story.tables import WrittenFactRow, WrittenSectionRow
from storage.values import Span


async def save_facts(session: AsyncSession, book_id: str, found: SectionFacts) -> None:
    """Write what was found in a section; what the same writer found there before goes."""
    key = {"book_id": book_id, "writer": found.writer, "section": found.section}
    for table in (WrittenFactRow, WrittenSectionRow):
        await session.execute(delete(table).filter_by(**key))
    span = {"start": found.span.start, "end": found.span.end}
    await session.execute(insert(WrittenSectionRow), [{**key, **span}])
    rows = [{**key, "number": number, **_row(fact)} for number, fact in enumerate(found.facts)]
    if rows:
        await session.execute(insert(WrittenFactRow), rows)


async def load_facts(session: AsyncSession, book_id: str, writer: str | None = None) -> list[SectionFacts]:
    """Return what was found in a book, by one writer or by all, in order of sections, then of writers."""
    sections = select(WrittenSectionRow).where(WrittenSectionRow.book_id == book_id)
    facts = select(WrittenFactRow).where(WrittenFactRow.book_id == book_id)
    if writer is not None:
        sections = sections.where(WrittenSectionRow.writer == writer)
        facts = facts.where(WrittenFactRow.writer == writer)
    kept: defaultdict[tuple[str, int], list[WrittenFact]] = defaultdict(list)
    for row in await session.scalars(facts.order_by(WrittenFactRow.number)):
        kept[row.writer, row.section].append(_fact(row))
    ordered = sections.order_by(WrittenSectionRow.start, WrittenSectionRow.section, WrittenSectionRow.writer)
    return [
        SectionFacts(row.section, Span(row.start, row.end), row.writer, tuple(kept[row.writer, row.section]))
        for row in await session.scalars(ordered)
    ]


def _row(fact: WrittenFact) -> Mapping[str, object]:
    return {
        "kind": fact.kind.value,
        "name": fact.name,
        "at": fact.at,
        "start": fact.span.start,
        "end": fact.span.end,
        "reveal": fact.reveal,
        "other": fact.other,
        "text": fact.text,
        "sort": fact.sort,
    }


def _fact(row: WrittenFactRow) -> WrittenFact:
    span = Span(row.start, row.end)
    return WrittenFact(FactKind(row.kind), row.name, row.at, span, row.reveal, row.other, row.text, row.sort)
