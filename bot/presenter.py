"""Shows the companion's messages on a chat platform: growing answers by edits, long ones in pieces, buttons.

A platform is a `Surface`: it knows how to post and edit one piece, and nothing of what is said. At most one
edit a second; the last text of a message always arrives; what would take more than a few pieces is sent as a
file. In a shared place story text goes behind the platform's mask (S39, S40).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from bot.limits import MOST_PIECES, SECONDS_BETWEEN_EDITS, SECONDS_TO_FIRST_POST
from bot.markup import Line, Run, parse, to_plain
from bot.messages import Button, IncomingMessage, Kind, OutgoingMessage, Picture
from bot.pieces import split

if TYPE_CHECKING:
    from bot.companion.scene import Messages
    from storage.reader.buttons import Buttons

FILE_NAME = "answer.txt"
PICTURE_NAME = "picture.png"
"""Of one that lies under a mask."""
_BAR_SIGNS = 10


@dataclass(frozen=True, slots=True)
class Key:
    """A button as a platform gets it: its label, and a token that tells nothing (S44)."""

    label: str
    token: str
    sku: str = ""
    """What the platform's own shop sells by it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What goes into one post; lines from `masked_from` on are story text in a shared place (None: none)."""

    lines: tuple[Line, ...]
    masked_from: int | None = None


class Surface(Protocol):
    """One conversation on a platform. `post` and `edit` raise `Unreachable` when nobody can be reached."""

    limit: int
    """Of one post, in the platform's own units."""

    def measure(self, line: Line) -> int:
        """Return how long a line is as it is sent, in the platform's own units."""

    async def post(self, piece: Piece, keys: Sequence[Key]) -> Any:
        """Show a new piece; return what `edit` needs to find it again."""

    def name(self, post: Any) -> str:
        """Return by what the platform knows a post, without a space."""

    async def edit(self, post: Any, piece: Piece, keys: Sequence[Key]) -> None:
        """Put a piece in the place of one that was posted."""

    async def post_file(self, name: str, text: str, piece: Piece, keys: Sequence[Key]) -> Any:
        """Show `piece` with a text file under it."""

    async def post_picture(self, picture: Picture, piece: Piece, *, hidden: bool) -> Any:
        """Show a picture with `piece` as its caption; `hidden` until it is pressed, in a shared place."""


class Unreachable(Exception):
    """The reader has blocked the bot, or left, or the place is gone: nothing more is sent there."""


@dataclass(slots=True)
class _Slot:
    """One message on the surface: its posts, what they show, and what waits to be shown."""

    posts: list[Any] = field(default_factory=list)
    shown: list[tuple[Piece, tuple[Key, ...]]] = field(default_factory=list)
    waiting: OutgoingMessage | None = None
    next_at: float = 0.0


