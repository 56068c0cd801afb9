"""Answers that have a source of their own: cards, terms, digests, the latest state. Reads through the view.

Each returns sentences in the order in which they are to be shown, or none: then the question goes the
common way, by the best sentences of the best passages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agent.extractive.cues import speaks, tells_of_speech
from agent.extractive.question import LOOKS, Asked
from agent.extractive.reading import Reader
from agent.extractive.scoring import ReadSentence
from agent.told_again import share_out
from storage.story.facts import PersonCard
from storage.values import Span

CARD_SENTENCES = 4
RECAP_WORDS = 150
STATE_SENTENCES = 4
SPEECH_SENTENCES = 3
FIRST_MEETINGS = 6
LONG_WORDS = 45
MOST_LOOKS = 4
_VOICE = "voice"
"""A kind of descriptor: "in a soothing tone" says little of who somebody is."""
_MENTIONS_READ = 60
_TELLING_WORDS = 6
_PARAGRAPH_CHARS = 900
_PRONOUN = re.compile(r"[\"“‘'(]*(He|She|His|Her|It|Its|They|Their)\b")
_SEX_OF = {"He": "m", "His": "m", "She": "f", "Her": "f"}
_SEXES = {"Mrs": "f", "Mr": "m", "Ms": "f", "Miss ": "f", "Lady ": "f", "Sir ": "m", "Lord ": "m"}
"""By what a name begins with; the first that fits counts."""
_QUOTES = '"“„«‘'
_SPEECH = re.compile('["“”«»]|[‘’](?=[A-Z])')
_SPOKEN = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|^[^“”]*”")
_PLACED_CHARS = 80
_STATED_CHARS = 40
_MEETING_CHARS = 600
_LOOKS = re.compile(
    r"\b(?:was|is|were|had|has|with|wore|wearing|dressed|clad|looked)\b.*\b(?:years old|of age|tall|"
    r"short|small|large|big|little|thin|fat|stout|slender|narrow|old|young|hair|eyes?|face|beard|nose|hands?|coat|dress|"
    r"cloak|hat|gown|black|white|gr[ea]y|handsome|pretty|ugly|pale|dark|voice|man|woman|boy|girl|lady|gentleman|"
    r"child|son|daughter|wife|husband|brother|sister|king|queen|prince|princess|servant|doctor|captain)\b"
)
_COLOURS = (
    r"(?:black|white|gr[ea]y|brown|blue|green|hazel|red|fair|dark|light|pale|golden?|silver|chestnut|auburn|"
    r"blond\w*|yellow|amber|violet|sandy|ginger|bright|copper|raven|flaxen|purple|scarlet|crimson|pink|orange)"
)
_FEATURES = {
    "how old": r"\b(?:years?(?:-|\s+)old|aged?\b|years of age|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty\b|\w+teen\b|(?:young|old|elderly|child|middle-aged)\b)",
    "wear": r"\b(?:w[eo]re|wearing|dressed|clad|"
    r"in (?:a|an|his|her) (?:\w+ ){0,3}(?:coat|gown|dress|cloak|shirt|suit|hat|shawl|jacket|robe|apron)|"
    r"(?:coat|gown|dress|cloak|shirt|hat|shawl|boots|uniform|robe|apron|spectacles))\b",
}
"""What tells a feature that goes by other words than its name; any other is told by its own name."""
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
    """Return what the text says outright of a person, and what they did when last met (S11-S16).

    Of several who share the name, the first sentences of each (T48).
    """
    cards = reader.view.who(asked.subject)[:CARD_SENTENCES]
    if len(cards) == 1:
        told = _descriptions(cards[0], reader)
        names = [known.name for known in cards[0].names]
        # A long one would leave room for no other, and is worth that only if it is about them.
        told.sort(key=lambda s: len(s.text.split()) > LONG_WORDS and not _begins_with(s, names))
        return list(dict.fromkeys([*told[:CARD_SENTENCES], *_lately(cards[0], reader)]))
    each = max(1, CARD_SENTENCES // max(1, len(cards)))
    return list(dict.fromkeys(s for card in cards for s in _descriptions(card, reader)[:each]))


def _descriptions(card: PersonCard, reader: Reader) -> list[ReadSentence]:
    """Return the first meeting, what describes somebody, and the evidence of the card, most telling first."""
    names = [known.name for known in card.names]
    mentions = reader.told_of(names)
    first = _read(reader, mentions[:1] or [Span(card.first, card.first + 1)])
    told = _read(reader, [d.span for d in card.descriptors if d.until is None and d.kind != _VOICE])
    near = [s for mention in mentions[:FIRST_MEETINGS] for s in _spoken_of(mention, names, reader)]
    described = [s for s in near if _LOOKS.search(s.text)]
    looks = _looks(card, reader)
    others = _read(reader, mentions[:_MENTIONS_READ])
    telling = sorted(others, key=lambda s: (-_tells(s, names), s.span))
    seen = _read(reader, looks[:MOST_LOOKS])
    found = dict.fromkeys([*first, *described[:2], *seen, *told, *described[2:], *telling])
    return [s for s in found if not reader.is_heading(s)]


def tell_feature(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return what the text says of one feature of somebody, in reading order; [] where it says nothing."""
    cards = reader.view.who(asked.subject)
    if len(cards) != 1:
        return []
    card = cards[0]
    names = [known.name for known in card.names]
    pattern = re.compile(_feature_pattern(asked), re.IGNORECASE)
    told = _read(reader, [*(d.span for d in card.descriptors), *_looks(card, reader)])
    near = [
        s for mention in reader.told_of(names)[:_MENTIONS_READ] for s in _spoken_of(mention, names, reader)
    ]
    if asked.topic == LOOKS:
        near = [s for s in near if _is_of(s.text, names, pattern)]
    found = {s for s in (*told, *near) if pattern.search(s.text) and not _SPEECH.search(s.text)}
    return sorted(found, key=lambda s: s.span)[:STATE_SENTENCES]


