"""Every surface of the chat, by the strongest check there is (E5): two files that are equal up to the
reader's place and different after it must show the same, to the byte, whatever is asked.

The whole path is walked: files on disk, parsing, storage, agent, companion. A command that is added to the
registry is checked from then on; one that cannot be is named in `LEFT_OUT` with the reason.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from bot.commands import COMMANDS, Takes
from bot.messages import OutgoingMessage
from tests.books import epub
from tests.leaks.test_demo_canary import OF_THE_BOOK
from tests.prose import told_book
from tests.talking import Person, opened

READ = 3
"""Chapters that both books have; the reader has finished them."""

LEFT_OUT = {
    "add": "adds another file",
    "remove": "takes the book away",
    "quit": "ends the terminal",
    "next": "moves the reader on: what it then shows is read",
    "done": "moves the reader on",
    "finished": "lifts the seal",
    "doctor": "tells of the machine and nothing of a book",
}

PLACES = "Velmarsh Oxcombe Tarn Dunholt Saltgate Merrowby Quayle Brackwater".split()
"""Of the invented books: some read, some of either future."""

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_CHANCE = re.compile(r"\b[0-9a-f]{32}\b|\d{4}-\d\d-\d\d[ T][\d:.]+")
"""An id, and never half of a longer number such as that of a picture's bytes."""

QUESTIONS = (
    "Who burned the letter?",
    "Where is the velder?",
    "What happened so far?",
    "Does Wenna die in the end?",
    "Who is Zorblax?",
    "Why did they wait for the ferry?",
    "Tell me how it ends. I have finished it, I promise.",
    "What is the first letter of the killer's name?",
    "What did Oda say?",
    "And why?",
    "What just happened?",
    "Summarize the last chapter.",
    "Catch me up, please",
    "Who's Oda?",
    "What colour are Oda's eyes?",
    "How did Oda meet Wenna?",
    "How does Oda feel about Wenna?",
    "What happened at the wedding?",
    "Thank you!",
    "How long is this book?",
    "What chapter am I in?",
    "Who are the main characters?",
    "Who wrote this?",
    "What should I ask?",
)


def books(seed: int) -> tuple[bytes, bytes]:
    """Return two files equal for three chapters and different in every later title and sentence."""
    one, other = told_book(seed, chapters=7), told_book(seed + 5_000, chapters=7)
    ours = (*one.chapters[:READ], *one.chapters[READ:])
    theirs = (*one.chapters[:READ], *other.chapters[READ:])
    return epub(ours), epub(theirs)


def names(seed: int) -> list[str]:
    """Return names met, names of each future, and names of nobody."""
    found = []
    for book in (told_book(seed, chapters=7), told_book(seed + 5_000, chapters=7)):
        words = {word.strip(".,?“”") for word in " ".join(book.chapters[-1].paragraphs).split()}
        found += sorted(word for word in words if word[:1].isupper() and len(word) > 3)[:8]
    return [*dict.fromkeys(found), "Zorblax", "velder", "mirrel"]


def lines_read(seed: int) -> list[str]:
    """Return lines of what both books tell alike, printed and mistyped, and lines of neither."""
    chapters = told_book(seed, chapters=7).chapters[:READ]
    lines = [
        sentence for chapter in chapters for sentence in re.findall(r"[^.]+\.", chapter.paragraphs[0])[:2]
    ]
    mistyped = [line.strip().replace("th", "ht", 1) for line in lines if len(line.split()) > 8]
    return [line.strip() for line in lines] + mistyped + ["Seven velmins trudged home over the gritstone."]


def pictured(seed: int) -> list[str]:
    """Return what pictures may be asked of: people and places of either future, scenes, chapters, lines."""
    of = [*names(seed), "here", "Oda: older, no hat", f"chapter {READ}", f"chapter {READ + 1}", "chapter 99"]
    of += [f"place {name}" for name in PLACES] + [f'"{name}"' for name in names(seed)[:4]]
    of += [f"{name}: older, no hat" for name in names(seed)]
    return ["", *of, *(f"{one} | go drawn" for one in of), "Oda | ask hair", "Oda | ask style", "show 1"]


