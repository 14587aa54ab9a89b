"""A point list as suggestions leave it, to be completed by a person."""

import csv
from collections.abc import Sequence
from pathlib import Path

from loopkeeper.adapters.files.dossier.columns import POINTS
from loopkeeper.lifecycle.monitor.point_mapping import CLEAR, Suggestion


def write_suggestions(target: Path, found: Sequence[Suggestion]) -> None:
    """Write a point list; what is not clear is left empty for a person to fill in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, [column.name for column in POINTS.written])
        table.writeheader()
        for one in found:
            row = {"point": one.named.address, "statistic": one.statistic}
            sure = one.confidence >= CLEAR
            row |= {"address": one.named.found_at, "quantity": one.quantity}
            row |= {"of": one.of if sure else "", "unit": one.unit}
            table.writerow(row)
