"""Where the reader is: stating it, moving up and down, finishing. Only the reader moves the place (S4).

A vague place counts by its low end, and the reply says which and how to raise it (S3). The echo shows text
that ends at the place, never what follows (S6). Moving down asks why (S5).
"""

from __future__ import annotations

from dataclasses import replace

from bot import render, replies
from bot.companion.chapters import begin_next, end_of_current
from bot.companion.scene import Awaited, Messages, Scene, ask_back, say
from bot.messages import Button, Kind, OutgoingMessage
from storage.book.view import BookView
from storage.errors import AmbiguousPlace, NoPlaceYet, PlaceNotFound
from storage.reader.position import DownReason, Mode
from storage.reader.progress import Act, Outcome
from storage.values import PlaceHow, PlaceMatch

CHAPTERS_ON_A_PAGE = 12
_CHAPTER, _BEGUN, _ENDED = "section", "begun", "ended"
LEAVE_IT = Button("Leave my place as it is", "/dismiss place")
_REASONS = {
    "mistake": replies.BACK_AS_MISTAKE,
    "reread": replies.BACK_AS_REREAD,
    "look_back": replies.BACK_AS_LOOK,
}


async def at(scene: Scene, words: str) -> Messages:
    """Set the place that `words` state; "undo" takes the last move back."""
    card = await scene.book()
    if words.strip().casefold() == "undo":
        await scene.storage.progress.undo(scene.reader_id, card.book_id)
        yield await _arrived(scene, replies.UNDONE)
        return
    horizon = await scene.find_horizon()
    try:
        match = await scene.storage.library.locate(card.book_id, words, horizon.end if horizon else 0)
    except AmbiguousPlace as error:
        if not error.matches:
            raise
        pairs = zip(error.candidates, error.matches, strict=True)
        yield ask_back(
            replies.WHICH_PLACE, *[Button(label, action(match), tells=True) for label, match in pairs]
        )
        return
    yield await _go(scene, match)


async def move(scene: Scene, argument: str) -> Messages:
    """Do what a button about a place says; `action` writes it."""
    reason, *place = argument.split()
    if place[0] == _CHAPTER:
        match = await _chapter(scene, int(place[1]), is_ended=place[2] == _ENDED)
    else:
        start, end, how, section = place
        match = PlaceMatch(int(start), int(end), PlaceHow(how), start == end, int(section) or None)
    if reason == "here":
        yield await _go(scene, match)
        return
    card = await scene.book()
    await scene.storage.progress.move_down(scene.reader_id, card.book_id, match, DownReason(reason))
    yield await _arrived(scene, _REASONS[reason], match)


def action(match: PlaceMatch, reason: str = "here") -> str:
    """Return what a button says that moves to `match`: offsets, never text."""
    return f"/move {reason} {match.start} {match.end} {match.how.value} {match.section or 0}"


def is_for(action: str, reason: DownReason) -> bool:
    """Tell whether an action is that of the button that goes back for `reason`."""
    return action.startswith(f"/move {reason.value} ")


def chapter_action(ordinal: int | None, *, is_ended: bool = False) -> str:
    """Return what a button says that moves into a section, or to its end, by its ordinal alone.

    Where it lies depends on what is not read yet, so an offset would tell of that (S20).
    """
    return f"/move here {_CHAPTER} {ordinal or 0} {_ENDED if is_ended else _BEGUN}"


async def where(scene: Scene, argument: str) -> Messages:
    """Tell the place, and show the text that ends there."""
    async with scene.reading():  # one look for all that is asked of the place
        card = await scene.book()
        position = await scene.storage.progress.position(scene.reader_id, card.book_id)
        view = await scene.plain_view(recap=True)
        await scene.flags()  # which every message that shows a book asks for
    lines = []
    if position.finished:
        lines.append(replies.FINISHED)
    elif position.mode is Mode.REREAD:
        lines.append(replies.REREADING)
    elif position.furthest != position.current:
        furthest = render.upto(await scene.plain_view())
        lines.append(replies.two_marks(furthest))
    yield say(_with_echo(view, "\n\n".join(lines)))


async def done(scene: Scene, argument: str) -> Messages:
    """Move to the end of the chapter that the reader is in."""
    yield await _step(scene, Act.DONE)


async def next_(scene: Scene, argument: str) -> Messages:
    """Move to where the next chapter begins."""
    yield await _step(scene, Act.NEXT)


async def widen(scene: Scene, argument: str) -> Messages:
    """Raise a vague place to its high end (S3)."""
    card = await scene.book()
    await scene.plain_view()
    await scene.storage.progress.widen(scene.reader_id, card.book_id)
    yield await _arrived(scene, "")


async def finished(scene: Scene, argument: str) -> Messages:
    """Lift the bound for this reader and this book (S7)."""
    card = await scene.book()
    scene.talk.awaited = Awaited.NOTHING
    await scene.storage.progress.finish(scene.reader_id, card.book_id, card.reading_chars)
    yield say(replies.FINISHED)


async def unfinish(scene: Scene, argument: str) -> Messages:
    """Seal the book again after the place from before it was finished (S7)."""
    card = await scene.book()
    move = await scene.storage.progress.unfinish(scene.reader_id, card.book_id)
    if move.position.current is None:
        scene.talk.awaited = Awaited.PLACE
        yield say(f"{replies.UNFINISHED}\n\n{replies.WHERE_ARE_YOU}")
        return
    yield await _arrived(scene, replies.UNFINISHED)


