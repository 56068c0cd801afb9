"""Leases on files that are being read: one process at a time reads the same bytes (B6).

A lease is renewed while its holder lives. When it has run out, or the process that held it is gone from
this machine, whoever adds the file again takes over and goes on from what is stored.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.book.tables import IngestionJobRow
from storage.database import Database
from storage.ids import new_id

LEASE = timedelta(seconds=30)
"""How long a job is believed to be in hand without a sign of life; renewed every third of it."""

_WAIT_SECONDS = 0.2


class Leases:
    """The jobs of reading files, a row each."""

    def __init__(self, database: Database) -> None:
        """Take the database that keeps the rows."""
        self._database = database

    @asynccontextmanager
    async def hold(self, sha256: str) -> AsyncIterator[str]:
        """Hold the lease on one file's bytes and give its job's id; wait while another has it."""
        worker = _worker_name()
        job_id = await self._take(sha256, worker)
        while job_id is None:
            await asyncio.sleep(_WAIT_SECONDS)
            job_id = await self._take(sha256, worker)
        renewal = asyncio.create_task(self._renew(job_id, worker))
        try:
            yield job_id
        except BaseException as error:
            await self._release(job_id, worker, error=type(error).__name__)
            raise
        else:
            await self._release(job_id, worker, error=None)
        finally:
            renewal.cancel()

    async def _take(self, sha256: str, worker: str) -> str | None:
        now = datetime.now(UTC)
        lease = {"worker": worker, "lease_until": now + LEASE, "updated_at": now}
        free = or_(IngestionJobRow.lease_until.is_(None), IngestionJobRow.lease_until < now)
        async with self._database.write() as session:
            holder = await session.scalar(
                select(IngestionJobRow.worker).where(IngestionJobRow.sha256 == sha256)
            )
            if holder is not None and _is_gone(holder):
                # Killed on this machine: no need to wait for its lease to run out.
                free = or_(free, IngestionJobRow.worker == holder)
            taken: str | None = await session.scalar(
                update(IngestionJobRow)
                .where(IngestionJobRow.sha256 == sha256, free)
                .values(attempts=IngestionJobRow.attempts + 1, error=None, **lease)
                .returning(IngestionJobRow.id)
            )
            if taken is not None:
                return taken
            if await session.scalar(select(IngestionJobRow.id).where(IngestionJobRow.sha256 == sha256)):
                return None
        job = IngestionJobRow(id=new_id(), sha256=sha256, stage="parse", attempts=1, started_at=now, **lease)
        try:
            async with self._database.write() as session:
                session.add(job)
        except IntegrityError:
            return None  # another was quicker
        return job.id

    async def _renew(self, job_id: str, worker: str) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            async with self._database.write() as session:
                await session.execute(
                    update(IngestionJobRow)
                    .where(IngestionJobRow.id == job_id, IngestionJobRow.worker == worker)
                    .values(lease_until=datetime.now(UTC) + LEASE)
                )

    async def _release(self, job_id: str, worker: str, error: str | None) -> None:
        mine = (IngestionJobRow.id == job_id) & (IngestionJobRow.worker == worker)
        async with self._database.write() as session:
            stage = await session.scalar(select(IngestionJobRow.stage).where(mine))
            if error is not None and stage == "parse":
                # Nothing was stored, so nothing is remembered.
                await session.execute(delete(IngestionJobRow).where(mine))
                return
            await session.execute(
                update(IngestionJobRow)
                .where(mine)
                .values(worker=None, lease_until=None, error=error, updated_at=datetime.now(UTC))
            )


async def set_stage(session: AsyncSession, job_id: str, stage: str, book_id: str | None = None) -> None:
    """Write how far a job has come, and of which canonical book once there is one."""
    values = {"stage": stage, "updated_at": datetime.now(UTC)}
    if book_id is not None:
        values["book_id"] = book_id
    await session.execute(update(IngestionJobRow).where(IngestionJobRow.id == job_id).values(values))


def _worker_name() -> str:
    """Return a name for one act of reading that tells its machine and its process."""
    return f"{uuid.getnode():x}:{os.getpid()}:{new_id()[:8]}"


def _is_gone(worker: str) -> bool:
    """Tell whether the process that held a lease ran on this machine and is no more."""
    machine, process, _ = worker.split(":")
    if machine != f"{uuid.getnode():x}":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
