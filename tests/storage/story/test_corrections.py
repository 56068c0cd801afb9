"""A reader's corrections: what they change, that they survive a rebuild, and that they are sealed on going
back (S5, S14, S37)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.book.tables import BookRow
from storage.database import Database
from storage.reader.identities import Identities
from storage.reader.progress import horizon_at
from storage.story.corrections import Correction, CorrectionKind, corrected
from storage.story.corrections_store import Corrections
from storage.story.facts import PersonCard
from storage.story.index import StoryIndex
from storage.values import Span

BOOK = "b" * 32
TEXT = (
    "Brin Aske, a thin man of fifty years, said good night. Brin Aske was the miller. Aske smiled.\n"
    "Sella Tarn had grey eyes. Sella smiled. “Good night,” said Sella. Sella laughed.\n"
    "Dario Flint said no. Dario Flint laughed.\n"
)
END = len(TEXT)


def cards() -> list[PersonCard]:
    return StoryIndex.build(TEXT, [Span(0, END)], "en").cut(TEXT, END).people()


def make(
    kind: CorrectionKind, name: str, other: str = "", other_at: int = 0, reveal: int = END
) -> Correction:
    return Correction(kind, name, TEXT.index(name), reveal, other, other_at)


def named(found: list[PersonCard], name: str) -> PersonCard:
    return next(card for card in found if name in {known.name for known in card.names})


def test_nothing_corrected_is_nothing_changed() -> None:
    assert corrected(cards(), [], END) == cards()


def test_a_card_is_renamed() -> None:
    found = corrected(cards(), [make(CorrectionKind.RENAME, "Sella", "Aunt Sella")], END)
    assert named(found, "Sella").name == "Aunt Sella"
    assert len(found) == len(cards())


def test_two_cards_become_one_and_nothing_of_either_is_lost() -> None:
    merge = make(CorrectionKind.MERGE, "Brin Aske", "Dario Flint", TEXT.index("Dario Flint"))
    before, found = cards(), corrected(cards(), [merge], END)
    one = named(found, "Brin Aske")
    assert one is named(found, "Dario Flint")
    assert one.mentions == named(before, "Brin Aske").mentions + named(before, "Dario Flint").mentions
    assert next(known.reveal for known in one.names if known.name == "Dario Flint") == END


def test_a_name_is_parted_with_its_mentions() -> None:
    whole = named(cards(), "Aske")
    found = corrected(cards(), [make(CorrectionKind.SPLIT, "Brin Aske", "Aske")], END)
    rest, alone = named(found, "Brin Aske"), named(found, "Aske")
    assert {known.name for known in alone.names} == {"Aske"}
    assert rest.mentions + alone.mentions == whole.mentions
    assert alone.first == TEXT.index("Aske smiled")


def test_a_card_is_hidden_and_a_wrong_descriptor_goes() -> None:
    descriptor = named(cards(), "Brin Aske").descriptors[0]
    wrong = make(CorrectionKind.WRONG, "Brin Aske", descriptor.text, descriptor.span.start)
    found = corrected(cards(), [make(CorrectionKind.HIDE, "Sella"), wrong], END)
    assert not any(card.name.startswith("Sella") for card in found)
    assert descriptor not in named(found, "Brin Aske").descriptors


def test_a_correction_made_further_on_is_sealed_on_going_back() -> None:  # S5, S14
    merge = make(CorrectionKind.MERGE, "Brin Aske", "Dario Flint", TEXT.index("Dario Flint"))
    assert corrected(cards(), [merge], END - 1) == cards()


@pytest.mark.parametrize("kind", list(CorrectionKind))
def test_a_correction_of_somebody_unknown_does_nothing(kind: CorrectionKind) -> None:
    gone = Correction(kind, "Zorblax", 1, 0, "Nobody", 3)
    assert corrected(cards(), [gone], END) == cards()


def test_corrections_hold_on_to_the_text_and_survive_a_rebuild() -> None:
    split = make(CorrectionKind.SPLIT, "Brin Aske", "Aske")
    assert corrected(cards(), [split], END) == corrected(cards(), [split], END)
    assert corrected(cards(), [split, split], END) == corrected(cards(), [split], END)


async def test_corrections_are_kept_for_each_reader_and_read_through_a_horizon(database: Database) -> None:
    ada = await Identities(database).reader_of("terminal", "ada")
    bob = await Identities(database).reader_of("terminal", "bob")
    async with database.write() as session:
        session.add(
            BookRow(
                id=BOOK, owner_id=ada, canonical_book_id=BOOK, sha256="0" * 64, format="txt", title="T",
                author="A", language="en", words=2, reading_chars=END, text_version=1, status="ready",
                warnings="[]", added_at=datetime.now(UTC),
            )
        )  # fmt: skip
    kept = Corrections(database)
    early = make(CorrectionKind.RENAME, "Sella", "Aunt Sella", reveal=60)
    late = make(CorrectionKind.HIDE, "Sella", reveal=END)
    key = await kept.add(ada, BOOK, early)
    await kept.add(ada, BOOK, late)
    assert [c.kind for c in await kept.list_corrections(ada, horizon_at(BOOK, END))] == ["rename", "hide"]
    assert [c.id for c in await kept.list_corrections(ada, horizon_at(BOOK, 60))] == [key]
    assert await kept.list_corrections(bob, horizon_at(BOOK, END)) == []
    assert not await kept.take_back(bob, key)
    assert await kept.take_back(ada, key)
    assert [c.kind for c in await kept.list_corrections(ada, horizon_at(BOOK, END))] == ["hide"]
