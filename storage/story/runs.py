"""Runs of capitals, parted where they are no one name: a first word of a sentence, two names side by side.

Counted over the evidence of a prefix. Pure.
"""

from __future__ import annotations

from array import array

from storage.story import lexicon as lex
from storage.story.evidence import Cue, Evidence, Mentions
from storage.story.given import is_given

_INITIAL = int(Cue.INITIAL)
_IN = int(Cue.IN)
_RUN_WORDS = 4
_SELDOM_RUN = 10
"""So many times rarer than either of its parts, a run of capitals is two names side by side."""
_NEVER_LAST = 50


def parted_runs(evidence: Evidence) -> dict[str, Mentions]:
    """Give "Presently Darcy" to "Darcy": a first word that is a common word is no part of a name."""
    kept: dict[str, Mentions] = {}
    mentions = evidence.mentions
    moved: dict[str, list[tuple[int, int]]] = {}
    surnames = _surnames(mentions)
    for surface, found in evidence.mentions.items():
        first, _, rest = surface.partition(" ")
        if rest in mentions and _is_only_before(first, found, evidence):
            _move(found, len(first) + 1, moved.setdefault(rest, []))
        elif (two := _two_side_by_side(surface, found, mentions, surnames)) is not None:
            first, rest = two
            _move(found, 0, moved.setdefault(first, []))
            _move(found, len(first) + 1, moved.setdefault(rest, []))
        else:
            kept[surface] = found
    for surface, pairs in moved.items():
        base = kept.get(surface, Mentions())
        merged = sorted([*zip(base.starts, base.cues, strict=True), *pairs])
        kept[surface] = Mentions(array("l", [s for s, _ in merged]), array("l", [c for _, c in merged]))
    return kept


def _move(found: Mentions, shift: int, to: list[tuple[int, int]]) -> None:
    kept = ~_INITIAL if shift else -1
    to.extend((s + shift, c & kept) for s, c in zip(found.starts, found.cues, strict=True))


def _surnames(mentions: dict[str, Mentions]) -> frozenset[str]:
    """Return the last words of runs that begin with a title: what stands after another name may be one."""
    found = set()
    for surface in mentions:
        words = surface.split(" ")
        if len(words) > 1 and words[0].rstrip(".").lower() in lex.TITLES:
            found.add(words[-1])
    return frozenset(found)


def _two_side_by_side(
    surface: str, found: Mentions, mentions: dict[str, Mentions], surnames: frozenset[str]
) -> tuple[str, str] | None:
    """Return the two names of a run that only a clause brought together: "To Dover Ada came".

    Either stands alone by far more often, and the second is no surname.
    """
    words = surface.split(" ")
    if len(words) < 2 or len(words) > _RUN_WORDS or words[0].rstrip(".").lower() in lex.TITLES:
        return None
    alone = mentions.get(words[-1])
    always = alone is not None and len(alone.starts) >= _NEVER_LAST * len(found.starts)
    if always and is_given(words[-1]) and not is_given(words[0]):
        return " ".join(words[:-1]), words[-1]  # what stands alone all the time is nobody's surname
    least = _SELDOM_RUN * len(found.starts)
    for cut in range(1, len(words)):
        first, rest = " ".join(words[:cut]), " ".join(words[cut:])
        if min(len(mentions[part].starts) if part in mentions else 0 for part in (first, rest)) < least:
            continue
        parted = is_given(rest) or _is_stood_in(mentions[first]) or _is_stood_in(mentions[rest])
        if parted and (words[-1] not in surnames or is_given(words[-1])):
            return first, rest
    return None


def _is_stood_in(found: Mentions) -> bool:
    """Tell whether a name stands after "in" or "at" often enough to be a place's."""
    stood_in = sum(1 for cue in found.cues if cue & _IN)
    return stood_in >= 2 and stood_in * 5 > len(found.cues)


def _is_only_before(first: str, found: Mentions, evidence: Evidence) -> bool:
    """Tell whether the first word of a run of capitals is a common word, a day or a place before a name."""
    word = first.rstrip(".").lower()
    if word in lex.TITLES:
        return False
    if all(cue & _INITIAL for cue in found.cues) and evidence.lowercase.get(first.lower()):
        return True
    if len(found.starts) > 1 or word in lex.PLACE_HEADS:
        return False
    alone = evidence.mentions.get(first)
    return word in lex.NEVER_NAMES or (alone is not None and _is_stood_in(alone))
