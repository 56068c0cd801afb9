"""What the story index gets wrong in novels with human lists, by kind, and what each kind costs.

`python -m tests.benchmarks.story_errors SHARED` prints, for either collection and for the books of it that
are held out: of the first twenty cards those that are a second card of somebody or nobody on the list; of the
names that the text has those that no card lists, by what they are; and the pairwise F1 of names if each kind
were right.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean
from types import ModuleType

from tests.benchmarks.bench_story import Prediction, _occurring, _prediction
from tests.benchmarks.story_books import DEVELOPED_ON, Book, novels, pdnc, scorer_named, whole_story

KINDS = ("a word of a longer name", "its words, put together otherwise", "in small letters", "in capitals")


class Errors:
    """The errors in one book."""

    def __init__(self, scorer: ModuleType, book: Book) -> None:
        """Read the book and compare its cards with the list."""
        self._scorer, self._gold = scorer, _occurring(book)
        self._cards = [_prediction(book, card) for card in whole_story(book).people()]
        listed: dict[str, int] = {}
        for place, one in enumerate(self._cards):
            for name in _names(one):
                listed.setdefault(scorer.norm_name(name), place)
        owners: dict[str, set[int]] = {}
        for who, row in enumerate(scorer.gold_table(self._gold)[0]):
            for name in row["names"]:
                owners.setdefault(scorer.norm_name(name), set()).add(who)
        self._owner = {name: min(whose) for name, whose in owners.items() if name and len(whose) == 1}
        self._listed = {name: place for name, place in listed.items() if name in self._owner}
        votes: dict[int, Counter[int]] = {}
        for name, place in self._listed.items():
            votes.setdefault(self._owner[name], Counter())[place] += 1
        self._card = {who: counts.most_common(1)[0][0] for who, counts in votes.items()}
        self.lost = {name: self._kind(name, book.text) for name in self._owner if name not in self._listed}
        figures = scorer.score(book.gold, self._cards, ks=(20,))["precision_at"]["20"]
        self.first = figures["of"]
        self.right = round(figures["strict"] * self.first)
        self.second = round(figures["lenient"] * self.first) - self.right

    def f1(self, found: Iterable[str] = (), *, joined: bool = False) -> float:
        """Return the F1 of names if those of these kinds were listed, or if all that are were on one card."""
        kinds = set(found)
        cards: list[Prediction] = [{**one, "aliases": [*one["aliases"]]} for one in self._cards]
        for name, kind in self.lost.items():
            if kind in kinds and self._owner[name] in self._card:
                cards[self._card[self._owner[name]]]["aliases"].append(name)
        for name, place in self._listed.items() if joined else ():
            home = self._card[self._owner[name]]
            if home != place:
                left = [other for other in _names(cards[place]) if self._scorer.norm_name(other) != name]
                cards[place] = {**cards[place], "name": left[0] if left else "nobody", "aliases": left}
                cards[home]["aliases"].append(name)
        return float(self._scorer.score(self._gold, cards)["merge"]["all"]["pairs"]["f1"])

    def _kind(self, name: str, text: str) -> str:
        words = name.split()
        place = self._card.get(self._owner[name])
        known = (
            [] if place is None else [self._scorer.norm_name(n).split() for n in _names(self._cards[place])]
        )
        if any(words == held[at : at + len(words)] for held in known for at in range(len(held))):
            return KINDS[0]
        if set(words) <= {word for held in known for word in held}:
            return KINDS[1]
        small = re.search(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + r"(?!\w)", text)
        return KINDS[2] if small else KINDS[3]


def _names(one: Prediction) -> list[str]:
    return [one["name"], *one["aliases"]]


def told(errors: Sequence[Errors]) -> list[str]:
    """Return lines that tell of the errors of some books."""
    first, right, second = (sum(getattr(e, key) for e in errors) for key in ("first", "right", "second"))
    lines = [f"of {first} first cards {right} right, {second} second, {first - right - second} not listed"]
    counts = Counter(kind for one in errors for kind in one.lost.values())
    lines.append(f"names F1 {mean(one.f1() for one in errors):.3f}")
    lines += [
        f"  {counts[kind]:4} lost: {kind:36} {mean(one.f1([kind]) for one in errors):.3f}" for kind in KINDS
    ]
    lines.append(f"  {'all of these':47} {mean(one.f1(KINDS) for one in errors):.3f}")
    lines.append(
        f"  {'those listed, each on the right card':47} {mean(one.f1(joined=True) for one in errors):.3f}"
    )
    return lines


def main() -> None:
    """Print the errors of both collections, and of those held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    shared = parser.parse_args().shared
    scorer = scorer_named(shared, "score_characters")
    for name, books in (("curated", novels(shared)), ("pdnc", pdnc(shared))):
        errors = {book.work: Errors(scorer, book) for book in books}
        held = [one for work, one in errors.items() if work not in DEVELOPED_ON]
        print("\n".join([f"== {name}", *told([*errors.values()]), "-- held out", *told(held)]))


if __name__ == "__main__":
    main()
