"""Answers that have a source of their own: cards, terms, digests, the latest state. Reads through the view.

Each returns sentences in the order in which they are to be shown, or none: then the question goes the
common way, by the best sentences of the best passages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.extractive.question import Asked
from agent.extractive.reading import Reader
from agent.extractive.scoring import ReadSentence
from storage.story.facts import PersonCard
from storage.values import Span

CARD_SENTENCES = 4
DIGEST_SENTENCES = 6
STATE_SENTENCES = 4
_LATEST_MENTIONS = 60
_HERE = re.compile(
    r"\b(?:in|into|at|on|upon|under|near|to|through|behind|from|towards?|across|inside|outside|within|aboard|"
    r"home|there|here|away|upstairs|downstairs|abroad|back)\b",
    re.IGNORECASE,
)
_STATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:dead|die[ds]?|dying|death|kill\w*|murder\w*|drown\w*|perish\w*|slain|buri\w*|funeral|corpse|grave|"
        r"alive|living|live[ds]?|surviv\w*|killed)\b",
        r"\b(?:marr\w*|wed\w*|wife|husband|bride\w*|engaged|widow\w*)\b",
        r"\b(?:prison\w*|free\w*|captive|captiv\w*|jail\w*|cell|chain\w*|arrest\w*|escap\w*|releas\w*)\b",
        r"\b(?:missing|lost|vanish\w*|disappear\w*|found|return\w*|gone)\b",
    )
]


def tell_person(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return what the text says outright of a person: first meeting, what they are, latest meeting (S11-S16).

    Of several who share the name, the first sentences of each (T48).
    """
    cards = reader.view.who(asked.subject)
    if not cards:
        return []
    each = max(1, CARD_SENTENCES // len(cards[:CARD_SENTENCES]))
    found: list[ReadSentence] = []
    for card in cards[:CARD_SENTENCES]:
        found += _card_sentences(card, reader)[:each]
    if len(cards) == 1:
        found += _read(reader, [Span(cards[0].last, cards[0].last + 1)])
    return list(dict.fromkeys(found))


def _card_sentences(card: PersonCard, reader: Reader) -> list[ReadSentence]:
    told = [d.span for d in card.descriptors if d.until is None] or list(card.quotes)
    return _read(reader, [Span(card.first, card.first + 1), *told])


def tell_term(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return the sentences that explain a word, oldest first (S17)."""
    card = reader.view.define(asked.subject)
    return [] if card is None else _read(reader, [sense.span for sense in card.senses[:3]])


def tell_so_far(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return the marking sentences of the sections reached, or of the chapter asked for, in order (S31)."""
    digests = [d for d in reader.view.digests() if d.evidence]
    if asked.chapter is not None:
        numbers = {s.ordinal for s in reader.view.sections() if s.reached and s.number == asked.chapter}
        return _read(
            reader, [span for d in digests if d.section in numbers for span in d.evidence][:DIGEST_SENTENCES]
        )
    if len(digests) >= DIGEST_SENTENCES:
        last = len(digests) - 1
        picked = sorted({round(i * last / (DIGEST_SENTENCES - 1)) for i in range(DIGEST_SENTENCES)})
        return _read(reader, [digests[i].evidence[0] for i in picked])
    each = DIGEST_SENTENCES // max(1, len(digests))
    return _read(reader, [span for d in digests for span in d.evidence[:each]])


def tell_state(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return how things stand with somebody: the latest statement first, earlier ones as said (S11)."""
    mentions = _mentions(asked.subject, reader)
    pattern = next((p for p in _STATES if p.search(asked.text.replace(asked.subject, ""))), None)
    sentences = list(dict.fromkeys(_read(reader, mentions)))
    if pattern is not None:
        stated = [s for s in sentences if pattern.search(s.text)]
    else:
        stated = [s for s in sentences[-_LATEST_MENTIONS:] if _HERE.search(s.text)]
    return stated[::-1][:STATE_SENTENCES]


def _mentions(subject: str, reader: Reader) -> list[Span]:
    cards = reader.view.who(subject)
    names = [known.name for known in cards[0].names] if len(cards) == 1 else [subject]
    spans = {span for name in names for span in reader.view.find(name, 2_000)}
    return sorted(spans)


def _read(reader: Reader, spans: Sequence[Span]) -> list[ReadSentence]:
    found = (reader.sentence_at(span) for span in spans)
    return list(dict.fromkeys(sentence for sentence in found if sentence is not None))
