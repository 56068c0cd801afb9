"""How long one PDF may take: the caller's clock, and processor time in proportion to its bytes."""

from __future__ import annotations

import time

from storage.errors import Excess, TooLarge

_START_SECONDS = 2.5
_BYTES_PER_SECOND = 100_000
"""A tenth of the speed at which novels are read here; a file that is slower than that was made to be."""


def work_seconds(size_bytes: int) -> float:
    """Return how much processor time a PDF of so many bytes may take."""
    return _START_SECONDS + size_bytes / _BYTES_PER_SECOND


class Budget:
    """The time left for one file, looked at between pages."""

    def __init__(self, seconds: float, size_bytes: int) -> None:
        """Start both clocks."""
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._work = work_seconds(size_bytes)
        self._work_end = time.process_time() + self._work

    def check(self) -> None:
        """Raise TooLarge when either clock has run out."""
        if time.monotonic() > self._end:
            raise TooLarge(Excess.TIME, self._seconds)
        if time.process_time() > self._work_end:
            raise TooLarge(Excess.TIME, round(self._work, 1))
