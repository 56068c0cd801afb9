"""The one registry of commands: used to parse, for /help, for completion and by every platform's menu."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Takes(StrEnum):
    """What a command's argument names; completion offers that and nothing else."""

    NOTHING = ""
    PLACE = "place"
    PERSON = "person"
    PLACE_NAME = "name of a place"
    PICTURED = "what to picture"
    TERM = "term"
    LENGTH = "length"
    NUMBER = "number"
    BOOK = "book"
    FILE = "file"
    COMMAND = "command"
    WORDS = "words"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `words` are what a reader may say instead, alone in a message and without a slash."""

    name: str
    help: str
    example: str
    takes: Takes = Takes.NOTHING
    arguments: str = ""
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    only_on: str = ""
    """The platform that has it; '' when all have."""
    hidden: bool = False
    """Only buttons say it; no list shows it."""

    @property
    def usage(self) -> str:
        """Return how it is written: "/at PLACE"."""
        return f"/{self.name} {self.arguments}".rstrip()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A command as a reader gave it; `command` is None when there is no such one."""

    command: Command | None
    argument: str
    given: str
    nearest: str = ""
    """The name of the command most like an unknown one, or ''."""


COMMANDS: tuple[Command, ...] = (
    Command(
        "at",
        "say where you are: a chapter, page, share, or the last line you read; `undo` takes it back",
        "/at ch 7",
        Takes.PLACE,
        "PLACE",
    ),
    Command("where", "your place, and the last lines before it", "/where"),
    Command("next", "you begin the next chapter", "/next", words=("next",)),
    Command("done", "you finished the chapter you are in", "/done", words=("done",)),
    Command(
        "finished", "you finished the book: nothing is held back any more", "/finished", words=("finished",)
    ),
    Command("unfinish", "take /finished back", "/unfinish", words=("unfinish",)),
    Command("toc", "the contents; later titles stay hidden", "/toc", aliases=("contents",)),
    Command("who", "what you have read about a person", "/who NAME", Takes.PERSON, "NAME"),
    Command(
        "cast",
        "everybody met so far, by first meeting or `by mentions`; `things`: groups, things and creatures",
        "/cast by mentions",
        Takes.NUMBER,
        "[by mentions | things] [PAGE]",
        aliases=("people",),
    ),
    Command(
        "relations",
        "who is what to whom so far, with the lines that say so, and drawn",
        "/relations NAME",
        Takes.PERSON,
        "[NAME] [PAGE]",
        aliases=("ties",),
    ),
    Command(
        "mentions", "how often a person is named, chapter by chapter", "/mentions NAME", Takes.PERSON, "NAME"
    ),
    Command(
        "correct",
        "put a card right, for you alone: `rename`, `merge`, `split`, `hide`, `wrong`, `undo`",
        "/correct rename NAME to NAME",
        Takes.PERSON,
        "[NAME]",
    ),
    Command("define", "what the book has said a word means", "/define WORD", Takes.TERM, "WORD"),
    Command("place", "what you have read about a place", "/place NAME", Takes.PLACE_NAME, "NAME"),
    Command("places", "the places named so far", "/places"),
    Command(
        "visualize",
        "a picture of somebody, a place or a scene as the text tells them so far; the price comes first",
        "/visualize here",
        Takes.PICTURED,
        "[NAME | here | place NAME | chapter N]",
    ),
    Command("gallery", "the pictures you have of this book", "/gallery", Takes.NUMBER, "[PAGE]"),
    Command("timeline", "where the text so far says when", "/timeline", Takes.NUMBER, "[PAGE]"),
    Command(
        "catchmeup",
        "the story so far, in three lengths, also since a place",
        "/catchmeup short since ch 3",
        Takes.LENGTH,
        "[short|medium|long] [since PLACE]",
        aliases=("recap",),
    ),
    Command(
        "passage",
        "open a citation of the last answer",
        "/passage 1",
        Takes.NUMBER,
        "[N]",
        aliases=("passages",),
    ),
    Command(
        "quotecard",
        "a line you have read, drawn as a picture; or a citation of the last answer by its number",
        '/quotecard dark "the last line you loved"',
        Takes.WORDS,
        '[light|dark|LOOK] [square] ["LINE"|N]',
    ),
    Command("receipt", "what the last answer used: how far, which passages, what was checked", "/receipt"),
    Command(
        "highlight",
        "keep a line you have read: paste it, or answer the message that quotes it, with a note if you like",
        "/highlight He closed the door behind her.",
        Takes.LINE,
        "[LINE]",
    ),
    Command(
        "highlights",
        "the lines you kept so far; `remove 3`, `note 3 WORDS`, `undo`",
        "/highlights note 3 This I like",
        arguments="[PAGE | remove N | note N WORDS | undo]",
    ),
    Command(
        "library",
        "your books; with a title the card of one, and its cover",
        "/library Middlemarch",
        Takes.BOOK,
        "[BOOK]",
        aliases=("books",),
    ),
    Command("open", "talk about another of your books", "/open TITLE", Takes.BOOK, "BOOK", aliases=("read",)),
    Command(
        "add",
        "add a book: EPUB, PDF, text, Markdown or HTML, also by its https address",
        "/add ~/books/middlemarch.epub",
        Takes.FILE,
        "FILE",
    ),
    Command("remove", "remove a book and all that was made from it", "/remove TITLE", Takes.BOOK, "[BOOK]"),
    Command(
        "sealed",
        "read an introduction, a cast list or notes, which may tell the plot",
        "/sealed Introduction",
        Takes.WORDS,
        "NAME",
    ),
    Command(
        "memories",
        "what is remembered of this talk; `forget` clears it",
        "/memories forget",
        arguments="[forget]",
    ),
    Command(
        "model",
        "what a language model is sent, and whether you want one",
        "/model no",
        Takes.WORDS,
        "[yes|no]",
    ),
    Command(
        "link",
        "be the same reader on another platform: get a code here, say it there",
        "/link ABCD2345",
        Takes.WORDS,
        "[CODE]",
    ),
    Command(
        "wallet",
        "your credits: what you have, where they went, when more come; free to look",
        "/wallet",
        aliases=("credits",),
    ),
    Command("buy", "buy credits", "/buy small", Takes.WORDS, "[PACK]", hidden=True),
    Command("privacy", "what is kept, where, and what leaves this machine", "/privacy"),
    Command("doctor", "what works here and what is missing", "/doctor", only_on="terminal"),
    Command("help", "this list, or one command", "/help at", Takes.COMMAND, "[COMMAND]", aliases=("start",)),
    Command(
        "move", "go to a place that was offered", "/move here 1 1 line 1", Takes.WORDS, "PLACE", hidden=True
    ),
    Command("widen", "use the range you named to its end", "/widen", hidden=True),
    Command("pick", "pick the chapter you are in", "/pick 2", Takes.NUMBER, "[PAGE]", hidden=True),
    Command("paste", "say where you are by the last line you read", "/paste", hidden=True),
    Command(
        "feedback",
        "say what an answer was like",
        "/feedback up 1",
        Takes.WORDS,
        "VERDICT ANSWER",
        hidden=True,
    ),
    Command("dismiss", "leave all as it is", "/dismiss", Takes.WORDS, "[WHAT]", hidden=True),
    Command("stop", "end the answer that is being made", "/stop", words=("stop",)),
    Command("quit", "leave", "/quit", aliases=("exit",), only_on="terminal"),
)

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
_BY_WORD = {word: command for command in COMMANDS for word in command.words}


