"""T21, T22: what was said further on is sealed when the reader goes back, and returns when they do (S37)."""

from __future__ import annotations

from pathlib import Path

from storage.reader.turns import ConversationKey, Turn, TurnCitation
from storage.values import Span
from tests.talking import BOOK, opened


async def test_an_earlier_exchange_is_told_only_from_where_it_was_said(tmp_path: Path) -> None:
    file = tmp_path / "book.epub"
    file.write_bytes(BOOK)
    async with opened(tmp_path / "data") as app:
        reader = await app.owner_id()
        card = (await app.storage.library.add(file, owner_id=reader)).card
        key = ConversationKey("terminal", "desk", reader, card.book_id)
        cited = (TurnCitation(Span(300, 320), "ch. 2 ¶1"),)
        await app.storage.turns.keep(key, Turn("why?", "because", 400, cited, "answered", "none", ()))
        for end, told in ((399, []), (400, ["because"]), (0, []), (500, ["because"])):
            horizon = app.storage.progress.horizon_at(card.book_id, end)
            assert [turn.answer for turn in await app.storage.turns.recent(key, horizon)] == told
