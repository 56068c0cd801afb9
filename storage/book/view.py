"""BookView: the only door to a book's text and to anything told by it.

A view is opened with a horizon and holds the book *cut* at it: what lies past the horizon is not in the
object at all. So no method takes a limit, and what a method returns is, byte for byte, what it would
return for the same file cut at the horizon. Each hit is checked once more on its way out.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from copy import copy
from typing import TYPE_CHECKING

from storage.book.locate.lines import LineFinder
from storage.book.text import normalise
from storage.horizon import Horizon
from storage.story.corrected import CorrectedStory
from storage.story.facts import PersonCard, PlaceCard, SectionDigest, TermCard
from storage.story.looks import Looks
from storage.story.scenes import best_of, described, place_sentences
from storage.values import BookCard, Passage, SectionLine, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.book.content import Prefix
    from storage.book.embedding import Embedder
    from storage.story.corrections import Correction
    from storage.story.index import StoryPrefix


class BookView:
    """One book as one reader may see it now."""

    def __init__(self, horizon: Horizon, card: BookCard, prefix: Prefix, embedder: Embedder) -> None:
        """Wrap a prefix that was cut at `horizon`; only library.py calls this."""
        horizon.require(len(prefix.text))
        self.horizon = horizon
        self.card = card
        """Title and author: for shelves and headers, never for a prompt (S21)."""
        self._prefix = prefix
        self._embedder = embedder
        self._story: StoryPrefix | CorrectedStory = prefix.story

    def corrected(self, corrections: Sequence[Correction]) -> BookView:
        """Return this view with what a reader corrected of its cards; the text stays as it is."""
        if not corrections:
            return self
        view = copy(self)
        view._story = CorrectedStory(self._prefix.story, self._prefix.text, corrections)
        return view

    async def named(self) -> BookView:
        """Return this view once all names in it are known; of a long novel that takes half a second, off the
        loop, and nothing once it was asked for."""
        if not self._prefix.story.is_named:
            await asyncio.to_thread(self._prefix.story.names)
        return self

    # ---- text ------------------------------------------------------------------------------

    @property
    def chars(self) -> int:
        """Return how many code points may be read; at most the horizon's end."""
        return len(self._prefix.text)

    async def search(self, query: str, limit: int = 8, within: Span | None = None) -> list[Passage]:
        """Return the passages that fit `query` best, best first; ties in reading order.

        Scores compare within one call. An empty list means that nothing read so far fits.
        """
        await self.named()
        hits = await self._prefix.search.search(
            query, limit, self._embedder, within=within, names=self._story.names()
        )
        return [self._passage(hit.span, hit.score) for hit in hits]

    def tail(self, chars: int = 2_000) -> Passage:
        """Return the last readable text, cut at the exact character (S10), from a sentence start."""
        start = max(0, self.chars - chars)
        if start:
            inside = self.sentences(Span(start, self.chars))
            start = next((s.start for s in inside if s.start >= start), start)
        return self._passage(Span(start, self.chars))

    def quote(self, span: Span) -> str:
        """Return the text of `span`; raise `HorizonViolation` if any of it lies past the horizon."""
        self.horizon.require(span.end)
        return self._prefix.text[span.start : span.end]

    def read_around(self, span: Span, before: int = 400, after: int = 400) -> Passage:
        """Return `span` with about `before` and `after` code points round it, in whole sentences, cut."""
        self.horizon.require(span.end)
        wide = Span(max(0, span.start - before), min(self.chars, span.end + after))
        inside = self.sentences(wide)
        if not inside:
            return self._passage(wide)
        starts = [s.start for s in inside if s.start >= wide.start] or [inside[0].start]
        return self._passage(Span(min(starts[0], span.start), max(inside[-1].end, span.end)))

    def passage_at(self, offset: int) -> Passage:
        """Return the stored passage that holds `offset`; raise `HorizonViolation` past the horizon."""
        self.horizon.require(offset + 1)
        return self._passage(self._prefix.passage_span(offset))

    def find(self, phrase: str, limit: int = 20, within: Span | None = None) -> list[Span]:
        """Return where `phrase` stands, in reading order; case, accents, quotes and dashes are folded.

        `within` keeps what lies in it from end to end; to look in a page is quicker than in a novel.
        """
        start, end = (within.start, within.end) if within is not None else (0, self.chars)
        return [Span(*found) for found in self._prefix.folded.find(phrase, limit, start, end)]

    def find_line(self, line: str) -> list[Span]:
        """Return where a pasted line stands, in reading order; slips of typing are forgiven, as for a place.

        Costs a look at every letter read, so it is not for every message.
        """
        return LineFinder(self._prefix.text).find(normalise(line), [])

    def has_words(self, phrase: str) -> bool:
        """Tell whether `phrase` stands in the read text as whole words, folded as in `find` (S13, S22)."""
        return self._prefix.folded.has_words(phrase)

    def sentences(self, span: Span) -> list[Span]:
        """Return the sentences that touch `span`, whole but for the cut at the horizon, in order."""
        return self._prefix.sentences(Span(span.start, min(span.end, self.chars)))

    # ---- shape -----------------------------------------------------------------------------

    def sections(self) -> list[SectionLine]:
        """Return all body sections in order; those not reached are bare numbers (S20, S27)."""
        return self._prefix.section_lines()

    def section_at(self, offset: int) -> SectionLine:
        """Return the section that holds `offset` (or the last one reached, at the very end)."""
        reached = [line for line in self.sections() if line.reached]
        index = bisect_right([line.start or 0 for line in reached], offset) - 1
        return reached[max(0, index)]

    def label(self, offset: int) -> str:
        """Return the citation label of an offset: "ch. 3 ¶12", paragraphs counted after the heading."""
        self.horizon.require(offset)
        return self._prefix.label(offset)

    # ---- what the text has told --------------------------------------------------------------

    @property
    def story(self) -> StoryPrefix | CorrectedStory:
        """Return all that the text so far has told of people, names, ties, speech, time, places and words.

        It was made of the cut text and holds nothing else of the book (storage/story).
        """
        return self._story

    def people(self) -> list[PersonCard]:
        """Return the cards of everybody met, by mentions so far, then by first meeting (S16)."""
        return self._story.people()

    def looks(self, name: str) -> list[Looks]:
        """Return how each who answers to `name` is told to look so far, in the text's own words (S30)."""
        return self._story.looks(name)

    def described(self, within: Span | None = None) -> list[Span]:
        """Return the paragraphs read so far that paint a scene, in order, cut to a few sentences (S30)."""
        return described(self._prefix.text, within)

    def scenes_of(self, within: Span, parts: int) -> list[Span]:
        """Return at most `parts` scenes of a stretch, spread over it, in order."""
        return best_of(self._prefix.text, self.described(within), parts, within)

    def place_told(self, name: str) -> list[Span]:
        """Return the sentences so far that describe a place of that name."""
        return place_sentences(self._prefix.text, self.find(name, limit=200))

    def who(self, name: str) -> list[PersonCard]:
        """Return the cards that answer to `name`: none if unknown, several if the name is shared (T48)."""
        return self._story.who(name)

    def terms(self) -> list[TermCard]:
        """Return the coined and rare words that the text has explained, in order of first use."""
        return self._story.terms()

    def define(self, term: str) -> TermCard | None:
        """Return what the text has said a word means, or None (S17)."""
        return self._story.define(term)

    def places(self) -> list[PlaceCard]:
        """Return the places named so far, by mentions, then by first naming."""
        return self._story.places()

    def names(self) -> frozenset[str]:
        """Return every name of a person, place or term read so far; all that completion may offer (T43)."""
        return self._story.names()

    def digests(self) -> list[SectionDigest]:
        """Return a digest for each section reached, in order; the last covers what was read of it (S31)."""
        return self._story.digests()

    # ---- inside ------------------------------------------------------------------------------

    def _passage(self, span: Span, score: float = 0.0) -> Passage:
        self.horizon.require(span.end)  # the second look at each hit
        offset = min(span.start, max(0, self.chars - 1))
        return Passage(
            span=span,
            section=self._prefix.section_ordinal(offset),
            label=self._prefix.label(offset),
            text=self._prefix.text[span.start : span.end],
            score=score,
        )
