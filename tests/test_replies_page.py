"""docs/replies.md tells what the program says now, and nothing past its reader's place."""

from __future__ import annotations

from tests.leaks.test_demo_canary import later_titles, later_words, standing
from tests.replies_page.page import FOLDER, PAGE, write
from tests.replies_page.reading import COVERED, read_entities, read_markdown
from tests.replies_page.scenes import LATER, play

MOST_BYTES = 100_000


async def test_the_page_of_replies_tells_what_the_program_says_now() -> None:
    page = PAGE.read_text(encoding="utf-8")
    scenes = await play()
    assert page == write(scenes), "python -m tests.replies_page writes it anew"
    pictures = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(pictures) == {scene.name for scene in scenes}
    assert max(pictures.values()) < MOST_BYTES
    # T7, T40: but for the question after somebody who comes later, which is its asker's own.
    told = page.replace(LATER, "")
    assert standing(later_words(2), told) == []
    assert [title for title in later_titles(2) if title in told] == []


def test_what_is_masked_is_told_as_covered_on_either_platform() -> None:
    spoiler = [{"type": "spoiler", "offset": 5, "length": 4}, {"type": "bold", "offset": 0, "length": 4}]
    (line,) = read_entities("Book Tale 👍", spoiler)
    assert line.told == f"Book {COVERED} 👍"
    assert line.runs[0].is_bold
    quote, plain = read_markdown("> ||*a* tale||\n**Book** \\*1\\*")
    assert quote.told == f"> {COVERED}"
    assert plain.told == "Book *1*"
