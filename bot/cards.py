"""How people, ties, places, words, mentions and marks of time are set in our small markup. Pure.

It reads a view, which is cut already. Everything told carries the label of the line that tells it, and lists
keep the order of what was told (S16); only a view's own words stand in them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.drawing.families import BOTH_WAYS
from bot.markup import bold, escape, quote
from bot.replies import UNEXPLAINED
from storage.story.names import folded
from storage.values import SectionKind, SectionLine, Span

if TYPE_CHECKING:
    from storage import BookView
    from storage.story.facts import (
        Descriptor,
        NamedThing,
        PersonCard,
        PlaceCard,
        Relation,
        TermCard,
        TimeMark,
    )

ON_A_PAGE = 8
"""People, ties or marks of time on one page."""
QUOTE_CHARS = 320
_QUOTES = 3
_OF_A_KIND = 4
"""The latest descriptors of one kind on a card."""
_TIES = 6
_NAMES_ON_A_LINE = 3
_BAR_SIGNS = 16
_MOST_BARS = 30

_HEADS = {
    "creature": "Creature",
    "looks": "Looks",
    "dress": "Clothes",
    "age": "Age",
    "voice": "Voice",
    "trade": "Trade",
    "trait": "Character",
    "is": "Is",
    "kin": "Family",
    "state": "State",
}
"""In the order of a card; a kind that is not here follows under its own name."""


# ---- people --------------------------------------------------------------------------------------------


def person(view: BookView, card: PersonCard, ties: Sequence[Relation] = ()) -> tuple[str, list[Span]]:
    """Return a person's card and the spans it cites, in order: names, first and last met, what is known."""
    cited: list[Span] = []
    lines = [bold(card.name) + _creature(card)]
    identities = {fact.text: fact for fact in card.descriptors if fact.kind == "identity"}
    others = [known for known in card.names if known.name != card.name]
    if others:
        lines.append("Also called " + ", ".join(_dated(view, k.name, k.reveal) for k in others) + ".")
    times = f"{card.mentions} mentions" if card.mentions != 1 else "1 mention"
    lines.append(
        f"First met in {label(view, card.first)}, last met so far in {label(view, card.last)}, {times}."
    )
    facts = [fact for fact in card.descriptors if fact.kind != "identity"]
    kinds = list(
        dict.fromkeys([*(k for k in _HEADS if any(f.kind == k for f in facts)), *(f.kind for f in facts)])
    )
    for kind in kinds:
        told = [_fact(view, fact, cited) for fact in facts if fact.kind == kind][-_OF_A_KIND:]
        lines.append(f"- *{_HEADS.get(kind, escape(kind.capitalize()))}:* {'; '.join(told)}")
    if ties:
        told = [f"{_seen_from(tie, card.name)} {cite(view, tie.span, cited)}" for tie in ties[:_TIES]]
        lines.append(f"- *Ties:* {'; '.join(told)}")
    # The line that made two names one (S14, T4).
    lines += [quoted(view, fact.span, cited) for fact in identities.values()]
    quotes = card.quotes or sentences_at(view, card.first, card.last)
    joined = {fact.span for fact in identities.values()}
    lines += [quoted(view, span, cited) for span in [q for q in quotes if q not in joined][:_QUOTES]]
    return "\n".join(lines), list(dict.fromkeys(cited))


def known_of(view: BookView, card: PersonCard) -> str:
    """Return one line of what is known of one of several who share a name (T48)."""
    also = f", also {_others(card)}" if len(card.names) > 1 else ""
    facts = [fact.text for fact in card.descriptors if fact.kind != "identity"]
    last = f", {escape(_folded(facts[-1]))}" if facts else ""
    return f"- {bold(card.name)}{_creature(card)}{also}, first met in {label(view, card.first)}{last}"


def cast_line(view: BookView, card: PersonCard) -> str:
    """Return one of everybody met."""
    also = f" ({others})" if (others := _others(card)) else ""
    met = f"first met in {label(view, card.first)}, {card.mentions}×"
    return f"- {bold(card.name)}{_creature(card)}{also} · {met}"


def _creature(card: PersonCard) -> str:
    """Return what marks a card that is no person's: " · a dog"."""
    if not card.creature:
        return ""
    return f" · {_a(card.creature)}"


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {escape(kind)}"


def _others(card: PersonCard) -> str:
    """Return the other names of somebody for one line: those that are used most so far."""
    others = [known for known in card.names if known.name != card.name]
    kept = sorted(others, key=lambda known: (-known.mentions, known.first, known.name))[:_NAMES_ON_A_LINE]
    return ", ".join(escape(known.name) for known in others if known in kept)


