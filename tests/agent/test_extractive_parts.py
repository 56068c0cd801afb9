"""The parts of the answerer without a key: kinds of question, follow-ups, scores, and what fits."""

from __future__ import annotations

import pytest

from agent.answer import EarlierTurn
from agent.extractive.composing import BUDGET_WORDS, choose, join_neighbours
from agent.extractive.cues import speaks
from agent.extractive.followup import complete
from agent.extractive.question import Kind, read_question
from agent.extractive.reading import Reader
from agent.extractive.scoring import ReadSentence, Scored, Weights, score_sentences
from agent.extractive.support import is_foreign_to
from agent.extractive.tongues import in_english
from agent.extractive.words import words_of_language
from storage.values import Span
from tests.fakes import FakeView

NAMES = ("Ada Lorn", "Ada", "Bram Tully")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who is Ada?", Kind.PERSON),
        ("describe the keeper", Kind.PERSON),
        ("What does Ada look like?", Kind.FEATURE),
        ("What does skarn mean?", Kind.TERM),
        ("define skarn", Kind.TERM),
        ("what happened so far?", Kind.SO_FAR),
        ("What happened in chapter 3?", Kind.SO_FAR),
        ("What just happened?", Kind.SO_FAR),
        ("summarize the last chapter", Kind.SO_FAR),
        ("What colour are Ada's eyes?", Kind.FEATURE),
        ("and Ada's hair?", Kind.FEATURE),
        ("what color are ada's eyes", Kind.FEATURE),
        ("Describe Ada's face", Kind.FEATURE),
        ("What color hair does Ada have?", Kind.FEATURE),
        ("How old is Ada?", Kind.FEATURE),
        ("What does the keeper wear?", Kind.FEATURE),
        ("Is Ada dead?", Kind.STATE),
        ("Does she die?", Kind.STATE),
        ("Where is Ada now?", Kind.STATE),
        ("So Ada is the killer?", Kind.WHETHER),
        ("Did Ada take the key?", Kind.WHETHER),
        ("Who took the key?", Kind.WHO),
        ("Where did Ada go?", Kind.WHERE),
        ("When did Ada come?", Kind.WHEN),
        ("How long did Ada stay?", Kind.WHEN),
        ("Why did Ada come?", Kind.WHY),
        ("What made Ada come?", Kind.WHY),
        ("How did Ada open it?", Kind.HOW),
        ("How many keys were there?", Kind.COUNT),
        ("How did Ada feel about it?", Kind.FEEL),
        ("What did Ada say to Bram?", Kind.SAY),
        ("What happened after Ada came?", Kind.WHAT),
        ('Who said "the keeper has gone up"?', Kind.WHOSE_LINE),
        ("who cried: “Where is the keeper?”", Kind.WHOSE_LINE),
        ("Who said that the keeper has gone up?", Kind.WHO),
        ("what happens next?", Kind.AHEAD),
        ("what is going to happen next", Kind.AHEAD),
        ("What happened next to Ada?", Kind.WHAT),
        ("What is the last thing that happened?", Kind.SO_FAR),
    ],
)
def test_a_question_has_its_kind(question: str, kind: Kind) -> None:
    assert read_question(question).kind is kind


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("Wer ist Ada?", "who is Ada?"),
        ("wo ist der Leuchtturm?", "where is Leuchtturm?"),
        ("Qui est Ada ?", "who is Ada ?"),
        ("¿Quién es el capitán?", "who is capitán?"),
        ("¿Dónde está Ada?", "where is Ada?"),
        ("Chi è Ada?", "who is Ada?"),
        ("Was bedeutet skarn?", "define skarn?"),
        ("wer ist?", "wer ist?"),
        ("Who is Ada?", "Who is Ada?"),
        ("Why did the wer ist boat sink?", "Why did the wer ist boat sink?"),
    ],
)
def test_short_questions_of_other_languages_get_an_english_beginning(question: str, english: str) -> None:
    assert in_english(question) == english


def test_what_is_quoted_is_left_as_it_stands_in_a_follow_up() -> None:
    turn = EarlierTurn("Who is Ada Lorn?", "Ada Lorn was tall.")
    question = 'Who said "he will not come down to her"?'
    assert complete(question, [turn], {"Ada Lorn"}) == question


def test_what_comes_next_is_no_follow_up_of_what_was_asked() -> None:
    turn = EarlierTurn("What happened to Ada Lorn?", "Ada Lorn came.")
    assert complete("what happens next?", [turn], {"Ada Lorn"}) == "what happens next?"


def test_what_was_read_last_is_told_apart_from_all_that_was_read() -> None:
    latest = [
        "What just happened?",
        "summarize this chapter",
        "what happened in the last chapter?",
        "recap lately",
    ]
    assert all(read_question(question).latest for question in latest)
    assert not any(read_question(q).latest for q in ("What happened so far?", "What happened in chapter 3?"))


def test_a_question_about_a_feature_names_whose_and_which() -> None:
    asked = [read_question(q) for q in ("What colour was Ada Lorn's hair?", "What is Bram wearing?")]
    assert [(a.subject, a.topic) for a in asked] == [("Ada Lorn", "hair"), ("Bram", "wearing")]


def test_a_question_about_speech_names_speaker_listener_and_topic() -> None:
    asked = read_question("What did Ada say to Bram Tully about the key?")
    assert (asked.subject, asked.listener, asked.topic) == ("Ada", "Bram Tully", "about the key")


