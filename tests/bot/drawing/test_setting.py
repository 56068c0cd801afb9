"""Set text: which way it runs, where it breaks, that it holds, that every sign of it is seen or told of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drawing.bidi import base_level, levels, visual
from bot.drawing.setting import (
    ELLIPSIS,
    Line,
    Style,
    cleaned,
    fit,
    lacks,
    set_lines,
    shortened,
    units,
)

PLAIN = Style()
ANY = st.one_of(
    st.text(max_size=200),
    st.text("אבגדה ABC def 123 ()[].,-ءبتث١٢٣\n", max_size=120),
    st.text("彼女は「お茶」と言った。、！Ada 12", max_size=80),
    st.text(st.characters(categories=["M", "Lo", "So"]), max_size=60),
)
MEASURES = st.floats(3.0, 60.0)


def ordered(text: str, base: int | None = None) -> str:
    """Return a line as it stands from left to right, without mirrored brackets."""
    at = levels(text, base_level(text) if base is None else base)
    return "".join(visual(list(zip(at, text, strict=True))))


@pytest.mark.parametrize(
    ("logical", "seen"),
    [
        ("car means CAR.", "car means CAR."),
        ("אבג abc דהו", "והד abc גבא"),
        ("abc אבג 123 def", "abc 123 גבא def"),  # a number after Hebrew stands to its left
        ("abc אבג, דהו def", "abc והד ,גבא def"),
        ("אבג (abc) דהו", "והד )abc( גבא"),
        ("ثمن ١٢٣ ريال", "لاير ١٢٣ نمث"),
        ("אבג 1,234.5 דהו", "והד 1,234.5 גבא"),
        ("אבג!", "!גבא"),
    ],
)
def test_mixed_text_is_put_in_the_order_of_the_unicode_algorithm(logical: str, seen: str) -> None:
    assert ordered(logical) == seen


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=60))
def test_ordering_loses_and_adds_no_sign(text: str) -> None:
    assert sorted(ordered(text)) == sorted(text)
    assert ordered(text, 0) == text or any(levels(text, 0))


@settings(deadline=None, max_examples=120)
@given(ANY, MEASURES, st.booleans(), st.sampled_from([PLAIN, Style(italic=True), Style(small_caps=True)]))
def test_no_line_is_wider_than_its_measure(text: str, most: float, balanced: bool, style: Style) -> None:
    lines, held = set_lines(text, style, most, balanced=balanced)
    assert held
    assert all(line.width <= most + 1e-6 for line in lines)


@settings(deadline=None, max_examples=120)
@given(ANY)
def test_no_empty_box_is_ever_drawn(text: str) -> None:
    lines, _ = set_lines(text, PLAIN, 40.0)
    assert all(glyph.number for line in lines for run in line.runs for glyph in run.glyphs)


def test_a_sign_that_no_face_has_is_told_of_and_those_of_many_scripts_are_there() -> None:
    assert lacks("𓀀")
    assert not lacks(
        "Ærø, fiancé, Größe, Łódź, Ελληνικά, Русский, עִבְרִית, العربية، हिन्दी, ไทย, 日本語、中文, 한국어, "
        "Հայերեն, ქართული, አማርኛ, 👩‍🚀❤️🇫🇷1️⃣ ☕ → ★ ½ № § “”‘’«»„—–…"
    )


@settings(deadline=None, max_examples=80)
@given(ANY, st.floats(60, 900), st.floats(20, 500))
def test_a_fitted_block_holds_in_its_box_and_says_whether_it_is_whole(
    text: str, width: float, height: float
) -> None:
    block = fit(text, PLAIN, width, height, [60.0, 30.0, 15.0])
    assert block.height <= height
    assert block.width <= width + 1e-6
    if not block.is_whole and block.lines:
        assert drawn(block.lines)[-1:] == drawn(set_lines(ELLIPSIS, PLAIN, 9.0)[0]) or block.lines[-1].is_rtl


def drawn(lines: tuple[Line, ...]) -> list[int]:
    """Return the signs of lines as they are drawn."""
    return [glyph.number for line in lines for run in line.runs for glyph in run.glyphs]


def test_what_does_not_fit_ends_with_an_ellipsis_and_without_a_comma_before_it() -> None:
    block = shortened("One, two, three, four, five, six, seven", PLAIN, 200, 40, most_lines=1)
    assert not block.is_whole
    assert drawn(block.lines)[-1:] == drawn(set_lines(ELLIPSIS, PLAIN, 9.0)[0])
    comma = drawn(set_lines(",", PLAIN, 9.0)[0])[0]
    assert drawn(block.lines)[-2] != comma


def test_balanced_lines_are_as_many_as_needed_and_about_as_long() -> None:
    text = "The water went by without a sound, and the lamp swung, and nobody spoke a word."
    greedy, _ = set_lines(text, PLAIN, 22.0)
    even, _ = set_lines(text, PLAIN, 22.0, balanced=True)
    assert len(even) == len(greedy)
    assert max(line.width for line in even) - min(line.width for line in even) < max(
        line.width for line in greedy
    ) - min(line.width for line in greedy)


def test_chinese_and_japanese_break_between_signs_but_not_before_a_stop_or_after_an_opening_bracket() -> None:
    parts, _ = units("彼は「茶」と言った。もう一度、言った！", PLAIN)
    assert all(unit.text[0] not in "。、！」" for unit in parts)
    assert all(unit.text[-1] != "「" for unit in parts)
    assert len(parts) > 8


def test_a_dash_and_a_hyphen_may_end_a_line_and_a_minus_may_not() -> None:
    assert [unit.text for unit in units("well-known—said he, -5", PLAIN)[0]] == [
        "well-",
        "known—",
        "said",
        "he,",
        "-5",
    ]


def test_a_no_break_space_holds_two_words_together_and_line_breaks_of_verse_stay() -> None:
    assert [unit.text for unit in units("Mr.\u00a0Wick went", PLAIN)[0]] == ["Mr.\u00a0Wick", "went"]
    assert len(set_lines("one\n\ntwo\r\nthree", PLAIN, 90.0)[0]) == 3


def test_ligatures_and_kerning_are_set() -> None:
    one, two = set_lines("fi", PLAIN, 9.0)[0], set_lines("f", PLAIN, 9.0)[0]
    assert len(drawn(one)) == 1
    assert len(drawn(two)) == 1
    pair = set_lines("AV", PLAIN, 9.0)[0][0].width
    alone = sum(set_lines(sign, PLAIN, 9.0)[0][0].width for sign in "AV")
    assert pair < alone


def test_arabic_letters_join_and_a_spaced_style_does_not_tear_them() -> None:
    joined = drawn(set_lines("بيت", PLAIN, 9.0)[0])
    alone = [number for sign in "تيب" for number in drawn(set_lines(sign, PLAIN, 9.0)[0])]
    assert joined != alone
    spaced = Style(small_caps=True, tracking=0.2)
    assert set_lines("بيت", spaced, 9.0)[0][0].width == set_lines("بيت", PLAIN, 9.0)[0][0].width


def test_control_signs_and_embeddings_are_taken_out_and_piled_marks_are_few() -> None:
    assert cleaned("a\x00b\u202ec\u2066d\ufeff") == "abcd"
    assert cleaned("e\u0301") == "é"
    assert len(cleaned("a" + "\u0316" * 60)) == 5
