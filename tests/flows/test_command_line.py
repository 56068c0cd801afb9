"""The subcommands as scripts use them: field names, exit codes, one line on standard error, --batch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import replies
from bot.cli import main
from bot.config import ModelSettings
from bot.markup import to_plain
from tests.talking import TITLE

ROOT = Path(__file__).parents[2]


class CommandLine:
    """Runs `dogear` in this process over a data folder."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Return the exit code, standard output and standard error."""
        self._capsys.readouterr()
        try:
            code = main([*arguments, "--data", str(self.data)])
        except SystemExit as error:  # how argparse says that the usage is wrong
            code = int(error.code or 0)
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str) -> dict[str, Any]:
        """Return the one JSON object that was printed."""
        code, out, err = self.run(*arguments, "--json")
        assert (code, err) == (0, ""), err
        found = json.loads(out)
        assert isinstance(found, dict)
        return found


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader and the embedder of the shelved book."""
    monkeypatch.setenv("DOGEAR_READER_OWNER", "ada")
    monkeypatch.setenv("DOGEAR_STORAGE_EMBEDDER_KIND", "none")


@pytest.fixture
def dogear(
    shelved: Path, tmp_path: Path, environment: None, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line over a fresh copy of the shelved data."""
    shutil.copytree(shelved, tmp_path / "data")
    return CommandLine(tmp_path / "data", capsys)


# ---- fields --------------------------------------------------------------------------------


