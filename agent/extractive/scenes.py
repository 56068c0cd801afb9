"""What happened at an event, what one feels for another, where a place lies. Reads through the view alone.

Each plan returns sentences in reading order, or none: then the question goes the common way.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from agent.extractive.closeness import places_of
from agent.extractive.question import Asked
from agent.extractive.reading import Reader
from agent.extractive.scoring import ReadSentence
from agent.names import find_names
from agent.speech_marks import is_spoken
from storage.values import Span

SCENE_SENTENCES = 2
SCENE_WORDS = 60
"""What of a digest goes into an answer; what else is told there is chosen the common way."""
REGARD_SENTENCES = 3
PLACE_SENTENCES = 3
_FEWEST = 6
"""A scene is where its words stand this often at least."""
_NEARLY = 0.7
"""Of scenes that are nearly as thick the latest is meant."""
_AFTER_SCENE = 1_000
_ROUND_CHARS = 250
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_KIN = {
    "ball": "dance", "dance": "ball", "party": "guest", "trial": "witness", "storm": "wind", "duel": "pistol",
}  # fmt: skip
"""What an event is told with beside its own word; it counts twice, as talk about the event lacks it."""

_REGARD = re.compile(
    r"\b(?:(?P<strong>lov(?:e[ds]?|ing|er)|affection\w*|attach(?:ed|ment)|admir\w+|esteem\w*|fond(?:ness)?|"
    r"tender\w*|ador\w+|devot(?:ed|ion)|attract(?:ed|ion)|fascinat\w*|dislik\w+|hat(?:e[ds]?|ing|red)|detest\w*|"
    r"despis\w+|contempt|resent\w*|abhor\w*|loath\w*|disgust\w*|jealous\w*|passion\w*|bewitch\w*|distrust\w*|"
    r"mistrust\w*|opinion of|feelings? (?:towards?|for)|cordial|afraid of|horror of|"
    r"thought (?:of |about )?(?:him|her|them))|"
    r"lik(?:es|ed|ing)|(?<=to )like|(?<=I )like|(?<=n['’]t )like|"
    r"regard(?:ed|s)?|charm(?:ed|ing)?|interest(?:ed|ing)?|delight\w*|pleas(?:ed|ant|ing)|"
    r"prefer\w*|partial\w*|favou?rite|respect\w*|trust(?:ed|s)?|agreeable|amiable|handsome|prejudice\w*|scorn\w*|"
    r"fear(?:ed|s)?|dread\w*|suspici\w+|ang(?:ry|er)|pit(?:y|ied)|grateful|gratitude|friendship|hearts?|"
    r"offended|feelings?)\b",
    re.IGNORECASE,
)
_TELLING = 2.2
"""What a sentence must be worth: both are in it or meant by it, and one of them feels something."""
_LESS_TELLING = 0.6
_FEELER_CHARS = 80
_PRONOUN = re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|his|her|their|my) ", re.IGNORECASE)
_MYSELF = re.compile(r"\b(?:I|me|my)\b")
_SPOKEN = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)")
_MENTIONS_LOOKED_AT = 40
_MOSTLY = 0.8
_SAMPLE_CHARS = 40_000
_WORDS_A_SELF = 120

_LIES_BEFORE = re.compile(
    r"\b(?:miles?|leagues?|yards|distance|distant|far|near|close to|neighbou?rhood|north|south|east|west|"
    r"border|coast|shores?|banks?|outskirts|suburbs?|village|town|city|county|opposite|outside|beyond|between|"
    r"situated)(?: (?:of|from|to|at|in|the|called))*[ ,]+$",
    re.IGNORECASE,
)
_LIES_AFTER = re.compile(
    r",? (?:in|near|on|by|outside|off|beyond) (?:the )?[A-Z]"
    r"|,? (?:the|an?|which|that|is|was|lies|lay|stands|stood)\b[^.;!?]{0,30}\b(?:village|town|"
    r"city|county|suburb|island|port|miles?|leagues?|distance|neighbou?rhood|situated|lies|lay|stands|stood|coast|river|hills?|mountains?)\b"
)


def tell_scene(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return what tells most of the section in which the event asked for is told."""
    scene = scene_of(asked.event, reader)
    if scene is None:
        return []
    found: list[ReadSentence] = []
    left = SCENE_WORDS
    for digest in reader.view.digests():
        for span in digest.evidence if digest.span.overlaps(scene) else ():
            sentence = reader.sentence_at(span)
            words = len(sentence.text.split()) if sentence else 0
            if sentence and scene.start <= span.start < scene.end and (not found or words <= left):
                found.append(sentence)
                left -= words
    return sorted(found[:SCENE_SENTENCES], key=lambda s: s.span)


def scene_of(event: str, reader: Reader) -> Span | None:
    """Return the latest stretch where the words of `event` stand thickest; None if they do nowhere."""
    names = {part for name in find_names("X " + event) for part in name.text.split()}
    words = [w.removesuffix("'s").removesuffix("’s") for w in _WORD.findall(event) if w not in names]
    words = [w.lower() for w in words if reader.words.stems(w)[0] not in reader.words.stops]
    places = [place for word in words for place in places_of(word, reader)]
    kin = [place for word in words if word in _KIN for place in places_of(_KIN[word], reader)]
    counted: list[tuple[int, Span]] = []
    for section in reader.view.sections():
        span = Span(section.body_start or section.start or 0, section.end or 0)
        own = [place for place in places if place.overlaps(span)]
        beside = [place for place in kin if place.overlaps(span)]
        if own and len(own) + len(beside) >= _FEWEST:
            inside = [*own, *beside]
            scene = Span(
                max(span.start, min(inside).start - _ROUND_CHARS),
                min(span.end, max(inside).end + _AFTER_SCENE),
            )
            counted.append((len(own) + 2 * len(beside), scene))
    most = max((count for count, _ in counted), default=0)
    return next((scene for count, scene in reversed(counted) if count >= _NEARLY * most), None)


