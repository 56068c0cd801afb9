"""Definitions: sentences that explain a word. Rules for English, one block at a time.

A *sure* pattern says that it explains ("what they call a velder", "a velder means"); a *likely* one may
be plain description ("a velder, which is a lamp") and counts only for a word that is new where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage.story import lexicon as lex
from storage.story.claims import SentenceAt
from storage.story.evidence import Claim, Evidence

SURE = "sure"
LIKELY = "likely"

_WORD = r"(?P<term>[^\W\d_]{3,}(?:[-’'][^\W\d_]+)*)"
_TWO_WORDS = r"(?P<term>[^\W\d_]{3,}(?:[- ][^\W\d_]{3,})?)"
_QUOTED = r"[“‘\"'](?P<term>[^“”‘’\"'.!?]{3,40}?)[,.]?[”’\"']"
_WHO = r"(?:they|we|you|he|she|I|men|people|folk|everybody|everyone|the [a-z]+|[A-Z][a-z]+)"
_CALL = r"(?:call|calls|called|name|named|term|termed)"
_SORT = (
    r"(?:kind|sort|species|thing|creature|game|dance|dish|drink|plant|animal|beast|bird|fish|tool|instrument|"
    r"machine|vessel|garment|people|tribe|sect|order|office|custom|rite|feast|lamp|weapon|stone|cloth|boat)"
)
_POINTS = (
    "That’s ", "That was ", "That is ", "This was ", "This is ", "It’s ", "They were ", "They are ",
    "These were ", "These are ", "Those were ", "Those are ",
)  # fmt: skip
_PATTERNS: Sequence[tuple[str, tuple[str, ...], re.Pattern[str]]] = [
    (
        SURE,
        ("call", "name", "term"),
        re.compile(rf"\b(?:what|which|that) {_WHO} {_CALL} (?:an? |the )?{_WORD}"),
    ),
    (
        SURE,
        ("call", "name", "term"),
        re.compile(rf"\b(?:what|which|that) {_WHO} {_CALL} (?:an? |the )?{_QUOTED}"),
    ),
    (
        SURE,
        ("call", "name", "term"),
        re.compile(rf"\b{_WHO} {_CALL} (?:it|them|this|that|these|those) (?:an? |the )?{_QUOTED}"),
    ),
    (
        SURE,
        ("called", "named", "termed"),
        re.compile(
            rf"\b(?:is|are|was|were|be|being|it|thing) (?:called|named|termed) (?:an? |the )?{_QUOTED}"
        ),
    ),
    (
        SURE,
        ("called", "named", "known as", " call "),
        re.compile(
            rf"\b(?:an?|the|some|of) (?:[a-z]+ )?{_SORT}(?: of [a-z]+)?,? (?:which (?:is|was|are|were) )?"
            rf"(?:called|named|known as|which (?:they|we) call) (?:an? |the )?{_TWO_WORDS}(?=[,.;:)!?—])"
        ),
    ),
    (
        SURE,
        ("means", "meant", "signif", "denotes", "is the name", "word for", "is what"),
        re.compile(
            r"(?:^|[.!?—] ?|[“‘\"])(?:An? |The )?(?P<term>[^\W\d_]{3,}(?:-[^\W\d_]+)*) "
            r"(?:means|meant|signifies|signified|denotes|is the name (?:of|for|given)"
            r"|is (?:our|their) word for|is what (?:we|they|you) call)\b"
        ),
    ),
    (
        SURE,
        ("means", "meant", "signif", "the name", "is what", "was what", "a kind of", "a sort of"),
        re.compile(
            rf"{_QUOTED},? (?:means|meant|signifies|is the name|is what|was the name|was what"
            r"|(?:is|was) a (?:kind|sort) of)\b"
        ),
    ),
    (
        LIKELY,
        (", which ", ", that "),
        re.compile(
            rf"\b[Aa]n? {_WORD}, (?:which|that) (?:is|was|are|were) "
            r"(?:an?|the|what|our|their|a kind|a sort)\b"
        ),
    ),
    (
        LIKELY,
        _POINTS,
        re.compile(
            rf"\b(?:That|This|It|They|These|Those)(?:['’]s| is| was| are| were) (?:(?:an?|the) )?{_WORD}, "
            r"(?:[a-z]+, |(?:he|she|they) (?:told|explained|said)[^,.]{0,20}, )?"
            r"(?:an?|the) (?:[a-z-]+ ){1,6}?(?:that|which|who|for|of|used|made|kept|by|with)\b"
        ),
    ),
    (
        LIKELY,
        (" is a ", " is an "),
        re.compile(rf"(?:^|[.!?] |[“‘\"])An? {_WORD} is an? [^.!?,;:]{{3,60}}[.!?;]"),
    ),
    (
        SURE,
        (" call ", " calls "),
        re.compile(rf"(?:^|[.!?] |[“‘\"]){_WORD}, {_WHO} calls? (?:it|them|['’]em|him|her)\b"),
    ),
    (
        LIKELY,
        ("that is", "i.e."),
        re.compile(rf"\b(?:an?|the) {_WORD},? (?:that is|that is to say|i\.e\.),? (?:an?|the) [a-z]"),
    ),
    (
        LIKELY,
        (" is ", " was "),
        re.compile(
            rf"\b[Aa]n? {_WORD} (?:is|was) (?:an?|any|one of those) (?:[a-z-]+ ){{1,8}}?"
            r"(?:that|which|who|for|used|made|kept)\b"
        ),
    ),
]
"""Kind, words of which a block must hold one, and what is looked for where it does."""
_HINTS = (
    "call", "named", "term", "means", "meant", "signif", "denotes", "known as", "which is", "which was",
    "which are", "which were", "that is", *_POINTS,
)  # fmt: skip
_IS_A = re.compile(r"[Aa](?<!\w[Aa])n? [^\W\d_-]+ (?:is|was) ")
_NEVER_TERMS = frozenset(
    "man woman boy girl child thing things person people place way day night time word name house room "
    "door man's moment matter fact case question answer idea thought one other first last same best rest "
    "truth reason hour week month year morning evening world life death heart hand head eye eyes face "
    "voice nothing something everything anything lady gentleman fellow friend story book letter point "
    "part side end kind sort attention upon out forth back home away over for him her them himself "
    "herself".split()
)
_NEVER_FIRST = frozenset(
    "it he she they we you i that this there what who which his her my your a an the".split()
)


def find_definitions(block: str, offset: int, sentence_at: SentenceAt, into: Evidence) -> None:
    """Add the sentences of `block` that explain a word to `into`."""
    if not (any(map(block.__contains__, _HINTS)) or _IS_A.search(block)):
        return  # as in nine blocks of ten; bare strings are found quicker than by a pattern
    found: dict[str, Claim] = {}
    for kind, needed, pattern in _PATTERNS:
        for match in pattern.finditer(block) if any(map(block.__contains__, needed)) else ():
            term = match["term"].strip(" ,.")
            word = term.casefold()
            if len(term) < 3 or word in found or not _may_be_term(word):
                continue
            start = match.start("term")
            found[word] = Claim(offset + start, term, kind, "", sentence_at(start))
    into.definitions.extend(sorted(found.values(), key=lambda claim: claim.at))


def _may_be_term(word: str) -> bool:
    words = word.split()
    if len(words) > 4 or words[0] in _NEVER_FIRST:
        return False
    return word not in _NEVER_TERMS and word not in lex.STOP_CAPITALS and word.removesuffix("ly") == word
