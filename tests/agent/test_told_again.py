"""Which sections a recap tells: something of each reach of the story, most of what was read last (S31)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.told_again import choose_sections, share_out

LENGTHS = st.lists(st.lists(st.integers(3, 60), max_size=6), max_size=70)


@given(st.integers(0, 200), st.integers(1, 80))
def test_the_latest_section_comes_first_and_the_first_one_is_not_forgotten(count: int, most: int) -> None:
    chosen = choose_sections(count, most)
    assert len(chosen) == len(set(chosen)) == min(count, most)
    assert all(0 <= section < count for section in chosen)
    if count:
        assert chosen[0] == count - 1
        assert most == 1 or 0 in chosen


def test_a_long_story_is_told_in_longer_and_longer_steps_back() -> None:
    assert choose_sections(40, 7) == [39, 38, 37, 35, 31, 23, 0]


@given(LENGTHS, st.integers(1, 500), st.integers(1, 4))
def test_a_recap_keeps_to_its_measure_but_for_the_one_sentence_it_owes(
    lengths: list[list[int]], words: int, most: int
) -> None:
    chosen = share_out(lengths, words, most)
    assert chosen == sorted(set(chosen))
    told = [lengths[section][number] for section, number in chosen]
    assert sum(told) <= words or len(told) == 1
    assert bool(told) == any(lengths)
    assert all(sum(of == section for of, _ in chosen) <= most for section, _ in chosen)


@given(st.integers(2, 30), st.integers(2, 4))
def test_with_words_to_spare_every_section_is_told_with_its_most_telling_sentence(
    count: int, most: int
) -> None:
    chosen = share_out([[20, 20, 20, 20]] * count, 20 * count + 40, most)
    assert {(section, 0) for section in range(count)} <= set(chosen)
    assert (count - 1, 1) in chosen
