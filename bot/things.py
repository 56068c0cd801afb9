"""What the text names that is nobody and nowhere: groups, things and creatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.story.facts import NamedThing

if TYPE_CHECKING:
    from storage import BookView


def things_told(view: BookView) -> list[NamedThing]:
    """Return groups, things and creatures so far, by first naming (S16)."""
    creatures = []
    for card in view.people():
        told = next((fact for fact in card.descriptors if fact.kind == "creature"), None)
        if told is not None:
            creatures.append(
                NamedThing(
                    told.text, card.name, card.first, card.last, card.mentions, told.reveal, (told.span,)
                )
            )
    return sorted([*view.story.groups(), *creatures], key=lambda one: (one.first, one.name))