def _is_of(text: str, names: Sequence[str], pattern: re.Pattern[str]) -> bool:
    """Tell whether `pattern` stands behind one of `names`, or where none of them is named at all."""
    places = [text.find(name) for name in names if name in text]
    return not places or pattern.search(text, min(places)) is not None


def _feature_pattern(asked: Asked) -> str:
    if asked.topic == LOOKS:
        return _LOOKS.pattern
    known = {"age": "how old", "wearing": "wear", "dressed in": "wear", "clothes": "wear", "dress": "wear"}
    thing = known.get(asked.topic, asked.topic)
    if thing in _FEATURES:
        return _FEATURES[thing]
    named = rf"\b{re.escape(thing.split()[-1].removesuffix('s'))}(?:s|es|ed)?\b"
    if re.search(r"\bcolou?r\b", asked.text, re.IGNORECASE):
        return rf"\b{_COLOURS}\b[\w\s,-]*{named}|{named}[^.;]*\b{_COLOURS}\b"
    return named


def _looks(card: PersonCard, reader: Reader) -> list[Span]:
    """Return the sentences that tell how somebody looks: by name, behind it, or where they are met."""
    names = [known.name for known in card.names]
    told_of = reader.told_of(names)
    others = {known.name for one in reader.view.people() if one.name != card.name for known in one.names}
    met_until = told_of[0].end + _MEETING_CHARS if told_of else 0
    found = []
    for span in dict.fromkeys(look.sentence for one in reader.view.looks(card.name)[:1] for look in one.told):
        if any(name in reader.view.quote(span) for name in names):
            if any(span.overlaps(mention) for mention in told_of):
                found.append(span)
            continue
        own, foreign = _last_named(reader.before(span), names, others)
        if not foreign and (own or span.start <= met_until):
            found.append(span)
    return found


def _last_named(
    sentences: Sequence[ReadSentence], names: Sequence[str], others: Collection[str]
) -> tuple[bool, bool]:
    """Tell of the last of `sentences` with a name whether it has one of `names`, and whether another."""
    for sentence in reversed(sentences):
        own = [name for name in names if name in sentence.text]
        foreign = [n for n in others if n in sentence.text and not any(n in name for name in own)]
        if own or foreign:
            return bool(own), bool(foreign)
    return False, False


