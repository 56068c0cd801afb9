"""A model that has read the whole book, behind a real HTTP address: the worst one that could be configured.

It uses what it is sent as a good model would, and in every draft, note and digest it also tells what it
remembers of the rest. What it is sent is kept, for tests of what leaves this machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_PASSAGE = re.compile(r'<passage handle="(p\d+)" at="[^"]*">(.*?)</passage>', re.DOTALL)
_DATA = re.compile(r"<data>(.*?)</data>", re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][^.!?“”\"]{30,200}[.]")

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")

TOOLS = [
    ("search_passages", '{"query": "rope honey letter"}'),
    ("who_is", '{"name": "Wick"}'),
    ("reread", '{"handle": "p1"}'),
    ("define", '{"term": "fid"}'),
    ("list_cast", "{}"),
    ("list_places", "{}"),
    ("story_so_far", "{}"),
    ("earlier_turns", "{}"),
]


class KnowingModel:
    """Answers requests of every kind that the product makes; `knows` is what it would tell of the rest."""

    def __init__(self, knows: Sequence[str]) -> None:
        self.knows = list(knows)
        self.asked: list[str] = []
        """What each request was for."""

    def __call__(self, body: dict[str, Any]) -> Any:
        """Return the line that answers one request."""
        system = body["messages"][0]["content"]
        message = str(body["messages"][-1]["content"])
        # Chosen by what was asked alone, so that the same requests get the same words in any order.
        leak = f"{self.knows[len(message) % len(self.knows)]} did it in the end." if self.knows else ""
        if system.startswith("You take notes"):
            self.asked.append("digest")
            told = _SENTENCE.findall(_DATA.findall(message)[-1])[:3]
            return " ".join([*told, leak])
        if system.startswith("You index a book"):
            self.asked.append("facts")
            return json.dumps({"facts": self._facts(_DATA.findall(message)[-1])})
        if system.startswith("You keep notes"):
            self.asked.append("notes")
            quoted = _SENTENCE.findall(_DATA.findall(message)[-1])[:1]
            facts = [{"text": text, "importance": 2} for text in [*quoted, leak]]
            return json.dumps({"facts": facts, "summary": " ".join([*quoted, leak])})
        if "Tell what happened, oldest first" in message:
            self.asked.append("recap")
            return " ".join([*self._borne_out(message, 6), leak])
        if "could not be used" in message:
            self.asked.append("redraft")
            first = str(body["messages"][1]["content"])
            return " ".join([*self._borne_out(first, 1), leak])
        if body.get("tools") and body["messages"][-1]["role"] == "user":
            self.asked.append("tools")
            return TOOLS
        self.asked.append("draft")
        found = "".join(str(m["content"]) for m in body["messages"][1:])
        return " ".join([*self._borne_out(found, 2), leak])

    def _facts(self, text: str) -> list[dict[str, str]]:
        """Return what a section says, and of each kind what only the rest of the book says.

        Later names come with true quotes, false quotes that tell the secret, and names of this section as if
        they were one person's, tied or described.
        """
        quoted = _SENTENCE.findall(text)[:4] or ["Nothing."]
        names = list(dict.fromkeys(_NAME.findall(text)))[:6] or ["Nobody"]
        facts = [_fact("person", name, quote=quote) for name in names for quote in quoted if name in quote]
        for number, known in enumerate(self.knows):
            quote = quoted[number % len(quoted)]
            name = names[number % len(names)]
            facts += [_fact(kind, known, quote=quote) for kind in ("person", "place", "group", "term")]
            facts.append(_fact("person", known, quote=f"{known} did it in the end."))
            facts.append(_fact("trait", name, text=known, sort="looks", quote=quote))
            facts.append(_fact("trait", name, text="guilty", sort="state", quote=f"{name} was guilty."))
            facts.append(_fact("tie", name, other=known, text="murderer", quote=quote))
            facts.append(_fact("same", name, other=known, quote=f"{name} was {known}."))
        for quote in quoted:
            inside = [name for name in names if name in quote]
            pairs = [(a, b) for a in inside for b in inside if a != b]
            facts += [_fact("same", a, other=b, quote=quote) for a, b in pairs]
            facts += [_fact("tie", a, other=b, text="brother", quote=quote) for a, b in pairs]
        return facts

    @staticmethod
    def _borne_out(text: str, most: int) -> list[str]:
        """Return sentences of the passages in `text`, each with its handle."""
        said = []
        for handle, passage in _PASSAGE.findall(text):
            said += [f"{found[:-1]} [{handle}]." for found in _SENTENCE.findall(passage)[:1]]
        return list(dict.fromkeys(said))[:most]


def _fact(
    kind: str, name: str, *, other: str = "", text: str = "", sort: str = "", quote: str = ""
) -> dict[str, str]:
    return {"kind": kind, "name": name, "other": other, "text": text, "sort": sort, "quote": quote}
