"""The story index on full novels and openings with human lists: people, names, ties, speakers, in time.

Beside each figure stands a plain baseline: capitalised words counted and names of one surname merged, the
last speaker named, two names in one sentence with a kin word. Rules were written while looking at the books
of `DEVELOPED_ON`; the figures of all others are held out and printed apart.
`python -m tests.benchmarks.bench_story SHARED` prints the same as JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from statistics import mean
from types import ModuleType
from typing import Any

from storage.story.facts import PersonCard, SpokenLine
from storage.story.index import StoryIndex, StoryPrefix
from storage.values import Span
from tests.benchmarks.story_books import (
    DEVELOPED_ON,
    Book,
    Figures,
    dialogue_of,
    json_lines,
    litbank,
    novels,
    offsets_of,
    pdnc,
    scorer_named,
    whole_story,
)
from tests.benchmarks.story_ties import find_ties

Prediction = dict[str, Any]


def run(shared: Path) -> dict[str, object]:
    """Return the figures of every collection that is there; `shared` holds data/ and scoring/."""
    scorer = scorer_named(shared, "score_characters")
    found: Figures = {}
    books = {"curated": list(novels(shared)), "pdnc": list(pdnc(shared)), "litbank": list(litbank(shared))}
    for name, collection in books.items():
        ours: dict[str, Figures] = {}
        plain: dict[str, Figures] = {}
        for book in collection:
            prefix = whole_story(book)
            predicted = [_prediction(book, card) for card in prefix.people()]
            ours[book.work] = _scored(scorer, book, predicted)
            ours[book.work].update(_answered(scorer, book, prefix, predicted))
            plain[book.work] = _scored(scorer, book, _baseline(book))
        if ours:
            found[name] = _split_means(ours, plain)
    found["speakers"] = _speakers(shared, books["pdnc"])
    found["relations"] = find_ties(shared, books["curated"])
    found["bounded"] = _bounded(scorer, books["curated"], shared)
    found["speed"] = _speed(books["curated"])
    return found


def _split_means(ours: dict[str, Figures], plain: dict[str, Figures]) -> Figures:
    """Return means over all books and over those held out, each beside the baseline's."""
    held = [work for work in ours if work not in DEVELOPED_ON]
    return {
        "books": len(ours),
        **_means(list(ours.values())),
        "baseline": _means(list(plain.values())),
        "held_out": {
            "books": len(held),
            **_means([ours[work] for work in held]),
            "baseline": _means([plain[work] for work in held]),
        },
    }


# ---- people and names ------------------------------------------------------------------------


def _prediction(book: Book, card: PersonCard) -> Prediction:
    return {
        "name": card.name,
        "aliases": [known.name for known in card.names],
        "mentions": card.mentions,
        "first_section": book.section_of(card.first),
    }


def _scored(scorer: ModuleType, book: Book, predicted: list[Prediction], bound: int | None = None) -> Figures:
    named = sum(1 for person in book.gold["characters"] if person.get("named") is not False)
    top = min(20, named)
    figures = scorer.score(book.gold, predicted, ks=(20, top), bound=bound)
    occurring = scorer.score(_occurring(book), predicted, bound=bound)["merge"]["all"]["pairs"]
    found: Figures = {
        "precision_at_20": figures["precision_at"].get("20", {}).get("strict"),
        "precision_at_20_lenient": figures["precision_at"].get("20", {}).get("lenient"),
        "precision_at_20_or_all_that_are_listed": figures["precision_at"].get(str(top), {}).get("strict"),
        "recall_10_mentions": figures["major"]["recall"],
        "recall_3_mentions": scorer.score(book.gold, predicted, major=3, bound=bound)["major"]["recall"],
        "names_pairwise_f1": figures["merge"]["all"]["pairs"]["f1"],
        "names_pairwise_precision": figures["merge"]["all"]["pairs"]["p"],
        "names_pairwise_recall": figures["merge"]["all"]["pairs"]["r"],
        "occurring_names_pairwise_f1": occurring["f1"],
    }
    found["wrongly_merged_pairs"], found["pairs_of_people"] = _wrong_merges(scorer, book, predicted)
    if "first_seen" in figures:
        found["first_section_exact"] = figures["first_seen"]["exact"]
    return found


