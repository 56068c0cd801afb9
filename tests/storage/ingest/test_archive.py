"""Hostile and broken archives: each gets one clear refusal, and honest oddities are read (promises.md, D)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from storage.errors import (
    Damage,
    DamagedBook,
    EmptyBook,
    EncryptedBook,
    Excess,
    HostileBook,
    Lock,
    NoTextLayer,
    TooLarge,
    Trick,
)
from storage.ingest.limits import Limits
from storage.ingest.parsed import ParsedBook
from storage.ingest.read import read_book
from tests.books import Chapter, epub_files, random_book, zip_of

BOOK = random_book(7, chapters=3)
SMALL = Limits(unpacked_bytes=1 << 20, member_bytes=200_000, entries=200, ratio_floor_bytes=100_000)


def files() -> dict[str, str | bytes]:
    return epub_files(BOOK.chapters)


def read(data: bytes, limits: Limits = SMALL) -> ParsedBook:
    return read_book(data, filename="book.epub", limits=limits)


def local(name: bytes, packed: bytes, size: int, crc: int) -> bytes:
    return (
        struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(packed), size, len(name), 0)
        + name
        + packed
    )


def central(name: bytes, packed: bytes, size: int, crc: int, offset: int) -> bytes:
    head = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, offset,
    )  # fmt: skip
    return head + name


def archive(parts: list[bytes], directory: list[bytes]) -> bytes:
    body = b"".join(parts)
    listing = b"".join(directory)
    end = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(directory), len(directory), len(listing), len(body), 0
    )
    return body + listing + end


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def test_an_honest_book_is_read_under_small_limits() -> None:
    assert read(zip_of(files())).text == BOOK.text


def test_overlapping_entries_are_refused() -> None:
    """D2: many directory entries over one member is the bomb that Python 3.11.7 opens."""
    content = b"x" * 500
    packed = deflated(content)
    crc = zlib.crc32(content)
    data = archive(
        [local(b"a", packed, 500, crc)],
        [central(name, packed, 500, crc, 0) for name in (b"a", b"b", b"c")],
    )
    with pytest.raises(HostileBook) as refused:
        read(data)
    assert refused.value.trick is Trick.OVERLAP


@pytest.mark.parametrize(
    "name", ["../evil.xhtml", "OEBPS/../../evil", "/etc/evil", "C:\\evil", "..\\evil.xhtml", "a/../../b"]
)
def test_names_that_climb_out_are_refused(name: str) -> None:
    """D3: nothing is ever extracted, and a file that tries is refused whole."""
    with pytest.raises(HostileBook) as refused:
        read(zip_of({**files(), name: "evil"}))
    assert refused.value.trick is Trick.PATH


def test_too_many_entries_are_refused_before_they_are_listed() -> None:
    extra: dict[str, str | bytes] = {f"junk/{n}": b"" for n in range(300)}
    with pytest.raises(TooLarge) as refused:
        read(zip_of({**files(), **extra}))
    assert refused.value.excess is Excess.ENTRIES


def test_an_end_that_hides_its_directory_hides_no_entries() -> None:
    extra: dict[str, str | bytes] = {f"junk/{n}": b"" for n in range(300)}
    data = zip_of({**files(), **extra})
    # Where it counts its entries, which nobody reads, it says that it ends: no directory lies before that.
    hidden = data[:-14] + b"PK\x05\x06" + data[-10:]
    assert len(zipfile.ZipFile(io.BytesIO(hidden)).infolist()) > 300
    with pytest.raises(TooLarge) as refused:
        read(hidden)
    assert refused.value.excess is Excess.ENTRIES


def test_a_bomb_that_says_its_size_is_refused_by_it() -> None:
    with pytest.raises(TooLarge) as refused:
        read(zip_of({**files(), "OEBPS/big.bin": b"\0" * (2 << 20)}))
    assert refused.value.excess is Excess.UNPACKED_BYTES


def test_a_ratio_that_no_prose_reaches_is_refused() -> None:
    with pytest.raises(TooLarge) as refused:
        read(zip_of({**files(), "OEBPS/big.bin": b"\0" * 900_000}))
    assert refused.value.excess is Excess.RATIO


def test_a_bomb_that_lies_about_its_size_is_stopped_by_the_bytes_that_come_out() -> None:
    """D2: sizes in headers can lie; the bytes are counted as they are unpacked."""
    bomb = b"<html><body><p>" + b"a" * 400_000 + b"</p></body></html>"
    packed = deflated(bomb)
    parts, directory, offset = [], [], 0
    for name, content in {**files(), "OEBPS/chapter2.xhtml": bomb}.items():
        raw = content.encode() if isinstance(content, str) else content
        squeezed = packed if raw is bomb else deflated(raw)
        said = 100 if raw is bomb else len(raw)
        part = local(name.encode(), squeezed, said, zlib.crc32(raw))
        parts.append(part)
        directory.append(central(name.encode(), squeezed, said, zlib.crc32(raw), offset))
        offset += len(part)
    with pytest.raises(TooLarge) as refused:
        read(archive(parts, directory))
    assert refused.value.excess is Excess.UNPACKED_BYTES


def test_a_chapter_past_the_member_limit_is_refused() -> None:
    spread = "".join(f"<p>{n} {n * 7919}</p>" for n in range(20_000))
    with pytest.raises(TooLarge):
        read(zip_of({**files(), "OEBPS/chapter2.xhtml": f"<html><body>{spread}</body></html>"}))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_book_cut_short_says_so(share: float) -> None:
    data = zip_of(files())
    with pytest.raises(DamagedBook) as refused:
        read(data[: int(len(data) * share)])
    assert refused.value.damage in (Damage.TRUNCATED, Damage.UNREADABLE)


def test_junk_before_the_archive_is_forgiven() -> None:
    assert read(b"junk from a mail gateway\n" * 40 + zip_of(files())).text == BOOK.text


def test_a_password_on_the_archive_is_named() -> None:
    data = bytearray(zip_of(files()))
    at = 0
    while (at := data.find(b"PK\x03\x04", at)) >= 0:
        data[at + 6] |= 1
        at += 4
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    with pytest.raises(EncryptedBook) as refused:
        read(bytes(data))
    assert refused.value.lock is Lock.PASSWORD


def test_a_zip_that_is_no_epub_is_refused() -> None:
    with pytest.raises(DamagedBook) as refused:
        read(zip_of({"readme.txt": "hello"}))
    assert refused.value.damage is Damage.NO_PACKAGE


# ---- locks (D5) ----------------------------------------------------------------------------

ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="{}"/>'
    '<enc:CipherData><enc:CipherReference URI="{}"/></enc:CipherData></enc:EncryptedData></encryption>'
)
AES = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"


@pytest.mark.parametrize(
    "lock",
    [
        {"META-INF/license.lcpl": "{}"},
        {"META-INF/sinf.xml": "<sinf/>"},
        {
            "META-INF/rights.xml": '<rights xmlns="http://ns.adobe.com/adept"><operatorURL>x</operatorURL></rights>'
        },
        {"rights.xml": "<rights/>"},
        {"META-INF/encryption.xml": ENCRYPTION.format(AES, "OEBPS/chapter1.xhtml")},
        {"META-INF/encryption.xml": ENCRYPTION.format("urn:unknown", "OEBPS/chapter1.xhtml")},
    ],
    ids=["lcp", "apple", "adobe", "kobo", "aes", "unknown"],
)
def test_every_kind_of_drm_is_named_and_never_opened(lock: dict[str, str | bytes]) -> None:
    with pytest.raises(EncryptedBook) as refused:
        read(zip_of({**files(), **lock}))
    assert refused.value.lock is Lock.DRM


@pytest.mark.parametrize("way", ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"])
def test_mangled_fonts_alone_lock_nothing(way: str) -> None:
    lock = {
        "META-INF/encryption.xml": ENCRYPTION.format(way, "OEBPS/font.otf"),
        "OEBPS/font.otf": b"\x01\x02",
    }
    assert read(zip_of({**files(), **lock})).text == BOOK.text


# ---- entities (D4) -------------------------------------------------------------------------


def entity_page(subset: str, body: str) -> str:
    page = f"<html><body><h2>Chapter 2</h2><p>{body}</p></body></html>"
    return f"<?xml version='1.0'?><!DOCTYPE html [{subset}]>{page}"


LAUGHS = '<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'


@pytest.mark.parametrize(
    ("subset", "body"),
    [
        ('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        ('<!ENTITY x PUBLIC "p" "http://127.0.0.1:9/x">', "&x;"),
        ('<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;', "text"),
        (LAUGHS, "&c;"),
        ('<!ENTITY long "' + "x" * 900 + '">', "&long;" * 2_000),
    ],
    ids=["file", "http", "parameter", "laughs", "quadratic"],
)
def test_entity_tricks_are_refused(subset: str, body: str) -> None:
    with pytest.raises(HostileBook) as refused:
        read(zip_of({**files(), "OEBPS/chapter2.xhtml": entity_page(subset, body)}), Limits())
    assert refused.value.trick is Trick.ENTITY


def test_entity_tricks_hidden_in_utf_16_are_refused_too() -> None:
    page = entity_page('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;").encode("utf-16")
    with pytest.raises(HostileBook):
        read(zip_of({**files(), "OEBPS/chapter2.xhtml": page}))


def test_entity_tricks_in_the_package_are_refused() -> None:
    changed = files()
    package = str(changed["OEBPS/package.opf"])
    changed["OEBPS/package.opf"] = package.replace(
        "<package", '<!DOCTYPE package [<!ENTITY x SYSTEM "file:///etc/passwd">]><package', 1
    ).replace("urn:made", "&x;")
    with pytest.raises(HostileBook):
        read(zip_of(changed))


def test_a_plain_abbreviation_is_honest_and_read() -> None:
    page = entity_page('<!ENTITY who "Zorvath the Grey">', "It was &who; again.")
    book = read(zip_of({**files(), "OEBPS/chapter2.xhtml": page}))
    assert "It was Zorvath the Grey again." in book.text


def test_named_entities_of_html_are_letters() -> None:
    page = "<html><body><p>caf&eacute;&nbsp;&mdash;&hellip; &amp; &lt;tea&gt; &unknown;</p></body></html>"
    book = read(zip_of({**files(), "OEBPS/chapter2.xhtml": page}))
    assert "café —… & <tea> &unknown;" in book.text


# ---- damage inside -------------------------------------------------------------------------


def test_one_garbage_chapter_is_left_out_with_a_warning() -> None:
    """D9: the rest is readable and the reader is told, without a word of the book (S34)."""
    book = read(zip_of({**files(), "OEBPS/chapter2.xhtml": bytes(range(256)) * 20}))
    assert BOOK.chapters[0].paragraphs[0] in book.text
    assert BOOK.chapters[2].paragraphs[0] in book.text
    assert len(book.warnings) == 1


def test_a_missing_chapter_is_left_out_with_a_warning() -> None:
    changed = files()
    del changed["OEBPS/chapter2.xhtml"]
    book = read(zip_of(changed))
    assert BOOK.chapters[2].paragraphs[0] in book.text
    assert "missing" in book.warnings[0].text


def test_a_book_that_is_mostly_garbage_is_refused_whole() -> None:
    changed = files()
    for n in (1, 2):
        changed[f"OEBPS/chapter{n}.xhtml"] = bytes(range(256)) * 20
    with pytest.raises(DamagedBook):
        read(zip_of(changed))


def test_warnings_never_quote_the_book() -> None:
    """S34: no coined word of the book stands in a warning."""
    changed = {**files(), "OEBPS/chapter2.xhtml": b"\xff\xfe\x00garbage", "META-INF/x": ""}
    book = read(zip_of(changed))
    said = " ".join(warning.text for warning in book.warnings).lower()
    coined = {word.strip(".,“”").lower() for word in BOOK.text.split() if len(word) > 9}
    assert said
    assert not [word for word in coined if word in said]


def test_a_text_longer_than_the_parser_reads_is_never_cut_in_silence() -> None:
    """D4: libxml2 stops at ten million characters of one text; such a file is left out, and we say so."""
    long = "<html><body><h2>Chapter 2</h2><p>" + "word " * 2_200_000 + "LASTWORD</p></body></html>"
    changed = {**files(), "OEBPS/chapter2.xhtml": long}
    book = read(zip_of(changed), Limits(ratio=1e9))
    assert "LASTWORD" in book.text or (book.warnings and "word word" not in book.text)


def test_deep_nesting_is_read_or_left_out_and_never_cut() -> None:
    deep = (
        "<html><body><h2>Chapter 2</h2>"
        + "<div>" * 3_000
        + "<p>LASTWORD</p>"
        + "</div>" * 3_000
        + "</body></html>"
    )
    book = read(zip_of({**files(), "OEBPS/chapter2.xhtml": deep}))
    assert "LASTWORD" in book.text or book.warnings


def test_a_book_without_any_text_says_which_kind_of_nothing_it_is() -> None:
    with pytest.raises(EmptyBook):
        read(zip_of(epub_files((), documents={"a.xhtml": "<html><body/></html>"})))
    with pytest.raises(NoTextLayer):
        read(
            zip_of(
                epub_files((), documents={f"{n}.xhtml": "<html><body><img/></body></html>" for n in range(3)})
            )
        )


def test_chapter_needs_no_heading_to_be_read() -> None:
    book = read(zip_of(epub_files([Chapter("", ("One sentence alone.",))])))
    assert book.text == "One sentence alone."
