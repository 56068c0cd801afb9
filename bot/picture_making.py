"""Pictures are made as durable jobs: what is paid is set aside, and taken only with the picture in hand.

The order is written down with the hold, in one transaction; then render, keep and tell are steps, each of
which may run again. A kill between any two heals to one picture and one charge, or to none and none (T53).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from agent.pictures.making import render
from agent.pictures.renderer import NotTheService, Order, Refusal, Renderer, RenderError
from bot.messages import Conversation, IncomingMessage
from storage.errors import CreditError, NotEnoughCredits, PictureGone, ReaderError
from storage.pictures.pictures import Picture, PictureState

if TYPE_CHECKING:
    from bot.companion.scene import Messages
    from bot.outlets import Outlets
    from storage import Storage
    from storage.jobs import Job, Jobs

KIND = "make a picture"
REASON = "a picture"
_HOLD_SLACK = timedelta(hours=1)

Handle = Callable[[IncomingMessage], "Messages"]

log = logging.getLogger(__name__)


class PictureMaking:
    """Makes pictures for readers."""

    def __init__(
        self,
        storage: Storage,
        outlets: Outlets,
        renderers: dict[str, Renderer],
        *,
        most_seconds: float = 600.0,
        pause_seconds: float = 1.0,
    ) -> None:
        """Take opened parts; `renderers` by their names, `most_seconds` the longest that one may take."""
        self._storage = storage
        self._outlets = outlets
        self._renderers = renderers
        self._most = timedelta(seconds=most_seconds) + _HOLD_SLACK
        self._pause = pause_seconds
        self._jobs: Jobs | None = None
        self._handle: Handle | None = None
        self._waiting: dict[str, asyncio.Future[Picture]] = {}
        self._answered: set[str] = set()

    async def close(self) -> None:
        """Let go of what the renderers hold open."""
        for renderer in self._renderers.values():
            await renderer.close()

    def listen(self, address: str) -> None:
        """Have services post to `address`/ORDER when a picture is over; '' ends that."""
        for renderer in self._renderers.values():
            renderer.listen(address)

    async def hear(self, picture_id: str, headers: Mapping[str, str], body: bytes) -> None:
        """Take what a service posted. Raises `NotTheService`, or `ServiceBusy` when it cannot be told now."""
        renderer = next((one for one in self._renderers.values() if not one.is_drawn), None)
        if renderer is None:
            raise NotTheService
        await renderer.hear(picture_id, headers, body)

    @property
    def model(self) -> str | None:
        """Return the name of the model that renders here, None when pictures are only drawn."""
        return next((name for name, one in self._renderers.items() if not one.is_drawn), None)

    def is_drawn(self, picture: Picture) -> bool:
        """Tell whether a picture is drawn, which takes a moment and costs nothing."""
        renderer = self._renderers.get(picture.model)
        return renderer is not None and renderer.is_drawn

    def make_durable(self, jobs: Jobs, handle: Handle) -> None:
        """Make pictures as jobs from now on; `handle` answers in place of who no longer waits."""
        from storage.jobs import JobKind

        self._jobs, self._handle = jobs, handle
        jobs.add_kind(JobKind(KIND, (("render", self._render), ("keep", self._keep), ("tell", self._tell))))

    async def take_up(self) -> None:
        """Begin what was ordered and not begun, after a kill between the two; when jobs run."""
        assert self._jobs is not None
        for picture in await self._storage.pictures.unfinished():
            await self._jobs.start(picture.id, KIND, _about(picture))
        await self._storage.wallets.release_expired(datetime.now(UTC))

    async def order(self, wanted: Sequence[Picture]) -> list[Picture]:
        """Order pictures as one act: all are written down and what they cost is set aside, or nothing is.

        Raises `NotEnoughCredits`, with what all of them cost.
        """
        try:
            async with self._storage.keeping():
                return [await self._ordered(one) for one in wanted]
        except NotEnoughCredits as error:
            free = (await self._storage.wallets.statement(wanted[0].reader_id)).available
            raise NotEnoughCredits(sum(one.price for one in wanted), free, error.renews_at) from error

    async def _ordered(self, wanted: Picture) -> Picture:
        if wanted.price:
            await self._storage.wallets.reserve(
                wanted.reader_id,
                wanted.price,
                intent=intent_of(wanted.id),
                reason=REASON,
                expires_at=datetime.now(UTC) + self._most,
            )
        return await self._storage.pictures.order(wanted)

    async def made(self, ordered: Sequence[Picture]) -> AsyncGenerator[Picture]:
        """Make what was ordered; yield each in its order, done or refused.

        Whoever stops waiting does not stop a job; where there are none, what is not begun is let go of.
        """
        opened = [one for one in ordered if one.state is PictureState.ORDERED]
        as_jobs = [one for one in opened if self._jobs is not None and not self.is_drawn(one)]
        loop = asyncio.get_running_loop()
        waiting: dict[str, asyncio.Future[Picture]] = {one.id: loop.create_future() for one in as_jobs}
        self._waiting |= waiting
        left = [one for one in opened if one.id not in waiting]
        try:
            for one in as_jobs:
                assert self._jobs is not None
                await self._jobs.start(one.id, KIND, _about(one))
            for one in ordered:
                if one.id in waiting:
                    yield await waiting[one.id]
                elif one.state is not PictureState.ORDERED:
                    yield one  # pressed twice
                else:
                    left.remove(one)
                    yield await self._at_once(one)
        finally:
            for picture_id in waiting:
                self._waiting.pop(picture_id, None)
            for one in left:
                await self._ended(one.id, json.dumps({"why": Refusal.CANCELLED.value}))

    async def _at_once(self, picture: Picture) -> Picture:
        return await self._ended(picture.id, await self._made(picture))

    # ---- steps -----------------------------------------------------------------------------

    async def _render(self, job: Job, _outcome: str) -> str:
        try:
            picture = await self._storage.pictures.get(job.id)
        except PictureGone:
            return json.dumps({"why": Refusal.CANCELLED.value})
        return await self._made(picture)

    async def _made(self, picture: Picture) -> str:
        """Return what came of an order as JSON: a file, or why there is none."""
        if picture.state is not PictureState.ORDERED:
            return json.dumps({"file": picture.file, "why": picture.why})
        # S30, T25: the key is made of the descriptors, so whose rendering it was does not matter.
        file = await self._storage.pictures.rendered(picture.cache_key)
        if file:
            return json.dumps({"file": file})
        renderer = self._renderers.get(picture.model)
        if renderer is None:
            return json.dumps({"why": Refusal.FAILED.value})  # configured otherwise since
        try:
            async with asyncio.timeout(self._most.total_seconds()):
                made = await render(
                    renderer,
                    await self._order(picture),
                    picture.ticket.removeprefix(_TRIED),
                    lambda ticket: self._storage.pictures.has_begun(picture.id, ticket),
                    was_tried=await self._mark_tried(picture),
                    pause_seconds=self._pause,
                )
        except RenderError as error:
            log.info("picture %s: %s", picture.id, error.refusal.value)
            return json.dumps({"why": error.refusal.value})
        except TimeoutError:
            return json.dumps({"why": Refusal.TIMED_OUT.value})
        return json.dumps({"file": await self._storage.pictures.files.put(made.png)})

    async def _mark_tried(self, picture: Picture) -> bool:
        """Note that the order may be handed over from now on; tell whether it may have been before."""
        if picture.ticket:
            return True
        await self._storage.pictures.has_begun(picture.id, _TRIED)
        return False

    async def _order(self, picture: Picture) -> Order:
        from agent.pictures.brief import brief_from_json

        brief = brief_from_json(picture.brief)
        references = []
        for file in json.loads(picture.place).get("references", ()):
            with contextlib.suppress(ReaderError):  # a likeness that is gone is none
                references.append(await self._storage.pictures.files.get(file))
        return Order(
            id=picture.id,
            prompt=picture.prompt,
            brief=brief,
            style=picture.style,
            size=picture.size,
            seed=picture.seed,
            references=tuple(references),
            card=picture.card,
        )

    async def _keep(self, job: Job, outcome: str) -> str:
        done = self._waiting.get(job.id)
        try:
            picture = await self._ended(job.id, outcome)
        except PictureGone as error:
            # The book was removed meanwhile: nothing is shown, and what was set aside is let go of.
            with contextlib.suppress(CreditError):
                await self._storage.wallets.release(intent_of(job.id), Refusal.CANCELLED.value)
            self._answered.add(job.id)
            if done is not None and not done.done():
                done.set_exception(error)
            return PictureState.REFUSED.value
        if done is not None and not done.done():
            self._answered.add(job.id)
            done.set_result(picture)
        return picture.state.value

    async def _ended(self, picture_id: str, outcome: str) -> Picture:
        """Write down what came of an order, and take or let go of what was set aside, at once."""
        told = json.loads(outcome)
        pictures, wallets = self._storage.pictures, self._storage.wallets
        picture = await pictures.get(picture_id)
        if told.get("file"):
            try:
                async with self._storage.keeping():
                    if await pictures.end(picture_id, PictureState.DONE, file=told["file"]) and picture.price:
                        await wallets.settle(intent_of(picture_id))
                return await pictures.get(picture_id)
            except CreditError:
                # The hold had run out and is given back: no charge, so no picture.
                told = {"why": Refusal.TIMED_OUT.value}
        async with self._storage.keeping():
            if await pictures.end(picture_id, PictureState.REFUSED, why=told["why"]) and picture.price:
                with contextlib.suppress(CreditError):  # it ran out before
                    await wallets.release(intent_of(picture_id), told["why"])
        return await pictures.get(picture_id)

    async def _tell(self, job: Job, _outcome: str) -> str:
        """Show what came of it, unless whoever waited for it in this very process does."""
        if job.id in self._answered:
            self._answered.discard(job.id)
            return ""
        about = job.about
        place = Conversation(about["platform"], about["chat"], about["topic"])
        message = IncomingMessage(
            place, about["account"], f"/visualize show {job.id}", bool(about["private"])
        )
        assert self._handle is not None
        await self._outlets.show(message, self._handle(message))
        return ""


_TRIED = "?"
"""In place of a ticket: the order may have been handed over, and nobody knows under which id."""


def intent_of(picture_id: str) -> str:
    """Return the key of a picture's charge."""
    return f"picture/{picture_id}"


def place_of(message: IncomingMessage, references: tuple[str, ...] = ()) -> str:
    """Return where a picture was asked for, and the files it keeps the likeness of, as JSON."""
    place = message.conversation
    about = {
        "platform": place.platform,
        "chat": place.chat,
        "topic": place.topic,
        "account": message.account,
        "private": "yes" if message.private else "",
    }
    return json.dumps({**about, "references": list(references)})


def _about(picture: Picture) -> dict[str, str]:
    told = json.loads(picture.place)
    return {key: told[key] for key in ("platform", "chat", "topic", "account", "private")}
