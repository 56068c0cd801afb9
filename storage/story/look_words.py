"""Which words of a sentence say of whom looks are told from there on: names, pronouns, strangers. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.story import lexicon as lex
from storage.story.look_people import LookPeople, Someone
from storage.story.look_signs import ASIDE, CAPITAL, PARTICIPLE, PRONOUN, SMALL_WORD, STRANGER
from storage.story.names import Gender
from storage.story.stage import Stage, Standing
from storage.story.visible import MEN, WOMEN
from storage.values import Span


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a sentence that says who is meant from there on."""

    start: int
    end: int
    someone: Someone
    possessive: bool = False
    pronoun: bool = False


class LookWords:
    """Reads sentence after sentence and tells `people` who is told of."""

    def __init__(self, text: str, masked: str, stage: Stage, people: LookPeople) -> None:
        self._text, self._masked, self._stage, self._people = text, masked, stage, people
        self._common = lex.STOP_CAPITALS | frozenset(SMALL_WORD.findall(text))

    def tokens(self, sentence: Span, number: int) -> list[Token]:
        """Return the words of a sentence that say of whom it tells; `number` is that of its paragraph."""
        masked = self._masked[sentence.start : sentence.end]
        # "When Ada asked to see her she said": of the two it is the one told of before who says it.
        aside = ASIDE.match(masked)
        aside_end = aside.end() if aside is not None and aside.group().endswith((" her", " him")) else 0
        tokens: list[Token] = []
        subject: Someone | None = None
        upto = 0
        for start, end, kind, what in self._marks(masked, sentence):
            if start < upto:
                continue
            if isinstance(what, Standing):
                token: Token | None = Token(
                    start, end, self._people.named(what, number), masked[end : end + 2] in ("’s", "'s", "s’")
                )
            elif kind == "unknown":
                # Somebody whom the text has not told enough of to have a card: their looks are nobody's else.
                token = Token(start, end, self._people.unknown(), what["own"] is not None)
            elif kind == "stranger":
                token = self._stranger(masked, what, tokens, (sentence.start, number))
            else:
                token = self._pronoun(masked, what, subject, number)
            if token is None:
                continue
            someone, possessive = token.someone, token.possessive
            upto = max(token.end, start + 1)
            tokens.append(token)
            if start < aside_end:
                continue
            if not possessive and subject is None:
                subject = someone
            if not possessive or (kind in ("name", "unknown") and not tokens[:-1]):
                self._people.told_of(someone, number, _GENDERS.get(kind))
        # Who a sentence begins with is whom it is about: "Sennet's civility was to sit next to Ada".
        leads = [token for token in tokens[:1] if token.start == 0 and not (token.start < aside_end)]
        about = leads[0].someone if leads and (subject is None or leads[0].possessive) else subject
        if about is not None:
            self._people.told_of(about, number)
        return tokens

    def _marks(self, masked: str, sentence: Span) -> list[tuple[int, int, str, Standing | re.Match[str]]]:
        """Return where a sentence may say who is meant, in its order: start, end, kind, what was found."""
        marks: list[tuple[int, int, str, Standing | re.Match[str]]] = []
        for mention in self._stage.between(sentence.start, sentence.end):
            start = mention.start - sentence.start
            if "\x01" not in masked[start : start + 1]:
                marks.append((start, mention.end - sentence.start, "name", mention))
        marks += [(m.start(), m.end(), "he" if m["he"] else "she", m) for m in PRONOUN.finditer(masked)]
        marks += [(m.start(), m.end(), "stranger", m) for m in STRANGER.finditer(masked)]
        first = CAPITAL.match(masked)
        if (
            first is not None
            and first["word"].lower() not in self._common
            and not PARTICIPLE.match(masked)
            and not any(start < first.end() for start, *_ in marks)
        ):
            marks.append((0, first.end("name"), "unknown", first))
        return sorted(marks, key=lambda mark: (mark[0], -mark[1]))

    def _pronoun(
        self, masked: str, match: re.Match[str], subject: Someone | None, number: int
    ) -> Token | None:
        word, start = match.group(), match.start()
        low = word.lower()
        if low == "him" or masked[:start].endswith((" than ", " as ")):
            return None
        gender = Gender.MALE if match["he"] else Gender.FEMALE
        someone = self._people.they(gender, subject, number)
        if someone is None:
            # "She came in" tells of somebody new where nobody is told of yet.
            if low not in ("he", "she") or word[1:] != low[1:] or not _begins(masked, start):
                return None
            someone = self._people.stranger("", gender, number)
        if someone.gender is Gender.UNKNOWN and not someone.who:
            someone.gender = gender
        return Token(start, match.end(), someone, low in ("his", "her"), pronoun=True)

    def _stranger(
        self, masked: str, match: re.Match[str], tokens: Sequence[Token], place: tuple[int, int]
    ) -> Token | None:
        someone = self._who_is_the(masked, match, tokens, place)
        if someone is None:
            return None
        start, end = match.span()
        if masked[end : end + 2] in ("’s", "'s"):
            return Token(start, end, someone, possessive=True)
        # What stands before the noun is told of them too.
        return Token(start, start if match["article"].lower() in ("a", "an", "one") else end, someone)

    def _who_is_the(
        self, masked: str, match: re.Match[str], tokens: Sequence[Token], place: tuple[int, int]
    ) -> Someone | None:
        number = place[1]
        noun = match["noun"]
        gender = Gender.MALE if noun in MEN else Gender.FEMALE if noun in WOMEN else Gender.UNKNOWN
        if match["article"].lower() == "the":
            found = self._people.in_focus(gender, number)
            if found is None:
                return None
            someone = found[0]
            return someone if someone.noun == noun or self._is_told_as(someone, noun) else None
        # "She was a tall woman": it is she.
        before = next((token for token in reversed(tokens) if not token.possessive), None)
        if before is not None and not before.someone.gender.clashes(gender):
            gap = masked[before.end : match.start()]
            if _IS_A.match(gap):
                if before.pronoun and self._people.is_old(before.someone, *place):
                    return self._people.stranger(noun, gender, number)
                before.someone.noun = before.someone.noun or noun
                if before.someone.gender is Gender.UNKNOWN:
                    before.someone.gender = gender
                return before.someone
            if _SHOWN.search(gap):
                return before.someone
        if not match["words"] and noun in ("person", "figure", "stranger"):
            return None
        return self._people.stranger(noun, gender, number)

    def _is_told_as(self, someone: Someone, noun: str) -> bool:
        return any(noun in self._text[span.start : span.end].split() for _, _, span, _ in someone.looks)


_GENDERS = {"he": Gender.MALE, "she": Gender.FEMALE}

_IS_A = re.compile(
    r"^(?:,[^,;.]*,)? (?:was|is|’s|'s|had been|looked)\b(?! (?:not|never|no)\b)"
    r"(?:(?!\b(?:to|at|by|from|than|for|of|as|like|what|which|who|whom|that|when|if|with|met|saw|seen|heard)\b)"
    r"[^;.]){0,60}$"
)
_SHOWN = re.compile(r"\b(?:was|stood)\b.*[:,] $|: $")


def _begins(masked: str, start: int) -> bool:
    return not any(sign.isalpha() for sign in masked[:start])
