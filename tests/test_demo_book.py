"""The demo book: that it builds, and that the hand-made list of its facts agrees with its text.

Not here: how our own reader of EPUB files sees it. The small reader below is separate on purpose,
so that the list is checked against the file and not against our own code.
"""

import io
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.demo_book import build_demo_epub

_FACTS = tomllib.loads(Path(__file__).with_name("demo_facts.toml").read_text(encoding="utf-8"))
_XHTML = "{http://www.w3.org/1999/xhtml}"
_OPS = "{http://www.idpf.org/2007/ops}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_UNSPOKEN = {f"{_XHTML}figure", f"{_XHTML}head"}


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(build_demo_epub()))


@pytest.fixture(scope="module")
def chapters(archive: zipfile.ZipFile) -> dict[int, str]:
    return _body_by_chapter(archive)


def _spine(archive: zipfile.ZipFile) -> list[str]:
    package = ElementTree.fromstring(archive.read("OEBPS/package.opf"))
    hrefs = {item.get("id"): item.get("href") for item in package.iter(f"{_OPF}item")}
    return [f"OEBPS/{hrefs[item.get('idref')]}" for item in package.iter(f"{_OPF}itemref")]


def _text(element: ElementTree.Element) -> str:
    if element.tag in _UNSPOKEN:
        return ""
    inner = (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)
    return inner + "\n" if element.tag in {f"{_XHTML}p", f"{_XHTML}h1", f"{_XHTML}h2"} else inner


def _body_by_chapter(archive: zipfile.ZipFile) -> dict[int, str]:
    """Body text by chapter in spine order; a part's title goes with the chapter that follows it."""
    found: dict[int, str] = {}
    number, before = 0, ""
    for name in _spine(archive):
        body = ElementTree.fromstring(archive.read(name)).find(f"{_XHTML}body")
        assert body is not None
        if body.get(f"{_OPS}type") != "bodymatter":
            continue
        for section in body.iter(f"{_XHTML}section"):
            kind, text = section.get(f"{_OPS}type"), _text(section)
            if kind == "part":
                before = text
                continue
            if kind == "chapter":
                number += 1
            found[number] = found.get(number, "") + before + text
            before = ""
    return found


def _all_quotes(value: Any) -> list[tuple[int, str]]:
    """Every (chapter, quote) pair of the list, however deep it stands; sealed words aside."""
    if isinstance(value, list):
        return [pair for item in value for pair in _all_quotes(item)]
    if not isinstance(value, dict):
        return []
    pairs = [pair for key, item in value.items() if key != "sealed" for pair in _all_quotes(item)]
    for place, words in (
        ("chapter", "quote"),
        ("chapter", "reveal"),
        ("until_chapter", "until"),
        ("refuted_chapter", "refuted_by"),
        ("chapter", "title"),
    ):
        if place in value and words in value:
            pairs.append((value[place], value[words]))
    return pairs


def _before(chapters: dict[int, str], chapter: int) -> str:
    return "\n".join(text for number, text in chapters.items() if number < chapter)


def test_the_book_is_long_enough_to_be_read(chapters: dict[int, str]) -> None:
    assert sum(len(text.split()) for text in chapters.values()) >= 15_000
    assert len(chapters) >= 13  # a prologue and at least twelve chapters
    assert sorted(chapters) == list(range(len(chapters)))


def test_two_builds_give_the_same_bytes() -> None:
    assert build_demo_epub() == build_demo_epub()


def test_the_mimetype_comes_first_and_is_stored(archive: zipfile.ZipFile) -> None:
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert archive.read("mimetype") == b"application/epub+zip"


def test_every_link_and_picture_has_its_target(archive: zipfile.ZipFile) -> None:
    trees = {
        name: ElementTree.fromstring(archive.read(name))
        for name in archive.namelist()
        if name.endswith((".xhtml", ".opf", ".ncx", ".svg"))
    }
    anchors = {name: [e.get("id") for e in tree.iter() if e.get("id")] for name, tree in trees.items()}
    for name, tree in trees.items():
        assert len(set(anchors[name])) == len(anchors[name]), name
        for element in tree.iter():
            target = element.get("href") or element.get("src")
            if target is None:
                continue
            file, _, anchor = target.partition("#")
            assert f"OEBPS/{file}" in archive.namelist(), target
            assert not anchor or anchor in anchors[f"OEBPS/{file}"], target


def test_one_chapter_runs_over_two_files_and_one_file_holds_two_chapters(archive: zipfile.ZipFile) -> None:
    headings = {
        name: len(ElementTree.fromstring(archive.read(name)).findall(f".//{_XHTML}h2"))
        for name in _spine(archive)
        if "/0" in name or "/1" in name
    }
    assert headings["OEBPS/05-the-small-car-continued.xhtml"] == 0
    assert headings["OEBPS/06-grey-cord.xhtml"] == 2