def find_command(name: str) -> Command | None:
    """Return the command of that name or alias, with or without its slash."""
    return _BY_NAME.get(name.strip().lstrip("/").casefold())


def parse(text: str) -> Parsed | None:
    """Return the command in a message, or None when it is plain talk."""
    stripped = text.strip()
    word = _BY_WORD.get(stripped.rstrip(".!").casefold())
    if word:
        return Parsed(word, "", word.name)
    if not stripped.startswith("/") or not stripped[1:2].isalpha():
        return None
    head, _, rest = stripped.partition("\n") if "\n" in stripped.split(" ")[0] else stripped.partition(" ")
    given = head[1:].partition("@")[0].casefold()  # "/at@DogearBot" is how groups address a bot
    command = _BY_NAME.get(given)
    nearest = "" if command else next(iter(get_close_matches(given, _BY_NAME, 1, 0.6)), "")
    return Parsed(command, rest.strip(), given, nearest and _BY_NAME[nearest].name)


def is_stop(text: str) -> bool:
    """Tell whether a message asks to end the answer in hand, which cannot wait for its turn."""
    parsed = parse(text)
    return parsed is not None and parsed.command is not None and parsed.command.name == "stop"


def commands_on(platform: str) -> list[Command]:
    """Return the commands that a platform shows, in the registry's order."""
    return [command for command in COMMANDS if command.only_on in ("", platform) and not command.hidden]
