"""Ornaments of cards: frames, rosettes, sprigs, stars; made of circles and lines, told by nothing of a story.

Chance comes from a generator that is seeded with a name and a theme alone; `seed` is those words.
"""

from __future__ import annotations

import hashlib
import random
from math import atan2, cos, hypot, pi, sin

from bot.drawing.canvas import Box, Pen, Size


def seeded(seed: str) -> random.Random:
    """Return a generator that is the same for the same words on every machine."""
    return random.Random(hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest())


def inset(box: Box, by: float) -> Box:
    """Return a box that much smaller on every side."""
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def sheet(size: Size) -> Box:
    """Return the box of a whole sheet."""
    return 0.0, 0.0, float(size[0]), float(size[1])


def corners(box: Box) -> list[tuple[float, float, int, int]]:
    """Return the corners of a box, each with the directions that lead inside."""
    left, top, right, bottom = box
    return [(left, top, 1, 1), (right, top, -1, 1), (right, bottom, -1, -1), (left, bottom, 1, -1)]


# ---- grounds -------------------------------------------------------------------------------------------


def weave(pen: Pen, size: Size, pitch: float) -> None:
    """Draw the threads of book cloth, across and along."""
    for row in range(int(size[1] / pitch) + 1):
        pen.bar((0, row * pitch, size[0], row * pitch + pitch * 0.35))
    for column in range(int(size[0] / pitch) + 1):
        pen.bar((column * pitch, 0, column * pitch + pitch * 0.35, size[1]))


def stars(pen: Pen, size: Size, seed: str, unit: float, keep_out: Box, count: int) -> None:
    """Scatter stars over the rim of a sheet; none in `keep_out`, where text stands."""
    rng = seeded(seed)
    drawn: list[tuple[float, float]] = []
    for _ in range(count * 12):
        x, y = rng.uniform(0, size[0]), rng.uniform(0, size[1])
        bright = rng.random() ** 3
        inside = keep_out[0] < x < keep_out[2] and keep_out[1] < y < keep_out[3]
        if inside or any(hypot(x - a, y - b) < 26 * unit for a, b in drawn):
            continue
        drawn.append((x, y))
        if bright > 0.55:
            star(pen, x, y, (5 + 7 * bright) * unit)
        else:
            pen.circle(x, y, (0.9 + 2.2 * bright) * unit)
        if len(drawn) == count:
            return


def star(pen: Pen, x: float, y: float, radius: float, points: int = 4, waist: float = 0.2) -> None:
    """Draw a star of thin rays."""
    turns = [(pi * n / points, radius * (waist if n % 2 else 1.0)) for n in range(2 * points)]
    pen.polygon([(x + far * sin(turn), y - far * cos(turn)) for turn, far in turns])


# ---- frames --------------------------------------------------------------------------------------------


def stamped_frame(pen: Pen, box: Box, unit: float) -> None:
    """Draw a double rule with a fan in each corner, as a binder stamps it."""
    pen.frame(box, 4 * unit)
    inner = inset(box, 14 * unit)
    pen.frame(inner, 1.4 * unit)
    for x, y, dx, dy in corners(inner):
        for radius in (64, 56):
            pen.line(_arc(x, y, radius * unit, dx, dy), 1.6 * unit)
        for n in range(7):
            turn = pi / 2 * (n + 0.5) / 7
            _petal(pen, x, y, turn, dx, dy, 16 * unit, 52 * unit, 4.6 * unit)
        pen.line(_arc(x, y, 12 * unit, dx, dy), 1.6 * unit)


def hatched_frame(pen: Pen, box: Box, unit: float) -> None:
    """Draw a band of wedges between two heavy rules, as cut into wood."""
    band = 30 * unit
    pen.frame(box, 5 * unit)
    inner = inset(box, band)
    pen.frame(inner, 2.4 * unit)
    left, top, right, bottom = inset(box, 8 * unit)
    deep = band - 11 * unit
    wide, high = right - left - 2 * deep, bottom - top - 2 * deep
    across, down = max(2, round(wide / (9 * unit))), max(2, round(high / (9 * unit)))
    half = 3.1 * unit
    for n in range(across + 1):
        x = left + deep + wide * n / across
        pen.polygon([(x - half, top), (x + half, top), (x, top + deep)])
        pen.polygon([(x - half, bottom), (x + half, bottom), (x, bottom - deep)])
    for n in range(down + 1):
        y = top + deep + high * n / down
        pen.polygon([(left, y - half), (left, y + half), (left + deep, y)])
        pen.polygon([(right, y - half), (right, y + half), (right - deep, y)])
    for x, y, dx, dy in corners((left, top, right, bottom)):
        middle = (x + dx * deep / 2, y + dy * deep / 2)
        star(pen, *middle, deep * 0.62, 4, 0.34)


