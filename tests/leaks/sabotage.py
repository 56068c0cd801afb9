"""Ways to break the promise on purpose, one at a time, each with the one test that has to catch it (T52).

Not used by the product: an act patches the product's classes in the process that it is called in. In
sabotaged.py each has a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from storage.book import content
from storage.book.content import BookContent
from storage.book.search import SearchPrefix
from storage.horizon import Horizon
from storage.reader import highlights, memories
from storage.reader.buttons import Buttons, Pressed
from storage.reader.memories import Memories
from storage.reader.turns import Turns
from storage.story import index, joining_by_form
from storage.story.corrections_store import Corrections
from storage.story.index import StoryIndex

END = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Sabotage:
    """A gate that goes, and the test that fails without it."""

    act: Callable[[], None]
    caught_by: str


ALL: dict[str, Sabotage] = {}


def caught_by(test: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Say which test has to fail once a gate is gone."""

    def of(act: Callable[[], None]) -> Callable[[], None]:
        ALL[act.__name__] = Sabotage(act, f"tests/{test}")
        return act

    return of


# ---- the view ------------------------------------------------------------------------------------------


@caught_by("leaks/test_things.py::test_two_books_equal_up_to_the_place_name_the_same_things")
def no_cut() -> None:
    """The gate is gone: every view is of the whole book, and no fence behind it looks again."""
    right = BookContent.cut
    _set(BookContent, cut=lambda self, end: right(self, self.chars))
    _set(Horizon, require=lambda self, end: None)


@caught_by(
    "leaks/test_going_back.py::test_what_was_kept_put_right_or_found_further_on_is_told_nowhere_before"
)
def cut_of_before() -> None:
    """A book is cut once, and whoever comes later gets the cut that is there (S37)."""
    right = BookContent.cut

    def cut(self: BookContent, end: int) -> Any:
        return right(self, max(end, *self._prefixes, 0))

    _set(BookContent, cut=cut)
    _set(Horizon, require=lambda self, end: None)


@caught_by("leaks/test_bounded_equals_truncated.py::test_two_books_equal_up_to_the_horizon_tell_the_same")
def whole_statistics() -> None:
    """Hits are bounded, and ranked by what the whole book's words weigh: the leak of a shared index (S36)."""
    wholes: dict[int, Any] = {}
    right = BookContent.cut

    def cut(self: BookContent, end: int) -> Any:
        prefix = right(self, end)
        if end < self.chars:
            wholes[id(prefix.search)] = right(self, self.chars).search
        return prefix

    search = SearchPrefix.search

    async def ranked(self: SearchPrefix, *arguments: Any, **named: Any) -> Any:
        whole = wholes.get(id(self))
        if whole is None:
            return await search(self, *arguments, **named)
        end = self.passages[-1].end if len(self.passages) else 0
        return [hit for hit in await search(whole, *arguments, **named) if hit.span.end <= end]

    _set(BookContent, cut=cut)
    _set(SearchPrefix, search=ranked)


@caught_by("leaks/test_bounded_equals_truncated.py::test_a_section_that_is_not_reached_is_a_bare_number")
def later_titles() -> None:
    """Chapters that are not reached show their titles (S27)."""
    right = content._Line.cut

    def named(self: Any, end: int) -> Any:
        line = right(self, end)
        return line if line.start is not None else replace(line, title=right(self, END).title)

    _set(content._Line, cut=named)


# ---- what the text tells -------------------------------------------------------------------------------


@caught_by("leaks/test_things.py::test_two_books_equal_up_to_the_place_name_the_same_things")
def whole_story() -> None:
    """Cards are folded over the whole book."""
    right = BookContent.cut

    def cut(self: BookContent, end: int) -> Any:
        prefix = right(self, end)
        prefix.story = right(self, self.chars).story
        return prefix

    _set(BookContent, cut=cut)


@caught_by("leaks/test_things.py::test_a_role_that_is_somebody_only_further_on_is_nobody_here")
def whole_roles() -> None:
    """Whether "the king" is somebody is judged by the whole book (S14, S16)."""
    texts: list[str] = []
    cut, right = BookContent.cut, index.find_roles

    def noted(self: BookContent, end: int) -> Any:
        texts.append(self._text)
        return cut(self, end)

    def find(text: str, named: Mapping[str, Any]) -> dict[str, Any]:
        whole = max((known for known in texts if known.startswith(text)), key=len, default=text)
        found = {}
        for role, one in right(whole, named).items():
            at = [number for number, start in enumerate(one.starts) if start + len(role) <= len(text)]
            if at:
                kept = copy(one)
                kept.starts, kept.flags = one.starts[: len(at)], one.flags[: len(at)]
                found[role] = kept
        return found

    _set(BookContent, cut=noted)
    _set(index, find_roles=find)
    _set(joining_by_form, is_told=lambda one, people: True)  # which asks again of what is read


