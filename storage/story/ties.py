"""Ties: who is what to whom, from sentences that say so, read up to a horizon. Rules for English, pure.

"His sister Jane", "Jane, Tom's sister", "my father was Mr. Reed", "engaged to Ned": a word for a tie, the
one it is said of, and the one it is said from. A sentence whose people are not both known by a name ties
nobody; one that leaves in doubt whom it means waits for a second that says the same (S22).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storage.story import tie_words as words
from storage.story.facts import Relation, SpokenLine
from storage.story.meant import Pronouns
from storage.story.names import Gender
from storage.story.stage import Stage
from storage.story.tellers import Tellers
from storage.story.tie_calls import called_ties
from storage.story.tie_ends import ended
from storage.story.tie_sentences import Stated, stated_ties

_SPOUSES = frozenset("husband wife married".split())
_ELDERS = frozenset("father mother".split())
_ONE_OF_A_KIND = frozenset("father mother husband wife".split())


def find_relations(text: str, stage: Stage, lines: Sequence[SpokenLine]) -> list[Relation]:
    """Return the ties that the text so far states, each once, in the order in which they became known."""
    tellers = Tellers(text, stage, lines)
    pronouns = Pronouns(text, stage, lines, tellers)
    stated = [*stated_ties(text, stage, pronouns), *called_ties(text, stage, pronouns, lines)]
    stated.sort(key=lambda tie: (tie.span.end, tie.span.start, tie.a, tie.kind, tie.b))
    found: list[tuple[int, int, Relation]] = []
    for tie in _believed(stated, stage):
        known = max(tie.span.end, tellers.known(tie.a), tellers.known(tie.b))
        quote = text[tie.span.start : tie.span.end]
        names = stage.name(tie.a), stage.name(tie.b)
        told = Relation(*names, tie.kind, quote, tie.span, known, tie.span.start)
        found.append((tie.a, tie.b, told))
    ties = ended(text, stage, pronouns, found)
    return sorted(ties, key=lambda tie: (tie.reveal, tie.span, tie.a, tie.b, tie.kind))


def _believed(stated: Iterable[Stated], stage: Stage) -> Iterable[Stated]:
    """Yield each tie once: at the sentence that is sure of it, or at the second that only may say it."""
    found: dict[tuple[int, str, int], Stated] = {}
    guessed: set[tuple[object, ...]] = set()
    heads: set[int] = set()
    for tie in stated:
        if tie.a == tie.b or not _may_hold(tie, stage):
            continue
        key = (min(tie.a, tie.b), tie.kind, max(tie.a, tie.b)) if tie.kind in words.PAIRS else tie.key
        if key in found:
            continue
        if not tie.sure:
            if (tie.by_name and tie.a in heads and tie.kind in words.YOUNG) or _clashes(tie, found):
                continue
            alike = words.said_alike(*tie.key)
            if alike not in guessed:
                guessed.add(alike)  # "his sister" said of a Mr. Brook, with one Miss Brook known
                continue
        if tie.kind in words.HEADS:
            heads.add(tie.a)
        found[key] = tie
        yield tie


def _may_hold(tie: Stated, stage: Stage) -> bool:
    of = {"m": Gender.MALE, "f": Gender.FEMALE}
    mine, theirs = of.get(words.gender_of(tie.kind)), of.get(words.gender_of_holder(tie.kind))
    return (mine is None or stage.fits(tie.a, mine)) and (theirs is None or stage.fits(tie.b, theirs))


def _clashes(tie: Stated, found: dict[tuple[int, str, int], Stated]) -> bool:
    """Tell whether a doubtful tie says something else of two who are tied, or gives a second father."""
    for a, kind, b in found:
        if {a, b} == {tie.a, tie.b} and (kind in words.KIN or kind in _SPOUSES):
            return True
        if tie.kind in _ONE_OF_A_KIND and kind == tie.kind and b == tie.b and a != tie.a:
            return True
    return False