def test_both_contents_nest_the_chapters_in_their_parts(archive: zipfile.ZipFile) -> None:
    ncx = "{http://www.daisy.org/z3986/2005/ncx/}"
    points = ElementTree.fromstring(archive.read("OEBPS/toc.ncx")).findall(f"{ncx}navMap/{ncx}navPoint")
    navigation = ElementTree.fromstring(archive.read("OEBPS/nav.xhtml")).find(f".//{_XHTML}nav")
    assert navigation is not None
    items = navigation.findall(f"{_XHTML}ol/{_XHTML}li")
    in_ncx = [len(point.findall(f"{ncx}navPoint")) for point in points]
    in_nav = [len(item.findall(f"{_XHTML}ol/{_XHTML}li")) for item in items]
    assert in_ncx == in_nav
    assert [count for count in in_nav if count] == [5, 5, 5]


def test_printed_pages_run_in_order_with_roman_labels_in_front(archive: zipfile.ZipFile) -> None:
    labels = [
        span.get("aria-label") or ""
        for name in _spine(archive)
        for span in ElementTree.fromstring(archive.read(name)).iter(f"{_XHTML}span")
        if span.get(f"{_OPS}type") == "pagebreak"
    ]
    arabic = [label for label in labels if label.isdigit()]
    assert labels[:4] == ["i", "ii", "iii", "iv"]
    assert arabic == [str(number) for number in range(1, len(arabic) + 1)]
    assert labels[-len(arabic) :] == arabic


def test_every_quote_stands_in_the_chapter_it_claims(chapters: dict[int, str]) -> None:
    quotes = _all_quotes(_FACTS)
    assert len(quotes) > 150
    assert [(number, quote) for number, quote in quotes if quote not in chapters[number]] == []


def test_every_name_is_dated_to_where_it_first_stands(chapters: dict[int, str]) -> None:
    late = []
    for person in _FACTS["person"]:
        for name in person["names"]:
            upto = chapters[name["chapter"]].partition(name["quote"])[0]
            if name["name"] not in name["quote"] or re.search(
                rf"\b{re.escape(name['name'])}\b", _before(chapters, name["chapter"]) + upto
            ):
                late.append(name["name"])
    assert late == []


def test_later_words_do_not_stand_before_their_chapter(chapters: dict[int, str]) -> None:
    for entry in _FACTS["later_only"]:
        for word in entry["words"]:
            found = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)
            assert not found.search(_before(chapters, entry["chapter"])), word
            assert found.search(chapters[entry["chapter"]]), word


def test_later_titles_do_not_stand_before_their_chapter(chapters: dict[int, str]) -> None:
    for entry in _FACTS["future_title"]:
        assert entry["title"] not in _before(chapters, entry["chapter"])


def test_the_repeated_line_stands_exactly_twice(chapters: dict[int, str]) -> None:
    for entry in _FACTS["repeated_line"]:
        found = [number for number, text in chapters.items() for _ in range(text.count(entry["quote"]))]
        assert found == entry["chapters"]


def test_no_sentence_joins_two_names_before_their_reveal(chapters: dict[int, str]) -> None:
    for entry in _FACTS["identity"]:
        here = chapters[entry["chapter"]].partition(entry["reveal"])[0]
        text = _before(chapters, entry["chapter"]) + "\n" + here
        for sentence in re.split(r"(?<=[.!?])[’”]*\s+|\n", text):
            first = any(form in sentence for form in entry["other_forms_a"])
            second = any(form in sentence for form in entry["other_forms_b"])
            assert not (first and second), sentence


def test_what_is_sealed_stands_in_the_file_but_not_in_the_body(
    archive: zipfile.ZipFile, chapters: dict[int, str]
) -> None:
    package = ElementTree.fromstring(archive.read("OEBPS/package.opf"))
    outside = [e.text or "" for kind in ("description", "subject") for e in package.iter(f"{_DC}{kind}")]
    for name in _spine(archive):
        tree = ElementTree.fromstring(archive.read(name))
        outside += ["".join(p.itertext()) for p in tree.iter() if p.tag != f"{_XHTML}body"]
    body = "\n".join(chapters.values())
    for entry in _FACTS["sealed"]:
        assert any(entry["quote"] in text for text in outside), entry["quote"]
        assert entry["quote"] not in body


def test_the_list_is_rich_enough_for_the_tests_that_use_it() -> None:
    assert len(_FACTS["question"]) >= 40
    assert len({term["word"] for term in _FACTS["term"]}) >= 8
    assert len({look["person"] for look in _FACTS["look"] if "until" in look}) >= 4
