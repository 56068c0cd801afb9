"""Growing answers by edits, long ones in pieces, buttons as tokens, story text masked in shared places."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.limits import MOST_PIECES
from bot.markup import Line
from bot.messages import Button, Conversation, IncomingMessage, Kind, OutgoingMessage, Picture
from bot.presenter import Key, Piece, Presenter, Unreachable
from storage.database import Database
from storage.reader.buttons import Buttons
from storage.reader.updates import Updates

PLACE = Conversation("telegram", "1")


class Wall:
    """A surface that keeps what was put on it."""

    limit = 60

    def __init__(self) -> None:
        self.posts: list[str] = []
        self.keys: list[Sequence[Key]] = []
        self.masks: list[int | None] = []
        self.edits = 0
        self.files: list[tuple[str, str]] = []
        self.pictures: list[tuple[str, str, bool, int]] = []
        self.seen = asyncio.Event()
        self.is_blocked = False

    def measure(self, line: Line) -> int:
        return len(line.plain)

    async def post(self, piece: Piece, keys: Sequence[Key]) -> Any:
        if self.is_blocked:
            raise Unreachable
        self.seen.set()
        self.posts.append(text_of(piece))
        self.keys.append(keys)
        self.masks.append(piece.masked_from)
        return len(self.posts) - 1

    async def edit(self, post: Any, piece: Piece, keys: Sequence[Key]) -> None:
        self.edits += 1
        self.seen.set()
        self.posts[post], self.keys[post], self.masks[post] = text_of(piece), keys, piece.masked_from

    def name(self, post: Any) -> str:
        return str(post)

    async def post_file(self, name: str, text: str, piece: Piece, keys: Sequence[Key]) -> Any:
        self.files.append((name, text))
        return await self.post(piece, keys)

    async def post_picture(self, picture: Picture, piece: Piece, *, hidden: bool) -> Any:
        self.pictures.append((picture.name, text_of(piece), hidden, len(self.posts)))


def text_of(piece: Piece) -> str:
    return "\n".join(line.plain for line in piece.lines)


async def saying(*messages: OutgoingMessage, pause: float = 0.0) -> Any:
    for message in messages:
        yield message
        await asyncio.sleep(pause)


def presenter(wall: Wall, database: Database, *, private: bool = True, between: float = 0.0) -> Presenter:
    message = IncomingMessage(PLACE, "7", "hi", private)
    return Presenter(wall, Buttons(database, Updates(database)), message, seconds_between_edits=between)


def growing(*texts: str, **last: Any) -> list[OutgoingMessage]:
    grown = [OutgoingMessage(text, Kind.ANSWER, slot="a", final=False) for text in texts[:-1]]
    return [*grown, OutgoingMessage(texts[-1], Kind.ANSWER, slot="a", **last)]


async def test_an_answer_grows_in_one_post_and_its_buttons_come_with_its_end(database: Database) -> None:
    wall = Wall()
    said = growing("Head\n\nOne.", "Head\n\nOne. Two.", buttons=(Button("Passages", "/passage"),))
    await presenter(wall, database).show(saying(*said))
    assert wall.posts == ["Head\n\nOne. Two."]
    ((key,),) = wall.keys
    assert key.label == "Passages"
    assert (await Buttons(database, Updates(database)).press(key.token, "telegram", "7")).action == "/passage"


async def test_a_fast_answer_is_edited_no_oftener_than_allowed_and_ends_whole(database: Database) -> None:
    wall = Wall()
    texts = ["x" * n for n in range(1, 40)]
    await presenter(wall, database, between=60.0).show(saying(*growing(*texts)))
    assert wall.posts == [texts[-1]]
    assert wall.edits == 0  # finished at once, it is posted once


async def test_a_slow_answer_is_posted_as_it_stands_and_edited_at_its_end(database: Database) -> None:
    wall = Wall()

    async def slowly() -> Any:
        yield OutgoingMessage("One.", Kind.ANSWER, slot="a", final=False)
        await wall.seen.wait()
        for text in ("One. Two.", "One. Two. Three."):
            yield OutgoingMessage(text, Kind.ANSWER, slot="a", final=False)
        yield OutgoingMessage("One. Two. Three. Four.", Kind.ANSWER, slot="a")

    await asyncio.wait_for(presenter(wall, database, between=60.0).show(slowly()), 10)
    assert wall.posts == ["One. Two. Three. Four."]
    assert wall.edits == 1


async def test_what_waits_is_shown_when_its_time_comes_though_nothing_follows(database: Database) -> None:
    wall = Wall()
    seen: list[str] = []

    async def slowly() -> Any:
        yield OutgoingMessage("One.", Kind.ANSWER, slot="a", final=False)
        yield OutgoingMessage("One. Two.", Kind.ANSWER, slot="a", final=False)
        await wall.seen.wait()
        seen.extend(wall.posts)
        yield OutgoingMessage("One. Two. Three.", Kind.ANSWER, slot="a")

    await asyncio.wait_for(presenter(wall, database, between=0.03).show(slowly()), 10)
    assert seen == ["One. Two."]
    assert wall.posts == ["One. Two. Three."]


async def test_a_draft_that_did_not_hold_leaves_nothing_of_itself_s22(database: Database) -> None:
    wall = Wall()
    long = "A sentence that is not true. " * 4
    await presenter(wall, database).show(saying(*growing(long, "Passages alone.")))
    assert wall.posts[0] == "Passages alone."
    assert "not true" not in "".join(wall.posts)


async def test_a_long_answer_takes_a_few_posts_and_a_longer_one_is_a_file(database: Database) -> None:
    wall = Wall()
    words = "It rained again. " * 8
    await presenter(wall, database).show(saying(OutgoingMessage(words)))
    assert 1 < len(wall.posts) <= MOST_PIECES
    assert " ".join(wall.posts).strip() == words.strip()
    wall = Wall()
    await presenter(wall, database).show(saying(OutgoingMessage("**It** rained. " * 40)))
    assert [name for name, _ in wall.files] == ["answer.txt"]
    assert wall.files[0][1] == ("It rained. " * 40).strip()
    assert len(wall.posts) == 1


@pytest.mark.parametrize("private", [True, False])
async def test_a_picture_comes_once_before_its_text_and_is_hidden_where_others_look_on(
    database: Database, private: bool
) -> None:
    wall = Wall()
    picture = Picture(b"pixels", "ties.png", "Oda, sister of Ned")
    said = growing("**Book** · up to ch. 7", "**Book** · up to ch. 7\n\nOda, sister of Ned", picture=picture)
    await presenter(wall, database, private=private).show(saying(*said, pause=0.3))
    assert [(name, text, hidden) for name, text, hidden, _ in wall.pictures] == [
        ("ties.png" if private else "picture.png", "Book · up to ch. 7", not private)
    ]
    assert wall.posts == ["Book · up to ch. 7\n\nOda, sister of Ned"]
    assert "pixels" not in repr(said)


async def test_a_room_gets_no_file_since_no_mask_hides_one_s40(database: Database) -> None:
    wall = Wall()
    said = OutgoingMessage("**Book** · up to ch. 7\n\n" + "It rained. " * 60, Kind.ANSWER)
    await presenter(wall, database, private=False).show(saying(said))
    assert wall.files == []
    assert len(wall.posts) == MOST_PIECES
    assert wall.masks[:-1] == [1, 0]
    assert "in private" in wall.posts[-1]
    assert "rained" not in wall.posts[-1]


async def test_in_a_shared_place_story_text_is_masked_and_the_label_is_not_s40(database: Database) -> None:
    wall = Wall()
    answer = OutgoingMessage("**Book** · up to ch. 7\n\nAda fell.", Kind.ANSWER)
    card = OutgoingMessage("Ada: a rigger")
    refusal = OutgoingMessage("That is no place.", Kind.REFUSAL)
    await presenter(wall, database, private=False).show(saying(answer, card, refusal))
    assert wall.masks == [1, 0, None]
    wall = Wall()
    await presenter(wall, database).show(saying(answer, card, refusal))
    assert wall.masks == [None, None, None]


async def test_progress_shows_its_share_and_no_story(database: Database) -> None:
    wall = Wall()
    await presenter(wall, database).show(
        saying(OutgoingMessage("Reading", Kind.PROGRESS, slot="p", final=False, share=0.4))
    )
    assert wall.posts == ["Reading ▰▰▰▰▱▱▱▱▱▱ 40%"]


async def test_a_reader_who_blocked_the_bot_ends_the_showing_and_the_work(database: Database) -> None:
    wall = Wall()
    wall.is_blocked = True
    ended = asyncio.Event()

    async def endless() -> Any:
        try:
            while True:
                yield OutgoingMessage("again")
                await asyncio.sleep(0.001)
        finally:
            ended.set()

    with pytest.raises(Unreachable):
        await presenter(wall, database).show(endless())
    assert ended.is_set()


async def test_in_a_shared_place_a_label_that_tells_is_a_number_told_behind_the_mask_s39(
    database: Database,
) -> None:
    wall = Wall()
    ask = Button("Who is Ada?", "Who is Ada?", tells=True)
    said = OutgoingMessage("You could ask", Kind.OWN, (ask, Button("Next", "/next")))
    await presenter(wall, database, private=False).show(saying(said))
    assert [key.label for key in wall.keys[0]] == ["1", "Next"]
    assert wall.posts == ["You could ask\n\n1. Who is Ada?"]
    assert wall.masks == [0]
    wall = Wall()
    await presenter(wall, database).show(saying(said))
    assert [key.label for key in wall.keys[0]] == ["Who is Ada?", "Next"]
    assert wall.posts == ["You could ask"]


async def test_what_others_see_is_not_replaced_by_what_one_asked_for_alone_s40(database: Database) -> None:
    wall = Wall()
    public = await wall.post(Piece(()), ())
    page = OutgoingMessage("Which chapter?", Kind.QUESTION, in_place=True)
    hidden = OutgoingMessage("Hidden.", Kind.OWN, in_place=True)
    message = IncomingMessage(PLACE, "7", "hi")
    for said, posts in ((page, ["", "Which chapter?"]), (hidden, ["Hidden.", "Which chapter?"])):
        shown = Presenter(
            wall,
            Buttons(database, Updates(database)),
            message,
            seconds_between_edits=0.0,
            pressed=public,
            pressed_in_open=True,
        )
        await shown.show(saying(said))
        assert wall.posts == posts
