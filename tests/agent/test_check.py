"""A draft against a view: what is stopped, what passes, and where findings lie (S13, S22, S23)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answer import FindingKind
from agent.check import Checker, Verdict
from agent.names import skeleton
from agent.reading_agent import check_draft
from agent.sentences import DraftSentence
from storage.values import Passage, Span
from tests.fakes import FakeView, person

TEXT = (
    "Chapter 1\n"
    "It was in the spring of 1843 that Mrs. Oriel Dane took the house at Pell Water, with two maids and a "
    "parrot. Her brother, Captain Josua Merle, called the parrot Sultan.\n"
    "“You will never teach him to pray,” said the captain.\n"
    "Chapter 2\n"
    "On Monday Oriel rose early and walked to the mill. The miller’s boy, Tam, told her that the wheel had "
    "broken in the night, and that somebody had cut the rope. She gave the boy three shillings.\n"
    "Chapter 3\n"
    "“Who cut it?” asked Élise, the younger maid. Oriel Dane looked out over the water and said nothing.\n"
)
LATER = "Chapter 4\nIt was Gideon Fask, the parson, who had cut the rope. Sultan saw him. Mrs. Merle wept.\n"


def the_view() -> FakeView:
    view = FakeView.from_text(TEXT + LATER, len(TEXT))
    view.cards = [person(view, "Oriel Dane", "Oriel"), person(view, "Tam"), person(view, "Élise")]
    return view


async def kinds_in(draft: str, view: FakeView | None = None) -> set[FindingKind]:
    return {finding.kind for finding in await check_draft(draft, view or the_view())}  # type: ignore[arg-type]


TRUE = [
    "Mrs. Oriel Dane took the house at Pell Water in the spring of 1843.",
    "The miller's boy told Oriel that somebody had cut the rope in the night.",
    "Oriel gave the boy three shillings for the rope.",
    "ORIEL gave the boy three shillings.",
    "“You will never teach him to pray,” said the captain.",
    "The captain said of the parrot: “You will never … pray.”",
    "Elise, the younger maid, asked who cut it.",
    "Nobody is named: Oriel looked out over the water.",
    "On Monday she walked to the mill, and the wheel had broken.",
    "Then, early on Monday, Oriel Dane walked to the mill.",
    "Indeed the wheel had broken in the night.",
    "The Danes' house at Pell Water had two maids and a parrot.",
]


@pytest.mark.parametrize("draft", TRUE)
async def test_what_the_read_text_bears_out_passes(draft: str) -> None:
    assert await kinds_in(draft) == set()


FALSE = [
    ("Gideon Fask cut the rope at the mill in the night.", FindingKind.NAME),
    ("It was Gideon who cut the rope in the night.", FindingKind.NAME),
    ("The rope at the mill was cut by the parson Fask.", FindingKind.NAME),
    ("gideon cut the rope at the mill.", FindingKind.NAME),
    ("GIDEON cut the rope.", FindingKind.NAME),
    ("Mrs. Merle called the parrot Sultan.", FindingKind.NAME),
    ("Josua Dane called the parrot Sultan.", FindingKind.NAME),
    ("Captain Tam called the parrot Sultan.", FindingKind.NAME),
    ("The captain said: “He had seen him at the rope.”", FindingKind.QUOTATION),
    ("“You will always teach him to pray,” said the captain.", FindingKind.QUOTATION),
    ("In 1847 Mrs. Oriel Dane took the house at Pell Water.", FindingKind.NUMBER),
    ("The parson cut the rope because the parrot had betrayed his marriage.", FindingKind.SUPPORT),
    ("Oriel Dane poisons the parrot and flees abroad with her lover.", FindingKind.SUPPORT),
    ("Oriel Dane turns out to be the killer.", FindingKind.HINDSIGHT),
    ("Apparently the wheel had broken in the night.", FindingKind.HINDSIGHT),  # T6
    ("I am Oriel, and I cut the rope.", FindingKind.FORM),
    ("G i d e o n cut the rope.", FindingKind.FORM),
    ("G-i-d-e-o-n cut the rope.", FindingKind.FORM),
    ("Оriel gave the boy three shillings.", FindingKind.FORM),  # with a Cyrillic letter
    ("R2lkZW9uRmFzaw cut the rope.", FindingKind.FORM),
    ("Yes.", FindingKind.SUPPORT),
]


@pytest.mark.parametrize(("draft", "kind"), FALSE)
async def test_what_it_does_not_is_found(draft: str, kind: FindingKind) -> None:
    assert kind in await kinds_in(draft)


async def test_a_verdict_is_the_same_for_what_comes_later_and_what_never_comes() -> None:  # S23, T7
    drafts = [f"{n} had cut the rope, and Sultan had seen him." for n in ("Gideon Fask", "Zorban Quell")]
    found = [[(f.kind, f.start) for f in await check_draft(d, the_view())] for d in drafts]  # type: ignore[arg-type]
    assert found[0] == found[1]
    assert found[0][0][0] is FindingKind.NAME


async def test_a_name_may_be_used_from_the_place_where_it_stands() -> None:  # S13
    draft = "It was Gideon Fask, the parson, who had cut the rope."
    assert FindingKind.NAME in await kinds_in(draft)
    assert await kinds_in(draft, FakeView.from_text(TEXT + LATER)) == set()


async def test_findings_lie_where_the_words_stand() -> None:
    draft = "Oriel rose early. [p1]\n\n- **Then** Gideon Fask came in  1849 to the mill."
    for finding in await check_draft(draft, the_view()):  # type: ignore[arg-type]
        assert draft[finding.start : finding.end] == finding.text
    names = [f.text for f in await check_draft(draft, the_view()) if f.kind is FindingKind.NAME]  # type: ignore[arg-type]
    assert names == ["Gideon Fask"]


sentence_spans = st.sampled_from(FakeView.from_text(TEXT).sentences(Span(0, len(TEXT))))


@settings(deadline=None, max_examples=40)
@given(sentence_spans)
async def test_every_read_sentence_passes_as_it_stands(span: Span) -> None:
    draft = TEXT[span.start : span.end]
    if len(draft.split()) > 4:
        assert await kinds_in(draft) == set()


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.integers(0, len(TEXT)))
async def test_the_check_of_any_draft_is_that_of_the_truncated_text(draft: str, end: int) -> None:  # S23
    whole = await check_draft(draft, FakeView.from_text(TEXT + LATER, end))  # type: ignore[arg-type]
    assert whole == await check_draft(draft, FakeView.from_text(TEXT[:end]))  # type: ignore[arg-type]


# ---- citations -----------------------------------------------------------------------------


def judged(text: str, cited: list[Passage], retrieved: list[Passage], question: str = "") -> Verdict:
    return Checker(the_view(), question).check(DraftSentence(text, ()), cited, retrieved)  # type: ignore[arg-type]


def passage_with(words: str) -> Passage:
    return the_view().passage_at(TEXT.index(words))


def test_a_citation_points_at_the_sentence_that_bears_the_claim_out() -> None:
    rope = passage_with("somebody had cut")
    verdict = judged("She gave the boy three shillings.", [rope], [rope])
    assert verdict.shown is not None
    assert verdict.shown.citations[0].quote.startswith("She gave the boy")


def test_a_claim_cited_at_the_wrong_passage_gets_the_right_one() -> None:
    house, rope = passage_with("took the house"), passage_with("three shillings")
    verdict = judged("She gave the boy three shillings.", [house], [house, rope])
    assert verdict.shown is not None
    assert verdict.shown.citations[0].span.overlaps(rope.span)


def test_a_quotation_must_stand_where_it_is_cited() -> None:
    rope = passage_with("three shillings")
    verdict = judged("The captain said “You will never teach him to pray”.", [rope], [rope])
    house = passage_with("You will never")
    assert judged("The captain said “You will never teach him to pray”.", [house], [house]).shown is not None
    far = FakeView.from_text(TEXT + "She slept. " * 300 + "The end came.")
    end = far.passage_at(far.chars - 5)
    checker = Checker(far)  # type: ignore[arg-type]
    sentence = DraftSentence("The captain said “You will never teach him to pray”.")
    tail = Passage(Span(far.chars - 14, far.chars), end.section, end.label, "The end came.")
    assert [f.kind for f in checker.check(sentence, [tail], [tail]).findings] == [FindingKind.QUOTATION]
    assert verdict.shown is not None  # within a page of its citation it is near enough


def test_a_handle_that_was_never_given_is_a_fault() -> None:
    rope = passage_with("three shillings")
    verdict = Checker(the_view()).check(  # type: ignore[arg-type]
        DraftSentence("She gave the boy three shillings.", ("p9",)), [], [rope], unknown_handles=True
    )
    assert [f.kind for f in verdict.findings] == [FindingKind.CITATION]


def test_the_words_of_the_question_bear_nothing_out() -> None:  # S19, S38
    rope = passage_with("somebody had cut")
    verdict = judged("Yes, Tam cut the rope.", [rope], [rope], question="Did Tam cut the rope?")
    assert verdict.shown is None


# ---- other languages -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "shown"),
    [
        ("Oriel a pris une maison avec deux bonnes et un perroquet.", True),
        ("Gideon a coupé la corde du moulin dans la nuit.", False),
        ("Le pasteur a coupé la corde dans la nuit du meurtre.", False),
        ("Орил взяла дом у воды, с попугаем.", False),
        ("她给了男孩三先令。", False),
    ],
)
def test_an_answer_in_another_language_needs_a_name_or_quotation_of_its_passage(
    draft: str, shown: bool
) -> None:
    house = passage_with("took the house")
    assert (judged(draft, [house], [house]).shown is not None) is shown


@pytest.mark.parametrize(
    ("tail", "is_shown"),
    [
        (", and the copper kettle boiled over in the pantry.", False),
        (", because some unknown gardener poisoned the well.", False),
        ("; a vitriol carboy burst there.", False),
        (".", True),
    ],
)
def test_what_is_borne_out_carries_in_no_clause_that_is_not(tail: str, is_shown: bool) -> None:  # S22
    house = passage_with("took the house")
    said = house.text.split(". ")[0].rstrip(".")
    cited = judged(f"Indeed {said[0].lower()}{said[1:]}{tail}", [house], [house])
    assert (cited.shown is not None) is is_shown


@pytest.mark.parametrize("said", ["The first letter is K.", "It begins with an h.", "K, and no other."])
def test_a_lone_letter_tells_no_name(said: str) -> None:  # S25, T40
    house = passage_with("took the house")
    assert FindingKind.FORM in {f.kind for f in judged(said, [house], [house]).findings}


def test_a_transliterated_name_is_known_and_a_later_one_is_not() -> None:  # T50
    assert skeleton("Ориэль") == skeleton("Oriel")
    assert skeleton("Гидеон") != skeleton("Oriel")
    house = passage_with("took the house")
    assert judged("Ориэль взяла дом, и это сказано.", [house], [house]).findings != ()
    found = {f.kind for f in judged("Потом пришёл Гидеон и перерезал верёвку.", [house], [house]).findings}
    assert FindingKind.NAME in found


def test_inflected_names_are_the_same_name_in_languages_that_inflect_them() -> None:
    text = "Глава\nАнна Петровна вошла в комнату и увидела Илью. Илья молчал.\n"
    view = FakeView.from_text(text, language="ru")
    checker = Checker(view)  # type: ignore[arg-type]
    passage = view.passage_at(10)
    good = checker.check(DraftSentence("Илья увидел Анну в комнате и молчал."), [passage], [passage])
    bad = checker.check(DraftSentence("Илья увидел Соню в комнате и молчал."), [passage], [passage])
    assert [f.kind for f in bad.findings] == [FindingKind.NAME]
    assert FindingKind.NAME not in [f.kind for f in good.findings]
