"""What a model proposes, held against the section it was shown: kept is what a sentence says outright.

A model may know the book from elsewhere, so its word counts for nothing (S21, S23): it points at a sentence,
and the sentence must bear the fact out by itself. Every name and every word of a fact stands in the quote;
an identity needs words that equate the two names, a tie a word for it that stands between them, a trait no
other name on the way. So somebody who knows a secret cannot put it into a sentence that does not tell it
(S14). What cannot be told this way is left to the rules. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from storage.book.fold import FoldedText, fold
from storage.book.stopwords import stop_words
from storage.story.facts import FactKind, WrittenFact
from storage.story.lexicon import TITLES
from storage.values import Span

if TYPE_CHECKING:
    from storage.book.view import BookView

TRAITS = ("looks", "dress", "age", "voice", "trade", "trait", "state", "kin", "is")
"""The kinds of traits, those of the rules."""
_MOST_QUOTE_CHARS = 500
_MOST_SENTENCES = 2
_MOST_NAME_CHARS = 60
_MOST_TEXT_CHARS = 80
_MOST_TIE_WORDS = 3
_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_TITLE = re.compile(r"\b([^\W\d_]+)\.? $")
_NEXT = re.compile(r",? \w+")
_WORD = re.compile(r"[^\W_]+")
_OPEN = re.compile(
    r"\b(?:not|never|no(?! other| one)|nor|neither|if|whether|though|unless|like|perhaps|maybe|suppos\w+"
    r"|pretend\w*|dream\w*|l(?:ied|ying)|false\w*|would|could|might|may|should|wish\w*|hope[ds]?|almost)\b|n['’]t\b",
    re.IGNORECASE,
)
"""What denies, doubts or only imagines."""
_OPEN_REACH = 60

_AGED = (
    r"(?:(?:eldest|youngest|elder|younger|only|little|old|dear|dearest|poor|own|late|second|first|half|twin|best"
    r"|great|oldest|good|beloved|faithful|former|young|worthy|foster|sworn|bitter|big|two|three|four)[ -])*"
)
_HELD_BY = re.compile(rf"['’]s? {_AGED}$")
_KIND_OF = re.compile(r"^ (?:of|to|with) (?:the |that |this |poor |old |young |dear |late )*$")
_PRONOUN = re.compile(rf"\b(?:his|her) {_AGED}$", re.IGNORECASE)
_BESIDE = re.compile(
    rf"^,? ?(?:who )?(?:(?:was|is|were|are|became|being|had been|has been) )?"
    rf"(?:the |an? |his |her |my |their |now |also |once |called |named |indeed )*{_AGED},? ?$"
)
_ASIDE = re.compile(r",[^,;:.!?—]{2,60},(?= (?:was|is)\b)")
"""What may stand between somebody and what they are: "A, a tall woman, was the sister of B"."""
_BOTH = re.compile(
    r"^,? (?:(?:was|were|are|is|had been|became|got|have been|now|once|old|great|soon) )*(?:to |with )?$"
)
_AND = re.compile(r"^ and (?:the |old |young |poor )*$")

_IS = r"(?:was|is|are|were|am|had been|has been)"
_TRULY = (
    r"(?:really|truly|in truth|in fact|in reality|actually|indeed|now|also|once|(?:no|none) other than"
    r"|no one but|nobody but|the same (?:man|woman|person) as)"
)
_EQUATES = re.compile(
    rf"^,? (?:(?:who|that|which) )?(?:{_IS} (?:{_TRULY},? )*"
    rf"|(?:{_IS} )?(?:also |better |otherwise |commonly |formerly |once )?(?:known|called|named) (?:as )?"
    rf"|(?:alias|or rather,?|became|has become) |whose (?:real|true|right|proper|full|maiden) name {_IS} "
    r"|(?:had )?changed (?:his|her) name to |(?:called|named) (?:himself|herself) )(?:the )?$",
    re.IGNORECASE,
)
_ARE_ONE = re.compile(
    rf"^,? {_IS} (?:{_TRULY},? )*(?:the same\b|one and the same|one (?:person|man|woman)\b)"
)
_SAYS = r"(?:said|answered|replied|cried|whispered|declared|confessed)"
_I_AM = r"(?:I am|I['’]m|I was|[Mm]y (?:real |true |right )?name (?:is|was)) (?:the )?"
_I_AM_BEFORE = re.compile(rf"{_I_AM}$")
_SAID_BY = re.compile(rf"^[,.!—-]*[”\"’'] {_SAYS} (?:the )?$")
_SAYS_I_AM = re.compile(rf"^ {_SAYS}[,:] [“\"‘']{_I_AM}$")
_OWNED = re.compile(r"^['’]s?\b")
_LED = re.compile(r"\b(?:of|to|with|and|or|by|for|from) (?:the )?$", re.IGNORECASE)


def held(view: BookView, within: Span, said: Mapping[str, str]) -> WrittenFact | None:
    """Return the fact that `said` proposes as the text of `within` bears it out, or None.

    `said` has the fields of facts.SCHEMA; `view` ends with the section that holds `within`.
    """
    kind = next((one for one in FactKind if one.value == said["kind"]), None)
    span = _sentence(view, within, said["quote"])
    if kind is None or span is None:
        return None
    line = _Line(view.quote(span), view.card.language)
    names = line.names(said["name"]) if kind is not FactKind.TERM else line.words(said["name"])
    others = line.names(said["other"]) if said["other"] else []
    text = line.text
    found: _Held | None
    if kind is FactKind.TERM or kind in _NAMING:
        found = next(((name, None, "", "") for name in names), None)
    elif kind is FactKind.TRAIT:
        found = line.trait(names, said["text"], said["sort"])
    elif kind is FactKind.TIE:
        found = line.tie(names, others, said["text"])
    else:
        found = line.pair(names, others, kind)
    if found is None:
        return None
    name, other, words, sort = found
    return WrittenFact(
        kind=kind,
        name=text[name.start : name.end],
        at=span.start + name.start,
        span=span,
        reveal=span.end,
        other=text[other.start : other.end] if other is not None else "",
        text=words,
        sort=sort,
    )


_NAMING = (FactKind.PERSON, FactKind.PLACE, FactKind.GROUP, FactKind.THING)
_Held = tuple[Span, Span | None, str, str]
"""Where the name and the other name stand in the line, the words that say it, and of which sort they are."""


def _sentence(view: BookView, within: Span, quote: str) -> Span | None:
    """Return the whole sentences that a quote stands in, where it stands in `within`."""
    folded = FoldedText(fold(view.quote(within)))
    places = folded.find(quote, 1) or folded.find(quote.strip(" \"“”'‘’…"), 1)
    if not places:
        return None
    start, end = places[0]
    inside = view.sentences(Span(within.start + start, within.start + end))
    if not inside or len(inside) > _MOST_SENTENCES:
        return None
    first, last = max(inside[0].start, within.start), min(inside[-1].end, within.end)
    stop = first + len(view.quote(Span(first, last)).rstrip())
    return Span(first, stop) if 0 < stop - first <= _MOST_QUOTE_CHARS else None


class _Line:
    """The sentence that is to bear a fact out."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self._folded = fold(text)
        self._stops = stop_words(language)
        self._asks = text.rstrip("”’\"'» ").endswith("?")

    def words(self, phrase: str) -> list[Span]:
        """Return where words stand as whole words, as spelled or else folded; none if they say little."""
        wanted = " ".join(phrase.split())
        if not 1 < len(wanted) <= _MOST_TEXT_CHARS or all(
            w in self._stops for w in _WORD.findall(fold(wanted))
        ):
            return []
        for text, what in ((self.text, wanted), (self._folded, fold(wanted))):
            places = [Span(*m.span()) for m in re.finditer(rf"(?<!\w){re.escape(what)}(?!\w)", text)]
            if places:
                return places
        return []

    def names(self, phrase: str) -> list[Span]:
        """Return where a name stands, its article left out; a name has a capital where letters have any."""
        bare = _ARTICLE.sub("", " ".join(phrase.split()))
        places = self.words(bare) if len(bare) <= _MOST_NAME_CHARS else []
        return [self._titled(place) for place in places if not self.text[place.start].islower()]

    def _titled(self, place: Span) -> Span:
        """Return a name with the titles that stand before it: "Mr. Brook", where "Brook" was meant."""
        before = _TITLE.search(self.text, 0, place.start)
        while before is not None and before[1][0].isupper() and before[1].lower() in TITLES:
            place = Span(before.start(), place.end)
            before = _TITLE.search(self.text, 0, place.start)
        return place

    def trait(self, names: Iterable[Span], phrase: str, sort: str) -> _Held | None:
        """Return a trait whose words stand near the name, with no other name on the way."""
        if sort not in TRAITS:
            return None
        for name, place in _pairs(names, self.words(phrase)):
            gap = self.text[min(name.end, place.end) : max(name.start, place.start)]
            if not (self._has_name(gap) or _OPEN.search(gap) or self._asks):
                return name, None, self.text[place.start : place.end], sort
        return None

    def pair(self, names: Iterable[Span], others: Iterable[Span], kind: FactKind) -> _Held | None:
        """Return two names that the line equates, or merely has both of, for two people."""
        for name, other in _pairs(names, others):
            if fold(self.text[name.start : name.end]) == fold(self.text[other.start : other.end]):
                continue
            if kind is FactKind.APART or self._equates(*sorted((name, other))):
                return name, other, "", ""
        return None

    def _equates(self, first: Span, second: Span) -> bool:
        gap, after = self.text[first.end : second.start], self.text[second.end :]
        before = self.text[: first.start]
        if self._asks or _OPEN.search(self.text, max(0, first.start - _OPEN_REACH), second.start):
            return False
        if _OWNED.match(after):
            return False
        if _I_AM_BEFORE.search(before):
            return _SAID_BY.match(gap) is not None
        if _SAYS_I_AM.match(gap):
            return True
        if gap == " and ":
            return _ARE_ONE.match(after) is not None
        return _EQUATES.match(gap) is not None and _LED.search(before) is None

    def tie(self, names: Iterable[Span], others: Iterable[Span], phrase: str) -> _Held | None:
        """Return a tie whose word stands beside the one it is said of, and is held by the other."""
        words = self.words(phrase)
        if self._asks or len(phrase.split()) > _MOST_TIE_WORDS:
            return None
        holders = list(others)
        for name, place in _pairs(names, words):
            for other in holders:
                if other.overlaps(name) or other.overlaps(place):
                    continue
                low = min(name.start, other.start, place.start)
                high = max(name.end, other.end, place.end)
                if _OPEN.search(self.text, max(0, low - _OPEN_REACH), high):
                    continue
                if self._ties(name, other, place):
                    return name, other, self._folded[place.start : place.end], ""
        return None

    def _ties(self, name: Span, other: Span, place: Span) -> bool:
        text = self.text
        first, second = sorted((name, other))
        if _AND.match(text[first.end : second.start]) and second.end <= place.start:
            return _BOTH.match(text[second.end : place.start]) is not None  # "A and B were friends"
        if first.end <= place.start and place.end <= second.start:  # "A married B"
            told = _BOTH.match(text[first.end : place.start]) and _BOTH.match(text[place.end : second.start])
            if told and not _OWNED.match(text[second.end :]):
                return True
        held_from = self._held_from(other, name, place)
        if held_from is None:
            return False
        if name.start >= place.end:  # "B's sister A", "the sister of B, A"
            start = other.end if place.end <= other.start < name.start else place.end
            return _BESIDE.match(text[start : name.start]) is not None and not _OWNED.match(text[name.end :])
        gap = text[name.end : held_from]  # "A, B's sister", "A was the sister of B", "A was his sister"
        aside = _ASIDE.match(gap)
        if aside is not None and not self._has_name(aside.group()):
            gap = gap[aside.end() :]
        following = _NEXT.match(text, place.end)
        if held_from != place.start and following and self._has_name(following.group()):
            return False  # "A, B's sister Jane": it is said of Jane
        if not gap.startswith(",") and _LED.search(text[: name.start]):
            return False
        return _BESIDE.match(gap) is not None

    def _held_from(self, other: Span, name: Span, place: Span) -> int | None:
        """Return where the words that say whose it is begin, if they say that it is `other`'s."""
        text = self.text
        if other.end <= place.start and _HELD_BY.match(text[other.end : place.start]):
            return other.start
        if place.end <= other.start and _KIND_OF.match(text[place.end : other.start]):
            return place.start
        owned = _PRONOUN.search(text[: place.start])
        if owned is not None and other.end <= owned.start():
            between = text[other.end : owned.start()]
            if other.end <= name.start < owned.start():
                between = text[other.end : name.start] + text[name.end : owned.start()]
            return None if self._has_name(between) else owned.start()
        return None

    def _has_name(self, gap: str) -> bool:
        words = (match.group() for match in _WORD.finditer(gap))
        return any(word[0].isupper() and word != "I" and fold(word) not in self._stops for word in words)


def _pairs(ones: Iterable[Span], others: Iterable[Span]) -> list[tuple[Span, Span]]:
    """Return pairs that do not overlap, the nearest first."""
    found = [(one, other) for one in ones for other in others if not one.overlaps(other)]
    return sorted(found, key=lambda pair: (abs(pair[0].start - pair[1].start), pair))