def _answered(
    scorer: ModuleType, book: Book, prefix: StoryPrefix, predicted: Sequence[Prediction]
) -> Figures:
    """Group names as a reader finds them who asks: a name that no card lists is that of the one card which
    answers to it, as "Mosebach" is where only "Fräulein Mosebach" stands."""
    gold = _occurring(book)
    listed = {scorer.norm_name(name) for one in predicted for name in [one["name"], *one["aliases"]]}
    asked = {
        name
        for person in gold["characters"]
        for key in ("aliases", "aliases_in_text", "derived_aliases")
        for name in person.get(key) or ()
        if scorer.norm_name(name) not in listed
    }
    places = {card: place for place, card in enumerate(prefix.people())}
    found = [{**one, "aliases": [*one["aliases"]]} for one in predicted]
    for name in sorted(asked):
        cards = prefix.who(name)
        if len(cards) == 1:
            found[places[cards[0]]]["aliases"].append(name)
    merged, pairs = _wrong_merges(scorer, book, found)
    return {
        "answered_names_pairwise_f1": scorer.score(gold, found)["merge"]["all"]["pairs"]["f1"],
        "wrong_answers_in_100_pairs_of_people": 100 * merged / max(1, pairs),
    }


def _occurring(book: Book) -> dict[str, Any]:
    """Return the gold list with only those names that the text has, whatever their case."""
    text = f" {_plain(book.text)} "
    people = []
    for person in book.gold["characters"]:
        kept = dict(person)
        for key in ("aliases", "aliases_in_text", "derived_aliases"):
            if kept.get(key):
                kept[key] = [name for name in kept[key] if f" {_plain(name)} " in text]
        people.append(kept)
    return {**book.gold, "characters": people}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _wrong_merges(scorer: ModuleType, book: Book, predicted: list[Prediction]) -> tuple[int, int]:
    """Return how many pairs of gold people who were found share a predicted card, and how many there are."""
    rows, _ = scorer.gold_table(book.gold)
    owners: dict[str, set[int]] = {}
    for index, row in enumerate(rows):
        for name in {scorer.norm_name(name) for name in row["names"]}:
            owners.setdefault(name, set()).add(index)
    seen: set[int] = set()
    merged: set[tuple[int, int]] = set()
    for one in predicted:
        held = {
            next(iter(owners[name]))
            for name in {scorer.norm_name(name) for name in [one["name"], *one["aliases"]]}
            if len(owners.get(name, ())) == 1
        }
        seen |= held
        merged |= {(a, b) for a, b in combinations(sorted(held), 2)}
    return len(merged), len(seen) * (len(seen) - 1) // 2


def _means(rows: Sequence[Figures]) -> Figures:
    keys = dict.fromkeys(key for row in rows for key in row)
    found: Figures = {}
    for key in keys:
        values = [value for row in rows if isinstance(value := row.get(key), float | int)]
        if values:
            found[key] = mean(values)
    merged, pairs = found.pop("wrongly_merged_pairs", None), found.pop("pairs_of_people", None)
    if isinstance(merged, float | int) and isinstance(pairs, float | int) and pairs:
        found["wrong_merges_in_100_pairs_of_people"] = 100 * merged / pairs
    return found


# ---- speakers --------------------------------------------------------------------------------