@pytest.mark.parametrize(
    ("question", "turns", "complete_question"),
    [
        ("Where is she now?", ["Who is Ada Lorn?"], "Where is Ada Lorn now?"),
        ("where is she now?", ["who is ada lorn?"], "where is Ada Lorn now?"),
        ("What was in her glove?", ["Who is Ada?"], "What was in Ada's glove?"),
        ("And why?", ["Did Ada leave?"], "And why did Ada leave?"),
        ("why?", ["Who is Ada?", "Did she leave?"], "why did Ada leave?"),
        ("Where is Bram Tully?", ["Who is Ada?"], "Where is Bram Tully?"),
        ("Was it raining?", ["Who is Ada?"], "Was it raining?"),
        ("Where is she now?", ["Who is Hester?"], "Where is she now?"),  # S38
        ("Where is she now?", [], "Where is she now?"),
    ],
)
def test_a_follow_up_is_completed_from_earlier_turns(
    question: str, turns: list[str], complete_question: str
) -> None:
    said = [EarlierTurn(turn, "") for turn in turns]
    found = complete(question, said, NAMES)
    assert found.replace("Did", "did") == complete_question.replace("Did", "did")


def test_an_answer_gives_a_name_when_no_question_did() -> None:
    turn = EarlierTurn("Who came to the harbour?", "Ada Lorn came to the harbour.")
    assert complete("Why did she come?", [turn], NAMES) == "Why did Ada Lorn come?"


def test_irregular_forms_are_one_word() -> None:
    words = words_of_language("en")
    assert words.stems("gave stole thieves") == words.stems("give steal thief")


def test_the_sentence_behind_the_match_scores_above_one_far_away() -> None:
    words = words_of_language("en")
    texts = [
        "Ada wept in the garden.",
        "Her brother had sold the old horse.",
        "It rained.",
        "Bells rang.",
        "Men sat still.",
    ]
    sentences = [
        ReadSentence(Span(40 * i, 40 * i + len(t)), t, frozenset(words.stems(t))) for i, t in enumerate(texts)
    ]
    scored = score_sentences(read_question("Why did Ada weep in the garden?"), [(1.0, sentences)], words)
    assert scored[1].score > scored[4].score
    assert scored[0].held == 1.0


def test_a_rare_word_weighs_more_than_one_that_stands_everywhere() -> None:
    words = words_of_language("en")
    passages = [
        [ReadSentence(Span(i, i + 1), t, frozenset(words.stems(t)))]
        for i, t in enumerate(["Ada sat.", "Ada ran.", "Ada sold the lamp."])
    ]
    weights = Weights.of(words.content("Ada lamp"), passages)
    lamp, ada = weights.held(frozenset(words.stems("lamp"))), weights.held(frozenset(words.stems("Ada")))
    assert weights.share(lamp) > weights.share(ada)
    assert weights.share(lamp | ada) == pytest.approx(1.0)


def scored(*texts: str) -> list[Scored]:
    words = words_of_language("en")
    found, at = [], 0
    for rank, text in enumerate(texts):
        sentence = ReadSentence(Span(at, at + len(text)), text, frozenset(words.stems(text)))
        found.append(Scored(sentence, 1.0 - rank / 10, 1.0, to_point=True))
        at += len(text) + 1
    return found


def test_an_answer_stays_within_its_budget_and_in_reading_order() -> None:
    texts = [" ".join(f"w{i}x{j}" for j in range(30)) for i in range(6)]
    chosen = choose(scored(*texts))
    assert 60 <= sum(len(s.text.split()) for s in chosen) <= BUDGET_WORDS + 8
    assert [s.span for s in chosen] == sorted(s.span for s in chosen)


def test_a_near_duplicate_is_said_once() -> None:
    chosen = choose(
        scored("The red key lay under the stone.", "The red key lay still under the stone.", "Ada left.")
    )
    assert [s.text for s in chosen] == ["The red key lay under the stone.", "Ada left."]


def test_neighbours_in_a_paragraph_are_one_and_paragraphs_stay_apart() -> None:
    view = FakeView.from_text("One sat. Two ran.\nThree left.\n")
    spans = view.sentences(Span(0, view.chars))
    assert [view.quote(s) for s in join_neighbours(spans, view)] == ["One sat. Two ran.", "Three left."]  # type: ignore[arg-type]


def test_mentions_are_whole_words_with_their_capital() -> None:
    view = FakeView.from_text("Wick saw Morrowick light the wick. Old Wick.\n")
    found = Reader(view).mentions(["Wick"])  # type: ignore[arg-type]
    assert [span.start for span in found] == [0, view.text.rindex("Wick")]


@pytest.mark.parametrize(
    ("text", "says"),
    [("said Ada", True), ("Ada quietly said", True), ("said Adam", False), ("Ada heard", False)],
)
def test_who_speaks_is_told_by_the_verb_beside_the_name(text: str, says: bool) -> None:
    assert speaks(text, ["Ada"]) is says


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("Why did the king marry the miller?", False),
        ("Why did the king wed the miller?", False),  # a verb may be another word for a read one
        ("Who stole the amulet?", True),
        ("Who stole the glorbnak?", True),
        ("Why did aliens abduct him?", True),
    ],
)
def test_a_thing_that_stands_nowhere_makes_a_question_foreign(question: str, foreign: bool) -> None:  # S18
    view = FakeView.from_text("The king married the miller, and a thief stole the crown.\n")
    assert is_foreign_to(question, view) is foreign  # type: ignore[arg-type]
