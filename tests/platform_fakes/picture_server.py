"""A small picture service on loopback: it speaks Replicate's predictions and misbehaves on command.

What it refuses is what the service refuses: a wrong key, an input without a prompt, an unknown id.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import io
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import ClientSession, web
from PIL import Image

SECRET = "whsec_" + base64.b64encode(b"what the service signs with").decode()
KEY = "r8-a-key-that-nobody-may-see"
MODEL = "somebody/portraits"
VERSION = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"


def picture(side: int = 256, colour: str = "teal", kind: str = "PNG") -> bytes:
    """Return a picture's bytes, with words in its metadata that must not be kept."""
    held = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(held, kind, comment=b"made by a stranger")
    return held.getvalue()


@dataclass
class Prediction:
    """One prediction, and how many looks it takes to be done."""

    id: str
    input: dict[str, Any]
    ends: str = "succeeded"
    error: str | None = None
    looks: int = 1
    output: Any = None
    status: str = "starting"

    def as_json(self) -> dict[str, Any]:
        """Return it as the service does."""
        done = self.status not in ("starting", "processing")
        return {
            "id": self.id,
            "model": MODEL,
            "version": VERSION,
            "status": self.status,
            "input": self.input,
            "output": self.output if self.status == "succeeded" else None,
            "logs": "",
            "error": self.error if done else None,
            "metrics": {},
            "created_at": "2026-01-01T00:00:00.000000Z",
            "started_at": None,
            "completed_at": "2026-01-01T00:00:09.000000Z" if done else None,
            "urls": {"get": f"/v1/predictions/{self.id}", "cancel": f"/v1/predictions/{self.id}/cancel"},
        }


