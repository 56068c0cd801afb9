"""The story so far: in three lengths, since a place, with and without a model (S31)."""

from __future__ import annotations

import pytest

from agent.answer import NOT_IN_READ, AnswerKind
from agent.llm import ModelConfig, ModelDrafter
from agent.reading_agent import ReadingAgent
from storage.errors import ModelUnavailable
from tests.fakes import FakeView, ScriptedModel

SECTIONS = [
    f"Chapter {n}\nOn day {n} the carter of {word} sold the {word} mare. Nobody asked for the {word} price.\n"
    for n, word in enumerate(["amber", "birch", "cedar", "dapple", "elder", "fennel"], 1)
]
TEXT = "".join(SECTIONS)


async def test_longer_recaps_tell_more_and_all_end_where_the_reader_is() -> None:
    view = FakeView.from_text(TEXT, len("".join(SECTIONS[:5])))
    told = [await ReadingAgent().recap(view, length) for length in ("short", "medium", "long")]
    assert len(told[0].text) < len(told[1].text) <= len(told[2].text)
    for answer in told:
        assert answer.kind is AnswerKind.ANSWERED
        assert answer.model == "extractive"
        assert "elder" in answer.sentences[-1].text
        assert "fennel" not in answer.text
        starts = [c.span.start for c in answer.citations]
        assert starts == sorted(starts)


async def test_a_recap_since_a_place_begins_there() -> None:
    view = FakeView.from_text(TEXT)
    answer = await ReadingAgent().recap(view, "long", since=len("".join(SECTIONS[:3])))
    assert "cedar" not in answer.text
    assert "dapple" in answer.text


async def test_nothing_read_has_the_one_answer() -> None:
    assert (await ReadingAgent().recap(FakeView.from_text(TEXT, 0), "long")).text == NOT_IN_READ


@pytest.mark.parametrize("end", [10, 90, 150, 300])
async def test_a_recap_equals_that_of_the_truncated_text(end: int) -> None:
    whole = await ReadingAgent().recap(FakeView.from_text(TEXT, end), "long")
    assert whole == await ReadingAgent().recap(FakeView.from_text(TEXT[:end]), "long")


async def test_a_model_tells_it_and_what_does_not_hold_is_left_out() -> None:
    script = ["The carter sold the amber mare [p1]. Zorblax stole a mare [p2]. He sold the birch mare [p3]."]
    model = ScriptedModel(script=script)
    agent = ReadingAgent(ModelDrafter(model, ModelConfig(model="scripted")))
    view = FakeView.from_text(TEXT, len("".join(SECTIONS[:4])))
    answer = await agent.recap(view, "medium")
    assert [s.text for s in answer.sentences] == [
        "The carter sold the amber mare.",
        "He sold the birch mare.",
    ]
    assert answer.model == "scripted"
    assert "fennel" not in model.everything_sent
    assert "Nobody May See" not in model.everything_sent


async def test_without_an_answer_of_the_model_the_book_tells_it() -> None:
    model = ScriptedModel(script=[ModelUnavailable("timeout")])
    agent = ReadingAgent(ModelDrafter(model, ModelConfig(model="scripted", retry_wait_seconds=0.0)))
    answer = await agent.recap(FakeView.from_text(TEXT), "short")
    assert answer.model == "extractive"
    assert answer.kind is AnswerKind.ANSWERED


async def test_an_unknown_length_is_refused() -> None:
    with pytest.raises(ValueError, match="endless"):
        await ReadingAgent().recap(FakeView.from_text(TEXT), "endless")
