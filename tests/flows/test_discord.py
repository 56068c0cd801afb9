"""Direct messages on Discord: from a file to an answer, over the real library and real sockets."""

from __future__ import annotations

from pathlib import Path

from tests.flows.discord_talks import bot_on, reads
from tests.platform_fakes.discord_server import DiscordServer


async def test_a_book_is_sent_a_place_told_a_question_answered_and_the_book_removed(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ada = server.person("ada")
        async with bot_on(server, tmp_path / "data"):
            await reads(ada, "/at ch 3")
            await ada.dm("Who is Captain Brannoc?")
            answer = await ada.sees("Passages:")
            assert "Brannoc" in answer.text
        assert server.violations == []
