"""Quote cards: a line that is read becomes a picture; no line past the place does, however it is named."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from agent.answer import NOT_IN_READ
from bot import replies
from bot.companion.quoting import read_asked
from bot.messages import Conversation, IncomingMessage, Kind, OutgoingMessage, Picture
from bot.replies import quoting
from tests.flows.picture_talks import asked_on_telegram, channel_on_discord, photo_of
from tests.flows.test_cards import MILL, reads
from tests.talking import Person, opened

READ_LINE = "Sella Tarn carried a velder in her left hand."
LATER_LINE = "Zenobia Wrack drowned Dario Quill in the race below Oxcombe."


@pytest.fixture
async def ada(tmp_path: Path) -> AsyncIterator[Person]:
    """A reader of the book of the mill who has read two chapters."""
    (tmp_path / "mill.epub").write_bytes(MILL)
    async with opened(tmp_path / "data") as app:
        person = Person(app)
        await person.says(f"/add {tmp_path / 'mill.epub'}")
        await reads(person, 2)
        yield person


async def card_of(person: Person, line: str) -> tuple[OutgoingMessage, Picture]:
    """Return the message with the card that answers a line."""
    (shown,) = await person.says(line)
    assert shown.picture is not None
    return shown, shown.picture


async def test_a_line_that_is_read_is_drawn_with_its_book_and_its_place(ada: Person) -> None:
    shown, picture = await card_of(ada, f'/quotecard "{READ_LINE}"')
    assert picture.labels == (READ_LINE, "Hespa Ombrey, The Mill", "ch. 1 ¶4")
    assert picture.alt == f"Quote card: “{READ_LINE}” Hespa Ombrey, The Mill ch. 1 ¶4"
    assert picture.name == "the-mill-quote-ch-1-4.png"
    assert Image.open(io.BytesIO(picture.png)).size == (1080, 1350)
    assert shown.kind is Kind.ANSWER
    assert "A line of ch. 1 ¶4" in shown.text


async def test_the_books_own_letters_are_drawn_not_the_readers(ada: Person) -> None:
    _, picture = await card_of(ada, "/quotecard “sella tarn CARRIED a velder in her left hand”")
    assert picture.labels[0] == READ_LINE.removesuffix(".")


async def test_few_words_are_drawn_with_their_sentence(ada: Person) -> None:
    _, picture = await card_of(ada, "/quotecard left hand")
    assert picture.labels[0] == READ_LINE


async def test_a_citation_of_the_last_answer_is_drawn_by_its_number(ada: Person) -> None:
    await ada.says("What is a velder?")
    (asked,) = await ada.says("/quotecard")
    assert asked.text == quoting.WHICH
    _, picture = await card_of(ada, asked.buttons[0].action)
    assert "velder" in picture.labels[0]
    assert picture.labels[0].endswith((".", "”"))  # whole, with its last mark
    (none,) = await ada.says("/quotecard 99")
    assert none.text == replies.NO_SUCH_PASSAGE


async def test_an_opened_passage_has_a_button_that_draws_it(ada: Person) -> None:
    await ada.says("What is a velder?")
    (passage,) = await ada.says("/passage 1")
    (button,) = passage.buttons
    assert button.label == "As a card"
    _, picture = await card_of(ada, button.action)
    assert "velder" in picture.labels[0]
    assert picture.labels[0].endswith((".", "”"))  # whole, with its last mark


async def test_what_is_answered_to_is_drawn(ada: Person) -> None:
    message = IncomingMessage(
        Conversation("terminal", "ada"), "ada", "/quotecard dark", about=f"ch. 1 ¶4\n{READ_LINE}"
    )
    (shown,) = [m async for m in ada.app.companion.handle(message)]
    assert shown.picture is not None
    assert shown.picture.labels[0] == READ_LINE


async def test_a_line_from_further_on_gets_the_offer_to_move_and_no_word_about_it_s4_t20(ada: Person) -> None:
    (shown,) = await ada.says(f'/quotecard "{LATER_LINE}"')
    assert (shown.text, shown.picture) == (replies.LATER_LINE, None)


async def test_a_later_name_a_nonsense_word_and_offsets_past_the_place_get_the_same_answer_s18_t7(
    ada: Person,
) -> None:
    lines = ("Zenobia", "Zorblax", "Zenobia Wrack", "@0-999999", "@5000-5001", "@9-3")
    shown = [await ada.says(f"/quotecard {line}") for line in lines]
    assert {m.text.partition("\n\n")[2] for (m,) in shown} == {NOT_IN_READ}
    assert all(m.picture is None for (m,) in shown)


async def test_a_button_of_a_card_is_sealed_when_the_reader_goes_back_s5(ada: Person) -> None:
    shown, _ = await card_of(ada, '/quotecard "Ned Harrow sat down."')
    again = shown.buttons[0].action
    assert "Ned" not in again
    assert (await card_of(ada, again))[1].labels[0] == "Ned Harrow sat down."
    await ada.says("/at ch 1")
    await ada.says("1")  # it was a mistake
    (sealed,) = await ada.says(again)
    assert sealed.picture is None
    assert NOT_IN_READ in sealed.text


async def test_a_book_whose_licence_forbids_pictures_has_no_card_and_no_button(ada: Person) -> None:
    (book,) = await ada.app.storage.library.books(await ada.app.owner_id())
    await ada.says("What is a velder?")
    await ada.app.storage.licences.change(book.book_id, visuals=False)
    (refused,) = await ada.says(f'/quotecard "{READ_LINE}"')
    assert (refused.text, refused.picture) == (quoting.NO_PICTURES, None)
    assert (await ada.says("/passage 1"))[0].buttons == ()


async def test_where_long_quotations_are_forbidden_a_short_one_is_drawn_and_a_long_one_refused(
    ada: Person,
) -> None:
    (book,) = await ada.app.storage.library.books(await ada.app.owner_id())
    await ada.app.storage.licences.change(book.book_id, long_quotes=False)
    await card_of(ada, f'/quotecard "{READ_LINE}"')
    most = ada.app.storage.licences.terms.quoted_chars_an_answer
    await reads(ada, 4)
    (refused,) = await ada.says(f"/quotecard @0-{most + 1}")
    assert (refused.text, refused.picture) == (quoting.too_long(most), None)


def test_looks_and_shapes_stand_before_the_line_and_nowhere_else() -> None:
    asked = read_asked('dark square "a light square of paper"')
    assert (asked.look, asked.is_square, asked.line) == ("night", True, '"a light square of paper"')
    assert read_asked("Botanical 3").look == "botanical"
    assert read_asked("").look == read_asked("light").look


async def test_the_looks_of_one_line_are_different_pictures_of_the_same_words(ada: Person) -> None:
    cards = [
        await card_of(ada, f'/quotecard {look} "{READ_LINE}"') for look in ("light", "dark", "dark square")
    ]
    assert len({picture.png for _, picture in cards}) == 3
    assert len({picture.labels for _, picture in cards}) == 1


async def test_on_telegram_a_card_is_a_photo_and_behind_a_spoiler_in_a_group_s39(tmp_path: Path) -> None:
    alone, room = await asked_on_telegram(tmp_path / "data", "quotecard", READ_LINE)
    photo, name, data = photo_of(alone)
    assert name == "the-mill-quote-ch-1-4.png"
    assert data.startswith(b"\x89PNG")
    assert not photo.has_spoiler
    hidden, _, _ = photo_of(room)
    assert hidden.has_spoiler
    assert "velder" not in "".join(post.unmasked for post in room)


async def test_on_discord_a_card_is_a_file_with_its_words_and_a_spoiler_in_a_channel_s39(
    tmp_path: Path,
) -> None:
    async with channel_on_discord(tmp_path / "data") as channel:
        await channel.ada.dm(f"/quotecard dark {READ_LINE}")
        await channel.ada.until_last("drawn as a card")
        said = f"Quote card: “{READ_LINE}” Hespa Ombrey, The Mill ch. 1 ¶4"
        assert said in channel.sent_with_files()
        before = len(channel.server.requests)
        ((name, _),) = await channel.shows("quotecard", READ_LINE)
        assert name == "SPOILER_picture.png"
        # The line is on the picture alone: no mask lies on an alternative text (S43).
        sent = channel.sent_with_files(before)
        assert "picture.png" in sent
        assert READ_LINE not in sent


async def test_a_highlight_has_a_button_that_draws_it(ada: Person) -> None:
    (kept,) = await ada.says(f"/highlight {READ_LINE}")
    (button,) = [button for button in kept.buttons if button.label == "As a card"]
    _, picture = await card_of(ada, button.action)
    assert picture.labels[0] == READ_LINE