def _speakers(shared: Path, books: Sequence[Book]) -> Figures:
    scorer = scorer_named(shared, "score_speakers")
    ours: dict[str, Figures] = {}
    plain: dict[str, Figures] = {}
    for book in books:
        original, gold = dialogue_of(shared, book)
        places = offsets_of(book.text, original)
        prefix = whole_story(book)
        lines = prefix.speakers()
        for found, said in ((ours, lines), (plain, _last_named(prefix, lines))):
            predicted = [
                {
                    "start": places[line.span.start],
                    "end": places[line.span.end - 1] + 1,
                    "speaker": line.speaker,
                }
                for line in said
            ]
            score = scorer.score(gold, book.gold, predicted)
            found[book.work] = {
                "right_of_all": score["all"]["right_of_all"],
                **{
                    kind.lower(): row["right_of_all"]
                    for kind, row in score["by_type"].items()
                    if kind != "nan"
                },
                "no_speaker_given": score["all"]["no_speaker_given"] / max(1, score["all"]["quotations"]),
            }
    return _split_means(ours, plain) if ours else {}


def _last_named(prefix: StoryPrefix, lines: Iterable[SpokenLine]) -> list[SpokenLine]:
    """Give each line to whoever was named last before it."""
    named = sorted((span.end, card.name) for card in prefix.people() for span in prefix.mentions(card.name))
    found, index = [], 0
    for line in lines:
        while index < len(named) and named[index][0] <= line.span.start:
            index += 1
        found.append(SpokenLine(line.span, named[index - 1][1] if index else None, line.reveal))
    return found


# ---- horizons --------------------------------------------------------------------------------


