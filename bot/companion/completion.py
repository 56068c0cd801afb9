"""What may be offered while a reader types: commands, their own books, and names already read (T43). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.commands import Takes, commands_on, find_command

MOST = 50
"""More than anybody looks through; a platform that shows fewer takes the first."""
_LENGTHS = ("short", "medium", "long", "since")
_PLACES = ("start", "undo", "ch ", "p. ", "end")


@dataclass(frozen=True, slots=True)
class Completion:
    """Text to put in, from `start` characters before the cursor (0 or negative), and what it is."""

    text: str
    start: int
    about: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to offer from: names read so far, and the titles of the shelf."""

    people: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    books: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def complete(typed: str, platform: str, offer: Offer) -> list[Completion]:
    """Return what may follow `typed`, at most `MOST`, in a settled order."""
    if typed.startswith("/") and " " not in typed:
        found = [
            Completion(f"/{command.name}", -len(typed), command.help)
            for command in commands_on(platform)
            if command.name.startswith(typed[1:].casefold())
        ]
        return found[:MOST]
    if typed.startswith("/"):
        head, _, argument = typed.partition(" ")
        command = find_command(head)
        return _argument(command.takes, argument, platform, offer)[:MOST] if command else []
    return _names(typed, offer)[:MOST]


def _argument(takes: Takes, typed: str, platform: str, offer: Offer) -> list[Completion]:
    if takes is Takes.FILE:
        return _files(typed) if platform == "terminal" else []
    word = typed.rpartition(" ")[2]
    offered: dict[Takes, Callable[[], tuple[Iterable[str], str]]] = {
        Takes.PERSON: lambda: (offer.people, typed),
        Takes.PICTURED: lambda: (("here", *offer.people, *(f"place {name}" for name in offer.places)), typed),
        Takes.TERM: lambda: (offer.terms, typed),
        Takes.PLACE_NAME: lambda: (offer.places, typed),
        Takes.BOOK: lambda: (offer.books, typed),
        Takes.LENGTH: lambda: (_LENGTHS, word),
        Takes.PLACE: lambda: (_PLACES, typed),
        Takes.COMMAND: lambda: ([command.name for command in commands_on(platform)], typed),
    }
    if takes not in offered:
        return []
    choices, against = offered[takes]()
    return _starting(choices, against)


def _starting(choices: Iterable[str], typed: str) -> list[Completion]:
    folded = typed.casefold()
    return [
        Completion(choice, -len(typed))
        for choice in choices
        if choice.casefold().startswith(folded) or (folded and f" {folded}" in f" {choice.casefold()}")
    ]


def _names(typed: str, offer: Offer) -> list[Completion]:
    """Complete a capitalised word of free talk to a name already read."""
    word = typed.rpartition(" ")[2]
    if len(word) < 2 or not word[0].isupper():
        return []
    found = [name for name in offer.people if name.casefold().startswith(word.casefold())]
    return [Completion(name, -len(word)) for name in found]


def _files(typed: str) -> list[Completion]:
    path = Path(typed).expanduser()
    folder, start = (path, "") if typed.endswith("/") or not typed else (path.parent, path.name)
    try:
        found = sorted(entry for entry in folder.iterdir() if entry.name.startswith(start))
    except OSError:
        return []
    return [
        Completion(entry.name + ("/" if entry.is_dir() else ""), -len(start))
        for entry in found
        if not entry.name.startswith(".")
    ]