def test_add_tells_the_book_and_every_section(dogear: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "night.md"
    file.write_text("# The Night\n\n## Chapter 1\n\nPetronel slept.\n\n## Chapter 2\n\nPetronel woke.\n")
    found = dogear.json("add", str(file))
    wanted = {
        "book_id",
        "title",
        "author",
        "language",
        "words",
        "reading_chars",
        "seconds",
        "warnings",
        "sections",
    }
    assert wanted <= set(found)
    assert {"ordinal", "label", "title", "matter", "start", "end"} == set(found["sections"][0])
    assert dogear.json("add", str(file))["book_id"] == found["book_id"]


def test_books_lists_the_shelf(dogear: CommandLine) -> None:
    books = dogear.json("books")["books"]
    assert [book["title"] for book in books] == [TITLE]


def test_a_book_answers_to_its_id_the_start_of_it_and_its_title(dogear: CommandLine) -> None:
    book_id = dogear.json("books")["books"][0]["book_id"]
    places = [dogear.json("where", name, "2") for name in (book_id, book_id[:6], TITLE, TITLE.lower())]
    assert all(place == places[0] for place in places)


def test_sections_past_the_place_are_bare_numbers_without_offsets(dogear: CommandLine) -> None:
    # S27
    sections = dogear.json("sections", TITLE, "--at", "ch 3")["sections"]
    later = [section for section in sections if section["start"] is None]
    assert [section["title"] for section in later] == [None] * len(later)
    assert all(section["label"].isdecimal() and section["end"] is None for section in later)
    assert {section["label"] for section in later} >= {"3", "4", "5"}
    assert set(sections[0]) == {"ordinal", "label", "title", "matter", "start", "end"}


def test_text_is_the_reading_text_up_to_the_place(dogear: CommandLine) -> None:
    place = dogear.json("where", TITLE, "3")
    found = dogear.json("text", TITLE, "--at", "3")
    assert len(found["text"]) == place["start"] == found["horizon"]
    assert "ferry" not in found["text"]
    assert dogear.run("text", TITLE, "--at", "3")[1] == found["text"] + "\n"


@pytest.mark.parametrize(
    ("place", "how"),
    [
        ("start", "start"),
        ("end", "end"),
        ("offset:40", "offset"),
        ("2", "chapter"),
        ("ch 2", "chapter"),
        ("50%", "percent"),
        ("he set down his basket of nets beside her", "line"),
    ],
)
def test_where_understands_every_kind_of_place(dogear: CommandLine, place: str, how: str) -> None:
    found = dogear.json("where", TITLE, place)
    assert set(found) == {"start", "end", "how", "candidates"}
    assert (found["how"], found["candidates"]) == (how, [])
    assert 0 <= found["start"] <= found["end"]


def test_where_gives_the_candidates_of_a_line_that_stands_twice(dogear: CommandLine) -> None:
    # T19
    found = dogear.json("where", TITLE, "The bell of the tide house rang twice, as it did")
    assert len(found["candidates"]) == 2
    assert found["start"] == min(candidate["start"] for candidate in found["candidates"])


def test_search_ends_at_the_place(dogear: CommandLine) -> None:
    found = dogear.json("search", TITLE, "the letter under the bridge", "--at", "3", "-k", "2")
    assert set(found) == {"horizon", "passages"}
    assert 1 <= len(found["passages"]) <= 2
    for passage in found["passages"]:
        assert set(passage) == {"start", "end", "section", "label", "text", "score"}
        assert passage["end"] <= found["horizon"]


def test_ask_cites_what_stands_there(dogear: CommandLine) -> None:
    found = dogear.json("ask", TITLE, "Where did Oda find the letter?", "--at", "3")
    assert set(found) == {"answer", "citations", "horizon", "model", "findings"}
    text = dogear.json("text", TITLE, "--at", "3")["text"]
    assert found["citations"]
    for citation in found["citations"]:
        assert set(citation) == {"start", "end", "label", "quote"}
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_cast_has_the_fields_of_a_person(dogear: CommandLine) -> None:
    people = dogear.json("cast", TITLE, "--at", "3")["people"]
    fields = {"name", "names", "first", "last", "mentions", "descriptors", "creature"}
    assert fields == set(people[0])
    assert {"name", "reveal"} == set(people[0]["names"][0])
    assert "Perrin" not in json.dumps(people)


def test_relations_mentions_speakers_timeline_and_places_have_their_fields(dogear: CommandLine) -> None:
    text = dogear.json("text", TITLE, "--at", "end")["text"]
    ties = dogear.json("relations", TITLE, "--at", "end")["relations"]
    assert {"a", "b", "kind", "quote", "start", "end", "reveal", "until"} == set(ties[0])
    assert ("Perrin Marrow", "married", "Tilde") in {(t["a"], t["kind"], t["b"]) for t in ties}
    assert [text[tie["start"] : tie["end"]] for tie in ties] == [tie["quote"] for tie in ties]
    assert dogear.json("relations", TITLE, "--at", "3")["relations"] == []
    found = dogear.json("mentions", TITLE, "Oda Quillon", "--at", "end")
    assert {text[m["start"] : m["end"]] for m in found["mentions"]} == {"Oda Quillon"}
    assert sum(bar["count"] for bar in found["chapters"]) == len(found["mentions"])
    lines = dogear.json("speakers", TITLE, "--at", "end")["speakers"]
    assert all({"start", "end", "speaker"} == set(line) for line in lines)
    known = dogear.json("places", TITLE, "--at", "end")["places"][0]
    (place,) = dogear.json("place", TITLE, known["name"], "--at", "end")["places"]
    assert {name: place[name] for name in known} == known
    assert known["name"] in place["quotes"][0]["quote"]
    assert set(dogear.json("timeline", TITLE, "--at", "end")) == {"horizon", "timeline"}
    for command in ("mentions", "place"):  # S18, T7
        later = dogear.json(command, TITLE, "Saltgate", "--at", "3")
        assert later == dogear.json(command, TITLE, "Zorblax", "--at", "3")
        assert later["answer"] == replies.NOT_IN_WHAT_YOU_READ


def test_who_of_never_and_not_yet_is_one_answer(dogear: CommandLine) -> None:
    # S18, T7
    later = dogear.json("who", TITLE, "Perrin Marrow", "--at", "3")
    assert later == dogear.json("who", TITLE, "Zorblax", "--at", "3")
    assert later["answer"] == replies.NOT_IN_WHAT_YOU_READ
    assert dogear.json("define", TITLE, "mirrel", "--at", "3") == dogear.json(
        "define", TITLE, "zorb", "--at", "3"
    )


def test_check_finds_what_the_read_text_does_not_have(
    dogear: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("Perrin Marrow wrote the letter."))
    found = dogear.json("check", TITLE, "--at", "3")
    assert found["ok"] is False
    assert set(found["findings"][0]) == {"kind", "start", "end", "text"}
    assert found["findings"][0]["text"] == "Perrin Marrow"


def test_remove_counts_what_went(dogear: CommandLine) -> None:
    found = dogear.json("remove", TITLE)
    assert found["removed"]["passages"] > 0
    assert dogear.json("books") == {"books": []}


def test_doctor_says_what_works(dogear: CommandLine) -> None:
    found = dogear.json("doctor")
    assert {check["name"] for check in found["checks"]} >= {
        "configuration",
        "database",
        "language model",
        "embedder",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("books",),
        ("sections", TITLE, "--at", "3"),
        ("where", TITLE, "3"),
        ("search", TITLE, "letter", "--at", "3"),
        ("ask", TITLE, "Who is Oda?", "--at", "3"),
        ("cast", TITLE, "--at", "3"),
        ("who", TITLE, "Oda", "--at", "3"),
        ("who", TITLE, "Nobody", "--at", "3"),
        ("define", TITLE, "skarn", "--at", "3"),
        ("define", TITLE, "zorb", "--at", "3"),
        ("places", TITLE, "--at", "3"),
        ("doctor",),
        ("remove", TITLE),
    ],
    ids=" ".join,
)
def test_without_json_it_is_text_for_people(dogear: CommandLine, arguments: tuple[str, ...]) -> None:
    code, out, err = dogear.run(*arguments)
    assert (code, err) == (0, "")
    assert out.strip()
    assert not out.startswith("{")


