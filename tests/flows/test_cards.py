"""Cards, ties, mentions, places and times as a reader gets them, and what a reader puts right (S11-S17)."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from agent.answer import NOT_IN_READ
from bot import replies
from bot.markup import to_plain
from bot.messages import Conversation, IncomingMessage, OutgoingMessage, Picture
from tests.books import Chapter, epub
from tests.fakes import model_service
from tests.talking import Person, opened

MILL = epub(
    (
        Chapter(
            "Chapter 1: The Mill",
            (
                "Brin Aske was a tall man. Brin Aske wore a grey coat, and he laughed at the rain.",
                "“Good night,” said Brin Aske. He shut the gate of the mill at Merrowby.",
                "Sella Tarn had red hair. Sella Tarn, the sister of Brin Aske, came to Merrowby on Monday.",
                "A velder is a lamp that burns under water. Sella Tarn carried a velder in her left hand.",
            ),
        ),
        Chapter(
            "Chapter 2: The Two Neds",
            (
                "Ned Flint was a miller. “Come in,” said Ned Flint. Ned Flint laughed.",
                "Ned Harrow was a sailor. “No,” said Ned Harrow. Ned Harrow sat down.",
                "Brin Aske was wounded on Tuesday. Sella Tarn wept, and Brin Aske said nothing.",
            ),
        ),
        Chapter(
            "Chapter 3: The Wedding at Dunholt",
            (
                "Sella Tarn married Dario Quill at Dunholt. “At last,” said Dario Quill.",
                "Brin Aske was well again. Brin Aske danced with Tilly Aske, and Tilly laughed.",
                "“I am Matilda,” said Matilda Roe. Matilda Roe danced, and Matilda Roe sang.",
            ),
        ),
        Chapter("Chapter 4: The Flood", ("Zenobia Wrack drowned Dario Quill in the race below Oxcombe.",)),
    ),
    title="The Mill",
    author="Hespa Ombrey",
)
QUIET = {"digest_chars_a_turn": 0, "facts_chars_a_turn": 0, "notes": False}
LATER = ("Zenobia", "Wrack", "drown", "Oxcombe", "Flood")


@pytest.fixture
async def ada(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A reader of the book of the mill, at its start."""
    (tmp_path / "mill.epub").write_bytes(MILL)
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'mill.epub'}")
        yield person


async def reads(person: Person, chapter: int) -> None:
    """Say that the chapter is read to its end."""
    await person.says(f"/at ch {chapter}")
    await person.says("/done")


async def picture_of(person: Person, line: str) -> Picture | None:
    """Return the picture that comes with an answer."""
    return next((shown.picture for shown in await person.says(line) if shown.picture), None)


def body(shown: str) -> str:
    return shown.partition("\n\n")[2]


# ---- who -----------------------------------------------------------------------------------


async def test_a_card_tells_looks_clothes_and_state_each_with_the_line_that_says_so_s11(ada: Person) -> None:
    await reads(ada, 2)
    shown = await ada.hears("/who Brin Aske")
    assert "First met in ch. 1 ¶1, last met so far in ch. 2 ¶3" in shown
    assert re.search(r"^- Clothes: a grey coat \[ch\. 1 ¶1\]$", shown, re.MULTILINE)
    assert re.search(r"^- State: wounded \[ch\. 2 ¶3\]$", shown, re.MULTILINE)
    assert re.search(r"^- Ties: sister: Sella Tarn \[ch\. 1 ¶3\]$", shown, re.MULTILINE)
    assert re.search(r"^> .*grey coat.* \[ch\. 1 ¶1\]$", shown, re.MULTILINE)


async def test_a_state_that_ended_is_told_with_its_end_and_lasts_for_who_has_not_read_so_far_t6(
    ada: Person,
) -> None:
    await reads(ada, 3)
    assert re.search(r"State: wounded, until ch\. 3 ¶2 \[ch\. 2 ¶3\]", await ada.hears("/who Brin Aske"))
    await ada.says("/at ch 3")
    await ada.says("1")  # it was a mistake
    shown = await ada.hears("/who Brin Aske")
    assert "State: wounded [ch. 2 ¶3]" in shown
    assert "until" not in shown


