"""The tools of the agent: ways to look into the read text. What bounds them is hidden from the model.

Every tool reads through the view of its run, which ends at the horizon. A model chooses words and handles
("p3") and nothing else: no reader, no book, no offset (S9, E2). Arguments beyond the schema are dropped.
What a tool says is text of the book and is quoted as data (S26).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import BaseTool, tool
from langgraph.prebuilt import ToolNode, ToolRuntime

from agent.context import Run, ToolCall
from agent.prompts import as_data, passage_block
from storage.values import Span

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from storage.story.facts import PersonCard

MAX_ARGUMENT_CHARS = 400
MAX_CALLS_A_STEP = 6
_NOTHING = "Nothing in what has been read."
if TYPE_CHECKING:
    Runtime = ToolRuntime[Run, Any]
else:
    Runtime = ToolRuntime[Any, Any]  # the schema is made of this at run time, and `Run` is no model


@tool
async def search_passages(query: str, runtime: Runtime) -> str:
    """Find passages of the read text that fit a few words or a question."""
    run = runtime.context
    hits = await run.view.search(query[:MAX_ARGUMENT_CHARS], 6)
    return "\n".join(passage_block(run.desk.lay(hit), hit) for hit in hits) or _NOTHING


@tool
async def reread(handle: str, runtime: Runtime) -> str:
    """Read more of the text round a passage that you already have, given by its handle, such as p3."""
    run = runtime.context
    passage = run.desk.find(handle[:MAX_ARGUMENT_CHARS])
    if passage is None:
        return "There is no passage with this handle."
    wider = run.view.read_around(passage.span, before=800, after=800)
    return passage_block(run.desk.lay(wider), wider)


@tool
async def who_is(name: str, runtime: Runtime) -> str:
    """Look up a person by a name that the text has used: other names, first and latest meeting, looks."""
    run = runtime.context
    cards = run.view.who(name[:MAX_ARGUMENT_CHARS])
    return "\n".join(_card(run, card) for card in cards[:4]) or _NOTHING


@tool
async def list_cast(runtime: Runtime) -> str:
    """List the people met so far."""
    people = runtime.context.view.people()[:40]
    return as_data("; ".join(card.name for card in people)) if people else _NOTHING


@tool
async def define(term: str, runtime: Runtime) -> str:
    """Look up what the text itself has said that a word means."""
    run = runtime.context
    card = run.view.define(term[:MAX_ARGUMENT_CHARS])
    if card is None or not card.senses:
        return _NOTHING
    return "\n".join(_quoted(run, sense.span) for sense in card.senses[:4])


@tool
async def list_places(runtime: Runtime) -> str:
    """List the places named so far."""
    places = runtime.context.view.places()[:40]
    return as_data("; ".join(place.name for place in places)) if places else _NOTHING


@tool
async def story_so_far(runtime: Runtime) -> str:
    """Get what happened so far, section by section, oldest first."""
    run = runtime.context
    lines = []
    for digest in run.view.digests()[-12:]:
        lines += [_quoted(run, span) for span in sorted(digest.evidence[:4])]
    return "\n".join(lines) or _NOTHING


@tool
async def earlier_turns(runtime: Runtime) -> str:
    """Recall the latest questions and answers of this talk."""
    turns = runtime.context.turns[-6:]
    return as_data("\n".join(f"Reader: {t.question}\nYou: {t.answer}" for t in turns)) if turns else _NOTHING


def all_tools() -> list[BaseTool]:
    """Return every tool there is, in the order in which a model is told of them."""
    return [search_passages, reread, who_is, list_cast, define, list_places, story_so_far, earlier_turns]


def build_tool_node() -> ToolNode:
    """Return the node that runs tools: unknown tools and bad arguments come back as words, not as crashes."""
    return ToolNode(all_tools())


async def run_tools(node: ToolNode, calls: list[ToolCall], config: RunnableConfig) -> list[str]:
    """Run `calls` and return what each said, in their order; calls past the cap are told so."""
    ran = calls[:MAX_CALLS_A_STEP]
    message = AIMessage(
        "",
        tool_calls=[{"name": c.name, "args": c.arguments, "id": c.call_id, "type": "tool_call"} for c in ran],
    )
    out = await node.ainvoke({"messages": [message]}, config)
    said = {m.tool_call_id: str(m.content) for m in out["messages"] if isinstance(m, ToolMessage)}
    return [said.get(c.call_id, "Too many calls at once.") for c in calls]


def _card(run: Run, card: PersonCard) -> str:
    view = run.view
    others = [n.name for n in card.names if n.name != card.name]
    head = f"{card.name}; also called: {', '.join(others)}" if others else card.name
    lines = [as_data(f"{head}; first met {view.label(card.first)}; latest {view.label(card.last)}")]
    spans = [d.span for d in card.descriptors[:6]] + list(card.quotes[:3])
    return "\n".join(lines + [_quoted(run, span) for span in dict.fromkeys(spans)])


def _quoted(run: Run, span: Span) -> str:
    passage = run.view.read_around(span, before=0, after=0)
    return passage_block(run.desk.lay(passage), passage)
