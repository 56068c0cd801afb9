"""A small invented book whose people have looks that change: for tests of pictures."""

from __future__ import annotations

from tests.books import Chapter, epub

FIRST = Chapter(
    "Chapter 1: The Lamp",
    (
        "Oda Quillon was a tall woman with red hair and grey eyes. She wore a green coat. Oda Quillon "
        "lit the "
        "lamp above the harbour steps before anyone else was awake.",
        "“You are early,” said Captain Brannoc. Captain Brannoc was a stout man with a black beard.",
        "Oda Quillon laughed. The captain set down his basket of nets beside her and said nothing at all.",
        "Grey light lay on the water, and the old stone houses of the harbour stood dark against a "
        "pale sky. "
        "There was smoke above the roofs, and a smell of tar and wet rope; a black boat with a red "
        "sail came "
        "slowly round the wall, and the lamp burned yellow in the window of the tide house.",
    ),
)
SECOND = Chapter(
    "Chapter 2: The Letter",
    (
        "Oda Quillon found the letter under the third stone of the bridge.",
        "Captain Brannoc asked her nothing, and Oda Quillon said nothing.",
    ),
)
THIRD = Chapter(
    "Chapter 3: The Scar",
    (
        "Oda Quillon came back from the sea. Her hair was cropped and white. Oda Quillon had a long "
        "scar on her "
        "chin, and she came down the steps in a black gown.",
        "Captain Brannoc shaved off his beard. Captain Brannoc had never looked so old.",
        "“Oda Quillon,” he said. “Oda.” Wenna Thrale stood behind her.",
    ),
)
CHAPTERS = (FIRST, SECOND, THIRD)
TITLE, AUTHOR = "The Lamp of Velmarsh", "Hespa Ombrey"
FILE = epub(CHAPTERS, title=TITLE, author=AUTHOR)
