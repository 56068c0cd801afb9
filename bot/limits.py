"""What the platforms allow: constants with their sources, as of August 2026. One test a row.

Sources: Telegram Bot API documentation (core.telegram.org/bots/api and /bots/faq), python-telegram-bot's own
`telegram.constants`; Discord developer documentation (discord.com/developers/docs).
"""

from __future__ import annotations

# ---- Telegram ------------------------------------------------------------------------------------------

TELEGRAM_TEXT_UNITS = 4_096
"""Of a message after its entities are parsed, in UTF-16 units (Bot API, sendMessage)."""
TELEGRAM_CAPTION_UNITS = 1_024
"""Of a caption (Bot API, sendPhoto)."""
TELEGRAM_ENTITIES = 100
"""Of one message; the rest are ignored (limits of messages, undocumented)."""
TELEGRAM_CALLBACK_BYTES = 64
"""Of the data of a button (Bot API, InlineKeyboardButton)."""
TELEGRAM_CALLBACK_ANSWER_CHARS = 200
"""Of the notice over a pressed button (Bot API, answerCallbackQuery)."""
TELEGRAM_DOWNLOAD_BYTES = 20 * 1_000 * 1_000
"""A bot may download (Bot API, getFile); a local Bot API server has no such bound."""
TELEGRAM_LOCAL_FILE_BYTES = 2_000 * 1_000 * 1_000
"""Either way with a local Bot API server (Bot API, "Using a Local Bot API Server")."""
TELEGRAM_UPLOAD_BYTES = 50 * 1_000 * 1_000
"""A bot may send (Bot API, sendDocument)."""
TELEGRAM_PHOTO_BYTES = 10 * 1_000 * 1_000
"""Of a picture sent as a photo (Bot API, sendPhoto)."""
TELEGRAM_COMMANDS = 100
"""In the command menu (Bot API, setMyCommands)."""
TELEGRAM_COMMAND_CHARS = 32
"""Of a command's name (Bot API, BotCommand)."""
TELEGRAM_DESCRIPTION_CHARS = 256
"""Of a command's description (Bot API, BotCommand)."""
TELEGRAM_DEEP_LINK_CHARS = 64
"""Of what follows `?start=` (Bot API, deep linking)."""
TELEGRAM_TYPING_SECONDS = 5.0
"""The typing sign stays on at most so long (Bot API, sendChatAction)."""
TELEGRAM_MESSAGES_A_SECOND = 30
"""To all chats together (Bots FAQ)."""
TELEGRAM_GROUP_MESSAGES_A_MINUTE = 20
"""To one group (Bots FAQ)."""

# ---- Discord -------------------------------------------------------------------------------------------

DISCORD_CONTENT_CHARS = 2_000
"""Of a message (Create Message)."""
DISCORD_CUSTOM_ID_CHARS = 100
"""Of a button or menu (Component Reference)."""
DISCORD_BUTTON_LABEL_CHARS = 80
"""Of a button's label (Component Reference)."""
DISCORD_BUTTONS_IN_ROW = 5
"""Buttons in one action row (Component Reference)."""
DISCORD_ROWS = 5
"""Action rows in one message (Component Reference)."""
DISCORD_SELECT_OPTIONS = 25
"""In a select menu (Component Reference)."""
DISCORD_CHOICES = 25
"""Of autocomplete (Application Commands)."""
DISCORD_CHOICE_CHARS = 100
"""Of a choice's name and value (Application Commands)."""
DISCORD_COMMAND_CHARS = 32
"""Of a command's name (Application Commands)."""
DISCORD_DESCRIPTION_CHARS = 100
"""Of a command's description (Application Commands)."""
DISCORD_MODAL_TITLE_CHARS = 45
"""Of a modal's title (Component Reference)."""
DISCORD_RESPONSE_SECONDS = 3.0
"""Until the first answer to an interaction (Receiving and Responding)."""
DISCORD_TOKEN_SECONDS = 15 * 60
"""An interaction's token lives (Receiving and Responding)."""
DISCORD_ALT_CHARS = 1_024
"""Of the description of an attached file (Attachment Object)."""
DISCORD_UPLOAD_BYTES = 10 * 1_024 * 1_024
"""Of one file (Uploading Files)."""

# ---- ours ----------------------------------------------------------------------------------------------

SECONDS_BETWEEN_EDITS = 1.0
"""A growing answer is edited at most once in so long on either platform."""
SECONDS_TO_FIRST_POST = 0.15
"""A growing answer waits so long for its first post: an answer that is quicker is one message, unedited."""
MOST_PIECES = 3
"""Messages one answer may take; a longer one is sent as a file."""
