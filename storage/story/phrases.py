"""Phrases that say how somebody looks, found in one sentence: where each stands and what it is about. Pure.

Who is meant is not asked here (looking.py). A phrase is the text's own words and nothing else; a part of the
body or a piece of clothing is one only where a colour, a size, a stuff or a likeness stands with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.story.looks import Aspect, aspect_of
from storage.story.visible import (
    AGE,
    BUILD,
    CLOTHES,
    COLOURS,
    FACE_HAIR,
    GLASSES,
    OUTER,
    PARTS,
    PEOPLE,
    WORN,
    is_visual,
)

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+")
_DETERMINERS = frozenset("a an the his her their its one two another".split())
_ADVERBS = frozenset(
    "very rather quite so too little most single own left right front good two three more".split()
)
_MATERIALS = frozenset(
    "silk velvet wool linen cotton satin leather lace fur jet yarn jade gold silver tow straw "
    "muslin tweed wood bone".split()
)
_HEADS = (
    PARTS
    | WORN
    | GLASSES
    | CLOTHES
    | frozenset("coil gap dimple streak patch freckles chest knot head paunch hump".split())
)
_NEED_MORE = frozenset(
    "coil gap dimple streak patch knot chest head back feet hand hands fingers leg legs".split()
)
_TAIL = re.compile(
    r" (?:like|as(?! if| though)|of|in|on|over|from|to|down|between|across|round|around|at|drawn|"
    r"pulled|worn|dressed"
    r"|going|fastened|cut|tied|that|which|reaching|hanging|stitched|streaked|shot|seamed|combed)\b"
)
_STOP = re.compile(
    r"[;:.!?—–“”()\x01]|,| and (?!coarse)|(?<!fastened)(?<!covered) with | behind | but | till | until "
    r"| covered "
)
_MORE = re.compile(
    r",? (?:worn|dressed|drawn|tied|combed|pulled|cut|falling|hanging|parted|going|gone|an? [a-z-]+ one|"
    r"[a-z-]+ going|that|which)\b[^,;:.!?—–“”()\x01]*"
)
_LIKENESS = re.compile(
    r"\bas (?P<a>[a-z-]+)(?: and (?P<b>[a-z-]+))? as (?:an? |the )?"
    r"(?!(?:the|there|it|he|she|they|we|you|possible|usual|ever|to)\b)"
    r"[a-z-]+(?: [a-z-]+)?"
)
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TENS = rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-{_ONES})?"
_NUMBER = (
    rf"(?:\d{{1,2}}|{_ONES}-and-(?:twenty|thirty|forty|fifty)|{_TENS}|[a-z]+teen"
    r"|eleven|twelve|ten|nine|eight|seven|six)"
)
_AGE = re.compile(
    rf"\b(?:about |nearly |barely |just |almost |perhaps |over |past |under )*{_NUMBER}"
    r"(?: (?:years old|years of age|at the least|perhaps|or so|or thereabouts)\b|(?= and\b|[,.;:!?]|$))"
)
_AGED = re.compile(
    rf"\b(?:aged |of |in (?:his|her) (?:early |late |middle )?)(?:about |some )?(?:{_NUMBER}|"
    rf"[a-z]+ties|middle years)\b"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a sentence that tell a look, by their places in it."""

    start: int
    end: int
    aspect: Aspect
    bare: bool = False
    """Adjectives alone: only a "was" tells whose they are."""
    by_tail: bool = False
    """Nothing but what follows the word says how it looks: "a face like a shut door"."""


_PASSING = frozenset("white pale red grey gray pallid pink crimson scarlet green light".split())
"""What faces turn and turn back from."""
_MOMENTARY = frozenset(("naked",))
"""What a part of somebody is for a moment."""
_NO_MORE = re.compile(r"[,.;:!?—–]| (?:and|but|with|as|like|nearly|underneath)\b|$")
_COLOURED = COLOURS - _PASSING
_BARE = frozenset(
    "tall stout thin slim slender lean fat plump small short lame stooped bent upright slight wiry "
    "gaunt burly "
    "stocky lanky muscular sturdy hunchbacked "
    "handsome bald pretty beautiful ugly cropped bearded clean-shaven freckled toothless scarred dark "
    "fair blond "
    "blonde sunburnt sunburned tanned bronzed swarthy lined wrinkled".split()
)
_SPLIT = re.compile(r"[^a-z]+")
_TRIGGERS = (
    _HEADS
    | PEOPLE
    | BUILD
    | COLOURS
    | CLOTHES
    | _BARE
    | frozenset(
        "years aged about nearly cropped mourning rags twenty thirty forty fifty sixty seventy "
        "eighty ninety ten "
        "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen as".split()
    )
)
"""Without one of these a sentence says nothing of looks; most have none."""


