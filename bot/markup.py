"""The small markup of our messages: written by replies and render, read once here for every platform.

Lines are paragraphs, `> quotes` or `- items`; inside a line `**bold**`, `*italic*` and code between
backticks; a backslash takes the meaning from the sign after it. Whatever does not pair up is plain text,
so no input is an error. Foreign text (titles, names, quotations) goes in through `escape` and is inert by
construction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a run of text is set."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"


class LineKind(StrEnum):
    """What a line is."""

    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style; no markup left in it."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message."""

    kind: LineKind
    runs: tuple[Run, ...]

    @property
    def plain(self) -> str:
        """Return the line's text without styles."""
        return "".join(run.text for run in self.runs)


_SPECIAL = re.compile(r"([\\*`])")
_LINE_START = re.compile(r"^(\s*)([>-])(?=\s)", re.MULTILINE)
_TOKEN = re.compile(
    r"\\(?P<escaped>[\\*`>-])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>(?=\S)(?:\\.|[^\\\n])+?(?<=\S))\*\*"
    r"|\*(?P<italic>(?=[^\s*])(?:\\.|[^\\*\n])+?(?<=\S))\*"
)
_UNESCAPE = re.compile(r"\\([\\*`>-])")


def escape(text: str) -> str:
    """Return foreign text with our signs made inert; line breaks stay."""
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def bold(text: str) -> str:
    """Return foreign text as bold markup, on one line."""
    folded = " ".join(text.split())
    return f"**{escape(folded)}**" if folded else ""


def quote(text: str) -> str:
    """Return foreign text as quoted lines."""
    return "\n".join("> " + _SPECIAL.sub(r"\\\1", line) for line in text.splitlines() if line.strip())


def parse(text: str) -> list[Line]:
    """Return the lines of a message; an empty line is a paragraph without runs."""
    return [_line(line) for line in text.split("\n")]


def to_plain(text: str) -> str:
    """Return a message as plain text, for pipes and logs of tests: quotes keep `> `, items `- `."""
    lead = {LineKind.PARAGRAPH: "", LineKind.QUOTE: "> ", LineKind.ITEM: "- "}
    return "\n".join((lead[line.kind] + line.plain).rstrip() for line in parse(text))


def _line(line: str) -> Line:
    for sign, kind in (("> ", LineKind.QUOTE), ("- ", LineKind.ITEM)):
        if line.startswith(sign):
            return Line(kind, _runs(line[len(sign) :]))
    return Line(LineKind.PARAGRAPH, _runs(line))


def _runs(text: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    done = 0
    for found in _TOKEN.finditer(text):
        _plain(runs, text[done : found.start()])
        done = found.end()
        if found["bold"] is not None:
            runs.append(Run(_UNESCAPE.sub(r"\1", found["bold"]), Style.BOLD))
        elif found["italic"] is not None:
            runs.append(Run(_UNESCAPE.sub(r"\1", found["italic"]), Style.ITALIC))
        elif found["code"] is not None:
            runs.append(Run(found["code"], Style.CODE))
        else:
            _plain(runs, found["escaped"])
    _plain(runs, text[done:])
    return tuple(runs)


def _plain(runs: list[Run], text: str) -> None:
    if not text:
        return
    if runs and runs[-1].style is Style.PLAIN:
        text = runs.pop().text + text
    runs.append(Run(text))
