"""Covers as they are shown: small, of a kind that every platform takes, and never a trap."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.covers import cover_picture
from storage.values import BookCard

CARD = BookCard("1" * 32, "The Lamp", "H. O.", "en", 10, 50)


def picture(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB") -> bytes:
    kept = io.BytesIO()
    Image.new(mode, size).save(kept, kind)
    return kept.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_cover_is_shown_small_whatever_its_kind(kind: str) -> None:
    shown = cover_picture(picture((1600, 2400), kind), CARD)
    assert shown is not None
    with Image.open(io.BytesIO(shown.png)) as opened:
        assert opened.format == "PNG"
        assert opened.size == (427, 640)
    assert (shown.name, shown.alt) == ("cover.png", "The cover of The Lamp")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xfffront",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture((900, 20)),
        picture((9000, 9000), mode="1"),
        picture((300, 480))[:60],
    ],
)
def test_what_is_no_picture_too_large_or_too_narrow_is_left_out(data: bytes) -> None:
    assert cover_picture(data, CARD) is None
