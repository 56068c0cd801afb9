"""Digests by a model: sent no later word, checked, kept one by one, gone on with (S9, S21, S22, S31)."""

from __future__ import annotations

import re

import pytest

from agent.prepare.digests import write_digests
from agent.prepare.sections import PART_CHARS
from storage.errors import HorizonViolation, ModelUnavailable
from storage.story.facts import SectionDigest
from tests.fakes import FakeView

CHAPTERS = [
    "Chapter 1\nOrlo Venn carried the copper bell across the marsh. The ferryman would not take it on board.",
    "Chapter 2\nTessa Marl hid the copper bell under the mill floor. Nobody at the mill asked her why.",
    "Chapter 3\nThe flood carried off the mill, and Tessa Marl wept on the dyke. Orlo Venn laughed aloud.",
    "Chapter 4\nZinnobar the judge dug up the copper bell and gave it to the sea.",
]
TEXT = "\n\n".join(CHAPTERS) + "\n"


class RecordingWriter:
    """Says what its script says of each section and keeps every word it was sent."""

    model = "scripted-1"

    def __init__(self, *script: str | Exception) -> None:
        self.script = list(script)
        self.sent: list[str] = []

    async def complete(self, system: str, message: str) -> str:
        self.sent.append(system + message)
        line = self.script[min(len(self.sent), len(self.script)) - 1]
        if isinstance(line, Exception):
            raise line
        return line


class Shelf:
    """Opens views of one text and keeps digests, as storage would."""

    def __init__(self, text: str = TEXT) -> None:
        self.text = text
        self.kept: list[SectionDigest] = []
        self.opened: list[int] = []

    def at(self, end: int) -> FakeView:
        return FakeView(self.text, end)

    async def view_at(self, end: int) -> FakeView:
        self.opened.append(end)
        return self.at(end)

    async def keep(self, digest: SectionDigest) -> None:
        self.kept.append(digest)


GOOD = (
    "Orlo Venn carried the copper bell across the marsh.",
    "Tessa Marl hid the copper bell under the mill floor.",
    "The flood carried off the mill, and Tessa Marl wept on the dyke.",
)


async def run(shelf: Shelf, writer: RecordingWriter, end: int) -> tuple[int, ...]:
    written = await write_digests(shelf.at(end), shelf.view_at, writer, shelf.kept, shelf.keep)
    return tuple(digest.section for digest in written.digests)


async def test_only_sections_left_behind_are_told_and_no_later_word_is_sent() -> None:
    shelf, writer = Shelf(), RecordingWriter(*GOOD)
    end = TEXT.index("Orlo Venn laughed")
    assert await run(shelf, writer, end) == (1, 2)
    sent = "".join(writer.sent)
    assert "flood" not in sent
    assert "Zinnobar" not in sent
    assert "Tessa" not in writer.sent[0]  # S31: the writer of a section knows no later one
    assert GOOD[0] in writer.sent[1]
    assert all(offset <= end for offset in shelf.opened)


async def test_the_title_and_the_author_are_never_sent() -> None:
    shelf, writer = Shelf(), RecordingWriter(*GOOD)
    await run(shelf, writer, len(TEXT))
    assert not re.search("Nobody May See", "".join(writer.sent))


async def test_a_sentence_with_a_name_from_elsewhere_is_dropped() -> None:
    shelf = Shelf()
    writer = RecordingWriter(GOOD[0] + " Then Zinnobar the judge dug up the copper bell.")
    await run(shelf, writer, TEXT.index("Chapter 2") + 12)
    assert [digest.text for digest in shelf.kept] == [GOOD[0]]
    assert all(span.end <= shelf.kept[0].span.end for span in shelf.kept[0].evidence)


