"""What a model proposes is kept as a sentence bears it out, and not otherwise (S13, S14, S22, S23)."""

from __future__ import annotations

import pytest

from agent.prepare.holding import held
from storage.story.facts import FactKind, WrittenFact
from storage.values import Span
from tests.fakes import FakeView

TEXT = (
    "Chapter 1\n"
    "Ada Brook, a tall woman in a grey cloak, was the sister of Tom Reed. "
    "Tom came with his sister Jane. "
    "The stranger looked at Garrow while Wick was mending the net. "
    "“I am Garrow Pell,” said Wick. "
    "Wick, otherwise known as Marlo, laughed. "
    "Was Wick really Sool? "
    "Nobody knew whether Wick was Brae. "
    "Ada and Tom Reed were friends. "
    "Wick watched while Ada looked for her father. "
    "A fid is a wooden pin that opens the strands of a rope. "
    "Wick, Ada’s brother Ned, and Tom sat down. "
    "Captain Sool bowed to them with his friend, Mr. Brae. "
    "Tom was not tall, and Ada never married Wick.\n"
    "Chapter 2\nThe stranger was Perrin.\n"
)
END = TEXT.index("Chapter 2")
SECTION = Span(0, END)


def proposed(kind: str, name: str, quote: str, **fields: str) -> dict[str, str]:
    return {"kind": kind, "name": name, "other": "", "text": "", "sort": "", "quote": quote, **fields}


def hold(kind: str, name: str, quote: str, **fields: str) -> WrittenFact | None:
    return held(FakeView(TEXT, END), SECTION, proposed(kind, name, quote, **fields))  # type: ignore[arg-type]


def test_a_fact_is_spelled_and_dated_by_its_sentence() -> None:
    # S11: the whole sentence is the evidence, and its end the reveal.
    fact = hold("trait", "ada  brook", "a tall woman in a GREY cloak", text="a Tall woman", sort="looks")
    sentence = TEXT[TEXT.index("Ada Brook") : TEXT.index(" Tom came")]
    start = TEXT.index("Ada Brook")
    span = Span(start, start + len(sentence))
    assert fact == WrittenFact(
        FactKind.TRAIT, "Ada Brook", start, span, span.end, text="a tall woman", sort="looks"
    )


@pytest.mark.parametrize(
    ("kind", "name", "quote", "fields"),
    [
        ("person", "the Garrow Pell", "I am Garrow Pell", {}),
        ("tie", "Ada Brook", "was the sister of Tom Reed", {"other": "Tom Reed", "text": "sister"}),
        ("tie", "Jane", "Tom came with his sister Jane", {"other": "Tom", "text": "sister"}),
        ("tie", "Ada", "Ada and Tom Reed were friends", {"other": "Tom Reed", "text": "friends"}),
        ("tie", "Ned", "Ada's brother Ned", {"other": "Ada", "text": "brother"}),
        ("tie", "Brae", "his friend, Mr. Brae", {"other": "Sool", "text": "friend"}),
        ("same", "Wick", "“I am Garrow Pell,” said Wick.", {"other": "Garrow Pell"}),
        ("same", "Wick", "Wick, otherwise known as Marlo", {"other": "Marlo"}),
        ("apart", "Ada", "Ada and Tom Reed were friends.", {"other": "Tom"}),
        ("term", "fid", "A fid is a wooden pin", {}),
    ],
)
def test_what_a_sentence_says_is_kept(kind: str, name: str, quote: str, fields: dict[str, str]) -> None:
    fact = hold(kind, name, quote, **fields)
    assert fact is not None
    assert TEXT[fact.at : fact.at + len(fact.name)] == fact.name
    assert fact.reveal == fact.span.end <= END


def test_a_name_is_taken_with_the_title_before_it() -> None:
    fact = hold("tie", "Brae", "his friend, Mr. Brae", other="Sool", text="friend")
    assert fact is not None
    assert (fact.name, fact.other) == ("Mr. Brae", "Captain Sool")


@pytest.mark.parametrize(
    ("kind", "name", "quote", "fields"),
    [
        ("person", "Perrin", "The stranger was Perrin.", {}),  # past the section
        ("person", "Zorblax", "Tom came with his sister Jane.", {}),  # a name the quote has not
        ("person", "Tom", "Tom burned the mill.", {}),  # a quote the text has not
        ("person", "sister", "Tom came with his sister Jane.", {}),  # no name
        ("hero", "Tom", "Tom came with his sister Jane.", {}),  # no kind
        ("trait", "Garrow", "looked at Garrow", {"text": "a murderer", "sort": "trait"}),
        ("trait", "Ada Brook", "was the sister of Tom Reed", {"text": "in the end", "sort": "state"}),
        ("trait", "Wick", "The stranger looked at Garrow", {"text": "The stranger", "sort": "is"}),
        ("trait", "Tom", "Tom was not tall", {"text": "tall", "sort": "looks"}),
        ("trait", "Ada Brook", "a tall woman", {"text": "tall", "sort": "fate"}),
        ("same", "Wick", "The stranger looked at Garrow while Wick", {"other": "Garrow"}),
        ("same", "Wick", "Was Wick really Sool?", {"other": "Sool"}),
        ("same", "Wick", "Nobody knew whether Wick was Brae.", {"other": "Brae"}),
        ("same", "Reed", "was the sister of Tom Reed", {"other": "Tom Reed"}),  # one name inside the other
        ("tie", "Wick", "Wick watched while Ada looked", {"other": "Ada", "text": "father"}),
        ("tie", "Wick", "Wick, Ada’s brother Ned", {"other": "Ada", "text": "brother"}),
        ("tie", "Ada", "Ada never married Wick.", {"other": "Wick", "text": "married"}),
        ("tie", "Ada", "Ada and Tom Reed were friends.", {"other": "Tom Reed", "text": "rivals"}),
        ("tie", "Jane", "Tom came with his sister Jane.", {"other": "Garrow", "text": "sister"}),
        ("term", "the", "A fid is a wooden pin", {}),
    ],
)
def test_what_it_does_not_say_is_not(kind: str, name: str, quote: str, fields: dict[str, str]) -> None:
    # A writer who knows the secret finds no sentence for it before the text tells it (S14, S23).
    assert hold(kind, name, quote, **fields) is None
