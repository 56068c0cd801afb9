"""Claims: what a sentence says outright of a name. Rules for English, one block at a time.

Three kinds: traits (an apposition, "was a", looks, dress, age, state), identities ("known as", "whose
real name was") and ties (whose sister somebody is). A rule that would often be wrong is not here: what
is not sure is left to the reader's eyes in the quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from storage.story import lexicon as lex
from storage.story.evidence import Claim, Evidence
from storage.values import Span

SentenceAt = Callable[[int], Span]
"""Gives the sentence that holds a place of the block, as a span on the scale."""

_PHRASE = r"[^,.;:!?—–()“”\"]{3,80}"
_APPOSITION = re.compile(rf", (?P<what>(?:an?|the|his|her|my|our|their|its) {_PHRASE})[,.;:!?—–]")
_WAS = re.compile(rf" (?:was|is|had been|became|has become) (?P<what>(?:an?|the|his|her|my|our) {_PHRASE})")
_WAS_LOOK = re.compile(
    r" (?:was|is|looked) (?P<what>(?:(?:very|rather|quite|so|a little) )?[a-z-]+"
    r"(?:(?:, | and |, and )[a-z-]+){0,3})"
)
_ADJECTIVE = re.compile(r"(?:, and |, | and |^)((?:(?:very|rather|quite|so|a little) )?[a-z-]+)")
_HAD_BODY = re.compile(
    r"(?: (?:had|has|with)|['’]s) (?P<what>(?:(?:an?|his|her|the|[a-z-]+) ){1,4}?(?P<part>[a-z]+))\b"
)
_WORE = re.compile(r" (?:wore|wears|was wearing|was dressed in) (?P<what>(?:an?|his|her|the) [a-z -]{3,60})")
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]+)?"
_AGE = re.compile(
    rf"\b(?:(?:[a-z]+|\d{{1,3}})(?:-[a-z]+)? years (?:old|of age)"
    rf"|(?:of|aged|about|nearly) (?:\d{{1,2}}|[a-z]+teen|{_TENS})(?![a-z-]| (?:thousand|hundred|pounds)))"
)
_STATE = re.compile(
    r" (?:(?:was|is|lay|has been|had been) )"
    r"(?P<what>dead|killed|murdered|drowned|hanged|wounded|blind|lame|missing)\b| (?P<died>died)\b"
)

_TITLE = r"(?:(?:Mr|Mrs|Ms|Dr|St|M|Mme|Mlle|Prof|Rev|Capt|Col)\. )"
_CAPITAL = r"[^\W\d_a-z][^\W\d_]*(?:[-'’][^\W\d_]+)*"
_NAME = rf"{_TITLE}?{_CAPITAL}(?: (?:(?:of|de|von|van|du|la) )?{_CAPITAL})*"
_OTHER = rf"(?P<other>{_NAME})"
_IDENTITIES: Sequence[tuple[str, re.Pattern[str]]] = [
    (
        "known as",
        re.compile(
            r"[,—–(]? ?(?:who (?:was|is) )?(?:otherwise|also|better|commonly|generally|formerly|once) "
            rf"(?:known|called) (?:(?:as|to \w+ as) )?{_OTHER}"
        ),
    ),
    ("known as", re.compile(rf",? (?:alias|a\.k\.a\.) {_OTHER}")),
    (
        "real name",
        re.compile(rf",? whose (?:real|true|right|proper|full|maiden) name (?:was|is) {_OTHER}"),
    ),
    (
        "in truth",
        re.compile(
            r",? (?:was|is) (?:really|in truth|in fact|in reality|actually|no other than|"
            rf"none other than|no one but|nobody but) {_OTHER}"
        ),
    ),
    (
        "same",
        re.compile(
            rf",? and {_OTHER},? (?:are|were|was|is) (?:(?:really|in truth|in fact) )?"
            r"(?:the same\b|one and the same|one (?:person|man|woman)\b)"
        ),
    ),
    ("same", re.compile(rf" (?:was|is) the same (?:man|woman|person) as {_OTHER}")),
]
_TRUE_NAME = re.compile(
    rf"\b(?:his|her|my) (?:real|true|right|proper|legal) name (?:was|is|being) (?P<a>{_NAME})"
    rf"|(?P<b>{_NAME})[,—–]+ ?(?:that|this|it|which) (?:was|is) (?:really|truly|in truth|properly|legally)"
    r"[^.;:!?]{0,40}\b(?:his|her|my) name\b"
)
_AGED = r"(?:(?:eldest|youngest|elder|younger|only|little|old|dear|poor|own|late|second|first|twin|half) )*"
_TIE_OF = re.compile(rf"['’]s {_AGED}(?P<kin>[a-z-]+),? {_OTHER}")
_TIE_IS = re.compile(rf"(?:,| (?:was|is)) (?:the )?{_AGED}(?P<kin>[a-z-]+) (?:of|to) {_OTHER}")
_TIE_OWN = re.compile(rf"(?:,| (?:was|is)) {_OTHER}['’]s {_AGED}(?P<kin>[a-z-]+)\b")

_PERSON_HEADS = frozenset(
    "man woman boy girl child lady gentleman fellow person youth lad lass maiden baby creature friend "
    "neighbour neighbor stranger widow heir heiress native foreigner member leader owner".split()
)
_PHRASE_STOPS = frozenset(
    "of in with who whom whose that which from at to for on by and or as when where than about under over "
    "without like into was is had has".split()
)


def find_claims(
    block: str, offset: int, names: Sequence[tuple[str, int]], sentence_at: SentenceAt, into: Evidence
) -> None:
    """Add the claims of `block` to `into`. `names` are its mentions in order, by place in the block."""
    for name, start in names:
        end = start + len(name)
        if block[end : end + 1] not in _MAY_FOLLOW:
            continue
        for kind, text in _traits(block, end):
            into.traits.append(Claim(offset + start, name, kind, text, sentence_at(start)))
        for kind, pattern in _IDENTITIES:
            match = pattern.match(block, end)
            if match is not None and match["other"] != name:
                claim = Claim(offset + start, name, kind, match["other"], sentence_at(start))
                into.identities.append(claim)
                break
        tie = _tie(block, name, end)
        if tie is not None:
            into.ties.append(Claim(offset + start, *tie, sentence_at(start)))
    if " name" in block:
        _find_true_names(block, offset, names, sentence_at, into)


_MAY_FOLLOW = frozenset(" ,'’—–(")


def _traits(block: str, end: int) -> list[tuple[str, str]]:
    if block[end] == ",":
        match = _APPOSITION.match(block, end)
        kind = _kind(match["what"]) if match else ""
        return [(kind, match["what"])] if match and kind else []
    found: list[tuple[str, str]] = []
    match = _WAS.match(block, end)
    if match is not None and (kind := _kind(match["what"])):
        found.append((kind, match["what"]))
    match = _STATE.match(block, end)
    if match is not None:
        found.append(("state", match["what"] or match["died"]))
    match = _WAS_LOOK.match(block, end)
    if match is not None and (looks := _looks(match["what"])):
        found.append(("looks", looks))
    match = _HAD_BODY.match(block, end)
    if match is not None and match["part"] in lex.BODY:
        found.append(("looks", match["what"]))
    match = _WORE.match(block, end)
    if match is not None and any(word in lex.DRESS for word in match["what"].split()):
        found.append(("dress", match["what"]))
    return found


def _looks(what: str) -> str:
    """Return the words of looks that a list of adjectives begins with, or ""."""
    kept = ""
    for part in re.finditer(r"(?:, and |, | and |^)((?:(?:very|rather|quite|so|a little) )?[a-z-]+)", what):
        if part[1].split()[-1] not in lex.LOOKS:
            break
        kept = what[: part.end()]
    return kept if kept.split()[-1:] != ["little"] or kept == "little" else ""


def _kind(what: str) -> str:
    """Return the kind of descriptor that a noun phrase gives, or "" when it is not one we trust."""
    if _AGE.search(what):
        return "age"
    words = [word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", what)]
    head = _head_of_phrase(words)
    if head in lex.KIN:
        return "kin"
    if head in lex.TRADES:
        return "trade"
    if head in _PERSON_HEADS:
        return "looks" if any(word in lex.LOOKS for word in words) else "is"
    return ""


def _head_of_phrase(words: Sequence[str]) -> str:
    head = ""
    for word in words:
        if word in _PHRASE_STOPS:
            break
        head = word
    return head


def _tie(block: str, name: str, end: int) -> tuple[str, str, str] | None:
    """Return (who, what they are, to whom) when the words after a name say so."""
    match = _TIE_OF.match(block, end)
    if match is not None and match["kin"] in lex.KIN:
        return match["other"], match["kin"], name
    match = _TIE_OWN.match(block, end) or _TIE_IS.match(block, end)
    if match is not None and match["kin"] in lex.KIN:
        return name, match["kin"], match["other"]
    return None


def _find_true_names(
    block: str, offset: int, names: Sequence[tuple[str, int]], sentence_at: SentenceAt, into: Evidence
) -> None:
    for match in _TRUE_NAME.finditer(block):
        true = match["a"] or match["b"]
        words = set(true.split())
        others = sorted({name for name, _ in names if " " in name and not words & set(name.split())})
        alike = [name for name in others if len(name.split()) == len(words)]
        # Whose name it is can be told only where the block speaks of one other.
        chosen = others if len(others) == 1 else alike if len(alike) == 1 else []
        for other in chosen:
            span = sentence_at(match.start())
            last = max(start for name, start in names if name == other)
            span = Span(span.start, max(span.end, sentence_at(last).end))
            into.identities.append(Claim(offset + match.start(), true, "real name", other, span))
    into.identities.sort(key=lambda claim: claim.at)
