"""Whose looks a sentence tells: names, pronouns and strangers who are named later. Rules for English. Pure.

A paragraph is read outside its speech. "She" is who was told of last and may be she; "a thin bald man" is a
stranger until he is named in a line close by, and is known to be that one from the end of the naming sentence
on (S11, S13). "Old" and "Young" before a name tell two people apart who share it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from storage.book.text import blocks, sentences
from storage.story import lexicon as lex
from storage.story.facts import SpokenLine
from storage.story.look_signs import (
    AFTER_SELF,
    ASIDE,
    CAPITAL,
    CHAIN,
    COVERS,
    ENDS,
    FINITE,
    IS_NAMED,
    LEFT,
    NAME_WAS,
    PRONOUN,
    PUT_ON,
    QUALIFIED,
    QUALIFIER,
    SELF,
    SMALL_WORD,
    SPEECH,
    STATE,
    STRANGER,
    THIS_IS,
    UNBENT,
    VERB,
    WENT,
    WOUND,
)
from storage.story.looks import Aspect, Ending, Look
from storage.story.names import Gender
from storage.story.phrases import Phrase, find_phrases
from storage.story.stage import Stage, Standing
from storage.story.visible import MEN, WOMEN
from storage.values import Span

_LASTS = 6
"""So many paragraphs after the last word of somebody a pronoun no longer finds them."""
_NAMED_WITHIN = 5
"""So many paragraphs after a stranger has come a name may be given to them."""
_INTRODUCED = 400
"""So many code points after the first mention of somebody the text is still introducing them."""


@dataclass(slots=True)
class _Someone:
    """One of whom looks are told: cards of theirs, or nobody's while they are unnamed."""

    who: list[int]
    of: str
    gender: Gender
    known_at: int = 0
    """From which offset it is known who this is; 0 for who was told of by name."""
    noun: str = ""
    met: int = 0
    """The number of the paragraph they came in."""
    looks: list[tuple[Phrase | None, Aspect, Span, Span]] = field(default_factory=list)
    endings: list[tuple[str, Span]] = field(default_factory=list)
    named_in: int = -1
    alias: list[tuple[int, str, int]] = field(default_factory=list)
    """Cards and names that a later sentence gave, each with its reveal."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of a sentence that says who is meant from there on."""

    start: int
    end: int
    someone: _Someone
    possessive: bool = False


def find_looks(
    text: str, stage: Stage, lines: Sequence[SpokenLine] = ()
) -> dict[int, tuple[list[Look], list[Ending]]]:
    """Return for each person of the stage, by number, the looks told of them and what took some back.

    `lines` tell who speaks: beside a speech, "she" is who said it.
    """
    return _Reader(text, stage, lines).read()