async def pick(scene: Scene, argument: str) -> Messages:
    """Ask which chapter the reader is in, a page at a time; later titles are bare numbers (S27)."""
    card = await scene.book()
    horizon = await scene.find_horizon()
    # Who has not said where they are is shown what one sees who has not begun.
    view = await scene.storage.library.open(horizon or scene.storage.progress.horizon_at(card.book_id, 0))
    chapters = await scene.storage.library.list_chapters(card.book_id)
    pages = max(1, -(-len(chapters) // CHAPTERS_ON_A_PAGE))
    here = sum(chapter.end <= view.horizon.end for chapter in chapters)
    page = int(argument) if argument.isdecimal() else min(here, len(chapters) - 1) // CHAPTERS_ON_A_PAGE + 1
    page = min(max(page, 1), pages)
    first = (page - 1) * CHAPTERS_ON_A_PAGE
    lines = {line.ordinal: line for line in view.sections()}
    buttons = [
        Button(render.chapter_label(lines[chapter.section]), chapter_action(chapter.section), tells=True)
        for chapter in chapters[first : first + CHAPTERS_ON_A_PAGE]
        if chapter.section in lines
    ]
    if page > 1:
        buttons.append(Button("‹ Earlier", f"/pick {page - 1}"))
    if page < pages:
        buttons.append(Button("Later ›", f"/pick {page + 1}"))
    scene.talk.awaited = Awaited.PLACE
    question = ask_back(replies.PICK_A_CHAPTER, *buttons)
    yield replace(question, in_place=bool(argument))


async def paste(scene: Scene, argument: str) -> Messages:
    """Ask for the last line that was read."""
    await scene.book()
    scene.talk.awaited = Awaited.PLACE
    yield say(replies.PASTE_A_LINE, kind=Kind.OWN)


def offer(match: PlaceMatch, question: str) -> OutgoingMessage:
    """Return the offer to set the place at `match`, without a word about what stands there (S4, T20)."""
    return ask_back(question, Button("Yes, I am there", action(match)), LEAVE_IT)


# ---- inside --------------------------------------------------------------------------------


async def _chapter(scene: Scene, ordinal: int, *, is_ended: bool) -> PlaceMatch:
    """Return a section as a place; raises `PlaceNotFound` when this book has none such."""
    card = await scene.book()
    for chapter in await scene.storage.library.list_chapters(card.book_id):
        if chapter.section == ordinal:
            if not is_ended:
                return chapter
            return replace(chapter, start=chapter.end, exact=True)
    raise PlaceNotFound(text=str(ordinal))


async def _go(scene: Scene, match: PlaceMatch, act: Act = Act.MOVE) -> OutgoingMessage:
    card = await scene.book()
    scene.talk.awaited = Awaited.NOTHING
    move = await scene.storage.progress.move_to(scene.reader_id, card.book_id, match, act)
    if move.outcome is Outcome.ASK_WHY:
        return ask_back(
            replies.WHY_BACK,
            Button(replies.MISTAKE, action(match, "mistake")),
            Button(replies.REREAD, action(match, "reread")),
            Button(replies.LOOK_BACK, action(match, "look_back")),
            LEAVE_IT,
        )
    if move.position.finished and match.how is PlaceHow.END:
        return say(replies.FINISHED)
    return await _arrived(scene, "", match)


async def _step(scene: Scene, act: Act) -> OutgoingMessage:
    card = await scene.book()
    await scene.plain_view()  # without a place there is no chapter to end
    position = await scene.storage.progress.position(scene.reader_id, card.book_id)
    chapters = await scene.storage.library.list_chapters(card.book_id)
    at = position.current or 0
    if act is Act.DONE:
        match = end_of_current(chapters, at)
    else:
        match = begin_next(chapters, at, begun=position.raise_to is not None)
    if match is None:
        return say(replies.ALREADY_AT_END, Button("I finished the book", "/finished"))
    return await _go(scene, match, act)


async def _arrived(scene: Scene, lead: str, match: PlaceMatch | None = None) -> OutgoingMessage:
    """Return the echo of the place of now: how far, and the text that ends there (S6)."""
    try:
        view = await scene.plain_view(recap=True)
    except NoPlaceYet:
        scene.talk.awaited = Awaited.PLACE
        return say(f"{lead}\n\n{replies.WHERE_ARE_YOU}".strip())
    vague = match is not None and not match.exact and match.end > match.start
    if not vague:
        return say(_with_echo(view, lead))
    assert match is not None
    if match.how is not PlaceHow.CHAPTER:
        return say(_with_echo(view, lead, replies.VAGUE_PLACE), Button("I read to the end of it", "/widen"))
    target = section_label(view, match.section)
    button = Button(f"I finished {target}", "/done")
    if view.chars > match.start:
        return say(_with_echo(view, lead, replies.inside_chapter(target)), button)
    # The reader named the chapter, so saying that the one before it ends there tells nothing.
    before = render.last_chapter_label(view)
    upto = replies.end_of(before) if before else ""
    return say(_with_echo(view, lead, replies.vague_chapter(target), upto), button)


def _with_echo(view: BookView, lead: str, hint: str = "", upto: str = "") -> str:
    used = replies.using(view.card.title, upto or render.upto(view))
    parts = [lead, used, render.ending(view) if view.chars else "", hint]
    return "\n\n".join(part for part in parts if part)


def section_label(view: BookView, ordinal: int | None) -> str:
    """Return how a section is called at this place: a later one by its bare number (S27)."""
    return next((line.label for line in view.sections() if line.ordinal == ordinal), "it")
