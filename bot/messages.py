"""The neutral language between a platform's edge and the companion: what comes in, what goes out.

No platform's word lives here, and no book text but what a message shows. Texts are written in the
small markup that bot/markup.py reads: `**bold**`, `*italic*`, `> quote`, `- item`, backslash escapes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where something is said: a platform, a chat on it, and a topic inside the chat ('' when none)."""

    platform: str
    chat: str
    topic: str = ""

    @property
    def key(self) -> str:
        """Return one string for locks and rows (S42)."""
        return "/".join((self.platform, self.chat, self.topic))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message, already on this machine."""

    path: Path
    filename: str


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One thing a person said or pressed; `account` is the platform's id of that person."""

    conversation: Conversation
    account: str
    text: str
    private: bool = True
    attachments: tuple[Attachment, ...] = ()
    about: str = ""
    """The text that it answers or points at; used as far as it stands in what is read, and no further."""
    answers: str = ""
    """The post of ours that it answers, as the platform knows it."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `action` is the text that pressing it says for the reader."""

    label: str
    action: str
    tells: bool = False
    """The label holds words of a book, so it is not shown in the open where others look on (S39)."""
    sku: str = ""
    """What the platform's own shop sells: it shows a button of its own there, with its own price."""


class Kind(StrEnum):
    """What an outgoing message is to the person who gets it."""

    ANSWER = "answer"
    NOTICE = "notice"
    QUESTION = "question"
    """The buttons are the answers to it; a terminal numbers them."""
    PROGRESS = "progress"
    REFUSAL = "refusal"
    OWN = "own"
    """A sentence of our own with no word of a book in it: shown openly in any place."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to show. Its name, its alternative text and all that is drawn obey the horizon (S30)."""

    png: bytes = field(repr=False)
    name: str
    alt: str
    """What is to be seen on it, for who cannot see it."""
    labels: tuple[str, ...] = ()
    """Every word that is drawn, in the order of drawing: no check can read pixels."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to show. Messages with the same `slot` are one message, edited in place.

    While `final` is false more will come into the same slot, and each text begins with the one before it;
    only the last one may put all of it otherwise, when a draft did not hold in the end (S22). `share` (0 to
    1) is how far a long work is.
    """

    text: str
    kind: Kind = Kind.NOTICE
    buttons: tuple[Button, ...] = ()
    slot: str = ""
    final: bool = True
    share: float | None = field(default=None)
    in_place: bool = False
    """It takes the place of the message whose button was pressed, where there is one."""
    picture: Picture | None = None
    """Shown with the text, once the message is final."""
    offers: bool = False
    """Its buttons are what comes next, so a terminal numbers them as it does those of a question."""
    on_reply: str = ""
    """What free words that answer it are said to: the beginning of a command that ends with them."""

    @property
    def choices(self) -> tuple[Button, ...]:
        """Return the buttons that can be answered with their number where nothing can be pressed."""
        return self.buttons if self.offers or self.kind is Kind.QUESTION else ()
