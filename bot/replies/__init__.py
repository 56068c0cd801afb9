"""Every sentence of our own that a reader may see.

Here: talk, places, people, the shelf. refusals.py: one for each kind of ReaderError. sending.py: models and
what is sent to them.

No sentence holds story text (S34) and none tells a name that was never written from one not yet met (S18).
Texts are in the markup of bot/markup.py; foreign words go in through `escape`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.answer import NOT_IN_READ
from bot.markup import bold, escape
from bot.replies.wording import counted
from storage.values import BookCard, Matter

if TYPE_CHECKING:
    from bot.commands import Command
    from bot.doctor import Check
    from storage import AddedBook, RemovedBook

# ---- the one negative answer (S18) ---------------------------------------------------------

NOT_IN_WHAT_YOU_READ = NOT_IN_READ
"""For a name that comes later, one that never comes, and nonsense alike: the same bytes (T7)."""

# ---- first contact and places --------------------------------------------------------------

WHERE_ARE_YOU = (
    "Where are you in it? Say a chapter (`/at 7`), a page (`/at p. 212`), a share (`/at 34%`), "
    "or paste the last line you read. `/at start` if you have not begun."
)
NO_BOOK = "There is no book here yet. Add one with `/add FILE` (EPUB, PDF, text, Markdown or HTML)."
SEND_ME_A_BOOK = (
    "Send me the book you are reading, as a file or by its https address: EPUB, PDF, plain text, "
    "Markdown or HTML. "
    "Then tell me where you are in it and ask away; I know it exactly as far as you have read."
)
NOT_BEGUN = (
    "You are at the very start, so there is nothing read to talk about yet. Tell me when you have read on."
)
STAYED = "Your place stays where it was."
NOTHING_CHANGED = "Nothing was changed."
UNDONE = "Your last move is taken back."
UNFINISHED = "Taken back: the book is held back again after your place."
VAGUE_PLACE = "That place is a range, so its beginning counts. Paste the last line you read to be exact."
SET_PLACE = "Shall I set your place there?"
FINISHED = "You have finished it, so nothing is held back any more. `/unfinish` takes that back."
ALREADY_AT_END = "You are in the last chapter. Say `/finished` when you have read it all."
LATER_LINE = "That line is from further on. Set your place there?"
"""S4, T20: the offer, and no word about what the line says."""
SAID_FINISHED = "Have you finished the book? Pressing says so; until then your place stays where it is."
"""S25: a sentence that claims it gets the button and nothing else."""
WHY_BACK = "That is before your place. What should I do?"
MISTAKE = "It was a mistake: I have read less than that"
REREAD = "I read it again, as if for the first time"
LOOK_BACK = "I only look back; keep what I know"
BACK_AS_MISTAKE = (
    "Put right. Everything after your new place is sealed again and comes back when you get there."
)
BACK_AS_REREAD = "You read again as a first reader: answers go no further than your place."
REREADING = "You read again as a first reader, so this place is the bound for everything."
BACK_AS_LOOK = (
    "You look back; questions still use all you have read. `/catchmeup` and `/where` use this place."
)
WHICH_PLACE = "There are several places like that. Which one?"
LONGER_LINE = (
    "That stands in too many places to tell which. Paste a longer line, or more of the text before it."
)
PICK_A_CHAPTER = "Which chapter are you in?"
PASTE_A_LINE = "Paste the last line you read; a whole sentence is best."
FETCHING = "Fetching the file"
WHICH_BOOK = "Which book do you mean?"


def fetched_so_far(came_bytes: int) -> str:
    """Return how much of a file came, where nobody knows how much there is."""
    return f"{FETCHING}: {came_bytes / 1_000_000:,.1f} MB"


def no_book(platform: str) -> str:
    """Return how a first book gets here: by its path on a terminal, as a file that is sent elsewhere."""
    return NO_BOOK if platform == "terminal" else SEND_ME_A_BOOK


# ---- courtesies ----------------------------------------------------------------------------

HELLO = "Hello! Ask me about what you have read, or tell me where you are now."
WELCOME = "You are welcome. Ask on whenever you like."
GOODBYE = "Goodbye. Your place is kept; just ask when you read on."
WHAT_I_DO = (
    "Tell me where you are in your book (`/at 7`, or paste the last line you read) and ask: who somebody is, "
    "what happened so far, what a word means, where or why something happened. I answer from the book itself "
    "and never from a word past your place. `/help` lists all commands."
)
NO_WORDS = "I need words for that: ask who, what, where, when or why, or see `/help`."
NO_OPINION = (
    "I have no opinion of my own: I tell what stands in the part that you have read. Ask me who somebody is, "
    "what happened, where or why."
)
SAID_WRONG = (
    "Sorry. `/passage` shows what the last answer was taken from, `/correct NAME` puts a card right for you, "
    "and asking in other words may find more."
)
SAID_LOST = (
    "Let us go back a step. `/catchmeup` tells the story as far as you have read, `/cast` says who is who, "
    "and you can ask me about any one thing: a name, a word, why something happened."
)
WHICH_OF_THESE = "Which of these?"
NOTHING_TO_DECIDE = "There is nothing to decide just now. Ask me about what you have read."

# ---- answers -------------------------------------------------------------------------------

NO_ANSWER_YET = "There is no answer yet to open passages of. Ask something first."
NO_SUCH_PASSAGE = "The last answer has no passage of that number."
STOPPED = "Stopped."
THANKS = "Noted, thank you."
ANSWER_GONE = "That answer is not kept any more."
LINK_IN_PRIVATE = "Only in a private chat: whoever reads the code could use it."
NOTHING_TO_STOP = "Nothing is being answered right now."
TURN_DROPPED = (
    "Something went wrong inside, so this answer was dropped and nothing of it kept. Please ask again."
)
UNEXPECTED = "Something went wrong inside. It is in the log, without any text. Please try again."
NOTHING_EMPTY = "Say something, or `/help`."
NOBODY_YET = "Nobody has been named yet in what you have read."
NO_THINGS_YET = "No group, thing or creature has been named yet in what you have read."
UNEXPLAINED = "What it means has not been said in what you have read."
NOWHERE_YET = "No place has been named yet in what you have read."
NOTHING_TO_TELL = "There is nothing yet to tell again."
NO_MORE_PAGES = "There are no more pages."

PICTURE_NOT_SAVED = "The picture could not be saved: the data folder cannot be written."


def picture_saved(path: str) -> str:
    """Return where a picture lies that a terminal cannot show."""
    return f"Picture: {escape(path)}"


# ---- people, ties, times, corrections ------------------------------------------------------

NO_TIES = "No tie is told of in what you have read."
NO_TIMES = "What you have read does not say when."
HOW_TO_CAST = (
    "Write `/cast`, `/cast by mentions`, `/cast things`, or one of these with a page, for example "
    "`/cast by mentions 2`."
)
HOW_TO_CORRECT = (
    "Say `/correct NAME` to choose, or `/correct rename NAME to NAME`, `/correct merge NAME with NAME`, "
    "`/correct split NAME from NAME`, `/correct hide NAME`, `/correct wrong NAME: WORDS`. "
    "`/correct list` shows what you corrected, `/correct undo` takes the last one back."
)
NOT_ON_THE_CARD = "That does not stand on the card. `/correct NAME` shows what does."
CORRECTION_CHANGES_NOTHING = "That changes nothing, so it is not kept."
NO_CORRECTIONS = "You have corrected nothing up to this place."
NO_SUCH_CORRECTION = "There is no correction of that number. `/correct list` shows them."


def page_line(what: str, page: int, pages: int) -> str:
    """Return the line over a list in pages."""
    return f"{what} · page {page} of {pages}" if pages > 1 else what


def met(count: int) -> str:
    """Return how many were met so far."""
    return f"{counted(count, 'person', 'people')} so far"


def things_named(count: int) -> str:
    """Return how many groups, things and creatures are named so far."""
    return f"{counted(count, 'group, thing or creature', 'groups, things and creatures')} so far"


def ties_told(count: int) -> str:
    """Return how many ties are told of so far."""
    return f"{counted(count, 'tie')} so far"


def drawn_of(drawn: int, tied: int) -> str:
    """Return that a picture leaves some out, counted so far."""
    return f"Drawn are the {drawn} with the most ties so far, of {tied}."


def times_told(count: int) -> str:
    """Return how many marks of time there are so far."""
    return f"{counted(count, 'mark')} of time so far"


def ordinary_sense(sense: str, model: str) -> str:
    """Return a sense that is not the book's, marked as such (S24)."""
    return f"*Ordinarily, and not from this book ({escape(model)}):* {escape(sense)}"


