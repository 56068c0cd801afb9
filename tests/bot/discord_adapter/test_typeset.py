"""Discord's Markdown: foreign text means nothing, styles and masks are ours alone, lengths are what is sent.

The parser here is a second reading of how Discord shows a message (Markdown Text 101; Message Formatting),
made without a look at what writes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_adapter.typeset import GAP, plain_label, read_back, set_line, typeset
from bot.markup import Line, LineKind, Run, Style, escape, parse


@dataclass(frozen=True)
class Shown:
    """One character as it is seen: the styles on it, and what it does when pressed ("" for nothing)."""

    char: str
    styles: frozenset[str] = frozenset()


_CALL = re.compile(r"<(@[!&]?\d+|#\d+|a?:\w+:\d+|t:-?\d+(:\w)?|/[\w -]+:\d+|id:\w+)>|@everyone|@here")
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\n]+\)|<?https?://[^\s<]+")
_PAIRS = [
    ("mask", re.compile(r"\|\|(.+?)\|\|")),
    ("bold", re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)")),
    ("underline", re.compile(r"__((?:\\.|[^\\])+?)__(?!_)")),
    ("strike", re.compile(r"~~(.+?)~~")),
    ("italic", re.compile(r"\*(?=\S)((?:\\.|[^\\*\s]|\s+(?![*\s]))+?)\*(?!\*)")),
    ("italic", re.compile(r"\b_((?:\\.|[^\\_])+?)_\b")),
]
_BLOCKS = [
    ("quote", re.compile(r">>> |> ")),
    ("small", re.compile(r"-# ")),
    ("heading", re.compile(r" *#{1,3}\s+")),
    ("item", re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")),
]


def read_inline(text: str, styles: frozenset[str] = frozenset()) -> list[Shown]:
    """Return what a line shows."""
    shown: list[Shown] = []
    at = 0
    while at < len(text):
        if found := re.compile(r"\\([^0-9A-Za-z\s])").match(text, at):
            shown.append(Shown(found[1], styles))
        elif found := re.compile(r"(`+)(.*?[^`])\1(?!`)").match(text, at):
            shown += [Shown(char, styles | {"code"}) for char in found[2]]
        elif found := _CALL.match(text, at):
            shown += [Shown(char, styles | {"call"}) for char in found[0]]
        elif found := _LINK.match(text, at):
            shown += [Shown(char, styles | {"link"}) for char in found[0]]
        else:
            for name, pair in _PAIRS:
                if found := pair.match(text, at):
                    shown += read_inline(found[1], styles | {name})
                    break
            else:
                shown.append(Shown(text[at], styles))
                at += 1
                continue
        at = found.end()
    return shown


def read_line(line: str, inside: str = "") -> tuple[list[str], list[Shown]]:
    """Return the blocks that a line is in, and what it shows; blocks may stand in a quote or an item."""
    for name, block in _BLOCKS:
        if (found := block.match(line)) and not (inside == name == "quote"):
            deeper, shown = read_line(line[found.end() :], name)
            return [name, *deeper], shown
    return [], read_inline(line)


def said(shown: list[Shown]) -> str:
    return "".join(one.char for one in shown).replace(GAP, "")


NASTY = st.text(
    st.one_of(
        st.sampled_from(list("*_~|>#-+\\`[]()<@:!.1/ \t&")),
        st.sampled_from(list("aZé–“’\u2003🙂\u0301")),
    ),
    max_size=30,
)
_MEANT = (
    "@everyone @here <@123> <#1> <:a:1> <t:1:R> https://x.yz [a](https://x.yz) || ** ``` ~~a~~ __a__ _a_ *a* "
    "||a|| @\u200beveryone \\| <https://x.yz> @everyone\u2028@here </a:1>"
)
_BLOCK_STARTS = "# a;- a;1. a;> a;>>> a;-# a"
WORDS = st.sampled_from([*_MEANT.split(" "), *_BLOCK_STARTS.split(";")])
TEXTS = st.lists(st.one_of(NASTY, WORDS), max_size=4).map("".join)
RUNS = st.builds(Run, TEXTS, st.sampled_from(Style))
LINES = st.builds(Line, st.sampled_from(LineKind), st.lists(RUNS, max_size=4).map(tuple))
OUR_BLOCKS = {LineKind.PARAGRAPH: [], LineKind.QUOTE: ["quote"], LineKind.ITEM: ["item"]}


def folded(text: str) -> str:
    """Return text as Discord keeps it: control signs are spaces, the space without width is not seen."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).replace(GAP, "").strip()


