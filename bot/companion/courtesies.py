"""What is said for courtesy, and asks nothing of a book: hello, thanks, goodbye, what can you do."""

from __future__ import annotations

import re

from bot import replies

_PLAIN = re.compile(r"[^\w\s]+")
_HELLO = frozenset(
    "hello|hi|hey|hiya|hello there|hi there|hey there|good morning|good evening|good afternoon|good day|"
    "greetings|howdy|hello dogear|hi dogear|hey dogear".split("|")
)
_THANKS = frozenset(
    "thanks|thank you|thankyou|thx|ty|cheers|thanks a lot|many thanks|thank you very much|thank you so much|"
    "thanks so much|great thanks|ok thanks|okay thanks|perfect|great|nice|cool|good|very good|wonderful|"
    "awesome|you are great|youre great|great job|good job|well done|good answer|wow|lol|haha|"
    "ok|okay|got it|i see|great thank you|ok thank you".split("|")
)
_BYE = frozenset(
    "bye|goodbye|good bye|bye bye|good night|goodnight|see you|see you later|see you soon|talk later".split(
        "|"
    )
)
_HELP = frozenset(
    "what can you do|what can i ask|what can i ask you|how does this work|how do you work|who are you|"
    "what are you|how do i use this|how do i use you|what do you do|what is this|help me|help".split("|")
)


def reply_to(text: str) -> str | None:
    """Return our word for a message that is nothing but a courtesy; None for anything else."""
    folded = " ".join(_PLAIN.sub(" ", text.casefold().replace("’", "").replace("'", "")).split())
    if folded in _HELLO:
        return replies.HELLO
    if folded in _THANKS:
        return replies.WELCOME
    if folded in _BYE:
        return replies.GOODBYE
    return replies.WHAT_I_DO if folded in _HELP else None
