"""Which sections a stated path means, and what they may be called before they are read. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from storage.book.locate.stated import CONTAINERS, UNITS, Step, fold_words
from storage.ingest.numbering import read_heading
from storage.values import Matter, Section, SectionKind, Span


@dataclass(frozen=True, slots=True)
class Node:
    """A body section with all that lies in it: `[start, end]` runs to the end of its last descendant."""

    section: Section
    start: int
    body_start: int
    end: int
    ancestors: tuple[Node, ...]
    """The sections round it, outermost first."""
    unit: str
    """The word that its heading counts by ("letter"), '' for none."""
    leaf: bool

    @property
    def kind(self) -> SectionKind:
        """What it is."""
        return self.section.kind

    @property
    def number(self) -> int | None:
        """The printed number."""
        return self.section.number


class ChapterMap:
    """The body sections of one book as a tree."""

    def __init__(self, sections: Sequence[Section]) -> None:
        """Take all sections of the file; those without offsets are no places (S8)."""
        self.nodes = _nodes(sections)
        self._parts = [node for node in self.nodes if node.kind is SectionKind.PART]
        self._chapters = [node for node in self.nodes if node.kind is SectionKind.CHAPTER]
        self._headings = [Span(n.start, n.body_start) for n in self.nodes if n.body_start > n.start]
        self._units = {part.unit for part in self._parts}

    def at(self, offset: int) -> Node | None:
        """Return the section that holds the code point before `offset`."""
        place = bisect_left(self.nodes, max(1, offset), key=lambda node: node.start) - 1
        return self.nodes[place] if place >= 0 else None

    def unread_headings(self, read_end: int) -> Sequence[Span]:
        """Return where the headings of sections not reached before `read_end` stand, in reading order."""
        return self._headings[bisect_left(self._headings, read_end, key=lambda span: span.start) :]

    # ---- by number -------------------------------------------------------------------------

    def resolve(self, path: Sequence[Step]) -> list[Node]:
        """Return the sections that `path` may mean, in reading order; none when there is no such one."""
        *outer, last = path
        scope = [node for node in self.nodes if self._lies_in(node, outer)] if outer else self.nodes
        return _joined(self._named(scope, last) if last.named else self._numbered(scope, last))

    def _lies_in(self, node: Node, steps: Sequence[Step]) -> bool:
        above = iter(node.ancestors)
        return all(any(self._is(ancestor, step) for ancestor in above) for step in steps)

    def _is(self, node: Node, step: Step) -> bool:
        if step.named is not None:
            return node.kind is step.named
        if step.unit and step.unit in self._units and node.unit != step.unit:
            return False
        return self._part_number(node) == step.number

    def _named(self, scope: Sequence[Node], step: Step) -> list[Node]:
        found = [node for node in scope if node.kind is step.named]
        if step.number is None:
            return found
        printed = [node for node in found if node.number == step.number]
        return printed or _nth(found, step.number)

    def _numbered(self, scope: Sequence[Node], step: Step) -> list[Node]:
        counted = self._counted(scope, step.unit)
        if any(node.number is not None for node in counted):
            return [node for node in counted if node.number == step.number]
        # No numbers are printed: sections are counted as they come.
        return _nth(counted, step.number or 0)

    def _counted(self, scope: Sequence[Node], unit: str) -> list[Node]:
        """Return the sections of `scope` that `unit` counts; '' counts chapters, whatever they are called."""
        by_word = [node for node in scope if unit and node.unit == unit]
        if unit in CONTAINERS:
            return by_word or [node for node in scope if node.kind is SectionKind.PART]
        chapters = [node for node in scope if node.kind is SectionKind.CHAPTER]
        if unit == "chapter":
            by_word = [node for node in chapters if node.unit in ("", "chapter")]
        childless = [node for node in scope if node.kind is SectionKind.PART and node.leaf]
        return by_word or chapters or childless

    # ---- by title --------------------------------------------------------------------------

    def titled(self, words: str, read_end: int) -> list[Node]:
        """Return the sections reached before `read_end` that are called `words` (S27)."""
        return [node for node in self._names.get(fold_words(words), ()) if node.start < read_end]

    @cached_property
    def _names(self) -> dict[str, list[Node]]:
        names: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in _names(node.section):
                names.setdefault(name, []).append(node)
        return names

    # ---- what they may be called -----------------------------------------------------------

    def labels(self, nodes: Sequence[Node], read_end: int) -> list[str]:
        """Return a name for each: as printed where it was reached, else bare numbers; all different."""
        distinct = len({node.section.ordinal for node in nodes})
        bare = [self._bare(node, read_end) for node in nodes]
        printed = [n.section.label if n.start < read_end else b for n, b in zip(nodes, bare, strict=True)]
        for names in (printed, bare):
            if all(names) and len(set(names)) == distinct:
                return names
        return [f"{name} (section {self._place(node)})" for name, node in zip(bare, nodes, strict=True)]

    def _bare(self, node: Node, read_end: int) -> str:
        # S27: numbers alone, whatever the heading says; "book" only where one was seen to be called so.
        seen = {n.unit for n in self._parts if n.start < read_end}
        names = []
        for part in (*node.ancestors, node):
            if part.kind is SectionKind.PART:
                word = part.unit if part.unit in seen and part.unit in CONTAINERS else "part"
                names.append(f"{word} {self._part_number(part)}")
        if node.kind is SectionKind.CHAPTER:
            names.append(f"ch. {node.number or self._chapters.index(node) + 1}")
        elif node.kind is not SectionKind.PART:
            names.append(f"section {self._place(node)}")
        return ", ".join(names)

    def _part_number(self, node: Node) -> int:
        """Return the printed number, or where there is none the place among its siblings from 1."""
        if node.number is not None:
            return node.number
        siblings = [n for n in self.nodes if n.kind is node.kind and n.section.parent == node.section.parent]
        return siblings.index(node) + 1

    def _place(self, node: Node) -> int:
        return self.nodes.index(node) + 1


def _nodes(sections: Sequence[Section]) -> list[Node]:
    body = {s.ordinal: s for s in sections if s.matter is Matter.BODY and s.start is not None}
    ends = {ordinal: section.end or 0 for ordinal, section in body.items()}
    parents = {section.parent for section in body.values()}
    above = {ordinal: _ancestors(section, body) for ordinal, section in body.items()}
    for ordinal, section in body.items():
        for ancestor in above[ordinal]:
            ends[ancestor] = max(ends[ancestor], section.end or 0)
    made: dict[int, Node] = {}
    for section in sorted(body.values(), key=lambda s: (s.start or 0, s.ordinal)):
        start = section.start or 0
        made[section.ordinal] = Node(
            section=section,
            start=start,
            body_start=start if section.body_start is None else section.body_start,
            end=ends[section.ordinal],
            ancestors=tuple(made[a] for a in above[section.ordinal] if a in made),
            unit=_unit_of(section),
            leaf=section.ordinal not in parents,
        )
    return list(made.values())


def _ancestors(section: Section, body: dict[int, Section]) -> list[int]:
    """Return the ordinals of the sections round this one, outermost first."""
    found: list[int] = []
    parent = section.parent
    while parent is not None and parent in body and parent not in found:
        found.append(parent)
        parent = body[parent].parent
    return found[::-1]


def _unit_of(section: Section) -> str:
    heading = read_heading(section.title)
    if not heading.worded or heading.number is None:
        return ""
    return next((UNITS[word] for word in fold_words(heading.name).split() if word in UNITS), "")


def _nth(nodes: Sequence[Node], number: int) -> list[Node]:
    return list(nodes[number - 1 : number]) if number > 0 else []


def _joined(nodes: Iterable[Node]) -> list[Node]:
    """Join neighbours with one printed number: pieces of one chapter that a file split (T16)."""
    found: list[Node] = []
    for node in nodes:
        last = found[-1] if found else None
        if (
            last is not None
            and last.number is not None
            and last.unit == node.unit
            and (last.number, last.section.parent, last.end) == (node.number, node.section.parent, node.start)
        ):
            found[-1] = replace(last, end=node.end)
        else:
            found.append(node)
    return found


def _names(section: Section) -> set[str]:
    # "I. The Long Walk" is called "The Long Walk" too.
    names = (section.title, section.label, read_heading(section.title).rest)
    return {folded for name in names if (folded := fold_words(name))}
