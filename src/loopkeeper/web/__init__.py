"""Doors over HTTP: parse, authorise, call one use case, render."""
