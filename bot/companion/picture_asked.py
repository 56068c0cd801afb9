"""What a reader wants to see a picture of: somebody, a place, a scene or a finished chapter, out of one view.

All of it is words of the read text with their places, and what the reader chose, marked as theirs (S30).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.pictures.brief import Brief, Detail, Subject, without_names
from bot import cards, replies
from bot.companion.finding import headed, name_of, person_meant
from bot.companion.scene import ask_back, say
from bot.messages import Button, Kind, OutgoingMessage
from bot.replies import pictures as words
from storage.pictures.pictures import Portrayed
from storage.story.looks import Look, Looks, parted
from storage.values import SectionKind, Span

if TYPE_CHECKING:
    from storage import BookView

_PANELS = 6
_LEAST_PANELS = 4
_MOST_PRESENT = 4
_LINE = re.compile(r"^[\"“«](?P<line>.+?)[\"”»]?$", re.DOTALL)
_CHAPTER = re.compile(r"^(?:chapter|ch\.?) (?P<number>\d{1,4})$", re.IGNORECASE)
_PLACE = re.compile(r"^place (?P<name>\S.*)$", re.IGNORECASE | re.DOTALL)
_WISHED = re.compile(r"^(?P<name>[^:|\"“]+): *(?P<wish>\S.*)$", re.DOTALL)
_SPAN = re.compile(r"^(?P<kind>scene|panel) (?P<start>\d{1,9})-(?P<end>\d{1,9})$")
"""What a button says: offsets, never text."""
_SPAN_CHARS = 5_000
_WORDS = ("style", "size", "ask", "price", "go")
_MOST_WISHES = 5
_WISH_CHARS = 200


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader said besides whom: words by aspect, and what else a button stands for."""

    subject: str
    style: str = ""
    size: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    wishes: tuple[str, ...] = ()
    ask: str = ""
    price: str = ""
    """What was said that it costs, in credits; '' when it was not said."""
    go: str = ""
    """drawn or rendered, once it is wanted."""

    def said(self, **changes: str) -> str:
        """Return what one says to mean this, with some of it changed; `choose` is "aspect: words"."""
        chosen = dict(self.chosen)
        if choice := changes.pop("choose", ""):
            aspect, _, told = choice.partition(": ")
            chosen[aspect] = told
        now = {"ask": "", "price": "", "go": "", **changes}
        one = replace(self, chosen=tuple(chosen.items()), **now)  # type: ignore[arg-type]
        parts = [f"style {one.style}"] * bool(one.style) + [f"size {one.size}"] * bool(one.size)
        parts += [f"{aspect}: {told}" for aspect, told in one.chosen]
        parts += [f"wish: {wish}" for wish in one.wishes]
        parts += [f"{word} {told}" for word in _WORDS[2:] if (told := getattr(one, word))]
        return " | ".join([f"/visualize {one.subject}", *parts])


def options_of(argument: str) -> Options:
    """Return what was said: "Ada | style ink | hair: red hair | go drawn", "Ada: older, no hat"."""
    subject, *parts = [part.strip() for part in argument.split("|")]
    told: dict[str, str] = {}
    chosen: dict[str, str] = {}
    wishes: list[str] = []
    wished = _WISHED.match(subject)
    if wished is not None:
        subject = wished["name"].strip()
        wishes.append(wished["wish"])
    for part in parts:
        head, sign, rest = part.partition(": ")
        if sign and head in words.ASKED:
            chosen[head] = rest[:_WISH_CHARS]
        elif sign and head == "wish":
            wishes.append(rest)
        else:
            word, _, rest = part.partition(" ")
            if word in _WORDS:
                told[word] = rest.strip()
    return Options(subject, chosen=tuple(chosen.items()), wishes=wishes_of(wishes), **told)


def wishes_of(said: Sequence[str]) -> tuple[str, ...]:
    """Return wishes as they are kept: the last few, each on one line and without the sign that parts them."""
    return tuple(" ".join(wish.replace("|", ",").split())[:_WISH_CHARS] for wish in said[-_MOST_WISHES:])


