"""How drafts fall into sentences, whole and while they stream."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.sentences import clean, split

DRAFT = (
    "Mr. Hall left the inn. [p1] “Who goes there?” he asked [p2, p3]. She said “Go.” Then [P4].\n"
    "- **Nobody** came.\n[p9]\nThe end. \n\n"
)


def test_a_citation_belongs_to_the_sentence_before_it() -> None:
    found = [(s.text, s.handles) for s in split(DRAFT)]
    assert found == [
        ("Mr. Hall left the inn.", ("p1",)),
        ("“Who goes there?” he asked.", ("p2", "p3")),
        ("She said “Go.”", ()),
        ("Then.", ("p4",)),
        ("Nobody came.", ("p9",)),
        ("The end.", ()),
    ]


def test_a_claim_behind_a_full_stop_stands_alone_however_it_is_written() -> None:
    # S22: joined to the sentence before it, it would be borne out by what that one rests on.
    draft = (
        "Ada lit the lamp [p1]. vitriol did it. “Go.” she said. “Why?” he asked. "
        "Well... and e.g. so. [p2] poppy too."
    )
    assert [s.text for s in split(draft)] == [
        "Ada lit the lamp.",
        "vitriol did it.",
        "“Go.” she said.",
        "“Why?” he asked.",
        "Well... and e.g. so.",
        "poppy too.",
    ]


def test_places_of_a_sentence_count_in_the_draft() -> None:
    draft = "First [p1] it rained. Then **Ada** came."
    second = split(draft)[1]
    start, end = second.place(second.text.index("Ada"), second.text.index("Ada") + 3)
    assert draft[start:end] == "Ada"


@given(st.text(alphabet="ab A.?\n[]p1,“”’é\u0301", max_size=60) | st.just(DRAFT))
def test_sentences_of_a_growing_draft_never_change(draft: str) -> None:
    whole = [(s.text, s.handles) for s in split(clean(draft))]
    for at in range(len(draft) + 1):
        grown = [(s.text, s.handles) for s in split(clean(draft[:at]), complete=False)]
        assert grown == whole[: len(grown)]


@given(st.text(max_size=300))
def test_any_text_falls_into_sentences_without_a_crash(text: str) -> None:
    for sentence in split(clean(text)):
        assert sentence.text.strip()
