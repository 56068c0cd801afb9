"""What a reader may say of a place, and how it is read. Pure; knows no book.

"7", "ch 7", "chapter the seventh of part two", "end of ch. 7", "Part 2, iii", "p. xii", "34%", "about
half", "offset:1200", "start", "finished". What has none of these forms is None: a title or a line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from storage.ingest.numbering import printed_number
from storage.values import SectionKind


class Edge(StrEnum):
    """Which end of a section is meant; without one the whole section is (S3)."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path to a section: "part 2", "chapter 7", "iii", "prologue".

    `unit` is one of the words that `UNITS` gives ('' when none was said); `named` is set when the step
    is a kind by itself.
    """

    unit: str = ""
    number: int | None = None
    named: SectionKind | None = None


@dataclass(frozen=True, slots=True)
class StatedStart:
    """The very beginning."""


@dataclass(frozen=True, slots=True)
class StatedEnd:
    """The very end: all is read."""


@dataclass(frozen=True, slots=True)
class StatedOffset:
    """A code point of the reading text."""

    offset: int


@dataclass(frozen=True, slots=True)
class StatedPercent:
    """A share of the reading text, from `low` to `high` percent; equal when one number was said."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class StatedPage:
    """A printed page label."""

    label: str


@dataclass(frozen=True, slots=True)
class StatedSection:
    """A path from the outermost section named to the one meant."""

    path: tuple[Step, ...]
    edge: Edge | None = None


Stated = StatedStart | StatedEnd | StatedOffset | StatedPercent | StatedPage | StatedSection

CONTAINERS = frozenset({"part", "book", "volume", "act"})
"""Units that hold chapters. The others name chapters themselves."""

UNITS = {
    word: unit
    for unit, spoken in {
        "part": "part pt parte partie teil deel del часть",
        "book": "book bk livre libro buch boek том книга",
        "volume": "volume vol tome tomo band",
        "act": "act",
        "chapter": "chapter chapters chap ch chapitre kapitel kap capitulo cap capitolo hoofdstuk глава",
        "letter": "letter",
        "canto": "canto",
        "stave": "stave",
        "scene": "scene",
        "section": "section sec",
        "adventure": "adventure",
        "story": "story",
        "tale": "tale",
    }.items()
    for word in spoken.split()
}
"""What a spoken or printed word, folded, says a number counts."""

_NAMED = {
    "prologue": SectionKind.PROLOGUE,
    "prolog": SectionKind.PROLOGUE,
    "prelude": SectionKind.PROLOGUE,
    "interlude": SectionKind.INTERLUDE,
    "intermezzo": SectionKind.INTERLUDE,
    "epilogue": SectionKind.EPILOGUE,
    "epilog": SectionKind.EPILOGUE,
}
_STARTS = frozenset(
    {"start", "beginning", "the start", "the beginning", "not started", "not started yet", "nowhere"}
)
_ENDS = frozenset(
    {
        "end",
        "the end",
        "finished",
        "finished it",
        "finished the book",
        "the end of the book",
        "end of the book",
    }
    | {"i finished", "i finished it", "i have finished", "i have finished it", "i finished the book"}
)
_LEAD_IN = re.compile(
    r"(?:(?:i am|i m|im|we are|we re) )?(?:(?:now|just|currently|up|reading|still) )*"
    r"(?:(?:at|on|in|to|reading) )?(?:the )?(?=\S)"
)
_EDGES = (
    (
        Edge.END,
        re.compile(r"(?:(?:the )?end of|after|finished|done with|have read|read|completed) (?:the )?"),
    ),
    (Edge.START, re.compile(r"(?:(?:the )?(?:start|beginning) of|before|starting|begun|began) (?:the )?")),
)
_OFFSET = re.compile(r"offset\s*[:=]?\s*(\d{1,9})", re.IGNORECASE)
_PERCENT = re.compile(
    r"(about |around |roughly |circa |~ ?)?(\d{1,3}(?:[.,]\d{1,4})?) ?(?:%|percent|per cent)(?: in| through)?"
)
_PAGE = re.compile(
    r"(?:pages?|pp?|pg)(?:\s*\.\s*|\s+|(?=\d))(\d{1,6}[a-z]?|[ivxlcdm]{1,12}|[a-z]{1,3}[-–.]?\d{1,6})",
    re.IGNORECASE,
)
_VAGUE_SHARES = {"a quarter": 25, "quarter": 25, "a third": 33, "half": 50, "halfway": 50, "half way": 50}
_VAGUE_SHARES |= {"two thirds": 66, "three quarters": 75, "the middle": 50, "midway": 50}
_ABOUT = re.compile(r"(?:about |around |roughly |nearly |almost )?(.+?)(?: through| in| of the book| done)*")
_VAGUE_PERCENT = 5.0
"""How far about a third may be from a third, in percent of the book (S3)."""