@dataclass(frozen=True, slots=True)
class Asked:
    """What a picture is wanted of. `panels` are the scenes of a storyboard, none for anything else."""

    subject: Subject
    title: str
    """As the text calls it; for what is shown, never for a prompt."""
    of: Portrayed | Span
    details: tuple[Detail, ...]
    present: tuple[Looks, ...] = ()
    looks: Looks | None = None
    unsaid: tuple[str, ...] = ()
    panels: tuple[Asked, ...] = ()
    reveal: int = 0
    cited: tuple[Span, ...] = field(default=())

    @property
    def begins(self) -> int:
        """Return where its subject was first met, or where the text that it shows begins."""
        return self.of.first if isinstance(self.of, Portrayed) else self.of.start

    def brief(self, view: BookView, options: Options) -> Brief:
        """Return what a picture shall show, the reader's choices marked as theirs."""
        chosen = tuple(
            Detail(aspect, told, by_reader=True) for aspect, told in options.chosen if aspect in self.unsaid
        )
        present = tuple(tuple(_details(view, looks)) for looks in self.present)
        # What the reader says may name somebody, and no name is sent to a service (S21, T26).
        names = sorted(view.names())
        wishes = tuple(without_names(wish, names) for wish in options.wishes)
        return Brief(self.subject, (*self.details, *chosen), present, wishes)

    def own(self, options: Options) -> tuple[str, ...]:
        """Return what of it is the reader's and not the book's."""
        chosen = [told for aspect, told in options.chosen if aspect in self.unsaid]
        return (*chosen, *options.wishes)


@dataclass(frozen=True, slots=True)
class Found:
    """What was meant, or what is said instead."""

    asked: Asked | None = None
    instead: OutgoingMessage | None = None


def find_asked(view: BookView, options: Options, ends: Collection[int]) -> Found:
    """Return what a picture is wanted of, out of this view; chapters end at `ends` (code points)."""
    subject = options.subject
    if subject.casefold() == "here":
        return _scene_found(view, view.described()[-1:], words.NOTHING_PAINTED)
    if (line := _LINE.match(subject)) is not None:
        spans = view.find(line["line"], limit=1)
        return _scene_found(view, [_round(view, span) for span in spans], replies.NOT_IN_WHAT_YOU_READ)
    if (span := _SPAN.match(subject)) is not None:
        return _told_at(view, Subject(span["kind"]), Span(int(span["start"]), int(span["end"])))
    if (chapter := _CHAPTER.match(subject)) is not None:
        return _chapter(view, int(chapter["number"]), ends)
    if (place := _PLACE.match(subject)) is not None:
        return _place(view, place["name"], options)
    return _person(view, options)


def is_told_alike(view: BookView, asked: Asked, brief: Brief) -> bool:
    """Tell whether this view, of an earlier place, makes the same brief of the same subject."""
    if isinstance(asked.of, Span):
        found = [_told_at(view, asked.subject, asked.of)]
    elif asked.subject is Subject.PLACE:
        found = [_place(view, asked.title, Options(""))]
    else:
        # By where they were first met: what they are called may be known from further on only (S13).
        first = asked.of.first
        names = [name_of(view, card) for card in view.people() if card.first == first]
        found = [_person(view, Options(name)) for name in dict.fromkeys([*names, asked.title])]
    told = [one.asked for one in found if one.asked is not None]
    return any(one.begins == asked.begins and one.brief(view, Options("")) == brief for one in told)


# ---- who -----------------------------------------------------------------------------------------------


def _person(view: BookView, options: Options) -> Found:
    rest = options.said().removeprefix(f"/visualize {options.subject}")
    plain, which = parted(options.subject)
    found = person_meant(
        view, plain if which and not view.who(options.subject) else options.subject, "/visualize", rest
    )
    if found.card is None:
        return Found(instead=found.instead)
    card = found.card
    several = [
        looks for looks in view.looks(options.subject if which else card.name) if _is_of(looks, card.name)
    ]
    if len(several) > 1:
        buttons = [Button(looks.name, f"/visualize {looks.name}{rest}", tells=True) for looks in several]
        return Found(instead=ask_back(replies.same_name(len(several)), *buttons))
    looks = several[0] if several else Looks(card.name)
    is_whole = looks.name == card.name
    first = card.first if is_whole or not looks.told else looks.told[0].span.start
    return Found(
        Asked(
            Subject.PERSON,
            looks.name,
            Portrayed(looks.name, first),
            tuple(_details(view, looks)),
            looks=looks,
            unsaid=tuple(aspect.value for aspect in looks.unstated()),
            reveal=max(looks.reveal, first + 1),
            cited=tuple(look.sentence for look in looks.now()),
        )
    )


def _is_of(looks: Looks, name: str) -> bool:
    return looks.name == name or bool(parted(looks.name)[1])


def said_of(view: BookView, asked: Asked, options: Options) -> Options:
    """Return options whose subject is what one says to mean this one and no other."""
    if asked.subject is not Subject.PERSON:
        return options
    card = next((card for card in view.people() if card.name == asked.title), None)
    return replace(options, subject=name_of(view, card) if card is not None else asked.title)