@dataclass
class PictureServer:
    """The service; `plan` says how the next creations go, each once, then all is well."""

    plan: deque[str] = field(default_factory=deque)
    """429, 500, lost, lost before, unsafe, failed, canceled, aborted, slow, or what the file shall be."""
    files: dict[str, bytes] = field(default_factory=dict)
    predictions: dict[str, Prediction] = field(default_factory=dict)
    creates: int = 0
    """Of those that cost the operator something."""
    cancels: list[str] = field(default_factory=list)
    busy_looks: int = 0
    """So many looks at a prediction are answered with an error."""
    requests: list[str] = field(default_factory=list)
    posts: deque[str] = field(default_factory=deque)
    """How the next predictions that have a webhook are told of, each once, then all is well: twice, early
    (before the creation is answered), never."""
    posted: list[int] = field(default_factory=list)
    """What each post was answered with."""
    asked_for_secret: int = 0
    has_list: bool = True
    looks: int = 0
    """At single predictions."""
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when an answer is held back for ever."""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/predictions", self._create)
        app.router.add_post(f"/v1/models/{MODEL}/predictions", self._create)
        app.router.add_get("/v1/predictions", self._list)
        app.router.add_get("/v1/predictions/{id}", self._get)
        app.router.add_post("/v1/predictions/{id}/cancel", self._cancel)
        app.router.add_get("/files/{name}", self._file)
        app.router.add_get("/v1/webhooks/default/secret", self._secret)
        self._posting: list[asyncio.Task[None]] = []
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._posting:
            task.cancel()
        await self._runner.cleanup()

    @property
    def sent(self) -> str:
        """Return all that was ever sent to it, as one text."""
        return "\n".join(self.requests)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        _authorised(request)
        body = await request.json()
        self.requests.append(f"{request.path} {body}")
        how = self.plan.popleft() if self.plan else ""
        if how == "429":
            return web.json_response(
                {"detail": "Request was throttled."}, status=429, headers={"Retry-After": "1"}
            )
        if how == "lost before":  # nothing was taken and nobody knows
            return web.json_response({"detail": "Internal error"}, status=502)
        given = body.get("input") or {}
        if not isinstance(given.get("prompt"), str) or not given["prompt"]:
            return web.json_response({"detail": "- input: prompt is required"}, status=422)
        self.creates += 1
        made = Prediction(f"p{self.creates:025d}", given)
        self.predictions[made.id] = made
        name = f"{made.id}.png"
        made.output = [f"{self.url}/files/{name}"]
        self.files[name] = _WRONG[how] if how in _WRONG else _file_of(how)
        if how == "gone":
            del self.files[name]
        if how == "elsewhere":
            made.output = ["http://127.0.0.1:1/files/x.png"]
        if how == "nothing":
            made.output = None
        if how == "unsafe":
            made.ends, made.error = "failed", "NSFW content detected. Try running it again."
        if how in ("failed", "canceled", "aborted"):
            made.ends, made.error = how, "CUDA out of memory" if how == "failed" else None
        if how == "slow":
            made.looks = 10_000
        if address := body.get("webhook"):
            assert body["webhook_events_filter"] == ["completed"]
            await self._tell(made, address)
        if how == "lost":
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if how == "held":
            self.held.set()
            await asyncio.sleep(60)
        if how == "500":
            return web.json_response({"detail": "Internal error"}, status=500)
        return web.json_response(made.as_json(), status=201)

    async def _tell(self, made: Prediction, address: str) -> None:
        """Post that a prediction is over, as often and as early as is planned."""
        how = self.posts.popleft() if self.posts else ""
        if how == "never":
            return
        made.looks = 10_000  # nobody finds it done before it is told

        async def over() -> None:
            await asyncio.sleep(0 if how == "early" else 0.05)
            made.status = made.ends
            for _ in range(2 if how == "twice" else 1):
                await self.post(address, made.as_json())

        if how == "early":
            await over()
        else:
            self._posting.append(asyncio.create_task(over()))

    async def post(
        self,
        address: str,
        told: dict[str, Any],
        *,
        secret: str = SECRET,
        age_seconds: int = 0,
        **changed: str,
    ) -> int:
        """Post to a webhook, signed as the service documents; return the status of the answer."""
        body = json.dumps(told)
        headers = {
            "webhook-id": f"msg_{len(self.posted)}",
            "webhook-timestamp": str(int(time.time()) - age_seconds),
        }
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        headers = {**headers, "webhook-signature": f"v1,{signature}", **changed}
        async with ClientSession() as session, session.post(address, data=body, headers=headers) as answer:
            self.posted.append(answer.status)
            return answer.status

    async def _secret(self, request: web.Request) -> web.Response:
        _authorised(request)
        self.asked_for_secret += 1
        return web.json_response({"key": SECRET})

    async def _list(self, request: web.Request) -> web.Response:
        _authorised(request)
        if not self.has_list:
            return web.json_response({"detail": "busy"}, status=503)
        newest = [one.as_json() for one in reversed(self.predictions.values())]
        return web.json_response({"next": None, "previous": None, "results": newest})

    async def _get(self, request: web.Request) -> web.Response:
        _authorised(request)
        self.looks += 1
        if self.busy_looks:
            self.busy_looks -= 1
            return web.json_response({"detail": "busy"}, status=503)
        made = self.predictions.get(request.match_info["id"])
        if made is None:
            return web.json_response({"detail": "Not found"}, status=404)
        if made.status in ("starting", "processing"):
            made.looks -= 1
            made.status = made.ends if made.looks < 0 else "processing"
        return web.json_response(made.as_json())

    async def _cancel(self, request: web.Request) -> web.Response:
        _authorised(request)
        made = self.predictions[request.match_info["id"]]
        self.cancels.append(made.id)
        made.status = "canceled"
        return web.json_response(made.as_json())

    async def _file(self, request: web.Request) -> web.Response:
        data = self.files.get(request.match_info["name"])
        return web.Response(body=data) if data is not None else web.Response(status=404)


def _authorised(request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        raise web.HTTPUnauthorized(text='{"title": "Unauthenticated", "status": 401}')


_WRONG = {"no picture": b"<html>not a picture</html>", "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}


def _file_of(how: str) -> bytes:
    side = {"tiny": 8, "bomb": 5000}.get(how, 256)
    return picture(side, kind="JPEG" if how == "jpeg" else "PNG")
