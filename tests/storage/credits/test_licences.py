"""Licence flags: a default by source, set by an operator, one set for every copy of the same file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.book.tables import BookRow
from storage.credits.licence_flags import LicenceFlags, LicenceTerms
from storage.credits.licences import Licences
from storage.database import Database
from storage.errors import BookNotFound
from storage.reader.identities import Identities

CLOSED = LicenceFlags(summaries=False, long_quotes=False, visuals=False)
FILES = {"mine": ("canonical", "a" * 64), "yours": ("canonical", "a" * 64), "demo": ("other", "d" * 64)}


async def identify(book_id: str) -> tuple[str, str]:
    """Stand for the library: two copies of one file, and the demo."""
    if book_id not in FILES:
        raise BookNotFound(reference=book_id)
    return FILES[book_id]


async def two_books(database: Database) -> None:
    await Identities(database).reader_of("test", "one")
    async with database.write() as session:
        for canonical, sha256 in set(FILES.values()):
            session.add(
                BookRow(
                    id=canonical,
                    canonical_book_id=canonical,
                    sha256=sha256,
                    format="text",
                    title="A title",
                    author="",
                    language="en",
                    words=1,
                    reading_chars=1,
                    status="ready",
                    text_version=1,
                    warnings="[]",
                    added_at=datetime.now(UTC),
                )
            )


def licences(database: Database, terms: LicenceTerms | None = None) -> Licences:
    return Licences(database, identify, terms, lambda: "d" * 64)


async def test_a_book_nobody_set_anything_for_has_the_default_of_its_source(database: Database) -> None:
    await two_books(database)
    assert await licences(database).of("mine") == LicenceFlags()
    strict = licences(database, LicenceTerms(own=CLOSED))
    assert await strict.of("mine") == CLOSED
    assert await strict.of("demo") == LicenceFlags()
    with pytest.raises(BookNotFound):
        await strict.of("nobody's")


async def test_what_an_operator_sets_holds_for_every_copy_until_it_is_reset(database: Database) -> None:
    await two_books(database)
    kept = licences(database)
    assert await kept.change("mine", visuals=False, note="asked for by the press") == LicenceFlags(
        visuals=False, note="asked for by the press"
    )
    assert (await kept.change("yours", summaries=False)).note == "asked for by the press"
    assert await licences(database).of("mine") == LicenceFlags(
        summaries=False, visuals=False, note="asked for by the press"
    )
    assert await kept.of("demo") == LicenceFlags()
    assert await kept.reset("mine") == LicenceFlags()
    assert await kept.of("yours") == LicenceFlags()
