"""The schema's history: one file a step, oldest first, each with a way back."""
