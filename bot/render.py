"""From values to messages in our small markup. Pure: it reads a view, which is cut already, and no store.

What it shows keeps the order in which the view gave it (S16). Splitting for a platform's limits is the
adapters' work, by the lines that bot/markup.py parses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.markup import bold, escape, quote
from storage.values import BookCard, Span

if TYPE_CHECKING:
    from storage.book.view import BookView
    from storage.story.facts import PersonCard, PlaceCard, TermCard

PEOPLE_ON_A_PAGE = 8
QUOTES_ON_A_CARD = 3
FACTS_ON_A_CARD = 6
QUOTE_CHARS = 320


def header(title: str, upto: str) -> str:
    """Return the line over an answer: which book, and how far it was used."""
    return f"{bold(title)} · {escape(upto)}"


def headed(title: str, upto: str, body: str) -> str:
    """Return a message with its header."""
    return f"{header(title, upto)}\n\n{body}"


def book_line(card: BookCard, active: bool = False) -> str:
    """Return a book on the shelf: title, author and nothing else of it (S28)."""
    author = f" by {escape(card.author)}" if card.author else ""
    state = "" if card.ready else " (still being read)"
    mark = " ← open" if active else ""
    return f"- {bold(card.title or 'Untitled')}{author} · `{card.book_id[:8]}`{state}{mark}"


def library(books: Sequence[BookCard], active: str) -> str:
    """Return the shelf."""
    return "\n".join(book_line(card, card.book_id == active) for card in books)


def contents(view: BookView) -> str:
    """Return the contents: printed titles where the reader has been, bare numbers after (S27)."""
    lines = []
    for line in view.sections():
        indent = "  " * line.depth
        shown = line.label
        if line.reached and line.title and line.title.casefold() != line.label.casefold():
            shown = (
                f"{line.label}: {line.title}"
                if line.label.casefold() not in line.title.casefold()
                else line.title
            )
        lines.append(f"- {indent}{escape(shown)}")
    return "\n".join(lines)


def person(view: BookView, card: PersonCard) -> tuple[str, list[Span]]:
    """Return a person's card and the spans it cites, in the order in which it numbers them."""
    cited: list[Span] = []
    lines = [bold(card.name)]
    others = [known.name for known in card.names if known.name != card.name]
    if others:
        lines.append("Also called " + ", ".join(escape(name) for name in others) + ".")
    times = f"{card.mentions} mentions" if card.mentions != 1 else "1 mention"
    lines.append(
        f"First met in {_label(view, card.first)}, last met so far in {_label(view, card.last)}, {times}."
    )
    for fact in card.descriptors[-FACTS_ON_A_CARD:]:
        ended = " (no longer)" if fact.until is not None else ""
        lines.append(f"- {escape(_folded(fact.text))}{ended} {_cite(view, fact.span, cited)}")
    shown = 0
    for span in card.quotes:
        if span in cited or shown == QUOTES_ON_A_CARD:
            continue
        lines.append(f"{quote(_cut(view.quote(span)))} {_cite(view, span, cited)}")
        shown += 1
    return "\n".join(lines), cited


def cast(view: BookView, people: Sequence[PersonCard], page: int) -> str:
    """Return one page of everybody met, in the view's order; `page` counts from 1."""
    first = (page - 1) * PEOPLE_ON_A_PAGE
    return "\n".join(
        f"- {bold(card.name)}{_others(card)} · first met in {_label(view, card.first)}, {card.mentions}×"
        for card in people[first : first + PEOPLE_ON_A_PAGE]
    )


def places(view: BookView, cards: Iterable[PlaceCard]) -> str:
    """Return the places named so far."""
    return "\n".join(
        f"- {bold(card.name)} · first named in {_label(view, card.first)}, {card.mentions}×" for card in cards
    )


def term(view: BookView, card: TermCard) -> tuple[str, list[Span]]:
    """Return a word's card, senses oldest first (S17), and the spans it cites."""
    cited: list[Span] = []
    lines = [f"{bold(card.term)} · first used in {_label(view, card.first)}"]
    lines += [f"{quote(_cut(sense.text))} {_cite(view, sense.span, cited)}" for sense in card.senses]
    return "\n".join(lines), cited


def passage(view: BookView, span: Span) -> str:
    """Return a cited span with the sentences round it, as far as they are read."""
    around = view.read_around(span, before=200, after=200)
    return f"{quote(around.text)}\n\n{escape(around.label)}"


def citations(view: BookView, spans: Sequence[Span]) -> str:
    """Return the line under an answer that says which numbers `/passage` opens."""
    if not spans:
        return ""
    listed = " · ".join(f"{number} {escape(view.label(span.start))}" for number, span in enumerate(spans, 1))
    return f"*Passages:* {listed}"


def ending(view: BookView, chars: int = 240) -> str:
    """Return the last read words, ending exactly at the place (S6)."""
    tail = view.tail(chars).text.strip()
    if len(tail) > chars:
        tail = "…" + tail[-chars:].lstrip()
    return quote(tail)


def place_label(view: BookView) -> str:
    """Return the label of the last read character: "ch. 6 ¶12"."""
    return view.label(max(0, view.chars - 1)) if view.chars else ""


def _label(view: BookView, offset: int) -> str:
    return escape(view.label(offset))


def _cite(view: BookView, span: Span, cited: list[Span]) -> str:
    cited.append(span)
    return f"[{_label(view, span.start)}]"


def _others(card: PersonCard) -> str:
    others = [known.name for known in card.names if known.name != card.name]
    return f" ({', '.join(escape(name) for name in others)})" if others else ""


def _folded(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, limit: int = QUOTE_CHARS) -> str:
    folded = _folded(text)
    return folded if len(folded) <= limit else folded[: limit - 1].rsplit(" ", 1)[0] + "…"
