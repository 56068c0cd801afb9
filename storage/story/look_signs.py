"""Signs by which looking.py tells who is meant and what is said of them. English; masked speech is \\x01."""

from __future__ import annotations

import re

from storage.story.visible import PEOPLE

SPEECH = re.compile(r"[“\"][^”\"]*(?:[”\"]|$)")
QUALIFIER = re.compile(r"\b(?P<before>Old|Young|Little|Elder|Younger) $")
QUALIFIED = re.compile(
    r" the (?P<after>[Ee]lder|[Yy]ounger|[Ff]irst|[Ss]econd)\b|,? (?P<senior>[Ss]enior|[Jj]unior)\b"
)
STRANGER = re.compile(
    r"\b(?P<article>[Aa]n?|[Oo]ne|[Tt]he) (?P<words>(?:(?!(?:an?|the|and|of|in|to|his|her) )[a-z-]+,? "
    r"(?:and )?){0,5}?)(?P<noun>" + "|".join(sorted(PEOPLE - {"figure", "baby", "creature"})) + r")\b"
)
PRONOUN = re.compile(r"\b(?P<he>[Hh]e|[Hh]is|[Hh]im)\b|\b(?P<she>[Ss]he|[Hh]er|[Hh]ers)\b")
VERB = re.compile(
    r"(?:, (?!and\b)[^,;.:!?\x01]{2,70},)? ?(?:(?P<be>(?:was|were|is|looked|’s|'s)\b(?! (?:not|never|"
    r"no|gone|saying|thinking|looking|sure|going|to|dressed by|no longer)\b))"
    r"|(?P<have>(?:had on|wore|wears|had|has|’d|'d)\b(?! (?:not|never|no|been|seen|said|gone|known|"
    r"taken|come)\b))|(?P<other>[a-z]+))"
)
ENDS = re.compile(
    r"\b(?P<verb>cut off|cut|shaved off|shaved|had shaved|took off|taken off|put off|drew off|threw "
    r"off|pulled off|"
    r"cast off|laid aside|hung up|lost|cropped)(?P<what>(?: (?:away|off))? (?:his|her|the) (?:[a-z-]+ )?"
    r"(?P<part>beard|moustache|mustache|whiskers|hair|hat|cap|cloak|coat|shawl|mask|patch|veil|bonnet|"
    r"wig|mourning|"
    r"spectacles|glasses|apron|gloves))?"
)
WOUND = re.compile(
    r"\b(?:laid|slashed|cut|gashed|split|scarred|burned|burnt|branded) (?:the (?P<noun>boy|girl|man|"
    r"woman|lad|child)’s|(?P<whose>his|her)) "
    r"(?P<part>face|cheek|brow|forehead|chin|lip|nose|head)(?: open)?(?P<how> from [^,.;]{3,40}| to "
    r"the bone)?"
)
STATE = re.compile(
    r"^(?:own |left |right )?(?P<what>(?:[a-z-]+ ){0,3}?(?P<part>hair|beard|eyes|face|skin|scar|gown|"
    r"dress|coat|cap|hat|plait|moustache|whiskers|nose|hands|cheeks|figure))"
    r"(?:, [^,;.]{3,60},)? (?P<verb>(?:was|were|had been|hung|stuck|stopped)"
    r" (?:(?! and (?:he|she|it|they|over|the|his|her)\b)[^,;.:!?—–\x01])*(?:, (?:and )?(?:short|long|"
    r"thin|white|black|brown)[^,;.:!?]*)?)"
)
SELF = re.compile(r"^[“\"]$")
SELF_TOLD = re.compile(r"^[“\"](?:I[’']m|I am|My name is|My name’s|They call me) $")
SAID_BY = re.compile(r"^[,.]?[”\"] (?:(?P<he>he)|(?P<she>she)|(?:[a-z]+ )?(?P<name>[A-Z]|I\b))")
INTRODUCED_AS = re.compile(
    r"^,(?:[”\"] said [A-Z][\w ]+, [“\"]| )(?:my|our|your|his|her|the) (?!dear|good|poor|old|own)"
)
IN_FULL = re.compile(r"^[,.][”\"] (?:s?he) said[.,] [“\"](?P<whole>[A-Z][\w’' -]+)[.,”\"]")
CALLED = re.compile(r"^,?[!?]|^, [^”\"]*$")
"""After a name that is called or asked for."""
THIS_IS = re.compile(
    r"\b(?:[Tt]hat[’']s|[Tt]his is|[Tt]hat is|[Tt]hat was|[Hh]ere[’']s|[Hh]ere is|[Mm]eet) (?:my [a-z]+, )?$"
)
AFTER_SELF = re.compile(r"^[,.!?]?[”\"]|^\. |^, (?:my|our|your|his|her|the|miss|sir|ma[’']am)\b")
IS_NAMED = re.compile(r"\b(?:[Hh]e|[Ss]he) (?:was|is) (?:the )?$")
NAME_WAS = re.compile(r"\b(?:[Hh]is|[Hh]er) name (?:was|is) (?:the )?$")
SMALL_WORD = re.compile(r"(?<![\w’'-])[a-z]{2,}(?![\w-])")
CAPITAL = re.compile(r"(?P<name>(?P<word>[A-Z][^\W\d_]+)(?: [A-Z][^\W\d_]+)*)(?P<own>[’']s)?(?= |,)")
PARTICIPLE = re.compile(
    r"[A-Z][a-z]+(?:ed|ing) (?:in|by|with|at|for|to|on|from|of|up|down|out|the|his|her)\b"
)
"""How a sentence begins with what somebody does, and with no name: "Occupied in observing"."""
ASIDE = re.compile(
    r"(?:When|While|As|If|After|Before|Until|Though|Although|Since|Once) [^,;:]*?(?=,| she\b| he\b|$)"
)
UNBENT = re.compile(r"\b(?:began to unbend|unbent|straightened up|straightened (?:him|her)self)\b")
COVERS = re.compile(r" (?:covered|hid|over|across) (?P<whose>his|her)\b")
PUT_ON = re.compile(
    r" (?:had )?(?:put on|hooked|pulled on|drew on|got on|tied on|set|buttoned on)(?: the| his| her)? $"
)
LEFT = re.compile(r"\b(?:[Ww]hat was left|underneath|beneath|under it|below it)(?: there)? (?:was|were) $")
WENT = re.compile(
    r"(?:,[^,;.\x01]{2,60},)? (?:had |was |were )?(?:sat|sitting|seated|stood|standing|came|come|went|"
    r"ran|running|walked|"
    r"walking|lay|lying|entered|appeared|knelt|leaned|leaning|dressed|clad|turned|rose|waited|waiting|"
    r"was|were|stepped|"
    r"strode|got|looked|danced|dancing|arguing|selling|carried)\b"
)
FINITE = re.compile(
    r"\b(?:was|were|had|did|said|saw|came|went|looked|took|gave|got|been|being|that|who|when|if|whether)\b"
)
CHAIN = re.compile(
    r"^[ ,:;—–-]*(?:(?:and|with|but|or|his|her|in|behind|under|at|not|a|the|wearing|had|was|yet)\b[ "
    r",]*){0,4}$"
)
THEN_ONLY = re.compile(
    r"\b(?:when|since|before|if|until|till|as though|unless|whether|once|by the time|the time)(?: [a-z]+)? $",
    re.I,
)
"""Before who is told of: what follows was so then, or might be."""
THEN = re.compile(r"\b(?:then|once|still|almost|like|becoming)\b")
LIKENED = re.compile(r"\b(?:as|like|such|for|than|of|by|to) $")
"""Before "a child": somebody is likened to one, or another is spoken of."""
NOT = re.compile(r"\b(?:not|never|no)\b")
PASSING_FACE = frozenset(
    "white pale red grey gray pallid pink crimson scarlet green light deathly ashen flushed drawn dark "
    "snow".split()
)
PASSING_EYES = frozenset("red bright wide wet full clear dry dull dim light dark".split())