def what_to_correct(name: str) -> str:
    """Return the question what of a card is not right, with what is said in words."""
    shown = escape(name)
    return (
        f"What is not right about {bold(name)}? In words: `/correct rename {shown} to NAME`, "
        f"`/correct merge {shown} with NAME`."
    )


def corrected(what: str) -> str:
    """Return that a correction is kept; `what` is markup."""
    return f"Kept for you, in this book from here on: {what.removesuffix('.')}."


def correction_undone(what: str) -> str:
    """Return that a correction is taken back; `what` is markup."""
    return f"Taken back: {what.removesuffix('.')}."


# ---- shelf ---------------------------------------------------------------------------------

REMOVAL_WORD = "remove"
REMOVE_CANCELLED = "Nothing was removed."
SEALED_IN_PRIVATE = (
    "What stands outside the story I open in private alone: it may tell the plot to everybody here."
)
SEALED_WARNING = "This stands outside the story and may tell the plot to its end. Open it all the same?"
SEALED_NONE = (
    "This file has no such part outside the story. "
    "Name it as its contents do, for example `/sealed introduction`."
)
SEND_A_FILE = "I read text. Send a book as a file: EPUB, PDF, plain text, Markdown or HTML."
CUT_SHORT = (
    "I was stopped while I answered your last message. If no answer stands above, please say it again; "
    "`/where` shows your place."
)
SMALLER_OR_OTHERWISE = (
    "That is as much as Telegram hands over to a bot. Most of a large EPUB is pictures: the same book "
    "without them, or as plain text, fits. Whoever runs this bot can raise the bound with a Bot API server "
    "of their own."
)
UPLOAD_FAILED = "The file did not get here. Please send it again."
NOTHING_REMEMBERED = "Nothing is remembered yet for this place."


