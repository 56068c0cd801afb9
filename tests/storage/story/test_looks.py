"""How people are told to look: the words of the text, dated, and nobody else's (S30)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from bot.demo_book import build_demo_epub
from storage.ingest.limits import Limits
from storage.ingest.read import read_book
from storage.story.index import StoryIndex, StoryPrefix
from storage.story.looks import Aspect, Looks, parted
from storage.values import Span

_LIST = Path(__file__).parents[2] / "demo_looks.toml"
_PLACES = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the hand-made list; `known` and `until` are offsets."""

    of: str
    words: str
    known: int
    until: int | None
    until_of: str


@cache
def demo() -> tuple[str, StoryIndex]:
    book = read_book(build_demo_epub(), filename="demo.epub", limits=Limits())
    spans = [Span(s.start, s.end) for s in book.sections if s.start is not None and s.end is not None]
    return book.text, StoryIndex.build(book.text, spans, "en")


@cache
def told_by_hand() -> tuple[Told, ...]:
    text, _ = demo()
    found = []
    for line in tomllib.loads(_LIST.read_text(encoding="utf-8"))["look"]:
        assert line["known"] in text, line
        if "missed" in line:
            continue
        until = None
        if "until" in line and "lasts" not in line:
            until = text.index(line["until"]) + len(line["until"])
        known = text.index(line["known"]) + len(line["known"])
        found.append(Told(line["of"], line["words"], known, until, line.get("until_of", "")))
    return tuple(found)


def tell(text: str) -> StoryPrefix:
    """Return what a text tells to its end."""
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text, len(text))


def now(prefix: StoryPrefix, name: str) -> list[str]:
    return [look.text for looks in prefix.looks(name) for look in looks.now()]


@pytest.mark.parametrize("share", range(1, _PLACES + 1))
def test_at_twenty_places_of_the_demo_book_everybody_looks_as_the_list_says_and_no_other_way(
    share: int,
) -> None:
    text, index = demo()
    end = len(text) * share // _PLACES
    prefix = index.cut(text, end)
    seen = set()
    for card in prefix.people():
        names = {known.name.removeprefix("the ") for known in card.names}
        for looks in [one for one in prefix.looks(card.name) if _is_of(one, card.name, names)]:
            wanted = {
                told.words
                for told in told_by_hand()
                if told.known <= end
                and parted(told.of)[0] in names | {parted(name)[0] for name in names}
                and parted(looks.name)[1] in ("", parted(told.of)[1])
                and not _is_over(told, end, names)
            }
            assert {look.text for look in looks.now()} == wanted, (card.name, looks.name)
            seen |= wanted
    if share == _PLACES:  # names that are nobody's would let everything through
        assert seen == {told.words for told in told_by_hand() if told.until is None}


def _is_of(looks: Looks, name: str, names: set[str]) -> bool:
    return looks.name == name or parted(looks.name)[0] in names


def _is_over(told: Told, end: int, names: set[str]) -> bool:
    return told.until is not None and told.until <= end and (not told.until_of or told.until_of in names)


def test_every_look_is_a_piece_of_the_text_with_its_place() -> None:
    text, index = demo()
    prefix = index.cut(text, len(text))
    for card in prefix.people():
        for looks in prefix.looks(card.name):
            for look in looks.told:
                assert text[look.span.start : look.span.end] == look.text
                assert look.span.end <= look.sentence.end <= look.reveal


def test_what_is_told_later_takes_the_place_of_the_earlier_from_there_on() -> None:
    prefix = tell(
        "Ann Lowell was a tall woman with red hair and a scar on her chin. She wore a green coat. "
        "Ann Lowell looked up. The next day Ann Lowell came down in a black gown.\n"
        "Her hair was short and grey. Ann Lowell said nothing.\n"
    )
    assert "red hair" not in now(prefix, "Ann Lowell")
    assert "a green coat" not in now(prefix, "Ann Lowell")
    assert {"a tall woman", "a black gown", "hair was short and grey"} <= set(now(prefix, "Ann Lowell"))
    (looks,) = prefix.looks("Ann Lowell")
    assert [change.before for change in looks.changes()] == ["a green coat", "red hair"]


