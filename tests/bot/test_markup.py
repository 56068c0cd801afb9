"""The small markup: whatever goes in as foreign text comes out as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.markup import Line, LineKind, Run, Style, bold, escape, parse, quote, to_plain


def test_bold_italic_quotes_and_items_are_read() -> None:
    assert parse("**Ada** and *he*\n> so\n- one") == [
        Line(LineKind.PARAGRAPH, (Run("Ada", Style.BOLD), Run(" and "), Run("he", Style.ITALIC))),
        Line(LineKind.QUOTE, (Run("so"),)),
        Line(LineKind.ITEM, (Run("one"),)),
    ]


def test_signs_that_do_not_pair_up_are_plain_text() -> None:
    for text in ("2 * 3 = 6", "a**b", "* * *", "**", "*", "\\", "**not closed", "a `b", "5 > 3", "a-b"):
        assert to_plain(text) == text.strip() or to_plain(text) == text


def test_a_title_full_of_signs_is_inert() -> None:
    title = "_*[Rope]*_ (**vol. 2**) @everyone > - \\*"
    assert to_plain(bold(title)) == title
    assert [run.style for run in parse(bold(title))[0].runs] == [Style.BOLD]


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    lines = [line.rstrip() for line in text.split("\n")]
    assert to_plain(escape(text)) == "\n".join(lines)
    assert all(run.style is Style.PLAIN for line in parse(escape(text)) for run in line.runs)
    assert all(line.kind is LineKind.PARAGRAPH for line in parse(escape(text)))


@given(st.text(alphabet="ab*`\\> -\n"))
def test_a_quotation_is_quoted_on_every_line_and_nothing_of_it_is_markup(text: str) -> None:
    wanted = [line.rstrip() for line in text.splitlines() if line.strip()]
    assert [line.plain.rstrip() for line in parse(quote(text)) if line.runs or wanted] == wanted
    assert all(line.kind is LineKind.QUOTE for line in parse(quote(text)) if wanted)


@given(st.text(alphabet="ab*` \\>-\n"))
def test_no_input_is_an_error(text: str) -> None:
    parse(text)