def no_command(given: str, nearest: str) -> str:
    """Return what to say to a command that does not exist."""
    hint = f" Did you mean /{nearest}?" if nearest else ""
    return f"There is no command /{escape(given)}.{hint} `/help` lists them all."


def needs_argument(usage: str, example: str) -> str:
    """Return how a command is written that was given without what it needs."""
    return f"Write it as `{usage}`, for example `{example}`."


def same_name(count: int) -> str:
    """Return the lead of a question back about a shared name (T48)."""
    return f"{count} people answer to that name so far. Which one?"


def greeting(card: BookCard) -> str:
    """Return who is spoken to about which book."""
    author = f" by {escape(card.author)}" if card.author else ""
    title = bold(card.title or "Untitled")
    return f"{title}{author}. I know it exactly as far as you have read, and no further."


def of_author(card: BookCard) -> str:
    """Return who wrote the open book by its file; nothing else is known of them here (S24)."""
    title = bold(card.title or "Untitled")
    if not card.author:
        return f"This is {title}. Its file does not say who wrote it."
    return f"This is {title}, by {escape(card.author)}. Beyond that I know what you have read of it."


def length_told(upto: str, chapters: int) -> str:
    """Return how much of a book is read and how many chapters there are, which is all that is told (S20)."""
    there = counted(chapters, "chapter")
    return (
        f"You have read {escape(upto)}; the file holds {there}, see `/toc`. "
        "How long those ahead are is not told: it would tell of the story."
    )


def starters(questions: Sequence[str]) -> str:
    """Return questions to begin with; the caller took them from what is read (S32)."""
    return "You could ask:\n" + "\n".join(f"- {escape(question)}" for question in questions)


def book_known(card: BookCard) -> str:
    """Return that a book is there already."""
    return f"{bold(card.title or 'Untitled')} is on your shelf already."


def book_added(added: AddedBook) -> str:
    """Return that a book is here now, with what was odd about its file (S34)."""
    card = added.card
    chapters = sum(1 for section in added.sections if section.matter is Matter.BODY)
    words = counted(card.words, "word")
    lines = [f"{bold(card.title)} is read: {words} in {counted(chapters, 'section')}."]
    return "\n".join(lines + [f"- {escape(warning)}" for warning in added.warnings])


def books_kept(count: int) -> str:
    """Return how many books there are on a shelf."""
    return counted(count, "book")


def book_told(upto: str, highlights: int) -> str:
    """Return what a book's card says of its reader; `upto` is "" while no place is known.

    How long the whole is stays out: said again at each place it would measure what is left (S20).
    """
    parts = [f"read {escape(upto)}" if upto else "no place yet"]
    if highlights:
        parts.append(counted(highlights, "highlight"))
    return " · ".join(parts)


