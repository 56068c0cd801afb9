"""How well and how fast PDFs are read: page places, words, chapters, broken files, time beside bare PDFium.

`python -m tests.benchmarks.bench_pdf [SHARED]` prints the figures as JSON. The files are not in this
repository; without them it says so.
"""

from __future__ import annotations

import gzip
import importlib
import json
import resource
import subprocess
import sys
import time
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pypdfium2

from storage.book.text import words
from storage.errors import BookError
from storage.ingest.limits import Limits
from storage.ingest.parsed import ParsedBook
from storage.ingest.pdf import parse_pdf
from storage.values import Matter

_GOOD_PAGE = 0.97
_SECONDS = 30


def run(shared: Path) -> dict[str, object]:
    """Measure on the files of `shared`/data; {"skipped": reason} when they are not there."""
    folder = shared / "data" / "pdf"
    if not folder.is_dir():
        return {"skipped": f"no PDFs in {folder}"}
    files: dict[str, object] = {}
    bare = own = 0.0
    for path in sorted(folder.glob("*.pdf")):
        data = path.read_bytes()
        floor, spent = _bare_seconds(data), _parse_seconds(data)
        bare, own = bare + floor, own + spent
        book = parse_pdf(data, Limits())
        body = [section for section in book.sections if section.matter is Matter.BODY]
        figures: dict[str, object] = {
            "seconds": round(spent, 3),
            "times_bare_pdfium": round(spent / floor, 2),
            "body_sections": len(body),
        }
        pages = path.with_suffix(".pages.jsonl.gz")
        if pages.exists():
            text = gzip.decompress(path.with_suffix(".txt.gz").read_bytes()).decode()
            rows = [json.loads(line) for line in gzip.decompress(pages.read_bytes()).splitlines()]
            figures |= _against_pages(book, text, rows)
        files[path.name] = figures
    return {"files": files, "times_bare_pdfium": round(own / bare, 2), "broken": _broken(shared)}


def _bare_seconds(data: bytes) -> float:
    def read() -> None:
        document = pypdfium2.PdfDocument(data)
        for page in document:
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()
        document.close()

    return _best(read)


def _parse_seconds(data: bytes) -> float:
    return _best(lambda: parse_pdf(data, Limits()))


def _best(act: Any) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return min(times)


def _against_pages(book: ParsedBook, text: str, rows: list[dict[str, Any]]) -> dict[str, object]:
    starts = {mark.label: mark.start for mark in book.pages}
    ends = dict(zip(starts, [*list(starts.values())[1:], len(book.text)], strict=True))
    found = wanted_words = right_words = 0
    chapters: list[int] = []
    sections = {s.number: s for s in book.sections if s.matter is Matter.BODY}
    for row in rows:
        label = str(row["n"])
        wanted = words(text[row["start"] : row["end"]])
        told = words(book.text[starts[label] : ends[label]]) if label in starts else []
        same = sum(block.size for block in SequenceMatcher(None, wanted, told, False).get_matching_blocks())
        wanted_words, right_words = wanted_words + len(wanted), right_words + same
        found += same >= _GOOD_PAGE * len(wanted)
        section = sections.get(row["chapter"])
        if row["opens_chapter"]:
            start = section.start if section else None
            chapters.append(start is not None and label in starts and abs(start - starts[label]) < 40)
    return {
        "pages_in_place": round(found / len(rows), 4),
        "words_right": round(right_words / wanted_words, 4),
        "chapters_in_place": f"{sum(chapters)}/{len(chapters)}",
    }


def _broken(shared: Path) -> dict[str, object]:
    expected = shared / "data" / "broken" / "expected.jsonl"
    if not expected.exists():
        return {"skipped": "no broken files"}
    rows = [json.loads(line) for line in expected.read_text().splitlines()]
    rows = [row for row in rows if row["kind"] == "pdf"]
    told = [_one_in_child(expected.parent.parent / row["file"]) | {"file": row["file"]} for row in rows]
    sys.path.insert(0, str(shared / "scoring"))
    scored: dict[str, Any] = importlib.import_module("score_files").score(rows, told, 10, 512)
    slowest = max(row.get("seconds", 0.0) for row in told)
    return {**scored, "slowest_seconds": slowest, "peak_mb": max(row.get("peak_mb", 0) for row in told)}


def _one_in_child(path: Path) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.bench_pdf", "--one", str(path)],
            capture_output=True,
            timeout=_SECONDS,
            text=True,
        )
    except subprocess.TimeoutExpired:
        return {"outcome": "timeout"}
    return dict(json.loads(done.stdout)) if done.returncode == 0 else {"outcome": "crash"}


def _one(path: Path) -> dict[str, Any]:
    start = time.monotonic()
    try:
        book = parse_pdf(path.read_bytes(), Limits())
        # What was read is the body and what was sealed; the scorer asks for words of the title page too.
        told = {"outcome": "ok", "text": "\n".join([part.text for part in book.sealed] + [book.text])}
    except BookError as error:
        told = {"outcome": "error", "error": str(error)}
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**told, "seconds": round(time.monotonic() - start, 2), "peak_mb": peak_mb}


def main(arguments: list[str]) -> None:
    """Print the figures, or with --one what becomes of one file."""
    if arguments[:1] == ["--one"]:
        print(json.dumps(_one(Path(arguments[1]))))
    else:
        shared = Path(arguments[0]) if arguments else Path(__file__).parents[3] / "shared"
        print(json.dumps(run(shared), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
