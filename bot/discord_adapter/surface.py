"""Where answers are shown on Discord: a channel, or the reply to an interaction.

An interaction's token is good for a quarter of an hour; what comes later goes to the channel, or to the
reader alone when the reply was for them alone (S40).
"""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import Awaitable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import discord

from bot.discord_adapter.incoming import Place
from bot.discord_adapter.keys import build_view
from bot.discord_adapter.typeset import set_line, typeset
from bot.limits import (
    DISCORD_ALT_CHARS,
    DISCORD_CONTENT_CHARS,
    DISCORD_TOKEN_SECONDS,
    DISCORD_UPLOAD_BYTES,
)
from bot.presenter import Key, Piece, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.markup import Line
    from bot.messages import Picture

NOBODY = discord.AllowedMentions.none()
_SPARE_SECONDS = 30.0
"""A token is not trusted to its last moment."""


class ChannelSurface:
    """A channel, a thread or a direct message."""

    limit = DISCORD_CONTENT_CHARS

    def __init__(
        self,
        channel: discord.abc.Messageable,
        *,
        private: bool,
        answers: discord.Message | None = None,
    ) -> None:
        """Post in `channel`; the first post replies to the message it `answers`."""
        self._channel = channel
        self._private = private
        self._answers = answers

    def measure(self, line: Line) -> int:
        """Return how long a line is as it is sent, its mask too, in characters."""
        return len(set_line(line, masked=not self._private))

    async def post(self, piece: Piece, keys: Sequence[Key]) -> discord.Message:
        """Send a message."""
        return await self._send(piece, keys)

    def name(self, post: discord.Message) -> str:
        """Return the id of a message."""
        return str(post.id)

    async def edit(
        self, post: discord.Message | discord.PartialMessage, piece: Piece, keys: Sequence[Key]
    ) -> None:
        """Change a message that was sent."""
        with _reaching(gone_is_fine=True):
            await post.edit(content=_content(piece), view=build_view(keys), allowed_mentions=NOBODY)

    async def post_file(self, name: str, text: str, piece: Piece, keys: Sequence[Key]) -> discord.Message:
        """Send a message with a text file, hidden until it is pressed in a shared place."""
        return await self._send(piece, keys, file=_file(name, text, hidden=not self._private))

    async def post_picture(self, picture: Picture, piece: Piece, *, hidden: bool) -> discord.Message:
        """Send a picture with a line over it, hidden until it is pressed if so wanted."""
        return await self._send(piece, (), file=_picture(picture, hidden=hidden))

    async def _send(self, piece: Piece, keys: Sequence[Key], **more: Any) -> discord.Message:
        view = build_view(keys)
        if view is not None:
            more["view"] = view
        answers, self._answers = self._answers, None
        more |= {"allowed_mentions": NOBODY, "mention_author": False}
        with _reaching():
            if answers is not None and "file" not in more:  # a file can be sent but once
                reference = answers.to_reference(fail_if_not_exists=False)
                try:
                    return await self._channel.send(_content(piece), reference=reference, **more)
                except discord.HTTPException as error:
                    if error.code != _NO_HISTORY:
                        raise
            return await self._channel.send(_content(piece), **more)


