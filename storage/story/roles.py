"""Roles in small letters that a text uses as a name: "the king", "the widow", where they often talk.

Of two who bear a title either could be meant, so the role is then nobody's (joining_by_form.py). Pure.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from storage.story.evidence import Cue
from storage.story.extract import cues_at
from storage.story.names import Name
from storage.story.sorting import Kind, Named

_ROLES = (
    "king queen emperor empress prince princess duke duchess count countess baron baroness marquis earl "
    "sultan czar tsar doctor captain colonel general major judge widow vicar parson priest bishop "
    "archbishop cardinal pope abbe professor inspector sergeant detective sheriff squire admiral "
    "lieutenant corporal governor landlord landlady innkeeper governess housekeeper schoolmaster magician "
    "wizard witch giant dwarf"
)
_ROLE = re.compile(rf"he ({'|'.join(_ROLES.split())})(?![\w-]| of\b)")
"""What stands after the first letter of "the": a pattern that begins with letters is looked for faster."""
_LEAST = 20
_SAYS = 5
"""So often the narrator tells what somebody of the role says, in so many mentions at least."""
_TALKS = 5
_SHARE = 10
"""... in every fifth mention, of which there are a tenth of those of the one who is named most: "the
doctor" who comes and goes in a long book may be another each time."""
_LEAST_OF_ONE = 5
"""Mentions of a role that one alone bears as a title; it need not talk."""
_ANY = r"\b(?:an?|another|other|new|some|any) {}\b"
"""Who is told of so is somebody else of the trade."""
_SHORT = {
    "dr": "doctor",
    "capt": "captain",
    "col": "colonel",
    "gen": "general",
    "maj": "major",
    "prof": "professor",
    "lt": "lieutenant",
    "sgt": "sergeant",
    "adm": "admiral",
}


def find_roles(text: str, named: Mapping[str, Named]) -> dict[str, Named]:
    """Return the roles that somebody goes by in `text`, but for those that it writes with a capital.

    Where somebody bears the role as a title, and no other of the trade is told of, few mentions will do.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for match in _ROLE.finditer(text):
        at = match.start() - 1
        if at >= 0 and text[at] in "tT" and not text[at - 1 : at].isalnum():
            places[match[1]].append(match.start(1))
    people = [one for one in named.values() if one.kind is Kind.PERSON]
    capital = {one.surface.lower() for one in people if not one.name.core}
    titles = {title for one in people if one.name.core for title in one.name.titles}
    found = {}
    for role, starts in places.items():
        if role in capital or len(starts) < _LEAST_OF_ONE:
            continue
        one = _named(text, role, starts)
        of_one = any(bears(title, role) for title in titles) and not re.search(_ANY.format(role), text)
        if (of_one and one.count >= _LEAST_OF_ONE) or is_told(one, people):
            found[role] = one
    return found


def is_told(one: Named, people: Iterable[Named]) -> bool:
    """Tell whether a role talks enough, beside all names of people, to be somebody of its own."""
    most = max((other.count for other in people if not is_role(other)), default=0)
    said = sum(1 for flags in one.flags if flags & Cue.SAID and not flags & Cue.SPEECH)
    return one.count >= max(_LEAST, most // _SHARE) and said >= max(_SAYS, one.count // _TALKS)


def is_role(one: Named) -> bool:
    """Tell whether a name is a role in small letters."""
    return not one.name.core and one.surface.islower()


def bears(title: str, role: str) -> bool:
    """Tell whether a title before a name is the role itself, in full or shortened."""
    return _SHORT.get(title, title) == role


def _named(text: str, role: str, starts: list[int]) -> Named:
    kept: list[tuple[int, int]] = []
    for start in starts:
        low = text.rfind("\n", 0, start) + 1
        high = text.find("\n", start)
        cues = cues_at(text[low : high if high >= 0 else len(text)], role, start - low)
        if not cues & Cue.BEFORE_NOUN:  # "the general opinion"
            kept.append((start, cues))
    totals = Counter({cue: count for cue in Cue if (count := sum(1 for _, cues in kept if cues & cue))})
    return Named(
        name=Name(surface=role, titles=(role,), core=(), tail=""),
        starts=array("l", [start for start, _ in kept]),
        cues=totals,
        flags=array("l", [cues for _, cues in kept]),
        small=0,
        kind=Kind.PERSON,
    )
