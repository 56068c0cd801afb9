"""Printed numbers and the labels made of them: "VII", "twenty-first", "Part Two, III". Pure.

Shared by all parsers. What a title says about front and back matter is not decided here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from storage.values import SectionKind

MAX_LABEL_CHARS = 48
"""A title without a number is its own label up to this length; beyond it the label counts chapters."""

_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})")
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = (
    {word: value for value, word in enumerate(_UNITS)}
    | {word: value for value, word in enumerate(_ORDINALS)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
    | {word[:-1] + "ieth": 10 * value for value, word in enumerate(_TENS, 2)}
)
_CHAPTER_WORDS = frozenset(
    "chapter chap ch adventure letter canto stave tale story scene lecture lesson fytte psalm step day night "
    "chapitre kapitel capitolo capítulo capitulo hoofdstuk kapittel rozdział глава".split()
)
_PLAIN_CHAPTER_WORDS = frozenset(
    "chapter chap ch chapitre kapitel capitolo capítulo capitulo hoofdstuk kapittel rozdział глава".split()
)
_PART_WORDS = frozenset(
    "part book volume vol act section phase partie livre tome teil buch band parte libro deel bok "
    "часть книга том".split()
)
_NAMED = {
    "prologue": SectionKind.PROLOGUE,
    "prelude": SectionKind.PROLOGUE,
    "prolog": SectionKind.PROLOGUE,
    "interlude": SectionKind.INTERLUDE,
    "intermezzo": SectionKind.INTERLUDE,
    "entr'acte": SectionKind.INTERLUDE,
    "epilogue": SectionKind.EPILOGUE,
    "epilog": SectionKind.EPILOGUE,
}
_KINDS = dict.fromkeys(_CHAPTER_WORDS, SectionKind.CHAPTER) | dict.fromkeys(_PART_WORDS, SectionKind.PART)
_FIRST_WORD = re.compile(r"(?:the\s+)?([^\W\d_]+(?:['’][^\W\d_]+)?)\.?(?=[\s:.,;—–-]|$)", re.IGNORECASE)
_ORDINAL_FIRST = re.compile(
    r"(?:the\s+)?([^\W\d_]+(?:-[^\W\d_]+)?)\s+([^\W\d_]+)(?=[\s:.,;—–-]|$)", re.IGNORECASE
)
_NUMBER_TOKEN = re.compile(
    r"\s*(?:the\s+|no\.?\s*)?(\d{1,4}(?:st|nd|rd|th)?|[^\W\d_]+(?:[-\s][^\W\d_]+){0,4})", re.IGNORECASE
)
_BARE = re.compile(r"[\[(]?\s*(\d{1,4}|[ivxlcdm]+)\s*[\])]?\s*([.:)—–-]*)\s*(.*)", re.IGNORECASE | re.DOTALL)
_DIGITS = re.compile(r"(\d{1,4})(?:st|nd|rd|th)?", re.IGNORECASE)
_GAPS = re.compile(r"[-\s]+")
_WORD_END = re.compile(r"[-\s]|$")
_SEPARATORS = " \t\n.:;,—–-"


class Heading(NamedTuple):
    """What a printed heading says: its kind, its printed number, the words that name it, and the rest.

    `name` is as printed ("Chapter VII", "III", "Prologue"; '' when the heading is a title alone) and
    `rest` the title after it. `worded` tells whether a word like "chapter" stands before the number.
    """

    kind: SectionKind
    number: int | None
    name: str
    rest: str
    worded: bool = False


def roman_number(text: str) -> int | None:
    """Return the value of a roman numeral in one case, upper or lower; None when it is none."""
    low = text.lower()
    if not low or (text != low and text != text.upper()) or _ROMAN.fullmatch(low) is None:
        return None
    values = [_ROMAN_VALUES[c] for c in low]
    return sum(-v if any(v < later for later in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def printed_number(text: str) -> int | None:
    """Return the number that `text` is: arabic, roman, or English words below a thousand; None when none."""
    text = text.strip(_SEPARATORS + "()[]")
    digits = _DIGITS.fullmatch(text)
    if digits:
        return int(digits.group(1))
    roman = roman_number(text)
    if roman is not None:
        return roman
    return _spelled_number(_GAPS.split(text.lower()))


def _spelled_number(words: list[str]) -> int | None:
    hundreds = 0
    if len(words) > 1 and words[1] in ("hundred", "hundredth"):
        if not 1 <= (hundreds := _WORDS.get(words[0], 0)) <= 9:
            return None
        words = words[3:] if words[2:3] == ["and"] else words[2:]
        if not words:
            return 100 * hundreds
    values = [_WORDS.get(word, -1) for word in words]
    if len(values) == 1 and values[0] >= 0:
        return 100 * hundreds + values[0]
    if len(values) == 2 and values[0] >= 20 and values[0] % 10 == 0 and 1 <= values[1] <= 9:
        return 100 * hundreds + values[0] + values[1]
    return None


def read_heading(text: str) -> Heading:
    """Read one heading as printed; a heading that names no number and no kind is a chapter's title alone."""
    text = text.strip()
    first = _FIRST_WORD.match(text)
    word = first.group(1).lower().replace("’", "'") if first else ""
    if first and word in _NAMED:
        return Heading(_NAMED[word], None, text[: first.end(1)], _rest(text[first.end(1) :]), True)
    kind = _KINDS.get(word)
    if first and kind is not None:
        numbered = _number_after(text, first.end())
        if numbered is not None:
            number, end = numbered
            return Heading(kind, number, text[:end].strip(_SEPARATORS), _rest(text[end:]), True)
    leading = _ordinal_before(text)
    if leading is not None:
        return leading
    bare = _BARE.fullmatch(text)
    if bare:
        number_or_none = printed_number(bare.group(1))
        rest = bare.group(3).strip()
        # "I saw" and "Mix" are words: a numeral before a title needs a stop, or to be more than one letter.
        firm = bool(bare.group(2)) or not rest or bare.group(1).isdigit() or len(bare.group(1)) > 1
        if number_or_none is not None and firm and not (rest and rest[0].islower()):
            return Heading(SectionKind.CHAPTER, number_or_none, bare.group(1), rest)
    spelled = printed_number(text)
    if spelled is not None:
        return Heading(SectionKind.CHAPTER, spelled, text.strip(_SEPARATORS), "")
    return Heading(SectionKind.CHAPTER, None, "", text)


