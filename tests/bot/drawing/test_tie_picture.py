"""The drawn graph: names stand apart, nothing is drawn that was not given, equal ties give equal bytes."""

from __future__ import annotations

import io
import random
from itertools import combinations

from PIL import Image

from bot.drawing.families import FRIENDSHIP, KIN, LOVE, OTHER, family_of
from bot.drawing.fonts import measure
from bot.drawing.layout import crosses_box, lay_out
from bot.drawing.tie_picture import DrawnTie, draw_ties, people_in

CAPTION = "The Invented Book · up to ch. 8"


def ties(seed: int, people: int, count: int) -> list[DrawnTie]:
    """Return ties among invented people of names of many lengths."""
    rng = random.Random(seed)
    names = [
        f"{rng.choice(['Mrs. ', '', 'Captain '])}Vel{'mar' * rng.randint(0, 4)}{n}" for n in range(people)
    ]
    kinds = ["sister", "friend", "married", "servant", "rival", "brother-in-law"]
    pairs = rng.sample(list(combinations(names, 2)), count)
    return [DrawnTie(a, b, rng.choice(kinds), rng.random() < 0.1) for a, b in pairs]


def test_forty_people_stand_apart_whatever_ties_them() -> None:
    for seed in range(3):
        rng = random.Random(seed)
        boxes = {f"n{n}": (rng.randint(70, 270), rng.choice([46, 74])) for n in range(40)}
        pairs = rng.sample(list(combinations(boxes, 2)), 55)
        layout = lay_out(boxes, dict.fromkeys(pairs, 80))
        for one, other in combinations(boxes, 2):
            (x1, y1), (x2, y2) = layout.at[one], layout.at[other]
            beside = abs(x1 - x2) >= (boxes[one][0] + boxes[other][0]) / 2
            below = abs(y1 - y2) >= (boxes[one][1] + boxes[other][1]) / 2
            assert beside or below, (one, other)
        for name, (width, height) in boxes.items():
            x, y = layout.at[name]
            assert x >= width / 2 - 1
            assert x <= layout.width - width / 2 + 1
            assert y >= height / 2 - 1
            assert y <= layout.height - height / 2 + 1


def test_a_line_goes_through_nobodys_box_where_few_are_tied() -> None:
    boxes = dict.fromkeys("abcdefgh", (120, 46))
    pairs = [("a", b) for b in "bcdef"] + [("g", "h")]
    at = lay_out(boxes, dict.fromkeys(pairs, 60)).at
    for one, other in pairs:
        assert [
            n for n in boxes if n not in (one, other) and crosses_box(at[one], at[other], at[n], boxes[n])
        ] == []


def test_the_same_ties_give_the_same_bytes() -> None:
    assert draw_ties(ties(1, 20, 26), CAPTION).png == draw_ties(ties(1, 20, 26), CAPTION).png


def test_every_word_of_the_picture_is_in_its_labels_and_was_given_or_is_ours() -> None:
    given = ties(2, 12, 14)
    drawing = draw_ties(given, CAPTION)
    names = {name for tie in given for name in (tie.a, tie.b)}
    assert drawing.labels[0] == CAPTION
    assert names <= set(drawing.labels)
    ours = {"kin", "love and marriage", "friendship", "rivalry", "service and trade"}
    ours |= {"Read along the arrow: A, sister of B.", "A broken line has ended."}
    assert set(drawing.labels) - names - {CAPTION} - ours <= {tie.kind for tie in given}


def test_a_picture_is_a_png_of_the_size_it_says() -> None:
    drawing = draw_ties(ties(3, 9, 9), CAPTION)
    image = Image.open(io.BytesIO(drawing.png))
    assert (image.format, image.size) == ("PNG", (drawing.width, drawing.height))
    assert drawing.width >= measure(CAPTION, 26, bold=True)[0]


def test_more_than_a_phone_shows_are_not_drawn_and_who_has_most_ties_stays() -> None:
    hub = [DrawnTie("Oda", f"Cousin {n}", "cousin") for n in range(5)]
    many = [DrawnTie(f"A {n}", f"B {n}", "friend") for n in range(40)]
    drawing = draw_ties([*many, *hub], CAPTION, 12)
    assert "Oda" in drawing.labels
    assert people_in(hub + many) > 12
    assert sum(label[:2] in ("A ", "B ", "Co", "Od") for label in drawing.labels) <= 12


def test_two_words_for_one_tie_are_one_line() -> None:
    drawing = draw_ties([DrawnTie("Tom", "Ann", "husband"), DrawnTie("Ann", "Tom", "wife")], CAPTION)
    assert "husband" in drawing.labels
    assert "wife" not in drawing.labels


def test_kinds_are_of_the_family_of_their_last_word() -> None:
    found = [family_of(kind) for kind in ("twin sister", "in love with", "sister-in-law", "friend", "vessel")]
    assert found == [KIN, LOVE, KIN, FRIENDSHIP, OTHER]


def test_letters_with_accents_and_of_other_scripts_are_not_boxes() -> None:
    from bot.drawing.fonts import font

    def drawn(sign: str) -> bytes:
        return bytes(font(24).getmask(sign))

    missing = drawn("\u2603\ufe0e"[:1])
    assert all(drawn(sign) != missing for sign in "éłőşŽжЯαñœ’–·")
