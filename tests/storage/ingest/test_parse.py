"""The child process: limits hold, errors come back whole, nothing is left behind (promises.md, D1)."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from storage import errors
from storage.errors import (
    BookError,
    Damage,
    DamagedBook,
    Excess,
    HostileBook,
    Lock,
    NoTextLayer,
    TooLarge,
    Trick,
)
from storage.ingest import parse as parse_module
from storage.ingest.child import book_from_frame, book_to_frame, error_from_json, error_to_json
from storage.ingest.limits import Limits
from storage.ingest.parse import parse
from storage.ingest.pdf.budget import work_seconds
from storage.ingest.read import read_book
from tests.books import epub, epub_files, random_book, zip_of
from tests.pdfs import Pdf, paged, written

MADE = random_book(31, chapters=4, sealed=True)


def stored(folder: Path, data: bytes, name: str = "book.epub") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def test_a_book_comes_back_from_the_child_as_it_was_read(tmp_path: Path) -> None:
    told: list[float] = []
    path = stored(tmp_path, MADE.epub)
    book = await parse(path, filename="book.epub", limits=Limits(), progress=told.append)
    assert book == read_book(MADE.epub, filename="book.epub", limits=Limits())
    assert book.text == MADE.text
    assert told
    assert all(0 <= share <= 1 for share in told)
    assert os.listdir(tmp_path) == ["book.epub"]


async def test_the_cover_follows_the_book_out_of_the_child(tmp_path: Path) -> None:
    """S28: the front cover and no other picture, byte for byte."""
    cover = b"\xff\xd8\xff" + os.urandom(200_000)
    path = stored(tmp_path, epub(MADE.chapters, cover=cover))
    book = await parse(path, filename="book.epub", limits=Limits())
    assert book.cover == cover
    assert book.text == MADE.text


async def test_a_cover_past_the_limits_refuses_the_book_that_went_before_it(tmp_path: Path) -> None:
    """D2: what follows the book out of the child is held to the same limits."""
    path = stored(tmp_path, epub(MADE.chapters, cover=b"\xff\xd8\xff" + os.urandom(300_000)))
    with pytest.raises(TooLarge) as refused:
        await parse(path, filename="book.epub", limits=Limits(member_bytes=200_000))
    assert refused.value.excess is Excess.UNPACKED_BYTES


def test_a_book_survives_the_frame() -> None:
    book = read_book(MADE.epub, filename="book.epub", limits=Limits())
    header, body = book_to_frame(book)
    assert book_from_frame(header, body) == book


@pytest.mark.parametrize(
    "error",
    [
        errors.UnsupportedFormat("mobi"),
        errors.EncryptedBook(Lock.DRM),
        DamagedBook(Damage.TRUNCATED),
        NoTextLayer(12),
        errors.EmptyBook(),
        TooLarge(Excess.RATIO, 100.0),
        HostileBook(Trick.OVERLAP),
    ],
)
def test_every_refusal_crosses_the_border_with_its_facts(error: BookError) -> None:
    back = error_from_json(error_to_json(error))
    assert type(back) is type(error)
    assert str(back) == str(error)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"name": "SystemExit", "facts": {}},
        {"name": "HorizonViolation", "facts": {}},
        {"name": "DamagedBook", "facts": {"damage": "no such"}},
        {"name": "NoTextLayer", "facts": {"evil": 1}},
        {"name": "Lock", "facts": {}},
    ],
)
def test_a_child_that_talks_nonsense_is_an_unreadable_book(said: dict[str, object]) -> None:
    error = error_from_json(said)
    assert isinstance(error, DamagedBook)
    assert error.damage is Damage.UNREADABLE


async def test_a_refusal_in_the_child_is_the_refusal_of_parse(tmp_path: Path) -> None:
    path = stored(tmp_path, zip_of({**epub_files(MADE.chapters), "../evil": "x"}))
    with pytest.raises(HostileBook) as refused:
        await parse(path, filename="book.epub", limits=Limits())
    assert refused.value.trick is Trick.PATH


async def test_too_much_time_is_too_large_and_the_child_is_gone(tmp_path: Path) -> None:
    path = stored(tmp_path, MADE.epub)
    with pytest.raises(TooLarge) as refused:
        await parse(path, filename="book.epub", limits=Limits(seconds=0.01))
    assert refused.value.excess is Excess.TIME


def _nested_forms(depth: int) -> bytes:
    """A PDF of a kilobyte or two whose page draws a form that draws the next one twice, and so on."""
    forms = range(5, 5 + depth)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length 5>>stream\n/F Do\nendstream",
    ]
    for number in forms:
        inner = b"/F Do /F Do" if number < forms[-1] else b"0 0 m 9 9 l S"
        below = b"/XObject<</F %d 0 R>>" % (number + 1) if number < forms[-1] else b""
        objects.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<<%s>>/Length %d>>stream\n%s\nendstream"
            % (below, len(inner), inner)
        )
    return written(objects)


@pytest.mark.parametrize(
    ("mebibytes", "excess"), [(512, Excess.MEMORY), (8_192, Excess.TIME)], ids=["memory", "time"]
)
async def test_a_pdf_whose_one_page_never_ends_is_refused_by_what_its_size_earns(
    tmp_path: Path, mebibytes: int, excess: Excess
) -> None:
    path = stored(tmp_path, _nested_forms(28), "book.pdf")
    size = path.stat().st_size
    room = mebibytes << 20
    with pytest.raises(TooLarge) as refused:
        await parse(
            path,
            filename="book.pdf",
            limits=Limits(address_space_bytes=8_192 << 20, pdf_address_space_bytes=room),
        )
    assert refused.value.excess is excess
    earned = room + 2 * size if excess is Excess.MEMORY else round(work_seconds(size), 1)
    assert refused.value.limit == earned


async def test_a_pdf_gets_less_memory_than_other_books(tmp_path: Path) -> None:
    path = stored(tmp_path, bytes(Pdf(paged(("A lamp was lit over the gate.",) * 12_000))), "book.pdf")
    assert (await parse(path, filename="book.pdf", limits=Limits())).text
    with pytest.raises(BookError) as refused:
        await parse(path, filename="book.pdf", limits=Limits(pdf_address_space_bytes=1 << 20))
    assert isinstance(refused.value, (TooLarge, DamagedBook))


async def test_too_much_memory_is_refused_and_never_a_crash(tmp_path: Path) -> None:
    page = "<html><body>" + "".join(f"<p>{n * 7919}</p>" for n in range(900_000)) + "</body></html>"
    path = stored(tmp_path, zip_of(epub_files((), documents={"a.xhtml": page}, nav=False)))
    with pytest.raises(BookError) as refused:
        await parse(path, filename="book.epub", limits=Limits(address_space_bytes=200 << 20, ratio=1e9))
    assert isinstance(refused.value, (TooLarge, DamagedBook))


@pytest.mark.parametrize(
    "act",
    [
        "import os; os.abort()",
        "import sys; sys.exit(3)",
        "print('nonsense')",
        "import os; os.kill(os.getpid(), 9)",
    ],
)
async def test_a_child_that_dies_is_an_unreadable_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(parse_module, "_RUN", act.replace("{", "{{").replace("}", "}}"))
    with pytest.raises(DamagedBook) as refused:
        await parse(stored(tmp_path, MADE.epub), filename="book.epub", limits=Limits())
    assert refused.value.damage is Damage.UNREADABLE


async def test_cancelling_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "pid"
    monkeypatch.setattr(
        parse_module,
        "_RUN",
        f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)",
    )
    task = asyncio.create_task(parse(stored(tmp_path, MADE.epub), filename="b.epub", limits=Limits()))
    while not (mark.exists() and mark.read_text()):  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


async def test_the_child_knows_no_secret_of_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOGEAR_SECRET", "canary")
    seen = tmp_path / "environment"
    monkeypatch.setattr(
        parse_module, "_RUN", f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))"
    )
    with pytest.raises(DamagedBook):
        await parse(stored(tmp_path, MADE.epub), filename="b.epub", limits=Limits())
    assert "canary" not in seen.read_text()


def test_a_confined_process_writes_no_file_and_starts_no_other(tmp_path: Path) -> None:
    code = (
        "from storage.ingest.child import confine; from storage.ingest.limits import Limits\n"
        "confine(Limits())\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n"
        f"    f = open({str(tmp_path / 'out')!r}, 'w'); f.write('x' * 100000); f.close(); print('written')\n"
        "except OSError: print('refused')\n"
        "try:\n"
        "    x = bytearray(2 << 30); print('allocated')\n"
        "except MemoryError: print('refused')\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused", "refused"]


def test_the_child_loads_no_database_and_no_numbers() -> None:
    """It parses what strangers send: the less it holds, the less can be reached."""
    code = (
        "import sys, storage.ingest.child, storage.ingest.read, storage.ingest.epub.book\n"
        "print([name for name in ('sqlalchemy', 'numpy', 'chromadb', 'asyncio') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_copy_is_read_or_refused_and_nothing_else(seed: int) -> None:
    """D1: mutation with a fixed seed; a traceback of any other kind is a crash."""
    rng = random.Random(seed)
    data = bytearray(MADE.epub)
    for _ in range(rng.randint(1, 30)):
        at = rng.randrange(len(data))
        act = rng.random()
        if act < 0.6:
            data[at] = rng.randrange(256)
        elif act < 0.8:
            del data[at : at + rng.randint(1, 50)]
        else:
            data[at:at] = rng.randbytes(rng.randint(1, 50))
    try:
        book = read_book(bytes(data), filename="book.epub", limits=Limits())
    except BookError:
        return
    body = [s for s in book.sections if s.start is not None]
    assert body[0].start == 0
    assert body[-1].end == len(book.text)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_markup_is_read_or_refused_and_nothing_else(seed: int) -> None:
    """D1: the same inside the archive, where the checksums do not help."""
    rng = random.Random(seed)
    files = epub_files(MADE.chapters, front=MADE.front, ncx=True)
    for name in list(files):
        content = files[name]
        raw = bytearray(content.encode() if isinstance(content, str) else content)
        for _ in range(rng.randint(0, 8)):
            at = rng.randrange(len(raw) + 1)
            if rng.random() < 0.5 and at < len(raw):
                raw[at] = rng.randrange(256)
            else:
                raw[at : at + rng.randint(1, 30)] = rng.choice(
                    [b"<", b">", b"&", b"</p>", b"\x00", b"<![CDATA[", b""]
                )
        files[name] = bytes(raw)
    try:
        book = read_book(zip_of(files), filename="book.epub", limits=Limits())
    except BookError:
        return
    assert book.text.strip()
