"""The one tree of errors. What happens to people carries facts as fields and no sentence.

The sentences live in one table, bot/replies.py; here are only the facts that a sentence needs.
`HorizonViolation` stands apart: it is never shown, it drops the turn.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from storage.values import PlaceMatch


class DogearError(Exception):
    """The root of everything this product raises on purpose."""

    def __str__(self) -> str:
        # Facts for the log. Never story text: no field of any error may hold some (S34).
        if not hasattr(self, "__dataclass_fields__"):
            return super().__str__()
        facts = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({facts})"


class HorizonViolation(DogearError):
    """Something tried to read past its horizon: a bug. Log ids only, drop the turn, send nothing."""


class ReaderError(DogearError):
    """What can happen to a reader; each kind has one sentence in bot/replies.py."""


# ---- books ---------------------------------------------------------------------------------


class BookError(ReaderError):
    """A file that cannot become a book. Nothing of it stays behind."""


@dataclass(eq=False)
class FileMissing(BookError):
    """There is no file of that name, or it may not be read."""

    name: str


@dataclass(eq=False)
class UnsupportedFormat(BookError):
    """Not a kind of file we read. `found` is what it looks like, '' when nobody can tell."""

    found: str = ""


class Lock(StrEnum):
    """What keeps a book shut."""

    DRM = "drm"
    PASSWORD = "password"


@dataclass(eq=False)
class EncryptedBook(BookError):
    """Protected by DRM or a password. We never try to open it."""

    lock: Lock


class Damage(StrEnum):
    """Why a file of a kind we read could not be read."""

    TRUNCATED = "truncated"
    NOT_A_ZIP = "not_a_zip"
    NO_PACKAGE = "no_package"
    NO_PAGES = "no_pages"
    BAD_ENCODING = "bad_encoding"
    UNREADABLE = "unreadable"


@dataclass(eq=False)
class DamagedBook(BookError):
    """The file is broken beyond what a forgiving reader can mend."""

    damage: Damage


@dataclass(eq=False)
class NoTextLayer(BookError):
    """Pictures of pages and no text: a scan or a comic."""

    pages: int


class EmptyBook(BookError):
    """Opened well, and there is no text to read in it."""


class Excess(StrEnum):
    """Which limit a file breaks."""

    FILE_BYTES = "file_bytes"
    UNPACKED_BYTES = "unpacked_bytes"
    ENTRIES = "entries"
    RATIO = "ratio"
    TIME = "time"
    MEMORY = "memory"
    PAGES = "pages"


@dataclass(eq=False)
class TooLarge(BookError):
    """Over a limit, so perhaps a bomb. `limit` is in the unit of `excess` (bytes, entries, seconds)."""

    excess: Excess
    limit: float


class Trick(StrEnum):
    """What an honest book never does."""

    PATH = "path"
    ENTITY = "entity"
    OVERLAP = "overlap"


@dataclass(eq=False)
class HostileBook(BookError):
    """The file tries something that no honest book does; it is refused whole."""

    trick: Trick


class Obstacle(StrEnum):
    """Why a book could not be fetched from its address."""

    OFF = "off"
    NOT_HTTPS = "not_https"
    NOT_PUBLIC = "not_public"
    UNREACHABLE = "unreachable"
    MISSING = "missing"
    WITHHELD = "withheld"
    PAGE = "page"
    CUT = "cut"
    SLOW = "slow"
    LOOP = "loop"


@dataclass(eq=False)
class FetchFailed(BookError):
    """A book could not be fetched from its address. `limit` is in seconds, for SLOW alone."""

    obstacle: Obstacle
    limit: float = 0.0


@dataclass(eq=False)
class BookNotFound(ReaderError):
    """No book of this reader answers to `reference` (an id, the start of one, or a title)."""

    reference: str


@dataclass(eq=False)
class AmbiguousBook(ReaderError):
    """Several books of this reader answer to `reference`; `titles` are theirs."""

    reference: str
    titles: tuple[str, ...]


@dataclass(eq=False)
class BookNotReady(ReaderError):
    """The book is known and still being read."""

    book_id: str


# ---- places --------------------------------------------------------------------------------


class PlaceError(ReaderError):
    """A place that could not be settled."""


@dataclass(eq=False)
class PlaceNotUnderstood(PlaceError):
    """The words name no place we know how to read."""

    text: str


@dataclass(eq=False)
class PlaceNotFound(PlaceError):
    """Well-formed, but this book has no such chapter, page or line."""

    text: str


@dataclass(eq=False)
class AmbiguousPlace(PlaceError):
    """Several places fit. `candidates` are bounded labels, never text past the reader (S6, T17, T19).

    `matches` are the places in the same order. Both are empty when there are too many to choose from.
    """

    text: str
    candidates: tuple[str, ...]
    matches: tuple[PlaceMatch, ...] = ()


class NoPlaceYet(PlaceError):
    """The reader has not said where they are in this book."""


class NothingToUndo(PlaceError):
    """There is no earlier move to go back to."""


# ---- platforms -----------------------------------------------------------------------------


class ButtonExpired(ReaderError):
    """A button that is too old, or was never ours."""


class NotYourButton(ReaderError):
    """Somebody pressed what was shown to another (S44)."""


@dataclass(eq=False)
class PlatformUnreachable(ReaderError):
    """A chat platform does not answer when its bot is started."""

    platform: str


class LinkCodeUnknown(ReaderError):
    """A link code that was mistyped, used, or is too old."""


# ---- the rest ------------------------------------------------------------------------------


@dataclass(eq=False)
class ModelUnavailable(ReaderError):
    """The language model or embedding service did not answer. `retry` tells whether waiting may help."""

    reason: str
    retry: bool = True


@dataclass(eq=False)
class ConfigError(ReaderError):
    """A setting is wrong. `key` is dotted ('model.timeout_seconds'); `problem` says what would be right."""

    key: str
    problem: str


@dataclass(eq=False)
class StorageUnavailable(ReaderError):
    """The database or the data folder cannot be used. `reason` names no story content."""

    reason: str


# ---- credits -------------------------------------------------------------------------------


class CreditError(ReaderError):
    """What a wallet refuses. Nothing was moved."""


@dataclass(eq=False)
class NotEnoughCredits(CreditError):
    """The act needs `needed` credits and `available` are free; more come at `renews_at`, if ever."""

    needed: int
    available: int
    renews_at: datetime | None = None


@dataclass(eq=False)
class BadAmount(CreditError):
    """`amount`, as it was written, is no whole number of credits from 1 to `most`."""

    amount: str
    most: int


@dataclass(eq=False)
class IntentReused(CreditError):
    """An intent that was used for another act already."""

    intent: str


@dataclass(eq=False)
class IntentUnknown(CreditError):
    """No hold or charge was made under this intent."""

    intent: str


@dataclass(eq=False)
class HoldEnded(CreditError):
    """The hold was settled or released (`how`) before, otherwise than is asked now."""

    intent: str
    how: str


@dataclass(eq=False)
class AlreadyRefunded(CreditError):
    """The charge was given back before, under another intent."""

    intent: str


@dataclass(eq=False)
class RefundRefused(CreditError):
    """A platform did not give a payment back; nothing was taken either."""

    platform: str
    reason: str


@dataclass(eq=False)
class PurchaseUnknown(CreditError):
    """No payment was kept under this receipt."""

    receipt: str


@dataclass(eq=False)
class ReaderUnknown(CreditError):
    """There is no reader under this id."""

    reader: str


# ---- pictures ------------------------------------------------------------------------------


class PictureGone(ReaderError):
    """The file of a picture is not there any more."""


class NoPictures(ReaderError):
    """The licence of this book allows no pictures of it."""
