"""Speakers: who says which line of dialogue, by the text read so far. Rules for English, pure.

A paragraph is looked at for a verb of speech with its subject, then for somebody doing something beside
the speech. What is left follows the custom of printed dialogue: each paragraph changes the speaker, two
people take turns, and who was called by name answers. A line that no rule decides has no speaker.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from storage.book.text import blocks
from storage.story import lexicon as lex
from storage.story.evidence import Cue
from storage.story.facts import SpokenLine
from storage.story.names import Gender
from storage.story.stage import Stage
from storage.values import Span

_VERBS = (
    lex.SAID - {"began", "called", "calls", "continued", "returned", "laughed", "told", "tells", "added"}
) | frozenset(
    "began continued returned laughed added thought inquired breathed drawled growled bawled roared shrieked "
    "echoed assented objected urged ventured concluded confessed commented corrected explained implored "
    "mumbled piped proposed quavered reflected reminded rumbled soliloquized soliloquised spluttered "
    "stuttered wailed whimpered whined grunted hinted bellowed chimed counselled croaked lied "
    "panted prompted purred "
    "scoffed smiled vowed wondered agreed affirmed asserted argued boasted commanded complained ordered "
    "responded apostrophised apostrophized resumed proceeded pronounced mused acknowledged cautioned".split()
)
_VERB = re.compile(
    r"\b(?:"
    + "|".join(sorted(_VERBS))
    + r"|went on|goes on|broke in|put in|cut in|burst out|called out|struck in"
    r"|called|told)\b"
)
_PRONOUN = re.compile(r"\b(he|she|I|He|She|they|we)\b")
_ROLE = re.compile(
    r"(?:[Tt]he|[Aa]n?) (?:(?:[a-z]+(?:-[a-z]+)?) ){0,2}?"
    r"(?P<role>"
    + "|".join(
        sorted(
            lex.TRADES
            | lex.KIN
            | frozenset(
                "man woman boy girl lady gentleman child stranger captain clerk fellow waiter duke king "
                "queen guard guide driver chauffeur count marquis voice youth creature "
                "lad widow director".split()
            )
        )
    )
    + r")\b"
)
_KIN_ROLE = re.compile(r"(?:his|her|my|their) (?:[a-z]+ )?(" + "|".join(sorted(lex.KIN)) + r")\b")
_CLAUSE = re.compile(r"[.;!?:—](?:\s|$)|--")
_DOUBLE = re.compile(r"“(?P<a>[^“”]*)(?:”|$)|\"(?P<b>[^\"]*)(?:\"|$)|«(?P<c>[^«»]*)(?:»|$)")
_SINGLE = re.compile(r"(?:(?<=^)|(?<=[\s—(-]))‘(?P<a>(?:[^‘’]|’(?=\w))*)(?:’(?!\w)|$)")
_HEAD = 160
_WOMEN = frozenset("woman girl lady widow mother sister daughter wife aunt niece mamma mama fiancée".split())
_MEN = frozenset("man boy gentleman fellow youth lad father brother son husband uncle nephew papa".split())
_REACH, _LONG_REACH = 700, 5_000
_RUN_GAP = 2
"""So many paragraphs without speech end a dialogue."""
_SPOKEN_OF = 0.2
"""What a name inside somebody's speech weighs beside one that is told of: who is spoken of is often away."""
_TURNS_BACK, _NEAR_CHARS = 4, 500
"""So far back somebody else who may speak makes a line unsure."""
_KNOWN = 4
"""Who has fewer mentions is less likely to be the one who speaks."""
_HE = {"he": Gender.MALE, "she": Gender.FEMALE}


@dataclass(slots=True)
class _Turn:
    """The speech of one paragraph."""

    block: int
    start: int
    end: int
    spans: list[Span]
    who: int | None = None
    label: str = ""
    sure: bool = False
    firm: bool = False
    """Nobody else can be meant, by the words beside the line or by the turns around it."""
    gender: Gender = Gender.UNKNOWN
    called: list[int] = field(default_factory=list)
    continues: bool = False
    narrated: list[int] = field(default_factory=list)
    """Who is told of in the paragraph, outside the speech."""


