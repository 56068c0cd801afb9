"""Our markup as Telegram gets it: plain text and entities beside it, never a markup of Telegram's. Pure.

Nothing of the text is ever parsed again, so no title or name can become a style or break one. Offsets and
lengths count UTF-16 units (Bot API, MessageEntity).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from telegram import MessageEntity

from bot.limits import TELEGRAM_ENTITIES
from bot.markup import Line, LineKind, Style
from bot.pieces import utf16_units

_LEAD = {LineKind.PARAGRAPH: "", LineKind.QUOTE: "", LineKind.ITEM: "• "}
_STYLES = {
    Style.BOLD: MessageEntity.BOLD,
    Style.ITALIC: MessageEntity.ITALIC,
    Style.CODE: MessageEntity.CODE,
}
_AT_SOMEBODY = re.compile(r"@(?=\w)")
_WORD_JOINER = "\u2060"


def typeset(lines: Sequence[Line], masked_from: int | None = None) -> tuple[str, list[MessageEntity]]:
    """Return a text and its entities; lines from `masked_from` on lie under one spoiler.

    Of too many entities the spoiler stays, then quotes, then the first styles.
    """
    text = ""
    at = 0  # in UTF-16 units, as all offsets here
    masks: list[MessageEntity] = []
    quotes: list[MessageEntity] = []
    styles: list[MessageEntity] = []
    masked_at: int | None = None
    quoted_at: int | None = None
    for number, line in enumerate(lines):
        # A quote ends with its lines, and where a mask begins: entities lie in each other or apart.
        if quoted_at is not None and (line.kind is not LineKind.QUOTE or number == masked_from):
            quotes += _entity(MessageEntity.BLOCKQUOTE, quoted_at, at)
            quoted_at = None
        if number:
            text += "\n"
            at += 1
        if masked_from is not None and number == masked_from:
            masked_at = at
        if line.kind is LineKind.QUOTE and quoted_at is None:
            quoted_at = at
        text += _LEAD[line.kind]
        at += utf16_units(_LEAD[line.kind])
        for run in line.runs:
            shown = run.text if run.style is Style.CODE else inert(run.text)
            end = at + utf16_units(shown)
            # Code can be no part of another entity (Bot API, MessageEntity): it would part the spoiler.
            if run.style in _STYLES and not (run.style is Style.CODE and masked_at is not None):
                styles += _entity(_STYLES[run.style], at, end)
            text += shown
            at = end
    if quoted_at is not None:
        quotes += _entity(MessageEntity.BLOCKQUOTE, quoted_at, at)
    if masked_at is not None:
        masks += _entity(MessageEntity.SPOILER, masked_at, at)
    kept = [*masks, *quotes, *styles][:TELEGRAM_ENTITIES]
    return text, sorted(kept, key=lambda entity: (entity.offset, -entity.length))


def measure(line: Line) -> int:
    """Return how long a line is as `typeset` writes it, in UTF-16 units."""
    shown = "".join(run.text if run.style is Style.CODE else inert(run.text) for run in line.runs)
    return utf16_units(_LEAD[line.kind] + shown)


def inert(text: str) -> str:
    """Return text in which no "@name" calls anybody: Telegram makes such words mentions by itself."""
    return _AT_SOMEBODY.sub("@" + _WORD_JOINER, text)


def _entity(kind: str, start: int, end: int) -> list[MessageEntity]:
    return [MessageEntity(kind, start, end - start)] if end > start else []
