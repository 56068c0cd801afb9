"""A reader's corrections of the cards: rename, merge, split, hide, "this is wrong", and taking one back.

A correction is one reader's own. It changes what every command tells them of people, in this book and from
this place on; going back before it seals it like anything else (S5). Nothing is written into the book.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot import replies
from bot.companion.finding import find_person, name_of
from bot.companion.scene import Messages, Scene, ask_back, say
from bot.markup import bold, escape
from bot.messages import Button, Kind, OutgoingMessage
from storage.story.corrections import Correction, CorrectionKind

if TYPE_CHECKING:
    from storage import BookView
    from storage.story.facts import PersonCard

_ACT = re.compile(
    r"^(?P<act>rename|merge|split|hide|wrong|undo|list)\b\s*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
_PARTED = {
    "rename": re.compile(r"^(?P<name>.+?)\s+(?:to|as|=|->|→)\s+(?P<other>.+)$", re.DOTALL),
    "merge": re.compile(r"^(?P<name>.+?)\s+(?:with|and|=)\s+(?P<other>.+)$", re.DOTALL),
    "split": re.compile(r"^(?P<other>.+?)\s+(?:from|off)\s+(?P<name>.+)$", re.DOTALL),
    "wrong": re.compile(r"^(?P<name>[^:]+):\s*(?P<other>.+)$", re.DOTALL),
}
_MOST_CHOICES = 8
_NAME_CHARS = 80


async def correct(scene: Scene, argument: str) -> Messages:
    """Take one correction, offer what can be corrected of somebody, list them, or take one back."""
    view = await scene.view()
    asked = _ACT.match(argument.strip())
    act = asked["act"].casefold() if asked else ""
    rest = asked["rest"].strip() if asked else argument.strip()
    if act in _ACTS:
        yield await _ACTS[act](scene, view, rest)
    elif not rest:
        yield await _list(scene, view, "")
    else:
        yield await _offer(view, rest)


async def _offer(view: BookView, name: str) -> OutgoingMessage:
    """Ask what of a card is not right."""
    found = await find_person(view, name, "/correct")
    if found.instead is not None or found.card is None:
        return found.instead or say(replies.HOW_TO_CORRECT)
    card, said = found.card, name_of(view, found.card)
    parted = [
        Button(f"{known.name} is somebody else", f"/correct split {known.name} from {said}", tells=True)
        for known in card.names
        if len(card.names) > 1
    ]
    wrong = [
        Button(f"Not right: {fact.text}"[:200], f"/correct wrong {said}: {fact.text}", tells=True)
        for fact in card.descriptors
        if fact.kind != "identity"
    ]
    hide = Button("Show no card of them", f"/correct hide {said}")
    choices = [
        *wrong[-_MOST_CHOICES // 2 :],
        *parted[: _MOST_CHOICES // 2],
        hide,
        Button("Nothing", "/dismiss"),
    ]
    return ask_back(replies.what_to_correct(card.name), *choices)


async def _rename(scene: Scene, view: BookView, rest: str) -> OutgoingMessage:
    parts = _PARTED["rename"].match(rest)
    if parts is None:
        return say(replies.HOW_TO_CORRECT)
    new = " ".join(parts["other"].split())[:_NAME_CHARS]
    found = await find_person(view, parts["name"], "/correct rename", f" to {new}")
    if found.card is None:
        return found.instead or say(replies.HOW_TO_CORRECT)
    return await _keep(scene, view, CorrectionKind.RENAME, found.card, new)


async def _hide(scene: Scene, view: BookView, rest: str) -> OutgoingMessage:
    found = await find_person(view, rest, "/correct hide")
    if found.card is None:
        return found.instead or say(replies.HOW_TO_CORRECT)
    return await _keep(scene, view, CorrectionKind.HIDE, found.card)


async def _merge(scene: Scene, view: BookView, rest: str) -> OutgoingMessage:
    parts = _PARTED["merge"].match(rest)
    if parts is None:
        return say(replies.HOW_TO_CORRECT)
    other = await find_person(view, parts["other"], f"/correct merge {parts['name']} with")
    if other.card is None:
        return other.instead or say(replies.HOW_TO_CORRECT)
    found = await find_person(view, parts["name"], "/correct merge", f" with {name_of(view, other.card)}")
    if found.card is None:
        return found.instead or say(replies.HOW_TO_CORRECT)
    return await _keep(
        scene, view, CorrectionKind.MERGE, found.card, _known_name(other.card), other.card.first
    )


async def _split(scene: Scene, view: BookView, rest: str) -> OutgoingMessage:
    parts = _PARTED["split"].match(rest)
    if parts is None:
        return say(replies.HOW_TO_CORRECT)
    found = await find_person(view, parts["name"], f"/correct split {parts['other']} from")
    if found.card is None:
        return found.instead or say(replies.HOW_TO_CORRECT)
    wanted = parts["other"].strip().casefold()
    known = next((known.name for known in found.card.names if known.name.casefold() == wanted), "")
    if not known or len(found.card.names) < 2:
        return say(replies.NOT_ON_THE_CARD)
    return await _keep(scene, view, CorrectionKind.SPLIT, found.card, known)


async def _wrong(scene: Scene, view: BookView, rest: str) -> OutgoingMessage:
    parts = _PARTED["wrong"].match(rest)
    if parts is None:
        return say(replies.HOW_TO_CORRECT)
    found = await find_person(view, parts["name"], "/correct wrong", f": {parts['other']}")
    if found.card is None:
        return found.instead or say(replies.HOW_TO_CORRECT)
    wanted = " ".join(parts["other"].split()).casefold()
    fact = next((f for f in found.card.descriptors if " ".join(f.text.split()).casefold() == wanted), None)
    if fact is None:
        return say(replies.NOT_ON_THE_CARD)
    return await _keep(scene, view, CorrectionKind.WRONG, found.card, fact.text, fact.span.start)


async def _keep(
    scene: Scene, view: BookView, kind: CorrectionKind, card: PersonCard, other: str = "", other_at: int = 0
) -> OutgoingMessage:
    """Keep a correction of `card`, made at this place; one that would change nothing is not kept."""
    correction = Correction(kind, _known_name(card), card.first, view.horizon.end, other, other_at)
    before = view.people()
    mine = await _mine(scene, view)
    changed = (await (await scene.plain_view()).named()).corrected([*mine, correction]).people()
    if changed == before:
        return say(replies.CORRECTION_CHANGES_NOTHING)
    await scene.storage.corrections.add(scene.reader_id, view.card.book_id, correction)
    return say(
        replies.corrected(_told(correction)),
        Button("Take it back", "/correct undo"),
        Button("My corrections", "/correct list"),
        kind=Kind.ANSWER,
    )


async def _list(scene: Scene, view: BookView, rest: str) -> OutgoingMessage:
    mine = await _mine(scene, view)
    if not mine:
        return say(f"{replies.NO_CORRECTIONS} {replies.HOW_TO_CORRECT}")
    lines = [f"- {number}. {_told(one)}" for number, one in enumerate(mine, 1)]
    last = [Button(f"Take back {n}", f"/correct undo {n}") for n in range(len(mine), 0, -1)][:4]
    return say("\n".join(lines), *last, kind=Kind.ANSWER)


async def _undo(scene: Scene, view: BookView, rest: str) -> OutgoingMessage:
    mine = await _mine(scene, view)
    number = int(rest) if rest.isdecimal() else len(mine)
    if not 1 <= number <= len(mine) or (rest and not rest.isdecimal()):
        return say(replies.NO_CORRECTIONS if not mine else replies.NO_SUCH_CORRECTION)
    taken = mine[number - 1]
    await scene.storage.corrections.take_back(scene.reader_id, taken.id)
    return say(replies.correction_undone(_told(taken)), kind=Kind.ANSWER)


async def _mine(scene: Scene, view: BookView) -> list[Correction]:
    return await scene.storage.corrections.list_corrections(scene.reader_id, view.horizon)


def _known_name(card: PersonCard) -> str:
    """Return the name that a correction holds on to: one of the text, where the card was first met."""
    return min(card.names, key=lambda known: (known.first, known.name)).name if card.names else card.name


def _told(correction: Correction) -> str:
    name, other = bold(correction.name), escape(correction.other)
    return {
        CorrectionKind.RENAME: f"{name} is called {bold(correction.other)}",
        CorrectionKind.MERGE: f"{name} and {bold(correction.other)} are one",
        CorrectionKind.SPLIT: f"{bold(correction.other)} is not {name}",
        CorrectionKind.HIDE: f"no card of {name}",
        CorrectionKind.WRONG: f"of {name}, “{other}” is not right",
    }[correction.kind]


_ACTS: dict[str, Callable[[Scene, BookView, str], Awaitable[OutgoingMessage]]] = {
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "hide": _hide,
    "wrong": _wrong,
    "undo": _undo,
    "list": _list,
}
