"""What modules hold is put aside before a full collection, once for each time that some were loaded."""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Iterator

import pytest

from bot.quiet import libraries_put_aside, quiet_loop


@pytest.fixture(autouse=True)
def nothing_put_aside() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A module that is loaded when the others long are."""
    module = types.ModuleType("loaded_late")
    module.kept = [[number] for number in range(1_000)]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "loaded_late", module)
    return module


def test_no_full_collection_looks_at_what_modules_hold() -> None:
    with libraries_put_aside():
        before = gc.get_freeze_count()
        gc.collect()
        assert gc.get_freeze_count() > before + 1_000
        assert not any(one is gc for one in gc.get_objects())


def test_what_is_loaded_later_is_put_aside_too_and_what_is_not_loaded_never(
    request: pytest.FixtureRequest,
) -> None:
    with libraries_put_aside():
        gc.collect()
        books = [[number] for number in range(5_000)]
        gc.collect()
        assert any(one is books for one in gc.get_objects())
        late = request.getfixturevalue("late")
        gc.collect()
        assert not any(one is late.kept for one in gc.get_objects())


def test_garbage_is_collected_as_ever_and_what_is_put_aside_is_freed_with_its_last_use() -> None:
    class Thing:
        pass

    with libraries_put_aside():
        freed = Thing()
        gc.collect()
        put_aside = gc.get_freeze_count()
        del freed
        assert gc.get_freeze_count() < put_aside
        circle: list[object] = []
        circle.append(circle)
        del circle
        assert gc.collect() >= 1


def test_nothing_more_is_put_aside_once_it_is_closed(late: types.ModuleType) -> None:
    with libraries_put_aside():
        pass
    before = gc.get_freeze_count()
    gc.collect()
    assert gc.get_freeze_count() == before


def test_threads_take_short_turns_as_long_as_the_program_is_open() -> None:
    before = sys.getswitchinterval()
    with quiet_loop():
        assert sys.getswitchinterval() < before
    assert sys.getswitchinterval() == before
