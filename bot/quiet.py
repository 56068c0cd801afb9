"""The loop kept from standing still: by what libraries leave in memory, and by threads that compute.

A full collection of the garbage collector looks at every object that may be part of a cycle, and nothing
else runs meanwhile: a tenth of a second and more once all libraries are loaded, again and again under load.
What belongs to a module is never let go, so it is put aside (`gc.freeze`), where no collection looks.
Libraries are loaded late here, some with the first question, so it is done before the next full collection
after any was. That is seldom and comes to an end, so hardly any garbage is put aside with them; what is no
part of a cycle is freed as ever, put aside or not. Books in memory are few objects, and in no cycle.

A thread that computes, as when a novel is added, lets others go on after its turn. Of Python's own turns, of
5 ms, two or three are a lag that is felt.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

_FULL = 2
_SECONDS_OF_A_THREAD = 0.001


@contextmanager
def quiet_loop() -> Iterator[None]:
    """Keep threads to short turns, and what modules hold out of full collections, while this is open."""
    seconds = sys.getswitchinterval()
    sys.setswitchinterval(_SECONDS_OF_A_THREAD)
    try:
        with libraries_put_aside():
            yield
    finally:
        sys.setswitchinterval(seconds)


@contextmanager
def libraries_put_aside() -> Iterator[None]:
    """Keep what modules hold out of full collections while this is open, those that are loaded later too."""
    loaded = 0

    def put_aside(phase: Literal["start", "stop"], info: dict[str, int]) -> None:
        nonlocal loaded
        if phase == "start" and info["generation"] == _FULL and len(sys.modules) > loaded:
            loaded = len(sys.modules)
            gc.freeze()

    gc.callbacks.append(put_aside)
    try:
        yield
    finally:
        gc.callbacks.remove(put_aside)