class _Reader:
    def __init__(self, text: str, stage: Stage, lines: Sequence[SpokenLine]) -> None:
        self._text, self._stage = text, stage
        self._speakers = {line.span.start: line.speaker for line in lines if line.speaker is not None}
        self._numbers = {stage.name(who): who for who in range(len(stage.people))}
        self._genders = list(stage.genders)
        self._sure = [
            any(one.name.gender is not Gender.UNKNOWN for one in person.named) for person, _ in stage.people
        ]
        self._common = lex.STOP_CAPITALS | frozenset(SMALL_WORD.findall(text))
        self._sentence_start = 0
        self._masked = _masked(text)
        self._known: dict[tuple[int, str], _Someone] = {}
        self._all: list[_Someone] = []
        self._focus: dict[Gender, tuple[_Someone, int, int]] = {}
        self._ticks = 0
        self._strangers: list[_Someone] = []

    def read(self) -> dict[int, tuple[list[Look], list[Ending]]]:
        for number, block in enumerate(blocks(self._text)):
            if _is_heading(self._text[block.start : block.end]):
                self._focus, self._strangers = {}, []
                continue
            speaker = self._speakers.get(block.start)
            if speaker is not None and (who := self._numbers.get(speaker)) is not None:
                self._told_of(self._someone(who, speaker), number)
            for sentence in sentences(self._text, block):
                self._name_strangers(sentence, number)
                self._sentence(sentence, number)
        return self._told()

    # ---- who --------------------------------------------------------------------------------------

    def _named(self, mention: Standing) -> _Someone:
        before = QUALIFIER.search(self._text, max(0, mention.start - 9), mention.start)
        after = QUALIFIED.match(self._text, mention.end)
        name = self._text[mention.start : mention.end]
        of = name
        if before is not None and not name.startswith(before["before"]):
            of = f"{before['before']} {name}"
        elif after is not None:
            of = f"{name}{after.group()}"
        return self._someone(mention.who, of)

    def _someone(self, who: int, of: str) -> _Someone:
        key = (who, of)
        if key not in self._known:
            self._known[key] = _Someone([who], of, self._genders[who])
            self._all.append(self._known[key])
        return self._known[key]

    def _they(self, gender: Gender, subject: _Someone | None, number: int) -> _Someone | None:
        if subject is not None and not subject.gender.clashes(gender):
            return subject
        # Of whom no word says which, only who was told of later than anybody it fits.
        found = [told for kind in (gender, Gender.UNKNOWN) if (told := self._in_focus(kind, number))]
        return max(found, key=lambda told: told[1])[0] if found else None

    def _in_focus(self, gender: Gender, number: int) -> tuple[_Someone, int] | None:
        found = self._focus.get(gender)
        return (found[0], found[2]) if found is not None and number - found[1] <= _LASTS else None

    def _told_of(self, someone: _Someone, number: int, gender: Gender | None = None) -> None:
        self._ticks += 1
        self._focus[gender or someone.gender] = (someone, number, self._ticks)

    def _stranger(self, noun: str, gender: Gender, number: int) -> _Someone:
        someone = _Someone([], "", gender, noun=noun, met=number)
        self._all.append(someone)
        self._strangers.append(someone)
        return someone

    # ---- sentences --------------------------------------------------------------------------------

    def _tokens(self, sentence: Span, number: int) -> list[_Token]:
        masked = self._masked[sentence.start : sentence.end]
        marks: list[tuple[int, int, str, object]] = []
        for mention in self._stage.between(sentence.start, sentence.end):
            start = mention.start - sentence.start
            if "\x01" not in masked[start : start + 1]:
                marks.append((start, mention.end - sentence.start, "name", mention))
        marks += [
            (m.start(), m.end(), "he" if m["he"] else "she", m.group()) for m in PRONOUN.finditer(masked)
        ]
        marks += [(m.start(), m.end(), "stranger", m) for m in STRANGER.finditer(masked)]
        first = CAPITAL.match(masked)
        if (
            first is not None
            and first["word"].lower() not in self._common
            and not any(start < first.end() for start, *_ in marks)
        ):
            marks.append((0, first.end("name"), "unknown", first["own"]))
        marks.sort(key=lambda mark: (mark[0], -mark[1]))
        # "When Ada asked to see her she said": of the two it is the one told of before who says it.
        aside = ASIDE.match(masked)
        aside_end = aside.end() if aside is not None and aside.group().endswith((" her", " him")) else 0
        tokens: list[_Token] = []
        subject: _Someone | None = None
        upto = 0
        for start, end, kind, what in marks:
            if start < upto:
                continue
            someone: _Someone | None
            possessive = False
            if kind == "name":
                assert isinstance(what, Standing)
                someone = self._named(what)
                possessive = masked[end : end + 2] in ("’s", "'s", "s’")
            elif kind == "unknown":
                # Somebody whom the text has not told enough of to have a card: their looks are nobody's else.
                someone = _Someone([], "", Gender.UNKNOWN)
                self._all.append(someone)
                possessive = bool(what)
            elif kind == "stranger":
                assert isinstance(what, re.Match)
                someone = self._who_is_the(what, subject, tokens, number)
                if someone is None:
                    continue
                if masked[end : end + 2] in ("’s", "'s"):
                    possessive = True
                elif what["article"].lower() in ("a", "an", "one"):
                    end = start  # what stands before the noun is told of them too
            else:
                gender = Gender.MALE if kind == "he" else Gender.FEMALE
                low = str(what).lower()
                if low == "him" or masked[:start].endswith((" than ", " as ")):
                    continue
                possessive = low in ("his", "her")
                someone = self._they(gender, subject, number)
                if someone is None:
                    if possessive or low != str(what)[0].lower() + str(what)[1:].lower():
                        continue
                    if low not in ("he", "she") or not _begins(masked, start):
                        continue
                    someone = self._stranger("", gender, number)
                if someone.gender is Gender.UNKNOWN and not someone.who:
                    someone.gender = gender
            upto = max(end, start + 1)
            tokens.append(_Token(start, end, someone, possessive))
            if start < aside_end:
                continue
            if not possessive and subject is None:
                subject = someone
            if not possessive or (kind in ("name", "unknown") and not tokens[:-1]):
                self._told_of(someone, number, gender if kind in ("he", "she") else None)
        # Who a sentence begins with is whom it is about: "Sennet's civility was to sit next to Ada".
        leads = [token for token in tokens[:1] if token.start == 0 and not (token.start < aside_end)]
        about = leads[0].someone if leads and (subject is None or leads[0].possessive) else subject
        if about is not None:
            self._told_of(about, number)
        return tokens

    def _who_is_the(
        self, match: re.Match[str], subject: _Someone | None, tokens: Sequence[_Token], number: int
    ) -> _Someone | None:
        noun = match["noun"]
        gender = Gender.MALE if noun in MEN else Gender.FEMALE if noun in WOMEN else Gender.UNKNOWN
        if match["article"].lower() == "the":
            found = self._in_focus(gender, number)
            if found is None:
                return None
            someone = found[0]
            return someone if someone.noun == noun or _is_told_as(self, someone, noun) else None
        # "She was a tall woman": it is she.
        before = next((token for token in reversed(tokens) if not token.possessive), None)
        masked_gap = ""
        if before is not None and not before.someone.gender.clashes(gender):
            base = self._sentence_start
            masked_gap = self._masked[base + before.end : base + match.start()]
            if (
                re.match(
                    r"^(?:,[^,;.]*,)? (?:was|is|’s|'s|had been|looked)\b(?! (?:not|never|no)\b)[^;.]*$",
                    masked_gap,
                )
                and " by " not in masked_gap
            ):
                before.someone.noun = before.someone.noun or noun
                if before.someone.gender is Gender.UNKNOWN:
                    before.someone.gender = gender
                return before.someone
            if re.search(r"\b(?:was|stood)\b.*[:,] $", masked_gap):
                return before.someone
            if re.search(r": $", masked_gap):
                return before.someone
        if not match["words"] and noun in ("person", "figure", "stranger"):
            return None
        return self._stranger(noun, gender, number)

    def _sentence(self, sentence: Span, number: int) -> None:
        masked = self._masked[sentence.start : sentence.end]
        if not any(sign.isalpha() for sign in masked):
            return
        self._sentence_start = sentence.start
        tokens = self._tokens(sentence, number)
        reach: dict[int, int] = {}
        for phrase in find_phrases(masked):
            token = self._governing(masked, tokens, phrase, reach)
            if token is None and LEFT.search(masked[: phrase.start]) and phrase.aspect is not Aspect.CLOTHES:
                token = self._last_changed(sentence, number)
            if token is not None:
                span = Span(sentence.start + phrase.start, sentence.start + phrase.end)
                token.someone.looks.append((phrase, phrase.aspect, span, sentence))
        self._states(masked, tokens, sentence)
        self._changes(masked, tokens, sentence, number)

    def _last_changed(self, sentence: Span, number: int) -> _Token | None:
        """Return who has taken something off just before: "what was left was a large, round face"."""
        newest = [
            one for one in self._all if one.endings and 0 <= sentence.start - one.endings[-1][1].start < 600
        ]
        return _Token(0, 0, newest[-1]) if len(newest) == 1 else None

    def _governing(
        self, masked: str, tokens: Sequence[_Token], phrase: Phrase, reach: dict[int, int]
    ) -> _Token | None:
        """Return the word that a phrase is told of, None where the sentence does not say."""
        covered = COVERS.match(masked, phrase.end)
        if covered is not None:
            at = covered.start("whose")
            return next((token for token in tokens if token.start == at), None)
        before = [token for token in tokens if token.start <= phrase.start]
        if not before:
            return None
        token = before[-1]
        if token.possessive:
            gap = masked[token.end : phrase.start]
            near = gap in (" ", "’s ", "'s ") or gap == " own "
            if near and phrase.by_tail:
                return None
            if near and not phrase.bare and phrase.aspect is not Aspect.FIGURE:
                return token
            holder = next((one for one in reversed(before[:-1]) if not one.possessive), None)
            if holder is None:
                return None
            token = holder
        index = tokens.index(token)
        at = reach.get(index, token.end)
        gap = masked[at : phrase.start] if phrase.start >= at else ""
        if index in reach:
            if _is_chain(gap):
                reach[index] = max(reach[index], phrase.end)
                return token
            return token if self._is_worn(masked, phrase) and len(gap) < 90 else None
        if token.start == token.end and phrase.start - token.start <= 2:  # the noun of a stranger
            reach[index] = phrase.end
            return token
        verb = VERB.match(masked, token.end)
        if verb is not None and (verb["be"] or verb["have"]):
            rest = masked[verb.end() : phrase.start]
            limit = 40 if verb["be"] else 28
            if (phrase.bare and not verb["be"]) or (phrase.bare and "looked" in verb.group()):
                return None
            if (
                len(rest) <= limit
                and not FINITE.search(rest)
                and not (verb["have"] and phrase.aspect is Aspect.FIGURE)
            ) and not re.search(r"\b(?:to|at|by|from|than|for|of)\b", rest):
                reach[index] = phrase.end
                return token
        if PUT_ON.match(masked[token.end : phrase.start]) and phrase.aspect in (
            Aspect.CLOTHES,
            Aspect.GLASSES,
        ):
            reach[index] = phrase.end
            return token
        if phrase.bare or not WENT.match(masked[token.end :]):
            return None
        if self._is_worn(masked, phrase) and len(masked[token.end : phrase.start]) < 110:
            reach[index] = phrase.end
            return token
        return None

    def _is_worn(self, masked: str, phrase: Phrase) -> bool:
        """Tell whether "in" or "with" stands before something worn: who is told of has it on."""
        if phrase.aspect is not Aspect.CLOTHES and phrase.aspect is not Aspect.GLASSES:
            return False
        if masked[phrase.start : phrase.start + 3] == "in ":
            return True
        return bool(re.search(r"\b(?:in|wearing|dressed in) (?:his|her)? ?$", masked[: phrase.start]))

    def _states(self, masked: str, tokens: Sequence[_Token], sentence: Span) -> None:
        """Find "her hair was white", "his eyes were very blue": a part and what is said of it."""
        for token in tokens:
            if not token.possessive:
                continue
            at = token.end + (2 if masked[token.end : token.end + 2] in ("’s", "'s") else 0)
            if masked[at : at + 1] != " ":
                continue
            match = STATE.match(masked[at + 1 :])
            if match is None or not _tells(match["verb"]):
                continue
            end = at + 1 + match.end()
            text = masked[at + 1 : end].rstrip(" ,")
            span = Span(sentence.start + at + 1, sentence.start + at + 1 + len(text))
            aspect = _ASPECTS.get(match["part"], Aspect.BODY)
            token.someone.looks = [
                look for look in token.someone.looks if not (span.start <= look[2].start < span.end)
            ]
            token.someone.looks.append((None, aspect, span, sentence))

    def _changes(self, masked: str, tokens: Sequence[_Token], sentence: Span, number: int) -> None:
        for match in ENDS.finditer(masked):
            before = [t for t in tokens if t.start < match.start() and not t.possessive]
            if not before or (before[-1].end + 40 < match.start()):
                continue
            gap = masked[before[-1].end : match.start()]
            if re.search(r"\b(?:not|never|if|would|should|could|to)\b", gap):
                continue
            part = match["part"]
            if part is None:
                if "shaved" not in match["verb"]:
                    continue
                part = "beard"
            before[-1].someone.endings.append((part, sentence))
        for match in UNBENT.finditer(masked):
            before = [t for t in tokens if t.start < match.start() and not t.possessive]
            if before:
                before[-1].someone.endings.append(("bent", sentence))
        for match in WOUND.finditer(masked):
            someone: _Someone | None = None
            if match["noun"]:
                gender = Gender.MALE if match["noun"] in MEN else Gender.FEMALE
                found = self._in_focus(gender, number)
                someone = found[0] if found is not None else None
            if someone is not None:
                start = match.start("part")
                span = Span(sentence.start + start, sentence.start + match.end())
                someone.looks.append((None, Aspect.MARK, span, sentence))

    # ---- naming -----------------------------------------------------------------------------------

    def _name_strangers(self, sentence: Span, number: int) -> None:
        """Give a name to a stranger, or to who is told of, where a sentence says it."""
        self._strangers = [one for one in self._strangers if number - one.met <= _NAMED_WITHIN]
        for mention in self._stage.between(sentence.start, sentence.end):
            before = self._text[sentence.start : mention.start]
            after = self._text[mention.end : mention.end + 24]
            spoken = self._masked[mention.start] == "\x01"
            someone = None
            # What a few pronouns add up to gives way to "a young woman came in".
            is_new = mention.start - self._stage.people[mention.who][0].first < _INTRODUCED
            sure = self._sure[mention.who] or not is_new
            gender = self._genders[mention.who] if sure else Gender.UNKNOWN
            if spoken:
                tail = re.split(r"(?<=[.!?”]) ", before)[-1]
                bare = SELF.match(tail) or (tail == "" and sentence.start and True)
                if (bare and AFTER_SELF.match(after)) or THIS_IS.search(before):
                    someone = self._newest_stranger(gender, number)
            elif (m := IS_NAMED.search(before) or NAME_WAS.search(before)) and re.match(r"[.,;]", after):
                told = (
                    Gender.FEMALE
                    if re.match(r"[SsHh](?:he|er)\b", m.group()) and m.group()[0] in "Ss"
                    else Gender.MALE
                )
                if m.group().lower().startswith("her"):
                    told = Gender.FEMALE
                someone = self._they(told, None, number)
            if someone is not None and mention.who not in someone.who:
                name = self._text[mention.start : mention.end]
                someone.alias.append((mention.who, name, sentence.end))
                someone.named_in = number
                if gender is Gender.UNKNOWN:
                    self._genders[mention.who] = someone.gender
                    for one in self._all:
                        if one.who == [mention.who]:
                            one.gender = someone.gender

    def _newest_stranger(self, gender: Gender, number: int) -> _Someone | None:
        for one in reversed(self._strangers):
            if one.named_in not in (-1, number):
                continue  # they have their name
            if not one.gender.clashes(gender) and (one.looks or one.noun):
                return one
        return None

    # ---- what came of it --------------------------------------------------------------------------

    def _told(self) -> dict[int, tuple[list[Look], list[Ending]]]:
        found: dict[int, tuple[list[Look], list[Ending]]] = {}
        # What is told of either name is told of both once a sentence has made them one.
        both: dict[int, list[tuple[int, str, int]]] = {}
        for someone in self._all:
            for who in someone.who:
                for other, of, known in someone.alias:
                    both.setdefault(who, []).append((other, of, known))
                    both.setdefault(other, []).append((who, someone.of, known))
        for someone in self._all:
            owners = [(who, someone.of, 0) for who in someone.who]
            owners += [link for who in someone.who for link in both.get(who, ())] or someone.alias
            for who, of, known in dict.fromkeys(owners):
                looks, endings = found.setdefault(who, ([], []))
                for _, aspect, span, sentence in someone.looks:
                    text = self._text[span.start : span.end]
                    looks.append(Look(aspect, text, span, sentence, max(known, sentence.end), of))
                for part, sentence in someone.endings:
                    endings.append(Ending(part, sentence, max(known, sentence.end), of))
        return found


