"""Questions about using the product: "how do I change my place?" names the commands for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.commands import Command, find_command

_ASKS = re.compile(
    r"(?:(?:so|and|but|ok|okay|please|hey|well)\s+)*"
    r"(?:how (?:do|can|could|would|should) (?:i|we)|how to|(?:can|could|may) i|where (?:do|can) i|"
    r"is there (?:a|any) (?:way|command)(?: (?:to|for|that)(?: can)?)?|"
    r"is it possible to|(?:which|what) command (?:do i use )?(?:is )?(?:to|for|lets me)?)\b\s*(.*)"
)

TOPICS: tuple[tuple[str, str], ...] = (
    (
        "at",
        "place|position|progress|set where|say where|tell you where|where i am|jump chapter|chapter i am|"
        "change chapter|skip chapter|page i am|go back chapter|move back|go back|start over|begin again",
    ),
    ("done", "finish chapter|finished chapter|done chapter|read chapter"),
    ("finished", "finish book|finished book|finished reading|end book|read everything|read the whole"),
    ("toc", "contents|chapter list|list chapters|see chapters|titles"),
    ("who", "about character|about somebody|about someone|about a person|who somebody|who someone"),
    ("cast", "characters|people|everybody|everyone|cast"),
    ("relations", "related|relations|family tree|tree|ties|relationships"),
    ("mentions", "how often|mentions|mentioned"),
    ("correct", "correct|mistake|fix|rename|merge|split|wrong"),
    ("define", "look up word|definition|define|word mean|meaning|glossary|dictionary|what word means"),
    ("places", "places|locations|map"),
    ("visualize", "picture|image|portrait|draw|illustration|see face|visualize|looks like|illustrate"),
    ("gallery", "my pictures|pictures i have|gallery|old pictures|my portraits"),
    ("timeline", "timeline|dates|chronology"),
    ("catchmeup", "recap|summary|summarize|summarise|catch up|remember what happened|story so far"),
    ("passage", "open passage|open citation|see passage|see source|source|citation|citations|where it says"),
    ("quotecard", "quote card|share line|share quote|share sentence|quote picture"),
    ("highlight", "highlight|save line|keep line|save quote|keep quote|bookmark|save sentence|note"),
    ("highlights", "highlights|saved lines|saved quotes|bookmarks|my notes"),
    ("library", "books|library|my books|list books"),
    ("open", "switch book|change book|another book|other book|different book|open book"),
    ("add", "add book|upload|import|send book|new book|add a file|give you book|load book|epub|pdf"),
    ("remove", "remove book|delete book|get rid book|delete file"),
    ("sealed", "introduction|foreword|notes at the end|preface|afterword|appendix"),
    ("memories", "forget|memories|what you remember|clear history|delete history|erase"),
    ("privacy", "privacy|data|what is stored|what you keep|delete account|private"),
    ("model", "model|ai|llm|gpt"),
    ("link", "link|discord|telegram|other platform|another device|other account|phone"),
    ("wallet", "credits|wallet|pay|buy|price|cost|money|balance|top up"),
    ("stop", "stop|cancel|interrupt"),
    ("receipt", "receipt|checked|what was used"),
)
"""What readers call that which a command does: a topic fits when a question has all its words."""

_MOST = 3
_SHORTEST_STEM = 4


def asked_commands(plain: str) -> Sequence[Command]:
    """Return the commands that a question about using the product is after, the best first.

    `plain` is in small letters and has no signs. Empty for any other question, and where no command fits.
    """
    found = _ASKS.fullmatch(plain)
    if found is None:
        return ()
    said = found[1].split()
    fits: dict[str, int] = {}
    for name, topics in TOPICS:
        for topic in topics.split("|"):
            words = topic.split()
            if all(any(_is_alike(word, one) for one in said) for word in words):
                fits[name] = max(fits.get(name, 0), len(words))
    most = max(fits.values(), default=0)
    commands = (find_command(name) for name, words in fits.items() if words == most)
    return [command for command in commands if command is not None][:_MOST]


def _is_alike(word: str, said: str) -> bool:
    """Tell whether a word was said, in whatever number or tense: "uploading" for "upload"."""
    return said == word or (len(word) >= _SHORTEST_STEM and said.startswith(word))
