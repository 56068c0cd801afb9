"""Files become books: at once on a terminal, as a durable job where the bots run.

A bot may be killed while it reads. The job then goes on in the next process; as nobody waits for its end
any more, what would have been answered is shown in the conversation that the file came from.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.messages import Conversation, IncomingMessage, Kind, OutgoingMessage
from storage.errors import BookError
from storage.ids import new_id
from storage.reader.in_hand import IN_HAND

if TYPE_CHECKING:
    from bot.companion.scene import Messages
    from bot.outlets import Outlets
    from storage import AddedBook, Library
    from storage.jobs import Job, Jobs
    from storage.reader.updates import Updates

KIND = "read a book"

Report = Callable[[str, float], None]
Handle = Callable[[IncomingMessage], "Messages"]


class BookReading:
    """Reads files for readers."""

    def __init__(
        self, library: Library, updates: Updates, outlets: Outlets, sentence: Callable[[BookError], str]
    ) -> None:
        """Take opened parts; `sentence` words a refusal."""
        self._library = library
        self._updates = updates
        self._outlets = outlets
        self._sentence = sentence
        self._jobs: Jobs | None = None
        self._handle: Handle | None = None
        self._waiting: dict[str, tuple[Report, asyncio.Future[AddedBook]]] = {}
        self._answered: set[str] = set()

    def make_durable(self, jobs: Jobs, handle: Handle) -> None:
        """Read as jobs from now on; `handle` answers in place of who no longer waits."""
        from storage.jobs import JobKind

        self._jobs, self._handle = jobs, handle
        jobs.add_kind(JobKind(KIND, (("read", self._read), ("tell", self._tell), ("tidy", self._tidy))))

    async def add(
        self, path: Path, filename: str, message: IncomingMessage, reader_id: str, report: Report
    ) -> AddedBook:
        """Read a file and put it on the reader's shelf: see `Library.add`.

        Whoever stops waiting does not stop the reading, when it is a job.
        """
        if self._jobs is None or not message.attachments:
            return await self._library.add(path, owner_id=reader_id, filename=filename, progress=report)
        place = message.conversation
        job_id = new_id()
        done: asyncio.Future[AddedBook] = asyncio.get_running_loop().create_future()
        self._waiting[job_id] = (report, done)
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
            await self._jobs.start(job_id, KIND, about)
            if (update := IN_HAND.get()) is not None:
                # The job tells what comes of it from now on, in this process or in the next.
                self._updates.finish(update.platform, update.id)
                await self._updates.flush()
            return await done
        finally:
            self._waiting.pop(job_id, None)

    async def _read(self, job: Job, _outcome: str) -> str:
        about = job.about
        report, done = self._waiting.get(job.id, (None, None))
        try:
            added = await self._library.add(
                Path(about["path"]), owner_id=about["reader"], filename=about["filename"], progress=report
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
        await asyncio.to_thread(Path(job.about["path"]).unlink, missing_ok=True)
        return ""


async def _refusal(text: str) -> Messages:
    yield OutgoingMessage(text, Kind.REFUSAL)
