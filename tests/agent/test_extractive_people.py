"""The answerer without a key about people: who calls is no news, ties, looks, and what became of somebody."""

from __future__ import annotations

import re

import pytest

from agent.answer import NOT_IN_READ, EarlierTurn
from agent.extractive.question import Kind, read_question
from agent.extractive.reading import Reader
from agent.reading_agent import ReadingAgent
from storage.book.view import BookView
from tests.books import Chapter, MadeBook, parsed
from tests.opened import view_of

AGENT = ReadingAgent()
HOUSE = (
    "“Well, Wilmot, what do you make of it?” asked Mr. Harker. The rain fell on the yard.",
    "“You know my methods, Wilmot,” said Mr. Harker. “Come here, Wilmot.”",
    "“This is my good friend Dr. Wilmot,” said Mr. Harker to the visitor, and shook the rain from his hat.",
    "Mr. Harker was a tall, thin man of fifty. His eyes were grey, and he wore a brown coat.",
    "Agnes Pell was the sister of Mr. Harker. She kept his house, and she was a stout woman with red hair.",
    "A boy of fifteen with sandy hair came in. “Tobit. I am bound apprentice here,” he said to them.",
    "The visitor sat down by the fire. He was a small old man with a white beard and a yellow hat.",
    "A tall, handsome lady with black whiskers upon her fur met Agnes Pell at the gate of the yard.",
    "Mr. Harker married Clara Voss in the spring. The bells rang, and nobody in the street slept that night.",
    "In June Agnes Pell walked over the bridge to the mill with a basket of plums upon her arm.",
    "Agnes Pell was drowned in the mill race on the last evening of June, and they buried her by the wall.",
    "Afterwards Mr. Harker sat alone in the kitchen of the house and would not speak to anybody at all.",
)


async def the_view() -> BookView:
    book = parsed(MadeBook((Chapter("The House", HOUSE),)))
    return await view_of(book, len(book.text))


async def ask(question: str, *turns: EarlierTurn) -> str:
    return (await AGENT.answer(question, await the_view(), turns=turns)).text


async def test_a_name_that_somebody_is_only_called_by_tells_nothing_of_them() -> None:
    told = await ask("Who is Wilmot?")
    assert "my good friend Dr. Wilmot" in told
    assert "what do you make of it" not in told
    assert "Come here" not in told


async def test_what_only_calls_is_told_apart_from_what_tells() -> None:
    view = await the_view()
    reader = Reader(view)
    assert len(reader.mentions(["Wilmot"])) == 4
    assert len(reader.told_of(["Wilmot"])) == 1
    assert len(reader.told_of(["Agnes Pell"])) == len(reader.mentions(["Agnes Pell"]))


async def test_who_says_their_own_name_is_told_of_by_it() -> None:
    assert "“Tobit. I am bound apprentice here,” he said" in await ask("Who is Tobit?")


@pytest.mark.parametrize(
    ("question", "kind", "one", "other"),
    [
        ("how are Agnes Pell and Mr. Harker related?", Kind.TIE, "Agnes Pell", "Mr. Harker"),
        ("How is Agnes related to Harker?", Kind.TIE, "Agnes", "Harker"),
        ("what is the relationship between Agnes and Harker?", Kind.TIE, "Agnes", "Harker"),
        ("are Agnes and Harker related", Kind.TIE, "Agnes", "Harker"),
        ("How do Agnes and Harker know each other?", Kind.TIE, "Agnes", "Harker"),
        ("what happened to Agnes?", Kind.FATE, "Agnes", ""),
        ("what became of Agnes Pell?", Kind.FATE, "Agnes Pell", ""),
        ("What does Agnes look like?", Kind.FEATURE, "Agnes", ""),
    ],
)
def test_ties_fates_and_looks_are_understood(question: str, kind: Kind, one: str, other: str) -> None:
    asked = read_question(question)
    assert (asked.kind, asked.subject, asked.listener) == (kind, one, other)


@pytest.mark.parametrize(
    "question",
    ["how does it end?", "How will the story end", "what is the ending?", "what happens next?"],
)
def test_how_it_ends_is_ahead(question: str) -> None:  # S18
    assert read_question(question).kind is Kind.AHEAD


async def test_what_two_people_are_to_each_other_is_told_by_the_sentence_that_says_it() -> None:
    told = await ask("How are Agnes Pell and Mr. Harker related?")
    assert told.startswith("Agnes Pell was the sister of Mr. Harker.")


async def test_of_two_who_are_tied_nowhere_the_sentence_that_names_both_is_told() -> None:
    assert "“This is my good friend Dr. Wilmot,” said Mr. Harker" in await ask(
        "How do Wilmot and Harker know each other?"
    )


async def test_what_happened_to_somebody_is_what_was_told_of_them_last() -> None:  # S11
    told = await ask("What happened to Agnes Pell?")
    assert "drowned in the mill race" in told
    assert "Harker sat alone" not in told


async def test_looks_are_of_whom_was_asked_for_and_of_nobody_else() -> None:
    agnes = await ask("What does Agnes Pell look like?")
    assert "red hair" in agnes
    assert "whiskers" not in agnes
    told = await ask("What does Mr. Harker look like?")
    assert "tall, thin man of fifty" in told
    assert not re.search("white beard|red hair", told)
    assert await ask("What colour is Agnes Pell's coat?") == NOT_IN_READ


async def test_what_is_going_on_asks_for_the_story_whatever_was_asked_before() -> None:
    turn = EarlierTurn("What does Wilmot look like?", NOT_IN_READ)
    told = await ask("what is going on?", turn)
    assert told != NOT_IN_READ
    assert told == await ask("what is going on?")


async def test_a_speech_that_is_cited_in_part_stands_between_its_marks() -> None:
    told = await ask("What did Mr. Harker say?")
    plain = re.sub(r"\[[^\]]*\]", "", told)
    assert plain.count("“") == plain.count("”") > 0
