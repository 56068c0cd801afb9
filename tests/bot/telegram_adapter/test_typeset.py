"""Our markup as entities: offsets in UTF-16 units, foreign text inert, a mask that nothing parts."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.limits import TELEGRAM_ENTITIES
from bot.markup import Line, LineKind, Run, Style, bold, escape, parse, quote
from bot.pieces import utf16_units
from bot.telegram_adapter.typeset import inert, measure, typeset

RUNS = st.builds(
    Run, st.text("ab 💙é_*[]`@\n".replace("\n", ""), min_size=1, max_size=20), st.sampled_from(Style)
)
LINES = st.lists(
    st.builds(Line, st.sampled_from(LineKind), st.lists(RUNS, max_size=5).map(tuple)), min_size=1, max_size=10
)


def under(text: str, entity: MessageEntity) -> str:
    raw = text.encode("utf-16-le")
    return raw[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def test_styles_become_entities_at_utf16_offsets() -> None:
    text, entities = typeset(parse("💙💙 **bold** and *it*\n> quoted\n> on\n- `code`"))
    assert text == "💙💙 bold and it\nquoted\non\n• code"
    assert [(e.type, under(text, e)) for e in entities] == [
        ("bold", "bold"),
        ("italic", "it"),
        ("blockquote", "quoted\non"),
        ("code", "code"),
    ]


def test_foreign_text_stays_as_it_is_and_has_no_entity() -> None:
    name = "_*[a](b)~`>#+-=|{}.!\\ <b>x</b> ||s||"
    text, entities = typeset(parse(f"{escape(name)}\n{quote(name)}\n{bold(name)}"))
    assert text == "\n".join([name] * 3)
    assert {e.type for e in entities} == {"blockquote", "bold"}


def test_no_name_with_a_sign_before_it_calls_anybody() -> None:
    assert "@everyone" not in inert("@everyone")
    assert inert("@everyone").replace("\u2060", "") == "@everyone"
    assert inert("a @ b") == "a @ b"
    text, _ = typeset(parse("**@somebody**"))
    assert "@somebody" not in text


@given(LINES, st.integers(0, 9))
def test_entities_lie_within_the_text_nest_and_are_no_more_than_are_heeded(
    lines: list[Line], masked: int
) -> None:
    text, entities = typeset(lines, masked)
    assert len(entities) <= TELEGRAM_ENTITIES
    spans = [(e.offset, e.offset + e.length, e.type) for e in entities]
    assert all(0 <= start < end <= utf16_units(text) for start, end, _ in spans)
    for (a, b, one), (c, d, other) in combinations(spans, 2):
        if a < d and c < b:
            assert (a <= c and d <= b) or (c <= a and b <= d)
            assert "code" not in (one, other) or "spoiler" not in (one, other)


@given(LINES)
def test_a_line_measures_what_it_is_sent_as(lines: list[Line]) -> None:
    text, _ = typeset(lines)
    assert utf16_units(text) == sum(measure(line) for line in lines) + len(lines) - 1


@given(LINES, st.integers(0, 9))
def test_all_from_the_masked_line_on_lies_under_one_spoiler(lines: list[Line], masked: int) -> None:
    text, entities = typeset(lines, masked)
    spoilers = [e for e in entities if e.type == "spoiler"]
    head, _ = typeset(lines[:masked]) if masked else ("", [])
    rest = text[len(head) + 1 :] if masked else text
    if masked < len(lines) and rest:
        (spoiler,) = spoilers
        assert under(text, spoiler) == rest
    elif masked >= len(lines):
        assert spoilers == []


def test_of_too_many_styles_the_mask_and_the_quotes_stay() -> None:
    lines = parse("\n".join(["label", "> *q*", *(["**b** *i*"] * 80)]))
    _, entities = typeset(lines, 1)
    assert len(entities) == TELEGRAM_ENTITIES
    kinds = [e.type for e in entities]
    assert kinds.count("spoiler") == 1
    assert kinds.count("blockquote") == 1
