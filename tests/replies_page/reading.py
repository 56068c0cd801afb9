"""What a platform shows of a message, as lines of runs: Telegram's entities, Discord's Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.platform_fakes.telegram_records import units

COVERED = "▒▒▒▒▒▒▒▒"
"""What is told of a covered stretch."""


@dataclass(frozen=True)
class Run:
    """A stretch of a line in one style; a covered one is seen when it is pressed."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_covered: bool = False


@dataclass(frozen=True)
class Line:
    """One line."""

    runs: tuple[Run, ...]
    is_quote: bool = False

    @property
    def told(self) -> str:
        """What can be read without pressing anything."""
        out = ""
        for run in self.runs:
            if not run.is_covered:
                out += run.text
            elif not out.endswith(COVERED):
                out += COVERED
        return ("> " if self.is_quote else "") + out


@dataclass(frozen=True)
class Said:
    """One message in a chat."""

    by: str
    lines: tuple[Line, ...]
    buttons: tuple[tuple[str, ...], ...] = ()
    picture: bytes = b""
    picture_is_covered: bool = False
    note: str = ""
    """What the platform says under it by itself."""


@dataclass(frozen=True)
class Scene:
    """One chat."""

    name: str
    title: str
    about: str
    look: str
    said: tuple[Said, ...]


def plain(text: str) -> tuple[Line, ...]:
    """Return what a person typed."""
    return tuple(Line((Run(line),)) for line in text.splitlines())


def read_entities(text: str, entities: Sequence[dict[str, Any]]) -> tuple[Line, ...]:
    """Return a text with entities, whose offsets count UTF-16 units (Bot API, MessageEntity)."""
    lines: list[Line] = []
    at = 0
    for line in text.split("\n"):
        runs: list[Run] = []
        is_quote = False
        for sign in line:
            kinds = {e["type"] for e in entities if e["offset"] <= at < e["offset"] + e["length"]}
            is_quote = is_quote or "blockquote" in kinds
            run = Run(sign, "bold" in kinds, "italic" in kinds, "spoiler" in kinds)
            if runs and replace(runs[-1], text=sign) == run:
                runs[-1] = replace(runs[-1], text=runs[-1].text + sign)
            else:
                runs.append(run)
            at += units(sign)
        at += 1
        lines.append(Line(tuple(runs), is_quote))
    return tuple(lines)


_SIGN = re.compile(r"\\(?P<sign>[^0-9A-Za-z\s])|(?P<mark>\|\||\*\*|\*|`)|(?P<text>.)")


def read_markdown(content: str) -> tuple[Line, ...]:
    """Return the content of a message on Discord, as far as we write its Markdown."""
    lines: list[Line] = []
    for line in content.replace("\u200b", "").split("\n"):
        is_quote = line.startswith("> ")
        body = line.removeprefix("> ")
        body = f"• {body[2:]}" if body.startswith("- ") else body
        on: set[str] = set()
        runs: list[Run] = []
        for found in _SIGN.finditer(body):
            if found["mark"]:
                on ^= {found["mark"]}
                continue
            run = Run(found["sign"] or found["text"], "**" in on, "*" in on, "||" in on)
            if runs and replace(runs[-1], text=run.text) == run:
                runs[-1] = replace(runs[-1], text=runs[-1].text + run.text)
            else:
                runs.append(run)
        lines.append(Line(tuple(runs), is_quote))
    return tuple(lines)
