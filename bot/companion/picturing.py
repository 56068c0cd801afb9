"""Pictures of what is read: first the words and the price, then one press (S30)."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import cards
from bot.companion.finding import headed
from bot.companion.picture_asked import Asked, Options, find_asked, options_of, said_of
from bot.companion.picture_made import list_wanted, make, price_of
from bot.companion.picture_order import model_of, shown_first, sizes_for, versions_of
from bot.companion.picture_shown import show_again, wished
from bot.companion.scene import Messages, Scene, ask_back, say
from bot.markup import bold, escape
from bot.messages import Button, Kind, OutgoingMessage
from bot.picture_settings import styles_of
from bot.replies import pictures as words
from bot.replies.credits import priced
from storage.errors import NoPictures
from storage.values import Span

if TYPE_CHECKING:
    from storage import BookView


async def visualize(scene: Scene, argument: str) -> Messages:
    """Show the words a picture would go by and what it costs; make it; show it again."""
    if not argument.strip():
        yield say(words.HOW_TO_VISUALIZE, kind=Kind.OWN)
        return
    view = await scene.view()
    head, _, rest = argument.strip().partition(" ")
    if head in ("show", "first") and len(rest) == 32:
        async for message in show_again(scene, view, head, rest):
            yield message
        return
    flags = await scene.storage.licences.of(view.card.book_id)
    if not flags.visuals:
        raise NoPictures
    options = options_of(argument)
    if head == "again" and len(rest.partition(" ")[0]) == 32:
        again = await wished(scene, view, *rest.split(" ", 1))
        if again is None:
            yield say(words.NO_SUCH_PICTURE, kind=Kind.OWN)
            return
        options = again
    chapters = await scene.storage.library.list_chapters(view.card.book_id)
    async with scene.parts.drawing:  # looks and scenes of a long novel take seconds the first time
        ends = frozenset(chapter.end for chapter in chapters)
        found = await asyncio.to_thread(find_asked, view, options, ends)
    if found.asked is None:
        assert found.instead is not None
        yield found.instead
        return
    asked = found.asked
    options = said_of(view, asked, options)
    scene.cite(view, dict.fromkeys(asked.cited))
    if options.ask:
        yield await _choice(scene, asked, options)
    elif not options.go:
        yield await _card(scene, view, asked, options)
    else:
        wanted = await list_wanted(scene, view, asked, options)
        if wanted is None:
            yield await _card(scene, view, asked, options)
            return
        async with aclosing(make(scene, view, wanted, options)) as coming:  # who stops lets go of the rest
            async for message in coming:
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
    lines += [f"- *{words.YOURS}:* {escape(told)}" for told in asked.own(options)]
    left = [aspect for aspect in asked.unsaid if aspect not in dict(options.chosen)]
    if left:
        lines.append(words.unsaid([words.ASKED[aspect] for aspect in left]))
    buttons = [Button(priced("Draw it from the words", 0), options.said(go="drawn"))]
    if model_of(scene) is not None:
        sizes = await sizes_for(scene)
        size = options.size if options.size in sizes else next(iter(sizes))
        meant = replace(options, size=size, go="rendered", price="")
        price = price_of(await list_wanted(scene, view, asked, meant) or ())
        lines.append(f"Style: {escape(options.style or 'realistic')}. Size: {escape(size)}.")
        press = options.said(go="rendered", size=options.size and size, price=str(price))
        buttons.insert(0, Button(priced("Render it", price), press))
        buttons.append(Button("Style", options.said(ask="style")))
        if len(sizes) > 1:
            buttons.append(Button("Size", options.said(ask="size")))
        buttons += [Button(f"Choose {words.ASKED[aspect]}", options.said(ask=aspect)) for aspect in left[:3]]
    kept = await versions_of(scene, view, asked)
    if kept:
        buttons.append(Button(f"Pictures I have: {len(kept)}", f"/visualize show {shown_first(kept).id}"))
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


async def _choice(scene: Scene, asked: Asked, options: Options) -> OutgoingMessage:
    """Return a question about one thing that is open, the answers as buttons."""
    if options.ask == "style":
        styles = styles_of(scene.parts.config.pictures)
        buttons = [Button(name.capitalize(), options.said(style=name)) for name in styles]
        return ask_back("In which style?", *buttons)
    if options.ask == "size":
        buttons = [
            Button(priced(f"{name.capitalize()}, {size}", price), options.said(size=name))
            for name, (size, price) in (await sizes_for(scene)).items()
        ]
        return ask_back("In which size?", *buttons)
    choices = words.CHOICES.get(options.ask, ()) if options.ask in asked.unsaid else ()
    buttons = [Button(told, options.said(choose=f"{options.ask}: {told}")) for told in choices]
    return ask_back(
        f"The text does not say. What shall it be? {words.YOURS}.",
        *buttons,
        Button("Leave it", options.said()),
    )


def _span(asked: Asked) -> Span:
    assert isinstance(asked.of, Span)
    return asked.of
