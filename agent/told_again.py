"""Which sections a recap tells, and how much of each: much of what is near, a little of all. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def choose_sections(count: int, most: int) -> list[int]:
    """Return at most `most` of `count` sections (0 the first), those that matter most to a recap first.

    The latest, then ever longer steps back, so that a story of any length is told from far back on; what
    is left over goes to the latest again.
    """
    chosen = [count - 1] if count else []
    step = 1
    while step < count and len(chosen) < most:
        chosen.append(count - 1 - step)
        step *= 2
    if count and most > 1 and 0 not in chosen[:most]:
        chosen[-1 if len(chosen) == most else len(chosen) :] = [0]
    rest = [number for number in reversed(range(count)) if number not in chosen]
    return (chosen + rest)[:most]


def share_out(lengths: Sequence[Sequence[int]], words: int, most: int) -> list[tuple[int, int]]:
    """Return which sentences of which sections to tell in about `words` words, as (section, sentence).

    `lengths` holds for each section, oldest first, the words of each of its sentences, the most telling
    first. Each section chosen gets one that fits; then the latest get more, up to `most` each. Something is
    told whatever the measure.
    """
    chosen: set[tuple[int, int]] = set()
    left = words
    for section in choose_sections(len(lengths), len(lengths)):
        fitting = [n for n, length in enumerate(lengths[section]) if length <= left or not chosen]
        if fitting:
            chosen.add((section, fitting[0]))
            left -= lengths[section][fitting[0]]
    for section in sorted((section for section, _ in chosen), reverse=True):
        more = [n for n in range(len(lengths[section])) if (section, n) not in chosen]
        for number in more[: most - 1]:
            if lengths[section][number] <= left:
                chosen.add((section, number))
                left -= lengths[section][number]
    return sorted(chosen)
