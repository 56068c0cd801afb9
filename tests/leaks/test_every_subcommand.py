"""Every subcommand, by the check of two books (E5): files that are equal up to the place and different after
it print the same, byte for byte, as JSON and as text, one by one and in a batch; refusals too (S34).

Left out is what tells of the file itself and not of its story: `add` and `books` (how long it is, S20),
`remove` and `doctor`; and what talks: `chat`, `bots` and `run`, whose commands are in test_every_command.py.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from bot.cli import BATCHED, build_parser, main
from tests.books import epub
from tests.prose import told_book

READ = 3
"""Chapters that both books have."""
OF_THE_FILE = {"add", "books", "remove", "doctor", "chat", "bots", "run", "credits", "license"}
TITLE = "The Invented Book"


def files(seed: int) -> tuple[bytes, bytes]:
    """Return two files equal for three chapters and different in every later title and sentence."""
    one, other = told_book(seed, chapters=6), told_book(seed + 5_000, chapters=6)
    return epub(one.chapters), epub((*one.chapters[:READ], *other.chapters[READ:]))


def later_names(seed: int) -> list[str]:
    """Return names of one future or of both, a name that is read, and nonsense."""
    found = []
    for book in (told_book(seed, chapters=6), told_book(seed + 5_000, chapters=6)):
        words = {word.strip(".,?“”") for word in " ".join(book.chapters[-1].paragraphs).split()}
        found += sorted(word for word in words if word[:1].isupper() and len(word) > 3)[:5]
    return [*dict.fromkeys(found), "Oda", "Zorblax"]


def drafts(seed: int) -> list[str]:
    """Return drafts that hold for the read text, for one of the futures, and for none."""
    book = told_book(seed, chapters=6)
    return [
        book.chapters[0].paragraphs[0],
        book.chapters[-1].paragraphs[0],
        told_book(seed + 5_000, chapters=6).chapters[-1].paragraphs[0],
        "Zorblax did it in 1871.",
    ]


class Shelf:
    """One data folder with one of the two books in it."""

    def __init__(self, folder: Path, file: bytes, capsys: pytest.CaptureFixture[str]) -> None:
        folder.mkdir()
        self.folder = folder
        self._capsys = capsys
        (folder / "book.epub").write_bytes(file)
        code, out, err = self.run("add", str(folder / "book.epub"), "--json")
        assert (code, err) == (0, "")
        self.book_id = json.loads(out)["book_id"]

    def run(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        """Return the exit code and all that was printed, ids and folders taken out."""
        self._capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO(typed))
            try:
                code = main([*arguments, "--data", str(self.folder / "data")])
            except SystemExit as error:
                code = int(error.code or 0)
        out, err = self._capsys.readouterr()
        hidden = {getattr(self, "book_id", "\0"): "ID", str(self.folder): "HERE"}
        for text, name in hidden.items():
            out, err = out.replace(text, name), err.replace(text, name)
        return code, out, err


@pytest.fixture
def shelves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[Shelf, Shelf]:
    """Two folders, each with one of the two books."""
    monkeypatch.setenv("DOGEAR_STORAGE_EMBEDDER_KIND", "none")
    one, other = files(1)
    return Shelf(tmp_path / "a", one, capsys), Shelf(tmp_path / "b", other, capsys)


def calls(seed: int) -> list[tuple[list[str], str]]:
    """Return arguments of every subcommand that tells of the story, and what is typed into it."""
    at = ["--at", f"ch {READ + 1}"]
    question = "Who burned the letter, and why?"
    made = [
        (["sections", TITLE, *at], ""),
        (["text", TITLE, *at], ""),
        (["text", TITLE, "--at", "offset:700"], ""),
        (["where", TITLE, f"ch {READ}"], ""),
        (["where", TITLE, "Zorblax came in at the door and sat down"], ""),
        (["search", TITLE, question, *at, "-k", "20"], ""),
        (["ask", TITLE, question, *at], ""),
        (["ask", TITLE, "Tell me how it ends.", "--at", "offset:700"], ""),
        (["recap", TITLE, *at, "--length", "long"], ""),
        (["recap", TITLE, *at, "--length", "short", "--since", "ch 2"], ""),
        (["cast", TITLE, *at], ""),
        (["relations", TITLE, *at], ""),
        (["relations", TITLE, "Oda", "--at", "offset:700"], ""),
        (["speakers", TITLE, *at], ""),
        (["timeline", TITLE, *at], ""),
        (["places", TITLE, *at], ""),
        (["define", TITLE, "velder", *at], ""),
        (["define", TITLE, "Zorblax", *at], ""),
        (["cast", TITLE], ""),  # no place is stored: refused
    ]
    made += [(["who", TITLE, name, *at], "") for name in later_names(seed)[::3]]
    made += [(["mentions", TITLE, name, *at], "") for name in later_names(seed)[::4]]
    made += [(["place", TITLE, name, *at], "") for name in ("Tarn", "Saltgate", "Quayle", "Zorblax")]
    made += [(["check", TITLE, *at], draft) for draft in drafts(seed)[::2]]
    return made


def test_two_books_equal_up_to_the_place_print_the_same(shelves: tuple[Shelf, Shelf]) -> None:
    one, other = shelves
    for arguments, typed in calls(1):
        for form in ([], ["--json"]):
            ours = one.run(*arguments, *form, typed=typed)
            assert ours == other.run(*arguments, *form, typed=typed), arguments
            assert ours[0] in (0, 1)


@pytest.mark.parametrize("embedder", ["none", "static"])
def test_a_batch_about_two_books_answers_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, embedder: str
) -> None:
    monkeypatch.setenv("DOGEAR_STORAGE_EMBEDDER_KIND", embedder)
    one, other = (Shelf(tmp_path / name, file, capsys) for name, file in zip("ab", files(2), strict=True))
    lines: list[dict[str, object]] = []
    for place in (f"ch {READ + 1}", "offset:700", "ch 2", "start"):
        shared = {"book": TITLE, "at": place}
        for name in later_names(2):
            lines += [{"command": "who", "name": name, **shared}]
            lines += [{"command": "ask", "question": f"Who is {name}?", **shared}]
            lines += [{"command": "search", "query": f"{name} at the ferry", "k": 10, **shared}]
        lines += [{"command": "check", "draft": draft, **shared} for draft in drafts(2)]
        lines += [{"command": "cast", **shared}, {"command": "who", **shared}]
        lines += [{"command": command, **shared} for command in ("relations", "speakers", "timeline")]
        for name in [*later_names(2)[::3], "Tarn", "Saltgate"]:
            lines += [{"command": c, "name": name, **shared} for c in ("relations", "mentions", "place")]
        lines += [{"command": "ask", "question": "What happened so far?", **shared}]
        lines += [{"command": "where", "book": TITLE, "place": place}]
    file = tmp_path / "requests.jsonl"
    file.write_text(
        "".join(json.dumps({"id": n, **line}) + "\n" for n, line in enumerate(lines)) + "no JSON\n"
    )
    ours, theirs = one.run("--batch", str(file)), other.run("--batch", str(file))
    assert ours[0] == 0
    told, told_of_other = ours[1].splitlines(), theirs[1].splitlines()
    assert len(told) == len(lines) + 1
    for line, mine, yours in zip([*lines, {}], told, told_of_other, strict=True):
        if line.get("command") == "where":
            # A chapter that begins here ends where the file says: how far is the file's, not the story's.
            mine, yours = (json.dumps({**json.loads(each), "end": 0}) for each in (mine, yours))
        assert mine == yours, line
    assert (ours[0], ours[2]) == (theirs[0], theirs[2])


def test_every_subcommand_that_tells_of_the_story_is_walked() -> None:
    choices = next(a for a in build_parser()._actions if a.dest == "command").choices
    assert choices is not None
    assert set(choices) - OF_THE_FILE == {arguments[0] for arguments, _ in calls(1)}
    batched = {"where", "search", "ask", "check", "who", "cast"}
    assert set(BATCHED) == batched | {"relations", "mentions", "speakers", "timeline", "place"}