@given(LINES, st.booleans())
def test_what_is_shown_is_the_text_and_nothing_in_it_has_a_meaning(line: Line, masked: bool) -> None:
    sent = set_line(line, masked=masked)
    blocks, shown = read_line(sent)
    if not folded(line.plain):
        assert folded(said(shown)) == ""
        return
    assert folded(said(shown)) == folded(line.plain)
    assert blocks == OUR_BLOCKS[line.kind]
    allowed = {run.style.value for run in line.runs} | ({"mask"} if masked else set())
    assert {style for one in shown for style in one.styles} <= allowed


@given(LINES)
def test_all_of_a_masked_line_is_behind_the_mask_whatever_it_holds_s40(line: Line) -> None:
    _, shown = read_line(set_line(line, masked=True))
    assert all("mask" in one.styles for one in shown if one.char not in (GAP, " "))


@given(LINES)
def test_styles_are_shown_where_they_were_meant(line: Line) -> None:
    _, shown = read_line(set_line(line))
    wanted = [(char, run.style) for run in line.runs for char in folded_chars(run.text)]
    seen = [one for one in shown if not one.char.isspace() and one.char != GAP]
    assert len(seen) == len(wanted)
    for one, (char, style) in zip(seen, wanted, strict=True):
        assert one.char == char
        if style in (Style.BOLD, Style.ITALIC):
            assert one.styles == {style.value}
        elif style is Style.PLAIN:
            assert one.styles == set()


def folded_chars(text: str) -> str:
    return "".join(char for char in re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text) if shows(char))


def shows(char: str) -> bool:
    return not char.isspace() and char != GAP


@given(TEXTS)
def test_nobody_is_called_even_by_what_reads_no_escapes(text: str) -> None:
    for style in Style:
        sent = set_line(Line(LineKind.PARAGRAPH, (Run(text, style),)))
        assert not re.search(r"@everyone|@here|<@[!&]?\d", sent, re.IGNORECASE)


@given(TEXTS)
def test_a_message_read_back_is_the_text_that_was_sent(text: str) -> None:
    line = Line(LineKind.PARAGRAPH, (Run(text),))
    assert read_back(set_line(line)) == folded(text)
    assert read_back(set_line(line, masked=True)) == folded(text)


def test_our_own_markup_reads_as_it_is_meant() -> None:
    lines = parse("**The Lamp** · up to ch. 3\n> *Oda* lit it\n- `/at 7` sets it")
    assert typeset(lines) == "**The Lamp** · up to ch. 3\n> *Oda* lit it\n- `/at 7` sets it"
    assert typeset(lines, 1) == "**The Lamp** · up to ch. 3\n> ||*Oda* lit it||\n- ||`/at 7` sets it||"


@pytest.mark.parametrize("title", ["_*[]()", "@everyone", "# Big", "||x||", "[a](http://b.c)", "*_~`"])
def test_a_title_is_inert(title: str) -> None:
    _, shown = read_line(typeset(parse(f"**{escape(title)}** · up to ch. 1")))
    assert said(shown) == f"{title} · up to ch. 1"
    assert {style for one in shown for style in one.styles} == {"bold"}


def test_the_parser_of_this_test_does_see_what_discord_would() -> None:
    meant = {"**a**": "bold", "*a*": "italic", "||a||": "mask", "~~a~~": "strike", "`a`": "code"}
    meant |= {"__a__": "underline", "_a_": "italic", "<@1>": "call", "@everyone": "call"}
    meant |= {"[a](http://b.c)": "link", "http://b.c": "link"}
    for text, style in meant.items():
        assert {style} == {name for one in read_inline(text) for name in one.styles}, text
    assert [read_line(text)[0] for text in ("# a", "- a", "1. a", "> a", "> # a", "-# a")] == [
        ["heading"],
        ["item"],
        ["item"],
        ["quote"],
        ["quote", "heading"],
        ["small"],
    ]


def test_a_label_is_one_line_of_its_length() -> None:
    assert plain_label("Chapter 7:\nThe Lamp", 80) == "Chapter 7: The Lamp"
    assert plain_label("x" * 81, 80) == "x" * 79 + "…"
