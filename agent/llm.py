"""Drafts from any OpenAI-compatible endpoint; the one file that knows that library.

Retries are ours, because the library's own repeat both kinds of 429: when the account is out of credit
(`insufficient_quota` and its kin, told by `error.code`) waiting never helps. Every error of the library
becomes `ModelUnavailable` here; its text never leaves, it may hold what was sent.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import openai
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.messages import ToolCall as LangchainToolCall

from agent import prompts
from agent.context import Run, ToolCall
from agent.sentences import MAX_DRAFT_CHARS, clean, split
from agent.tools import all_tools
from storage.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_OUT_OF_CREDIT = frozenset(
    "insufficient_quota billing_hard_limit_reached billing_not_active quota_exceeded insufficient_credits "
    "credit_balance_too_low payment_required account_deactivated".split()
)
_TURNS_SENT = 6
_PROPOSAL_TOKENS = 4_000
"""The longest answer of a form; facts of a part of a section need more room than an answer to a reader."""
_SCHEMA_REFUSED = frozenset({"status_400", "status_404", "status_415", "status_422", "status_501"})
"""What endpoints say that know no schemas; a refusal for another reason comes again without one."""
_T = TypeVar("_T")


_CHARS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Which endpoint drafts; with an empty `model` there is none and answers are extractive."""

    base_url: str = ""
    """Up to and without '/chat/completions'; empty: the library's own default."""
    model: str = ""
    key: str = field(default="", repr=False)
    timeout_seconds: float = 60.0
    retries: int = 1
    retry_wait_seconds: float = 1.0
    temperature: float | None = None
    """None: the model's own; some models refuse to be told."""
    max_answer_tokens: int = 700


def connect(config: ModelConfig) -> ModelDrafter:
    """Return the drafter for an endpoint; nothing is sent yet."""
    from langchain_openai import ChatOpenAI

    settings: dict[str, Any] = {"max_tokens": config.max_answer_tokens}
    if config.temperature is not None:
        settings["temperature"] = config.temperature
    chat = ChatOpenAI(
        model=config.model,
        base_url=config.base_url or None,
        api_key=config.key or "none",  # type: ignore[arg-type]  # local servers ask for none
        timeout=config.timeout_seconds,
        max_retries=0,
        streaming=True,
        **settings,
    )
    return ModelDrafter(chat, config)


