"""From the lines of all pages to paragraphs: indents, spacing, short last lines, broken words. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from unicodedata import normalize

from storage.book.text import normalise
from storage.ingest.pdf.layout import Line

_LAST_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’][^\W_]+)*$")
_FIRST_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’][^\W_]+)*")
_AROUND_WORDS = "“”‘’«»\"'.,;:!?…()[]*_–—"
_HYPHENS = "-\u2010\u2011\u00ad"
_LIGATURES = [chr(code) for code in range(0xFB00, 0xFB07)]
_INDENT = 0.7  # of the line's height; smaller shifts are noise, larger ones begin a paragraph
_LOOSE = 1.4  # of the usual distance between lines
_OTHER_SIZE = 1.15


@dataclass(slots=True)
class Block:
    """One paragraph or heading in reading text.

    `page` is the place, in reading order, of the page it begins on, `top` its height there and `size`
    that of its letters. `turns` are the pages that begin inside it and the offsets where they do.
    """

    text: str
    page: int
    top: float
    size: float
    lines: int
    gap: float
    centred: bool
    opens_page: bool
    turns: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Column:
    page: int
    lines: list[Line]
    left: int = 0
    right: float = 0.0


@dataclass(frozen=True, slots=True)
class _Usual:
    """How most of the book is set: the height of its lines and the distance between them, in points."""

    size: float
    pitch: float


@dataclass(slots=True)
class _Draft:
    """The lines of one paragraph, with the page of each."""

    lines: list[tuple[int, Line]]
    gap: float
    centred: bool
    opens_page: bool


def build_blocks(pages: list[list[list[Line]]]) -> list[Block]:
    """Return the paragraphs of all `pages` in order; each page is its columns, each column its lines."""
    columns = [_Column(page, column) for page, parts in enumerate(pages) for column in parts if column]
    _find_edges(columns)
    drafts = list(_drafts(columns, _Usual(_usual_size(columns), _usual_pitch(columns))))
    join = _Joiner([line.text for column in columns for line in column.lines])
    blocks = (_block(draft, join) for draft in drafts)
    return [block for block in blocks if block is not None]


def _find_edges(columns: list[_Column]) -> None:
    """Set the text edges of each column, of short ones by those that end at the same place."""
    own_lefts = [[int(line.left + 0.5) for line in column.lines] for column in columns]
    counts = Counter(chain.from_iterable(own_lefts))
    often = 0.03 * sum(counts.values())
    usual = {left for left, count in counts.items() if count >= often}
    by_right: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for column, lefts in zip(columns, own_lefts, strict=True):
        column.left = min(usual.intersection(lefts) or lefts)
        column.right = max(line.right for line in column.lines)
        by_right[int(column.right + 0.5)][column.left] += len(lefts)
    least = {right: _least_usual(lefts) for right, lefts in by_right.items()}
    for column in columns:
        column.left = min(column.left, least[int(column.right + 0.5)])


def _least_usual(lefts: Counter[int]) -> int:
    enough = 0.1 * sum(lefts.values())
    return min(left for left, count in lefts.items() if count >= enough)


def _usual_size(columns: list[_Column]) -> float:
    sizes = Counter([int(2 * line.size + 0.5) for column in columns for line in column.lines])
    return max(sizes, key=lambda size: (sizes[size], -size), default=20) / 2


def _usual_pitch(columns: list[_Column]) -> float:
    steps: Counter[int] = Counter()
    for column in columns:
        bottoms = [line.bottom for line in column.lines]
        steps.update([int(2 * (above - below) + 0.5) for above, below in pairwise(bottoms)])
    return max((s for s in steps if s > 0), key=lambda step: (steps[step], -step), default=24) / 2


def _drafts(columns: list[_Column], usual: _Usual) -> Iterator[_Draft]:
    draft: _Draft | None = None
    home: _Column | None = None
    previous: Line | None = None
    last_page = -1
    for column in columns:
        left, page = column.left, column.page
        for at, line in enumerate(column.lines):
            gap = column.lines[at - 1].bottom - line.bottom if at else 0.0
            if draft and previous and home:
                # Nearly every line of prose is this: level with the edge, under a full line of its own size.
                plain = (
                    at
                    and gap <= _LOOSE * usual.pitch
                    and line.left - left <= _INDENT * line.size
                    and (previous.hyphen or column.right - previous.right < line.size)
                    and abs(line.size - previous.size) < 0.1 * line.size
                )
                if plain or not _begins(home, column, at, previous, gap, usual):
                    draft.lines.append((page, line))
                    home, previous, last_page = column, line, page
                    continue
                yield draft
            draft = _Draft(
                [(page, line)], gap / usual.pitch, _is_centred(column, line), at == 0 and page != last_page
            )
            home, previous, last_page = column, line, page
    if draft:
        yield draft


def _begins(home: _Column, column: _Column, at: int, previous: Line, gap: float, usual: _Usual) -> bool:
    """Tell whether line `at` of `column` begins a paragraph after `previous`, a line of `home`."""
    line = column.lines[at]
    if previous.hyphen:
        return False
    low, high = sorted((line.size, previous.size))
    if high > _OTHER_SIZE * low:
        return True
    if not at and low > _OTHER_SIZE * usual.size:
        return True  # a title page's last line and a heading on the next page
    if at and gap > _LOOSE * max(usual.pitch, usual.pitch * low / usual.size):
        return True
    indent = line.left - column.left
    if indent > _INDENT * line.size:
        level = abs((line.left - column.left) - (previous.left - home.left)) <= 0.3 * line.size
        return not (level and line.text[0].islower() and not _ended_early(home, previous, line))
    return _ended_early(home, previous, line)


def _ended_early(home: _Column, previous: Line, line: Line) -> bool:
    """Tell whether the next word would have fitted at the end of `previous`: so its paragraph was over."""
    room = home.right - previous.right
    word = line.text.split(" ", 1)[0]
    width = (line.right - line.left) / len(line.text)
    if room <= (len(word) + 2) * width:
        return False
    # Text set narrow beside a picture ends early line after line, all at one edge.
    lines = home.lines
    place = next((at for at in range(len(lines) - 1, -1, -1) if lines[at] is previous), None)
    if place is None:
        return True
    around = lines[max(0, place - 2) : place] + lines[place + 1 : place + 3]
    return sum(abs(other.right - previous.right) <= 1.5 for other in around) < 2


def _is_centred(column: _Column, line: Line) -> bool:
    left, right = line.left - column.left, column.right - line.right
    return left > 2 * line.size and abs(left - right) <= 0.12 * (column.right - column.left)


def _block(draft: _Draft, join: _Joiner) -> Block | None:
    page, first = draft.lines[0]
    pieces, length, previous = [first.text], 0, first  # length: of all pieces but the last, with their spaces
    turns: list[tuple[int, int]] = []
    for own_page, line in draft.lines[1:]:
        if previous.hyphen or previous.text[-1] in _HYPHENS:
            pieces[-1], begin = join(pieces[-1], line.text, previous.hyphen)
        else:
            length += len(pieces[-1]) + 1
            pieces.append(line.text)
            begin = 0
        if own_page != page:
            turns.append((own_page, length + begin))
            page = own_page
        previous = line
    text = " ".join(pieces)
    if previous.hyphen:
        text += "-"
    clean = normalise(_plain(text))
    if not clean:
        return None
    if turns and clean != text:
        turns = [(own, _offset(text, begin)) for own, begin in turns]
    return Block(
        clean, draft.lines[0][0], first.bottom + first.size, max([line.size for _, line in draft.lines]),
        len(draft.lines), draft.gap, draft.centred, draft.opens_page, turns,
    )  # fmt: skip


def _plain(text: str) -> str:
    # NFKC on the whole text would change real characters too, so only the ligatures go.
    for ligature in _LIGATURES:
        if ligature in text:
            text = text.replace(ligature, normalize("NFKC", ligature))
    return text


def _offset(text: str, begin: int) -> int:
    before = normalise(_plain(text[:begin]))
    return len(before) + (1 if before and text[:begin].endswith(" ") else 0)


class _Joiner:
    """Puts two lines together, and with them a word that was broken between them.

    No dictionary: the book itself tells whether it writes "wellknown" or "well-known" elsewhere; failing
    that, a lower-case letter after the break means one word.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._hyphened: frozenset[str] | None = None
        self._all = ""

    def __call__(self, text: str, piece: str, broken: bool) -> tuple[str, int]:
        """Return the joined text, and the offset in it where what `piece` began is safe to begin (S3)."""
        stem = text if broken else text[:-1]
        if stem.endswith(("-", "–", "—")) and not broken:
            return text + piece, len(text)  # "lake--" ends in a dash, not in half a word
        head, tail = _LAST_WORD.search(stem, stem.rfind(" ") + 1), _FIRST_WORD.match(piece)
        if head is None or tail is None:
            glued = f"{stem}-" if broken else text
            return (f"{glued} {piece}", len(glued) + 1) if head is None else (glued + piece, len(glued))
        hyphen = "" if self._is_one_word(head.group(), tail.group()) else "-"
        # A page that begins inside a word begins, to be safe, before that word.
        return f"{stem}{hyphen}{piece}", head.start()

    def _is_one_word(self, head: str, tail: str) -> bool:
        if not tail[0].islower() or head[-1].isdigit():
            return False
        own = f"{head}-{tail}".lower()
        if "-" in head:
            # "seven-and-|twenty" goes on with hyphens unless the book writes its last word as one.
            return self._stands(head.rsplit("-", 1)[1] + tail)
        return not self._writes_hyphen(own) or self._stands(head + tail)

    def _writes_hyphen(self, word: str) -> bool:
        if self._hyphened is None:
            some = " ".join(line for line in self._lines if "-" in line).lower().split()
            self._hyphened = frozenset(token.strip(_AROUND_WORDS) for token in some if "-" in token)
        return word in self._hyphened

    def _stands(self, word: str) -> bool:
        """Tell whether the book has `word` elsewhere as one whole word; rarely asked."""
        self._all = self._all or f" {' '.join(self._lines).lower()} "
        word = word.lower()
        at = self._all.find(word)
        while at >= 0:
            before, after = self._all[at - 1], self._all[at + len(word)]
            if not (before.isalnum() or after.isalnum() or before == "-" or after == "-"):
                return True
            at = self._all.find(word, at + 1)
        return False
