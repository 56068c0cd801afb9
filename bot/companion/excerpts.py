"""What a book's licence keeps short: its own words, in an answer and in a day, wherever they are shown.

Every message of a turn goes through here, so no use case can forget it. What counts are words that stand in
the read text in a row, whether they come from a card, a passage, a recap or an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.companion.scene import Messages, Scene
from bot.markup import escape, to_plain
from bot.messages import Kind
from bot.replies import credits
from storage.errors import ReaderError

if TYPE_CHECKING:
    from storage import BookView

WORDS_IN_A_ROW = 6
"""Of the book's own are a quotation; fewer are how anybody would say it."""
_OWN_WORDS = (Kind.PROGRESS, Kind.REFUSAL, Kind.OWN)
_CITED = re.compile(r"(\[[^\]]*\])")
"""What stands in brackets behind a sentence names a place, and is kept whatever is cut."""


async def within_licence(scene: Scene, messages: Messages) -> Messages:
    """Pass messages on; of a book that may not be quoted at length, with its own words cut to what may be."""
    view: BookView | None = None
    is_known = False
    async with aclosing(messages) as coming:
        async for message in coming:
            if message.kind not in _OWN_WORDS and not is_known:
                view, is_known = await _limited(scene), True
            if view is None or message.kind in _OWN_WORDS:
                yield message
            elif message.final:  # while it grows nobody knows yet how much it will quote
                yield replace(message, text=await _cut(scene, view, message.text))


async def _limited(scene: Scene) -> BookView | None:
    """Return the open book as far as it is read if its licence allows no long quotations."""
    try:
        if not scene.talk.book_id or (await scene.flags()).long_quotes:
            return None
        return await scene.plain_view()
    except ReaderError:
        return None  # none is open, or no place is known: then nothing of it is shown


async def _cut(scene: Scene, view: BookView, text: str) -> str:
    lines = text.split("\n")
    quoted = sum(len(part) for line in lines for part, is_quoted in _parts(view, line) if is_quoted)
    if not quoted:
        return text
    left = await scene.storage.licences.take_quoted(scene.reader_id, view.card.book_id, quoted)
    if left >= quoted:
        return text
    kept: list[str] = []
    for line in lines:
        parts = list(_parts(view, line))
        needed = sum(len(part) for part, is_quoted in parts if is_quoted)
        if needed <= left:
            kept.append(line)
            left -= needed
            continue
        shown: list[str] = []
        for part, is_quoted in parts:
            if is_quoted and len(part) > left:
                shown += ["…"] if shown[-1:] != ["…"] else []
                left = 0
            else:
                left -= len(part) * is_quoted
                shown.append(escape(part))
        mark = "> " if line.startswith(">") else ""
        kept.append(mark + " ".join(shown))
    return "\n".join([*kept, "", credits.NO_LONGER_QUOTE])


def _parts(view: BookView, line: str) -> Iterator[tuple[str, bool]]:
    """Yield a line in stretches of a few words, and whether each stands so in the read text."""
    for part in _CITED.split(to_plain(line)):
        words = part.split()
        for at in range(0, len(words), WORDS_IN_A_ROW):
            stretch = " ".join(words[at : at + WORDS_IN_A_ROW])
            is_long = len(words[at : at + WORDS_IN_A_ROW]) >= WORDS_IN_A_ROW // 2
            yield stretch, is_long and not part.startswith("[") and view.has_words(stretch)
