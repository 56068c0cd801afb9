"""Pictures of what is read: first the words and the price, then one press; versions and a gallery (S30).

Whatever is shown again is asked for through the view of now: a name, a caption, a file's name and the words
for who cannot see it are made when it is shown, so a move back seals them with the picture.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.pictures.brief import (
    Brief,
    Subject,
    brief_from_json,
    brief_to_json,
    build_prompt,
    cache_key,
    seed_of,
)
from agent.pictures.drawn import DrawnRenderer
from bot import cards, drawn_cards, render, replies
from bot.companion.finding import headed
from bot.companion.people import turning
from bot.companion.picture_asked import Asked, Options, find_asked, options_of, said_of
from bot.companion.scene import Messages, Scene, ask_back, say
from bot.markup import bold, escape
from bot.messages import Button, Kind, OutgoingMessage
from bot.messages import Picture as ShownPicture
from bot.picture_making import place_of
from bot.picture_settings import sizes_of, styles_of
from bot.replies import pictures as words
from bot.replies.credits import priced
from storage.errors import NoPictures
from storage.ids import derived_id
from storage.pictures.pictures import Picture, PictureState, Portrayed
from storage.values import Span

if TYPE_CHECKING:
    from bot.drawn_cards import Cards
    from storage import BookView

_ALT_CHARS = 1_000
_TITLE_CHARS = 60
_SLOT = "picture"


async def visualize(scene: Scene, argument: str) -> Messages:
    """Show the words a picture would go by and what it costs; make it; show it again."""
    if not argument.strip():
        yield say(words.HOW_TO_VISUALIZE, kind=Kind.OWN)
        return
    view = await scene.view()
    head, _, rest = argument.strip().partition(" ")
    if head in ("show", "first") and len(rest) == 32:
        async for message in _again(scene, view, head, rest):
            yield message
        return
    flags = await scene.storage.licences.of(view.card.book_id)
    if not flags.visuals:
        raise NoPictures
    options = options_of(argument)
    chapters = await scene.storage.library.list_chapters(view.card.book_id)
    async with scene.parts.at_work:  # looks and scenes of a long novel take seconds the first time
        ends = frozenset(chapter.end for chapter in chapters)
        found = await asyncio.to_thread(find_asked, view, options, ends)
    if found.asked is None:
        assert found.instead is not None
        yield found.instead
        return
    asked = found.asked
    options = said_of(view, asked, options)
    scene.talk.cited = tuple(dict.fromkeys(asked.cited))
    if options.ask:
        yield _choice(scene, asked, options)
    elif not options.go:
        yield await _card(scene, view, asked, options)
    else:
        async for message in _made(scene, view, asked, options):
            yield message


# ---- before ----------------------------------------------------------------------------------------------


async def _card(scene: Scene, view: BookView, asked: Asked, options: Options) -> OutgoingMessage:
    """Return what the text says, what it does not, the reader's choices, and what each button costs."""
    cited: list[Span] = []
    if asked.panels:
        lines = [words.storyboard(len(asked.panels), asked.title)]
        lines += [cards.quoted(view, _span(panel), cited) for panel in asked.panels]
    else:
        lines = [bold(asked.title), *_told_lines(view, asked, cited)]
    chosen = [(aspect, told) for aspect, told in options.chosen if aspect in asked.unsaid]
    lines += [f"- *{words.YOURS}:* {escape(told)}" for _, told in chosen]
    lines += [f"- *{words.YOURS}:* {escape(wish)}" for wish in options.wishes]
    left = [aspect for aspect in asked.unsaid if aspect not in dict(chosen)]
    if left:
        lines.append(words.unsaid([words.ASKED[aspect] for aspect in left]))
    config = scene.parts.config.pictures
    style, size = options.style or "realistic", options.size or "standard"
    buttons = [Button(priced("Draw it from the words", 0), options.said(go="drawn"))]
    if _model(scene) is not None:
        price = sizes_of(config).get(size, next(iter(sizes_of(config).values())))[1]
        price *= max(1, len(asked.panels))
        lines.append(f"Style: {escape(style)}. Size: {escape(size)}.")
        buttons.insert(0, Button(priced("Render it", price), options.said(go="rendered")))
        buttons.append(Button("Style", options.said(ask="style")))
        if len(sizes_of(config)) > 1:
            buttons.append(Button("Size", options.said(ask="size")))
        buttons += [Button(f"Choose {words.ASKED[aspect]}", options.said(ask=aspect)) for aspect in left[:3]]
    kept = await _versions(scene, view, asked)
    if kept:
        buttons.append(Button(f"Pictures I have: {len(kept)}", f"/visualize show {_shown_first(kept).id}"))
    return replace(headed(view, "\n".join(lines), *buttons), offers=True)


