"""Quotation marks of sentences taken out of a speech: each stands quoted where it is cited alone. Pure.

A speech of several sentences is opened before its first and closed behind its last. What is taken from its
middle would read as if the book itself said it, and what is taken from an end would leave a mark alone.
Marks are read from the beginning of the paragraph on: a speech that goes on opens again with each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.values import Span

if TYPE_CHECKING:
    from storage.book.view import BookView

_CLOSES = {"“": "”", "„": "“", '"': '"', "‘": "’", "«": "»", "»": "«"}
_OPENS = {"”": "“", "»": "«"}
"""What belongs before a mark that closes a speech nobody has opened."""
_FAR = 6_000
"""Code points that are looked back for the beginning of a paragraph."""
_BEFORE_A_MARK = " \n\t(—–-[\u00a0"
_BEFORE_AN_END = ".,!?;:…—–-"
_WORD_QUOTED = 3
"""Words in single marks that need no point before the last of them: ‘goyal’."""


def whole_quote(span: Span, view: BookView) -> str:
    """Return the text of `span` in one line, opened and closed where it begins or ends within a speech."""
    text = view.quote(span)
    before = _of_paragraph(span.start, view)
    state = _open_mark(before)
    opened = "" if state is None or text[:1] in ("“", "„", '"', "«") else state
    inside, stray = _read(text, state, before[-1:])
    closed = _CLOSES[inside] if inside is not None else ""
    return " ".join(f"{opened or stray}{text.strip()}{closed}".split())


def is_spoken(offset: int, view: BookView) -> bool:
    """Tell whether what stands at `offset` is said by somebody."""
    return _open_mark(_of_paragraph(offset, view)) is not None


def _of_paragraph(end: int, view: BookView) -> str:
    """Return what stands in a paragraph before `end`."""
    return view.quote(Span(max(0, end - _FAR), end)).rpartition("\n")[2]


def _open_mark(text: str) -> str | None:
    return _read(text, None, "")[0]


def _read(text: str, state: str | None, before: str) -> tuple[str | None, str]:
    """Return the mark that is open after `text`, and what is missing before it: '' when nothing is."""
    missing, opened_at = "", 0
    doubled = state in ("“", "„", '"') or any(mark in text for mark in '“„"”')
    for at, sign in enumerate(text):
        if sign not in '“”„"‘’«»':
            continue
        before_it = text[at - 1] if at else before
        after_it = text[at + 1 : at + 2]
        if state is not None and sign == _CLOSES[state]:
            words = len(text[opened_at:at].split())
            if sign != "’" or _ends_single(before_it, after_it, words):
                state = None
        elif state is None and _begins(sign, before_it, after_it, doubled=doubled):
            state, opened_at = sign, at
        elif state is None and not missing and sign in _OPENS and before_it not in ("", " "):
            missing = _OPENS[sign]
    return state, missing


def _begins(sign: str, before: str, after: str, *, doubled: bool) -> bool:
    """Tell whether a mark opens a speech; single ones do where the paragraph has no others."""
    if sign in '“„"':
        return True
    stands_free = before == "" or before in _BEFORE_A_MARK
    if sign == "‘":
        return stands_free and not doubled
    return stands_free and (sign == "«" or after.isalnum())


def _ends_single(before: str, after: str, words: int) -> bool:
    """Tell whether a single mark closes and is no apostrophe."""
    return not after.isalnum() and (before in _BEFORE_AN_END or words <= _WORD_QUOTED)
