"""Buttons that were shown: a short token for what pressing one says, and who may press it (S44, T33).

A platform gives a button no more than 64 bytes and shows it to a whole room, so it carries a token that tells
nothing. What it stands for is kept here, outlives a restart, and belongs to one account.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, select

from storage.database import Database
from storage.errors import ButtonExpired, NotYourButton, ReaderError
from storage.grouped import Grouped
from storage.ids import derived_id
from storage.prepared import Prepared
from storage.reader.in_hand import IN_HAND, InHand
from storage.reader.once import insert_into
from storage.reader.tables import ButtonRow
from storage.reader.updates import Updates

LIFE = timedelta(days=30)
"""After it a button is politely out of date."""
_TOKEN_BYTES = 12
"""16 characters: not to be guessed, and far under Telegram's 64 bytes."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a pressed button says for its owner, and in which conversation (`Conversation.key`)."""

    action: str
    conversation: str
    before: tuple[str, ...] = ()
    """The posts that stand before the pressed one and are one message with it, as the platform knows them."""


_Issue = tuple[list[dict[str, object]], InHand | None]


class Buttons:
    """The buttons of all conversations."""

    def __init__(self, database: Database, updates: Updates) -> None:
        """Take an open database; what buttons are shown for is marked in `updates` with them."""
        self._database = database
        self._updates = updates
        # A post that is edited may be kept once more.
        self._insert = Prepared(insert_into(ButtonRow, is_sqlite=database.is_sqlite).on_conflict_do_nothing())
        self._issues = Grouped(self._keep_all)
        row = ButtonRow.__table__.c
        columns = (row.platform, row.account, row.conversation, row.action, row.before, row.made_at)
        self._find = Prepared(select(*columns).where(row.token == bindparam("token")))

    async def issue(
        self,
        platform: str,
        account: str,
        conversation: str,
        actions: Sequence[str],
        before: Sequence[str] = (),
    ) -> list[str]:
        """Keep what some buttons say; return a token for each, in order.

        `before` are the posts before theirs that are one message with it.
        """
        now = datetime.now(UTC)
        rows: list[dict[str, object]] = [
            {
                "token": secrets.token_urlsafe(_TOKEN_BYTES),
                "platform": platform,
                "account": account,
                "conversation": conversation,
                "action": action,
                "before": " ".join(before),
                "made_at": now,
            }
            for action in actions
        ]
        if rows:
            await self._issues.result_of((rows, IN_HAND.get()))
        return [str(row["token"]) for row in rows]

    async def answerable(
        self, platform: str, account: str, conversation: str, posts: Sequence[str], action: str
    ) -> None:
        """Keep what words that answer one of these posts are said to: a button that is pressed by a reply."""
        now = datetime.now(UTC)
        rows: list[dict[str, object]] = [
            {
                "token": _post_token(platform, conversation, post),
                "platform": platform,
                "account": account,
                "conversation": conversation,
                "action": action,
                "before": "",
                "made_at": now,
            }
            for post in posts
        ]
        if rows:
            await self._issues.result_of((rows, IN_HAND.get()))

    async def answered(self, platform: str, account: str, conversation: str, post: str) -> str:
        """Return what words that answer a post are said to, '' when to nothing or when it is not theirs."""
        try:
            return (await self.press(_post_token(platform, conversation, post), platform, account)).action
        except ReaderError:
            return ""

    async def _keep_all(self, issues: Sequence[_Issue]) -> list[None]:
        inserted = (self._insert, [row for rows, _ in issues for row in rows])
        await self._database.change(inserted, *self._updates.marks(update for _, update in issues))
        return [None] * len(issues)

    async def press(self, token: str, platform: str, account: str) -> Pressed:
        """Return what a button says. It may be pressed again: doing so twice is the act's own matter.

        Raises `ButtonExpired`, or `NotYourButton` when another account presses it.
        """
        row = await self._database.find_row(self._find, token=token)
        if row is None:
            raise ButtonExpired
        made_at = row.made_at if row.made_at.tzinfo else row.made_at.replace(tzinfo=UTC)
        if made_at + LIFE < datetime.now(UTC):
            raise ButtonExpired
        if (row.platform, row.account) != (platform, account):
            raise NotYourButton
        return Pressed(row.action, row.conversation, tuple(row.before.split()))

    async def sweep(self) -> int:
        """Delete the buttons that are out of date; return how many there were."""
        old = ButtonRow.made_at < datetime.now(UTC) - LIFE
        async with self._database.write() as session:
            tokens = list(await session.scalars(select(ButtonRow.token).where(old)))
            await session.execute(delete(ButtonRow).where(old))
        return len(tokens)


def _post_token(platform: str, conversation: str, post: str) -> str:
    return derived_id("post", platform, conversation, post)
