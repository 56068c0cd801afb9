"""Claims: what a sentence says outright of a name. Rules for English, one block at a time.

Three kinds: traits (an apposition, "was a", looks, dress, age, state), identities ("known as", "whose
real name was") and ties (whose sister somebody is). A rule that would often be wrong is not here: what
is not sure is left to the reader's eyes in the quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from storage.story import lexicon as lex
from storage.story.creatures import CREATURE, creature_of, names_a_creature
from storage.story.evidence import Claim, Evidence
from storage.values import Span

SentenceAt = Callable[[int], Span]
"""Gives the sentence that holds a place of the block, as a span on the scale."""

_PHRASE = r"[^,.;:!?—–()“”\"]{3,80}"
_APPOSITION = re.compile(rf", (?P<what>(?:an?|the|his|her|my|our|their|its) {_PHRASE})[,.;:!?—–]")
_OFFICE = re.compile(rf", (?P<what>[^\W\d_][\w-]+ (?:of|to|at) {_PHRASE})[,.;:!?—–]")
_ASIDE = re.compile(r", (?!and |or |nor |but )[^,.;:!?—–()“”\"]{3,80},(?= (?:was|is|had|has|wore) )")
"""An aside between somebody and what is said of them: "Ada, watchman of the span, was seventy"."""
_WAS = re.compile(rf" (?:was|is|had been|became|has become) (?P<what>(?:an?|the|his|her|my|our) {_PHRASE})")
_WAS_LOOK = re.compile(
    r" (?:was|is|looked) (?P<what>(?:(?:very|rather|quite|so|a little) )?[a-z-]+"
    r"(?:(?:, | and |, and )[a-z-]+){0,3})"
)
_ADJECTIVE = re.compile(r"(?:, and |, | and |^)((?:(?:very|rather|quite|so|a little) )?[a-z-]+)")
_HAD_BODY = re.compile(
    r"(?: (?:had|has|with)|['’]s) (?P<what>(?:(?:an?|his|her|the|[a-z-]+),? ){1,4}?(?P<part>"
    + "|".join(sorted(lex.BODY))
    + r"))\b"
)
_BETWEEN = frozenset(
    "i you he she it we they who that which and but of to in on at with for as by from over under".split()
)
"""What never stands between somebody and a part of theirs: "seeing Ada's glance she spread the fingers"."""
_WORE = re.compile(r" (?:wore|wears|was wearing|was dressed in) (?P<what>(?:an?|his|her|the) [a-z -]{3,60})")
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]+)?"
_AGE = re.compile(
    rf"\b(?:(?:[a-z]+|\d{{1,3}})(?:-[a-z]+)? years (?:old|of age)"
    rf"|(?:of|aged|about|nearly) (?:\d{{1,2}}|[a-z]+teen|{_TENS})(?![a-z-]| (?:thousand|hundred|pounds)))"
)
_MAY_TELL = re.compile(
    r" (?:was|is|had|has|became|become|looked|with|wore|wears|lay|died|in|quite|entirely|recovered|cut"
    r"|shaved|shorn|cropped|lost|dyed)\b|['’]s |,? in "
)
"""How the words after a name begin where they may tell a trait; one quick look spares ten."""
_STATE = re.compile(
    r" (?:(?:was|is|lay|has been|had been) )"
    r"(?P<what>dead|killed|murdered|drowned|hanged|wounded|blind|lame|missing)\b| (?P<died>died)\b"
)

_VOICE = re.compile(
    r"(?:['’]s voice (?:was|is|sounded) "
    r"(?P<was>(?:(?:very|rather|quite|so) )?[a-z-]+(?:(?:, | and |, and )[a-z-]+)?)"
    r"|,? in (?P<what>an? (?:[a-z-]+,? (?:and )?){1,3}(?:voice|tone|whisper)))\b"
)
_SPOKEN_TO = re.compile(r"(?<![,.!?—–]['\"’”] )\b(?!and |but |then |so |for |as )[a-z]+ $")
"""Before a name: somebody does it to them, and it is theirs no voice ("he asked Ada in a low voice")."""
_BEFORE_NAME = 40
_TEMPER = re.compile(
    r" (?:was|is|had always been|has always been) (?:always |by nature |naturally )?"
    r"(?P<what>(?:(?:very|rather|quite|so|too|most) )?[a-z-]+"
    r"(?:(?:, | and |, and )(?:(?:very|rather|quite|so|too) )?[a-z-]+){0,2})"
)
ENDS = "ends"
"""The kind of a claim that ends an earlier one; its `text` is the part or the state that changed."""
STATE_ENDS = {
    "alive": ("dead", "died", "killed", "murdered", "drowned", "hanged", "missing"),
    "well": ("wounded", "lame", "blind", "ill"),
    "found": ("missing",),
}
"""Which states a return, a recovery or a finding ends."""
_ALIVE = re.compile(
    r" (?:(?:was|is) (?:not dead|still alive|alive)"
    r"|(?:had|has) (?:not died|come back from the dead|returned alive))\b"
)
_WELL = re.compile(
    r"(?:['’]s wounds? (?:had |has |was |is )?(?:quite |nearly |now )?healed"
    r"| (?:had |has )?(?:quite |entirely )?"
    r"recovered\b(?! (?:his|her|the|from (?:his|her) (?:surprise|astonishment|confusion)))"
    r"| (?:was|is) (?:quite )?(?:well again|cured))"
)
_CUT = re.compile(
    r" (?:had |has )?(?:cut|cut off|shaved|shaved off|shorn|cropped|lost|dyed) (?:off )?"
    r"(?:his|her) (?:[a-z]+ )?"
    r"(?P<part>hair|beard|moustache|mustache|whiskers|wig)\b"
)

_TITLE = r"(?:(?:Mr|Mrs|Ms|Dr|St|M|Mme|Mlle|Prof|Rev|Capt|Col)\. )"
_CAPITAL = r"[^\W\d_a-z][^\W\d_]*(?:[-'’][^\W\d_]+)*"
_NAME = rf"{_TITLE}?{_CAPITAL}(?: (?:(?:of|de|von|van|du|la) )?{_CAPITAL})*"
_OTHER = rf"(?P<other>{_NAME})"
_MAY_BE_ANOTHER = re.compile(
    r"[,—–(]? ?(?:\((?:that|who|which) |who|otherwise|also|better|commonly|generally|formerly|once|alias"
    r"|a\.k\.a|whose|was|is|and|or rather|now|here|call|styl|go|went|liv|pass|travell|writ|wrote)"
)
"""How the words after a name begin where `_IDENTITIES` may follow; one quick look spares ten."""
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
    ("same", re.compile(rf" \((?:that|who|which) (?:was|is|had been) (?:once |now |really )?{_OTHER}")),
    ("known as", re.compile(rf",? or rather,? {_OTHER}")),
    (
        "known as",
        re.compile(
            r",? (?:who )?(?:now |here )?(?:(?:calls|called|calling|styles|styled|styling) (?:him|her)self"
            r"|(?:is |was )?(?:goes|went|going|lives|lived|living|passes|passed|passing|travelled|travelling"
            rf"|writes|wrote) (?:here )?(?:by|under) the (?:false )?(?:name|alias) of) {_OTHER}"
        ),
    ),
]
_CHANGED = (
    "changed name",
    re.compile(
        r" (?:[a-z]+ ){0,5}?chang(?:e|ed|ing) (?:his|her|their|the) (?:own )?(?:sur)?name "
        r"(?:to|into|for) "
        rf"(?:that of )?{_OTHER}"
    ),
)
_TRUE_NAME = re.compile(
    rf"\b(?:his|her|my) (?:real|true|right|proper|legal) name (?:was|is|being) (?P<a>{_NAME})"
    rf"|(?P<b>{_NAME})[,—–]+ ?(?:that|this|it|which) (?:was|is) (?:really|truly|in truth|properly|legally)"
    r"[^.;:!?]{0,40}\b(?:his|her|my) name\b"
)
_CONFESSED = re.compile(
    rf"\b(?:[Mm]y (?:real|true) name is|I am (?:really|in truth|none other than|no other than)) "
    rf"(?P<true>{_NAME})[,.;!][^“”\"\n]{{0,80}}[”\"] "
    rf"(?:(?:said|says|cried|answered|replied|whispered|confessed) (?P<after>{_NAME})"
    rf"|(?P<before>{_NAME}) (?:said|says|cried|answered|replied|whispered|confessed)\b)"
)
"""Somebody says outright who they are, and the words beside the line name who speaks."""
EPITHET = "epithet"
"""The kind of an identity whose `text` is what somebody was called in small letters."""
_EPITHET = re.compile(
    r"[Tt](?<!\w[Tt])he (?P<what>(?:[a-z]+(?:-[a-z]+)? ){1,3}"
    r"(?:man|woman|lady|gentleman|boy|girl|fellow|stranger|figure|traveller|visitor|writer|thief|murderer)) "
    r"(?:is|was|had been) (?:identical with|none other than|no other than|no one but|nobody but"
    r"|really|in truth|in reality|the same (?:man|woman|person) as) "
    rf"{_OTHER}"
)
"""An epithet of one word ("the man") names nobody; one more word makes it somebody's."""
_BECAME = re.compile(r"\b(?:already|now|became|become|becoming|himself|herself) $")
_AGED = r"(?:(?:eldest|youngest|elder|younger|only|little|old|dear|poor|own|late|second|first|twin|half) )*"
_TIE_OF = re.compile(rf"['’]s {_AGED}(?P<kin>[a-z-]+),? {_OTHER}")
_TIE_IS = re.compile(rf"(?:,| (?:was|is)) (?:the )?{_AGED}(?P<kin>[a-z-]+) (?:of|to) {_OTHER}")
_TIE_OWN = re.compile(rf"(?:,| (?:was|is)) {_OTHER}['’]s {_AGED}(?P<kin>[a-z-]+)\b")

