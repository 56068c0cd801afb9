"""What is worth remembering of one exchange: whose words, and from where on they count (S37, S38)."""

from __future__ import annotations

from agent.answer import Answer, AnswerKind, AnswerSentence, Citation, not_in_read
from bot.companion.remembering import memories_of, summary_of, worded
from storage.reader.memories import MemoryKind, MemorySource
from storage.reader.turns import Exchange
from storage.values import Span

SENTENCE = AnswerSentence(
    "Oda burned the letter.", (Citation(Span(10, 32), "ch. 1 ¶2", "Oda burned the letter."),)
)
ANSWER = Answer(AnswerKind.ANSWERED, (SENTENCE,), horizon_end=500, model="extractive")


def test_what_the_text_said_is_kept_from_the_place_where_it_was_said_on() -> None:
    (memory,) = memories_of("Who burned the letter?", ANSWER)
    assert (memory.kind, memory.source) == (MemoryKind.FACT, MemorySource.TEXT)
    # Chosen by one who had read to 500: so it is not used before 500, early as its evidence is.
    assert memory.reveal == 500


def test_a_question_that_met_nothing_stays_open_as_the_readers_own() -> None:
    (memory,) = memories_of("Who is Zorblax?", not_in_read(500, "extractive"))
    assert (memory.kind, memory.source, memory.reveal) == (MemoryKind.QUESTION, MemorySource.READER, 500)


def test_a_guess_is_kept_as_a_guess_whatever_was_answered() -> None:
    for answer in (ANSWER, not_in_read(500, "extractive")):
        (memory,) = memories_of("I think the captain did it", answer)
        assert worded(memory) == "You said: I think the captain did it"


def test_passages_alone_are_no_memory() -> None:
    assert memories_of("Who?", Answer(AnswerKind.PASSAGES, (SENTENCE,), 500, "extractive")) == []


def test_the_summary_names_the_last_questions_once_each_in_order() -> None:
    turns = [Exchange(question, "") for question in ("a?", "b?", "a?", "c?", "d?", "e?", "f?")]
    (summary,) = summary_of(turns, 10)
    assert summary.text == "You asked: b? / c? / d? / e? / f?"
    assert summary.reveal == 10
    assert summary_of([], 10) == []
