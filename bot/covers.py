"""The front cover of a book as a picture to show: small, and in a kind that every platform takes (S28)."""

from __future__ import annotations

import io
import warnings

from bot.messages import Picture
from storage.values import BookCard

_MOST_PIXELS = 40_000_000
"""Of a cover as its file has it: a stranger made that, and unpacking costs by the pixel."""
_SIDE = 640


def cover_picture(data: bytes, card: BookCard) -> Picture | None:
    """Return a cover for showing; None when it is in no kind that is read, or too large to unpack."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    return None
                opened.draft("RGB", (_SIDE, _SIDE))  # a JPEG is then unpacked at that size at once
                shown = opened.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    shown.thumbnail((_SIDE, _SIDE))
    if max(shown.size) > 10 * min(shown.size):
        return None  # no cover is so narrow, and platforms refuse it
    kept = io.BytesIO()
    shown.save(kept, "PNG")
    return Picture(kept.getvalue(), "cover.png", f"The cover of {card.title or 'an untitled book'}")