async def test_of_two_who_share_a_name_it_is_asked_which_with_what_is_known_of_each_t48(ada: Person) -> None:
    await reads(ada, 2)
    asked = (await ada.says("/who Ned"))[-1]
    assert [button.label for button in asked.buttons] == ["Ned Flint, ch. 2", "Ned Harrow, ch. 2"]
    _, one, other = to_plain(asked.text).splitlines()
    assert one == "- Ned Flint, first met in ch. 2 ¶1, a miller"
    assert other == "- Ned Harrow, first met in ch. 2 ¶2, a sailor"
    assert "Ned Harrow" in await ada.hears("2")
    assert "Flint" not in body(await ada.hears("/who Ned Harrow"))


async def test_a_diminutive_is_a_card_of_its_own_until_the_text_equates_it_t49(ada: Person) -> None:
    await reads(ada, 3)
    tilly, matilda = body(await ada.hears("/who Tilly")), body(await ada.hears("/who Matilda Roe"))
    assert "Matilda" not in tilly
    assert "Tilly" not in matilda
    assert "Tilly" not in body(await ada.hears("/mentions Matilda Roe"))


async def test_never_and_not_yet_are_the_same_bytes_whatever_is_asked_of_them_t7_s18(ada: Person) -> None:
    await reads(ada, 2)
    for command in ("who", "relations", "mentions", "place", "define", "correct", "correct hide"):
        never = await ada.says(f"/{command} Zorblax")
        for later in ("Zenobia Wrack", "Dario Quill", "Oxcombe", "Dunholt"):
            assert await ada.says(f"/{command} {later}") == never
        assert NOT_IN_READ in never[-1].text


async def test_everybody_is_listed_by_first_meeting_or_by_mentions_in_pages_of_eight_s16(
    tmp_path: Path,
) -> None:
    names = [
        f"{first} {last}" for first in ("Oda", "Ned", "Wenna", "Jory") for last in ("Silt", "Moss", "Quayle")
    ]
    lines = tuple(
        f"{name} laughed. “No,” said {name}." + f" {name} sat down." * n for n, name in enumerate(names)
    )
    file = tmp_path / "many.epub"
    file.write_bytes(epub((Chapter("Chapter 1", lines), Chapter("Chapter 2", ("It rained.",)))))
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.says(f"/add {file}")
        await reads(person, 1)
        first = (await person.says("/cast"))[-1]
        listed = [line for line in to_plain(first.text).splitlines() if line.startswith("- ")]
        assert len(listed) == 8
        assert [line[2:].split(" ·")[0] for line in listed] == names[:8]
        assert [button.action for button in first.buttons] == ["/cast 2", "/cast by mentions"]
        second = (await person.says("/cast by mentions 2"))[-1]
        listed = [line for line in to_plain(second.text).splitlines() if line.startswith("- ")]
        assert [line[2:].split(" ·")[0] for line in listed] == names[::-1][8:]
        assert [button.action for button in second.buttons] == ["/cast by mentions 1", "/cast"]
        assert await person.hears("/cast 3") == replies.NO_MORE_PAGES
        assert await person.hears("/cast nonsense") == to_plain(replies.HOW_TO_CAST)


# ---- ties ----------------------------------------------------------------------------------


async def test_ties_come_as_lines_with_the_words_that_say_so(ada: Person) -> None:
    await reads(ada, 2)
    shown = await ada.hears("/relations")
    assert (
        "1 tie so far\n- Sella Tarn, sister of Brin Aske\n> Sella Tarn, the sister of Brin Aske, came"
        in shown
    )
    assert "[ch. 1 ¶3]" in shown
    assert "married" not in shown
    await reads(ada, 3)
    assert "- Sella Tarn and Dario Quill: married" in await ada.hears("/relations Dario")
    assert body(await ada.hears("/relations Tilly")) == replies.NO_TIES


