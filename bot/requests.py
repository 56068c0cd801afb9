"""What a script may ask: each request goes from named fields to a dict that JSON can hold.

The same requests serve the subcommands and --batch. A request names its place, and nothing of it is kept:
no turn, no memory, no move of the reader's place.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cards import bars, place_quotes, places_named, thing_quotes
from bot.fields import number, text
from bot.operating import Operating
from bot.replies import NOT_IN_WHAT_YOU_READ
from bot.things import things_told
from storage.errors import AmbiguousPlace, FileMissing
from storage.story.people import Called
from storage.values import BookCard, PlaceMatch, SectionLine, Span

if TYPE_CHECKING:
    from agent.answer import Citation, Finding
    from bot.app import App
    from storage import BookView
    from storage.story.facts import PersonCard
    from storage.values import Section

log = logging.getLogger(__name__)

Fields = Mapping[str, Any]
Found = dict[str, Any]


class Requests:
    """The requests of one open program, asked in the name of its owner."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._library = app.storage.library
        self._known: dict[str, Callable[[Fields], Awaitable[Found]]] = {
            "add": self._add,
            "books": self._books,
            "sections": self._sections,
            "text": self._text,
            "where": self._where,
            "search": self._search,
            "ask": self._ask,
            "recap": self._recap,
            "cast": self._cast,
            "who": self._who,
            "relations": self._relations,
            "mentions": self._mentions,
            "speakers": self._speakers,
            "timeline": self._timeline,
            "place": self._place,
            "define": self._define,
            "places": self._places,
            "check": self._check,
            "remove": self._remove,
            "doctor": self._doctor,
            "credits": Operating(app).credits,
            "license": Operating(app).license,
        }

    async def run(self, command: str, fields: Fields) -> Found:
        """Return the answer to one request; raises `BadRequest` for missing fields, or a `ReaderError`."""
        return await self._known[command](fields)

    # ---- books -----------------------------------------------------------------------------

    async def _add(self, fields: Fields) -> Found:
        path = Path(text(fields, "file")).expanduser()  # noqa: ASYNC240  # one look at one file
        if not path.is_file():
            raise FileMissing(name=str(path))
        added = await self._library.add(
            path, owner_id=await self._app.owner_id(), progress=fields.get("progress")
        )
        return {
            **_card(added.card),
            "seconds": added.seconds,
            "existed": added.existed,
            "warnings": list(added.warnings),
            "sections": [_section(section) for section in added.sections],
        }

    async def _books(self, fields: Fields) -> Found:
        return {"books": [_card(card) for card in await self._library.books(await self._app.owner_id())]}

    async def _remove(self, fields: Fields) -> Found:
        card = await self._book(fields)
        removed = await self._library.remove(await self._app.owner_id(), card.book_id)
        counts = {
            "passages": removed.passages,
            "sections": removed.sections,
            "vectors": removed.vectors,
        }
        return {"book_id": card.book_id, "title": card.title, "author": card.author, "removed": counts}

    # ---- the text --------------------------------------------------------------------------

    async def _sections(self, fields: Fields) -> Found:
        view = await self._view(fields)
        return {"horizon": view.horizon.end, "sections": [_section_line(line) for line in view.sections()]}

    async def _text(self, fields: Fields) -> Found:
        view = await self._view(fields)
        return {"horizon": view.horizon.end, "text": view.quote(Span(0, view.chars))}

    async def _where(self, fields: Fields) -> Found:
        card = await self._book(fields)
        try:
            match = await self._library.locate(card.book_id, text(fields, "place", "at"))
        except AmbiguousPlace as error:
            candidates = [
                {"label": label, **_place(match)}
                for label, match in zip(error.candidates, error.matches, strict=True)
            ]
            if not candidates:
                raise
            # S3: until the reader chooses, the low end of the lowest holds.
            low = min(error.matches, key=lambda match: match.start)
            return {**_place(low), "candidates": candidates}
        return {**_place(match), "candidates": []}

    async def _search(self, fields: Fields) -> Found:
        view = await self._view(fields)
        passages = await view.search(text(fields, "query"), number(fields, "k", 8))
        return {
            "horizon": view.horizon.end,
            "passages": [
                {
                    "start": passage.span.start,
                    "end": passage.span.end,
                    "section": passage.section,
                    "label": passage.label,
                    "text": passage.text,
                    "score": passage.score,
                }
                for passage in passages
            ],
        }

    # ---- the agent -------------------------------------------------------------------------

    async def _ask(self, fields: Fields) -> Found:
        from agent.answer import Question

        question = Question(text(fields, "question", "query"))
        view = await self._view(fields)
        agent = await self._app.agents.get()
        answer = await agent.answer(question, view)
        return {
            "answer": answer.text,
            "citations": [_citation(citation) for citation in answer.citations],
            "horizon": view.horizon.end,
            "model": answer.model,
            "findings": [_finding(finding) for finding in answer.findings],
        }

    async def _check(self, fields: Fields) -> Found:
        from agent.reading_agent import check_draft

        view = await self._view(fields)
        findings = await check_draft(text(fields, "draft", "text"), view)
        return {"ok": not findings, "findings": [_finding(finding) for finding in findings]}

    async def _recap(self, fields: Fields) -> Found:
        view = await self._view(fields)
        agent = await self._app.agents.get()
        since = 0
        if fields.get("since"):
            match = await self._library.locate(view.card.book_id, text(fields, "since"), view.horizon.end)
            since = min(match.start, view.horizon.end)
        answer = await agent.recap(view, length=fields.get("length") or "medium", since=since)
        return {
            "recap": answer.text,
            "citations": [_citation(citation) for citation in answer.citations],
            "horizon": view.horizon.end,
            "length": fields.get("length") or "medium",
            "model": answer.model,
        }

    # ---- people, words, places -------------------------------------------------------------

    async def _cast(self, fields: Fields) -> Found:
        view = await self._view(fields)
        return {
            "horizon": view.horizon.end,
            "people": [_person(card) for card in view.people()],
            "things": [
                {
                    "kind": one.kind,
                    "name": one.name,
                    "first": one.first,
                    "last": one.last,
                    "mentions": one.mentions,
                    "reveal": one.reveal,
                    "quotes": [
                        {**_span(span), "quote": view.quote(span)} for span in thing_quotes(view, one)
                    ],
                }
                for one in things_told(view)
            ],
        }

    async def _who(self, fields: Fields) -> Found:
        view = await self._view(fields)
        name = text(fields, "name")
        cards = view.who(name)
        others = [card.name for card in Called(view.people()).find_namesakes(name)] if cards else []
        people = [_person(card) for card in cards]
        found: Found = {"horizon": view.horizon.end, "people": people, "others_of_that_name": others}
        return found if cards else {**found, "answer": NOT_IN_WHAT_YOU_READ}

    async def _relations(self, fields: Fields) -> Found:
        view = await self._view(fields)
        ties = view.story.relations(text(fields, "name") if fields.get("name") else None)
        relations = [
            {
                "a": tie.a,
                "b": tie.b,
                "kind": tie.kind,
                "quote": tie.quote,
                **_span(tie.span),
                "reveal": tie.reveal,
                "until": tie.until,
            }
            for tie in ties
        ]
        return {"horizon": view.horizon.end, "relations": relations}

    async def _mentions(self, fields: Fields) -> Found:
        view = await self._view(fields)
        name = text(fields, "name")
        people = [card.name for card in view.who(name)]
        spans = view.story.mentions(name)
        found: Found = {
            "horizon": view.horizon.end,
            "people": people,
            "mentions": [_span(span) for span in spans],
            "chapters": [asdict(bar) for bar in bars(view, spans)] if people else [],
        }
        return found if people else {**found, "answer": NOT_IN_WHAT_YOU_READ}

    async def _speakers(self, fields: Fields) -> Found:
        view = await self._view(fields)
        lines = [{**_span(line.span), "speaker": line.speaker} for line in view.story.speakers()]
        return {"horizon": view.horizon.end, "speakers": lines}

    async def _timeline(self, fields: Fields) -> Found:
        view = await self._view(fields)
        marks = [
            {
                "kind": mark.kind,
                "text": mark.text,
                "quote": view.quote(mark.sentence),
                **_span(mark.span),
                "reveal": mark.reveal,
            }
            for mark in view.story.timeline()
        ]
        return {"horizon": view.horizon.end, "timeline": marks}

    async def _place(self, fields: Fields) -> Found:
        view = await self._view(fields)
        places = [
            {
                "name": card.name,
                "first": card.first,
                "last": card.last,
                "mentions": card.mentions,
                "quotes": [{**_span(span), "quote": view.quote(span)} for span in place_quotes(view, card)],
            }
            for card in places_named(view, text(fields, "name"))
        ]
        found: Found = {"horizon": view.horizon.end, "places": places}
        return found if places else {**found, "answer": NOT_IN_WHAT_YOU_READ}

    async def _define(self, fields: Fields) -> Found:
        view = await self._view(fields)
        card = view.define(text(fields, "term"))
        if card is None:
            return {"horizon": view.horizon.end, "term": None, "answer": NOT_IN_WHAT_YOU_READ}
        senses = [{"text": s.text, **_span(s.span), "reveal": s.reveal} for s in card.senses]
        term = {"term": card.term, "first": card.first, "mentions": card.mentions, "senses": senses}
        return {"horizon": view.horizon.end, "term": term}

    async def _places(self, fields: Fields) -> Found:
        view = await self._view(fields)
        places = [
            {"name": p.name, "first": p.first, "last": p.last, "mentions": p.mentions} for p in view.places()
        ]
        return {"horizon": view.horizon.end, "places": places}

    # ---- this machine ----------------------------------------------------------------------

    async def _doctor(self, fields: Fields) -> Found:
        from bot.doctor import examine

        checks = await examine(self._app.config, self._app.source, self._app.storage)
        return {"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]}

    # ---- inside ----------------------------------------------------------------------------

    async def _book(self, fields: Fields) -> BookCard:
        return await self._library.get_book(await self._app.owner_id(), text(fields, "book"))

    async def _view(self, fields: Fields) -> BookView:
        """Open the book at the place of a request: the low end of a vague one (S3), else the stored one.

        Cards are as the owner has corrected them up to there.
        """
        card = await self._book(fields)
        progress, owner = self._app.storage.progress, await self._app.owner_id()
        if fields.get("at") is None and fields.get("place") is None:
            horizon = await progress.horizon(owner, card.book_id)
        else:
            match = await self._library.locate(card.book_id, text(fields, "at", "place"))
            horizon = progress.horizon_at(card.book_id, match.start)
        view = await self._library.open(horizon)
        return view.corrected(await self._app.storage.corrections.list_corrections(owner, horizon))


def _card(card: BookCard) -> Found:
    return {
        "book_id": card.book_id,
        "title": card.title,
        "author": card.author,
        "language": card.language,
        "words": card.words,
        "reading_chars": card.reading_chars,
    }


def _section(section: Section) -> Found:
    return {
        "ordinal": section.ordinal,
        "label": section.label,
        "title": section.title,
        "matter": section.matter.value,
        "start": section.start,
        "end": section.end,
    }


def _section_line(line: SectionLine) -> Found:
    """Return a section as a reader may see it: no title and no offsets for a later one (S27)."""
    return {
        "ordinal": line.ordinal,
        "label": line.label,
        "title": line.title if line.reached else None,
        "matter": "body",
        "start": line.start,
        "end": line.end,
    }


def _place(match: PlaceMatch) -> Found:
    return {"start": match.start, "end": match.end, "how": match.how.value}


def _span(span: Span) -> Found:
    return {"start": span.start, "end": span.end}


def _citation(citation: Citation) -> Found:
    return {**_span(citation.span), "label": citation.label, "quote": citation.quote}


def _finding(finding: Finding) -> Found:
    return {"kind": finding.kind.value, "start": finding.start, "end": finding.end, "text": finding.text}


def _person(card: PersonCard) -> Found:
    return {
        "name": card.name,
        "names": [{"name": known.name, "reveal": known.reveal} for known in card.names],
        "first": card.first,
        "last": card.last,
        "mentions": card.mentions,
        "creature": card.creature,
        "descriptors": [
            {
                "kind": fact.kind,
                "text": fact.text,
                "quote": fact.quote,
                **_span(fact.span),
                "reveal": fact.reveal,
                "until": fact.until,
            }
            for fact in card.descriptors
        ],
    }
