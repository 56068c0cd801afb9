"""Ties between people beside a list by hand and a plain baseline: two names in a sentence with a kin word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from storage.book.text import blocks, sentences
from storage.story import lexicon as lex
from storage.story.facts import Relation
from storage.story.index import StoryPrefix
from tests.benchmarks.story_books import DEVELOPED_ON, Book, Figures, json_lines, scorer_named, whole_story

_GROUPS = {
    "spouse": r"wife|husband|married|bride|widow",
    "sibling": r"sister|brother|twin",
    "cousin": r"cousin",
    "aunt": r"aunt|uncle|niece|nephew",
    "engaged": r"engaged|fianc|betrothed",
    "eloped": r"elope|ran off",
    "parent": r"father|mother|son|daughter|papa|mamma",
    "friend": r"friend",
    "patron": r"patron|protég",
    "lover": r"lover|in love|mistress",
    "teacher": r"pupil|master|teacher|tutor",
    "service": r"slave|servant|maid|butler|valet",
    "doctor": r"doctor|patient|physician",
}


def _groups(kind: str) -> set[str]:
    return {group for group, words in _GROUPS.items() if re.search(rf"\b(?:{words})", kind)}


def find_ties(shared: Path, books: Sequence[Book]) -> Figures:
    """Return how many of the ties that a list gives are told, with their kind, beside the baseline."""
    gold = json_lines(shared / "data/relations/curated.jsonl")
    variants = scorer_named(shared, "evallib").name_variants
    counts: Counter[str] = Counter()
    for book in books:
        mine = [row for row in gold if row["work"] == book.work]
        if not mine:
            continue
        prefix = whole_story(book)
        cards = {card.name: set().union(*[variants(k.name) for k in card.names]) for card in prefix.people()}
        names = {
            person["name"]: set().union(*[variants(a) for a in [person["name"], *person["aliases"]]])
            for person in book.gold["characters"]
        }
        counts["stated"] += len(prefix.relations())
        for row in mine:
            a, b = (names.get(row[key], variants(row[key])) for key in ("a", "b"))
            for label, ties in (("", prefix.relations()), ("baseline_", _beside_kin(book, prefix))):
                wanted, first_kind = _groups(row["relation"]), _groups(row["relation"].split(",")[0])
                good = [
                    tie
                    for tie in ties
                    if _groups(tie.kind) & wanted
                    and ((cards[tie.a] & a and cards[tie.b] & b) or (cards[tie.a] & b and cards[tie.b] & a))
                ]
                counts[label + "found"] += bool(good)
                held = book.work not in DEVELOPED_ON
                counts[label + "held_out_found"] += bool(good) and held
                # "wife, posing as sister": the second may be told before, the first is the event.
                told = [book.section_of(tie.reveal - 1) for tie in good if _groups(tie.kind) & first_kind]
                if told and row["kind"] == "event":
                    counts[label + "early"] += min(told) < row["known_from_section"]
            counts["held_out_asked"] += book.work not in DEVELOPED_ON
            counts["asked"] += 1
    if not counts["asked"]:
        return {}
    return {
        "asked": counts["asked"],
        "found_with_right_kind": counts["found"] / counts["asked"],
        "events_told_before_their_section": counts["early"],
        "relations_stated_in_these_books": counts["stated"],
        "baseline": {
            "found_with_right_kind": counts["baseline_found"] / counts["asked"],
            "events_told_before_their_section": counts["baseline_early"],
        },
        "held_out": {
            "asked": counts["held_out_asked"],
            "found_with_right_kind": counts["held_out_found"] / max(1, counts["held_out_asked"]),
            "baseline": counts["baseline_held_out_found"] / max(1, counts["held_out_asked"]),
        },
    }


def _beside_kin(book: Book, prefix: StoryPrefix) -> list[Relation]:
    """Tie every two people who stand in one sentence with a kin word by that word."""
    spans = sorted((span.start, card.name) for card in prefix.people() for span in prefix.mentions(card.name))
    found: dict[tuple[str, str, str], Relation] = {}
    index = 0
    for block in blocks(book.text):
        for sentence in sentences(book.text, block):
            while index < len(spans) and spans[index][0] < sentence.start:
                index += 1
            here = []
            while index < len(spans) and spans[index][0] < sentence.end:
                here.append(spans[index][1])
                index += 1
            if len(set(here)) < 2:
                continue
            quote = book.text[sentence.start : sentence.end]
            kinds = lex.KIN.intersection(re.findall(r"[a-z-]+", quote)) | (
                {"friend"} if "friend" in quote else set()
            )
            for kind in kinds:
                for a, b in combinations(dict.fromkeys(here), 2):
                    tie = Relation(a, b, kind, quote, sentence, sentence.end, sentence.start)
                    found.setdefault((a, kind, b), tie)
    return list(found.values())
