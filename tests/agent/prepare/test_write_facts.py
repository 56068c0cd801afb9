"""Story facts by a model: sent no later word, held, kept section by section, gone on with (S9, S21, S31)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent.prepare.facts import SCHEMA, parsed, write_facts
from agent.prepare.meter import AllowanceUsed, Metered
from agent.prepare.sections import PART_CHARS
from storage.errors import HorizonViolation, ModelUnavailable
from storage.story.facts import SectionFacts
from tests.fakes import FakeView

CHAPTERS = [
    "Chapter 1\nOrlo Venn, a thin man, carried the copper bell. A velk is a bell without a tongue.",
    "Chapter 2\nTessa Marl hid the bell. Orlo Venn was the cousin of Tessa Marl.",
    "Chapter 3\nThe flood carried off the mill, and Tessa Marl wept on the dyke.",
    "Chapter 4\nZinnobar the judge was really Orlo Venn.",
]
TEXT = "\n\n".join(CHAPTERS) + "\n"
SAID = [
    {"kind": "person", "name": "Orlo Venn", "quote": "Orlo Venn, a thin man, carried the copper bell."},
    {
        "kind": "trait",
        "name": "Orlo Venn",
        "text": "a thin man",
        "sort": "looks",
        "quote": "Orlo Venn, a thin man",
    },
    {"kind": "person", "name": "Tessa Marl", "quote": "Tessa Marl hid the bell."},
    {
        "kind": "tie",
        "name": "Orlo Venn",
        "other": "Tessa Marl",
        "text": "cousin",
        "quote": "was the cousin of",
    },
    {"kind": "person", "name": "Tessa Marl", "quote": "Tessa Marl wept on the dyke."},
    {
        "kind": "same",
        "name": "Zinnobar",
        "other": "Orlo Venn",
        "quote": "Zinnobar the judge was really Orlo Venn.",
    },
    {"kind": "person", "name": "Zinnobar", "quote": "Zinnobar the judge was really Orlo Venn."},
]


class Knowing:
    """Proposes the facts of the whole book for every section, and keeps what it was sent."""

    model = "scripted-1"

    def __init__(self, *script: str | Exception) -> None:
        self.script = list(script)
        self.sent: list[str] = []

    async def propose(self, system: str, message: str, schema: dict[str, Any]) -> str:
        self.sent.append(system + message + json.dumps(schema))
        line = self.script.pop(0) if self.script else json.dumps({"facts": SAID})
        if isinstance(line, Exception):
            raise line
        return line


class Shelf:
    """Opens views of one text and keeps what was found, as storage would."""

    def __init__(self, text: str = TEXT) -> None:
        self.text = text
        self.kept: dict[tuple[str, int], SectionFacts] = {}
        self.opened: list[int] = []

    async def view_at(self, end: int) -> FakeView:
        self.opened.append(end)
        return FakeView(self.text, end)

    async def keep(self, found: SectionFacts) -> None:
        self.kept[found.writer, found.section] = found

    @property
    def done(self) -> list[SectionFacts]:
        return list(self.kept.values())

    def facts(self, section: int) -> list[tuple[str, str, str]]:
        return [(f.kind.value, f.name, f.other) for f in self.kept["scripted-1", section].facts]


async def run(shelf: Shelf, proposer: Any, end: int, **limits: Any) -> tuple[int, ...]:
    view: Any = FakeView(shelf.text, end)
    found = await write_facts(view, shelf.view_at, proposer, shelf.done, shelf.keep, **limits)  # type: ignore[arg-type]
    return found.sections


async def test_only_sections_left_behind_are_looked_through_and_nothing_later_is_sent_or_kept() -> None:
    # S9, S31: the writer of a section has the section, and no later one; what it knows besides is dropped.
    shelf, model = Shelf(), Knowing()
    end = TEXT.index("and Tessa Marl wept")
    assert await run(shelf, model, end) == (1, 2)
    sent = "".join(model.sent)
    assert "flood" not in sent
    assert "Zinnobar" not in sent
    assert "Tessa" not in model.sent[0]
    assert all(offset <= end for offset in shelf.opened)
    assert shelf.facts(1) == [("person", "Orlo Venn", ""), ("trait", "Orlo Venn", "")]
    assert shelf.facts(2) == [("person", "Tessa Marl", ""), ("tie", "Orlo Venn", "Tessa Marl")]
    assert all(f.reveal <= one.span.end for one in shelf.done for f in one.facts)


async def test_the_title_and_the_author_are_never_sent() -> None:
    shelf, model = Shelf(), Knowing()
    await run(shelf, model, len(TEXT))
    assert "Nobody May See" not in "".join(model.sent)  # S21


async def test_two_books_equal_up_to_the_place_are_sent_and_kept_alike() -> None:
    # E5: what stands behind the place changes no byte of what is sent.
    end = TEXT.index("Chapter 3")
    other = Shelf(TEXT[:end] + "Chapter 3\nQuite another end, with Borg in it.\n")
    shelf, model, second = Shelf(), Knowing(), Knowing()
    for one, writer in ((shelf, model), (other, second)):
        await run(one, writer, end, passed=(1, 2))
    assert model.sent == second.sent
    assert shelf.kept == other.kept


async def test_a_run_that_broke_off_goes_on_and_a_section_without_a_fact_is_not_paid_twice() -> None:
    shelf = Shelf()
    model = Knowing("no JSON at all", ModelUnavailable("timeout"))
    with pytest.raises(ModelUnavailable):
        await run(shelf, model, len(TEXT))
    assert shelf.kept["scripted-1", 1].facts == ()
    again = Knowing()
    assert await run(shelf, again, len(TEXT)) == (2, 3)
    assert len(again.sent) == 2
    assert await run(shelf, again, len(TEXT)) == ()


async def test_another_model_looks_anew_and_the_same_one_replaces_itself() -> None:
    shelf, model = Shelf(), Knowing()
    await run(shelf, model, len(TEXT))
    before = dict(shelf.kept)
    model.model = "scripted-2"  # type: ignore[misc]
    assert await run(shelf, model, len(TEXT)) == (1, 2, 3)
    assert len(shelf.kept) == 2 * len(before)


async def test_no_more_is_sent_than_a_turn_allows_and_a_longer_section_never() -> None:
    shelf = Shelf()
    assert await run(shelf, Knowing(), len(TEXT), most_chars=len(CHAPTERS[0]) + 5) == (1,)
    long = Shelf(
        "Chapter 1\n" + "Orlo Venn slept. " * 900 + "\nChapter 2\nTessa Marl hid.\nChapter 3\nEnd.\n"
    )
    model = Knowing()
    assert await run(long, model, len(long.text), most_chars=1_000) == (2,)
    assert "slept" not in "".join(model.sent)


async def test_a_long_section_goes_part_by_part() -> None:
    text = "Chapter 1\n" + "\n".join(f"Orlo Venn walked {n} miles that day." for n in range(900))
    shelf, model = Shelf(text + "\nChapter 2\nEnd.\n"), Knowing()
    await run(shelf, model, len(shelf.text))
    assert len(model.sent) == -(-len(text) // PART_CHARS)


async def test_a_view_is_never_asked_past_its_end() -> None:
    shelf, model = Shelf(), Knowing()

    async def short(end: int) -> FakeView:
        return FakeView(TEXT, end - 5)

    view: Any = FakeView(TEXT)
    with pytest.raises(HorizonViolation):
        await write_facts(view, short, model, [], shelf.keep)  # type: ignore[arg-type]
    assert model.sent == []


class Purse:
    """Counts, and holds `most` code points."""

    def __init__(self, most: int | None) -> None:
        self.most = most
        self.counted: list[tuple[int, int]] = []

    async def left(self) -> int | None:
        return None if self.most is None else self.most - sum(map(sum, self.counted))

    async def count(self, sent_chars: int, received_chars: int) -> None:
        self.counted.append((sent_chars, received_chars))


async def test_what_is_sent_and_comes_back_is_counted_and_ends_with_the_allowance() -> None:
    shelf, model, purse = Shelf(), Knowing(), Purse(None)
    await run(shelf, Metered(model, purse), len(TEXT))
    assert [received for _, received in purse.counted] == [len(json.dumps({"facts": SAID}))] * 3
    assert all(
        sent > len(message) * 0.9 for (sent, _), message in zip(purse.counted, model.sent, strict=True)
    )
    shelf, model, purse = Shelf(), Knowing(), Purse(sum(purse.counted[0]) + 10)
    with pytest.raises(AllowanceUsed):
        await run(shelf, Metered(model, purse), len(TEXT))
    assert len(model.sent) == 1  # nothing of the next was sent
    assert list(shelf.kept) == [("scripted-1", 1)]


async def test_a_request_that_failed_is_counted_too() -> None:
    purse = Purse(None)
    with pytest.raises(ModelUnavailable):
        await run(Shelf(), Metered(Knowing(ModelUnavailable("timeout")), purse), len(TEXT))
    assert [received for _, received in purse.counted] == [0]


def test_facts_are_read_out_of_whatever_a_model_wraps_them_in() -> None:
    whole = json.dumps({"facts": SAID[:2]})
    assert len(list(parsed(whole))) == 2
    assert len(list(parsed(f"Here you are:\n```json\n{whole}\n```"))) == 2
    assert len(list(parsed(whole[: whole.rindex("quote")]))) == 1  # cut short: whole facts stay
    assert list(parsed('{"facts": [1, "x", {"kind": ]}')) == []
    assert list(parsed("[" * 5_000)) == []


def test_the_form_names_every_field_as_strict_endpoints_want_it() -> None:
    item = SCHEMA["properties"]["facts"]["items"]
    assert item["required"] == list(item["properties"])
    assert item["additionalProperties"] is False