_TEMPERS = frozenset(
    "proud shy kind cruel gentle stern brave cowardly honest dishonest generous mean vain modest "
    "clever stupid "
    "foolish wise silent talkative lazy idle industrious jealous greedy selfish unselfish patient impatient "
    "obstinate stubborn timid bold cold warm-hearted kind-hearted good-natured ill-natured bad-tempered "
    "good-humoured cheerful melancholy gloomy nervous reserved frank sincere sly cunning haughty "
    "arrogant humble "
    "pious religious superstitious romantic practical witty dull quick-tempered hot-tempered passionate "
    "affectionate amiable sensible intelligent ambitious extravagant thrifty stingy merciful ruthless loyal "
    "faithful treacherous absent-minded sulky merry quarrelsome".split()
)
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
    has_creatures = names_a_creature(block)
    has_change = " chang" in block
    for name, start in names:
        end = start + len(name)
        if has_creatures and (creature := creature_of(block, start, end)):
            into.traits.append(Claim(offset + start, name, CREATURE, creature, sentence_at(start)))
        if block[end : end + 1] not in _MAY_FOLLOW:
            continue
        for kind, text in _traits(block, end):
            if kind == "voice" and _SPOKEN_TO.search(block, max(0, start - _BEFORE_NAME), start):
                continue
            into.traits.append(Claim(offset + start, name, kind, text, sentence_at(start)))
        other = _another_name(block, name, end, has_change=has_change)
        if other is not None:
            into.identities.append(Claim(offset + start, name, *other, sentence_at(start)))
        tie = _tie(block, name, end)
        if tie is not None:
            into.ties.append(Claim(offset + start, *tie, sentence_at(start)))
    for match in _EPITHET.finditer(block):
        if any(start == match.start("other") and name == match["other"] for name, start in names):
            at = match.start("what")
            claim = Claim(offset + at, match["other"], EPITHET, match["what"], sentence_at(at))
            into.identities.append(claim)
            into.identities.sort(key=lambda claim: claim.at)
    if "I am " in block or "y real name" in block or "y true name" in block:
        _find_confessed(block, offset, {name for name, _ in names}, sentence_at, into)
    if " name" in block:
        _find_true_names(block, offset, names, sentence_at, into)