def _spoken_of(mention: Span, names: Sequence[str], reader: Reader) -> list[ReadSentence]:
    """Return the sentence of a mention and, if that is its subject, those that go on with a pronoun."""
    found: list[ReadSentence] = []
    sex = next((sex for name in names for title, sex in _SEXES.items() if name.startswith(title)), "")
    for sentence in _paragraph(reader, mention):
        if found:
            pronoun = _PRONOUN.match(sentence.text)
            if pronoun is None or not _begins_with(found[0], names):
                break
            its = _SEX_OF.get(pronoun[1], "")
            if sex and its and its != sex:
                break  # another one is told of
            sex = sex or its
        found.append(sentence)
    return found


def _tells(sentence: ReadSentence, names: Sequence[str]) -> int:
    """Return how much a sentence looks as if it told who somebody is."""
    return (
        _begins_with(sentence, names)
        + (_LOOKS.search(sentence.text) is not None)
        - (_SPEECH.search(sentence.text) is not None)
    )


def _begins_with(sentence: ReadSentence, names: Sequence[str]) -> bool:
    return any(sentence.text.lstrip("\"“‘'(").startswith(name) for name in names)


def _lately(card: PersonCard, reader: Reader) -> list[ReadSentence]:
    """Return the latest sentence that tells something of somebody rather than lets them speak."""
    names = [known.name for known in card.names]
    for sentence in reversed(_read(reader, reader.told_of(names)[-_MENTIONS_READ:])):
        if not _SPEECH.search(sentence.text) and len(sentence.stems) > _TELLING_WORDS:
            return [sentence]
    return []


def _paragraph(reader: Reader, span: Span) -> list[ReadSentence]:
    """Return the sentences of the paragraph round `span`, from the one that holds it on."""
    found: list[ReadSentence] = []
    for one in reader.view.sentences(Span(span.start, min(reader.view.chars, span.start + _PARAGRAPH_CHARS))):
        if found and "\n" in reader.view.quote(Span(found[-1].span.end, one.start)):
            break
        found.append(reader.sentence(one))
    return found


