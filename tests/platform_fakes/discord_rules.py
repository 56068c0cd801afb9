"""What Discord refuses: pure checks of bodies, each with the page of its documentation that says so.

Pages are those of discord.com/developers/docs. An error names the path of a field and the code that Discord
gives for it in a 50035 "Invalid Form Body".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Errors = dict[str, tuple[str, str]]
"""By the path of a field ("components.0.label"): code and message."""

EPHEMERAL = 1 << 6
PREMIUM = 6
SLASH, ON_USER, ON_MESSAGE = 1, 2, 3

# Content of a message is withheld in guilds without the privileged intent, but for what is said to the bot,
# in direct messages, and its own (Gateway, "Message Content Intent").
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1


def length(errors: Errors, path: str, value: Any, least: int, most: int) -> None:
    """Note a text that is missing, too short or too long."""
    if not isinstance(value, str):
        errors[path] = ("BASE_TYPE_REQUIRED", "This field is required")
    elif not least <= len(value) <= most:
        errors[path] = ("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def check_message(body: Mapping[str, Any]) -> Errors:
    """Check the body of a message that is sent or edited (Message Resource, Create Message)."""
    errors: Errors = {}
    content = body.get("content")
    if content is not None and len(content) > 2000:
        errors["content"] = ("BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    check_components(errors, body.get("components") or [])
    check_mentions(errors, body.get("allowed_mentions"))
    return errors


def check_mentions(errors: Errors, allowed: Mapping[str, Any] | None) -> None:
    """Check allowed mentions (Message Resource, Allowed Mentions Object)."""
    for name in ("users", "roles"):
        if allowed and len(allowed.get(name) or ()) > 100:
            errors[f"allowed_mentions.{name}"] = ("BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")


def check_components(errors: Errors, rows: Sequence[Mapping[str, Any]]) -> None:
    """Check rows of buttons or menus (Component Reference, Action Row, Button, String Select)."""
    if len(rows) > 5:
        errors["components"] = ("BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
    ids: list[str] = []
    for number, row in enumerate(rows):
        path = f"components.{number}"
        if row.get("type") != 1:
            errors[path] = ("UNION_TYPE_CHOICES", "Value of field 'type' must be one of (1,).")
            continue
        parts = row.get("components") or []
        kinds = {part.get("type") for part in parts}
        most = 5 if kinds == {2} else 1
        if not 1 <= len(parts) <= most or len(kinds) != 1:
            errors[path] = ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
        for at, part in enumerate(parts):
            check_part(errors, f"{path}.components.{at}", part)
            ids.append(part.get("custom_id") or part.get("sku_id", ""))
    if len(set(ids)) < len(ids):
        errors["components"] = ("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def check_part(errors: Errors, path: str, part: Mapping[str, Any]) -> None:
    """Check a button, a menu or a field (Component Reference)."""
    if part.get("type") == 2 and part.get("style") == PREMIUM:
        # Component Reference, Button: with a sku_id, and without a custom_id, label, url, or emoji
        if not part.get("sku_id") or any(part.get(name) for name in ("custom_id", "label", "url", "emoji")):
            errors[path] = ("COMPONENT_PREMIUM_BUTTON_INVALID", "A premium button has a sku_id alone")
        return
    length(errors, f"{path}.custom_id", part.get("custom_id"), 1, 100)
    if part.get("type") == 2:
        length(errors, f"{path}.label", part.get("label"), 1, 80)
    elif part.get("type") == 3:
        options = part.get("options") or []
        if not 1 <= len(options) <= 25:
            errors[f"{path}.options"] = ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
        values = [option.get("value") for option in options]
        if len(set(values)) < len(values):
            errors[f"{path}.options"] = ("SELECT_OPTION_VALUE_DUPLICATED", "The option value is already used")
        for at, option in enumerate(options):
            length(errors, f"{path}.options.{at}.label", option.get("label"), 1, 100)
            length(errors, f"{path}.options.{at}.value", option.get("value"), 1, 100)
        if part.get("placeholder") is not None:
            length(errors, f"{path}.placeholder", part["placeholder"], 0, 150)
    elif part.get("type") == 4:
        length(errors, f"{path}.label", part.get("label"), 1, 45)
        length(errors, f"{path}.value", part.get("value") or "", 0, 4000)
    else:
        errors[path] = ("UNION_TYPE_CHOICES", "Value of field 'type' must be one of (2, 3, 4).")


def check_modal(body: Mapping[str, Any]) -> Errors:
    """Check a form (Receiving and Responding, Modal)."""
    errors: Errors = {}
    length(errors, "custom_id", body.get("custom_id"), 1, 100)
    length(errors, "title", body.get("title"), 1, 45)
    rows = body.get("components") or []
    if not 1 <= len(rows) <= 5:
        errors["components"] = ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    check_components(errors, rows)
    return errors


def check_choices(choices: Sequence[Mapping[str, Any]]) -> Errors:
    """Check what autocomplete offers (Application Commands, Option Choice Structure)."""
    errors: Errors = {}
    if len(choices) > 25:
        errors["choices"] = ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for number, choice in enumerate(choices):
        length(errors, f"choices.{number}.name", choice.get("name"), 1, 100)
        length(errors, f"choices.{number}.value", choice.get("value"), 1, 100)
    return errors


_SLASH_NAME = re.compile(r"^[-_'\w]{1,32}$")


def check_commands(commands: Sequence[Mapping[str, Any]]) -> Errors:
    """Check all commands that are registered at once (Application Commands, naming and limits)."""
    errors: Errors = {}
    kinds = [command.get("type", SLASH) for command in commands]
    if kinds.count(SLASH) > 100 or kinds.count(ON_USER) > 5 or kinds.count(ON_MESSAGE) > 5:
        errors["commands"] = ("APPLICATION_COMMAND_TOO_MANY", "Maximum number of commands reached.")
    names = [(kind, command.get("name")) for kind, command in zip(kinds, commands, strict=True)]
    if len(set(names)) < len(names):
        errors["commands"] = ("APPLICATION_COMMANDS_DUPLICATE_NAME", "Names must be unique")
    for number, command in enumerate(commands):
        check_command(errors, f"{number}", command)
    return errors


def check_command(errors: Errors, path: str, command: Mapping[str, Any]) -> None:
    """Check one command."""
    name = str(command.get("name", ""))
    if command.get("type", SLASH) != SLASH:
        length(errors, f"{path}.name", name, 1, 32)
        if command.get("description"):
            errors[f"{path}.description"] = ("APPLICATION_COMMAND_NO_DESCRIPTION", "Must be empty")
        return
    _slash_name(errors, f"{path}.name", name)
    length(errors, f"{path}.description", command.get("description"), 1, 100)
    options = command.get("options") or []
    if len(options) > 25:
        errors[f"{path}.options"] = ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    was_optional = False
    for at, option in enumerate(options):
        here = f"{path}.options.{at}"
        _slash_name(errors, f"{here}.name", str(option.get("name", "")))
        length(errors, f"{here}.description", option.get("description"), 1, 100)
        if option.get("required") and was_optional:
            errors[here] = ("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first")
        was_optional = was_optional or not option.get("required")
        choices = option.get("choices") or []
        if choices and option.get("autocomplete"):
            errors[here] = ("APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "Not both")
        if len(choices) > 25:
            errors[f"{here}.choices"] = ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    if _command_chars(command) > 8000:
        errors[path] = ("APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def _slash_name(errors: Errors, path: str, name: str) -> None:
    if not _SLASH_NAME.match(name) or name != name.lower():
        errors[path] = ("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _command_chars(command: Mapping[str, Any]) -> int:
    texts: list[str] = [command.get("name", ""), command.get("description", "")]
    for option in command.get("options") or []:
        texts += [option.get("name", ""), option.get("description", "")]
        for choice in option.get("choices") or []:
            texts += [choice.get("name", ""), str(choice.get("value", ""))]
    return sum(map(len, texts))


def form_error(errors: Errors) -> dict[str, Any]:
    """Return the body of a 400 (Reference, Error Messages): errors nested by the path of their field."""
    nested: dict[str, Any] = {}
    for path, (code, message) in errors.items():
        here = nested
        for name in path.split("."):
            here = here.setdefault(name, {})
        here["_errors"] = [{"code": code, "message": message}]
    return {"code": 50035, "message": "Invalid Form Body", "errors": nested}


def sees_content(intents: int, message: Mapping[str, Any], bot_id: str, guild_id: str | None) -> bool:
    """Tell whether the bot is told what a message says (Gateway, "Message Content Intent")."""
    return (
        guild_id is None
        or bool(intents & MESSAGE_CONTENT)
        or message["author"]["id"] == bot_id
        or any(user["id"] == bot_id for user in message["mentions"])
    )


def list_labels(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return what can be pressed or chosen under a message: label, and custom id or value."""
    found: list[tuple[str, str]] = []
    for row in rows:
        for part in row.get("components") or []:
            if part.get("type") == 3:
                found += [(option["label"], option["value"]) for option in part["options"]]
            else:
                found.append((part.get("label") or f"sku {part['sku_id']}", part.get("custom_id", "")))
    return found
