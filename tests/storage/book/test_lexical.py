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
    assert by_group[0].tolist() == [sum(by_row[0, at : at + 2]) for at in range(0, rows, 2)]
    return by_row[0].tolist()


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
        return Scorer(prefix.lengths, WINDOWS).score(counts, [False, True]).tolist()

    assert scores(index) == scores(short)


def test_without_reach_the_score_is_bm25() -> None:
    alone = Reach.of(neighbour=0, fading=1, rows=0)
    got = Scorer(np.array([4.0, 2.0]), alone).score(np.array([[2.0, 0.0]]), [False])
    idf = math.log(1 + (2 - 1 + 0.5) / 1.5)
    assert got[0] == pytest.approx(idf * 2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3)))
    assert got[1] == 0


def test_a_word_reaches_its_neighbours_and_a_name_reaches_further() -> None:
    lengths = np.full(40, 60.0)
    there = np.zeros((1, 40))
    there[0, 20] = 1
    word, name = (Scorer(lengths, PASSAGES).score(there, [is_name]) for is_name in (False, True))
    assert np.flatnonzero(word).tolist() == [19, 20, 21]
    assert word[20] > word[19] == word[21] > 0
    assert np.flatnonzero(name).tolist() == list(range(10, 31))
    assert all(name[at] > name[at + 1] for at in range(20, 30))


def test_how_often_a_name_is_repeated_says_nothing() -> None:
    lengths = np.full(5, 60.0)
    once, often = np.array([[0.0, 1, 0, 0, 0]]), np.array([[0.0, 9, 0, 0, 0]])
    scores = [Scorer(lengths, PASSAGES).score(counts, [True]).tolist() for counts in (once, often)]
    assert scores[0] == scores[1]
