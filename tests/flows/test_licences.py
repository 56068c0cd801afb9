"""What a book's licence forbids is not told, not offered and not quoted past the caps, on every surface."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import App
from bot.companion.excerpts import WORDS_IN_A_ROW
from bot.replies import credits
from storage.credits.licence_flags import LicenceTerms
from tests.talking import CHAPTERS, Person

SURFACES = (
    "who is Captain Brannoc?",
    "Where did Oda find the letter?",
    "/who Oda",
    "/passage 1",
    "/where",
    "/timeline",
)


def quoted(text: str) -> int:
    """Return how many characters of a text are the book's own, in stretches of six words."""
    book = " ".join(" ".join(chapter.paragraphs) for chapter in CHAPTERS)
    words = text.split()
    stretches = [words[at : at + WORDS_IN_A_ROW] for at in range(len(words))]
    return sum(len(part[0]) for part in stretches if len(part) == WORDS_IN_A_ROW and " ".join(part) in book)


async def forbid(app: App, **flags: bool) -> str:
    reader = await app.companion.reader_id("terminal", "ada")
    (book,) = await app.storage.library.books(reader)
    await app.storage.licences.change(book.book_id, **flags)
    return reader


async def test_no_story_is_told_again_where_summaries_are_not_allowed(app: App, ada: Person) -> None:
    await ada.says("/at end")
    assert credits.NO_SUMMARIES not in await ada.hears("/catchmeup")
    await forbid(app, summaries=False)
    for asked in ("/catchmeup", "/catchmeup short since ch 2"):
        assert await ada.hears(asked) == credits.NO_SUMMARIES


async def test_an_answer_holds_no_more_of_the_book_than_its_licence_allows(app: App, ada: Person) -> None:
    await ada.says("/at end")
    before = {asked: await ada.hears(asked) for asked in SURFACES}
    assert max(quoted(text) for text in before.values()) > 80
    await forbid(app, long_quotes=False)
    app.storage.licences.terms = LicenceTerms(quoted_chars_an_answer=40, quoted_chars_a_day=10_000)
    for asked in SURFACES:
        shown = await ada.hears(asked)
        assert quoted(shown) <= 40, asked
        if quoted(before[asked]) > 80:
            assert "no longer quotations" in shown
            assert "…" in shown


async def test_a_days_quotations_come_to_an_end_for_all_surfaces_together(app: App, ada: Person) -> None:
    await ada.says("/at end")
    await forbid(app, long_quotes=False)
    app.storage.licences.terms = LicenceTerms(quoted_chars_an_answer=1_000, quoted_chars_a_day=150)
    shown = [await ada.hears(asked) for _ in range(2) for asked in SURFACES]
    assert sum(quoted(text) for text in shown) <= 150
    assert quoted(shown[0]) > 0
    assert all(quoted(text) == 0 for text in shown[-len(SURFACES) :])
    # Labels and our own words stay: the reader is told where to look.
    assert "ch. " in shown[-len(SURFACES)]


async def test_where_all_is_allowed_nothing_is_counted(app: App, ada: Person, tmp_path: Path) -> None:
    await ada.says("/at end")
    app.storage.licences.terms = LicenceTerms(quoted_chars_an_answer=1, quoted_chars_a_day=1)
    assert quoted(await ada.hears(SURFACES[0])) > 1


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_card_of_a_quotation_is_offered_only_where_pictures_are_allowed(
    app: App, ada: Person, allowed: bool
) -> None:
    await ada.says("/at end")
    await forbid(app, visuals=allowed)
    await ada.says(SURFACES[0])
    labels = [button.label for shown in await ada.says("/passage 1") for button in shown.buttons]
    assert ("As a card" in labels) is allowed