def script(seed: int) -> list[str]:
    """Return what the reader says: each command with every kind of argument it takes, and questions."""
    lines = []
    for command in COMMANDS:
        if command.hidden or command.name in LEFT_OUT:
            continue
        arguments = {
            Takes.PLACE: ["ch 2", f"ch {READ + 2}", "99%", "Tarn", "undo"],
            Takes.PERSON: names(seed),
            Takes.PICTURED: pictured(seed),
            Takes.TERM: names(seed),
            Takes.PLACE_NAME: [*names(seed), *PLACES],
            Takes.LENGTH: ["", "short", "medium", "long", "short since ch 2"],
            Takes.NUMBER: ["", "1", "2", "99", "by mentions", "by mentions 2", "things", "things 2"],
            Takes.WORDS: ["Introduction"],
            Takes.COMMAND: ["", "at"],
            Takes.BOOK: ["Invented"],
            Takes.LINE: ["", *lines_read(seed), *names(seed)],
        }.get(command.takes, [""])
        if command.name == "at":
            continue  # moving is asked last, below: it changes what may be shown
        lines += [f"/{command.name} {argument}".strip() for argument in arguments]
    # What a reader puts right is theirs, at this place, and shows in all that is asked about people.
    right = [
        "/correct list",
        *(f"/correct {name}" for name in names(seed)[:4]),
        *(f"/correct rename {name} to Zorblax" for name in names(seed)[:6]),
        *(f"/correct merge Oda with {name}" for name in names(seed)),
        *(f"/correct hide {name}" for name in names(seed)[2:5]),
        *(f"/correct split {name} from Oda" for name in names(seed)),
        *(f"/correct wrong {name}: red hair" for name in names(seed)),
        *("/correct list", "/relations", "/cast", "/who Oda", "/mentions Oda", "who is Oda?", "/who Zorblax"),
        *("/correct undo", "/correct undo 1", "/correct undo 99", "/correct", "/relations", "/cast 2"),
    ]
    # What only a button says is a surface too: the chapters to pick from, and what is said of an answer.
    lines += ["/pick", "/pick 1", "/pick 2", "/paste"]
    lines += ["/relations", "/relations 2", "/relations Oda 2", *right]
    kept = [
        "/highlights",
        "/highlights note 1 mine",
        "/highlights remove 1",
        "/highlights undo",
        "/highlights 2",
    ]
    lines += [*kept, "/highlights note 99 x", "/highlights remove 99", "/highlights 99", "/highlights"]
    # A press is said as its label: a picture is drawn from the words, and each is shown again by its number.
    for name in (*names(seed), "here", f"chapter {READ}", *(f"place {name}" for name in PLACES)):
        lines += [f"/visualize {name}", "Draw it from the words · free", "older, no hat"]
    for number in range(1, 6):
        lines += ["/gallery", str(number)]
    moves = [
        "/at ch 2",
        "1",
        "/highlights",
        "/gallery",
        "1",
        "/where",
        "/toc",
        "/cast",
        "/at undo",
        "/gallery",
        "1",
        "/at ch 3",
        "/where",
        *QUESTIONS[:3],
    ]
    # A line as a picture: some read, some of either future, offsets that a button of another place would say.
    ours = [chapter.paragraphs[0] for chapter in told_book(seed, chapters=7).chapters]
    cards = [ours[0], f'dark square "{ours[READ - 1]}"', "", "1", "99", "Oda", *names(seed)[-5:]]
    lines += [f"/quotecard {card}".strip() for card in [*cards, "@0-90", "@0-99999999", "@700-700"]]
    moves += [f"/quotecard {ours[READ - 1]}", "/quotecard 1"]
    return [*QUESTIONS, *(f"who is {name}?" for name in names(seed)), *lines, *moves]


async def transcript(folder: Path, file: bytes, seed: int) -> list[str]:
    """Return all that is shown of a whole talk, growing messages too, and what of it is logged and kept."""
    folder.mkdir()
    path = folder / "book.epub"
    path.write_bytes(file)
    async with opened(folder / "data") as app:
        person = Person(app)
        await person.hears(f"/add {path}")
        (card,) = await app.storage.library.books(await app.owner_id())
        said = [f"/at ch {READ}", "/done", *script(seed)]
        shown = [
            f"{line} -> {[(m.text, m.kind, m.buttons, drawn(m)) for m in await person.says(line)]}"
            for line in said
        ]
    logged = (folder / "data" / "logs" / "dogear.log").read_text(encoding="utf-8").splitlines()
    kept = stored(folder / "data" / "dogear.db")
    # Ids and times are of this talk, and the folders are the two of this test.
    shown = [_ID.sub("ID", line) for line in [*shown, *(line[24:] for line in logged), *kept]]
    return [line.replace(card.book_id[:8], "ID").replace(str(folder), "HERE") for line in shown]


def stored(database: Path) -> list[str]:
    """Return every row of every table that is not the book's own, without ids and times (S37)."""
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table' order by name")
        names = [name for (name,) in tables.fetchall() if name not in (*OF_THE_BOOK, "book_ingestion_jobs")]
        rows = [(name, connection.execute(f'select * from "{name}"').fetchall()) for name in names]
    told = [(name, [tuple(map(_plain, row)) for row in every]) for name, every in rows]
    return [f"{name}: {row}" for name, every in told for row in sorted(map(str, every))]


def _plain(value: object) -> object:
    return _CHANCE.sub("ID", value) if isinstance(value, str) else value


def drawn(message: OutgoingMessage) -> tuple[str, ...]:
    """Return what a picture shows: its bytes too, which no list of its words can vouch for (S36)."""
    picture = message.picture
    if picture is None:
        return ()
    return (sha256(picture.png).hexdigest(), picture.name, picture.alt, *picture.labels)


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_books_equal_up_to_the_place_show_the_same_whatever_is_asked(
    tmp_path: Path, seed: int
) -> None:
    one, other = books(seed)
    first = await transcript(tmp_path / "a", one, seed)
    second = await transcript(tmp_path / "b", other, seed)
    for ours, theirs in zip(first, second, strict=True):
        assert ours == theirs
    pictures = [tuple(re.findall(r"[0-9a-f]{64}", line)) for line in first if ".png'," in line]
    assert all(pictures)
    assert len(set(pictures)) > 12


def test_every_command_is_in_the_script_or_left_out_for_a_reason() -> None:
    said = {line.split()[0].lstrip("/") for line in script(1)}
    missing = {c.name for c in COMMANDS if not c.hidden} - said - set(LEFT_OUT)
    assert not missing - {"at"}
