"""The use cases, by subject; `Companion` is the one thing that adapters call.

scene.py: what one message is handled with. talk.py: plain text. moving.py: places. asking.py: questions.
knowing.py: what the book has told. preparing.py: what a model does afterwards.
shelf.py: books. about.py: the product itself. welcome.py: greetings.
"""

from bot.companion.companion import HANDLERS, Companion
from bot.companion.completion import Completion
from bot.companion.scene import Parts

__all__ = ["HANDLERS", "Companion", "Completion", "Parts"]
