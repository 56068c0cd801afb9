"""What readers say of answers: a thumb, or "this spoiled me", which freezes the answer's receipt (S52).

A frozen receipt holds what is needed to find the fault: question, answer, horizon, spans, model, findings. It
stays when the talk is forgotten and goes with the book or the reader.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import delete, select

from storage.database import Database
from storage.ids import derived_id
from storage.reader.once import insert_once
from storage.reader.tables import CitationRow, FeedbackRow, TurnRow


class Verdict(StrEnum):
    """What a reader says of an answer."""

    UP = "up"
    DOWN = "down"
    SPOILED = "spoiled"
    """It told something from past the reader's place: the highest class of bug."""


@dataclass(frozen=True, slots=True)
class Report:
    """One "this spoiled me", for whoever runs this; `receipt` is as it was when it was pressed."""

    reader_id: str
    book_id: str
    turn_id: str
    receipt: dict[str, object]
    made_at: datetime


class Feedback:
    """What was said of all answers."""

    def __init__(self, database: Database) -> None:
        """Take an open database."""
        self._database = database

    async def keep(self, reader_id: str, turn_id: str, verdict: Verdict) -> bool:
        """Keep what a reader says of an answer of theirs; False when there is no such answer any more.

        A thumb takes the place of the other one; saying the same again changes nothing.
        """
        async with self._database.write() as session:
            turn = await session.scalar(
                select(TurnRow).where(TurnRow.id == turn_id, TurnRow.reader_id == reader_id)
            )
            if turn is None:
                return False
            receipt = "{}"
            if verdict is Verdict.SPOILED:
                cited = select(CitationRow).where(CitationRow.turn == turn.number).order_by(CitationRow.place)
                receipt = _receipt(turn, list(await session.scalars(cited)))
            else:
                thumbs = (Verdict.UP.value, Verdict.DOWN.value)
                await session.execute(
                    delete(FeedbackRow).where(FeedbackRow.turn_id == turn_id, FeedbackRow.verdict.in_(thumbs))
                )
            values = {
                "id": derived_id("feedback", turn_id, verdict.value),
                "turn_id": turn_id,
                "reader_id": reader_id,
                "book_id": turn.book_id,
                "verdict": verdict.value,
                "receipt": receipt,
                "made_at": datetime.now(UTC),
            }
            await insert_once(session, FeedbackRow, values)
        return True

    async def list_reports(self, limit: int = 100) -> list[Report]:
        """Return the latest reports of spoilers, the newest first: the operator's queue."""
        query = (
            select(FeedbackRow)
            .where(FeedbackRow.verdict == Verdict.SPOILED.value)
            .order_by(FeedbackRow.made_at.desc(), FeedbackRow.id)
            .limit(limit)
        )
        async with self._database.read() as session:
            return [
                Report(row.reader_id, row.book_id, row.turn_id, json.loads(row.receipt), row.made_at)
                for row in await session.scalars(query)
            ]


def _receipt(turn: TurnRow, cited: list[CitationRow]) -> str:
    return json.dumps(
        {
            "question": turn.question,
            "answer": turn.answer,
            "horizon": turn.horizon,
            "evidence": turn.evidence,
            "kind": turn.kind,
            "model": turn.model,
            "findings": json.loads(turn.findings),
            "citations": [[row.start, row.end, row.label] for row in cited],
            "said_at": turn.said_at.isoformat(),
        },
        ensure_ascii=False,
    )
