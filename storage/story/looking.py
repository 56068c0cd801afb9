"""What looks the sentences of a text tell, of whom, and what takes some back. Rules for English. Pure.

A paragraph is read outside its speech. Whom its words mean is told by `look_words` and `look_people`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage.book.text import blocks, sentences
from storage.story.facts import SpokenLine
from storage.story.look_people import LookPeople, Someone, masked_speech
from storage.story.look_signs import (
    CHAIN,
    COVERS,
    ENDS,
    FINITE,
    LEFT,
    LIKENED,
    NOT,
    PASSING_EYES,
    PASSING_FACE,
    PUT_ON,
    STATE,
    THEN,
    THEN_ONLY,
    UNBENT,
    VERB,
    WENT,
    WOUND,
)
from storage.story.look_words import LookWords, Token
from storage.story.looks import Aspect, Ending, Look
from storage.story.names import Gender
from storage.story.phrases import Phrase, find_phrases
from storage.story.stage import Stage
from storage.story.visible import MEN, is_visual
from storage.values import Span


def find_looks(
    text: str, stage: Stage, lines: Sequence[SpokenLine] = ()
) -> dict[int, tuple[list[Look], list[Ending]]]:
    """Return for each person of the stage, by number, the looks told of them and what took some back.

    `lines` tell who speaks: beside a speech, "she" is who said it.
    """
    return _Reader(text, stage, lines).read()


class _Reader:
    def __init__(self, text: str, stage: Stage, lines: Sequence[SpokenLine]) -> None:
        self._text = text
        self._masked = masked_speech(text)
        self._speakers = {line.span.start: line.speaker for line in lines if line.speaker is not None}
        self._numbers = {stage.name(who): who for who in range(len(stage.people))}
        self._people = LookPeople(text, self._masked, stage)
        self._words = LookWords(text, self._masked, stage, self._people)

    def read(self) -> dict[int, tuple[list[Look], list[Ending]]]:
        for number, block in enumerate(blocks(self._text)):
            if _is_heading(self._text[block.start : block.end]):
                self._people.leave()
                continue
            speaker = self._speakers.get(block.start)
            if speaker is not None and (who := self._numbers.get(speaker)) is not None:
                self._people.told_of(self._people.card(who, speaker), number)
            for sentence in sentences(self._text, block):
                self._people.name_strangers(sentence, number)
                self._sentence(sentence, number)
        return self._told()

    def _sentence(self, sentence: Span, number: int) -> None:
        masked = self._masked[sentence.start : sentence.end]
        if not any(sign.isalpha() for sign in masked):
            return
        tokens = self._words.tokens(sentence, number)
        reach: dict[int, int] = {}
        for phrase in find_phrases(masked):
            token = self._governing(masked, tokens, phrase, reach, (sentence.start, number))
            if token is None and LEFT.search(masked[: phrase.start]) and phrase.aspect is not Aspect.CLOTHES:
                token = self._last_changed(sentence, number)
            if token is not None:
                span = Span(sentence.start + phrase.start, sentence.start + phrase.end)
                token.someone.looks.append((phrase, phrase.aspect, span, sentence))
        self._states(masked, tokens, sentence)
        self._changes(masked, tokens, sentence, number)

    def _last_changed(self, sentence: Span, number: int) -> Token | None:
        """Return who has taken something off just before: "what was left was a large, round face"."""
        newest = [
            one
            for one in self._people.all
            if one.endings and 0 <= sentence.start - one.endings[-1][1].start < 600
        ]
        return Token(0, 0, newest[-1]) if len(newest) == 1 else None

    def _governing(
        self,
        masked: str,
        tokens: Sequence[Token],
        phrase: Phrase,
        reach: dict[int, int],
        place: tuple[int, int],
    ) -> Token | None:
        """Return the word that a phrase is told of, None where the sentence does not say.

        `place` is where the sentence begins and the number of its paragraph.
        """
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
        if phrase.aspect is Aspect.FIGURE and LIKENED.search(masked[: phrase.start]):
            return None
        if token.start == token.end and phrase.start - token.start <= 2:  # the noun of a stranger
            reach[index] = phrase.end
            return token
        verb = VERB.match(masked, token.end)
        if verb is not None and (verb["be"] or verb["have"]):
            if phrase.aspect in _LASTING and (
                # "He was a tall man" of a new chapter is who has just come in, whatever it calls him.
                (token.pronoun and self._people.is_old(token.someone, *place))
                or THEN_ONLY.search(masked[: token.start])
                or THEN.search(masked[verb.start() : phrase.start])
            ):
                return None
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

    def _states(self, masked: str, tokens: Sequence[Token], sentence: Span) -> None:
        """Find "her hair was white", "his eyes were very blue": a part and what is said of it."""
        for token in tokens:
            if not token.possessive:
                continue
            at = token.end + (2 if masked[token.end : token.end + 2] in ("’s", "'s") else 0)
            if masked[at : at + 1] != " ":
                continue
            match = STATE.match(masked[at + 1 :])
            if match is None or not _tells(match["verb"]) or _passes(match["part"], match["verb"]):
                continue
            end = at + 1 + match.end()
            text = masked[at + 1 : end].rstrip(" ,")
            span = Span(sentence.start + at + 1, sentence.start + at + 1 + len(text))
            aspect = _ASPECTS.get(match["part"], Aspect.BODY)
            token.someone.looks = [
                look for look in token.someone.looks if not (span.start <= look[2].start < span.end)
            ]
            token.someone.looks.append((None, aspect, span, sentence))

    def _changes(self, masked: str, tokens: Sequence[Token], sentence: Span, number: int) -> None:
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
            someone: Someone | None = None
            if match["noun"]:
                gender = Gender.MALE if match["noun"] in MEN else Gender.FEMALE
                found = self._people.in_focus(gender, number)
                someone = found[0] if found is not None else None
            if someone is not None:
                start = match.start("part")
                span = Span(sentence.start + start, sentence.start + match.end())
                someone.looks.append((None, Aspect.MARK, span, sentence))

    # ---- what came of it --------------------------------------------------------------------------

    def _told(self) -> dict[int, tuple[list[Look], list[Ending]]]:
        found: dict[int, tuple[list[Look], list[Ending]]] = {}
        # What is told of either name is told of both once a sentence has made them one.
        both: dict[int, list[tuple[int, str, int]]] = {}
        for someone in self._people.all:
            for who in someone.who:
                for other, of, known in someone.alias:
                    both.setdefault(who, []).append((other, of, known))
                    both.setdefault(other, []).append((who, someone.of, known))
        for someone in self._people.all:
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


_LASTING = (Aspect.AGE, Aspect.FIGURE)


def _tells(verb: str) -> bool:
    if NOT.search(verb):
        return False
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", verb)
    return any(is_visual(word) for word in words[1:]) or bool(
        re.search(r"\bas [a-z]+ .*\bas\b|\blike an? ", verb)
    )


def _passes(part: str, verb: str) -> bool:
    """Tell whether a face or eyes are told as they are for a moment: "her face was white"."""
    passing = PASSING_EYES if part == "eyes" else PASSING_FACE if part in ("face", "cheeks", "nose") else None
    if passing is None:
        return False
    words = {word for word in re.findall(r"[a-z]+", verb) if is_visual(word)}
    return words <= passing


def _is_heading(piece: str) -> bool:
    return len(piece) < 100 and piece.rstrip()[-1:] not in '.!?,;:”"’'