def _told_lines(view: BookView, asked: Asked, cited: list[Span]) -> list[str]:
    if asked.looks is not None:
        told = [
            f"- *{escape(look.aspect.value.capitalize())}:* {escape(' '.join(look.text.split()))} "
            f"{cards.cite(view, look.sentence, cited)}"
            for look in asked.looks.now()
        ]
        return told or [words.TEXT_SILENT]
    lines = [cards.quoted(view, Span(detail.start, detail.end), cited) for detail in asked.details]
    lines += [
        f"- {bold(looks.name)}: {escape('; '.join(' '.join(look.text.split()) for look in looks.now()))}"
        for looks in asked.present
    ]
    return lines


def _choice(scene: Scene, asked: Asked, options: Options) -> OutgoingMessage:
    """Return a question about one thing that is open, the answers as buttons."""
    config = scene.parts.config.pictures
    if options.ask == "style":
        buttons = [Button(name.capitalize(), options.said(style=name)) for name in styles_of(config)]
        return ask_back("In which style?", *buttons)
    if options.ask == "size":
        buttons = [
            Button(priced(f"{name.capitalize()}, {size}", price), options.said(size=name))
            for name, (size, price) in sizes_of(config).items()
        ]
        return ask_back("In which size?", *buttons)
    choices = words.CHOICES.get(options.ask, ()) if options.ask in asked.unsaid else ()
    buttons = [Button(told, options.said(choose=f"{options.ask}: {told}")) for told in choices]
    return ask_back(
        f"The text does not say. What shall it be? {words.YOURS}.",
        *buttons,
        Button("Leave it", options.said()),
    )


# ---- making ----------------------------------------------------------------------------------------------


async def _made(scene: Scene, view: BookView, asked: Asked, options: Options) -> Messages:
    if options.go == "rendered" and _model(scene) is None:
        yield await _card(scene, view, asked, options)
        return
    wanted = asked.panels if asked.panels and options.go == "rendered" else (asked,)
    for number, one in enumerate(wanted):
        order = await _order(scene, view, one, options)
        there = next((kept for kept in await _versions(scene, view, one) if _is_same(kept, order)), None)
        if there is not None:
            yield await _shown(scene, view, there, words.PICTURE_THERE if there.price else "")
            continue
        slot = f"{_SLOT}{number}"
        if not scene.parts.making.is_drawn(order):
            yield OutgoingMessage(words.MAKING, Kind.PROGRESS, slot=slot, final=False)
        picture = await scene.parts.making.make(order)
        if picture.state is PictureState.DONE:
            yield replace(await _shown(scene, view, picture), slot=slot)
        else:
            again = Button("Look again", options.said())
            yield replace(say(words.refused(picture.why), again, kind=Kind.OWN), slot=slot)


def _is_same(kept: Picture, order: Picture) -> bool:
    """Tell whether a picture shows the same in the same way: a second press shall cost nothing."""
    if kept.model == DrawnRenderer.name:
        return kept.cache_key == order.cache_key
    mine, theirs = (order.model, order.style, order.size), (kept.model, kept.style, kept.size)
    return mine == theirs and brief_from_json(kept.brief) == brief_from_json(order.brief)


