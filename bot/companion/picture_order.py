"""The order of a picture: what it is made of, and the likeness that it keeps (S30, T25)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.pictures.brief import Subject, brief_from_json, brief_to_json, build_prompt, cache_key, seed_of
from agent.pictures.drawn import DrawnRenderer
from bot import cards, drawn_cards, render
from bot.companion.picture_asked import Asked, Options, is_told_alike
from bot.companion.scene import Scene
from bot.picture_making import place_of
from bot.picture_settings import sizes_of, styles_of
from bot.replies import pictures as words
from storage.ids import derived_id
from storage.pictures.pictures import Picture, Portrayed
from storage.values import Span

if TYPE_CHECKING:
    from bot.drawn_cards import Cards
    from storage import BookView

ALT_CHARS = 1_000
TITLE_CHARS = 60


def is_same(kept: Picture, order: Picture) -> bool:
    """Tell whether a picture shows the same in the same way: a second press shall cost nothing."""
    if kept.model == DrawnRenderer.name:
        return kept.cache_key == order.cache_key
    mine, theirs = (order.model, order.style, order.size), (kept.model, kept.style, kept.size)
    return mine == theirs and brief_from_json(kept.brief) == brief_from_json(order.brief)


async def order_of(scene: Scene, view: BookView, asked: Asked, options: Options) -> Picture:
    """Return the order of one picture: its key is made of what it shows, its id of who orders what."""
    brief = asked.brief(view, options)
    config = scene.parts.config.pictures
    versions = await versions_of(scene, view, asked)
    references: tuple[str, ...] = ()
    if options.go == "drawn":
        model, style, size, price = DrawnRenderer.name, options.style or "cloth", "", 0
        drawn = await asyncio.to_thread(_cards_of, view, asked, options)  # ties may be asked for first
        prompt, alt, card = "", drawn_cards.alt_of(drawn), drawn_cards.to_json(drawn)
        key = sha256(f"drawn {style} {card}".encode()).hexdigest()
        reveal, seed = view.horizon.end, 0  # it has lines and ties on it, told up to here
    else:
        found = model_of(scene)
        assert found is not None
        model, card = found, ""
        style = options.style if options.style in styles_of(config) else "realistic"
        sizes = await sizes_for(scene)
        size, price = sizes.get(options.size) or next(iter(sizes.values()))
        prompt = build_prompt(brief, styles_of(config)[style])
        alt = "; ".join(" ".join(detail.text.split()) for detail in brief.all)
        likeness = await _likeness(scene, view, asked, versions, model, style)
        references = tuple(one.file for one in likeness)
        keys = " ".join(one.cache_key for one in likeness)
        key = cache_key(brief, style=style, size=size, model=model, reference=keys)
        own = [one for one in likeness if one in versions]
        seed = own[0].seed if own else seed_of(key)
        least = max(asked.reveal, brief.reveal, *(one.reveal for one in likeness), 1)
        reveal = await _seen_from(scene, view, asked, options, least)
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
        alt=alt[:ALT_CHARS],
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
            if of_them:
                found.append(shown_first(of_them[::-1]))
    return found


async def _seen_from(scene: Scene, view: BookView, asked: Asked, options: Options, least: int) -> int:
    """Return the offset from which a picture may be seen: `least`, where the text up to there tells the very
    same, else the place it is ordered at.

    Only the book as it was there can say so: which names were one person's (S14), and what nobody had put
    right yet. What the reader chose or wished was said by one who had read so far (S37, S38).
    """
    here = view.horizon.end
    if least >= here or asked.own(options):
        return here
    there = await scene.storage.library.open(view.horizon.narrow(least))
    async with scene.parts.drawing:
        is_told = await asyncio.to_thread(is_told_alike, there, asked, asked.brief(view, options))
    return least if is_told else here


def _cards_of(view: BookView, asked: Asked, options: Options) -> Cards:
    """Return what a drawn picture has on it; every word of it out of the view."""
    from bot.drawing.character_card import CharacterCard
    from bot.drawing.scene_card import SceneCard

    title = " ".join(view.card.title.split()) or "Untitled"
    caption = f"{title[:TITLE_CHARS]} · {render.upto(view)}"
    if asked.subject is not Subject.PERSON:
        # A scene alone has its chapter for a heading, and the place of each line under it.
        is_scene = asked.subject is Subject.SCENE
        return [
            SceneCard(
                heading=(is_scene and view.section_at(one.begins).title) or one.title,
                lines=tuple(cards.short_quote(view, Span(d.start, d.end)) for d in one.details[:3]),
                people=tuple(looks.name for looks in one.present),
                caption=caption,
                own=asked.own(options),
                places=() if asked.panels else tuple(view.label(d.start) for d in one.details[:3]),
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
            unsaid=tuple(words.ASKED[one] for one in asked.unsaid if one not in dict(options.chosen)),
            own=asked.own(options),
            quotes=tuple(
                (cards.short_quote(view, span), view.label(span.start)) for span in dict.fromkeys(quotes)
            )[:2],
            ties=tuple(cards.tie_said(tie.a, tie.b, tie.kind) for tie in ties[:4]),
            caption=caption,
        )
    ]


async def versions_of(scene: Scene, view: BookView, asked: Asked) -> list[Picture]:
    return await scene.storage.pictures.versions(scene.reader_id, view.horizon, asked.subject.value, asked.of)


def shown_first(versions: Sequence[Picture]) -> Picture:
    """Return the version that was chosen furthest on, the latest where none was; they come oldest first."""
    chosen = [one for one in versions if one.is_default]
    return max(chosen, key=lambda one: one.reveal, default=versions[-1])


def model_of(scene: Scene) -> str | None:
    """Return the model that renders here, None when pictures are only drawn."""
    return scene.parts.making.model


async def sizes_for(scene: Scene) -> Mapping[str, tuple[str, int]]:
    """Return the sizes that this reader's tier has: pixels and price in credits, by name."""
    _, tier = await scene.storage.wallets.tier(scene.reader_id)
    return sizes_of(scene.parts.config.pictures, tier)
