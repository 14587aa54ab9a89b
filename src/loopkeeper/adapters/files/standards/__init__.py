"""Packs of standards: read, written, changed."""
