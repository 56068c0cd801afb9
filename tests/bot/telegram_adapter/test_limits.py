"""Every bound of Telegram in bot/limits.py, one test a row: ours is the platform's, and is kept.

Where python-telegram-bot knows the figure it is compared with that; else with the fake, which cites the
documentation for it.
"""

from __future__ import annotations

import secrets

import pytest
from telegram import Document
from telegram.constants import (
    BotCommandLimit,
    FileSizeLimit,
    FloodLimit,
    InlineKeyboardButtonLimit,
    MessageLimit,
)
from telegram.constants import CallbackQueryLimit as Notice

from bot import limits
from bot.commands import COMMANDS
from bot.markup import Line, LineKind, Run, Style, parse, to_plain
from bot.pieces import split
from bot.presenter import Key
from bot.replies import refusals
from bot.telegram_adapter import uploads
from bot.telegram_adapter.application import list_menu
from bot.telegram_adapter.incoming import _started
from bot.telegram_adapter.rates import Pace
from bot.telegram_adapter.surface import keyboard
from bot.telegram_adapter.typeset import measure, typeset
from bot.telegram_adapter.typing_signs import EVERY_SECONDS
from storage.errors import ButtonExpired, NotYourButton, TooLarge
from tests.platform_fakes import telegram_records as server


def document(name: str, size: int) -> Document:
    return Document("id", "unique", file_name=name, file_size=size)


def test_text_units() -> None:
    assert limits.TELEGRAM_TEXT_UNITS == MessageLimit.MAX_TEXT_LENGTH == server.TEXT_UNITS
    pieces = split(parse("A 💙 sentence. " * 900), limits.TELEGRAM_TEXT_UNITS, measure)
    assert len(pieces) > 1
    assert all(server.units(typeset(piece)[0]) <= server.TEXT_UNITS for piece in pieces)


def test_caption_units() -> None:
    assert limits.TELEGRAM_CAPTION_UNITS == MessageLimit.CAPTION_LENGTH == server.CAPTION_UNITS


def test_entities() -> None:
    assert limits.TELEGRAM_ENTITIES == MessageLimit.MESSAGE_ENTITIES == server.ENTITIES
    lines = [Line(LineKind.PARAGRAPH, (Run("b", Style.BOLD),))] * 150
    assert len(typeset(lines)[1]) == limits.TELEGRAM_ENTITIES


def test_callback_bytes() -> None:
    assert limits.TELEGRAM_CALLBACK_BYTES == InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    markup = keyboard([Key("A label", secrets.token_urlsafe(12))])
    assert markup is not None
    data = markup.inline_keyboard[0][0].callback_data
    assert isinstance(data, str)
    assert 1 <= len(data.encode()) <= limits.TELEGRAM_CALLBACK_BYTES


def test_callback_answer_chars() -> None:
    assert limits.TELEGRAM_CALLBACK_ANSWER_CHARS == Notice.ANSWER_CALLBACK_QUERY_TEXT_LENGTH
    for error in (ButtonExpired(), NotYourButton()):
        assert len(to_plain(refusals.sentence(error))) <= limits.TELEGRAM_CALLBACK_ANSWER_CHARS


@pytest.mark.parametrize(
    ("size", "local", "fits"),
    [
        (limits.TELEGRAM_DOWNLOAD_BYTES, False, True),
        (limits.TELEGRAM_DOWNLOAD_BYTES + 1, False, False),
        (limits.TELEGRAM_DOWNLOAD_BYTES + 1, True, True),
        (limits.TELEGRAM_LOCAL_FILE_BYTES, True, True),
        (limits.TELEGRAM_LOCAL_FILE_BYTES + 1, True, False),
    ],
)
def test_download_bytes_and_local_file_bytes(size: int, local: bool, fits: bool) -> None:
    assert limits.TELEGRAM_DOWNLOAD_BYTES == FileSizeLimit.FILESIZE_DOWNLOAD == server.DOWNLOAD_BYTES
    assert limits.TELEGRAM_LOCAL_FILE_BYTES == FileSizeLimit.FILESIZE_DOWNLOAD_LOCAL_MODE or (
        limits.TELEGRAM_LOCAL_FILE_BYTES == FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE
    )
    refused = uploads.refusal(document("a.epub", size), 10**12, local_server=local)
    assert (refused is None) == fits
    assert fits or isinstance(refused, TooLarge)


def test_what_storage_takes_bounds_an_upload_too() -> None:
    assert uploads.refusal(document("a.epub", 11), 10, local_server=True) is not None


def test_upload_bytes() -> None:
    assert limits.TELEGRAM_UPLOAD_BYTES == FileSizeLimit.FILESIZE_UPLOAD == server.UPLOAD_BYTES


def test_photo_bytes() -> None:
    assert limits.TELEGRAM_PHOTO_BYTES == FileSizeLimit.PHOTOSIZE_UPLOAD


def test_commands_their_names_and_descriptions() -> None:
    assert limits.TELEGRAM_COMMANDS == BotCommandLimit.MAX_COMMAND_NUMBER == server.COMMANDS
    assert limits.TELEGRAM_COMMAND_CHARS == BotCommandLimit.MAX_COMMAND
    assert limits.TELEGRAM_DESCRIPTION_CHARS == BotCommandLimit.MAX_DESCRIPTION == server.DESCRIPTION
    menu = list_menu()
    assert 0 < len(menu) <= limits.TELEGRAM_COMMANDS
    for command in menu:
        assert server.COMMAND.match(command.command)
        assert 1 <= len(command.description) <= limits.TELEGRAM_DESCRIPTION_CHARS
        assert "`" not in command.description
    assert {command.command for command in menu} <= {command.name for command in COMMANDS}


def test_deep_link_chars() -> None:
    payload = f"open_{'a' * 32}"
    assert len(payload) <= limits.TELEGRAM_DEEP_LINK_CHARS == 64
    assert _started(f"/start {payload}") == (f"/open {'a' * 32}", False)
    assert _started("/start") == ("/start", True)
    assert _started("/start unknown_thing") == ("/start unknown_thing", True)


def test_typing_seconds() -> None:
    assert 0 < EVERY_SECONDS < limits.TELEGRAM_TYPING_SECONDS == 5.0


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(limits.TELEGRAM_MESSAGES_A_SECOND, 1.0), (limits.TELEGRAM_GROUP_MESSAGES_A_MINUTE, 60.0)],
)
def test_messages_a_second_and_group_messages_a_minute(count: int, seconds: float) -> None:
    assert limits.TELEGRAM_MESSAGES_A_SECOND == FloodLimit.MESSAGES_PER_SECOND
    assert limits.TELEGRAM_GROUP_MESSAGES_A_MINUTE == FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP
    pace = Pace(count, seconds)
    goes_at = [pace.take(100.0) for _ in range(4 * count)]
    assert goes_at[:count] == pytest.approx([0.0] * count)  # a first few at once
    # After those, never more than `count` in any stretch of `seconds`.
    assert all(
        later - sooner >= seconds - 1e-6
        for sooner, later in zip(goes_at[count:], goes_at[2 * count :], strict=False)
    )


def test_a_caption_that_is_too_long_goes_before_its_file() -> None:
    assert len(split(parse("word " * 400), limits.TELEGRAM_CAPTION_UNITS, measure)) > 1
