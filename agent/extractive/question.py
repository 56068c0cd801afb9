"""What a question asks for, by rules: its kind, and what it is about. Pure; English, others by their words.

The rules look at the question alone, so they cost nothing and cannot know the book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from agent.lexicon import neutral_words
from agent.names import find_names


class Kind(StrEnum):
    """What sort of sentence would answer; each has its own cues and, some, a plan of their own."""

    PERSON = "person"
    """Who somebody is, or what they are like: their card."""
    FEATURE = "feature"
    """One thing about somebody: the colour of their eyes, their age, what they wear."""
    TERM = "term"
    """What a word means."""
    TIE = "tie"
    """What two people are to each other, or who is somebody's father: the sentences that tie them."""
    FATE = "fate"
    """What happened to somebody, or became of them: what was told of them last."""
    SO_FAR = "so far"
    """What happened so far, or in a chapter."""
    STATE = "state"
    """How things stand with somebody now: where they are, whether they live (S11)."""
    SCENE = "scene"
    """What happened at an event: what is told where it is told."""
    REGARD = "regard"
    """What somebody feels for another, or thinks of them."""
    MEETING = "meeting"
    """Where, when or how one met another."""
    PLACE = "place"
    """Where a place lies."""
    WHETHER = "whether"
    """Yes or no, and leading questions: what the text says for and against (S19)."""
    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    WHY = "why"
    HOW = "how"
    COUNT = "count"
    FEEL = "feel"
    SAY = "say"
    AHEAD = "ahead"
    """What comes after the place, which nothing read can say."""
    WHOSE_LINE = "whose line"
    """Who said the words that are quoted."""
    WHAT = "what"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as understood.

    `subject` is who or what a card, a term, a state or a speech is asked of; `listener` and `topic` are to
    whom and about what somebody spoke, and `listener` is the other end of a tie, a feeling or a meeting.
    `event` is what something is asked to have happened at: "ball".
    """

    text: str
    kind: Kind
    subject: str = ""
    chapter: int | None = None
    listener: str = ""
    topic: str = ""
    event: str = ""
    latest: bool = False
    """Whether only what was read last is asked to be told again."""

    @property
    def names(self) -> list[str]:
        """Return the proper names in the question."""
        text = self.text[:1].upper() + self.text[1:]
        return [found.text for found in find_names(text) if not found.heads]

    @property
    def claims(self) -> bool:
        """Tell whether something is put forward, to be said yes or no to."""
        return self.kind is Kind.WHETHER or (self.kind is Kind.REGARD and bool(self.topic))

    @property
    def deeds(self) -> list[str]:
        """Return the words that say what is asked, in lower case; none for feelings: those have many."""
        if self.kind is Kind.FEEL or (self.kind is Kind.REGARD and not self.topic):
            return []
        plain = neutral_words() | _PLAIN
        words = _WORD.findall(self.text.lower())
        return [word for word in words if word not in plain and not _FELT.fullmatch(word)]


LOOKS = "looks"
"""The topic of a question that asks how somebody looks."""
_WORD = re.compile(r"[^\W\d_]+")
_FELT = re.compile(
    r"(?:un)?happy|glad|sad|sorry|angry|furious|afraid|frightened|scared|surprised|ashamed|proud|jealous|envious"
    r"|lonely|worried|uneasy|alarmed|shocked|disappointed|upset|excited|relieved|annoyed|curious|confused|nervous"
    r"|cross|mad|anxious|unsettled"
)
"""Feelings: a text has many words for each, and shows more than it names."""
_PLAIN = frozenset(
    "feel feels look looks live lives like likes go goes come comes do make get take give try start begin "
    "use let put see hear help think decide agree plan need want".split()
)
"""Words that say too little to be missed in what answers."""
_LEAD = r"\W*(?:(?:so|and|but|then|ok|okay|well|please|hey|now|tell me|do you know|can you tell me),?\s+)*"
_END = r"\s*(?:so far|up to now|again|please|exactly|really)?[\s?.!]*$"

_PERSON = re.compile(
    rf"{_LEAD}(?:who(?:['’]s|\s+(?:is|was|are|were))\s+(?:this\s+|that\s+)?(?P<name>[^?!]+?)"
    r"|(?:describe|tell me about|tell me more about|what do (?:we|you|i) know (?:about|of)"
    r"|what about|more about|introduce)\s+(?P<about>[^?!]+?)"
    r"|what (?:does|did|do) (?P<looks>[^?!]+?) look(?:ed)? like"
    r"|what(?:['’]s|\s+(?:is|was))\s+(?P<like>[^?!]+?)\s+like)" + _END,
    re.IGNORECASE,
)
_FEATURE = re.compile(
    rf"{_LEAD}(?:what|which) (?:colou?r|kind of|sort of|style of)\s+(?:are|is|was|were|of)?\s*"
    r"(?:the\s+)?(?P<a>(?-i:[A-Z])[^?!]*?)['’]s?\s+(?P<thing_a>[\w\s-]+?)" + _END + "|"
    rf"{_LEAD}what (?:colou?r|kind|sort)(?: of)?\s+(?P<thing_b>[\w-]+)\s+(?:does|did|do|has|have|had)\s+"
    r"(?P<b>[^?!]+?)(?:\s+(?:have|had|wear|wore))?" + _END + "|"
    rf"{_LEAD}(?P<thing_c>how old)\s+(?:is|was|are|were)\s+(?P<c>[^?!]+?)" + _END + "|"
    rf"{_LEAD}what (?:is|was|does|did)\s+(?P<d>[^?!]+?)\s+(?P<thing_d>wear|wearing|dressed in)" + _END + "|"
    rf"{_LEAD}(?:(?:what|how) (?:is|are|was|were|about)\s+|what colou?r (?:is|are|was|were)\s+|describe\s+"
    r"|tell me about\s+)?(?P<e>[^?!]+?)['’]s?\s+(?P<thing_e>age|eyes?|hair|beard|"
    r"nose|face|voice|clothes|dress|coat|hat|height|build)(?:\s+like)?" + _END,
    re.IGNORECASE,
)
_TIE = re.compile(
    rf"{_LEAD}(?:how (?:are|is|were|was)\s+(?P<a>[^?!]+?)\s+(?:and|to|with)\s+(?P<b>[^?!]+?)\s+"
    r"(?:related|connected)"
    r"|how (?:are|is|were|was)\s+(?P<c>[^?!]+?)\s+(?:related|connected)\s+(?:to|with)\s+(?P<d>[^?!]+?)"
    r"|(?:what(?:['’]s|\s+(?:is|was|are))|describe|explain)\s+the\s+(?:relation(?:ship)?|connection|tie)s?\s+"
    r"(?:between|of)\s+(?P<e>[^?!]+?)\s+(?:and|to|with)\s+(?P<f>[^?!]+?)"
    r"|(?:are|is|were|was)\s+(?P<g>[^?!]+?)\s+(?:and|to)\s+(?P<h>[^?!]+?)\s+related"
    r"|how (?:do|does|did)\s+(?P<i>[^?!]+?)\s+(?:and\s+(?P<j>[^?!]+?)\s+)?know\s+(?:each other|one another"
    r"|(?P<k>(?-i:[A-Z])[^?!]+?)))" + _END,
    re.IGNORECASE,
)
_FATE = re.compile(
    rf"{_LEAD}(?:what(?:['’]s|\s+has|\s+had|\s+is)?\s+happen(?:ed|ing|s)?\s+(?:to|with)\s+(?P<a>[^?!]+?)"
    r"|what (?:became|has become|becomes|had become) of\s+(?P<b>[^?!]+?))" + _END,
    re.IGNORECASE,
)
_EVENT = (
    r"(?:the |that |this |his |her |their |[\w'’]+['’]s )(?P<event>(?:[\w-]+ )?(?:balls?|dance|party|wedding|"
    r"funeral|burial|trial|battle|storm|duel|hunt|feast|banquet|dinner|supper|inquest|race|concert|opera|picnic|fair))"
)
_SCENE = re.compile(
    rf"{_LEAD}what (?:(?:all|else|exactly) )?(?:happen(?:ed|s)|occurred|took place|went on|goes on) "
    rf"(?:at|in|on|during) {_EVENT}" + _END,
    re.IGNORECASE,
)
_AT_EVENT = re.compile(rf"\s+(?:at|to|during|in|from) {_EVENT}(?={_END})", re.IGNORECASE)
_REGARD = re.compile(
    rf"{_LEAD}(?:(?:how|what) (?:does|do|did) (?P<a>[^?!]+?) (?:feel|think) "
    r"(?:about|towards?|of|for) (?P<b>(?!it\b|that\b|this\b)[^?!]+?)"
    r"|(?:does|do|did) (?P<c>[^?!]+?) (?:(?:really|still|truly|ever|secretly|even) )*(?P<verb>love|like|hate|"
    r"dislike|fear|trust|distrust|admire|despise|respect|envy|pity|adore|resent|care for) (?P<d>[^?!]+?)"
    r"|(?:is|was|are|were) (?P<e>[^?!]+?) (?:(?:really|still|truly) )*(?P<state>in love with|fond of|"
    r"afraid of|jealous of|angry with|angry at|attracted to|interested in|attached to) (?P<f>[^?!]+?)"
    r"|what (?:is|was) (?P<g>[^?!]+?)['’]s? (?:opinion|view|impression) of (?P<h>[^?!]+?))" + _END,
    re.IGNORECASE,
)
_MEETING = re.compile(
    rf"{_LEAD}(?:where|when|how) (?:does|do|did|has|have|had) (?P<a>[^?!]+?)(?: (?:first|ever))*"
    r" (?:meet|met|encounter|encountered|get to know|come across|run into)(?: (?P<b>[^?!]+?))?"
    r"(?: (?:for the )?first(?: time)?| each other| one another)*" + _END,
    re.IGNORECASE,
)
_TERM = re.compile(
    rf"{_LEAD}(?:what (?:does|do|did)\s+(?:the (?:word|term|name)\s+)?(?P<a>[^?!]+?)\s+(?:mean|signify)"
    r"|what is meant by\s+(?P<m>[^?!]+?)"
    r"|(?:define|meaning of|what is the meaning of|explain the word)\s+(?P<b>[^?!]+?)"
    r"|what(?:['’]s|\s+(?:is|are|was|were))\s+(?P<c>(?:an?\s+|the\s+)?[\w'’-]+(?:\s+[\w'’-]+)?))" + _END,
    re.IGNORECASE,
)
_SO_FAR = re.compile(
    r"\b(?:so far|up to now|recap|summar\w+|catch me up|the story until|where (?:was i|were we))\b"
    r"|\bwhat(?:['’]s|\s+has|\s+have|\s+is)?\s+(?:been\s+)?happen(?:ed|ing|s)?\W*$"
    r"|\b(?:what(?:\s+(?:the|on)\s+\w+)?(?:['’]s|\s+is|\s+was)|wtf(?:['’]s|\s+is)?)\s+going\s+on\W*$"
    r"|\bwhat(?:['’]s|\s+is)\s+(?:this|the book|the story|it)(?:\s+\w+)?\s+about\W*$",
    re.IGNORECASE,
)
_CHAPTER = re.compile(
    r"\b(?:what happen\w*|recap|summar\w+)\b.*\b(?:chapter|ch\.?)\s+(?P<number>\d{1,3})\b", re.IGNORECASE
)
_LATEST = re.compile(
    r"\b(?:what happen\w*|recap|summar\w+|remind me)\b.*\b(?:(?:last|latest|current|this|previous) "
    r"(?:chapter|section|part|scene|pages?)|just now|lately|recently|last time|most recently)\b"
    r"|\bwhat(?:['’]s|\s+has|\s+have)?\s+just\s+happen(?:ed|s)\b"
    r"|\bwhat (?:just|last|recently) happened\b|\bwhat happened last\b"
    r"|\bwhat(?:['’]s| is| was) the (?:last|latest) (?:thing|event)s?\b.*\bhappen\w*",
    re.IGNORECASE,
)
_STATE = re.compile(
    rf"{_LEAD}(?:(?:is|are|was|were)\s+(?P<a>[^?!]+?)\s+(?:still\s+|now\s+|really\s+)*"
    r"(?:dead|alive|living|missing|killed|murdered|drowned|buried|married|imprisoned|free)(?:\s+now|\s+yet)?"
    r"|(?:did|does|do|has|have|will)\s+(?P<b>[^?!]+?)\s+(?:die|died|survive|survived|live|lived)"
    r"|where(?:['’]s|\s+(?:is|are))\s+(?P<c>[^?!]+?)(?:\s+(?:now|at present|at the moment|today|currently))+"
    r"|where(?:['’]s|\s+(?:is|are))\s+(?P<d>(?:he|she|they|him|her|them))"
    r"|(?:where|when) (?:was|were|did (?:we|i|you))\s+(?:last (?:see|meet|seen)\s+)?(?P<e>[^?!]+?)"
    r"\s+last (?:seen|met|mentioned))" + _END,
    re.IGNORECASE,
)
_WHETHER = re.compile(
    rf"{_LEAD}(?:is|are|was|were|am|does|do|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|isn['’]t|aren['’]t|wasn['’]t|weren['’]t|doesn['’]t|don['’]t|didn['’]t|hasn['’]t|haven['’]t|hadn['’]t"
    r"|can['’]t|couldn['’]t|won['’]t|wouldn['’]t|shouldn['’]t)\s",
    re.IGNORECASE,
)
_ASKING = re.compile(r"\b(who|whom|whose|where|when|why|how|what|which)\b", re.IGNORECASE)
_FEEL = re.compile(r"\b(?:feel|felt|feeling|feelings|emotion|emotions|mood)\b", re.IGNORECASE)
_COUNT = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_TIME = re.compile(r"\b(?:how (?:long|often|old)|what (?:time|day|date|year|month|season))\b", re.IGNORECASE)
_CAUSE = re.compile(
    r"\b(?:what (?:made|caused|led)|for what reason|what was the reason|how come)\b", re.IGNORECASE
)
_SAY = re.compile(
    r"\bwhat\b.*\b(?:say|said|tell|told|ask|asked|answer|answered|reply|replied|promise|promised|suggest|"
    r"suggested|shout|shouted|cry|cried|warn|warned|advise|advised|order|ordered|explain|explained|announce|"
    r"announced|declare|declared|claim|claimed|whisper|whispered)\b",
    re.IGNORECASE,
)
_SPOKE = re.compile(
    rf"{_LEAD}what (?:did|does|do|had|has|have)\s+(?P<subject>[^?!]+?)\s+(?:say|said|tell|told|ask|asked|"
    r"answer|answered|reply|replied|promise|promised|shout|whisper|warn|advise|order)\b"
    r"(?:\s+(?:to\s+)?(?P<listener>(?-i:[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*)|the \w+|him|her|them|me))?"
    r"(?P<topic>[^?!]*)",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    rf"{_LEAD}(?:how (?:does|do|will|did)\s+(?:it|this|that|the (?:book|story|novel)|everything)(?:\s+all)?"
    r"\s+(?:end|turn out|finish|go on)"
    r"|what (?:is|will be) the (?:end|ending)(?:\s+of (?:it|this|the (?:book|story)))?)"
    + _END
    + rf"|{_LEAD}what(?:['’]s|\s+is|\s+will|\s+does|\s+do|\s+are)?\s+(?:(?:going|about) to\s+)?"
    r"(?:happen(?:s|ing)?|comes?|coming|they do|he do|she do)\s+(?:next|after (?:this|that)|from here)"
    + _END,
    re.IGNORECASE,
)
_WHOSE_LINE = re.compile(
    rf"{_LEAD}(?:who (?:said|says|say|asked|cried|shouted|whispered|spoke|wrote|told \w+|thought|exclaimed)"
    r"(?: (?:that|this|the (?:words?|line)|to \w+))?|whose (?:words?|line) (?:is|are|was|were))[\s:,]*"
    r"[\"“‘'«](?P<line>[^\n]{2,400}?)[\"”’'»][\s?.!]*$",
    re.IGNORECASE,
)
_BY_WORD = {
    "who": Kind.WHO, "whom": Kind.WHO, "whose": Kind.WHO, "where": Kind.WHERE, "when": Kind.WHEN,
    "why": Kind.WHY, "how": Kind.HOW,
}  # fmt: skip


def read_question(text: str) -> Asked:
    """Return what `text` asks for."""
    whose = _WHOSE_LINE.match(text)
    if whose is not None:
        return Asked(text, Kind.WHOSE_LINE, whose["line"].strip(" \t.,;:!?…—-"))
    if _AHEAD.match(text):
        return Asked(text, Kind.AHEAD)
    chapter = _CHAPTER.search(text)
    if chapter is not None:
        return Asked(text, Kind.SO_FAR, chapter=int(chapter["number"]))
    tie = _TIE.match(text)
    if tie is not None:
        ends = [_bare(end) for end in tie.groups() if end]
        return Asked(text, Kind.TIE, ends[0], listener=ends[1] if len(ends) > 1 else "")
    regard = _REGARD.match(text)
    if regard is not None:
        one, other = (next(regard[end] for end in ends if regard[end]) for ends in ("aceg", "bdfh"))
        felt = (regard["verb"] or regard["state"] or "").lower()
        return Asked(text, Kind.REGARD, _bare(one), listener=_bare(other), topic=felt.removeprefix("in "))
    meeting = _MEETING.match(text)
    if meeting is not None:
        one, _, both = meeting["a"].partition(" and ")
        if other := meeting["b"] or both:
            return Asked(text, Kind.MEETING, _bare(one if both else meeting["a"]), listener=_bare(other))
    scene = _SCENE.match(text)
    if scene is not None:
        return Asked(text, Kind.SCENE, event=_bare(scene["event"]))
    feature = _FEATURE.match(text)
    if feature is not None:
        asked_of = next((feature[group] for group in "abcde" if feature[group]), "")
        thing = next((feature[f"thing_{group}"] for group in "abcde" if feature[f"thing_{group}"]), "")
        return Asked(text, Kind.FEATURE, _bare(asked_of), topic=thing.lower().strip())
    if _LATEST.search(text):
        return Asked(text, Kind.SO_FAR, latest=True)
    for kind, pattern in (
        (Kind.SO_FAR, _SO_FAR),
        (Kind.FATE, _FATE),
        (Kind.STATE, _STATE),
        (Kind.PERSON, _PERSON),
        (Kind.TERM, _TERM),
    ):
        match = pattern.search(text) if kind is Kind.SO_FAR else pattern.match(text)
        if match is not None:
            subject = (
                next((group for group in match.groups() if group), "") if kind is not Kind.SO_FAR else ""
            )
            if kind is Kind.PERSON and match["looks"]:
                return Asked(text, Kind.FEATURE, _bare(subject), topic=LOOKS)
            return Asked(text, kind, _bare(subject))
    kind = _plain_kind(text)
    spoke = _SPOKE.match(text) if kind is Kind.SAY else None
    if spoke is None:
        at_event = _AT_EVENT.search(text)
        return Asked(text, kind, event=at_event["event"] if at_event else "")
    listener, topic = _bare(spoke["listener"] or ""), _bare(spoke["topic"])
    return Asked(text, kind, _bare(spoke["subject"]), listener=listener, topic=topic)


def without_event(text: str) -> str:
    """Return a question without the event at which something is asked to have happened, if it asks more."""
    return text if _SCENE.match(text) else _AT_EVENT.sub("", text)


def _plain_kind(text: str) -> Kind:
    asking = _ASKING.search(text)
    if _FEEL.search(text) and asking is not None:
        return Kind.FEEL
    if _WHETHER.match(text) or asking is None:
        return Kind.WHETHER
    if _COUNT.search(text):
        return Kind.COUNT
    if _TIME.search(text):
        return Kind.WHEN
    if _CAUSE.search(text):
        return Kind.WHY
    word = asking.group(1).lower()
    if word in _BY_WORD:
        return _BY_WORD[word]
    return Kind.SAY if _SAY.search(text) else Kind.WHAT


def _bare(subject: str) -> str:
    return subject.strip(" \t\"'“”‘’.,;:")
