"""Where everybody stands in a drawn graph: networkx spreads them, then boxes are moved apart. Pure.

Each island (people tied to each other and to nobody else) is laid out by itself, from a few starts that are
always the same, and the one with the fewest crossings is kept; islands
are then set into the free room beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

Point = tuple[float, float]
Size = tuple[int, int]
Links = Mapping[tuple[str, str], int]
"""The two ends of each line, and how wide the word on it is, in pixels; no pair stands twice."""

_GAP_X, _GAP_Y = 46, 40
"""Least pixels between two boxes."""
_EDGE_PX = 90
"""Least pixels that an edge is seen between its boxes: room for the word on it."""
_STARTS = 6
_ROUNDS = 5
_RINGS_OF = 4
_ROUND = tuple((cos(turn * pi / 6), sin(turn * pi / 6)) for turn in range(12))
_LANDSCAPE = 1.45
_ISLAND_GAP = 60
_STEP = 30


@dataclass(frozen=True, slots=True)
class Layout:
    """The middle of each box, and the size of all, in pixels from the upper left corner."""

    at: Mapping[str, Point]
    width: int
    height: int


def lay_out(boxes: Mapping[str, Size], links: Links) -> Layout:
    """Return a place for every box so that none touches another; the same input gives the same places.

    Islands of one or two are set by themselves, one below the other.
    """
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(boxes)
    graph.add_edges_from(links)
    order = {name: number for number, name in enumerate(boxes)}
    islands = [sorted(found, key=order.__getitem__) for found in nx.connected_components(graph)]
    islands.sort(key=lambda names: (-len(names), order[names[0]]))
    placed = [_island({name: boxes[name] for name in names}, links) for names in islands]
    return _together(placed, boxes, links)


def _island(boxes: Mapping[str, Size], links: Links) -> Layout:
    mine = {link: wide for link, wide in links.items() if link[0] in boxes}
    if len(boxes) < 3:
        return _framed(_line(boxes), boxes)
    tried = [_spread(boxes, mine, start) for start in range(_STARTS)]
    best = min(tried, key=lambda at: _badness(at, boxes, mine))
    return _framed(_tidied(best, boxes, mine), boxes)


def _line(boxes: Mapping[str, Size]) -> dict[str, Point]:
    at: dict[str, Point] = {}
    y = 0.0
    for name, (_, height) in boxes.items():
        at[name] = (0.0, y + height / 2)
        y += height + _EDGE_PX
    return at


def _spread(boxes: Mapping[str, Size], links: Links, start: int) -> dict[str, Point]:
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(boxes)
    graph.add_edges_from(links)
    found = nx.spring_layout(graph, seed=start, iterations=200, k=1.6 / len(boxes) ** 0.5)
    wide = sum(width for width, _ in boxes.values()) / len(boxes) + _GAP_X
    scale = wide * len(boxes) ** 0.5 * 0.85
    at = {name: (float(x) * scale * _LANDSCAPE, float(y) * scale) for name, (x, y) in found.items()}
    return _apart(at, boxes, links)


def _apart(at: dict[str, Point], boxes: Mapping[str, Size], links: Links) -> dict[str, Point]:
    """Move boxes apart until none touches another and each edge is long enough to be seen."""
    names = list(boxes)
    for _ in range(400):
        moved = False
        for number, one in enumerate(names):
            for other in names[number + 1 :]:
                moved |= _push(at, boxes, one, other)
        for one, other in links:
            moved |= _stretch(at, boxes, one, other)
        if not moved:
            break
    for _ in range(400):  # at last without stretching: that boxes are apart matters most
        pushed = [_push(at, boxes, a, b) for n, a in enumerate(names) for b in names[n + 1 :]]
        if True not in pushed:
            break
    return at


def _push(at: dict[str, Point], boxes: Mapping[str, Size], one: str, other: str) -> bool:
    (x1, y1), (x2, y2) = at[one], at[other]
    over_x = (boxes[one][0] + boxes[other][0]) / 2 + _GAP_X - abs(x1 - x2)
    over_y = (boxes[one][1] + boxes[other][1]) / 2 + _GAP_Y - abs(y1 - y2)
    if over_x <= 0.5 or over_y <= 0.5:
        return False
    if over_y <= over_x:
        sign = 1 if y1 >= y2 else -1
        at[one], at[other] = (x1, y1 + sign * over_y / 2), (x2, y2 - sign * over_y / 2)
    else:
        sign = 1 if x1 >= x2 else -1
        at[one], at[other] = (x1 + sign * over_x / 2, y1), (x2 - sign * over_x / 2, y2)
    return True


def _stretch(at: dict[str, Point], boxes: Mapping[str, Size], one: str, other: str) -> bool:
    (x1, y1), (x2, y2) = at[one], at[other]
    start, end = visible(at[one], boxes[one], at[other], boxes[other])
    short = _EDGE_PX - ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    length = ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5
    if short <= 1 or not length:
        return False
    dx, dy = (x1 - x2) / length * short / 4, (y1 - y2) / length * short / 4
    at[one], at[other] = (x1 + dx, y1 + dy), (x2 - dx, y2 - dy)
    return True


def _tidied(at: dict[str, Point], boxes: Mapping[str, Size], links: Links) -> dict[str, Point]:
    """Move each box to where its own lines are short and cross the least, near those it is tied to."""
    near: dict[str, list[str]] = {name: [] for name in boxes}
    for one, other in links:
        near[one].append(other)
        near[other].append(one)
    for _ in range(_ROUNDS):
        before = dict(at)
        for name in sorted(boxes, key=lambda name: len(near[name])):
            centre = _mean([at[other] for other in boxes])
            # The last of equals is where it stands already, so nothing moves for nothing.
            spots = [*_spots(at, boxes, name, near[name]), at[name]]
            costs = [_cost(spot, name, at, boxes, links, near[name], centre) for spot in spots]
            at[name] = min(zip(costs, range(len(spots), 0, -1), spots, strict=True))[2]
        if at == before:
            break
    return at


def _spots(at: Mapping[str, Point], boxes: Mapping[str, Size], name: str, near: Sequence[str]) -> list[Point]:
    """Return places to try: on rings round those that a box is tied to, and between them."""
    found = [_mean([at[other] for other in near])]
    for other in near[:_RINGS_OF]:
        x, y = at[other]
        wide = (boxes[other][0] + boxes[name][0]) / 2
        high = (boxes[other][1] + boxes[name][1]) / 2
        for far in (_EDGE_PX, 1.8 * _EDGE_PX):
            found += [(x + dx * (wide + far), y + dy * (high + far)) for dx, dy in _ROUND]
    return found


def _cost(
    spot: Point,
    name: str,
    at: Mapping[str, Point],
    boxes: Mapping[str, Size],
    links: Links,
    near: Sequence[str],
    centre: Point,
) -> float:
    size = boxes[name]
    cost = (abs(spot[0] - centre[0]) / _LANDSCAPE + abs(spot[1] - centre[1])) / 900
    for other, its in boxes.items():
        if (
            other != name
            and abs(spot[0] - at[other][0]) < (size[0] + its[0]) / 2 + _GAP_X - 1
            and abs(spot[1] - at[other][1]) < (size[1] + its[1]) / 2 + _GAP_Y - 1
        ):
            return 1e9
    for other in near:
        start, end = visible(spot, size, at[other], boxes[other])
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        word = links.get((name, other)) or links.get((other, name)) or 0
        level = abs(end[0] - start[0]) / length if length else 1.0
        cost += abs(length - max(1.2 * _EDGE_PX, level * word + _EDGE_PX * 0.7)) / 120
        cost += 20 * sum(
            third not in (name, other) and crosses_box(spot, at[other], at[third], boxes[third])
            for third in boxes
        )
    for a, b in links:
        if name in (a, b):
            continue
        if crosses_box(at[a], at[b], spot, size):
            cost += 20
        cost += 2 * sum(other not in (a, b) and _cross(spot, at[other], at[a], at[b]) for other in near)
    return cost


def _mean(points: Sequence[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def visible(one: Point, size: Size, other: Point, other_size: Size) -> tuple[Point, Point]:
    """Return the ends of an edge between two boxes, where it leaves the one and meets the other."""
    return _leaving(one, size, other), _leaving(other, other_size, one)


def _leaving(middle: Point, size: Size, to: Point) -> Point:
    dx, dy = to[0] - middle[0], to[1] - middle[1]
    if not dx and not dy:
        return middle
    share = min(size[0] / 2 / abs(dx) if dx else 1e9, size[1] / 2 / abs(dy) if dy else 1e9, 1.0)
    return middle[0] + dx * share, middle[1] + dy * share


def _badness(at: Mapping[str, Point], boxes: Mapping[str, Size], links: Links) -> float:
    """Return how hard a layout is to read: edges through boxes, edges that cross, and empty room."""
    through = crossings = 0
    drawn = list(links)
    for number, (a, b) in enumerate(drawn):
        for name, size in boxes.items():
            if name not in (a, b) and crosses_box(at[a], at[b], at[name], size):
                through += 1
        for c, d in drawn[number + 1 :]:
            if not {a, b} & {c, d} and _cross(at[a], at[b], at[c], at[d]):
                crossings += 1
    frame = _framed(at, boxes)
    return 15 * through + 2 * crossings + frame.width * frame.height / 100_000


def crosses_box(start: Point, end: Point, middle: Point, size: Size) -> bool:
    """Tell whether a line goes through a box."""
    for axis in (0, 1):  # most boxes are far off, and this is asked very often
        a, b, half = start[axis] - middle[axis], end[axis] - middle[axis], size[axis] / 2 + 4
        if (a < -half and b < -half) or (a > half and b > half):
            return False
    low, high = 0.0, 1.0
    for axis in (0, 1):
        delta = end[axis] - start[axis]
        near, far = middle[axis] - size[axis] / 2 - 4, middle[axis] + size[axis] / 2 + 4
        if not delta:
            if not near <= start[axis] <= far:
                return False
            continue
        first, last = sorted(((near - start[axis]) / delta, (far - start[axis]) / delta))
        low, high = max(low, first), min(high, last)
    return low < high


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    if (
        (a[0] < c[0] and a[0] < d[0] and b[0] < c[0] and b[0] < d[0])
        or (a[0] > c[0] and a[0] > d[0] and b[0] > c[0] and b[0] > d[0])
        or (a[1] < c[1] and a[1] < d[1] and b[1] < c[1] and b[1] < d[1])
        or (a[1] > c[1] and a[1] > d[1] and b[1] > c[1] and b[1] > d[1])
    ):
        return False  # far apart, as most are

    def side(p: Point, q: Point, r: Point) -> bool:
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def _framed(at: Mapping[str, Point], boxes: Mapping[str, Size]) -> Layout:
    left = min(at[name][0] - boxes[name][0] / 2 for name in boxes)
    top = min(at[name][1] - boxes[name][1] / 2 for name in boxes)
    right = max(at[name][0] + boxes[name][0] / 2 for name in boxes)
    bottom = max(at[name][1] + boxes[name][1] / 2 for name in boxes)
    moved = {name: (at[name][0] - left, at[name][1] - top) for name in boxes}
    return Layout(moved, round(right - left), round(bottom - top))


def _together(islands: Sequence[Layout], boxes: Mapping[str, Size], links: Links) -> Layout:
    """Set each island into the first free room of what is placed so far, else into a row below."""
    area = sum((island.width + _ISLAND_GAP) * (island.height + _ISLAND_GAP) for island in islands)
    width = max([island.width for island in islands] + [round((area * _LANDSCAPE) ** 0.5)])
    at: dict[str, Point] = {}
    height = 0
    for island in islands:
        x, y = _free_room(island, at, boxes, links, width, height)
        at.update({name: (px + x, py + y) for name, (px, py) in island.at.items()})
        height = max(height, y + island.height)
    return _framed(at, boxes)


def _free_room(
    island: Layout,
    at: Mapping[str, Point],
    boxes: Mapping[str, Size],
    links: Links,
    width: int,
    height: int,
) -> tuple[int, int]:
    drawn = [link for link in links if link[0] in at]
    wide, high = island.width + _ISLAND_GAP, island.height + _ISLAND_GAP
    for y in range(0, max(1, height - island.height + 1), _STEP):
        for x in range(0, width - island.width + 1, _STEP):
            middle = (x + island.width / 2, y + island.height / 2)
            beside = all(
                abs(middle[0] - at[name][0]) >= (wide + boxes[name][0]) / 2
                or abs(middle[1] - at[name][1]) >= (high + boxes[name][1]) / 2
                for name in at
            )
            if beside and not any(crosses_box(at[a], at[b], middle, (wide, high)) for a, b in drawn):
                return x, y
    return 0, height + _ISLAND_GAP if at else 0
