"""Proper names in a sentence of a draft, and whether they stand in the read text (S13). Pure.

A name may be used only if that string stands there. Folded are case, accents, a possessive, a plural,
inflection in languages that inflect names, and a plain transliteration; nothing else. A word at the head
of a sentence is a name unless it is an ordinary opener or the read text knows it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from agent.lexicon import AUXILIARIES, JOINERS, MASS_NOUNS, TITLES, function_words, openers, world_words
from agent.quotations import MASK
from agent.reading import ReadText

_TOKEN = re.compile(r"[^\W_]+(?:['’\-‐‑.](?=[^\W_])[^\W_]+)*")
_POSSESSIVE = re.compile(r"['’](?:s|S)?$")
_HEAD = frozenset("\"“”‘'«»([—–-:;!?…•")
_FORMS_OF_ADDRESS = frozenset("mr mrs ms miss sir madam dr".split())
_TAILS = frozenset("like style born ish era".split())
_INFLECTING = frozenset("ru uk be pl cs sk hr sr sl bg fi et hu lt lv la el tr de is".split())


@dataclass(frozen=True, slots=True)
class NameCandidate:
    """Words of a sentence that look like one name: the code points `[start, end)` of the sentence.

    `heads` tells that it stands where any word has a capital; `next_word` is what follows it, in lower case.
    """

    text: str
    start: int
    end: int
    heads: bool
    next_word: str


def find_names(sentence: str) -> list[NameCandidate]:
    """Return what looks like proper names in `sentence`, in order; ordinary openers are left out."""
    tokens = list(_TOKEN.finditer(sentence))
    head = sentence[: tokens[0].start()] if tokens else ""
    lower_head = bool(tokens) and tokens[0].group()[0].islower() and MASK not in head
    found: list[NameCandidate] = []
    at = 0
    while at < len(tokens):
        word = tokens[at].group()
        if not _is_capital(word):
            # A sentence without its capital hides its names: every word of it must be known.
            if lower_head and word[0].isalpha() and word.lower() not in openers() | world_words():
                found.append(_candidate(sentence, tokens, at, at + 1))
            at += 1
            continue
        stop = _run(sentence, tokens, at)
        begin = at
        if _heads(sentence, tokens, at):
            while begin < stop and _bare(tokens[begin].group()).lower() in openers():
                begin += 1
        if begin < stop:
            found.append(_candidate(sentence, tokens, begin, stop))
        at = max(stop, at + 1)
    return found


def stands(name: NameCandidate, reading: ReadText, known_names: Iterable[str] = ()) -> bool:
    """Tell whether `name` may be used: its string, folded, stands in the read text."""
    words = [w for w in (_bare(t) for t in name.text.split()) if w]
    while words and words[0].lower().rstrip(".") in world_words() - TITLES and len(words) > 1:
        words = words[1:]
    while words and words[-1].lower().rstrip(".") in world_words() and len(words) > 1:
        words = words[:-1]
    if not words:
        return True
    if len(words) == 1:
        return _word_stands(words[0], name, reading, known_names)
    if _phrase_stands(words, reading):
        return True
    if (
        name.heads
        and reading.has(words[0])
        and words[0].lower() not in TITLES
        and not reading.has_capital(words[0])
    ):
        rest = words[1:]  # an ordinary word at the head, then the name
        return _phrase_stands(rest, reading) if len(rest) > 1 else _single(rest[0], reading, known_names)
    return _transliterated(" ".join(words), reading, known_names)


def is_disguised(token: str) -> bool:
    """Tell whether a token is no word of any language: mixed scripts, digits inside, capitals inside."""
    letters = [c for c in token if c.isalpha()]
    if not letters:
        return False
    if len(token) > 28 and "-" not in token:
        return True
    if len({_script(c) for c in letters}) > 1:
        return True
    core = re.sub(r"^(?:Mac|Mc|O['’]|D['’]|L['’]|De|Le|La|Du|Van|Fitz)(?=[A-Z])", "", token)
    parts = re.split(r"['’\-‐‑.]", core)
    if any(c.isdigit() for c in core) and not re.fullmatch(r"[¶§]?\d+(?:st|nd|rd|th|s|am|pm|[a-z])?", core):
        return True
    return any(p[1:] != p[1:].lower() and p != p.upper() for p in parts if p)


def _word_stands(word: str, name: NameCandidate, reading: ReadText, known: Iterable[str]) -> bool:
    plain = word.lower().rstrip(".")
    if plain in world_words() or plain in function_words() or plain in _FORMS_OF_ADDRESS:
        return True
    if not name.heads:
        if word[0].islower():  # of a sentence in disguise
            return _known_somehow(plain, reading)
        return _single(word, reading, known)
    if _single(word, reading, known):
        return True
    if not _known_somehow(plain, reading):
        return False
    # The text has it in lower case only. As a bare subject it would be a name: "Rose was there".
    bare_subject = name.next_word in AUXILIARIES or _POSSESSIVE.search(name.text) is not None
    return (
        not bare_subject or plain in MASS_NOUNS or plain.endswith(("ing", "ness", "ment", "ion", "ity", "s"))
    )


def _known_somehow(word: str, reading: ReadText) -> bool:
    if reading.has(word):
        return True
    for ending in ("s", "es", "d", "ed", "ing", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)]
            if reading.has(base) or reading.has(base + "e"):
                return True
    return reading.has(word + "s") or reading.has(word + "ed") or reading.has(word + "ing")


def _single(word: str, reading: ReadText, known: Iterable[str]) -> bool:
    if reading.has_capital(word) or (word.isupper() and reading.has_capital(word.title())):
        return True
    for ending in ("s", "es"):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= 3
            and reading.has_capital(word[: -len(ending)])
        ):
            return True
    parts = [p for p in word.split("-") if p]
    if len(parts) > 1 and all(p in _TAILS or (_is_capital(p) and _single(p, reading, known)) for p in parts):
        return True
    if reading.language in _INFLECTING or _script(word[0]) != "LATIN":
        # Anna, Anny, Annie: the ending changes, the stem and its capital stay.
        stem = word[:-1] if len(word) < 6 else word[: max(4, len(word) - 3)]
        if len(stem) >= 3 and reading.has_prefix(stem, 2 if len(word) < 6 else 3):
            return True
    return _transliterated(word, reading, known)


def _phrase_stands(words: list[str], reading: ReadText) -> bool:
    if len(words) == 1:
        return reading.has_capital(words[0])
    title = words[0].lower().rstrip(".") in TITLES
    heads = [words[0].rstrip("."), words[0].rstrip(".") + "."] if title else [words[0]]
    tails = [words[-1]]
    if words[-1].endswith("s") and len(words[-1]) > 3:
        tails.append(words[-1][:-1])
    return any(reading.has_capital(" ".join([head, *words[1:-1], tail])) for head in heads for tail in tails)


def _transliterated(word: str, reading: ReadText, known: Iterable[str]) -> bool:
    """Tell whether a name in another script is a read one, by its consonants and script alone."""
    if all(_script(c) == "LATIN" for c in word if c.isalpha()) == _is_latin(reading):
        return False
    wanted = skeleton(word)
    if len(wanted) < 2:
        return False
    return any(skeleton(part) == wanted for name in known for part in (name, *name.split()))


_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e e zh z i i k l m n o p r s t u f h ts ch sh sh  y  e u a i i e g".split(" "),
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i t i k l m n x o p r s s t i f h ps o".split(), strict=True
    )
)
_ALIKE = str.maketrans(
    {"w": "v", "c": "k", "q": "k", "z": "s", "j": "g", "y": None} | dict.fromkeys("aeiouh")
)


def skeleton(name: str) -> str:
    """Return the consonants of a name in one plain script, doubled ones once; "" when there are none."""
    folded = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
    latin = "".join(_CYRILLIC.get(c, _GREEK.get(c, c)) for c in folded)
    plain = re.sub(
        r"[^a-z]", "", latin.replace("x", "ks").replace("ph", "f").replace("ts", "s").replace("zh", "s")
    )
    plain = plain.replace("dzh", "j").replace("kh", "h").translate(_ALIKE)
    return re.sub(r"(.)\1+", r"\1", plain)


def _is_latin(reading: ReadText) -> bool:
    return next((_script(c) == "LATIN" for c in reading.text[:2_000] if c.isalpha()), True)


def _script(char: str) -> str:
    if char < "\u0250":
        return "LATIN"
    try:
        return unicodedata.name(char).split(" ")[0].replace("FULLWIDTH", "LATIN")
    except ValueError:
        return "?"


def _is_capital(word: str) -> bool:
    return word[0].isupper() or word[0].istitle()


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.strip(',;:!?"“”‘«»()[]'))


def _heads(sentence: str, tokens: list[re.Match[str]], at: int) -> bool:
    """Tell whether a token stands where any word would have a capital."""
    if at == 0:
        return True
    before = sentence[tokens[at - 1].end() : tokens[at].start()]
    return any(c in _HEAD for c in before.strip()) or before.strip().startswith((".", "*"))


def _run(sentence: str, tokens: list[re.Match[str]], at: int) -> int:
    """Return the end of the run of capitalised words that begins with token `at`."""
    stop = at + 1
    while stop < len(tokens):
        between = sentence[tokens[stop - 1].end() : tokens[stop].start()]
        previous = tokens[stop - 1].group()
        if _POSSESSIVE.search(previous):
            break
        if between == ". " and (previous.lower() in TITLES or len(previous) == 1):
            between = " "
        if between != " ":
            break
        if _is_capital(tokens[stop].group()):
            stop += 1
            continue
        joined = stop
        while joined < len(tokens) and tokens[joined].group() in JOINERS and joined - stop < 2:
            joined += 1
        whole = sentence[tokens[stop - 1].end() : tokens[min(joined, len(tokens) - 1)].end()]
        if (
            stop < joined < len(tokens)
            and _is_capital(tokens[joined].group())
            and all(c.isalnum() or c in " '’-" for c in whole)
            and (previous.lower() in TITLES or tokens[stop].group() not in ("of", "the"))
        ):
            stop = joined + 1
            continue
        break
    return stop


def _candidate(sentence: str, tokens: list[re.Match[str]], begin: int, stop: int) -> NameCandidate:
    start, end = tokens[begin].start(), tokens[stop - 1].end()
    following = tokens[stop].group().lower() if stop < len(tokens) else ""
    return NameCandidate(sentence[start:end], start, end, _heads(sentence, tokens, begin), following)
