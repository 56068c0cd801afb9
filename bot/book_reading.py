"""Files become books, sent or fetched: at once on a terminal, as a durable job where the bots run.

A bot may be killed while it reads. The job then goes on in the next process; as nobody waits for its end
any more, what would have been answered is shown in the conversation that the file came from.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.messages import Conversation, IncomingMessage, Kind, OutgoingMessage
from bot.uploads import discard
from storage.errors import BookError
from storage.ids import new_id
from storage.reader.in_hand import IN_HAND

if TYPE_CHECKING:
    from bot.companion.scene import Messages
    from bot.fetching import Fetching
    from bot.outlets import Outlets
    from storage import AddedBook, Library
    from storage.jobs import Job, Jobs
    from storage.reader.updates import Updates

KIND = "read a book"


class Watcher(Protocol):
    """Whoever waits for a book, and is told how far it is."""

    def fetching(self, came_bytes: int, of_bytes: int) -> None:
        """Be told how much of the file is here, and of how much; 0 when nobody knows."""

    def reading(self, step: str, share: float) -> None:
        """Be told what is being done, and how far all of it is."""


Handle = Callable[[IncomingMessage], "Messages"]


class BookReading:
    """Reads files for readers, sent or at an address."""

    def __init__(
        self,
        library: Library,
        fetching: Fetching,
        updates: Updates,
        outlets: Outlets,
        sentence: Callable[[BookError], str],
    ) -> None:
        """Take opened parts; `sentence` words a refusal."""
        self._library = library
        self._fetching = fetching
        self._updates = updates
        self._outlets = outlets
        self._sentence = sentence
        self._jobs: Jobs | None = None
        self._handle: Handle | None = None
        self._waiting: dict[str, tuple[Watcher, asyncio.Future[AddedBook]]] = {}
        self._answered: set[str] = set()

    def make_durable(self, jobs: Jobs, handle: Handle) -> None:
        """Read as jobs from now on; `handle` answers in place of who no longer waits."""
        from storage.jobs import JobKind

        self._jobs, self._handle = jobs, handle
        jobs.add_kind(JobKind(KIND, (("read", self._read), ("tell", self._tell), ("tidy", self._tidy))))

    async def add(
        self, path: Path, filename: str, message: IncomingMessage, reader_id: str, watcher: Watcher
    ) -> AddedBook:
        """Read a file and put it on the reader's shelf: see `Library.add`.

        Whoever stops waiting does not stop the reading, when it is a job.
        """
        if self._jobs is None or not message.attachments:
            return await self._library.add(
                path, owner_id=reader_id, filename=filename, progress=watcher.reading
            )
        return await self._as_job(self._jobs, path, filename, message, reader_id, watcher)

    async def fetch(
        self, address: str, message: IncomingMessage, reader_id: str, watcher: Watcher
    ) -> AddedBook:
        """Fetch a book from its address and read it as `add` does; raises what `Fetching.fetch` does too."""
        path = await self._fetching.make_path()
        if self._jobs is None:
            try:
                filename = await self._fetching.fetch(address, path, watcher.fetching)
                return await self._library.add(
                    path, owner_id=reader_id, filename=filename, progress=watcher.reading
                )
            finally:
                await discard(path)
        # Not told to the job, which is kept: an address may hold what opens the door there.
        await asyncio.to_thread(_address_beside(path).write_text, address)
        return await self._as_job(self._jobs, path, "", message, reader_id, watcher)

    async def _as_job(
        self,
        jobs: Jobs,
        path: Path,
        filename: str,
        message: IncomingMessage,
        reader_id: str,
        watcher: Watcher,
    ) -> AddedBook:
        place = message.conversation
        job_id = new_id()
        done: asyncio.Future[AddedBook] = asyncio.get_running_loop().create_future()
        self._waiting[job_id] = (watcher, done)
        about = {
            "path": str(path),
            "filename": filename,
            "reader": reader_id,
            "platform": place.platform,
            "chat": place.chat,
            "topic": place.topic,
            "account": message.account,
            "private": "yes" if message.private else "",
        }
        try:
            await jobs.start(job_id, KIND, about)
            if (update := IN_HAND.get()) is not None:
                # The job tells what comes of it from now on, in this process or in the next.
                self._updates.finish(update.platform, update.id)
                await self._updates.flush()
            return await done
        finally:
            self._waiting.pop(job_id, None)

    async def _read(self, job: Job, _outcome: str) -> str:
        about = job.about
        watcher, done = self._waiting.get(job.id, (None, None))
        path, filename, beside = Path(about["path"]), about["filename"], _address_beside(Path(about["path"]))
        try:
            if await asyncio.to_thread(beside.is_file):
                address = await asyncio.to_thread(beside.read_text)
                filename = await self._fetching.fetch(
                    address, path, watcher.fetching if watcher else _to_nobody
                )
            progress = watcher.reading if watcher else None
            added = await self._library.add(
                path, owner_id=about["reader"], filename=filename, progress=progress
            )
        except BookError as error:
            if done is not None and not done.done():
                self._answered.add(job.id)
                done.set_exception(error)
            return json.dumps({"refused": self._sentence(error)})
        if done is not None and not done.done():
            self._answered.add(job.id)
            done.set_result(added)
        return json.dumps({"book": added.card.book_id})

    async def _tell(self, job: Job, outcome: str) -> str:
        """Show what came of it, unless whoever waited for it in this very process does."""
        if job.id in self._answered:
            self._answered.discard(job.id)
            return ""
        about, told = job.about, json.loads(outcome)
        place = Conversation(about["platform"], about["chat"], about["topic"])
        text = f"/open {told['book']}" if "book" in told else ""
        message = IncomingMessage(place, about["account"], text, bool(about["private"]))
        assert self._handle is not None
        shown = self._handle(message) if text else _refusal(told["refused"])
        await self._outlets.show(message, shown)
        return ""

    async def _tidy(self, job: Job, _outcome: str) -> str:
        """Remove the upload; a file that is not there any more is no loss."""
        path = Path(job.about["path"])
        await discard(path)
        await discard(_address_beside(path))
        return ""


def _address_beside(path: Path) -> Path:
    """Return where the address lies that a file is to come from."""
    return path.with_name(f"{path.name}.from")


def _to_nobody(came_bytes: int, of_bytes: int) -> None:
    """Tell nobody: who waited was in another process."""


async def _refusal(text: str) -> Messages:
    yield OutgoingMessage(text, Kind.REFUSAL)
