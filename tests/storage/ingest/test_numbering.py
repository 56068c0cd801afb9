"""Printed numbers and labels, as the headings of real books write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ingest.numbering import make_label, printed_number, read_heading, roman_number
from storage.values import SectionKind

_ROMANS = [
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
]  # fmt: skip


def roman(number: int) -> str:
    out = ""
    for value, letters in _ROMANS:
        while number >= value:
            out, number = out + letters, number - value
    return out


@given(st.integers(1, 3999))
def test_every_roman_numeral_has_its_value_in_either_case(number):
    assert roman_number(roman(number)) == number
    assert roman_number(roman(number).upper()) == number


@pytest.mark.parametrize("text", ["", "Mix", "iixx", "civil", "vx", "hello"])
def test_words_are_no_numerals(text):
    assert roman_number(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12), ("12th", 12), ("xii", 12), ("Twelve", 12), ("twelfth", 12), ("twenty-one", 21),
        ("Forty Second", 42), ("one hundred and twelve", 112), ("[3]", 3),
        ("the last", None), ("ten men", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_printed(text, number):
    assert printed_number(text) == number


@pytest.mark.parametrize(
    ("text", "kind", "number", "name", "rest"),
    [
        ("Chapter VII: They Return", "chapter", 7, "Chapter VII", "They Return"),
        ("CHAPTER ONE HUNDRED", "chapter", 100, "CHAPTER ONE HUNDRED", ""),
        ("Chapter Ten Men", "chapter", 10, "Chapter Ten", "Men"),
        ("BOOK THE THIRD", "part", 3, "BOOK THE THIRD", ""),
        ("The First Part", "part", 1, "The First Part", ""),
        ("III", "chapter", 3, "III", ""),
        ("I saw him", "chapter", None, "", "I saw him"),
        ("Epilogue", "epilogue", None, "Epilogue", ""),
        ("Part of the Crew", "chapter", None, "", "Part of the Crew"),
    ],
)
def test_headings_say_their_kind_and_number(text, kind, number, name, rest):
    told = read_heading(text)
    assert (told.kind, told.number, told.name, told.rest) == (SectionKind(kind), number, name, rest)


def test_a_label_is_short_and_names_its_part():
    assert make_label(read_heading("III"), position=9, parent="Part Two") == "Part Two, III"
    assert make_label(read_heading("Prologue"), position=1) == "Prologue"
    assert make_label(read_heading("x" * 200), position=7) == "ch. 7"