def tell_regard(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return what one is told to feel for another or to think of them; none where the text does not say."""
    cards = [reader.view.who(name) for name in (asked.subject, asked.listener)]
    if len(cards[0]) != 1 or len(cards[1]) > 1 or cards[0] == cards[1]:
        return []
    bare = _ARTICLE.sub("", asked.listener)
    if not cards[1] and bare == asked.listener and not bare[:1].isupper():
        return []  # "it", "that"
    names = [[known.name for known in found[0].names] if found else [bare] for found in cards]
    second = [span.start for span in reader.mentions(names[1])]
    tells_it = is_narrator(names[0], reader)
    first = second if tells_it else [span.start for span in reader.mentions(names[0])]
    worth: dict[ReadSentence, float] = {}
    for at in first:
        near = bisect_left(second, at - _ROUND_CHARS)
        if near == len(second) or second[near] > at + _ROUND_CHARS:
            continue
        end = min(reader.view.chars, max(at, second[near]) + _ROUND_CHARS)
        for span in reader.view.sentences(Span(min(at, second[near]), end)):
            sentence = reader.sentence(span)
            if sentence not in worth:
                worth[sentence] = _regard(sentence, names, asked.topic, reader, tells_it=tells_it)
    least = max(_TELLING, max(worth.values(), default=0.0) - _LESS_TELLING)
    best = sorted((s for s in worth if worth[s] >= least), key=lambda s: (-worth[s], s.span))
    told = {one for s in best[:REGARD_SENTENCES] for one in (*_who_is_meant(s, names, reader), s)}
    return sorted(told, key=lambda s: s.span)


def _who_is_meant(
    sentence: ReadSentence, names: Sequence[Sequence[str]], reader: Reader
) -> list[ReadSentence]:
    """Return the sentences before one that name whom its "her" means; none where it names both itself."""
    if all(any(name in sentence.text for name in known) for known in names):
        return []
    before = reader.before(sentence.span)[-2:]
    named = (i for i, s in enumerate(before) if any(name in s.text for known in names for name in known))
    return before[max(named, default=len(before)) :]


def _regard(
    sentence: ReadSentence, names: Sequence[Sequence[str]], verb: str, reader: Reader, *, tells_it: bool
) -> float:
    """Return how much a sentence looks as if it told what the first of `names` feels for the second."""
    text = sentence.text
    felt = list(_REGARD.finditer(text))
    if not felt or (tells_it and is_spoken(sentence.span.start, reader.view)):
        return 0.0
    subject, other = ([at for name in known if (at := text.find(name)) >= 0] for known in names)
    if tells_it:
        told = _SPOKEN.sub(lambda speech: " " * len(speech[0]), text)
        subject = [match.start() for match in _MYSELF.finditer(told)]
    worth = -_LESS_TELLING if "?" in text else 0.0
    before = reader.before(sentence.span)[-2:]
    if not (subject or other):  # "he was attracted by her", behind a sentence with both
        before = [s for s in before[-1:] if all(any(name in s.text for name in known) for known in names)]
        worth += 0.4
    for known, found in zip(names, (subject, other), strict=True):
        worth += 1.0 if found else 0.6
        if not found and ((tells_it and known is names[0]) or not _PRONOUN.search(text)):
            return 0.0
        if not found and not any(name in s.text for s in before for name in known):
            return 0.0
    return worth + max(_felt_by(word, subject, other, verb) for word in felt)


def _felt_by(word: re.Match[str], subject: Sequence[int], other: Sequence[int], verb: str) -> float:
    """Return how much a word of feeling looks as if the one who stands at `subject` felt it."""
    last = max((at for at in subject if at < word.start()), default=-_FEELER_CHARS)
    last_other = max((at for at in other if at < word.start()), default=-1)
    worth = 0.5 if word["strong"] else 0.0
    if word.start() - last < _FEELER_CHARS and last_other < last:
        worth += 0.7
    elif not subject and last_other < 0:
        worth += 0.4
    return worth + (0.5 if verb and word[0].lower()[:3] == verb[:3] else 0.0)


def is_narrator(names: Sequence[str], reader: Reader) -> bool:
    """Tell whether somebody tells the story: others call them by name, and who tells it says "I"."""
    mentions = reader.mentions(names)[:_MENTIONS_LOOKED_AT]
    spoken = sum(is_spoken(mention.start, reader.view) for mention in mentions)
    if spoken < _MOSTLY * len(mentions):
        return False
    told = _SPOKEN.sub(" ", reader.text[-_SAMPLE_CHARS:])
    return _WORDS_A_SELF * len(_MYSELF.findall(told)) > len(told.split())


def tell_place(asked: Asked, reader: Reader) -> list[ReadSentence]:
    """Return the sentences that say where a place lies; none where the text does not say."""
    worth: dict[ReadSentence, int] = {}
    for place in reader.mentions([asked.subject]):
        sentence = reader.sentence_at(place)
        if sentence is None or "?" in sentence.text:
            continue
        before, after = (
            sentence.text[: place.start - sentence.span.start],
            reader.text[place.end : sentence.span.end],
        )
        cues = (_LIES_BEFORE.search(before) is not None) + (_LIES_AFTER.match(after) is not None)
        if cues:
            worth[sentence] = max(cues, worth.get(sentence, 0))
    best = sorted(worth, key=lambda s: (-worth[s], s.span))[:PLACE_SENTENCES]
    return sorted(best, key=lambda s: s.span)
