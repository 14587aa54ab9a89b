"""Days as text."""

from collections.abc import Sequence
from datetime import date, timedelta


def runs(days: Sequence[date]) -> str:
    """Return sorted days as text: single ones, and first/last of those that follow each other."""
    found: list[list[date]] = []
    for day in days:
        if found and day == found[-1][-1] + timedelta(days=1):
            found[-1] = [found[-1][0], day]
        else:
            found.append([day])
    return ", ".join("/".join(map(str, run)) for run in found)
