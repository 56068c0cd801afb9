"""Setting our markup on a terminal: styles, hanging indents, lines broken at words. Pure.

Text may come in pieces (an answer grows by sentences); the column is remembered between them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.markup import LineKind, Style, parse

Fragment = tuple[str, str]
"""A style class of prompt_toolkit ('' for none) and a text."""

_LEAD = {LineKind.PARAGRAPH: ("", ""), LineKind.QUOTE: ("│ ", "│ "), LineKind.ITEM: ("• ", "  ")}
_STYLES = {Style.PLAIN: "", Style.BOLD: "class:bold", Style.ITALIC: "class:italic", Style.CODE: "class:code"}
_LINE_STYLES = {LineKind.PARAGRAPH: "", LineKind.QUOTE: "class:quote", LineKind.ITEM: ""}
_PIECES = re.compile(r"\s+|\[[^\[\]\n]{1,40} ¶\d+\]|[^\s\[]+|\[")
_CITATION = re.compile(r"\[.+ ¶\d+\]")


class Typesetter:
    """Breaks what it is given into fragments that fit `width` columns."""

    def __init__(self, width: int) -> None:
        """Start at the left edge; `width` is in columns of the terminal."""
        self._width = max(20, width)
        self._column = 0
        self._hang: Fragment = ("", "")
        self._space: Fragment | None = None
        self._begun = False
        """Whether a word stands in this line."""

    def set(self, text: str) -> Iterator[Fragment]:
        """Yield the fragments of a piece of markup; a piece may go on in the line of the one before."""
        for number, line in enumerate(parse(text)):
            if number:
                yield from self._break("")
            if number or self._column == 0:
                lead, hang = _LEAD[line.kind]
                self._hang = ("class:quote" if line.kind is LineKind.QUOTE else "", hang)
                if line.runs:
                    yield self._put(self._hang[0], lead)
            for run in line.runs:
                style = " ".join(filter(None, (_LINE_STYLES[line.kind], _STYLES[run.style])))
                for piece in _PIECES.findall(run.text):
                    yield from self._word(style, piece)

    def _word(self, style: str, piece: str) -> Iterator[Fragment]:
        if piece.isspace():
            # A space is put with the word after it, so that no line ends in one.
            self._space = (style, " ") if self._begun else (style, piece)
            return
        space, self._space = self._space, None
        width = columns(piece) + (columns(space[1]) if space else 0)
        if self._begun and self._column + width > self._width:
            yield from self._break(self._hang[1])
        elif space:
            yield self._put(*space)
        if _CITATION.fullmatch(piece):
            style = f"{style} class:citation".strip()
        self._begun = True
        yield self._put(style, piece)

    def _break(self, lead: str) -> Iterator[Fragment]:
        yield "", "\n"
        self._column, self._space, self._begun = 0, None, False
        if lead:
            yield self._put(self._hang[0], lead)

    def _put(self, style: str, text: str) -> Fragment:
        self._column += columns(text)
        return style, text


def columns(text: str) -> int:
    """Return how many columns a text takes: wide letters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
