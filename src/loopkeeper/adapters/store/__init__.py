"""
Telemetry on disk, embedded: no server to install, nothing acknowledged is lost.

Readings are first written to a journal (SQLite, synchronised), then flushed in sorted files to a
Delta Lake table by day; exactly once, because a flush carries the number of the last journal entry
it holds. What is corrected later supersedes what was known before; nothing is overwritten.
"""
