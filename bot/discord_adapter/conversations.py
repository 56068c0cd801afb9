"""What is done with what Discord sends: in order within a conversation, many conversations at once.

The companion decides what is said; here are the platform's courtesies: answered within three seconds by
deferring, typing, buttons, forms, what is refused and why.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot import replies
from bot.commands import is_stop
from bot.discord_adapter import uploads
from bot.discord_adapter.incoming import (
    PLATFORM,
    account_of,
    answered_post,
    channel_id_of,
    is_alone,
    is_for_us,
    place_of_interaction,
    place_of_message,
    pointed_at,
    said_in,
)
from bot.discord_adapter.keys import (
    ABOUT_FORM,
    EXPLAIN_THIS,
    HIGHLIGHT_FORM,
    LINE_FIELD,
    NOTE_FIELD,
    PASSAGE_FIELD,
    PLACE_FORM,
    QUESTION_FIELD,
    form_fields,
    place_form,
    pressed_token,
)
from bot.discord_adapter.surface import (
    NOBODY,
    ChannelSurface,
    InteractionSurface,
    first_answer,
    pressed_message,
)
from bot.discord_adapter.typeset import read_back, typeset
from bot.lanes import Lanes
from bot.limits import DISCORD_RESPONSE_SECONDS
from bot.markup import parse
from bot.messages import Attachment, Conversation, IncomingMessage, Kind, OutgoingMessage
from bot.presenter import Presenter, Unreachable
from bot.replies import refusals
from bot.unfinished import take_up, written
from bot.uploads import FOLDER, discard
from storage.errors import BookError, ReaderError
from storage.reader.in_hand import in_hand

if TYPE_CHECKING:
    from bot.app import App
    from bot.companion import Completion
    from bot.companion.scene import Messages
    from bot.presenter import Surface
    from storage.reader.buttons import Pressed

log = logging.getLogger(__name__)

_TYPING_AFTER_SECONDS = 0.3
"""An answer that is quicker needs no sign."""
_TYPING_EVERY_SECONDS = 8.0
"""The sign stays on for ten seconds (Trigger Typing Indicator)."""
_LOOK_UP_SECONDS = DISCORD_RESPONSE_SECONDS / 2
"""Until a press is deferred, if what it says has not been found by then."""
_HOLDS_MESSAGES = (discord.TextChannel, discord.Thread, discord.DMChannel, discord.PartialMessageable)
_ASKS_FOR_LINE = "/paste"
"""What a button says that is answered with a form."""


class Conversations:
    """All conversations of one bot."""

    def __init__(self, app: App, client: discord.Client) -> None:
        """Answer through `client`."""
        self._app = app
        self._client = client
        self._folder = app.config.storage.data_dir / FOLDER
        self.lanes = Lanes()

    # ---- what comes in -----------------------------------------------------------------------

    async def take_message(self, message: discord.Message) -> None:
        """Answer a message that is said to the bot."""
        me = self._client.user
        if me is None or not is_for_us(message, me):
            return
        place = place_of_message(message)
        heard = IncomingMessage(
            place.conversation, account_of(message.author), said_in(message, me), place.private
        )
        if pointed := pointed_at(message):
            heard = replace(heard, text=heard.text or EXPLAIN_THIS, about=read_back(pointed))
        heard = replace(heard, answers=answered_post(message, me))
        surface = ChannelSurface(
            message.channel, private=place.private, answers=None if place.private else message
        )
        attachment = message.attachments[0] if message.attachments else None
        key, owner = heard.conversation.key, heard.account
        if is_stop(heard.text) and self.lanes.stop(key, owner):
            shown = _notice(replies.STOPPED)
            self.lanes.put(key, owner, lambda: self._show(surface, heard, shown))
            return
        taken = self._take_in_hand(message.id, heard, attachment)

        async def work() -> None:
            async with self._in_hand(message.id, taken) as is_new:
                if is_new:
                    async with self._typing(message.channel):
                        await self._answer(surface, heard, attachment)

        self.lanes.put(key, owner, work, lambda: self._finish(message.id))

    async def take_command(
        self,
        interaction: discord.Interaction,
        text: str,
        *,
        attachment: discord.Attachment | None = None,
        in_public: bool = False,
        about: str = "",
    ) -> None:
        """Answer a command; alone in a shared place unless it asked to be answered in public (S40)."""
        place = place_of_interaction(interaction, in_public=in_public)
        account = account_of(interaction.user)
        heard = IncomingMessage(place.conversation, account, text, place.private, about=about)
        # First of all, and with who will see it: neither can be put off (3 s, S40).
        defer = interaction.response.defer(thinking=True, ephemeral=place.is_ephemeral)
        if is_stop(text) and self.lanes.stop(heard.conversation.key, account):
            await first_answer(interaction, defer)
            surface = InteractionSurface(interaction, place, is_thinking=True)
            await self._show(surface, heard, _notice(replies.STOPPED))
            return
        taken = await self._begin(interaction, heard, defer, attachment)
        surface = InteractionSurface(interaction, place, is_thinking=True)
        await self._work(interaction, surface, heard, taken, attachment)

    async def take_press(self, interaction: discord.Interaction) -> None:
        """Do what a pressed button or a chosen option says, for who pressed it (S44)."""
        token = pressed_token(_data(interaction))
        looking = asyncio.ensure_future(self._pressed(interaction, token))
        await asyncio.wait({looking}, timeout=_LOOK_UP_SECONDS)
        if looking.done() and await self._refused_or_form(interaction, token, looking):
            return
        if not looking.done():
            await first_answer(interaction, interaction.response.defer())
        found = await looking
        if isinstance(found, ReaderError):
            await interaction.followup.send(_line(found), ephemeral=True, allowed_mentions=NOBODY)
            return
        place = place_of_interaction(interaction)
        heard = IncomingMessage(
            _conversation(found.conversation), account_of(interaction.user), found.action, place.private
        )
        if interaction.response.is_done():
            taken = self._take_in_hand(interaction.id, heard)
        else:
            taken = await self._begin(interaction, heard, interaction.response.defer())
        surface = InteractionSurface(interaction, place, is_thinking=False)
        await self._work(interaction, surface, heard, taken, before=_partial(interaction, found.before))

    async def take_form(self, interaction: discord.Interaction) -> None:
        """Take what was filled into a form."""
        data = _data(interaction)
        name, fields = str(data.get("custom_id", "")), form_fields(data)
        if name == ABOUT_FORM:
            question = fields.get(QUESTION_FIELD) or EXPLAIN_THIS
            await self.take_command(interaction, question, about=fields.get(PASSAGE_FIELD, ""))
        elif name == HIGHLIGHT_FORM:
            text = f"/highlight {fields.get(NOTE_FIELD, '')}".rstrip()
            await self.take_command(interaction, text, about=fields.get(PASSAGE_FIELD, ""))
        elif name.startswith(PLACE_FORM):
            place = place_of_interaction(interaction)
            await first_answer(
                interaction, interaction.response.defer(thinking=True, ephemeral=place.is_ephemeral)
            )
            surface = InteractionSurface(interaction, place, is_thinking=True)
            found = await self._pressed(interaction, name.removeprefix(PLACE_FORM))
            account = account_of(interaction.user)
            if isinstance(found, ReaderError):
                heard = IncomingMessage(place.conversation, account, "", place.private)
                await self._show(surface, heard, _notice(refusals.sentence(found)))
                return
            text = f"/at {fields.get(LINE_FIELD, '')}"
            heard = IncomingMessage(_conversation(found.conversation), account, text, place.private)
            await self._work(interaction, surface, heard, self._take_in_hand(interaction.id, heard))

    async def ask_for_place(self, interaction: discord.Interaction) -> None:
        """Answer a command without a place by a form for one."""
        place = place_of_interaction(interaction)
        (token,) = await self._app.storage.buttons.issue(
            PLATFORM, account_of(interaction.user), place.conversation.key, [_ASKS_FOR_LINE]
        )
        await first_answer(interaction, interaction.response.send_modal(place_form(token)))

    async def complete(self, interaction: discord.Interaction, text: str) -> list[Completion]:
        """Return what may follow what is typed: nothing that this reader has not read (T43)."""
        place = place_of_interaction(interaction)
        account = account_of(interaction.user)
        return await self._app.companion.complete(
            IncomingMessage(place.conversation, account, text, place.private)
        )

    # ---- what nobody waits for ---------------------------------------------------------------

    async def take_up(self) -> None:
        """Let what a killed process left be answered or told of, by a message: a token may be over."""
        await take_up(self._app, PLATFORM, self.lanes, self.show)

    async def show(self, message: IncomingMessage, messages: Messages) -> None:
        """Show messages in the conversation of `message`, with nothing that they answer."""
        try:
            channel: object
            if is_alone(message.conversation):
                # What only its reader may see cannot be shown in the shared place any more (S40).
                channel = await self._client.create_dm(discord.Object(int(message.account)))
            else:
                channel_id = channel_id_of(message.conversation)
                channel = self._client.get_channel(channel_id) or await self._client.fetch_channel(channel_id)
        except (discord.Forbidden, discord.NotFound):
            channel = None
        if isinstance(channel, discord.abc.Messageable):
            await self._show(ChannelSurface(channel, private=message.private), message, messages)
        else:
            log.info("somebody cannot be reached any more")
            await messages.aclose()

    # ---- inside ------------------------------------------------------------------------------

    async def _begin(
        self,
        interaction: discord.Interaction,
        heard: IncomingMessage,
        answer: Awaitable[object],
        attachment: discord.Attachment | None = None,
    ) -> asyncio.Future[bool]:
        """Send the first answer while what was asked is kept: who sees it comes is told after a kill too."""
        taken = self._take_in_hand(interaction.id, heard, attachment)
        try:
            await first_answer(interaction, answer)
        except discord.HTTPException:  # it came too late, and nobody waits
            self._finish(interaction.id)
            raise
        return taken

    async def _work(
        self,
        interaction: discord.Interaction,
        surface: InteractionSurface,
        heard: IncomingMessage,
        taken: asyncio.Future[bool],
        attachment: discord.Attachment | None = None,
        before: Sequence[discord.PartialMessage] = (),
    ) -> None:
        """Let an interaction follow what is in hand in its conversation."""

        async def work() -> None:
            async with self._in_hand(interaction.id, taken) as is_new:
                if is_new:
                    await self._answer(surface, heard, attachment, pressed_message(interaction), before)

        if not self.lanes.put(
            heard.conversation.key, heard.account, work, lambda: self._finish(interaction.id)
        ):
            await surface.end()

    async def _answer(
        self,
        surface: ChannelSurface | InteractionSurface,
        heard: IncomingMessage,
        attachment: discord.Attachment | None = None,
        pressed: discord.Message | None = None,
        before: Sequence[discord.PartialMessage] = (),
    ) -> None:
        try:
            if attachment is not None:
                await self._add(surface, heard, attachment)
            elif heard.text or heard.about:
                await self._show(surface, heard, self._app.companion.handle(heard), pressed, before)
            else:
                await self._show(surface, heard, self._app.companion.greet(heard))
        except asyncio.CancelledError:
            if isinstance(surface, InteractionSurface):
                await surface.end()
            raise

    async def _add(
        self,
        surface: ChannelSurface | InteractionSurface,
        heard: IncomingMessage,
        attachment: discord.Attachment,
    ) -> None:
        try:
            refused = uploads.refusal(attachment, self._app.config.storage.max_file_bytes)
            if refused is not None:
                raise refused
            path = await uploads.fetch(attachment, self._folder)
        except BookError as error:
            await self._show(surface, heard, _notice(refusals.sentence(error)))
            return
        except discord.HTTPException as error:
            log.warning("an upload could not be fetched: %s", error.status)
            await self._show(surface, heard, _notice(replies.UPLOAD_FAILED))
            return
        adding = replace(heard, attachments=(Attachment(path, attachment.filename),))
        await self._show(surface, adding, self._app.companion.handle(adding))
        # Not when it was cut short: a reading that goes on without us needs the file, and tidies up itself.
        await discard(path)

    async def _show(
        self,
        surface: Surface,
        heard: IncomingMessage,
        shown: Messages,
        pressed: discord.Message | None = None,
        before: Sequence[discord.PartialMessage] = (),
    ) -> None:
        try:
            in_open = pressed is not None and _is_open(pressed)
            presenter = Presenter(
                surface,
                self._app.storage.buttons,
                heard,
                pressed=pressed,
                before_pressed=before,
                pressed_in_open=in_open,
            )
            await presenter.show(shown)
        except Unreachable:
            log.info("somebody cannot be reached any more")

    async def _refused_or_form(
        self, interaction: discord.Interaction, token: str, looking: asyncio.Future[Pressed | ReaderError]
    ) -> bool:
        """Answer a press with a polite no or a form, which both are the first answer; tell whether it was."""
        found = looking.result()
        if isinstance(found, ReaderError):
            refusal = interaction.response.send_message(_line(found), ephemeral=True, allowed_mentions=NOBODY)
            await first_answer(interaction, refusal)
        elif found.action == _ASKS_FOR_LINE:
            await first_answer(interaction, interaction.response.send_modal(place_form(token)))
        else:
            return False
        return True

    async def _pressed(self, interaction: discord.Interaction, token: str) -> Pressed | ReaderError:
        try:
            return await self._app.storage.buttons.press(token, PLATFORM, account_of(interaction.user))
        except ReaderError as error:
            return error

    def _take_in_hand(
        self, event_id: int, heard: IncomingMessage, attachment: discord.Attachment | None = None
    ) -> asyncio.Future[bool]:
        """Tell whether this was not taken in hand before: a resumed session may be told it again.

        Kept when it comes, not when its turn comes: a kill may be nearer than that.
        """
        words = written(heard, has_file=attachment is not None)
        return asyncio.ensure_future(self._app.storage.updates.take(PLATFORM, str(event_id), words))

    @asynccontextmanager
    async def _in_hand(self, event_id: int, taken: asyncio.Future[bool]) -> AsyncIterator[bool]:
        """Answer an event, whose end is kept unless it is cut short by the end of the program."""
        is_new = await taken
        is_cut_short = False
        try:
            with in_hand(PLATFORM, str(event_id)):
                yield is_new
        except asyncio.CancelledError:
            is_cut_short = not self.lanes.is_open  # else its reader said stop
            raise
        finally:
            if is_new and not is_cut_short:
                self._finish(event_id)

    def _finish(self, event_id: int) -> None:
        self._app.storage.updates.finish(PLATFORM, str(event_id))

    @asynccontextmanager
    async def _typing(self, channel: discord.abc.Messageable) -> AsyncIterator[None]:
        async def type_on() -> None:
            await asyncio.sleep(_TYPING_AFTER_SECONDS)
            while True:
                with contextlib.suppress(discord.HTTPException):
                    await channel.typing()
                await asyncio.sleep(_TYPING_EVERY_SECONDS)

        typing = asyncio.ensure_future(type_on())
        try:
            yield
        finally:
            typing.cancel()


def _data(interaction: discord.Interaction) -> dict[str, Any]:
    return dict(interaction.data or {})


def _partial(interaction: discord.Interaction, ids: Sequence[str]) -> list[discord.PartialMessage]:
    """Return the messages of these ids where a button was pressed; those for one alone cannot be had."""
    channel, pressed = interaction.channel, pressed_message(interaction)
    if pressed is None or pressed.flags.ephemeral or not isinstance(channel, _HOLDS_MESSAGES):
        return []
    return [channel.get_partial_message(int(one)) for one in ids]


def _is_open(pressed: discord.Message) -> bool:
    """Tell whether others see a message too: it is in a shared place, and for nobody alone."""
    return not (isinstance(pressed.channel, discord.DMChannel) or pressed.flags.ephemeral)


def _conversation(key: str) -> Conversation:
    return Conversation(*key.split("/", 2))


def _line(error: ReaderError) -> str:
    return typeset(parse(refusals.sentence(error)))


async def _notice(text: str) -> Messages:
    yield OutgoingMessage(text, Kind.REFUSAL)
