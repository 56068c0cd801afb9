"""Sentences about highlights."""

from __future__ import annotations

from bot.replies.wording import counted

HOW_TO_HIGHLIGHT = (
    "Answer the message that quotes the line with `/highlight`, and add a note if you like; "
    "or write `/highlight` and paste the line."
)
WHICH_LINE = "That stands there more than once. Which one?"
WHICH_OF_THEM = "Which line of it?"
NO_HIGHLIGHTS = "You have kept no line up to this place. `/highlight` and a pasted line keeps one."
HOW_TO_HIGHLIGHTS = (
    "Write `/highlights`, or with a page; `/highlights remove 3`, `/highlights note 3 WORDS`, "
    "`/highlights undo`."
)
NO_SUCH_HIGHLIGHT = "There is no highlight of that number here. `/highlights` shows them."
HIGHLIGHT_REMOVED = "The highlight is removed."
HIGHLIGHT_BACK = "The highlight is back."
NOTHING_TO_PUT_BACK = "No highlight was removed that could be put back."
KEPT = "Highlighted."
KEPT_ALREADY = "That is highlighted already."
NOTED = "Noted."


def highlights_kept(count: int) -> str:
    """Return how many there are up to this place."""
    return f"{counted(count, 'highlight')} so far"
