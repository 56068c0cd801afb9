"""Plain questions that are not about the story: the place, the file, its cast as a list, ourselves.

Each is handed to the command that tells it, or gets a sentence of ours; a search for their words would find
whatever line happens to hold "chapter" or "book".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot import render, replies
from bot.companion import knowing, moving, people
from bot.companion.scene import Messages, Scene, once, say
from bot.companion.welcome import starters
from bot.how_to import asked_commands
from bot.messages import Button

_LEAD = r"(?:(?:so|and|but|ok|okay|well|please|hey|now|then|can you|could you)\s+)*(?:tell me\s+)?"
_TAIL = r"(?:\s+(?:so far|now|right now|again|please|currently|at the moment|then|exactly))*"
_BOOK = r"(?:(?:this|the|my) (?:book|novel|story)|this)"
"""Never "it": that may be a letter or a boat that was asked about before."""


def _pattern(*forms: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{'|'.join(forms)}){_TAIL}")


_PLACE = _pattern(
    r"where (?:am i|are we|was i|were we|did (?:i|we) (?:stop|leave off))"
    r"(?: in (?:the|this) (?:book|story))?",
    r"(?:what|which) (?:chapter|page|part|section|paragraph)(?: number)?"
    r" (?:am i|are we|is this)(?: (?:in|on|at))?",
    r"how (?:far|much)(?: of (?:it|this|the book|this book))? (?:am i|are we|have i|have we|did i)"
    r"(?: (?:read|in|got|gotten|come))?",
    r"what is my (?:place|position)",
)
_CONTENTS = _pattern(
    r"how many (?:chapters|parts|sections)(?: (?:are|are there|are left|left|to go|do i have left))?"
    rf"(?: (?:in|does|has) {_BOOK}(?: have)?)?",
    r"(?:show |give )?(?:me )?(?:the )?(?:table of )?contents",
    r"list (?:all )?(?:the )?chapters",
)
_FILE = _pattern(
    rf"who (?:wrote|is the (?:author|writer) of|authored) {_BOOK}",
    r"who is the (?:author|writer)",
    r"(?:what|which) (?:book|novel) is (?:this|it|that)",
    rf"what is (?:the title(?: of {_BOOK})?|the name of {_BOOK}|{_BOOK} called)",
    r"what (?:book )?(?:am i|are we) reading",
)
_LENGTH = _pattern(
    rf"how (?:long|big|thick) is (?:{_BOOK}|(?:this|the|the next|my) (?:chapter|part|section))",
    r"how (?:many (?:pages|words)|much)(?: of (?:it|the book|this book))?(?: more)?"
    r" (?:are|is) left(?: to read)?",
    r"how (?:many (?:pages|words)|much)(?: more)? (?:are|is) there (?:left|to read)",
    rf"how many (?:pages|words)(?: (?:left|are there|(?:does|has|are in|are there in) {_BOOK}(?: have)?))",
    rf"how (?:long|much) (?:will|does) (?:it|this) take(?: me)? to (?:read|finish)(?: it| {_BOOK})?",
)
_CAST = _pattern(
    r"who are (?:all )?(?:the )?(?:main |important |other )?(?:characters|people)"
    rf"(?: (?:in|of) {_BOOK})?",
    r"(?:list|name|show)(?: me)?(?: all)?(?: of)?(?: the)?(?: main| important)? (?:characters|people)",
    r"who (?:have|did) (?:i|we) (?:met|meet)",
    r"who is (?:in (?:this|the) (?:book|story)|everybody|everyone)",
    r"(?:(?:i am|im) (?:so |very |totally )?(?:confused|lost) )?"
    r"who are (?:all )?(?:these|those) (?:people|characters|names)",
)
_PLACES = _pattern(
    r"(?:list|name|show)(?: me)?(?: all)?(?: the)? places", r"what places (?:are|were) (?:there|named)"
)
_ASK = _pattern(r"what (?:should|could|shall|might) i ask(?: you)?")
_OPINION = _pattern(
    rf"is {_BOOK} (?:any )?(?:good|bad|boring|worth (?:it|reading)|great|interesting|sad|scary|funny)",
    r"(?:do|did) you (?:like|love|hate|enjoy|think|believe|feel|agree)\b.{0,60}",
    r"what do you (?:think|feel|believe|make of|like)\b.{0,60}",
    r"what is your (?:opinion|favou?rite|view|name)\b.{0,60}",
    r"are you (?:an? )?(?:human|person|robot|bot|ai|machine|real|there|ok|okay|sure|alive)",
    r"how are you(?: doing| today)?",
    r"(?:tell me )?a joke",
    r"what is the (?:moral|message|theme|point|meaning)(?: (?:of|in|behind) (?:it|the (?:book|story)|this))?",
    r"should i (?:read|keep reading|go on|stop)(?: .{0,40})?",
)
_WRONG = _pattern(
    r"(?:no )?(?:you are|youre|that is|this is|thats|it is) (?:all |just |so |totally |completely )?"
    r"(?:wrong|incorrect|false|nonsense|not (?:right|true|correct|it|what i (?:asked|meant)))",
    r"(?:no )?(?:wrong|nonsense|incorrect|bad answer|wrong answer)",
    r"(?:no )?(?:that|this|it) (?:makes no sense|does not help|doesnt help)",
)
_LOST = _pattern(
    r"i (?:do not|dont|cannot|cant) (?:understand|get|follow)(?: (?:it|this|that|anything|a word"
    rf"|any of (?:it|this)|what is (?:going on|happening)|{_BOOK}|you))?(?: at all| any ?more)?",
    r"i (?:have no idea|have no clue)(?: (?:what is going on|what is happening|who is who))?",
    r"(?:(?:i am|im) )?(?:so |very |totally |completely )?(?:lost|confused|bored)",
    rf"(?:{_BOOK}|it|that) (?:is|was|gets|sucks|is getting)(?: (?:so|too|very|really|just|all|a bit|pretty))*"
    r" (?:boring|dull|slow|tedious|confusing|complicated|hard|difficult|stupid|bad|awful|terrible)",
    rf"(?:{_BOOK}|you) sucks?|boring|i (?:hate|dislike) (?:{_BOOK}|it|you)|useless|stupid(?: bot)?",
    r"you are (?:useless|stupid|dumb|bad|terrible|no help)|wtf|what the (?:hell|heck|fuck)",
)
"""Who is lost, bored or angry asks nothing yet, and may want to."""
_BARE = re.compile(
    r"(?:no|nope|nah|yes|yep|yeah|yup|sure|maybe|never ?mind|nothing|cancel|forget it|not really)"
)

_SHORTENED = re.compile(r"\b(what|who|where|how|that|it)['’]?s\b")
_PLAIN = re.compile(r"[^\w\s]+")


def handler_of(scene: Scene, text: str) -> Messages | None:
    """Return what answers `text` if it asks nothing of the story; None for anything else."""
    whole = " ".join(_SHORTENED.sub(r"\1 is", text.casefold()).replace("’", "").replace("'", "").split())
    plain = " ".join(_PLAIN.sub(" ", whole).split())
    if not plain:
        return once(say(replies.NO_WORDS))
    if commands := asked_commands(plain):
        return once(say(replies.how_to(commands)))
    for pattern, handle in _ANSWERS:
        if pattern.fullmatch(plain):
            return handle(scene)
    return None


async def _of_the_file(scene: Scene) -> Messages:
    """Say whose book this is, and no more of them."""
    yield say(replies.of_author(await scene.book()))


async def _suggest(scene: Scene) -> Messages:
    questions = starters(await scene.view())
    if questions:
        buttons = [Button(question, question, tells=True) for question in questions]
        yield say(replies.starters(questions), *buttons)
    else:
        yield say(replies.WHAT_I_DO)


async def _length(scene: Scene) -> Messages:
    view = await scene.view()
    chapters = await scene.storage.library.list_chapters(view.card.book_id)
    yield say(replies.length_told(render.upto(view), len(chapters)))


_ANSWERS: tuple[tuple[re.Pattern[str], Callable[[Scene], Messages]], ...] = (
    (_PLACE, lambda scene: moving.where(scene, "")),
    (_CONTENTS, lambda scene: knowing.toc(scene, "")),
    (_FILE, _of_the_file),
    (_LENGTH, _length),
    (_CAST, lambda scene: people.cast(scene, "by mentions")),
    (_PLACES, lambda scene: knowing.places(scene, "")),
    (_ASK, _suggest),
    (_OPINION, lambda scene: once(say(replies.NO_OPINION))),
    (_WRONG, lambda scene: once(say(replies.SAID_WRONG))),
    (_LOST, lambda scene: once(say(replies.SAID_LOST))),
    (_BARE, lambda scene: once(say(replies.NOTHING_TO_DECIDE))),
)
