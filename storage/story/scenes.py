"""What the text paints: paragraphs that describe, and the sentences that describe a place (S30). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from storage.book.text import blocks, sentences
from storage.story.visible import COLOURS, SHAPES, words_of
from storage.values import Span

_SPEECH = re.compile(r"[“\"][^”\"]*(?:[”\"]|$)")
_SEEN = frozenset(
    "light lights lamp lamps lantern candle candles fire fires smoke fog mist rain snow wind sky sun "
    "sunlight "
    "sunset moon moonlight stars cloud clouds shadow shadows dusk dawn twilight evening sea river lake "
    "water "
    "waves shore beach cliff gorge mountain mountains hill hills valley forest wood woods tree trees "
    "leaves "
    "grass field fields garden road street lane path bridge square town city village harbour ship boat "
    "house "
    "houses roof roofs tower towers church wall walls window windows door doors room hall kitchen "
    "stair stairs "
    "floor ceiling table chair bed stove hearth curtain curtains stone stones brick bricks wood timber "
    "iron glass "
    "smell noise silence crowd horse horses carriage cart train rope ropes".split()
)
_LEAST_WORDS = 40
_LEAST_SHARE = 0.055
"""Of the words outside speech: fewer that can be seen, and a paragraph tells rather than paints."""
_LEAST_HITS = 5
_LEAST_THINGS = 3
"""Colours and sizes alone are somebody's looks."""
_MOST_SPEECH = 0.4
_KEPT_CHARS = 900
_PLACE_SENTENCES = 6


def described(text: str, within: Span | None = None) -> list[Span]:
    """Return the paragraphs that paint something, in order; each cut to whole sentences of some 900 signs."""
    whole = within or Span(0, len(text))
    found = []
    for block in blocks(text, whole.start):
        if block.start >= whole.end:
            break
        end = min(block.end, whole.end)
        piece = text[block.start : end]
        if _paints(piece):
            found.append(_cut(text, Span(block.start, end)))
    return found


def _paints(piece: str) -> bool:
    told = _SPEECH.sub(" ", piece)
    words = words_of(told)
    hits = sum(1 for word in words if _is_seen(word))
    return (
        len(words) >= _LEAST_WORDS
        and sum(1 for word in words if word in _SEEN) >= _LEAST_THINGS
        and hits >= _LEAST_HITS
        and hits >= _LEAST_SHARE * len(words)
        and len(told) >= (1 - _MOST_SPEECH) * len(piece)
    )


def _is_seen(word: str) -> bool:
    return word in _SEEN or word in COLOURS or word in SHAPES


def _cut(text: str, block: Span) -> Span:
    inside = [
        span for span in sentences(text, block) if not text[span.start : span.end].startswith(("“", '"'))
    ]
    if not inside:
        return block
    end = inside[0].end
    for span in inside[1:]:
        if span.end - inside[0].start > _KEPT_CHARS:
            break
        end = span.end
    return Span(inside[0].start, end)


def best_of(text: str, spans: Sequence[Span], parts: int, within: Span) -> list[Span]:
    """Return at most `parts` of `spans`, one from each equal part of `within`, in the order of the text."""
    size = max(1, -(-(within.end - within.start) // parts))
    chosen = []
    for number in range(parts):
        low, high = within.start + number * size, within.start + (number + 1) * size
        inside = [span for span in spans if low <= span.start < high]
        if inside:
            chosen.append(max(inside, key=lambda span: (_weight(text, span), -span.start)))
    return chosen


def _weight(text: str, span: Span) -> float:
    words = words_of(text[span.start : span.end])
    return sum(1 for word in words if _is_seen(word)) / max(1, len(words))


def place_sentences(text: str, mentions: Iterable[Span]) -> list[Span]:
    """Return the sentences that describe a place whose name stands at `mentions`, the first ones first."""
    found: list[Span] = []
    for mention in mentions:
        start = text.rfind("\n", 0, mention.start) + 1
        stop = text.find("\n", mention.end)
        block = Span(start, stop if stop >= 0 else len(text))
        inside = sentences(text, block)
        at = next((n for n, s in enumerate(inside) if s.start <= mention.start < s.end), None)
        if at is None:
            continue
        for span in inside[at : at + 2]:
            told = _SPEECH.sub(" ", text[span.start : span.end])
            if span is not inside[at] and not re.match(r"(?:It|There|Its|Here) ", told.lstrip()):
                continue
            seen = [word for word in words_of(told) if _is_seen(word)]
            if span not in found and len(seen) >= 2 and any(word in _SEEN for word in seen):
                found.append(span)
        if len(found) >= _PLACE_SENTENCES:
            break
    return found[:_PLACE_SENTENCES]
