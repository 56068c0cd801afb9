"""Discord's edge: the only package that knows discord.py.

client.py: the bot, opened and closed. incoming.py: what comes in our neutral language. conversations.py: what
is done with it. slash.py: commands. surface.py: posting and editing. keys.py: buttons, menus and forms.
typeset.py: our markup as Discord's Markdown. uploads.py: files.
"""

from bot.discord_adapter.client import DiscordBot, build_client, discord_bot

__all__ = ["DiscordBot", "build_client", "discord_bot"]