@caught_by(
    "leaks/test_written_by_models.py::test_what_a_model_told_of_a_later_section_is_told_of_nowhere_before"
)
def later_digests() -> None:
    """A digest by a model is told before its section was read (S31)."""
    right = StoryIndex._cut_digests

    def cut(self: StoryIndex, text: str) -> Any:
        found = right(self, text)
        return [*found, *(one for one in self._written.values() if one not in found)]

    _set(StoryIndex, _cut_digests=cut)


@caught_by(
    "leaks/test_written_by_models.py::test_what_a_model_told_of_a_later_section_is_told_of_nowhere_before"
)
def later_facts() -> None:
    """What a model found in a section is told before it was read (S31)."""
    _set(StoryIndex, _cut_facts=lambda self, end: list(self._facts.values()))


# ---- what was said and kept ----------------------------------------------------------------------------


@caught_by("leaks/test_talk_is_sealed.py::test_an_earlier_exchange_is_told_only_from_where_it_was_said")
def unbounded_talk() -> None:
    """Earlier turns come back whatever the horizon (S37)."""
    _widen(Turns, "recent", 2)


@caught_by(
    "leaks/test_going_back.py::test_what_was_kept_put_right_or_found_further_on_is_told_nowhere_before"
)
def last_turn_of_all() -> None:
    """The last answer opens again, whatever the horizon (S5, S37)."""
    _widen(Turns, "find_last", 2)


@caught_by(
    "leaks/test_going_back.py::test_what_was_kept_put_right_or_found_further_on_is_told_nowhere_before"
)
def cited_for_ever() -> None:
    """A number after a command means a line that an answer from further on was found to rest on (S5)."""
    from bot.companion.scene import Scene

    right = Scene.cite

    def cite(self: Scene, view: Any, spans: Any) -> None:
        right(self, view, spans)
        self.talk.cited_at = 0

    _set(Scene, cite=cite)


@caught_by(
    "leaks/test_going_back.py::test_what_was_kept_put_right_or_found_further_on_is_told_nowhere_before"
)
def unbounded_memories() -> None:
    """What is remembered comes back whatever the horizon (S37)."""
    _widen(Memories, "list_memories", 2)


@caught_by(
    "leaks/test_going_back.py::test_what_was_kept_put_right_or_found_further_on_is_told_nowhere_before"
)
def unbounded_corrections() -> None:
    """What a reader put right further on shows here (S5, S14)."""
    _widen(Corrections, "list_corrections", 2)


@caught_by(
    "leaks/test_going_back.py::test_what_was_kept_put_right_or_found_further_on_is_told_nowhere_before"
)
def unbounded_highlights() -> None:
    """What a reader kept further on shows here (S5, S37)."""
    _widen(highlights, "_shown", 2)


@caught_by(
    "leaks/test_rooms.py::"
    "test_what_is_remembered_of_private_talk_reaches_no_room_and_the_other_way_about_s42_t31"
)
def one_memory_for_all_rooms() -> None:
    """What is said alone is remembered in a room, and the other way about (S42, T31)."""
    right = memories.session_of
    _set(memories, session_of=lambda reader_id, book_id, room="": right(reader_id, book_id))


@caught_by("leaks/test_rooms.py::test_what_stands_outside_the_story_is_opened_to_its_reader_alone_s29_s50")
def open_matter_in_rooms() -> None:
    """The introduction is read out before everybody (S29, S50)."""
    from bot.companion import companion, shelf

    def sealed(scene: Any, name: str) -> Any:
        return shelf.sealed(replace(scene, message=replace(scene.message, private=True)), name)

    companion.HANDLERS["sealed"] = sealed  # type: ignore[index]


# ---- drafts --------------------------------------------------------------------------------------------


@caught_by("leaks/test_jailbreaks.py::test_t40_no_phrasing_gets_it_out_of_a_model_that_knows_it")
def unchecked_drafts() -> None:
    """Whatever a model writes is shown (S22)."""
    from agent.answer import AnswerSentence
    from agent.check import Checker, Verdict

    def check(self: Checker, sentence: Any, *arguments: Any, **named: Any) -> Verdict:
        return Verdict(AnswerSentence(sentence.text, ()))

    _set(Checker, check=check)


# ---- pictures ------------------------------------------------------------------------------------------


@caught_by(
    "leaks/test_pictures_gone_back.py::test_what_joins_two_names_seals_the_pictures_of_both_in_one_s14_t3"
)
def seen_from_its_latest_line() -> None:
    """A picture shows from its latest line on, whether or not the text up to there told it so (S14)."""
    from bot.companion import picture_order

    async def seen_from(scene: Any, view: Any, asked: Any, options: Any, least: int) -> int:
        return least

    _set(picture_order, _seen_from=seen_from)


@caught_by(
    "leaks/test_pictures_gone_back.py::test_what_joins_two_names_seals_the_pictures_of_both_in_one_s14_t3"
)
def told_alike_always() -> None:
    """An earlier place is taken to have told the same of whoever is on a picture (S14)."""
    from bot.companion import picture_order

    _set(picture_order, is_told_alike=lambda view, asked, brief: True)


