"""Ends of ties: a death, a wedding after an engagement, a parting, a dismissal that the text tells (S11).

A tie ends at the sentence that says so, and only what a sentence says of both ends it: kin stay kin. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from storage.book.text import sentences
from storage.story.claims import STATE_ENDS
from storage.story.facts import Relation
from storage.story.meant import Pronouns
from storage.story.stage import Stage
from storage.values import Span

_DIED = frozenset(STATE_ENDS["alive"]) - {"missing"}
_PROMISE = frozenset("engaged fiancé fiancée betrothed".split())
_MARRIAGE = frozenset("married husband wife bride bridegroom".split())
_LOVE = frozenset("lover sweetheart eloped".split()) | {"in love with"}
_SERVICE = frozenset(
    "servant maid valet butler housekeeper coachman governess tutor secretary steward apprentice clerk "
    "gardener groom footman gamekeeper bailiff assistant master mistress employer client slave".split()
)
_FRIENDS = frozenset("friend companion comrade ally partner colleague".split())
_TILL_DEATH = _PROMISE | _MARRIAGE | _SERVICE | {"lover", "sweetheart"}
_ENDS: tuple[tuple[tuple[str, ...], re.Pattern[str], frozenset[str]], ...] = (
    (
        ("engagement", "no longer ", "jilted"),
        re.compile(
            r"\b(?:broke|broken|break|breaks) (?:off )?(?:her|his|their|the|our|my) (?:\w+ )?engagement\b"
            r"|\bengagement (?:\w+ ){0,4}?(?:was|is|had been|has been) (?:broken|at an end|ended|over)\b"
            r"|\bno longer (?:engaged|betrothed)\b|\bjilted\b"
        ),
        _PROMISE,
    ),
    (
        ("divorce", "no longer "),
        re.compile(r"\bdivorced?\b|\bno longer (?:married|his wife|her husband)\b"),
        _MARRIAGE,
    ),
    (
        ("no longer ", "ceased to love"),
        re.compile(r"\bno longer (?:in love|loved)\b|\bceased to love\b"),
        _LOVE,
    ),
    (
        ("no longer ", "ceased to be ", "were never again ", "partnership", "quarrelled for ever"),
        re.compile(
            r"\b(?:no longer|ceased to be|were never again) (?:\w+ )?(?:friends|comrades|allies|partners)\b"
            r"|\b(?:dissolved|ended) (?:their|the|his|her) partnership\b|\bquarrelled for ever\b"
        ),
        _FRIENDS,
    ),
    (
        ("dismissed", "discharged", "sacked", " service", " notice", "was set free"),
        re.compile(
            r"\b(?:dismissed|discharged|sacked)\b|\b(?:left|quitted|quit) (?:his|her|the) service\b"
            r"|\bgave (?:him|her|\w+) notice\b|\bwas set free\b"
        ),
        _SERVICE,
    ),
)
"""Words one of which each pattern has, the pattern, and the ties it ends."""
_ROUND = 80
_UNTOLD = re.compile(
    r"\b(?:not|never|n['’]t|if|whether|would|should|cannot|may|might|could|must|will|shall|wish|wished|hoped"
    r"|threatened|refused to|perhaps|almost|nearly|as though|as if)\b",
    re.I,
)
_Tie = tuple[int, int, Relation]


def ended(text: str, stage: Stage, pronouns: Pronouns, ties: Sequence[_Tie]) -> list[Relation]:
    """Return the ties, each with the place where the text ended it, if it did.

    `ties` are (who, to whom, tie) by their places on the stage.
    """
    ends: list[list[int]] = [[] for _ in ties]
    deaths = [_death(stage, who) for who in range(len(stage.people))]
    for number, (a, b, tie) in enumerate(ties):
        if tie.kind in _TILL_DEATH:
            ends[number] += [end for who in (a, b) for end in deaths[who]]
        if tie.kind in _PROMISE:
            ends[number] += [
                other.reveal
                for c, d, other in ties
                if {c, d} == {a, b} and other.kind in _MARRIAGE and other.span != tie.span
            ]
    for kinds, span in _partings(text):
        open_ = [n for n, (_, _, tie) in enumerate(ties) if tie.kind in kinds and tie.reveal <= span.start]
        for number in _meant_by(text, stage, pronouns, span, [(n, *ties[n][:2]) for n in open_]):
            ends[number].append(span.end)
    found = []
    for (_, _, tie), places in zip(ties, ends, strict=True):
        after = [place for place in places if place > tie.reveal]
        found.append(replace(tie, until=min(after)) if after else tie)
    return found


def _death(stage: Stage, who: int) -> list[int]:
    """Return where the text told of a death that it has not taken back."""
    return [
        fact.reveal
        for fact in stage.people[who][1].descriptors
        if fact.kind == "state" and fact.until is None and set(fact.text.split()) & _DIED
    ]


def _partings(text: str) -> Iterable[tuple[frozenset[str], Span]]:
    """Yield (kinds that end, the sentence that ends them)."""
    for keys, pattern, kinds in _ENDS:
        for match in _found(text, keys, pattern):
            start = text.rfind("\n", 0, match.start()) + 1
            stop = text.find("\n", match.end())
            stop = len(text) if stop < 0 else stop
            start, stop = max(start, match.start() - 1_500), min(stop, match.end() + 1_500)
            span = next(s for s in reversed(sentences(text, Span(start, stop))) if s.start <= match.start())
            if not _UNTOLD.search(text, span.start, match.start()):
                yield kinds, span


def _found(text: str, keys: Sequence[str], pattern: re.Pattern[str]) -> Iterable[re.Match[str]]:
    """Yield the matches of a pattern, looked for only where one of its words stands."""
    seen: set[int] = set()
    for key in keys:
        at = text.find(key)
        while at >= 0:
            for match in pattern.finditer(text, max(0, at - _ROUND), min(len(text), at + _ROUND)):
                if match.start() not in seen:
                    seen.add(match.start())
                    yield match
            at = text.find(key, at + 1)


def _meant_by(
    text: str, stage: Stage, pronouns: Pronouns, span: Span, ties: Sequence[tuple[int, int, int]]
) -> Iterable[int]:
    """Yield the numbers of the ties of which a sentence speaks: both are in it, or one with one such tie."""
    present = {standing.who for standing in stage.between(span.start, span.end)}
    for word in ("he", "she", "i"):
        said = re.search(rf"\b{word}\b", text[span.start : span.end], re.I)
        meant = pronouns.meant(word, span.start + said.start()) if said is not None else None
        if meant is not None and meant.sure:
            present.add(meant.who)
    both = [number for number, a, b in ties if {a, b} <= present]
    if both:
        return both
    one = [number for number, a, b in ties if {a, b} & present]
    return one if len(one) == 1 and len(present) == 1 else []
