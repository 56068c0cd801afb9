"""PDFs that cannot become a book: each refused with its own reason, quickly, with nothing half read."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import (
    BookError,
    Damage,
    DamagedBook,
    EmptyBook,
    EncryptedBook,
    Excess,
    Lock,
    NoTextLayer,
    TooLarge,
)
from storage.ingest.limits import Limits
from storage.ingest.pdf import parse, parse_pdf
from storage.ingest.pdf.pdfium import PdfiumFailed
from tests.pdfs import Aim, Pdf, locked, numbered, paged, written

_TOLD = ("The lamp over the harbour gate was lit early, and nobody in the street could say by whom.",) * 6


def file(**more: object) -> bytes:
    return bytes(Pdf(paged(_TOLD), **more))  # type: ignore[arg-type]


def test_a_password_is_named():
    with pytest.raises(EncryptedBook) as refused:
        parse_pdf(locked(file(), user="secret", owner="other"), Limits())
    assert refused.value.lock is Lock.PASSWORD


def test_an_empty_user_password_is_no_lock():
    assert (
        parse_pdf(locked(file(), user="", owner="other"), Limits()).text == parse_pdf(file(), Limits()).text
    )


def test_a_scan_has_no_text_layer():
    with pytest.raises(NoTextLayer) as refused:
        parse_pdf(bytes(Pdf([[], [], []], pictured=frozenset([0, 1, 2]))), Limits())
    assert refused.value.pages == 3


def test_a_part_scanned_book_says_how_many_pages_are_missing():
    pages = [*paged(_TOLD), [], *paged(_TOLD), []]
    book = parse_pdf(bytes(Pdf(pages, pictured=frozenset([1, 3]))), Limits())
    assert book.text.count("The lamp") == 12
    assert book.warnings[0].text.startswith("2 of 4 pages")


def test_blank_pages_are_not_missed():
    assert parse_pdf(bytes(Pdf([[], *paged(_TOLD), []])), Limits()).warnings == ()


def test_a_font_that_tells_no_letters_is_no_text_layer():
    with pytest.raises(NoTextLayer):
        parse_pdf(file(mapped=False), Limits())


def test_pages_without_anything_are_empty():
    with pytest.raises(EmptyBook):
        parse_pdf(bytes(Pdf([[], []])), Limits())


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_no_bytes_are_empty(data):
    with pytest.raises(EmptyBook):
        parse_pdf(data, Limits())


def test_a_header_alone_is_damaged():
    with pytest.raises(DamagedBook) as refused:
        parse_pdf(b"%PDF-1.7\n", Limits())
    assert refused.value.damage is Damage.TRUNCATED


def test_junk_before_the_header_is_forgiven():
    assert parse_pdf(b"From: a friend\n" * 200 + file(), Limits()).text == parse_pdf(file(), Limits()).text


def test_a_lost_cross_reference_table_is_forgiven():
    whole = file()
    lost = whole[: whole.rindex(b"startxref")] + b"startxref\n99999999\n%%EOF\n"
    assert parse_pdf(lost, Limits()).text == parse_pdf(whole, Limits()).text


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=8))
def test_damage_gives_a_book_or_a_reason(share, bites):
    data = bytearray(bytes(Pdf(numbered(paged(_TOLD * 8)), outline=[Aim("Chapter 1", 0, 0)])))
    for at, value in bites:
        data[int(at * len(data))] = value
    cut = bytes(data[: int(share * len(data))])
    try:
        book = parse_pdf(cut, Limits(seconds=20))
    except BookError:
        return
    assert book.text.strip()


def test_a_page_tree_that_holds_itself_is_refused():
    loop = written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])
    with pytest.raises((DamagedBook, EmptyBook)):
        parse_pdf(loop, Limits(seconds=5))


def test_an_outline_that_holds_itself_costs_only_the_outline():
    data = file(outline=[Aim("One", 0, 0), Aim("Two", 0, 0)])
    first = data.index(b"/Next ")
    number = data[first + 6 :].split()[0]
    own = str(int(number) - 1).rjust(len(number)).encode()
    looped = data.replace(b"/Next " + number, b"/Next " + own)
    assert parse_pdf(looped, Limits(seconds=5)).text.count("The lamp") == 6


def test_a_flood_of_pages_is_too_large():
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    kids = b"3 0 R " * 400
    flood = written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count 400>>" % kids, page])
    with pytest.raises(TooLarge) as refused:
        parse_pdf(flood, Limits(pages=100))
    assert refused.value.excess is Excess.PAGES


def test_a_flood_of_text_is_too_large():
    with pytest.raises(TooLarge) as refused:
        parse_pdf(file(), Limits(unpacked_bytes=100))
    assert refused.value.excess is Excess.UNPACKED_BYTES


def test_a_spent_clock_is_too_large():
    with pytest.raises(TooLarge) as refused:
        parse_pdf(file(), Limits(seconds=-1))
    assert refused.value.excess is Excess.TIME


def test_a_form_that_draws_itself_does_not_hang():
    stream = b"/X Do BT /F 10 Tf 1 0 0 1 54 500 Tm (One word) Tj ET"
    loop = written([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 432 648]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Subtype/Form/BBox[0 0 432 648]/Resources 6 0 R/Length 5>>\nstream\n/X Do\nendstream",
        b"<</XObject<</X 5 0 R>>/Font<</F 7 0 R>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
    ])  # fmt: skip
    assert parse_pdf(loop, Limits(seconds=5)).text.strip() == "One word"


def test_scripts_are_not_run_and_not_read():
    book = parse_pdf(file(script="app.alert('SCRIPTED'); while (true) {}"), Limits(seconds=5))
    assert "SCRIPTED" not in book.text
    assert book.text == parse_pdf(file(), Limits()).text


def test_the_second_reader_takes_over_where_the_first_gives_up(monkeypatch):
    def fails(*_: object) -> None:
        raise PdfiumFailed

    data = bytes(Pdf(paged(_TOLD), title="The Lamp", outline=[Aim("The Lamp", 0, 0)]))
    whole = parse_pdf(data, Limits())
    monkeypatch.setattr(parse, "read_with_pdfium", fails)
    other = parse_pdf(data, Limits())
    assert other.text.split() == whole.text.split()
    assert other.title == "The Lamp"


def test_the_second_reader_names_a_password_too(monkeypatch):
    def fails(*_: object) -> None:
        raise PdfiumFailed

    monkeypatch.setattr(parse, "read_with_pdfium", fails)
    with pytest.raises(EncryptedBook):
        parse_pdf(locked(file(), user="secret", owner="other"), Limits())


def test_refusals_quote_nothing_of_the_file_s34():
    with pytest.raises(EncryptedBook) as refused:
        parse_pdf(locked(file(title="ZANZIBAR"), user="secret", owner="other"), Limits())
    assert "ZANZIBAR" not in f"{refused.value} {refused.value.__cause__}"


def _with_stream(packed: bytes, filters: bytes) -> bytes:
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 432 648]/Contents 4 0 R>>",
            b"<</Filter%s/Length %d>>\nstream\n%s\nendstream" % (filters, len(packed), packed),
        ]
    )


@pytest.mark.parametrize("filters", [b"/FlateDecode", b"/Fl#61teDecode", b""])
def test_a_stream_that_unpacks_a_thousandfold_is_a_bomb(filters):
    with pytest.raises(TooLarge) as refused:
        parse_pdf(_with_stream(zlib.compress(b" " * 30_000_000, 9), filters), Limits())
    assert refused.value.excess is Excess.RATIO


def test_a_bomb_packed_twice_is_a_bomb():
    packed = zlib.compress(zlib.compress(b" " * 30_000_000, 9), 9)
    with pytest.raises(TooLarge) as refused:
        parse_pdf(_with_stream(packed, b"[/FlateDecode/FlateDecode]"), Limits())
    assert refused.value.excess is Excess.RATIO


def test_a_large_stream_that_unpacks_as_text_does_is_no_bomb():
    rng = random.Random(1)
    noise = zlib.compress(bytes(rng.randrange(97, 113) for _ in range(300_000)), 9)
    with pytest.raises(EmptyBook):
        parse_pdf(_with_stream(noise, b"/FlateDecode"), Limits(ratio_floor_bytes=100_000))


def test_a_small_file_that_takes_long_is_stopped(monkeypatch):
    from storage.ingest.pdf import budget

    clock = iter(range(0, 1000, 1))
    monkeypatch.setattr(budget.time, "process_time", lambda: float(next(clock)))
    pages = [page for _ in range(9) for page in paged(_TOLD)]
    with pytest.raises(TooLarge) as refused:
        parse_pdf(bytes(Pdf(pages)), Limits())
    assert refused.value.excess is Excess.TIME