_MAY_FOLLOW = frozenset(" ,'’—–(")


def _another_name(block: str, name: str, end: int, *, has_change: bool) -> tuple[str, str] | None:
    """Return how the words after a name say that somebody has another one, and which, if they do."""
    known = _IDENTITIES if _MAY_BE_ANOTHER.match(block, end) else ()
    for kind, pattern in [*known, _CHANGED] if has_change else known:
        match = pattern.match(block, end)
        if match is not None and match["other"] != name:
            return kind, match["other"]
    return None


def _traits(block: str, end: int) -> list[tuple[str, str]]:
    if block[end] == ",":
        match = _APPOSITION.match(block, end)
        kind = _kind(match["what"]) if match else ""
        voice = _VOICE.match(block, end)
        told = [("voice", voice["what"])] if voice is not None and voice["what"] else []
        if match and kind:
            told = [(kind, match["what"])]
        elif (office := _OFFICE.match(block, end)) and (kind := _kind(office["what"])) in ("trade", "kin"):
            told = [(kind, office["what"])]
        aside = _ASIDE.match(block, end)
        return told + _traits(block, aside.end()) if aside else told
    found: list[tuple[str, str]] = []
    if not _MAY_TELL.match(block, end):
        return found
    match = _WAS.match(block, end)
    if match is not None and (kind := _kind(match["what"])):
        found.append((kind, match["what"]))
    match = _STATE.match(block, end)
    if match is not None:
        found.append(("state", match["what"] or match["died"]))
    match = _WAS_LOOK.match(block, end)
    if match is not None and (looks := _looks(match["what"])):
        found.append(("looks", looks))
    match = _VOICE.match(block, end)
    if match is not None:
        found.append(("voice", match["was"] or match["what"]))
    match = _TEMPER.match(block, end)
    if match is not None and (temper := _looks(match["what"], _TEMPERS)):
        found.append(("trait", temper))
    match = _ALIVE.match(block, end)
    if match is not None:
        found.append((ENDS, "alive"))
    match = _WELL.match(block, end)
    if match is not None:
        found.append((ENDS, "well"))
    match = _CUT.match(block, end)
    if match is not None:
        found.append((ENDS, match["part"]))
    match = _HAD_BODY.match(block, end)
    if match is not None and _BETWEEN.isdisjoint(match["what"].split()):
        found.append(("looks", match["what"]))
    match = _WORE.match(block, end)
    if match is not None and any(word in lex.DRESS for word in match["what"].split()):
        found.append(("dress", match["what"]))
    return found


