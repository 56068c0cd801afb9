"""Groups and things that the text names: orders, firms, peoples, ships. Simple, and by the name's own form.

What is here is neither a person nor a place by the words around it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from storage.story import lexicon as lex
from storage.story.evidence import Cue
from storage.story.facts import NamedThing
from storage.story.sorting import Kind, Named
from storage.values import Span

_GROUP = frozenset(
    "order company guild brotherhood sisterhood regiment club league party society army house union council "
    "committee board guard guards ministry church lodge band gang tribe clan family bank association academy "
    "institute corps fleet squadron battalion division brigade legion commission court parliament senate "
    "congress assembly fellowship circle school college university department office service force police "
    "yard hussars dragoons lancers cossacks".split()
)
_LEAST = 3
_QUOTES = 3


def build_groups(named: Iterable[Named]) -> list[NamedThing]:
    """Return groups and things, most mentioned first, then by first naming (S16).

    `kind` is "group" for a name with a word for one ("the Reform Club", "the Board") or a plural with an
    article ("the Danes"), else "thing" for what stands with an article and is nobody and nowhere ("the
    Nautilus").
    """
    cards = [card for one in named if (card := _card(one)) is not None]
    return sorted(cards, key=lambda card: (-card.mentions, card.first, card.name))


def _card(one: Named) -> NamedThing | None:
    words = one.surface.lower().split()
    if one.kind is Kind.PERSON or words[-1] in lex.ALWAYS_OTHER or one.surface.lower() in lex.NEVER_NAMES:
        return None
    article = one.cues[Cue.THE] * 2 > one.count
    is_plural = words[-1].endswith("s") and not words[-1].endswith(("ss", "us", "is"))
    known = one.first_end
    if len(words) > 1 and words[-1] in _GROUP and one.kind is not Kind.PLACE:
        kind = "group"
    elif article and one.count >= _LEAST and one.small == 0:
        if one.kind is Kind.PLACE:
            return None
        kind = "group" if is_plural or words[-1] in _GROUP else "thing"
        known = one.starts[_LEAST - 1] + len(one.surface)
    else:
        return None
    size = len(one.surface)
    return NamedThing(
        kind=kind,
        name=f"the {one.surface}" if article else one.surface,
        first=one.first,
        last=one.starts[-1],
        mentions=one.count,
        reveal=known,
        quotes=tuple(Span(start, start + size) for start in one.starts[:_QUOTES]),
    )
