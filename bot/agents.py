"""The agent, made when it is first needed: its libraries take a second to load, a prompt should not wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.reading_agent import ReadingAgent
    from bot.config import ModelSettings


class Agents:
    """Makes agents, off the loop, each once; whoever asks meanwhile waits for the same one."""

    def __init__(self, settings: ModelSettings) -> None:
        """Take what the configuration says of the model; nothing is loaded yet."""
        self.settings = settings
        self._making: dict[bool, asyncio.Task[ReadingAgent]] = {}

    async def get(self, *, with_model: bool = True) -> ReadingAgent:
        """Return the agent that the configuration names, or the one that needs no model; made by now."""
        with_model = with_model and bool(self.settings.model)
        making = self._making.get(with_model)
        if making is None:
            settings = self.settings if with_model else None
            making = self._making[with_model] = asyncio.create_task(asyncio.to_thread(_make, settings))
        return await asyncio.shield(making)

    async def close(self) -> None:
        """Wait for a making that has begun; a thread cannot be stopped half-way."""
        if self._making:
            await asyncio.wait(set(self._making.values()))


def _make(settings: ModelSettings | None) -> ReadingAgent:
    from dataclasses import asdict

    from agent.reading_agent import ReadingAgent

    if settings is None:
        agent = ReadingAgent()
    else:
        from agent.llm import ModelConfig

        agent = ReadingAgent.from_config(ModelConfig(**asdict(settings)))
    agent.prepare()
    return agent
