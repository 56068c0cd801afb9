"""Small PDFs for tests, written by hand: every run of text where the test wants it. No library involved.

The font is Courier, whose letters are all 0.6 of its size wide, so a test can reckon where a line ends.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdf

WIDTH, HEIGHT = 432, 648
SIZE = 10.0
ADVANCE = 0.6
PITCH = 13.0
LEFT, TOP = 54.0, 560.0
LINE_CHARS = 54
PAGE_LINES = 36


class Run(NamedTuple):
    """Text whose baseline begins at (x, y)."""

    x: float
    y: float
    text: str
    size: float = SIZE


class Aim(NamedTuple):
    """An outline entry: its title, its depth from 0, its page from 0."""

    title: str
    depth: int
    page: int


Page = Sequence[Run]


@dataclass
class Pdf:
    """A PDF in the making; `bytes()` gives the file.

    `labels` maps a page (from 0) to a label range: (style, first number), style as in the format: r, D.
    `turned` pages are shown a quarter turned, with their text turned along so that it stands upright.
    `pictured` pages hold one picture that covers them. `mapped` is False for a font that tells no letters.
    """

    pages: Sequence[Page]
    title: str = ""
    author: str = ""
    outline: Sequence[Aim] = ()
    labels: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    turned: frozenset[int] = frozenset()
    pictured: frozenset[int] = frozenset()
    mapped: bool = True
    script: str = ""
    _objects: list[bytes] = field(default_factory=list)

    def __bytes__(self) -> bytes:
        self._objects = []
        catalog, tree, font = self._reserve(3)
        picture = self._add(
            b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Length 1>>\nstream\n\x80\nendstream"
        )
        self._objects[font - 1] = self._font()
        kids = [self._page(number, page, tree, font, picture) for number, page in enumerate(self.pages)]
        listed = b" ".join(b"%d 0 R" % kid for kid in kids)
        self._objects[tree - 1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (listed, len(kids))
        more = self._outline(kids) + self._labels()
        if self.script:
            action = self._add(b"<</S/JavaScript/JS(%s)>>" % _escaped(self.script))
            more += b"/OpenAction %d 0 R" % action
        self._objects[catalog - 1] = b"<</Type/Catalog/Pages %d 0 R%s>>" % (tree, more)
        info = self._add(b"<</Title(%s)/Author(%s)>>" % (_escaped(self.title), _escaped(self.author)))
        return written(self._objects, catalog, info)

    def _reserve(self, count: int) -> range:
        first = len(self._objects) + 1
        self._objects += [b"null"] * count
        return range(first, first + count)

    def _add(self, body: bytes) -> int:
        self._objects.append(body)
        return len(self._objects)

    def _font(self) -> bytes:
        if self.mapped:
            return b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>"
        # A map to code points that mean nothing: a reader sees letters, a program none.
        chars = b"1 begincodespacerange <20><7E> endcodespacerange 1 beginbfrange <20><7E><E020> endbfrange"
        told = b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap %s endcmap end end" % chars
        cmap = self._add(b"<</Length %d>>\nstream\n%s\nendstream" % (len(told), told))
        return b"<</Type/Font/Subtype/Type1/BaseFont/Courier/ToUnicode %d 0 R>>" % cmap

    def _page(self, number: int, page: Page, tree: int, font: int, picture: int) -> int:
        drawn = b"\n".join(_drawn(run, number in self.turned) for run in page)
        if number in self.pictured:
            drawn += b"\nq %d 0 0 %d 0 0 cm /P Do Q" % (WIDTH, HEIGHT)
        content = self._add(b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawn), drawn))
        turn = b"/Rotate 90" if number in self.turned else b""
        box = (HEIGHT, WIDTH) if number in self.turned else (WIDTH, HEIGHT)
        return self._add(
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %d %d]%s/Contents %d 0 R"
            b"/Resources<</Font<</F %d 0 R>>/XObject<</P %d 0 R>>>>>>"
            % (tree, *box, turn, content, font, picture)
        )

    def _outline(self, kids: list[int]) -> bytes:
        if not self.outline:
            return b""
        (root,) = self._reserve(1)
        places = self._reserve(len(self.outline))
        parents = [self._above(at, root, places) for at in range(len(self.outline))]
        for at, aim in enumerate(self.outline):
            links = b""
            brothers = [n for n in range(len(self.outline)) if parents[n] == parents[at]]
            rank = brothers.index(at)
            if rank + 1 < len(brothers):
                links += b"/Next %d 0 R" % places[brothers[rank + 1]]
            links += self._ends(places[at], parents, places)
            self._objects[places[at] - 1] = b"<</Title(%s)/Parent %d 0 R/Dest[%d 0 R/Fit]%s>>" % (
                _escaped(aim.title), parents[at], kids[aim.page], links,
            )  # fmt: skip
        self._objects[root - 1] = b"<</Type/Outlines%s>>" % self._ends(root, parents, places)
        return b"/Outlines %d 0 R" % root

    def _above(self, at: int, root: int, places: range) -> int:
        depth = self.outline[at].depth
        above = [n for n in range(at) if self.outline[n].depth < depth]
        return places[above[-1]] if above else root

    def _ends(self, own: int, parents: list[int], places: range) -> bytes:
        below = [n for n, parent in enumerate(parents) if parent == own]
        return b"/First %d 0 R/Last %d 0 R" % (places[below[0]], places[below[-1]]) if below else b""

    def _labels(self) -> bytes:
        if not self.labels:
            return b""
        ranges = (b"%d<</S/%s/St %d>>" % (at, s.encode(), first) for at, (s, first) in self.labels.items())
        return b"/PageLabels<</Nums[%s]>>" % b"".join(ranges)


def written(objects: Sequence[bytes], root: int = 1, info: int = 0) -> bytes:
    """Return a file of these objects, numbered from 1, with its cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    told = b"/Info %d 0 R" % info if info else b""
    out += b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, root, told, table,
    )  # fmt: skip
    return bytes(out)


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _drawn(run: Run, turned: bool) -> bytes:
    # On a page shown turned clockwise, upright text runs up the unturned page.
    matrix = (0, 1, -1, 0, HEIGHT - run.y, run.x) if turned else (1, 0, 0, 1, run.x, run.y)
    place = b" ".join(b"%.2f" % value for value in matrix)
    return b"BT /F %.2f Tf %s Tm (%s) Tj ET" % (run.size, place, _escaped(run.text))


