"""Stand-ins for the tests: a small view, a scripted model that records, a model service over real HTTP.

They are strict where the real thing is: `FakeView` holds the text cut at its end and nothing else, the
scripted model keeps every word it was sent, the service answers as OpenAI-compatible services do.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from storage.book.fold import FoldedText, fold
from storage.book.locate.lines import LineFinder
from storage.book.text import blocks, sentences, words
from storage.horizon import Horizon
from storage.story.facts import KnownName, PersonCard, PlaceCard, SectionDigest, TermCard
from storage.story.looks import Looks
from storage.values import BookCard, Passage, SectionKind, SectionLine, Span

# ---- a view --------------------------------------------------------------------------------


class FakeView:
    """A BookView over plain text: same methods, small means. Lines "Chapter N" begin a section."""

    def __init__(self, text: str, end: int | None = None, language: str = "en") -> None:
        end = len(text) if end is None else end
        self.text = text[:end]
        self.card = BookCard(
            "fake", "A Title Nobody May See", "An Author Nobody May See", language, 0, len(text)
        )
        self.horizon = Horizon("fake", end)
        self._folded = FoldedText(fold(self.text))
        self._blocks = blocks(self.text)
        self._starts = [b.start for b in self._blocks]
        self._terms = [Counter(_stem(w) for w in words(self.text[b.start : b.end])) for b in self._blocks]
        self._postings: dict[str, list[int]] = {}
        for number, terms in enumerate(self._terms):
            for term in terms:
                self._postings.setdefault(term, []).append(number)
        self._lines: list[SectionLine] | None = None
        self.cards: list[PersonCard] = []
        self.term_cards: list[TermCard] = []
        self.place_cards: list[PlaceCard] = []
        self.searched: list[str] = []

    @classmethod
    def from_text(cls, text: str, end: int | None = None, language: str = "en") -> FakeView:
        """Return a view of `text` cut at `end`."""
        return cls(text, end, language)

    @property
    def chars(self) -> int:
        return len(self.text)

    async def search(self, query: str, limit: int = 8, within: Span | None = None) -> list[Passage]:
        self.searched.append(query)
        wanted = {_stem(w) for w in words(query)} - _STOP
        scores: dict[int, float] = {}
        for term in sorted(wanted & self._postings.keys()):
            rarity = math.log(1 + len(self._blocks) / len(self._postings[term]))
            for number in self._postings[term]:
                terms = self._terms[number]
                share = terms[term] / (terms[term] + 0.5 + terms.total() / 120)
                scores[number] = scores.get(number, 0.0) + rarity * share
        scored = [
            (-score, self._blocks[number].start, self._blocks[number]) for number, score in scores.items()
        ]
        if within is not None:
            scored = [hit for hit in scored if hit[2].overlaps(within)]
        return [self._passage(block, -score) for score, _, block in sorted(scored)[:limit]]

    def tail(self, chars: int = 2_000) -> Passage:
        return self._passage(Span(max(0, self.chars - chars), self.chars))

    def quote(self, span: Span) -> str:
        self.horizon.require(span.end)
        return self.text[span.start : span.end]

    def read_around(self, span: Span, before: int = 400, after: int = 400) -> Passage:
        self.horizon.require(span.end)
        inside = self.sentences(Span(max(0, span.start - before), min(self.chars, span.end + after)))
        return self._passage(Span(inside[0].start, inside[-1].end) if inside else span)

    def passage_at(self, offset: int) -> Passage:
        self.horizon.require(offset + 1)
        return self._passage(next(b for b in self._blocks if b.end > offset))

    def find(self, phrase: str, limit: int = 20, within: Span | None = None) -> list[Span]:
        start, end = (within.start, within.end) if within is not None else (0, self.chars)
        return [Span(*pair) for pair in self._folded.find(phrase, limit, start, end)]

    def find_line(self, line: str) -> list[Span]:
        return LineFinder(self.text).find(line, [])

    def has_words(self, phrase: str) -> bool:
        return self._folded.has_words(phrase)

    def sentences(self, span: Span) -> list[Span]:
        first = max(0, bisect_right(self._starts, span.start) - 1)
        last = bisect_left(self._starts, span.end)
        touched = [b for b in self._blocks[first:last] if b.overlaps(span)]
        return [s for b in touched for s in sentences(self.text, b) if s.overlaps(span)]

    def sections(self) -> list[SectionLine]:
        if self._lines is None:
            self._lines = self._section_lines()
        return self._lines

    def _section_lines(self) -> list[SectionLine]:
        starts = [b for b in self._blocks if self.text[b.start : b.end].startswith("Chapter ")]
        if not starts or starts[0].start > 0:
            starts.insert(0, Span(0, 0))
        lines = []
        for number, head in enumerate(starts, 1):
            end = starts[number].start if number < len(starts) else self.chars
            title = self.text[head.start : head.end]
            lines.append(
                SectionLine(
                    ordinal=number,
                    kind=SectionKind.CHAPTER,
                    label=f"ch. {number}",
                    title=title,
                    number=number,
                    depth=0,
                    parent=None,
                    start=head.start,
                    body_start=min(head.end + 1, end),
                    end=end,
                )
            )
        return lines

    def section_at(self, offset: int) -> SectionLine:
        return [line for line in self.sections() if (line.start or 0) <= offset][-1]

    def label(self, offset: int) -> str:
        self.horizon.require(offset)
        line = self.section_at(offset)
        return f"{line.label} ¶{self.text.count(chr(10), line.body_start or 0, offset) + 1}"

    def people(self) -> list[PersonCard]:
        return self.cards

    def who(self, name: str) -> list[PersonCard]:
        return [c for c in self.cards if any(fold(name) == fold(n.name) for n in c.names)]

    def looks(self, name: str) -> list[Looks]:
        return []

    def terms(self) -> list[TermCard]:
        return self.term_cards

    def define(self, term: str) -> TermCard | None:
        return next((c for c in self.term_cards if fold(c.term) == fold(term)), None)

    def places(self) -> list[PlaceCard]:
        return self.place_cards

    def names(self) -> frozenset[str]:
        return frozenset(n.name for c in self.cards for n in c.names) | {p.name for p in self.place_cards}

    def digests(self) -> list[SectionDigest]:
        digests = []
        for line in self.sections():
            body = Span(line.body_start or 0, line.end or 0)
            evidence = tuple(self.sentences(body)[:2]) if len(body) else ()
            text = " ".join(self.quote(s) for s in evidence)
            digests.append(
                SectionDigest(line.ordinal, Span(line.start or 0, body.end), text, evidence, "extractive")
            )
        return digests

    def _passage(self, span: Span, score: float = 0.0) -> Passage:
        line = self.section_at(min(span.start, max(0, self.chars - 1)))
        return Passage(span, line.ordinal, self.label(span.start), self.text[span.start : span.end], score)


_STOP = frozenset(
    "the a an of to in and is was who what where when why how did does do he she it his her i you".split()
)


@cache
def _stem(word: str) -> str:
    return fold(word).removesuffix("'s").removesuffix("s")


def person(view: FakeView, name: str, *others: str) -> PersonCard:
    """Return a card for somebody whose names stand in the text of `view`."""
    spans = view.find(name, 1_000)
    names = tuple(KnownName(n, view.find(n)[0].end) for n in (name, *others))
    return PersonCard(name, names, spans[0].start, spans[-1].start, len(spans), (), tuple(spans[:3]))


# ---- a model ---------------------------------------------------------------------------------


class ScriptedModel(BaseChatModel):
    """A chat model that says what its script says, in pieces, and keeps every word it was sent.

    A line of the script is text, a list of tool calls as `(name, arguments)`, a message, or an exception;
    a callable gets the messages and returns one of these. When the script has run out, the last line repeats.
    """

    script: list[Any]
    piece: int = 7
    sent: list[list[BaseMessage]] = []  # noqa: RUF012  (pydantic copies it for each model)
    tools: list[str] = []  # noqa: RUF012

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        self.tools = [tool.name for tool in tools]
        return self

    @property
    def everything_sent(self) -> str:
        """Return all that the model was ever sent, tool arguments too."""
        return "\n".join(f"{m.content} {getattr(m, 'tool_calls', '')}" for talk in self.sent for m in talk)

    def _next(self, messages: list[BaseMessage]) -> AIMessage:
        line = self.script[min(len(self.sent), len(self.script) - 1)]
        self.sent.append(list(messages))
        if callable(line) and not isinstance(line, type):
            line = line(messages)
        if isinstance(line, Exception):
            raise line
        if isinstance(line, AIMessage):
            return line
        if isinstance(line, str):
            return AIMessage(line)
        calls = [
            {"name": name, "args": args, "id": f"c{number}", "type": "tool_call"}
            for number, (name, args) in enumerate(line)
        ]
        return AIMessage("", tool_calls=calls)

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        message = self._next(messages)
        text = str(message.content)
        for at in range(0, len(text), self.piece):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[at : at + self.piece]))
        chunks = [
            {"name": c["name"], "args": json.dumps(c["args"]), "id": c["id"], "index": i}
            for i, c in enumerate(message.tool_calls)
        ] + [
            {"name": c["name"], "args": c["args"], "id": c["id"], "index": 50}
            for c in message.invalid_tool_calls
        ]
        yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=chunks))


# ---- a model service -------------------------------------------------------------------------


@dataclass
class ModelService:
    """An OpenAI-compatible service on a loopback port; keeps the body of every request.

    A line of the script is text (streamed word by word, JSON in long pieces), a list of tool calls
    `(name, arguments as text)`, an HTTP error `(status, code)`, or one of the words of trouble: "<cut>"
    breaks the line in the middle of a stream, "<junk>" sends what is no JSON, "<hang>" sends nothing; a
    callable gets the request's body and returns one of these. The last line repeats.
    """

    script: list[Any]
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    base_url: str = ""
    pause: float = 0.0
    """Seconds between two words."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request and close the line."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
        line = self.script[min(len(self.requests), len(self.script) - 1)]
        self.headers.append(head)
        self.requests.append(json.loads(await reader.readexactly(length)))
        if callable(line):
            line = line(self.requests[-1])
        try:
            await self._say(line, writer)
            await writer.drain()
        finally:
            writer.close()

    async def _say(self, line: Any, writer: asyncio.StreamWriter) -> None:
        if line == "<hang>":
            await asyncio.sleep(30)
        if isinstance(line, tuple):
            status, code = line
            body = json.dumps({"error": {"message": "a message with secrets", "type": code, "code": code}})
            writer.write(
                f"HTTP/1.1 {status} No\r\ncontent-type: application/json\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode()
            )
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n")
        writer.write(b"connection: close\r\n\r\n")
        if line == "<junk>":
            self._chunk(writer, "data: {not json\n\n")
        elif line == "<cut>":
            self._delta(writer, {"role": "assistant", "content": "The lamp "})
            return  # without the last chunk: the line just ends
        elif isinstance(line, str):
            for word in _pieces(line):
                self._delta(writer, {"role": "assistant", "content": word})
                if self.pause:
                    await writer.drain()
                    await asyncio.sleep(self.pause)
            self._delta(writer, {}, "stop")
        else:
            calls = [
                {
                    "index": i,
                    "id": f"call_{i}",
                    "type": "function",
                    "function": {"name": name, "arguments": args},
                }
                for i, (name, args) in enumerate(line)
            ]
            self._delta(writer, {"role": "assistant", "content": None, "tool_calls": calls})
            self._delta(writer, {}, "tool_calls")
        self._chunk(writer, "data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")

    def _delta(self, writer: asyncio.StreamWriter, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {
            "id": "x",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [choice],
        }
        self._chunk(writer, f"data: {json.dumps(event)}\n\n")

    @staticmethod
    def _chunk(writer: asyncio.StreamWriter, text: str) -> None:
        data = text.encode()
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _pieces(line: str) -> list[str]:
    """Return how a text is streamed; JSON, which nobody sees grow, in pieces of thousands of characters."""
    if line.startswith("{"):
        return [line[at : at + 4_000] for at in range(0, len(line), 4_000)]
    return re.findall(r"\S+\s*", line) or [""]


@asynccontextmanager
async def model_service(*script: Any, pause: float = 0.0) -> AsyncIterator[ModelService]:
    """Run a `ModelService` with this script on a free port of 127.0.0.1."""
    service = ModelService(list(script), pause=pause)
    server = await asyncio.start_server(service.answer, "127.0.0.1", 0)
    service.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield service
    finally:
        server.close()
