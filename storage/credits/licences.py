"""What may be made from a book: summaries, long quotations, pictures. Set per canonical book, by an operator.

A book nobody set anything for has the default of its source: the demo book, which is our own, or somebody's
upload. Flags say nothing about credits and nothing about places; a horizon holds whatever they allow.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, insert, select, update

from storage.credits.licence_flags import LicenceFlags, LicenceTerms
from storage.credits.tables import LicenseFlagsRow, QuotedRow
from storage.database import Asked, Database
from storage.prepared import Prepared
from storage.reader.once import insert_once

Identify = Callable[[str], Awaitable[tuple[str, str]]]
"""Returns the canonical id of a book, and the sha256 of its file."""


class Licences:
    """The flags of all books."""

    def __init__(
        self,
        database: Database,
        identify: Identify,
        terms: LicenceTerms | None = None,
        demo_hash: Callable[[], str] = str,
    ) -> None:
        """Take an open database; `demo_hash` returns the demo file's sha256, "" when there is none."""
        self._database = database
        self._identify = identify
        self.terms = terms or LicenceTerms()
        self._demo_hash = demo_hash
        row = LicenseFlagsRow.__table__.c
        columns = (row.summaries, row.long_quotes, row.visuals, row.note)
        self._find = Prepared(select(*columns).where(row.book_id == bindparam("key")))

    async def of(self, book_id: str) -> LicenceFlags:
        """Return what a book's licence allows, whoever's copy is meant. Raises `BookNotFound`."""
        canonical, sha256 = await self._identify(book_id)
        row = await self._database.find_row(self._find, key=canonical)
        if row is not None:
            return LicenceFlags(row.summaries, row.long_quotes, row.visuals, row.note)
        if self.terms.own == self.terms.demo or sha256 != self._demo_hash():
            return self.terms.own
        return self.terms.demo

    async def expected(self, book_id: str) -> Asked:
        """Return what `of` asks of a book, for who knows that it will. Raises `BookNotFound`."""
        canonical, _ = await self._identify(book_id)
        return self._find, {"key": canonical}

    async def take_quoted(self, reader_id: str, book_id: str, wanted: int) -> int:
        """Count `wanted` code points of a book's own words as shown to a reader today; return how many may.

        For a book whose long quotations are not allowed. Raises `BookNotFound`.
        """
        wanted = min(wanted, self.terms.quoted_chars_an_answer)
        day = datetime.now(UTC).strftime("%Y-%m-%d")
        async with self._database.write() as session:
            canonical, _ = await self._identify(book_id)
            row = {"reader_id": reader_id, "book_id": canonical, "day": day, "chars": 0}
            await insert_once(session, QuotedRow, row)
            mine = (QuotedRow.reader_id == reader_id, QuotedRow.book_id == canonical, QuotedRow.day == day)
            shown = int(await session.scalar(select(QuotedRow.chars).where(*mine).with_for_update()) or 0)
            allowed = max(0, min(wanted, self.terms.quoted_chars_a_day - shown))
            await session.execute(update(QuotedRow).where(*mine).values(chars=shown + allowed))
            past = (QuotedRow.reader_id == reader_id, QuotedRow.day < day)
            await session.execute(delete(QuotedRow).where(*past))
        return allowed

    async def change(
        self,
        book_id: str,
        *,
        summaries: bool | None = None,
        long_quotes: bool | None = None,
        visuals: bool | None = None,
        note: str | None = None,
    ) -> LicenceFlags:
        """Set some flags of a book, for every copy of the same file; return all. Raises `BookNotFound`."""
        async with self._database.write() as session:
            flags = await self.of(book_id)
            wanted = {"summaries": summaries, "long_quotes": long_quotes, "visuals": visuals, "note": note}
            given = {name: value for name, value in wanted.items() if value is not None}
            flags = replace(flags, **given)  # type: ignore[arg-type]
            canonical, _ = await self._identify(book_id)
            await session.execute(delete(LicenseFlagsRow).where(LicenseFlagsRow.book_id == canonical))
            row = {
                "book_id": canonical,
                "summaries": flags.summaries,
                "long_quotes": flags.long_quotes,
                "visuals": flags.visuals,
                "note": flags.note,
            }
            await session.execute(insert(LicenseFlagsRow), [row])
        return flags

    async def reset(self, book_id: str) -> LicenceFlags:
        """Go back to the default of the book's source; return it. Raises `BookNotFound`."""
        async with self._database.write() as session:
            canonical, _ = await self._identify(book_id)
            await session.execute(delete(LicenseFlagsRow).where(LicenseFlagsRow.book_id == canonical))
            return await self.of(book_id)