# ---- setting text --------------------------------------------------------------------------


def wrapped(paragraph: str, chars: int = LINE_CHARS, indent: int = 3) -> list[str]:
    """Return the lines of a paragraph; the first is shorter by the indent. Words are not broken."""
    return textwrap.wrap(paragraph, chars, initial_indent=" " * indent, break_on_hyphens=False)


def placed(lines: Iterable[str], *, left: float = LEFT, top: float = TOP, size: float = SIZE) -> list[Run]:
    """Return lines one below the other; leading spaces become an indent."""
    runs = []
    for number, line in enumerate(lines):
        text = line.lstrip()
        x = left + (len(line) - len(text)) * ADVANCE * size
        runs.append(Run(x, top - number * PITCH * size / SIZE, text, size))
    return [run for run in runs if run.text]


def paged(paragraphs: Sequence[str], *, heading: str = "", lines: int = PAGE_LINES) -> list[list[Run]]:
    """Return the pages of one chapter: the heading large at the top of the first, then its paragraphs."""
    rows = [row for paragraph in paragraphs for row in wrapped(paragraph)]
    pages = []
    first = lines - 4 if heading else lines
    for start in [0, *range(first, len(rows), lines)]:
        room = first if start == 0 else lines
        own = placed(rows[start : start + room], top=TOP - (4 * PITCH if heading and start == 0 else 0))
        if heading and start == 0:
            own.insert(0, Run(LEFT, TOP, heading, 1.6 * SIZE))
        pages.append(own)
    return pages


def numbered(pages: Sequence[Page], first: int = 1, *, head: str = "") -> list[list[Run]]:
    """Return the pages with a number at the foot, and a running head above each but the first."""
    out = []
    for at, page in enumerate(pages):
        extra = [Run(WIDTH / 2, 30, str(first + at), 8)]
        if head and at:
            extra.append(Run(LEFT, 610, head, 8))
        out.append([*page, *extra])
    return out


def locked(data: bytes, *, user: str, owner: str) -> bytes:
    """Return the file encrypted; an empty user password opens for everybody."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(user, owner, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
