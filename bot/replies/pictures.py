"""What is said of pictures. Texts are in the markup of bot/markup.py; none holds story text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.markup import bold, escape
from storage import errors
from storage.errors import ReaderError

HOW_TO_VISUALIZE = (
    "`/visualize NAME` shows how the text has somebody look so far and draws it; `/visualize here` the last "
    "scene it paints, `/visualize place NAME` a place, `/visualize “a line”` what a line tells, "
    "`/visualize chapter 3` a chapter you have finished. `/visualize NAME: older, no hat` makes another "
    "version, and so does an answer to a picture in your own words. `/gallery` keeps them."
)
NOTHING_PAINTED = "Nothing that you have read up to here paints a scene."
CHAPTER_NOT_FINISHED = "A storyboard is made of a chapter that you have finished. `/done` says that you have."
NO_PICTURES_YET = "No pictures of this book up to here. `/visualize NAME` makes one."
MAKING = "I am at it. It comes here when it is done."
PICTURE_THERE = "You have this very picture already, so nothing was charged."
CHOSEN = "This version is shown first from now on."
NO_SUCH_PICTURE = "There is no such picture up to here."
TEXT_SILENT = "The text has not said how they look so far."
YOURS = "Your choice, not the book's"
DRAWN = "drawn from the text, no portrait"
ANSWER_IT = "Answer it with what shall be different, such as: older, no hat."
CHANGED_SINCE = "What you have read since has changed how they look."
ASKED = {
    "figure": "build",
    "age": "age",
    "hair": "hair",
    "eyes": "eyes",
    "clothes": "clothes",
}
CHOICES: Mapping[str, Sequence[str]] = {
    "hair": ("dark hair", "fair hair", "red hair", "grey hair"),
    "eyes": ("dark eyes", "blue eyes", "green eyes", "grey eyes"),
    "age": ("young", "middle-aged", "old"),
    "figure": ("slight", "sturdy", "tall", "short"),
    "clothes": ("plain clothes", "fine clothes", "working clothes"),
}

_WHY = {
    "unsafe": "The service's safety filter refused it. Nothing was charged; a calmer wording may pass.",
    "failed": "The picture failed. Nothing was charged.",
    "timed out": "It took too long and was stopped. Nothing was charged.",
    "unreachable": "The picture service cannot be reached now. Nothing was charged.",
    "no picture": "What came back was no picture. Nothing was charged.",
    "cancelled": "It was cancelled. Nothing was charged.",
}


def refused(why: str) -> str:
    """Return why there is no picture, and that it cost nothing."""
    return _WHY.get(why, _WHY["failed"])


def of_panel(number: int, of: int, said: str) -> str:
    """Return what is said of one panel of a storyboard."""
    return f"Panel {number} of {of}: {said}"


def unsaid(names: Sequence[str]) -> str:
    """Return what the text has not said."""
    return f"The text does not say: {escape(', '.join(names))}."


def version(number: int, of: int) -> str:
    """Return "version 2 of 3"; nothing for the only one."""
    return f"version {number} of {of}" if of > 1 else ""


def rendered_by(model: str) -> str:
    """Return what made it."""
    return f"rendered by {escape(model.partition(':')[0])} from the words below"


def storyboard(panels: int, chapter: str) -> str:
    """Return what a storyboard is of."""
    return f"{bold(f'Storyboard of {chapter}')} · {panels} panels, in order"


SENTENCES: Mapping[type[ReaderError], Callable[[Any], str]] = {
    errors.NoPictures: lambda error: "The licence of this book allows no pictures of it.",
    errors.PictureGone: lambda error: "The file of this picture is not there any more; it can be made again.",
}
