"""The model's edge, over real HTTP on the loopback: streaming, tools, errors and their retries."""

from __future__ import annotations

import pytest

from agent.answer import AnswerKind, AnswerSentence
from agent.llm import ModelConfig
from agent.reading_agent import ReadingAgent
from storage.errors import ModelUnavailable
from tests.fakes import FakeView, ModelService, model_service

TEXT = (
    "Chapter 1\nAda Lorn came to the harbour on a grey morning. She carried a brass key in her glove.\n"
    "Chapter 2\nThe lamp room was cold. Ada found the keeper, Silas Wren, asleep beside the great lens.\n"
)
GOOD = "Ada found the keeper asleep beside the great lens [p1]. The lamp room was cold [p1]."
QUESTION = "Where did Ada find the keeper?"


def agent_for(service: ModelService, **settings: object) -> ReadingAgent:
    config = {"model": "m", "key": "sk-canary", "retry_wait_seconds": 0.0, "timeout_seconds": 5.0} | settings
    return ReadingAgent.from_config(ModelConfig(base_url=service.base_url, **config))  # type: ignore[arg-type]


async def test_an_answer_streams_from_any_compatible_endpoint() -> None:
    heard: list[AnswerSentence] = []

    async def hear(sentence: AnswerSentence) -> None:
        heard.append(sentence)

    async with model_service(GOOD) as service:
        answer = await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT), on_sentence=hear)
    assert answer.kind is AnswerKind.ANSWERED
    assert answer.model == "m"
    assert tuple(heard) == answer.sentences
    assert service.requests[0]["stream"] is True
    names = [tool["function"]["name"] for tool in service.requests[0]["tools"]]
    assert "search_passages" in names


async def test_no_tool_offers_a_reader_a_book_or_an_offset() -> None:
    async with model_service(GOOD) as service:
        await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT))
    offered = {
        tool["function"]["name"]: set(tool["function"]["parameters"]["properties"])
        for tool in service.requests[0]["tools"]
    }
    assert set().union(*offered.values()) == {"query", "handle", "name", "term"}  # S9, E2


async def test_tools_are_called_and_their_words_sent_back() -> None:
    async with model_service([("search_passages", '{"query": "brass key"}')], GOOD) as service:
        answer = await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT))
    assert answer.kind is AnswerKind.ANSWERED
    last = service.requests[1]["messages"][-1]
    assert last["role"] == "tool"
    assert "brass key in her glove" in last["content"]


async def test_tool_arguments_that_are_no_json_come_back_as_words() -> None:  # E8
    async with model_service([("search_passages", '{"query": ')], GOOD) as service:
        answer = await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT))
    assert answer.kind is AnswerKind.ANSWERED
    assert len(service.requests) == 2


@pytest.mark.parametrize("trouble", [(429, "rate_limit_exceeded"), (500, "server_error"), "<cut>", "<junk>"])
async def test_passing_trouble_is_tried_once_more(trouble: object) -> None:
    async with model_service(trouble, GOOD) as service:
        answer = await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT))
    assert answer.kind is AnswerKind.ANSWERED
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ((429, "insufficient_quota"), "out_of_credit"),
        ((401, "invalid_api_key"), "refused"),
        ((404, "model_not_found"), "status_404"),
    ],
)
async def test_lasting_trouble_is_never_tried_again(trouble: object, reason: str) -> None:
    async with model_service(trouble) as service:
        with pytest.raises(ModelUnavailable) as caught:
            await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT))
    assert caught.value.reason == reason
    assert caught.value.retry is False
    assert len(service.requests) == 1


async def test_the_second_failure_is_the_last() -> None:
    async with model_service((503, "overloaded")) as service:
        with pytest.raises(ModelUnavailable) as caught:
            await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT))
    assert caught.value.retry is True
    assert len(service.requests) == 2


async def test_silence_ends_with_the_time_that_is_configured() -> None:
    async with model_service("<hang>") as service:
        with pytest.raises(ModelUnavailable) as caught:
            await agent_for(service, timeout_seconds=0.2, retries=0).answer(
                QUESTION, FakeView.from_text(TEXT)
            )
    assert caught.value.reason == "timeout"


async def test_no_word_of_an_error_and_no_key_gets_out() -> None:  # E7
    async with model_service((429, "rate_limit_exceeded")) as service:
        with pytest.raises(ModelUnavailable) as caught:
            await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT))
    assert "secrets" not in str(caught.value)
    assert "sk-canary" not in repr(ModelConfig(key="sk-canary"))
    assert "sk-canary" not in str(service.requests)
    assert "sk-canary" in service.headers[0]


async def test_title_and_author_are_never_sent() -> None:  # S21
    async with model_service([("story_so_far", "{}"), ("list_cast", "{}")], GOOD) as service:
        await agent_for(service).answer(QUESTION, FakeView.from_text(TEXT))
    assert "Nobody May See" not in str(service.requests)
