"""Figures of reading files into sections: speed against its floor, chapter maps, sealed matter, odd files.

    python -m tests.benchmarks.bench_ingest [--shared FOLDER]

The data folder is the argument, else DOGEAR_SHARED, else ../shared beside the repository. Nothing of it is
copied. Times are processor seconds of one process, the best of several runs, each beside its floor.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import importlib.util
import io
import json
import os
import statistics
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from storage.errors import BookError
from storage.ingest.chapters import build_book
from storage.ingest.epub.archive import Archive
from storage.ingest.epub.book import read_epub
from storage.ingest.epub.contents import read_contents
from storage.ingest.epub.locks import require_unlocked
from storage.ingest.epub.package import Package, find_root, is_markup, read_package
from storage.ingest.limits import Limits
from storage.ingest.markup import read_document
from storage.ingest.parse import parse
from storage.ingest.parsed import ParsedBook
from storage.ingest.xml import Parser, Unreadable
from storage.values import Matter

Figures = dict[str, object]
_RUNS = 5
_SECONDS = 0.3


def run(shared: Path) -> Figures:
    """Return the figures of this benchmark; `{"absent": path}` when the data folder is not there."""
    data = shared / "data"
    if not (data / "epub").is_dir():
        return {"absent": str(data)}
    books = {path.stem: path for path in sorted((data / "epub").glob("*.epub"))}
    return {
        "speed": speed(books),
        "agreement": agreement(books, data / "text"),
        "contents": contents(books),
        "files": files(shared),
    }


# ---- speed ---------------------------------------------------------------------------------


def _best(work: Callable[[], object]) -> float:
    return _best_in_turn(work)[0]


def _best_in_turn(*works: Callable[[], object]) -> list[float]:
    """Return the seconds of each work at its best; they take turns, for the machine may change its pace."""
    times: list[list[float]] = [[] for _ in works]
    # A file of a page is done in a moment: more runs, or what else the machine does decides.
    while len(times[0]) < _RUNS or (sum(times[0]) < _SECONDS and len(times[0]) < 100):
        for work, taken in zip(works, times, strict=True):
            begin = time.process_time()
            work()
            taken.append(time.process_time() - begin)
    return [min(taken) for taken in times]


def _spine(data: bytes) -> list[bytes]:
    """Return the markup files of the spine, unzipped and nothing else."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    package = next(name for name in archive.namelist() if name.endswith(".opf"))
    root = etree.fromstring(archive.read(package))
    folder = package.rpartition("/")[0]
    hrefs = {item.get("id"): item.get("href") for item in root.iter("{*}item")}
    names = [hrefs.get(ref.get("idref")) or "" for ref in root.iter("{*}itemref")]
    inside = set(archive.namelist())
    paths = [f"{folder}/{name}" if folder else name for name in names]
    return [archive.read(path) for path in paths if path in inside]


def _floor(data: bytes) -> None:
    for document in _spine(data):
        try:
            etree.fromstring(document)
        except etree.XMLSyntaxError:
            etree.fromstring(document, etree.HTMLParser())


def _peer(path: Path) -> int:
    """Read the same file with EbookLib, our text rules on top; return the lines found."""
    from ebooklib import epub

    book = epub.read_epub(str(path), options={"ignore_ncx": False})
    found = 0
    for idref, _ in book.spine:
        item = book.get_item_with_id(idref)
        content = item.get_content() if item is not None else b""
        if content:
            found += len(read_document(etree.fromstring(content, etree.HTMLParser()), content).lines)
    return found


def stages(data: bytes) -> dict[str, float]:
    """Return where the time goes, in milliseconds: what the floor does too, and what it leaves out.

    `unzip_and_parse` is our own reading of the spine, beside `floor`; the other stages have no part in it.
    """
    limits = Limits()

    def packaged() -> tuple[Archive, Parser, Package]:
        archive, parser = Archive(data, limits), Parser(limits.entity_bytes)
        root = find_root(archive)
        require_unlocked(archive, parser, root)
        return archive, parser, read_package(archive, parser, root)

    def parsed() -> None:
        archive, parser, package = packaged()
        for item, _ in package.spine:
            if item.name and is_markup(item):
                with contextlib.suppress(Unreadable):
                    parser.document(archive.read(item.name))

    manuscript = read_epub(data, limits)
    opened, package = _best(packaged), _best(lambda: read_contents(*packaged()))
    documents, read = _best(parsed) - opened, _best(lambda: read_epub(data, limits))
    parts = {
        "archive_and_package": opened,
        "contents": package - opened,
        "unzip_and_parse": documents,
        "lines": read - package - documents,
        "sections": _best(lambda: build_book(manuscript)),
        "floor": _best(lambda: _floor(data)),
    }
    return {name: round(seconds * 1e3, 2) for name, seconds in parts.items()}


