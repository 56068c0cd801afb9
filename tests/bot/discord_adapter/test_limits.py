"""Discord's limits, one test a row of bot/limits.py: the fake takes what is at one and refuses what is past.

The adapter is given more than fits, and what it makes of that passes the same check.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import discord

from bot import limits
from bot.commands import Command, commands_on
from bot.discord_adapter import conversations, keys, surface, uploads
from bot.discord_adapter.slash import described
from bot.discord_adapter.surface import ChannelSurface
from bot.discord_adapter.typeset import set_line, typeset
from bot.markup import Line, parse
from bot.messages import Picture
from bot.pieces import split
from bot.presenter import Key
from storage.reader import buttons
from tests.platform_fakes import discord_records as server
from tests.platform_fakes import discord_rules as rules

NASTY = "It *rained* on _the_ [mill] | @everyone: https://x.yz " * 300


def measure(line: Line, *, masked: bool) -> int:
    return len(set_line(line, masked=masked))


def rows_of(*labels: str) -> list[dict[str, Any]]:
    """Return what is sent for keys with these labels."""

    async def build() -> list[dict[str, Any]]:
        tokens = [f"{number:016}" for number in range(len(labels))]
        view = keys.build_view([Key(label, token) for label, token in zip(labels, tokens, strict=True)])
        assert view is not None
        return view.to_components()  # type: ignore[return-value]

    return asyncio.run(build())


def refusals(rows: list[dict[str, Any]]) -> rules.Errors:
    errors: rules.Errors = {}
    rules.check_components(errors, rows)
    return errors


def a_button(**changed: Any) -> dict[str, Any]:
    return {"type": 2, "custom_id": "x", "label": "y", "style": 1} | changed


def a_row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def a_menu(count: int) -> dict[str, Any]:
    options = [{"label": "y", "value": f"{number}"} for number in range(count)]
    return {"type": 3, "custom_id": "x", "options": options}


def test_content_chars() -> None:
    most = limits.DISCORD_CONTENT_CHARS
    assert not rules.check_message({"content": "x" * most})
    assert rules.check_message({"content": "x" * (most + 1)})
    assert most == ChannelSurface.limit
    for masked in (False, True):
        measured = split(parse(NASTY), most, partial(measure, masked=masked))
        sent = [typeset(lines, 0 if masked else None) for lines in measured]
        assert len(sent) > 2
        assert not any(rules.check_message({"content": text}) for text in sent)


def test_custom_id_chars() -> None:
    most = limits.DISCORD_CUSTOM_ID_CHARS
    assert not refusals([a_row(a_button(custom_id="x" * most))])
    assert refusals([a_row(a_button(custom_id="x" * (most + 1)))])
    token_chars = -(-buttons._TOKEN_BYTES * 4 // 3)
    assert max(len(keys.MENU), len(keys.PLACE_FORM)) + token_chars <= most


def test_button_label_chars() -> None:
    most = limits.DISCORD_BUTTON_LABEL_CHARS
    assert not refusals([a_row(a_button(label="x" * most))])
    assert refusals([a_row(a_button(label="x" * (most + 1)))])
    assert not refusals(rows_of("x" * 300))


def test_buttons_in_row() -> None:
    most = limits.DISCORD_BUTTONS_IN_ROW
    several = [a_button(custom_id=f"{number}") for number in range(most + 1)]
    assert not refusals([a_row(*several[:-1])])
    assert refusals([a_row(*several)])
    assert [len(row["components"]) for row in rows_of(*"1234567")] == [most, 2]


def test_rows() -> None:
    most = limits.DISCORD_ROWS
    rows = [a_row(a_button(custom_id=f"{number}")) for number in range(most + 1)]
    assert not refusals(rows[:-1])
    assert refusals(rows)
    many = rows_of(*[f"Chapter {number}" for number in range(200)])
    assert len(many) == most
    assert not refusals(many)


def test_select_options() -> None:
    most = limits.DISCORD_SELECT_OPTIONS
    assert not refusals([a_row(a_menu(most))])
    assert refusals([a_row(a_menu(most + 1))])
    sent = rows_of(*[f"Chapter {number}: {'x' * 200}" for number in range(40)])
    assert [len(row["components"][0]["options"]) for row in sent] == [most, 15]
    assert not refusals(sent)


def test_choices_and_their_chars() -> None:
    most, chars = limits.DISCORD_CHOICES, limits.DISCORD_CHOICE_CHARS
    choice = {"name": "x" * chars, "value": "x" * chars}
    assert not rules.check_choices([choice] * most)
    assert rules.check_choices([choice] * (most + 1))
    assert rules.check_choices([choice | {"name": "x" * (chars + 1)}])
    assert rules.check_choices([choice | {"value": "x" * (chars + 1)}])


def test_command_chars() -> None:
    most = limits.DISCORD_COMMAND_CHARS
    assert not rules.check_commands([{"name": "x" * most, "description": "y"}])
    assert rules.check_commands([{"name": "x" * (most + 1), "description": "y"}])
    assert all(len(command.name) <= most for command in commands_on("discord"))


def test_description_chars() -> None:
    most = limits.DISCORD_DESCRIPTION_CHARS
    assert not rules.check_commands([{"name": "x", "description": "y" * most}])
    assert rules.check_commands([{"name": "x", "description": "y" * (most + 1)}])
    assert len(described(Command("x", "says `a lot` " * 30, "/x"))) <= most
    # Nothing of ours has to be cut.
    assert not any(described(command).endswith("…") for command in commands_on("discord"))


def test_modal_title_chars() -> None:
    most = limits.DISCORD_MODAL_TITLE_CHARS

    async def forms() -> list[dict[str, Any]]:
        return [keys.place_form("t" * 16).to_dict(), keys.about_form("x" * 9_000).to_dict()]

    sent = asyncio.run(forms())
    assert not any(rules.check_modal(form) for form in sent)
    assert not rules.check_modal(sent[0] | {"title": "x" * most})
    assert rules.check_modal(sent[0] | {"title": "x" * (most + 1)})


def test_response_seconds() -> None:
    assert limits.DISCORD_RESPONSE_SECONDS == server.RESPONSE_SECONDS
    assert conversations._LOOK_UP_SECONDS < limits.DISCORD_RESPONSE_SECONDS


def test_token_seconds() -> None:
    assert limits.DISCORD_TOKEN_SECONDS == server.TOKEN_SECONDS
    assert 0 < surface._SPARE_SECONDS < limits.DISCORD_TOKEN_SECONDS


def test_upload_bytes() -> None:
    assert limits.DISCORD_UPLOAD_BYTES == server.FILE_BYTES
    file = surface._file("answer.txt", "é" * limits.DISCORD_UPLOAD_BYTES, hidden=True)
    sent = file.fp.read()
    assert len(sent) <= server.FILE_BYTES
    assert set(sent.decode()) == {"é"}
    assert file.filename == "SPOILER_answer.txt"


def test_alternative_text_chars() -> None:
    # Attachment Object, description: "max 1024 characters".
    made = surface._picture(Picture(b"png", "ties.png", "é" * 2_000), hidden=True)
    assert len(made.description or "") == limits.DISCORD_ALT_CHARS == 1_024
    assert made.filename == "SPOILER_ties.png"


async def test_what_is_refused_before_a_download_is_told_by_name_size_and_kind() -> None:
    state = discord.Client(intents=discord.Intents.none())._connection

    def of(name: str, size: int = 10, kind: str | None = None) -> Any:
        data = {"id": 1, "filename": name, "size": size, "url": "", "proxy_url": "", "content_type": kind}
        return uploads.refusal(discord.Attachment(data=data, state=state), 1_000)  # type: ignore[arg-type]

    assert [of(name) for name in ("a.epub", "A.PDF", "b.txt", "c.md", "d.html")] == [None] * 5
    assert of("noname", kind="text/plain; charset=utf-8") is None
    assert type(of("a.png")).__name__ == "UnsupportedFormat"
    assert type(of("noname", kind="image/png")).__name__ == "UnsupportedFormat"
    assert type(of("a.epub", 1_001)).__name__ == "TooLarge"
