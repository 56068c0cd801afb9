"""An upload is read as durable work: a kill at any step loses nothing, and the reader is told in the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.books import epub, random_book
from tests.flows.killed_while_reading import main
from tests.forked import forked


async def run(
    folder: Path, file: Path | None, killed_at: str = "", database_url: str = ""
) -> tuple[int, list[str]]:
    """Return the exit code of a process and what it showed."""
    folder.mkdir(exist_ok=True)
    told = (folder, str(file) if file else "", killed_at, database_url)
    async with forked(main, *told, prints_to=folder / "printed") as process:
        code = await process.ended()
    assert killed_at or code == 0, process.complained
    return code, [json.loads(line) for line in process.printed]


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "uploads" / "x1"
    path.parent.mkdir()
    path.write_bytes(epub(random_book(5).chapters))
    return path


async def test_an_upload_is_read_told_once_and_its_file_goes(tmp_path: Path, upload: Path) -> None:
    _, shown = await run(tmp_path / "data", upload)
    assert sum("Where are you" in text for text in shown) == 1
    assert not upload.exists()


@pytest.mark.parametrize("step", ["parse", "index", "tell"])
async def test_a_kill_at_any_step_is_made_good_by_the_next_process(
    tmp_path: Path, upload: Path, step: str
) -> None:
    code, _ = await run(tmp_path / "data", upload, step)
    assert code == -9
    _, shown = await run(tmp_path / "data", None)
    assert sum("Where are you" in text for text in shown) == 1
    assert not upload.exists()


async def test_jobs_are_kept_on_postgresql_alike(tmp_path: Path, upload: Path, postgres_url: str) -> None:
    code, _ = await run(tmp_path / "data", upload, "index", postgres_url)
    assert code == -9
    _, shown = await run(tmp_path / "data", None, "", postgres_url)
    assert sum("Where are you" in text for text in shown) == 1
    assert not (tmp_path / "data" / "jobs.db").exists()


async def test_a_refused_upload_is_refused_after_a_kill_too(tmp_path: Path) -> None:
    path = tmp_path / "x2"
    path.write_bytes(b"PK\x03\x04 no book at all")
    code, _ = await run(tmp_path / "data", path, "tell")
    assert code == -9
    _, shown = await run(tmp_path / "data", None)
    assert len(shown) == 1
    assert shown[0]