def find_phrases(sentence: str) -> list[Phrase]:
    """Return the phrases of a sentence in order, none inside another. Speech in it is masked by \\x01."""
    if _TRIGGERS.isdisjoint(_SPLIT.split(sentence.lower())):
        return []
    words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(sentence)]
    found: list[Phrase] = []
    taken = 0
    for index, (start, _end, word) in enumerate(words):
        if start < taken:
            continue
        low = word.lower()
        phrase = None
        if low in PEOPLE:
            phrase = _figure(sentence, words, index)
        elif low in _HEADS and word == low:
            phrase = _part(sentence, words, index, taken)
        if phrase is not None:
            # What a longer phrase holds is told by it.
            found = [one for one in found if one.end <= phrase.start]
            found.append(phrase)
            taken = phrase.end
            nested = _worn_within(sentence, words, phrase)
            if nested is not None:
                found.append(nested)
    found += [one for one in _ages(sentence) if not _inside(one, found)]
    found += [one for one in _likenesses(sentence) if not _inside(one, found)]
    found += [one for one in _colours_worn(sentence) if not _inside(one, found)]
    found += [one for one in _adjectives(sentence, words) if not _inside(one, found)]
    return sorted(found, key=lambda one: one.start)


def _inside(one: Phrase, others: list[Phrase]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


Words = list[tuple[int, int, str]]


def _joined(sentence: str, left: tuple[int, int, str], right: tuple[int, int, str]) -> str:
    return sentence[left[1] : right[0]]


def _modifiers(sentence: str, words: Words, index: int, taken: int = 0) -> tuple[int, list[str]]:
    """Return where the phrase that ends with word `index` begins, and the words before it."""
    first, found = index, list[str]()
    while first > 0 and words[first - 1][0] >= taken:
        before, here = words[first - 1], words[first]
        gap, word = _joined(sentence, before, here), before[2]
        if gap == " " and word == "and" and first > 1 and found and is_visual(words[first - 2][2].lower()):
            first -= 1
            continue
        if gap not in (" ", ", ") or word != word.lower():
            break
        if gap == ", " and not (found and is_visual(word)):
            break
        if not (is_visual(word) or word in _ADVERBS or word in AGE or word in _MATERIALS) or word == "worn":
            break
        found.append(word)
        first -= 1
    if words[first][2] == "and":
        first += 1
    return first, found


def _start_of(sentence: str, words: Words, first: int, kept: frozenset[str]) -> int:
    if (
        first > 0
        and words[first - 1][2].lower() in kept
        and _joined(sentence, words[first - 1], words[first]) == " "
    ):
        return words[first - 1][0]
    return words[first][0]


_ARTICLES = frozenset({"a", "an"})


def _figure(sentence: str, words: Words, index: int) -> Phrase | None:
    first, mods = _modifiers(sentence, words, index)
    article = words[first - 1][2].lower() if first > 0 else ""
    end = words[index][1]
    aged = re.match(
        rf" (?:of (?:about |some |nearly )?{_NUMBER}\b(?!-)|in (?:his|her) [a-z]+ (?:years|teens|"
        rf"[a-z]+ties)\b)",
        sentence[end:],
    )
    if article not in _ARTICLES or not (mods or aged or words[index][2] in AGE):
        return None
    end += aged.end() if aged else 0
    return Phrase(words[first - 1][0], end, Aspect.FIGURE)


def _part(sentence: str, words: Words, index: int, taken: int) -> Phrase | None:
    _start_word, end, head = words[index]
    following = words[index + 1] if index + 1 < len(words) else None
    if following is not None and following[2] in _HEADS and _joined(sentence, words[index], following) == " ":
        return None  # "a black lace cap" is a cap
    first, mods = _modifiers(sentence, words, index, taken)
    if head in CLOTHES - WORN and not (
        any(word in COLOURS for word in mods) and re.match(r"[,.;:]|$", sentence[end:])
    ):
        return None
    coil = (
        first > 1
        and words[first - 1][2] == "of"
        and words[first - 2][2]
        in ("coil", "mass", "shock", "mop", "crown", "mane", "cloud", "pair", "length", "knot", "fringe")
    )
    if coil:
        first, others = _modifiers(sentence, words, first - 2, taken)
        mods += others
    begin = max(taken, _start_of(sentence, words, first, _ARTICLES))
    tail = ""
    match = _TAIL.match(sentence, end)
    if match is not None or (likeness := _LIKENESS.match(sentence, end + 1)) is not None:
        likeness = _LIKENESS.match(sentence, end + 1)
        if likeness is not None:
            stop_at = likeness.end()
        else:
            stop = _STOP.search(sentence, end)
            stop_at = stop.start() if stop else len(sentence.rstrip())
        tail = sentence[end:stop_at]
    seen = any(is_visual(word) and word not in _MOMENTARY for word in mods)
    told = re.match(
        r" (?:of (?:the |a )?(?P<stuff>[a-z-]+)|(?:in|on|over|at) (?:his|her) (?P<where>[a-z-]+))", tail
    )
    tells = bool(
        re.match(r" (?:like|as) ", tail)
        or (told and any(one and is_visual(one) for one in told.groups()))
        or re.match(r" (?:cut|seamed|streaked|shot)", tail)
        or (head in WORN and begin < words[first][0] and re.match(r" (?:that|(?:on|in) which) ", tail))
    )
    if re.match(r" (?:in|under|over|on) (?:his|her) (?:hand|hands|arm|arms|knee|knees|lap)\b", tail):
        return None  # carried, not worn
    if head in FACE_HAIR and sentence[begin : begin + 2] == "a ":
        seen = True
    if head in ("gap", "dimple", "streak"):
        if not re.match(r" (?:in|at|between|of) ", tail):
            return None
    elif head == "knot" and not tells:
        return None
    elif head == "head":
        if not any(word in COLOURS or word in ("bald", "cropped", "shaven", "shorn") for word in mods):
            return None
        tail = ""
    elif (
        head in _NEED_MORE and not (re.match(r" (?:like|as) ", tail) or seen or (head == "patch" and tells))
    ) or (not seen and not tells):
        return None
    until = (
        end + len(tail) if tail and aspect_of(head) is not Aspect.HANDS and _tail_belongs(tail, head) else end
    )
    more = _MORE.match(sentence, until)
    while more is not None and head in PARTS | WORN and _continues(more.group()):
        until = more.end()
        more = _MORE.match(sentence, until)
    until = _trimmed(sentence, begin, until)
    aspect = {
        "coil": Aspect.HAIR,
        "gap": Aspect.FACE,
        "dimple": Aspect.FACE,
        "streak": Aspect.HAIR,
        "patch": Aspect.FACE,
        "knot": Aspect.CLOTHES,
        "head": Aspect.HAIR,
    }.get(head) or aspect_of(head)
    return Phrase(begin, until, aspect or Aspect.BODY, by_tail=not seen)


_ASIDE = re.compile(
    r"^ (?:that|which) (?:was|were) (?:always|never)|^ (?:from|to|of) (?:the|a) (?:floor|door|room)\b"
)


def _tail_belongs(tail: str, head: str) -> bool:
    return not _ASIDE.match(tail) and len(tail) <= 90


def _continues(text: str) -> bool:
    return len(text) <= 90 and not re.match(
        r",? (?:that|which) (?:had been to|altered|he|she|they|I)\b", text
    )


def _trimmed(sentence: str, begin: int, end: int) -> int:
    text = sentence[begin:end].rstrip(" ,")
    for loose in (" that", " which", " of", " in", " on", " to", " from", " as", " had"):
        text = text.removesuffix(loose)
    return begin + len(text)


def _worn_within(sentence: str, words: Words, phrase: Phrase) -> Phrase | None:
    """Return what is worn and told within a phrase of other things: the uniform a beard comes down to."""
    if phrase.aspect is Aspect.CLOTHES:
        return None
    for index, (start, end, word) in enumerate(words):
        if phrase.start < start and end <= phrase.end and word in OUTER and word in WORN:
            first, mods = _modifiers(sentence, words, index)
            if any(is_visual(one) for one in mods):
                return Phrase(_start_of(sentence, words, first, _ARTICLES), end, Aspect.CLOTHES)
    return None


def _ages(sentence: str) -> list[Phrase]:
    matches = [match for pattern in (_AGE, _AGED) for match in pattern.finditer(sentence)]
    return [Phrase(m.start(), m.end(), Aspect.AGE, bare=True) for m in matches[:1]]


def _likenesses(sentence: str) -> list[Phrase]:
    return [
        Phrase(m.start(), m.end(), Aspect.FIGURE, bare=True)
        for m in _LIKENESS.finditer(sentence)
        if m["a"] not in _PASSING and (is_visual(m["a"]) or (m["b"] and is_visual(m["b"])))
    ]


_IN_COLOUR = re.compile(
    r"\bin (?!the dark\b)(?:(?:deep|pale|dark|light|plain|full|the) )?(?:"
    + "|".join(sorted(COLOURS | {"mourning", "rags"}))
    + r")"
    r"(?: from [a-z]+ to [a-z]+)?(?=[,.;:!?]| and\b| with\b| at\b| between\b|$)"
)


def _colours_worn(sentence: str) -> list[Phrase]:
    return [Phrase(m.start(), m.end(), Aspect.CLOTHES) for m in _IN_COLOUR.finditer(sentence)]


def _adjectives(sentence: str, words: Words) -> list[Phrase]:
    """Return bare adjectives of build and looks: "small", "brown as a nut", "bent nearly in two"."""
    found = []
    for start, end, word in words:
        tail = re.match(r" (?:as an? [a-z]+|like an? [a-z]+|nearly in two)", sentence[end:])
        if word == "short" and sentence[:start].endswith("in "):
            continue  # "in short"
        if (word in _BARE and _NO_MORE.match(sentence, end)) or (word in _COLOURED and tail):
            found.append(Phrase(start, end + (tail.end() if tail else 0), Aspect.FIGURE, bare=True))
    return found
