"""The demo book as canary on Discord: nothing that the server was sent stands past the reader's place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.demo_book import build_demo_epub
from tests.flows.discord_talks import bot_on
from tests.leaks.test_demo_canary import later_titles, later_words, standing
from tests.platform_fakes.discord_server import DiscordServer

FACTS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[1] / "demo_facts.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("chapter", [2, 8])
async def test_nothing_past_the_place_reaches_discord_in_any_form(tmp_path: Path, chapter: int) -> None:
    # T7, T10, T40, T43: texts, every version of an edited one, labels, menus, forms, choices, files.
    later = later_words(chapter)
    async with DiscordServer() as server:
        guild = server.guild()
        channel = server.channel(guild)
        ada, ben = server.person("ada"), server.person("ben")
        async with bot_on(server, tmp_path / "data"):
            # Another reader of the same file has finished it, and has asked of its end.
            for person in (ben, ada):
                await person.uploads("demo.epub", build_demo_epub())
                await person.sees("Where are you")
            await ben.slash("at", place="end")
            ended = await ben.slash("who", name="Isaude Sallow")
            assert "Isaude" in ended.text
            # What another keeps of the end, and notes of it, is that reader's own.
            await ben.slash("highlight", line=later[0])
            assert "highlight" in (await ben.slash("highlights")).text
            since = len(server.requests), len(server.choices)
            await ada.slash("at", place=f"ch {chapter}")
            await ada.slash("done")
            asked = [q["q"] for q in FACTS["question"] if not standing(later, q["q"])][:12]
            for question in [*asked, "What happens in the end?"]:
                await ada.slash("ask", question=question)
            await ada.slash("ask", question=asked[0], channel=channel, public=True)
            for name in ("Ada", "Wick", "Tolly", "the Reeve", "Voyle", "Isaude Sallow", "Zorblax"):
                await ada.slash("who", name=name)
            for line in ("Quillory", "Ada", "Zorblax", "Wick"):
                await ada.slash("highlight", line=line)
            for command in (
                "highlights",
                "toc",
                "cast",
                "places",
                "where",
                "library",
                "catchmeup",
                "receipt",
                "memories",
            ):
                await ada.slash(command)
            await ada.slash("ask", question=asked[0])
            for label in ("Passages", "Set place"):
                await ada.presses(label)
            typed = list("abcdefghijklmnopqrstuvwxyz")
            for letters in typed:
                await ada.types("who", "name", letters)
                await ada.types("define", "word", letters)
            await ada.dm("What happens in the end?")
            await ada.until_last("")
        shown = server.everything_since(*since)
        assert len(shown) > 10_000
        assert "Quillory" in shown
        # A question that holds a later word would be found in the record of the reader's own questions, so
        # such names are asked for by /who alone, which keeps none.
        assert standing(later, shown) == []
        assert [title for title in later_titles(chapter) if title in shown] == []
        assert server.violations == []
