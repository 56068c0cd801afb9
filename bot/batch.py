"""Many requests in one process: one JSON object a line in, one JSON object a line out, in that order.

A line has `id`, the fields of its command, and `command` unless that stood on the command line. A refused
or broken line gives `{"id": ..., "error": sentence, "kind": name}` and the next one is read.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from bot.fields import BadRequest
from bot.markup import to_plain
from bot.replies import UNEXPECTED
from bot.replies.refusals import sentence
from storage.errors import HorizonViolation, ReaderError, StorageUnavailable

if TYPE_CHECKING:
    from bot.requests import Requests

log = logging.getLogger(__name__)


async def run_batch(
    requests: Requests, file: str, given: Mapping[str, Any], out: TextIO | None = None
) -> None:
    """Answer every line of `file` ('-' is standard input); `given` are fields that all lines share."""
    out = out or sys.stdout
    shared = {name: given[name] for name in ("command", "book", "at", "k") if given.get(name) is not None}
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        answer = await answer_line(requests, line, shared, number)
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


async def answer_line(
    requests: Requests, line: str, shared: Mapping[str, Any], number: int
) -> dict[str, Any]:
    """Return the answer to one line; whatever is wrong with it becomes a field, never an exception."""
    from bot.cli import BATCHED

    try:
        request = json.loads(line)
    except ValueError:
        return {"id": None, "error": f"line {number} is not JSON", "kind": "usage"}
    if not isinstance(request, dict):
        return {"id": None, "error": f"line {number} is not an object", "kind": "usage"}
    identity = request.pop("id", None)
    fields = {**shared, **request}
    command = fields.pop("command", None)
    if command not in BATCHED:
        return {"id": identity, "error": "command wants one of " + ", ".join(BATCHED), "kind": "usage"}
    try:
        return {"id": identity, **await requests.run(command, fields)}
    except BadRequest as error:
        return {"id": identity, "error": f"{command}: {error}", "kind": "usage"}
    except ReaderError as error:
        return {"id": identity, "error": to_plain(sentence(error)), "kind": type(error).__name__}
    except HorizonViolation:
        log.error("%s dropped: HorizonViolation", command)
    except Exception:  # one broken request must not take the others with it
        log.exception("%s failed", command)
    return {"id": identity, "error": UNEXPECTED, "kind": "internal"}


def _lines(file: str) -> Iterator[str]:
    if file == "-":
        yield from sys.stdin
        return
    try:
        with open(file, encoding="utf-8") as stream:
            yield from stream
    except (OSError, UnicodeDecodeError) as error:
        raise StorageUnavailable(reason=f"{file} cannot be read") from error