def find_speakers(text: str, stage: Stage) -> list[SpokenLine]:
    """Return every line of dialogue of a prefix in order, each with its speaker or with none."""
    found = blocks(text)
    pattern = _SINGLE if _uses_single(text) else _DOUBLE
    turns: list[_Turn] = []
    told: list[str] = []
    before: _Turn | None = None
    open_ended = False
    for number, block in enumerate(found):
        piece = text[block.start : block.end]
        matches = [m for m in pattern.finditer(piece) if m.end() - m.start() > 2]
        if not matches:
            told.append(piece)
            open_ended = False
            continue
        at = 0
        for match in matches:
            told.append(piece[at : match.start()])
            at = match.end()
        told.append(piece[at:])
        spans = [
            Span(block.start + m.start(), block.start + m.end()) for m in matches if _is_speech(piece, m)
        ]
        if not spans:
            continue
        turn = _Turn(number, block.start, block.end, spans)
        turn.continues = open_ended and before is not None and spans[0].start == block.start
        turns.append(turn)
        before = turn
        open_ended = piece[matches[-1].end() - 1] not in '”"»’'
    narrator = stage.narrator(told)
    memory = _Memory(stage, narrator)
    for turn in turns:
        _read_paragraph(text, turn, stage, memory)
    _take_turns(turns, stage, memory)
    return [
        SpokenLine(
            span, stage.name(turn.who) if turn.who is not None else turn.label or None, turn.end, turn.firm
        )
        for turn in turns
        for span in turn.spans
    ]


