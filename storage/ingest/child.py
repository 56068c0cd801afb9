"""The child process that parses one file: bytes on standard input, frames on standard output.

It holds no secret, may open no connection of its own making, writes no file, and has hard limits of
memory and processor time. Answers are JSON: nothing that read a hostile file may send a pickle.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields

from storage import errors
from storage.errors import BookError, Damage, DamagedBook, Excess, TooLarge
from storage.ingest.limits import Limits
from storage.ingest.parsed import ParsedBook, SealedText, Warned
from storage.values import Matter, PageMark, Section, SectionKind

Json = dict[str, object]
_CODECS = (
    "utf-16-le utf-16-be utf-32-le utf-32-be cp437 cp1250 cp1251 cp1252 cp932 gb18030 big5 cp949 euc_jp "
    "koi8_r iso8859_15"
).split()
_GRACE_SECONDS = 1
_OPEN_FILES = 64  # standard streams, and the modules of a format that is met late


def main(arguments: list[str]) -> None:
    """Answer for the file on standard input; `arguments` are its name and the limits as JSON."""
    filename, limits = arguments[0], Limits(**json.loads(arguments[1]))
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    confine(limits)

    def tell(said: Json) -> None:
        out.write(json.dumps(said).encode() + b"\n")

    for answer, body in _answers(sys.stdin.buffer.read(limits.file_bytes + 1), filename, limits, tell):
        out.write(json.dumps(answer).encode() + b"\n")
        out.write(body)
    out.close()
    os._exit(0)  # nothing to clean up, and no finaliser of a hostile file's objects is run


def confine(limits: Limits) -> None:
    """Give up what parsing does not need: memory past the limit, time, new files, new processes."""
    if sys.platform == "win32":
        return
    import codecs
    import resource

    for codec in _CODECS:
        codecs.lookup(codec)
    _limit(resource.RLIMIT_AS, limits.address_space_bytes)
    _limit(resource.RLIMIT_CPU, int(limits.seconds) + 1)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_NPROC, 0)


def confine_for_pdf(size_bytes: int, limits: Limits) -> Json:
    """Give up more for a PDF of so many bytes; return the "seconds" and "bytes" that are left to it.

    Its reader looks at its budget between pages, but one page may hold it for ever: forms that each draw
    the next one twice. So the budget is a limit of the process too, with a little grace for the reader.
    """
    from storage.ingest.pdf.budget import work_seconds

    seconds = min(limits.seconds, work_seconds(size_bytes))
    memory_bytes = limits.pdf_address_space_bytes + 2 * size_bytes
    if sys.platform != "win32":
        import resource
        import time

        _limit(resource.RLIMIT_AS, memory_bytes)
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds) + _GRACE_SECONDS)
    return {"seconds": seconds, "bytes": memory_bytes}


def _limit(what: int, value: int) -> None:
    import resource

    hard = resource.getrlimit(what)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    # At its hard limit of time a process is killed as by anybody; at the soft one it is told why it ends.
    above = wanted + 1 if what == resource.RLIMIT_CPU and wanted != hard else wanted
    try:
        resource.setrlimit(what, (wanted, above))
    except (ValueError, OSError):
        return  # a system that lacks one still has the others, and the clock of the parent


def _answers(
    data: bytes, filename: str, limits: Limits, tell: Callable[[Json], None]
) -> Iterator[tuple[Json, bytes]]:
    """Yield the frame of the book and then that of its cover, or the frame of an error in place of either."""
    from storage.ingest.read import read_sections
    from storage.ingest.sniff import FileKind, sniff

    def progress(share: float) -> None:
        tell({"progress": round(share, 3)})

    try:
        if sniff(data, filename) is FileKind.PDF:
            tell(confine_for_pdf(len(data), limits))
        book, take_cover = read_sections(data, filename=filename, limits=limits, progress=progress)
        yield book_to_frame(book)
        # The parent makes its book of the frame while the picture is unpacked here.
        cover = take_cover() or b""
        yield {"cover": bool(cover), "bytes": len(cover)}, cover
    except BookError as error:
        yield {"error": error_to_json(error)}, b""
    except MemoryError:
        yield {"error": error_to_json(TooLarge(Excess.MEMORY, limits.address_space_bytes))}, b""
    except Exception:
        # A parser fell over bytes that nobody foresaw: for the reader the file is unreadable.
        yield {"error": error_to_json(DamagedBook(Damage.UNREADABLE))}, b""


# ---- frames --------------------------------------------------------------------------------


def book_to_frame(book: ParsedBook) -> tuple[Json, bytes]:
    """Return a book as a header and the bytes of its text that follow it; its cover is a frame of its own."""
    body = book.text.encode()
    header: Json = {
        "book": {
            "title": book.title,
            "author": book.author,
            "language": book.language,
            "sections": [list(dataclasses.astuple(section)) for section in book.sections],
            "pages": [[page.label, page.start] for page in book.pages],
            "sealed": [[sealed.ordinal, sealed.text] for sealed in book.sealed],
            "warnings": [warning.text for warning in book.warnings],
        },
        "bytes": len(body),
    }
    return header, body


def book_from_frame(header: Json, body: bytes) -> ParsedBook:
    """Return the book of a frame, coverless. Raises ValueError, KeyError or TypeError when it is none."""
    book = header["book"]
    if not isinstance(book, dict) or header["bytes"] != len(body):
        raise ValueError("not a whole book")
    return ParsedBook(
        title=str(book["title"]),
        author=str(book["author"]),
        language=str(book["language"]),
        text=body.decode(),
        sections=tuple(_section(row) for row in book["sections"]),
        pages=tuple(PageMark(str(label), int(start)) for label, start in book["pages"]),
        sealed=tuple(SealedText(int(ordinal), str(text)) for ordinal, text in book["sealed"]),
        warnings=tuple(Warned(str(text)) for text in book["warnings"]),
    )


def _section(row: list[object]) -> Section:
    values = dict(zip((f.name for f in fields(Section)), row, strict=True))
    values["kind"] = SectionKind(str(values["kind"]))
    values["matter"] = Matter(str(values["matter"]))
    return Section(**values)  # type: ignore[arg-type]


def error_to_json(error: BookError) -> Json:
    """Return an error as its name and its facts."""
    facts: Json = {}
    if dataclasses.is_dataclass(error):
        facts = {f.name: getattr(error, f.name) for f in fields(error)}
    return {"name": type(error).__name__, "facts": facts}


def error_from_json(said: Json) -> BookError:
    """Return the error of a name and facts; anything but a known one means a child that ran wild."""
    kind = getattr(errors, str(said.get("name")), None)
    facts = said.get("facts")
    if not (isinstance(kind, type) and issubclass(kind, BookError) and isinstance(facts, dict)):
        return DamagedBook(Damage.UNREADABLE)
    enums = {"lock": errors.Lock, "damage": errors.Damage, "excess": errors.Excess, "trick": errors.Trick}
    try:
        typed = {name: enums[name](value) if name in enums else value for name, value in facts.items()}
        return kind(**typed)
    except (TypeError, ValueError):
        return DamagedBook(Damage.UNREADABLE)
