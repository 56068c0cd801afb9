"""Quote cards: a line that is read, drawn as a picture.

A line is looked for through the view alone, so none past the place is ever drawn; one that stands further on
gets the offer to move there, as any pasted line does (S4, T20).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import replies
from bot.companion import moving
from bot.companion.asking import find_pointed
from bot.companion.citing import cited_spans
from bot.companion.finding import headed
from bot.companion.lines import find_lines
from bot.companion.pasting import pointed_parts
from bot.companion.scene import Messages, Scene, ask_back, say
from bot.companion.ties import slug
from bot.messages import Button, Kind, OutgoingMessage, Picture
from bot.replies import quoting as words
from storage.values import PlaceMatch, Span

if TYPE_CHECKING:
    from storage import BookView

FEWEST_WORDS = 4
"""A shorter line is drawn with the sentence that it stands in."""
_ALT_CHARS = 1_000
_DEFAULT, _LIGHT, _DARK = "letterpress", "letterpress", "night"
_SQUARE, _PORTRAIT = "square", "portrait"
_AT = re.compile(r"^@(?P<start>\d{1,9})-(?P<end>\d{1,9})$")
"""What a button says: offsets, never text."""
_QUOTED = re.compile(r"^[“\"«„](.+)[”\"»“]$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a card shall look, and what shall stand on it."""

    look: str
    is_square: bool
    line: str


def read_asked(argument: str) -> Asked:
    """Return what `[LOOK] [square] LINE` asks for; the words of looks count only before the line."""
    from bot.drawing.themes import THEMES

    look, is_square, rest = _DEFAULT, False, argument.strip()
    while rest:
        word, _, after = rest.partition(" ")
        folded = word.casefold()
        if folded in (_SQUARE, _PORTRAIT):
            is_square = folded == _SQUARE
        elif folded in THEMES or folded in ("light", "dark"):
            look = {"light": _LIGHT, "dark": _DARK}.get(folded, folded)
        else:
            break
        rest = after.strip()
    return Asked(look, is_square, rest)


async def quote_card(scene: Scene, argument: str) -> Messages:
    """Draw a line of the book: one that was said, a citation by its number, or what is answered to."""
    asked = read_asked(argument)
    view = await scene.view()
    found = await _find(scene, view, asked)
    if isinstance(found, OutgoingMessage):
        yield found
        return
    flags = await scene.storage.licences.of(view.card.book_id)
    most = scene.storage.licences.terms.quoted_chars_an_answer
    if not flags.visuals:
        yield say(words.NO_PICTURES, kind=Kind.REFUSAL)
    elif not flags.long_quotes and found.end - found.start > most:
        yield say(words.too_long(most), kind=Kind.REFUSAL)
    else:
        async with scene.parts.drawing:
            picture = await draw(view, found, asked)
        message = headed(view, words.drawn(view.label(found.start)), *_other_looks(found, asked))
        yield OutgoingMessage(message.text, message.kind, message.buttons, picture=picture)


async def draw(view: BookView, span: Span, asked: Asked) -> Picture:
    """Return the card of a span; drawn off the loop. All that is told by it is in the view."""
    from bot.drawing.quote_card import QuoteCard, draw_quote_card
    from bot.drawing.themes import PORTRAIT, SQUARE, THEMES

    title = " ".join(view.card.title.split()) or "Untitled"
    author = " ".join(view.card.author.split())
    card = QuoteCard(view.quote(span), f"{author}, {title}" if author else title, view.label(span.start))
    size = SQUARE if asked.is_square else PORTRAIT
    png = await asyncio.to_thread(draw_quote_card, card, THEMES[asked.look], size)
    alt = card.alt if len(card.alt) <= _ALT_CHARS else card.alt[: _ALT_CHARS - 1] + "…"
    return Picture(png, f"{slug(f'{title} quote {card.caption}')}.png", alt, card.words)


async def card_buttons(scene: Scene, book_id: str, span: Span) -> tuple[Button, ...]:
    """Return the button that draws a span as a card; none where the book's licence forbids pictures."""
    flags = await scene.storage.licences.of(book_id)
    return (Button("As a card", f"/quotecard @{span.start}-{span.end}"),) if flags.visuals else ()


def in_whole(view: BookView, span: Span) -> Span:
    """Return a span widened to whole sentences, as far as they are read."""
    sentences = view.sentences(span)
    return Span(sentences[0].start, sentences[-1].end) if sentences else span


async def _find(scene: Scene, view: BookView, asked: Asked) -> Span | OutgoingMessage:
    """Return what shall be drawn, or what is said instead."""
    line, exact = asked.line, _AT.match(asked.line)
    if exact:
        span = Span(int(exact["start"]), int(exact["end"]))
        fits = span.start < span.end <= view.horizon.end  # S5: after a move back it is sealed
        return span if fits else headed(view, replies.NOT_IN_WHAT_YOU_READ)
    if not line and (pointed := find_pointed(view, pointed_parts(scene.message.about))) is not None:
        return pointed
    if not line or (line.isascii() and line.isdecimal()):
        return await _cited(scene, view, line)
    quoted = _QUOTED.match(line)
    wanted = quoted[1].strip() if quoted else line
    if len(wanted.split()) < FEWEST_WORDS:
        whole = [span for span in view.find(wanted) if _is_whole(view, span)]
        return in_whole(view, whole[0]) if whole else headed(view, replies.NOT_IN_WHAT_YOU_READ)
    found = await find_lines(scene, view, wanted)
    if isinstance(found, PlaceMatch):
        return moving.offer(found, replies.LATER_LINE)
    if found:
        return found[0]
    return headed(view, replies.NOT_IN_WHAT_YOU_READ)


async def _cited(scene: Scene, view: BookView, number: str) -> Span | OutgoingMessage:
    cited = await cited_spans(scene, view)
    if not number:
        buttons = [Button(f"{n}", f"/quotecard {n}") for n in range(1, len(cited) + 1)]
        return ask_back(words.WHICH, *buttons) if cited else say(words.WHAT)
    if not 1 <= int(number) <= len(cited):
        return say(replies.NO_SUCH_PASSAGE if cited else replies.NO_ANSWER_YET)
    # A citation holds the words that bear it out; a card has its sentences, with their first and last marks.
    return in_whole(view, cited[int(number) - 1])


def _other_looks(span: Span, asked: Asked) -> list[Button]:
    from bot.drawing.themes import THEMES

    shape = f"{_SQUARE} " * asked.is_square
    at = f"@{span.start}-{span.end}"
    looks = [theme for theme in THEMES.values() if theme.name != asked.look]
    other_shape = _PORTRAIT if asked.is_square else _SQUARE
    return [
        *(Button(theme.title, f"/quotecard {theme.name} {shape}{at}") for theme in looks),
        Button(other_shape.capitalize(), f"/quotecard {asked.look} {other_shape} {at}"),
    ]


def _is_whole(view: BookView, span: Span) -> bool:
    """Tell whether a span begins and ends where words do."""
    around = view.quote(Span(max(0, span.start - 1), min(span.end + 1, view.chars)))
    before = around[0] if span.start else " "
    after = around[-1] if span.end < view.chars else " "
    return not (before.isalnum() or after.isalnum())
