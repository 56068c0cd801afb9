"""Completion offers commands, the reader's own books, and names that the view told; nothing else (T43)."""

from __future__ import annotations

from pathlib import Path

from bot.companion.completion import MOST, Offer, complete

OFFER = Offer(
    people=("Ada Quillory", "Garrow Pell", "Wick"), terms=("hesk", "skell"), books=("The Left-Laid Rope",)
)


def texts(typed: str, offer: Offer = OFFER) -> list[str]:
    return [found.text for found in complete(typed, "terminal", offer)]


def test_a_slash_completes_to_commands() -> None:
    assert texts("/wh") == ["/where", "/who"]
    assert "/quit" in texts("/")
    assert "/quit" not in [found.text for found in complete("/", "discord", OFFER)]


def test_who_completes_to_people_and_define_to_terms() -> None:
    assert texts("/who a") == ["Ada Quillory"]
    assert texts("/who pell") == ["Garrow Pell"]
    assert texts("/define sk") == ["skell"]
    assert texts("/open the") == ["The Left-Laid Rope"]


def test_a_completion_takes_the_place_of_what_was_typed() -> None:
    found = complete("/who gar", "terminal", OFFER)[0]
    assert ("/who gar"[: found.start] + found.text) == "/who Garrow Pell"


def test_a_name_in_free_talk_is_completed() -> None:
    found = complete("Why did Ga", "terminal", OFFER)[0]
    assert ("Why did Ga"[: found.start] + found.text) == "Why did Garrow Pell"
    assert texts("why did g") == []


def test_without_anything_read_no_name_is_offered() -> None:
    assert texts("/who ", Offer()) == []
    assert texts("Why did Ga", Offer()) == []


def test_there_are_never_more_than_a_platform_shows() -> None:
    many = Offer(people=tuple(f"Ada {n}" for n in range(100)))
    assert len(texts("/who ada", many)) == MOST


def test_files_complete_below_their_folder(tmp_path: Path) -> None:
    (tmp_path / "rope.epub").touch()
    (tmp_path / "rome").mkdir()
    (tmp_path / ".rot").touch()
    assert texts(f"/add {tmp_path}/ro") == ["rome/", "rope.epub"]
    assert texts(f"/add {tmp_path}/nowhere/x") == []
