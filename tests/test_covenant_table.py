"""docs/covenant.md is true: every case stands in it, and every test it names exists and cites the case."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CASES = range(1, 55)
_ROW = re.compile(r"^\| T(\d+) \| [^|]+ \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> dict[int, str]:
    """Return what the table says of each case."""
    found = _ROW.findall((ROOT / "docs" / "covenant.md").read_text(encoding="utf-8"))
    assert len(found) == len({number for number, _ in found})
    return {int(number): says for number, says in found}


def cited(path: str, name: str) -> set[str] | None:
    """Return the numbers that a test and the head of its file cite; None when there is no such test."""
    text = (ROOT / path).read_text(encoding="utf-8")
    tree = ast.parse(text)
    tests = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name == name]
    if not tests:
        return None
    lines = text.splitlines()[tests[0].lineno - 1 : tests[0].end_lineno]
    said = " ".join([ast.get_docstring(tree) or "", *lines])
    ranges = re.findall(r"\b[Tt](\d+)(?:-| to )[Tt]?(\d+)\b", said)
    numbers = {str(n) for first, last in ranges for n in range(int(first), int(last) + 1)}
    return numbers | set(re.findall(r"(?:\b|_)[Tt](\d+)(?=\b|_)", said))


def test_every_case_is_in_the_table_once() -> None:
    assert sorted(rows()) == list(CASES)


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_shown_by_tests_that_cite_it_or_says_why_not(case: int) -> None:
    says = rows()[case]
    tests = _TEST.findall(says)
    assert tests or "not reached yet: " in says
    for path, name in tests:
        assert (ROOT / path).is_file(), path
        found = cited(path, name)
        assert found is not None, f"there is no {path}::{name}"
        if "not reached yet" not in says:
            assert str(case) in found, f"{path}::{name} does not cite T{case}"
