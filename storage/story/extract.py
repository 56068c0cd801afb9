"""Extraction: from the text of one block to evidence. Rules only, and each looks at that block alone.

The rules are English, with titles and verbs of speech of a few neighbours; in another language they
find less and never fail.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator

from storage.book.text import sentences
from storage.story import lexicon as lex
from storage.story.claims import find_claims
from storage.story.definitions import find_definitions
from storage.story.evidence import KEPT_LOWERCASE, Cue, Evidence
from storage.values import Span

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁĻŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩА-ЯЁ"
_CAPITAL = rf"[{_UPPER}][^\W\d_]*(?:['’][{_UPPER}][^\W\d_]+|[-‐‑][^\W\d_]+)*"
_PARTICLE = r"(?:(?:de|du|des|la|le|van|von|der|den|di|da|del|della|dos|bin|ibn|ter) )"
_TITLE_DOT = r"(?:Mr|Mrs|Ms|Messrs|Dr|St|Prof|Rev|Hon|Capt|Col|Gen|Lt|Sgt|Maj|Mme|Mlle|MM?|Jr|[A-HJ-Z])\."
_FIRST = re.compile(rf"[{_UPPER}](?<![^\W_][{_UPPER}])")
"""A capital that begins a word: what to look for first, as a class of letters is found the fastest."""
_RUN = re.compile(
    rf"(?:{_TITLE_DOT}|{_CAPITAL})"
    rf"(?: (?:{_PARTICLE}{{1,2}})?(?:{_TITLE_DOT}(?= [{_UPPER}a-z])|{_CAPITAL}))*"
    rf"(?: of {_CAPITAL})?"
)
_SMALL = re.compile(r"(?<![^\W_])[^\W\d_A-Z][^\W\d_]+")
_AFTER = re.compile(
    r"(?P<own>['’]s?(?![^\W_]))?(?P<mark>[,;:.!?—–-]*)[\"”’»)]* ?[\"“‘«(]?"
    r"(?P<one>[^\W\d_]+(?:['’][^\W\d_]+)?)?(?: (?P<two>[^\W\d_]+))?"
)
_PRONOUN = re.compile(r"[hs](?<!\w[hs])(?:(?<=h)(?:(e|im|is|imself)|(?:er|ers|erself))|(?<=s)he)\b")
_NO_NAMES = lex.STOP_CAPITALS - lex.NAMES_TOO
_QUOTE_OPENERS = frozenset('"“‘«')
_ONLY_BEGIN = lex.STOP_CAPITALS | lex.SOFT_PREFIXES | {"the", "a", "an", "i"}
"""Words that are no name where they begin a sentence."""
_WHERE = Cue.IN | Cue.TO
_CALL_MARKS = frozenset(",!?.;")
_ENDS = frozenset(".!?…:")
_OPENERS = frozenset('"“‘«(—–[')
_BETWEEN = ' ,;:.!?—–-()"“”‘’«»'
_PRONOUN_REACH = 90
_CLOSING = re.compile(r"[”\"]|(?<=[,.!?—])’")


def extract(block: str, offset: int, into: Evidence, *, english: bool = True) -> None:
    """Add what `block` says of names to `into`; `offset` is where the block starts on the scale."""
    if _is_heading(block):
        return
    found = [run for match in _runs(block) for run in _names_of(block, match)]
    for name, start, initial in found:
        into.mention(name, offset + start, cues_at(block, name, start, initial=initial))
    if english:
        bounds = _Sentences(block, offset)
        find_claims(block, offset, [(name, start) for name, start, _ in found], bounds.at, into)
        find_definitions(block, offset, bounds.at, into)


def note_small_words(block: str, offset: int, into: Evidence, wanted: set[str] | None = None) -> None:
    """Add the places of the words of `block` that are in small letters, or of those in `wanted` alone.

    A word of which enough is known is taken out of `wanted`.
    """
    words = _SMALL.findall(block)
    if wanted is not None:
        words = [] if wanted.isdisjoint(words) else [word for word in words if word in wanted]
    end = 0
    for word in words:
        start = _next_place(block, word, end)
        end = start + len(word)
        places = into.lowercase.get(word)
        if places is None:
            places = into.lowercase[word] = array("l")
        if len(places) < KEPT_LOWERCASE:
            places.append(offset + start)
        elif wanted is not None:
            wanted.discard(word)


def _next_place(block: str, word: str, start: int) -> int:
    """Return where `word` next stands by itself, as `_SMALL` finds it; it is known to be there."""
    while True:
        start = block.index(word, start)
        after = block[start + len(word) : start + len(word) + 1]
        if not block[start - 1 : start].isalnum() and (not after.isalnum() or after.isdecimal()):
            return start
        start += 1


def _runs(block: str) -> Iterator[re.Match[str]]:
    end = 0
    for first in _FIRST.finditer(block):
        if first.start() >= end and (run := _RUN.match(block, first.start())):
            yield run
            end = run.end()


class _Sentences:
    """The sentences of a block, split only when somebody asks."""

    def __init__(self, block: str, offset: int) -> None:
        self._block, self._offset = block, offset
        self._spans: list[Span] | None = None
        self._starts: list[int] = []

    def at(self, position: int) -> Span:
        if self._spans is None:
            self._spans = sentences(self._block)
            self._starts = [s.start for s in self._spans]
        span = self._spans[max(0, bisect_right(self._starts, position) - 1)]
        return Span(span.start + self._offset, span.end + self._offset)


def _is_heading(block: str) -> bool:
    # Headings put capitals on everything, so they tell nothing about names.
    if len(block) > 120 or block.rstrip()[-1:] in '.!?,;”"’':
        return block.isupper()
    words = block.split()
    capitals = sum(1 for w in words if not w[0].islower())
    return block.isupper() or capitals * 2 > len(words)


def _names_of(block: str, match: re.Match[str]) -> list[tuple[str, int, bool]]:
    """Return the names in one run of capitals: (name, start in the block, begins a sentence)."""
    start, text = match.start(), match.group()
    initial = _begins(block, start)
    if initial and text.lower() in _ONLY_BEGIN:
        return []  # as half of all runs
    head, _, of = text.partition(" of ")
    tokens = head.split(" ")
    first_shift = 0
    # Words that only begin the sentence, and soft adjectives, are no part of the name.
    while tokens and _is_dropped(tokens[0], initial or first_shift > 0):
        initial = False  # the word after it has its capital for itself
        first_shift += len(tokens[0]) + 1
        tokens = tokens[1:]
    while tokens and tokens[0] in ("de", "la", "le", "of"):
        first_shift += len(tokens[0]) + 1
        tokens = tokens[1:]
    while tokens and tokens[-1] == "I":
        tokens = tokens[:-1]
        of = ""
    if not tokens:
        return []
    start += first_shift
    groups = _split_at_titles(tokens)
    names: list[tuple[str, int, bool]] = []
    for index, (shift, group) in enumerate(groups):
        name = " ".join(group)
        if of and index == len(groups) - 1 and _takes_of(block, start + shift, group):
            name = f"{name} of {of}"
            of = ""
        if _is_name(name, group):
            names.append((name, start + shift, initial and index == 0))
    if of and _is_name(of, of.split(" ")):
        names.append((of, match.end() - len(of), False))
    return names


def _is_dropped(token: str, initial: bool) -> bool:
    word = token.lower()
    if token == "I" or word in ("the", "a", "an"):
        return True
    if word in lex.STOP_CAPITALS:
        return initial or word not in lex.NAMES_TOO
    return word in lex.SOFT_PREFIXES


def _split_at_titles(tokens: list[str]) -> list[tuple[int, list[str]]]:
    """Part a run where a title begins a second name: "Jane Mrs. Long" is two people."""
    groups: list[tuple[int, list[str]]] = []
    shift = 0
    for index, token in enumerate(tokens):
        # "Ann King" ends with a surname; a title that another word follows begins a name.
        is_title = _is_title(token) and token not in ("St.", "M.", "Saint") and index < len(tokens) - 1
        previous_is_title = bool(groups) and _is_title(groups[-1][1][-1])
        if not groups or (is_title and not previous_is_title):
            groups.append((shift, [token]))
        else:
            groups[-1][1].append(token)
        shift += len(token) + 1
    return groups


def _is_title(token: str) -> bool:
    return token.rstrip(".").lower() in lex.TITLES


def _takes_of(block: str, start: int, group: list[str]) -> bool:
    # "Queen of Hearts", "the Knave of Hearts" are one name; "Mr. Gray of Marl" is a man and a town.
    return len(group) == 1 and (_is_title(group[0]) or block[max(0, start - 4) : start].lower() == "the ")


def _is_name(name: str, tokens: list[str]) -> bool:
    if len(name) < 2 or (
        len(tokens) == 1 and (name.endswith(".") or tokens[0].lower() in lex.COURTESY_TITLES)
    ):
        return False
    if len(tokens) == 1 and tokens[0].lower() in _NO_NAMES:
        return False
    return not (len(name) > 3 and name.isupper())


def _begins(block: str, start: int) -> bool:
    at = start - 1
    while at >= 0 and (block[at] == " " or block[at] in _OPENERS):
        if block[at] in _OPENERS:
            return True
        at -= 1
    if at < 0:
        return True
    if block[at] in "”\"’'»)" and at > 0:
        at -= 1
    if block[at] == ".":
        # The dot of a title or an initial ends no sentence.
        word_start = at
        while word_start > 0 and block[word_start - 1].isalpha():
            word_start -= 1
        word = block[word_start:at]
        return not (
            word.lower() in lex.COURTESY_TITLES or (len(word) == 1 and word.isupper() and word != "I")
        )
    return block[at] in _ENDS


def cues_at(block: str, name: str, start: int, *, initial: bool = False) -> int:
    """Return the cues of a name that stands at `start` of a block, as flags."""
    end = start + len(name)
    cues = int(Cue.INITIAL) if initial else 0
    after = _AFTER.match(block, end)
    assert after is not None  # every part of the pattern is optional
    mark, one = after["mark"], (after["one"] or "")
    if after["own"]:
        cues |= Cue.POSSESSIVE
    elif not mark:
        cues |= _cues_of_next_word(one, after["two"] or "")
    elif mark == ",":
        if one in ("who", "whom"):  # a town has a "whose" as well
            cues |= Cue.WHO
        elif one == "which":
            cues |= Cue.WHICH
    word, gap = _word_before(block, start)
    before = start
    if word in lex.SOFT_PREFIXES and gap == " ":  # "the Great Rope", "poor Ned"
        cues |= _cues_of_previous_word(word)
        before -= len(word) + 1
        word, gap = _word_before(block, before)
    in_speech = block.rfind("“", 0, start) > block.rfind("”", 0, start) or block.count('"', 0, start) % 2 == 1
    in_speech = in_speech or block.rfind("‘", 0, start) > max(
        block.rfind("’ ", 0, start), block.rfind(",’", 0, start)
    )
    if in_speech:
        cues |= Cue.SPEECH
    if gap.strip(" ") == "":
        before_name = _cues_of_previous_word(word)
        if before_name & _WHERE and after["own"] and one.islower() and one not in _FUNCTION:
            before_name = 0  # "in Ned's room": that is where, and whose
        cues |= before_name
        if word == "of" and _names_before_of(block, before - len(gap) - len(" of")):
            cues |= Cue.IN
        if word == "the":  # said the Inspector
            word, gap = _word_before(block, before - len(gap) - len("the"))
            word = "" if _ENDS.intersection(gap) else word
        if word in lex.SAID and not (mark == "" and one in lex.SAID):
            cues |= Cue.SAID
    if word == "the" and gap.strip() in _QUOTE_OPENERS:
        return int(cues | Cue.THE)  # an inn called the “Three Crowns,” with a comma, is not spoken to
    if mark and mark[0] in _CALL_MARKS:
        between = gap.strip()[:1]
        if between and between in ",—" and (in_speech or mark[0] == "!"):
            cues |= Cue.CALLED
        elif initial and in_speech and mark[0] != ".":
            cues |= Cue.CALLED_FIRST
    if cues & (Cue.CALLED | Cue.CALLED_FIRST):
        return int(cues)  # the next "he" is who called
    pronoun = _PRONOUN.search(block, end, min(len(block), end + _PRONOUN_REACH))
    if pronoun is not None and not _another_name(block, end, pronoun.start()):
        if in_speech and _CLOSING.search(block, end, pronoun.start()):
            cues |= Cue.SPEAKER  # “… for Ned,” she said
        else:
            cues |= Cue.HE if pronoun.group(1) else Cue.SHE
    return int(cues)


def _word_before(block: str, start: int) -> tuple[str, str]:
    """Return the word before a place, in small letters, and what stands between."""
    head = block[max(0, start - 32) : start]
    bare = head.rstrip(_BETWEEN)
    return bare[bare.rfind(" ") + 1 :].lstrip(_BETWEEN).lower(), head[len(bare) :]


def _names_before_of(block: str, end: int) -> bool:
    """Tell whether a name ends at a place: in "Ned of Oxley" the second is where he comes from."""
    word = block[block.rfind(" ", 0, end) + 1 : end].lstrip(_BETWEEN)
    return (
        word[:1].isupper() and word[1:].islower() and word.isalpha() and word.lower() not in lex.STOP_CAPITALS
    )


def _another_name(block: str, start: int, end: int) -> bool:
    # The pronoun is this name's only while no other capital stands between.
    between = block[start:end]
    return not between.islower() and any(c.isupper() for c in between)


def _cues_of_next_word(one: str, two: str) -> int:
    if one in lex.SAID:
        return Cue.SAID
    if one in lex.ACTS:
        return Cue.WEAKLY_ACTS if one in lex.WEAK_ACTS else Cue.ACTS
    if one in ("who", "whom", "himself", "herself"):
        return Cue.WHO
    if one.endswith("ly") and two:
        return _cues_of_next_word(two, "")
    if one == "which":
        return Cue.WHICH
    if one.islower() and len(one) > 2 and one not in _FUNCTION:
        return Cue.ACTS if one.endswith("ed") else Cue.BEFORE_NOUN
    return 0


def _cues_of_previous_word(word: str) -> int:
    if word in lex.KIN or word in lex.COMPANIONS:
        return Cue.KIN
    if word in lex.NEAR_PLACE or word in lex.LANDS:
        return Cue.IN
    if word in lex.MOVING:
        return Cue.TO
    if word == "the":
        return Cue.THE
    if word in ("a", "an", "some", "any", "every", "each", "no"):
        return Cue.A
    if word in ("this", "that", "these", "those"):
        return Cue.POINTED
    return 0


_FUNCTION = frozenset(
    "and but for nor yet the with from that this then than when while where what who whom whose which "
    "into upon onto over under about after before because though although until till since through "
    "without within against between among are not only also too very just quite rather more most much all "
    "both here there now once again ever even still already perhaps indeed however himself herself itself "
    "his her him she they them their its our you your out off down back away has had have may shall like "
    "unless except along across behind beside during towards toward instead either neither nor one two "
    "three whether why how has'nt been".split()
)