async def test_the_drawn_graph_stops_at_the_place_and_says_so_s36(ada: Person) -> None:
    await reads(ada, 2)
    picture = await picture_of(ada, "/relations")
    assert picture is not None
    assert picture.labels[0].startswith("The Mill · up to ch. 2")
    assert {"Sella Tarn", "Brin Aske", "sister"} <= set(picture.labels)
    assert "Dario Quill" not in picture.labels
    assert "up-to-ch-2" in picture.name
    assert "Sella Tarn, sister of Brin Aske" in picture.alt
    assert Image.open(io.BytesIO(picture.png)).format == "PNG"
    assert not [word for word in LATER if word in str(picture)]
    await reads(ada, 3)
    later = await picture_of(ada, "/relations")
    assert later is not None
    assert "Dario Quill" in later.labels
    await ada.says("/at ch 3")
    await ada.says("1")
    assert await picture_of(ada, "/relations") == picture  # what was drawn further on does not stay (S5)


async def test_of_one_person_those_tied_to_them_are_drawn_and_nobody_else(ada: Person) -> None:
    await reads(ada, 3)
    picture = await picture_of(ada, "/relations Brin Aske")
    assert picture is not None
    assert {"Sella Tarn", "Brin Aske"} <= set(picture.labels)
    assert "Dario Quill" not in picture.labels


async def test_a_terminal_saves_the_picture_and_says_where(ada: Person, tmp_path: Path) -> None:
    from bot.terminal_adapter import saved

    await reads(ada, 2)
    message = IncomingMessage(Conversation("terminal", "desk"), "ada", "/relations")
    (shown,) = [m async for m in saved(ada.app.companion.handle(message), tmp_path / "pictures")]
    (file,) = (tmp_path / "pictures").iterdir()
    assert file.read_bytes().startswith(b"\x89PNG")
    assert to_plain(shown.text).endswith(f"Picture: {file}")
    assert shown.picture is None


async def test_where_no_picture_can_be_saved_the_answer_comes_all_the_same(
    ada: Person, tmp_path: Path
) -> None:
    from bot.terminal_adapter import saved

    await reads(ada, 2)
    (tmp_path / "pictures").write_text("a file in the way")
    message = IncomingMessage(Conversation("terminal", "desk"), "ada", "/relations")
    (shown,) = [m async for m in saved(ada.app.companion.handle(message), tmp_path / "pictures")]
    assert "sister of" in shown.text
    assert shown.text.endswith(replies.PICTURE_NOT_SAVED)


# ---- mentions, places, words, times --------------------------------------------------------


async def test_mentions_are_bars_of_the_chapters_that_are_read_and_no_others_s36(ada: Person) -> None:
    await reads(ada, 2)
    lines = body(await ada.hears("/mentions Brin Aske")).splitlines()
    assert lines[0] == "Brin Aske · 6×"
    assert [line.partition(" ▇")[0] for line in lines[1:]] == ["- ch. 1", "- ch. 2"]
    assert [line.rpartition(" ")[2] for line in lines[1:]] == ["4", "2"]
    assert len(lines[1]) > len(lines[2])


async def test_a_place_has_a_card_of_what_is_told_there(ada: Person) -> None:
    await reads(ada, 2)
    shown = body(await ada.hears("/place merrowby"))
    assert shown.startswith("Merrowby\nFirst named in ch. 1 ¶2, last so far in ch. 1 ¶3, 2×.")
    assert "> He shut the gate of the mill at Merrowby. [ch. 1 ¶2]" in shown