def confirm_removal(card: BookCard) -> str:
    """Return what goes with a book, and the word to type."""
    return (
        f"This removes {bold(card.title)} with its text, its index, your place, questions, memories "
        f"and highlights. Type `{REMOVAL_WORD}` to do it; anything else leaves it here."
    )


def book_removed(removed: RemovedBook, highlights: int) -> str:
    """Return what went, counted."""
    text = f"{bold(removed.card.title)} is removed"
    yours = "your place, questions and memories"
    if highlights:
        yours = f"your place, questions, memories and {counted(highlights, 'highlight')}"
    if removed.shared:
        return f"{text} from your shelf with {yours}; another reader keeps the same file."
    sections, passages = counted(removed.sections, "section"), counted(removed.passages, "passage")
    vectors = counted(removed.vectors, "vector")
    return f"{text}: {sections}, {passages} and {vectors}, with {yours}."


def forgotten(turns: int, memories: int) -> str:
    """Return how much was forgotten."""
    gone = f"{counted(turns, 'answer')} and {counted(memories, 'memory', 'memories')}"
    return f"Forgotten: {gone}. Your place and your books stay."


def spoiled(upto: str) -> str:
    """Return what is said to "this spoiled me" (S52): hidden, kept, and how to go back."""
    return (
        "Hidden. I am sorry: this must not happen. The answer and what it used are kept for whoever runs "
        f"this bot to look into. It was made for {escape(upto)}; if you are not so far, say where you are."
    )


def you_are(upto: str) -> str:
    """Return where the reader is, at the start of a talk."""
    return f"You have read {escape(upto)}." if upto != "the whole book" else "You have read the whole book."


def using(title: str, upto: str) -> str:
    """Return how far the book is used from now on."""
    return f"{bold(title)} · using: {escape(upto)}"


def end_of(chapter: str) -> str:
    """Return how far is read when a chapter has just ended."""
    return f"up to the end of {chapter}"


def two_marks(furthest: str) -> str:
    """Return that the reader looks back, and how far questions go all the same (S2)."""
    return f"You look back. Questions use all you have read: {escape(furthest)}."


def vague_chapter(target: str) -> str:
    """Return how to widen a chapter that was begun (S3, T8)."""
    after = "Say `done` when you have finished it, or paste the last line you read."
    return f"In the middle of {escape(target)}? {after}"


def inside_chapter(target: str) -> str:
    """Return that the reader was further in that chapter already."""
    stays = f"You have read part of {escape(target)} already, so that stays."
    return f"{stays} Say `done` when you have finished it."


def explain(command: Command) -> str:
    """Return one command: how it is written, what it does, an example, other names."""
    lines = [f"`{command.usage}`: {command.help}.", f"For example `{command.example}`."]
    if command.words:
        lines.append(f"Just {' or '.join(f'`{word}`' for word in command.words)} does the same.")
    if command.aliases:
        lines.append("Also " + ", ".join(f"`/{alias}`" for alias in command.aliases) + ".")
    return "\n".join(lines)


def how_to(commands: Sequence[Command]) -> str:
    """Return how that is done which a reader asked for."""
    listed = "\n".join(
        f"- `{command.usage}` {command.help}; for example `{command.example}`" for command in commands
    )
    return f"{'Say' if len(commands) == 1 else 'Say one of these'}:\n{listed}"


def help_all(commands: Sequence[Command]) -> str:
    """Return all commands in one list."""
    listed = "\n".join(f"- `{command.usage}` {command.help}" for command in commands)
    return f"Ask in plain words, or use a command:\n{listed}"


def link_code(code: str) -> str:
    """Return how to use a code that links two accounts."""
    return (
        f"On the other platform, say within ten minutes:\n\n`/link {code}`\n\n"
        "Your books, places and memories are the same on both from then on. Tell nobody else."
    )


def linked(books: int) -> str:
    """Return what a link brought."""
    came = f" {counted(books, 'book')} came along with their places." if books else ""
    return f"Linked: you are the same reader here and there.{came} /library shows your books."


def examined(checks: Sequence[Check]) -> str:
    """Return what the doctor found."""
    return "\n".join(
        f"- {'✓' if check.ok else '✗'} {bold(check.name)}: {escape(check.says)}" for check in checks
    )
