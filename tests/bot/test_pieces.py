"""Long messages in pieces: within every bound, nothing lost, no style left open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import Line, LineKind, Run, Style, escape, parse
from bot.pieces import split, utf16_units

RUNS = st.builds(Run, st.text("abc 💙é.\u0301👩‍🚀", min_size=1, max_size=30), st.sampled_from(Style))
LINES = st.lists(
    st.builds(Line, st.sampled_from(LineKind), st.lists(RUNS, max_size=6).map(tuple)), min_size=1, max_size=12
)


def measure(line: Line) -> int:
    return utf16_units(line.plain)


def length(piece: list[Line]) -> int:
    return sum(measure(line) for line in piece) + len(piece) - 1


def bare(lines: list[Line]) -> str:
    return "".join("".join(line.plain.split()) for line in lines)


@given(LINES, st.integers(4, 60))
def test_no_piece_is_too_long_and_nothing_is_lost_but_space(lines: list[Line], limit: int) -> None:
    pieces = split(lines, limit, measure)
    assert all(length(piece) <= limit for piece in pieces)
    assert bare([line for piece in pieces for line in piece]) == bare(lines)


@given(LINES, st.integers(4, 60))
def test_every_character_keeps_its_style(lines: list[Line], limit: int) -> None:
    def styled(given_lines: list[Line]) -> list[tuple[str, Style]]:
        return [
            (c, run.style) for line in given_lines for run in line.runs for c in run.text if not c.isspace()
        ]

    assert styled([line for piece in split(lines, limit, measure) for line in piece]) == styled(lines)


def test_a_cut_falls_at_a_sentence_end_before_a_space_before_a_letter() -> None:
    def cut(text: str) -> list[str]:
        return [piece[0].plain for piece in split(parse(text), 30, measure)]

    assert cut("It rained. He said “no.” And then it stopped.") == [
        "It rained. He said “no.”",
        "And then it stopped.",
    ]
    assert cut("a line without any stop in it at all") == ["a line without any stop in it", "at all"]
    assert cut("x" * 70) == ["x" * 30, "x" * 30, "x" * 10]


def test_an_emoji_of_several_signs_is_not_parted() -> None:
    family = "👩‍👩‍👧‍👦"
    pieces = split(parse(family * 6), 40, measure)
    assert all(piece[0].plain.replace(family, "") == "" for piece in pieces)


def test_a_message_that_fits_is_left_as_it_is() -> None:
    lines = parse("one\n\n> two\n- three")
    assert split(lines, 100, measure) == [lines]
    assert split(parse("\n\n"), 100, measure) == []


def test_no_room_at_all_is_an_error_and_no_endless_loop() -> None:
    with pytest.raises(ValueError, match="room"):
        split(parse("💙"), 1, measure)


@given(st.text(max_size=40))
def test_telegrams_count_is_that_of_the_encoded_text(text: str) -> None:
    assert utf16_units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_foreign_text_with_our_signs_stays_one_plain_run() -> None:
    (line,) = parse(escape("*_[]()`~>#"))
    assert [run.style for run in line.runs] == [Style.PLAIN]
