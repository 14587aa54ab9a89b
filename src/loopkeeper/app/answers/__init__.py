"""Answers of the use cases as plain data: what ``--json`` prints and the service sends."""
