"""The agent, made when it is first needed: its libraries take a second to load, a prompt should not wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.reading_agent import ReadingAgent
    from bot.config import ModelSettings


class Agents:
    """Makes one agent, off the loop, once; whoever asks meanwhile waits for the same one."""

    def __init__(self, settings: ModelSettings) -> None:
        """Take what the configuration says of the model; nothing is loaded yet."""
        self.settings = settings
        self._making: asyncio.Task[ReadingAgent] | None = None

    def warm(self) -> None:
        """Begin to make the agent in the background."""
        if self._making is None:
            self._making = asyncio.create_task(asyncio.to_thread(_make, self.settings))

    async def get(self) -> ReadingAgent:
        """Return the agent, made by now."""
        self.warm()
        assert self._making is not None
        return await asyncio.shield(self._making)

    async def close(self) -> None:
        """Wait for a making that has begun; a thread cannot be stopped half-way."""
        if self._making is not None:
            await asyncio.wait({self._making})


def _make(settings: ModelSettings) -> ReadingAgent:
    from dataclasses import asdict

    from agent.reading_agent import ReadingAgent

    if not settings.model:
        agent = ReadingAgent()
    else:
        from agent.llm import ModelConfig

        agent = ReadingAgent.from_config(ModelConfig(**asdict(settings)))
    agent.prepare()
    return agent
