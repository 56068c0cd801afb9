"""The commonest short questions in some other languages, read as English ones. Pure; no book owns them."""

from __future__ import annotations

import re

_WHO = (
    r"(?:und |so )?wer (?:ist|war|sind) (?:denn )?(?:der |die |das )?",
    r"qui (?:est|était|sont)(?:-ce que)? (?:le |la |les |l['’])?",
    r"c['’]est qui (?:le |la )?",
    r"¿?\s*qui[ée]n(?:es)? (?:es|son|era) (?:el |la |los )?",
    r"chi (?:è|e['’]|era|sono) (?:il |la |lo )?",
    r"quem (?:é|era) (?:o |a )?",
    r"wie is (?:de |het )?",
    r"vem är ",
    r"hvem er ",
)
_WHERE = (
    r"wo (?:ist|war) (?:der |die |das )?",
    r"où est (?:le |la )?",
    r"¿?\s*d[óo]nde est[áa] (?:el |la )?",
    r"dov['’][èe] (?:il |la )?",
    r"onde está (?:o |a )?",
)
_MEANS = (
    r"was (?:bedeutet|heißt) ",
    r"que (?:signifie|veut dire) ",
    r"¿?\s*qu[ée] significa ",
    r"cosa significa ",
    r"o que significa ",
)
_LEADS = tuple(
    (re.compile(rf"\W*(?:{'|'.join(forms)})", re.IGNORECASE), plain)
    for forms, plain in ((_WHO, "who is "), (_WHERE, "where is "), (_MEANS, "define "))
)


def in_english(text: str) -> str:
    """Return who, where and what-does-it-mean questions with an English beginning, all else as it is.

    What follows is looked up as it was written, so a name is found in the script of the book alone (T50).
    """
    for lead, plain in _LEADS:
        match = lead.match(text)
        if match is not None and text[match.end() :].strip(" ?¿!."):
            return plain + text[match.end() :]
    return text
