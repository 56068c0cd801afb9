"""The answerer that needs no key: rules, and the best sentences of the read text.

A question goes through question.py (what is asked), followup.py (what earlier turns fill in), plans.py
(cards, terms, digests, states) or scoring.py and composing.py (the best sentences), and drafter.py offers
the outcome to the check.
"""

from agent.extractive.drafter import MODEL_NAME, ExtractiveDrafter, best_passages

__all__ = ["MODEL_NAME", "ExtractiveDrafter", "best_passages"]
