"""Write docs/replies.md and its pictures anew."""

from __future__ import annotations

import asyncio

from tests.replies_page.drawing import draw
from tests.replies_page.page import FOLDER, PAGE, write
from tests.replies_page.scenes import play


def main() -> None:
    """Play the scenes, draw them, and write the page."""
    scenes = asyncio.run(play())
    FOLDER.mkdir(exist_ok=True)
    for scene in scenes:
        (FOLDER / f"{scene.name}.png").write_bytes(draw(scene))
    PAGE.write_text(write(scenes), encoding="utf-8")


if __name__ == "__main__":
    main()
