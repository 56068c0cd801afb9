"""From values to messages in our small markup. Pure: it reads a view, which is cut already, and no store.

What it shows keeps the order in which the view gave it (S16). Splitting for a platform's limits is the
adapters' work, by the lines that bot/markup.py parses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.markup import bold, escape, quote
from storage.values import BookCard, SectionKind, SectionLine, Span

if TYPE_CHECKING:
    from storage import BookView
    from storage.reader.turns import Turn

ECHO_CHARS = 240
_ONE_PASSAGE_CHARS = 700
"""What is opened as one passage: about as much as a phone shows."""
_INDENT = "\u2003"


def header(title: str, upto: str) -> str:
    """Return the line over an answer: which book, and how far it was used."""
    return f"{bold(title)} · {escape(upto)}"


def headed(title: str, upto: str, body: str) -> str:
    """Return a message with its header."""
    return f"{header(title, upto)}\n\n{body}"


def upto(view: BookView) -> str:
    """Return how far a view goes: "up to ch. 6 ¶12". It says nothing of whether more of it follows."""
    if not view.chars:
        return "nothing read yet"
    return "the whole book" if view.chars >= view.card.reading_chars else f"up to {place_label(view)}"


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
        shown = line.label
        if line.reached and line.title:
            number = line.label.rpartition(", ")[2]  # "Part Two, Chapter 3": the part stands above it
            in_title = number.casefold() in line.title.casefold()
            shown = line.title if in_title else f"{number}: {line.title}"
        lines.append(_INDENT * line.depth + escape(shown))
    return "\n".join(lines)


def chapter_label(line: SectionLine, limit: int = 40) -> str:
    """Return a section for a button: with its title where the reader has been, else its number (S27)."""
    if not (line.reached and line.title):
        return (
            f"ch. {line.label}" if line.kind is SectionKind.CHAPTER and line.label.isdecimal() else line.label
        )
    number = line.label.rpartition(", ")[2]
    shown = line.title if number.casefold() in line.title.casefold() else f"{line.label}: {line.title}"
    folded = _folded(shown)
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"


def chapter_number(line: SectionLine) -> str:
    """Return a section for a button that a whole room may see: its number and never its title."""
    return f"ch. {line.number}" if line.kind is SectionKind.CHAPTER and line.number else "this chapter"


def passage(view: BookView, span: Span) -> str:
    """Return a cited span with the sentences round it, as far as they are read."""
    around = view.read_around(span, before=200, after=200)
    return f"{bold(view.label(span.start))}\n{quote(around.text)}"


def by_paragraph(view: BookView, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return cited spans with neighbours in one paragraph made one, in the order in which each is cited."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if last is None or view.label(last.start) != view.label(span.start):
            found.append(span)
            continue
        wide = Span(min(span.start, last.start), max(span.end, last.end))
        if wide.end - wide.start <= _ONE_PASSAGE_CHARS:
            found[-1] = wide
        else:
            found.append(span)
    return tuple(found)


def citations(view: BookView, spans: Sequence[Span]) -> str:
    """Return the line under an answer that says which numbers `/passage` opens."""
    if not spans:
        return ""
    listed = " · ".join(f"{number} {escape(view.label(span.start))}" for number, span in enumerate(spans, 1))
    return f"*Passages:* {listed}"


def receipt(view: BookView, turn: Turn) -> str:
    """Return what an answer used: how far, which passages, what was checked, who drafted (S52)."""
    used = place_label(view, turn.horizon_end)
    labels = list(dict.fromkeys(citation.label for citation in turn.citations))
    counts = Counter(turn.findings)
    stopped = ", ".join(f"{kind} ×{count}" for kind, count in sorted(counts.items()))
    lines = [
        f"You asked: {escape(turn.question)}",
        f"- Text used: up to {escape(used)}",
        f"- Passages cited: {', '.join(escape(label) for label in labels) or 'none'}",
        f"- Check: every sentence passed{f'; stopped on the way: {stopped}' if stopped else ''}",
        f"- Drafted by: {escape(turn.model)}",
    ]
    return "\n".join(lines)


def listed(texts: Iterable[str]) -> str:
    """Return foreign texts as a list."""
    return "\n".join(f"- {escape(_folded(text))}" for text in texts)


def ending(view: BookView, chars: int = ECHO_CHARS) -> str:
    """Return the last read words, ending exactly at the place (S6)."""
    lines = view.tail(2 * chars).text.strip().split("\n")
    text = lines[-1]
    for line in reversed(lines[:-1]):
        if len(text) + len(line) > chars:
            break
        text = f"{line}\n{text}"
    if len(text) > chars:
        text = "…" + text[-chars:].partition(" ")[2]
    return quote(text)


def place_label(view: BookView, end: int | None = None) -> str:
    """Return the label of the last word before `end` (by default the horizon): "ch. 6 ¶12"; '' for none."""
    end = view.chars if end is None else end
    while end and view.quote(Span(end - 1, end)).isspace():  # sections end in white space
        end -= 1
    return view.label(end - 1) if end else ""


def last_chapter_label(view: BookView) -> str:
    """Return the label of the last chapter reached, heading pages of parts left out: "ch. 6"; '' for none."""
    for line in reversed(view.sections()):
        if line.end and not (line.kind is SectionKind.PART and (line.body_start or 0) >= line.end):
            return place_label(view, line.end).partition(" ¶")[0]
    return ""


def _label(view: BookView, offset: int) -> str:
    return escape(view.label(offset))


def _folded(text: str) -> str:
    return " ".join(text.split())
