"""Invented prose with people, places and coined words in it, for tests of what a book tells.

tests/books.py makes sentences of unique words: good for finding leaks of text, and dull, for nobody is
met twice. Here the same few people come back under several names, speak, are described, go to places and
use words that the text explains; later chapters bring new people, join names and end states. The same
seed gives the same text.
"""

from __future__ import annotations

import random
from functools import lru_cache

from tests.books import Chapter, MadeBook

_FIRST = "Oda Brannoc Tilde Marrow Ysolde Perrin Hespa Corvin Lunet Garrick Wenna Jory".split()
_LAST = "Quillon Thackeray-Moss Vannister Ombrey Dunmarrow Silt Harrowby Penhallick".split()
_TITLES = ["Mr.", "Mrs.", "Dr.", "Captain", "Miss", "Lady"]
_PLACES = "Velmarsh Oxcombe Tarn Dunholt Saltgate Merrowby Quayle Brackwater".split()
_COINED = "velder skarn tillow ombrel drifting-ring hask quern-light mirrel".split()
_KIND = [
    "a lamp that burns under water",
    "a man who reads the tide",
    "the last hour before dawn",
    "a flat boat",
]
_LOOKS = ["red hair", "a grey coat", "a scar over one eye", "very pale eyes", "a long black beard", "a limp"]
_DEEDS = [
    "crossed the bridge before anyone was awake",
    "buried the key under the third stone",
    "burned the letter and said nothing of it",
    "waited for the ferry until the light had gone",
    "counted the coins twice and shut the box",
    "broke the lock with a spade",
]
_KIN = ["sister", "brother", "uncle", "daughter", "apprentice", "cousin", "wife"]


@lru_cache(maxsize=16)
def told_book(seed: int, chapters: int = 6, paragraphs: int = 6, sentences: int = 4) -> MadeBook:
    """Return an invented novel of this seed with people, places, ties and explained words in it."""
    rng = random.Random(seed)
    people = [(f, rng.choice(_LAST)) for f in rng.sample(_FIRST, 7)]
    places = rng.sample(_PLACES, 5)
    coined = rng.sample(_COINED, 5)
    made = []
    for number in range(1, chapters + 1):
        known = people[: 2 + number]
        where = places[: 1 + number]
        words = coined[:number]
        body = tuple(
            " ".join(_sentence(rng, known, where, words) for _ in range(sentences)) for _ in range(paragraphs)
        )
        made.append(Chapter(f"Chapter {number}: {rng.choice(places)}", body, number=number))
    return MadeBook(tuple(made))


def _sentence(rng: random.Random, people: list[tuple[str, str]], places: list[str], words: list[str]) -> str:
    (first, last), (other, other_last) = rng.sample(people, 2)
    place, word = rng.choice(places), rng.choice(words)
    shapes = [
        f"{first} {last} {rng.choice(_DEEDS)}.",
        f"{first} {rng.choice(_DEEDS)} because {other} had asked for it.",
        f"“I will not go back to {place},” said {first}.",
        f"“Where is the {word}, {other}?” {first} asked, and nobody answered.",
        f"{first} {last} had {rng.choice(_LOOKS)}, and walked with {rng.choice(_LOOKS)}.",
        f"In {place} they met {rng.choice(_TITLES)} {other_last}, who {rng.choice(_DEEDS)}.",
        f"They carried a {word}, which is {rng.choice(_KIND)}, all the way to {place}.",
        f"{first} was the {rng.choice(_KIN)} of {other} {other_last}.",
        f"{rng.choice(_TITLES)} {last} was {first} {last}, as everyone learned that night.",
        f"They said that {first} {last} was dead, and {other} wept.",
        "Nothing moved on the water, and it rained until the morning.",
        f"She took the {word} and {rng.choice(_DEEDS)}.",
    ]
    return rng.choice(shapes)
