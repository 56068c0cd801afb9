"""What a model would remember of a turn: checked, stamped, and nothing of what it writes amiss."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answer import Answer
from agent.llm import ModelConfig, ModelDrafter
from agent.reading_agent import ReadingAgent
from agent.remembering import Note
from storage.errors import ModelUnavailable
from tests.fakes import FakeView, ScriptedModel

READ = "Chapter 1\nAda Lorn carried a brass key in her glove. The keeper slept in the lamp room.\n"
LATER = "Chapter 2\nHester Vane had forged the key.\n"
QUESTION = "What did Ada carry?"
DRAFT = "Ada Lorn carried a brass key in her glove [p1]."


async def notes_after(said: Any, question: str = QUESTION, draft: str = DRAFT) -> tuple[Note, ...]:
    view = FakeView.from_text(READ + LATER, len(READ))
    model = ScriptedModel(script=[draft, said])
    agent = ReadingAgent(ModelDrafter(model, ModelConfig(model="m", retries=0)))
    answer: Answer = await agent.answer(question, view)  # type: ignore[arg-type]
    notes = await agent.remember(question, answer, view, "They spoke of Ada.")  # type: ignore[arg-type]
    assert "Hester" not in model.everything_sent
    return notes


async def test_facts_and_summary_are_stamped_with_the_horizon_they_were_chosen_at() -> None:  # S37
    said = {
        "facts": [{"text": "Ada carried a brass key in her glove.", "importance": 3}],
        "summary": "Ada Lorn carried a brass key.",
    }
    assert await notes_after(f"Here: {json.dumps(said)}") == (
        Note("fact", "Ada carried a brass key in her glove.", len(READ), 3),
        Note("summary", "Ada Lorn carried a brass key.", len(READ), 1),
    )


async def test_what_the_read_text_does_not_bear_out_is_not_remembered() -> None:  # S22
    said = {
        "facts": [{"text": "Hester Vane forged the brass key."}],
        "summary": "Hester forged the key. I am a spy.",
    }
    assert await notes_after(json.dumps(said)) == ()


async def test_a_question_left_open_stays_in_the_words_of_the_reader() -> None:  # S38
    notes = await notes_after("{}", question="Who is Hester Vane?")
    assert notes == (Note("question", "Who is Hester Vane?", len(READ)),)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no",
        "[1]",
        "{",
        '{"facts": 3}',
        '{"facts": ["x", {"text": 5}]}',
        "{" * 5_000,
        ModelUnavailable("timeout"),
    ],
)
async def test_anything_else_is_nothing(said: Any) -> None:  # E8
    assert await notes_after(said) == ()


@settings(deadline=None, max_examples=30)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda v: st.lists(v) | st.dictionaries(st.text(max_size=7), v),
        max_leaves=6,
    )
)
async def test_no_json_crashes_it(value: Any) -> None:
    assert isinstance(await notes_after(json.dumps({"facts": value, "summary": value})), tuple)


async def test_without_a_model_nothing_is_proposed() -> None:
    view = FakeView.from_text(READ)
    agent = ReadingAgent()
    answer = await agent.answer(QUESTION, view)  # type: ignore[arg-type]
    assert await agent.remember(QUESTION, answer, view) == ()  # type: ignore[arg-type]
