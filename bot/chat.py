"""`dogear chat`: settles which book is meant, and hands over to the terminal.

A file is added, a name is looked up on the shelf; without either it is the demo book, built and added at
the first start.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.messages import Attachment, IncomingMessage
from bot.terminal_adapter import Seat, chat
from storage.errors import BookNotFound, FileMissing

if TYPE_CHECKING:
    from bot.app import App

HISTORY_FILE = "typed_lines"
DEMO_FOLDER = "demo"
PICTURES_FOLDER = "pictures"


async def run_chat(app: App, book: str | None) -> None:
    """Talk in this terminal about `book`; raises `FileMissing` or `BookNotFound`."""
    seat = Seat(app.config.reader.owner)
    opening = await _opening(app, seat, book)
    history = app.config.storage.data_dir / HISTORY_FILE
    pictures = app.config.storage.data_dir / PICTURES_FOLDER
    await chat(app.companion, seat, opening, app.config.terminal, history, pictures)


async def _opening(app: App, seat: Seat, book: str | None) -> IncomingMessage:
    """Return what stands for the reader's first words: the file to add, or the book to open."""
    if book is None:
        return _adding(seat, _demo_file(app.config.storage.data_dir / DEMO_FOLDER))
    path = Path(book).expanduser()  # noqa: ASYNC240  # one look at one file, before anything runs
    if path.is_file():
        return _adding(seat, path)
    try:
        card = await app.storage.library.get_book(await app.owner_id(), book)
    except BookNotFound as error:
        if path.suffix or len(path.parts) > 1:  # it was meant as a file
            raise FileMissing(name=book) from error
        raise
    return seat.message(f"/open {card.book_id}")


def _adding(seat: Seat, path: Path) -> IncomingMessage:
    return seat.message("", (Attachment(path, path.name),))


def _demo_file(folder: Path) -> Path:
    """Return the demo book's file, built when it is not there yet or is another version."""
    from bot.demo_book import DEMO_FILE_NAME, build_demo_epub

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / DEMO_FILE_NAME
    data = build_demo_epub()
    if not path.is_file() or path.read_bytes() != data:
        path.write_bytes(data)
    return path
