"""Which way each sign of a paragraph runs: the Unicode Bidirectional Algorithm (UAX #9).

Embedding and isolate signs are taken out before; what remains are the rules P2, P3, W1 to W7, N0 to N2, I1,
I2 and L2.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypeVar

EMBEDDINGS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "〈": "〉", "《": "》", "「": "」", "『": "』", "【": "】"}
_OPENED_BY = {close: opened for opened, close in _PAIRS.items()}
_NEUTRAL = ("B", "S", "WS", "ON")
_T = TypeVar("_T")


def base_level(text: str) -> int:
    """Return 1 when the first letter runs from right to left, else 0 (P2, P3)."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    return int(first != "L")


def levels(text: str, base: int) -> list[int]:
    """Return the level of each sign of a paragraph; odd ones run from right to left."""
    if not base and all(unicodedata.bidirectional(sign) not in ("R", "AL", "AN") for sign in text):
        return [0] * len(text)
    kinds = _weak([unicodedata.bidirectional(sign) or "L" for sign in text], base)
    _brackets(text, kinds, base)
    _neutral(kinds, base)
    return [_level(kind, base) for kind in kinds]


def visual(runs: Sequence[tuple[int, _T]]) -> list[_T]:
    """Return a line's runs from left to right, given with their levels in the order of reading (L2)."""
    order = list(runs)
    odd = [level for level, _ in order if level % 2]
    for least in range(max((level for level, _ in order), default=0), min(odd, default=1) - 1, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and order[end][0] >= least:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = max(end, at + 1)
    return [run for _, run in order]


def _strong(base: int) -> str:
    return "R" if base else "L"


def _weak(kinds: list[str], base: int) -> list[str]:
    before, strong = _strong(base), _strong(base)
    for at, kind in enumerate(kinds):
        if kind in ("NSM", "BN"):  # W1; a sign that nobody sees goes with what stands before it
            kinds[at] = kind = before
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":  # W2
            kinds[at] = "AN"
        before = kinds[at]
    kinds = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for at in range(1, len(kinds) - 1):  # W4
        left, kind, right = kinds[at - 1 : at + 2]
        if left == right and ((kind == "ES" and left == "EN") or (kind == "CS" and left in ("EN", "AN"))):
            kinds[at] = left
    for at, kind in enumerate(kinds):  # W5, from either side
        if kind == "ET" and at and kinds[at - 1] == "EN":
            kinds[at] = "EN"
    for at in range(len(kinds) - 2, -1, -1):
        if kinds[at] == "ET" and kinds[at + 1] == "EN":
            kinds[at] = "EN"
    strong = _strong(base)
    for at, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):  # W6
            kinds[at] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":  # W7
            kinds[at] = "L"
    return kinds


def _as_strong(kind: str) -> str:
    return "R" if kind in ("R", "EN", "AN") else kind


def _brackets(text: str, kinds: list[str], base: int) -> None:
    """Let the two brackets of a pair run as what is in them (N0)."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for at, sign in enumerate(text):
        if kinds[at] != "ON":
            continue
        if sign in _PAIRS:
            stack.append((sign, at))
        elif sign in _OPENED_BY:
            wanted = _OPENED_BY[sign]
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == wanted:
                    pairs.append((stack[depth][1], at))
                    del stack[depth:]
                    break
    for start, end in sorted(pairs):
        inside = {_as_strong(kind) for kind in kinds[start + 1 : end]} & {"L", "R"}
        if not inside:
            continue
        found = _strong(base)
        if found not in inside:
            before = next(
                (_as_strong(k) for k in reversed(kinds[:start]) if _as_strong(k) in ("L", "R")), found
            )
            found = before if before != found else _strong(base)
        kinds[start] = kinds[end] = found


def _neutral(kinds: list[str], base: int) -> None:
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > at:
            left = _as_strong(kinds[at - 1]) if at else _strong(base)
            right = _as_strong(kinds[end]) if end < len(kinds) else _strong(base)
            kinds[at:end] = [left if left == right else _strong(base)] * (end - at)  # N1, N2
        at = max(end, at + 1)


def _level(kind: str, base: int) -> int:
    if kind in ("EN", "AN"):
        return base + (1 if base else 2)
    return base + int((kind == "R") != bool(base))
