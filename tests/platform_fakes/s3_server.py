"""A bucket on loopback: the few verbs of S3 that keep, give, list and delete a file; all must be signed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web

BUCKET, KEY_ID, KEY = "visuals", "AKIAEXAMPLE", "a-secret-that-nobody-may-see"


@dataclass
class S3Server:
    """The service; `files` are what lies in the bucket, by name."""

    files: dict[str, bytes] = field(default_factory=dict)
    refused: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{bucket}", self._bucket)
        app.router.add_route("*", "/{bucket}/{name:.*}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _bucket(self, request: web.Request) -> web.Response:
        if self._is_stranger(request):
            return web.Response(status=403)
        if request.method == "POST" and "delete" in request.query:
            names = re.findall(r"<Key>([^<]*)</Key>", await request.text())
            for name in names:
                self.files.pop(name, None)
            gone = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
            return web.Response(text=f"<DeleteResult>{gone}</DeleteResult>", content_type="application/xml")
        prefix = request.query.get("prefix", "")
        told = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>{len(data)}</Size><ETag>&quot;1&quot;</ETag>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            for name, data in sorted(self.files.items())
            if name.startswith(prefix)
        )
        head = f"<Name>{BUCKET}</Name><IsTruncated>false</IsTruncated>"
        text = f"<ListBucketResult>{head}{told}</ListBucketResult>"
        return web.Response(text=text, content_type="application/xml")

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if not name:
            return await self._bucket(request)
        if self._is_stranger(request):
            return web.Response(status=403)
        if request.method == "PUT":
            self.files[name] = await request.read()
            return web.Response(headers={"ETag": '"1"'})
        if request.method == "DELETE":
            self.files.pop(name, None)
            return web.Response(status=204)
        if name not in self.files:
            return web.Response(status=404)
        headers = {"ETag": '"1"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        return web.Response(body=self.files[name], headers=headers)

    def _is_stranger(self, request: web.Request) -> bool:
        signed = request.headers.get("Authorization", "")
        if signed.startswith("AWS4-HMAC-SHA256 ") and f"Credential={KEY_ID}/" in signed:
            return False
        self.refused += 1
        return True
