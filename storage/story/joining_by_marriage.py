"""Joining by marriage: "Mrs. Brook" is the Ada of whom a sentence says that she married a Brook (S14). Pure.

A hope, a supposition and a refusal marry nobody, and who is told of beside Mrs. Brook is not she.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from storage.story.evidence import Claim
from storage.story.gathering import Gathering
from storage.story.names import Gender
from storage.story.person import Person
from storage.story.together import stand_apart
from storage.values import Span

_CAPITAL = r"[^\W\d_a-z][^\W\d_]+(?:[-’'][^\W\d_]+)*"
_NAME = rf"(?:(?:Mr|Mrs|Dr|Capt|Col)\. )?{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
_MARRIED = re.compile(r"\b(?:married(?: to)?|wife of|wife,?(?= [^\W\d_a-z]))(?!\w)")
_BEFORE = re.compile(
    rf"(?P<name>{_NAME})"
    r"(?:['’]s? (?:[a-z]+ )?|,? (?:(?:had|has|was|is|who|then|the|afterwards|only) ){0,3})$"
)
_AFTER = re.compile(rf" (?:(?:old|poor|young|little|the|that) ){{0,2}}(?P<name>{_NAME})")
_POSED = re.compile(
    rf"(?P<name>Miss {_CAPITAL}) (?:is|was) (?:(?:really|actually|in reality|in truth|in fact) )?"
    r"(?:his|your|my) wife\b"
)
"""Who was called his sister: the surname is his all along."""
_UNREAL = re.compile(
    r"\b(?:if|never|not|nor|would|should|could|might|may|wish\w*|hope\w*|suppos\w*|unless|rumou?r\w*|will|shall"
    r"|until|till|before|when)\b|n['’]t\b",
    re.IGNORECASE,
)
_SURE = re.compile(r"\b(?:surpris|sorry|glad|pleas|angr)[a-z]* (?:at hearing )?that ")
_REACH = 80
_ENDS = ".!?\n"


class ByMarriage:
    """The sentences that tell of a wedding, or whose wife somebody is."""

    def __init__(self, met: Gathering, text: str) -> None:
        """Join the people of `met` by what `text` says."""
        self._met = met
        self._text = text

    def join(self) -> None:
        """Give a lone "Mrs. Brook" to the one woman who is told to have married a Brook."""
        lone = [person for person in self._met.people if _is_only_mrs(person)]
        if not lone:
            return
        told = [*self._told(), *self._posed()]
        for mrs in lone:
            word = mrs.named[0].name.only
            found = {
                id(wife): (wife, surface, span)
                for surface, wife, husband, span in reversed(told)
                if wife is not mrs
                and word in husband.rsplit(" ", 1)[-1:]
                and wife in self._met.people
                # Who was a Mrs. Brook before may be his mother.
                and mrs.first > span.start
            }
            if len(found) != 1:
                continue
            wife, surface, span = found.popitem()[1]
            if not stand_apart(mrs, wife):
                name = mrs.named[0].surface
                self._met.merge(wife, mrs)
                wife.links.append((name, surface, Claim(span.start, name, "married", surface, span)))

    def _told(self) -> Iterator[tuple[str, Person, str, Span]]:
        """Yield each woman told to be married, by which name, and the name and sentence that say to whom."""
        for match in _MARRIED.finditer(self._text):
            before = _BEFORE.search(self._text, max(0, match.start() - _REACH), match.start())
            after = _AFTER.match(self._text, match.end())
            if before is None or after is None:
                continue
            start = self._start_of_sentence(before.start())
            if self._is_unreal(start, before.start()):
                continue
            span = Span(start, after.end())
            for name, other in ((before["name"], after["name"]), (after["name"], before["name"])):
                wife = self._woman(name)
                if wife is not None:
                    yield name, wife, other, span
                    break

    def _posed(self) -> Iterator[tuple[str, Person, str, Span]]:
        """Yield each Miss who a sentence says is a wife, as one who bears his name already."""
        for match in _POSED.finditer(self._text):
            start = self._start_of_sentence(match.start())
            person = self._met.find(match["name"])
            if person is not None and not self._is_unreal(start, match.start()):
                yield match["name"], person, match["name"], Span(start, match.end())

    def _is_unreal(self, start: int, end: int) -> bool:
        """Tell whether the words before a name make what follows a hope, a doubt or a lie; what somebody is
        surprised at is so."""
        for sure in _SURE.finditer(self._text, start, end):
            start = sure.end()
        return _UNREAL.search(self._text, start, end) is not None

    def _start_of_sentence(self, at: int) -> int:
        start = 1 + max(self._text.rfind(end, 0, at) for end in _ENDS)
        while self._text[start].isspace():
            start += 1
        return start

    def _woman(self, name: str) -> Person | None:
        """Return the woman of a name, unless she is a Mrs. or a lady already."""
        person = self._met.find(name)
        if person is None or self._met.gender(person) is not Gender.FEMALE:
            return None
        return None if {"mrs", "lady"} & person.titles else person


def _is_only_mrs(person: Person) -> bool:
    return all("mrs" in one.name.titles and one.name.only for one in person.named)
