"""Private talk never feeds a room, and a room never feeds private memory (S42, T31)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot import replies
from bot.messages import Conversation, IncomingMessage, OutgoingMessage
from tests.fakes import model_service
from tests.knowing_model import KnowingModel
from tests.talking import BOOK, Person, opened

ALONE, ALOUD = "a zorbish ledger", "a velvet quern"
"""Of what the reader says alone and before others: no book has it."""


@dataclass
class InRoom(Person):
    """The same person where others look on."""

    async def says(self, text: str) -> list[OutgoingMessage]:
        """Return every message that came back, growing ones too."""
        place = Conversation(self.platform, "room", "7")
        message = IncomingMessage(place, self.account, text, private=False)
        return [shown async for shown in self.app.companion.handle(message)]


async def test_what_is_remembered_of_private_talk_reaches_no_room_and_the_other_way_about_s42_t31(
    tmp_path: Path,
) -> None:
    file = tmp_path / "book.epub"
    file.write_bytes(BOOK)
    async with (
        model_service(KnowingModel([])) as service,
        opened(tmp_path / "data", service.base_url, digest_chars_a_turn=0, facts_chars_a_turn=0) as app,
    ):
        alone, before_others = Person(app), InRoom(app)
        await alone.hears(f"/add {file}")
        await alone.hears("/at ch 3")

        async def sent_for(person: Person, line: str) -> str:
            since = len(service.requests)
            await person.says(line)
            await app.background.settle()
            return json.dumps(service.requests[since:], ensure_ascii=False)

        await sent_for(alone, f"I think that Captain Brannoc hides {ALONE}. What did Captain Brannoc build?")
        told = await sent_for(before_others, "What did Oda Quillon find under the bridge?")
        assert "third stone" in told
        assert ALONE not in told
        assert ALONE not in await before_others.hears("/memories")
        await sent_for(before_others, f"I think Oda Quillon keeps {ALOUD}. What did Captain Brannoc build?")
        assert ALOUD in await before_others.hears("/memories")
        assert ALOUD not in await sent_for(alone, "What did Oda Quillon find under the bridge?")
        remembered = await alone.hears("/memories")
        assert ALOUD not in remembered
        assert ALONE in remembered
        await alone.says("/memories forget")
        for person in (alone, before_others):
            assert await person.hears("/memories") == replies.NOTHING_REMEMBERED


async def test_what_stands_outside_the_story_is_opened_to_its_reader_alone_s29_s50(tmp_path: Path) -> None:
    file = tmp_path / "book.epub"
    file.write_bytes(BOOK)
    async with opened(tmp_path / "data") as app:
        alone, before_others = Person(app), InRoom(app)
        await alone.hears(f"/add {file}")
        await alone.hears("/at ch 1")
        for said in ("/sealed Introduction", "/sealed Introduction!", "/sealed Afterword!"):
            (shown,) = await before_others.says(said)
            assert (shown.text, shown.buttons) == (replies.SEALED_IN_PRIVATE, ())
        assert "Perrin Marrow" in await alone.hears("/sealed Introduction!")