async def test_the_timeline_tells_when_in_the_order_of_the_text(ada: Person) -> None:
    await reads(ada, 2)
    shown = body(await ada.hears("/timeline"))
    assert shown.index("on Monday") < shown.index("on Tuesday")
    assert "> Brin Aske was wounded on Tuesday. [ch. 2 ¶3]" in shown


async def test_an_ordinary_sense_comes_after_the_books_own_and_is_marked_s24(tmp_path: Path) -> None:
    (tmp_path / "mill.epub").write_bytes(MILL)
    said = "A barrier that closes an opening."
    async with model_service(said) as service, opened(tmp_path / "data", service.base_url, **QUIET) as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'mill.epub'}")
        await reads(person, 2)
        shown = await person.hears("/define gate")
        assert shown.endswith(f"Ordinarily, and not from this book (m-1): {said}")
        asked = str(service.requests)
        assert "gate" in asked
        assert not [word for word in ("Brin", "Sella", "Mill", "Ombrey", "mill") if word in asked]  # S21
        # Of nobody's name and of no word that is not read, anything is asked (S18).
        before = len(service.requests)
        for word in ("Brin Aske", "Sella", "Merrowby", "race", "zorblax"):
            assert "Ordinarily" not in await person.hears(f"/define {word}")
        assert len(service.requests) == before


async def test_an_ordinary_sense_that_names_anybody_is_not_shown_s21(tmp_path: Path) -> None:
    (tmp_path / "mill.epub").write_bytes(MILL)
    said = "What Zenobia opens when Dario drowns."
    async with model_service(said) as service, opened(tmp_path / "data", service.base_url, **QUIET) as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'mill.epub'}")
        await reads(person, 2)
        shown = await person.hears("/define gate")
        assert "Ordinarily" not in shown
        assert "Zenobia" not in shown


# ---- what a reader puts right --------------------------------------------------------------


async def test_a_new_name_shows_in_every_list_and_in_completion_and_is_taken_back_t43(ada: Person) -> None:
    await reads(ada, 2)
    assert "is called Aunt Sella" in await ada.hears("/correct rename Sella Tarn to Aunt Sella")
    assert "Aunt Sella (Sella Tarn)" in await ada.hears("/cast")
    assert "Aunt Sella, sister of Brin Aske" in await ada.hears("/relations")
    assert "Aunt Sella\n" in body(await ada.hears("/who Sella Tarn"))
    picture = await picture_of(ada, "/relations")
    assert picture is not None
    assert "Aunt Sella" in picture.labels
    offered = await completed(ada, "/who Aunt")
    assert offered == ["Aunt Sella"]
    assert "Taken back" in await ada.hears("/correct undo")
    assert "Aunt Sella" not in await ada.hears("/cast")
    assert await completed(ada, "/who Aunt") == []


async def completed(person: Person, typed: str) -> list[str]:
    message = IncomingMessage(Conversation("terminal", "desk"), "ada", typed)
    return [found.text for found in await person.app.companion.complete(message)]


async def test_two_cards_are_made_one_and_one_is_parted_again(ada: Person) -> None:
    await reads(ada, 2)
    await ada.says("/correct merge Ned Flint with Ned Harrow")
    one = body(await ada.hears("/who Ned"))
    assert "miller" in one
    assert "sailor" in one
    assert "is not" in await ada.hears("/correct split Ned Harrow from Ned Flint")
    assert len(await ada.is_asked("/who Ned")) == 2


async def test_who_is_hidden_is_met_as_nobody(ada: Person) -> None:
    await reads(ada, 2)
    await ada.says("/correct hide Brin Aske")
    assert body(await ada.hears("/who Brin Aske")) == NOT_IN_READ
    assert "Brin" not in await ada.hears("/cast")
    assert body(await ada.hears("/relations")) == replies.NO_TIES
    assert "Brin Aske" not in await completed(ada, "/who Br")