def thin_frame(pen: Pen, box: Box, unit: float) -> None:
    """Draw a fine rule that opens at the corners round a small star."""
    gap = 34 * unit
    left, top, right, bottom = box
    for y in (top, bottom):
        pen.line([(left + gap, y), (right - gap, y)], 1.5 * unit)
    for x in (left, right):
        pen.line([(x, top + gap), (x, bottom - gap)], 1.5 * unit)
    for x, y, dx, dy in corners(box):
        star(pen, x + dx * 2 * unit, y + dy * 2 * unit, 13 * unit)
        pen.circle(x + dx * gap, y, 2.6 * unit)
        pen.circle(x, y + dy * gap, 2.6 * unit)


def ruled_frame(pen: Pen, box: Box, unit: float) -> None:
    """Draw a thick and a thin rule above and below, as on a title page."""
    left, top, right, bottom = box
    pen.bar((left, top, right, top + 7 * unit))
    pen.bar((left, top + 13 * unit, right, top + 14.6 * unit))
    pen.bar((left, bottom - 7 * unit, right, bottom))
    pen.bar((left, bottom - 14.6 * unit, right, bottom - 13 * unit))


def sprigs(pen: Pen, box: Box, unit: float, seed: str) -> None:
    """Let sprigs climb from the lower corners and hang from the upper ones, mirrored left and right."""
    rng = seeded(seed)
    bend, leaves = rng.uniform(0.75, 1.1), rng.randint(7, 9)
    left, top, right, bottom = box
    for dx, x in ((1, left), (-1, right)):
        _sprig(pen, (x, bottom), (dx, -1), 330 * unit, 96 * unit * bend, leaves, unit)
        _sprig(pen, (x, bottom), (dx, -1), 44 * unit, 250 * unit * bend, leaves - 1, unit * 0.8, lying=True)
        _sprig(pen, (x, top), (dx, 1), 190 * unit, 58 * unit * bend, leaves - 2, unit * 0.75)
        _sprig(pen, (x, top), (dx, 1), 40 * unit, 190 * unit * bend, leaves - 2, unit * 0.75, lying=True)


def _sprig(
    pen: Pen,
    root: tuple[float, float],
    way: tuple[int, int],
    high: float,
    wide: float,
    leaves: int,
    unit: float,
    *,
    lying: bool = False,
) -> None:
    """Draw a bent stem with leaves on either side and a bud at its end."""

    def at(t: float) -> tuple[float, float]:
        if lying:
            return root[0] + way[0] * wide * t, root[1] + way[1] * high * sin(pi * t * 0.5) ** 2 * 0.5
        return root[0] + way[0] * wide * sin(pi * t * 0.5) ** 2 * 0.5, root[1] + way[1] * high * t

    path = [at(n / 40) for n in range(41)]
    pen.line(path, 2.2 * unit)
    for n in range(1, leaves + 1):
        t = n / (leaves + 0.6)
        (x, y), (x2, y2) = at(t), at(t + 0.01)
        ahead = _turn(x2 - x, y2 - y)
        long = (44 - 24 * t) * unit
        for side in (-1, 1):
            leaf(pen, x, y, ahead + side * 0.85, long, long * 0.3)
    x, y = path[-1]
    ahead = _turn(x - path[-2][0], y - path[-2][1])
    leaf(pen, x, y, ahead, 26 * unit, 8 * unit)


def leaf(pen: Pen, x: float, y: float, turn: float, long: float, wide: float) -> None:
    """Draw a pointed leaf with its rib left open; `turn` is where it points, in radians from the right."""
    rim = []
    for n in range(33):
        t = n / 16
        along = t if t <= 1 else 2 - t
        off = sin(pi * along**0.8) * wide / 2 * (1 if t <= 1 else -1)
        rim.append((along * long, off))
    pen.polygon([_turned(x, y, turn, a, b) for a, b in rim])
    rib = [_turned(x, y, turn, long * 0.06, 0), _turned(x, y, turn, long * 0.74, 0)]
    pen.line(rib, max(0.5, wide * 0.09), ink=0)


# ---- what stands in the middle ---------------------------------------------------------------------------


def rosette(pen: Pen, x: float, y: float, radius: float, seed: str, open_: float) -> None:
    """Draw a rosette of turned petals round an open middle; its fold is told by chance."""
    rng = seeded(seed)
    fold = rng.choice((12, 14, 16, 18, 20))
    pen.circle(x, y, radius, radius * 0.022)
    pen.circle(x, y, radius * 0.955, radius * 0.008)
    inner = radius * open_
    for n in range(fold):
        turn = 2 * pi * n / fold
        leaf_at = _turned(x, y, turn, inner * 1.08, 0)
        leaf(pen, *leaf_at, turn, radius * 0.92 - inner * 1.08, (radius - inner) * 0.42)
        dot = _turned(x, y, turn + pi / fold, radius * 0.87, 0)
        pen.circle(*dot, radius * 0.018)
    pen.circle(x, y, inner * 1.02, radius * 0.016)


