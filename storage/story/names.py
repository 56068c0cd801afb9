"""A name taken apart: its titles, its given name and its surname. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from storage.story import lexicon as lex
from storage.story.given import MEN, SHORT_FORMS, WOMEN, is_patronymic, spelled

_NO_PART_OF_NAMES = re.compile(r"[^\w']|_")


class Gender(StrEnum):
    """What titles and pronouns say so far."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"

    def clashes(self, other: Gender) -> bool:
        """Tell whether both are known and differ."""
        return Gender.UNKNOWN not in (self, other) and self is not other


@dataclass(frozen=True, slots=True)
class Name:
    """A surface string in its parts; `core` has no titles, no tail and no middle names.

    A patronymic between a given name and a surname is kept apart; without a surname it stands for one.
    """

    surface: str
    titles: tuple[str, ...]
    core: tuple[str, ...]
    tail: str
    patronymic: str = ""

    @property
    def given(self) -> str:
        """Return the first word of a name of several, or ''."""
        return self.core[0] if len(self.core) > 1 else ""

    @property
    def surname(self) -> str:
        """Return the last word of a name of several, or ''."""
        return self.core[-1] if len(self.core) > 1 else ""

    @property
    def only(self) -> str:
        """Return the one word of a name that has one, or ''."""
        return self.core[0] if len(self.core) == 1 else ""

    @property
    def gender(self) -> Gender:
        """Return what the titles say."""
        for title in self.titles:
            if title in lex.MALE_TITLES:
                return Gender.MALE
            if title in lex.FEMALE_TITLES:
                return Gender.FEMALE
        return Gender.UNKNOWN

    @property
    def gender_of_given(self) -> Gender:
        """Return whether mostly men or women bear the given name; a weak hint."""
        if any(title in lex.MEN_MOSTLY for title in self.titles):
            return Gender.MALE
        first = spelled(self.core[0]) if self.core else ""
        if self.titles and len(self.core) == 1:
            return Gender.UNKNOWN  # "Mr. Paul" may be a surname
        men, women = first in MEN, first in WOMEN
        if not men and not women:
            longer = SHORT_FORMS.get(first, frozenset())
            men, women = bool(longer & MEN), bool(longer & WOMEN)
        if men != women:
            return Gender.MALE if men else Gender.FEMALE
        return Gender.UNKNOWN


def parse_name(surface: str) -> Name:
    """Take a surface string apart."""
    head, _, tail = surface.partition(" of ")
    tokens = head.split(" ")
    titles: list[str] = []
    while tokens and tokens[0].rstrip(".").lower() in lex.TITLES:
        if tokens[0] in ("St.", "Saint") and len(tokens) > 1 and titles:
            break
        titles.append(tokens[0].rstrip(".").lower())
        tokens = tokens[1:]
    if not tokens and len(titles) > 1 and not tail:
        # "Miss King": what looks like a second title is the name.
        tokens = [head.split(" ")[-1]]
        titles = titles[:-1]
    core = [t for t in tokens if t.lower() not in lex.PARTICLES]
    patronymic = ""
    if len(core) > 2 and is_patronymic(core[1]):
        patronymic = core.pop(1)
    if len(core) > 2:
        core = [core[0], *[t for t in core[1:-1] if len(t.rstrip(".")) > 1], core[-1]]
    return Name(surface=surface, titles=tuple(titles), core=tuple(core), tail=tail, patronymic=patronymic)


def folded(name: str) -> str:
    """Return a name as it is compared: no case, no accents, no article, no possessive, plain quotes."""
    plain = name.replace("’", "'").replace("‘", "'")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = plain.casefold().strip()
    for ending in ("'s", "'"):
        plain = plain.removesuffix(ending)
    kept = _NO_PART_OF_NAMES.sub(" ", plain).split()
    while len(kept) > 1 and kept[0] in ("the", "a", "an"):
        kept = kept[1:]
    return " ".join(kept)
