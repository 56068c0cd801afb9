"""The graph: draft -> tools -> check -> redraft -> check, which finishes. Control flow, and nothing kept.

There is no checkpointer: a checkpointed thread still holds later text after the reader has gone back.
Earlier talk comes from stored turns, each with its horizon, through the run's context.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_config
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command
from langsmith import tracing_context

from agent.answer import Answer, AnswerKind, AnswerSentence, not_in_read
from agent.asked import asks_for_unknown
from agent.context import Run
from agent.extractive import best_passages
from agent.speech_marks import whole_quote
from agent.state import State
from agent.support import stems_of
from agent.tools import build_tool_node, run_tools

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

MAX_STEPS = 8
"""Rounds of tools a draft may take; then it must be written (E8)."""
PASSAGES_FOUND = 8


class ReadingGraph:
    """The compiled graph. Build one and use it for every question: it keeps nothing between runs."""

    def __init__(self) -> None:
        """Compile the graph; takes some milliseconds."""
        self._tools = build_tool_node()
        builder = StateGraph(State, context_schema=Run)
        builder.add_node("draft", self._draft)
        builder.add_node("tools", self._call_tools)
        builder.add_node("check", self._check)
        builder.add_node("redraft", self._redraft)
        builder.add_edge(START, "draft")
        builder.add_edge("tools", "draft")
        self._graph: CompiledStateGraph[Any, Run, Any, Any] = builder.compile()

    async def run(self, run: Run) -> Answer:
        """Return the answer to one question. Errors of the drafter and `HorizonViolation` come through."""
        if not await _gather(run):
            return not_in_read(run.view.horizon.end, run.drafter.model)
        # Each round of tools is two nodes, twice over, and the fixed ones.
        config: RunnableConfig = {"recursion_limit": 4 * MAX_STEPS + 12, "callbacks": []}
        # Tracing to a service is switched on by the environment, and would send what was read there.
        with tracing_context(enabled=False):
            answer = await self._graph.ainvoke({"steps": 0}, config, context=run, output_keys="answer")
        return replace(cast("Answer", answer), tokens=sum(run.tokens))

    # Nodes name the next one themselves: a conditional edge is a step of its own to LangGraph, and slow.

    async def _draft(
        self, state: State, runtime: Runtime[Run]
    ) -> Command[Literal["tools", "check", "__end__"]]:
        run = runtime.context
        calls = await run.drafter.draft(run, may_call=state.get("steps", 0) < MAX_STEPS)
        if calls:
            return Command(goto="tools", update={"calls": calls})
        if run.gate.passed and not run.gate.fault:
            return Command(goto="__end__", update={"answer": _answer(run)})  # the check has nothing to add
        return Command(goto="check")

    async def _call_tools(self, state: State, runtime: Runtime[Run]) -> State:
        calls = state["calls"]
        results = await run_tools(self._tools, calls, get_config())
        runtime.context.drafter.note_results(runtime.context, calls, results)
        return {"steps": state.get("steps", 0) + 1}

    async def _check(self, state: State, runtime: Runtime[Run]) -> Command[Literal["redraft", "__end__"]]:
        gate = runtime.context.gate
        gate.close()
        if gate.fault and not state.get("is_redrafted"):
            return Command(goto="redraft")
        return Command(goto="__end__", update={"answer": _answer(runtime.context)})

    async def _redraft(self, state: State, runtime: Runtime[Run]) -> Command[Literal["draft", "__end__"]]:
        run = runtime.context
        if not run.drafter.note_fault(run):
            return Command(goto="__end__", update={"answer": _answer(run)})
        run.gate.reopen()
        return Command(goto="draft", update={"is_redrafted": True})


async def _gather(run: Run) -> bool:
    """Lay out the passages that fit the question; tell whether it is one that what is read can answer.

    Before the graph, not a node of it: nothing leads back here, and each step of LangGraph has its price.
    """
    if run.question.about is not None:
        run.desk.lay(run.view.read_around(run.question.about))
    elif asks_for_unknown(run.mended, run.view, stems_of(run.view)):
        return False
    for passage in await run.view.search(run.mended, PASSAGES_FOUND):
        run.desk.lay(passage)
    return True


def _answer(run: Run) -> Answer:
    end, model, gate = run.view.horizon.end, run.drafter.model, run.gate
    if not (gate.passed or gate.fault):
        return not_in_read(end, model)
    findings = tuple(f.sealed() for f in gate.findings)
    if not gate.fault:
        return Answer(AnswerKind.ANSWERED, tuple(gate.passed), end, model, findings)
    spans = best_passages(run.desk.passages(), run.view, run.question.text)
    if not spans:
        return not_in_read(end, model)
    cite = gate.cite
    quotes = tuple(AnswerSentence(whole_quote(s, run.view), (cite(s),), begins_paragraph=True) for s in spans)
    return Answer(AnswerKind.PASSAGES, quotes, end, model, findings)