# ---- exit codes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("where", "No Such Book", "3"),
        ("where", TITLE, "ch 99"),
        ("search", TITLE, "x", "--at", "p. 900"),
        ("search", TITLE, "x"),
        ("add", "nowhere.epub"),
        ("books", "--config", "nowhere.toml"),
        ("search", "--batch", "nowhere.jsonl"),
    ],
    ids=" ".join,
)
def test_a_refusal_is_one_line_and_exit_code_1(dogear: CommandLine, arguments: tuple[str, ...]) -> None:
    code, out, err = dogear.run(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith("dogear: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("where",),
        ("where", TITLE),
        ("search", TITLE, "x", "-k", "0"),
        ("search", TITLE, "x", "-k", "many"),
        ("recap", TITLE, "--length", "endless"),
        ("text", TITLE, "--batch", "x"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(dogear: CommandLine, arguments: tuple[str, ...]) -> None:
    code, out, err = dogear.run(*arguments)
    assert (code, out) == (2, "")
    assert "usage:" in err


def test_a_secret_is_in_no_refusal(dogear: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("[model]\nkey = 'sk-very-secret'\n")
    code, _, err = dogear.run("books", "--config", str(file))
    assert code == 1
    assert "very" not in err


# ---- batch ---------------------------------------------------------------------------------


def test_a_batch_answers_each_line_under_its_id(dogear: CommandLine, tmp_path: Path) -> None:
    requests: list[dict[str, Any]] = [
        {"id": 1, "command": "where", "book": TITLE, "place": "3"},
        {"id": "b", "command": "search", "book": TITLE, "query": "letter", "at": "3", "k": 1},
        {"id": 3, "command": "ask", "book": TITLE, "question": "Who is Oda?", "at": "3"},
        {"id": 4, "command": "who", "book": TITLE, "name": "Oda Quillon", "at": 3},
        {"id": 5, "command": "cast", "book": TITLE, "at": "3"},
        {"id": 6, "command": "check", "book": TITLE, "draft": "Perrin came.", "at": "3"},
        {"id": 7, "command": "where", "book": TITLE, "place": "ch 99"},
        {"id": 8, "command": "who", "book": TITLE, "at": "3"},
        {"id": 9, "command": "remove", "book": TITLE},
    ]
    file = tmp_path / "requests.jsonl"
    lines = [json.dumps(request) for request in requests]
    file.write_text("\n".join([*lines[:2], "", "{not json", "[1]", *lines[2:]]))
    code, out, err = dogear.run("--batch", str(file))
    assert (code, err) == (0, "")
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "b", None, None, 3, 4, 5, 6, 7, 8, 9]
    by_id = {answer["id"]: answer for answer in answers}
    assert by_id[1]["how"] == "chapter"
    assert len(by_id["b"]["passages"]) == 1
    assert by_id[4]["people"]
    assert by_id[6]["ok"] is False
    assert by_id[7]["kind"] == "PlaceNotFound"
    assert by_id[8]["error"] == "who: name is needed"
    assert by_id[9]["kind"] == "usage"
    single = dogear.json("search", TITLE, "letter", "--at", "3", "-k", "1")
    assert {key: by_id["b"][key] for key in single} == single


def test_a_batch_of_one_command_needs_only_what_differs(dogear: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_text('{"id": 1, "query": "letter"}\n{"id": 2, "query": "lamp", "at": "2"}\n')
    code, out, _ = dogear.run("search", TITLE, "--at", "3", "--batch", str(file))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert answers[0]["horizon"] > answers[1]["horizon"]


# ---- the real program ----------------------------------------------------------------------


def program(*arguments: str, data: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, with an empty home."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(data.parent),
        "DOGEAR_STORAGE_EMBEDDER_KIND": "none",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments, "--data", str(data)],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        cwd=data.parent,
        timeout=300,
        check=False,
    )


def test_a_newcomer_pipes_two_lines_into_the_demo_book(tmp_path: Path) -> None:
    ran = program("chat", data=tmp_path / "data", typed="/at 3\nwho is Ada?\n")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\x1b" not in ran.stdout
    assert "›" not in ran.stdout
    assert "The Left-Laid Rope by Orla Venniker" in ran.stdout
    assert "using: up to the end of ch. 2" in ran.stdout
    assert "Ada" in ran.stdout
    for told_later in ("Isaude", "vitriol", "murderess", "Young Tolver, alive"):
        assert told_later not in ran.stdout
    logged = "".join(file.read_text() for file in (tmp_path / "data" / "logs").glob("*"))
    assert "Ada" not in logged
    again = program("chat", "left-laid", data=tmp_path / "data", typed="/where\n/quit\nwho is Ada?\n")
    assert (again.returncode, again.stderr) == (0, "")
    assert "is read:" not in again.stdout
    assert again.stdout.count("The Left-Laid Rope · ") == 1


def test_a_refusal_of_the_real_program_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "cat.epub").write_bytes(b"no book" * 100)
    ran = program("add", "cat.epub", "--json", data=tmp_path / "data")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.count("\n") == 1


def test_help_needs_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys; from bot.cli import build_parser; import bot.terminal_adapter, bot.config; "
        "heavy = set('sqlalchemy chromadb langgraph langchain_core numpy prompt_toolkit rich'.split()); "
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_the_settings_of_the_model_are_those_of_the_agent() -> None:
    from dataclasses import fields

    from agent.llm import ModelConfig

    ours = {field.name: (field.default, field.repr) for field in fields(ModelSettings)}
    assert ours == {field.name: (field.default, field.repr) for field in fields(ModelConfig)}


def test_sentences_for_the_command_line_have_no_markup() -> None:
    assert "`" not in to_plain(replies.NO_BOOK)
