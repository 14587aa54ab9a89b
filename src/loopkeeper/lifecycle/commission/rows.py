"""Rows of trials as people fill them in, held against those on file and against the plant."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from loopkeeper.plant.points import place_known
from loopkeeper.plant.records import Trial
from loopkeeper.plant.verdict import Verdict

PROGRAM: Final = "loopkeeper "
"""How the signer of a judgement begins that no person made."""
WHOLE: Final = frozenset({"", "plant"})
"""What a trial of the whole plant is of."""


def judged_by_program(row: Trial) -> bool:
    """Whether an evaluation wrote a row, which the next one replaces."""
    return row.by.startswith(PROGRAM)


def contradictions(new: Sequence[Trial], kept: Sequence[Trial]) -> Iterator[Verdict]:
    """
    Tell where rows say something else of a run than what people wrote of it before.

    Parameters
    ----------
    new, kept : sequence of Trial
        To be added, and on file. A repetition begins at another time, and contradicts nothing.

    Yields
    ------
    Verdict
    """
    there = {_place(row): row for row in kept if _says(row) and not judged_by_program(row)}
    for row in new:
        other = there.get(_place(row))
        if other is not None and _says(row) and _told(row) != _told(other):
            yield Verdict(
                "commission.form.contradicts",
                {
                    "trial": row.trial,
                    "quantity": row.quantity or "–",
                    "kept": _told(other),
                    "told": _told(row),
                },
            )


def strange_parts(rows: Sequence[Trial], parts: Collection[str]) -> Iterator[Verdict]:
    """Tell rows of parts that the plant, of whose machines, pumps and wells are ids, has not."""
    for row in rows:
        if row.of not in WHOLE and not place_known(row.of, parts):
            yield Verdict("commission.form.part_unknown", {"trial": row.trial, "of": row.of})


def _place(row: Trial) -> tuple[object, ...]:
    return row.trial, row.started_at, row.quantity, row.of


def _says(row: Trial) -> bool:
    return row.found is not None or row.accepted is not None


def _told(row: Trial) -> str:
    """What a row found and how it was judged, as a text."""
    found = "" if row.found is None else f"{row.found:g} {row.unit}".strip()
    judged = {True: "✓", False: "✗"}.get(row.accepted, "") if row.accepted is not None else ""
    return " ".join(one for one in (found, judged) if one)
