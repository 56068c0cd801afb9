"""A server of files on loopback that misbehaves as servers do: each path does one thing."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

EPUB = "application/epub+zip"
PAGE = b"<!DOCTYPE html>\n<html><title>Sign in</title><body><p>Sign in to download.</p></body></html>"


@dataclass
class FileServer:
    """The server; `file` is the book it has, `asked` what came in, as path and headers."""

    file: bytes
    tls: ssl.SSLContext | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent_bytes: int = 0
    """Of the bodies, to whoever asked."""
    is_quick: bool = False
    """What was slow is not any more."""
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody left before the end."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
            target = head[0].split(" ")[1]
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            self.asked.append((target, headers))
            split = urlsplit(target)
            doing = unquote(split.path).strip("/").partition("/")[0].partition(".")[0]
            to = parse_qs(split.query).get("to", [""])[0]
            try:
                await getattr(self, f"_{doing}", self._gone)(writer, to)
            except ConnectionError:
                self.hung_up.set()
                raise
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, status: str, body: bytes, **headers: str) -> None:
        headers.setdefault("Content_Length", str(len(body)))
        lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items() if v)]
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
        self.sent_bytes += len(body)
        await writer.drain()

    async def _book(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", self.file, Content_Type=EPUB)

    async def _untyped(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", self.file)

    async def _script(self, writer: asyncio.StreamWriter, _: str) -> None:
        named = "attachment; filename*=UTF-8''..%2F..%2Fd%C3%A9j%C3%A0.epub"
        await self._answer(writer, "200 OK", self.file, Content_Type=EPUB, Content_Disposition=named)

    async def _unsized(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", self.file, Content_Type=EPUB, Content_Length="")

    async def _told_big(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", b"PK", Content_Type=EPUB, Content_Length=str(10**12))

    async def _endless(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", b"", Content_Type=EPUB, Content_Length="")
        while True:
            writer.write(b"PK\x03\x04" * 16_384)
            await writer.drain()
            self.sent_bytes += 65_536

    async def _short(self, writer: asyncio.StreamWriter, _: str) -> None:
        more = str(len(self.file) + 1)
        await self._answer(writer, "200 OK", self.file, Content_Type=EPUB, Content_Length=more)

    async def _long(self, writer: asyncio.StreamWriter, _: str) -> None:
        half = str(len(self.file) // 2)
        await self._answer(writer, "200 OK", self.file, Content_Type=EPUB, Content_Length=half)

    async def _slow(self, writer: asyncio.StreamWriter, to: str) -> None:
        if self.is_quick:
            await self._book(writer, to)
            return
        await self._answer(writer, "200 OK", b"PK", Content_Type=EPUB, Content_Length="1000000")
        while True:
            writer.write(b"\x00")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def _packed(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", b"\x1f\x8b", Content_Type=EPUB, Content_Encoding="gzip")

    async def _gone(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "404 Not Found", PAGE, Content_Type="text/html")

    async def _private(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "403 Forbidden", PAGE, Content_Type="text/html")

    async def _page(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", PAGE, Content_Type="text/html; charset=utf-8")

    async def _disguised(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", PAGE, Content_Type=EPUB)

    async def _picture(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "200 OK", b"\x89PNG", Content_Type="image/png")

    async def _to(self, writer: asyncio.StreamWriter, to: str) -> None:
        await self._answer(writer, "302 Found", b"", Location=to)

    async def _loop(self, writer: asyncio.StreamWriter, _: str) -> None:
        await self._answer(writer, "302 Found", b"", Location="/loop")

    async def _nonsense(self, writer: asyncio.StreamWriter, _: str) -> None:
        writer.write(b"\x00\x01 this is no HTTP\r\n\r\n")
