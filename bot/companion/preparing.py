"""What a configured model does when nobody waits: digests of what was passed, notes of what was said.

Both go through views that end at or before the reader's furthest place of that moment, so what they have
not read is never sent (S9, S31), and both are kept with the offset from which they may be used (S37).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.answer import Answer
from bot.background import Subject
from bot.companion import remembering
from storage.errors import NoPlaceYet

if TYPE_CHECKING:
    from bot.companion.scene import Parts, Scene
    from storage import BookView

DIGESTS = "digests"
NOTES = "notes"


class _WentBack(Exception):
    """The reader moved back while digests were written: the rest waits until they come again."""


async def after_turn(scene: Scene) -> None:
    """Begin to tell the sections that the reader has passed, if a model does that here."""
    parts, book_id = scene.parts, scene.talk.book_id
    subject = Subject(scene.reader_id, book_id)
    if not (book_id and parts.config.preparing.digest_chars_a_turn and await scene.may_use_model()):
        return
    if not parts.background.is_busy(DIGESTS, subject):
        parts.background.begin(DIGESTS, subject, lambda: _write_digests(parts, subject))


async def after_answer(scene: Scene, view: BookView, question: str, answer: Answer) -> None:
    """Begin to note what is worth remembering of an exchange, if a model does that here."""
    if await remembering.by_model(scene):
        subject = Subject(scene.reader_id, view.card.book_id)
        scene.parts.background.begin(
            NOTES, subject, lambda: remembering.keep_notes(scene, view, question, answer)
        )


async def _write_digests(parts: Parts, subject: Subject) -> None:
    library, progress = parts.storage.library, parts.storage.progress
    try:
        furthest = await progress.horizon(subject.reader_id, subject.book_id)
    except NoPlaceYet:
        return

    async def view_at(end: int) -> BookView:
        # Asked anew for each section: it may lie past a place that was lowered meanwhile (S5).
        now = await progress.horizon(subject.reader_id, subject.book_id)
        if end > now.end:
            raise _WentBack
        return await library.open(now.narrow(end))

    agent = await parts.agents.get()
    chapters = await library.list_chapters(subject.book_id)
    try:
        await agent.write_digests(
            await library.open(furthest),
            view_at,
            done=await library.written_digests(furthest, agent.model),
            keep=lambda digest: library.keep_digest(furthest, digest),
            passed=frozenset(c.section for c in chapters if c.section and c.end <= furthest.end),
            most_chars=parts.config.preparing.digest_chars_a_turn,
        )
    except _WentBack:
        return
