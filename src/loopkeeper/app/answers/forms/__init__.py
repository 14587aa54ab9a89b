"""Declared forms of the answers: what ``--json`` prints, key by key."""