async def _order(scene: Scene, view: BookView, asked: Asked, options: Options) -> Picture:
    """Return the order of one picture: its key is made of what it shows, its id of who orders what."""
    brief = asked.brief(view, options)
    config = scene.parts.config.pictures
    versions = await _versions(scene, view, asked)
    references: tuple[str, ...] = ()
    if options.go == "drawn":
        model, style, size, price = DrawnRenderer.name, options.style or "cloth", "", 0
        drawn = _cards_of(scene, view, asked)
        prompt, alt, card = "", drawn_cards.alt_of(drawn), drawn_cards.to_json(drawn)
        key = sha256(f"drawn {style} {card}".encode()).hexdigest()
        reveal, seed = view.horizon.end, 0  # it has lines and ties on it, told up to here
    else:
        found = _model(scene)
        assert found is not None
        model, card = found, ""
        style = options.style if options.style in styles_of(config) else "realistic"
        size, price = sizes_of(config).get(options.size) or next(iter(sizes_of(config).values()))
        prompt = build_prompt(brief, styles_of(config)[style])
        alt = "; ".join(" ".join(detail.text.split()) for detail in brief.all)
        likeness = await _likeness(scene, view, asked, versions, model, style)
        references = tuple(one.file for one in likeness)
        keys = " ".join(one.cache_key for one in likeness)
        key = cache_key(brief, style=style, size=size, model=model, reference=keys)
        own = [one for one in likeness if one in versions]
        seed = own[0].seed if own else seed_of(key)
        reveal = max(asked.reveal, brief.reveal, *(one.reveal for one in likeness), 1)
    refusals = await scene.storage.pictures.refusals(scene.reader_id, view.card.book_id, key)
    of = f"{asked.of.first}" if isinstance(asked.of, Portrayed) else f"{asked.of.start}-{asked.of.end}"
    return Picture(
        id=derived_id("picture", scene.reader_id, view.card.book_id, key, of, str(refusals)),
        reader_id=scene.reader_id,
        book_id=view.card.book_id,
        kind=asked.subject.value,
        of=asked.of,
        cache_key=key,
        prompt=prompt,
        brief=brief_to_json(brief),
        style=style,
        size=size,
        model=model,
        seed=seed,
        price=price,
        alt=alt[:_ALT_CHARS],
        reveal=reveal,
        horizon=view.horizon.end,
        place=place_of(scene.message, references),
        card=card,
    )


async def _likeness(
    scene: Scene, view: BookView, asked: Asked, versions: Sequence[Picture], model: str, style: str
) -> list[Picture]:
    """Return what this one starts from: the version before it, or the portraits of those present.

    None is from past the horizon: each was asked for through it.
    """
    mine = [one for one in versions if one.model == model and one.style == style]
    found = mine[-1:]
    if asked.subject in (Subject.SCENE, Subject.PANEL):
        found = []
        every = await scene.storage.pictures.gallery(scene.reader_id, view.horizon)
        for looks in asked.present:
            card = next((card for card in view.people() if card.name == looks.name), None)
            of_them = [
                one
                for one in every
                if card is not None
                and one.kind == Subject.PERSON.value
                and isinstance(one.of, Portrayed)
                and one.of.first == card.first
                and one.model == model
            ]
            found += [_shown_first(of_them[::-1])] * bool(of_them)
    return found


def _cards_of(scene: Scene, view: BookView, asked: Asked) -> Cards:
    """Return what a drawn picture has on it; every word of it out of the view."""
    from bot.drawing.character_card import CharacterCard
    from bot.drawing.scene_card import SceneCard

    title = " ".join(view.card.title.split()) or "Untitled"
    caption = f"{title[:_TITLE_CHARS]} · {render.upto(view)}"
    if asked.subject is not Subject.PERSON:
        return [
            SceneCard(
                heading=one.title,
                lines=tuple(cards.short_quote(view, Span(d.start, d.end)) for d in one.details[:3]),
                people=tuple(looks.name for looks in one.present),
                caption=caption,
            )
            for one in asked.panels or (asked,)
        ]
    card = next((card for card in view.people() if card.name == asked.title), None)
    ties = [tie for tie in view.story.relations(asked.title) if asked.title in (tie.a, tie.b)]
    looks = asked.looks.now() if asked.looks else ()
    facts = [fact.text for fact in card.descriptors if fact.kind in ("trade", "kin", "is")] if card else []
    quotes = [look.sentence for look in looks] or list(card.quotes if card else ())
    return [
        CharacterCard(
            name=asked.title,
            epithet=facts[-1] if facts else "",
            looks=tuple(" ".join(look.text.split()) for look in looks),
            unsaid=tuple(words.ASKED[aspect] for aspect in asked.unsaid),
            quotes=tuple(
                (cards.short_quote(view, span), view.label(span.start)) for span in dict.fromkeys(quotes)
            )[:2],
            ties=tuple(cards.tie_said(tie.a, tie.b, tie.kind) for tie in ties[:4]),
            caption=caption,
        )
    ]


