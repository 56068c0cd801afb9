"""Sentences that state a tie: "his sister Jane", "Jane, Tom's sister", "engaged to Ned". English, pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from storage.book.text import sentences
from storage.story import tie_words as words
from storage.story.evidence import Cue
from storage.story.given import feminine_stem
from storage.story.meant import Meant, Pronouns
from storage.story.names import Gender
from storage.story.stage import Stage, Standing
from storage.values import Span

_JUST_NAMED = 400
_OWNING = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Stated:
    """`a` is the `kind` of `b`, places in `Stage.people`; `span` is the sentence.

    `sure` where nobody else can be meant; `by_name` where a family name alone told who.
    """

    a: int
    kind: str
    b: int
    span: Span
    sure: bool = True
    by_name: bool = False

    @property
    def key(self) -> tuple[int, str, int]:
        """Return who, what, to whom."""
        return self.a, self.kind, self.b


_Tie = tuple[Meant, Meant, bool]
"""Who it is, to whom, and whether a family name alone told the first."""


def stated_ties(text: str, stage: Stage, pronouns: Pronouns) -> Iterable[Stated]:
    """Yield what the sentences of a cut text say, and what its letters are signed with, in no order."""
    reader = _Reader(text, stage, pronouns)
    yield from reader.kin()
    yield from reader.promised()
    yield from reader.accepted()
    yield from reader.loved()
    yield from reader.signed()


class _Reader:
    def __init__(self, text: str, stage: Stage, pronouns: Pronouns) -> None:
        self.text, self.stage, self.pronouns = text, stage, pronouns
        self._families: dict[str, list[int]] = {}
        for who in range(len(stage.people)):
            for surname in self._surnames(who):
                self._families.setdefault(surname, []).append(who)

    def kin(self) -> Iterable[Stated]:
        for match in words.FIND.finditer(self.text):
            tie = None if match["many"] else self._tie(match)
            if tie is not None:
                yield self._stated(match, match["kind"].lower(), tie)

    def promised(self) -> Iterable[Stated]:
        for match in words.PROMISED.finditer(self.text):
            tie = self._promise(match)
            if tie is not None:
                kind = match["kind"].lower()
                gone = words.GONE.search(self.text, max(0, match.start() - 30), match.start())
                yield self._stated(match, "eloped" if gone else words.KINDS.get(kind, kind), tie)

    def accepted(self) -> Iterable[Stated]:
        """Yield "Ada has promised to marry me", "she accepted him"."""
        for match in words.ACCEPTED.finditer(self.text):
            begin = self._clause(match.start())
            if words.NEVER.search(self.text[begin : match.start()]):
                continue
            said = match["a"] or match["b"] or match["c"]
            if not match["b"] and not match["c"] and match.end() - match.end("a") < 4:
                continue  # "she accepted him" may be as a guest
            other = self._subject(begin, match.start())
            if other is None:
                continue
            whom = self.pronouns.meant(said.split()[0], match.start(), other.who)
            if whom is not None:
                yield self._stated(match, "engaged", (other, whom, False))

    def loved(self) -> Iterable[Stated]:
        """Yield "she loves me", "Ned loved Ada": it may be as of a friend, so a second must say so."""
        for match in words.LOVED.finditer(self.text):
            begin = self._clause(match.start())
            if words.NEVER.search(self.text[begin : match.start()]):
                continue
            after = self.stage.between(match.end(), match.end() + 1)
            other = self._subject(begin, match.start(), after[0] if after else None)
            if other is None:
                continue
            said = (match["whom"] or "").replace("you", "your")
            if after and not after[0].cues & Cue.POSSESSIVE:
                whom: Meant | None = Meant(after[0].who, after[0])
            else:
                whom = self.pronouns.meant(said, match.start(), other.who) if said else None
            if whom is not None and self.stage.genders[whom.who].clashes(self.stage.genders[other.who]):
                stated = self._stated(match, "in love with", (other, whom, False))
                yield replace(stated, sure=False)

    def signed(self) -> Iterable[Stated]:
        """Yield what letters are signed with: "To Mrs. Reed ... Your loving brother, Ned Reed"."""
        heads = [match.end() for match in words.TO_WHOM.finditer(self.text)]
        for match in words.SIGNED.finditer(self.text):
            last = bisect_right(heads, match.start()) - 1
            signer, to = self.stage.at(match.start("name")), self.stage.at(heads[last]) if last >= 0 else None
            if signer is not None and to is not None:
                yield Stated(signer.who, match["kind"], to.who, Span(match.start(), match.end()))

    # ---- a word for a tie ----------------------------------------------------------------

    def _tie(self, match: re.Match[str]) -> _Tie | None:
        """Return (who it is, to whom, whether by name alone)."""
        start, end, kind = match.start(), match.end(), match["kind"]
        head = self.text[max(0, start - 90) : start]
        owned = words.HOLDER.search(head)
        if owned is None:
            return self._tie_of(match, head)
        place = start - len(head) + owned.start()
        lead = self.text[max(0, place - 14) : place + 1].removesuffix(self.text[place : place + 1])
        if words.LIKENED.search(lead):
            return None
        target = self._after(end)
        if owned["own"]:
            owner = self.stage.at(place - 1)
            holder = Meant(owner.who, owner) if owner is not None else None
        else:
            but = target.who if target is not None else None
            holder = self.pronouns.meant(owned["pro"].lower(), place, but)
        if holder is None:
            return None
        if self.text[end : end + 2] not in _OWNING:  # "Rose, my husband's sister": she is not the husband
            target = target or self._before_of(place, holder) or self._announced(holder)
            if target is not None:
                return target, holder, False
        family = self._family(holder.who, kind, place)
        if family is None:
            return None
        sure = holder.sure and kind in ("wife", "husband") and self._is_head(holder.who, kind)
        return Meant(family, None, sure), holder, True

    def _tie_of(self, match: re.Match[str], head: str) -> _Tie | None:
        """Read "Rose was the niece of Tom", "the butler of Sir Ned"."""
        start, end = match.start(), match.end()
        after = self.stage.between(end, end + words.BESIDE)
        owner = next((s for s in after if words.OF.fullmatch(self.text[end : s.start])), None)
        the = words.THE.search(head)
        if owner is None or the is None:
            return None
        holder = Meant(owner.who, owner)
        # "She is aunt to Ned": the verb itself links.
        lead = "" if the[0].startswith(("is", "was")) else the[0]
        target = self._before_of(start - len(lead), holder)
        return None if target is None else (target, holder, False)

    def _after(self, end: int) -> Meant | None:
        """Return the one named right after the word: "his sister Jane", "my father was Mr. Reed"."""
        standing = next(iter(self.stage.between(end, end + words.BESIDE)), None)
        if standing is None:
            return None
        gap = self.text[end : standing.start]
        if not words.NAMED.fullmatch(gap) or "." in gap.strip() or gap.startswith(", and"):
            return None
        follows = self.text[standing.end : standing.end + 6]
        if follows[:2] in _OWNING:
            return None
        if gap.strip() == "," and not words.APPOSED.match(follows):
            return None  # "As she was his cousin, Ned blew her up"
        return Meant(standing.who, standing)

    def _before_of(self, place: int, holder: Meant) -> Meant | None:
        """Return the one it is said of, before the word: "Jane, Tom's sister", "Jane was his sister"."""
        at = place
        if holder.standing is not None and holder.standing.end in (place, place + 1):
            at = holder.standing.start
        head = self.text[max(0, at - 60) : at]
        link = words.IS.search(head) or re.search(r"[,(—] ?$", head)
        if link is None:
            return None
        stop = at - len(head) + link.start()
        more = words.APPOSITIONS.search(self.text, max(0, stop - 40), stop)
        ends = {stop, more.start()} if more else {stop}
        for standing in self.stage.before(stop + 1, 80)[:1]:
            tail = {self.text[standing.end : end].strip(" ,") for end in ends if standing.end <= end + 1}
            if tail & {"", "who", "she", "he"}:
                return Meant(standing.who, standing) if standing.who != holder.who else None
        word = re.search(r"\b([Hh]e|[Ss]he|I) ?$", self.text[max(0, stop - 5) : stop])
        if word is None or "," in link[0]:
            return None
        if word[1] != "I" and holder.standing is not None and holder.standing.end <= stop:
            return None  # "Ned's mother knew that he was his friend": both are anybody's
        return self.pronouns.meant(word[1].lower(), stop, holder.who)

    def _announced(self, holder: Meant) -> Meant | None:
        """Return who "It was Tom's father, a tall man" presents: the one person first named just before."""
        if holder.standing is None or not holder.standing.cues & Cue.POSSESSIVE:
            return None
        at = holder.standing.start
        if not re.search(r"(?:^|\n)[“\"]?(?:It|This|That) (?:was|is) $", self.text[max(0, at - 12) : at]):
            return None
        near = [s for s in self.stage.between(at - _JUST_NAMED, at) if s.who != holder.who]
        new = {s.who: s for s in near if self.stage.people[s.who][1].first >= at - _JUST_NAMED}
        return Meant(*new.popitem()) if len(new) == 1 else None

    def _family(self, holder: int, kind: str, at: int) -> int | None:
        """Return the one bearer of the surname who can be meant by "his wife" or "her brother", if there is
        one met so far."""
        titles = words.BORNE.get(kind)
        if titles is None:
            return None
        borne = self.stage.people[holder][0].titles
        if kind == "husband" and "miss" in borne and not borne & {"mrs", "madam", "lady"}:
            return None
        if kind in ("father", "mother") and borne & {"mrs", "lady"}:
            return None  # her name is her husband's
        sex = {"m": Gender.MALE, "f": Gender.FEMALE}[words.gender_of(kind)]
        fitting = {
            index
            for surname in self._surnames(holder)
            for index in self._families.get(surname, ())
            if index != holder
            and self.stage.fits(index, sex)
            and any(
                one.first < at and (one.name.titles[-1:] or ("",))[0] in titles
                for one in self.stage.people[index][0].named
            )
        }
        return fitting.pop() if len(fitting) == 1 else None

    def _is_head(self, who: int, kind: str) -> bool:
        """Tell whether somebody is Mr. or Mrs. of a name, so that husband and wife are each other's."""
        return bool(self.stage.people[who][0].titles & (words.BORNE["husband" if kind == "wife" else "wife"]))

    def _surnames(self, who: int) -> set[str]:
        found = set()
        for one in self.stage.people[who][0].named:
            surname = one.name.surname or (one.name.only if one.name.titles else "")
            if surname:
                found.add(feminine_stem(surname))
        return found

    # ---- engaged, married, run off -------------------------------------------------------

    def _promise(self, match: re.Match[str]) -> _Tie | None:
        start, end = match.start(), match.end()
        line = self.text.rfind("\n", 0, start) + 1
        begin = self._clause(start)
        lead = self.text[begin:start].rstrip()
        if words.NEVER.search(lead) or lead.endswith((" to", " be")):
            return None
        pair = self.stage.before(start, 90)[:2]
        if len(pair) == 2 and pair[1].start >= begin and pair[0].who != pair[1].who:
            between = self.text[pair[1].end : pair[0].start]
            if between == " and " and words.ARE.fullmatch(self.text[pair[0].end : start]):
                return Meant(pair[1].who, pair[1]), Meant(pair[0].who, pair[0]), False
        after = next(iter(self.stage.between(end, end + 60)), None)
        if after is None or not words.TO.match(gap := self.text[end : after.start]):
            return None
        wanted = {"to"} if match["kind"].lower() in ("engaged", "betrothed") else {"to", "with"}
        if after.cues & Cue.POSSESSIVE or (
            match["kind"].lower() not in words.BARE and not wanted & set(gap.split())
        ):
            return None
        head = self.text[begin:start]
        other = self._subject(begin, start, after)
        if other is None and begin == start:
            # "Engaged to Mr. Reed! my dear Jane!": said to somebody
            around = self.stage.between(max(line, start - 120), after.end + 40)
            called = [
                s
                for s in around
                if s.who != after.who and (s.start > end or s.cues & (Cue.CALLED | Cue.CALLED_FIRST))
            ]
            spoken = called and self.pronouns.line(start) is not None
            other = Meant(called[0].who, called[0]) if spoken else None
        if other is None and (gone := words.GONE.search(head)) is not None:
            # "She ran off in the night; ran off to be married to Ned": who, is said a little before.
            said_before = list(re.finditer(r"\b([Hh]e|[Ss]he)\b", self.text[max(line, begin - 120) : begin]))
            if said_before:
                other = self.pronouns.meant(said_before[-1][1].lower(), begin + gone.start(), after.who)
        return None if other is None or other.who == after.who else (other, Meant(after.who, after), False)

    def _clause(self, at: int) -> int:
        line = self.text.rfind("\n", 0, at) + 1
        begin = max(line, max(self.text.rfind(mark, line, at) + 1 for mark in '!?—;“"'))
        stop = self.text.rfind(". ", line, at)
        while stop >= 0 and self.text[max(line, stop - 3) : stop].lstrip(" ").lower() in ("mr", "mrs", "dr"):
            stop = self.text.rfind(". ", line, stop)
        return max(begin, stop + 1)

    def _subject(self, begin: int, at: int, other: Standing | None = None) -> Meant | None:
        """Return of whom a verb at `at` is said, in the clause that begins at `begin`."""
        head = self.text[begin:at]
        but = other.who if other is not None else None
        said = list(re.finditer(r"\b([Hh]e|[Ss]he|I|[Mm]y|[Hh]is|[Hh]er)\b", head))
        word = said[-1] if said else None
        behind = [s for s in self.stage.before(at, at - begin) if s.who != but]
        named = next((s for s in behind if self._may_be_subject(s, at)), None)
        if word is not None and (named is None or begin + word.start() > named.start):
            if word[1].lower() in ("my", "his", "her") and not re.fullmatch(
                r" [a-z ]{0,12}", head[word.end() :]
            ):
                return None
            return self.pronouns.meant(word[1].lower(), begin + word.start(), but)
        return Meant(named.who, named) if named is not None else None

    def _may_be_subject(self, standing: Standing, at: int) -> bool:
        # "Ada's engaged to Ned" is Ada; "Ada's brother" and "with Ada" are not she.
        if standing.cues & Cue.POSSESSIVE:
            return self.text[standing.end + 2 : at].strip() in ("", "now", "already", "been")
        return not re.search(r"\b(?:with|to|by|for|of|at|from|than|like) $", self.text[: standing.start][-8:])

    def _stated(self, match: re.Match[str], kind: str, tie: _Tie) -> Stated:
        a, b, by_name = tie
        named = [s for s in (a.standing, b.standing) if s is not None]
        low = min([match.start(), *(s.start for s in named)])
        high = max([match.end(), *(s.end for s in named)])
        return Stated(
            a.who, kind, b.who, self._sentence(match.start(), low, high), a.sure and b.sure, by_name
        )

    def _sentence(self, at: int, low: int, high: int) -> Span:
        start = self.text.rfind("\n", 0, at) + 1
        stop = self.text.find("\n", at)
        stop = len(self.text) if stop < 0 else stop
        if stop - start > 6_000:
            start, stop = max(start, at - 1_500), min(stop, at + 1_500)
        found = [
            s for s in sentences(self.text, Span(start, stop)) if s.start < high and s.end > max(low, start)
        ]
        return Span(found[0].start, found[-1].end) if found else Span(at, min(len(self.text), at + 1))
