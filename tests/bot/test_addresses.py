"""Which texts are addresses, which places may be gone to, and what a file at one is called."""

from __future__ import annotations

import pytest

from bot.addresses import find_address, is_page, is_public, name_of

PRIVATE = """
127.0.0.1 127.8.8.8 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 240.0.0.1
255.255.255.255 192.0.0.192 168.63.129.16 198.18.0.1 203.0.113.5 ::1 :: fe80::1 fe80::1%eth0 fc00::1
fd00:ec2::254 fec0::1 ff02::1 ::127.0.0.1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 64:ff9b::a00:1 64:ff9b:1::1
2002:a00:1:: 2001:db8::1 localhost
"""


@pytest.mark.parametrize(
    "text", ["https://a.example/b.epub", " <HTTPS://a.example/b?x=1> ", "http://a.example"]
)
def test_a_text_that_is_an_address_and_nothing_else_is_one(text: str) -> None:
    assert find_address(text) == text.strip(" <>")


@pytest.mark.parametrize(
    "text", ["", "see https://a.example", "https://a b", "ftp://a.example", "/etc/passwd", "https://"]
)
def test_any_other_text_is_none(text: str) -> None:
    assert find_address(text) is None


@pytest.mark.parametrize(
    "address",
    [*PRIVATE.split(), ""],
)
def test_nothing_private_is_public_whatever_it_is_wrapped_in(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_machine_of_the_public_net_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("path", "headers", "name"),
    [
        ("/books/a%20b.epub", {}, "a b.epub"),
        ("/get.php", {"content-type": "application/epub+zip; x=y"}, "get.epub"),
        ("/get.php", {"content-type": "application/octet-stream"}, "get"),
        ("/98.txt.utf-8", {"content-type": "text/plain"}, "98.txt.txt"),
        ("/", {"content-type": "application/pdf"}, "book.pdf"),
        ("/", {}, "book"),
        ("/x", {"content-disposition": 'attachment; filename="../../etc/passwd.epub"'}, "passwd.epub"),
        ("/x", {"content-disposition": "attachment; filename*=UTF-8''d%C3%A9j%C3%A0.epub"}, "déjà.epub"),
        ("/x", {"content-disposition": 'attachment; filename="a\\\\b\x07.pdf"'}, "b.pdf"),
    ],
)
def test_a_file_is_called_as_its_server_says_and_never_a_path(
    path: str, headers: dict[str, str], name: str
) -> None:
    assert name_of(path, headers) == name


def test_a_page_is_a_book_only_where_a_page_was_asked_for() -> None:
    page = {"content-type": "text/html; charset=utf-8"}
    assert is_page("/book.epub", page, b"")
    assert is_page("/book.epub", {}, b"\xef\xbb\xbf\n<!-- x --><!DOCTYPE HTML>")
    assert is_page("/", page, b"")
    assert not is_page("/98-h.htm", page, b"<html>")
    assert not is_page("/book.txt", {"content-type": "text/plain"}, b"In the beginning <html> was not.")
