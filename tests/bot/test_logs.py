"""The log holds ids and figures: no secret, and no words of other libraries."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import start_logging, stop_logging


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    handler = start_logging(tmp_path / "logs" / "dogear.log", "INFO", ["sk-very-secret", ""])
    yield tmp_path / "logs" / "dogear.log"
    stop_logging(handler)


def test_our_own_records_are_kept_without_secrets(file: Path) -> None:
    logging.getLogger("bot.companion").info("turn %s used %s", "t1", "sk-very-secret")
    assert "turn t1 used ***" in file.read_text()


def test_words_of_other_libraries_are_not_kept(file: Path) -> None:
    # An HTTP client that logs a prompt, a driver that logs parameters: story text, both (S9).
    logging.getLogger("httpx").warning("POST %s", "Ada fell from the rope")
    assert "Ada" not in file.read_text()
    logging.getLogger("alembic").info("nothing of note")
    assert "httpx" in file.read_text()
    assert "alembic" not in file.read_text()


def test_an_exceptions_own_words_are_not_kept(file: Path) -> None:
    try:
        raise ValueError("Ada fell from the rope")
    except ValueError:
        logging.getLogger("bot.app").exception("turn t2 failed")
    text = file.read_text()
    assert "turn t2 failed" in text
    assert "ValueError" in text
    assert "test_logs.py" in text
    assert "Ada" not in text