def tell_term(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return the sentences that explain a word, oldest first (S17)."""
    card = reader.view.define(asked.subject)
    return [] if card is None else _read(reader, [sense.span for sense in card.senses[:3]])


def tell_speech(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return what somebody said lately, to the one asked for if told; none for a question with a topic."""
    if asked.topic:
        return []
    cards = reader.view.who(asked.subject)
    names = [known.name for known in cards[0].names] if len(cards) == 1 else [asked.subject]
    spoken = _read(reader, [m for m in reader.mentions(names) if speaks(reader.near(m, 30), names)])
    said = [s for s in spoken if _SPEECH.search(s.text) and speaks(s.text, names)]
    to_them = [s for s in said if asked.listener and asked.listener in reader.near(s.span, 300)]
    chosen = (to_them or said)[-SPEECH_SENTENCES:]
    return [line for s in chosen for line in _rest_of_speech(s, reader)]


def _rest_of_speech(sentence: ReadSentence, reader: Reader) -> list[ReadSentence]:
    """Return a sentence that says who speaks, and the next of its paragraph when the speech goes on."""
    found = _paragraph(reader, sentence.span)
    goes_on = len(found) > 1 and found[1].text[0] in _QUOTES
    return found[: 2 if goes_on else 1]


def tell_so_far(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return what tells the sections reached, or the chapter asked for, in reading order (S31)."""
    digests = [d for d in reader.view.digests() if d.evidence]
    if asked.chapter is not None:
        starts = {s.start for s in reader.view.sections() if s.reached and s.number == asked.chapter}
        digests = [d for d in digests if d.span.start in starts]
    if asked.latest:
        digests = digests[-1:]
    if asked.chapter is not None or asked.latest:
        return _read(reader, [span for d in digests for span in sorted(d.evidence)])
    told = [_read(reader, d.evidence) for d in digests]
    lengths = [[len(sentence.text.split()) for sentence in section] for section in told]
    chosen = [told[section][number] for section, number in share_out(lengths, RECAP_WORDS, 2)]
    return sorted(chosen, key=lambda sentence: sentence.span)


def tell_state(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return how things stand with somebody: the latest statement first, earlier ones as said (S11)."""
    cards = reader.view.who(asked.subject)
    names = [known.name for known in cards[0].names] if len(cards) == 1 else [asked.subject]
    mentions = reader.told_of(names)
    pattern = next((p for p in _STATES if p.search(asked.text.replace(asked.subject, ""))), None)
    if pattern is None:
        sentences = [s for s in reversed(_read(reader, mentions[-_MENTIONS_READ:])) if _HERE.search(s.text)]
        placed = [s for s in sentences if _is_placed(s.text, names)]
        return (placed or sentences)[:STATE_SENTENCES]
    near = [m for m in mentions if pattern.search(reader.near(m))]
    stated = [s for s in reversed(_read(reader, near[-_MENTIONS_READ:])) if pattern.search(s.text)]
    return stated[:STATE_SENTENCES]


def tell_fate(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return what was told last of somebody, in reading order; none for whom no card is known (S11)."""
    cards = reader.view.who(asked.subject)
    if len(cards) != 1:
        return []
    names = [known.name for known in cards[0].names]
    told = [
        s
        for s in _read(reader, reader.told_of(names)[-_MENTIONS_READ:])
        if len(s.stems) > _TELLING_WORDS and not reader.is_heading(s)
    ]
    narrated = [s for s in told if not _SPEECH.search(s.text)]
    pool = narrated if len(narrated) >= STATE_SENTENCES else told
    stated = [s for s in pool if _states(s.text, names)][-(STATE_SENTENCES - 1) :]
    latest = [s for s in reversed(pool) if s not in stated]
    return sorted([*stated, *latest[: max(1, STATE_SENTENCES - 1 - len(stated))]], key=lambda s: s.span)


def _states(text: str, names: Sequence[str]) -> bool:
    """Tell whether a text says near one of `names` how things stand: that they died, married, were freed."""
    return any(
        pattern.search(text, max(0, at - _STATED_CHARS), at + len(name) + _STATED_CHARS)
        for name in names
        if (at := text.find(name)) >= 0
        for pattern in _STATES
    )


def tell_tie(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return the sentences that say what two people are to each other, in reading order.

    Where none says it, the first that tell of both; none where either may be several people.
    """
    cards = [reader.view.who(name) for name in (asked.subject, asked.listener)]
    if not asked.listener or any(len(found) > 1 for found in cards):
        return []
    ends = {found[0].name for found in cards if found}
    ties = [tie for tie in reader.view.story.relations() if {tie.a, tie.b} == ends]
    stated = _read(reader, [tie.span for tie in ties])
    if stated:
        return sorted(stated[-STATE_SENTENCES:], key=lambda s: s.span)
    first, second = (
        [known.name for known in found[0].names] if found else [name[:1].upper() + name[1:]]
        for found, name in zip(cards, (asked.subject, asked.listener), strict=True)
    )
    both = [s for s in _read(reader, reader.told_of(first)) if any(name in s.text for name in second)]
    return both[:STATE_SENTENCES]


def _is_placed(text: str, names: Sequence[str]) -> bool:
    """Tell whether `text` tells of one of `names`, outside what is spoken, and then of a place."""
    told = _SPOKEN.sub(" ", text)
    return any(
        (at := told.find(name)) >= 0 and _HERE.search(told, at + len(name), at + len(name) + _PLACED_CHARS)
        for name in names
    )


def tell_whose_line(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return the words that are asked about with what stands beside them and says whose they are."""
    view = reader.view
    line = asked.subject.replace("--", "—")
    for span in (view.find(line, 1) or view.find_line(line))[:1]:
        around = view.sentences(Span(max(0, span.start - _PARAGRAPH_CHARS), min(view.chars, span.end + 200)))
        near = [reader.sentence(one) for one in around]
        at = next(i for i, s in enumerate(near) if s.span.end > span.start)
        end = next((i for i, s in enumerate(near) if s.span.end >= span.end), len(near) - 1)
        if any(tells_of_speech(s.text) for s in near[at : end + 1]):
            return near[at : end + 1]
        before, after = near[max(0, at - 1) : at], near[end + 1 : end + 2]
        if before and (before[0].text.rstrip(" —-").endswith(":") or tells_of_speech(before[0].text)):
            return near[at - 1 : end + 1]
        if (
            after
            and tells_of_speech(after[0].text)
            and "\n" not in view.quote(Span(near[end].span.end, after[0].span.start))
        ):
            return near[at : end + 2]
        return near[max(0, at - 2) : end + 2]
    return []


def _read(reader: Reader, spans: Sequence[Span]) -> list[ReadSentence]:
    found = (reader.sentence_at(span) for span in spans)
    return list(dict.fromkeys(sentence for sentence in found if sentence is not None))