def speed(books: dict[str, Path]) -> Figures:
    """Return the ratio of EPUB to sections over unzip and lxml parse alone, and of EbookLib over ours."""
    rows: Figures = {}
    over_floor, over_peer = [], []
    has_peer = importlib.util.find_spec("ebooklib") is not None
    for name, path in books.items():
        data = path.read_bytes()
        limits = Limits()
        floor, ours = _best_in_turn(
            lambda data=data: _floor(data),  # type: ignore[misc]
            lambda data=data, limits=limits: build_book(read_epub(data, limits)),  # type: ignore[misc]
        )
        row: Figures = {"ms": round(ours * 1e3, 1), "x_floor": round(ours / floor, 2)}
        row["stages_ms"] = stages(data)
        over_floor.append(ours / floor)
        if has_peer:
            peer = _best(lambda path=path: _peer(path))  # type: ignore[misc]
            row["x_ebooklib"] = round(peer / ours, 2)
            over_peer.append(peer / ours)
        rows[name] = row
    return {
        "books": rows,
        "median_x_floor": round(statistics.median(over_floor), 2),
        "worst_x_floor": round(max(over_floor), 2),
        "median_ebooklib_over_ours": round(statistics.median(over_peer), 2) if over_peer else None,
    }


# ---- agreement with the reference texts ----------------------------------------------------


def _flat(text: str) -> str:
    return " ".join(text.split())


def agreement(books: dict[str, Path], texts: Path) -> Figures:
    """Return, a book, whether the reading text is the reference's body and its sections begin as there."""
    rows: Figures = {}
    for name, path in books.items():
        reference = texts / f"{name}.sections.jsonl.gz"
        if not reference.exists():
            continue
        book = build_book(read_epub(path.read_bytes(), Limits()))
        with gzip.open(reference, "rt", encoding="utf-8") as lines:
            rows[name] = _compare(book, [json.loads(line) for line in lines])
    return rows


def _compare(book: ParsedBook, reference: list[dict[str, object]]) -> Figures:
    typed = [section for section in reference if section["matter"]]
    body = [section for section in (typed or reference[2:-1]) if section["matter"] in ("body", "")]
    sealed = [section for section in typed if section["matter"] != "body" and str(section["text"]).strip()]
    text = _flat(book.text)
    starts = {s.start for s in book.sections if s.start is not None}
    flat_starts = {len(_flat(book.text[:start])) + bool(start) for start in starts}
    found = at = 0
    for section in body:
        words = _flat(str(section["text"]))
        place = text.find(words, at)
        if place >= 0:
            found += place in flat_starts
            at = place + len(words)
    leaked = [s["href"] for s in sealed if len(str(s["text"])) > 80 and _flat(str(s["text"])) in text]
    off = " ".join(_flat(sealed_text.text) for sealed_text in book.sealed)
    kept = sum(_flat(str(section["text"])) in off for section in sealed)
    return {
        "body_text_equal": text == _flat(" ".join(str(section["text"]) for section in body)),
        "body_documents": len(body),
        "begin_a_section": found,
        "sealed_documents": len(sealed),
        "sealed_found": kept,
        "leaked": leaked,
        "body_sections": sum(section.matter is Matter.BODY for section in book.sections),
    }


def contents(books: dict[str, Path]) -> Figures:
    """Return, a book, how many lines of its contents tree begin a section (by the words of the line)."""
    rows: Figures = {}
    for name, path in books.items():
        manuscript = read_epub(path.read_bytes(), Limits())
        book = build_book(manuscript)
        titles = "\n".join(_letters(section.title) for section in book.sections)
        lines = [entry for entry in manuscript.contents if entry.target is not None and _letters(entry.title)]
        hits = sum(_letters(entry.title) in titles for entry in lines)
        rows[name] = {"lines": len(lines), "found": hits, "sections": len(book.sections)}
    return rows


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


# ---- odd and broken files ------------------------------------------------------------------


def files(shared: Path) -> Figures:
    """Return how many of the odd and broken files end as expected, by the rules of the scorer beside them."""
    folder = shared / "data" / "broken"
    expected = [json.loads(line) for line in (folder / "expected.jsonl").read_text("utf-8").splitlines()]
    scorer = _scorer(shared / "scoring")
    predictions = [
        asyncio.run(_outcome(shared / "data" / str(entry["file"]), str(entry["file"]))) for entry in expected
    ]
    seconds = max(float(str(p["seconds"])) for p in predictions)
    score = scorer(expected, predictions)
    return {
        "passed": score["passed"],
        "of": score["files"],
        "failures": score["failures"],
        "slowest_seconds": seconds,
    }


def _scorer(folder: Path) -> Callable[[object, object], dict[str, object]]:
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("score_files", folder / "score_files.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    score: Callable[[object, object], dict[str, object]] = module.score
    return score


async def _outcome(path: Path, name: str) -> Figures:
    begin = time.perf_counter()
    try:
        book = await parse(path, filename=path.name, limits=Limits())
        # What was read of the file, the sealed sections in their places: this asks for no seal.
        sealed = {part.ordinal: part.text for part in book.sealed}
        parts = [sealed.get(s.ordinal, book.text[s.start : s.end]) for s in book.sections]
        outcome, text = "ok", "\n".join(parts)
    except BookError:
        outcome, text = "error", ""
    except Exception:
        outcome, text = "crash", ""
    return {"file": name, "outcome": outcome, "text": text, "seconds": round(time.perf_counter() - begin, 2)}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("DOGEAR_SHARED", beside)))
    print(json.dumps(run(parser.parse_args().shared), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
