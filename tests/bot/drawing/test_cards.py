"""Drawn cards: any text holds inside the margins, equal cards give equal bytes, colours can be read."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.drawing.canvas import Canvas
from bot.drawing.character_card import (
    CharacterCard,
    compose_character_card,
    draw_character_card,
    initial_of,
)
from bot.drawing.column import LACKING, in_quotes
from bot.drawing.faces import family
from bot.drawing.quote_card import QuoteCard, compose_quote_card, draw_quote_card
from bot.drawing.scene_card import (
    SceneCard,
    compose_scene_card,
    compose_storyboard,
    draw_scene_card,
    draw_storyboard,
)
from bot.drawing.setting import set_lines, units
from bot.drawing.themes import CLOTH, LETTERPRESS, NIGHT, PORTRAIT, SQUARE, THEMES, Theme, contrast

MARGIN = 60
"""Least pixels between any ink of letters and the edge of the sheet."""
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(categories=["L", "M", "N", "P", "Z"]), max_size=120),
    st.sampled_from(
        [
            "Ada",
            "Konstantinopolitanischerdudelsackpfeifenmachergeselle" * 4,
            "אדה וויק, שומרת הסף (Ada Wick)",
            "كانت العبّارة (The Ferry) تعبر النهر ١٢ مرة",
            "彼女は階段を下りてきた。「お茶でしょう」と言った。" * 9,
            "여객선은 소리 없이 강을 건넜다",
            "Z̷̢̛͈͚̱̑̒̓a̸̛͔͕͖l̵g̸o " * 9,
            "👩‍🚀🏴‍☠️ ❤️ 1️⃣ 🇫🇷🇩🇪",
            "\ud800\x00\u202e\ufeff",
            "नमस्ते सब को, ผู้หญิงในชุดสีเทา",
            "𓀀𓁐 a sign that nobody has",
        ]
    ),
)
MANY = st.lists(TEXTS, max_size=6).map(tuple)
CHARACTERS = st.builds(
    CharacterCard,
    TEXTS,
    TEXTS,
    MANY,
    MANY,
    st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    MANY,
    TEXTS,
)
SCENES = st.builds(SceneCard, TEXTS, MANY, MANY, TEXTS, places=MANY)
QUOTES = st.builds(QuoteCard, st.one_of(TEXTS, st.text(min_size=400, max_size=3_000)), TEXTS, TEXTS)
LOOK = st.sampled_from(list(THEMES.values()))
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ADA = CharacterCard(
    "Ada Wick",
    "keeper of the far bank",
    ("a blue thread round her wrist", "short hair"),
    ("her age",),
    (("She said nothing, and said it well.", "Chapter 2 ¶4"),),
    ("niece of the porter",),
    "The Invented Book · up to ch. 3",
)
FERRY = SceneCard("On the ferry", ("The lamp swung.",), ("Ada Wick",), "The Invented Book · up to ch. 3")


def outside(canvas: Canvas, margin: float = MARGIN) -> list[tuple[float, float, float, float]]:
    """Return where ink of letters stands too near the edge."""
    width, height = canvas.size
    boxes = [placed.ink for _, placed in canvas.letters]
    return [
        box
        for box in boxes
        if box[0] < margin or box[1] < margin or box[2] > width - margin or box[3] > height - margin
    ]


@FEW
@given(CHARACTERS, LOOK, st.sampled_from([PORTRAIT, SQUARE]))
def test_whatever_a_character_card_says_its_letters_stay_inside_the_margins(
    card: CharacterCard, theme: Theme, size: tuple[int, int]
) -> None:
    assert outside(compose_character_card(card, theme, size)) == []


@FEW
@given(SCENES, LOOK)
def test_whatever_a_scene_card_says_its_letters_stay_inside_the_margins(
    card: SceneCard, theme: Theme
) -> None:
    assert outside(compose_scene_card(card, theme)) == []


@FEW
@given(st.lists(SCENES, min_size=1, max_size=7), LOOK)
def test_a_storyboard_holds_whatever_its_panels_say(panels: list[SceneCard], theme: Theme) -> None:
    assert outside(compose_storyboard(panels, theme)) == []


@FEW
@given(QUOTES, LOOK, st.sampled_from([PORTRAIT, SQUARE]))
def test_whatever_is_quoted_its_letters_stay_inside_the_margins(
    card: QuoteCard, theme: Theme, size: tuple[int, int]
) -> None:
    assert outside(compose_quote_card(card, theme, size)) == []


def test_a_long_quotation_is_set_smaller_and_then_ends_with_an_ellipsis() -> None:
    def scales(text: str) -> set[float]:
        canvas = compose_quote_card(QuoteCard(text, "", ""), LETTERPRESS)
        return {placed.scale for colour, placed in canvas.letters if colour == LETTERPRESS.ink}

    line = "She came down the stairs as though each one owed her an apology. "
    assert max(scales(line)) > max(scales(line * 8)) > max(scales(line * 20))
    whole, cut = (compose_quote_card(QuoteCard(line * n, "", ""), LETTERPRESS).letters for n in (80, 60))
    assert len(whole) == len(cut)  # of both as much is drawn as holds


def test_an_initial_is_that_of_the_name_and_of_no_article() -> None:
    named = {"Ada": "A", "the Reeve": "R", "de la Cruz": "C", "the old man": "M", "élodie": "É", "דוד": "ד"}
    assert {name: initial_of(name) for name in named} == named
    assert (initial_of("…"), initial_of("7 of Sorrow"), initial_of("")) == ("", "7", "")


def test_a_crowded_card_has_a_smaller_emblem_and_a_scenes_line_the_place_it_stands_at() -> None:
    def initial(card: CharacterCard) -> float:
        letters = compose_character_card(card, LETTERPRESS).letters
        return max(placed.scale for colour, placed in letters if colour == LETTERPRESS.accent)

    line = ("She said nothing at all, and she said it so well that nobody asked her again.", "Chapter 2 ¶4")
    assert initial(replace(ADA, quotes=(line,) * 7)) < initial(ADA)
    assert replace(FERRY, places=("ch. 3 ¶1",)).placed == [("The lamp swung.", "ch. 3 ¶1")]
    assert "ch. 3 ¶1" in replace(FERRY, places=("ch. 3 ¶1",)).words
    assert FERRY.placed == [("The lamp swung.", "")]


def test_a_card_says_so_when_a_sign_of_it_cannot_be_drawn() -> None:
    def letters(text: str) -> int:
        return len(compose_quote_card(QuoteCard(text, "", "ch. 1"), LETTERPRESS).letters)

    # The same words with a sign that no font has: as many letters, and the sentence that tells of it.
    assert letters("A line 𓀀") - letters("A line x") == len(LACKING.replace(" ", ""))


def test_pictographs_are_drawn_in_the_colour_of_the_look() -> None:
    canvas = compose_quote_card(QuoteCard("A ship 🚢", "", ""), LETTERPRESS)
    (ship,) = [colour for colour, placed in canvas.letters if placed.face.is_pictures]
    assert ship == LETTERPRESS.accent


def test_a_quotation_has_the_marks_of_its_script_once() -> None:
    assert in_quotes(" Go. ") == "“Go.”"
    assert in_quotes("“Go,” he said.") == "“Go,” he said."
    assert in_quotes("彼は") == "「彼は」"
    assert in_quotes("نزلت") == "«نزلت»"
    assert in_quotes("היא") == "”היא“"


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_all_letters_of_a_theme_can_be_read(theme: Theme) -> None:
    # WCAG AA for text of any size, on the paper and on its grain.
    for letters in (theme.ink, theme.soft, theme.accent):
        assert contrast(letters, theme.paper) >= 4.5
        if theme.name == "cloth":
            assert contrast(letters, theme.grain) >= 4.5
    assert theme.is_dark == (contrast(theme.paper, "#ffffff") > contrast(theme.paper, "#000000"))


def test_there_are_light_and_dark_themes_and_at_least_four() -> None:
    assert len(THEMES) >= 4
    assert {theme.is_dark for theme in THEMES.values()} == {True, False}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_same_card_gives_the_same_bytes(theme: Theme) -> None:
    assert draw_character_card(ADA, theme) == draw_character_card(ADA, theme)
    assert draw_scene_card(FERRY, theme) == draw_scene_card(FERRY, theme)
    quote = QuoteCard("The lamp swung.", "Hespa Ombrey", "ch. 3 ¶1")
    assert draw_quote_card(quote, theme) == draw_quote_card(quote, theme)


def test_a_card_is_a_picture_of_the_size_that_was_asked_for() -> None:
    assert Image.open(io.BytesIO(draw_character_card(ADA, CLOTH))).size == PORTRAIT
    assert Image.open(io.BytesIO(draw_character_card(ADA, NIGHT, SQUARE))).size == SQUARE


def test_ornaments_are_told_by_the_name_and_the_theme_alone() -> None:
    # S30: nothing that is learnt later changes what is not a letter.
    def bare(card: CharacterCard) -> bytes:
        canvas = compose_character_card(card, NIGHT)
        canvas.letters.clear()
        return Image.open(io.BytesIO(canvas.png())).crop((0, 0, 1080, 90)).tobytes()

    later = CharacterCard(ADA.name, ADA.epithet, (*ADA.looks, "a scar"), (), ADA.quotes, (), "ch. 9")
    assert bare(ADA) == bare(later)
    assert bare(ADA) != bare(CharacterCard("Wick", "", (), (), (), (), ""))


@pytest.mark.parametrize("compose", [compose_character_card, compose_scene_card])
def test_every_card_says_that_it_is_drawn_from_the_text(compose: Callable[..., Canvas]) -> None:
    card = ADA if compose is compose_character_card else FERRY
    assert any("drawn from the text" in word for word in card.words)
    assert "drawn from the text" in card.alt
    assert all(word in card.alt for word in ("Ada Wick", "up to ch. 3"))


def test_one_storyboard_of_six_panels_draws_all_their_numbers() -> None:
    six = compose_storyboard([FERRY] * 6, LETTERPRESS)
    five = compose_storyboard([FERRY] * 5, LETTERPRESS)
    assert len(six.letters) > len(five.letters)
    assert draw_storyboard([FERRY] * 4, LETTERPRESS)


def test_cards_that_are_drawn_side_by_side_are_those_drawn_one_by_one() -> None:
    # Bots draw in threads, and fonts are shared among them.
    cards = [QuoteCard(f"Line {n}, אבג {n} العربية, 彼女は", "Ada", f"ch. {n}") for n in range(12)]
    alone = [draw_quote_card(card, NIGHT, SQUARE) for card in cards]
    for cache in (family, set_lines, units):
        cache.cache_clear()
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda card: draw_quote_card(card, NIGHT, SQUARE), cards)) == alone
