"""What sentences of an answer look like, by kind of question. Pure; English words that no book owns.

Weights come from a linear ranker fitted on questions with labelled answers (docs/decisions/extractive.md)
and were rounded; a cue only tells apart sentences that are near the question anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from agent.extractive.question import Asked, Kind

_PLACE = re.compile(
    r"\b(?:in|into|at|on|upon|under|over|near|to|through|by|beside|behind|from|among|towards?|across|inside|"
    r"outside|between|against|up|down|within|beneath|above)\s+(?:the|an?|his|her|their|its|my|your|our|this|"
    r"that|some|one|[A-Z])"
)
_TIME = re.compile(
    r"\b(?:day|night|morning|evening|afternoon|noon|midnight|week|month|year|hour|minute|spring|summer|autumn|"
    r"winter|o['’]clock|dawn|dusk|sunset|sunrise|when|while|after|before|until|till|once|soon|ago|days|nights|"
    r"years|months|weeks|hours|minutes|yesterday|to-?morrow|to-?day|to-?night|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|april|june|july|august|september|october|"
    r"november|december|christmas|1\d\d\d)\b",
)
_CAUSE = re.compile(
    r"\b(?:because\b|so that\b|therefore\b|that (?:was|is) why\b|in order\b|reason\b|so (?:\w+ ){1,3}that\b"
    r"|on account\b|since\b|lest\b|that (?:he|she|they|it|I|we) might\b)|[,;] for\b|^For\b"
)
_NUMBER = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundreds?|thousands?|dozen|both|several|many|pair|couple|once|twice|thrice|"
    r"half|score|\d+)\b",
)
_MEANS = re.compile(r"\b(?:by|with|thus|then|so|used|made|took)\b")
_FEELING = re.compile(
    r"\b(?:happ(?:y|ily|iness)|glad\w*|joy\w*|sad\w*|sorr(?:y|ow)\w*|ang(?:er|ry|rily)|rage|furious|fury|afraid|"
    r"fear\w*|fright\w*|terr(?:or|if)\w*|scared?|astonish\w*|surpris\w*|amaz\w*|delight\w*|pleas(?:ed|ure)|"
    r"asham\w*|shame|proud\w*|pride|jealous\w*|env(?:y|ious)|lonel\w*|lov(?:e|ed|ing)|hat(?:e|ed|red)|despair\w*|"
    r"desperate\w*|grie(?:f|ve)\w*|we(?:ep|pt)\w*|cr(?:y|ied|ying)|tears?|laugh\w*|smil\w*|merr\w*|content\w*|"
    r"miser\w*|unhapp\w*|anxi\w*|worr\w*|uneas\w*|alarm\w*|shock\w*|disappoint\w*|disgust\w*|bitter\w*|"
    r"wretched\w*|excite\w*|relie\w*|comfort\w*|tired|weary|hungry|cold|pit(?:y|ied)|wonder\w*|dismay\w*|"
    r"troubl\w*|distress\w*|hearts?|gay|gaily|cheer\w*|grateful\w*|thankful\w*|vexed|annoy\w*|curious|"
    r"bewilder\w*|confus\w*|puzzl\w*|nervous\w*|calm\w*|indignan\w*|displeas\w*|rejoic\w*|mourn\w*|horr\w*|"
    r"dread\w*|overjoyed|hurt|brave\w*|hope\w*|guilt\w*|regret\w*)\b",
)
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
_SPEECH = re.compile('["“”„«»]|[‘’](?=[A-Z])')

_SAID = (
    r"(?:said|says|say|asked|asks|answered|replied|cried|called|shouted|whispered|told|exclaimed|returned|"
    r"added|continued|began|went on|remarked|observed|muttered|murmured|declared|repeated|inquired|enquired|"
    r"growled|spoke|thought|put in|begged|ordered|promised|warned)"
)
SPEAKER = 0.2
"""What a sentence is worth that says that the one asked about is speaking."""

_CUES: dict[Kind, tuple[re.Pattern[str], float]] = {
    Kind.WHO: (_NAME, 0.15),
    Kind.WHERE: (_PLACE, 0.2),
    Kind.WHEN: (_TIME, 0.25),
    Kind.WHY: (_CAUSE, 0.09),
    Kind.HOW: (_MEANS, 0.05),
    Kind.COUNT: (_NUMBER, 0.25),
    Kind.FEEL: (_FEELING, 0.22),
    Kind.REGARD: (_FEELING, 0.22),
    Kind.SAY: (_SPEECH, 0.1),
    Kind.SCENE: (_SPEECH, -0.2),
}


_IN_LOWER_CASE = (Kind.WHEN, Kind.HOW, Kind.COUNT, Kind.FEEL, Kind.REGARD)
"""Kinds whose cues are searched in lower case: much quicker than a search that folds as it goes."""


def cue(asked: Asked) -> Callable[[str], float]:
    """Return what tells of a sentence how much it is worth for looking like an answer to `asked`."""
    known = _CUES.get(asked.kind)
    if known is None:
        return lambda _sentence: 0.0
    looks_like, worth = known[0].search, known[1]
    if asked.kind in _IN_LOWER_CASE:
        return lambda sentence: worth if looks_like(sentence.lower()) else 0.0
    if asked.kind is not Kind.SAY or not asked.subject:
        return lambda sentence: worth if looks_like(sentence) else 0.0
    names = [asked.subject]

    def of_speech(sentence: str) -> float:
        return (worth + (SPEAKER if speaks(sentence, names) else 0.0)) if looks_like(sentence) else 0.0

    return of_speech


def speaks(text: str, names: Sequence[str]) -> bool:
    """Tell whether `text` says that one of `names` speaks: "said Ada", "Ada said"."""
    return _speaking(tuple(names)).search(text) is not None


_SPOKEN = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)|^[^“”]*”")
_SAYS = re.compile(rf"\b{_SAID}\b")


def tells_of_speech(text: str) -> bool:
    """Tell whether `text` says, outside what is spoken, that somebody speaks: "said Ada", "he cried"."""
    return _SAYS.search(_SPOKEN.sub(" ", text)) is not None


@lru_cache(maxsize=256)
def _speaking(names: tuple[str, ...]) -> re.Pattern[str]:
    plain = f"(?:{'|'.join(map(re.escape, names))})"
    return re.compile(
        rf"\b{_SAID} (?:the |old |young |poor )?{plain}\b|\b{plain} (?:\w+ly |then |only |had )?{_SAID}\b"
    )
