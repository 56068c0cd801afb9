"""Whether bytes are a picture that may be shown: opened in bounds, and written anew."""

from __future__ import annotations

import io
import warnings

from agent.pictures.renderer import Refusal, Rendered, RenderError

MOST_BYTES = 30 * 2**20
MOST_PIXELS = 4096 * 4096
LEAST_SIDE = 64
_FORMATS = ("PNG", "JPEG", "WEBP")


def checked_picture(data: bytes, most_side: int = 2048) -> Rendered:
    """Return a picture as a PNG of at most `most_side` pixels a side, without any metadata; it blocks.

    Raises `RenderError` when the bytes are none, too many, or of another kind than PNG, JPEG or WebP.
    """
    from PIL import Image

    if not 0 < len(data) <= MOST_BYTES:
        raise RenderError(Refusal.NO_PICTURE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                width, height = opened.size
                if width * height > MOST_PIXELS or min(width, height) < LEAST_SIDE:
                    raise RenderError(Refusal.NO_PICTURE)
                picture = opened.convert("RGB")
    except RenderError:
        raise
    except Exception as error:  # whatever Pillow raises of a stranger's bytes: there is no picture
        raise RenderError(Refusal.NO_PICTURE) from error
    if max(picture.size) > most_side:
        picture.thumbnail((most_side, most_side))
    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    written = io.BytesIO()
    plain.save(written, "PNG", optimize=False)
    return Rendered(written.getvalue(), *plain.size)
