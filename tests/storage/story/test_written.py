"""What models found: kept by section and writer, folded with the rules' facts, and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storage.database import Database
from storage.story import store, written_store
from storage.story.facts import FactKind, SectionFacts, WrittenFact
from storage.story.index import StoryIndex, StoryPrefix
from storage.story.tables import WrittenFactRow, WrittenSectionRow
from storage.values import Span
from tests.storage.story.test_store import BOOK, add_book

ONE = (
    "Edrin Sool was a thin man, and he came to Ostrel with Rose. Marlo bowed to the miller.\n"
    "It had rained upon Orrin all day. A velder hung there, a lamp of horn. Tam Varr slept.\n\n"
)
TWO = (
    "“I am Edrin Sool,” said Marlo. "
    "Rose was the bookkeeper of Marlo, and Marlo shook in his coat of rushes.\n"
    "Edrin Sool was a thin man. Mr. Varr came in, and Tam Varr was not Mr. Varr but his son.\n\n"
)
THREE = "Marlo went to Ostrel. Edrin Sool was there no more.\n\n"
TEXT = ONE + TWO + THREE
ENDS = [len(ONE), len(ONE + TWO), len(TEXT)]
SECTIONS = [Span(start, end) for start, end in zip([0, *ENDS], ENDS, strict=False)]
WRITER = "m-1"


def fact(kind: FactKind, name: str, sentence: str, **fields: str) -> WrittenFact:
    start = TEXT.index(sentence)
    span = Span(start, start + len(sentence))
    return WrittenFact(kind, name, start + sentence.index(name), span, span.end, **fields)


def found(number: int, *facts: WrittenFact, writer: str = WRITER) -> SectionFacts:
    return SectionFacts(number, SECTIONS[number - 1], writer, facts)


SAME = fact(FactKind.SAME, "Marlo", "“I am Edrin Sool,” said Marlo.", other="Edrin Sool")
ALL = [
    found(
        1,
        fact(
            FactKind.TRAIT,
            "Edrin Sool",
            "Edrin Sool was a thin man, and he came to Ostrel with Rose.",
            text="a thin man",
            sort="looks",
        ),
        fact(FactKind.PERSON, "Orrin", "It had rained upon Orrin all day."),
        fact(FactKind.PERSON, "Marlo", "Marlo bowed to the miller."),
        fact(FactKind.TERM, "velder", "A velder hung there, a lamp of horn."),
        fact(FactKind.PLACE, "Ostrel", "Edrin Sool was a thin man, and he came to Ostrel with Rose."),
        fact(FactKind.PERSON, "Rose", "Edrin Sool was a thin man, and he came to Ostrel with Rose."),
    ),
    found(
        2,
        SAME,
        fact(
            FactKind.TRAIT,
            "Marlo",
            "Rose was the bookkeeper of Marlo, and Marlo shook in his coat of rushes.",
            text="his coat of rushes",
            sort="dress",
        ),
        fact(
            FactKind.TIE,
            "Rose",
            "Rose was the bookkeeper of Marlo, and Marlo shook in his coat of rushes.",
            other="Marlo",
            text="bookkeeper",
        ),
        fact(FactKind.TRAIT, "Edrin Sool", "Edrin Sool was a thin man.", text="a thin man", sort="looks"),
    ),
]


def index(facts: Sequence[SectionFacts] = (), end: int = len(TEXT)) -> StoryIndex:
    sections = [Span(s.start, min(s.end, end)) for s in SECTIONS if s.start < end]
    return StoryIndex.build(TEXT[:end], sections, "en").with_facts(facts)


def told(prefix: StoryPrefix) -> list[object]:
    asked = ["Marlo", "Edrin Sool", "Tam", "Varr", "Rose", "velder", "Zorblax"]
    return [
        prefix.people(),
        prefix.places(),
        prefix.terms(),
        prefix.groups(),
        prefix.relations(),
        prefix.speakers(),
        sorted(prefix.names()),
        [prefix.who(name) for name in asked],
        [prefix.mentions(name) for name in asked],
    ]


def cut(built: StoryIndex, end: int) -> StoryPrefix:
    return built.cut(TEXT[:end], end)


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1), reached=st.integers(0, 2))
def test_a_cut_with_a_models_facts_tells_what_the_cut_book_with_its_facts_tells(
    share: float, reached: int
) -> None:
    # Bounded equals truncated: the facts of the cut book are those of the sections that it holds whole.
    end = int(share * len(TEXT))
    mine = [one for one in ALL[:reached] if one.span.end <= end]
    assert told(cut(index(ALL[:reached]), end)) == told(cut(index(mine, end), end))


def test_a_fact_is_told_from_the_end_of_its_section_on_and_not_before() -> None:
    # S31: its writer had read to the end of the section, so inside it nothing of it shows.
    with_model, alone = index(ALL), index()
    for end in range(0, len(TEXT) + 1, 11):
        reached = sum(one.span.end <= end for one in ALL)
        if not reached:
            assert told(cut(with_model, end)) == told(cut(alone, end))
        assert bool(cut(with_model, end).who("Orrin")) == (end >= ENDS[0])
    before = cut(with_model, ENDS[1] - 1)
    assert [card.name for card in before.who("Marlo")] == ["Marlo"]
    assert before.who("Marlo") != before.who("Edrin Sool")  # T3
    assert cut(with_model, ENDS[1]).who("Marlo") == cut(with_model, ENDS[1]).who("Edrin Sool")  # T4


def test_people_ties_words_and_looks_of_a_model_stand_beside_the_rules() -> None:
    for facts in (ALL, []):
        prefix = cut(index(facts), len(TEXT))
        cards = prefix.who("Marlo")
        described = {d.text for card in cards for d in card.descriptors}
        assert ({known.name for card in cards for known in card.names} == {"Marlo", "Edrin Sool"}) == bool(
            facts
        )
        assert ("his coat of rushes" in described) == bool(facts)
        assert (("Rose", "bookkeeper") in [(tie.a, tie.kind) for tie in prefix.relations()]) == bool(facts)
        assert ("velder" in [term.term for term in prefix.terms()]) == bool(facts)
        assert bool(prefix.who("Orrin")) == bool(facts)
    (card,) = cut(index(ALL), len(TEXT)).who("Marlo")
    assert [d.quote for d in card.descriptors if d.kind == "identity"] == ["“I am Edrin Sool,” said Marlo."]
    assert all(known.reveal >= SAME.reveal for known in card.names if known.name == "Marlo")


def test_the_same_fact_stands_once_with_its_earliest_line() -> None:
    # Said by the rules, in two sections, and by two writers.
    other = [replace(one, writer="m-2") for one in ALL]
    (card,) = cut(index([*ALL, *other]), len(TEXT)).who("Edrin Sool")
    thin = [d for d in card.descriptors if "thin" in d.text]
    assert [(d.text, d.reveal) for d in thin] == [("a thin man", TEXT.index(" Marlo bowed"))]
    assert told(cut(index([*ALL, *other]), len(TEXT))) == told(cut(index(ALL), len(TEXT)))


def test_what_rules_and_model_disagree_on_stays_apart() -> None:
    # S14: Mr. and Mrs. are two; so are two who stood side by side before; so is what is said to be two.
    text = "Mr. Reed bowed. Mrs. Reed, or rather Mr. Reed, laughed.\n\n"
    span = Span(text.index("Mrs."), text.index("\n"))
    fact_of = WrittenFact(FactKind.SAME, "Mrs. Reed", span.start, span, span.end, other="Mr. Reed")
    whole = [Span(0, len(text))]
    built = StoryIndex.build(text, whole, "en").with_facts([SectionFacts(1, whole[0], WRITER, (fact_of,))])
    assert len(built.cut(text, len(text)).people()) == 2

    apart = fact(
        FactKind.APART,
        "Tam Varr",
        "Mr. Varr came in, and Tam Varr was not Mr. Varr but his son.",
        other="Mr. Varr",
    )
    assert len({card.name for n in ("Tam Varr", "Mr. Varr") for card in cut(index(), len(TEXT)).who(n)}) == 1
    prefix = cut(index([found(2, apart)]), len(TEXT))
    assert {card.name for name in ("Tam Varr", "Mr. Varr") for card in prefix.who(name)} == {
        "Tam Varr",
        "Mr. Varr",
    }


async def rows(database: Database) -> tuple[int, int]:
    async with database.read() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (WrittenFactRow, WrittenSectionRow)
        ]
    return counts[0] or 0, counts[1] or 0


async def test_a_section_told_again_replaces_itself_and_what_is_loaded_tells_what_was_kept(
    database: Database,
) -> None:
    async with database.write() as session:
        await add_book(session)
        await store.save(session, BOOK, index().packed())
    for _ in range(2):
        for one in ALL:
            async with database.write() as session:
                await written_store.save_facts(session, BOOK, one)
        assert await rows(database) == (sum(len(one.facts) for one in ALL), len(ALL))
    async with database.read() as session:
        assert await written_store.load_facts(session, BOOK, WRITER) == ALL
        assert await written_store.load_facts(session, BOOK, "m-2") == []
        loaded = await store.load(session, BOOK)
    assert loaded is not None
    for end in range(0, len(TEXT) + 1, 37):
        assert told(cut(loaded, end)) == told(cut(index(ALL), end))
    async with database.write() as session:
        await written_store.save_facts(session, BOOK, found(2))  # looked through again, and nothing held
    assert await rows(database) == (len(ALL[0].facts), 2)


async def test_the_rules_index_built_again_leaves_what_models_found(database: Database) -> None:
    async with database.write() as session:
        await add_book(session)
        await written_store.save_facts(session, BOOK, ALL[0])
        await store.save(session, BOOK, index().packed())
    assert await rows(database) == (len(ALL[0].facts), 1)
