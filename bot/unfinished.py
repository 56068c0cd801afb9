"""What a killed process was answering: told to the next one as JSON, and answered or spoken of there (C1)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import replies
from bot.lanes import Lanes
from bot.messages import Conversation, IncomingMessage, Kind, OutgoingMessage
from storage.reader.in_hand import in_hand

if TYPE_CHECKING:
    from bot.app import App
    from bot.companion.scene import Messages
    from storage.reader.updates import Unfinished

Answer = Callable[[IncomingMessage], "Messages"]
Show = Callable[[IncomingMessage, "Messages"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Left:
    """A message that was left unanswered, and what is shown for it now."""

    message: IncomingMessage
    shown: Messages


def written(message: IncomingMessage, *, is_start: bool = False, has_file: bool = False) -> str:
    """Return what it takes to answer a message in another process; a file of it is not kept."""
    place = message.conversation
    return json.dumps(
        {
            "platform": place.platform,
            "chat": place.chat,
            "topic": place.topic,
            "account": message.account,
            "text": message.text,
            "private": message.private,
            "about": message.about,
            "answers": message.answers,
            "start": is_start,
            "file": has_file,
        },
        ensure_ascii=False,
    )


def taken_up(left: Unfinished, handle: Answer, greet: Answer) -> Left:
    """Return what is shown for an update that was left: its answer, if nothing of that was shown."""
    told = json.loads(left.message)
    place = Conversation(told["platform"], told["chat"], told["topic"])
    message = IncomingMessage(
        place,
        told["account"],
        told["text"],
        told["private"],
        about=told["about"],
        answers=told.get("answers", ""),
    )
    if told["file"]:
        return Left(message, _say(replies.UPLOAD_FAILED))
    if left.is_marked:
        # Twice would be worse than a word: a place may have moved, and the answer may stand there already.
        return Left(message, _say(replies.CUT_SHORT))
    return Left(message, greet(message) if told["start"] or not message.text else handle(message))


async def take_up(app: App, platform: str, lanes: Lanes, show: Show) -> None:
    """Put what a killed process left into the lanes of its conversations, each shown by `show`."""
    updates = app.storage.updates
    for one in await updates.take_up(platform):
        left = taken_up(one, app.companion.handle, app.companion.greet)

        async def work(one: Unfinished = one, left: Left = left) -> None:
            with in_hand(platform, one.id, is_marked=True):
                await show(left.message, left.shown)
            updates.finish(platform, one.id)

        lanes.put(left.message.conversation.key, left.message.account, work)


async def _say(text: str) -> Messages:
    yield OutgoingMessage(text, Kind.REFUSAL)
