"""What comes from Discord in our neutral language: who said what, where, and whether others can see it.

Context is keyed by channel, thread and book (S42). What somebody is answered alone inside a shared place is
a conversation of its own, so that nothing of it gets into the room's (S40, S42).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import discord

from bot.messages import Conversation

PLATFORM = "discord"
_ALONE = "~"
"""In a topic, before the account of who is answered there alone; ids are figures, so no topic holds it."""

_KINDS = (discord.MessageType.default, discord.MessageType.reply)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes, and who can see it there."""

    conversation: Conversation
    private: bool
    """Nobody but the reader sees it."""
    is_ephemeral: bool = False
    """It is shown in a shared place to the reader alone, and cannot be found there later."""


def account_of(user: discord.abc.Snowflake) -> str:
    """Return Discord's id of a person."""
    return str(user.id)


def place_of_message(message: discord.Message) -> Place:
    """Return where a message was said."""
    channel = message.channel
    if message.guild is None:
        shared = isinstance(channel, discord.GroupChannel)
        return Place(Conversation(PLATFORM, str(channel.id)), not shared)
    return Place(_in_guild(channel, channel.id), False)


def place_of_interaction(interaction: discord.Interaction, *, in_public: bool = False) -> Place:
    """Return where an interaction is answered: alone in a shared place unless `in_public` (S40)."""
    channel_id = interaction.channel_id or 0
    if interaction.guild_id is None and not interaction.context.private_channel:
        return Place(Conversation(PLATFORM, str(channel_id)), True)
    shared = _in_guild(interaction.channel, channel_id)
    if in_public:
        return Place(shared, False)
    topic = f"{shared.topic}{_ALONE}{account_of(interaction.user)}"
    return Place(Conversation(PLATFORM, shared.chat, topic), True, True)


def is_alone(conversation: Conversation) -> bool:
    """Tell whether a conversation inside a shared place is one reader's own."""
    return _ALONE in conversation.topic


def channel_id_of(conversation: Conversation) -> int:
    """Return the id of the channel or thread of a conversation."""
    return int(conversation.topic.partition(_ALONE)[0] or conversation.chat)


def is_for_us(message: discord.Message, me: discord.ClientUser) -> bool:
    """Tell whether a message is said to the bot: in a direct message, by mention, or in reply to it."""
    if message.author.bot or message.type not in _KINDS:
        return False
    if message.guild is None and not isinstance(message.channel, discord.GroupChannel):
        return True
    # Without the mention Discord withholds what is said in a shared place, and so do we not ask for it.
    replies = bool(answered_post(message, me) and message.content)
    return replies or any(user.id == me.id for user in message.mentions)


def answered_post(message: discord.Message, me: discord.ClientUser) -> str:
    """Return the id of the message of ours that a message answers; "" when it answers none."""
    answered = message.reference.resolved if message.reference else None
    is_ours = isinstance(answered, discord.Message) and answered.author.id == me.id
    return str(answered.id) if is_ours and answered is not None else ""


def said_in(message: discord.Message, me: discord.ClientUser) -> str:
    """Return what a message says, the mention of the bot taken out."""
    return re.sub(rf"\s*<@!?{me.id}>\s*", " ", message.content).strip()


def pointed_at(message: discord.Message) -> str:
    """Return what a message answers or forwards, as it stands on Discord; "" when it does neither."""
    answered = message.reference.resolved if message.reference else None
    if isinstance(answered, discord.Message):
        return answered.content
    return "\n".join(snapshot.content for snapshot in message.message_snapshots)


def _in_guild(channel: object, channel_id: int) -> Conversation:
    if isinstance(channel, discord.Thread):
        return Conversation(PLATFORM, str(channel.parent_id), str(channel.id))
    return Conversation(PLATFORM, str(channel_id))
