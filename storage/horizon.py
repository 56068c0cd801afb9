"""The horizon: the end of what may be used for one reader of one book, now.

Only reader/progress.py makes one (a test looks for other call sites); everybody else receives it.
It can be narrowed and never widened.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.errors import HorizonViolation


@dataclass(frozen=True, slots=True)
class Horizon:
    """The reader may see the code points `[0, end)` of the reading text of `book_id`."""

    book_id: str
    end: int

    def __post_init__(self) -> None:
        if self.end < 0:
            raise HorizonViolation("a horizon cannot lie before the text")

    def narrow(self, end: int) -> Horizon:
        """Return this horizon, or the one at `end` (code points) if that is nearer."""
        return Horizon(self.book_id, max(0, min(end, self.end)))

    def require(self, end: int) -> None:
        """Raise `HorizonViolation` when the offset `end` lies past this horizon."""
        if end > self.end:
            raise HorizonViolation(f"offset {end} is past the horizon {self.end}")
