"""What is fetched of what is sent, and what becomes of files that a killed program left."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot.uploads import discard, make_path, refuse, sweep
from storage.errors import TooLarge, UnsupportedFormat

DAY_SECONDS = 24 * 3600.0


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.epub", ""), ("A.PDF", "image/png"), ("", "text/plain; charset=utf-8"), ("a.md", "text/markdown")],
)
def test_what_may_be_a_book_is_fetched(name: str, media_type: str) -> None:
    assert refuse(name, media_type, 10, 10) is None


def test_what_cannot_be_read_or_is_too_large_is_refused_before_it_is_fetched() -> None:
    assert isinstance(refuse("a.mobi", "", 1, 10), UnsupportedFormat)
    assert isinstance(refuse("", "image/png", 1, 10), UnsupportedFormat)
    assert isinstance(refuse("a.epub", "", 11, 10), TooLarge)


async def test_a_fetched_file_has_a_name_nobody_guesses_in_a_folder_of_its_own(tmp_path: Path) -> None:
    paths = {await make_path(tmp_path / "uploads") for _ in range(20)}
    assert len(paths) == 20
    assert (tmp_path / "uploads").stat().st_mode & 0o077 == 0
    await discard(next(iter(paths)))  # it is not there: no loss


def test_what_was_left_long_ago_goes_and_what_a_job_may_take_up_stays(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for path, days in ((old, 8), (new, 1)):
        path.write_bytes(b"book")
        then = time.time() - days * DAY_SECONDS
        os.utime(path, (then, then))
    assert sweep(tmp_path) == 1
    assert not old.exists()
    assert new.exists()
    assert sweep(tmp_path / "nowhere") == 0
