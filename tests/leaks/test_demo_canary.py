"""The demo book as canary: no model can know it, so any later word of it that is seen is our leak.

At several places everything is asked, about what is still to come above all; then what was shown, stored
and logged is searched for words and titles that stand only further on, or off the scale altogether.
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.demo_book import build_demo_epub
from tests.talking import Person, opened

FACTS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[1] / "demo_facts.toml").read_text(encoding="utf-8")
)
OF_THE_BOOK = {
    "books",
    "book_sections",
    "book_chunks",
    "book_indexes",
    "character_index",
    "character_aliases",
    "descriptors",
    "glossary_terms",
    "place_index",
    "relationships",
    "section_digests",
    "story_words",
}
"""Tables that hold the book itself; everything else is of the talk."""


def later_words(chapter: int) -> list[str]:
    """Return what stands only past the end of `chapter`, or in front and back matter."""
    words = [word for entry in FACTS["later_only"] if entry["chapter"] > chapter for word in entry["words"]]
    return words + [entry["quote"] for entry in FACTS.get("sealed", [])]


def later_titles(chapter: int) -> list[str]:
    """Return the spoiling titles of what begins after `chapter`."""
    return [entry["title"] for entry in FACTS["future_title"] if entry["chapter"] > chapter]


def standing(words: list[str], text: str) -> list[str]:
    """Return those of `words` that stand in `text` as whole words."""
    return [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)]


@pytest.mark.parametrize("chapter", [1, 4, 8, 11])
async def test_no_later_word_of_the_demo_book_is_shown_stored_or_logged(tmp_path: Path, chapter: int) -> None:
    file = tmp_path / "demo.epub"
    file.write_bytes(build_demo_epub())
    later = later_words(chapter)
    assert later
    seen, drawn = "", list[str]()
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.hears(f"/add {file}")
        # What the reader says is theirs: questions that hold a later word would be found in the record of
        # their own questions, so such names are asked for in another way below.
        questions = [q["q"] for q in FACTS["question"] if not standing(later, q["q"])]
        said = [f"/at ch {chapter}", "/done", "/toc", "/cast", "/cast 2", "/places", "/where", "/library"]
        said += [f"/catchmeup {length}" for length in ("short", "medium", "long")]
        said += [f"/who {name}" for name in ("Ada", "Wick", "Tolly", "the Reeve", "Voyle", "Morrowick")]
        said += [f"/define {entry['word']}" for entry in FACTS["term"] if not standing(later, entry["word"])]
        said += ["/relations", "/relations 2", "/timeline", "/timeline 2", "/cast by mentions 3"]
        for command in ("relations", "mentions", "correct"):
            said += [f"/{command} {name}" for name in ("Ada", "Wick", "the Reeve", "Voyle", "Mother Pask")]
        said += [f"/place {name}" for name in ("Varrish", "Sill", "Lip", "Corrant", "Dorcas Umber")]
        for name in ("Ada", "the Reeve", "Mother Pask", "here", "place Varrish"):
            said += [f"/visualize {name}", "1"]
        said += ["/gallery", "1", "/highlights"]
        said += [
            *questions,
            "/quotecard 1",
            "/passage 1",
            "/receipt",
            "/memories",
            "What happens in the end?",
        ]
        for line in said:
            # What is drawn is among what is shown: its words, its name and its alternative text.
            shown = await person.says(line)
            seen += "\n".join(f"{m.text} {m.buttons} {m.picture}" for m in shown) + "\n"
            drawn += [word for m in shown if m.picture for word in m.picture.labels]
    assert standing(later, seen) == []
    assert "Ada" in drawn
    assert [title for title in later_titles(chapter) if title in seen] == []
    assert standing(later, talk_as_stored(tmp_path / "data")) == []
    logged = "".join(path.read_text() for path in (tmp_path / "data" / "logs").rglob("*") if path.is_file())
    assert standing([*later, "Ada", "Wick", "tellstrand"], logged) == []  # no story at all in a log


def talk_as_stored(data: Path) -> str:
    """Return every text of every table that is not the book's own."""
    connection = sqlite3.connect(data / "dogear.db")
    try:
        tables = [
            name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
        ]
        rows = [
            str(row)
            for table in tables
            if table not in OF_THE_BOOK
            for row in connection.execute(f'select * from "{table}"')
        ]
        return "\n".join(rows)
    finally:
        connection.close()


async def test_after_going_back_what_was_talked_of_later_is_sealed_and_comes_again(tmp_path: Path) -> None:
    # T21, T22: yesterday's answer about chapter 8 is gone at chapter 3, and back at chapter 8.
    file = tmp_path / "demo.epub"
    file.write_bytes(build_demo_epub())
    question = next(q["q"] for q in FACTS["question"] if q["chapter"] == 8)
    later = later_words(3)
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.hears(f"/add {file}")
        await person.hears("/at ch 8")
        await person.hears("/done")
        told = await person.hears(question)
        await person.hears("/at ch 3")
        await person.hears("1")  # a mistake
        back = "\n".join(
            [await person.hears(line) for line in (question, "/memories", "/receipt", "/passage 1")]
        )
        assert standing(later, back) == []
        assert told not in back
        await person.hears("/at ch 8")
        await person.hears("/done")
        assert await person.hears(question) == told
