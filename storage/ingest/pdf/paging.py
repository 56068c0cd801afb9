"""Printed page labels, and pages bound in the wrong place. Pure.

What is printed on the page is what the reader holds in hand, so it comes before the file's own labels
(T18); the place in the file is used only where neither exists.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from storage.ingest.pdf.furniture import page_numbers
from storage.ingest.pdf.layout import PdfFile

_NEAR_PAGES = 4
_DUPLICATE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Binding:
    """The pages of a file in reading order: places in the file and the label of each ('' when unknown)."""

    order: tuple[int, ...]
    labels: tuple[str, ...]
    moved: int = 0
    dropped: int = 0


def bind(file: PdfFile, furniture: list[list[str]]) -> Binding:
    """Return the pages in reading order with their printed labels.

    Pages that stand out of order by their printed number are put back; a page bound twice is kept once.
    """
    printed = _printed(furniture)
    order = list(range(len(file.pages)))
    moved = dropped = 0
    if sum(label is not None for label in printed) >= max(3, len(order) // 2):
        order, dropped = _without_copies(file, order, printed)
        order, moved = _in_order(order, printed)
        if moved or dropped:
            printed = _printed([furniture[at] for at in order])
        labels = _filled(printed)
    elif any(file.labels):
        labels = [file.labels[at] for at in order]
    else:
        labels = [str(at + 1) for at in order]
    return Binding(tuple(order), tuple(labels), moved, dropped)


_Printed = tuple[str, int]


def _printed(furniture: list[list[str]]) -> list[_Printed | None]:
    """Return the printed number of each page, where a neighbour's number bears it out."""
    candidates = [page_numbers(texts) for texts in furniture]
    kept: list[_Printed | None] = []
    for at, own in enumerate(candidates):
        offsets = {
            (value - near, text.isdigit())
            for near in range(max(0, at - _NEAR_PAGES), min(len(candidates), at + _NEAR_PAGES + 1))
            if near != at
            for text, value in candidates[near]
        }
        borne_out = [found for found in own if (found[1] - at, found[0].isdigit()) in offsets]
        kept.append(borne_out[0] if borne_out else None)
    # A page out of place has no such neighbour, but its number may be the only one it tells.
    if sum(found is not None for found in kept) >= 0.8 * sum(bool(own) for own in candidates):
        kept = [
            found or (own[0] if len(own) == 1 else None) for found, own in zip(kept, candidates, strict=True)
        ]
    return kept


def _without_copies(file: PdfFile, order: list[int], printed: list[_Printed | None]) -> tuple[list[int], int]:
    by_text: dict[tuple[str, _Printed], list[int]] = {}
    for at in order:
        number = printed[at]
        text = "\n".join(line.text for line in file.pages[at].lines)
        if number is not None and len(text) >= _DUPLICATE_CHARS:
            by_text.setdefault((text, number), []).append(at)
    dropped: set[int] = set()
    for (_, number), copies in by_text.items():
        if len(copies) > 1:
            home = max(copies, key=lambda at: (_neighbours(printed, at, number[1]), -at))
            dropped.update(at for at in copies if at != home)
    return [at for at in order if at not in dropped], len(dropped)


def _neighbours(printed: list[_Printed | None], at: int, value: int) -> int:
    return sum(
        0 <= at + step < len(printed) and (near := printed[at + step]) is not None and near[1] == value + step
        for step in (-2, -1, 1, 2)
    )


def _in_order(order: list[int], printed: list[_Printed | None]) -> tuple[list[int], int]:
    """Put the few pages whose arabic number is out of sequence behind the page that comes before them."""
    numbered = [(at, found[1]) for at in order if (found := printed[at]) is not None and found[0].isdigit()]
    steady = _longest_rise(numbered)
    strays = [pair for pair in numbered if pair not in steady]
    values = [value for _, value in sorted(steady, key=lambda pair: pair[1])]
    homes = {value: at for at, value in steady}
    wanted = [
        (at, value)
        for at, value in strays
        if value not in homes
        and (value - 1 in homes or value + 1 in homes or _lies_in_gap(strays, homes, value))
    ]
    if not wanted or len(strays) > max(3, len(numbered) // 20):
        return order, 0
    kept = [at for at in order if at not in {at for at, _ in wanted}]
    for at, value in sorted(wanted, key=lambda pair: pair[1]):
        below = bisect_left(values, value)
        place = kept.index(homes[values[below - 1]]) + 1 if below else kept.index(homes[values[0]])
        kept.insert(place, at)
        values.insert(below, value)
        homes[value] = at
    return kept, len(wanted)


def _lies_in_gap(strays: list[tuple[int, int]], homes: dict[int, int], value: int) -> bool:
    others = {v for _, v in strays}
    while value in others and value not in homes:
        value -= 1
    return value in homes


def _longest_rise(numbered: list[tuple[int, int]]) -> set[tuple[int, int]]:
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, value) in enumerate(numbered):
        place = bisect_left(tails, value)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [at]
    found: set[tuple[int, int]] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        found.add(numbered[at])
        at = before[at]
    return found


def _filled(printed: list[_Printed | None]) -> list[str]:
    """Give pages without a number the one that the numbers around them leave no doubt about."""
    labels = [found[0] if found else "" for found in printed]
    known = [at for at, found in enumerate(printed) if found and found[0].isdigit()]
    for low, high in pairwise(known):
        first, last = printed[low], printed[high]
        if first and last and last[1] - first[1] == high - low:
            for at in range(low + 1, high):
                labels[at] = str(first[1] + at - low)
    if known:
        # The first page of a chapter often shows no number; neither do the last pages.
        start, stop = printed[known[0]], printed[known[-1]]
        for at in range(known[0] - 1, -1, -1):
            value = (start[1] if start else 0) - (known[0] - at)
            if value < 1 or labels[at]:
                break
            labels[at] = str(value)
        for at in range(known[-1] + 1, len(labels)):
            labels[at] = str((stop[1] if stop else 0) + at - known[-1]) if not labels[at] else labels[at]
    return labels
