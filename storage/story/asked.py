"""Who is asked for by what they are to another: "Tom's sister", "the wife of Mr. Reed". Pure.

The answer comes from the ties told so far and from nothing else, so it is found from the sentence on that
tells the tie, and before it such a question is one for a stranger (S14, S18).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from storage.story.facts import PersonCard, Relation
from storage.story.tie_words import KIND, PAIRS

_ASKED = re.compile(
    rf"^(?:the )?(?P<a>\S.*?)['’]s? (?P<is>{KIND})$|^(?:the )?(?P<was>{KIND}) (?:of|to) (?P<b>\S.*)$", re.I
)
_SPOUSES = frozenset(("husband", "wife"))


def by_tie(
    name: str, who: Callable[[str], list[PersonCard]], ties: Callable[[], Sequence[Relation]]
) -> list[PersonCard]:
    """Return who is to another what `name` says, in the order in which that became known; often nobody.

    `who` returns the cards that answer to a plain name. A tie that the text ended counts where none lasts.
    """
    asked = _ASKED.match(" ".join(name.split()))
    if asked is None:
        return []
    kind = (asked["is"] or asked["was"]).lower()
    holders = who(asked["a"] or asked["b"])
    if len(holders) != 1:
        return []
    holder = holders[0].name
    found = [(tie, other) for tie in ties() if (other := _other(tie, kind, holder)) is not None]
    lasting = [other for tie, other in found if tie.until is None]
    names = dict.fromkeys(lasting or [other for _, other in found])
    cards = [next((card for card in who(one) if card.name == one), None) for one in names]
    return [card for card in cards if card is not None]


def _other(tie: Relation, kind: str, holder: str) -> str | None:
    if tie.kind == kind and tie.b == holder:
        return tie.a
    either = tie.kind == kind and kind in PAIRS
    if (either or (tie.kind == "married" and kind in _SPOUSES)) and holder in (tie.a, tie.b):
        return tie.b if tie.a == holder else tie.a
    return None
