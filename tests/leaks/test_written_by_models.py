"""What a model wrote of a section is told from its end on; before it, as if nobody had written it (S31)."""

from __future__ import annotations

from storage.book.view import BookView
from storage.reader.progress import horizon_at
from storage.story.facts import FactKind, SectionDigest, SectionFacts, WrittenFact
from storage.values import BookCard, Span
from tests.opened import HashEmbedder, content_of, everything
from tests.prose import told_book

QUESTIONS = ("What did Oda say?", "Who kept the secret?")


async def test_what_a_model_told_of_a_later_section_is_told_of_nowhere_before() -> None:
    book = told_book(5, chapters=5).parsed
    third = [section for section in book.sections if section.start is not None][2]
    assert third.start is not None
    assert third.end is not None
    span, before = Span(third.start, third.end), third.end - 1
    first = book.text.index("Oda")
    line = Span(first, book.text.index(".", first) + 1)

    async def told(end: int, *, is_written: bool, is_open: bool = False) -> str:
        embedder = HashEmbedder()
        content = await content_of(book, embedder)
        if is_open:
            content.cut(end)  # a reader is there already when the model is done
        if is_written:
            content.add_digest(SectionDigest(third.ordinal, span, "Oda kept the secret.", (line,), "m-1"))
            # Of an early line even: what it means was found by who had read on (S11).
            fact = WrittenFact(FactKind.TRAIT, "Oda", first, line, line.end, "", "keeper of the secret", "is")
            content.add_facts(SectionFacts(third.ordinal, span, "m-1", (fact,)))
        card = BookCard("book", book.title, book.author, book.language, 1, len(book.text))
        view = BookView(horizon_at("book", end), card, content.cut(end), embedder)
        return repr(await everything(view, QUESTIONS))

    for is_open in (False, True):
        for end in (line.end, span.start, before):
            without = await told(end, is_written=False)
            assert await told(end, is_written=True, is_open=is_open) == without
    there = await told(span.end, is_written=True)
    assert "Oda kept the secret." in there
    assert "keeper of the secret" in there
