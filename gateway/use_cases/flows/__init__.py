"""Dialogues that a neighbour's flows lead on our lines: what is said to them, and what they say."""
