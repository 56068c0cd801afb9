"""The commands that Discord offers: slash commands from the one registry, and two on a message.

They are registered for servers and for single readers, in every kind of place.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.commands import Command, Takes, commands_on
from bot.discord_adapter.incoming import PLATFORM
from bot.discord_adapter.keys import about_form, highlight_form
from bot.discord_adapter.surface import NOBODY, first_answer
from bot.discord_adapter.typeset import plain_label, read_back
from bot.limits import DISCORD_CHOICE_CHARS, DISCORD_CHOICES, DISCORD_DESCRIPTION_CHARS
from bot.markup import to_plain

if TYPE_CHECKING:
    from bot.discord_adapter.conversations import Conversations

log = logging.getLogger(__name__)

ASK = "ask"
_OWN_NAMES = ("read",)
"""Other names of a command that readers look for; the rest are only understood."""
ASK_ABOUT = "Ask about this"
SAVE_HIGHLIGHT = "Save highlight"
_NO_TEXT = "There is no text in that message."

_OPTIONS: dict[Takes, tuple[str, str]] = {
    Takes.NOTHING: ("what", "What to do with it"),
    Takes.PLACE: ("place", "A chapter (7), a page (p. 212), a share (34%), or the last line you read"),
    Takes.PERSON: ("name", "Somebody you have read about"),
    Takes.PICTURED: (
        "what",
        "Somebody you have read about, here, place NAME, chapter 3, or a line in quotes",
    ),
    Takes.TERM: ("word", "A word the book has used"),
    Takes.PLACE_NAME: ("name", "A place you have read of"),
    Takes.LENGTH: ("how", "short, medium or long, and since which place"),
    Takes.NUMBER: ("number", "Which one"),
    Takes.BOOK: ("book", "A title on your shelf"),
    Takes.FILE: ("file", "EPUB, PDF, plain text, Markdown or HTML"),
    Takes.COMMAND: ("command", "The command to explain"),
    Takes.WORDS: ("name", "Its name"),
    Takes.LINE: ("line", "A line of what you have read, as it is printed"),
}
_URL = "Or its https address: for a file that is too big to be sent here"
_OTHERWISE = ("what", "What it is about")
_NOT_COMPLETED = (Takes.NOTHING, Takes.NUMBER, Takes.FILE, Takes.LINE)
_FIGURE = re.compile(r"\[?[A-Z]+\]?")
_WORDS_ONLY = re.compile(r"\[([a-z|]+)\]")

Client = discord.Client
Slash = app_commands.Command[Any, ..., Any]


def build_tree(client: discord.Client, talks: Conversations) -> app_commands.CommandTree[discord.Client]:
    """Return all commands, each answered through `talks`."""
    tree = app_commands.CommandTree(
        client,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )
    tree.add_command(_ask(talks))
    for command in commands_on(PLATFORM):
        tree.add_command(_slash(command, talks))
        for alias in command.aliases:
            if alias in _OWN_NAMES:
                tree.add_command(_slash(replace(command, name=alias), talks))
    tree.add_command(_on_message(ASK_ABOUT, about_form))
    tree.add_command(_on_message(SAVE_HIGHLIGHT, highlight_form))
    return tree


def described(command: Command) -> str:
    """Return what a command does, in plain words and as long as Discord shows."""
    said = to_plain(command.help).replace("`", "")
    return plain_label(said[:1].upper() + said[1:], DISCORD_DESCRIPTION_CHARS)


def _ask(talks: Conversations) -> Slash:
    @app_commands.describe(
        question="What you want to know, from what you have read",
        public="Answer so that all here can uncover it; else you alone see it",
    )
    async def ask(interaction: discord.Interaction[Client], question: str, public: bool = False) -> None:
        await talks.take_command(interaction, question, in_public=public)

    return app_commands.Command(
        name=ASK, description="Ask about your book, as far as you have read it", callback=ask
    )


def _slash(command: Command, talks: Conversations) -> Slash:
    words = _WORDS_ONLY.fullmatch(command.arguments)
    if command.takes is Takes.FILE:
        callback = _with_file(command, talks)
    elif not command.arguments:
        callback = _alone(command, talks)
    else:
        name, about = _OPTIONS.get(command.takes, _OTHERWISE)
        callback = _with_argument(command, talks)
        if command.takes is Takes.NUMBER and _FIGURE.fullmatch(command.arguments):
            callback = _with_number(command, talks)
        callback = app_commands.rename(argument=name)(app_commands.describe(argument=about)(callback))
        if words:
            choices = [app_commands.Choice(name=word, value=word) for word in words[1].split("|")]
            callback = app_commands.choices(argument=choices)(callback)
    made: Slash = app_commands.Command(name=command.name, description=described(command), callback=callback)
    if command.arguments and command.takes not in _NOT_COMPLETED and not words:
        made.autocomplete("argument")(_completing(command, talks))
    return made


Callback = Callable[..., Awaitable[None]]


def _alone(command: Command, talks: Conversations) -> Any:
    async def run(interaction: discord.Interaction[Client]) -> None:
        await talks.take_command(interaction, f"/{command.name}")

    return run


def _with_argument(command: Command, talks: Conversations) -> Any:
    async def run(interaction: discord.Interaction[Client], argument: str) -> None:
        await talks.take_command(interaction, f"/{command.name} {argument}".rstrip())

    async def run_optional(interaction: discord.Interaction[Client], argument: str = "") -> None:
        if command.takes is Takes.PLACE and not argument.strip():
            await talks.ask_for_place(interaction)
        else:
            await run(interaction, argument)

    optional = command.arguments.startswith("[") or command.takes in (Takes.BOOK, Takes.PLACE)
    return run_optional if optional else run


def _with_number(command: Command, talks: Conversations) -> Any:
    async def run(
        interaction: discord.Interaction[Client], argument: app_commands.Range[int, 1, 9999] = 0
    ) -> None:
        await talks.take_command(interaction, f"/{command.name} {argument or ''}".rstrip())

    return run


def _with_file(command: Command, talks: Conversations) -> Any:
    @app_commands.describe(file=_OPTIONS[Takes.FILE][1], url=_URL)
    async def run(
        interaction: discord.Interaction[Client], file: discord.Attachment | None = None, url: str = ""
    ) -> None:
        text = f"/{command.name} {'' if file else url}".rstrip()
        await talks.take_command(interaction, text, attachment=file)

    return run


def _completing(command: Command, talks: Conversations) -> Any:
    async def complete(
        interaction: discord.Interaction[Client], current: str
    ) -> list[app_commands.Choice[str]]:
        head = f"/{command.name} "
        typed = head + current
        try:
            found = await talks.complete(interaction, typed)
        except Exception as error:  # the library would log it with what was typed
            log.error("completion failed: %s", type(error).__name__)
            return []
        values = [(typed[: len(typed) + one.start] + one.text).removeprefix(head).strip() for one in found]
        fitting = [value for value in dict.fromkeys(values) if 0 < len(value) <= DISCORD_CHOICE_CHARS]
        return [app_commands.Choice(name=value, value=value) for value in fitting[:DISCORD_CHOICES]]

    return complete


def _on_message(name: str, form: Callable[[str], discord.ui.Modal]) -> app_commands.ContextMenu:
    """Return what a message's own menu offers: a form that holds what stands in the message."""

    async def run(interaction: discord.Interaction[Client], message: discord.Message) -> None:
        passage = read_back(message.content)
        if passage:
            await first_answer(interaction, interaction.response.send_modal(form(passage)))
        else:
            refusal = interaction.response.send_message(_NO_TEXT, ephemeral=True, allowed_mentions=NOBODY)
            await first_answer(interaction, refusal)

    return app_commands.ContextMenu(name=name, callback=run)
