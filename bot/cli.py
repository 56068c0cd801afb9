"""The command line: `dogear chat` for people, the other subcommands for scripts and operators.

Exit codes: 0 done, 1 a clear refusal (one line on standard error), 2 wrong usage. What a request does
stands in requests.py; here it is parsed and printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.bots import has_bots, run_bots
from bot.config import Config, load_config
from bot.markup import to_plain
from bot.operating import add_commands
from bot.replies import UNEXPECTED
from bot.replies.refusals import sentence
from storage.errors import HorizonViolation, ReaderError

if TYPE_CHECKING:
    from bot.app import App

log = logging.getLogger(__name__)

DONE, REFUSED, USAGE = 0, 1, 2

BATCHED = (
    "where", "search", "ask", "check", "who", "cast", "relations", "mentions", "speakers", "timeline", "place"
)  # fmt: skip
"""What one process can be asked many times with --batch."""

_PLACE_HELP = "start, end, offset:N, 7, 'ch 7', 'p. 212', 34%% or a quoted line; default: the stored place"
_BOOK_HELP = "an id, the unique start of one, or a title"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all subcommands."""
    parser = argparse.ArgumentParser(
        prog="dogear", description="A reading companion that never says a word past your place in the book."
    )
    common = _common()
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _batch_option(parser)
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings file")

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary, parents=[common])

    chat = command("chat", "talk about a book in this terminal")
    chat.add_argument("book", nargs="?", metavar="BOOK", help="a file, or " + _BOOK_HELP)
    command("bots", "run the bots that have a token, until told to stop")
    command("run", "run the bots when one has a token, else talk in this terminal")
    add = command("add", "add a book: EPUB, PDF, text, Markdown or HTML")
    add.add_argument("file", type=Path, metavar="FILE")
    command("books", "list the books")
    _at(_book(command("sections", "list the sections; those past PLACE are bare numbers")))
    _at(_book(command("text", "print the reading text up to PLACE")))
    where = _batched(command("where", "say which offsets a place is"))
    _book(where, optional=True).add_argument("place", nargs="?", metavar="PLACE", help=_PLACE_HELP)
    search = _batched(command("search", "find passages up to PLACE"))
    _at(_book(search, optional=True)).add_argument("query", nargs="?", metavar="QUERY")
    search.add_argument("-k", type=_count, default=8, metavar="N", help="how many passages; default 8")
    ask = _batched(command("ask", "answer a question from the text up to PLACE"))
    _at(_book(ask, optional=True)).add_argument("question", nargs="?", metavar="QUESTION")
    recap = _at(_book(command("recap", "tell the story so far")))
    recap.add_argument("--length", choices=("short", "medium", "long"), default="medium")
    recap.add_argument("--since", metavar="PLACE", help="begin at this place")
    _at(_book(_batched(command("cast", "list the people met up to PLACE")), optional=True))
    who = _at(_book(_batched(command("who", "say what is known of a person at PLACE")), optional=True))
    who.add_argument("name", nargs="?", metavar="NAME")
    relations = _batched(command("relations", "list who is what to whom up to PLACE"))
    _at(_book(relations, optional=True)).add_argument("name", nargs="?", metavar="NAME")
    mentions = _at(
        _book(_batched(command("mentions", "count where a person is named, up to PLACE")), optional=True)
    )
    mentions.add_argument("name", nargs="?", metavar="NAME")
    _at(
        _book(
            _batched(command("speakers", "list the lines of dialogue up to PLACE and who says them")),
            optional=True,
        )
    )
    _at(_book(_batched(command("timeline", "list where the text up to PLACE says when")), optional=True))
    place = _at(_book(_batched(command("place", "say what is told of a place up to PLACE")), optional=True))
    place.add_argument("name", nargs="?", metavar="NAME")
    define = _at(_book(command("define", "say what the book means by a word")))
    define.add_argument("term", metavar="TERM")
    _at(_book(command("places", "list the places named up to PLACE")))
    _at(_book(_batched(command("check", "check a draft on standard input against the text")), optional=True))
    _book(command("remove", "remove a book and all that was made from it"))
    add_commands(command, common)
    command("doctor", "check configuration, storage, keys and embedder")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.command is None and not options.batch:
        parser.print_help(sys.stderr)
        return USAGE
    missing = _missing(options)
    if missing:
        parser.error(missing)
    try:
        config, source = load_config(os.environ, file=options.config, data_dir=options.data)
        return asyncio.run(_run(options, config, source))
    except ReaderError as error:
        return _refuse(to_plain(sentence(error)))
    except KeyboardInterrupt:
        return DONE if options.command in ("chat", "run", "bots") else 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