def _uses_single(text: str) -> bool:
    return text.count("‘") > 3 * (text.count("“") + text.count('"') // 2)


def _is_speech(piece: str, match: re.Match[str]) -> bool:
    # A word or two in quotation marks inside a sentence is a name or a term, not a line.
    inside = match.group()[1:-1].rstrip()
    if inside[-1:] in ".,!?—-…;:" or match.end() >= len(piece):
        return True
    return len(inside.split()) > 4 or match.start() == 0


class _Memory:
    """What a reader keeps in mind from paragraph to paragraph."""

    def __init__(self, stage: Stage, narrator: int | None) -> None:
        self.stage, self.narrator = stage, narrator

    def nearest(self, at: int, gender: Gender, but: Sequence[int]) -> int | None:
        """Return who "he" or "she" most likely is before a place: the nearest that is told of."""
        scores: Counter[int] = Counter()
        for rank, standing in enumerate(self.stage.before(at, _REACH)):
            who = standing.who
            if who in but or who == self.narrator or not self.stage.fits(who, gender):
                continue
            weight = _SPOKEN_OF if standing.cues & Cue.SPEECH else 1.0
            if self.stage.people[who][0].count < _KNOWN:
                weight *= 0.4
            if standing.cues & Cue.POSSESSIVE:
                weight *= 0.5
            if standing.cues & (Cue.SAID | Cue.ACTS | Cue.WEAKLY_ACTS):
                weight *= 1.6
            if self.stage.genders[who] is Gender.UNKNOWN:
                weight *= 0.5
            scores[who] += int(1000 * weight / (1.0 + 0.6 * rank + (at - standing.start) / 250))
        if not scores and gender is not Gender.UNKNOWN:
            return self._long_ago(at, gender, but)
        best = scores.most_common(1)
        return best[0][0] if best else None

    def _long_ago(self, at: int, gender: Gender, but: Sequence[int]) -> int | None:
        """Return the last one of this gender who was told of, further back."""
        for standing in self.stage.before(at, _LONG_REACH):
            if self.stage.genders[standing.who] is gender and standing.who not in (*but, self.narrator):
                return standing.who
        return None


def _read_paragraph(text: str, turn: _Turn, stage: Stage, memory: _Memory) -> None:
    """Find what the paragraph itself says of its speaker."""
    inside = stage.between(turn.start, turn.end)
    spoken = turn.spans
    for standing in inside:
        in_speech = any(span.start <= standing.start < span.end for span in spoken)
        if in_speech and standing.cues & (Cue.CALLED | Cue.CALLED_FIRST):
            turn.called.append(standing.who)
        elif not in_speech:
            turn.narrated.append(standing.who)
    clauses = list(_clauses(text, turn))
    for start, end, after in clauses:
        if _named_speaker(text, turn, stage, memory, start, end, after):
            return
    for start, end, after in clauses:
        if _doer(text, turn, stage, memory, start, end, after):
            return


def _clauses(text: str, turn: _Turn) -> list[tuple[int, int, bool]]:
    """Return the stretches beside the speeches: (start, end, whether it follows one), the best first."""
    found: list[tuple[int, int, bool]] = []
    for index, span in enumerate(turn.spans):
        stop = turn.spans[index + 1].start if index + 1 < len(turn.spans) else turn.end
        end = min(stop, span.end + _HEAD)
        clause = _CLAUSE.search(text, span.end, end)
        found.append((span.end, clause.start() + 1 if clause else end, True))
    first = turn.spans[0]
    lead = text[turn.start : first.start].rstrip()
    if lead:
        cut = max((m.end() for m in _CLAUSE.finditer(lead[:-1])), default=0)
        found.append((turn.start + cut, first.start, False))
    return [f for f in found if text[f[0] : f[1]].strip(" ,")]


def _named_speaker(
    text: str, turn: _Turn, stage: Stage, memory: _Memory, start: int, end: int, after: bool
) -> bool:
    """Take the subject of a verb of speech in `[start, end)`."""
    clause = text[start:end]
    verbs = list(_VERB.finditer(clause))
    if not verbs and not (not after and clause.rstrip().endswith(":")):
        return False
    verb = verbs[0] if verbs else None
    standings = [s for s in stage.between(start, end) if not s.cues & Cue.POSSESSIVE]
    if verb is not None:
        tail = clause[verb.end() : verb.end() + 40]
        ahead = [s for s in standings if s.start >= start + verb.end()]
        if after and ahead and _is_next(text[start + verb.end() : ahead[0].start]):
            return _settle(turn, ahead[0].who)
        pronoun = re.match(r" (he|she|I)\b", tail)
        if pronoun:
            return _settle_pronoun(turn, stage, memory, pronoun[1], start)
        role = _ROLE.match(tail.lstrip())
        if after and role:
            return _settle_role(turn, stage, memory, role, start)
        kin = _KIN_ROLE.match(tail.lstrip())
        if after and kin and (gender := _gender_of_role(kin[1])) is not Gender.UNKNOWN:
            turn.gender = gender
            turn.who = _spouse(kin[1], stage, start)
            return True
        behind = [s for s in standings if s.end <= start + verb.start()]
    else:
        behind = standings
    limit = verb.start() if verb else len(clause)
    pronouns = list(_PRONOUN.finditer(clause, 0, limit))
    if behind and (not pronouns or pronouns[0].start() + start > behind[0].start):
        return _settle(turn, behind[0].who)
    for pronoun in pronouns:
        if pronoun[1] not in ("they", "we"):
            return _settle_pronoun(
                turn, stage, memory, pronoun[1].lower() if pronoun[1] != "I" else "I", start
            )
    role = _ROLE.search(clause[:limit])
    return bool(role and role.start() < 3) and _settle_role(turn, stage, memory, role, start)


def _is_next(between: str) -> bool:
    words = between.replace(",", " ").split()
    return len(words) <= 3 and all(
        w
        in (
            "the",
            "old",
            "young",
            "poor",
            "little",
            "good",
            "at",
            "last",
            "then",
            "our",
            "friend",
            "Mr.",
            "her",
            "his",
            "again",
            "dear",
            "out",
        )
        for w in words
    )


def _settle(turn: _Turn, who: int) -> bool:
    turn.who, turn.sure = who, True
    return True


def _settle_pronoun(turn: _Turn, stage: Stage, memory: _Memory, word: str, at: int) -> bool:
    if word == "I":
        if memory.narrator is not None:
            turn.who, turn.sure = memory.narrator, True
        else:
            turn.label, turn.sure = "I", True
        return True
    turn.gender = _HE[word]
    return True


def _settle_role(turn: _Turn, stage: Stage, memory: _Memory, role: re.Match[str] | None, at: int) -> bool:
    assert role is not None
    word = role["role"]
    fitting = [i for i, (person, _) in enumerate(stage.people) if word in person.titles]
    if len(fitting) == 1:
        return _settle(turn, fitting[0])
    turn.gender = _gender_of_role(word)
    if turn.gender is Gender.UNKNOWN:
        turn.label, turn.sure = f"the {word}", True
    return True


def _spouse(word: str, stage: Stage, at: int) -> int | None:
    """Return the Mr. Brook that "her husband" is, where a Mrs. Brook was told of last."""
    if word not in ("husband", "wife"):
        return None
    own, theirs = (_LADY, _LORD) if word == "husband" else (_LORD, _LADY)
    for standing in stage.before(at, _REACH):
        surnames = _surnames_with(stage, standing.who, own)
        if standing.cues & Cue.SPEECH or not surnames:
            continue
        found = [who for who in range(len(stage.people)) if surnames & _surnames_with(stage, who, theirs)]
        return found[0] if len(found) == 1 and found[0] != standing.who else None
    return None


_LADY, _LORD = frozenset(("mrs", "lady", "madame", "countess")), frozenset(("mr", "sir", "lord", "count"))


def _surnames_with(stage: Stage, who: int, titles: frozenset[str]) -> set[str]:
    names = [one.name for one in stage.people[who][0].named]
    return {name.core[-1] for name in names if name.core and titles & set(name.titles)}


def _gender_of_role(word: str) -> Gender:
    if word in _WOMEN:
        return Gender.FEMALE
    return Gender.MALE if word in _MEN else Gender.UNKNOWN


def _doer(text: str, turn: _Turn, stage: Stage, memory: _Memory, start: int, end: int, after: bool) -> bool:
    """Take who does something beside the speech, in the same paragraph."""
    standings = [s for s in stage.between(start, end) if not s.cues & Cue.POSSESSIVE]
    clause = text[start:end]
    pronoun = _PRONOUN.search(clause)
    if standings and (pronoun is None or standings[0].start <= start + pronoun.start()):
        if standings[0].start - start < 25:
            turn.who = standings[0].who
            return True
        return False
    if pronoun is not None and pronoun.start() < 25 and pronoun[1] not in ("they", "we"):
        if pronoun[1] == "I":
            turn.who = memory.narrator
            return memory.narrator is not None
        turn.gender = _HE[pronoun[1].lower()]
        return True
    return False


def _take_turns(turns: list[_Turn], stage: Stage, memory: _Memory) -> None:
    """Decide what the paragraphs leave open, run of dialogue by run of dialogue."""
    run: list[_Turn] = []
    for turn in turns:
        if run and turn.block - run[-1].block > _RUN_GAP:
            _settle_run(run, stage, memory)
            run = []
        run.append(turn)
    _settle_run(run, stage, memory)


def _settle_run(run: list[_Turn], stage: Stage, memory: _Memory) -> None:
    for index, turn in enumerate(run):
        turn.firm = turn.who is not None
        if turn.who is None and not turn.label:
            turn.who = _decide(run, index, stage, memory)
            turn.firm = turn.who is not None and _is_firm(run, index, stage, memory)
    # Lines before the first that is sure: the turns run backwards as well.
    for index in range(len(run) - 3, -1, -1):
        turn = run[index]
        if turn.who is None and not turn.label and _adjacent(run, index, index + 2):
            follower = run[index + 2].who
            if follower is not None and stage.fits(follower, turn.gender) and follower != run[index + 1].who:
                turn.who = follower


def _is_firm(run: list[_Turn], index: int, stage: Stage, memory: _Memory) -> bool:
    """Tell whether a line that no name decides can be nobody else's."""
    turn = run[index]
    before = run[max(0, index - _TURNS_BACK) : index]
    if turn.continues:
        return bool(before) and before[-1].firm
    if not all(one.firm for one in before[-2:]):
        return False
    last = before[-1].who if before and turn.block - before[-1].block <= 1 else None
    since = turn.start - _NEAR_CHARS
    around = {s.who for s in stage.between(since, turn.end) if not s.cues & Cue.SPEECH}
    around |= {one.who for one in before if one.who is not None}
    around -= {last, memory.narrator} if turn.gender is not Gender.UNKNOWN else {last}
    return {who for who in around if stage.fits(who, turn.gender)} == {turn.who}


def _adjacent(run: list[_Turn], a: int, b: int) -> bool:
    return run[b].block - run[a].block == b - a


def _decide(run: list[_Turn], index: int, stage: Stage, memory: _Memory) -> int | None:
    turn = run[index]
    last = run[index - 1] if index else None
    if turn.continues and last is not None:
        return last.who
    but = list(turn.called)
    close = last is not None and turn.block - last.block <= 1
    if last is not None and last.who is not None and close:
        but.append(last.who)
    if index + 1 < len(run) and _adjacent(run, index, index + 1) and run[index + 1].sure:
        follower = run[index + 1].who
        but += [follower] if follower is not None else []
    # Two people take turns: who spoke before the last one, while nothing speaks against it.
    other = run[index - 2].who if index > 1 and turn.block - run[index - 2].block <= 3 else None
    scores: Counter[int] = Counter()
    if other is not None and close and other not in but and stage.fits(other, turn.gender):
        scores[other] += 5
    if last is not None and not close and turn.gender is not Gender.UNKNOWN and last.firm:
        # "He" some way after a line is who said it, while nobody else is told of.
        between = stage.between(last.spans[-1].end, turn.spans[0].start)
        told = {s.who for s in between if not s.cues & Cue.SPEECH and stage.fits(s.who, turn.gender)}
        if last.who is not None and stage.genders[last.who] is turn.gender and told <= {last.who}:
            scores[last.who] += 3
    if last is not None and close:
        for who in last.called:
            if who not in but and stage.fits(who, turn.gender):
                scores[who] += 6
        for who in last.narrated:
            if who not in but and stage.fits(who, turn.gender):
                scores[who] += 1
    if index + 2 < len(run) and _adjacent(run, index, index + 2):
        later = run[index + 2]
        if later.who is not None and later.who not in but and stage.fits(later.who, turn.gender):
            scores[later.who] += 3
    near = memory.nearest(turn.spans[0].start, turn.gender, but)
    if near is not None:
        scores[near] += 4 if turn.gender is not Gender.UNKNOWN and not close else 2
    if memory.narrator is not None and memory.narrator not in but and turn.gender is Gender.UNKNOWN:
        scores[memory.narrator] += 1
    if not scores:
        return None
    return max(scores, key=lambda who: (scores[who], -who))
