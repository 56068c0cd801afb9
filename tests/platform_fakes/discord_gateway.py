"""The gateway of the small Discord: sessions that begin, resume, and get what they asked for.

Each rule names the page of discord.com/developers/docs (Gateway; Opcodes and Status Codes) that states it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.platform_fakes import discord_rules as rules
from tests.platform_fakes.discord_records import EPOCH_MS, GATEWAY_BYTES, TOKEN, Json


@dataclass
class _Session:
    """A gateway session, which outlives its connection for a while (Gateway, Resuming)."""

    id: str
    intents: int
    shard: tuple[int, int]
    sent: list[Json] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    pack: Callable[[str], bytes | str] = str


class Gateway:
    """What the bot hears from Discord."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.identifies: list[Json] = []
        self.resumes = 0
        self.bot_guilds: list[Json] = []
        self._ids = itertools.count(1)
        self._sessions: dict[str, _Session] = {}
        self._changed = asyncio.Condition()
        self._host = ""
        self.bot: Json = {
            "id": self._id(),
            "username": "Dogear",
            "discriminator": "0",
            "global_name": None,
            "avatar": None,
            "bot": True,
        }

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._host}/gateway"

    async def _gateway(self, http: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=GATEWAY_BYTES)
        await socket.prepare(http)
        pack = _packer(http.query.get("compress", ""))
        session: _Session | None = None

        async def send(message: Json) -> None:
            packed = pack(json.dumps(message))
            await (socket.send_str(packed) if isinstance(packed, str) else socket.send_bytes(packed))

        await send({"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            message = json.loads(frame.data)
            op, data = message["op"], message["d"]
            if op == 1:
                await send({"op": 11, "d": None, "s": None, "t": None})
            elif op == 2:
                self.identifies.append(data)
                if data["token"].removeprefix("Bot ") != self.token:
                    await socket.close(code=4004)  # authentication failed
                elif data["intents"] & ~rules.KNOWN_INTENTS:
                    await socket.close(code=4013)  # invalid intents
                elif data["intents"] & rules.PRIVILEGED:
                    await socket.close(code=4014)  # disallowed intents: none is switched on here
                else:
                    session = await self._begin(data, socket, pack)
            elif op == 6:
                session = await self._resume(data, socket, pack, send)
        if session is not None and session.socket is socket:
            session.socket = None
        return socket

    async def _begin(
        self, data: Json, socket: web.WebSocketResponse, pack: Callable[[str], bytes | str]
    ) -> _Session:
        shard = tuple(data.get("shard") or (0, 1))
        session = _Session(self._id(), data["intents"], (shard[0], shard[1]), [], socket, pack)
        self._sessions = {
            key: other for key, other in self._sessions.items() if other.shard != session.shard
        } | {session.id: session}
        mine = [guild for guild in self.bot_guilds if self._is_of(session, guild["id"])]
        ready = {
            "v": 10,
            "user": self.bot,
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in mine],
            "session_id": session.id,
            "resume_gateway_url": self.gateway_url,
            "shard": list(session.shard),
            "application": {"id": self.bot["id"], "flags": 0},
        }
        await self._dispatch_to(session, "READY", ready)
        for guild in mine:
            if session.intents & rules.GUILDS:
                await self._dispatch_to(session, "GUILD_CREATE", guild)
        await self._tell()
        return session

    async def _resume(
        self, data: Json, socket: web.WebSocketResponse, pack: Callable[[str], bytes | str], send: Any
    ) -> _Session | None:
        session = self._sessions.get(data["session_id"])
        if session is None or data["token"].removeprefix("Bot ") != self.token:
            await send({"op": 9, "d": False, "s": None, "t": None})  # invalid session
            return None
        self.resumes += 1
        session.socket, session.pack = socket, pack
        for message in [sent for sent in session.sent if sent["s"] > data["seq"]]:
            await self._transmit(session, message)
        await self._dispatch_to(session, "RESUMED", {})
        await self._tell()
        return session

    async def dispatch(self, event: str, data: Json, *, guild_id: str | None, intent: int = 0) -> None:
        """Send an event to the sessions that asked for it; one that is away gets it when it resumes."""
        for session in list(self._sessions.values()):
            wants = not intent or session.intents & intent
            if wants and self._is_of(session, guild_id):
                await self._dispatch_to(session, event, data)

    @property
    def sessions(self) -> int:
        """How many sessions are connected."""
        return sum(session.socket is not None for session in self._sessions.values())

    def intents_of(self, guild_id: str | None) -> int:
        """Return the intents of the session that gets the events of a server (None: direct messages)."""
        return next((one.intents for one in self._sessions.values() if self._is_of(one, guild_id)), 0)

    @staticmethod
    def _is_of(session: _Session, guild_id: str | None) -> bool:
        # Gateway, Sharding: shard_id = (guild_id >> 22) % num_shards; direct messages go to shard 0
        number, count = session.shard
        return number == (0 if guild_id is None else (int(guild_id) >> 22) % count)

    async def _dispatch_to(self, session: _Session, event: str, data: Json) -> None:
        message = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": json.loads(json.dumps(data))}
        session.sent.append(message)
        await self._transmit(session, message)

    async def _transmit(self, session: _Session, message: Json) -> None:
        socket = session.socket
        if socket is None or socket.closed:
            return
        packed = session.pack(json.dumps(message))
        try:
            await (socket.send_str(packed) if isinstance(packed, str) else socket.send_bytes(packed))
        except ConnectionError:
            session.socket = None

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _id(self) -> str:
        # Reference, Snowflakes: milliseconds since 2015 in the upper 42 bits; unique and growing
        return str((int(time.time() * 1000) - EPOCH_MS) << 22 | next(self._ids) % 2**22)

    async def drop_connections(self, code: int = 1000) -> None:
        """Close every gateway connection; the sessions can be resumed when `code` is not 1000."""
        for session in list(self._sessions.values()):
            if session.socket is not None and not session.socket.closed:
                await session.socket.close(code=code)


def _packer(compress: str) -> Callable[[str], bytes | str]:
    """Return what packs a message of one connection (Gateway, Transport Compression)."""
    if compress == "zstd-stream":
        import zstandard

        squeeze = zstandard.ZstdCompressor().compressobj()
        return lambda text: squeeze.compress(text.encode()) + squeeze.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    if compress == "zlib-stream":
        stream = zlib.compressobj()
        return lambda text: stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)
    return str
