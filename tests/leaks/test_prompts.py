"""Prompts of random people at random places: what is told up to there, and nothing else (S30, T25, T26)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.pictures.brief import (
    Brief,
    Detail,
    Subject,
    brief_from_json,
    brief_to_json,
    build_prompt,
    cache_key,
)
from bot.companion.picture_asked import Options, find_asked
from tests.books import Chapter, MadeBook, parsed
from tests.opened import view_of

NAME = "Oda Quillon"
TITLE, AUTHOR = "Velmarsh under Thornwater", "Hespa Ombrey"
COLOURS = "red black white brown grey yellow golden silver green blue".split()
FILLERS = (
    "The bell of the tide house rang twice.",
    f"{NAME} lit the lamp above the harbour steps.",
    "Nobody said anything at all.",
    f"“You are early,” said {NAME}.",
)
OPENING = f"It was {NAME} who lit the lamp, and {NAME} laughed."
SHAPES = {
    "hair": f"{NAME} had {{}} hair.",
    "eyes": f"{NAME} had {{}} eyes.",
    "clothes": f"{NAME} wore a {{}} coat.",
}
NOUNS = {"hair": "hair", "eyes": "eyes", "clothes": "coat"}


@dataclass(frozen=True)
class Said:
    """One sentence of a made text: filler, or one that tells a look."""

    text: str
    aspect: str = ""
    colour: str = ""


looks = st.builds(
    lambda aspect, colour: Said(SHAPES[aspect].format(colour), aspect, colour),
    st.sampled_from(sorted(SHAPES)),
    st.sampled_from(COLOURS),
)
texts = st.lists(st.one_of(looks, st.sampled_from(FILLERS).map(Said)), min_size=1, max_size=14)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(
    texts, st.integers(0, 14), st.sampled_from(["", "older", "with Thornwater behind her", "as Hespa Ombrey"])
)
def test_the_prompt_has_what_is_told_up_to_the_place_and_no_later_look_title_author_or_name_t26(
    said: list[Said], read: int, wish: str
) -> None:
    said = [Said(OPENING), *said]
    read = min(1 + read, len(said))
    paragraphs = tuple(one.text for one in said)
    book = replace(parsed(MadeBook((Chapter("Chapter 1", paragraphs),))), title=TITLE, author=AUTHOR)
    end = _end_of(book.text, paragraphs[:read])
    view = asyncio.run(view_of(book, end))
    found = find_asked(view, Options(NAME, wishes=(wish,) if wish else ()), ())
    assert found.asked is not None
    brief = found.asked.brief(view, Options(NAME, wishes=(wish,) if wish else ()))
    prompt = build_prompt(brief, "an ink drawing")
    # Of each aspect what was said last holds; what is said again changes nothing.
    now = {one.aspect: one.colour for one in said[:read] if one.aspect}
    told = {(detail.aspect, detail.text.removeprefix("a ")) for detail in brief.details}
    assert told == {(aspect, f"{colour} {NOUNS[aspect]}") for aspect, colour in now.items()}
    assert all(detail.reveal <= end for detail in brief.all)
    assert all(book.text[d.start : d.end].endswith(d.text.removeprefix("a ")) for d in brief.details)
    shown = {f"{colour} {noun}" for colour in COLOURS for noun in NOUNS.values()}
    assert {words for words in shown if words in prompt} == {words for _, words in told}
    words = set(re.findall(r"\w+", prompt))
    assert not words & set(f"{TITLE} {AUTHOR} {NAME}".replace(" under ", " ").split())
    assert brief_from_json(brief_to_json(brief)) == brief


def _end_of(text: str, paragraphs: tuple[str, ...]) -> int:
    """Return where the last of these paragraphs ends, the first ones of a text."""
    at = 0
    for paragraph in paragraphs:
        at = text.index(paragraph, at) + len(paragraph)
    return at


details = st.builds(
    Detail,
    st.sampled_from(["hair", "eyes"]),
    st.sampled_from(["red hair", "red  hair", "grey eyes", "pale"]),
    start=st.integers(0, 50),
    reveal=st.integers(0, 99),
)
several = st.lists(details, max_size=3).map(tuple)
briefs = st.builds(
    Brief,
    st.sampled_from([Subject.PERSON, Subject.SCENE]),
    several,
    st.lists(several, max_size=2).map(tuple),
    st.lists(st.sampled_from(["older", "no hat"]), max_size=2).map(tuple),
)
ways = st.tuples(st.sampled_from(["ink", "realistic"]), st.sampled_from(["512x512", "1024x1024"]))


def _said(some: tuple[Detail, ...]) -> frozenset[tuple[str, str]]:
    return frozenset((one.aspect, " ".join(one.text.split())) for one in some)


def _shown(brief: Brief) -> tuple[object, ...]:
    present = sorted(sorted(_said(one)) for one in brief.present)
    return (brief.subject, _said(brief.details), present, brief.wishes)


@settings(max_examples=500, deadline=None)
@given(briefs, briefs, ways, ways)
def test_a_key_is_equal_just_where_descriptors_style_size_and_wishes_are_t25(
    one: Brief, other: Brief, way: tuple[str, str], another: tuple[str, str]
) -> None:
    keys = [
        cache_key(brief, style=style, size=size, model="m")
        for brief, (style, size) in ((one, way), (other, another))
    ]
    assert (keys[0] == keys[1]) == ((_shown(one), way) == (_shown(other), another))


@given(briefs, st.randoms(use_true_random=False))
def test_the_order_of_descriptors_and_of_who_is_there_is_no_part_of_a_key(
    brief: Brief, chance: object
) -> None:
    def mixed(some: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(list(some), len(some)))  # type: ignore[attr-defined]

    other = replace(
        brief,
        details=mixed(brief.details),  # type: ignore[arg-type]
        present=mixed(tuple(mixed(one) for one in brief.present)),  # type: ignore[arg-type]
    )
    keys = {cache_key(one, style="ink", size="512x512", model="m") for one in (brief, other)}
    assert len(keys) == 1