class Presenter:
    """Shows what answers one incoming message."""

    def __init__(
        self,
        surface: Surface,
        buttons: Buttons,
        message: IncomingMessage,
        *,
        seconds_between_edits: float = SECONDS_BETWEEN_EDITS,
        pressed: Any = None,
        before_pressed: Sequence[Any] = (),
        pressed_in_open: bool = False,
    ) -> None:
        """Show on `surface`; buttons belong to who sent `message` (S44).

        `pressed` is the post whose button was pressed, as `edit` takes it: what is said in place goes
        there, and nothing is left of the posts before it that are one message with it.
        `pressed_in_open` tells that others see that post though they do not see what is shown here: then
        nothing but our own words takes its place (S40).
        """
        self._surface = surface
        self._buttons = buttons
        self._message = message
        self._pause = seconds_between_edits
        self._pressed = pressed
        self._before_pressed = tuple(before_pressed)
        self._pressed_in_open = pressed_in_open
        self._slots: dict[str, _Slot] = {}
        self._unnamed = 0

    async def show(self, messages: Messages) -> None:
        """Show messages as they come; raises `Unreachable`, and whatever the messages raise."""
        queue: asyncio.Queue[OutgoingMessage | None] = asyncio.Queue()

        async def pump() -> None:
            try:
                async with aclosing(messages) as coming:
                    async for message in coming:
                        queue.put_nowait(message)
            finally:
                queue.put_nowait(None)

        pumping = asyncio.ensure_future(pump())
        try:
            while True:
                try:
                    message = await asyncio.wait_for(queue.get(), self._seconds_left())
                except TimeoutError:
                    await self._show_waiting()
                    continue
                if message is None:
                    break
                await self._take(message)
            await pumping
            await self._show_waiting(all_=True)
        finally:
            pumping.cancel()
            await asyncio.wait({pumping})

    async def _take(self, message: OutgoingMessage) -> None:
        if not message.text:
            return
        name = message.slot
        if not name:
            self._unnamed += 1
            name = f" {self._unnamed}"
        # What is finished at once is posted once, whole: a growing message waits a moment for its first post.
        first_at = _now() + min(self._pause, SECONDS_TO_FIRST_POST)
        slot = self._slots.setdefault(name, _Slot(next_at=first_at))
        fits = not self._pressed_in_open or (
            message.kind in _WITHOUT_STORY and not any(button.tells for button in message.buttons)
        )
        if message.in_place and self._pressed is not None and fits:
            slot.posts, slot.shown, self._pressed = [self._pressed], [(_NOTHING, ())], None
            for post in self._before_pressed:
                with contextlib.suppress(Unreachable):  # it may be gone, and the rest is still to be said
                    await self._surface.edit(post, _NOTHING, ())
        slot.waiting = message if self._message.private else _without_telling_labels(message)
        if message.final:
            await self._flush(slot)
            del self._slots[name]
        elif slot.next_at <= _now():
            await self._flush(slot)

    def _seconds_left(self) -> float | None:
        due = [slot.next_at for slot in self._slots.values() if slot.waiting is not None]
        return max(0.0, min(due) - _now()) if due else None

    async def _show_waiting(self, *, all_: bool = False) -> None:
        for slot in list(self._slots.values()):
            if slot.waiting is not None and (all_ or slot.next_at <= _now()):
                await self._flush(slot)

    async def _flush(self, slot: _Slot) -> None:
        message, slot.waiting = slot.waiting, None
        assert message is not None
        pieces = self._pieces(message)
        is_long = len(pieces) > MOST_PIECES and message.final
        posts = []
        if message.picture is not None and message.final:
            # Before the text: the buttons under that stay the last thing in the talk. Its caption is the
            # label of an answer: which book, and how far (S42).
            label = Piece(pieces[0].lines[:1])
            hidden = not self._message.private
            picture = _veiled(message.picture, label) if hidden else message.picture
            posts.append(await self._surface.post_picture(picture, label, hidden=hidden))
        if is_long and self._message.private:
            await self._show_file(slot, pieces[0], message)
        elif is_long:
            # No mask hides what is in a file, so a room gets none.
            await self._show_pieces(slot, [*pieces[: MOST_PIECES - 1], _THE_REST], message)
        else:
            # What grows past the last piece waits for its end, which may be a file.
            await self._show_pieces(slot, pieces[:MOST_PIECES], message if message.final else None)
        if message.final and message.on_reply:
            await self._let_be_answered([*posts, *slot.posts], message.on_reply)
        slot.next_at = _now() + self._pause

    async def _let_be_answered(self, posts: Sequence[Any], action: str) -> None:
        place = self._message.conversation
        names = [self._surface.name(post) for post in posts]
        await self._buttons.answerable(place.platform, self._message.account, place.key, names, action)

    async def _show_pieces(
        self, slot: _Slot, pieces: Sequence[Piece], message: OutgoingMessage | None
    ) -> None:
        """Show pieces in order, the buttons of `message` under the last one (None: no buttons yet)."""
        for number, piece in enumerate(pieces):
            is_last = number == len(pieces) - 1
            keys = await self._keys(message, slot.posts[:number]) if message and is_last else ()
            wanted = (piece, keys)
            if number >= len(slot.posts):
                slot.posts.append(await self._surface.post(*wanted))
                slot.shown.append(wanted)
            elif slot.shown[number] != wanted:
                await self._surface.edit(slot.posts[number], *wanted)
                slot.shown[number] = wanted
        for number in range(len(pieces), len(slot.posts)):
            # The last word is shorter than what had grown (S22): nothing of that may stay.
            await self._surface.edit(slot.posts[number], _NOTHING, ())

    async def _show_file(self, slot: _Slot, first: Piece, message: OutgoingMessage) -> None:
        if slot.posts:
            await self._show_pieces(slot, [first], None)
        keys = await self._keys(message, slot.posts)
        text = to_plain(message.text)
        await self._surface.post_file(FILE_NAME, text, _NOTHING if slot.posts else first, keys)

    async def _keys(self, message: OutgoingMessage, before: Sequence[Any]) -> tuple[Key, ...]:
        place = self._message.conversation
        tokens = await self._buttons.issue(
            place.platform,
            self._message.account,
            place.key,
            [button.action for button in message.buttons],
            [self._surface.name(post) for post in before],
        )
        pairs = zip(message.buttons, tokens, strict=True)
        return tuple(Key(button.label, token, button.sku) for button, token in pairs)

    def _pieces(self, message: OutgoingMessage) -> list[Piece]:
        lines = parse(message.text)
        if message.share is not None:
            lines[-1] = Line(lines[-1].kind, (*lines[-1].runs, Run(f" {_bar(message.share)}")))
        cut = split(lines, self._surface.limit, self._surface.measure)
        open_ = self._message.private or message.kind in _WITHOUT_STORY
        # The first line of an answer is its label: which book, and how far (S42).
        head = 1 if message.kind is Kind.ANSWER else 0
        return [
            Piece(tuple(lines), None if open_ else (head if number == 0 else 0))
            for number, lines in enumerate(cut)
        ]


_WITHOUT_STORY = (Kind.PROGRESS, Kind.REFUSAL, Kind.OWN)
_NOTHING = Piece(tuple(parse("…")))
_THE_REST = Piece(tuple(parse("The rest is too long for a room. Ask me in private and I send it as a file.")))


def _without_telling_labels(message: OutgoingMessage) -> OutgoingMessage:
    """Return a message whose labels that hold words of a book are numbers, told in its text (S39, S40)."""
    told: list[str] = []
    buttons: list[Button] = []
    for button in message.buttons:
        if button.tells:
            told.append(f"{len(told) + 1}. {button.label}")
            button = replace(button, label=str(len(told)))
        buttons.append(button)
    if not told:
        return message
    text = "\n".join([message.text, "", *told])
    # What was only our own words is not that any more.
    kind = Kind.NOTICE if message.kind in _WITHOUT_STORY else message.kind
    return replace(message, text=text, kind=kind, buttons=tuple(buttons))


def _veiled(picture: Picture, label: Piece) -> Picture:
    """Return a picture whose name and alternative text say no more than its label: no mask lies on them,
    and a screen reader or a download tells them to whoever looks on (S39, S43)."""
    told = " ".join(run.text for line in label.lines for run in line.runs)
    return replace(picture, name=PICTURE_NAME, alt=" ".join(told.split()))


def _bar(share: float) -> str:
    full = round(share * _BAR_SIGNS)
    return f"{'▰' * full}{'▱' * (_BAR_SIGNS - full)} {share:.0%}"


def _now() -> float:
    return asyncio.get_running_loop().time()
