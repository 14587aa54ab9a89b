"""Decisions: use cases that lead the stages round the loop, and the ports they need."""