_ASPECTS = {
    "hair": Aspect.HAIR, "plait": Aspect.HAIR, "beard": Aspect.BEARD, "moustache": Aspect.BEARD,
    "whiskers": Aspect.BEARD, "eyes": Aspect.EYES, "face": Aspect.FACE, "nose": Aspect.FACE,
    "cheeks": Aspect.FACE, "skin": Aspect.SKIN, "scar": Aspect.MARK, "hands": Aspect.HANDS,
    "gown": Aspect.CLOTHES, "dress": Aspect.CLOTHES, "coat": Aspect.CLOTHES, "cap": Aspect.CLOTHES,
    "hat": Aspect.CLOTHES, "figure": Aspect.FIGURE,
}  # fmt: skip


def _is_chain(gap: str) -> bool:
    return bool(CHAIN.match(gap)) or (
        len(gap) <= 48 and not FINITE.search(gap) and ";" not in gap and "\x01" not in gap
    )


def _tells(verb: str) -> bool:
    from storage.story.visible import is_visual

    words = re.findall(r"[a-z]+(?:-[a-z]+)*", verb)
    return any(is_visual(word) for word in words[1:]) or bool(
        re.search(r"\bas [a-z]+ .*\bas\b|\blike an? ", verb)
    )


def _is_told_as(reader: _Reader, someone: _Someone, noun: str) -> bool:
    return any(noun in reader._text[span.start : span.end].split() for _, _, span, _ in someone.looks)


def _begins(masked: str, start: int) -> bool:
    return not any(sign.isalpha() for sign in masked[:start])


def _masked(text: str) -> str:
    """Return the text with all that is said put out of sight, every sign in its place."""
    pieces, at = [], 0
    for block in blocks(text):
        pieces.append(text[at : block.start])
        piece = text[block.start : block.end]
        pieces.append(SPEECH.sub(lambda m: "\x01" * len(m.group()), piece))
        at = block.end
    pieces.append(text[at:])
    return "".join(pieces)


def _is_heading(piece: str) -> bool:
    return len(piece) < 100 and piece.rstrip()[-1:] not in '.!?,;:”"’'
