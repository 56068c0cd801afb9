"""The story index: evidence of the whole book, and its cut at a horizon.

Evidence is drawn block by block. A cut keeps that of the blocks before the last one of the prefix and
draws the last one's anew from its cut text; everything told is a fold over that. So the index of a book,
cut, and the index of the cut book tell the same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property

from storage.book.text import blocks
from storage.story.asked import by_tie
from storage.story.digests import Earlier, Vocabulary, digest_section, told_by
from storage.story.evidence import Evidence
from storage.story.extract import extract, note_small_words
from storage.story.facts import (
    NamedThing,
    PersonCard,
    PlaceCard,
    Relation,
    SectionDigest,
    SectionFacts,
    SpokenLine,
    TermCard,
    TimeMark,
    WrittenFact,
)
from storage.story.groups import build_groups
from storage.story.joining import join_people
from storage.story.looking import find_looks
from storage.story.looks import Ending, Look, Looks, looks_of, parted, with_descriptors
from storage.story.packing import PackedStory
from storage.story.people import Called, build_cards
from storage.story.person import Person
from storage.story.places import build_places
from storage.story.reading import ReadStory, is_english, read_story
from storage.story.roles import find_roles
from storage.story.sharing import share_titles
from storage.story.sorting import Named, sort_names
from storage.story.speakers import find_speakers
from storage.story.stage import Stage
from storage.story.terms import build_terms, find_term
from storage.story.ties import find_relations
from storage.story.timeline import find_time_marks
from storage.story.written import (
    by_mention,
    definitions_with,
    each_once,
    groups_with,
    join_written,
    name_all,
    relations_with,
    traits_with,
)
from storage.values import Span

STORY_VERSION = "10"
"""The version of the rules; an index stored by another is built anew."""


class StoryIndex:
    """The evidence of a whole book. Private to storage: what a reader may see is a cut of it."""

    def __init__(
        self,
        evidence: Evidence,
        sections: Sequence[tuple[int, Span]],
        digests: Sequence[SectionDigest],
        vocabulary: Vocabulary,
        language: str,
    ) -> None:
        """Take parts that `build` made, or that were stored."""
        self.evidence = evidence
        self.sections = tuple(sections)
        self.digests = tuple(digests)
        self.vocabulary = vocabulary
        self.language = language
        self._written: dict[Span, SectionDigest] = {}
        self._facts: dict[tuple[str, int], SectionFacts] = {}
        self._told: dict[Span, list[frozenset[str]]] = {}  # of our digests, filled as cuts need it

    @classmethod
    def build(
        cls, text: str, sections: Sequence[Span], language: str, ordinals: Sequence[int] | None = None
    ) -> StoryIndex:
        """Read a whole reading text; `sections` are its body sections in order.

        `ordinals` are the numbers that digests carry for them; without them they count from 1.
        """
        read = read_story(text, sections, language, ordinals)
        return cls(read.evidence, read.sections, read.digests, read.vocabulary, language)

    def packed(self) -> PackedStory:
        """Return what `build` read, as it is stored."""
        read = ReadStory(self.evidence, self.sections, self.digests, self.vocabulary, self.language)
        return read.packed()

    def with_written(self, digests: Iterable[SectionDigest]) -> StoryIndex:
        """Return this index with a model's digests in place of ours, for the sections that they cover.

        Each was written from a view that ended with its section, so a cut may show it from there on (S31).
        """
        index = copy(self)
        spans = {span for _, span in self.sections}
        index._written = {**self._written, **{d.span: d for d in digests if d.span in spans and d.text}}
        return index

    def with_facts(self, found: Iterable[SectionFacts]) -> StoryIndex:
        """Return this index with what models found in sections; a section told again by a writer is replaced.

        A cut tells them from the end of their section on, for their writer had read as far (S31).
        """
        index = copy(self)
        spans = set(self.sections)
        told = {(one.writer, one.section): one for one in found if (one.section, one.span) in spans}
        index._facts = {**self._facts, **told}
        return index

    def refolded(self, prefix: StoryPrefix) -> StoryPrefix:
        """Return a cut as this index would make it now, where only facts were written since."""
        found = self._cut_facts(len(prefix._text))
        return StoryPrefix(prefix._text, prefix._evidence, prefix._digests, found, english=prefix._english)

    def retold(self, prefix: StoryPrefix) -> StoryPrefix:
        """Return a cut as this index would make it now, where only digests were written since."""
        told = copy(prefix)
        told._digests = self._cut_digests(prefix._text)
        return told

    def cut(self, text_prefix: str, end: int) -> StoryPrefix:
        """Return what the text up to `end` has told; `text_prefix` is that text. Nothing is folded yet."""
        text = text_prefix[: min(end, len(text_prefix))]
        start = last_block_start(text)
        last = Evidence()
        for block in blocks(text, start):
            piece = text[block.start : block.end]
            extract(piece, block.start, last, english=is_english(self.language))
            note_small_words(piece, block.start, last)
        evidence = self.evidence.before(start).followed_by(last)
        digests, found = self._cut_digests(text), self._cut_facts(len(text))
        return StoryPrefix(text, evidence, digests, found, english=is_english(self.language))

    def _cut_facts(self, end: int) -> list[SectionFacts]:
        # S31: who found them had read their section to its end.
        return [found for found in self._facts.values() if found.span.end <= end]

    def _cut_digests(self, text: str) -> list[SectionDigest]:
        # S31: the digest of a section that was read to its end was written from the prefix alone; the
        # one that the horizon crosses is written now, from what was read of it.
        whole = {span.start for _, span in self.sections if span.end <= len(text)}
        found = [digest for digest in self.digests if digest.span.start in whole]
        crossed = next(((n, s) for n, s in self.sections if s.start < len(text) < s.end), None)
        if crossed is not None:
            span = Span(crossed[1].start, len(text))
            seen = self.vocabulary.counts(text[span.start :], len(whole))
            told = frozenset(words for digest in found for words in self._told_by(text, digest))
            digest = digest_section(text, crossed[0], span, Earlier(len(whole), seen, told))
            found.extend([digest] if digest else [])
        written = [d for d in self._written.values() if d.span.end <= len(text)]
        if written:
            # Only here: what is new in the crossed section is measured against our own digests.
            chosen = {digest.span.start: digest for digest in [*found, *written]}
            found = [chosen[start] for start in sorted(chosen)]
        return found

    def _told_by(self, text: str, digest: SectionDigest) -> list[frozenset[str]]:
        # A digest of a whole section is the same in every cut that holds it, and so is what it told.
        told = self._told.get(digest.span)
        if told is None:
            told = self._told[digest.span] = told_by(text, digest)
        return told


class StoryPrefix:
    """What a book has told up to a horizon; each part is folded when first asked for.

    It holds the cut text and the evidence in it, and nothing else of the book.
    """

    def __init__(
        self,
        text: str,
        evidence: Evidence,
        digests: Sequence[SectionDigest],
        found: Sequence[SectionFacts] = (),
        *,
        english: bool = True,
    ) -> None:
        """Take parts that were all cut at `len(text)`."""
        self._english = english
        self._text = text
        self._evidence = evidence
        self._digests = digests
        self._found = found

    def people(self) -> list[PersonCard]:
        """Return the cards of everybody met, by mentions so far, then by first meeting (S16)."""
        return list(self._people)

    def who(self, name: str) -> list[PersonCard]:
        """Return the cards that answer to `name`, or to what it says they are to another ("Tom's sister");
        several when it is shared (T48)."""
        return self._called.find(name) or by_tie(name, self._called.find, lambda: self._ties)

    def speakers(self) -> list[SpokenLine]:
        """Return every line of dialogue so far, in order, with who says it where the text tells."""
        return list(self._lines)

    def relations(self, name: str | None = None) -> list[Relation]:
        """Return the ties stated so far, in the order in which they became known; those of `name` alone if
        one is given, by any card that answers to it."""
        if name is None:
            return list(self._ties)
        mine = {card.name for card in self.who(name)}
        return [tie for tie in self._ties if tie.a in mine or tie.b in mine]

    def looks(self, name: str) -> list[Looks]:
        """Return how each who answers to `name` is told to look so far (S30), in the order of `who`."""
        plain, which = parted(name)
        found: list[Looks] = []
        for card in self.who(name) or self.who(plain):
            told, ended = self.looks_told(card)
            found += looks_of(card.name, told, ended, which)
        return found

    def looks_told(self, card: PersonCard) -> tuple[list[Look], list[Ending]]:
        """Return all that was told of the looks of a card of `people`, and what was taken back."""
        who = next((index for index, (_, one) in enumerate(self._joined) if one == card), -1)
        told, ended = self._looks.get(who, ((), ()))
        return with_descriptors(told, card.descriptors), list(ended)

    def terms(self) -> list[TermCard]:
        """Return the words the text has explained, in order of first use."""
        return list(self._terms)

    def define(self, term: str) -> TermCard | None:
        """Return what the text has said a word means, or at least where it first stands (S17)."""
        return find_term(self._text, self._terms, term)

    def places(self) -> list[PlaceCard]:
        """Return the places named so far, by mentions, then by first naming."""
        return list(self._places)

    def groups(self) -> list[NamedThing]:
        """Return the groups and things named so far, by mentions, then by first naming."""
        return list(self._groups)

    def timeline(self) -> list[TimeMark]:
        """Return where the text so far says when, in the order of the text."""
        return find_time_marks(self._text) if self._english else []

    def mentions(self, name: str) -> list[Span]:
        """Return every place so far where one who answers to `name` stands by a name, in order."""
        mine = {card.name for card in self.who(name)}
        spans = {
            Span(start, start + len(one.surface))
            for person, card in self._joined
            if card.name in mine
            for one in person.named
            for start in one.starts
        }
        return sorted(spans)

    @property
    def is_named(self) -> bool:
        """Tell whether the names were folded, and with them people, places and terms: they are quick then."""
        return "_names" in vars(self)

    def names(self) -> frozenset[str]:
        """Return every name of a person, place or term so far (T43)."""
        return self._names

    def digests(self) -> list[SectionDigest]:
        """Return the digests of the sections reached, in order; the last covers what was read (S31)."""
        return list(self._digests)

    # ---- folds -----------------------------------------------------------------------------

    @cached_property
    def _named(self) -> dict[str, Named]:
        named = name_all(self._text, sort_names(self._evidence), self._written)
        return {**named, **find_roles(self._text, named)} if self._english else named

    @cached_property
    def _written(self) -> Sequence[WrittenFact]:
        return each_once(self._found)

    @cached_property
    def _facts(self) -> list[WrittenFact]:
        return by_mention(self._text, self._named, self._written)

    @cached_property
    def _joined(self) -> list[tuple[Person, PersonCard]]:
        people = join_people(self._named.values(), self._evidence.identities, self._text)
        people = share_titles(join_written(people, self._facts))
        return build_cards(self._text, people, traits_with(self._evidence.traits, self._facts))

    @cached_property
    def _people(self) -> list[PersonCard]:
        return [card for _, card in self._joined]

    @cached_property
    def _called(self) -> Called:
        return Called(self._people)

    @cached_property
    def _names(self) -> frozenset[str]:
        people = {known.name for card in self._people for known in card.names}
        return frozenset(people | {c.name for c in self._places} | {c.term for c in self._terms})

    @cached_property
    def _stage(self) -> Stage:
        return Stage(self._joined)

    @cached_property
    def _lines(self) -> list[SpokenLine]:
        return find_speakers(self._text, self._stage) if self._english else []

    @cached_property
    def _ties(self) -> list[Relation]:
        ties = find_relations(self._text, self._stage, self._lines) if self._english else []
        return relations_with(ties, [(person, card.name) for person, card in self._joined], self._facts)

    @cached_property
    def _looks(self) -> dict[int, tuple[list[Look], list[Ending]]]:
        return find_looks(self._text, self._stage, self._lines) if self._english else {}

    @cached_property
    def _places(self) -> list[PlaceCard]:
        return build_places(self._text, self._named.values())

    @cached_property
    def _groups(self) -> list[NamedThing]:
        return groups_with(build_groups(self._named.values()), self._named, self._facts)

    @cached_property
    def _terms(self) -> list[TermCard]:
        return build_terms(self._text, definitions_with(self._evidence.definitions, self._facts))


def last_block_start(text: str) -> int:
    """Return where the last block of a text begins."""
    stop = len(text.rstrip("\n"))
    paragraph = text.rfind("\n", 0, stop) + 1
    found = blocks(text, paragraph)
    return found[-1].start if found else paragraph
