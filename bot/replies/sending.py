"""What is said of models, of what is sent to them, and of what is kept where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markup import escape

if TYPE_CHECKING:
    from storage.reader.model_use import Use

OPENAI = "the default service of OpenAI"
NO_MODEL = "No language model is used here: answers are the book's own sentences, and nothing is sent."
MODEL_CHOSEN = {
    "yes": "Thank you: the model drafts your answers from now on. /model no takes it back.",
    "no": "Nothing is sent: answers are the book's own sentences. /model yes changes that.",
}


def model_question(model: str, where: str) -> str:
    """Return what is sent where, and the question whether it may be."""
    return (
        f"A language model can draft your answers: {escape(model)}, at {escape(where)}. "
        "It is then sent your questions, what was said before, and what you have read, in time all of it: "
        "never a word past your place. Without it, answers are the book's own sentences. May it be used?"
    )


def powers(model: str, embedder: str, *, has_doctor: bool = True) -> str:
    """Return the one line that says what answers now and how to have better."""
    searched = "words alone" if embedder == "none" else escape(embedder)
    if model:
        drafted = f"Answers are drafted by {escape(model)} and checked against the text"
        return f"{drafted}; search by {searched}."
    return f"Answers are the book's own sentences, no language model is used; search by {searched}." + (
        " `/doctor` tells how to have more." if has_doctor else ""
    )


REPLICATE = "Replicate"
_BOTS_HOME = "the data folder of the machine that this bot runs on"
_AND_SERVER = " and in the database that is set up with it"


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who else is told something, with the address of each; "" for whatever is not configured."""

    model: str = ""
    model_address: str = ""
    ahead: str = ""
    """`sent_ahead`, if anything is."""
    embedder_address: str = ""
    pictures: str = ""
    """The model that renders pictures."""
    pictures_address: str = ""
    has_bucket: bool = False
    """Pictures lie in a bucket."""


def privacy(data_dir: str, *, has_server: bool, leaving: Leaving) -> str:
    """Return what is kept, where, and what leaves this machine; `has_server`: in a database of its own."""
    home = escape(data_dir) or _BOTS_HOME
    lines = [
        "- Books, places, questions, answers and memories are kept in "
        f"{home}{_AND_SERVER if has_server else ''}, and nowhere else.",
        "- The log holds ids and figures, no text of a book and nothing you said.",
        "- A book that you name by its address is fetched from there, and nothing of yours goes along.",
        "- Nothing is used for training, nothing is shared, there is no telemetry.",
    ]
    if leaving.model:
        lines.append(
            f"- Your questions, with the passages of what you have read that bear on them, go to "
            f"{escape(leaving.model)} at {escape(leaving.model_address)}; title and author do not, "
            "and text you have not read never does."
        )
    if leaving.model and leaving.ahead:
        lines.append(leaving.ahead)
    if leaving.embedder_address:
        lines.append(f"- For search, passages and questions go to {escape(leaving.embedder_address)}.")
    if leaving.pictures:
        lines.append(
            f"- For a picture that you have rendered, {escape(leaving.pictures)} at "
            f"{escape(leaving.pictures_address)} is sent the words up to your place that say how it looks, "
            "what you chose or wished, and an earlier picture it shall be like; title and author are not."
        )
    if leaving.has_bucket:
        lines.append(
            "- Pictures lie in a store of files outside this machine, under names that tell nothing."
        )
    if leaving == Leaving():
        lines.append("- Nothing leaves this machine: no model and no service is configured.")
    lines.append(
        "- `/memories forget` clears what is remembered of a book, `/remove` the book and all of it."
    )
    return "\n".join(lines)


def sent_ahead(book: Use, today: Use, most_today: int, *, tells: bool, finds: bool) -> str:
    """Return what passed chapters are sent to a model for, and what that has cost a reader: one line."""
    goals = ["to be told again in `/catchmeup`"] if tells else []
    goals += ["to look for people, ties, places and words"] if finds else []
    of_at_most = f" of at most {most_today:,}" if most_today else ""
    return (
        f"- Chapters you have passed go there once {' and once '.join(goals)} "
        "(`preparing.digest_chars_a_turn` and `preparing.facts_chars_a_turn`, 0 keeps them here). "
        f"So far {book.sent_chars:,} characters of and about this book went and {book.received_chars:,} came "
        f"back; today, for all your books, {today.chars:,}{of_at_most}."
    )
