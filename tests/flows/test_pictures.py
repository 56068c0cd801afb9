"""The drawn graph on the platforms: a picture with the place as its caption, hidden where others look on."""

from __future__ import annotations

from pathlib import Path

from tests.flows.picture_talks import asked_on_telegram, channel_on_discord, photo_of


async def test_on_telegram_it_is_a_photo_and_behind_a_spoiler_in_a_group_s39(tmp_path: Path) -> None:
    alone, room = await asked_on_telegram(tmp_path / "data", "relations")
    photo, name, data = photo_of(alone)
    assert name == "the-mill-ties-up-to-ch-2-3.png"
    assert data.startswith(b"\x89PNG")
    assert photo.text == "The Mill · up to ch. 2 ¶3"
    assert not photo.has_spoiler
    assert "Sella Tarn, sister of Brin Aske" in alone[-1].text
    hidden, _, _ = photo_of(room)
    assert hidden.has_spoiler
    assert "Sella" not in "".join(post.unmasked for post in room)


async def test_on_discord_it_is_a_file_with_its_words_as_alternative_text_and_a_spoiler_in_a_channel_s39(
    tmp_path: Path,
) -> None:
    async with channel_on_discord(tmp_path / "data") as channel:
        server = channel.server
        alone = await channel.ada.slash("relations")
        (name, data), *others = [file for post in alone.posts for file in post.files]
        assert (name, others) == ("the-mill-ties-up-to-ch-2-3.png", [])
        assert data.startswith(b"\x89PNG")
        told = "Sella Tarn**, sister of **Brin Aske"
        await server.until(lambda: any(told in post.text for post in alone.posts), "the lines")
        about = "Who is what to whom, The Mill · up to ch. 2 ¶3: Sella Tarn, sister of Brin Aske."
        assert about in channel.sent_with_files()
        assert await channel.shows("relations") == [("SPOILER_picture.png", data)]
        await server.until(
            lambda: any("||" in post.text for post in server.shown_in(channel.id)), "masked lines"
        )
        # No mask lies on a file's name or on its alternative text, so neither names anybody (S43).
        before = len(server.requests)
        await channel.shows("relations", "Sella Tarn")
        sent = channel.sent_with_files(before)
        assert "up to ch. 2 ¶3" in sent
        assert not [word for word in ("Sella", "sella", "Brin", "Aske") if word in sent]
