"""What a picture shall show, and the words for it. Pure.

A brief holds words of the read text, each with where it stands, and words that the reader chose. It has no
field for a title, an author or a name, and what is built of it can have none (S21, S30, T26).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from json import dumps, loads


class Subject(StrEnum):
    """What of a book is drawn."""

    PERSON = "person"
    PLACE = "place"
    SCENE = "scene"
    PANEL = "panel"
    """One of a storyboard."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Words that a picture goes by; `start`, `end` and `reveal` are offsets in the reading text.

    What the reader chose or asked for has `by_reader` and no place in the text.
    """

    aspect: str
    text: str
    start: int = 0
    end: int = 0
    reveal: int = 0
    by_reader: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """What a picture shall show: details of the subject, and those of each person in a scene."""

    subject: Subject
    details: tuple[Detail, ...]
    present: tuple[tuple[Detail, ...], ...] = ()
    wishes: tuple[str, ...] = ()
    """What the reader asked to be different from the version before: "older, no hat"."""

    @property
    def reveal(self) -> int:
        """Return the offset from which all of it is known."""
        return max((detail.reveal for detail in self.all), default=0)

    @property
    def all(self) -> tuple[Detail, ...]:
        """Return every detail, in order."""
        return (*self.details, *(detail for one in self.present for detail in one))


STYLES: Mapping[str, str] = {
    "realistic": "a realistic photograph-like picture, natural light, fine detail",
    "painterly": "an oil painting with visible brushwork and warm light",
    "ink": "an ink drawing, black lines and grey washes on white paper",
    "storybook": "a storybook illustration in soft watercolour",
}
"""The words of each style; an operator adds to them in the configuration."""

_LEADS = {
    Subject.PERSON: "A portrait of one person, head and shoulders",
    Subject.PLACE: "A picture of a place, nobody in it",
    Subject.SCENE: "A picture of a scene",
    Subject.PANEL: "One panel of a storyboard",
}
_PLAIN = "Nothing else is known: keep everything that is not named here plain, neutral and unremarkable."
_NO_LETTERS = "No letters, no words, no signature."
_CAPITAL = re.compile(r"(?<![.!?“\"] )(?<!^)\b[A-Z][^\W\d_]+")
_MOST_CHARS = 3_000


def build_prompt(brief: Brief, style: str) -> str:
    """Return the words that a model gets; `style` is the style's words. At most 3,000 characters."""
    told = [detail for detail in brief.details if not detail.by_reader]
    chosen = [detail for detail in brief.details if detail.by_reader]
    lines = [f"{_LEADS[brief.subject]}, {style}."]
    lines += [f"{_described(told)}."] * bool(told)
    lines += [f"One person in it: {_described(one)}." for one in brief.present if one]
    lines += [f"Also: {_described(chosen)}."] * bool(chosen)
    lines += [f"Different from before: {'; '.join(brief.wishes)}."] * bool(brief.wishes)
    return " ".join([*lines, _PLAIN, _NO_LETTERS])[:_MOST_CHARS]


def _described(details: Sequence[Detail]) -> str:
    return "; ".join(" ".join(detail.text.split()).rstrip(".;,") for detail in details)


def without_names(text: str, names: Sequence[str], other: str = "somebody") -> str:
    """Return text in which known names are replaced, and any other word with a capital inside a sentence."""
    for name in sorted(set(names), key=len, reverse=True):
        text = re.sub(rf"(?:\b[Tt]he )?\b{re.escape(name)}(?![^\W\d_])", other, text)
    return re.sub(rf"\b{other}(?:,? {other})+\b", other, _CAPITAL.sub(other, text))


def cache_key(brief: Brief, *, style: str, size: str, model: str, seed: str = "", reference: str = "") -> str:
    """Return the key of a rendering, 64 hexadecimal digits: of what is shown and how, never of who asks.

    Equal descriptors share one rendering, whoever asks; one more or one fewer is another (S30, T25). `seed`
    is the policy that gives the seed, `reference` the key of the rendering that it starts from.
    """
    present = sorted(_descriptor_set(one) for one in brief.present)
    parts = [
        brief.subject.value,
        _descriptor_set(brief.details),
        present,
        list(brief.wishes),
        style,
        size,
        model,
        seed,
        reference,
    ]
    return sha256(dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _descriptor_set(details: Sequence[Detail]) -> list[tuple[str, str]]:
    return sorted({(detail.aspect, " ".join(detail.text.split())) for detail in details})


def seed_of(key: str) -> int:
    """Return the seed of a rendering, 1 to 2^31 - 1: by its key, so that it tells nothing else."""
    return int(key[:8], 16) % (2**31 - 1) + 1


def brief_to_json(brief: Brief) -> str:
    """Return a brief as it is stored."""
    return dumps(asdict(brief), ensure_ascii=False)


def brief_from_json(text: str) -> Brief:
    """Return a stored brief."""
    raw = loads(text)
    return Brief(
        Subject(raw["subject"]),
        tuple(Detail(**one) for one in raw["details"]),
        tuple(tuple(Detail(**one) for one in some) for some in raw["present"]),
        tuple(raw["wishes"]),
    )