class InteractionSurface:
    """The reply to an interaction that was deferred."""

    limit = DISCORD_CONTENT_CHARS

    def __init__(self, interaction: discord.Interaction, place: Place, *, is_thinking: bool) -> None:
        """Reply to `interaction` in `place`, deferred a moment ago.

        `is_thinking` tells that it shows so, and that the first post takes the place of that; otherwise a
        button was pressed, and its message stays.
        """
        self._interaction = interaction
        self._place = place
        self._is_thinking = is_thinking
        self._until = _now() + DISCORD_TOKEN_SECONDS - _SPARE_SECONDS
        self._later: ChannelSurface | None = None

    def measure(self, line: Line) -> int:
        """Return how long a line is as it is sent, its mask too, in characters."""
        return len(set_line(line, masked=not self._place.private))

    async def post(self, piece: Piece, keys: Sequence[Key]) -> discord.Message:
        """Send the reply, or another message after it."""
        if not self._is_over():
            try:
                return await self._send(piece, keys)
            except _TokenIsOver:
                self._until = 0.0
        return await (await self._other_way()).post(piece, keys)

    def name(self, post: discord.Message) -> str:
        """Return the id of a message."""
        return str(post.id)

    async def edit(
        self, post: discord.Message | discord.PartialMessage, piece: Piece, keys: Sequence[Key]
    ) -> None:
        """Change a message that was sent; when its token has run out, else send it anew."""
        if not self._is_over():
            try:
                with _reaching(gone_is_fine=True):
                    await self._edit(post, piece, keys)
            except _TokenIsOver:
                self._until = 0.0
            else:
                return
        later = await self._other_way()
        if self._place.is_ephemeral or not isinstance(self._interaction.channel, discord.abc.Messageable):
            await later.post(piece, keys)
        else:
            await later.edit(self._interaction.channel.get_partial_message(post.id), piece, keys)  # type: ignore[union-attr]

    async def post_file(self, name: str, text: str, piece: Piece, keys: Sequence[Key]) -> discord.Message:
        """Send a message with a text file, hidden until it is pressed in a shared place."""
        if not self._is_over():
            try:
                return await self._send(piece, keys, _file(name, text, hidden=not self._place.private))
            except _TokenIsOver:
                self._until = 0.0
        return await (await self._other_way()).post_file(name, text, piece, keys)

    async def post_picture(self, picture: Picture, piece: Piece, *, hidden: bool) -> discord.Message:
        """Send a picture with a line over it, hidden until it is pressed if so wanted."""
        if not self._is_over():
            try:
                return await self._send(piece, (), _picture(picture, hidden=hidden))
            except _TokenIsOver:
                self._until = 0.0
        return await (await self._other_way()).post_picture(picture, piece, hidden=hidden)

    async def end(self) -> None:
        """Take "is thinking" away when nothing was said."""
        if self._is_thinking and not self._is_over():
            self._is_thinking = False
            with contextlib.suppress(discord.HTTPException):
                await self._interaction.delete_original_response()

    async def _send(
        self, piece: Piece, keys: Sequence[Key], file: discord.File | None = None
    ) -> discord.Message:
        view = build_view(keys)
        with _reaching():
            if self._is_thinking:
                self._is_thinking = False
                return await self._interaction.edit_original_response(
                    content=_content(piece),
                    view=view,
                    allowed_mentions=NOBODY,
                    attachments=[file] if file else [],
                )
            more: dict[str, Any] = {"view": view} if view else {}
            if file:
                more["file"] = file
            return await self._interaction.followup.send(
                _content(piece),
                wait=True,
                ephemeral=self._place.is_ephemeral,
                allowed_mentions=NOBODY,
                **more,
            )

    async def _edit(
        self, post: discord.Message | discord.PartialMessage, piece: Piece, keys: Sequence[Key]
    ) -> None:
        changed: dict[str, Any] = {
            "content": _content(piece),
            "view": build_view(keys),
            "allowed_mentions": NOBODY,
        }
        pressed = pressed_message(self._interaction)
        if pressed is not None and pressed.id == post.id:  # that one is the original of a press
            await self._interaction.edit_original_response(**changed)
        else:
            await post.edit(**changed)

    def _is_over(self) -> bool:
        return _now() >= self._until

    async def _other_way(self) -> ChannelSurface:
        if self._later is None:
            channel: object = self._interaction.channel
            if self._place.is_ephemeral:
                with _reaching():
                    channel = await self._interaction.user.create_dm()
            # The channel of an interaction may be one that we are no member of.
            if not isinstance(channel, discord.abc.Messageable):
                raise Unreachable
            self._later = ChannelSurface(channel, private=self._place.private)
        return self._later


async def first_answer(interaction: discord.Interaction, sent: Awaitable[object]) -> None:
    """Send the first answer to an interaction.

    The library takes it for granted that what was sent is told back; a server may leave that out.
    """
    try:
        await sent
    except TypeError:
        if not interaction.response.is_done():
            raise


def pressed_message(interaction: discord.Interaction) -> discord.Message | None:
    """Return the message whose button was pressed; None when it was something else."""
    return interaction.message if interaction.type is discord.InteractionType.component else None


class _TokenIsOver(Exception):
    """An interaction's token is not taken any more."""


_INVALID_TOKEN = 50027
_UNKNOWN_MESSAGE = 10008
_NO_HISTORY = 160002
"""A reply wants the right to read what was said before, which the bot need not have."""


@contextmanager
def _reaching(*, gone_is_fine: bool = False) -> Iterator[None]:
    """Map what means that nobody is there any more; what a reader has deleted needs no edit."""
    try:
        yield
    except (discord.Forbidden, discord.NotFound) as error:
        if not (gone_is_fine and error.code == _UNKNOWN_MESSAGE):
            raise Unreachable from error
    except discord.HTTPException as error:
        if error.code == _INVALID_TOKEN:
            raise _TokenIsOver from error
        raise


def _content(piece: Piece) -> str:
    return typeset(piece.lines, piece.masked_from)


def _file(name: str, text: str, *, hidden: bool) -> discord.File:
    data = text.encode()
    if len(data) > DISCORD_UPLOAD_BYTES:
        data = data[:DISCORD_UPLOAD_BYTES].decode(errors="ignore").encode()
    return discord.File(io.BytesIO(data), filename=name, spoiler=hidden)


def _picture(picture: Picture, *, hidden: bool) -> discord.File:
    alt = picture.alt[:DISCORD_ALT_CHARS]
    return discord.File(io.BytesIO(picture.png), filename=picture.name, spoiler=hidden, description=alt)


def _now() -> float:
    return asyncio.get_running_loop().time()
