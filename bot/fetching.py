"""Books by their address: fetched from public https servers alone, within the limits of an upload.

Whoever gives an address would have us go there in our name. So every step of the way is looked at before it
is taken: the name is looked up here, and the connection goes to the very address that was found public, as a
second look-up could tell another one; a redirect is a new step. No proxy and no password comes along.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.addresses import is_page, is_public, media_type, name_of
from bot.uploads import discard, make_path, refuse
from storage.errors import Excess, FetchFailed, Obstacle, TooLarge

if TYPE_CHECKING:
    import httpx

    from bot.config import FetchingConfig

log = logging.getLogger(__name__)

Report = Callable[[int, int], None]
"""Told how many bytes came, and of how many: 0 where nobody knows."""
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Looks up the addresses of a host; raises `OSError`."""

_AT_ONCE = 4
_MOST_STEPS = 6
"""A download behind a counter and a mirror takes three."""
_MOST_ADDRESSES = 4
"""Of one host, tried one after the other."""
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 30.0
_TELLING_BYTES = 512
"""By then a page has said that it is one."""
_GONE = (404, 410)


class Fetching:
    """Fetches books for everybody, a few at once."""

    def __init__(
        self, config: FetchingConfig, max_file_bytes: int, folder: Path, resolve: Resolve | None = None
    ) -> None:
        """Keep what is fetched in `folder`; `resolve` looks names up."""
        self._config = config
        self._limit = max_file_bytes
        self._folder = folder
        self._resolve = resolve or look_up
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def make_path(self) -> Path:
        """Return where a file may be kept that is to be fetched."""
        return await make_path(self._folder)

    async def fetch(self, address: str, path: Path, report: Report) -> str:
        """Write the file at an address to `path`, anew if it is there; return what it is called.

        Raises `BookError`, and leaves no file then.
        """
        import httpx

        if not self._config.enabled:
            raise FetchFailed(Obstacle.OFF)
        seconds = self._config.timeout_seconds
        try:
            async with self._at_once, asyncio.timeout(seconds):
                return await self._follow(address, path, report)
        except TimeoutError as error:
            await discard(path)
            raise FetchFailed(Obstacle.SLOW, seconds) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            await discard(path)
            log.info("a file could not be fetched: %s", type(error).__name__)
            raise FetchFailed(Obstacle.CUT) from error
        except BaseException:
            await discard(path)
            raise

    async def _follow(self, address: str, path: Path, report: Report) -> str:
        import httpx

        async with httpx.AsyncClient(
            trust_env=False,
            timeout=httpx.Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS),
            # A line is one host's: two of them may share an address, and the certificate is but one's.
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as client:
            url = _read(address)
            for _ in range(_MOST_STEPS):
                async with self._asked(client, url) as response:
                    if not response.has_redirect_location:
                        return await self._keep(response, url, path, report)
                    url = _read(response.headers["location"], url)
        raise FetchFailed(Obstacle.LOOP)

    @asynccontextmanager
    async def _asked(self, client: httpx.AsyncClient, url: httpx.URL) -> AsyncIterator[httpx.Response]:
        """Ask for a file at one of its host's addresses, each of which may be gone to."""
        import httpx

        is_trusted = _origin(url) == self._config.trusted_origin.rstrip("/").casefold()
        if url.scheme != "https" and not is_trusted:
            raise FetchFailed(Obstacle.NOT_HTTPS)
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await self._resolve(url.raw_host.decode("ascii"), port)
        except (OSError, UnicodeError) as error:
            raise FetchFailed(Obstacle.UNREACHABLE) from error
        allowed = [ip for ip in found if is_trusted or is_public(ip)][:_MOST_ADDRESSES]
        if found and not allowed:
            raise FetchFailed(Obstacle.NOT_PUBLIC)
        response = None
        for ip in allowed:
            request = client.build_request(
                "GET",
                url.copy_with(host=ip, fragment=None),
                headers={
                    "Host": url.netloc.decode("ascii"),
                    "Accept-Encoding": "identity",  # what is unpacked on the way is not what was counted
                    "User-Agent": "Dogear (reads a book that its reader has named)",
                },
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                response = await client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            break
        if response is None:
            raise FetchFailed(Obstacle.UNREACHABLE)
        try:
            stream = response.extensions.get("network_stream")
            peer = stream.get_extra_info("server_addr") if stream is not None else None
            if not is_trusted and (peer is None or not is_public(str(peer[0]))):
                raise FetchFailed(Obstacle.NOT_PUBLIC)
            yield response
        finally:
            await response.aclose()

    async def _keep(self, response: httpx.Response, url: httpx.URL, path: Path, report: Report) -> str:
        """Write what comes to a file, as far as it may; return what it is called."""
        headers = response.headers
        if response.status_code in _GONE:
            raise FetchFailed(Obstacle.MISSING)
        if response.status_code != 200:
            raise FetchFailed(Obstacle.WITHHELD)
        if headers.get("content-encoding", "identity").casefold() != "identity":
            raise FetchFailed(Obstacle.CUT)
        told = headers.get("content-length", "")
        size = int(told) if told.isascii() and told.isdecimal() else 0
        name = name_of(url.path, headers)
        if is_page(url.path, headers, b""):
            raise FetchFailed(Obstacle.PAGE)
        refused = refuse(name, media_type(headers), size, self._limit)
        if refused is not None:
            raise refused
        came, begins = 0, b""
        report(came, size)
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in response.aiter_raw():
                if came < _TELLING_BYTES:
                    begins += chunk
                    if is_page(url.path, headers, begins):
                        raise FetchFailed(Obstacle.PAGE)
                came += len(chunk)
                if came > self._limit:
                    raise TooLarge(excess=Excess.FILE_BYTES, limit=self._limit)
                await asyncio.to_thread(file.write, chunk)
                report(came, size)
        return name


async def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as this machine knows them; raises `OSError`."""
    import socket

    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _read(address: str, base: httpx.URL | None = None) -> httpx.URL:
    """Return an address, which may be told from `base`, with a host and with nobody's password in it."""
    import httpx

    try:
        url = base.join(address) if base else httpx.URL(address)
    except httpx.InvalidURL as error:
        raise FetchFailed(Obstacle.NOT_HTTPS) from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise FetchFailed(Obstacle.NOT_HTTPS)
    return url


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}".casefold()
