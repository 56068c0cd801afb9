"""One sentence for each thing that can happen to a reader, and none missing."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import get_type_hints

import pytest

from agent.answer import NOT_IN_READ
from bot import replies
from bot.markup import to_plain
from bot.replies import refusals
from storage import errors
from storage.errors import PlaceError, ReaderError

FAMILIES = {ReaderError, errors.BookError, PlaceError, errors.CreditError}
KINDS = [
    kind
    for kind in vars(errors).values()
    if inspect.isclass(kind) and issubclass(kind, ReaderError) and kind not in FAMILIES
]
_VALUES = {str: "word", int: 3, float: 4.0, bool: True, tuple[str, ...]: ("one", "two")}


def _examples(kind: type[ReaderError]) -> list[ReaderError]:
    """Return an error of a kind for every value of its enums."""
    if not is_dataclass(kind):
        return [kind()]
    hints = get_type_hints(kind)
    made: list[dict[str, object]] = [{}]
    for field in fields(kind):
        hint = hints[field.name]
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            made = [{**values, field.name: member} for values in made for member in hint]
        elif hint in _VALUES:
            made = [{**values, field.name: _VALUES[hint]} for values in made]
    return [kind(**values) for values in made]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_reader_error_has_its_sentence(kind: type[ReaderError]) -> None:
    for error in _examples(kind):
        said = to_plain(refusals.sentence(error))
        assert said.endswith((".", "?"))
        assert type(error).__name__ not in said


def test_the_table_has_no_kind_that_does_not_exist() -> None:
    assert set(refusals.SENTENCES) == set(KINDS)


def test_never_and_not_yet_have_one_sentence_in_the_whole_product() -> None:
    # S18, T7: the agent's and the bot's negative answer are the same bytes.
    assert replies.NOT_IN_WHAT_YOU_READ == NOT_IN_READ


def test_facts_of_an_error_are_inert_in_its_sentence() -> None:
    said = refusals.sentence(errors.BookNotFound(reference="**x** *y*"))
    assert "**x** *y*" in to_plain(said)
