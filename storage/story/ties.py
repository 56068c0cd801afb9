"""Ties: who is what to whom, from sentences that say so, read up to a horizon. Rules for English, pure.

"His sister Jane", "Jane, Tom's sister", "my father was Mr. Reed", "engaged to Ned": a word for a tie, the
one it is said of, and the one it is said from. A pronoun stands for who is told of just before, "my" for
who speaks. A sentence whose people are not both known by a name ties nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from storage.book.text import sentences
from storage.story import lexicon as lex
from storage.story.evidence import Cue
from storage.story.facts import Relation, SpokenLine
from storage.story.given import feminine_stem
from storage.story.names import Gender
from storage.story.stage import Stage, Standing
from storage.values import Span

_KIN = (lex.KIN - {"orphan", "widower", "twin"}) | {"twin brother", "twin sister", "grandson", "lady-wife"}
_OTHERS = frozenset(
    "friend lover sweetheart servant maid valet butler housekeeper coachman governess tutor secretary nurse "
    "patient pupil patron patroness protégé protégée guardian ward mistress enemy rival neighbour neighbor "
    "companion comrade partner colleague client employer landlady landlord steward apprentice slave "
    "disciple ally accomplice bailiff gamekeeper gardener groom footman master teacher physician doctor "
    "lawyer solicitor attorney assistant clerk heir heiress favourite favorite playfellow "
    "schoolfellow".split()
)
_WORDS = _KIN | _OTHERS
_KIND = "|".join(sorted((re.escape(word) for word in _WORDS), key=lambda word: (-len(word), word)))
_AGED = (
    r"(?:(?:eldest|youngest|elder|younger|only|little|old|dear|dearest|poor|own|late|second|first|half|half-|twin"
    r"|intimate|particular|best|great|greatest|oldest|good|beloved|affectionate|faithful|trusty|kind|unfortunate"
    r"|unhappy|favourite|favorite|future|former|young|excellent|honoured|worthy|maternal|paternal|foster|step"
    r"|sworn|bitter|mortal|big|three|two|four|five)[ -])*"
)
_FIND = re.compile(rf"\b(?P<kind>{_KIND})(?P<many>s)?\b(?!['’])")
_HOLDER = re.compile(rf"(?:(?P<pro>\b[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Yy]our)|(?P<own>['’]s?)) {_AGED}$")
_OF = re.compile(
    r"(?: and [a-z]+)? (?:of|to) (?:the |that |this |my |a |our )?(?:late |great |old |dear |present )*$"
)
_THE = re.compile(rf"(?:\b(?:[Tt]he|an?|is|was)|, ?|[Tt]hat) ?{_AGED}$")
_NAMED = re.compile(
    r",? ?(?:(?:was|is), [^,.;]{3,40}, )?(?:(?:was|is|named|called|be|the|then|old|now|dear|poor) |[,—] ?)*$"
)
_BESIDE = 46
_IS = re.compile(
    r"(?:,|\b(?:was|is|were|are|being|become|became|made|as|for)) (?:also |now |then |once |really |indeed "
    r"|not only |always )?$"
)
_PROMISED = re.compile(
    r"\b(?P<kind>[Ee]ngaged|engagement|betrothed|[Mm]arried|[Ee]loped|elopement|run off with|ran off with"
    r"|run away with|ran away with|in love)\b"
)
_TO = re.compile(
    r"^ (?:(?:is |was |being )?(?:to|with) (?:be married to |marry )?)?"
    r"(?:my |her |his |the |our |dear |poor |that |young |dat )*$"
)
_ARE = re.compile(r" (?:are|were|had been|have been|got) (?:now |already |secretly |both )?(?:to be )?")
"""Between "Ada and Ned" and the word that ties them to each other."""
_BARE = frozenset({"married", "run off with", "ran off with", "run away with", "ran away with"})
"""Words that name the other without "to" or "with"."""
_NEVER = re.compile(
    r"\b(?:not|never|n['’]t|if|whether|would|should|cannot|may|might|wish|hope|hoped|wished|suppose|supposed"
    r"|expected|could|want|wants|wanted|must|will|shall|refus\w+|think of|perhaps|break\w*|broke\w*|no)\b"
)
_GONE = re.compile(r"\b(?:r[ua]n|running|gone|went) (?:off|away)\b")
_SIGNED = re.compile(
    rf"^(?:[^\n]{{0,60}}\b)?[Yy]our (?:[a-z]+,? (?:and )?){{0,3}}?(?P<kind>{_KIND}),?\n+"
    r"(?P<name>[^\n]{3,40})$",
    re.M,
)
_TO_WHOM = re.compile(r"^To (?:[Mm]y [a-z ]+)?(?=[^\W\d_a-z])", re.M)
_REACH, _NEAR = 600, 260
_KINDS = {
    "engagement": "engaged",
    "betrothed": "engaged",
    "elopement": "eloped",
    "run off with": "eloped",
    "ran off with": "eloped",
    "run away with": "eloped",
    "ran away with": "eloped",
    "in love": "in love with",
}
_PAIRS = {
    "friend",
    "friends",
    "cousin",
    "companion",
    "comrade",
    "partner",
    "colleague",
    "enemy",
    "rival",
    "neighbour",
    "neighbor",
    "engaged",
    "married",
    "eloped",
    "ally",
    "playfellow",
    "schoolfellow",
    "in love",
}
_MALE_KIN = frozenset(
    "father brother son husband uncle nephew grandfather grandson stepfather stepson stepbrother "
    "fiancé bridegroom papa godfather master landlord patron butler valet footman".split()
)
_FEMALE_KIN = frozenset(
    "mother sister daughter wife aunt niece grandmother granddaughter stepmother stepdaughter "
    "stepsister widow fiancée bride mamma mama godmother housekeeper governess maid landlady "
    "patroness".split()
)


_Who = tuple[int, Standing | None]
"""Somebody, and the mention that names them, where one does."""

_LORDS = frozenset("mr sir dr captain colonel major general count prince lord judge reverend old".split())
_BORNE = {
    "husband": _LORDS,
    "father": _LORDS,
    "brother": _LORDS | {""},
    "son": _LORDS | {"", "master"},
    "wife": frozenset("mrs lady countess princess".split()),
    "mother": frozenset("mrs lady countess princess old".split()),
    "sister": frozenset(("miss", "princess", "countess", "")),
    "daughter": frozenset(("miss", "princess", "countess", "")),
}
"""With which titles the family of one surname is called."""


_HEADS = frozenset("father mother husband wife".split())
_YOUNG = frozenset("brother sister son daughter".split())
"""Who has been told to be one of the first is not guessed to be one of the others by surname alone."""


def find_relations(text: str, stage: Stage, lines: Sequence[SpokenLine]) -> list[Relation]:
    """Return the ties that the text so far states, each once, in the order in which they became known."""
    reader = _Reader(text, stage, lines)
    found: dict[tuple[int, str, int], Relation] = {}
    guessed: set[tuple[int, str, int]] = set()
    heads: set[int] = set()
    stated = sorted([*reader.all(), *reader.signed()], key=lambda tie: (tie[3], tie[:3]))
    for a, kind, b, span, weak in stated:
        if a == b:
            continue
        key = (min(a, b), kind, max(a, b)) if kind in _PAIRS else (a, kind, b)
        if key in found:
            continue
        if weak and ((a in heads and kind in _YOUNG) or any({a, b} == {k[0], k[2]} for k in found)):
            continue
        if kind in _HEADS:
            heads.add(a)
        if weak and key not in guessed:
            guessed.add(key)  # "his sister" said of a Mr. Brook, with one Miss Brook known: wait for a second
            continue
        known = max(span.end, reader.known(a), reader.known(b))
        quote = text[span.start : span.end]
        found[key] = Relation(stage.name(a), stage.name(b), kind, quote, span, known, span.start)
    return sorted(found.values(), key=lambda tie: (tie.reveal, tie.span, tie.a, tie.b, tie.kind))


class _Reader:
    def __init__(self, text: str, stage: Stage, lines: Sequence[SpokenLine]) -> None:
        self.text, self.stage = text, stage
        self._lines = lines
        self._starts = [line.span.start for line in lines]
        self._by_name = {stage.name(i): i for i in reversed(range(len(stage.people)))}
        self._families: dict[str, list[int]] = {}
        for who in range(len(stage.people)):
            for surname in self._surnames(who):
                self._families.setdefault(surname, []).append(who)
        self._narrator, self._narrator_known = stage.narrator_known(text, [line.span for line in lines])

    def known(self, who: int) -> int:
        """Return from where somebody may be named; of who tells the story, where the text names them."""
        return self._narrator_known if who == self._narrator else 0

    def all(self) -> Iterable[tuple[int, str, int, Span, bool]]:
        hits = [*_FIND.finditer(self.text), *_PROMISED.finditer(self.text)]
        hits.sort(key=lambda match: match.start())
        for match in hits:
            kind = match["kind"].lower()
            tie = self._promise(match) if match.re is _PROMISED else self._tie(match)
            if tie is not None:
                a, b, weak = tie
                low = min([match.start(), *(s.start for s in (a[1], b[1]) if s is not None)])
                high = max([match.end(), *(s.end for s in (a[1], b[1]) if s is not None)])
                span = self._sentence(match.start(), low, high)
                gone = match.re is _PROMISED and _GONE.search(
                    self.text, max(0, match.start() - 30), match.start()
                )
                yield a[0], "eloped" if gone else _KINDS.get(kind, kind), b[0], span, weak

    def signed(self) -> Iterable[tuple[int, str, int, Span, bool]]:
        """Yield what letters are signed with: "To Mrs. Reed ... Your loving brother, Ned Reed"."""
        heads = [match.end() for match in _TO_WHOM.finditer(self.text)]
        for match in _SIGNED.finditer(self.text):
            last = bisect_right(heads, match.start()) - 1
            signer, to = self.stage.at(match.start("name")), self.stage.at(heads[last]) if last >= 0 else None
            if signer is not None and to is not None and self._may_be(signer.who, match["kind"]):
                yield signer.who, match["kind"], to.who, Span(match.start(), match.end()), False

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

    def _tie(self, match: re.Match[str]) -> tuple[_Who, _Who, bool] | None:
        """Return (who it is, to whom), each with the mention that names them if one does."""
        start, end, kind = match.start(), match.end(), match["kind"]
        head = self.text[max(0, start - 90) : start]
        if match["many"]:
            return None
        holder: _Who | None = None
        target: _Who | None = None
        weak = False
        owned = _HOLDER.search(head)
        if owned is not None:
            place = start - len(head) + owned.start()
            if owned["own"]:
                owner = self.stage.at(place - 1)
                holder = (owner.who, owner) if owner is not None else None
            else:
                holder = self._who(owned["pro"].lower(), place, kind, self._after(end))
            target = self._after(end) or self._before_of(
                place, owned["own"] is not None and holder is not None, holder
            )
            if target is None and holder is not None:
                weak = kind not in ("wife", "husband")
                target = self._family(holder[0], kind, place)
        else:
            after = self.stage.between(end, end + _BESIDE)
            owner = next((s for s in after if _OF.fullmatch(self.text[end : s.start])), None)
            if owner is None or not _THE.search(head):
                return None
            holder = (owner.who, owner)
            place = start - len(_THE.search(head)[0]) if _THE.search(head) else start  # type: ignore[index]
            target = self._before_of(place, True, holder)
        if holder is None or target is None or not self._may_be(target[0], kind):
            return None
        return target, holder, weak

    def _may_be(self, who: int, kind: str) -> bool:
        word = kind.rsplit(" ", 1)[-1]
        if word in _MALE_KIN:
            return self.stage.fits(who, Gender.MALE)
        return word not in _FEMALE_KIN or self.stage.fits(who, Gender.FEMALE)

    def _after(self, end: int) -> _Who | None:
        """Return the one named right after the word: "his sister Jane", "my father was Mr. Reed"."""
        for standing in self.stage.between(end, end + _BESIDE):
            gap = self.text[end : standing.start]
            if _NAMED.fullmatch(gap) and "." not in gap.strip() and not gap.startswith(", and"):
                follows = self.text[standing.end : standing.end + 2]
                return None if follows[:1] in "'’" and follows[1:2] == "s" else (standing.who, standing)
            break
        return None

    def _before_of(self, place: int, is_sure: bool, holder: _Who | None) -> _Who | None:
        """Return the one it is said of, before the word: "Jane, Tom's sister", "Jane was his sister"."""
        at = place
        if holder is not None and holder[1] is not None and holder[1].start < place:
            at = holder[1].start
        head = self.text[max(0, at - 40) : at]
        link = _IS.search(head) or re.search(r"[,(—] ?$", head)
        if link is None:
            return None
        stop = at - len(head) + link.start()
        for standing in self.stage.before(stop + 1, 60):
            if (
                self.text[standing.end : stop].strip(" ,") in ("", "who", "she", "he")
                and standing.end <= stop + 1
            ):
                return (standing.who, standing) if holder is None or standing.who != holder[0] else None
            break
        word = re.search(r"\b([Hh]e|[Ss]he|I) ?$", self.text[max(0, stop - 5) : stop])
        if word and is_sure and "," not in link[0]:
            return self._who(word[1].lower(), stop, "", None)
        return None

    def _who(self, pronoun: str, at: int, kind: str, target: _Who | None) -> _Who | None:
        speaker = self._speaker(at)
        if pronoun in ("my", "our", "i"):
            who = speaker if self._in_speech(at) else self._narrator
            return None if who is None else (who, None)
        if pronoun == "your":
            return self._addressed(at, speaker)
        if pronoun == "their":
            return None
        gender = Gender.MALE if pronoun in ("his", "he") else Gender.FEMALE
        sentence = self.text.rfind("\n", 0, at) + 1
        ranked: list[Standing] = []
        far = at - _NEAR
        for standing in self.stage.before(at, _REACH):
            if (standing.start < sentence or standing.start < far) and ranked:
                break
            if not self.stage.fits(standing.who, gender) or (
                target is not None and standing.who == target[0]
            ):
                continue
            if standing.cues & Cue.SPEECH and not self._in_speech(at):
                continue
            if standing.who == speaker and self._in_speech(at):
                continue
            ranked.append(standing)
        if not ranked:
            return None
        known = [s for s in ranked if self.stage.genders[s.who] is gender] or ranked
        return known[0].who, known[0]

    def _addressed(self, at: int, speaker: int | None) -> _Who | None:
        """Return to whom a line is said: who is called by name in its paragraph, or who spoke just before."""
        line = self._line(at)
        if line is None:
            return None
        start = self.text.rfind("\n", 0, at) + 1
        around = self.stage.between(start, line.span.end)
        called = [s for s in around if s.cues & (Cue.CALLED | Cue.CALLED_FIRST) and s.who != speaker]
        if called:
            return called[0].who, called[0]
        index = bisect_right(self._starts, start - 1) - 1
        before = self._lines[index] if index >= 0 else None
        if before is None or before.speaker is None or start - before.span.end > _NEAR:
            return None
        if line.span.end - line.span.start > _REACH:
            return None  # a letter read aloud, or a tale: "your" is somebody else's
        who = self._by_name.get(before.speaker)
        return None if who is None or who == speaker or speaker is None else (who, None)

    def _family(self, holder: int, kind: str, at: int) -> _Who | None:
        """Return the one bearer of the surname who can be meant by "his wife" or "her brother", if there is
        one met so far."""
        titles = _BORNE.get(kind)
        if titles is None:
            return None
        family = self._surnames(holder)
        borne = self.stage.people[holder][0].titles
        if kind == "husband" and "miss" in borne and not borne & {"mrs", "madam", "lady"}:
            return None
        fitting = [
            index
            for surname in family
            for index in self._families.get(surname, ())
            if index != holder
            and self._may_be(index, kind)
            and any(
                one.first < at and (one.name.titles[-1:] or ("",))[0] in titles
                for one in self.stage.people[index][0].named
            )
        ]
        return (fitting[0], None) if len(set(fitting)) == 1 else None

    def _surnames(self, who: int) -> set[str]:
        found = set()
        for one in self.stage.people[who][0].named:
            surname = one.name.surname or (one.name.only if one.name.titles else "")
            if surname:
                found.add(feminine_stem(surname))
        return found

    def _promise(self, match: re.Match[str]) -> tuple[_Who, _Who, bool] | None:
        start, end = match.start(), match.end()
        line = self.text.rfind("\n", 0, start) + 1
        begin = max(line, max(self.text.rfind(mark, line, start) + 1 for mark in ".!?—;"))
        if _NEVER.search(self.text[begin:start]) or self.text[begin:start].rstrip().endswith(" to"):
            return None
        pair = self.stage.before(start, 90)[:2]
        if len(pair) == 2 and pair[1].start >= begin and pair[0].who != pair[1].who:
            between = self.text[pair[1].end : pair[0].start]
            if between == " and " and _ARE.fullmatch(self.text[pair[0].end : start]):
                return (pair[1].who, pair[1]), (pair[0].who, pair[0]), False
        after = next(iter(self.stage.between(end, end + 60)), None)
        if after is None or not _TO.match(gap := self.text[end : after.start]):
            return None
        if after.cues & Cue.POSSESSIVE or (
            match["kind"] not in _BARE and not {"to", "with"} & set(gap.split())
        ):
            return None
        other: _Who | None = None
        head = self.text[begin:start]
        behind = [s for s in self.stage.before(start, start - begin) if s.who != after.who]
        word = re.search(r"\b([Hh]e|[Ss]he|I)\b[^,;]{0,60}$|\b([Mm]y|[Hh]is|[Hh]er) [a-z ]{0,12}$", head)
        if word is not None:
            said = (word[1] or word[2]).lower()
            other = self._who({"my": "my"}.get(said, said), start, "", (after.who, after))
        elif behind:
            other = (behind[0].who, behind[0])
        else:
            # "Engaged to Mr. Reed! my dear Jane!": said to somebody
            around = self.stage.between(max(line, start - 120), after.end + 40)
            called = [
                s
                for s in around
                if s.who != after.who and (s.start > end or s.cues & (Cue.CALLED | Cue.CALLED_FIRST))
            ]
            other = (called[0].who, called[0]) if called and self._in_speech(start) else None
        if other is None and (gone := _GONE.search(head)) is not None:
            # "She ran off in the night; ran off to be married to Ned": who, is said a little before.
            said_before = list(re.finditer(r"\b([Hh]e|[Ss]he)\b", self.text[max(line, begin - 120) : begin]))
            if said_before:
                other = self._who(said_before[-1][1].lower(), begin + gone.start(), "", (after.who, after))
        return None if other is None or other[0] == after.who else (other, (after.who, after), False)

    def _line(self, at: int) -> SpokenLine | None:
        index = bisect_right(self._starts, at) - 1
        return self._lines[index] if index >= 0 and self._lines[index].span.end > at else None

    def _in_speech(self, at: int) -> bool:
        return self._line(at) is not None

    def _speaker(self, at: int) -> int | None:
        line = self._line(at)
        return self._by_name.get(line.speaker) if line is not None and line.speaker is not None else None
