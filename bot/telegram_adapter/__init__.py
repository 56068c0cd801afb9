"""Telegram's edge, built on python-telegram-bot: the only package that imports `telegram`.

application.py: the bot, opened and closed. listening.py: how updates come. incoming.py: they become messages.
conversations.py: what is done with one. stars.py: the shop. surface.py: posting and editing. typeset.py: our
markup as entities. uploads.py: files. rates.py: how fast may be sent.
"""

from bot.telegram_adapter.application import TelegramBot, build_application, telegram_bot

__all__ = ["TelegramBot", "build_application", "telegram_bot"]
