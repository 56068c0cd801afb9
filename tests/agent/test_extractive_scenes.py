"""The answerer without a key about scenes, feelings and places, and what keeps its sentences together."""

from __future__ import annotations

import pytest

from agent.answer import NOT_IN_READ
from agent.extractive.closeness import places_of
from agent.extractive.composing import choose
from agent.extractive.question import Kind, read_question, without_event
from agent.extractive.reading import Reader
from agent.extractive.scenes import scene_of
from agent.extractive.scoring import ReadSentence, Scored
from agent.extractive.words import words_of_language
from agent.reading_agent import ReadingAgent
from storage.book.view import BookView
from storage.values import Span
from tests.books import Chapter, MadeBook, parsed
from tests.opened import view_of

AGENT = ReadingAgent()
BEFORE = (
    "The ball at Harrow Hall was talked of for weeks. Mrs. Pell bought ribbons for the ball.",
    "Harrow Hall stood about two miles from the village of Wenlow, beyond the mill.",
    "Mr. Harker rode to Harrow Hall in the rain. Everybody at Harrow Hall was asleep.",
)
THE_BALL = (
    "On the evening of the ball the rooms were full of light. Agnes Pell danced with the captain.",
    "Mr. Harker asked Clara Voss to dance, and they danced the first two dances and the last dance together.",
    "Clara Voss spoke of the weather. Mr. Harker had never admired anybody so much as he admired her.",
    "Tobit, who cannot dance, dropped a tray of glasses among the dancers, and the dance went on.",
    "The captain did not come down to supper; Agnes Pell danced no more and left before the ball was over.",
)
AFTER = (
    "After breakfast Agnes Pell talked of the ball to her mother, and her mother sighed.",
    "Mr. Harker walked with Clara Voss to the mill. The bells of the village rang for the feast.",
)


async def the_view() -> BookView:
    chapters = tuple(
        Chapter(title, told) for title, told in (("One", BEFORE), ("Two", THE_BALL), ("Three", AFTER))
    )
    book = parsed(MadeBook(chapters))
    return await view_of(book, len(book.text))


async def ask(question: str) -> str:
    return (await AGENT.answer(question, await the_view())).text


@pytest.mark.parametrize(
    ("question", "kind", "subject", "listener", "event"),
    [
        ("What happened at the ball?", Kind.SCENE, "", "", "ball"),
        ("what happened at Harker's party", Kind.SCENE, "", "", "party"),
        ("Did Agnes come to the ball?", Kind.WHETHER, "", "", "ball"),
        ("What happened on the moor?", Kind.WHAT, "", "", ""),
        ("How does Harker feel about Clara?", Kind.REGARD, "Harker", "Clara", ""),
        ("Does Harker still love Clara?", Kind.REGARD, "Harker", "Clara", ""),
        ("What does Clara think of Mr. Harker?", Kind.REGARD, "Clara", "Mr. Harker", ""),
        ("Is Harker in love with Clara?", Kind.REGARD, "Harker", "Clara", ""),
        ("How did Ada feel about it?", Kind.FEEL, "", "", ""),
        ("Where does Clara first meet Mr. Harker?", Kind.MEETING, "Clara", "Mr. Harker", ""),
        ("how did Clara and Harker meet?", Kind.MEETING, "Clara", "Harker", ""),
        ("When did we meet Agnes for the first time?", Kind.MEETING, "we", "Agnes", ""),
        ("Where do they meet?", Kind.WHERE, "", "", ""),
    ],
)
def test_scenes_and_feelings_are_understood(
    question: str, kind: Kind, subject: str, listener: str, event: str
) -> None:
    asked = read_question(question)
    assert (asked.kind, asked.subject, asked.listener, asked.event) == (kind, subject, listener, event)


def test_the_event_is_taken_out_of_what_is_asked_about_it() -> None:
    assert without_event("Did Agnes come to the ball?") == "Did Agnes come?"
    assert (
        without_event("Did Agnes like the ball that came down?") == "Did Agnes like the ball that came down?"
    )


async def test_what_happened_at_an_event_is_told_from_where_it_is_told() -> None:
    view = await the_view()
    scene = scene_of("ball", Reader(view))
    assert scene is not None
    assert "danced the first two dances" in view.quote(scene)
    told = await ask("What happened at the ball?")
    assert "danced" in told
    assert "ribbons" not in told
    assert "sighed" not in told


async def test_an_event_that_is_told_nowhere_has_no_scene() -> None:
    assert scene_of("wedding", Reader(await the_view())) is None


async def test_what_is_asked_about_an_event_is_looked_for_in_its_scene() -> None:
    told = await ask("Did the captain come to the ball?")
    assert "The captain did not come down to supper" in told


async def test_a_feeling_is_told_by_the_sentence_that_tells_it() -> None:
    told = await ask("How does Mr. Harker feel about Clara Voss?")
    assert "Clara Voss spoke of the weather. Mr. Harker had never admired anybody so much" in told
    assert "bells" not in told