async def test_a_wrong_descriptor_goes_by_a_choice(ada: Person) -> None:
    await reads(ada, 2)
    choices = await ada.is_asked("/correct Brin Aske")
    number = 1 + next(n for n, label in enumerate(choices) if "grey coat" in label)
    assert "is not right" in await ada.hears(str(number))
    shown = await ada.hears("/who Brin Aske")
    assert "Clothes" not in shown
    assert "State: wounded" in shown


async def test_what_changes_nothing_is_not_kept(ada: Person) -> None:
    await reads(ada, 2)
    assert await ada.hears("/correct rename Brin Aske to Brin Aske") == replies.CORRECTION_CHANGES_NOTHING
    assert replies.NO_CORRECTIONS in await ada.hears("/correct")
    assert await ada.hears("/correct wrong Brin Aske: green ears") == to_plain(replies.NOT_ON_THE_CARD)


async def test_a_correction_is_sealed_on_going_back_and_comes_again_s5(ada: Person) -> None:
    await reads(ada, 2)
    await ada.says("/correct rename Brin Aske to Master Aske")
    await ada.says("/at ch 2")
    await ada.says("1")
    assert "Master Aske" not in await ada.hears("/cast")
    assert replies.NO_CORRECTIONS in await ada.hears("/correct list")
    await reads(ada, 2)
    assert "Master Aske" in await ada.hears("/cast")


async def test_corrections_are_one_readers_own_and_outlive_the_program(tmp_path: Path) -> None:
    file = tmp_path / "mill.epub"
    file.write_bytes(MILL)
    async with opened(tmp_path / "data") as app:
        one, other = Person(app), Person(app, account="bob", chat="bench")
        for person in (one, other):
            await person.says(f"/add {file}")
            await reads(person, 2)
        await one.says("/correct rename Brin Aske to Master Aske")
        assert "Master Aske" in await one.hears("/cast")
        assert "Master Aske" not in await other.hears("/cast")
        assert replies.NO_CORRECTIONS in await other.hears("/correct list")
        assert await other.hears("/correct undo 1") == replies.NO_CORRECTIONS
    async with opened(tmp_path / "data") as app:
        assert "Master Aske" in await Person(app).hears("/cast")


async def test_corrections_outlive_an_index_that_is_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage.story import store

    (tmp_path / "mill.epub").write_bytes(MILL)
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'mill.epub'}")
        await reads(person, 2)
        await person.says("/correct wrong Brin Aske: a grey coat")
        await person.says("/correct merge Ned Flint with Ned Harrow")
        before = [await person.hears(line) for line in ("/who Brin Aske", "/cast", "/who Ned")]
    monkeypatch.setattr(store, "STORY_VERSION", "of other rules")
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        assert [await person.hears(line) for line in ("/who Brin Aske", "/cast", "/who Ned")] == before
        assert "Clothes" not in before[0]


async def test_an_answer_about_who_was_renamed_is_still_an_answer(ada: Person) -> None:
    await reads(ada, 2)
    plain = await ada.hears("Who is Sella Tarn?")
    assert "red hair" in plain
    await ada.says("/correct rename Sella Tarn to Aunt Sella")
    assert "red hair" in await ada.hears("Who is Sella Tarn?")
    assert "red hair" in await ada.hears("Who is Aunt Sella?")


def test_a_picture_is_no_part_of_what_a_log_would_show() -> None:
    message = OutgoingMessage("text", picture=Picture(b"pixels", "a.png", "alt"))
    assert "pixels" not in repr(message)


async def test_of_more_than_a_phone_shows_it_is_told_how_many_are_drawn(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.companion import ties

    await reads(ada, 3)
    assert "Drawn are" not in await ada.hears("/relations")
    monkeypatch.setattr(ties, "MOST_DRAWN", 2)
    (shown,) = await ada.says("/relations")
    assert "Drawn are the 2 with the most ties so far, of 3." in shown.text
    assert shown.picture is not None
    names = {"Sella Tarn", "Brin Aske", "Dario Quill"}
    assert len(names & set(shown.picture.labels)) == 2
