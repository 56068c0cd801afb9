"""Buttons, menus and forms: what is pressed carries a token and nothing else (S44).

They are read from what Discord sends back, not from objects of this process, so they outlive a restart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.discord_adapter.typeset import plain_label
from bot.limits import (
    DISCORD_BUTTON_LABEL_CHARS,
    DISCORD_BUTTONS_IN_ROW,
    DISCORD_CHOICE_CHARS,
    DISCORD_MODAL_TITLE_CHARS,
    DISCORD_ROWS,
    DISCORD_SELECT_OPTIONS,
)
from bot.markup import to_plain
from bot.presenter import Key

MENU = "menu:"
"""Before the first token of a menu: the menu's own id, which no other on the message has."""
PLACE_FORM = "place:"
"""Before the token of the button that it was opened by."""
ABOUT_FORM = "about"
HIGHLIGHT_FORM = "highlight"
EXPLAIN_THIS = "Explain this"
"""What an empty question about a passage means."""
LINE_FIELD = "line"
QUESTION_FIELD = "question"
PASSAGE_FIELD = "passage"
NOTE_FIELD = "note"

_MOST_BUTTONS = 2 * DISCORD_BUTTONS_IN_ROW
_BUTTON_CHARS = 120
"""Of all labels in two rows; what takes more reads better as a menu."""
_LONGEST_FIELD_CHARS = 4_000
"""Of what a form takes in one field (Component Reference, Text Input)."""
_LONGEST_NOTE_CHARS = 1_000


def build_view(keys: Sequence[Key]) -> discord.ui.View | None:
    """Return a few short keys as buttons, more as menus; None without any.

    The view is stopped: the library keeps no record of it, and a press is answered from its id alone.
    """
    if not keys:
        return None
    view = discord.ui.View(timeout=None)
    for key in keys:
        if key.sku:  # Discord says what it is and what it costs
            view.add_item(discord.ui.Button(style=discord.ButtonStyle.premium, sku_id=int(key.sku)))
    keys = [key for key in keys if not key.sku]
    shown = [(to_plain(key.label), key.token) for key in keys]
    if len(keys) <= DISCORD_BUTTONS_IN_ROW or (
        len(keys) <= _MOST_BUTTONS and sum(len(label) for label, _ in shown) <= _BUTTON_CHARS
    ):
        for number, (label, token) in enumerate(shown):
            view.add_item(
                discord.ui.Button(
                    label=plain_label(label, DISCORD_BUTTON_LABEL_CHARS),
                    custom_id=token,
                    row=number // DISCORD_BUTTONS_IN_ROW,
                )
            )
    else:
        for row, at in enumerate(range(0, len(shown), DISCORD_SELECT_OPTIONS)[:DISCORD_ROWS]):
            menu = shown[at : at + DISCORD_SELECT_OPTIONS]
            options = [
                discord.SelectOption(label=plain_label(label, DISCORD_CHOICE_CHARS), value=token)
                for label, token in menu
            ]
            name = MENU + menu[0][1]
            view.add_item(
                discord.ui.Select(custom_id=name, options=options, placeholder="Choose one", row=row)
            )
    view.stop()
    return view


def pressed_token(data: Mapping[str, Any]) -> str:
    """Return the token of what was pressed or chosen, from an interaction's data."""
    values = data.get("values")
    return str(values[0]) if values else str(data.get("custom_id", ""))


def place_form(token: str) -> discord.ui.Modal:
    """Return the form that takes a place or the last line that was read; `token` is of its button."""
    line: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        label="A chapter, a page, or the last line you read",
        custom_id=LINE_FIELD,
        style=discord.TextStyle.paragraph,
        max_length=_LONGEST_FIELD_CHARS,
    )
    return _form("Where are you in it?", PLACE_FORM + token, line)


def about_form(passage: str) -> discord.ui.Modal:
    """Return the form that asks about a passage; it carries the passage itself, so nothing is kept."""
    question: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        label="Your question",
        custom_id=QUESTION_FIELD,
        max_length=_LONGEST_FIELD_CHARS,
        required=False,
        placeholder=EXPLAIN_THIS,
    )
    return _form("Ask about this", ABOUT_FORM, question, _passage_field("About", passage))


def highlight_form(passage: str) -> discord.ui.Modal:
    """Return the form that keeps a line, with a note; of a longer message all but the line can be cut off."""
    note: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        label="Your note, if you like", custom_id=NOTE_FIELD, max_length=_LONGEST_NOTE_CHARS, required=False
    )
    return _form("Save highlight", HIGHLIGHT_FORM, _passage_field("The line", passage), note)


def _passage_field(label: str, passage: str) -> discord.ui.TextInput[discord.ui.Modal]:
    return discord.ui.TextInput(
        label=label,
        custom_id=PASSAGE_FIELD,
        style=discord.TextStyle.paragraph,
        default=passage[:_LONGEST_FIELD_CHARS],
        max_length=_LONGEST_FIELD_CHARS,
    )


def form_fields(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, by field, from a submitted form's data."""
    found: dict[str, str] = {}
    for row in data.get("components", ()):
        parts = row.get("components") or ([row["component"]] if "component" in row else [])
        for part in parts:
            found[str(part.get("custom_id", ""))] = str(part.get("value", "")).strip()
    return found


def _form(title: str, name: str, *fields: discord.ui.TextInput[discord.ui.Modal]) -> discord.ui.Modal:
    form = discord.ui.Modal(title=title[:DISCORD_MODAL_TITLE_CHARS], custom_id=name, timeout=None)
    for one in fields:
        form.add_item(one)
    form.stop()  # as with a view: what comes back is read from its own data
    return form