def _number_after(text: str, start: int) -> tuple[int, int] | None:
    token = _NUMBER_TOKEN.match(text, start)
    if token is None:
        return None
    ends = [m.start() for m in _WORD_END.finditer(token.group(1))]
    for end in reversed(ends):
        candidate = token.group(1)[:end]
        number = printed_number(candidate)
        if number is not None and not text[token.start(1) + end :][:1].isalnum():
            return number, token.start(1) + end
    return None


def _ordinal_before(text: str) -> Heading | None:
    # "The First Part", "Second Book", "BOOK THE THIRD" (the last is read by _number_after).
    match = _ORDINAL_FIRST.match(text)
    if match is None:
        return None
    kind = _KINDS.get(match.group(2).lower())
    if kind is None or not match.group(1).lower().endswith(("st", "nd", "rd", "th")):
        return None
    number = printed_number(match.group(1))
    if number is None or roman_number(match.group(1)) is not None:
        return None
    return Heading(kind, number, text[: match.end(2)], _rest(text[match.end(2) :]), True)


def _rest(text: str) -> str:
    return text.strip().lstrip(_SEPARATORS).strip()


def _says_chapter(name: str) -> bool:
    return name.split()[0].rstrip(".").lower() in _PLAIN_CHAPTER_WORDS


def make_label(heading: Heading, *, position: int, parent: str = "") -> str:
    """Return the short printed name of a section: "Part Two, III", "Prologue", "ch. 7".

    `position` counts the chapters of the book from 1 and is used only where nothing short is printed;
    `parent` is the label of the part the section lies in.
    """
    if heading.name:
        if parent:
            return f"{parent}, {heading.name}"
        # "VII", "7." and "CHAPTER SEVEN" are one place to a reader; "Letter 7" is another.
        bare = heading.kind is SectionKind.CHAPTER and (not heading.worded or _says_chapter(heading.name))
        return f"ch. {heading.number}" if bare else heading.name
    own = heading.rest if heading.rest and len(heading.rest) <= MAX_LABEL_CHARS else f"ch. {position}"
    return f"{parent}, {own}" if parent else own