@caught_by(
    "leaks/test_pictures_gone_back.py::"
    "test_what_a_reader_wished_or_put_right_further_on_is_sealed_with_its_picture_s37_s38"
)
def wishes_without_a_place() -> None:
    """What a reader wished further on shows from where the book had told the rest (S37, S38)."""
    from bot.companion import picture_asked, picture_order

    _set(picture_asked.Asked, own=lambda self, options: ())
    _set(picture_order, is_told_alike=lambda view, asked, brief: True)


@caught_by(
    "leaks/test_pictures_gone_back.py::test_which_version_shows_first_is_not_told_by_what_was_chosen_further_on_s37"
)
def one_choice_for_all_places() -> None:
    """Which portrait shows first is chosen for earlier places too (S37)."""
    from storage.pictures import pictures

    right = pictures.Pictures.versions

    async def versions(self: Any, *arguments: Any) -> Any:
        return [replace(one, reveal=END) for one in await right(self, *arguments)]

    _set(pictures.Pictures, versions=versions)


@caught_by("leaks/test_pictures.py::test_a_move_back_seals_a_picture_and_moving_forward_returns_it_s5")
def unbounded_gallery() -> None:
    """A gallery has every picture of the book, whatever the horizon (S30, S37)."""
    from storage.pictures import pictures

    _widen(pictures, "_seen", 1)


@caught_by("leaks/test_pictures.py::test_a_later_face_never_reaches_an_earlier_reader_of_the_same_file_t25")
def one_key_for_a_person() -> None:
    """A rendering is shared by whom it is of, not by what it shows (S30, T25)."""
    from bot.companion import picture_order

    _set(picture_order, cache_key=lambda brief, **how: sha256(brief.subject.value.encode()).hexdigest())


@caught_by(
    "leaks/test_pictures.py::test_the_service_is_sent_looks_with_their_places_and_no_title_author_or_name_t26"
)
def named_to_the_service() -> None:
    """Who draws is told who somebody is (S21, T26)."""
    from bot.companion import picture_asked

    _set(picture_asked, without_names=lambda text, names, other="": text)


@caught_by("flows/test_quote_cards.py::test_a_button_of_a_card_is_sealed_when_the_reader_goes_back_s5")
def offsets_of_any_place() -> None:
    """A button of a quote card draws its line at every place (S5)."""
    from bot.companion import quoting
    from storage.values import Span

    right = quoting._find

    async def find(scene: Any, view: Any, asked: Any) -> Any:
        exact = quoting._AT.match(asked.line)
        return Span(int(exact["start"]), int(exact["end"])) if exact else await right(scene, view, asked)

    _set(quoting, _find=find)


# ---- before others -------------------------------------------------------------------------------------


@caught_by("bot/test_presenter.py::test_in_a_shared_place_story_text_is_masked_and_the_label_is_not_s40")
def no_mask() -> None:
    """Story text lies open where others look on (S40, S43)."""
    from bot import presenter

    right = presenter.Piece
    _set(presenter, Piece=lambda lines, masked=None: right(lines))


@caught_by(
    "bot/test_presenter.py::test_a_picture_comes_once_before_its_text_and_is_hidden_where_others_look_on"
)
def named_on_a_covered_picture() -> None:
    """A file's name and its alternative text say whom a covered picture shows (S39, S43)."""
    from bot import presenter

    _set(presenter, _veiled=lambda picture, label: picture)


@caught_by(
    "bot/test_presenter.py::test_in_a_shared_place_a_label_that_tells_is_a_number_told_behind_the_mask_s39"
)
def telling_labels() -> None:
    """Labels of buttons tell of the story where others look on (S39)."""
    from bot import presenter

    _set(presenter, _without_telling_labels=lambda message: message)


@caught_by("storage/reader/test_buttons.py::test_nobody_else_presses_a_readers_button_s44_t33")
def buttons_of_everybody() -> None:
    """Whoever presses a button does what its owner would (S44, T33)."""

    async def press(self: Buttons, token: str, platform: str, account: str) -> Pressed:
        row: Any = await self._database.find_row(self._find, token=token)
        return Pressed(row.action, row.conversation, tuple(row.before.split()))

    _set(Buttons, press=press)


# ---- how ------------------------------------------------------------------------------------------------


class _Wide:
    """What a horizon would be if it could be widened."""

    end = END

    def __init__(self, book_id: str) -> None:
        self.book_id = book_id


def _widen(owner: Any, name: str, at: int) -> None:
    """Let a function have a horizon without an end for its argument number `at` (0 the first)."""
    right = getattr(owner, name)

    def widened(*arguments: Any, **named: Any) -> Any:
        horizon = arguments[at]
        return right(*arguments[:at], _Wide(horizon.book_id), *arguments[at + 1 :], **named)

    setattr(owner, name, widened)


def _set(owner: Any, **changed: Any) -> None:
    for name, value in changed.items():
        setattr(owner, name, value)
