"""What is said of quote cards. Texts are in the markup of bot/markup.py; none holds a word of a book."""

from __future__ import annotations

from bot.markup import escape

WHAT = (
    'Which line? Say it in quotation marks (`/quotecard "…"`), answer a message that holds it, or name a '
    "passage of the last answer by its number. `light`, `dark`, a look or `square` may stand before it."
)
WHICH = "Which passage of the last answer shall I draw?"
NO_PICTURES = "The licence of this book does not allow pictures to be made from it, quote cards among them."


def drawn(label: str) -> str:
    """Return the line under a card: where its text stands."""
    return f"A line of {escape(label)}, drawn as a card. Drawing is free."


def too_long(most_chars: int) -> str:
    """Return why a long quotation is not drawn."""
    return (
        f"The licence of this book allows quotations of up to {most_chars:,} letters. Choose a shorter line."
    )
