"""Sorting: what each capitalised name is, a person, a place or neither, by the evidence so far.

Everything here is counted over the evidence it is given, which is that of a prefix. Pure.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from storage.story import lexicon as lex
from storage.story.evidence import Cue, Evidence, Mentions
from storage.story.given import is_given
from storage.story.names import Gender, Name, parse_name
from storage.story.runs import parted_runs

_CUES = tuple((int(cue), cue) for cue in Cue)
_INITIAL = int(Cue.INITIAL)

_FEW_PRONOUNS = 12
"""So many pronouns after a name outweigh what people of that name usually are."""
_GIVEN = 2
"""A given name speaks for a person as much as one deed does."""
_COMMON = 3
"""A word so often in small letters is a common one."""


class Kind(StrEnum):
    """What a name names."""

    PERSON = "person"
    PLACE = "place"
    OTHER = "other"


@dataclass(slots=True)
class Named:
    """One name with its mentions so far and what the words around them add up to."""

    name: Name
    starts: array[int]
    cues: Counter[Cue]
    flags: array[int]
    """The cues of each mention."""
    small: int
    """How often the same word stands in small letters so far, counted to a low cap."""
    told: int = 0
    """How many sentences say what only a person is: an age, a trade, kin, another name."""
    kind: Kind = Kind.OTHER

    @property
    def surface(self) -> str:
        """Return the string as it stands in the text."""
        return self.name.surface

    @property
    def count(self) -> int:
        """Return the mentions so far."""
        return len(self.starts)

    @property
    def first(self) -> int:
        """Return the offset of the first mention."""
        return self.starts[0]

    @property
    def first_end(self) -> int:
        """Return the offset after the first mention: from there on the name is known."""
        return self.starts[0] + len(self.surface)

    @property
    def gender(self) -> Gender:
        """Return the gender that titles say, or else the pronouns that follow it, or else who bears it."""
        told = self.name.gender
        if told is not Gender.UNKNOWN:
            return told
        usual = self.name.gender_of_given
        told = gender_of(self.cues)
        few = self.cues[Cue.HE] + self.cues[Cue.SHE] < _FEW_PRONOUNS
        return usual if told is Gender.UNKNOWN or (few and usual is not Gender.UNKNOWN) else told


def gender_of(cues: Counter[Cue]) -> Gender:
    """Return the gender that pronouns after a name add up to; unknown when they are few or mixed."""
    he, she = cues[Cue.HE], cues[Cue.SHE]
    if he + she < 2:
        return Gender.UNKNOWN
    if he >= 2.5 * she:
        return Gender.MALE
    return Gender.FEMALE if she >= 2.5 * he else Gender.UNKNOWN


def sort_names(evidence: Evidence) -> dict[str, Named]:
    """Return every name that the evidence supports, with its kind, in order of first mention."""
    mentions = parted_runs(evidence)
    named: dict[str, Named] = {}
    for surface, found in mentions.items():
        one = _named(surface, found, evidence)
        if one is not None:
            named[surface] = one
    for claim in (*evidence.traits, *evidence.ties, *evidence.identities):
        for surface in (claim.name, claim.text):
            if surface in named:
                named[surface].told += 1
    for one in named.values():
        one.kind = _kind_alone(one)
    _spread(named)
    _unite_families(named)
    return dict(sorted(named.items(), key=lambda item: (item[1].first, item[0])))


def _small(evidence: Evidence, word: str) -> int:
    return len(evidence.lowercase.get(word.lower(), ()))


def _named(surface: str, found: Mentions, evidence: Evidence) -> Named | None:
    name = parse_name(surface)
    word = surface.lower()
    if word.rsplit(" ", 1)[-1] in lex.ALWAYS_OTHER or (word in lex.NEVER_NAMES and len(found.starts) < 2):
        return None
    single = " " not in surface
    small = _small(evidence, surface) if single else 0
    starts, cues = found.starts, found.cues
    if single and small:
        inside = [i for i, cue in enumerate(cues) if not cue & _INITIAL]
        if not inside:
            return None
        if small > 2 and len(inside) * 2 < len(starts):
            # Mostly an ordinary word that begins sentences: only what stands inside them counts.
            starts = array("l", [starts[i] for i in inside])
            cues = array("l", [cues[i] for i in inside])
    if single and len(starts) == 1 and cues[0] & _INITIAL and _may_be_plural(word):
        return None  # "Freckles went over his nose": until it stands inside a sentence, or again
    totals: Counter[Cue] = Counter()
    for value, times in Counter(cues).items():
        for bit, cue in _CUES:
            if value & bit:
                totals[cue] += times
    return Named(name=name, starts=starts, cues=totals, flags=cues, small=small)


def _may_be_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and not is_given(word.capitalize())


def person_score(one: Named) -> float:
    """Return how much the words around a name speak for a person."""
    c = one.cues
    return (
        3.0 * c[Cue.SAID]
        + 2.0 * c[Cue.ACTS]
        + 0.4 * c[Cue.WEAKLY_ACTS]
        + 2.0 * c[Cue.CALLED]
        + 0.5 * c[Cue.CALLED_FIRST]
        + 3.0 * c[Cue.WHO]
        + 2.0 * c[Cue.KIN]
        + 0.5 * c[Cue.POSSESSIVE]
        + 0.5 * (c[Cue.HE] + c[Cue.SHE] + c[Cue.SPEAKER])
        + 2.0 * one.told
        + _form_score(one)
    )


def _form_score(one: Named) -> float:
    # Two names side by side, never with an article or a preposition of place, are mostly a person's.
    c = one.cues
    core = one.name.core
    form = len(core) > 1 and "-" not in one.surface and core[0].lower() not in lex.PLACE_HEADS
    return 1.2 if form and not (c[Cue.THE] or c[Cue.A] or c[Cue.IN] or c[Cue.BEFORE_NOUN]) else 0.0


def place_score(one: Named) -> float:
    """Return how much the words around a name speak for a place."""
    c = one.cues
    moving = (0.5 if c[Cue.IN] else 0.1) * c[Cue.TO]
    return 3.0 * c[Cue.IN] + moving + 0.5 * c[Cue.WHICH]


def other_score(one: Named) -> float:
    """Return how much the words around a name speak for a thing, a people or an adjective."""
    c = one.cues
    return 1.5 * c[Cue.A] + 1.2 * c[Cue.BEFORE_NOUN] + 1.5 * c[Cue.WHICH] + 1.0 * c[Cue.POINTED]


def _kind_alone(one: Named) -> Kind:
    name, c = one.name, one.cues
    word = one.surface.lower()
    last = word.rsplit(" ", 1)[-1]
    person, place, other = person_score(one), place_score(one), other_score(one)
    epithet = c[Cue.THE] * 2 > one.count
    if word in lex.NEVER_NAMES and (epithet or word in lex.KIN or 8 * c[Cue.SAID] < one.count):
        return Kind.OTHER
    if len(name.core) > 1 and last in lex.PLACE_ENDINGS and not name.titles:
        unlike = c[Cue.SAID] + c[Cue.KIN] + one.told < 2 or place > person
        return Kind.PLACE if unlike else Kind.PERSON
    if name.titles and name.core:
        saintly = name.titles[-1] in ("st", "saint")
        return Kind.PLACE if saintly and place >= person else Kind.PERSON
    if epithet and not _names_somebody(one, last):
        return Kind.OTHER
    if (one.small > 3 and one.count < 3) or (word.endswith("ism") and not name.titles):  # a notion
        return Kind.OTHER
    if not name.titles and len(name.core) == 1 and _is_a_common_noun(one, word):
        return Kind.OTHER
    if _is_gone_to(one) or _is_only_exclaimed(one):
        return Kind.PLACE if place >= 2 and place >= person else Kind.OTHER
    if one.small > _COMMON and len(name.core) == 1 and not is_given(word.title()) and not _is_spoken_of(one):
        return Kind.PLACE if place >= 2 and place >= person else Kind.OTHER
    strong = c[Cue.SAID] + c[Cue.ACTS] + c[Cue.WHO] + c[Cue.KIN] + c[Cue.CALLED] + one.told
    if (strong or _form_score(one)) and person >= 2 and person > 1.2 * (place + other):
        return Kind.PERSON
    if _is_a_given_name(one) and person + _GIVEN > 1.2 * (place + other):
        return Kind.PERSON
    if place >= 2 and place > 0.15 * one.count and place >= person:
        return Kind.PLACE
    return Kind.OTHER


def _is_a_given_name(one: Named) -> bool:
    """Tell whether a name is, or begins with, what people are christened, and no word besides."""
    core = one.name.core
    first = not one.small and bool(core) and is_given(core[0]) and not one.cues[Cue.THE]
    return first and (len(core) == 1 or core[0] not in _NOT_GIVEN)


def _is_a_common_noun(one: Named, word: str) -> bool:
    """Tell whether a word with a capital is a feature of the land or a crowd, which a writer may set so."""
    c = one.cues
    if word in lex.PLACE_HEADS or (word in lex.PLACE_ENDINGS and one.small):
        return c[Cue.SAID] + c[Cue.KIN] + c[Cue.WHO] + c[Cue.CALLED] + one.told < 2
    many = word.endswith("s") and not word.endswith("ss")
    return many and one.small > _COMMON and c[Cue.THE] * 5 > one.count * 2


def _is_gone_to(one: Named) -> bool:
    """Tell whether a name stands mostly after "to", "from" or "in", and never speaks or is spoken to."""
    c = one.cues
    personal = c[Cue.SAID] + c[Cue.WHO] + c[Cue.KIN] + c[Cue.CALLED] + one.told
    moving = c[Cue.TO] + c[Cue.IN]
    return (
        not one.name.titles
        and not personal
        and c[Cue.ACTS] < 2
        and moving >= 2
        and moving * 5 > one.count * 2
    )


def _is_only_exclaimed(one: Named) -> bool:
    """Tell whether one comma in a speech is all that speaks for a person, as after a town or a notion."""
    c = one.cues
    acts = c[Cue.SAID] + c[Cue.ACTS] + c[Cue.WHO] + c[Cue.KIN] + c[Cue.CALLED_FIRST]
    acts += c[Cue.HE] + c[Cue.SHE] + c[Cue.SPEAKER]
    bare = not one.name.titles and len(one.name.core) == 1 and not is_given(one.name.only)
    return bare and one.count > 1 and c[Cue.CALLED] == 1 and not acts + one.told


def _is_spoken_of(one: Named) -> bool:
    """Tell whether somebody talks, is called or is said to be what only a person is, by this name."""
    c = one.cues
    return c[Cue.SAID] + c[Cue.CALLED] + c[Cue.CALLED_FIRST] + c[Cue.WHO] + one.told > 0


def _names_somebody(one: Named, last: str) -> bool:
    """Tell whether a word with "the" is what the text calls somebody, not a people, a ship or a firm."""
    spoken = one.cues[Cue.SAID] + one.told
    if last.endswith("s") and not last.endswith("ss"):
        return spoken * 10 > one.count  # "the Brooks" are a family, "the Danes" a people
    if one.small > _COMMON and not one.name.titles and not _is_spoken_of(one):
        return False  # "the Great Rope holds": a thing may act, but it does not talk
    if one.name.titles or one.small:
        return person_score(one) > 0.3 * one.count
    return spoken * 20 >= one.count and spoken > 0


def _spread(named: dict[str, Named]) -> None:
    """Let names that share a word with a sure person or place follow it, when nothing speaks against it."""
    words: set[str] = set()
    for one in named.values():
        if one.kind is Kind.PERSON:
            words.update(one.name.core)
    titled_counts: Counter[str] = Counter()
    for one in named.values():
        if one.name.titles:
            titled_counts.update(dict.fromkeys(one.name.core, one.count))
    for one in named.values():
        name = one.name
        if one.kind is Kind.PERSON or one.surface.lower() in lex.NEVER_NAMES:
            continue
        if name.tail and name.titles and not name.core:
            alone = named.get(one.surface.partition(" of ")[0])
            one.kind = Kind.PERSON if alone is not None and alone.kind is Kind.PERSON else one.kind
            continue
        shared = words.intersection(name.core)
        full = len(name.core) > 1 and name.core[0] in words and not one.cues[Cue.IN]
        full = full or (len(name.core) == 1 and titled_counts[name.core[0]] > one.count)
        if not shared or (place_score(one) > person_score(one) + 1 and not full):
            continue
        if one.kind is Kind.PLACE and len(name.core) > 1 and name.core[-1].lower() in lex.PLACE_ENDINGS:
            continue
        if one.cues[Cue.THE] * 2 > one.count and not _names_somebody(one, name.core[-1]):
            continue
        titled = bool(shared & titled_counts.keys())
        if len(one.name.core) > 1:
            follows = one.name.core[0] not in _NOT_GIVEN and (titled or one.name.core[0] in words)
        else:
            follows = full or (titled and not one.small and other_score(one) <= person_score(one) + 2)
        if follows:
            one.kind = Kind.PERSON


def _unite_families(named: dict[str, Named]) -> None:
    """Take a lone "Brooks" for a family and no single person, where somebody is a Brook."""
    surnames = {
        one.name.core[-1]
        for one in named.values()
        if one.kind is Kind.PERSON and one.name.core and (one.name.titles or one.name.given)
    }
    for one in named.values():
        word = one.name.only
        if one.name.titles or word in surnames or not word.endswith("s"):
            continue
        if any(stem in surnames and not is_given(stem) for stem in (word[:-1], word.removesuffix("es"))):
            one.kind = Kind.OTHER


_NOT_GIVEN = frozenset("North South East West New Old Great Upper Lower Mount Lake Fort Port".split())
