"""Creatures: names that a sentence says are a dog's, a horse's, a cat's. Rules for English, by block. Pure.

"You dog" and "he was an old fox" are said of people, so a word that is also said of them counts only where
it names: "his dog Rex", "Rex, the black dog", "a cat called Tib". Whoever speaks is a person (people.py).
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter

CREATURE = "creature"
"""The kind of a descriptor whose text is what sort of creature somebody is."""

_ALSO_SAID_OF_PEOPLE = "dog hound puppy pup horse pony colt donkey mule cat goat cow monkey".split()
_BRED = (
    "spaniel terrier mastiff collie retriever poodle greyhound bulldog bloodhound foxhound sheepdog lurcher "
    "wolfhound dachshund mongrel pug mare stallion gelding filly foal cob kitten tabby tomcat nanny-goat "
    "billy-goat heifer bullock canary parrot parakeet cockatoo raven jackdaw magpie falcon goshawk tortoise "
    "elephant camel squirrel".split()
)
_BREEDS = "|".join(_BRED)
_SPECIES = rf"(?P<what>{'|'.join(_ALSO_SAID_OF_PEOPLE)}|{_BREEDS})"
_COATS = (
    r"(?:(?:black|white|brown|grey|gray|yellow|red|spotted|shaggy|brindled|tawny|piebald|skewbald|bay|chestnut|roan"
    r"|dun|tabby|tame|three-legged|long-haired|rough|old|young|little|big|great|small|favourite|faithful|poor|fat"
    r"|own|pet) )*"
)
_WHOSE = r"(?:[Tt]he|[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Yy]our|[^\W\d_a-z]\w+['’]s)"
_AFTER = re.compile(
    rf"(?:,| was| is)(?: only| called)? {_WHOSE} {_COATS}{_SPECIES}\b"
    r"(?=[,.;:—)]| who\b| which\b| that\b| and\b)"
    r"| (?:was|is|proved to be|turned out to be) an? (?:[a-z-]+,? (?:and )?(?:half )?){0,7}?"
    rf"(?P<breed>{_BREEDS})\b"
)
_BEFORE = re.compile(
    rf"(?:\b(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Yy]our)|['’]s) {_COATS}{_SPECIES}"
    rf"(?P<mark>,)?(?: (?:called|named))? $"
    rf"|\b(?:[Tt]he|[Aa]n?) {_COATS}{_SPECIES.replace('what', 'named')},? (?:called|named) $"
)
_ANY = re.compile(
    " (?:"
    + "|".join(
        f"{letter}(?:{'|'.join(word[1:] for word in words)})"
        for letter, words in groupby(sorted([*_ALSO_SAID_OF_PEOPLE, *_BRED]), key=itemgetter(0))
    )
    + ")"
)
"""Any word for a creature, by its first letter: every block of a book is asked, and so it takes a fifth."""
_REACH = 70
_MAY_FOLLOW = frozenset(" ,")


def names_a_creature(block: str) -> bool:
    """Tell whether a block has a word for a creature at all."""
    return _ANY.search(block) is not None


def creature_of(block: str, start: int, end: int) -> str:
    """Return what sort of creature the words around a name at `[start, end)` of a block say it is, or ""."""
    if block[end : end + 1] in _MAY_FOLLOW:
        match = _AFTER.match(block, end)
        if match is not None:
            return match["what"] or match["breed"]
    # A relative clause begins with a name too: "a horse Ned had sold".
    match = _BEFORE.search(block, max(0, start - _REACH), start)
    if match is None or (match["mark"] and block[end : end + 1] not in ",.;:!?"):
        return ""  # "He whistled to his dog, Ned laughed": a name after a comma must be enclosed
    return match["what"] or match["named"]
