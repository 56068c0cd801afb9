"""The one sentence for each kind of ReaderError: what happened, and what to do next (S34)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.markup import bold, escape
from bot.replies import LONGER_LINE, WHERE_ARE_YOU, WHICH_PLACE, credits, pictures
from bot.replies.wording import short
from storage import errors
from storage.errors import Damage, Excess, Lock, Obstacle, ReaderError, Trick

_LOCKS = {
    Lock.DRM: "This book is protected by DRM, so I cannot read it. Only a copy without DRM can be added.",
    Lock.PASSWORD: "This file is locked by a password. Please save a copy without one and add that.",
}
_DAMAGE = {
    Damage.TRUNCATED: "This file is cut short; its end is missing. Please fetch it again.",
    Damage.NOT_A_ZIP: "This is not a readable EPUB: its container is broken. Please fetch it again.",
    Damage.NO_PACKAGE: "This EPUB is broken: the list of its parts is missing.",
    Damage.NO_PAGES: "This PDF is broken: none of its pages can be found.",
    Damage.BAD_ENCODING: "The letters of this file cannot be made out: its encoding is wrong or unknown.",
    Damage.UNREADABLE: "This file is damaged beyond what I can mend.",
}
_EXCESS: dict[Excess, Callable[[float], str]] = {
    Excess.FILE_BYTES: lambda limit: f"This file is too large; at most {_megabytes(limit)} can be added.",
    Excess.UNPACKED_BYTES: lambda limit: (
        f"This file unpacks to more than {_megabytes(limit)}, so I did not open it."
    ),
    Excess.ENTRIES: lambda limit: f"This file holds more than {limit:,.0f} parts, so I did not open it.",
    Excess.RATIO: lambda limit: (
        f"This file is packed more than {limit:,.0f} times over, as no book is, so I did not open it."
    ),
    Excess.TIME: lambda limit: f"Reading this file took longer than {limit:,.0f} seconds, so I gave up.",
    Excess.MEMORY: lambda limit: (
        f"Reading this file would take more than {_megabytes(limit)} of memory, so I gave up."
    ),
    Excess.PAGES: lambda limit: f"This file has more than {limit:,.0f} pages; that is more than I take.",
}
_TRICKS = {
    Trick.PATH: "This file tries to reach outside itself, as no honest book does, so I refused it.",
    Trick.ENTITY: "This file contains a trick with entities, as no honest book does, so I refused it.",
    Trick.OVERLAP: "Parts of this file overlap each other, as in no honest book, so I refused it.",
}
_OBSTACLES: dict[Obstacle, Callable[[float], str]] = {
    Obstacle.OFF: lambda _: "I fetch no books from addresses here; please send the file itself.",
    Obstacle.NOT_HTTPS: lambda _: "I fetch books only from plain addresses that begin with https://.",
    Obstacle.NOT_PUBLIC: lambda _: (
        "That address is not a public one, so I did not go there; please send the file itself."
    ),
    Obstacle.UNREACHABLE: lambda _: "Nobody answers at that address. Is it written right?",
    Obstacle.MISSING: lambda _: "There is no file at that address, or not any more.",
    Obstacle.WITHHELD: lambda _: (
        "The server does not give me that file; it may want you to sign in. Please send the file itself."
    ),
    Obstacle.PAGE: lambda _: (
        "That address leads to a web page and not to a book; please copy the address of the file itself."
    ),
    Obstacle.CUT: lambda _: (
        "The file stopped coming before its end. Please try again, or send the file itself."
    ),
    Obstacle.SLOW: lambda seconds: (
        f"The file did not come within {seconds:,.0f} seconds, so I gave up; please send the file itself."
    ),
    Obstacle.LOOP: lambda _: "That address leads on and on, and never to a file.",
}


def _megabytes(limit: float) -> str:
    # Ours count by 1,024, the platforms' by 1,000: each comes out as the round figure it was meant as.
    unit = 1_000_000 if limit % 1_000_000 == 0 else 2**20
    return f"{limit / unit:,.0f} MB"


def _unsupported(error: errors.UnsupportedFormat) -> str:
    found = f" It looks like {escape(error.found)}." if error.found else ""
    return f"This is not a book I can read.{found} I take EPUB, PDF, plain text, Markdown and HTML."


def _ambiguous_book(error: errors.AmbiguousBook) -> str:
    titles = "; ".join(bold(title) for title in error.titles)
    return f"Several of your books answer to that: {titles}. Say more of the title, or the id."


def _ambiguous_place(error: errors.AmbiguousPlace) -> str:
    if not error.candidates:
        return LONGER_LINE
    return f"{WHICH_PLACE} {'; '.join(escape(label) for label in error.candidates)}."


def _model(error: errors.ModelUnavailable) -> str:
    after = "Please try again in a moment." if error.retry else "The operator has to look at the settings."
    return f"The language model did not answer ({escape(error.reason)}). {after}"


SENTENCES: Mapping[type[ReaderError], Callable[[Any], str]] = {
    errors.FileMissing: lambda error: f"There is no file “{escape(error.name)}” that I can read.",
    errors.UnsupportedFormat: _unsupported,
    errors.EncryptedBook: lambda error: _LOCKS[error.lock],
    errors.DamagedBook: lambda error: _DAMAGE[error.damage],
    errors.NoTextLayer: lambda error: (
        "This PDF holds pictures of pages and no text (a scan). "
        "Run it through text recognition (OCR) and add the result."
    ),
    errors.EmptyBook: lambda error: "There is no text to read in this file.",
    errors.TooLarge: lambda error: _EXCESS[error.excess](error.limit),
    errors.HostileBook: lambda error: _TRICKS[error.trick],
    errors.FetchFailed: lambda error: _OBSTACLES[error.obstacle](error.limit),
    errors.BookNotFound: lambda error: (
        f"You have no book called “{escape(error.reference)}”. `/library` shows your books."
    ),
    errors.AmbiguousBook: _ambiguous_book,
    errors.BookNotReady: lambda error: "This book is still being read. Please ask again in a moment.",
    errors.PlaceNotUnderstood: lambda error: (
        "I do not understand that place. "
        "Say a chapter (7), a page (p. 212), a share (34%), start, end, or paste a line."
    ),
    errors.PlaceNotFound: lambda error: (
        f"I find no place “{escape(short(error.text))}” in this book. `/toc` shows its chapters."
    ),
    errors.AmbiguousPlace: _ambiguous_place,
    errors.NoPlaceYet: lambda error: WHERE_ARE_YOU,
    errors.NothingToUndo: lambda error: "There is no earlier move to take back.",
    errors.ButtonExpired: lambda error: "That button is out of date; please say it in words, or /help.",
    errors.NotYourButton: lambda error: "That button belongs to another reader; ask for yourself.",
    errors.LinkCodeUnknown: lambda error: "That code is not known or too old; /link gives a new one.",
    errors.PlatformUnreachable: lambda error: (
        f"{escape(error.platform)} does not answer. Is there a network?"
    ),
    errors.ModelUnavailable: _model,
    errors.ConfigError: lambda error: f"The setting {escape(error.key)} {escape(error.problem)}.",
    errors.StorageUnavailable: lambda error: f"The data cannot be used: {escape(error.reason)}.",
    **credits.SENTENCES,
    **pictures.SENTENCES,
}


def sentence(error: ReaderError) -> str:
    """Return the one sentence for what happened; facts come from the error's fields."""
    return SENTENCES[type(error)](error)
