"""Answers of a form, from endpoints that know schemas and from those that do not, over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from agent.llm import ModelConfig, ModelDrafter, connect
from agent.prepare.facts import SCHEMA, SYSTEM, parsed
from storage.errors import ModelUnavailable
from tests.fakes import ModelService, model_service

ANSWER = '{"facts": [{"kind": "person", "name": "Ada", "quote": "Ada came."}]}'


def drafter(service: ModelService) -> ModelDrafter:
    return connect(ModelConfig(service.base_url, "m", "key", timeout_seconds=5.0, retry_wait_seconds=0.0))


async def ask(model: ModelDrafter) -> list[dict[str, str]]:
    return list(parsed(await model.propose(SYSTEM, "The text:", SCHEMA)))


async def test_the_schema_is_sent_as_the_form_of_the_answer() -> None:
    async with model_service(ANSWER) as service:
        (fact,) = await ask(drafter(service))
    assert fact["name"] == "Ada"
    form = service.requests[0]["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["strict"] is True
    assert form["json_schema"]["schema"] == SCHEMA


async def test_an_endpoint_without_schemas_is_asked_in_words_and_is_not_asked_for_one_again() -> None:
    def model(body: dict[str, Any]) -> Any:
        return (400, "invalid_request_error") if "response_format" in body else f"```json\n{ANSWER}\n```"

    async with model_service(model) as service:
        asked = drafter(service)
        assert await ask(asked) == await ask(asked)
    assert ["response_format" in body for body in service.requests] == [True, False, False]


async def test_an_answer_that_was_cut_short_is_used_as_far_as_it_goes() -> None:
    async with model_service(ANSWER[:-2] + ', {"kind": "pla') as service:
        assert [fact["name"] for fact in await ask(drafter(service))] == ["Ada"]
    assert len(service.requests) == 1


@pytest.mark.parametrize(("trouble", "reason"), [((401, "x"), "refused"), ((500, "x"), "status_500")])
async def test_other_trouble_is_no_reason_to_ask_without(trouble: object, reason: str) -> None:
    async with model_service(trouble) as service:
        with pytest.raises(ModelUnavailable) as caught:
            await ask(drafter(service))
    assert caught.value.reason == reason
    assert all("response_format" in body for body in service.requests)
