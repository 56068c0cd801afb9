"""What a configured model does when nobody waits: digests and story facts of what was passed, notes of what
was said.

All go through views that end at or before the reader's furthest place of that moment, so what they have
not read is never sent (S9, S31), and all are kept with the offset from which they may be used (S37).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.answer import Answer
from bot.background import Subject
from bot.companion import remembering
from bot.companion.scene import MODEL_CONSENT, TERMINAL, YES
from storage.errors import NoPlaceYet

if TYPE_CHECKING:
    from bot.companion.scene import Parts, Scene
    from storage import BookView

SECTIONS = "sections"
NOTES = "notes"


class _Stopped(Exception):
    """The reader moved back meanwhile, or took back their yes: the rest waits until they come again."""


async def after_turn(scene: Scene) -> None:
    """Begin to tell the sections that the reader has passed and to index them, if a model does that here."""
    parts, book_id = scene.parts, scene.talk.book_id
    subject = Subject(scene.reader_id, book_id)
    wanted = parts.config.preparing
    if not (wanted.digest_chars_a_turn or wanted.facts_chars_a_turn):
        return
    if not (book_id and await scene.may_use_model()):
        return
    if not parts.background.is_busy(SECTIONS, subject):
        asks = scene.message.conversation.platform != TERMINAL
        parts.background.begin(SECTIONS, subject, lambda: _write(parts, subject, asks=asks))


async def after_answer(scene: Scene, view: BookView, question: str, answer: Answer) -> None:
    """Begin to note what is worth remembering of an exchange, if a model does that here."""
    if await remembering.by_model(scene):
        subject = Subject(scene.reader_id, view.card.book_id)
        scene.parts.background.begin(
            NOTES, subject, lambda: remembering.keep_notes(scene, view, question, answer)
        )


async def _write(parts: Parts, subject: Subject, *, asks: bool) -> None:
    """Tell and index the sections that were passed and are not yet; with `asks` only while the reader's yes
    to the model stands."""
    library, progress, wanted = parts.storage.library, parts.storage.progress, parts.config.preparing
    try:
        furthest = await progress.horizon(subject.reader_id, subject.book_id)
    except NoPlaceYet:
        return

    async def view_at(end: int) -> BookView:
        # Asked anew for each section: it may lie past a place that was lowered meanwhile (S5).
        now = await progress.horizon(subject.reader_id, subject.book_id)
        said = await parts.storage.settings.find(subject.reader_id, MODEL_CONSENT) if asks else YES
        if end > now.end or said != YES:
            raise _Stopped
        return await library.open(now.narrow(end))

    agent = await parts.agents.get()
    chapters = await library.list_chapters(subject.book_id)
    passed = frozenset(c.section for c in chapters if c.section and c.end <= furthest.end)
    meter = _ReadersMeter(parts, subject)
    try:
        flags = await parts.storage.licences.of(subject.book_id)
        if wanted.digest_chars_a_turn and flags.summaries:
            await agent.write_digests(
                await library.open(furthest),
                view_at,
                done=await library.written_digests(furthest, agent.model),
                keep=lambda digest: library.keep_digest(furthest, digest),
                passed=passed,
                most_chars=wanted.digest_chars_a_turn,
                meter=meter,
            )
        if wanted.facts_chars_a_turn:
            await agent.write_facts(
                await library.open(furthest),
                view_at,
                done=await library.written_facts(furthest, agent.model),
                keep=lambda found: library.keep_facts(furthest, found),
                passed=passed,
                most_chars=wanted.facts_chars_a_turn,
                meter=meter,
            )
    except _Stopped:
        return


class _ReadersMeter:
    """Counts what is sent for a reader and a book, against the reader's allowance of the day."""

    def __init__(self, parts: Parts, subject: Subject) -> None:
        self._use = parts.storage.model_use
        self._subject = subject
        self._most = parts.config.preparing.chars_a_day

    async def left(self) -> int | None:
        if not self._most:
            return None
        return self._most - (await self._use.today(self._subject.reader_id)).chars

    async def count(self, sent_chars: int, received_chars: int) -> None:
        await self._use.count(self._subject.reader_id, self._subject.book_id, sent_chars, received_chars)
