"""Books by their address: nothing private is ever reached, no server can make us wait or write for ever."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import certifi
import pytest

from bot import fetching
from bot.config import FetchingConfig
from bot.fetching import Fetching, Resolve, look_up
from storage.errors import BookError, Excess, FetchFailed, Obstacle, TooLarge, UnsupportedFormat
from tests.platform_fakes.file_server import FileServer
from tests.talking import BOOK

LIMIT = 1_000_000


def nothing(came: int, of: int) -> None:
    """Report to nobody."""


def fetcher(
    folder: Path, server: FileServer | None = None, resolve: Resolve | None = None, **config: Any
) -> Fetching:
    trusted = {"trusted_origin": server.url} if server else {}
    return Fetching(FetchingConfig(**{**trusted, **config}), LIMIT, folder, resolve)


async def refused(fetches: Fetching, address: str, folder: Path) -> BookError:
    """Return why a book is not fetched, and see to it that nothing of it stays."""
    with pytest.raises(BookError) as why:
        await fetches.fetch(address, await fetches.make_path(), nothing)
    assert list(folder.iterdir()) == []
    return why.value


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("book.epub", "book.epub"),
        ("untyped.epub", "untyped.epub"),
        ("unsized.epub", "unsized.epub"),
        ("script.php?id=7", "déjà.epub"),
        ("to?to=/book.epub", "book.epub"),
    ],
)
async def test_a_book_is_fetched_whole_and_under_a_name_that_is_no_path(
    tmp_path: Path, path: str, name: str
) -> None:
    told = []
    async with FileServer(BOOK) as server:
        fetches = fetcher(tmp_path, server)
        kept = await fetches.make_path()
        called = await fetches.fetch(f"{server.url}/{path}", kept, lambda came, of: told.append((came, of)))
    assert kept.read_bytes() == BOOK
    assert list(tmp_path.iterdir()) == [kept]
    assert called == name
    assert told[-1] == (len(BOOK), 0 if path.startswith("unsized") else len(BOOK))


@pytest.mark.parametrize(
    ("path", "obstacle"),
    [
        ("gone.epub", Obstacle.MISSING),
        ("private.epub", Obstacle.WITHHELD),
        ("page", Obstacle.PAGE),
        ("page.epub", Obstacle.PAGE),
        ("disguised.epub", Obstacle.PAGE),
        ("short.epub", Obstacle.CUT),
        ("packed.epub", Obstacle.CUT),
        ("nonsense.epub", Obstacle.CUT),
        ("loop", Obstacle.LOOP),
    ],
)
async def test_each_way_to_have_no_book_is_told_apart(tmp_path: Path, path: str, obstacle: Obstacle) -> None:
    async with FileServer(BOOK) as server:
        why = await refused(fetcher(tmp_path, server), f"{server.url}/{path}", tmp_path)
    assert isinstance(why, FetchFailed)
    assert why.obstacle is obstacle


async def test_a_file_that_says_it_is_too_large_is_not_begun(tmp_path: Path) -> None:
    async with FileServer(BOOK) as server:
        why = await refused(fetcher(tmp_path, server), f"{server.url}/told_big.epub", tmp_path)
    assert isinstance(why, TooLarge)
    assert (why.excess, why.limit) == (Excess.FILE_BYTES, LIMIT)


async def test_a_file_that_never_ends_is_left_at_the_limit(tmp_path: Path) -> None:
    async with FileServer(BOOK) as server:
        why = await refused(fetcher(tmp_path, server), f"{server.url}/endless.epub", tmp_path)
        await asyncio.wait_for(server.hung_up.wait(), 30)
        assert server.sent_bytes < 20 * LIMIT  # what lay in the buffers between
    assert isinstance(why, TooLarge)


async def test_of_a_file_that_is_longer_than_told_only_what_was_told_is_kept(tmp_path: Path) -> None:
    async with FileServer(BOOK) as server:
        kept = tmp_path / "kept"
        await fetcher(tmp_path, server).fetch(f"{server.url}/long.epub", kept, nothing)
    assert kept.read_bytes() == BOOK[: len(BOOK) // 2]


async def test_a_file_that_drips_is_given_up(tmp_path: Path) -> None:
    async with FileServer(BOOK) as server:
        slow = fetcher(tmp_path, server, timeout_seconds=0.3)
        why = await refused(slow, f"{server.url}/slow.epub", tmp_path)
    assert isinstance(why, FetchFailed)
    assert (why.obstacle, why.limit) == (Obstacle.SLOW, 0.3)


async def test_what_is_no_book_is_refused_by_its_kind(tmp_path: Path) -> None:
    async with FileServer(BOOK) as server:
        why = await refused(fetcher(tmp_path, server), f"{server.url}/picture.png", tmp_path)
    assert isinstance(why, UnsupportedFormat)


@pytest.mark.parametrize(
    ("address", "obstacle"),
    [
        ("https://127.0.0.1:{port}/book.epub", Obstacle.NOT_PUBLIC),
        ("https://localhost:{port}/book.epub", Obstacle.NOT_PUBLIC),
        ("https://2130706433:{port}/book.epub", Obstacle.NOT_PUBLIC),
        ("https://[::1]:{port}/book.epub", Obstacle.NOT_PUBLIC),
        ("https://[::ffff:127.0.0.1]:{port}/book.epub", Obstacle.NOT_PUBLIC),
        ("https://169.254.169.254/latest/meta-data", Obstacle.NOT_PUBLIC),
        ("http://127.0.0.1:{port}/book.epub", Obstacle.NOT_HTTPS),
        ("http://books.example/book.epub", Obstacle.NOT_HTTPS),
        ("https://ada:secret@books.example/book.epub", Obstacle.NOT_HTTPS),
        ("https://:443/book.epub", Obstacle.NOT_HTTPS),
        ("https://[/book.epub", Obstacle.UNREACHABLE),
        ("https://no-such-host.invalid/book.epub", Obstacle.UNREACHABLE),
    ],
)
async def test_no_private_machine_is_asked_for_anything(
    tmp_path: Path, address: str, obstacle: Obstacle
) -> None:
    async with FileServer(BOOK) as server:
        why = await refused(fetcher(tmp_path), address.format(port=server.port), tmp_path)
        assert server.asked == []
    assert isinstance(why, FetchFailed)
    assert why.obstacle is obstacle


@pytest.mark.parametrize(
    "to",
    [
        "https://127.0.0.1:{port}/book.epub",
        "https://169.254.169.254/latest/meta-data",
        "//127.0.0.2:{port}/book.epub",
        "http://127.0.0.1:1/book.epub",
        "http://localhost:{port}/book.epub",
    ],
)
async def test_no_redirect_leads_to_a_private_machine(tmp_path: Path, to: str) -> None:
    async with FileServer(BOOK) as server:
        address = f"{server.url}/to?to={to.format(port=server.port)}"
        why = await refused(fetcher(tmp_path, server), address, tmp_path)
        assert len(server.asked) == 1
    assert isinstance(why, FetchFailed)
    assert why.obstacle in (Obstacle.NOT_PUBLIC, Obstacle.NOT_HTTPS)


async def test_a_name_that_leads_home_is_not_followed(tmp_path: Path) -> None:
    async def at_home(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1", "10.0.0.1", "::1"]

    async with FileServer(BOOK) as server:
        fetches = fetcher(tmp_path, resolve=at_home)
        why = await refused(fetches, f"https://books.example:{server.port}/book.epub", tmp_path)
        assert server.asked == []
    assert isinstance(why, FetchFailed)
    assert why.obstacle is Obstacle.NOT_PUBLIC


async def test_where_it_is_switched_off_nobody_is_asked(tmp_path: Path) -> None:
    async with FileServer(BOOK) as server:
        off = fetcher(tmp_path, server, enabled=False)
        with pytest.raises(FetchFailed) as why:
            await off.fetch(f"{server.url}/book.epub", tmp_path / "kept", nothing)
        assert server.asked == []
    assert why.value.obstacle is Obstacle.OFF


async def test_the_look_up_tells_addresses_of_this_machine() -> None:
    assert await look_up("127.0.0.1", 443) == ["127.0.0.1"]


def certified(folder: Path, name: str) -> ssl.SSLContext:
    """Return what a server shows that has a certificate for `name`; it lies in `folder`."""
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-keyout key.pem -out cert.pem -subj /CN={name} -addext subjectAltName=DNS:{name}"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate of this test")
@pytest.mark.parametrize("certified_for", ["books.example", "elsewhere.example"])
async def test_the_connection_goes_where_the_name_was_looked_up_once_and_the_certificate_is_the_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certified_for: str
) -> None:
    looked_up = []

    async def once(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["169.254.169.254"]

    (tmp_path / "made").mkdir()
    tls = certified(tmp_path / "made", certified_for)
    monkeypatch.setattr(certifi, "where", lambda: str(tmp_path / "made" / "cert.pem"))
    monkeypatch.setattr(fetching, "is_public", lambda ip: ip == "127.0.0.1")
    folder = tmp_path / "kept"
    async with FileServer(BOOK, tls) as server:
        fetches = fetcher(folder, resolve=once)
        address = f"https://books.example:{server.port}/book.epub"
        if certified_for == "books.example":
            kept = await fetches.make_path()
            await fetches.fetch(address, kept, nothing)
            assert kept.read_bytes() == BOOK
            assert [headers["host"] for _, headers in server.asked] == [f"books.example:{server.port}"]
        else:
            why = await refused(fetches, address, folder)
            assert isinstance(why, FetchFailed)
            assert why.obstacle is Obstacle.UNREACHABLE
            assert server.asked == []
    assert looked_up == ["books.example"]