async def test_a_feeling_that_is_told_nowhere_is_not_made_of_what_stands_near() -> None:  # S18
    assert await ask("Does Tobit hate Clara?") == NOT_IN_READ


async def test_where_a_place_lies_is_told_by_the_sentence_that_says_it() -> None:
    for question in ("Where is Harrow Hall?", "where is harrow hall?"):
        told = await ask(question)
        assert "two miles from the village of Wenlow" in told
        assert "asleep" not in told


async def test_other_forms_of_a_word_are_found_and_other_words_are_not() -> None:
    view = await the_view()
    found = [view.quote(span) for span in places_of("dance", Reader(view))]
    assert {"danced", "dances", "dance"} <= set(found)
    assert [view.quote(span) for span in places_of("ring", Reader(view))] == ["rang"]


def scored(text: str, *scores: float) -> list[Scored]:
    words = words_of_language("en")
    found, at = [], 0
    for sentence, score in zip(text.split("|"), scores, strict=True):
        span = Span(at, at + len(sentence))
        found.append(Scored(ReadSentence(span, sentence, frozenset(words.stems(sentence))), score, 1.0, True))
        at += len(sentence) + 1
    return found


def test_who_she_is_stands_before_what_she_did() -> None:
    told = "Clara Voss rose.|She left the room at once.|Rain fell on the yard.|Nobody spoke in the street."
    chosen = choose(scored(told, 0.5, 1.0, 0.5, 0.9), budget=14, text=told.replace("|", " "))
    assert [s.text for s in chosen][:2] == ["Clara Voss rose.", "She left the room at once."]
    apart = choose(scored(told, 0.5, 1.0, 0.5, 0.9), budget=14, text=told.replace("|", "\n"))
    assert apart[0].text == "She left the room at once."


def test_of_two_alike_in_worth_the_one_beside_what_is_told_is_told() -> None:
    told = "Bells rang over the hill.|Rain fell on the yard.|Tobit sold a lamp."
    chosen = choose(scored(told, 0.81, 0.8, 1.0), most=2, text=told.replace("|", " "))
    assert [s.text for s in chosen] == ["Rain fell on the yard.", "Tobit sold a lamp."]


def test_what_is_far_below_the_best_is_left_out() -> None:
    told = "Tobit sold a lamp.|Rain fell on the yard."
    assert len(choose(scored(told, 1.6, 0.7), text=told.replace("|", "\n"))) == 1
    assert len(choose(scored(told, 1.6, 1.2), text=told.replace("|", "\n"))) == 2


@pytest.mark.parametrize(
    ("question", "told", "untold"),
    [
        ("How did Mr. Harker meet Clara Voss?", "asked Clara Voss to dance", "to the mill"),
        ("Where did Clara and Harker first meet?", "asked Clara Voss to dance", "ribbons"),
        ("When did we meet Tobit?", "Tobit, who cannot dance", "ribbons"),
    ],
)
async def test_how_two_met_is_told_from_where_they_first_stand_together(
    question: str, told: str, untold: str
) -> None:
    answer = await ask(question)
    assert told in answer
    assert untold not in answer


async def test_both_who_met_are_told_where_a_paragraph_ends_between_them() -> None:
    told = (
        "Rain fell on the quay. At the end of it stood Dorrit Vane, with a lantern.",
        "“Who goes there?” asked Edwin Marsh, and he put down his box.",
    )
    book = parsed(MadeBook((Chapter("One", told),)))
    answer = await AGENT.answer("How did Edwin Marsh meet Dorrit Vane?", await view_of(book, len(book.text)))
    assert "stood Dorrit Vane" in answer.text
    assert "asked Edwin Marsh" in answer.text


async def test_a_house_in_a_place_says_nothing_of_where_the_place_lies() -> None:
    told = (
        "Hers was the only house in Wenlow with a bell. She lived in Wenlow for the bell's sake.",
        "Wenlow is a village two miles from the sea, and Clara Voss never left it.",
    )
    book = parsed(MadeBook((Chapter("One", told),)))
    answer = await AGENT.answer("Where is Wenlow?", await view_of(book, len(book.text)))
    assert "two miles from the sea" in answer.text
    assert "bell" not in answer.text


async def test_who_tells_the_story_met_somebody_where_that_one_first_stands_by_an_i() -> None:
    told = (
        "I was twelve when I came to the mill. “You are late, Edwin,” said my aunt, and I hung up my coat.",
        "Dorrit Vane sat on the orchard wall and threw pears at me. I caught one and ate it.",
        "“Edwin, come in,” my aunt called from the yard. Dorrit Vane laughed at that, and I ran.",
    )
    book = parsed(MadeBook((Chapter("One", told),)))
    answer = await AGENT.answer("How did Edwin meet Dorrit Vane?", await view_of(book, len(book.text)))
    assert answer.text.startswith("Dorrit Vane sat on the orchard wall")


async def test_who_was_never_met_was_met_nowhere() -> None:
    assert await ask("How did Clara Voss meet Oswin Tarl?") == NOT_IN_READ
