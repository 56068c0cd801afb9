"""From lines to Discord's Markdown. Pure; foreign text is inert by construction.

Every sign that could mean something is escaped, so a title or a quotation can open no style, list, link,
mention or mask. Rules as Discord documents them (Message Formatting; Markdown Text 101).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.markup import Line, LineKind, Run, Style

GAP = "\u200b"
"""A space without width: keeps apart what would read as one sign."""

_LEADS = {LineKind.PARAGRAPH: "", LineKind.QUOTE: "> ", LineKind.ITEM: "- "}
_MARKS = {Style.PLAIN: "", Style.BOLD: "**", Style.ITALIC: "*"}
_MASK = "||"
_SIGNS = re.compile(r"[\\*_~|`\[\]<>#]|:(?=\S)|@")
_EVERYBODY = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_LINE_START = re.compile(r"(\s*\d*)([-+.)])(?=\s|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_IN_CODE = re.compile(r"[`|<]|://")
"""Code reads no escapes: what would end it or a mask, mention somebody or link is set plainly instead."""


def typeset(lines: Iterable[Line], masked_from: int | None = None) -> str:
    """Return lines as the content of a message; those from `masked_from` on stand behind a mask."""
    return "\n".join(
        set_line(line, masked=masked_from is not None and number >= masked_from)
        for number, line in enumerate(lines)
    )


def set_line(line: Line, *, masked: bool = False) -> str:
    """Return one line; a masked one is shown when the reader presses it."""
    text = _set_runs(line.runs)
    if not text.strip():
        return ""
    if masked:
        # A sign of the mask at the end would be taken for half of the mask's own end.
        text = f"{_MASK}{text}{GAP if text.endswith('|') else ''}{_MASK}"
    return _LEADS[line.kind] + text


def plain_label(text: str, limit: int) -> str:
    """Return text for a label, where Discord reads no Markdown: one line of at most `limit` characters."""
    folded = " ".join(text.split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"


def _set_runs(runs: Iterable[Run]) -> str:
    out = ""
    for style, text in _merged(runs):
        if style is Style.CODE and text.strip() and not _NOT_IN_CODE.search(text):
            out += f"`{_without_calls(text)}`"
            continue
        mark = "" if style is Style.CODE else _MARKS[style]
        body = text.strip() if mark else text
        if not body:
            out += text
            continue
        # A style may not begin or end in white space, so that stands outside of it.
        lead, _, end = text.partition(body)
        gap = GAP if mark and out.endswith(mark[0]) and not lead else ""
        out += f"{lead}{gap}{mark}{_inert(body, begins=not out.strip())}{mark}{end}"
    return out


def _merged(runs: Iterable[Run]) -> list[tuple[Style, str]]:
    """Return the runs with neighbours of one style made one: what is no sign in two may be one together."""
    merged: list[tuple[Style, str]] = []
    for run in runs:
        text = _CONTROL.sub(" ", run.text)
        if merged and merged[-1][0] is run.style:
            text = merged.pop()[1] + text
        if text:
            merged.append((run.style, text))
    return merged


def _inert(text: str, *, begins: bool) -> str:
    """Return text without any meaning; `begins` tells that it stands first in its line."""
    start = _LINE_START.match(text) if begins else None
    head = f"{start[1]}\\{start[2]}" if start else ""
    return head + _SIGNS.sub(r"\\\g<0>", _without_calls(text[start.end() :] if start else text))


def _without_calls(text: str) -> str:
    # A second fence: no message of ours is allowed to mention anybody, whatever it says.
    return _EVERYBODY.sub("@" + GAP, text)


def read_back(content: str) -> str:
    """Return the plain text of a message on Discord, ours or anybody's: marks and escapes undone."""
    lines = [_LEAD.sub("", line) for line in content.replace(GAP, "").splitlines()]
    return "\n".join(_MARK.sub(lambda found: found[1] or "", line) for line in lines).strip()


_LEAD = re.compile(r"^(?:>>?>? |- )")
_MARK = re.compile(r"\\([^0-9A-Za-z\s])|\|\||\*{1,3}|~~|__|`")
