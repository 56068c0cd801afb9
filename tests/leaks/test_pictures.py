"""Pictures never look ahead: what a service is sent, what is shared, shown again, named and logged (S30)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.app import App, open_app
from bot.config import CreditsConfig, Level
from bot.messages import Conversation, IncomingMessage, Kind, OutgoingMessage
from storage.credits.terms import Tier
from storage.credits.values import Statement
from tests.books import Chapter, epub
from tests.platform_fakes.picture_server import KEY, MODEL, PictureServer
from tests.portraits import AUTHOR, FILE, FIRST, SECOND, TITLE
from tests.talking import Person, settings

LATER = ("cropped", "white", "scar", "black gown", "Wenna", "Thrale", "shaved")
NAMES = ("Oda", "Quillon", "Brannoc", "Velmarsh", *TITLE.split()[-1:], *AUTHOR.split())
RENDERED = "/visualize Oda Quillon | go rendered"


TIERS = CreditsConfig(
    tiers={"free": Tier(sizes=("standard",)), "patron": Tier(sizes=("standard = 3", "large"))}
)


@asynccontextmanager
async def rendering(
    folder: Path, server: PictureServer, credits: CreditsConfig | None = None
) -> AsyncIterator[App]:
    """Open the program with a model that renders."""
    config = settings(folder)
    config = replace(config, credits=credits or config.credits)
    pictures = replace(
        config.pictures,
        renderer="replicate",
        model=MODEL,
        base_url=server.url,
        key=KEY,
        poll_seconds=0.01,
        reference_input="image_prompt",
        large_size="1536x1536",
    )
    config = replace(config, pictures=pictures, log=replace(config.log, level=Level.DEBUG))
    async with open_app(config) as app:
        yield app


async def reads(app: App, account: str, folder: Path, place: str, file: bytes = FILE) -> Person:
    """Return a reader with credits, who has read the book to a place."""
    person = Person(app, account, account)
    path = folder / f"{account}.epub"
    path.write_bytes(file)
    await person.hears(f"/add {path}")
    await person.hears(f"/at {place}")
    if place.startswith("ch"):
        await person.hears("/done")
    reader = await app.companion.reader_id("terminal", account)
    await app.storage.wallets.grant(reader, 50, intent=f"gift/{reader}", reason="a gift")
    return person


async def wallet(app: App, account: str) -> Statement:
    return await app.storage.wallets.statement(await app.companion.reader_id("terminal", account))


def picture_of(messages: list[OutgoingMessage]) -> OutgoingMessage:
    """Return the message that has a picture."""
    (shown,) = [message for message in messages if message.picture is not None]
    return shown


async def test_a_later_face_never_reaches_an_earlier_reader_of_the_same_file_t25(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        late = await reads(app, "late", tmp_path, "end")
        early = await reads(app, "early", tmp_path, "ch 1")
        later = picture_of(await late.says(RENDERED))
        assert any(word in server.sent for word in LATER)
        server.requests.clear()
        shown = picture_of(await early.says(RENDERED))
        assert server.creates == 2
        assert not [word for word in LATER if word in server.sent]
        assert shown.picture is not None
        assert later.picture is not None
        told = f"{shown.text} {shown.picture.alt} {shown.picture.name} {shown.picture.labels}"
        assert not [word for word in LATER if word in told]
        assert "red hair" in server.sent


async def test_equal_facts_cost_one_rendering_and_each_reader_has_a_picture_of_their_own_t25(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        one = await reads(app, "one", tmp_path, "ch 1")
        two = await reads(app, "two", tmp_path, "ch 2")
        first, second = picture_of(await one.says(RENDERED)), picture_of(await two.says(RENDERED))
        assert server.creates == 1
        assert first.picture is not None
        assert second.picture is not None
        assert first.picture.png == second.picture.png
        ours = {button.action for button in first.buttons if "show" in button.action}
        theirs = {button.action for button in second.buttons if "show" in button.action}
        assert not ours & theirs
        # Pressed again, it is the same picture and costs nothing more.
        await one.says(RENDERED)
        assert (await wallet(app, "one")).balance == (await wallet(app, "two")).balance


async def test_the_service_is_sent_looks_with_their_places_and_no_title_author_or_name_t26(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 2")
        server.plan.append("unsafe")
        assert "safety filter" in await person.hears(RENDERED)
        named = '"found the letter under the third stone"'  # a line that says who
        for what in ("Oda Quillon", "Captain Brannoc: beside Oda Quillon", "here", named):
            assert picture_of(await person.says(f"/visualize {what} | go rendered"))
        assert server.creates == 5
        assert (await wallet(app, "ada")).balance == 30
        assert "found the letter" in server.sent
        assert not [name for name in NAMES if name in server.sent]
        assert not [word for word in LATER if word in server.sent]
        log = (tmp_path / "data" / "logs" / "dogear.log").read_text(encoding="utf-8")
        assert not [word for word in ("red hair", "Quillon", KEY) if word in log]
        reader = await app.companion.reader_id("terminal", "ada")
        assert await app.storage.pictures.unfinished() == []
        (card,) = await app.storage.library.books(reader)
        horizon = await app.storage.progress.find_horizon(reader, card.book_id)
        assert horizon is not None
        kept = await app.storage.pictures.gallery(reader, horizon)
        assert all(one.seed and one.prompt and '"start"' in one.brief for one in kept)
        assert all(one.reveal <= one.horizon for one in kept)


async def test_two_books_equal_up_to_the_place_send_the_same_to_the_service(tmp_path: Path) -> None:
    other = epub((FIRST, SECOND, Chapter("Chapter 3: Else", ("Oda Quillon was a short bald man now.",))))
    sent = []
    for name, file in (("a", FILE), ("b", other)):
        async with PictureServer() as server, rendering(tmp_path / name, server) as app:
            person = await reads(app, "ada", tmp_path, "ch 2", file)
            made = 0
            for what in ("Captain Brannoc", "here", "place Velmarsh", '"set down his basket"', "chapter 1"):
                said = f"/visualize {what} | style ink | eyes: dark eyes | go rendered"
                shown = await person.says(said)
                assert not [message.text for message in shown if message.kind is Kind.REFUSAL]
                made += sum(message.picture is not None for message in shown)
            assert made == server.creates > 5
            sent.append(server.sent)
    assert sent[0] == sent[1]
    assert sent[0]


async def test_a_move_back_seals_a_picture_and_moving_forward_returns_it_s5(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "end")
        shown = picture_of(await person.says(RENDERED))
        drawn = picture_of(await person.says("/visualize Oda Quillon | go drawn"))
        assert shown.picture is not None
        assert drawn.picture is not None
        ids = [card.action for card in (await person.says("/gallery"))[-1].buttons if "show" in card.action]
        assert len(ids) == 2
        await person.says("/move mistake 0")
        await person.says("/at ch 1")
        await person.says("1")
        assert "No pictures" in await person.hears("/gallery")
        absent = await person.hears("/visualize show " + "0" * 32)
        for action in ids:
            assert await person.hears(action) == absent
        await person.says("/at end")
        assert picture_of(await person.says(ids[0]))


async def test_a_new_version_keeps_seed_and_likeness_and_the_old_one_stays(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 1")
        first = picture_of(await person.says(RENDERED))
        await person.says("/at ch 3")
        await person.says("/done")
        again = await person.says("/visualize Oda Quillon")
        assert "cropped" in again[-1].text
        old = next(button.action for button in again[-1].buttons if "Pictures" in button.label)
        assert "changed how they look" in (await person.says(old))[-1].text
        second = picture_of(await person.says("/visualize Oda Quillon: older, no hat | go rendered"))
        assert "version 2 of 2" in second.text
        one, two = [made.input for made in server.predictions.values()]
        assert one["seed"] == two["seed"]
        assert "image_prompt" not in one
        assert two["image_prompt"].startswith("data:image/png")
        assert "Different from before: older, no hat." in two["prompt"]
        assert "red hair" not in two["prompt"]
        back = next(button for button in second.buttons if button.label == "◀")
        assert first.picture is not None
        shown = picture_of(await person.says(back.action)).picture
        assert shown is not None
        assert shown.png == first.picture.png


async def test_what_the_reader_chose_is_marked_as_theirs_and_priced_before_the_press(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 1")
        card = (await person.says("/visualize Captain Brannoc"))[-1]
        assert "The text does not say: hair, eyes, age, clothes." in card.text
        assert {"Render it · 5 credits", "Draw it from the words · free"} <= {b.label for b in card.buttons}
        asked = await person.says(next(b.action for b in card.buttons if b.label == "Choose hair"))
        chosen = await person.says(next(b.action for b in asked[-1].buttons if b.label == "grey hair"))
        assert "Your choice, not the book's: grey hair" in chosen[-1].text.replace("*", "")
        large = await person.says(f"{next(b.action for b in chosen[-1].buttons if b.label == 'Size')}")
        bigger = await person.says(next(b.action for b in large[-1].buttons if "Large" in b.label))
        press = next(b for b in bigger[-1].buttons if b.label == "Render it · 8 credits")
        shown = picture_of(await person.says(press.action))
        assert "grey hair (Your choice, not the book's)" in shown.text
        (sent,) = server.predictions.values()
        assert "Also: grey hair." in sent.input["prompt"]
        assert (sent.input["width"], (await wallet(app, "ada")).balance) == (1536, 42)


async def test_words_after_a_picture_make_another_version_of_it_at_the_price_that_is_shown_first(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 2")
        await person.says("/visualize Oda Quillon | style painterly | go rendered")
        card = (await person.says("older, with Wenna Thrale beside her"))[-1]
        assert card.buttons[0].label == "Render it · 5 credits"
        assert "Style: painterly" in card.text
        assert (server.creates, (await wallet(app, "ada")).balance) == (1, 45)
        shown = picture_of(await person.says(card.buttons[0].action))
        assert "version 2 of 2" in shown.text
        sent = [made.input["prompt"] for made in server.predictions.values()]
        assert "Different from before: older, with somebody beside her." in sent[1]
        assert not [word for word in LATER if word in server.sent]
        # A question, a place or a command after a picture is what it always is, and so is what comes later.
        for line in ("Who is Oda Quillon?", "/gallery", "thanks", "ch 1"):
            await person.says(shown.on_reply + " taller")
            await person.says(next(b.action for b in shown.buttons if "show" in b.action))
            assert "taller" not in await person.hears(line)
            assert "blonder" not in await person.hears("blonder")
        await person.says("/at start")
        await person.says("1")
        assert "no such picture up to here" in await person.hears(f"{shown.on_reply} taller")
        assert server.creates == 2


async def test_a_tier_has_its_own_sizes_and_prices_and_a_press_never_costs_more_than_it_said(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server, TIERS) as app:
        free, patron = [await reads(app, name, tmp_path, "ch 1") for name in ("ada", "ben")]
        reader = await app.companion.reader_id("terminal", "ben")
        await app.storage.wallets.set_tier(reader, "patron")
        card, dearer = [(await one.says("/visualize Oda Quillon"))[-1] for one in (free, patron)]
        assert [b.label for b in card.buttons][:1] == ["Render it · 5 credits"]
        assert "Size" not in [b.label for b in card.buttons]
        assert [b.label for b in dearer.buttons][:1] == ["Render it · 3 credits"]
        sizes = (await patron.says(next(b.action for b in dearer.buttons if b.label == "Size")))[-1]
        assert [b.label for b in sizes.buttons] == [
            "Standard, 1024x1024 · 3 credits",
            "Large, 1536x1536 · 8 credits",
        ]
        large = (await patron.says(sizes.buttons[1].action))[-1].buttons[0].action
        # Nobody gets a size by typing it, and what a button said is what is paid or nothing.
        for action in (large, "/visualize Oda Quillon | size large | go rendered"):
            again = (await free.says(action))[-1]
            assert (again.picture, again.buttons[0].label) == (None, "Render it · 5 credits")
        await app.storage.wallets.set_tier(reader, "free")
        again = (await patron.says(dearer.buttons[0].action))[-1]
        assert (again.picture, again.buttons[0].label) == (None, "Render it · 5 credits")
        assert server.creates == 0
        await app.storage.wallets.set_tier(reader, "patron")
        assert picture_of(await patron.says(large))
        assert (await wallet(app, "ben")).balance == 42
        assert [made.input["width"] for made in server.predictions.values()] == [1536]


async def test_what_the_reader_wished_is_drawn_as_theirs_and_changes_nothing_of_the_books(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 1")
        plain = picture_of(await person.says("/visualize Captain Brannoc | go drawn"))
        said = "/visualize Captain Brannoc: older, no hat | hair: grey hair | go drawn"
        wished = picture_of(await person.says(said))
        assert plain.picture is not None
        assert wished.picture is not None
        ours = ["The reader’s own, not the book’s", "grey hair", "older, no hat"]
        assert [word for word in wished.picture.labels if word not in plain.picture.labels] == [
            *ours[1:],
            ours[0],
        ]
        assert "The reader’s own, not the book’s: grey hair; older, no hat." in wished.picture.alt
        assert "hair" in plain.picture.labels
        assert "hair" not in wished.picture.labels
        assert wished.picture.png != plain.picture.png
        scene = picture_of(await person.says("/visualize here | wish: at night | go drawn")).picture
        assert scene is not None
        assert {"at night", ours[0]} <= set(scene.labels)
        assert server.creates == 0


async def test_a_storyboard_is_one_act_what_fails_of_it_is_released_and_said(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 1")
        reader = await app.companion.reader_id("terminal", "ada")
        card = (await person.says("/visualize chapter 1"))[-1]
        assert card.buttons[0].label == "Render it · 20 credits"
        # Enough for three of four is not enough, and nothing of it is begun.
        await app.storage.wallets.spend(reader, 31, intent="spent", reason="spent")
        assert "costs 20 credits and you have 19" in await person.hears(card.buttons[0].action)
        assert (server.creates, (await wallet(app, "ada")).available) == (0, 19)
        assert await app.storage.pictures.unfinished() == []
        await app.storage.wallets.grant(reader, 31, intent="again", reason="a gift")
        server.plan.extend(["", "failed"])
        shown = await person.says(card.buttons[0].action)
        done = [message.text for message in shown if message.final]
        assert [bool(message.picture) for message in shown if message.final] == [True, False, True, True]
        assert "Panel 2 of 4: The picture failed. Nothing was charged." in done[1]
        statement = await wallet(app, "ada")
        assert (statement.balance, statement.reserved) == (35, 0)
        # Asked for again, it costs what is missing, and what is there is shown.
        card = (await person.says("/visualize chapter 1"))[-1]
        assert card.buttons[0].label == "Render it · 5 credits"
        again = await person.says(card.buttons[0].action)
        assert sum(message.picture is not None for message in again) == 4
        assert (server.creates, (await wallet(app, "ada")).balance) == (5, 30)
        assert await app.storage.wallets.audit() == []


async def test_a_storyboard_that_is_stopped_keeps_what_is_done_and_lets_go_of_what_is_not_begun(
    tmp_path: Path,
) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 1")
        message = IncomingMessage(
            Conversation("terminal", "desk"), "ada", "/visualize chapter 1 | go rendered"
        )
        async with aclosing(app.companion.handle(message)) as coming:
            async for shown in coming:
                if shown.picture is not None:
                    break
        statement = await wallet(app, "ada")
        assert (server.creates, statement.balance, statement.reserved) == (1, 45, 0)
        assert await app.storage.pictures.unfinished() == []
        assert "1 pictures up to here" in await person.hears("/gallery")


async def test_without_credits_or_a_licence_there_is_no_picture_and_no_order(tmp_path: Path) -> None:
    async with PictureServer() as server, rendering(tmp_path / "data", server) as app:
        person = await reads(app, "ada", tmp_path, "ch 1")
        reader = await app.companion.reader_id("terminal", "ada")
        await app.storage.wallets.spend(reader, 47, intent="spent", reason="spent")
        assert "costs 5 credits and you have 3" in await person.hears(RENDERED)
        assert await app.storage.pictures.unfinished() == []
        (card,) = await app.storage.library.books(reader)
        await app.storage.licences.change(card.book_id, visuals=False)
        assert "licence" in await person.hears("/visualize Oda Quillon")
        assert server.creates == 0
