"""The answerer without a key: what it answers, from where, and when it stays silent."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.answer import NOT_IN_READ, Answer, AnswerKind, EarlierTurn, Question
from agent.reading_agent import ReadingAgent
from storage.story.facts import Sense, TermCard
from storage.values import Span
from tests.books import cut
from tests.fakes import FakeView, person
from tests.opened import view_of
from tests.prose import told_book

READ = """Chapter 1
Ada Lorn was a tall woman of thirty with grey eyes and a scar on her chin. She had come from the north.
Ada came to the harbour in March because her father had written to her. She carried three brass keys.
“Where is the keeper?” asked Ada. Old Bram Tully, who was mending a net, shook his head at her.
“The keeper has gone up to the lamp room,” said Bram. “He will not come down before dark.”
Ada was afraid of the stairs, and her heart beat fast when she looked at them.
Chapter 2
The lamp room was cold. Ada found Silas Wren asleep beside the great lens, with a letter in his hand.
She read the letter while he slept. It said that Peter Moll had died at sea in the autumn storm.
Silas woke and wept. He had loved Peter Moll like a son, and he had hidden the letter under the oil can.
Chapter 3
A boat came in at night. Peter Moll stepped out of it alive, thin and laughing, and asked for bread.
Bram dropped his net into the water. Then Ada ran down to the boat and took Peter Moll by the hands.
Now Silas Wren stood at the window of the customs house and would not come out.
"""
LATER = """Chapter 4
Hester Vane stole the quillon ledger from the vault and drowned the pilot with a silver chain.
"""
LATER_WORDS = ("hester", "vane", "quillon", "ledger", "drowned", "pilot", "silver")
PATTERNS = (
    "Who is {}?",
    "Where is {} now?",
    "Why did {} go to {}?",
    "What does {} mean?",
    "What did {} say to {}?",
    "What happened so far?",
    "Is {} dead?",
    "So {} is {}?",
    "Describe {}",
    "What happened after {} met {}?",
    "What just happened to {}?",
    "What colour are {}'s eyes?",
    "How old is {}?",
    "How did {} meet {}?",
    "How does {} feel about {}?",
    "Where is {}?",
)
AGENT = ReadingAgent()


def the_view(end: int = len(READ)) -> FakeView:
    view = FakeView.from_text(READ + LATER, end)
    view.cards = [
        person(view, name, *others)
        for name, *others in (
            ["Ada Lorn", "Ada"],
            ["Bram Tully", "Bram"],
            ["Silas Wren", "Silas"],
            ["Peter Moll"],
        )
        if view.find(name)
    ]
    return view


def before_chapter(number: int) -> int:
    return READ.index(f"Chapter {number}")


async def ask(question: str, *turns: EarlierTurn, view: FakeView | None = None) -> Answer:
    return await AGENT.answer(question, view or the_view(), turns=turns)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Why did Ada come to the harbour?", "because her father had written to her"),
        ("How many brass keys did Ada carry?", "three brass keys"),
        ("When did Ada come to the harbour?", "in March"),
        ("Where did Silas hide the letter?", "under the oil can"),
        ("Who was asleep beside the lens?", "Silas Wren asleep"),
        ("How did Ada feel about the stairs?", "afraid of the stairs"),
        ("What did the letter say?", "Peter Moll had died at sea"),
        ("What did Bram say to Ada?", "The keeper has gone up to the lamp room"),
        ("What does Ada look like?", "grey eyes and a scar"),
        ("Describe Ada Lorn", "a tall woman of thirty"),
        ("Who is Bram Tully?", "mending a net"),
        ("What happened after Peter Moll stepped out of the boat?", "Ada ran down to the boat"),
    ],
)
async def test_each_kind_of_question_gets_the_sentence_that_answers_it(question: str, told: str) -> None:
    answer = await ask(question)
    assert answer.kind is AnswerKind.ANSWERED
    assert told in answer.text


@pytest.mark.parametrize(
    "question", ["Who is Ada?", "Why did Silas weep?", "What happened so far?", "Is Peter Moll dead?"]
)
async def test_every_sentence_is_the_books_own_and_cited_where_it_stands(question: str) -> None:
    view = the_view()
    answer = await ask(question, view=view)
    for sentence in answer.sentences:
        assert len(sentence.citations) == 1
        span = sentence.citations[0].span
        assert span.end <= view.horizon.end
        assert view.quote(span).strip("“”. ") in sentence.text


async def test_the_latest_state_comes_first_and_the_earlier_stays_as_it_was_said() -> None:  # S11, T6
    answer = await ask("Is Peter Moll dead?")
    assert "alive" in answer.sentences[0].text
    assert "had died at sea" in answer.sentences[-1].text


async def test_an_earlier_reader_still_reads_that_he_died() -> None:  # S11, T6
    answer = await ask("Is Peter Moll dead?", view=the_view(before_chapter(3)))
    assert "had died at sea" in answer.text
    assert "alive" not in answer.text


async def test_where_somebody_is_now_is_told_by_the_latest_mention() -> None:  # S11
    answer = await ask("Where is Silas Wren now?")
    assert "customs house" in answer.sentences[0].text


async def test_where_somebody_is_means_the_latest_place_without_a_now_too() -> None:  # S11
    assert (await ask("where is Silas Wren?")) == (await ask("Where is Silas Wren now?"))


@pytest.mark.parametrize("question", ["Ada Lorn", "Ada?", "silas wren", "Wer ist Ada?", "¿Quién es Ada?"])
async def test_a_name_alone_or_in_another_language_asks_who_that_is(question: str) -> None:
    name = "Silas Wren" if "silas" in question else "Ada Lorn" if "Lorn" in question else "Ada"
    assert (await ask(question)).text == (await ask(f"Who is {name}?")).text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ('Who said "he will not come down before dark"?', "said Bram"),
        ("who asked “Where is the keeper?”", "asked Ada"),
        ('who said "The keeper has gone up to the lamp-room"', "said Bram"),
    ],
)
async def test_a_quoted_line_is_told_with_who_says_it(question: str, told: str) -> None:
    assert told in (await ask(question)).text


@pytest.mark.parametrize(
    "line", ["She stole the ledger from the vault", "no such words", "the pilot with a silver chain"]
)
async def test_a_line_that_is_not_read_has_no_speaker_whether_it_comes_or_not(line: str) -> None:  # S18
    assert (await ask(f'Who said "{line}"?')).text == NOT_IN_READ


async def test_a_speech_follows_what_leads_on_to_it() -> None:
    view = FakeView.from_text(
        "The miller raised his lantern at the noise from the weir, and he said:—\n"
        "“The sluice has gone.”\nNobody moved for a while.\n"
    )
    assert "The sluice has gone" in (await ask("What did the miller do at the weir?", view=view)).text


async def test_a_heading_is_no_answer() -> None:
    view = FakeView.from_text(
        "Dorrit Hale’s Journal.\nThe rain went on.\n"
        "Dorrit Hale was a small woman of sixty who kept bees on the hill.\n"
    )
    view.cards = [person(view, "Dorrit Hale")]
    answer = await ask("Who is Dorrit Hale?", view=view)
    assert "Journal" not in answer.text
    assert "kept bees" in answer.text


async def test_a_long_sentence_leaves_room_for_those_that_tell_more() -> None:
    view = FakeView.from_text(
        "In the year of the flood, when all the bridges were down and the carts stood idle in the mud of "
        "every lane between the two rivers, and nobody had bread or oil or candles or salt, there came over "
        "the hill with a drum and a fiddle and a cage of doves the men whom people afterwards called the "
        "friends of Dorrit Hale, and they sang.\n"
        "Dorrit Hale was a small woman of sixty.\nDorrit Hale kept bees on the hill.\n"
    )
    view.cards = [person(view, "Dorrit Hale")]
    answer = await ask("Who is Dorrit Hale?", view=view)
    assert answer.text.startswith("Dorrit Hale was a small woman of sixty.")
    assert "kept bees" in answer.text


async def test_a_word_is_explained_with_what_stands_beside_it_and_little_else() -> None:  # S17
    view = FakeView.from_text(
        "Ned hung a skarn over the door in the evening.\n"
        "“Look,” said Ned. “A skarn is a lamp of horn. It burns for a week.”\n"
        "Ned liked the door of the house better than all other doors in the town.\n"
    )
    (sense,) = view.find("A skarn is a lamp of horn.")
    span = view.sentences(sense)[0]
    view.term_cards = [TermCard("skarn", 11, 2, (Sense("a lamp of horn", span, span.end),))]
    told = (await ask("What does skarn mean?", view=view)).text
    assert told.index("A skarn is a lamp") < told.index("It burns for a week") < len(told)
    assert "better than all other doors" not in told
    assert told.startswith(("“Look,”", "“A skarn"))


async def test_a_name_of_which_a_part_is_not_read_is_nobody() -> None:  # S18
    for question in ("who is ada vane?", "who is ada zorblax?"):
        assert (await ask(question)).text == NOT_IN_READ


async def test_what_comes_next_is_not_in_what_is_read() -> None:  # S18
    turn = EarlierTurn("What happened in chapter 3?", "A boat came in at night.")
    for question in ("what happens next?", "What is going to happen next?"):
        assert (await ask(question, turn)).text == NOT_IN_READ


async def test_names_inside_other_words_are_no_mentions() -> None:
    view = FakeView.from_text(
        "Wick sat in the boat with a rope.\nOld Morrowick went to the harbour and stayed there.\n"
    )
    view.cards = [person(view, "Wick")]
    answer = await ask("Where is Wick now?", view=view)
    assert "Morrowick" not in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Who is Hester Vane?",  # not yet
        "Who is Zorblax?",  # never
        "Why did Zorblax weep?",
        "Why did Hester weep?",
        "Who stole the ledger?",
        "Who stole the glorbnak?",
        "Why did Ada blow up the casino?",  # of the film alone
        "What does quillon mean?",
        "Does Ada die?",  # T5
        "Is Silas married?",
        "Who killed Bram Tully?",
        "What happened in chapter 4?",
        "What happened in chapter 44?",
    ],
)
async def test_what_is_not_read_gets_the_one_template_whatever_the_reason(
    question: str,
) -> None:  # S18, T5, T7
    answer = await ask(question)
    assert answer.text == NOT_IN_READ
    assert answer.kind is AnswerKind.NOT_IN_READ
    assert answer.citations == ()


async def test_a_later_name_and_a_nonsense_name_take_the_same_path() -> None:  # S18, T7
    for pattern in (
        "Who is {}?",
        "Where is {} now?",
        "What did {} say to Ada?",
        "and did {} go to the harbour?",
    ):
        later, nonsense = the_view(), the_view()
        a = await ask(pattern.format("Hester"), view=later)
        b = await ask(pattern.format("Zorbel"), view=nonsense)
        assert a == b
        assert len(later.searched) == len(nonsense.searched)


async def test_a_leading_question_gets_sentences_and_no_verdict() -> None:  # S19
    answer = await ask("So Silas hid the letter?")
    assert "hidden the letter under the oil can" in answer.text
    assert not answer.text.lower().startswith(("yes", "no"))


async def test_an_answer_holds_no_hindsight_and_no_word_but_the_books() -> None:  # S15
    for question in ("Who is Silas?", "Why did Silas weep?", "What happened so far?"):
        answer = await ask(question)
        for sentence in answer.sentences:
            assert " ".join(sentence.text.split()) in " ".join(READ.split())


async def test_what_happened_so_far_is_told_in_order() -> None:  # S31
    answer = await ask("What has happened so far?")
    starts = [c.span.start for c in answer.citations]
    assert starts == sorted(starts)
    assert starts[-1] > before_chapter(3)


async def test_what_happened_last_is_told_from_the_section_read_last() -> None:
    answer = await ask("What happened in the last chapter?")
    assert answer.citations
    assert all(c.span.start >= before_chapter(3) for c in answer.citations)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What colour are Ada's eyes?", "grey eyes"),
        ("How old is Ada Lorn?", "of thirty"),
        ("What does Ada's chin look like?", "a scar on her chin"),
    ],
)
async def test_a_feature_is_answered_with_the_sentence_that_tells_it(question: str, told: str) -> None:
    assert told in (await ask(question)).text


async def test_what_happened_in_a_chapter_is_told_from_that_chapter() -> None:
    answer = await ask("What happened in chapter 2?")
    chapter = Span(before_chapter(2), before_chapter(3))
    assert all(chapter.start <= c.span.start < chapter.end for c in answer.citations)


async def test_a_pronoun_stands_for_the_one_last_asked_about() -> None:
    turn = EarlierTurn("Who is Silas Wren?", "Ada found Silas Wren asleep.")
    assert (await ask("Where is he now?", turn)) == (await ask("Where is Silas Wren now?"))


async def test_a_bare_why_takes_over_the_last_question() -> None:
    turn = EarlierTurn("Did Ada come to the harbour?", "Ada came to the harbour in March.")
    assert "because her father" in (await ask("And why?", turn)).text


async def test_a_name_that_the_reader_brought_along_is_not_taken_over() -> None:  # S38
    turn = EarlierTurn("Who is Hester Vane?", NOT_IN_READ)
    for question in ("Where is she now?", "and why?"):
        answer = await ask(question, turn)
        assert "Hester" not in answer.text
        assert answer.text == NOT_IN_READ or not [w for w in LATER_WORDS if w in answer.text.lower()]


async def test_of_people_who_share_a_name_each_is_told_of() -> None:  # T48
    view = FakeView.from_text(
        "Jem Orr was a tall smith with a beard.\nJem Pask was a small girl with red hair.\n"
    )
    view.cards = [person(view, "Jem Orr", "Jem"), person(view, "Jem Pask", "Jem")]
    answer = await ask("Who is Jem?", view=view)
    assert "smith" in answer.text
    assert "girl" in answer.text


async def test_a_question_about_a_quoted_passage_is_answered_from_it() -> None:
    at = READ.index("Silas woke and wept")
    view = the_view()
    answer = await AGENT.answer(Question("Why?", about=Span(at, at + 20)), view)  # type: ignore[arg-type]
    assert "loved Peter Moll like a son" in answer.text


@pytest.mark.parametrize(
    "question", ["", "?", "!!!", "why", "who", "a" * 500, "was ist los?", "誰が来ましたか？"]
)
async def test_odd_questions_do_no_harm(question: str) -> None:
    answer = await ask(question)
    assert not [word for word in LATER_WORDS if word in answer.text.lower()]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.1, 0.95), data=st.data())
async def test_an_answer_equals_that_of_the_book_cut_at_the_horizon(
    seed: int, share: float, data: st.DataObject
) -> None:
    # Bounded equals truncated, for questions made of words of the whole book, read or not.
    book = told_book(seed, chapters=3, paragraphs=3).parsed
    end = max(40, int(len(book.text) * share))
    assume(not any((s.start or 0) < end < (s.body_start or 0) - 1 for s in book.sections))
    words = sorted({word.strip(".,;:“”?!") for word in book.text.split()} - {""})
    one, other = (data.draw(st.sampled_from(words)) for _ in range(2))
    pattern = data.draw(st.sampled_from(PATTERNS))
    question = pattern.format(one, other)
    whole = await AGENT.answer(question, await view_of(book, end))
    truncated = await AGENT.answer(question, await view_of(cut(book, end), end))
    assert whole == truncated
    assert all(citation.span.end <= end for citation in whole.citations)
