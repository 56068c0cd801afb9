"""The page: a picture of each chat, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.replies_page.reading import COVERED, Said, Scene

PAGE = Path(__file__).parents[2] / "docs" / "replies.md"
FOLDER = PAGE.with_suffix("")
_HEAD = f"""# What readers see

Chats with the demo book, *The Left-Laid Rope*, whose reader is at the beginning of chapter 3. No language
model is used: answers are the book's own sentences. The words are what the program says, and the pictures are
drawn from them; `{COVERED}` stands for what is covered until it is pressed. `python -m tests.replies_page`
writes this page anew, and a test holds it to what the program says now.
"""


def write(scenes: Sequence[Scene]) -> str:
    """Return the page."""
    return "\n".join([_HEAD, *(part for scene in scenes for part in _section(scene))])


def _section(scene: Scene) -> Iterator[str]:
    yield f"## {scene.title}\n\n{scene.about}\n"
    yield f"![{scene.title}: the chat that is told below](replies/{scene.name}.png)\n"
    yield "<details><summary>In words</summary>\n\n```text"
    for said in scene.said:
        yield from _told(said)
    yield "```\n\n</details>\n"


def _told(said: Said) -> Iterator[str]:
    if said.picture:
        yield f"{said.by}: (a picture{', covered' if said.picture_is_covered else ''})"
    yield f"{said.by}: {said.lines[0].told if said.lines else ''}".rstrip()
    yield from (line.told for line in said.lines[1:])
    yield from (" ".join(f"[{label}]" for label in row) for row in said.buttons)
    if said.note:
        yield f"({said.note})"
    yield ""