def namesakes(others: Sequence[PersonCard]) -> str:
    """Return the line that names others who bear the name that was asked for (T48)."""
    shown = ", ".join(escape(card.name) for card in others[:_NAMES_ON_A_LINE])
    more = len(others) - _NAMES_ON_A_LINE
    return f"Others bear that name too: {shown}" + (f" and {more} more." if more > 0 else ".")


def thing_line(view: BookView, card: NamedThing, cited: list[Span]) -> str:
    """Return one of the groups, things and creatures, with the line that tells of it first."""
    named = f"first named in {label(view, card.first)}, {card.mentions}×"
    lines = [f"- {bold(card.name)} · {_a(card.kind)} · {named}"]
    lines += [quoted(view, span, cited, card.name) for span in _told_at(view, card.quotes[:1])]
    return "\n".join(lines)


def thing(view: BookView, card: NamedThing) -> tuple[str, list[Span]]:
    """Return the card of a group or a thing, and the spans it cites."""
    cited: list[Span] = []
    lines = [f"{bold(card.name)} · a {card.kind}", _named(view, card.first, card.last, card.mentions)]
    lines += [quoted(view, span, cited) for span in _told_at(view, card.quotes)]
    return "\n".join(lines), cited


def places_named(view: BookView, name: str) -> list[PlaceCard]:
    """Return the places of that name; when none has it as it is, those whose name holds all its words."""
    wanted = folded(name)
    known = view.places()
    exact = [card for card in known if wanted and folded(card.name) == wanted]
    words = set(wanted.split())
    return exact or [card for card in known if words and words <= set(folded(card.name).split())]


def place_quotes(view: BookView, card: PlaceCard) -> list[Span]:
    """Return the sentences that name a place, as many as its card shows."""
    return _told_at(view, card.quotes)


def thing_quotes(view: BookView, card: NamedThing) -> list[Span]:
    """Return the sentences that name a group, a thing or a creature, as many as its card shows."""
    return _told_at(view, card.quotes)


def place(view: BookView, card: PlaceCard) -> tuple[str, list[Span]]:
    """Return a place's card, and the spans it cites."""
    cited: list[Span] = []
    lines = [bold(card.name), _named(view, card.first, card.last, card.mentions)]
    lines += [quoted(view, span, cited) for span in place_quotes(view, card)]
    return "\n".join(lines), cited


def places(view: BookView, cards: Iterable[PlaceCard]) -> str:
    """Return the places named so far."""
    return "\n".join(
        f"- {bold(card.name)} · first named in {label(view, card.first)}, {card.mentions}×" for card in cards
    )


def term(view: BookView, card: TermCard) -> tuple[str, list[Span]]:
    """Return a word's card, senses oldest first (S17), and the spans it cites."""
    cited: list[Span] = []
    lines = [f"{bold(card.term)} · first used in {label(view, card.first)}"]
    if not card.senses:
        lines.append(UNEXPLAINED)
        lines += [quoted(view, span, cited) for span in sentences_at(view, card.first)]
    lines += [f"{quote(_cut(sense.text))} {cite(view, sense.span, cited)}" for sense in card.senses]
    return "\n".join(lines), cited


# ---- ties ----------------------------------------------------------------------------------------------


def tie_line(view: BookView, tie: Relation, cited: list[Span]) -> str:
    """Return a tie with the line that tells it."""
    until = f", until {label(view, tie.until - 1)}" if tie.until is not None else ""
    return f"- {tie_words(tie)}{until}\n{quoted(view, tie.span, cited, tie.kind)}"


def tie_words(tie: Relation) -> str:
    """Return who is what to whom: "Jane, sister of Tom", "Ann and Tom: married"."""
    return tie_said(bold(tie.a), bold(tie.b), escape(tie.kind))


def tie_said(a: str, b: str, kind: str) -> str:
    """Return the same of names as they are to be shown."""
    return f"{a} and {b}: {kind}" if kind in BOTH_WAYS else f"{a}, {kind}{_of(kind)} {b}"


def _seen_from(tie: Relation, name: str) -> str:
    ended = " (ended)" if tie.until is not None else ""
    if tie.a == name and tie.kind not in BOTH_WAYS:
        return f"{escape(tie.kind)}{_of(tie.kind)} {bold(tie.b)}{ended}"
    other = tie.b if tie.a == name else tie.a
    return f"{escape(tie.kind)}: {bold(other)}{ended}"


def _of(kind: str) -> str:
    return "" if kind.endswith(" with") else " of"


# ---- mentions and times --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """How often somebody is named in one chapter, or in several that follow each other."""

    label: str
    count: int