def sun(pen: Pen, x: float, y: float, radius: float, seed: str, open_: float) -> None:
    """Draw rays of two lengths round a disc, as cut into wood."""
    rng = seeded(seed)
    rays = rng.choice((40, 48, 56))
    inner = radius * open_
    for n in range(rays):
        turn = 2 * pi * n / rays
        far = radius * (1.0 if n % 4 == 0 else 0.86 if n % 2 == 0 else 0.74)
        half = pi / rays * 0.62
        pen.polygon(
            [
                _turned(x, y, turn - half, inner * 1.1, 0),
                _turned(x, y, turn, far, 0),
                _turned(x, y, turn + half, inner * 1.1, 0),
            ]
        )
    pen.circle(x, y, inner * 1.02, radius * 0.03)


def orbits(pen: Pen, x: float, y: float, radius: float, seed: str, open_: float) -> None:
    """Draw rings with small moons on them, round a crescent's place."""
    rng = seeded(seed)
    inner = radius * open_
    pen.circle(x, y, inner * 1.04, radius * 0.014)
    for n, far in enumerate((0.72, 0.86, 1.0)):
        pen.circle(x, y, radius * far, radius * 0.007)
        for _ in range(1 + n):
            turn = rng.uniform(0, 2 * pi)
            moon = _turned(x, y, turn, radius * far, 0)
            pen.circle(*moon, radius * (0.05 - 0.012 * n))
    for n in range(60):
        a, b = (
            _turned(x, y, 2 * pi * n / 60, radius * 0.92, 0),
            _turned(x, y, 2 * pi * n / 60, radius * 0.94, 0),
        )
        pen.line([a, b], radius * 0.008)


def wreath(pen: Pen, x: float, y: float, radius: float, seed: str, open_: float) -> None:
    """Draw two branches that meet above an open middle."""
    rng = seeded(seed)
    leaves = rng.choice((9, 10, 11, 12))
    far = radius * (open_ + 0.22)
    for side in (-1, 1):
        path = [_turned(x, y, pi / 2 + side * (0.12 + 2.75 * n / 40), far, 0) for n in range(41)]
        pen.line(path, radius * 0.022)
        for n in range(leaves):
            t = (n + 0.6) / leaves
            turn = pi / 2 + side * (0.12 + 2.75 * t)
            at = _turned(x, y, turn, far, 0)
            ahead = turn + side * pi / 2
            for lean in (-0.72, 0.62):
                leaf(pen, *at, ahead + lean, radius * (0.34 - 0.08 * t), radius * 0.105)
    for n in (-1, 0, 1):
        pen.circle(*_turned(x, y, pi / 2 + 0.09 * n, far + radius * 0.05 * abs(n), 0), radius * 0.035)


def lozenges(pen: Pen, x: float, y: float, radius: float, seed: str, open_: float) -> None:
    """Draw a square frame on its point, with printers' dots along it."""
    rng = seeded(seed)
    count = rng.choice((5, 6, 7))
    for far, width in ((1.0, 0.03), (0.9, 0.01)):
        rim = [_turned(x, y, pi / 2 * n, radius * far, 0) for n in range(5)]
        pen.line([*rim, rim[1]], radius * width)
    for side in range(4):
        a, b = (
            _turned(x, y, pi / 2 * side, radius * 0.8, 0),
            _turned(x, y, pi / 2 * (side + 1), radius * 0.8, 0),
        )
        for n in range(count + 1):
            t = n / (count + 1)
            star(pen, a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, radius * 0.045, 4, 0.5)


def rule(pen: Pen, x: float, y: float, half: float, unit: float) -> None:
    """Draw a swelled rule with a small lozenge in its middle."""
    for side in (-1, 1):
        near, far = x + side * 20 * unit, x + side * half
        pen.polygon(
            [(near, y - 1.7 * unit), (far, y - 0.4 * unit), (far, y + 0.4 * unit), (near, y + 1.7 * unit)]
        )
    star(pen, x, y, 9 * unit, 4, 0.5)


def _petal(
    pen: Pen, x: float, y: float, turn: float, dx: int, dy: int, near: float, far: float, wide: float
) -> None:
    """Draw one rib of a fan that opens from a corner."""
    points = [(near, 0.0), (far * 0.72, -wide), (far, 0.0), (far * 0.72, wide)]
    drawn = [(a * cos(turn) - b * sin(turn), a * sin(turn) + b * cos(turn)) for a, b in points]
    pen.polygon([(x + dx * a, y + dy * b) for a, b in drawn])


def _arc(x: float, y: float, radius: float, dx: int, dy: int) -> list[tuple[float, float]]:
    return [
        (x + dx * radius * cos(pi / 2 * n / 24), y + dy * radius * sin(pi / 2 * n / 24)) for n in range(25)
    ]


def _turn(dx: float, dy: float) -> float:
    return atan2(dy, dx)


def _turned(x: float, y: float, turn: float, along: float, off: float) -> tuple[float, float]:
    return x + along * cos(turn) - off * sin(turn), y + along * sin(turn) + off * cos(turn)