def _bounded(scorer: ModuleType, books: Sequence[Book], shared: Path) -> Figures:
    """Count what a cut tells too early: names, links, facts, and secret identities before their section."""
    reveals = json_lines(shared / "data/characters/reveals.jsonl")
    count: Counter[str] = Counter()
    for book in books:
        index = StoryIndex.build(book.text, book.sections, "en")
        mine = [
            {**reveal, "a": name}
            for reveal in reveals
            if reveal["work"] == book.work
            for name in _called(scorer, book, reveal)
        ]
        # Twenty places in each book, and just before each of its secrets.
        last = len(book.sections) - 1
        places = {round(step * last / 19) for step in range(20)}
        places |= {book.numbers.index(r["known_from_section"]) - 1 for r in mine}
        for place in sorted(places):
            end = book.sections[place].end
            bound = book.numbers[place]
            cards = index.cut(book.text[:end], end).people()
            predicted = [_prediction(book, card) for card in cards]
            scored = scorer.score(book.gold, predicted, bound=bound)
            count["future_names"] += scored["future_names"]["violations"]
            count["identities_joined_early"] += scorer.early_merges(predicted, mine, bound)["violations"]
            ahead = [reveal for reveal in mine if bound < reveal["known_from_section"]]
            count["answered_early"] += sum(_answers_as_one(index.cut(book.text[:end], end), r) for r in ahead)
            count["facts_with_later_evidence"] += _later_facts(cards, end)
            count["horizons"] += 1
        end = book.sections[len(book.sections) // 2].end
        halves = [Span(s.start, min(s.end, end)) for s in book.sections if s.start < end]
        alone = StoryIndex.build(book.text[:end], halves, "en").cut(book.text[:end], end)
        ours = index.cut(book.text[:end], end)
        fresh = set(alone.people())
        count["cards_compared"] += len(ours.people())
        count["cards_equal"] += sum(card in fresh for card in ours.people())
        count["ties_or_lines_unequal"] += (
            ours.relations() != alone.relations() or ours.speakers() != alone.speakers()
        )
        whole = [_prediction(book, card) for card in index.cut(book.text, len(book.text)).people()]
        for reveal in reveals:
            if reveal["work"] == book.work and reveal["kind"] == "same person":
                count["secrets"] += 1
                ways = [row for row in mine if row["b"] == reveal["b"]]
                early = scorer.early_merges(whole, ways, reveal["known_from_section"] - 1)
                count["joined"] += bool(early["violations"])
                last = index.cut(book.text, len(book.text))
                count["answered"] += bool(early["violations"]) or any(_answers_as_one(last, r) for r in ways)
    return {
        "horizons": count["horizons"],
        "future_names": count["future_names"],
        "facts_with_later_evidence": count["facts_with_later_evidence"],
        "identities_joined_early": count["identities_joined_early"],
        "identities_joined_after": count["joined"] / count["secrets"] if count["secrets"] else None,
        "identities_answered_as_one_early": count["answered_early"],
        "identities_answered_as_one_after": count["answered"] / max(1, count["secrets"]),
        "cards_equal_to_a_fresh_index": count["cards_equal"] / max(1, count["cards_compared"]),
        "books_where_ties_or_lines_differ": count["ties_or_lines_unequal"],
    }


def _answers_as_one(prefix: StoryPrefix, reveal: dict[str, Any]) -> bool:
    """Tell whether asking for the secret ("Tom's wife") gives a card of the other name, not a mere word."""
    asked = re.sub(r"\(.*?\)", "", reveal["b"]).strip()
    one, other = prefix.who(reveal["a"]), prefix.who(asked)
    return " " in asked and any(card in one for card in other)


def _called(scorer: ModuleType, book: Book, reveal: dict[str, Any]) -> list[str]:
    """Return the gold's names of the first of a secret pair, but for those that are the secret itself."""
    same = [person for person in book.gold["characters"] if person["name"] == reveal["a"]]
    names = dict.fromkeys([reveal["a"], *(alias for person in same for alias in person["aliases"])])
    secret = scorer.name_variants(re.sub(r"\(.*?\)", "", reveal["b"]))
    return [
        name
        for name in names
        if name == reveal["a"] or not any(_shares_word(secret, v) for v in scorer.name_variants(name))
    ]


def _shares_word(secret: set[str], name: str) -> bool:
    return any(set(one.split()) & set(name.split()) for one in secret)


def _later_facts(cards: Iterable[PersonCard], end: int) -> int:
    return sum(
        (card.last >= end)
        + sum(known.reveal > end for known in card.names)
        + sum(max(d.reveal, d.span.end, d.until or 0) > end for d in card.descriptors)
        for card in cards
    )


def _speed(books: Sequence[Book]) -> Figures:
    """Measure the writer's CPU and memory beside a plain pass that finds every word of the same text."""
    if not books:
        return {}
    book = max(books, key=lambda book: len(book.text))
    started = time.process_time()
    words = len(re.findall(r"\w+", book.text))
    floor = time.process_time() - started
    started = time.process_time()
    index = StoryIndex.build(book.text, book.sections, "en")
    build = time.process_time() - started
    end = len(book.text)
    prefix = index.cut(book.text, end)
    parts = {"people": prefix.people, "speakers": prefix.speakers, "relations": prefix.relations}
    folds: Figures = {}
    for name, part in {**parts, "timeline": prefix.timeline, "places": prefix.places}.items():
        started = time.process_time()
        part()
        folds[f"{name}_cpu_ms"] = (time.process_time() - started) * 1000
    tracemalloc.start()
    kept = StoryIndex.build(book.text, book.sections, "en")
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return {
        "longest_book_words": words,
        "build_cpu_seconds": build,
        "build_cpu_seconds_per_100k_words": build / words * 100_000,
        "build_over_finding_words": build / floor,
        "build_kept_mb_per_100k_words": now / words * 100_000 / 1e6,
        "build_peak_mb_per_100k_words": peak / words * 100_000 / 1e6,
        **folds,
    }


_CAPITALS = re.compile(r"(?<=[a-z,;] )(?:(?:Mr|Mrs|Dr)\. )?[A-Z][a-z]+(?: [A-Z][a-z]+)*")


def _baseline(book: Book) -> list[Prediction]:
    """Count runs of capitals inside sentences, and merge those that end with the same word."""
    counts = Counter(_CAPITALS.findall(book.text))
    families: dict[str, list[str]] = {}
    for name, count in counts.most_common():
        if count > 1:
            families.setdefault(name.rsplit(" ", 1)[-1], []).append(name)
    return [
        {"name": names[0], "aliases": names, "mentions": sum(counts[name] for name in names)}
        for names in families.values()
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    print(json.dumps(run(parser.parse_args().shared), indent=1))
