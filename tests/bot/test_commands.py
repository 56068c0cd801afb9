"""The registry: every command can be found, parsed and explained."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS, Takes, commands_on, find_command, parse


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_explains_itself_with_an_example_that_it_parses(command) -> None:
    parsed = parse(command.example)
    assert parsed is not None
    assert parsed.command is command
    assert command.help
    assert bool(command.arguments) == (command.takes is not Takes.NOTHING or "[" in command.arguments)


def test_names_aliases_and_words_are_unique() -> None:
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))
    words = [word for command in COMMANDS for word in command.words]
    assert len(words) == len(set(words))


def test_names_fit_every_platform() -> None:
    # Telegram: 1 to 32 of a-z, 0-9 and _, description to 256. Discord: description to 100.
    for command in COMMANDS:
        assert command.name.isascii()
        assert command.name.isalpha()
        assert command.name.islower()
        assert len(command.help) <= 100, command.name


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/at 7", "at", "7"),
        ("/AT  Part 2 ch 3 ", "at", "Part 2 ch 3"),
        ("/at@DogearBot p. 12", "at", "p. 12"),
        ("/at\nHe closed the door.", "at", "He closed the door."),
        ("next", "next", ""),
        ("Done.", "done", ""),
        ("finished!", "finished", ""),
        ("/recap long", "catchmeup", "long"),
        ("  /where", "where", ""),
    ],
)
def test_what_readers_type_is_parsed(text: str, name: str, argument: str) -> None:
    parsed = parse(text)
    assert parsed is not None
    assert parsed.command is not None
    assert (parsed.command.name, parsed.argument) == (name, argument)


@pytest.mark.parametrize(
    "text", ["who is next?", "done with him", "1/2 of it", "/ at", "/", "", "//", "a /at 7"]
)
def test_talk_is_no_command(text: str) -> None:
    assert parse(text) is None


def test_an_unknown_command_names_the_nearest_one() -> None:
    parsed = parse("/catchme")
    assert parsed is not None
    assert parsed.command is None
    assert parsed.nearest == "catchmeup"


def test_a_platforms_own_commands_are_left_out_elsewhere() -> None:
    assert find_command("quit") in commands_on("terminal")
    assert find_command("quit") not in commands_on("telegram")


def test_every_command_has_its_use_case_and_no_use_case_is_without_a_command() -> None:
    from bot.companion import HANDLERS

    assert set(HANDLERS) | {"quit"} == {command.name for command in COMMANDS}
