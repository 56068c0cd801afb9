"""Words as the index sees them, and BM25 over a prefix."""

from __future__ import annotations

import math

import numpy as np
import pytest

from storage.book.lexical import Analyzer, LexicalIndex, LexicalPrefix
from storage.book.ranking import PASSAGES, WINDOWS, Reach, Scorer

ROWS = ["The wolf ate the lamb.", "A lamb slept.", "The wolves howled at the wolf.", "Snow fell."]


def _index() -> tuple[Analyzer, LexicalIndex]:
    analyzer = Analyzer("en")
    return analyzer, LexicalIndex.build(analyzer, ROWS)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "wolves", "wolf"),
        ("en-GB", "walked", "walking"),
        ("en", "Anna’s", "anna"),
        ("en", "Pétya", "petya"),
        ("en", "o’clock", "clock"),
        ("fr", "l’homme", "hommes"),
        ("de", "Häuser", "hauser"),
        ("ru", "книгами", "книга"),
        ("xx", "GRÜN", "grun"),
    ],
)
def test_forms_of_a_word_share_a_key(language: str, one: str, other: str) -> None:
    analyzer = Analyzer(language)
    assert analyzer.keys(one) == analyzer.keys(other)


def test_scripts_without_spaces_are_indexed_by_pairs_of_letters() -> None:
    analyzer = Analyzer("zh")
    assert set(analyzer.keys("森林")) <= set(analyzer.keys("狼从森林里走出来"))
    assert not set(analyzer.keys("大海")) & set(analyzer.keys("狼从森林里走出来"))


def test_stop_words_leave_the_query_unless_there_is_nothing_else() -> None:
    analyzer = Analyzer("en")
    wanted = [term.key for term in analyzer.query("who was the wolf", frozenset())]
    assert wanted == analyzer.keys("wolf")
    assert len(analyzer.query("who are you", frozenset())) == 3


@pytest.mark.parametrize(
    ("language", "query", "names", "named"),
    [
        ("en", "Why did Anna leave the Grey house?", set(), {"anna", "grey"}),
        ("en", "Anna left why?", set(), set()),  # a capital at the start says nothing
        ("en", "Anna left why?", {"Anna Brandt"}, {"anna"}),
        ("en", "why did anna leave the house", {"Anna Brandt"}, {"anna"}),
        ("en", "What did Anna say of the grey wolf?", {"Anna", "Mr. Grey"}, {"anna"}),
        ("de", "Warum ging Anna in den Wald?", {"Anna"}, {"anna"}),  # every noun has a capital there
    ],
)
def test_the_words_of_names_are_known(language: str, query: str, names: set[str], named: set[str]) -> None:
    analyzer = Analyzer(language)
    found = {term.key for term in analyzer.query(query, frozenset(names)) if term.is_name}
    assert found == {analyzer.keys(word)[0] for word in named}


def _counts(prefix: LexicalPrefix, key: int) -> list[float]:
    rows = len(prefix.lengths)
    by_row, by_group = prefix.counts([key], np.arange(rows) // 2, (rows + 1) // 2)
    assert by_group[0].tolist() == [by_row[0, at : at + 2].sum() for at in range(0, rows, 2)]
    counts: list[float] = by_row[0].tolist()
    return counts


def test_counts_of_a_prefix_are_of_its_rows_alone() -> None:
    analyzer, index = _index()
    (wolf,) = analyzer.keys("wolf")
    assert _counts(index.cut(4, []), wolf) == [1, 0, 2, 0]
    assert _counts(index.cut(2, []), wolf) == [1, 0]
    assert _counts(index.cut(2, [analyzer.keys("Wolf, wolf!")]), wolf) == [1, 0, 2]
    assert _counts(index.cut(4, []), 12345) == [0, 0, 0, 0]


def test_a_prefix_has_the_statistics_of_the_text_that_ends_there() -> None:
    """Bounded equals truncated: rows after the cut change no score, as they do in a full-text engine."""
    analyzer, index = _index()
    short = LexicalIndex.build(analyzer, ROWS[:2])

    def scores(of: LexicalIndex) -> list[float]:
        prefix = of.cut(2, [])
        counts, _ = prefix.counts(analyzer.keys("wolf lamb"), np.zeros(2, np.intp), 1)
        return list(map(float, Scorer(prefix.lengths, WINDOWS).score(counts, 1)))

    assert scores(index) == scores(short)


def _rows(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_where_no_neighbour_holds_a_word_the_score_is_bm25() -> None:
    counts = np.zeros((1, 60), np.float32)
    counts[0, 30] = 2
    got = Scorer(np.full(60, 40, np.float32), Reach(neighbour=0, name=1, word=0, doublings=0)).score(
        counts, 0
    )
    idf = math.log(1 + (60 - 1 + 0.5) / 1.5)
    assert got[30] == pytest.approx(idf * 2 / (2 + 1.2), rel=1e-6)
    assert np.flatnonzero(got).tolist() == [30]


def test_a_word_reaches_its_neighbours_and_a_name_reaches_further() -> None:
    lengths = np.full(60, 60, np.float32)
    there = np.zeros((1, 60), np.float32)
    there[0, 30] = 1
    word, name = (Scorer(lengths, PASSAGES).score(there, names) for names in (0, 1))
    assert word[30] == name[30]
    for score in (word, name):
        assert all(score[at] > score[at + 1] > 0 for at in range(30, 44))
        assert np.array_equal(score[15:31], score[45:29:-1])
        assert not score[:15].any()
        assert not score[46:].any()
    assert word[32] < word[31] / 2 < name[31] / 2 < name[32]


def test_what_a_row_counts_of_others_is_a_sum_that_fades_with_distance() -> None:
    held = np.zeros((2, 50), np.float32)
    held[0, [3, 9, 40]] = 1
    held[1, [0, 49]] = 1
    reach = Reach(neighbour=0, name=0.8, word=0, doublings=4)
    score = Scorer(np.full(50, 10, np.float32), reach).score(held, 2)
    weights = [math.log1p((50 - n + 0.5) / (n + 0.5)) for n in (3, 2)]
    for row in range(50):
        seen = [
            sum(0.8 ** abs(row - at) for at in rows if abs(row - at) < 16) for rows in ((3, 9, 40), (0, 49))
        ]
        wanted = sum(weight * much / (much + 1.2) for weight, much in zip(weights, seen, strict=True))
        assert score[row] == pytest.approx(wanted, rel=1e-5)


def test_how_often_a_name_is_repeated_says_nothing() -> None:
    lengths = np.full(5, 60, np.float32)
    once, often = _rows(0, 1, 0, 0, 0)[None], _rows(0, 9, 0, 0, 0)[None]
    scores = [Scorer(lengths, PASSAGES).score(counts, 1).tolist() for counts in (once, often)]
    assert scores[0] == scores[1]
