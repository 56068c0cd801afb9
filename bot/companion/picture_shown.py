"""Pictures that there are: shown again, their versions, a gallery; all worded by the view of now.

A name, a caption, a file's name and the words for who cannot see it are made when it is shown, so a move back
seals them with the picture (S30).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.pictures.brief import Brief, Subject, brief_from_json
from agent.pictures.drawn import DrawnRenderer
from bot import cards, drawn_cards, render, replies
from bot.companion.finding import headed
from bot.companion.people import turning
from bot.companion.picture_asked import Options, find_asked, said_at, wishes_of
from bot.companion.picture_order import ALT_CHARS, TITLE_CHARS, shown_first, sizes_for
from bot.companion.scene import Messages, Scene, say
from bot.markup import bold, escape
from bot.messages import Button, Kind, OutgoingMessage
from bot.messages import Picture as ShownPicture
from bot.replies import pictures as words
from storage.pictures.pictures import Picture, Portrayed
from storage.values import Span

if TYPE_CHECKING:
    from storage import BookView


async def show_again(scene: Scene, view: BookView, act: str, picture_id: str) -> Messages:
    """Show a picture of before, or make it the one that is shown first, as far as this place may see it."""
    pictures = scene.storage.pictures
    if act == "first":
        done = await pictures.choose(scene.reader_id, view.horizon, picture_id)
        yield say(words.CHOSEN if done else words.NO_SUCH_PICTURE, kind=Kind.OWN)
        return
    picture = await pictures.find(scene.reader_id, view.horizon, picture_id)
    if picture is not None:
        yield await shown(scene, view, picture)
        return
    refused = await pictures.why_refused(scene.reader_id, picture_id)
    text = words.refused(refused) if refused else words.NO_SUCH_PICTURE
    yield say(text, kind=Kind.OWN)


async def wished(scene: Scene, view: BookView, picture_id: str, wish: str) -> Options | None:
    """Return what means another version of a picture with one more wish.

    None when there is no such picture up to here.
    """
    picture = await scene.storage.pictures.find(scene.reader_id, view.horizon, picture_id)
    subject = _subject(view, picture) if picture is not None else ""
    if picture is None or not subject:
        return None
    brief = brief_from_json(picture.brief)
    is_drawn = picture.model == DrawnRenderer.name
    sizes = {} if is_drawn else {size: name for name, (size, _) in (await sizes_for(scene)).items()}
    return Options(
        subject,
        style="" if is_drawn else picture.style,
        size=sizes.get(picture.size, ""),
        chosen=tuple((detail.aspect, detail.text) for detail in brief.details if detail.by_reader),
        wishes=wishes_of([*brief.wishes, wish]),
    )


async def gallery(scene: Scene, argument: str) -> Messages:
    """List the pictures of this book that this place may see, a page at a time."""
    view = await scene.view()
    kept = await scene.storage.pictures.gallery(scene.reader_id, view.horizon)
    page = int(argument) if argument.strip().isdecimal() else 1
    listed = cards.page_of(kept, page)
    if not kept:
        yield say(words.NO_PICTURES_YET, kind=Kind.OWN)
    elif listed is None:
        yield say(replies.NO_MORE_PAGES)
    else:
        lines = [f"- {number}. {_line(view, picture)}" for number, picture in enumerate(kept[listed], 1)]
        buttons = [
            Button(str(number), f"/visualize show {picture.id}")
            for number, picture in enumerate(kept[listed], 1)
        ]
        head = replies.page_line(f"{len(kept)} pictures up to here", page, cards.pages_of(kept))
        buttons += turning("/gallery", page, cards.pages_of(kept))
        yield replace(headed(view, "\n".join([head, *lines]), *buttons), offers=True)


def _line(view: BookView, picture: Picture) -> str:
    made = words.DRAWN if picture.model == DrawnRenderer.name else picture.style
    return f"{bold(_name(view, picture))} · {escape(made)} · {escape(view.label(max(0, picture.reveal - 1)))}"


async def shown(scene: Scene, view: BookView, picture: Picture, note: str = "") -> OutgoingMessage:
    """Return a picture to show, worded by the view of now."""
    png = await scene.storage.pictures.files.get(picture.file)
    versions = await scene.storage.pictures.versions(scene.reader_id, view.horizon, picture.kind, picture.of)
    name = _name(view, picture)
    at = next((n for n, one in enumerate(versions) if one.id == picture.id), 0)
    is_drawn = picture.model == DrawnRenderer.name
    made = words.DRAWN if is_drawn else f"{words.rendered_by(picture.model)}, {escape(picture.style)}"
    about = [bold(name), words.version(at + 1, len(versions)), made]
    lines = [" · ".join(part for part in about if part)]
    lines += [note] * bool(note)
    buttons = []
    if len(versions) > 1:
        before, after = versions[at - 1], versions[(at + 1) % len(versions)]
        buttons = [
            Button("◀", f"/visualize show {before.id}"),
            Button("▶", f"/visualize show {after.id}"),
        ]
        is_first = picture.is_default and shown_first(versions).id == picture.id
        if isinstance(picture.of, Portrayed) and not is_first:
            buttons.append(Button("Show this one first", f"/visualize first {picture.id}"))
    if isinstance(picture.of, Portrayed) and (subject := _subject(view, picture)):
        if _is_changed(view, picture, subject):
            lines.append(words.CHANGED_SINCE)
        buttons.append(Button("Another version", f"/visualize {subject}"))
    buttons.append(Button("Gallery", "/gallery"))
    if not is_drawn:
        brief = brief_from_json(picture.brief)
        lines += [f"- {escape(told)}" for told in _listed(brief)]
    lines.append(words.ANSWER_IT)
    title = " ".join(view.card.title.split()) or "Untitled"
    upto = render.upto(view)
    alt = f"{name}, {upto}: {picture.alt}"
    file = f"{_slug(' '.join([title[:TITLE_CHARS], name, upto]))}.png"
    labels = drawn_cards.words_of(picture.card) if is_drawn else ()
    message = replace(headed(view, "\n".join(lines), *buttons), offers=True)
    on_reply = f"/visualize again {picture.id}"
    return replace(message, picture=ShownPicture(png, file, _bounded(alt), labels), on_reply=on_reply)


def _listed(brief: Brief) -> list[str]:
    told = [" ".join(d.text.split()) + (f" ({words.YOURS})" if d.by_reader else "") for d in brief.all]
    return [*told, *(f"{wish} ({words.YOURS})" for wish in brief.wishes)]


def _name(view: BookView, picture: Picture) -> str:
    """Return what a picture is of, as the text up to here calls it (S13)."""
    if isinstance(picture.of, Span):
        return view.label(min(picture.of.start, view.chars))
    first = picture.of.first
    known = next((card.name for card in view.people() if card.first == first), "")
    known = known or next((card.name for card in view.places() if card.first == first), "")
    # "Old" and "Young" of one name are told of by words that are read.
    return known or (picture.of.name if view.has_words(picture.of.name) else "…")


def _subject(view: BookView, picture: Picture) -> str:
    """Return what one says to mean who or what a picture is of, '' when it has no name up to here."""
    if isinstance(picture.of, Span):
        return said_at(view, picture.kind, picture.of)
    name = _name(view, picture)
    if name == "…":
        return ""
    return f"place {name}" if picture.kind == Subject.PLACE.value else name


def _is_changed(view: BookView, picture: Picture, subject: str) -> bool:
    """Tell whether the text has somebody look otherwise now than on a picture."""
    if picture.kind != Subject.PERSON.value or picture.model == DrawnRenderer.name:
        return False
    found = find_asked(view, Options(subject), ())
    if found.asked is None:
        return False
    then = {d.text for d in brief_from_json(picture.brief).details if not d.by_reader}
    return {detail.text for detail in found.asked.details} != then


def _bounded(text: str) -> str:
    return text if len(text) <= ALT_CHARS else text[: ALT_CHARS - 1].rsplit(" ", 1)[0] + "…"


def _slug(text: str) -> str:
    kept = "".join(sign if sign.isalnum() and sign.isascii() else " " for sign in text.casefold())
    return "-".join(kept.split())[:100]