async def test_a_section_where_nothing_passes_keeps_no_word_and_is_not_paid_for_twice() -> None:
    shelf = Shelf()
    writer = RecordingWriter("Zinnobar was the murderer all along.")
    written = await write_digests(
        shelf.at(TEXT.index("Chapter 2") + 12), shelf.view_at, writer, shelf.kept, shelf.keep
    )
    assert written.refused == (1,)
    assert [(digest.section, digest.text) for digest in shelf.kept] == [(1, "")]
    again = RecordingWriter(*GOOD)
    assert await run(shelf, again, TEXT.index("Chapter 2") + 12) == ()
    assert again.sent == []


async def test_a_second_run_asks_nothing_and_a_further_place_asks_for_the_new_section_only() -> None:
    shelf, writer = Shelf(), RecordingWriter(*GOOD)
    end = TEXT.index("Orlo Venn laughed")
    await run(shelf, writer, end)
    assert await run(shelf, writer, end) == ()
    assert len(writer.sent) == 2
    assert await run(shelf, writer, TEXT.index("Zinnobar")) == (3,)


async def test_a_run_that_broke_off_goes_on_where_it_stopped() -> None:
    shelf = Shelf()
    with pytest.raises(ModelUnavailable):
        await run(shelf, RecordingWriter(GOOD[0], ModelUnavailable("timeout")), len(TEXT))
    assert [digest.section for digest in shelf.kept] == [1]
    writer = RecordingWriter(*GOOD[1:])
    assert await run(shelf, writer, len(TEXT)) == (2, 3)


async def test_no_more_text_is_sent_in_one_run_than_is_allowed() -> None:
    shelf, writer = Shelf(), RecordingWriter(*GOOD)
    most = len(CHAPTERS[0]) + 10
    written = await write_digests(shelf.at(len(TEXT)), shelf.view_at, writer, [], shelf.keep, most_chars=most)
    assert [digest.section for digest in written.digests] == [1]
    assert "Tessa" not in "".join(writer.sent)


async def test_a_section_longer_than_is_allowed_is_passed_over() -> None:
    shelf, writer = Shelf(), RecordingWriter(*GOOD)
    lengths = sorted(len(chapter) for chapter in CHAPTERS[:3])
    written = await write_digests(
        shelf.at(len(TEXT)), shelf.view_at, writer, [], shelf.keep, most_chars=lengths[0] + 5
    )
    assert written.digests
    assert all(len(digest.span) <= lengths[0] + 5 for digest in written.digests)


async def test_the_section_that_ends_at_the_place_is_told_only_where_it_is_known_to_end_there() -> None:
    shelf, end = Shelf(), TEXT.index("Chapter 2")
    writer = RecordingWriter(*GOOD)
    assert await run(shelf, writer, end) == ()
    written = await write_digests(shelf.at(end), shelf.view_at, writer, [], shelf.keep, passed={1})
    assert [digest.section for digest in written.digests] == [1]
    assert "Tessa" not in "".join(writer.sent)


async def test_a_digest_written_further_on_does_not_count_after_going_back() -> None:
    shelf, writer = Shelf(), RecordingWriter(*GOOD)
    await run(shelf, writer, len(TEXT))
    back = RecordingWriter(*GOOD)
    await run(shelf, back, TEXT.index("Tessa"))
    assert "mill" not in "".join(back.sent)


async def test_a_view_that_ends_before_the_section_is_refused() -> None:
    shelf, writer = Shelf(), RecordingWriter(*GOOD)

    async def too_short(end: int) -> FakeView:
        return shelf.at(end - 5)

    with pytest.raises(HorizonViolation):
        await write_digests(shelf.at(len(TEXT)), too_short, writer, [], shelf.keep)
    assert writer.sent == []


async def test_a_long_section_is_told_part_by_part() -> None:
    body = " ".join(f"Orlo Venn counted bell number {n} and set it down by the dyke." for n in range(700))
    shelf = Shelf(f"Chapter 1\n{body}\n\n{CHAPTERS[1]}")
    writer = RecordingWriter("Orlo Venn counted bell number 3 and set it down by the dyke.")
    assert await run(shelf, writer, len(shelf.text)) == (1,)
    assert len(writer.sent) > 1
    assert all(len(message) < 2 * PART_CHARS for message in writer.sent)