# ---- again -----------------------------------------------------------------------------------------------


async def _again(scene: Scene, view: BookView, act: str, picture_id: str) -> Messages:
    pictures = scene.storage.pictures
    if act == "first":
        done = await pictures.choose(scene.reader_id, view.horizon, picture_id)
        yield say(words.CHOSEN if done else words.NO_SUCH_PICTURE, kind=Kind.OWN)
        return
    picture = await pictures.find(scene.reader_id, view.horizon, picture_id)
    if picture is not None:
        yield await _shown(scene, view, picture)
        return
    refused = await pictures.why_refused(scene.reader_id, picture_id)
    text = words.refused(refused) if refused else words.NO_SUCH_PICTURE
    yield say(text, kind=Kind.OWN)


async def gallery(scene: Scene, argument: str) -> Messages:
    """List the pictures of this book that this place may see, a page at a time."""
    view = await scene.view()
    kept = await scene.storage.pictures.gallery(scene.reader_id, view.horizon)
    page = int(argument) if argument.strip().isdecimal() else 1
    shown = cards.page_of(kept, page)
    if not kept:
        yield say(words.NO_PICTURES_YET, kind=Kind.OWN)
    elif shown is None:
        yield say(replies.NO_MORE_PAGES)
    else:
        lines = [f"- {number}. {_line(view, picture)}" for number, picture in enumerate(kept[shown], 1)]
        buttons = [
            Button(str(number), f"/visualize show {picture.id}")
            for number, picture in enumerate(kept[shown], 1)
        ]
        head = replies.page_line(f"{len(kept)} pictures up to here", page, cards.pages_of(kept))
        buttons += turning("/gallery", page, cards.pages_of(kept))
        yield replace(headed(view, "\n".join([head, *lines]), *buttons), offers=True)


def _line(view: BookView, picture: Picture) -> str:
    made = words.DRAWN if picture.model == DrawnRenderer.name else picture.style
    return f"{bold(_name(view, picture))} · {escape(made)} · {escape(view.label(max(0, picture.reveal - 1)))}"


async def _shown(scene: Scene, view: BookView, picture: Picture, note: str = "") -> OutgoingMessage:
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
        if isinstance(picture.of, Portrayed) and not picture.is_default:
            buttons.append(Button("Show this one first", f"/visualize first {picture.id}"))
    if isinstance(picture.of, Portrayed) and (subject := _subject(view, picture)):
        if _is_changed(view, picture, subject):
            lines.append(words.CHANGED_SINCE)
        buttons.append(Button("Another version", f"/visualize {subject}"))
    buttons.append(Button("Gallery", "/gallery"))
    if not is_drawn:
        brief = brief_from_json(picture.brief)
        lines += [f"- {escape(told)}" for told in _listed(brief)]
    title = " ".join(view.card.title.split()) or "Untitled"
    upto = render.upto(view)
    alt = f"{name}, {upto}: {picture.alt}"
    file = f"{_slug(' '.join([title[:_TITLE_CHARS], name, upto]))}.png"
    labels = drawn_cards.words_of(picture.card) if is_drawn else ()
    message = replace(headed(view, "\n".join(lines), *buttons), offers=True)
    return replace(message, picture=ShownPicture(png, file, _bounded(alt), labels))


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


async def _versions(scene: Scene, view: BookView, asked: Asked) -> list[Picture]:
    return await scene.storage.pictures.versions(scene.reader_id, view.horizon, asked.subject.value, asked.of)


def _shown_first(versions: Sequence[Picture]) -> Picture:
    return next((one for one in versions if one.is_default), versions[-1])


def _model(scene: Scene) -> str | None:
    """Return the model that renders here, None when pictures are only drawn."""
    return scene.parts.making.model


def _span(asked: Asked) -> Span:
    assert isinstance(asked.of, Span)
    return asked.of


def _bounded(text: str) -> str:
    return text if len(text) <= _ALT_CHARS else text[: _ALT_CHARS - 1].rsplit(" ", 1)[0] + "…"


def _slug(text: str) -> str:
    kept = "".join(sign if sign.isalnum() and sign.isascii() else " " for sign in text.casefold())
    return "-".join(kept.split())[:100]