_WORDS = re.compile(r"[^\W_]+")
_FILLER = frozenset({"the", "and", "no", "number", "nr"})
_MOST_WORDS = 14
_MOST_CHARS = 120
_NUMBER_WORDS = 5


def read_stated(words: str) -> Stated | None:
    """Return the place that `words` state, or None when they have no form of one."""
    if len(words) > _MOST_CHARS:
        return None
    offset = _OFFSET.fullmatch(words.strip())
    if offset:
        return StatedOffset(int(offset.group(1)))
    page = _PAGE.fullmatch(words.strip().rstrip("."))
    if page:
        return StatedPage(page.group(1))
    plain = fold_words(words)
    if plain in _STARTS:
        return StatedStart()
    if plain in _ENDS:
        return StatedEnd()
    spoken = _LEAD_IN.sub("", plain, count=1)
    page = _PAGE.fullmatch(spoken)
    if page:
        return StatedPage(page.group(1))
    return _read_share(words, spoken) or _read_section(plain) or _read_section(spoken)


def fold_words(text: str) -> str:
    """Return the words of `text` without case, accents and punctuation, one space between them."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_WORDS.findall(plain))


def _read_share(words: str, spoken: str) -> StatedPercent | None:
    loud = _LEAD_IN.sub("", " ".join(words.casefold().split()), count=1).rstrip(".")
    percent = _PERCENT.fullmatch(loud)
    if percent:
        share = float(percent.group(2).replace(",", "."))
        return _about(share) if percent.group(1) else StatedPercent(share, share)
    vague = _ABOUT.fullmatch(spoken)
    said = _VAGUE_SHARES.get(vague.group(1)) if vague else None
    return None if said is None else _about(said)


def _about(share: float) -> StatedPercent:
    # Beyond the end stays beyond it: 130% is no place, however vaguely said.
    return StatedPercent(max(0.0, share - _VAGUE_PERCENT), max(share, min(100.0, share + _VAGUE_PERCENT)))


def _read_section(plain: str) -> StatedSection | None:
    edge = None
    for candidate, words in _EDGES:
        said = words.match(plain)
        if said:
            edge, plain = candidate, plain[said.end() :]
            break
    tokens = plain.split()
    if not 0 < len(tokens) <= _MOST_WORDS:
        return None
    steps: list[Step] = []
    inside_out = False
    at = 0
    while at < len(tokens):
        word = tokens[at]
        if steps and word in ("of", "in"):
            inside_out, at = True, at + 1
            continue
        read = _read_step(tokens, at)
        if read is None:
            return None
        step, at = read
        steps.append(step)
    if inside_out:
        steps.reverse()
    # "Chapter 3, part 2" and "part 2, chapter 3" are one place: what holds comes first.
    steps.sort(key=lambda step: step.unit not in CONTAINERS and step.unit != "")
    return StatedSection(tuple(steps), edge) if steps else None


def _read_step(tokens: list[str], at: int) -> tuple[Step, int] | None:
    """Return the step that begins at token `at` and the token after it."""
    while at < len(tokens) and tokens[at] in _FILLER:
        at += 1
    if at == len(tokens):
        return None
    named = _NAMED.get(tokens[at])
    if named is not None:
        number = _read_number(tokens, at + 1) if named is SectionKind.INTERLUDE else None
        return (Step("", number[0], named), number[1]) if number else (Step("", None, named), at + 1)
    unit = UNITS.get(tokens[at], "")
    if unit:
        after = at + 1
        while after < len(tokens) and tokens[after] in _FILLER:
            after += 1
        number = _read_number(tokens, after)
        return (Step(unit, number[0]), number[1]) if number else None
    number = _read_number(tokens, at)
    if number is None:
        return None
    value, after = number
    # "The seventh chapter": an ordinal takes the unit behind it.
    if after < len(tokens) and tokens[after - 1].endswith(("st", "nd", "rd", "th")):
        unit = UNITS.get(tokens[after], "")
        if unit:
            return Step(unit, value), after + 1
    return Step("", value), after


def _read_number(tokens: list[str], at: int) -> tuple[int, int] | None:
    for end in range(min(len(tokens), at + _NUMBER_WORDS), at, -1):
        value = printed_number(" ".join(tokens[at:end]))
        if value is not None:
            return value, end
    return None