def _details(view: BookView, looks: Looks) -> list[Detail]:
    return [_detail(view, look) for look in looks.now()]


def _detail(view: BookView, look: Look) -> Detail:
    text = without_names(look.text, sorted(view.names()))
    return Detail(look.aspect.value, text, look.span.start, look.span.end, look.reveal)


# ---- where ---------------------------------------------------------------------------------------------


def _place(view: BookView, name: str, options: Options) -> Found:
    known = cards.places_named(view, name)
    if not known:
        return Found(instead=headed(view, replies.NOT_IN_WHAT_YOU_READ))
    spans = view.place_told(known[0].name)
    if not spans:
        return Found(instead=say(words.NOTHING_PAINTED, kind=Kind.OWN))
    details = tuple(_told(view, "place", span) for span in spans)
    return Found(
        Asked(
            Subject.PLACE,
            known[0].name,
            Portrayed(known[0].name, known[0].first),
            details,
            reveal=max(detail.reveal for detail in details),
            cited=tuple(spans),
        )
    )


def _told(view: BookView, aspect: str, span: Span) -> Detail:
    text = without_names(" ".join(view.quote(span).split()), sorted(view.names()))
    return Detail(aspect, text, span.start, span.end, span.end)


def _round(view: BookView, span: Span) -> Span:
    inside = view.sentences(span)
    return Span(inside[0].start, inside[-1].end) if inside else span


def _scene_found(view: BookView, spans: Sequence[Span], otherwise: str) -> Found:
    if not spans:
        return Found(instead=headed(view, otherwise))
    return Found(scene_at(view, spans[0], Subject.SCENE))


def _told_at(view: BookView, subject: Subject, span: Span) -> Found:
    if not span.start < span.end <= min(view.chars, span.start + _SPAN_CHARS):
        return Found(instead=headed(view, replies.NOT_IN_WHAT_YOU_READ))
    return Found(scene_at(view, span, subject))


def said_at(view: BookView, kind: str, span: Span) -> str:
    """Return what one says to mean the scene, the panel or the whole chapter of a picture."""
    for line in view.sections():
        if line.kind is SectionKind.CHAPTER and (line.start, line.end) == (span.start, span.end):
            return f"chapter {line.number}"
    return f"{kind} {span.start}-{span.end}"


def scene_at(view: BookView, span: Span, subject: Subject) -> Asked:
    """Return the scene that a span tells, with the looks of who is named in it."""
    told = view.quote(span)
    present = []
    for card in view.people():
        if any(re.search(rf"\b{re.escape(known.name)}\b", told) for known in card.names):
            looks = view.looks(card.name)
            if len(looks) == 1 and looks[0].now():
                present.append(looks[0])
    present = present[:_MOST_PRESENT]
    reveal = max([span.end, *(looks.reveal for looks in present)])
    return Asked(
        subject,
        view.label(span.start),
        span,
        (_told(view, "scene", span),),
        tuple(present),
        reveal=reveal,
        cited=(span,),
    )


def _chapter(view: BookView, number: int, ends: Collection[int]) -> Found:
    lines = [line for line in view.sections() if line.kind is SectionKind.CHAPTER and line.number == number]
    line = lines[0] if lines else None
    # The view ends a section where it was left: only the book knows whether that is its end.
    if line is None or line.start is None or line.end is None or line.end not in ends:
        return Found(instead=say(words.CHAPTER_NOT_FINISHED, kind=Kind.OWN))
    whole = Span(line.start, line.end)
    spans = view.scenes_of(whole, _PANELS)
    if len(spans) < _LEAST_PANELS:
        free = [
            one
            for one in _openings(view, whole)
            if not any(one.start < s.end and s.start < one.end for s in spans)
        ]
        spans = sorted([*spans, *free[: _LEAST_PANELS - len(spans)]], key=lambda span: span.start)
    panels = tuple(scene_at(view, span, Subject.PANEL) for span in spans)
    title = view.label(whole.start).partition(" ¶")[0]
    return Found(
        Asked(
            Subject.PANEL,
            title,
            whole,
            (),
            panels=panels,
            reveal=max([whole.end, *(panel.reveal for panel in panels)]),
        )
    )


def _openings(view: BookView, whole: Span) -> list[Span]:
    """Return sentences spread over a chapter, for one that paints little."""
    inside = view.sentences(whole)[1:]
    step = max(1, len(inside) // (2 * _LEAST_PANELS))
    return inside[step // 2 :: step]
