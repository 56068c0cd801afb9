"""Why a reader goes back, as they say it in words of their own (S5). Pure; English.

It is looked for only while the reasons stand there to choose from, and only in a short statement.
"""

from __future__ import annotations

import re

from storage.reader.position import DownReason

_MOST_WORDS = 14
_ASKING = re.compile(
    r"\W*(?:who|whom|whose|what|where|when|why|how|which|did|does|do|is|are|was|were|has|have|had|can|could|"
    r"will|would|should|tell|describe|explain|show|give|find|define)\b"
)
_SOMEBODY = (
    r"(?:friend|brother|sister|husband|wife|partner|son|daughter|mother|father|someone else|somebody else)"
)
_REASONS = {
    DownReason.MISTAKE: re.compile(
        r"\bmistak\w*|\bmis(?:remember\w*|typed?|typing|read|counted|clicked|tapped|taken)\b"
        r"|\b(?:i|it) (?:was|am|is) wrong\b|^(?:sorry,? )?wrong\b"
        r"|\bwrong (?:chapter|page|place|number|book|one|button)\b"
        r"|\b(?:typo|oops|error|by accident|accident(?:al|ally)|mixed up|got confused|slip)\b"
        r"|(?:\bnot|\bnever|n't)(?: yet| really| actually)? (?:read|reached|that far|so far|been there"
        r"|(?:get|got|gotten|come) (?:that|so) far)\b"
        r"|\b(?:read|got) less\b|\bless than (?:that|i said)\b|\btoo far\b|\bi meant\b"
        rf"|\bi (?:forgot|skipped)\b|\b(?:lent|loaned|gave) (?:it|my|the|this)\b|\b{_SOMEBODY} "
        r"(?:has |had |have )?(?:read|was reading|used|borrowed|moved)\b"
    ),
    DownReason.REREAD: re.compile(
        r"\bre-? ?read(?:ing|s)?\b"
        r"|\bread(?:ing)? (?:it|this|that|the book|them)? ?(?:all )?(?:again|anew|afresh|over)\b"
        r"|\b(?:start|starting|started|begin|beginning|began|begun) (?:it |all )*(?:over|again|anew|afresh)\b"
        r"|\b(?:second|third|another) (?:time|read|reading|go)\b|\bfrom the (?:start|beginning|top)\b"
        r"|\bas if for the first time\b"
    ),
    DownReason.LOOK_BACK: re.compile(
        r"\blook(?:ing|ed)? (?:back|something up|it up|up something|for something)\b"
        r"|\b(?:just|only) (?:a )?(?:look|check|peek|flip|leaf|glanc)(?:ing|ping|e)?\b"
        r"|\b(?:flip|leaf|go|going|went|scroll|page)(?:ping|ing|ped|ed)? back\b|\bcheck(?:ing)? something\b"
        r"|\brefresh(?:ing)? my memory\b|\bkeep what i know\b"
    ),
}


def reason_in(text: str) -> DownReason | None:
    """Return the one reason that `text` gives; None when it gives none, several, or asks something."""
    folded = " ".join(text.casefold().replace("’", "'").split())
    if "?" in folded or len(folded.split()) > _MOST_WORDS or _ASKING.match(folded):
        return None
    given = [reason for reason, pattern in _REASONS.items() if pattern.search(folded)]
    return given[0] if len(given) == 1 else None
