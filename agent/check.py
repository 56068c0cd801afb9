"""A draft against a view: what may be shown, sentence by sentence (S13, S22, S23). Pure; no I/O.

The check knows the read text, the passages that were retrieved from it, and nothing else: what it does
not find there does not pass, whether it comes later in the book or never. It needs no model and costs a
few look-ups in the read text a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.answer import AnswerSentence, Citation, Finding, FindingKind
from agent.lexicon import HINDSIGHT_PHRASES, NEGATIVE_PHRASES
from agent.names import find_names, is_disguised, stands
from agent.quotations import MASK, SHORT_WORDS, find_quotations, locate
from agent.reading import ReadText
from agent.sentences import DraftSentence
from agent.support import best_support, is_foreign, needed_share, stems_of
from storage.values import Passage, Span

if TYPE_CHECKING:
    from storage.book.view import BookView

_TOKEN = re.compile(r"[^\W_]+(?:['’\-‐‑][^\W_]+)*")
_SPELLED = re.compile(r"(?<!\w)(?:\w[ .\-_·*,]{1,3}){3,}\w(?!\w)")
_LETTER = re.compile(
    # "the first letter is K": a letter that stands alone, and is no "a", no "I" that speaks and no initial.
    r"(?<![\w.\-])(?<!\w['’])(?:[B-HJ-NP-Zb-hj-np-z]|[AaIiOo](?=\W*$|[,;:!?”’\"')]))(?!\w|['’\-]\w|\. [A-Z])"
)
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?:st|nd|rd|th)?")
_NUMBER_PLACE = re.compile(r"(?:chapter|ch\.|part|page|p\.|¶|paragraph|section)\s*$", re.IGNORECASE)
_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_HINDSIGHT = re.compile(rf"\b(?:{'|'.join(HINDSIGHT_PHRASES)})\b", re.IGNORECASE)
_NEGATIVE = re.compile("|".join(NEGATIVE_PHRASES), re.IGNORECASE)
_VOICE = re.compile(r"\b(?:I(?!\.)(?:['’]\w+)?|[Mm]e|[Mm]y|mine|myself|[Ww]e|us|[Oo]ur|ours|ourselves)\b")
_CLAUSE_ENDS = re.compile(
    r"[;:—–]|,\s|\s(?:and|but|while|because|so|then|when|until|though|although|after|before|who|which|where"
    r"|that)\s"
)
_CLAUSE_SHARE = 0.25
_FEWEST_STEMS_OF_A_CLAUSE = 2
_EDGES = "\"“”„‘’'«»「」 .,;:!?…—–-"
_VERBATIM_WORDS = 4
_VERBATIM_WORDS_CITED = 2
_CITED_WIDTH = 4
_LOOSE_WIDTH = 2
_MOST_WORDS_A_STEM = 6
"""A claim of more words for each one of substance says nothing that a passage could bear out."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of one sentence.

    `shown` is the sentence with checked citations, when it may be shown. `findings` say why it may not.
    Both are empty for a sentence that claims nothing, or only that the text is silent: it is left out.
    """

    shown: AnswerSentence | None = None
    findings: tuple[Finding, ...] = ()
    is_negative: bool = False


class Checker:
    """Checks drafts against one view; keeps what it looked up, so use one for a whole draft."""

    def __init__(self, view: BookView, question: str = "") -> None:
        """Check against what `view` holds; `question` is what the draft answers."""
        self._view = view
        self.reading = ReadText(view)
        self._stems = stems_of(view)
        self._asked = self._stems.of(question)

    def check(
        self,
        sentence: DraftSentence,
        cited: Sequence[Passage],
        retrieved: Sequence[Passage],
        unknown_handles: bool = False,
    ) -> Verdict:
        """Return the verdict on one sentence that cites `cited`; `retrieved` is all the drafter was given.

        `unknown_handles` tells that it also cites what was never retrieved.
        """
        verbatim = self._verbatim(sentence.text, cited)
        if verbatim is not None and not unknown_handles:
            return Verdict(AnswerSentence(sentence.text, (self.cite(verbatim),)))
        quotations, quoted, own = self._quotations(sentence, [p.span for p in cited])
        findings = [
            *self._form(sentence, own),
            *self._names_in(sentence, own),
            *self._numbers(sentence, own),
            *self._hindsight(sentence, own, cited or retrieved),
            *quotations,
        ]
        if unknown_handles:
            findings.append(_finding(FindingKind.CITATION, sentence))
        if findings:
            return Verdict(findings=tuple(findings))
        if not quoted and self._says_silence(sentence.text):
            return Verdict(is_negative=True)
        return self._supported(sentence, own, cited, retrieved, quoted)

    def _says_silence(self, text: str) -> bool:
        """Tell whether a sentence says that the text is silent, and claims nothing besides."""
        return _NEGATIVE.search(text) is not None and len(self._stems.of(text) - self._asked) <= 1

    def cite(self, span: Span) -> Citation:
        """Return the citation of a span of the read text."""
        return Citation(span, self._view.label(span.start), self._view.quote(span))

    # ---- the parts -------------------------------------------------------------------------

    def _verbatim(self, text: str, cited: Sequence[Passage]) -> Span | None:
        """Return where the sentence stands in the read text word for word, near its citation if possible."""
        core = text.strip(_EDGES)
        words = len(core.split())
        if words < _VERBATIM_WORDS_CITED:
            return None
        for span in (passage.span for passage in cited):
            around = Span(max(0, span.start - len(core)), min(self._view.chars, span.end + len(core)))
            near = next((p for p in self.reading.find_whole(core, around) if p.overlaps(span)), None)
            if near is not None:
                return near
        # Few words stand in many places: "He died." of one is no answer about another.
        return next(iter(self.reading.find_whole(core)), None) if words >= _VERBATIM_WORDS else None

    def _quotations(
        self, sentence: DraftSentence, cited: Sequence[Span]
    ) -> tuple[list[Finding], list[Span], str]:
        """Return what is misquoted, where the good quotations stand, and the words that are the draft's own.

        The last is the sentence with each good quotation masked, at the same length.
        """
        findings, places, own = [], [], sentence.text
        for quotation in find_quotations(sentence.text):
            place = locate(quotation, self.reading, cited)
            if place is None:
                findings.append(_part(FindingKind.QUOTATION, sentence, quotation.start, quotation.end))
            elif len(quotation.text.split()) > SHORT_WORDS:
                places.append(place)
                own = own[: quotation.start] + MASK * len(quotation.text) + own[quotation.end :]
        return findings, places, own

    def _form(self, sentence: DraftSentence, own: str) -> list[Finding]:
        disguised = [m for m in _TOKEN.finditer(own) if is_disguised(m.group())]
        spelled = [m for m in _SPELLED.finditer(own) if not m.group().replace(" ", "").isdigit()]
        letters = [m for m in _LETTER.finditer(own) if not self._is_known_letter(m, own)]
        return [
            _part(FindingKind.FORM, sentence, m.start(), m.end())
            for m in disguised + spelled + letters
            if m in letters or not self.reading.has(m.group())
        ]

    def _is_known_letter(self, letter: re.Match[str], own: str) -> bool:
        """Tell whether a lone letter stands in the read text behind the same word: "Part V", "Mr. K"."""
        if letter.group().islower() and is_foreign(own, self.reading.language):
            return True  # a word of that language
        before = own[: letter.start()].split()
        return bool(before) and self.reading.has(f"{before[-1]} {letter.group()}")

    def _names_in(self, sentence: DraftSentence, own: str) -> list[Finding]:
        # Only a name in another script needs the read names; gathering them costs something.
        known = frozenset() if own.isascii() else self._view.names()
        return [
            _part(FindingKind.NAME, sentence, name.start, name.end)
            for name in find_names(own)
            if not stands(name, self.reading, known)
        ]

    def _numbers(self, sentence: DraftSentence, own: str) -> list[Finding]:
        return [
            _part(FindingKind.NUMBER, sentence, m.start(), m.end())
            for m in _NUMBER.finditer(own)
            if not self._is_known_number(m.group(), own[: m.start()])
        ]

    def _is_known_number(self, number: str, before: str) -> bool:
        digits = number.rstrip("sthnrd")
        if _NUMBER_PLACE.search(before) and digits.isdigit():
            return int(digits) <= sum(line.reached for line in self._view.sections())  # S20
        if (
            digits.isdigit()
            and int(digits) < len(_NUMBER_WORDS)
            and self.reading.has(_NUMBER_WORDS[int(digits)])
        ):
            return True
        return self.reading.has(number) or self.reading.has(digits)

    def _hindsight(self, sentence: DraftSentence, own: str, evidence: Sequence[Passage]) -> list[Finding]:
        return [
            _part(FindingKind.HINDSIGHT, sentence, m.start(), m.end())
            for m in _HINDSIGHT.finditer(own)
            if not any(m.group().lower() in p.text.lower() for p in evidence)
        ]

    def _supported(
        self,
        sentence: DraftSentence,
        own: str,
        cited: Sequence[Passage],
        retrieved: Sequence[Passage],
        quoted: Sequence[Span],
    ) -> Verdict:
        if _VOICE.search(own):
            # S25: nobody of the book answers here, and no author; the book's own words stand in quotes.
            return Verdict(findings=(_finding(FindingKind.FORM, sentence),))
        if is_foreign(own, self.reading.language):
            return self._anchored(sentence, cited, quoted)
        said = self._stems.of(own)
        if not said - self._asked:
            # It adds nothing to the question, so nothing can bear it out: no yes, no no (S19, S25).
            if quoted:
                return Verdict(AnswerSentence(sentence.text, tuple(self.cite(q) for q in quoted)))
            return Verdict()
        if len(_TOKEN.findall(own)) > _MOST_WORDS_A_STEM * len(said):
            return Verdict(findings=(_finding(FindingKind.SUPPORT, sentence),))  # too vague to be borne out
        cited = [*cited, *(self._view.read_around(q, 300, 300) for q in quoted)]
        claim = said - self._asked if len(said - self._asked) >= 2 else said
        best, where = self._best(claim, cited, _CITED_WIDTH)
        enough = best >= needed_share(len(claim), cited=True)
        if not enough:
            best, where = self._best(claim, retrieved, _LOOSE_WIDTH)
            enough = best >= needed_share(len(claim), cited=False)
        if enough and where is not None and self._bears_each_clause(own, [*cited, *retrieved]):
            spans = dict.fromkeys([*quoted, where])
            return Verdict(AnswerSentence(sentence.text, tuple(self.cite(s) for s in spans)))
        return Verdict(findings=(_finding(FindingKind.SUPPORT, sentence),))

    def _bears_each_clause(self, own: str, passages: Sequence[Passage]) -> bool:
        """Tell whether no clause stands alone: what is borne out must not carry in what is not (S22)."""
        for clause in _CLAUSE_ENDS.split(own):
            said = self._stems.of(clause) - self._asked
            if len(said) >= _FEWEST_STEMS_OF_A_CLAUSE and not any(
                self._best(said, [passage], _CITED_WIDTH)[0] >= _CLAUSE_SHARE for passage in passages
            ):
                return False
        return True

    def _anchored(self, sentence: DraftSentence, cited: Sequence[Passage], quoted: Sequence[Span]) -> Verdict:
        """Judge a sentence in another language than the book's by what crosses languages.

        Stems cannot be compared, so it must cite, and bring words of the cited text: a quotation, or a
        name that stands there. Scripts without capitals hide names, so there only a quotation counts.
        """
        if quoted:
            return Verdict(AnswerSentence(sentence.text, tuple(self.cite(q) for q in quoted)))
        shows_names = any(c.isupper() for c in sentence.text)
        text = " ".join(p.text for p in cited)
        names = [n for n in find_names(sentence.text) if re.search(rf"\b{re.escape(n.text)}", text)]
        if cited and shows_names and names:
            return Verdict(AnswerSentence(sentence.text, tuple(self.cite(p.span) for p in cited[:2])))
        return Verdict(findings=(_finding(FindingKind.SUPPORT, sentence),))

    def _best(
        self, said: frozenset[str], passages: Sequence[Passage], width: int
    ) -> tuple[float, Span | None]:
        best, where = 0.0, None
        for passage in passages:
            spans = self._view.sentences(passage.span)
            texts = [(s, self._view.quote(s)) for s in spans]
            share, place = best_support(said, texts, self._stems, width)
            if share > best:
                best, where = share, place
        return best, where


def _part(kind: FindingKind, sentence: DraftSentence, start: int, end: int) -> Finding:
    return Finding(kind, *sentence.place(start, end), sentence.text[start:end])


def _finding(kind: FindingKind, sentence: DraftSentence) -> Finding:
    return Finding(kind, sentence.start, sentence.end, sentence.text)
