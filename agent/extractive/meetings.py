"""Where, when or how one met another: where both first stand together. Reads through the view alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from agent.extractive.question import Asked
from agent.extractive.reading import Reader
from agent.extractive.scenes import is_narrator
from agent.extractive.scoring import ReadSentence
from agent.speech_marks import is_spoken
from storage.values import Span

SAID_SENTENCES = 2
"""How many sentences that say so outright are told beside the scene."""
_TOGETHER_CHARS = 400
_BEFORE, _AFTER = 1, 2
"""Sentences of the paragraph that are told round the one where they stand together."""
_SAYS = re.compile(
    r"\b(?:met|meet(?:s|ing)?|introduc\w+|became acquainted|ma[dk]e (?:\w+ )?acquaintance|encounter\w*|"
    r"came (?:across|upon)|first (?:saw|seen|sight))\b",
    re.IGNORECASE,
)
_WE = frozenset("i we you me us".split())
_MYSELF = re.compile(r"\b(?:I|me|my|we|us|our)\b")
_ARTICLE = re.compile(r"^(?:the|a|an) ", re.IGNORECASE)


def tell_meeting(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return where two people first stand together, and what says outright that they met, in reading order.

    Who asks when they met somebody themselves is told where that one is first told of. None where either is
    nobody read of, or may be several people.
    """
    other = _mentions_of(asked.listener, reader)
    if asked.subject.lower() in _WE:
        return _round(next(iter(other), None), reader)
    names = _names_of(asked.subject, reader)
    one = [] if not names or is_narrator(names, reader) else _mentions_of(asked.subject, reader)
    scene = next((sorted((place, near)) for place in other if (near := _beside(place, one)) is not None), [])
    if not (scene or one):
        # Somebody who tells the story has no name in it.
        scene = [place for place in other if _MYSELF.search(reader.near(place))][:1]
    if not scene:
        return []
    told = dict.fromkeys(reader.sentence_at(place) for place in other if _beside(place, one) is not None)
    said = [s for s in told if s is not None and _SAYS.search(s.text) and _holds(s.span, one)][
        :SAID_SENTENCES
    ]
    first = reader.sentence_at(scene[0])
    return sorted({*([first] if first else ()), *_round(scene[-1], reader), *said}, key=lambda s: s.span)


def _mentions_of(name: str, reader: Reader) -> list[Span]:
    """Return where somebody is told of, and not only talked of, in reading order."""
    return [
        place for place in reader.told_of(_names_of(name, reader)) if not is_spoken(place.start, reader.view)
    ]


def _names_of(name: str, reader: Reader) -> list[str]:
    """Return the names of whoever is meant; none where several may be."""
    if len(reader.view.who(name)) > 1:
        return []
    bare = _ARTICLE.sub("", name)
    names = reader.names_of(name)
    return names if names != [name] else [bare[:1].upper() + bare[1:]]


def _beside(place: Span, others: Sequence[Span]) -> Span | None:
    """Return the first of `others` that stands by a place."""
    at = bisect_left(others, Span(max(0, place.start - _TOGETHER_CHARS), 0))
    near = others[at] if at < len(others) else None
    return near if near is not None and near.start <= place.start + _TOGETHER_CHARS else None


def _holds(span: Span, places: Sequence[Span]) -> bool:
    at = bisect_left(places, span)
    return at < len(places) and places[at].start < span.end


def _round(place: Span | None, reader: Reader) -> list[ReadSentence]:
    """Return the sentence at a place with some of its paragraph."""
    sentence = reader.sentence_at(place) if place is not None else None
    if sentence is None:
        return []
    before = reader.before(sentence.span)[-_BEFORE:]
    after = [
        reader.sentence(span)
        for span in reader.view.sentences(
            Span(sentence.span.end, min(reader.view.chars, sentence.span.end + 900))
        )
        if span.start >= sentence.span.end
        and "\n" not in reader.view.quote(Span(sentence.span.end, span.end))
    ]
    return [*before, sentence, *after[:_AFTER]]