async def _run(options: argparse.Namespace, config: Config, source: Path | None) -> int:
    from bot.app import open_app

    async with open_app(config, source) as app:
        try:
            return await _carry_out(options, app)
        except (ReaderError, BrokenPipeError):
            raise
        except HorizonViolation:
            log.error("%s dropped: HorizonViolation", options.command)
        except Exception:  # the one place where a script's mishap ends; the log has where it happened
            log.exception("%s failed", options.command)
        return _refuse(UNEXPECTED)


async def _carry_out(options: argparse.Namespace, app: App) -> int:
    if options.command == "bots" or (options.command == "run" and has_bots(app.config)):
        await run_bots(app)
        return DONE
    if options.command in ("chat", "run"):
        from bot.chat import run_chat

        await run_chat(app, getattr(options, "book", None))
        return DONE
    from bot.requests import Requests

    requests = Requests(app)
    if options.batch:
        from bot.batch import run_batch

        await run_batch(requests, options.batch, vars(options))
        return DONE
    fields = {name: value for name, value in vars(options).items() if value is not None}
    if options.command == "check":
        fields["draft"] = sys.stdin.read()
    if options.command == "add":
        fields["progress"] = _progress()
    found = await requests.run(options.command, fields)
    print(json.dumps(found, ensure_ascii=False) if options.json else _human(options.command, found))
    return REFUSED if found.get("discrepancies") else DONE


def _human(command: str, found: dict[str, Any]) -> str:
    from bot.printout import print_out

    return print_out(command, found)


def _progress() -> Any:
    """Return a reporter that keeps one line on a terminal's standard error, and says nothing in a pipe."""
    if not sys.stderr.isatty():
        return None

    def report(step: str, share: float) -> None:
        end = "\r" if share < 1 else "\r\033[K"
        print(f"\r\033[K{step} {share:4.0%}", end=end, file=sys.stderr, flush=True)

    return report


def _refuse(line: str) -> int:
    print("dogear: " + " ".join(line.split()), file=sys.stderr)
    return REFUSED


def _missing(options: argparse.Namespace) -> str:
    """Return what a command lacks when it is not given in a batch."""
    if options.batch:
        return "" if options.command in (None, *BATCHED) else "--batch is for " + ", ".join(BATCHED)
    needed: dict[str, tuple[str, ...]] = {
        "where": ("book", "place"),
        "search": ("book", "query"),
        "ask": ("book", "question"),
        "cast": ("book",),
        "who": ("book", "name"),
        "relations": ("book",),
        "mentions": ("book", "name"),
        "speakers": ("book",),
        "timeline": ("book",),
        "place": ("book", "name"),
        "check": ("book",),
    }
    for name in needed.get(options.command, ()):
        if getattr(options, name) is None:
            return f"{options.command} needs {name.upper()}"
    return ""


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS, help="data folder")
    common.add_argument(
        "--config", type=Path, metavar="FILE", default=argparse.SUPPRESS, help="settings file"
    )
    return common


def _book(parser: argparse.ArgumentParser, optional: bool = False) -> argparse.ArgumentParser:
    parser.add_argument("book", nargs="?" if optional else None, metavar="BOOK", help=_BOOK_HELP)
    return parser


def _at(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--at", metavar="PLACE", help=_PLACE_HELP)
    return parser


def _batched(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _batch_option(parser, argparse.SUPPRESS)
    return parser


def _batch_option(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "--batch",
        metavar="FILE.jsonl",
        default=default,
        help="one request a line ('-': standard input), one JSON answer a line",
    )


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("wants 1 to 1000")
    return number
