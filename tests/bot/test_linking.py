"""/link over the companion: accounts of two platforms become one reader, at once."""

from __future__ import annotations

import re
from pathlib import Path

from bot.app import App
from bot.markup import to_plain
from bot.messages import Conversation, IncomingMessage
from tests.talking import BOOK, TITLE, Person, opened


async def said(app: App, platform: str, account: str, text: str) -> str:
    message = IncomingMessage(Conversation(platform, "1"), account, text)
    return "\n".join([to_plain(one.text) async for one in app.companion.handle(message) if one.final])


async def test_what_was_put_right_before_a_link_stays_with_the_book_that_is_handed_over(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as app:
        ada = Person(app)
        path = tmp_path / "book.epub"
        path.write_bytes(BOOK)
        await ada.hears(f"/add {path}")
        await ada.hears("/at ch 3")
        await ada.hears("/correct rename Oda Quillon to Aunt Oda")
        code = re.search(r"/link (\w{8})", await said(app, "discord", "7", "/link"))
        assert code is not None
        assert "1 book came along" in await ada.hears(f"/link {code[1]}")
        await ada.hears(f"/open {TITLE}")
        assert "Aunt Oda" in await ada.hears("/cast")


async def test_after_a_link_both_accounts_have_the_same_books_and_place(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        ada = Person(app)
        path = tmp_path / "book.epub"
        path.write_bytes(BOOK)
        await ada.hears(f"/add {path}")
        await ada.hears("/at ch 3")
        await ada.hears("/correct rename Oda Quillon to Aunt Oda")
        assert TITLE not in await said(app, "discord", "7", "/library")
        code = re.search(r"/link (\w{8})", await ada.hears("/link"))
        assert code is not None
        assert "Linked" in await said(app, "discord", "7", f"/link {code[1]}")
        assert TITLE in await said(app, "discord", "7", "/library")
        await said(app, "discord", "7", f"/open {TITLE}")
        assert "up to ch. 2" in await said(app, "discord", "7", "/where")  # "ch 3" counts from its start (S3)
        assert "Aunt Oda" in await said(app, "discord", "7", "/cast")  # what was put right comes along
        assert "not known or too old" in await said(app, "discord", "8", f"/link {code[1]}")