def _looks(what: str, known: frozenset[str] = lex.LOOKS) -> str:
    """Return the words of `known` that a list of adjectives begins with, or ""."""
    kept = ""
    for part in re.finditer(r"(?:, and |, | and |^)((?:(?:very|rather|quite|so|a little) )?[a-z-]+)", what):
        if part[1].split()[-1] not in known:
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
    if head.rpartition("-")[2] in lex.TRADES:
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
    if block[end] in "'’":
        match = _TIE_OF.match(block, end)
        return None if match is None or match["kin"] not in lex.KIN else (match["other"], match["kin"], name)
    if not block.startswith((",", " was ", " is "), end):
        return None
    match = _TIE_OWN.match(block, end) or _TIE_IS.match(block, end)
    if match is not None and match["kin"] in lex.KIN:
        return name, match["kin"], match["other"]
    return None


def _find_confessed(
    block: str, offset: int, names: set[str], sentence_at: SentenceAt, into: Evidence
) -> None:
    for match in _CONFESSED.finditer(block):
        speaker = match["after"] or match["before"]
        if speaker in names and speaker != match["true"]:
            span = Span(sentence_at(match.start()).start, sentence_at(match.end() - 1).end)
            claim = Claim(offset + match.start("true"), match["true"], "real name", speaker, span)
            into.identities.append(claim)
            into.identities.sort(key=lambda claim: claim.at)


def _find_true_names(
    block: str, offset: int, names: Sequence[tuple[str, int]], sentence_at: SentenceAt, into: Evidence
) -> None:
    for match in _TRUE_NAME.finditer(block):
        true = match["a"] or match["b"]
        words = set(true.split())
        others = sorted({name for name, _ in names if " " in name and not words & set(name.split())})
        alike = [name for name in others if len(name.split()) == len(words)]
        became = [name for name in alike if any(_BECAME.search(block[:at]) for n, at in names if n == name)]
        # Whose name it is can be told only where the block speaks of one other, or says who became whom.
        chosen = others if len(others) == 1 else alike if len(alike) == 1 else became
        chosen = chosen if len(chosen) == 1 else []
        for other in chosen:
            span = sentence_at(match.start())
            last = max(start for name, start in names if name == other)
            span = Span(span.start, max(span.end, sentence_at(last).end))
            into.identities.append(Claim(offset + match.start(), true, "real name", other, span))
    into.identities.sort(key=lambda claim: claim.at)
