"""Highlights: a line is found in what is read and kept, with a note; they are listed and taken away.

A line from further on is answered with the offer to move there and no word about it (S4); one that stands
nowhere gets what every absent thing gets (S18).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import replies
from bot.cards import ON_A_PAGE, page_of, pages_of
from bot.companion import moving
from bot.companion.finding import headed
from bot.companion.lines import MOST_LINES, find_lines
from bot.companion.quoting import card_buttons
from bot.companion.scene import Messages, Scene, ask_back, say
from bot.markup import escape, quote
from bot.messages import Button, Kind, OutgoingMessage
from bot.replies import highlights as words
from bot.replies.wording import short
from storage.values import PlaceMatch, Span

if TYPE_CHECKING:
    from storage import BookView
    from storage.reader.highlights import Highlight

_SHOWN_CHARS = 280
"""Of a line in a list; all of it is a press away."""
_NOTE_CHARS = 1_000
_LABEL_CHARS = 60
_CHOSEN = re.compile(r"^@(?P<start>\d{1,9})-(?P<end>\d{1,9})(?:\s+(?P<note>.*))?$", re.DOTALL)
"""What a button says that answers which line was meant: offsets, never text."""
_ACT = re.compile(
    r"^(?P<act>remove|note|undo|show)\b\s*(?P<key>\w*)\s*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)


async def highlight(scene: Scene, argument: str) -> Messages:
    """Keep a line: the one that the message answers, with its words as a note, or the one it holds."""
    view = await scene.view()
    about, typed = scene.message.about.strip(), argument.strip()
    chosen = _CHOSEN.match(typed)
    if chosen is not None:
        span = Span(int(chosen["start"]), int(chosen["end"]))
        if not span.start < span.end <= view.chars:  # a press from before a move back (S5)
            yield headed(view, replies.NOT_IN_WHAT_YOU_READ)
            return
        yield await _keep(scene, view, span, (chosen["note"] or "").strip())
        return
    if not about and not typed:
        yield say(words.HOW_TO_HIGHLIGHT, kind=Kind.OWN)
        return
    found = await find_lines(scene, view, about) if about else None
    if found is None and typed:
        found = await find_lines(scene, view, typed)
        typed = ""  # it was the line, and so it is no note
    if found is None:
        yield headed(view, replies.NOT_IN_WHAT_YOU_READ)
    elif isinstance(found, PlaceMatch):
        yield moving.offer(found, replies.LATER_LINE)
    elif len(found) > MOST_LINES:
        yield say(replies.LONGER_LINE, kind=Kind.OWN)
    elif len(found) > 1:
        yield _ask_which(view, found, typed)
    else:
        yield await _keep(scene, view, found[0], typed)


async def highlights(scene: Scene, argument: str) -> Messages:
    """List what was kept up to this place, a page at a time; take one away, put it back, note something."""
    view = await scene.view()
    kept = await scene.storage.highlights.list_highlights(scene.reader_id, view.horizon)
    asked = _ACT.match(argument.strip())
    if asked is not None and asked["act"].casefold() == "undo":
        done = await scene.storage.highlights.put_back(scene.reader_id, view.horizon)
        yield say(words.HIGHLIGHT_BACK if done else words.NOTHING_TO_PUT_BACK, kind=Kind.OWN)
        return
    if asked is not None:
        one = _meant(kept, asked["key"])
        if one is None:
            yield say(words.NO_SUCH_HIGHLIGHT, kind=Kind.OWN)
        else:
            yield await _act(scene, view, one, asked["act"].casefold(), asked["rest"])
        return
    if argument and not argument.isdecimal():
        yield say(words.HOW_TO_HIGHLIGHTS, kind=Kind.OWN)
        return
    if not kept:
        yield say(words.NO_HIGHLIGHTS, kind=Kind.OWN)
        return
    page = int(argument or 1)
    part = page_of(kept, page)
    if part is None:
        yield say(replies.NO_MORE_PAGES, kind=Kind.OWN)
        return
    yield replace(_page(view, kept, page, part), in_place=bool(argument))


def _ask_which(view: BookView, found: Sequence[Span], note: str) -> OutgoingMessage:
    texts = [view.quote(span) for span in found]
    alike = len(set(texts)) == 1
    buttons = []
    for number, (span, text) in enumerate(zip(found, texts, strict=True), 1):
        label = view.label(span.start) if alike else short(text, _LABEL_CHARS)
        action = f"/highlight @{span.start}-{span.end} {note}".strip()
        buttons.append(Button(f"{number}. {label}", action, tells=not alike))
    return ask_back(words.WHICH_LINE if alike else words.WHICH_OF_THEM, *buttons)


async def _keep(scene: Scene, view: BookView, span: Span, note: str) -> OutgoingMessage:
    note = note[:_NOTE_CHARS]
    key, is_new = await scene.storage.highlights.keep(scene.reader_id, view.horizon, span, note or None)
    said = words.KEPT if is_new else words.NOTED if note else words.KEPT_ALREADY
    parts = [said, f"{escape(view.label(span.start))}\n{quote(view.quote(span))}", _note(note)]
    return headed(
        view,
        "\n\n".join(part for part in parts if part),
        Button("Take it back", f"/highlights remove {key}"),
        Button("My highlights", "/highlights"),
        *await card_buttons(scene, view.card.book_id, span),
    )


async def _act(scene: Scene, view: BookView, one: Highlight, act: str, rest: str) -> OutgoingMessage:
    if act == "remove":
        await scene.storage.highlights.remove(scene.reader_id, view.horizon, one.id)
        return say(words.HIGHLIGHT_REMOVED, Button("Put it back", "/highlights undo"), kind=Kind.OWN)
    if act == "note":
        note = rest.strip()[:_NOTE_CHARS]
        await scene.storage.highlights.keep(scene.reader_id, view.horizon, one.span, note)
        one = next(
            other
            for other in await scene.storage.highlights.list_highlights(scene.reader_id, view.horizon)
            if other.span == one.span
        )
    body = f"{escape(view.label(one.span.start))}\n{quote(view.quote(one.span))}"
    parts = [body, _note(one.note)]
    buttons = (Button("Remove", f"/highlights remove {one.id}"), Button("My highlights", "/highlights"))
    cards = await card_buttons(scene, view.card.book_id, one.span)
    return headed(view, "\n\n".join(part for part in parts if part), *buttons, *cards)


def _page(view: BookView, kept: Sequence[Highlight], page: int, part: slice) -> OutgoingMessage:
    first = (page - 1) * ON_A_PAGE + 1
    shown = list(enumerate(kept[part], first))
    lines = [replies.page_line(words.highlights_kept(len(kept)), page, pages_of(kept))]
    for number, one in shown:
        lines.append(
            f"**{number}.** {escape(view.label(one.span.start))}\n{quote(_short(view.quote(one.span)))}"
            + (f"\n{_note(one.note)}" if one.note else "")
        )
    buttons = [Button(f"Remove {number}", f"/highlights remove {one.id}") for number, one in shown]
    if page > 1:
        buttons.append(Button("‹ Earlier", f"/highlights {page - 1}"))
    if page < pages_of(kept):
        buttons.append(Button("Later ›", f"/highlights {page + 1}"))
    return headed(view, "\n\n".join(lines), *buttons)


def _meant(kept: Sequence[Highlight], key: str) -> Highlight | None:
    """Return the highlight of a number in the list, or of an id that a button carries."""
    if key.isdecimal() and len(key) < 6:
        return kept[int(key) - 1] if 1 <= int(key) <= len(kept) else None
    return next((one for one in kept if one.id == key), None)


def _note(note: str) -> str:
    return f"*Your note:* {escape(short(note, _NOTE_CHARS))}" if note else ""


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS].rpartition(" ")[0] + "…"