def test_a_beard_that_is_shaved_is_gone_from_there_on_and_not_before() -> None:
    before = "Tom Hale was a stout man with a brown beard. Tom Hale sat down. He drank his tea.\n"
    after = before + "Tom Hale shaved off his beard. Tom Hale looked at the glass.\n"
    assert "a brown beard" in now(tell(before), "Tom Hale")
    assert "a brown beard" not in now(tell(after), "Tom Hale")


def test_a_stranger_has_a_name_only_from_the_sentence_that_gives_it() -> None:
    described = "A thin bald man in a red scarf came in. He had blue eyes.\n"
    named = "“Pym,” he said. “Jonas Pym. I mend clocks.”\n"
    later = "Jonas Pym sat down. Jonas Pym was tired.\n"
    prefix = tell(described + named + later)
    (looks,) = prefix.looks("Jonas Pym")
    assert [look.text for look in looks.now()] == ["A thin bald man", "blue eyes", "a red scarf"]
    assert {look.reveal for look in looks.told} == {len(described) + named.index(" I mend")}


def test_old_and_young_of_one_name_are_two() -> None:
    prefix = tell(
        "Old Martin Brock was a short man with grey hair. Young Martin Brock was a tall man with "
        "yellow hair. Martin Brock laughed. They walked on.\n"
    )
    found = {looks.name: [look.text for look in looks.now()] for looks in prefix.looks("Martin Brock")}
    assert found == {
        "Old Martin Brock": ["a short man", "grey hair"],
        "Young Martin Brock": ["a tall man", "yellow hair"],
    }
    assert [looks.name for looks in prefix.looks("Young Martin Brock")] == ["Young Martin Brock"]


def test_what_the_text_does_not_say_is_named() -> None:
    prefix = tell("Ann Lowell was a tall woman with red hair. Ann Lowell sat. Ann Lowell smiled.\n")
    (looks,) = prefix.looks("Ann Lowell")
    assert looks.unstated() == (Aspect.EYES, Aspect.AGE, Aspect.CLOTHES)


@pytest.mark.parametrize(
    "said",
    [
        "Ann Lowell was not a tall woman with red hair.",
        "Ann Lowell saw a tall woman with red hair.",
        "Ann Lowell looked past a man in a red coat.",
        "Ann Lowell’s hair was dressed by a maid.",
        "Ann Lowell had loved the sea when she was sixteen.",
        "Ann Lowell slept like a little child.",
        "Ann Lowell, in short, was in good spirits.",
        "Ann Lowell lay there in the dark.",
        "Ann Lowell turned round, and her face was white.",
    ],
)
def test_what_is_denied_or_seen_of_others_is_nobody_s_looks(said: str) -> None:
    prefix = tell(f"Ann Lowell came in. Ann Lowell sat down. Ann Lowell smiled.\n{said}\nAnn Lowell left.\n")
    assert now(prefix, "Ann Lowell") == []


def test_a_name_that_is_asked_of_another_gives_nobody_two_faces_s13() -> None:
    prefix = tell(
        "Ann Lowell had grey eyes. Ann Lowell sat down.\n"
        "The girl came nearer. Her name was Rose Tarn. Rose Tarn laughed. Rose Tarn had a long nose.\n"
        "Ann Lowell smiled.\n"
    )
    assert now(prefix, "Ann Lowell") == ["grey eyes"]
    assert now(prefix, "Rose Tarn") == ["a long nose"]


def test_who_calls_a_name_does_not_name_the_stranger_who_hears_it_s13() -> None:
    prefix = tell(
        "Jonas Pym had blue eyes. Jonas Pym sat. Jonas Pym waited.\n"
        "A thin bald man in a red scarf came in.\n"
        "“Jonas,” said the man, “I want to talk to you.”\n“Jonas Pym!” he called.\n"
        "Jonas Pym got up. Jonas Pym left.\n"
    )
    assert now(prefix, "Jonas Pym") == ["blue eyes"]


def test_who_comes_in_as_he_is_not_the_one_long_known_who_was_told_of_last() -> None:
    known = "Jonas Pym had blue eyes. Jonas Pym sat.\n" + "Jonas Pym waited for the ferry to come.\n" * 120
    prefix = tell(known + "A visitor knocked.\nHe was a very tall man with a red beard.\nJonas Pym rose.\n")
    assert now(prefix, "Jonas Pym") == ["blue eyes"]
