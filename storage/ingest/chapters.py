"""From a manuscript to a `ParsedBook`: the true chapter map, sealed matter off the scale. Pure.

outline.py tells where sections begin; here each gets its kind, its matter, its number and its label, and
the body becomes the reading text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from storage.errors import EmptyBook, NoTextLayer
from storage.ingest.cuts import Cut, Flat, Run, flatten
from storage.ingest.manuscript import Manuscript
from storage.ingest.matter import (
    file_is_matter,
    is_sample,
    name_of,
    passes_on,
    types_are_matter,
)
from storage.ingest.numbering import make_label
from storage.ingest.outline import outline
from storage.ingest.parsed import ParsedBook, SealedText, Warned
from storage.values import Matter, PageMark, Section, SectionKind

_LATE_START = 0.35  # a "Chapter 1" past this share of the text does not make what is before it front matter
_SAMPLE_SHARE = 0.2
_LEAFLET_CHARS = 2_000  # below this nothing is sealed on doubt alone: there is no story to protect
_PART_CHARS = 1_500  # a section with sections below it and no more text of its own than this is a part
_BODY_KINDS = {
    "prologue": SectionKind.PROLOGUE,
    "prelude": SectionKind.PROLOGUE,
    "interlude": SectionKind.INTERLUDE,
    "epilogue": SectionKind.EPILOGUE,
}


@dataclass(slots=True)
class _Stretch:
    """A cut with the lines that follow it, up to the next one."""

    cut: Cut
    start: int
    end: int
    chars: int
    document: str
    said: Matter | None = None
    matter: Matter = Matter.BODY


def build_book(manuscript: Manuscript) -> ParsedBook:
    """Return the book of a manuscript, its cover left packed.

    Raises EmptyBook, or NoTextLayer when it is pictures alone.
    """
    flat = flatten(manuscript)
    cuts, runs = outline(manuscript, flat)
    stretches = _stretches(flat, cuts, runs)
    _decide(manuscript, flat, stretches)
    book = _Assembly(manuscript, flat, stretches, runs).book()
    if not book.text.strip():
        pictures = sum(document.pictures for document in manuscript.documents)
        raise NoTextLayer(pictures) if pictures >= max(1, len(flat.lines) // 4) else EmptyBook
    return book


# ---- body or sealed ------------------------------------------------------------------------


def _stretches(flat: Flat, cuts: list[Cut], runs: list[Run]) -> list[_Stretch]:
    sizes = list(map(len, flat.lines))
    for run in runs:
        sizes[run.start : run.end] = [0] * (run.end - run.start)
    upto = [0, *accumulate(sizes)]
    out = []
    for cut, following in zip(cuts, [*cuts[1:], None], strict=True):
        end = len(flat.lines) if following is None else following.line
        place = bisect_right(flat.starts, cut.line) - 1
        name = flat.documents[place].name if flat.starts and cut.line == flat.starts[place] else ""
        out.append(_Stretch(cut, cut.line, end, upto[end] - upto[cut.line], name))
    return out


def _decide(manuscript: Manuscript, flat: Flat, stretches: list[_Stretch]) -> None:
    leaflet = sum(stretch.chars for stretch in stretches) < _LEAFLET_CHARS
    for stretch in stretches:
        stretch.said = _said(flat, stretch, doubting=not leaflet)
    _hear_roles(manuscript, flat, stretches)
    begin = 0 if leaflet else _first_of_body(manuscript, flat, stretches)
    for i, stretch in enumerate(stretches):
        if stretch.said is not None:
            stretch.matter = stretch.said
        elif i < begin and not stretch.cut.strong:
            # In doubt, what stands before the first chapter is sealed: it may tell the plot (S29).
            stretch.matter = Matter.FRONT
    _pass_on(stretches)
    _seal_tail(stretches)
    first = next((i for i, s in enumerate(stretches) if s.matter is Matter.BODY), len(stretches))
    for i, stretch in enumerate(stretches):
        if stretch.matter is not Matter.BODY and "backmatter" not in stretch.cut.types:
            stretch.matter = Matter.FRONT if i < first else Matter.BACK
    if first == len(stretches):
        _unseal_doubtful(stretches)


def _said(flat: Flat, stretch: _Stretch, doubting: bool) -> Matter | None:
    """Return what the section says of itself, or None; `doubting` asks its file name too."""
    cut = stretch.cut
    typed = types_are_matter(cut.types)
    if typed is not None and (typed is not Matter.BODY or "z3998:fiction" in cut.types):
        return typed
    if "auxiliary" in cut.types and doubting:
        return Matter.BACK  # S8: what has no place in the reading order is unplaced
    if cut.strong:
        return Matter.BODY if typed is Matter.BODY else None
    titled = flat.matter_of(cut.title) or flat.matter_of(cut.said)
    if titled is not None:
        return titled
    if typed is not None:
        return typed
    named = doubting and (not cut.listed or stretch.chars < 400)
    return file_is_matter(stretch.document) if named else None


def _hear_roles(manuscript: Manuscript, flat: Flat, stretches: list[_Stretch]) -> None:
    """Let guide and landmarks name sections that have not named themselves."""
    by_line = {stretch.start: stretch for stretch in reversed(stretches)}
    for document, anchor, types in manuscript.roles:
        mark = flat.documents[document].anchors.get(anchor)
        stretch = by_line.get(flat.starts[document] + (mark.line if mark else 0))
        role = types_are_matter(types)
        if stretch is not None and stretch.said is None and role not in (None, Matter.BODY):
            # The start of the book is often called its title page by makers of old files; text decides.
            if stretch.cut.strong or (types & {"titlepage", "cover"} and stretch.chars > 3_000):
                continue
            stretch.said = role
            stretch.cut.types |= types


def _first_of_body(manuscript: Manuscript, flat: Flat, stretches: list[_Stretch]) -> int:
    """Return the index of the first section that is certainly the body; 0 when nothing marks it."""
    total = sum(s.chars for s in stretches if s.said in (None, Matter.BODY)) or 1
    marked = [
        flat.starts[document] + (mark.line if (mark := flat.documents[document].anchors.get(anchor)) else 0)
        for document, anchor, types in manuscript.roles
        if types & {"bodymatter", "start"}
    ]
    before = 0
    for i, stretch in enumerate(stretches):
        if before > _LATE_START * total:
            return 0
        printed = stretch.cut.printed
        opens = stretch.cut.strong and (printed.number in (0, 1) or printed.kind is SectionKind.PROLOGUE)
        if stretch.said is Matter.BODY or (stretch.said is None and (opens or stretch.start in marked)):
            return i
        if stretch.said is None:
            before += stretch.chars
    return 0 if before else next((i for i, s in enumerate(stretches) if s.said is None), 0)


def _pass_on(stretches: list[_Stretch]) -> None:
    """Seal what lies below a sealed introduction or sample in the contents tree."""
    sealed: dict[int, bool] = {}
    for stretch in stretches:
        parent = stretch.cut.parent
        above = parent is not None and sealed.get(id(parent), False)
        if above and not (stretch.said is Matter.BODY and "bodymatter" in stretch.cut.types):
            stretch.matter = Matter.BACK
        sealed[id(stretch.cut)] = stretch.matter is not Matter.BODY and (
            above or passes_on(stretch.cut.types, stretch.cut.title)
        )


def _seal_tail(stretches: list[_Stretch]) -> None:
    """Seal what follows a licence or the opening of another book, and chapters counted anew after notes."""
    total = sum(s.chars for s in stretches) or 1
    done = 0
    shut = False
    seen_body = ended = False
    for stretch in stretches:
        cut = stretch.cut
        explicit = "bodymatter" in cut.types
        if stretch.matter is not Matter.BODY:
            shut = shut or "pg-footer" in cut.types or (seen_body and is_sample(cut.title))
            ended = ended or (seen_body and done > total * (1 - _SAMPLE_SHARE))
        elif shut and not explicit:
            stretch.matter = Matter.BACK
        elif ended and not explicit and cut.printed.number == 1 and cut.printed.kind is SectionKind.CHAPTER:
            shut = True
            stretch.matter = Matter.BACK
        else:
            seen_body = seen_body or stretch.chars > 0
        done += stretch.chars


def _unseal_doubtful(stretches: list[_Stretch]) -> None:
    # Everything was sealed: only what its maker typed may stay so, or the reader has no book.
    for stretch in stretches:
        if types_are_matter(stretch.cut.types) is None:
            stretch.matter = Matter.BODY


# ---- the book ------------------------------------------------------------------------------


class _Assembly:
    """Puts sections and reading text together, in one pass over the stretches."""

    def __init__(
        self, manuscript: Manuscript, flat: Flat, stretches: list[_Stretch], runs: list[Run]
    ) -> None:
        self.manuscript = manuscript
        self.flat = flat
        self.stretches = [s for s in stretches if s.chars or (s.cut.hollow and s.matter is Matter.BODY)]
        self.runs = sorted((run for run in runs if run.end > run.start), key=lambda run: run.start)
        self.sections: list[Section] = []
        self.sealed: list[SealedText] = []
        self.told: list[str] = []  # the lines of the reading text; an empty one ends a section
        self.offset = 0
        self.paged = bool(manuscript.pages) or any(document.pages for document in manuscript.documents)
        self.places: dict[int, int] = {}  # line -> offset, for the lines of the body, when pages ask for it
        self.ordinals: dict[int, tuple[int, str, int]] = {}  # cut -> ordinal, label, depth
        self.below = Counter(id(s.cut.parent) for s in self.stretches if s.matter is Matter.BODY)
        self.notes: list[str] = []

    def book(self) -> ParsedBook:
        """Return the finished book."""
        last = max((i for i, s in enumerate(self.stretches) if s.matter is Matter.BODY), default=-1)
        chapters = 0
        for i, stretch in enumerate(self.stretches):
            if stretch.matter is Matter.BODY:
                kind = self._kind(stretch)
                chapters += not stretch.cut.hollow and kind is SectionKind.CHAPTER
                self._body(stretch, kind, i == last, chapters)
            else:
                lines = self.flat.lines[stretch.start : stretch.end]
                self._seal(stretch.cut.title, stretch.cut.types, stretch.matter, lines)
        if self.notes:
            self._seal("Notes", frozenset(("footnotes",)), Matter.BACK, self.notes)
        manuscript = self.manuscript
        return ParsedBook(
            title=manuscript.title,
            author=manuscript.author,
            language=manuscript.language,
            text="\n".join(self.told),
            sections=tuple(self.sections),
            pages=self._pages(),
            sealed=tuple(self.sealed),
            warnings=tuple(Warned(text) for text in dict.fromkeys(manuscript.warnings)),
        )

    def _seal(self, title: str, types: frozenset[str], matter: Matter, lines: list[str]) -> None:
        ordinal = len(self.sections) + 1
        name = title if 0 < len(title) <= 80 else name_of(types, matter)
        self.sections.append(Section(ordinal, SectionKind.SEALED, matter, name, title or name))
        self.sealed.append(SealedText(ordinal, "\n".join(lines)))

    def _body(self, stretch: _Stretch, kind: SectionKind, last: bool, chapters: int) -> None:
        cut, lines = stretch.cut, self.flat.lines
        heading = min(max(cut.heading_end, stretch.start), stretch.end)
        inside = self._runs_of(stretch)
        kept = lines[heading : stretch.end]
        for run in reversed(inside):
            del kept[max(0, run.start - heading) : max(0, run.end - heading)]
        start = self.offset
        above = lines[stretch.start : heading]
        body_start = start + sum(map(len, above)) + len(above)
        self.told += above
        self.told += kept
        if above or kept:
            self.offset = body_start + sum(map(len, kept)) + len(kept) - 1
            if not last:
                self.offset += 2
                self.told.append("")
        elif last and self.told:
            self.told.append("")  # the section before this empty one has its two line breaks
        if not kept:
            body_start = self.offset
        if self.paged:
            self._note_places(stretch, inside, start)
        parent, path, depth = self._parent(cut)
        ordinal = len(self.sections) + 1
        label = make_label(cut.printed, position=max(1, chapters), parent=path)
        self.ordinals[id(cut)] = (ordinal, label, depth)
        self.sections.append(
            Section(
                ordinal=ordinal,
                kind=kind,
                matter=Matter.BODY,
                label=label,
                title=cut.title,
                number=cut.printed.number,
                depth=depth,
                parent=parent,
                start=start,
                body_start=body_start,
                end=self.offset,
            )
        )
        for run in inside:
            if run.types == frozenset(("footnotes",)):
                self.notes.extend(lines[run.start : run.end])
            else:
                matter = types_are_matter(run.types) or Matter.BACK
                self._seal(run.title, run.types, matter, lines[run.start : run.end])

    def _runs_of(self, stretch: _Stretch) -> list[Run]:
        first = bisect_left(self.runs, stretch.start, key=lambda run: run.start)
        after = bisect_left(self.runs, stretch.end, key=lambda run: run.start)
        return self.runs[first:after]

    def _note_places(self, stretch: _Stretch, inside: list[Run], offset: int) -> None:
        taken = {line for run in inside for line in range(run.start, run.end)}
        for line in range(stretch.start, stretch.end):
            if line not in taken:
                self.places[line] = offset
                offset += len(self.flat.lines[line]) + 1

    def _parent(self, cut: Cut) -> tuple[int | None, str, int]:
        """Return the ordinal and label of the section above in the body, and the depth of this one."""
        above = cut.parent
        while above is not None:
            known = self.ordinals.get(id(above))
            if known is not None:
                section = self.sections[known[0] - 1]
                names = section.kind is SectionKind.PART or section.number is not None
                return known[0], known[1] if names else "", known[2] + 1
            above = above.parent
        return None, "", 0

    def _kind(self, stretch: _Stretch) -> SectionKind:
        cut = stretch.cut
        has_below = self.below[id(cut)] > 0
        if cut.hollow or cut.types & {"part", "volume", "division"}:
            return SectionKind.PART
        named = next((kind for word, kind in _BODY_KINDS.items() if word in cut.types), None)
        if named is not None:
            return named
        numbered = cut.printed.number is not None and cut.printed.kind is SectionKind.CHAPTER
        if has_below and not numbered and stretch.chars - len(cut.title) < _PART_CHARS:
            return SectionKind.PART
        if cut.printed.kind is SectionKind.PART and not has_below and stretch.chars > 2 * _PART_CHARS:
            return SectionKind.CHAPTER
        return cut.printed.kind if cut.strong else SectionKind.CHAPTER

    def _pages(self) -> tuple[PageMark, ...]:
        found: dict[str, int] = {}
        if self.manuscript.pages:
            for label, document, anchor in self.manuscript.pages:
                mark = self.flat.documents[document].anchors.get(anchor)
                if mark is not None or not anchor:
                    at = self.flat.starts[document] + (mark.line if mark else 0)
                    self._page(found, label, at, mark.offset if mark else 0)
        else:
            for start, document_of in zip(self.flat.starts, self.flat.documents, strict=True):
                for mark in document_of.pages:
                    self._page(found, mark.name, start + mark.line, mark.offset)
        return tuple(PageMark(label, at) for label, at in sorted(found.items(), key=lambda item: item[1]))

    def _page(self, found: dict[str, int], label: str, line: int, offset: int) -> None:
        at = self.places.get(line)
        if at is not None and label:
            found.setdefault(label, at + offset)
