"""Records of a dossier as CSV tables."""

import csv
from datetime import datetime
from pathlib import Path

from loopkeeper.plant.plant import Plant


def write_records(plant: Plant, folder: Path) -> None:
    """
    Write ledger, trials, points, events, assessments and samples, where there are any.

    Parameters
    ----------
    plant : Plant
        The plant.
    folder : Path
        Of its dossier.
    """

    def moment(value: datetime | None) -> str:
        return value.isoformat() if value else ""

    tables: dict[str, tuple[str, list[list[object]]]] = {
        "ledger.csv": (
            "item,item_kind,check,drawn,found,unit,checked_at,checked_by,evidence",
            [
                [c.item, c.item_kind, c.check, c.drawn, c.found, c.unit, c.checked_at,
                 c.checked_by, c.evidence]
                for c in plant.ledger
            ],
        ),
        "commissioning.csv": (
            "trial,mode,load_fraction,started_at,ended_at,quantity,of,expected,found,unit,"
            "accepted,by",
            [
                [t.trial, t.mode, t.load_fraction, moment(t.started_at), moment(t.ended_at),
                 t.quantity, t.of, t.expected, t.found, t.unit,
                 "" if t.accepted is None else str(t.accepted).lower(), t.by]
                for t in plant.trials
            ],
        ),
        "points.csv": (
            "point,quantity,of,statistic,unit,accuracy,calibrated_on,calibration_months,address,"
            "low,high",
            [
                [p.id, p.quantity, p.of, str(p.statistic), p.unit, p.accuracy, p.calibrated_on,
                 p.calibration_months, p.address, p.low, p.high]
                for p in plant.points
            ],
        ),
        "events.csv": (
            "time,kind,of,note,value",
            [[moment(e.time), e.kind, e.of, e.note, e.value] for e in plant.events],
        ),
        "assessment.csv": (
            "figure,value,on,by,note",
            [[a.figure, a.value, a.on, a.by, a.note] for a in plant.assessments],
        ),
        "water_quality.csv": (
            "sampled_at,place,parameter,value,unit,below_detection,laboratory",
            [
                [s.sampled_at, s.place, s.parameter, s.value, s.unit,
                 str(s.below_detection).lower(), s.laboratory]
                for s in plant.samples
            ],
        ),
    }  # fmt: skip
    for name, (header, rows) in tables.items():
        if rows:
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header.split(","))
                writer.writerows([["" if v is None else v for v in row] for row in rows])
