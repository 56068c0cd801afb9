"""Words of ties, and the small patterns around them, for ties.py. English; pure data.

Nothing here is of one book: kin, love, friendship, service, and how sentences put them.
"""

from __future__ import annotations

import re

from storage.story import lexicon as lex

KIN = (lex.KIN - {"orphan", "widower", "twin"}) | {"twin brother", "twin sister", "grandson", "lady-wife"}
_OTHERS = frozenset(
    "friend lover sweetheart servant maid valet butler housekeeper coachman governess tutor secretary nurse "
    "patient pupil patron patroness protégé protégée guardian ward mistress enemy rival neighbour neighbor "
    "companion comrade partner colleague client employer landlady landlord steward apprentice slave "
    "disciple ally accomplice bailiff gamekeeper gardener groom footman master teacher physician doctor "
    "lawyer solicitor attorney assistant clerk heir heiress favourite favorite playfellow "
    "schoolfellow".split()
)
KIND = "|".join(sorted((re.escape(w) for w in KIN | _OTHERS), key=lambda word: (-len(word), word)))
AGED = (
    r"(?:(?:eldest|youngest|elder|younger|only|little|old|dear|dearest|poor|own|late|second|first|half|half-|twin"
    r"|intimate|particular|best|great|greatest|oldest|good|beloved|affectionate|faithful|trusty|kind|unfortunate"
    r"|unhappy|favourite|favorite|future|former|young|excellent|honoured|worthy|maternal|paternal|foster|step"
    r"|sworn|bitter|mortal|big|three|two|four|five)[ -])*"
)
FIND = re.compile(rf"\b(?P<kind>{KIND})(?P<many>s)?\b(?!['’])")
HOLDER = re.compile(
    rf"(?:(?P<pro>\b[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Yy]our)|(?P<own>['’]s?)) "
    rf"{AGED}(?:(?:{KIND}) and {AGED})?$"
)
OF = re.compile(
    r"(?: and [a-z]+)? (?:of|to) (?:the |that |this |my |a |our )?(?:late |great |old |dear |present )*$"
)
THE = re.compile(rf"(?:\b(?:[Tt]he|an?|is|was)|, ?|[Tt]hat) ?{AGED}$")
NAMED = re.compile(
    r",? ?(?:(?:was|is), [^,.;]{3,40}, )?(?:(?:was|is|named|called|be|the|then|old|now|dear|poor) |[,—] ?)*$"
)
"""Between the word for a tie and the name of who it is said of."""
BESIDE = 46
APPOSED = re.compile(r"(?:[,.;:!?)\]—–”’\"]|\.?$| (?:who|whom|whose|of|came|was|is|and)\b|--)")
"""What follows a name in apposition: "his aunt, Mrs. Reed, came", not "at his sister, Rose laughed"."""
IS = re.compile(
    r"(?:,|\b(?:was|is|were|are|being|be|become|became|made|as|for|am)|(?<=[IiEe])['’](?:m|s)) "
    r"(?:also |now |then |once |really |indeed |not only |always |in reality |in truth |in fact )?$"
)
LIKENED = re.compile(r"\b(?:[Ll]ike|[Uu]nlike|than|as if|as though|not|never|no longer|hardly|n['’]t) ?$")
"""Before a holder, it says that somebody is not what the word says, or only like it."""
APPOSITIONS = re.compile(r"(?:, (?:my|his|her|the) [a-z]+(?: [a-z]+)?)+$")
"""Other appositions between a name and one more: "Rose, his friend, his sister"."""
PROMISED = re.compile(
    r"\b(?P<kind>[Ee]ngaged|engagement|betrothed|[Mm]arried|[Ee]loped|elopement|run off with|ran off with"
    r"|run away with|ran away with|gone off with|in love)\b"
)
TO = re.compile(
    r"^ (?:(?:is |was |being )?(?:to|with) (?:be married to |marry )?)?"
    r"(?:my |her |his |the |our |dear |poor |that |young |dat )*$"
)
ACCEPTED = re.compile(
    r"\b(?:(?:accept(?:ed)?|taken?) (?P<a>me|him|her|my hand|his hand|my offer|his offer)"
    r"(?: as (?:a|an|her|his|my) [a-z -]{0,12}?(?:husband|wife)\b)?"
    r"|(?:promised|consented|agreed|going|engaged) to (?:marry (?P<b>me|him|her)\b"
    r"|be (?P<c>my|his|her) (?:wife|husband)\b))"
)
"""Somebody says yes: "Ada has promised to marry me", "she accepted him"."""
LOVED = re.compile(
    r"\b(?:love|loves|loved) (?:(?P<whom>me|you|him|her)\b(?! [a-z]+(?:ing|er|y)\b)|(?=[^\W\d_a-z]))"
)
ARE = re.compile(r" (?:are|were|had been|have been|got) (?:now |already |secretly |both )?(?:to be )?")
"""Between "Ada and Ned" and the word that ties them to each other."""
BARE = frozenset(
    {"married", "run off with", "ran off with", "run away with", "ran away with", "gone off with"}
)
"""Words that name the other without "to" or "with"."""
NEVER = re.compile(
    r"\b(?:not|never|n['’]t|if|whether|would|should|cannot|may|might|wish|hope|hoped|wished|suppose|supposed"
    r"|expected|could|want|wants|wanted|must|will|shall|refus\w+|think of|perhaps|break\w*|broke\w*|no)\b",
    re.I,
)
GONE = re.compile(r"\b(?:r[ua]n|running|gone|went) (?:off|away)\b")
SIGNED = re.compile(
    rf"^(?:[^\n]{{0,60}}\b)?[Yy]our (?:[a-z]+,? (?:and )?){{0,3}}?(?P<kind>{KIND}),?\n+"
    r"(?P<name>[^\n]{3,40})$",
    re.M,
)
TO_WHOM = re.compile(r"^To (?:[Mm]y [a-z ]+)?(?=[^\W\d_a-z])", re.M)
KINDS = {
    "engagement": "engaged",
    "betrothed": "engaged",
    "elopement": "eloped",
    "run off with": "eloped",
    "ran off with": "eloped",
    "run away with": "eloped",
    "ran away with": "eloped",
    "gone off with": "eloped",
    "in love": "in love with",
}
PAIRS = frozenset(
    "friend cousin companion comrade partner colleague enemy rival neighbour neighbor engaged married eloped "
    "ally playfellow schoolfellow".split()
)
"""What each of two is to the other: told once of both."""
_ALIKE = (
    "brother sister twin stepbrother stepsister",
    "father mother papa mamma mama stepfather stepmother > son daughter stepson stepdaughter",
    "husband bridegroom lady-wife wife bride married",
    "fiancé fiancée engaged betrothed",
    "uncle aunt > niece nephew",
    "grandfather grandmother > grandson granddaughter",
    "master mistress employer > servant maid valet butler housekeeper coachman groom footman steward slave",
    "teacher tutor governess master > pupil disciple apprentice",
    "doctor physician nurse > patient",
    "guardian > ward",
    "patron patroness > protégé protégée",
    "lover sweetheart",
)
_OF_GROUP = {
    word: (group, upper == 0)
    for group, row in enumerate(_ALIKE)
    for upper, half in enumerate(row.split(" > "))
    for word in half.split()
}
_EITHER_WAY = frozenset(number for number, row in enumerate(_ALIKE) if ">" not in row)
_MALE = frozenset(
    "father brother son husband uncle nephew grandfather grandson stepfather stepson stepbrother "
    "fiancé bridegroom papa godfather master landlord patron butler valet footman".split()
)
_FEMALE = frozenset(
    "mother sister daughter wife aunt niece grandmother granddaughter stepmother stepdaughter "
    "stepsister widow fiancée bride mamma mama godmother housekeeper governess maid landlady "
    "patroness lady-wife".split()
)
_HUSBANDS = frozenset("husband fiancé bridegroom".split())
_WIVES = frozenset("wife fiancée bride widow lady-wife".split())
HEADS = frozenset("father mother husband wife".split())
YOUNG = frozenset("brother sister son daughter".split())
"""Who has been told to be one of the first is not guessed to be one of the others by surname alone."""
_LORDS = frozenset("mr sir dr captain colonel major general count prince lord judge reverend old".split())
BORNE = {
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
CALLED = {
    "papa": "father",
    "pa": "father",
    "dad": "father",
    "daddy": "father",
    "father": "father",
    "mamma": "mother",
    "mama": "mother",
    "ma": "mother",
    "mother": "mother",
    "mum": "mother",
    "mummy": "mother",
    "uncle": "uncle",
    "aunt": "aunt",
    "auntie": "aunt",
    "aunty": "aunt",
    "brother": "brother",
    "sister": "sister",
    "cousin": "cousin",
    "grandfather": "grandfather",
    "grandpapa": "grandfather",
    "grandmother": "grandmother",
    "grandmamma": "grandmother",
    "husband": "husband",
    "wife": "wife",
    "son": "son",
    "daughter": "daughter",
    "niece": "niece",
    "nephew": "nephew",
    "master": "master",
}
"""What somebody is called in talk, and the tie that it tells."""


def said_alike(a: int, kind: str, b: int) -> tuple[object, ...]:
    """Return what two sentences have alike that say one thing: "his sister Ada" and "her brother Ned"."""
    word = kind.rsplit(" ", 1)[-1].rsplit("-", 1)[-1] if not kind.endswith("-in-law") else kind
    group, is_upper = _OF_GROUP.get(word, (-1, True))
    if group in _EITHER_WAY or kind in PAIRS:
        return (group if group >= 0 else kind, min(a, b), max(a, b))
    if group < 0:
        return kind, a, b
    return (group, a, b) if is_upper else (group, b, a)


def gender_of(kind: str) -> str:
    """Return "m" or "f" where the word says it of whom it is said, else ""."""
    word = kind.rsplit(" ", 1)[-1]
    return "m" if word in _MALE else "f" if word in _FEMALE else ""


def gender_of_holder(kind: str) -> str:
    """Return "m" or "f" where the word says it of the one it is said from: a husband is a woman's."""
    word = kind.rsplit(" ", 1)[-1]
    return "f" if word in _HUSBANDS else "m" if word in _WIVES else ""