class ModelDrafter:
    """Writes drafts with a chat model. The talk of a run lives in the run; this holds none."""

    def __init__(self, chat: BaseChatModel, config: ModelConfig) -> None:
        """Take a chat model of langchain-core and the settings it was made with."""
        self._chat = chat
        self._config = config
        self._with_tools = chat.bind_tools(all_tools())
        self._takes_schemas = True

    @property
    def model(self) -> str:
        """Return the model's name."""
        return self._config.model

    async def draft(self, run: Run, *, may_call: bool) -> list[ToolCall]:
        """Stream a draft through the gate, or return the tools to call first.

        Raise `ModelUnavailable` when the endpoint fails, and fails again where waiting could help.
        """
        if not run.thread:
            run.thread.extend(_opening(run))
        chat = self._with_tools if may_call else self._chat
        message, text = await self._retried(lambda: self._stream(chat, run))
        calls = _calls_of(message) if may_call else []
        asked = [_as_asked(call) for call in calls]
        run.thread.append(AIMessage(text, tool_calls=asked) if asked else AIMessage(text))
        return calls

    def note_results(self, run: Run, calls: Sequence[ToolCall], results: Sequence[str]) -> None:
        """Add what the tools said to the talk."""
        run.thread.extend(
            ToolMessage(result, tool_call_id=call.call_id)
            for call, result in zip(calls, results, strict=True)
        )

    def note_fault(self, run: Run) -> bool:
        """Ask for a second draft by the kinds of fault alone; the caught words are not sent back (S22)."""
        # The faulty draft leaves the talk too: what the model remembered must not be its next evidence.
        if run.thread and isinstance(run.thread[-1], AIMessage):
            run.thread.pop()
        kept = [s.text for s in run.gate.passed]
        run.thread.append(HumanMessage(prompts.redraft_message(run.gate.fault, kept)))
        return True

    async def complete(self, system: str, message: str) -> str:
        """Return the whole answer to one message, for recaps and memories; it still has to be checked."""
        talk: list[BaseMessage] = [SystemMessage(system), HumanMessage(message)]

        async def ask() -> str:
            return clean((await self._whole(self._chat, talk))[:MAX_DRAFT_CHARS])

        return await self._retried(ask)

    async def propose(self, system: str, message: str, schema: dict[str, Any]) -> str:
        """Return an answer in the form of a JSON schema, as text that still has to be parsed and held.

        `system` tells the form in words too: an endpoint that refuses schemas is asked without one, from
        then on. Raise `ModelUnavailable`.
        """
        talk: list[BaseMessage] = [SystemMessage(system), HumanMessage(message)]
        if self._takes_schemas:
            form = {"type": "json_schema", "json_schema": {"name": "facts", "strict": True, "schema": schema}}
            # In the body as it is: given as `response_format`, the client would parse the answer itself and
            # throw away one that was cut short, of which most can be used.
            chat = self._chat.bind(extra_body={"response_format": form}, max_tokens=_PROPOSAL_TOKENS)
            try:
                return await self._retried(lambda: self._whole(chat, talk))
            except ModelUnavailable as error:
                if error.reason not in _SCHEMA_REFUSED:
                    raise
                self._takes_schemas = False
        plain = self._chat.bind(max_tokens=_PROPOSAL_TOKENS)
        return await self._retried(lambda: self._whole(plain, talk))

    # ---- inside ----------------------------------------------------------------------------

    async def _whole(self, chat: Any, talk: list[BaseMessage]) -> str:
        async with asyncio.timeout(self._config.timeout_seconds):
            pieces = [_text_of(chunk) async for chunk in _mapped(chat.astream(talk))]
        return "".join(pieces)

    async def _stream(self, chat: Any, run: Run) -> tuple[AIMessageChunk, str]:
        """Read one streamed message, offering each sentence to the gate once the next has begun."""
        talk = list(run.thread)
        if run.gate.passed and not isinstance(talk[-1], HumanMessage | ToolMessage):
            talk.append(HumanMessage(prompts.go_on_message([s.text for s in run.gate.passed])))
        whole = AIMessageChunk(content="")
        text, offered = "", 0
        async with asyncio.timeout(self._config.timeout_seconds):
            async for chunk in _mapped(chat.astream(talk)):
                whole = whole + chunk
                piece = _text_of(chunk)
                if not piece or len(text) > MAX_DRAFT_CHARS:
                    continue
                text += piece
                if whole.tool_call_chunks:
                    continue  # words beside a call are no answer
                ready = split(clean(text), complete=False)
                for sentence in ready[offered:]:
                    await run.gate.offer(sentence)
                offered = max(offered, len(ready))
        run.tokens.append(_tokens_of(whole, talk, text))
        text = clean(text[:MAX_DRAFT_CHARS])
        if not (whole.tool_calls or whole.invalid_tool_calls):
            for sentence in split(text)[offered:]:
                await run.gate.offer(sentence)
        return whole, text

    async def _retried(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        left = self._config.retries
        while True:
            try:
                return await attempt()
            except ModelUnavailable as error:
                if left <= 0 or not error.retry:
                    raise
            except TimeoutError:
                if left <= 0:
                    raise ModelUnavailable("timeout") from None
            left -= 1
            await asyncio.sleep(self._config.retry_wait_seconds)


async def _mapped(chunks: AsyncIterator[AIMessageChunk]) -> AsyncIterator[AIMessageChunk]:
    """Pass on what a model streams; its library's errors become ours here and nowhere else."""
    try:
        async for chunk in chunks:
            yield chunk
    except TimeoutError:
        raise
    except Exception as error:
        raise unavailable(error) from None  # the chain would carry what was sent into the log


def unavailable(error: Exception) -> ModelUnavailable:
    """Return the `ModelUnavailable` for an error of the model's library; no word of its text is kept."""
    if isinstance(error, ModelUnavailable):
        return error
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return ModelUnavailable("timeout")
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return ModelUnavailable("connection")
    if isinstance(error, openai.APIError):
        code = str(error.code or getattr(error, "type", None) or "")
        status = error.status_code if isinstance(error, openai.APIStatusError) else 0
        if code in _OUT_OF_CREDIT or status == 402:
            return ModelUnavailable("out_of_credit", retry=False)
        if status in (401, 403):
            return ModelUnavailable("refused", retry=False)
        if status == 429:
            return ModelUnavailable("rate_limited")
        if 400 <= status < 500 and status not in (408, 409):
            return ModelUnavailable(f"status_{status}", retry=False)
        return ModelUnavailable(f"status_{status}" if status else "stream_error")
    return ModelUnavailable("malformed")


def _opening(run: Run) -> list[BaseMessage]:
    passages = [(run.desk.lay(p), p) for p in run.desk.passages()]
    turns = run.turns[-_TURNS_SENT:]
    message = prompts.question_message(run.question.text, passages, run.memories, turns)
    return [SystemMessage(prompts.SYSTEM), HumanMessage(message)]


def _tokens_of(whole: AIMessageChunk, talk: Sequence[BaseMessage], text: str) -> int:
    """Return what a message took, as the service told it, or about as much as its letters make."""
    if whole.usage_metadata:
        return whole.usage_metadata["total_tokens"]
    return (sum(len(_text_of(message)) for message in talk) + len(text)) // _CHARS_A_TOKEN


def _text_of(message: BaseMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "".join(b if isinstance(b, str) else str(b.get("text", "")) for b in message.content)


def _calls_of(message: AIMessageChunk) -> list[ToolCall]:
    """Return the calls a message asks for; those with broken arguments too, with none, to be told so."""
    asked = [(c["name"], c["args"], c["id"]) for c in message.tool_calls]
    asked += [(c["name"] or "", {}, c["id"]) for c in message.invalid_tool_calls]
    calls = []
    for number, (name, arguments, call_id) in enumerate(asked):
        known = re.sub(r"[^\w-]", "_", name or "unknown")[:64]
        calls.append(
            ToolCall(known, arguments if isinstance(arguments, dict) else {}, call_id or f"call_{number}")
        )
    return calls


def _as_asked(call: ToolCall) -> LangchainToolCall:
    return LangchainToolCall(name=call.name, args=call.arguments, id=call.call_id, type="tool_call")