def bars(view: BookView, mentions: Sequence[Span]) -> list[Bar]:
    """Return the mentions by chapter up to the horizon and no further, in order (S36)."""
    starts = [span.start for span in mentions]
    told = [line for line in view.sections() if _has_text(line)]
    found = []
    for group in _grouped(told):
        low, high = group[0].start or 0, group[-1].end or 0
        count = bisect_right(starts, high - 1) - bisect_right(starts, low - 1)
        first, last = _short(view, group[0]), _short(view, group[-1])
        found.append(Bar(first if first == last else f"{first} to {last}", count))
    return found


def bar_lines(found: Sequence[Bar]) -> str:
    """Return bars as lines; the longest is the chapter with the most so far."""
    most = max((bar.count for bar in found), default=0) or 1
    return "\n".join(
        " ".join(["-", escape(bar.label), *[_bar(bar.count / most)] * (bar.count > 0), str(bar.count)])
        for bar in found
    )


def _bar(share: float) -> str:
    return "▇" * max(1, round(_BAR_SIGNS * share))


def time_line(view: BookView, mark: TimeMark, cited: list[Span]) -> str:
    """Return one mark of time with its sentence."""
    return f"- {bold(mark.text)}\n{quoted(view, mark.sentence, cited)}"


# ---- parts ---------------------------------------------------------------------------------------------


def label(view: BookView, offset: int) -> str:
    """Return the label of an offset, as markup."""
    return escape(view.label(offset))


def cite(view: BookView, span: Span, cited: list[Span]) -> str:
    """Return the citation of a span, and count it."""
    cited.append(span)
    return f"[{label(view, span.start)}]"


def quoted(view: BookView, span: Span, cited: list[Span], about: str = "") -> str:
    """Return a span as a quote with its citation; of a long one, what stands round the word `about`."""
    return f"{quote(_cut_round(view.quote(span), about))} {cite(view, span, cited)}"


def short_quote(view: BookView, span: Span, limit: int = 200) -> str:
    """Return a span as it stands, cut at a word, for where markup is not read."""
    return _cut(view.quote(span), limit)


def sentences_at(view: BookView, *offsets: int) -> list[Span]:
    """Return the sentences that hold these offsets, each once."""
    found = [span for at in offsets for span in view.sentences(Span(at, at + 1))[:1]]
    return list(dict.fromkeys(found))


def page_of(things: Sequence[object], page: int) -> slice | None:
    """Return what of a list stands on a page, counted from 1; None when there is no such page."""
    return slice(ON_A_PAGE * (page - 1), ON_A_PAGE * page) if 1 <= page <= pages_of(things) else None


def pages_of(things: Sequence[object]) -> int:
    """Return how many pages a list takes, at least one."""
    return max(1, -(-len(things) // ON_A_PAGE))


def _fact(view: BookView, fact: Descriptor, cited: list[Span]) -> str:
    ended = f", until {label(view, fact.until - 1)}" if fact.until is not None else ""
    return f"{escape(_folded(fact.text))}{ended} {cite(view, fact.span, cited)}"


def _dated(view: BookView, name: str, reveal: int) -> str:
    return f"{escape(name)} ({label(view, max(0, reveal - 1))})"


def _named(view: BookView, first: int, last: int, mentions: int) -> str:
    return f"First named in {label(view, first)}, last so far in {label(view, last)}, {mentions}×."


def _told_at(view: BookView, quotes: Iterable[Span]) -> list[Span]:
    return sentences_at(view, *(span.start for span in quotes))[:_QUOTES]


def _has_text(line: SectionLine) -> bool:
    if not line.reached or line.start is None or line.end is None:
        return False
    return not (line.kind is SectionKind.PART and (line.body_start or 0) >= line.end)


def _grouped(lines: Sequence[SectionLine]) -> list[Sequence[SectionLine]]:
    size = max(1, -(-len(lines) // _MOST_BARS))
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def _short(view: BookView, line: SectionLine) -> str:
    return view.label(line.start or 0).partition(" ¶")[0]


def _folded(text: str) -> str:
    return " ".join(text.split())


def _cut_round(text: str, word: str) -> str:
    """Return a text cut to a quote that holds `word` where the text does."""
    folded_text = _folded(text)
    at = folded_text.casefold().find(word.casefold())
    if not word or len(folded_text) <= QUOTE_CHARS or at < QUOTE_CHARS * 3 // 4:
        return _cut(folded_text)
    begin = folded_text.find(" ", max(0, at - QUOTE_CHARS // 2)) + 1
    return "…" + _cut(folded_text[begin:])


def _cut(text: str, limit: int = QUOTE_CHARS) -> str:
    folded = _folded(text)
    return folded if len(folded) <= limit else folded[: limit - 1].rsplit(" ", 1)[0] + "…"
