"""What the small Discord takes as answers to interactions (Receiving and Responding)."""

from __future__ import annotations

import time

from aiohttp import web

from tests.platform_fakes import discord_rules as rules
from tests.platform_fakes.discord_records import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    OFFERS,
    OPENS,
    RESPONSE_SECONDS,
    SAYS,
    THINKS,
    TOKEN_SECONDS,
    UPDATES,
    UPDATES_LATER,
    Interaction,
    Json,
    Post,
    Refused,
    Request,
)
from tests.platform_fakes.discord_rules import EPHEMERAL
from tests.platform_fakes.discord_world import World


class Interactions(World):
    """First answers within 3 seconds, and what follows by an interaction's token."""

    def __init__(self) -> None:
        super().__init__()
        self.response_seconds = RESPONSE_SECONDS
        self.token_seconds = TOKEN_SECONDS
        self.modals: list[Json] = []
        self.answers_bare = False
        """Tell nothing back of a first answer, as older versions of the API."""

    async def _respond(self, http: web.Request, request: Request) -> Json | None:
        interaction = self._interaction(http.match_info["token"])
        if interaction is None or interaction.id != http.match_info["id"]:
            raise Refused(404, 10062, "Unknown interaction")
        if interaction.callback is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if time.monotonic() - interaction.began > self.response_seconds:
            self.violations.append("first response too late")
            raise Refused(404, 10062, "Unknown interaction")
        body = request.body
        kind, data = body["type"], body.get("data") or {}
        self._check_callback(interaction, kind, data)
        person = interaction.person
        message: Json | None = None
        if kind in (SAYS, THINKS):
            only_for = person.id if data.get("flags", 0) & EPHEMERAL else ""
            post = self._post(
                interaction.raw["channel_id"],
                data if kind == SAYS else {},
                request.files,
                only_for=only_for,
                is_loading=kind == THINKS,
            )
            interaction.original = post
            interaction.posts.append(post)
            message = post.raw
        elif kind in (UPDATES, UPDATES_LATER):
            interaction.original = self._find_post(interaction.raw["message"]["id"])
            interaction.versions_before = len(interaction.original.versions)
            message = interaction.original.raw
            if kind == UPDATES:
                self._change(interaction.original, request, data)
        elif kind == OPENS:
            self.modals.append(data)
        elif kind == OFFERS:
            self.choices += [choice["name"] for choice in data["choices"]]
        interaction.callback = body
        # Create Interaction Response: 204 unless with_response is true
        if self.answers_bare or http.query.get("with_response") not in ("1", "true"):
            return None
        about: Json = {"id": interaction.id, "type": interaction.raw["type"]}
        if message is not None:
            flags = message.get("flags", 0)
            about |= {
                "response_message_id": message["id"],
                "response_message_loading": kind == THINKS,
                "response_message_ephemeral": bool(flags & EPHEMERAL),
            }
        resource: Json = {"type": kind} | ({"message": message} if message else {})
        return {"interaction": about, "resource": resource}

    def _check_callback(self, interaction: Interaction, kind: int, data: Json) -> None:
        allowed = {
            COMMAND: (SAYS, THINKS, OPENS),
            COMPONENT: (SAYS, THINKS, UPDATES_LATER, UPDATES, OPENS),
            AUTOCOMPLETE: (OFFERS,),
            MODAL: (SAYS, THINKS, UPDATES_LATER, UPDATES),
        }[interaction.raw["type"]]
        if kind not in allowed:
            self._check({"type": ("BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")})
        if kind == OPENS:
            self._check(rules.check_modal(data))
        elif kind == OFFERS:
            self._check(rules.check_choices(data["choices"]))
        elif kind in (SAYS, UPDATES):
            self._check(rules.check_message(data))

    async def _follow_up(self, http: web.Request, request: Request) -> Json:
        interaction = self._by_token(http)
        post = interaction.original
        if post is not None and post.is_loading:
            # "this endpoint will function as Edit Original Interaction Response for backwards compatibility"
            return self._change(post, request)
        only_for = interaction.person.id if request.body.get("flags", 0) & EPHEMERAL else ""
        post = self._post(interaction.raw["channel_id"], request.body, request.files, only_for=only_for)
        interaction.posts.append(post)
        return post.raw

    async def _hook_get(self, http: web.Request, request: Request) -> Json:
        return self._hook_post(http).raw

    async def _hook_edit(self, http: web.Request, request: Request) -> Json:
        return self._change(self._hook_post(http), request)

    async def _hook_delete(self, http: web.Request, request: Request) -> None:
        interaction, post = self._by_token(http), self._hook_post(http)
        self.posts.remove(post)
        if post in interaction.posts:
            interaction.posts.remove(post)

    def _by_token(self, http: web.Request) -> Interaction:
        interaction = self._interaction(http.match_info["token"])
        if interaction is None or interaction.callback is None:
            raise Refused(404, 10015, "Unknown Webhook")
        if time.monotonic() - interaction.began > self.token_seconds:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return interaction

    def _hook_post(self, http: web.Request) -> Post:
        interaction = self._by_token(http)
        name = http.match_info["message"]
        if name == "@original":
            if interaction.original is None or interaction.original not in self.posts:
                raise Refused(404, 10008, "Unknown Message")
            return interaction.original
        found = next((post for post in interaction.posts if post.id == name and post in self.posts), None)
        if found is None:
            raise Refused(404, 10008, "Unknown Message")
        return found

    def _interaction(self, token: str) -> Interaction | None:
        return next((one for one in self.interactions if one.raw["token"] == token), None)
