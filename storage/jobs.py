"""Durable work: jobs of named steps that a kill at any moment does not lose. DBOS stands behind it.

Each finished step is kept with what it returned; after a restart a job goes on with the step it was in, so
steps are idempotent. Jobs are kept apart from the product's own rows: in a file of their own beside SQLite,
in a schema of their own on PostgreSQL. What a job carries is ids and paths, never text of a book.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url

from storage.errors import StorageUnavailable

if TYPE_CHECKING:
    from dbos import DBOS

VERSION = "1"
"""Of the jobs' shape: a job that was begun under another is left alone. DBOS would else take a hash of the
code, and every release would leave what was begun before it."""

_EXECUTOR = "dogear"
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 2

Step = Callable[["Job", str], Awaitable[str]]
"""One step: gets the job and what the step before it returned ("" for the first), returns a short text."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work in hand."""

    id: str
    about: Mapping[str, str]
    """What it is about: ids, names and paths."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of work: its name, for ever the same, and its steps in order, each with its name."""

    name: str
    steps: tuple[tuple[str, Step], ...]


class Jobs:
    """The durable work of this process; an async context manager. One at a time in a process."""

    def __init__(self, database_url: str, folder: Path) -> None:
        """Keep jobs beside the database at `database_url`; on SQLite in a file in `folder`."""
        url = make_url(database_url)
        self._is_sqlite = url.get_backend_name() == "sqlite"
        self._url = (
            make_url(f"sqlite:///{folder / 'jobs.db'}")
            if self._is_sqlite
            else url.set(drivername="postgresql+psycopg")
        )
        self._kinds: dict[str, JobKind] = {}
        self._dbos: type[DBOS] | None = None
        self._engine: Engine | None = None
        self._home: asyncio.AbstractEventLoop | None = None
        self._workflow: Any = None

    def add_kind(self, kind: JobKind) -> None:
        """Make a kind of work known; all are before `resume`."""
        self._kinds[kind.name] = kind

    async def __aenter__(self) -> Self:
        self._home = asyncio.get_running_loop()
        return self

    async def resume(self) -> None:
        """Take up what an earlier process left unfinished, and take new jobs from now on.

        Raises `StorageUnavailable` when the jobs cannot be kept.
        """
        try:
            await asyncio.to_thread(self._launch)
        except Exception as error:  # whichever of DBOS's or the driver's errors: there is no durable work
            raise StorageUnavailable(reason=f"jobs: {type(error).__name__}") from error

    def _launch(self) -> None:
        from dbos import DBOS, DBOSConfig

        self._engine = _sqlite_engine(str(self._url)) if self._is_sqlite else None
        config = DBOSConfig(
            name="dogear",
            system_database_url=self._url.render_as_string(hide_password=False),
            system_database_engine=self._engine,
            application_version=VERSION,
            executor_id=_EXECUTOR,
            log_level="ERROR",
            run_admin_server=False,  # type: ignore[typeddict-unknown-key]
            notification_listener_polling_interval_sec=_POLL_SECONDS,
        )
        DBOS(config=config)
        self._dbos = DBOS

        async def job(kind: str, job_id: str, about: str) -> str:
            return await self._run(kind, job_id, about)

        self._workflow = DBOS.workflow(name="job")(job)  # a function of its own: DBOS marks what it is given
        DBOS.launch()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._dbos is not None:
            # What does not end in a moment stays unfinished, and the next process takes it up.
            await asyncio.to_thread(
                self._dbos.destroy, destroy_registry=True, workflow_completion_timeout_sec=_GRACE_SECONDS
            )
            self._dbos = None
        if self._engine is not None:
            self._engine.dispose()

    async def start(self, job_id: str, kind: str, about: Mapping[str, str]) -> None:
        """Begin a job; one that was begun under this id already is not begun again."""
        await asyncio.to_thread(self._start, job_id, kind, json.dumps(dict(about)))

    def _start(self, job_id: str, kind: str, about: str) -> None:
        from dbos import SetWorkflowID

        assert self._dbos is not None, "jobs are started after `resume`"
        # In a thread, so that DBOS runs it on a loop of its own: started from ours, DBOS puts its executor
        # under our loop, and takes it away again when it ends.
        with SetWorkflowID(job_id):
            self._dbos.start_workflow(self._workflow, kind, job_id, about)

    async def result(self, job_id: str) -> str:
        """Wait for a job to end; return what its last step returned. Raises what a step raised."""
        assert self._dbos is not None
        handle: Any = await asyncio.to_thread(self._dbos.retrieve_workflow, job_id)
        return str(await asyncio.to_thread(handle.get_result))

    async def _run(self, kind: str, job_id: str, about: str) -> str:
        """Run the steps that were not finished before, on DBOS's own loop."""
        assert self._dbos is not None
        outcome = ""
        for name, step in self._kinds[kind].steps:
            outcome = await self._dbos.run_step_async(
                {"name": name}, self._at_home, step, Job(job_id, json.loads(about)), outcome
            )
        return outcome

    async def _at_home(self, step: Step, job: Job, outcome: str) -> str:
        """Run a step on the loop that owns the connections it uses."""
        assert self._home is not None
        coming = asyncio.run_coroutine_threadsafe(_awaited(step, job, outcome), self._home)
        return await asyncio.wrap_future(coming)


async def _awaited(step: Step, job: Job, outcome: str) -> str:
    return await step(job, outcome)


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30.0})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # DBOS leaves the journal as it is; WAL halves its cost.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
